"""Sources as RIS, for EndNote, Mendeley and Zotero."""

from collections.abc import Iterator

from alleged.datasets.bibliographies import ris
from alleged.datasets.release import Release
from alleged.exports import bibliography

LOSSES = bibliography.LOSSES


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of the one file."""
    yield "sources.ris", f"{ris(bibliography.items_of_release(release))}\n".encode()
