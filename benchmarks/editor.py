"""What an editor with yaml-language-server shows a person who writes records: marks, completion, hover.

    python benchmarks/editor.py

The server is driven over stdio, as editors do, with the settings of `.vscode/settings.json`: in this repository, and in
a new dataset of `alleged init` with a code of its own. `make editor` installs the server and runs this. Prints what was
asked, what came back, and how long it took; exits with 1 if an answer is not as expected.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "benchmarks" / "editor" / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"

ALLEGED = Path(sys.executable).with_name("alleged")

CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
    },
}


class Server:
    """The language server with a project as its workspace, and with the editor settings of the project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = editor_settings(root)
        self.process = subprocess.Popen(["node", SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = self.drafts = 0
        self.marks: list[dict[str, Any]] = []
        folder = {"uri": root.as_uri(), "name": root.name}
        self.ask(
            "initialize", processId=None, rootUri=root.as_uri(), workspaceFolders=[folder], capabilities=CAPABILITIES
        )
        self.send(method="initialized", params={})
        self.send(method="workspace/didChangeConfiguration", params={"settings": self.settings})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, **message: Any) -> None:
        """Send a message."""
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(content) + content)
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """Return the next message; requests of the server are answered."""
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if not length:
            raise SystemExit("the language server has stopped")
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.marks.append(message["params"])
        elif "method" in message and "id" in message:
            items = message["params"].get("items", ()) if message["method"] == "workspace/configuration" else None
            result = None if items is None else [self.settings.get(item["section"]) for item in items]
            self.send(id=message["id"], result=result)
        return message

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request, and return its result."""
        self.number += 1
        self.send(id=self.number, method=method, params=params)
        while (answer := self.receive()).get("id") != self.number or "method" in answer:
            pass
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, name: str, text: str) -> str:
        """Open a file of the project with a text, and return its address."""
        uri = (self.root / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send(method="textDocument/didOpen", params={"textDocument": document})
        return uri

    def marks_in(self, name: str, text: str) -> list[dict[str, Any]]:
        """Return the problems that the editor marks in a file with a text."""
        self.marks.clear()
        uri = self.open(name, text)
        while not any(marks["uri"] == uri for marks in self.marks):
            self.receive()
        return next(marks["diagnostics"] for marks in self.marks if marks["uri"] == uri)

    def draft(self) -> str:
        """Return the name of a record file that does not exist."""
        self.drafts += 1
        return f"claims/draft-{self.drafts}.yaml"

    def at(self, method: str, text: str) -> Any:
        """Return the answer to a request at the place of a text that `|` marks, as that of a new record file."""
        before, _, after = text.partition("|")
        line, column = before.count("\n"), len(before.rpartition("\n")[2])
        uri = self.open(self.draft(), before + after)
        place = {"line": line, "character": column}
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri}, position=place)


def editor_settings(root: Path) -> dict[str, Any]:
    """Return the settings of VS Code by section, as its extension sends them."""
    text = (root / ".vscode" / "settings.json").read_text(encoding="utf-8")
    flat = json.loads(re.sub(r"^ *//.*$", "", text, flags=re.MULTILINE))
    sections: dict[str, Any] = {"yaml": {"hover": True, "completion": True, "validate": True}}
    for name, value in flat.items():
        *path, last = name.split(".")
        section = sections
        for step in path:
            section = section.setdefault(step, {})
        section[last] = value
    return sections


class Answer(NamedTuple):
    """What was asked, what came back, and whether it is what a curator needs."""

    asked: str
    answer: str
    expected: bool


def in_this_repository(server: Server) -> Iterator[Answer]:
    """Ask about the records of this repository."""
    claim = "claims:\n  - id: draft\n    "
    files = sorted((server.root / "claims").rglob("*.y*ml"))
    marks = [mark["message"] for path in files for mark in server.marks_in(_name(path, server), _text(path))]
    yield Answer("marks in all record files", f"{len(marks)} in {len(files)} files", not marks)

    for typed in ("cho", "Choe Son", "최", ""):
        items = server.at("completion", f"{claim}claimant: {typed}|\n")["items"]
        offered = [i for i in items if i["insertText"] == "choe-son-hui"]
        shown = [i["label"] for i in offered]
        names = ["Choe Son Hui · choe-son-hui", "choe-son-hui", "최선희 · choe-son-hui"]
        replaced = all(_replaced(i) == len(typed) for i in offered)
        good = sorted(shown) == names and replaced and all("Choe Son Hui" in i["documentation"] for i in offered)
        yield Answer(f"completion of `claimant: {typed}`", ", ".join(shown), good)

    for before in ("on_behalf_of: ", "co_claimants: [nato, ", "co_claimants:\n      - "):
        inserted = {i["insertText"] for i in server.at("completion", f"{claim}{before}k|\n")["items"]}
        yield Answer(f"completion after `{before.split()[0]}`", f"{len(inserted)} ids", "kremlin" in inserted)

    items = server.at("completion", f"{claim}topic: |\n")["items"]
    topics = [i["documentation"] for i in items if i["label"] == "dprk-troops-to-russia"]
    yield Answer("completion of `topic: `", "".join(topics).partition("\n")[0], "Has the DPRK sent" in "".join(topics))

    codes = json.loads((ROOT / "schemas" / "vocabularies" / "act.schema.json").read_bytes())["oneOf"]
    acts = {i["label"]: i["documentation"] for i in server.at("completion", f"{claim}act: |\n")["items"]}
    with_test = [c["const"] for c in codes if acts.get(c["const"], "").startswith(c["x-test"])]
    yield Answer(
        "completion of `act: `", f"{len(with_test)} acts with their test question", len(with_test) == len(acts)
    )

    fields = {i["label"] for i in server.at("completion", f"{claim}|\n")["items"]}
    yield Answer("completion of a field", f"{len(fields)} fields", {"claimant", "act", "said", "quantities"} <= fields)

    for asked, text, expected in (
        ("a field", "sa|id: 2024", "When the statement was spoken"),
        ("a code", "act: de|ny", "Do the words mean"),
        ("an actor", "claimant: choe-|son-hui", "Minister of Foreign Affairs"),
        ("a topic", "topic: dprk-|troops-to-russia", "Has the DPRK sent troops"),
        ("a source", "sources:\n      - id: tv5monde-|2024-06-18", "TV5MONDE, 2024-06-18"),
        ("an item in a list", "via: [yoo-|sang-bum]", "Yoo Sang-bum"),
    ):
        shown = server.at("hover", f"{claim}{text}\n")["contents"]["value"]
        yield Answer(f"hover over {asked}", _line_with(expected, shown), expected in shown)

    for field, wrong, expected in (
        ("claimant", "choe-son-hu", "No record under `actors` has this id; `alleged find` looks for it."),
        ("topic", "troops", "No record under `topics` has this id"),
        ("act", "denny", 'Value must be "deny" | "dispute"'),
    ):
        marks = [m["message"] for m in server.marks_in(server.draft(), f"{claim}{field}: {wrong}\n")]
        found = [mark for mark in marks if mark.startswith(expected)]
        yield Answer(f"marks of `{field}: {wrong}`", "; ".join(found), len(found) == 1 and len(found[0]) < 300)


CODES = "codes:\n  - {code: sheet-music, label: Sheet music, definition: Printed notes., dimensions: [count]}\n"


def in_a_new_dataset(server: Server) -> Iterator[Answer]:
    """Ask about a dataset that `alleged init` has just started, with a code of its own."""
    for name in ("claims/example.yaml", "dataset.yaml", "vocabularies/item.yaml"):
        marks = [mark["message"] for mark in server.marks_in(name, _text(server.root / name))]
        yield Answer(f"marks in a new {name}", "; ".join(marks) or "0", not marks)

    quantity = "claims:\n  - id: draft\n    quantities:\n      - item: "
    items = {i["label"]: i.get("documentation") for i in server.at("completion", f"{quantity}|\n")["items"]}
    yield Answer(
        "completion of an own code", str(items.get("sheet-music")), items.get("sheet-music") == "Printed notes."
    )
    place = {"line": 3, "character": 14}
    marks = server.marks_in(server.draft(), f"{quantity}sheet-music\n")
    marks = [mark["message"] for mark in marks if mark["range"]["start"] == place]
    yield Answer("marks of an own code", "; ".join(marks) or "0", not marks)

    items = server.at("completion", "claims:\n  - id: draft\n    claimant: |\n")["items"]
    ids = {i["insertText"] for i in items}
    yield Answer("completion of a claimant", ", ".join(sorted(ids)), bool(ids) and all("example" in i for i in ids))


def _name(path: Path, server: Server) -> str:
    return path.relative_to(server.root).as_posix()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _replaced(item: dict[str, Any]) -> int:
    """Return how many characters an entry replaces."""
    range = item["textEdit"]["range"]
    return int(range["end"]["character"] - range["start"]["character"])


def _line_with(part: str, text: str) -> str:
    return next((line for line in text.splitlines() if part in line), text.partition("\n")[0])


def start_dataset(folder: Path) -> None:
    """Start a dataset in a new folder, with a code of its own."""
    words = ("--title", "Claims about choirs", "--author", "A. Writer", "--licence", "CC0-1.0")
    subprocess.run([ALLEGED, "init", folder, *words], check=True, stdout=subprocess.DEVNULL)
    (folder / "vocabularies" / "item.yaml").write_text(CODES, encoding="utf-8")
    subprocess.run([ALLEGED, "check", "--editor", "--quiet"], check=True, cwd=folder)


def main() -> int:
    """Ask all questions, and print a line for each."""
    subprocess.run([ALLEGED, "check", "--editor", "--quiet"], check=True, cwd=ROOT)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder).resolve() / "choirs"
        start_dataset(new)
        for root, questions in ((ROOT, in_this_repository), (new, in_a_new_dataset)):
            with Server(root) as server:
                begin = time.perf_counter()
                for asked, answer, expected in questions(server):
                    took = (time.perf_counter() - begin) * 1000
                    short = answer if len(answer) <= 80 else f"{answer[:79]}…"
                    print(f"{'ok ' if expected else 'NO '} {asked.split(chr(10))[0]:42} {took:7.0f} ms  {short}")
                    wrong += not expected
                    begin = time.perf_counter()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
