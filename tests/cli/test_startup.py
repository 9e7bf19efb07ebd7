"""What starting a command costs: the modules that it imports, and the garbage collector, which is off by then."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from alleged import __version__
from alleged.cli import COMMANDS, MODULES
from alleged.project import Project
from paths import ROOT, TESTS

LISTING = """
import os, sys
exit = os._exit
os._exit = lambda code: (os.write(2, " ".join(sys.modules).encode()), exit(code))
from alleged.__main__ import main
main()
"""
"""Run a command, and as the very last step print the modules that it imported."""

START = "__main__ cli cli.printing errors text text.escape"
HELP = f"{START} cli.drawing cli.options cli.reading cli.topics project " + " ".join(
    f"cli.{MODULES.get(name, name)}" for name in COMMANDS
)
CHECK = f"""{START} cache cli.check cli.options cli.output cli.progress editing editing.local_schema execution files
    git issues project render render.findings render.screen report"""
READ = f"""{START} cache cli.progress cli.reading datasets datasets.lockfile datasets.manifests dates execution files
    find git graphs index issues jsonschema_rs origins project reader reader.characters reader.messages reader.open_file
    records records.articles records.bundles records.corpus records.own_codes records.record records.settings render
    report schemas schemas.definitions schemas.validate schemas.vocabularies text.urls text.words"""
FIND = f"{READ} cli.find editing editing.naming render.matches"
SHOW = f"""{READ} cli.show cli.topics origins.publication origins.utterances render.claims render.records
    text.fragments trace"""

BUDGET: dict[tuple[str, ...], tuple[str, int]] = {
    ("--version",): (START, 8),
    ("--help",): (HELP, 27),
    ("check",): (CHECK, 30),
    ("find", "shells"): (FIND, 64),
    ("show", "ministry-shells"): (SHOW, 64),
}
"""What each command imports besides click: modules of `alleged`, other packages, at most so many of Python 3.11."""


@pytest.fixture
def cast(project: Project) -> Project:
    """Return a project with the cast and a sound claim, which has been checked."""
    for path in (TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "no-mistake.yaml"):
        shutil.copy(path, project.claims)
    python("-m", "alleged", "check", at=project.root)
    return project


def python(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=at, capture_output=True, text=True, check=True)


@pytest.mark.skipif(os.name == "nt", reason="click imports more there, for its colours")
@pytest.mark.parametrize("words", BUDGET)
def test_a_command_imports_only_what_it_needs(words: tuple[str, ...], cast: Project) -> None:
    named, most = BUDGET[words]
    before = python("-c", "import click, sys; print(*sys.modules)", at=cast.root).stdout.split()
    modules = {*python("-c", LISTING, *words, at=cast.root).stderr.splitlines()[-1].split()} - {*before}
    of_python = sorted(name for name in modules if name.partition(".")[0] in sys.stdlib_module_names)
    others = {_short(name) for name in modules.difference(of_python) if not name.startswith("click.")} - {"alleged"}
    budget = {*named.split()}

    assert others == budget, f"above the budget: {sorted(others - budget)}; no longer needed: {sorted(budget - others)}"
    if sys.version_info[:2] == (3, 11):
        assert len(of_python) <= most, f"{len(of_python)} modules of Python, but the budget is {most}: {of_python}"


def _short(name: str) -> str:
    """Return the name of a module within `alleged`, or of a package of others."""
    return name.removeprefix("alleged.") if name.startswith("alleged.") else name.partition(".")[0]


def test_the_garbage_collector_is_off_before_anything_else_is_imported(tmp_path: Path) -> None:
    code = (
        "import gc, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        print(name, gc.isenabled(), file=sys.stderr)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from alleged.__main__ import main; main()"
    )
    lines = python("-c", code, "--version", at=tmp_path).stderr.splitlines()

    assert [line for line in lines if line.endswith("True")] == ["alleged True", "alleged.__main__ True"]
    assert "click False" in lines


def test_importing_the_library_leaves_the_garbage_collector_on(tmp_path: Path) -> None:
    code = "import gc, alleged.cli, alleged.__main__, alleged.report; print(gc.isenabled())"

    assert python("-c", code, at=tmp_path).stdout == "True\n"


def test_the_version_that_is_not_looked_up_is_that_of_the_package() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__
