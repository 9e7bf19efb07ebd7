"""What `find`, `show` and `explain` say to type next works when it is typed literally."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from alleged.project import Project
from inside import run_inside
from paths import ROOT

ASKED = [
    *("find russia", "find shells", "find 'kim jong'", "find barrel", "find hedges", "find --kind topic"),
    *("find --said 2024", "find --kind actor", "find --kind instrument", "find --kind evidence", "find --kind source"),
    *("find 'Ann Nobody'", "find shells 33000", "find shell nobody", "find rusia", "find 최선희"),
    *("find https://new.example/a?utm_source=x", "find new.example/a", 'find "it\'s; $HOME"', "find --kind code unit"),
    *("find --topic zzzzzzzz", "find --claimant zzzzzzzz", "show zzzzzzzz", "show 'zz zz; x'", "show russia"),
    *("show us", "show allege", "explain", "explain quantities", "explain zzzzzzzz", "explain claims", "explain act"),
]


@pytest.fixture(params=["fixture", "scheme"])
def records(request: pytest.FixtureRequest, project: Project) -> Path:
    shutil.rmtree(project.claims)
    shutil.copytree(ROOT / "tests" / request.param / "claims", project.claims)
    return project.root


def advice(folder: Path, asked: str) -> set[str]:
    """Return the commands that an answer names: each ends where two spaces, a quotation mark or the line does."""
    done = run_inside(folder, *shlex.split(asked))
    assert done.returncode in (0, 1, 2), done.stderr
    commands = re.findall(
        r"(?m)(?<![\w./'])alleged (?:find|show|explain|new|origins) .*?(?=  |$)", done.stdout + done.stderr
    )
    quoted = re.findall(r"'(alleged [^']*)'", done.stdout + done.stderr)
    return {command for command in (*commands, *quoted) if "NAME" not in command}


def test_every_command_that_is_advised_works(records: Path) -> None:
    advised = {command: asked for asked in ASKED for command in advice(records, asked)}
    ids = re.findall(r"(?m)^  ([a-z0-9-]+)(?: |$)", run_inside(records, "find", "--kind", "claim").stdout)
    advised |= {command: id for id in ids[:10] for command in advice(records, f"show {id}")}

    assert {shlex.split(command)[1] for command in advised} >= {"find", "show", "explain", "new", "origins"}
    for command, asked in advised.items():
        words = shlex.split(command)[1:]
        done = run_inside(records, *words)
        if words[0] == "new":  # asks at a terminal for what else the record needs
            assert done.stderr.startswith("error: nothing was written:\n  --"), (asked, command)
            assert words[2] not in done.stderr
        elif asked.startswith("show"):  # find may find nothing, and says what to do then
            assert done.returncode == 0 or done.stdout.startswith("nothing is found"), (asked, command, done.stderr)
        else:
            assert done.returncode == 0, (asked, command, done.stderr)
