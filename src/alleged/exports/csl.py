"""Sources as CSL-JSON, for Zotero, pandoc and citeproc."""

from collections.abc import Iterator

from alleged.datasets.bibliographies import csl_json
from alleged.datasets.release import Release
from alleged.exports import bibliography

LOSSES = bibliography.LOSSES


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of the one file."""
    yield "sources.json", f"{csl_json(bibliography.items_of_release(release))}\n".encode()
