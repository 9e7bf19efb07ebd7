"""Copies of articles that a curator keeps in `.texts/`, outside git."""

from collections.abc import Iterator, Mapping

from alleged import files, git
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader.open_file import file_issue

MAX_TEXT_BYTES = 1 << 22
"""Bytes of the largest copy of an article that is read; long reports have about one million."""


class Texts(Mapping[str, str]):
    """Copies of articles by source id, each read from `.texts/<source id>.txt` when it is needed.

    Links, devices and files of more than 4 MiB are ignored.
    """

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self._folder = project.texts.name
        entries = files.entries(self._root, self._folder) if files.is_folder(self._root, self._folder) else ()
        names = (entry.name for entry in entries if entry.kind == "file" and entry.status.st_size <= MAX_TEXT_BYTES)
        prefix = f"{self._folder}/"
        self._ids = frozenset(name[len(prefix) : -len(".txt")] for name in names if name.endswith(".txt"))

    def __getitem__(self, source_id: str) -> str:
        if source_id not in self._ids:
            raise KeyError(source_id)
        content = files.read(self._root, f"{self._folder}/{source_id}.txt", MAX_TEXT_BYTES)
        return content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ids))

    def __len__(self) -> int:
        return len(self._ids)


def texts_issues(project: Project) -> list[Issue]:
    """Return an issue if git tracks the folder of copies, since then they would be published."""
    root, name = project.root, project.texts.name
    return [file_issue("tracked-texts", name)] if files.exists(root, name) and git.tracks(root, name) else []
