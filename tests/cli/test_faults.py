"""What goes wrong around a command or in the records is reported with its exit code; it is no fault of ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alleged.cli import _run
from alleged.project import Project
from alleged.records.corpus import read
from paths import TESTS

POSIX = pytest.mark.skipif(os.name == "nt", reason="a POSIX shell")


@pytest.fixture
def cast(project: Project) -> Project:
    """Return a project with the cast and a sound claim."""
    for path in (TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "no-mistake.yaml"):
        shutil.copy(path, project.claims)
    return project


def shell(line: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell, in which ALLEGED is the program, and return how it ended."""
    line = line.replace("ALLEGED", f"'{sys.executable}' -m alleged")
    environment = {**os.environ, **environment}
    return subprocess.run(["sh", "-c", line], cwd=at, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("mistake", sorted((TESTS / "mistakes").glob("*.yaml")), ids=lambda path: path.stem)
def test_records_with_mistakes_can_be_shown_or_the_mistake_is_reported(
    mistake: Path, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(mistake, project.claims)
    monkeypatch.chdir(project.root)
    claims = read(project).corpus.claims
    for words in (
        *(("show", claim) for claim in claims),
        *((command, "shells-to-harbour-state") for command in ("origins", "timeline", "quantities")),
        ("stats",),
        ("stats", "--agreement"),
    ):
        code = _run([*words])
        said = capsys.readouterr().err
        assert code in (0, 1, 2), (words, said)
        assert code == 0 or any(line.lower().startswith("error: ") for line in said.splitlines())


def test_a_reference_that_leads_nowhere_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "misspelt-actor.yaml"):
        shutil.copy(path, project.claims)
    monkeypatch.chdir(project.root)

    assert _run(["show", "ministry-shells"]) == 2
    assert capsys.readouterr().err == (
        "error: there is no actor 'defense-ministry', but a record names it; run 'alleged check'\n"
    )


@POSIX
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("ALLEGED check >&-", 0),
        ("ALLEGED check 2>&-", 0),
        ("ALLEGED check <&- >&- 2>&-", 0),
        ("ALLEGED show nobody >&- 2>&-", 2),
        ("ALLEGED check --fix-ask <&-", 2),
    ],
)
def test_streams_that_the_caller_has_closed(line: str, code: int, cast: Project) -> None:
    done = shell(line, cast.root)

    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], {"stdout": 141, "stderr": 0}),
        (["explain"], {"stdout": 141, "stderr": 0}),
        (["check"], {"stdout": 0, "stderr": 141}),
        (["check", "--format", "json"], {"stdout": 141, "stderr": 0}),
        (["show", "nobody"], {"stdout": 2, "stderr": 141}),
    ],
)
def test_a_pipe_that_nobody_reads_ends_a_command_quietly(
    words: list[str], code: dict[str, int], stream: str, cast: Project
) -> None:
    """Neither as a success nor as an issue found: nobody saw what the command printed."""
    reading, writing = os.pipe()
    os.close(reading)
    out, err = (writing if name == stream else subprocess.PIPE for name in ("stdout", "stderr"))
    command = [sys.executable, "-m", "alleged", *words]
    with subprocess.Popen(command, cwd=cast.root, stdout=out, stderr=err, text=True) as process:
        os.close(writing)
        said = process.communicate()

    assert process.returncode == code[stream]
    assert not any("Traceback" in text or "Broken" in text for text in said if text)


@POSIX
def test_the_first_lines_of_a_long_output_can_be_taken(cast: Project) -> None:
    done = shell("ALLEGED explain | head -n 1", cast.root)

    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize(
    ("line", "reported"),
    [
        ("ALLEGED stats >/dev/full", "error: No space left on device\n"),
        ("ALLEGED show nobody 2>/dev/full", ""),
        ("ALLEGED stats >/dev/full 2>/dev/full", ""),
    ],
)
def test_a_full_disk_behind_a_stream(line: str, reported: str, cast: Project) -> None:
    done = shell(line, cast.root)

    assert (done.returncode, done.stderr) == (3, reported)


@POSIX
def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    done = shell(f"rmdir '{tmp_path}'; ALLEGED check", tmp_path)

    assert done.returncode == 3
    assert done.stderr.startswith("error: ")


@POSIX
def test_a_shell_completes_commands(cast: Project) -> None:
    done = shell("ALLEGED", cast.root, _ALLEGED_COMPLETE="bash_complete", COMP_WORDS="alleged ch", COMP_CWORD="1")

    assert (done.returncode, done.stdout) == (0, "plain,check\n")


def test_what_the_system_lacks_is_said_with_the_statistics(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from alleged import files

    monkeypatch.chdir(project.root)
    monkeypatch.setattr(files, "LIMITS", ("this system cannot open files relative to an open folder",))
    (project.claims / "a.yaml").write_text("actors:\n  - {id: a, kind: outlet, name: A}\n")
    _run(["check", "--stats"])

    assert capsys.readouterr().err.endswith("\nthis system cannot open files relative to an open folder\n")
