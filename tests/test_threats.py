"""The table of threats, row by row: each defence proven through the command line, in a process of its own.

Such a process gets 10 seconds of computing and 1 GB of addresses; what it took is printed (pytest -rP shows it).
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from alleged.project import Project, schemas_folder
from logs import commands
from mutations import is_tame
from paths import ROOT, TESTS

pty = pytest.importorskip("pty", reason="the limits of a process are those of POSIX")

CAST = (TESTS / "cast" / "cast.yaml").read_text()
CLAIM = (TESTS / "mistakes" / "no-mistake.yaml").read_text()
DEFAULTS, ONE = CLAIM[: CLAIM.index("  - id:")], CLAIM[CLAIM.index("  - id:") :]
MOST = 200
"""MB that hostile files may cost, all of Python included."""

# A process counts as its peak what its parent held when it was started; so a bare Python stands between.
BETWEEN = """
import json, resource, subprocess, sys, time
if sys.argv[1] == "limited":
    if sys.platform == "linux":  # no other system holds a process to a number of addresses
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
start = time.perf_counter()
done = subprocess.run([sys.executable, *sys.argv[2:]], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
used = resource.getrusage(resource.RUSAGE_CHILDREN)
shown = [text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr)]
took = [time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / unit]
print(json.dumps([done.returncode, *shown, *took]))
"""


class Run(NamedTuple):
    """What a command printed and took; `peak` is in MB."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    computing: float
    peak: float

    @property
    def rules(self) -> set[str]:
        return set(re.findall(r"\[([a-z-]+)\]: ", self.stdout))

    @property
    def by_file(self) -> list[tuple[str, str]]:
        """The file and the rule of each finding, without the ending `.yaml`."""
        return re.findall(r"^claims/(\S+?)\.yaml[:\d]*: \w+\[([a-z-]+)\]", self.stdout, re.MULTILINE)

    @property
    def lines(self) -> list[str]:
        return re.split(r"\r\n|\r|\n", self.stdout + self.stderr)


def run(project: Project, *words: str, limited: bool = True, code: str = "") -> Run:
    """Run `alleged` in the project, or Python code in its stead."""
    command = ["-c", code, *words] if code else ["-m", "alleged", *words]
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN, "limited" if limited else "free", *command],
        cwd=project.root,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = Run(*json.loads(done.stdout))
    took = f"{found.seconds * 1000:5.0f} ms, {found.computing * 1000:4.0f} of computing, {found.peak:5.1f} MB"
    sys.stdout.write(f"{took}: {' '.join(words)!a} {', '.join(sorted(found.rules))}\n")
    assert "Traceback" not in found.stderr
    return found


def refused(project: Project, *contents: str | bytes, form: str = "plain") -> Run:
    """Check hostile files, `0.yaml` and so on, and see that each is refused, all of them with little memory."""
    for n, content in enumerate(contents):
        (project.claims / f"{n}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(project, "check", "--format", form)
    assert done.code == 1, done.stdout + done.stderr
    assert done.peak < MOST
    assert all(f"claims/{n}.yaml" in done.stdout for n in range(len(contents)))
    return done


def accepted(project: Project, content: str) -> Run:
    (project.claims / "cast.yaml").write_text(CAST)
    (project.claims / "sound.yaml").write_text(content)
    done = run(project, "check")
    assert done.code == 0, done.stdout
    return done


def bomb(first: str, rest: str) -> str:
    """Return ten levels, each naming the one before nine times: a billion values, if they were written out."""
    levels = (rest.format(n, ", ".join([f"*a{n - 1}"] * 9)) for n in range(1, 10))
    return first + "".join(levels)


@contextmanager
def listener() -> Iterator[tuple[str, socket.socket]]:
    """Listen on this machine; yield the address, and the socket, which says whether someone came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def nobody_came(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return True
    return False


def test_threat_01_alias_bomb(project: Project) -> None:
    done = refused(project, bomb("a0: &a0 [x, x]\n", "a{0}: &a{0} [{1}]\n"))

    assert done.rules == {"anchor", "alias"}


def test_threat_02_merge_key_bomb(project: Project) -> None:
    done = refused(project, bomb("a0: &a0 {x: 1}\n", "a{0}: &a{0} {{<<: [{1}]}}\n"))

    assert done.rules == {"anchor", "alias", "merge-key"}


def test_threat_03_self_reference(project: Project) -> None:
    done = refused(project, "a: &a [*a]", "claims: &a\n  - id: x\n    sources: *a\n", "&a [*a]")

    assert done.rules == {"anchor", "alias"}


def test_threat_04_deep_nesting(project: Project) -> None:
    many = 200_000
    done = refused(project, "[" * many, "a: " + "{a: " * many, "[\n" * many, "- " * many)

    assert done.by_file == [(str(n), "too-deep") for n in range(4)]


def test_threat_05_duplicate_keys(project: Project) -> None:
    (project.claims / "cast.yaml").write_text(CAST)
    done = refused(project, CLAIM + "    act: deny\n", form="human")

    assert "duplicate-key" in done.stdout
    assert "7 |     act: allege" in done.stdout
    assert "11 |     act: deny" in done.stdout


def test_threat_06_surprises_of_yaml_1_1(project: Project) -> None:
    """An editor of YAML 1.2 shows NO, 12:30:45 and 010 as a text, a text and ten; so does the command line."""
    accepted(
        project,
        CLAIM.replace("Shells went by ship.", "NO")
        + "    sources: [{quote: 12:30:45}]\n    quantities: [{low: 010, unit: round}]\n    place: NO\n",
    )

    shown = run(project, "show", "ministry-shells").stdout

    assert "  NO\n" in shown
    assert '"12:30:45"' in shown
    assert "figure    10 [round]" in shown


def test_threat_07_bad_dates_and_big_integers(project: Project) -> None:
    written = {
        "9" * 2_000_000: "too-large",
        "9" * 5_000: "huge-number",
        "-" + "9" * 900_000: "huge-number",
        "0x" + "f" * 9_000: "wrong-type",
        "1" + ":59" * 3_000: "wrong-type",
        "0o17": "wrong-type",
    }
    done = refused(project, *(CLAIM + f"    quantities: [{{low: {value}, unit: round}}]\n" for value in written))

    assert done.by_file == [(str(n), rule) for n, rule in enumerate(written.values())]
    assert done.stdout.count(".yaml:11:24: ") == 5
    assert max(map(len, done.lines)) < 400


def test_threat_07_dates_that_are_none(project: Project) -> None:
    days = ("2022-02-30", "2022-13", "0000-00-00", "99999999999-01", "y" + "9" * 60)
    claims = "".join(ONE.replace("2023-10-13", day).replace("shells\n", f"shells-{n}\n") for n, day in enumerate(days))

    done = refused(project, CAST + DEFAULTS + claims)

    assert [rule for _, rule in done.by_file] == ["unreadable-date"] * len(days)


def test_threat_08_nan_and_infinity(project: Project) -> None:
    values = (".nan", ".inf", "-.inf", "NaN", "Infinity", "1e999")
    done = refused(project, *(CLAIM + f"    quantities: [{{low: {value}, unit: round}}]\n" for value in values))

    assert [rule for _, rule in done.by_file] == ["wrong-type"] * 5 + ["huge-number"]


def test_threat_09_python_tags(project: Project) -> None:
    call = "!!python/object/apply:os.system ['touch hacked']"
    done = refused(project, call, f"a: {call}", f"claims:\n  - {call}\n", "a: !!python/name:os.system ''", "a: !<!x> b")

    assert done.by_file == [(str(n), "tag") for n in range(5)]
    assert not [*project.root.rglob("hacked")]
    loaders = re.compile(r"yaml\.(unsafe_|full_)?load|(Unsafe|Full|CUnsafe|CFull)Loader|pickle|(?<![.\w])(eval|exec)\(")
    loading = [p.name for p in (ROOT / "src").rglob("*.py") if loaders.search(p.read_text(encoding="utf-8"))]
    assert loading == ["cluster.py"]  # what it unpacks comes from a cluster that its user trusts (SECURITY.md)


def test_threat_10_key_collisions(project: Project) -> None:
    done = refused(project, "".join(f"{n * (2**61 - 1)}: x\n" for n in range(20_000)))

    assert done.rules <= {"key-not-text", "too-many-values", "huge-number"}


def test_threat_11_integer_keys(project: Project) -> None:
    keys = ("1", "1.5", "true", "null", "[a]")
    done = refused(project, *(f"claims:\n  - id: x\n    {key}: x\n" for key in keys))

    assert done.by_file == [(str(n), "key-not-text") for n in range(5)]


def test_threat_12_slow_patterns(project: Project) -> None:
    """Texts of ten thousand characters that almost fit: every field that has a pattern is given one."""
    many = 5_000
    text = (
        f"claims:\n  - id: {'a-' * many}\n    place: {'A' * many}\n    summary: x\n"
        f"    recorded: {{by: '{'a.' * many}!', on: '{'2' * many}'}}\n    sources: [{{lang: '{'en-ab' * 2_000}!'}}]\n"
        f"sources:\n  - id: {'a' * many}_\n    url: 'https://{'a.' * many} '\n    doi: '10.1000/{'a/' * many} '\n"
        f"    symbol: '{'S/' * many}!'\n    mime: '{'a' * many}/{'a.' * many}!'\n    file_sha256: {'f' * many}\n"
        f"topics:\n  - id: x-y\n    question: '{'?' * many}!'\n"
    )
    done = refused(project, text)

    assert done.stdout.count("error[wrong-form]") >= 11
    assert all(len(line) < 1000 for line in done.lines)


def test_threat_13_loose_ends_of_patterns(project: Project) -> None:
    """Neither a line break at the end passes, nor digits and letters of other scripts that look alike."""
    edits = (
        ("ministry-shells", '"ministry-shells\\n"'),
        ("ministry-shells", "ministry-sh\u0435lls"),  # Cyrillic
        ("on: 2023-10-20", 'on: "2023-10-20\\n"'),
        ("2023-10-20", "".join(chr(0x660 + int(d)) if d.isdigit() else d for d in "2023-10-20")),  # Arabic
        ("newcomer", "new\u0441omer"),  # Cyrillic
    )
    done = refused(project, *(CLAIM.replace(before, after) for before, after in edits))

    assert done.by_file == [(str(n), "wrong-form") for n in range(5)]


NO_ADDRESSES = (
    *("javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example/"),
    *("//a.example/", "a.example", "https:a.example", "https:/a.example", "https://", "http:// a.example/", "blob:x"),
    *("https://a b.example/", "https://a.example/<script>", "https://a.example/{x}", "https://a.example/|x"),
    *("vbscript:x", "mailto:a@b.example", " https://a.example/", "https://a.example/`x`", "https://a.example\\x"),
)
LURES = (
    *("https://user:secret@a.example/", "https://apnews.com@pages.example/", "https:///article/1", "https://?x=1"),
    *("https://#x", "https://a.example:99999/", "https://a.example:x/", "https://localhost/", "https://2130706433/"),
    *("https://0x7f000001/", "https://a..example/", "https://-/", "https://a.example/%00", "https://a.example/%0d%0aX"),
)
ADDRESSES = (
    *("https://a.example/", "http://b.example", "https://a.example:8080/x?y=1&z#w", "https://пример.example/статья"),
    *("https://a.example/(x)_y;z=1,2!~'*", "https://web.archive.org/web/2024/https://a.example/"),
)


def test_threat_14_formats_that_nobody_checks(project: Project) -> None:
    def judged(urls: tuple[str, ...]) -> list[int]:
        """Return which of the addresses a check calls wrong."""
        page = "  - {{id: page-{}, kind: article-newspaper, publisher: [daily-gazette], published: '2023', lang: en, "
        pages = (page.format(n) + f"seen: consulted, url: {json.dumps(url)}}}\n" for n, url in enumerate(urls))
        (project.claims / "cast.yaml").write_text(CAST + "".join(pages))
        done = run(project, "check", "--format", "plain")
        first = CAST.count("\n") + 1
        return [int(n) - first for n in re.findall(r"yaml:(\d+):\d+: error", done.stdout)]

    assert judged(NO_ADDRESSES) == [*range(len(NO_ADDRESSES))]
    assert judged(LURES) == [*range(len(LURES))]
    assert judged(ADDRESSES) == []


POISONED = """
import sys
from contextlib import suppress
from alleged.cli import main
from alleged.schemas.explain import explainer
from alleged.schemas.definitions import contents
address = "https://alleged.example/schemas/claim.schema.json"
contents()[address]["properties"]["sources"] = {"$ref": sys.argv.pop(1)}
with suppress(Exception):
    print(*(error.message for error in explainer("claim").iter_errors({"sources": []})))
main(["check"])
"""


def test_threat_15_references_of_schemas_to_elsewhere(project: Project) -> None:
    """Neither a record nor even a schema of ours that was tampered with makes an engine fetch anything."""
    secret = project.root / "secret.json"
    secret.write_text('{"const": "hunter2"}')
    with listener() as (address, server):
        done = refused(project, f"$schema: {address}/x.json\nclaims:\n  - $ref: {address}/y.json\n    id: a-b\n")
        assert done.rules == {"unknown-field", "missing-field"}
        for target in (f"{address}/x.json", secret.as_uri()):
            done = run(project, target, code=POISONED)
            assert done.code != 0
            assert "hunter2" not in done.stdout + done.stderr
        assert nobody_came(server)


def test_threat_16_slow_words_of_schemas(project: Project) -> None:
    # Those of releases are for jsonschema-rs alone, which takes such words quickly.
    ours = {"index", "manifest", "lock", "provenance", "datapackage"}
    paths = [path for path in schemas_folder().rglob("*.json") if path.name.split(".")[0] not in ours]
    schemas = [path.read_text(encoding="utf-8") for path in paths]
    assert not [text for text in schemas if re.search(r'"(uniqueItems|contains|propertyNames|dependencies)"', text)]

    done = accepted(project, CLAIM + "    sources:\n" + "      - {locator: p}\n" * 4_000)

    assert done.peak < MOST


def test_threat_17_silent_loss_of_columns(project: Project) -> None:
    """A field that first turns up in claim 101 is no column that a library may drop: it stops the build."""
    claims = "".join(ONE.replace("ministry-shells", f"ministry-shells-{n}") for n in range(1, 102))
    (project.claims / "cast.yaml").write_text(CAST)
    (project.claims / "hostile.yaml").write_text(DEFAULTS + claims + "    mood: cheerful\n")

    done = run(project, "build", limited=False)

    assert done.code == 1
    assert "no field 'mood'" in done.stdout + done.stderr
    assert not (project.datasets / "dev").exists()


HIDDEN = {
    "hidden-direction": '\u202e \u2066 \u200f \u061c "\\u202e" "\\u2067"',
    "invisible-character": '\u200b \ufeff \u00ad \u034f \u3164 \ufe0f \u200d \U000e0041 "\\u115f" "\\U000e01ef"',
    "control-character": '\x1b[31m \x07 \x00 \x7f \x9b \x85 \u2028 \u2029 "\\e" "\\0" "\\x85" "\\P"',
    "lone-surrogate": '"\\ud83d" \ud83d',
}
"""Characters that are not seen as they are, raw or as YAML may write them, with blanks between."""


def test_threat_18_hidden_text(project: Project) -> None:
    (project.claims / "cast.yaml").write_text(CAST)
    expected = {}
    for rule, texts in HIDDEN.items():
        for n, text in enumerate(texts.split(" ")):
            hidden = text if text.startswith('"') else f"Shells{text}went"
            content = CLAIM.replace("Shells went by ship.", hidden).encode(errors="surrogatepass")
            (project.claims / f"{rule}-{n}.yaml").write_bytes(content)
            expected[f"{rule}-{n}"] = rule

    done = run(project, "check", "--format", "plain")

    assert done.code == 1
    assert done.peak < MOST
    assert dict(done.by_file) == expected
    assert all(map(is_tame, done.lines))


PAYLOADS = (
    *("::error::owned", "  ::add-mask::owned", "\t::set-output name=x::owned", "##[add-path]/tmp", "x ##[error]owned"),
    *("::stop-commands::owned", "%0A::error::owned", "::add-matcher::/tmp/x.json", "##vso[task.setvariable]x", "::x::"),
    *("\x1b[2J\x1b[31mowned", "\x1b]0;owned\x07", "\x9b31m\b", "\r::error::o", "a\n::error::owned", "\u202eowned"),
    *("\u2028::error::o", "[link=https://a.example]owned[/]", "[bold red]owned[/]", "<script>alert(1)</script>"),
)


def besiege(project: Project) -> None:
    """Fill a project with payloads wherever text of others is shown: file names, fields, codes, ids, values."""
    (project.claims / "cast.yaml").write_text(CAST)
    for n, payload in enumerate(PAYLOADS):
        quoted = json.dumps(payload)
        sites = {
            "summary": CLAIM.replace("Shells went by ship.", quoted),
            "act": CLAIM.replace("act: allege", f"act: {quoted}"),
            "claimant": CLAIM.replace("claimant: defence-ministry", f"claimant: {quoted}"),
            "id": CLAIM.replace("id: ministry-shells", f"id: {quoted}"),
            "said": CLAIM.replace("said: 2023-10-13", f"said: {quoted}"),
            "field": CLAIM + f"    {quoted}: x\n",
            "raw": CLAIM.replace("Shells went by ship.", payload),
            "alone": payload,
            "twice": f"{quoted}: x\n{quoted}: y\n",
        }
        for name, content in sites.items():
            (project.claims / f"{name}-{n:02}.yaml").write_text(content, newline="")
        (project.claims / f"{payload.replace('/', '')}.yaml").write_text("a: b")
        (project.claims / f"{payload.replace('/', '')}").mkdir()
        (project.claims / f"{payload.replace('/', '')}" / "x.yaml").write_text("a: b")


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project full of payloads; tests do not change it."""
    project = Project(tmp_path_factory.mktemp("besieged"))
    project.claims.mkdir()
    besiege(project)
    return project


@pytest.fixture(scope="module", params=["human", "plain"])
def report_on_payloads(request: pytest.FixtureRequest, besieged: Project) -> Run:
    return run(besieged, "check", "--format", request.param)


def test_threat_19_terminal_injection(report_on_payloads: Run) -> None:
    done = report_on_payloads

    assert done.code == 1
    assert [line for line in done.lines if not is_tame(line)] == []


def test_threat_19_terminal_injection_by_an_argument(besieged: Project) -> None:
    assert all(map(is_tame, run(besieged, "check", "\x1b[31m\u202e.yaml").lines))


def test_threat_19_terminal_injection_into_coloured_output(besieged: Project) -> None:
    ours, theirs = pty.openpty()
    environment = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "alleged", "check"]
    with subprocess.Popen(command, cwd=besieged.root, env=environment, stdout=theirs, stderr=subprocess.DEVNULL):
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # how Linux tells the end of a pseudo-terminal
            pass
    os.close(ours)

    text = shown.decode()
    assert "\x1b[31m" in text
    assert [line for line in re.sub(r"\x1b\[[0-9;]*m", "", text).split("\r\n") if not is_tame(line)] == []
    assert set(re.findall(r"\x1b\[([0-9;]*)m", text)) <= {"0", "1", "31", "33", "34"}


def test_threat_20_commands_in_the_logs_of_ci(report_on_payloads: Run) -> None:
    assert all(map(commands, ("::error::x", " \t::add-mask::x", "1 | x ##[add-path]y")))
    done = report_on_payloads

    assert len(done.lines) > 150
    assert [line for line in done.lines if commands(line)] == []


def test_threat_22_links_pipes_and_tricks_with_paths(project: Project) -> None:
    git = project.root / ".git"
    git.mkdir()
    (git / "config").write_text("[remote]\n\turl: https://x:hunter2@a.example : [\n")
    outside = project.root.parent / f"{project.root.name}-outside"
    outside.mkdir()
    (outside / "x.yaml").write_text("token: hunter2\n")
    (project.claims / "x.yaml").symlink_to("../.git/config")
    (project.claims / "zero.yaml").symlink_to("/dev/zero")
    (project.claims / "folder").symlink_to(outside)
    (project.claims / "loop.yaml").symlink_to("loop.yaml")
    (project.claims / "NUL.yaml").write_text("a: b")
    os.mkfifo(project.claims / "pipe.yaml")
    (project.root / "dataset.yaml").symlink_to(".git/config")
    (project.root / ".texts").mkdir()
    os.mkfifo(project.root / ".texts" / "gazette-2023-10-14.txt")
    (project.root / ".texts" / "other.txt").symlink_to("/dev/zero")
    project.datasets.mkdir()
    (project.datasets / "index.json").symlink_to("/dev/zero")

    for words in ((), ("--format", "human"), ("claims/x.yaml", "claims/folder"), (str(outside / "x.yaml"),)):
        done = run(project, "check", *words)
        assert done.code == 1, words
        assert done.peak < MOST
        assert "hunter2" not in done.stdout + done.stderr
    assert run(project, "check").rules == {"symbolic-link", "odd-file-name", "not-a-regular-file"}


def test_threat_22_a_list_of_releases_that_was_tampered_with(project: Project) -> None:
    accepted(project, CLAIM)
    (project.datasets / "x").mkdir(parents=True)
    (project.datasets / "x" / "manifest.json").write_text('{"ids": ["hunter2"]}')
    for index in ("[" * 100_000, '{"releases": [{"release": "x"}]}', '{"releases": [{"release": 7}]}', "[]"):
        (project.datasets / "index.json").write_text(index)

        done = run(project, "check")

        assert done.code == 0, done.stderr
        assert "hunter2" not in done.stdout + done.stderr


def test_threat_23_writing_through_a_link(project: Project) -> None:
    accepted(project, CLAIM)
    victim = project.root / "victim"
    victim.mkdir()
    (victim / "claims.parquet").write_bytes(b"precious")
    (victim / "crooked.yaml").write_text(CLAIM.replace("Shells went by ship.", "“Shells went by ship.”"))
    before = {path.name: path.read_bytes() for path in victim.iterdir()}
    project.datasets.mkdir()
    (project.datasets / "dev").symlink_to(victim)
    (project.root / "report.json").symlink_to(victim / "claims.parquet")

    assert run(project, "build", "--force", limited=False).code == 0
    run(project, "check", "--format", "json", "--output", "report.json")
    (project.claims / "sound.yaml").unlink()
    (project.claims / "link.yaml").symlink_to(victim / "crooked.yaml")
    assert run(project, "check", "--fix").code == 1

    assert {path.name: path.read_bytes() for path in victim.iterdir()} == before
    assert not (project.datasets / "dev").is_symlink()
    assert (project.datasets / "dev" / "claims.parquet").is_file()


def test_threat_29_paths_that_read_as_patterns_or_addresses(tmp_path: Path) -> None:
    """A folder called x[1] is not x1, and one called http: leads to no network."""
    project = Project(tmp_path / "http:" / "127.0.0.1" / "x[1]")
    decoy = Project(tmp_path / "http:" / "127.0.0.1" / "x1")
    for one in (project, decoy):
        shutil.copytree(TESTS / "cast", one.claims)
    (project.claims / "sound.yaml").write_text(CLAIM)

    built = run(project, "build", limited=False)
    code = "import sys, alleged; print(alleged.load('claims', project=sys.argv[1])['claim_id'].to_list())"
    loaded = run(Project(tmp_path), "http:/127.0.0.1/x[1]", code=code, limited=False)

    assert built.code == 0, built.stdout
    assert loaded.stdout == "['ministry-shells']\n", loaded.stderr
    assert not (decoy.datasets / "dev").exists()
