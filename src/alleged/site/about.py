"""What a site says about its dataset: from the release, and from the project around it, if there is one.

Imports nothing that takes long, so that a site that is up to date is found to be so at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from alleged import files
from alleged.datasets.citing import citation
from alleged.datasets.release import Release
from alleged.exports.readme import licence
from alleged.project import Project
from alleged.records.settings import Settings, read_settings
from alleged.site import addresses

LARGEST = 1 << 22
"""Bytes of the largest page that is read."""

OTHERS = {"README": "readme", "CONTRIBUTING": "contributing", "CHANGELOG": "changelog", "SECURITY": "security"}
"""Pages beside `docs/`, by the names that they have among the others."""

LEFT_OUT = ("codebook",)
"""Pages of the project of which the site has its own."""

Markdowns = Mapping[str, str]


@dataclass(frozen=True)
class About:
    """What is said about the dataset and this release; what nobody has stated is empty.

    `repository` and `contact` are as in `dataset.yaml`; `base_url` is where the site will be, with a final slash.
    `docs` are the names of the pages of documentation that the site has.
    """

    title: str
    licence: str
    repository: str
    contact: str
    release: str
    commit: str | None
    changed: bool
    cite: str
    base_url: str = ""
    docs: frozenset[str] = frozenset()


def of_project(project: Project | None) -> tuple[Settings, Markdowns]:
    """Return the settings and the pages of documentation of a project; nothing without one."""
    settings = read_settings(project)[0] if project else Settings()
    return settings, markdowns(project)


def markdowns(project: Project | None) -> Markdowns:
    """Return the Markdown pages of a project by name: those in `docs/`, and some beside it."""
    if project is None:
        return {}
    found: dict[str, str] = {}
    if files.is_folder(project.root, "docs"):
        names = [e.name for e in files.entries(project.root, "docs") if e.kind == "file" and e.name.endswith(".md")]
        found = {PurePosixPath(name).stem: name for name in names}
    found |= {OTHERS[n]: f"{n}.md" for n in OTHERS if files.is_file(project.root, f"{n}.md")}
    valid = {name: path for name, path in found.items() if addresses.ID.fullmatch(name) and name not in LEFT_OUT}
    return {name: files.read(project.root, path, LARGEST).decode("utf-8", "replace") for name, path in valid.items()}


def about_release(release: Release, settings: Settings, base_url: str, documents: Markdowns) -> About:
    """Return what is said about a release; what it does not state itself comes from the settings."""
    manifest: dict[str, Any] = release.manifest
    own = {"title": settings.title or "alleged", "authors": [author.name for author in settings.authors]}
    stated = manifest.get("citation") or (own | ({"url": settings.address} if settings.address else {}))
    source = manifest.get("source", {})
    return About(
        title=str(stated.get("title", own["title"])),
        licence=licence(release),
        repository=str(stated.get("url") or settings.address),
        contact=settings.contact,
        release=release.release,
        commit=source.get("commit"),
        changed=bool(source.get("changed")),
        cite=citation({**manifest, "citation": stated}, "text"),
        base_url=base_url,
        docs=frozenset(documents),
    )
