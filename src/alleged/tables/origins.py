"""Origins: the claims at the ends of dependence, on which each claim rests."""

import polars as pl

from alleged.tables.columns import code, contract, flag, link, links, number
from alleged.tables.graph import Inputs, id_lists
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


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each claim and each of its roots.

    Raises:
        LimitError: The paths to the roots name more claims than `origins.limits` allows.
    """
    inputs.roots.require_writable_paths()
    paths = (inputs.roots.walk(claim, root) for claim in inputs.graph.utterances for root in inputs.roots.of(claim))
    path = pl.col("path")
    roots = inputs.core["claims"].select(
        root_id="claim_id",
        root_principal_id="principal_id",
        root_attribution="attribution",
        disclosed=pl.col("basis_disclosed").is_in(["full", "part"]).fill_null(False),
        evidence_ids="evidence_ids",
    )
    frame = pl.DataFrame(id_lists("path", paths)).select(
        path, claim_id=path.list.first(), root_id=path.list.last(), hops=path.list.len() - 1
    )
    return frame.join(roots, on="root_id", maintain_order="left")


ORIGINS = Table(schema, derive=derive)
