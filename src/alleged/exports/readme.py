"""The README of an export: what it holds and loses, how to cite it, and under which licence."""

import json
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from alleged import files
from alleged.datasets import parquet
from alleged.datasets.catalogues import Folder
from alleged.project import Project
from alleged.schemas.definitions import schema

if TYPE_CHECKING:
    from alleged.datasets.release import Release
    from alleged.records.settings import Settings

FILE = "README.txt"

WIDTH = 110
"""Longest lines of its paragraphs, in characters."""

READING = (
    "A row of claims is something that was said. Nothing in the tables says whether it is true.",
    "An empty cell means: not stated. It never means zero or no.",
    "Never add figures up: later ones update earlier ones (updated_by), and some are alternatives (either_or).",
    "Compare figures only where comparable_group is equal.",
    "Count principals, not claims: principal_id is the state or organisation that the claimant speaks for.",
    "A date is a range, from ..._lo to ..._hi; ..._edtf is the date as recorded.",
)
"""How to read the numbers."""


def readme(release: "Release", name: str, losses: str, notes: Iterable[str] = ()) -> str:
    """Return the README of an export in the format `name`, as plain text."""
    return "\n".join(lines(release, name, losses, notes)) + "\n"


def lines(release: "Release", name: str, losses: str, notes: Iterable[str] = ()) -> Iterator[str]:
    """Yield the lines of the README; `notes` are what the format had to change in this release."""
    source = release.manifest["source"]
    yield f"{title(release)}, release {release.release}, in the format {name}"
    yield ""
    yield f"Cite as: {release.cite()}"
    yield f"Licence: {licence_text(release)} Quotes belong to their speakers and publishers."
    yield f"Release: {release.release}, tables of schema version {release.manifest['schema_version']}"
    yield f"Commit: {source['commit'] or 'none'}{' and changes that are not committed' if source['changed'] else ''}"
    yield f"Digest of the rows (content_sha256): {release.manifest['content_sha256']}"
    yield f"Digest of the manifest (sha256): {release.manifest_sha256}"
    yield from _section("How to read the numbers", READING)
    yield from ("", "What this format loses", *wrap(losses, WIDTH))
    yield from _section("What had to be changed here", notes)


def title(release: "Release") -> str:
    """Return the title of the dataset."""
    return str(release.manifest.get("citation", {}).get("title", "alleged"))


def licence(release: "Release") -> str:
    """Return the licence of a release as an SPDX identifier, or an empty text if it is not stated.

    The manifest states it, or else the metadata of the tables, as in all releases since schema version 2.

    Raises:
        UnknownNameError: The file of the first table is missing.
        EnvironmentFailure: It cannot be read or downloaded.
        VerificationError: It is not the one that the manifest names.
    """
    if stated := release.manifest.get("citation", {}).get("licence"):
        return str(stated)
    table = release.tables[0]
    return parquet.metadata(release.content(table), release.manifest["tables"][table], table).get("alleged:licence", "")


def settings_beside(release: "Release") -> "Settings | None":
    """Return the settings of the project whose `datasets/` a release comes from; None if there is none."""
    if not isinstance(release.catalogue, Folder):
        return None
    project = Project(release.catalogue.path.absolute().parent)
    if not files.exists(project.root, project.settings.name):
        return None
    from alleged.records.settings import read_settings  # PyYAML: whoever has only tables does not need it

    return read_settings(project)[0]


def licence_text(release: "Release") -> str:
    """Return a sentence about the licence, with its title and address if it is a known one."""
    name = licence(release)
    known: Mapping[str, Any] = next(
        (option for option in schema("dataset")["properties"]["licence"]["oneOf"] if option.get("const") == name), {}
    )
    if known:
        return f"{known['title']} ({name}), {known['x-address']} ."
    return f"{name}." if name else "not stated in the files of this release."


def as_json(value: Any) -> bytes:
    """Return JSON for people: indented, in the order of the value."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _section(heading: str, sentences: Iterable[str]) -> Iterator[str]:
    listed = list(sentences)
    if listed:
        yield from ("", heading, *(f"- {sentence}" for sentence in listed))
