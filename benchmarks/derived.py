"""Speed of the derived tables, on made-up claims: 100,000 of them with 200,000 relations.

    python benchmarks/derived.py [CLAIMS] [--profile]

The claims are the same at each run (a fixed seed): 1,000 topics of 100 claims by 12 of 300 principals each, a third of
the relations dependences, a tenth of the links public only later than their claim. Times are in seconds, the best of
three.
"""

import cProfile
import pstats
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from alleged.execution import gc_disabled
from alleged.reader import File
from alleged.records.corpus import Corpus, Record
from alleged.tables import TABLES, derived_tables
from alleged.tables.graph import Inputs

TARGET = 3.0
"""Seconds that all derived tables of 100,000 claims may take beside the core tables."""

START = date(2022, 1, 1)
TYPES = ("repeats", "estimates-from", "relies-on", "updates", "repeats-own", "confirms", "denies", "same-evidence")
WEIGHTS = (14, 8, 10, 24, 24, 12, 6, 2)


def corpus(claims: int) -> Corpus:
    """Return a corpus of claims, each later than those it bears on, with two relations on average."""
    chance = random.Random(20240618)  # noqa: S311 - the same claims each time
    topics, speakers = max(1, claims // 100), [f"speaker-{n}" for n in range(900)]
    records: dict[str, list[dict[str, Any]]] = {
        "actors": [{"id": f"state-{n}", "name": "S", "kind": "state"} for n in range(300)]
        + [
            {"id": id, "name": "P", "kind": "person", "memberships": [{"of": f"state-{n % 300}", "role": "x"}]}
            for n, id in enumerate(speakers)
        ]
        + [{"id": f"paper-{n}", "name": "O", "kind": "outlet"} for n in range(200)],
        "evidence": [
            {"id": f"item-{n}", "kind": "image-set", "title": "T", "held_by": "state-1"} for n in range(claims // 20)
        ],
        "topics": [
            {
                "id": f"topic-{n}",
                "question": "Was it so?",
                "predicate": "transfers-munitions",
                "subject": [f"state-{n % 300}"],
                "object": [f"state-{(n + 7) % 300}"],
                "item": "munitions",
            }
            for n in range(topics)
        ],
        "sources": [
            {
                "id": f"source-{n}",
                "kind": "article-newspaper",
                "publisher": [f"paper-{n % 200}"],
                "published": (START + timedelta(days=n * 1000 // claims)).isoformat(),
                "lang": "en",
                "url": "https://example.org/",
                "seen": "consulted",
                **({"syndicated_from": {"source": f"source-{n - 1}", "basis": "byline"}} if n % 4 == 1 else {}),
            }
            for n in range(claims)
        ],
    }
    records["claims"] = [_claim(n, claims, topics, speakers, chance) for n in range(claims)]
    return Corpus(tuple(_records(records)))


def _claim(n: int, claims: int, topics: int, speakers: list[str], chance: random.Random) -> dict[str, Any]:
    act = chance.choices(("allege", "confirm", "deny", "dispute", "pledge"), (70, 10, 12, 3, 5))[0]
    stance = {"confirm": "yes", "dispute": "no"}
    day = (START + timedelta(days=n * 1000 // claims)).isoformat()
    earlier = [n - topics * k for k in range(1, 12) if n >= topics * k]
    relations = {}
    for to in chance.sample(earlier, min(2, len(earlier))):
        kind = chance.choices(TYPES, WEIGHTS)[0]
        late = {"source": f"source-{min(claims - 1, n + claims // 20)}"} if chance.random() < 0.1 else {}
        relations[kind, to] = {"type": kind, "to": f"claim-{to}", "basis": "curator", **late}
    figure = {"low": 1000 + n, "bound": "gt", "unit": "container", "window": f"{day}/..", "cumulative": True}
    return {
        "id": f"claim-{n}",
        "claimant": speakers[(n % topics * 7 + chance.randrange(12) + chance.randrange(3) * 300) % len(speakers)],
        "act": act,
        **({"stance": stance[act]} if act in stance else {}),
        **({"denial_scope": "full"} if act == "deny" else {}),
        "topic": f"topic-{n % topics}",
        "said": day,
        "summary": "It was so.",
        "sources": [{"id": f"source-{n}"}, {"id": f"source-{min(claims - 1, n + 3)}"}],
        **({"basis": [chance.choice(("imagery-released", "intelligence-undisclosed"))]} if n % 2 else {}),
        **({"evidence": [f"item-{chance.randrange(claims // 20)}"]} if n % 3 == 0 else {}),
        **({"quantities": [figure]} if n % 2 else {}),
        "relations": list(relations.values()),
        "recorded": {"by": "c-1", "on": "2026-11-24"},
    }


def _records(kinds: dict[str, list[dict[str, Any]]]) -> list[Record]:
    lines = {kind: range(1, len(entries) + 1) for kind, entries in kinds.items()}
    file = File(Path(), "claims/made-up.yaml", "", lines)
    return [Record(kind, n, entry, file) for kind, entries in kinds.items() for n, entry in enumerate(entries)]


def best(work: Callable[[], object], rounds: int = 3) -> float:
    """Return the shortest time that a call took."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main(claims: int, profile: bool) -> None:
    """Print the time that each derived table takes, and all of them beside the core ones."""
    made = corpus(claims)
    relations = sum(len(claim["relations"]) for claim in made.claims.values())
    print(f"{claims:,} claims, {relations:,} relations")
    start = time.perf_counter()
    core = {name: table.frame(made) for name, table in TABLES.items() if table.derive is None}
    print(f"{time.perf_counter() - start:7.2f}  core tables, once")
    frames, inputs = derived_tables(core), Inputs(core)
    with gc_disabled():
        print(f"{best(lambda: inputs.roots, 1):7.2f}  graph and roots, shared by two of the tables")
    for name, table in TABLES.items():
        if table.derive is not None:
            frame = frames[name]
            with gc_disabled():
                took = best(partial(table.derived_frame, inputs))
            checked = best(partial(table.validate, frame), 1)
            print(f"{took:7.2f}  {name}: {frame.height:,} rows (contract {checked:.2f})")
    print(f"{best(lambda: derived_tables(core)):7.2f}  all derived tables, graph and roots included; target {TARGET}")
    if profile:
        with cProfile.Profile() as found:
            derived_tables(core)
        pstats.Stats(found).sort_stats("cumulative").print_stats(25)


if __name__ == "__main__":
    numbers = [word for word in sys.argv[1:] if word.isdigit()]
    main(int(numbers[0]) if numbers else 100_000, "--profile" in sys.argv)
