"""Timelines of random records: the core tables give the same rows as the records themselves."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from alleged.origins.timelines import timeline
from alleged.origins.utterances import gather
from alleged.reader import File
from alleged.records.corpus import Corpus, Record
from alleged.tables import TABLES
from alleged.tables.graph import Inputs

ACTS = ("allege", "allege", "state", "confirm", "deny", "dispute", "pledge", "acknowledge")
STATED = ("state", "dispute", "acknowledge", "confirm")
STANCES = ("yes", "yes", "no", "open")
TYPES = ("repeats", "estimates-from", "relies-on", "same-evidence", "possibly-same-origin", "denies", "confirms")
GROUNDS = ("imagery-released", "intelligence-undisclosed", "other-claim", "inference", "unstated", "unstated")
TOPIC = {"question": "Was it so?", "predicate": "transfers-munitions"}
SOURCE = {"kind": "webpage", "lang": "en", "url": "https://example.org/", "seen": "consulted"}
CLAIM = {"summary": "It was so.", "recorded": {"by": "c-1", "on": "2026-11-24"}}
CORE = ("claims", "relations", "appearances", "sources")


@pytest.mark.parametrize("seed", range(60))
def test_tables_and_records_give_the_same_timeline(seed: int) -> None:
    for number in range(5):
        corpus = made_up(random.Random(f"{seed}-{number}"))

        inputs = Inputs({name: TABLES[name].frame(corpus) for name in CORE})
        frame = TABLES["topic_timeline"].derived_frame(inputs)

        listed = [(*row[:-2], row[-2] or None, row[-1] or None) for row in timeline(gather(corpus))]
        assert frame.rows() == listed


def made_up(chance: random.Random) -> Corpus:
    """Return a few claims of a few days with many relations between them, in random order."""
    size, topics = chance.randint(3, 25), chance.randint(1, 3)
    kinds: dict[str, list[dict[str, Any]]] = {
        "actors": [{"id": f"state-{n}", "name": "S", "kind": chance.choice(("state", "collective"))} for n in range(5)],
        "evidence": [{"id": f"item-{n}", "kind": "image-set", "title": "T", "held_by": "state-1"} for n in range(3)],
        "topics": [
            {**TOPIC, "id": f"topic-{n}", "subject": [f"state-{n}"], "object": ["state-3"]} for n in range(topics)
        ],
        "sources": [source(n, chance) for n in range(size)],
        "claims": chance.sample([claim(n, size, topics, chance) for n in range(size)], size),
    }
    file = File(Path(), "claims/made-up.yaml", "", {kind: range(1, len(found) + 1) for kind, found in kinds.items()})
    return Corpus(tuple(Record(kind, n, data, file) for kind, found in kinds.items() for n, data in enumerate(found)))


def day(chance: random.Random) -> str:
    return (date(2024, 1, 1) + timedelta(days=chance.randrange(12))).isoformat()


def source(n: int, chance: random.Random) -> dict[str, Any]:
    published = chance.choice(("2024-01", day(chance) + "/..", "../" + day(chance), *(day(chance) for _ in range(7))))
    copied = {"source": f"source-{n - 1}"} if chance.random() < 0.5 else {"agency": "state-2"}
    found = {**SOURCE, "id": f"source-{n}", "publisher": [f"state-{chance.randrange(5)}"], "published": published}
    return {**found, **({"syndicated_from": copied} if n and chance.random() < 0.4 else {})}


def claim(n: int, size: int, topics: int, chance: random.Random) -> dict[str, Any]:
    relations = [
        {
            "type": chance.choice(TYPES),
            "to": f"claim-{to}",
            "basis": "curator",
            **({"source": f"source-{chance.randrange(size)}"} if chance.random() < 0.5 else {}),
        }
        for to in chance.sample(range(n), min(n, chance.randint(0, 3)))
    ]
    act = chance.choice(ACTS)
    return {
        **CLAIM,
        "id": f"claim-{n}",
        "claimant": f"state-{chance.randrange(5)}",
        "act": act,
        **({"stance": chance.choice(STANCES)} if act in STATED else {}),
        **({"denial_scope": chance.choice(("full", "partial"))} if act == "deny" else {}),
        "topic": f"topic-{chance.randrange(topics)}",
        "said": day(chance),
        "sources": [{"id": f"source-{s}"} for s in chance.sample(range(size), chance.randint(1, min(size, 3)))],
        **({"basis": chance.sample(GROUNDS, chance.randint(1, 2))} if chance.random() < 0.7 else {}),
        **({"evidence": [f"item-{chance.randrange(3)}"]} if chance.random() < 0.3 else {}),
        **({"background": True} if chance.random() < 0.1 else {}),
        **({"status": "withdrawn"} if chance.random() < 0.1 else {}),
        "relations": relations,
    }
