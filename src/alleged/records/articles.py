"""Texts of articles that a curator keeps in `.texts/`, outside of git."""

from collections.abc import Iterator, Mapping

from alleged import files, git
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import of_file

LARGEST_TEXT = 1 << 22
"""Bytes of the largest copy of an article that is read; long reports have about one million."""


class Texts(Mapping[str, str]):
    """Copies of articles by source id, each read from `.texts/<source id>.txt` when it is asked for.

    Links, devices and files of more than 4 MiB are passed over, as if there were no copy.
    """

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self._folder = project.texts.name
        found = files.entries(self._root, self._folder) if files.is_folder(self._root, self._folder) else ()
        self._ids = frozenset(self._id(entry) for entry in found if _is_text(entry))

    def _id(self, entry: files.FolderEntry) -> str:
        return entry.name.removeprefix(f"{self._folder}/").removesuffix(".txt")

    def __getitem__(self, source_id: str) -> str:
        if source_id not in self._ids:
            raise KeyError(source_id)
        content = files.read(self._root, f"{self._folder}/{source_id}.txt", LARGEST_TEXT)
        return content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)


def _is_text(entry: files.FolderEntry) -> bool:
    return entry.kind == "file" and entry.name.endswith(".txt") and entry.status.st_size <= LARGEST_TEXT


def texts_issues(project: Project) -> list[Issue]:
    """Return what is wrong with the folder of copies: that git tracks it, so that others would get them."""
    name = project.texts.name
    return (
        [of_file("tracked-texts", name)] if files.exists(project.root, name) and git.tracks(project.root, name) else []
    )
