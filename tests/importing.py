"""What tests of imports share: a project with a few records, a command that imports, and its verdicts."""

import os
import re
import shutil
import subprocess

from alleged.project import Project
from inside import run_inside
from paths import TESTS

FILES = TESTS / "import"

RECORDED = """\
defaults:
  source: gazette-2023-10-20
  recorded: {by: newcomer, on: 2023-10-20}

sources:
  - id: gazette-2023-10-20
    kind: article-newspaper
    publisher: [daily-gazette]
    published: 2023-10-20
    lang: en
    url: https://gazette.example/second?b=2&a=1
    seen: consulted

claims:
  - id: ministry-2023-shells
    claimant: defence-ministry
    act: allege
    topic: shells-to-harbour-state
    summary: Shells went by ship.
    said: 2023-10-13
    mode: past

actors:
  - id: ann-holm
    name: Ann Holm
    kind: person
    memberships: [{of: defence-ministry}]
    public_role: Minister
  - id: two-hats
    name: Bo Two-hats
    kind: person
    memberships: [{of: defence-ministry}, {of: norway}]
    public_role: Holder of two offices
"""


ROW = {
    "source": "gazette-2023-10-20",
    "claimant": "norway",
    "act": "allege",
    "topic": "shells-to-harbour-state",
    "said": "2023-10-19",
    "summary": "Trains carried ammunition.",
    "mode": "past",
}


def with_cast(project: Project) -> Project:
    """Return a project with some actors, a topic, two articles and a claim."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    (project.claims / "recorded.yaml").write_text(RECORDED)
    return project


def imported(project: Project, *words: str | os.PathLike[str]) -> subprocess.CompletedProcess[str]:
    own = {"HOME": str(project.root), "XDG_CONFIG_HOME": str(project.root)}  # where git knows no name
    return run_inside(project.root, "import", *map(str, words), **own)


def verdicts(done: subprocess.CompletedProcess[str]) -> dict[int, str]:
    """Return the verdict on each row or item."""
    return {
        int(n): state for n, state in re.findall(r"^(?:row|item|form) (\d+): ([a-z ]+):", done.stdout, re.MULTILINE)
    }


def lines_of(done: subprocess.CompletedProcess[str], number: int) -> str:
    return "\n".join(re.findall(rf"^(?:row|item|form) {number}: .*", done.stdout, re.MULTILINE))


def state_of(project: Project) -> dict[str, bytes]:
    """Return the content of every file of a project."""
    paths = (path for path in project.root.rglob("*") if path.is_file())
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in paths}
