"""Pages of actors, and their list: offices, listings, claims by them and about them, pages they printed."""

from collections.abc import Iterable, Mapping
from typing import Any

from alleged.site import addresses
from alleged.site.dataset import NEVER, Dataset, Row, counts, in_order, known, steps
from alleged.site.rendering import Files, Site

SPEAKS = ("claimant_id", "co_claimant_ids", "on_behalf_of_id", "principal_id")
"""Columns of claims that say whose words they are."""


def pages(site: Site) -> Files:
    """Yield the page of each actor, then their list."""
    speakers: dict[str, list[Row]] = {}
    for actor in site.data.rows("actors"):
        id = actor["actor_id"]
        shown = context(actor, site.data)
        speakers[id] = shown["by"]
        path = addresses.page("actor", id)
        yield path, site.render("actor.html", "../", path, **shown)
    yield "actors.html", site.render("actors.html", "", "actors.html", **_list(site.data, speakers))


def context(actor: Row, data: Dataset) -> dict[str, Any]:
    """Return what the page of an actor shows."""
    id = actor["actor_id"]
    by = in_order(unique((c for column in SPEAKS for c in data.of("claims", column, id)), "claim_id"))
    printed = sorted(
        data.of("sources", "publisher_ids", id), key=lambda s: (s["published_hi"] or NEVER, s["source_id"])
    )
    topics = unique((t for c in ("subject_ids", "object_ids") for t in data.of("topics", c, id)), "topic_id")
    return {
        "a": actor,
        "offices": sorted(data.of("affiliations", "actor_id", id), key=_period),
        "members": sorted(data.of("affiliations", "parent_id", id), key=_period),
        "listings": sorted(data.of("listings", "target_id", id), key=lambda r: r["listed_hi"] or NEVER),
        "last_listing": data.last_listing,
        "ids": [(r, addresses.register(r["scheme"], r["value"])) for r in data.of("actor_ids", "actor_id", id)],
        "by": by,
        "relayed": in_order(data.of("claims", "relay_ids", id)),
        "topics": [(topic, _counted(topic, data)) for topic in topics],
        "about_it": in_order(_about(id, data)),
        "printed": printed,
    }


def unique(rows: Iterable[Row], key: str) -> list[Row]:
    """Return rows without repetition, in their order."""
    return list({row[key]: row for row in rows}.values())


def _about(id: str, data: Dataset) -> list[Row]:
    """Return the claims that name an actor themselves, not by their topic."""
    parts = (part for part in data.of("claim_actors", "actor_id", id) if part["role"] in ("subject", "object"))
    own = (data.by_id("claims")[part["claim_id"]] for part in parts if not part["inherited"])
    return unique(own, "claim_id")


def _counted(topic: Row, data: Dataset) -> tuple[int, str]:
    days = [known(claim) for claim in data.of("claims", "topic_id", topic["topic_id"]) if counts(claim)]
    return len(days), steps(days)


def _period(tie: Row) -> tuple[Any, ...]:
    return str(tie["start_lo"] or ""), str(tie["end_hi"] or "9"), tie["actor_id"], tie["parent_id"]


def _list(data: Dataset, speakers: Mapping[str, list[Row]]) -> dict[str, Any]:
    """Return the actors who speak or are named, by kind, and the outlets that only print."""
    groups: dict[str, list[tuple[Row, int, str]]] = {}
    outlets: list[tuple[Row, int, str]] = []
    for actor in sorted(data.rows("actors"), key=lambda a: (a["name"].casefold(), a["actor_id"])):
        days = [known(claim) for claim in speakers[actor["actor_id"]] if counts(claim)]
        entry = (actor, len(days), steps(days))
        if actor["kind"] == "outlet" and not days:
            outlets.append(entry)
        else:
            groups.setdefault(actor["kind"], []).append(entry)
    order = [row["code"] for row in data.rows("vocabulary") if row["list"] == "actor-kind"]
    return {"groups": sorted(groups.items(), key=lambda g: (order.index(g[0]), g[0])), "outlets": outlets}
