"""Settings of a dataset, from its `dataset.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alleged import files
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.schemas.definitions import ShapeFinding
from alleged.schemas.validate import findings


@dataclass(frozen=True)
class Author:
    """An author of a dataset, a person or an institution; `orcid` is without the address before it."""

    name: str
    orcid: str = ""
    affiliation: str = ""


@dataclass(frozen=True)
class Settings:
    """Settings of a dataset; what its `dataset.yaml` does not state is empty.

    `licence` is an identifier of the SPDX list, `address` and `catalogue` are URLs, `doi` has no address before it,
    `package` is the name of a Python package, `contact` an email address or a URL. `quote_words` is the limit of words
    of a quote.
    """

    title: str = ""
    authors: tuple[Author, ...] = ()
    licence: str = ""
    address: str = ""
    doi: str = ""
    catalogue: str = ""
    package: str = ""
    contact: str = ""
    quote_words: int = 8


def read_settings(project: Project) -> tuple[Settings, list[Issue]]:
    """Return the settings of a project (the default ones without `dataset.yaml`), and the issues of that file."""
    if not files.exists(project.root, project.settings.name):
        return Settings(), []
    document = read_document(project.settings, project)
    if not isinstance(document, Document):
        return Settings(), document
    issues = [f.issue(document.place(f.path, f.on_key)) for f in findings("dataset", document.data)]
    if not issues:
        issues = [f.issue(document.place(f.path)) for f in _mistyped(document.data)]
    return Settings() if issues else settings_of(document.data), issues


def _mistyped(data: Mapping[str, Any]) -> Iterator[ShapeFinding]:
    """Yield a finding for each ORCID iD whose last digit does not fit the others (ISO 7064, MOD 11-2)."""
    for n, author in enumerate(data.get("authors", ())):
        digits = author.get("orcid", "").replace("-", "")
        total = 0
        for digit in digits[:-1]:
            total = (total + int(digit)) * 2
        if digits and digits[-1] != "0123456789X"[(12 - total % 11) % 11]:
            message = f"{author['orcid']!r} is no ORCID iD: its last digit does not fit the others"
            yield ShapeFinding("wrong-form", ("authors", n, "orcid"), message, "look it up at orcid.org")


def settings_of(data: Mapping[str, Any]) -> Settings:
    """Return the settings in the values of a valid `dataset.yaml`."""
    values: dict[str, Any] = {**data, "authors": tuple(Author(**author) for author in data.get("authors", ()))}
    return Settings(**values)
