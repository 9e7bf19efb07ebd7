"""What archives have answered so far, one line for each source, so that a run that was cut off goes on where it was."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from alleged import files
from alleged.project import Project

NAME = "archive.jsonl"
LARGEST = 1 << 26
LASTING = ("already", "saved")
"""States that later runs take over; whoever got another answer is asked again in the next run."""


class Result(NamedTuple):
    """What came of a source: its state, the snapshot and what was found in it; empty where there is nothing.

    `state` is one of `wayback.State`, or `asked` while a page is being saved. `read_on` is the day on which the text
    was read. `lost` are the quotes that are not in the snapshot, of `quotes` in all.
    """

    source: str
    url: str
    state: str
    copy: str = ""
    day: str = ""
    note: str = ""
    read_on: str = ""
    text_sha256: str = ""
    warc_sha256: str = ""
    quotes: int = 0
    lost: tuple[str, ...] = ()
    title: str = ""
    published: str = ""
    lang: str = ""
    address: str = ""


class Journal:
    """The answers of this run and of earlier ones; a file in the folder of texts, which git ignores."""

    def __init__(self, project: Project) -> None:
        self._root, self._folder = project.root, project.texts.name
        self._name = f"{self._folder}/{NAME}"
        self.results: dict[str, Result] = {}
        for entry in self._entries():
            if result := _result(entry):
                self.results[result.source] = result
            elif isinstance(entry, dict):
                self._forget(entry.get("finished"))

    def write(self, result: Result) -> None:
        """Add an answer, so that it is there even if this process is killed.

        Raises:
            EnvironmentFailure: The file cannot be written.
        """
        self.results[result.source] = result
        self._append(result._asdict())

    def finish(self, sources: Iterable[str]) -> None:
        """Note that a run over some sources has come to its end, so that the next one asks again where it must."""
        self._append({"finished": [*sources]})

    def _forget(self, sources: Any) -> None:
        for source in sources if isinstance(sources, list) else ():
            if isinstance(source, str) and source in self.results and self.results[source].state not in LASTING:
                del self.results[source]

    def _append(self, entry: dict[str, Any]) -> None:
        with files.translate_oserror(f"{self._name} cannot be written"):
            files.make_folder(self._root, self._folder)
            with files.open_to_write(self._root, self._name, keep=True) as file:
                file.write(b"\n" + json.dumps(entry).encode())  # first a line break: the last line may be half a one

    def _entries(self) -> Iterator[Any]:
        try:
            content = files.read(self._root, self._name, LARGEST)
        except FileNotFoundError:
            return
        for line in content.split(b"\n"):
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                continue


def _result(entry: Any) -> Result | None:
    """Return the answer on a line; None if it is something else, or half a line."""
    try:
        result = Result(**entry)
    except TypeError:
        return None
    if not isinstance(result.lost, list | tuple) or not isinstance(result.quotes, int):
        return None
    texts = [value for name, value in result._asdict().items() if name not in ("quotes", "lost")]
    if not all(isinstance(text, str) for text in (*texts, *result.lost)):
        return None
    return result._replace(lost=tuple(result.lost))
