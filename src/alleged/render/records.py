"""Records of every kind as text: what they say, and which other records name them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from alleged.dates import parse
from alleged.find import speakers
from alleged.origins import principal
from alleged.origins.publication import archive_url
from alleged.origins.utterances import stance
from alleged.records.corpus import Corpus, Record
from alleged.render.claims import claim, limit_of_listings, line, listings, marked, named, written
from alleged.schemas.definitions import KINDS as KINDS_OF_RECORD
from alleged.schemas.vocabularies import vocabulary
from alleged.trace import trace

MOST = 10
"""Claims that are listed; of the others the number is given."""


def record(shown: Record, corpus: Corpus, whole: bool = False) -> Iterator[str]:
    """Yield the lines of a record of any kind; of the claims that name it the last `MOST`, or all."""
    if shown.kind == "claims":
        yield from claim(shown, corpus)
        return
    yield marked(shown.id, corpus)
    yield from KINDS.get(shown.kind, _other)(shown, corpus, None if whole else MOST)
    if not shown.active:
        yield line("status", f"{shown['status']}: {shown.get('status_reason', '')}")
    if "note" in shown.data:
        yield line("note", shown["note"])
    yield line("written", written(shown, corpus))


def data(shown: Record, corpus: Corpus) -> dict[str, Any]:
    """Return a record as plain data: what is recorded, where it is written, and what names it."""
    whole: dict[str, Any] = {"kind": KINDS_OF_RECORD[shown.kind], "id": shown.id, "record": shown.data}
    whole |= {"path": shown.file.path, "line": shown.line, "commit": corpus.commit}
    if shown.kind == "claims":
        whole |= {"stance": stance(shown), "principal": principal(shown, corpus)}
        whole["sources"] = [step._asdict() for step in trace(shown, corpus)]
        whole["answers"] = [
            {"id": other.id, "type": relation["type"]}
            for other in corpus.claims.values()
            for relation in other.get("relations", ())
            if relation["to"] == shown.id
        ]
    elif shown.kind == "actors":
        whole["claims"] = [claim.id for claim in corpus.claims.values() if shown.id in speakers(claim, corpus)]
    elif shown.kind == "sources":
        whole["claims"] = [c.id for c in corpus.claims.values() if shown.id in (at["id"] for at in c["sources"])]
    elif shown.kind == "topics":
        whole["claims"] = [claim.id for claim in corpus.claims.values() if claim["topic"] == shown.id]
    return whole


def _actor(actor: Record, corpus: Corpus, most: int | None) -> Iterator[str]:
    yield f"  {actor['name']}"
    if "short_name" in actor.data:
        yield line("short", actor["short_name"])
    yield line("kind", actor["kind"])
    if country := corpus.country(actor):
        yield line("country", f"{vocabulary('country')[country].label} ({country})")
    if names := [name["text"] for name in actor.get("names", ())]:
        yield line("also", ", ".join(names))
    if "public_role" in actor.data:
        yield line("role", actor["public_role"])
    sources = actor.get("id_sources", {})
    for scheme, value in actor.get("ids", {}).items():
        yield line("id", f"{scheme} {value}{f', from {sources[scheme]}' if scheme in sources else ''}")
    for field in ("part_of", "memberships"):
        yield from (line("belongs", _tie(tie, corpus)) for tie in actor.get(field, ()))
    members = [other for other in corpus.actors.values() if _belongs(other, actor.id)]
    if members:
        shown = [named(other.id, corpus) for other in members[:most]]
        rest = [f"and {len(members) - len(shown)} more"] if len(members) > len(shown) else []
        yield line("has", ", ".join([*shown, *rest]))
    listed = [f"{row} ({act.id})" for act in corpus.instruments.values() for row in listings(act, corpus, actor.id)]
    yield from (line("listing", row) for row in listed)
    if listed:
        yield line("", limit_of_listings(corpus))
    claims = corpus.claims.values()
    by = [c for c in claims if actor.id in speakers(c, corpus)]
    about = [c for c in claims if any(actor.id in (corpus.slot(c, slot) or ()) for slot in ("subject", "object"))]
    yield from _claims("says", by, corpus, actor, most)
    yield from _claims("about it", about, corpus, actor, most)


def _tie(tie: Mapping[str, str], corpus: Corpus) -> str:
    """Return an affiliation as text, with its role and its days."""
    role = f"{tie['role']}, " if "role" in tie else ""
    start, end = tie.get("from"), tie.get("to")
    days = f" from {start}" if start else ""
    days += f" to {end}" if end else ""
    return f"{role}{named(tie['of'], corpus)}{days}"


def _belongs(other: Record, body: str) -> bool:
    return any(tie["of"] == body for field in ("part_of", "memberships") for tie in other.get(field, ()))


def _source(source: Record, corpus: Corpus, most: int | None) -> Iterator[str]:
    if "title" in source.data:
        yield f"  {source['title']}"
    yield line("kind", source["kind"])
    yield line("printed", f"{' and '.join(named(p, corpus) for p in source['publisher'])}, {source['published']}")
    yield line("lang", source["lang"])
    for field in ("url", "doi", "symbol", "celex"):
        if field in source.data:
            yield line(field, source[field])
    if copy := archive_url(source):
        yield line("archived", copy)
    if copied := source.get("syndicated_from"):
        yield line("copy of", str(copied.get("source") or copied.get("agency")))
    carried = [(c, shown) for c in corpus.claims.values() for shown in c["sources"] if shown["id"] == source.id]
    for c, shown in carried[:most]:
        quote = f': "{shown["quote"]}"' if "quote" in shown else ""
        yield line("carries", f"{marked(c.id, corpus)}{quote}")
    yield from _rest("carries", len(carried), source, most)
    if not carried:
        yield line("carries", "no claim")


def _topic(topic: Record, corpus: Corpus, most: int | None) -> Iterator[str]:
    yield f"  {topic['question']}"
    yield line("asks", topic["predicate"])
    for slot in ("subject", "object"):
        if slot in topic.data:
            yield line(slot, ", ".join(named(actor, corpus) for actor in topic[slot]))
    for slot in ("item", "scope_note"):
        if slot in topic.data:
            yield line(slot.partition("_")[0], topic[slot])
    for instrument in topic.get("instrument", ()):
        yield line("about", f"{corpus.instruments[instrument]['title']} ({instrument})")
    claims = [c for c in corpus.claims.values() if c["topic"] == topic.id]
    answers = Counter(stance(c) for c in claims if c.active)
    yield line("answers", ", ".join(f"{answers[word]} {word}" for word in ("yes", "no", "open")))
    yield line("", f"who is behind them: alleged origins {topic.id}")
    yield from _claims("claims", claims, corpus, topic, most)


def _instrument(act: Record, corpus: Corpus, most: int | None) -> Iterator[str]:
    yield f"  {act['title']}"
    yield line("kind", act["kind"])
    if "issuer" in act.data:
        yield line("issued", " and ".join(named(actor, corpus) for actor in act["issuer"]))
    for field in ("symbol", "celex", "adopted", "signed", "in_force", "terminated"):
        if field in act.data:
            yield line(field.replace("_", " "), act[field])
    yield from (line("ratified", f"by {named(r['by'], corpus)} on {r['on']}") for r in act.get("ratified", ()))
    if act["kind"] == "designation":
        yield from (line("listing", row) for row in listings(act, corpus))
        yield line("", limit_of_listings(corpus))
    elif "targets" in act.data:
        yield line("targets", ", ".join(named(actor, corpus) for actor in act["targets"]))
    yield from (line("measure", measure) for measure in act.get("measures", ()))
    yield from (line(f"para {p['para']}", p["summary"]) for p in act.get("provisions", ()))
    claims = [c for c in corpus.claims.values() if act.id in (corpus.slot(c, "instrument") or ())]
    yield from _claims("claims", claims, corpus, act, most)


def _evidence(item: Record, corpus: Corpus, most: int | None) -> Iterator[str]:
    yield f"  {item['title']}"
    yield line("kind", item["kind"])
    yield line("held by", named(item["held_by"], corpus))
    for field in ("released", "url"):
        if field in item.data:
            yield line(field, item[field])
    claims = [c for c in corpus.claims.values() if item.id in c.get("evidence", ())]
    yield from _claims("claims", claims, corpus, item, most)


def _other(shown: Record, corpus: Corpus, _most: int | None) -> Iterator[str]:
    yield from (line(field, str(value)) for field, value in shown.data.items() if field not in ("id", "note"))


KINDS: Mapping[str, Callable[[Record, Corpus, int | None], Iterator[str]]] = {
    "actors": _actor,
    "sources": _source,
    "topics": _topic,
    "instruments": _instrument,
    "evidence": _evidence,
}


def _claims(word: str, claims: Sequence[Record], corpus: Corpus, of: Record, most: int | None) -> Iterator[str]:
    """Yield the last claims by the day of the words, and how to list all."""
    latest = sorted(claims, key=lambda c: (parse(c["said"]).hi or date.max, c.id), reverse=True)
    for c in latest[:most]:
        yield line(word, f"{c['said']}  {c['act']}, {stance(c)}  {marked(c.id, corpus)}: {c['summary']}")
    yield from _rest(word, len(claims), of, most)


def _rest(word: str, number: int, of: Record, most: int | None) -> Iterator[str]:
    if most is not None and number > most:
        yield line(word, f"{number} claims in all:  alleged show {of.id} --all")
