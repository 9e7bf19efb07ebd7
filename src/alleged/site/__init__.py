"""The explorer: a static site of one release, a pure function of its tables and of the pages of documentation.

It works from a folder by double-click and from any host, is complete without scripts, and asks nothing of other hosts.
"""

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files as resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alleged.datasets.release import Release
    from alleged.site.about import About, Markdowns
    from alleged.site.rendering import Files

LIBRARIES = ("griffelib", "jinja2", "markdown-it-py", "markupsafe", "polars", "resvg-py", "xlsxwriter")
"""What pages are made with, beside this package."""


def key(release: "Release", about: "About", markdowns: "Markdowns") -> str:
    """Return a digest of everything that the site is made from: with equal keys, all files are equal."""
    index = release.catalogue_index.data
    stated = [release.manifest_sha256, sorted(vars(about).items(), key=str), sorted(markdowns.items()), index]
    stated += [[name, _version(name)] for name in LIBRARIES]
    found = sha256(json.dumps(stated, sort_keys=True, default=sorted).encode("utf-8", "surrogatepass"))
    found.update(_package().encode())
    return found.hexdigest()


def files(release: "Release", about: "About", markdowns: "Markdowns") -> "Files":
    """Yield the files of the site, by path and content, the pages that readers see first.

    Raises:
        UnknownNameError: The tables are of another schema version, or a file is missing.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names, or an id is none.
    """
    from alleged.restored import records_of_release
    from alleged.site import actors, claims, documents, history, home, lists, sources, statics, tables, topics
    from alleged.site.dataset import Dataset
    from alleged.site.rendering import Site

    site = Site(Dataset(release, records_of_release(release)), about)
    found, past = topics.summaries(site.data), history.history(release)
    yield from home.pages(site, found, past)
    yield from topics.pages(site, found, past)
    yield from claims.pages(site)
    yield from lists.pages(site)
    yield from actors.pages(site)
    yield from sources.pages(site)
    yield from documents.pages(site, markdowns)
    yield from history.pages(site, past)
    yield from tables.pages(site)
    yield from statics.pages()
    if about.base_url:
        from alleged.site import pictures

        yield from pictures.pages(site, found)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def _package() -> str:
    """Return a digest of the files of this package."""
    found = sha256()
    for name, content in sorted(_contents(resources("alleged"), "")):
        found.update(f"{name}\n{len(content)}\n".encode() + content)
    return found.hexdigest()


def _contents(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("__"):
            yield from _contents(entry, f"{path}{entry.name}/")
        elif entry.is_file():
            yield f"{path}{entry.name}", entry.read_bytes()
