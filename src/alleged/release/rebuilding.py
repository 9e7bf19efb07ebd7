"""Making a release again from its commit, in a folder of its own, and comparing it with what was published.

This runs the code of that commit, with the rights of whoever asks: do it for repositories whose authors you trust.
Everything around it is closed: index and manifest are checked first, the files come from git's objects into a fresh
repository without settings or hooks, and Python imports the commit's `alleged` and the installed libraries only.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alleged import files, git
from alleged.changes import revisions
from alleged.datasets import manifests
from alleged.errors import EnvironmentFailure, VerificationError
from alleged.project import PACKAGE, Project
from alleged.release import content_of
from alleged.release.publishing import Say
from alleged.release.verification import Verdict, verify
from alleged.text import notices
from alleged.text.escape import file_name

LARGEST = 1 << 30
"""Bytes of the largest file that is put in place."""

SECONDS = 1800
"""Seconds that building a release again may take."""


def rebuild(project: Project, name: str | None = None, restore: bool = False, say: Say = notices.tell) -> Verdict:
    """Make a release again from its commit, by default the stable one, and compare it with the manifest.

    Where the libraries are those of the release, bytes are compared; otherwise only the content can be equal. With
    `restore`, files that are not here are put in place, if they are the very bytes. Before the code of the commit is
    run, `say` is told so.

    Raises:
        UnknownNameError: There is no such release.
        VerificationError: The index, the manifest or the commit cannot be used.
        EnvironmentFailure: The commit is not here, or it cannot be built.
    """
    published = verify(project, name)
    if not published.sound:
        return published
    name = published.release
    folder = f"{project.datasets.name}/{name}"
    manifest = manifests.read_manifest(project.root, folder)
    wanted = {file: entry["sha256"] for file, entry in manifests.named(manifest).items()}
    wanted["manifest.json"] = _digest(project.root, f"{folder}/manifest.json")
    with _checked_out(project, manifest["source"]["commit"]) as tree, files.temporary_folder() as place:
        made = place / name
        _build(tree, name, made, say)
        odd = tuple(file for file, digest in wanted.items() if _digest(made, file) != digest)
        if restore and not odd:
            _restore(made, project, folder, wanted)
        again = manifests.read_manifest(place, name) if odd else manifest
    if not odd:
        return Verdict(name, len(wanted), (), equal="bytes")
    if content_of(again) == manifest["content_sha256"]:
        return Verdict(name, len(wanted), (), equal="content")
    faults = [f"rebuilt, {table} has other rows" for table in _changed_tables(manifest["tables"], again["tables"])]
    return Verdict(name, len(wanted), tuple(faults or ["rebuilt, the release has other tables"]))


@contextmanager
def _checked_out(project: Project, commit: str | None) -> Iterator[Path]:
    """Lay a commit out in a fresh repository that has it checked out; the objects stay where they are.

    Raises:
        VerificationError: The commit holds code that would be imported beside `alleged`.
        UnknownNameError: The commit is not here.
        EnvironmentFailure: Git is missing, or an object is missing, damaged or too large.
    """
    if commit is None or git.resolve(project.root, commit) != commit:
        raise VerificationError(f"the manifest names the commit {commit!r}, not the full hash of one")
    blobs = git.blobs(project.root, commit)
    for blob in blobs:
        path = files.text(blob.path)
        if path.startswith("src/") and not (path.startswith("src/alleged/") and blob.mode in git.REGULAR):
            raise VerificationError(
                f"commit {commit} holds {file_name(path)}; only files in src/alleged/ may be there, since Python "
                "would import others in place of its own modules"
            )
    with files.temporary_folder() as tree:
        git.make_repository(tree, len(commit))
        objects = f"{git.objects_folder(project.root)}\n"
        files.write(tree, ".git/objects/info/alternates", os.fsencode(objects))
        revisions.lay_out(project.root, [blob for blob in blobs if blob.mode in git.REGULAR], tree)
        git.check_out_nothing(tree, commit)
        yield tree


def _build(tree: Path, name: str, made: Path, say: Say) -> None:
    """Let the code of the commit build the release, with the libraries that are installed here."""
    own = files.is_folder(tree, "src/alleged")
    say(f"building {name} again, which runs {'the code of its commit' if own else 'the installed alleged'}")
    kept = {name: value for name, value in git.environment(own=True).items() if not name.startswith("PYTHON")}
    run = [sys.executable, "-P", "-s", "-m", "alleged", "release", "--name", name, "--into", str(made)]
    path = {"PYTHONPATH": str(tree / "src" if own else PACKAGE.parent)}
    try:
        subprocess.run(run, cwd=tree, env=kept | path, capture_output=True, check=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise EnvironmentFailure(f"building {name} again took more than {SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines() or ["no reason given"]
        raise EnvironmentFailure(f"{name} cannot be built again: {reason[-1]}") from None


def _restore(made: Path, project: Project, folder: str, wanted: Mapping[str, str]) -> None:
    for file in wanted:
        if not files.exists(project.root, f"{folder}/{file}"):
            with files.translate_oserror(f"{folder}/{file} cannot be written"):
                files.write(project.root, f"{folder}/{file}", files.read(made, file, LARGEST))


def _changed_tables(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [t for t in before if after.get(t, {}).get("content_sha256") != before[t]["content_sha256"]]


def _digest(root: Path, name: str) -> str:
    try:
        return files.digest(root, name)
    except OSError:
        return "none"
