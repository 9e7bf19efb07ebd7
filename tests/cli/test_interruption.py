"""An interruption ends a command quietly, with exit code 130, also while its modules are loaded."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from alleged.project import Project
from paths import TESTS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

HOOK = """
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
"""
"""A `sitecustomize` that interrupts the process when it begins to import a module."""

SCRIPT = "from alleged.__main__ import main; main()"
"""What the installed program `alleged` does."""


def interrupted(at: str, *words: str, folder: Path, code: str = SCRIPT) -> subprocess.CompletedProcess[str]:
    (folder / "hook").mkdir(exist_ok=True)
    (folder / "hook" / "sitecustomize.py").write_text(HOOK)
    path = os.pathsep.join([str(folder / "hook"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "INTERRUPT_AT": at}
    command = [sys.executable, *(["-c", code] if code else ["-m", "alleged"]), *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_program_is_the_module_that_is_tested_here() -> None:
    (program,) = entry_points(group="console_scripts", name="alleged")

    assert program.value == "alleged.__main__:main"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        *((at, ("check",)) for at in ("alleged.cli", "click", "click.core", "alleged.errors", "alleged.text.escape")),
        *((at, ("check",)) for at in ("alleged.cli.check", "alleged.report", "yaml", "decimal", "alleged.rules")),
        *(
            (at, ("build", "--quiet"))
            for at in ("alleged.cli.build", "filelock", "polars", "pandera.polars", "nanoarrow")
        ),
        *((at, ("show", "x")) for at in ("alleged.cli.show", "alleged.records.corpus", "alleged.schemas.vocabularies")),
    ],
)
def test_an_interruption_while_modules_are_loaded(at: str, words: tuple[str, ...], project: Project) -> None:
    for path in (TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "no-mistake.yaml"):
        shutil.copy(path, project.claims)

    done = interrupted(at, *words, folder=project.root)

    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() in ("", "interrupted; nothing was published")
    assert not (project.datasets / "dev").exists()


def test_an_interruption_while_python_loads_the_module_alleged(project: Project) -> None:
    done = interrupted("click", "check", folder=project.root, code="")

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_the_package_itself_loads_nothing_else() -> None:
    """An interruption at this moment meets no code that could end quietly."""
    code = "import sys; before = set(sys.modules); import alleged; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["alleged"]


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(os, "fork"), reason="other systems share no work")
def test_processes_that_share_work_are_not_interrupted_while_they_start() -> None:
    code = (
        "import os, signal; from alleged.execution import Execution\n"
        "os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "print(*Execution(jobs=2).map_ordered(abs, [-1, 2, -3]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("1 2 3\n", "")
