"""Sources as BibTeX (BibLaTeX, UTF-8), for LaTeX."""

from collections.abc import Iterator

from alleged.datasets.bibliographies import bibtex
from alleged.datasets.release import Release
from alleged.exports import bibliography

LOSSES = bibliography.LOSSES


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of the one file."""
    yield "sources.bib", f"{bibtex(bibliography.items_of_release(release))}\n".encode()
