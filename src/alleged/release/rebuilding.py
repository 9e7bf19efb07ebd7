"""Rebuild a release from its commit, and compare it with the published files.

This runs the code of that commit with your rights: do it only for repositories whose authors you trust. Everything
around it is restricted: index and manifest are checked first, files are written from git objects to a new repository
without settings or hooks, and Python imports only the commit's `alleged` and the installed libraries.
"""

import os
import re
import subprocess
import sys
import tomllib
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
"""Largest file that is restored, in bytes."""

SECONDS = 1800
"""Seconds after which a rebuild is stopped."""

VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")
"""Versions of `alleged`, as its `pyproject.toml` has them."""


def rebuild(project: Project, name: str | None = None, restore: bool = False, say: Say = notices.show) -> Verdict:
    """Rebuild a release (by default the stable one) from its commit, and compare it with the manifest.

    With the libraries of the release, bytes are equal; with other versions, only the content may be. With `restore`,
    missing files are written if their bytes are equal. `say` gets a line before the code of the commit runs.

    Raises:
        UnknownNameError: There is no such release.
        VerificationError: The index, the manifest or the commit cannot be used.
        EnvironmentFailure: The commit is missing, or cannot be built.
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
        rebuilt = place / name
        _build(tree, name, rebuilt, say)
        different = tuple(file for file, digest in wanted.items() if _digest(rebuilt, file) != digest)
        if restore and not different:
            _restore(rebuilt, project, folder, wanted)
        again = manifests.read_manifest(place, name) if different else manifest
    if not different:
        return Verdict(name, len(wanted), (), equal="bytes")
    if content_of(again) == manifest["content_sha256"]:
        return Verdict(name, len(wanted), (), equal="content")
    faults = [f"rebuilt, {table} has other rows" for table in _changed_tables(manifest["tables"], again["tables"])]
    return Verdict(name, len(wanted), tuple(faults or ["rebuilt, the release has other tables"]))


@contextmanager
def _checked_out(project: Project, commit: str | None) -> Iterator[Path]:
    """Check a commit out in a new repository, which borrows the objects of this one.

    Raises:
        VerificationError: The commit holds modules outside `src/alleged/` that Python would import.
        UnknownNameError: The commit is missing.
        EnvironmentFailure: Git is missing, or an object is missing, damaged or too large.
    """
    if commit is None or git.resolve(project.root, commit) != commit:
        raise VerificationError(f"the manifest names the commit {commit!r}, which is not a full hash")
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
        revisions.extract_files(project.root, [blob for blob in blobs if blob.mode in git.REGULAR], tree)
        git.set_head(tree, commit)
        yield tree


def _build(tree: Path, name: str, into: Path, say: Say) -> None:
    """Build the release with the code of the commit and the installed libraries."""
    own = files.is_folder(tree, "src/alleged")
    say(f"rebuilding {name}, which runs {'the code of its commit' if own else 'the installed alleged'}")
    variables = {name: value for name, value in git.environment(own=True).items() if not name.startswith("PYTHON")}
    run = [sys.executable, "-P", "-s", "-m", "alleged", "release", "--name", name, "--into", str(into)]
    folders = [tree / "src", _metadata(tree, into.parent)] if own else [PACKAGE.parent]
    path = {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    try:
        subprocess.run(run, cwd=tree, env=variables | path, capture_output=True, check=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise EnvironmentFailure(f"rebuilding {name} took more than {SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines() or ["no reason given"]
        raise EnvironmentFailure(f"{name} cannot be rebuilt: {reason[-1]}") from None


def _metadata(tree: Path, folder: Path) -> Path:
    """Return a folder with the metadata of the commit's package, so that its code finds its own version there."""
    try:
        version = tomllib.loads(files.read(tree, "pyproject.toml", LARGEST).decode())["project"]["version"]
    except (OSError, ValueError, LookupError, TypeError):
        version = None
    if isinstance(version, str) and VERSION.fullmatch(version):
        name = f"metadata/alleged-{version}.dist-info"
        files.make_folder(folder, name)
        files.create(folder, f"{name}/METADATA", f"Metadata-Version: 2.1\nName: alleged\nVersion: {version}\n".encode())
    return folder / "metadata"


def _restore(rebuilt: Path, project: Project, folder: str, wanted: Mapping[str, str]) -> None:
    for file in wanted:
        if not files.exists(project.root, f"{folder}/{file}"):
            with files.translate_oserror(f"{folder}/{file} cannot be written"):
                files.write(project.root, f"{folder}/{file}", files.read(rebuilt, file, LARGEST))


def _changed_tables(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [t for t in before if after.get(t, {}).get("content_sha256") != before[t]["content_sha256"]]


def _digest(root: Path, name: str) -> str:
    try:
        return files.digest(root, name)
    except OSError:
        return "none"
