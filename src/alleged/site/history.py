"""Releases and what changed: the page, the feed of changes, and the page for addresses that lead nowhere."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from alleged.datasets import manifests
from alleged.datasets.catalogues import Folder
from alleged.datasets.manifests import DEVELOPMENT
from alleged.datasets.release import Release
from alleged.datasets.resolve import choose, open_release
from alleged.errors import AllegedError
from alleged.site.dataset import Dataset, Row
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts

SHOWN = 8
"""New claims that the home page shows."""

IN_FEED = 50
"""New claims in the feed."""

CHANGES = ("added", "withdrawn", "superseded", "redacted", "removed", "contradicted", "edited", "re-sourced")
"""What happens to records, what matters most to readers first."""

KINDS = ("claims", "topics", "sources", "actors", "instruments", "evidence", "assessments")


PAGES = {
    "claims": ("claim", ""),
    "topics": ("topic", "question"),
    "sources": ("source", ""),
    "actors": ("actor", "name"),
    "instruments": ("instrument", "title"),
}
"""Kinds of records that have pages: the kind of page, and the column with what the record is called."""


class Change(NamedTuple):
    """A record that differs from the release before, and the fields that do, if they are known."""

    kind: str
    id: str
    change: str
    fields: tuple[str, ...] = ()


class History(NamedTuple):
    """The releases of a catalogue, and what changed in the one that is shown, since `before`."""

    releases: Mapping[str, Mapping[str, Any]]
    channels: Mapping[str, str]
    yanked: Mapping[str, str]
    before: str | None
    changes: list[Change]

    def in_words(self) -> str:
        """Return the changes in a few words."""
        return in_words(self.changes)

    def groups(self) -> list[tuple[str, list[Change]]]:
        return [(kind, [c for c in self.changes if c.kind == kind]) for kind in KINDS]

    def by_topic(self, data: Dataset) -> Mapping[str, list[Change]]:
        """Return the changes of claims by topic, added ones first; of claims that are no more, under an empty id."""
        claims, grouped = data.by_id("claims"), defaultdict[str, list[Change]](list)
        for change in sorted(self.changes, key=lambda c: CHANGES.index(c.change)):
            if change.kind == "claims":
                claim = claims.get(change.id)
                grouped[claim["topic_id"] if claim else ""].append(change)
        return grouped


def in_words(changes: Iterable[Change]) -> str:
    """Return changes in a few words: "added: 24 claims, 2 questions; edited: 3 claims."."""
    words, numbers = texts(), Counter((c.change, c.kind) for c in changes)
    parts = []
    for change in CHANGES:
        listed = [words.count(numbers[change, kind], kind) for kind in KINDS if numbers[change, kind]]
        if listed:
            parts.append(f"{words.named('releases', change)}: {', '.join(listed)}")
    return "; ".join(parts) + ("." if parts else "")


def field_names(fields: Iterable[str]) -> str:
    """Return the fields that a change concerns, each once and without its place in a list: "sources.gloss, basis"."""
    return ", ".join(dict.fromkeys(re.sub(r"\[\d+\]", "", field) for field in fields))


def history(release: Release) -> History:
    """Return the releases beside one, and what changed in it.

    Of a release its list of changes is read; the tables of the last build are compared with the stable release.
    """
    index = release.catalogue_index
    names = list(index.releases)
    if release.release == DEVELOPMENT:
        stable = index.channels.get("stable")
        changes = _compared(release, stable) if stable else []
        return History(index.releases, index.channels, index.yanked, stable, changes)
    place = names.index(release.release) if release.release in names else 0
    before = names[place - 1] if place else None
    return History(index.releases, index.channels, index.yanked, before, list(_listed(release)))


def _compared(release: Release, earlier: str) -> list[Change]:
    with suppress(AllegedError):
        other = open_release(release.catalogue, choose(earlier, release.catalogue))
        return [Change(*row) for row in release.diff(other).select("kind", "id", "change").iter_rows()]
    return []


def _listed(release: Release) -> Iterator[Change]:
    """Yield the changes in the file of a release; nothing if it is not in a folder at hand: no server is asked."""
    entry = release.manifest.get("files", {}).get("changes.ndjson")
    if entry is None or not isinstance(release.catalogue, Folder):
        return
    with suppress(AllegedError, OSError, ValueError, RecursionError):
        with release.catalogue.file(release.release, {"file": "changes.ndjson", **entry}) as file:
            content = file.read(entry["bytes"] + 1)
        if manifests.digest(content) == entry["sha256"]:
            for line in content.decode().splitlines():
                if change := _change(json.loads(line)):
                    yield change


def _change(row: Any) -> Change | None:
    """Return the change on a line of the file; None if it is of a form that this version does not know."""
    match row:
        case {"kind": str(kind), "id": str(id), "change": str(change)} if kind in KINDS and change in CHANGES:
            fields = row.get("fields")
            paths = (
                (field.get("path") for field in fields if isinstance(field, dict)) if isinstance(fields, list) else ()
            )
            return Change(kind, id, change, tuple(path for path in paths if isinstance(path, str)))
    return None


def new_claims(found: History, data: Dataset) -> list[Row]:
    """Return the claims that were added, the newest words first."""
    claims = data.by_id("claims")
    added = [claims[c.id] for c in found.changes if c.kind == "claims" and c.change == "added" and c.id in claims]
    return sorted(added, key=lambda c: (str(c["known_hi"]), c["claim_id"]), reverse=True)


def news(found: History, site: Site) -> dict[str, Any] | None:
    """Return what the home page says of the changes; None for the first release, in which everything is new."""
    if found.before is None:
        return None
    t = texts().t
    dev = site.about.release == DEVELOPMENT
    title = t.releases.since.format(release=found.before) if dev else t.home.changed.format(release=site.about.release)
    return {"title": title, "counts": found.in_words(), "claims": new_claims(found, site.data)[:SHOWN]}


def pages(site: Site, found: History) -> Files:
    """Yield the page of releases, the feed, and the page for addresses that lead nowhere."""
    called = {kind: _called(kind, site) for kind in PAGES}
    stable = found.channels.get("stable")
    shown = {"history": found, "pages": PAGES, "called": called, "stable": stable}
    shown |= {"topics": _topics(found, site), "field_names": field_names}
    yield "releases.html", site.render("releases.html", "", "releases.html", **shown)
    yield "feed.xml", site.render("feed.xml", "", "feed.xml", entries=list(_entries(found, site)))
    # A host shows this page at any address, so its own links must not depend on that.
    yield "404.html", site.render("404.html", site.about.base_url)


def _topics(found: History, site: Site) -> list[tuple[str, str, list[Change]]]:
    """Return the topics with changed claims: id, question, changes; those with most first."""
    questions = {id: row["question"] for id, row in site.data.by_id("topics").items()}
    grouped = sorted(found.by_topic(site.data).items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0]))
    return [(id, questions.get(id) or texts().t.releases.other, changes) for id, changes in grouped]


def _called(kind: str, site: Site) -> Mapping[str, str]:
    """Return what each record of a kind that has pages is called, by id."""
    rows = site.data.by_id(kind)
    if kind == "claims":
        return {
            id: f"{site.act(row['act'])} · {site.data.short(row['claimant_id'])}: {row['summary']}"
            for id, row in rows.items()
        }
    if kind == "sources":
        return {id: site.source_name(row) for id, row in rows.items()}
    return {id: row[PAGES[kind][1]] for id, row in rows.items()}


def _entries(found: History, site: Site) -> Iterator[dict[str, str]]:
    """Yield the entries of the feed: the release, then its new claims."""
    about = site.about
    day = str(site.data.release.manifest.get("citation", {}).get("date") or site.data.last_day or "1970-01-01")
    title = texts().t.releases.changes.format(release=site.release_name)
    yield {
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, str(site.data.release.manifest['content_sha256']))}",
        "title": title,
        "day": day,
        "url": f"{about.base_url}releases.html",
        "text": found.in_words() or texts().t.releases.none,
    }
    for claim in new_claims(found, site.data)[:IN_FEED] if found.before else ():
        yield {
            "id": f"urn:uuid:{uuid5(NAMESPACE_URL, claim['claim_id'])}",
            "title": site.headline(claim),
            "day": str(claim["recorded_on"] or day),
            "url": f"{about.base_url}claim/{claim['claim_id']}.html",
            "text": claim["summary"],
        }
