"""Records of a git revision: write its files to a temporary folder, and find changed files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alleged import files, git
from alleged.datasets import manifests
from alleged.errors import AllegedError, EnvironmentFailure
from alleged.git import Blob
from alleged.project import SUFFIXES, Project
from alleged.reader import record_files
from alleged.text.escape import file_name

PARTS = ("claims", "intercoder", "vocabularies", "dataset.yaml", "datasets")
"""Files and folders of a revision that commands on records read."""

MAX_FILE_BYTES, MAX_BYTES = 1 << 26, 1 << 30
"""Bytes of one file of a revision, and of all its files; 100,000 claims take about 200 MB."""


@contextmanager
def at(project: Project, revision: str) -> Iterator[Project]:
    """Write the records of a revision to a temporary folder, which is deleted at the end of the block.

    Links and submodules are left out, so that only files of the revision itself are read.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The project is no git checkout, git is missing, or an object cannot be read.
    """
    commit = resolve(project, revision)
    with files.temporary_folder() as folder:
        files.make_folder(folder, "claims")
        blobs = [blob for blob in git.blobs(project.root, commit, PARTS) if _is_read(blob)]
        extract_files(project.root, blobs, folder)
        yield Project(folder)


@contextmanager
def stable(project: Project) -> Iterator[tuple[str | None, Project]]:
    """Yield the name and the records of the stable release; without any release, None and the project as it is.

    Raises:
        UnknownNameError: The commit of the release is not here.
        EnvironmentFailure: The project is no git checkout, git is missing, or an object cannot be read.
    """
    name = manifests.read_index(project.root).data["channels"].get("stable")
    if name is None:
        yield None, project
        return
    with at(project, name) as released:
        yield name, released


def _is_read(blob: Blob) -> bool:
    """Whether commands on records read a file of a revision."""
    folder, _, rest = files.text(blob.path).partition("/")
    if blob.mode not in git.REGULAR:
        return False
    if folder in ("claims", "intercoder", "vocabularies"):
        return rest.endswith(SUFFIXES) and "/." not in f"/{rest}"
    return folder == "dataset.yaml" or rest == "index.json" or rest.endswith("/manifest.json")


def extract_files(root: Path, blobs: Iterable[Blob], folder: Path) -> None:
    """Extract files of a revision into an empty folder, each with the content of its object.

    Raises:
        EnvironmentFailure: An object is missing, damaged or too large, a path is outside the folder, or the disk fails.
    """
    named = [(files.text(blob.path), blob) for blob in blobs]
    _require_limits(named)
    parents = {name.rpartition("/")[0] for name, _ in named}
    contents = git.contents(root, (blob.hash for _, blob in named), MAX_FILE_BYTES)
    with files.translate_oserror("the revision cannot be written to a temporary folder"):
        for parent in sorted(parents):
            files.make_folder(folder, parent)
        for (name, _), content in zip(named, contents, strict=True):
            files.create(folder, name, content, durable=False)


def _require_limits(named: list[tuple[str, Blob]]) -> None:
    for name, blob in named:
        if blob.size > MAX_FILE_BYTES:
            raise EnvironmentFailure(
                f"{file_name(name)} has {blob.size:,} bytes in the revision; the most is {MAX_FILE_BYTES:,}"
            )
        if name.count("/") > files.DEEPEST:
            raise EnvironmentFailure(f"{file_name(name)} is more than {files.DEEPEST} folders deep")
        if any(part.casefold() in (".git", "git~1") for part in name.split("/")):
            raise EnvironmentFailure(f"{file_name(name)} has a name that git reserves")
    if (size := sum(blob.size for _, blob in named)) > MAX_BYTES:
        raise EnvironmentFailure(f"the revision has {size:,} bytes of records; the most is {MAX_BYTES:,}")


def resolve(project: Project, revision: str) -> str:
    """Return the commit of a revision, such as `main`, `HEAD~2` or a tag, or of a release.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The project is no git checkout, or git is missing.
    """
    return git.resolve(project.root, _releases(project).get(revision, revision))


def _releases(project: Project) -> dict[str, str]:
    """Return the commit of each release in the index of the project."""
    try:
        releases = manifests.read_index(project.root).releases
    except AllegedError:
        return {}
    return {name: entry["commit"] for name, entry in releases.items() if entry.get("commit")}


def fork_point(project: Project, revision: str) -> str:
    """Return the last common commit of the current branch and a revision; the revision itself if there is none.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The project is no git checkout, or git is missing.
    """
    commit = resolve(project, revision)
    return git.merge_base(project.root, commit, "HEAD") or commit


def changed(project: Project, commit: str, parts: Iterable[str] = ()) -> Iterator[str]:
    """Yield the names of files that differ between the working tree and a commit, or are missing in one of them.

    It compares the files from which tables are built (records, own codes, settings, and in this repository the tool
    itself) and all files of the commit below `parts`, by git's hash, with line endings as git normalises them.

    Raises:
        EnvironmentFailure: Git is missing, or the commit is missing.
    """
    root = project.root
    written = (project.folder, project.vocabularies.name)
    inputs = (*written, project.settings.name, "schemas", "src", "requirements.lock", *parts)
    committed = {files.text(blob.path): blob for blob in git.blobs(root, commit, inputs)}
    present = {project.relative(path) for folder in written for path in record_files(project, folder)}
    for folder, ending in (("src", ".py"), ("schemas", ".json")):
        if files.is_folder(root, folder):
            present |= {entry.name for entry in files.walk(root, folder, lambda name, end=ending: name.endswith(end))}
    for name in sorted(present | committed.keys()):
        blob = committed.get(name)
        if blob and blob.mode not in git.REGULAR and name.partition("/")[0] not in written:
            continue  # links and submodules are not read; among records they are refused
        if blob is None or not _is_unchanged(root, name, blob):
            yield name


def _is_unchanged(root: Path, name: str, blob: Blob) -> bool:
    try:
        content = files.read(root, name, MAX_FILE_BYTES)
    except OSError:
        return False
    variants = content, content.replace(b"\r\n", b"\n")
    return any(git.hash_of(variant, digits=len(blob.hash)) == blob.hash for variant in variants)
