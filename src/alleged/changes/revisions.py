"""The records of a revision: its files, read from git's objects, in a folder of their own for a while."""

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

PARTS = ("claims", "dataset.yaml", "datasets")
"""What a check looks at, if the revision has it."""

LARGEST, LARGEST_IN_ALL = 1 << 26, 1 << 30
"""Bytes of one file of a revision, and of all, that are read; 100,000 claims take about 200 MB."""


@contextmanager
def at(project: Project, revision: str) -> Iterator[Project]:
    """Lay the records of a revision out in a temporary folder, which is gone afterwards.

    Links and submodules among them are left out: nothing is read that the revision itself does not hold.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The project is no git checkout, git is missing, or an object cannot be read.
    """
    commit = resolve(project, revision)
    with files.temporary_folder() as folder:
        files.make_folder(folder, "claims")
        lay_out(project.root, records_at(project.root, commit), folder)
        yield Project(folder)


def records_at(root: Path, commit: str) -> list[Blob]:
    """Return the files of a commit that a check reads."""
    return [blob for blob in git.blobs(root, commit, PARTS) if blob.mode in git.REGULAR and _is_read(blob.path)]


def _is_read(path: bytes) -> bool:
    folder, _, rest = files.text(path).partition("/")
    if folder == "claims":
        return rest.endswith(SUFFIXES) and "/." not in f"/{rest}"
    return folder == "dataset.yaml" or rest == "index.json" or rest.endswith("/manifest.json")


def lay_out(root: Path, blobs: Iterable[Blob], folder: Path) -> None:
    """Write files of a revision into an empty folder, each with the content of its object.

    Raises:
        EnvironmentFailure: An object is missing, damaged or too large, a path leads elsewhere, or the disk refuses.
    """
    wanted = [(files.text(blob.path), blob) for blob in blobs]
    _require_bounds(wanted)
    parents = {name.rpartition("/")[0] for name, _ in wanted}
    contents = git.contents(root, (blob.hash for _, blob in wanted), LARGEST)
    with files.translate_oserror("the revision cannot be laid out in a temporary folder"):
        for parent in sorted(parents):
            files.make_folder(folder, parent)
        for (name, _), content in zip(wanted, contents, strict=True):
            files.create(folder, name, content, durable=False)


def _require_bounds(wanted: list[tuple[str, Blob]]) -> None:
    for name, blob in wanted:
        if blob.size > LARGEST:
            raise EnvironmentFailure(f"{file_name(name)} has {blob.size:,} bytes there, more than the {LARGEST:,} read")
        if name.count("/") > files.DEEPEST:
            raise EnvironmentFailure(f"{file_name(name)} lies more than {files.DEEPEST} folders deep")
        if any(part.casefold() in (".git", "git~1") for part in name.split("/")):
            raise EnvironmentFailure(f"{file_name(name)} has a name that git keeps for itself")
    if (size := sum(blob.size for _, blob in wanted)) > LARGEST_IN_ALL:
        raise EnvironmentFailure(f"the revision has {size:,} bytes of records, more than the {LARGEST_IN_ALL:,} read")


def resolve(project: Project, revision: str) -> str:
    """Return the commit that a revision names, such as `main`, `HEAD~2` or a tag, or that a release was built from.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The project is no git checkout, or git is missing.
    """
    return git.resolve(project.root, _releases(project).get(revision, revision))


def _releases(project: Project) -> dict[str, str]:
    """Return the commit of each release that the project's index names."""
    try:
        releases = manifests.read_index(project.root).releases
    except AllegedError:
        return {}
    return {name: entry["commit"] for name, entry in releases.items() if entry.get("commit")}


def fork(project: Project, revision: str) -> str:
    """Return the commit at which the present branch left a revision; the revision itself if they share none.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The project is no git checkout, or git is missing.
    """
    commit = resolve(project, revision)
    return git.merge_base(project.root, commit, "HEAD") or commit


def changed(project: Project, commit: str, parts: Iterable[str] = ()) -> Iterator[str]:
    """Yield the names of files that differ from those of a commit, or that are only here or only there.

    Compared are the files that tables are made from: records, settings, and in this repository the tool itself; and
    all that the commit holds below `parts`. Contents are compared by git's hash, with line ends as git normalises them.

    Raises:
        EnvironmentFailure: Git is missing, or the commit is not here.
    """
    root = project.root
    inputs = (project.folder, project.settings.name, "schemas", "src", "requirements.lock", *parts)
    there = {files.text(blob.path): blob for blob in git.blobs(root, commit, inputs)}
    here = {project.relative(path) for path in record_files(project)}
    for folder, ending in (("src", ".py"), ("schemas", ".json")):
        if files.is_folder(root, folder):
            here |= {entry.name for entry in files.walk(root, folder, lambda name, end=ending: name.endswith(end))}
    for name in sorted(here | there.keys()):
        blob = there.get(name)
        if blob and blob.mode not in git.REGULAR and not name.startswith(f"{project.folder}/"):
            continue  # links and submodules are never read; among records they are a fault
        if blob is None or not _is_unchanged(root, name, blob):
            yield name


def _is_unchanged(root: Path, name: str, blob: Blob) -> bool:
    try:
        content = files.read(root, name, LARGEST)
    except OSError:
        return False
    plain = content.replace(b"\r\n", b"\n")
    return blob.hash in {git.hash_of(bytes_, digits=len(blob.hash)) for bytes_ in (content, plain)}
