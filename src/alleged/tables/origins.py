"""Origins: for each claim the roots on which it rests, the claims at the ends of its dependences."""

import polars as pl

from alleged.tables.columns import code, contract, flag, link, links, number
from alleged.tables.graph import Inputs, id_lists
from alleged.tables.table import Table

schema = contract(
    "origins",
    ["claim_id", "root_id"],
    "One row for each active claim and each root on which it rests: the claims at the ends of its `dependence` "
    "relations (and of `confirms`, where its `claim_basis` is `other-claim` alone), or the claim itself. Roots with "
    "the same principal are one origin: count different "
    "`root_principal_id`, not rows. A claim whose attribution is `collective` or `narrator` is never a root; it has no "
    "row unless it depends on other claims. Claims of every act are included, denials too.",
    {
        "claim_id": link("claims.claim_id", "Claim that rests on the root."),
        "root_id": link(
            "claims.claim_id",
            "Root: the claim itself where it depends on no other claim, or states a basis of its own beside them.",
        ),
        "root_principal_id": link(
            "actors.actor_id", "Origin: state, organisation or person that the root is attributed to."
        ),
        "root_attribution": code("attribution", "How the source of the root identifies its claimant."),
        "root_disclosed": flag("Whether others can look at some of the basis that the root states."),
        "hops": number(
            "Number of relations on the shortest path to the root; 0 if the claim is its own root.", pl.UInt16, least=0
        ),
        "path": links(
            "claims.claim_id",
            "Claims on that path, from `claim_id` to `root_id`, both included; of equally short paths the first by id.",
        ),
        "root_evidence_ids": links("evidence.evidence_id", "Concrete items that were shown with the root.", "none"),
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
        root_disclosed=pl.col("basis_disclosed").is_in(["full", "part"]).fill_null(False),
        root_evidence_ids="evidence_ids",
    )
    frame = pl.DataFrame(id_lists("path", paths)).select(
        path, claim_id=path.list.first(), root_id=path.list.last(), hops=path.list.len() - 1
    )
    return frame.join(roots, on="root_id", maintain_order="left")


ORIGINS = Table(schema, derive=derive, of_graph=True)
