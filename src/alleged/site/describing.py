"""What a site says about its dataset: from the release, and from the project around it, if there is one."""

from typing import Any

from alleged.datasets.citing import citation
from alleged.datasets.release import Release
from alleged.exports.readme import licence
from alleged.project import Project
from alleged.records.settings import Settings, read_settings
from alleged.site import documents
from alleged.site.documents import Markdowns
from alleged.site.rendering import About


def of_project(project: Project | None) -> tuple[Settings, Markdowns]:
    """Return the settings and the pages of documentation of a project; nothing without one."""
    settings = read_settings(project)[0] if project else Settings()
    return settings, documents.read(project)


def about(release: Release, settings: Settings, base_url: str, markdowns: Markdowns) -> About:
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
        docs=frozenset(markdowns),
    )
