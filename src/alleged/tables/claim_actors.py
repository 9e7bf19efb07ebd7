"""Who takes part in a claim, and in which role."""

from collections.abc import Iterator

import polars as pl

from alleged.dates import parse
from alleged.origins import principal, principal_of
from alleged.records.corpus import Corpus
from alleged.tables.columns import Row, choice, contract, flag, link, number, provenance_columns, provenance_values
from alleged.tables.table import Table

ROLES = ("claimant", "co-claimant", "relay", "subject", "object")

schema = contract(
    "claim_actors",
    ["claim_id", "actor_id", "role"],
    "One row for each role of an actor in a claim. An actor with two roles in a claim has two rows.",
    {
        "claim_id": link("claims.claim_id", "Claim."),
        "actor_id": link("actors.actor_id", "Actor."),
        "role": choice(
            ROLES,
            "What the actor does: `claimant` makes the claim, `co-claimant` makes it jointly, `relay` passes it on, "
            "`subject` is said to act, `object` is said to be acted on.",
        ),
        "seq": number("Place among the actors of this role, in the order of the record; the first is 1.", pl.UInt16),
        "principal_id": link(
            "actors.actor_id",
            "State, organisation or person that the actor belonged to on the day of utterance, or the actor itself; "
            "for a claimant, `principal_id` of the claim.",
        ),
        "inherited": flag("Whether a subject or object comes from the topic because the claim states none of its own."),
        **provenance_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each role of an actor in a claim."""
    for claim in corpus.claims.values():
        said = parse(claim["said"])
        cast = {
            "claimant": [claim["claimant"]],
            "co-claimant": claim.get("co_claimants", ()),
            "relay": claim.get("via", ()),
            "subject": corpus.slot(claim, "subject"),
            "object": corpus.slot(claim, "object") or (),
        }
        for role, actors in cast.items():
            for n, actor in enumerate(actors, start=1):
                speaks = role == "claimant"
                yield {
                    "claim_id": claim.id,
                    "actor_id": actor,
                    "role": role,
                    "seq": n,
                    "principal_id": principal(claim, corpus) if speaks else principal_of(actor, said, corpus),
                    "inherited": role in ("subject", "object") and role not in claim.data,
                    **provenance_values(claim),
                }


def count(corpus: Corpus) -> int:
    """Return how many parts the claims give out, those left to the topic included."""
    claims = [record for record in corpus.records if record.kind == "claims"]
    named = sum(1 + len(c.get("co_claimants", ())) + len(c.get("via", ())) for c in claims)
    own = sum(len(c.get(role, ())) for c in claims for role in ("subject", "object"))
    left = [(corpus.topics[c["topic"]], role) for c in claims for role in ("subject", "object") if role not in c.data]
    return named + own + sum(len(topic.get(role, ())) for topic, role in left)


CLAIM_ACTORS = Table(schema, rows, count)
