"""Every command on a project, on releases and with arguments that are hostile: nothing of it acts on a screen or a log.

Each run is also held to an exit code of the documentation: no text is a fault of ours (70) or ends in a traceback.
"""

import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from alleged import api, files, release
from alleged.cli import COMMANDS, _run, group
from alleged.cli.check import FORMATS
from alleged.cli.cite import STYLES
from alleged.errors import AllegedError
from alleged.exports import FORMATS as EXPORTS
from alleged.project import Project
from alleged.records.corpus import read
from alleged.release import cutting
from alleged.schemas.definitions import fields
from archive_servers import STORY, Archive, html
from internet import serving
from logs import commands, fired
from mutations import is_tame
from paths import TESTS
from repositories import git_in

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names of files as POSIX has them")

SOUND = "::error::a ##[error]b ##vso[task.x]c"
"""Text that a record may hold: it would act on a log, not on a screen."""

ODD = (
    f"{SOUND}\n::error::d\r::error::e\u2028::error::f\x85::error::g\v::error::h "
    "\x1b[31mi \x1b]0;j\x07 \x9b31mk \x08 \u202el \u2066m \ufeff \x7f \udcff"
)
"""Text that files, manifests and arguments may hold."""

NAME = ODD.replace("/", "").removesuffix("\udcff")
"""Text that the name of a file may be; names that are not UTF-8 are unknown to macOS."""

CODES = {0, 1, 2, 3, 4}

Run = Callable[..., str]


def safe(output: str) -> bool:
    return all(map(is_tame, output.split("\n"))) and commands(output) == []


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command in this process and returns what it printed."""

    def run(*words: str, codes: set[int] = CODES) -> str:
        capfd.readouterr()
        code = _run([*words])
        shown = "".join(capfd.readouterr())
        assert code in codes, shown[-1000:]
        assert "Traceback" not in shown
        return shown

    return run


def hostile(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return a record that is hostile in each field that takes any text, and is as sound as before."""
    record = {"note": SOUND, **copy.deepcopy(record)}
    for field in fields(kind):
        if field.schema.get("type") == "string" and not {"pattern", "enum", "x-kinds", "x-date"} & {*field.schema}:
            put(record, field.path, SOUND[: field.schema.get("maxLength", len(SOUND))])
        if field.path == ("question",):
            record["question"] = f"{SOUND}?"
    return record


def put(value: Any, path: tuple[Any, ...], text: str) -> None:
    """Put a text at a path, where the record has something there already."""
    first, *rest = path
    keys = range(len(value)) if first == "*" else [first] if first in value else []
    for key in keys:
        if rest:
            put(value[key], tuple(rest), text)
        else:
            value[key] = text


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project in a folder of a hostile name, with a release, and with changes since."""
    root = tmp_path_factory.mktemp("hostile") / NAME
    (root / "claims").mkdir(parents=True)
    (root / "intercoder").mkdir()
    (root / "docs").mkdir()
    project = Project(root)
    bundle: dict[str, list[dict[str, Any]]] = {}
    for record in read(Project(TESTS / "fixture")).corpus.records:
        bundle.setdefault(record.kind, []).append(hostile(record.kind, dict(record.data)))
    path = project.claims / "all.yaml"
    path.write_text(json.dumps(bundle, indent=1), encoding="utf-8")
    project.settings.write_text(json.dumps({"title": SOUND}))
    claim = bundle["claims"][0]
    reading = {"claim": claim["id"], "coder": SOUND, "seen": "text", "act": "praise", "said": claim["said"]}
    leads = [{"lead": "a-lead", "why": SOUND}]
    (root / "intercoder" / "all.yaml").write_text(json.dumps({"readings": [reading], "leads": leads}))
    marks = "".join(f"<!-- {name} -->\n<!-- /{name} -->\n" for name in ("stats", "leads", "agreement"))
    (root / "docs" / "page.md").write_text(marks)
    git = git_in(root)
    git("init", "-q", "-b", "##error")
    git("add", ".")
    git("commit", "-qm", SOUND)
    cutting.cut(project, f"{SOUND}\n## Release x")
    bundle["claims"][0] |= {"status": "withdrawn", "status_on": "2025-07-02", "status_reason": SOUND}
    bundle["claims"][1]["summary"] += " changed"
    bundle["sources"][0]["title"] = f"changed {SOUND}"
    new = {"id": "new-actor", "name": SOUND, "kind": "outlet"}
    bundle["actors"] += [new]
    path.write_text(json.dumps(bundle, indent=1), encoding="utf-8")
    return project


def words_of(project: Project) -> Iterator[tuple[str, ...]]:
    """Yield command lines that show all of a project."""
    corpus = read(project).corpus
    yield from (("show", record.id) for record in corpus.records)
    yield from (("find", "error"), ("find", "error", "--json"), ("find", SOUND), ("find", "--claimant", SOUND))
    for topic in corpus.topics:
        for command in ("origins", "timeline", "quantities"):
            yield from ((command, topic), (command, topic, "--json"))
    for command in (("stats",), ("stats", "--agreement")):
        yield from (command, (*command, "--json"), (*command, "--write"))
    for form in ("text", "markdown", "ndjson"):
        yield from (("diff", "HEAD", "--format", form), ("diff", "##error", "HEAD", "--format", form))
    yield from (("check", "--format", form) for form in FORMATS if form != "github")
    yield from (("build", "--force", "--stats"), ("build",), ("verify",), ("verify", "dev"), ("release",), ("pin",))
    actor = ("--name", SOUND, "--kind", "person", "--public-role", SOUND)
    yield from (("new", "actor", *actor, "--dry-run"), ("new", "actor", "--name", SOUND, "--kind", SOUND))
    table = project.root / "table.csv"
    table.write_text(f'source,claimant,note\n"{SOUND}","{SOUND}","{SOUND}"\n', encoding="utf-8")
    yield from (("import", "table.csv", "--by", "me", "--write"), ("import", "table.csv", "--map", "table.csv"))
    yield from (("redact", kind, "--reason", f"No {SOUND}", "--dry-run") for kind in ("new-actor", "nobody"))
    source = next(iter(corpus.sources))
    copy = f"https://archive.example/{SOUND.replace(' ', '%20')}"
    yield from (("archive", source, "--copy", copy), ("archive", SOUND), ("archive", source, "--copy", SOUND))
    yield ("check", "--quotes")
    cited = next(iter(corpus.claims))
    for style in STYLES:
        yield from (("cite", "--style", style), ("cite", cited, "--style", style), ("cite", SOUND, "--style", style))
        yield from (("cite", "--sources", "--style", style), ("cite", cited, "--sources", "--style", style))
    yield from (
        ("export",),
        ("export", SOUND),
        *(("export", name, "--release", "dev") for name in EXPORTS),
        ("export", "csv"),
        ("site", "--out", "explorer"),
    )
    yield from (
        ("fmt", "--check"),
        ("init", "--schemas"),
        ("explain",),
        ("explain", "unknown-reference"),
        ("explain", "claims"),
    )


def test_commands_on_a_hostile_project(released: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(released.root)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    tried = {}
    for words in words_of(released):
        shown = run(*words)
        assert safe(shown), words
        tried[words[0]] = tried.get(words[0], "") + shown
    assert set(tried) == set(COMMANDS)
    of_records = {"find", "show", "origins", "timeline", "quantities", "stats", "diff", "cite"}
    assert {command for command, shown in tried.items() if "##<U+005B>error]b" in shown} >= of_records


def test_hostile_archives(released: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(released.root)
    source = next(record for record in read(released).corpus.active("sources") if "url" in record.data)
    archive = Archive()
    page = html([f"{paragraph} {SOUND}" for paragraph in STORY], SOUND, f'<link rel="canonical" href="/{SOUND}">')
    archive.pages[source["url"]] = lambda request: request.answer(200, page)
    archive.copies[source["url"]] = ["20991231120000"]
    with serving(archive) as site:
        monkeypatch.setenv("ALLEGED_WAYBACK", site.address)
        monkeypatch.setenv("ALLEGED_MEMENTO", site.address)
        monkeypatch.setenv("ALLEGED_ARCHIVE_KEY", "key")
        monkeypatch.setenv("ALLEGED_ARCHIVE_SECRET", "secret")

        assert safe(run("archive", source.id))
        files.remove(released.root, ".texts/archive.jsonl")
        archive.copies.clear()
        answer = json.dumps({"message": ODD})
        monkeypatch.setattr(archive, "json", lambda request, *_, **__: request.answer(200, answer))
        assert "##<U+005B>error]b" in (shown := run("archive", source.id))
        assert safe(shown)


def test_reports_on_a_hostile_project_in_ci(released: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(released.root)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for form in FORMATS:
        shown = run("check", "--format", form)
        if form == "human":  # our own two commands, between which the runner looks for none
            first, *lines, last, _ = shown.split("\n")
            assert [first.partition("s::")[0], last] == ["::stop-command", f"::{first.rpartition('::')[2]}::"]
            shown = "\n".join(lines)
        assert form == "github" or safe(shown), form
    assert safe(run("show", next(iter(read(released).corpus.claims))))
    assert safe(run("diff", "HEAD"))


def test_annotations_of_a_hostile_project_are_our_own(
    released: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(released.root)
    broken = released.claims / "broken.yaml"
    shown = ""
    for text in (ODD, SOUND):
        broken.write_text(f"claims:\n  - {{{json.dumps(text)}: x, id: {json.dumps(text)}}}\n")
        shown += run("check", "--format", "github", codes={1})
    broken.unlink()

    found = list(fired(shown))
    assert len(found) == len(re.findall("^::", shown, re.MULTILINE)) > 3
    assert {name for name, _, _ in found} <= {"error", "warning", "notice"}
    assert {name for _, reported, _ in found for name in reported} <= {"file", "line", "col", "endColumn", "title"}
    assert not re.search(r"##\w*\[", shown)


def test_pages_show_hostile_text_as_it_stands(released: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(released.root)
    run("stats", "--write")

    pages = (released.root / "docs" / "page.md").read_text() + (released.root / "CHANGELOG.md").read_text()

    assert pages.count("&#91;error&#93;b &#35;&#35;vso&#91;task.x&#93;c") == 3
    assert "\n&#35;&#35; Release x\n" in pages
    assert commands(pages) == []


PAYLOADS = {
    "odd": ODD,
    "command": "##[error]x",
    "long": "x" * 100_000,
    "deep": "x/" * 3000,
    "climbing": "claims/../" * 1000,
    "not UTF-8": "\udcff.yaml",
    "empty": "",
    "revision": "@{-1}^{/::error::x}",
    "address": "http://[::error::x",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_hostile_arguments(command: str, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "no-mistake.yaml"):
        shutil.copy(path, project.claims)
    git_in(project.root)("init", "-q")
    monkeypatch.chdir(project.root)
    tried: set[str | None] = set()
    for words, parsed in commands_below(command):
        parameters = [p for p in parsed.params if not getattr(p, "is_flag", False)]
        required = [p for p in parameters if isinstance(p, click.Argument) and p.required]
        new = [p for p in parameters if p.name not in tried]  # commands below one share options
        tried |= {p.name for p in parameters}
        for payload in PAYLOADS.values():
            assert safe(run(*words, f"--x{payload}", codes={2}))
            for parameter in new:
                option = [] if isinstance(parameter, click.Argument) else [parameter.opts[0], payload]
                arguments = ["x" for p in required if p is not parameter] + [payload] * (not option)
                assert safe(run(*words, *option, "--", *arguments))


def commands_below(name: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command, and those below it, each with the words that call it."""
    context = click.Context(group)
    command = group.get_command(context, name)
    assert command is not None
    yield (name,), command
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            assert below is not None
            yield (name, word), below


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_paths_outside_a_project(
    payload: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert safe(run("check", payload))
    assert safe(run(payload))
    assert safe(run("pin", "--catalogue", payload))


@pytest.mark.parametrize("words", [("check",), ("fmt",), ("build",), ("check", "--fix"), ("show", "x"), ("stats",)])
def test_commands_on_files_that_are_refused(
    words: tuple[str, ...], project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.claims / f"{NAME}.yaml").write_text("a: b")
    (project.claims / NAME).mkdir()
    (project.claims / NAME / "x.yaml").write_text(f"claims:\n  - id: {json.dumps(ODD)}\n    summary: “{SOUND}”\n")
    monkeypatch.chdir(project.root)

    assert safe(run(*words))
    assert safe(run("check", "--format", "human"))


def strings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every text in JSON, of equal entries of a list or of `tables` that of the first."""
    if isinstance(value, dict):
        for key in list(value)[:1] if path == ("tables",) else value:
            yield from strings(value[key], (*path, key))
    elif isinstance(value, list):
        yield from strings(value[0], (*path, 0)) if value else ()
    elif isinstance(value, str):
        yield path


def altered(value: Any, path: tuple[Any, ...], text: str) -> Any:
    value = copy.deepcopy(value)
    at = value
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = text
    return value


@pytest.fixture
def folder(released: Project, project: Project) -> Project:
    """Return a project with a release alone."""
    shutil.copytree(released.datasets, project.datasets)
    return project


def test_verify_and_pin_on_a_hostile_manifest(folder: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest whose digest fits is believed to be the published one, whoever wrote it."""
    monkeypatch.chdir(folder.root)
    index_path = folder.datasets / "index.json"
    index = json.loads(index_path.read_text())
    path = folder.datasets / index["releases"][-1]["release"] / "manifest.json"
    manifest = json.loads(path.read_text())
    tried = list(strings(manifest))
    assert ("release",) in tried
    assert len(tried) > 20
    for place in tried:
        for text in (ODD, f"x\n{SOUND}"):
            path.write_text(json.dumps(altered(manifest, place, text)))
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            last = ("releases", len(index["releases"]) - 1, "manifest_sha256")
            index_path.write_text(json.dumps(altered(index, last, digest)))
            for words in (("verify",), ("pin",)):
                shown = run(*words)
                assert safe(shown), (place, shown)


def test_verify_pin_and_load_on_a_hostile_index(
    folder: Project, run: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.root)
    path = folder.datasets / "index.json"
    index = json.loads(path.read_text())
    tried = [*strings(index), ("yanked", index["channels"]["stable"]), ("channels", ODD)]
    for place in tried:
        for text in (ODD, f"x\n{SOUND}", "##[error]x"):
            path.write_text(json.dumps(altered(index, place, text)))
            for words in (("verify",), ("verify", text), ("pin",), ("check", "--since", text), ("diff", text)):
                assert safe(run(*words)), (place, words)
            monkeypatch.setattr("alleged.datasets.resolve._reported", set())
            try:
                shown = repr(api.open(project=folder.root))
            except (AllegedError, UserWarning) as error:
                shown = str(error)
            assert safe(shown + "".join(capfd.readouterr())), place


def test_a_hostile_lock(folder: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.root)
    run("pin", codes={0})
    path = folder.root / "alleged.lock"
    lock = json.loads(path.read_text())
    for place in [*strings(lock), ("catalogue",)]:
        path.write_text(json.dumps(altered(lock, place, ODD)))
        assert safe(run("pin")), place


def program(*words: str, at: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(["-c", code] if code else ["-m", "alleged"]), *words]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=at, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_the_warning_of_a_withdrawn_release_is_one_line(folder: Project) -> None:
    path = folder.datasets / "index.json"
    index = json.loads(path.read_text())
    name = index["releases"][-1]["release"]
    path.write_text(json.dumps({**index, "yanked": {name: "##[error]forged"}}))

    done = program("pin", name, at=folder.root)
    library = program(name, at=folder.root, code="import sys, alleged; alleged.open(sys.argv[1])")

    assert done.stderr == f"warning: release {name} was withdrawn: ##<U+005B>error]forged\n"
    assert f"UserWarning: release {name} was withdrawn: ##<U+005B>error]forged\n" in library.stderr


def test_a_fault_of_ours_quotes_foreign_text_safely(project: Project) -> None:
    code = (
        "import sys; from alleged.records import corpus; from alleged.cli import main\n"
        "def read(*_): raise RuntimeError(sys.argv.pop())\n"
        "corpus.read = read; main(sys.argv[1:-1])"
    )
    text = ODD
    done = program("stats", text, at=project.root, code=code)
    traced = program("--debug", "stats", text, at=project.root, code=code)

    assert (done.returncode, traced.returncode) == (70, 70)
    assert safe(done.stderr)
    assert safe(traced.stderr)
    assert done.stderr.startswith("internal error in alleged")
    assert traced.stderr.startswith("Traceback")


def test_errors_of_the_system_are_printed_safely(released: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, ODD, ODD)

    monkeypatch.chdir(released.root)
    monkeypatch.setattr(release, "source_of", refuse)

    assert safe(run("build", codes={3}))
