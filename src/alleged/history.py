"""The records as they were: a revision of the project, laid out in a folder of its own for a while."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from alleged.errors import SurroundingsError, UnknownNameError
from alleged.layout import Layout, read_json

PARTS = ("claims", "dataset.yaml", "datasets")
"""What a check looks at, if the revision has it."""

PATIENCE = 120
"""Seconds that a call of git may take."""


@contextmanager
def at(layout: Layout, revision: str) -> Iterator[Layout]:
    """Lay the records of a revision out in a temporary folder, which is gone afterwards.

    Links among them are left out: nothing is read that the revision itself does not hold.

    Raises:
        UnknownNameError: There is no such revision.
        SurroundingsError: The project is no git checkout, or git is missing.
    """
    commit = resolve(layout, revision)
    parts = [part for part in PARTS if git(layout, "ls-tree", commit, "--", part)]
    with TemporaryDirectory(prefix="alleged-") as folder:
        if parts:
            archive = git(layout, "archive", "--format=tar", commit, "--", *parts)
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(folder, members=[m for m in tar if m.isreg() or m.isdir()], filter="data")
        (Path(folder) / "claims").mkdir(exist_ok=True)
        yield Layout(Path(folder))


def resolve(layout: Layout, revision: str) -> str:
    """Return the commit that a revision names, such as `main`, `HEAD~2` or a tag, or that a release was built from.

    Raises:
        UnknownNameError: There is no such revision.
        SurroundingsError: The project is no git checkout, or git is missing.
    """
    git(layout, "rev-parse", "--git-dir")
    revision = _releases(layout).get(revision, revision)
    try:
        found = git(layout, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return found.decode().split()[-1]
    except SurroundingsError:
        raise UnknownNameError(f"git knows no revision {revision!r}; 'git branch -a' and 'git tag' list them") from None


def _releases(layout: Layout) -> dict[str, str]:
    """Return the commit of each release that the project's index names."""
    try:
        index = read_json(layout.datasets / "index.json")
        return {entry["release"]: entry["commit"] for entry in index["releases"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def fork(layout: Layout, revision: str) -> str:
    """Return the commit at which the present branch left a revision; the revision itself if they share none.

    Raises:
        UnknownNameError: There is no such revision.
        SurroundingsError: The project is no git checkout, or git is missing.
    """
    commit = resolve(layout, revision)
    try:
        return git(layout, "merge-base", commit, "HEAD").decode().strip()
    except SurroundingsError:
        return commit


def git(layout: Layout, *words: str) -> bytes:
    """Return what git prints.

    Raises:
        SurroundingsError: git is missing, or says no.
    """
    run = ["git", "-C", str(layout.root), *words]
    try:
        return subprocess.run(run, capture_output=True, check=True, timeout=PATIENCE).stdout
    except FileNotFoundError:
        raise SurroundingsError("this needs git, which is not installed") from None
    except subprocess.TimeoutExpired:
        raise SurroundingsError(f"git did not answer within {PATIENCE} seconds") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise SurroundingsError(f"git {words[0]}: {said[0]}") from None
