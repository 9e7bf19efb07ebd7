"""A reader beside a build: at whatever step the folder of tables is swapped, it gets the old ones or the new ones."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alleged import release
from alleged.project import Project

TESTS = Path(__file__).parents[1]
CLAIM = (TESTS / "mistakes" / "no-mistake.yaml").read_text(encoding="utf-8")
OLD, NEW = "Shells went by ship.", "Shells went by train."

# Python calls an audit hook just before it opens a file or lists a folder. There, this one does to the folders what a
# build does: at the step `away`, `dev` goes, and the new one comes at the moment that is asked for.
READER = """
import json, os, shutil, sys, time
import polars
import alleged

root, moment = sys.argv[1:]
datasets = os.path.join(root, "datasets")
dev, aside, fresh = (os.path.join(datasets, name) for name in ("dev", ".old-1", ".build-1"))
steps, away, busy = 0, None, True

def come():
    if not os.path.exists(dev):
        os.rename(fresh, dev)
        shutil.rmtree(aside)

def hook(event, arguments):
    global steps, busy
    if busy or event not in ("open", "os.scandir", "os.listdir"):
        return
    path = arguments[0]
    if not isinstance(path, int) and os.path.isabs(path) and not os.fsdecode(path).startswith(datasets):
        return
    busy = True
    if moment == "the next step":
        come()
    if steps == away:
        os.rename(dev, aside)
        if moment == "the same step":
            come()
    steps += 1
    busy = False

def wait(seconds):
    global busy
    busy = True
    come()
    busy = False

def load(number=None):
    global steps, away, busy
    for folder in (dev, aside, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(root, "old"), dev)
    shutil.copytree(os.path.join(root, "new"), fresh)
    steps, away, busy = 0, number, False
    try:
        return alleged.load("claims", release="dev", project=root)["summary"].to_list()
    except Exception as error:
        return f"step {number}: {type(error).__name__}: {error}"
    finally:
        busy = True

sys.addaudithook(hook)
time.sleep = wait
seen = [load()]
print(json.dumps(seen + [load(number) for number in range(steps)]))
"""


@pytest.fixture(scope="module")
def built_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with the tables of two builds, `old` and `new`, beside each other; tests do not change it."""
    project = Project(tmp_path_factory.mktemp("built"))
    project.claims.mkdir()
    (project.claims / "cast.yaml").write_bytes((TESTS / "cast" / "cast.yaml").read_bytes())
    for name, summary in (("old", OLD), ("new", NEW)):
        (project.claims / "claim.yaml").write_text(CLAIM.replace(OLD, summary), encoding="utf-8")
        release.build(project)
        (project.datasets / "dev").rename(project.root / name)
    return project.root


@pytest.fixture
def rebuilt(built_twice: Path, tmp_path: Path) -> Path:
    """Return a copy of the project with the tables of two builds, which the test may change."""
    return shutil.copytree(built_twice, tmp_path / "rebuilt")


@pytest.mark.parametrize("moment", ["the same step", "the next step", "a wait"])
def test_a_reader_gets_the_old_tables_or_the_new_at_whatever_step_a_build_swaps_them(
    moment: str, rebuilt: Path
) -> None:
    read = [sys.executable, "-c", READER, str(rebuilt), moment]
    done = subprocess.run(read, capture_output=True, text=True, timeout=60, check=True)
    seen = json.loads(done.stdout)

    assert [what for what in seen if what not in ([OLD], [NEW])] == []
    assert [OLD] in seen
    assert [NEW] in seen
