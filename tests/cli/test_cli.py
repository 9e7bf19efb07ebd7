"""The command line as people and scripts meet it: help, exit codes, pipes, interrupts."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from alleged.cli import COMMANDS
from alleged.project import Project
from inside import run_inside
from paths import TESTS


@pytest.fixture
def cast(project: Project) -> Project:
    """Return a project with the cast and a sound claim."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    return project


def run(*words: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "-m", "alleged", *words]
    return subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = run_inside(tmp_path, command, "--help")

    assert done.returncode == 0
    assert "Example" in done.stdout
    assert re.search(rf"\n +alleged {command}", done.stdout), "each example stands on a line of its own"


def test_alleged_alone_shows_what_to_do_next(tmp_path: Path) -> None:
    done = run_inside(tmp_path)

    assert "alleged check" in done.stdout + done.stderr


def test_sound_records_exit_with_0_and_findings_with_1(cast: Project) -> None:
    assert run("check", at=cast.root).returncode == 0
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims)
    assert run("check", at=cast.root).returncode == 1


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["chekc"], "did you mean 'check'"),
        (["check", "nowhere.yaml"], "no file or folder 'nowhere.yaml'"),
        (["check", "--fromat", "plain"], "--format"),
        (["show", "ministry-shels"], "did you mean 'ministry-shells'"),
        (["explain", "unknown-refrence"], "did you mean 'unknown-reference'"),
        (["check", "--jobs", "2", "--cluster", "tcp://127.0.0.1:9"], "--jobs does not go with --cluster"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_would_be_right(words: list[str], reported: str, cast: Project) -> None:
    done = run_inside(cast.root, *words)

    assert done.returncode == 2
    assert reported in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_a_project_the_message_says_so(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "check")

    assert (done.returncode, done.stdout) == (2, "")
    assert "no folder 'claims'" in done.stderr


def test_findings_of_one_file_are_shown_alone_but_judged_with_the_project(cast: Project) -> None:
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims)

    assert run_inside(cast.root, "check", "claims/no-mistake.yaml").returncode == 0
    done = run_inside(cast.root, "check", "claims/unknown-act.yaml")
    assert done.stdout.splitlines() == [
        "claims/unknown-act.yaml:7:10: error[unknown-code]: 'alege' is not in the list 'Act'; did you mean 'allege'?"
    ]


def test_a_loose_folder_of_records_can_be_checked_from_anywhere(
    cast: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(cast.claims, elsewhere / "copy")

    done = run_inside(elsewhere, "check", str(elsewhere / "copy"))

    assert done.returncode == 0, done.stderr
    assert "2 files checked" in done.stderr


def test_show_prints_the_claim_its_source_and_its_line(cast: Project) -> None:
    done = run_inside(cast.root, "show", "ministry-shells")

    assert "Ministry of Defence of Norway (defence-ministry)" in done.stdout
    assert "https://gazette.example/shells" in done.stdout
    assert "claims/no-mistake.yaml:5" in done.stdout


def test_explain_prints_the_page_of_a_rule(tmp_path: Path) -> None:
    page = run_inside(tmp_path, "explain", "unknown-reference").stdout

    assert "Example:" in page
    assert "Fix:" in page


def test_check_imports_neither_polars_nor_pandera_nor_jsonschema(cast: Project) -> None:
    code = (
        "import sys; from alleged.cli import _run; assert _run(['check']) == 0; "
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'polars', 'pandera', 'pandas', 'jsonschema'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=cast.root, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_colour_is_for_terminals_only(cast: Project) -> None:
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims)

    assert "\x1b" not in run("check", "--format", "human", at=cast.root).stdout


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colour_unless_it_asks_for_none(
    environment: dict[str, str], coloured: bool, cast: Project
) -> None:
    import pty

    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims)
    ours, theirs = pty.openpty()
    environment = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", **environment}
    command = [sys.executable, "-m", "alleged", "check"]
    done = subprocess.run(
        command, cwd=cast.root, env=environment, stdout=theirs, stderr=theirs, timeout=60, check=False
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # how Linux tells the end of a pseudo-terminal
        pass
    os.close(ours)

    assert done.returncode == 1
    assert b"unknown-code" in shown
    assert (b"\x1b[" in shown) is coloured


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_broken_pipe_ends_quietly(cast: Project) -> None:
    for n in range(400):
        text = (TESTS / "mistakes" / "unknown-act.yaml").read_text().replace("ministry-shells", f"claim-{n}")
        (cast.claims / f"many-{n}.yaml").write_text(text)
    command = [sys.executable, "-m", "alleged", "check", "--format", "human", "--quiet"]
    with subprocess.Popen(command, cwd=cast.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_says_that_nothing_was_published(cast: Project) -> None:
    os.mkfifo(cast.root / "ready")
    code = (
        "import time; from alleged.records import corpus; from alleged.cli import main; "
        "corpus.read = lambda *_: (open('ready', 'w').close(), time.sleep(60)); main(['check', '--no-cache'])"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=cast.root, stderr=subprocess.PIPE, text=True)
    (cast.root / "ready").read_bytes()  # returns once the command has come to where it waits
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)

    assert process.returncode == 130
    assert said.strip() == "interrupted; nothing was published"


def test_a_fault_of_ours_exits_with_70_and_no_traceback(cast: Project) -> None:
    code = (
        "from alleged.records import corpus; from alleged.cli import main; "
        "corpus.read = lambda *_: 1 / 0; main(['check', '--no-cache'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=cast.root, capture_output=True, text=True, check=False)

    assert done.returncode == 70
    assert "internal error" in done.stderr
    assert "Traceback" not in done.stderr
