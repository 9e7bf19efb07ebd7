"""The table `origins` has the rows of its definition, on random records; large projects reach limits."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from alleged.errors import LimitError
from alleged.reader import File
from alleged.records.corpus import Corpus, Record
from alleged.tables import TABLES, all_tables

Entry = dict[str, Any]
KINDS = ("person", "collective", "outlet", "unnamed", "organ")
BASES = ("imagery-released", "own-observation", "intelligence-undisclosed", "other-claim", "inference", "unstated")
TYPES = (
    "repeats",
    "estimates-from",
    "relies-on",
    "repeats",
    "same-evidence",
    "possibly-same-origin",
    "denies",
    "confirms",
)
FOLLOWING = ("repeats", "estimates-from", "relies-on")
DISCLOSED = {"imagery-released", "own-observation"}


def corpus(claims: list[Entry]) -> Corpus:
    states = [{"id": f"state-{n}", "name": "S", "kind": "state"} for n in range(3)]
    kinds = {
        "actors": [*states, *({"id": kind, "name": kind, "kind": kind} for kind in KINDS)],
        "topics": [{"id": "shells", "question": "Q?", "predicate": "transfers-munitions", "subject": ["state-0"]}],
        "sources": [
            {
                "id": f"day-{n}",
                "kind": "webpage",
                "publisher": ["outlet"],
                "published": f"2024-01-{n:02}",
                "lang": "en",
                "url": "https://example.org/",
                "seen": "consulted",
            }
            for n in range(1, 29)
        ],
        "evidence": [
            {"id": item, "kind": "image-set", "title": "T", "held_by": "state-1"} for item in ("film", "photo")
        ],
        "claims": claims,
    }
    file = File(Path(), "claims/made-up.yaml", "", {kind: range(1, len(found) + 1) for kind, found in kinds.items()})
    return Corpus(tuple(Record(kind, n, data, file) for kind, found in kinds.items() for n, data in enumerate(found)))


def claim(id: str, **other: Any) -> Entry:
    usual = {"claimant": "state-0", "act": "allege", "topic": "shells", "said": "2024-01-01", "summary": "It was so."}
    return {"id": id, **usual, "sources": [{"id": "day-1"}], "recorded": {"by": "c-1", "on": "2026-01-01"}, **other}


def made_up(chance: Random) -> Corpus:
    size = chance.randint(1, 12)
    return corpus(chance.sample([made_up_claim(n, chance) for n in range(size)], size))


def made_up_claim(n: int, chance: Random) -> Entry:
    relations = [
        {"type": chance.choice(TYPES), "to": f"c{to:02}", "basis": "curator"}
        for to in chance.sample(range(n), min(n, chance.randint(0, 3)))
    ]
    optional = {
        "basis": chance.sample(BASES, chance.randint(1, 2)),
        "evidence": chance.sample(("film", "photo"), chance.randint(1, 2)),
        "attribution": "unnamed-role",
    }
    return claim(
        f"c{n:02}",
        claimant=chance.choice((*KINDS, "state-1", "state-2", "state-1")),
        sources=[{"id": f"day-{chance.randint(1, 20)}"}],
        relations=relations,
        **{field: value for field, value in optional.items() if chance.random() < 0.4},
        **({"status": "withdrawn"} if chance.random() < 0.1 else {}),
    )


# The definition, in plain recursion.


def rows(found: Corpus) -> list[Entry]:
    """Return the rows of `origins`: of all paths to a root the shortest, and of equal ones the first."""
    claims = {id: c for id, c in found.claims.items() if c.active}
    shortest: dict[tuple[str, str], list[str]] = {}
    for id in claims:
        for path in sorted(paths(id, claims, found), key=lambda path: (len(path), path)):
            shortest.setdefault((id, path[-1]), path)
    return [row(path, claims[path[-1]], found) for _, path in sorted(shortest.items())]


def paths(id: str, claims: dict[str, Record], found: Corpus) -> Iterator[list[str]]:
    this = claims[id]
    following = (*FOLLOWING, "confirms") if this.get("basis") == ["other-claim"] else FOLLOWING
    ends = [r["to"] for r in this.get("relations", ()) if r["type"] in following and r["to"] in claims]
    own = {*this.get("basis", ())} - {"other-claim", "inference", "unstated"}
    if made_known(this, found) not in ("collective", "narrator") and (own or not ends):
        yield [id]
    for end in ends:
        yield from ([id, *path] for path in paths(end, claims, found))


def row(path: list[str], root: Record, found: Corpus) -> Entry:
    return {
        "claim_id": path[0],
        "root_id": path[-1],
        "root_principal_id": root["claimant"],
        "root_attribution": made_known(root, found),
        "root_disclosed": bool(DISCLOSED & {*root.get("basis", ())}),
        "hops": len(path) - 1,
        "path": path,
        "root_evidence_ids": root.get("evidence"),
    }


def made_known(record: Record, found: Corpus) -> str:
    usual = {"person": "named-person", "collective": "collective", "outlet": "narrator", "unnamed": "unnamed-role"}
    return record.get("attribution", usual.get(found.actors[record["claimant"]]["kind"], "named-institution"))


@pytest.mark.parametrize("seed", range(12))
def test_origins_are_the_ends_of_all_paths_each_with_the_shortest(seed: int) -> None:
    for number in range(4):
        found = made_up(Random(f"{seed}-{number}"))

        frame = all_tables(found)["origins"]

        TABLES["origins"].validate(frame)
        assert frame.to_dicts() == rows(found)


# Large projects


def chain(length: int, **other: Any) -> list[Entry]:
    names = [f"c{n:04}" for n in range(length)]
    links = {later: [{"type": "repeats", "to": earlier, "basis": "curator"}] for earlier, later in pairwise(names)}
    return [claim(name, relations=links.get(name, []), **other) for name in names]


def test_a_table_of_origins_names_at_most_500_claims_for_each_claim() -> None:
    frame = all_tables(corpus(chain(999)))["origins"]

    assert (frame.height, frame["path"].list.len().sum()) == (999, 499_500)
    with pytest.raises(LimitError, match="more than 500,000 claims"):
        all_tables(corpus(chain(1000)))


def test_lists_of_more_than_500_roots_are_left_out_of_the_timeline() -> None:
    claims = [claim(f"c{n:03}", sources=[{"id": "day-1" if n < 500 else "day-2"}]) for n in range(501)]

    frame = all_tables(corpus(claims))["topic_timeline"]

    TABLES["topic_timeline"].validate(frame)
    assert frame["root_ids"].list.len().to_list() == [500, None]
    assert frame["origin_ids"].to_list() == [["state-0"], ["state-0"]]
    assert frame["n_claims"].to_list() == [500, 501]
