"""Origins: the claims at the ends of dependence, on which each claim rests."""

from collections import defaultdict

import polars as pl

from alleged.graphs import reachable
from alleged.origins.utterances import GROUNDLESS, NOBODY, attribution
from alleged.records.corpus import Corpus
from alleged.schemas.vocabularies import vocabulary
from alleged.tables.claims import CLAIMS
from alleged.tables.columns import code, contract, flag, link, links, number
from alleged.tables.graph import AsOf, Frames, LazyGraph, lists
from alleged.tables.relations import RELATIONS
from alleged.tables.table import Table

schema = contract(
    "origins",
    ["claim_id", "root_id"],
    "One row for each claim that stands and each root on which it rests: the claims at the ends of its `dependence` "
    "relations, or itself. Roots of one principal are one origin: count `root_principal_id`. A claim that is nobody's "
    "in particular is no root, and has no row unless it follows from others.",
    {
        "claim_id": link("claims.claim_id", "Claim that rests on the root."),
        "root_id": link("claims.claim_id", "Root: the claim itself, where it follows from none or adds a ground."),
        "root_principal_id": link("actors.actor_id", "Origin: state, organisation or person that the root is laid to."),
        "root_attribution": code("attribution", "How the claimant of the root is made known."),
        "disclosed": flag("Whether others can look at some of what the root is said to rest on."),
        "hops": number("Relations on the shortest way to the root; 0 if the claim is its own.", pl.UInt16, least=0),
        "path": links("claims.claim_id", "Claims on that way, from the claim to the root; of equal ones the first."),
        "evidence_ids": links("evidence.evidence_id", "Items that were shown with the root.", "none"),
    },
)


def derive(core: Frames, look: AsOf, lazy_graph: LazyGraph) -> pl.DataFrame:
    """Return one row for each claim and each of its roots."""
    graph, found = lazy_graph()
    found.hold_names()
    ways = (found.walk(claim, root) for claim in graph.utterances for root in found.of(claim))
    path = pl.col("path")
    roots = core["claims"].select(
        root_id="claim_id",
        root_principal_id="principal_id",
        root_attribution="attribution",
        disclosed=pl.col("basis_disclosed").is_in(["full", "part"]).fill_null(False),
        evidence_ids="evidence_ids",
    )
    frame = pl.DataFrame(lists("path", ways)).select(
        path, claim_id=path.list.first(), root_id=path.list.last(), hops=path.list.len() - 1
    )
    return frame.join(roots, on="root_id", maintain_order="left")


def count(corpus: Corpus) -> int:
    """Return how many claims and roots belong together, walking back from each root to all that follows from it."""
    claims = {c.id: c for c in corpus.claims.values() if c.active}
    one_way = {
        code
        for code, kind in vocabulary("relation-type").items()
        if kind.notes["class"] == "dependence" and not kind.notes["symmetric"]
    }
    follows: set[str] = set()
    followed: dict[str, set[str]] = defaultdict(set)
    for claim in claims.values():
        for relation in claim.get("relations", ()):
            if relation["type"] in one_way and relation["to"] in claims:
                follows.add(claim.id)
                followed[relation["to"]].add(claim.id)
    roots = (
        claim.id
        for claim in claims.values()
        if attribution(claim, corpus) not in NOBODY
        and (claim.id not in follows or set(claim.get("basis", ())) - GROUNDLESS)
    )
    return sum(len(reachable([root], followed.__getitem__)) for root in roots)


ORIGINS = Table(schema, None, count, derive, needs=(CLAIMS, RELATIONS))
