"""Responses, quantity quarters and flat tables have the rows that plain loops over the records find."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from alleged.dates import parse
from alleged.origins import principal, principal_of
from alleged.origins.publication import public_bounds
from alleged.origins.utterances import is_party, stance
from alleged.project import Project
from alleged.reader import File
from alleged.records.corpus import Corpus, Record, read
from alleged.schemas.vocabularies import vocabulary
from alleged.tables import TABLES, all_tables
from paths import ROOT

Row = dict[str, Any]

ACTS = ("allege", "allege", "state", "deny", "deny", "dispute", "acknowledge", "pledge")
STATED = ("state", "dispute", "acknowledge", "confirm")
STANCES = ("yes", "yes", "no", "open")
TYPES = (
    "denies",
    "denies",
    "disputes",
    "confirms",
    "corrects",
    "retracts",
    "declines",
    "repeats",
    "updates",
    "updates",
)
RESPONSES = ("denies", "disputes", "confirms", "doubts", "corrects", "retracts", "declines", "replies-to")
QUARTERLY = (
    "0987-05",
    "2024-01",
    "2024-02-29/..",
    "2024-03-31",
    "2024-04-01",
    "../2024-06-30",
    "2024-07-01",
    "2024-10~",
)
IDS: dict[int, Row] = {1: {"ids": {"iso3166": "KP", "cow": "731"}}, 2: {"ids": {"wikidata": "Q1"}}}
ITEMS = ("artillery-shell", "munitions", "explosives", "rocket")
BASES = ("count", "capacity", "sample-estimate", "conversion", "undisclosed")


# Made-up records: few days, few actors and short lists, so that much of it coincides.


def made_up(chance: Random) -> Corpus:
    """Return up to 20 claims on up to three topics, in any order."""
    size, topics = chance.randint(1, 20), chance.randint(1, 3)
    kinds: dict[str, list[dict[str, Any]]] = {
        "actors": [
            *({"id": f"state-{n}", "name": f"S{n}", "kind": "state", **IDS.get(n, {})} for n in range(4)),
            *({"id": f"organ-{n}", "name": "O", "kind": "organ", "part_of": [{"of": f"state-{n}"}]} for n in range(4)),
        ],
        "topics": [topic(n, chance) for n in range(topics)],
        "sources": [source(n, chance) for n in range(size)],
        "claims": chance.sample([claim(n, size, topics, chance) for n in range(size)], size),
    }
    file = File(Path(), "claims/made-up.yaml", "", {kind: range(1, len(found) + 1) for kind, found in kinds.items()})
    return Corpus(tuple(Record(kind, n, data, file) for kind, found in kinds.items() for n, data in enumerate(found)))


def day(chance: Random) -> str:
    return (date(2023, 12, 28) + timedelta(days=chance.randrange(10))).isoformat()


def period(chance: Random) -> str:
    return chance.choice(
        ("2024-01", "2023-12", f"{day(chance)}/..", f"../{day(chance)}", *(day(chance) for _ in "1234"))
    )


def actor(chance: Random) -> str:
    return f"{chance.choice(('state', 'organ'))}-{chance.randrange(4)}"


def topic(n: int, chance: Random) -> dict[str, Any]:
    optional = {"object": [actor(chance)], "item": "munitions"}
    return {
        "id": f"topic-{n}",
        "question": "Was it so?",
        "predicate": "transfers-munitions",
        "subject": [f"state-{n}"],
        **{field: value for field, value in optional.items() if chance.random() < 0.6},
    }


def source(n: int, chance: Random) -> dict[str, Any]:
    publishers = chance.sample(["state-0", "organ-1"], chance.randint(1, 2))
    found = {"id": f"source-{n}", "kind": "webpage", "publisher": publishers, "published": period(chance)}
    url = {"url": f"https://example.org/{n}"} if chance.random() < 0.8 else {"symbol": "S/2024/1"}
    return {**found, **url, "lang": "en", "seen": "consulted"}


def claim(n: int, size: int, topics: int, chance: Random) -> dict[str, Any]:
    earlier = [(chance.choice(TYPES), f"claim-{to}") for to in chance.sample(range(n), min(n, chance.randint(0, 3)))]
    wider = [("denies", f"topic-{to}") for to in range(topics) if chance.random() < 0.3]
    bears_on = [(chance.choice(("part-of", "denies")), to) for _, to in wider] + earlier
    optional = {
        "on_behalf_of": actor(chance),
        "subject": [actor(chance)],
        "item": "artillery-shell",
        "co_claimants": ["state-3", "organ-0"],
        "background": True,
        "status": "withdrawn",
        "response_sought": [{"on": day(chance), "by": "c-1", "queries": ["denies", "rejects"]} for _ in "12"],
    }
    act = chance.choice(ACTS)
    return {
        "id": f"claim-{n}",
        "claimant": actor(chance),
        "act": act,
        **({"stance": chance.choice(STANCES)} if act in STATED else {}),
        **({"denial_scope": chance.choice(("full", "partial", "blanket"))} if act == "deny" else {}),
        "topic": f"topic-{chance.randrange(topics)}",
        "said": chance.choice((period(chance), *QUARTERLY)) if chance.random() < 0.5 else day(chance),
        "summary": "It was so.",
        "sources": [appearance(s, chance) for s in chance.sample(range(size), chance.randint(1, min(size, 3)))],
        **{field: value for field, value in optional.items() if chance.random() < 0.15},
        "quantities": [quantity(chance) for _ in range(chance.randint(0, 2))],
        "relations": [{"type": type, "to": to, "basis": "curator"} for type, to in bears_on],
        "recorded": {"by": "c-1", "on": "2026-11-24"},
    }


def appearance(n: int, chance: Random) -> dict[str, Any]:
    return {"id": f"source-{n}", **({"quote": f"words {chance.random()}"} if chance.random() < 0.5 else {})}


def quantity(chance: Random) -> dict[str, Any]:
    low = chance.randint(0, 3)
    optional = {
        "point": low + 1,
        "high": low + 2,
        "item": chance.choice(ITEMS),
        "basis": chance.choice(BASES),
        "either_or": "a",
        "window": chance.choice(("2023-08/..", "2023-08-01", "2023-09", "../2023-09")),
    }
    chosen = {field: value for field, value in optional.items() if chance.random() < 0.5}
    return {"low": low, "unit": chance.choice(("round", "container")), **chosen}


# The definitions, in plain loops.


def active(corpus: Corpus) -> list[Record]:
    found = corpus.claims.values()
    return [c for c in found if c.active and not c.get("background")]


def responses(corpus: Corpus) -> Iterator[Row]:
    """Yield the rows of `responses`."""
    claims = {claim.id: claim for claim in active(corpus)}
    last = max((hi for claim in claims.values() if (hi := public_bounds(claim, corpus)[1])), default=None)
    for claim in claims.values():
        lo, hi = public_bounds(claim, corpus)
        found = linked(claim, claims)
        for type, act in (("denies", "deny"), ("acknowledges", "acknowledge")):
            if stance(claim) == "yes" and claim["act"] != act:
                days = of_topic(claim["topic"], act, claims, corpus)
                following = [id for day, id in days if day >= (lo or hi or date.max)]
                found[type].update(dict.fromkeys(following[:1], False) | found[type])
                if not found[type]:
                    found[type][None] = False
        denials = [day for day, _ in of_topic(claim["topic"], "deny", claims, corpus)]
        for type, ids in found.items():
            for seq, id in enumerate(sorted(ids, key=lambda id: order(id, claims, corpus)), start=1):
                response = claims[id] if id else None
                first, latest = public_bounds(response, corpus) if response else (None, None)
                yield {
                    "claim_id": claim.id,
                    "type": type,
                    "seq": seq,
                    "topic_id": claim["topic"],
                    "principal_id": principal(claim, corpus),
                    "response_id": id,
                    "response_principal_id": principal(response, corpus) if response else None,
                    "linked": ids[id] if response else None,
                    "by_party": not ids[id] or by_party(response, claim, corpus) if response else None,
                    "response_denial_scope": response.get("denial_scope") if response else None,
                    "lag_days_lo": (first - hi).days if first and hi else None,
                    "lag_days_hi": (latest - lo).days if latest and lo else None,
                    "waited_days": (last - hi).days if not response and last and hi else None,
                    "denied_before": bool(lo and any(day < lo for day in denials)),
                    "censored_on": None if response else last,
                    "searched_on": None if response else searched(claim),
                }


def searched(claim: Record) -> date | None:
    """Return the last day on which an answer to a claim was looked for."""
    return max((date.fromisoformat(search["on"]) for search in claim.get("response_sought", ())), default=None)


def linked(claim: Record, claims: dict[str, Record]) -> defaultdict[str, dict[str | None, bool]]:
    """Return the responses that relations state, by type."""
    found: defaultdict[str, dict[str | None, bool]] = defaultdict(dict)
    for other in claims.values():
        for relation in other.get("relations", ()):
            if relation["to"] == claim.id and relation["type"] in RESPONSES:
                found[relation["type"]][other.id] = True
    return found


def of_topic(topic: str, act: str, claims: dict[str, Record], corpus: Corpus) -> list[tuple[date, str]]:
    """Return the denials, or acknowledgements, of a topic by parties to it: by when each was public, and its id."""
    parties = corpus.topics[topic]["subject"] + corpus.topics[topic].get("object", [])
    found = []
    for claim in claims.values():
        if claim["act"] != act or (act == "deny" and stance(claim) != "no"):
            continue
        own = claim["topic"] == topic and is_party(claim, corpus)
        denies_topic = any((r["type"], r["to"]) == ("denies", topic) for r in claim.get("relations", ()))
        other = claim["topic"] != topic and denies_topic and principal(claim, corpus) in parties
        if (day := public_bounds(claim, corpus)[1]) and (own or other):
            found.append((day, claim.id))
    return sorted(found)


def order(id: str | None, claims: dict[str, Record], corpus: Corpus) -> tuple[date, str]:
    return (public_bounds(claims[id], corpus)[1] or date.max, id) if id else (date.max, "")


def by_party(response: Record, claim: Record, corpus: Corpus) -> bool:
    said = parse(claim["said"])
    named = [*corpus.slot(claim, "subject"), *(corpus.slot(claim, "object") or ())]
    of_claim = principal(response, corpus) in {principal_of(actor, said, corpus) for actor in named}
    return of_claim or (response["topic"] == claim["topic"] and is_party(response, corpus))


def quarters(corpus: Corpus) -> Iterator[Row]:
    """Yield the rows of `quantity_quarters`."""
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    starts: defaultdict[tuple[str, ...], list[date | None]] = defaultdict(list)
    for claim in active(corpus):
        said = parse(claim["said"])
        on = said.hi or said.lo
        if stance(claim) != "yes" or on is None:
            continue
        for figure in claim.get("quantities", ()):
            start = parse(figure["window"]).lo if "window" in figure else None
            item = figure.get("item") or corpus.slot(claim, "item") or "unstated"
            series = (claim["topic"], item, figure["unit"])
            starts[series].append(start)
            quarter = f"{on.year:04}Q{1 + (on.month - 1) // 3}"
            groups[*series, principal(claim, corpus), quarter].append({**figure, "start": start})
    for key, figures in groups.items():
        of_series = starts[key[:3]]
        why = "starts-differ" if None in of_series or len(set(of_series)) > 1 else None
        why = "start-not-stated" if any(f["start"] is None for f in figures) else why
        why = "item-not-stated" if key[1] == "unstated" else why
        used = {f.get("basis") for f in figures}
        yield {
            **dict(zip(("topic_id", "item", "unit", "principal_id", "said_quarter"), key, strict=True)),
            **{f"max_{name}": max((f[name] for f in figures if name in f), default=None) for name in FIGURES},
            "window_lo_min": min((f["start"] for f in figures if f["start"]), default=None),
            "n_figures": len(figures),
            "quantity_bases": [basis for basis in BASES if basis in used] or None,
            "has_alternatives": any("either_or" in f for f in figures),
            "comparable": why is None,
            "not_comparable_reason": why,
        }


def flat_claims(corpus: Corpus, tables: Mapping[str, pl.DataFrame]) -> Iterator[Row]:
    """Yield the rows of `flat_claims`: those of `claims`, with names and the first source."""
    same = {row["claim_id"]: row for row in tables["claims"].to_dicts()}
    for claim in active(corpus):
        shown = {name: value for name, value in same[claim.id].items() if name in TABLES["flat_claims"].dtypes}
        names = [corpus.actors[id]["name"] for id in claim.get("co_claimants", ())]
        yield {**shown, **context(claim, corpus), "co_claimants": names or None}


def context(claim: Record, corpus: Corpus) -> Row:
    """Return the names behind the ids of a claim, its first source and its first quote."""
    topic, speaker = corpus.topics[claim["topic"]], corpus.actors[principal(claim, corpus)]
    first = earliest(claim["sources"], corpus)
    quoted = earliest([a for a in claim["sources"] if "quote" in a], corpus)
    source = corpus.sources[first["id"]] if first else {}
    return {
        "topic_question": topic["question"],
        "claimant": corpus.actors[claim["claimant"]]["name"],
        "principal": speaker["name"],
        "principal_country": speaker.get("ids", {}).get("iso3166"),
        "source_id": source["id"],
        "publisher": "; ".join(corpus.actors[id]["name"] for id in source["publisher"]),
        "published_edtf": source["published"],
        "url": source.get("url"),
        "quote": quoted["quote"] if quoted else None,
        "quote_source_id": quoted["id"] if quoted else None,
        "quote_url": corpus.sources[quoted["id"]].get("url") if quoted else None,
    }


def earliest(appearances: list[Row], corpus: Corpus) -> Row | None:
    """Return the first of the appearances in the source that was published by the earliest day."""
    return min(appearances, key=lambda a: parse(corpus.sources[a["id"]]["published"]).hi or date.max, default=None)


def flat_quantities(corpus: Corpus, tables: Mapping[str, pl.DataFrame]) -> Iterator[Row]:
    """Yield the rows of `flat_quantities`: those of `quantities` and of their claims."""
    figures, claims = tables["quantities"].to_dicts(), {row["claim_id"]: row for row in tables["claims"].to_dicts()}
    counted = {claim.id: claim for claim in active(corpus)}
    for figure in figures:
        id, letter = figure["claim_id"], figure["alternative_group"]
        if id in counted:
            row = {**claims[id], **figure, **context(counted[id], corpus)}
            yield {
                **{name: row.get(name) for name in TABLES["flat_quantities"].dtypes},
                "comparable_group": figure["comparable_key"],
                "either_or": letter and f"{id}|{letter}",
                "updated_by": updated_by(figure, figures, counted, corpus),
            }


def updated_by(figure: Row, figures: list[Row], counted: dict[str, Record], corpus: Corpus) -> str | None:
    """Return the claim that updates a figure by the fewest relations; of several the one public first."""
    distance: dict[str, tuple[Any, ...]] = {figure["claim_id"]: ()}
    for steps in range(1, len(corpus.claims)):
        before = [*distance]
        for claim in corpus.claims.values():
            ends = [r["to"] for r in claim.get("relations", ()) if r["type"] in ("updates", "corrects")]
            if claim.active and claim.id not in distance and any(end in before for end in ends):
                at = min(before.index(end) for end in ends if end in before)
                distance[claim.id] = (steps, at, public_bounds(claim, corpus)[1] or date.max, claim.id)
        level = sorted((key, id) for id, key in distance.items() if id not in before)
        if not level:
            break
        distance = {id: distance[id] for id in (*before, *(id for _, id in level))}
    return next((id for id in [*distance][1:] if id in counted and updates(id, figure, figures)), None)


def updates(id: str, figure: Row, figures: list[Row]) -> bool:
    """Whether a claim has a figure in the same unit for the same item, or for a wider or narrower one."""
    items = vocabulary("item")

    def wider(item: str | None) -> list[str]:
        return [] if item is None else [item, *wider(items[item].broader)]

    others = [other for other in figures if other["claim_id"] == id and other["unit"] == figure["unit"]]
    one = figure["item"]
    return any(one == other["item"] or one in wider(other["item"]) or other["item"] in wider(one) for other in others)


FIGURES = ("low", "point", "high")
DEFINITIONS = {"responses": responses, "quantity_quarters": quarters}
FLAT = {"flat_claims": flat_claims, "flat_quantities": flat_quantities}


def require_rows_of_definitions(corpus: Corpus) -> None:
    tables = all_tables(corpus)
    defined = {name: definition(corpus) for name, definition in DEFINITIONS.items()}
    defined |= {name: definition(corpus, tables) for name, definition in FLAT.items()}
    for name, rows in defined.items():
        TABLES[name].validate(tables[name])
        assert in_order(tables[name].to_dicts(), TABLES[name].key) == in_order(rows, TABLES[name].key)


def in_order(rows: Iterable[Row], key: tuple[str, ...]) -> list[Row]:
    return sorted(rows, key=lambda row: [row[column] for column in key])


@pytest.mark.parametrize("seed", range(8))
def test_tables_have_the_rows_of_their_definitions(seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    for number in range(10):
        require_rows_of_definitions(made_up(Random(f"{seed}-{number}")))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("root", [ROOT, ROOT / "tests" / "fixture"], ids=["shipped", "fixture"])
def test_real_records_give_the_rows_of_the_definitions(root: Path) -> None:
    require_rows_of_definitions(read(Project(root)).corpus)
