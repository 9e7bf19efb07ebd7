"""A claim as text: who said what, where it was printed, and its relations."""

from collections.abc import Iterator
from datetime import date

from alleged.dates import parse
from alleged.origins import principal
from alleged.origins.utterances import stance
from alleged.records.corpus import Corpus, Record


def claim(record: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the lines of a claim: its fields, sources, place in the files, and relations in both directions."""
    yield marked(record.id, corpus)
    yield f"  {record['summary']}"
    yield line("claimant", _claimant(record, corpus))
    if (speaker := principal(record, corpus)) not in (record["claimant"], record.get("on_behalf_of")):
        yield line("counts", f"as words of {named(speaker, corpus)}")
    scope = f" ({record['denial_scope']})" if "denial_scope" in record.data else ""
    yield line("act", f"{record['act']}{scope}, which answers the question with {stance(record)}")
    topic = corpus.topics[record["topic"]]
    yield line("topic", f"{topic['question']} ({topic.id})")
    yield line("said", record["said"])
    if "when" in record.data:
        yield line("when", record["when"])
    for instrument in record.get("instrument", []):
        act = corpus.instruments[instrument]
        yield from (line("listing", sentence) for sentence in listings(act, corpus))
        if act["kind"] == "designation":
            yield line("", limit_of_listings(corpus))
    for quantity in record.get("quantities", []):
        yield line("figure", figure(quantity))
    for item in record.get("evidence", []):
        yield line("evidence", f"{corpus.evidence[item]['title']} ({item})")
    for appearance in record["sources"]:
        yield from _appearance(appearance, corpus)
    for relation in record.get("relations", []):
        yield line("relation", f"{relation['type']} {marked(relation['to'], corpus)} ({relation['basis']})")
    for other, relation in _answers(record, corpus):
        yield line("answer", f"{marked(other.id, corpus)} {relation['type']} this claim")
    yield line("recorded", f"by {record['recorded']['by']} on {record['recorded']['on']}")
    if not record.active:
        yield line("status", f"{record['status']}: {record['status_reason']}")
    yield line("written", f"{record.file.path}:{record.line}")


def line(word: str, text: str) -> str:
    """Return a line of a record: what it is about, and the text."""
    return f"  {word:<9} {text}"


def marked(id: str, corpus: Corpus) -> str:
    """Return the id of a record, marked if it was withdrawn or superseded."""
    record = corpus.by_id.get(id)
    return id if record is None or record.active else f"{id} [{record['status']}]"


def named(actor_id: str, corpus: Corpus) -> str:
    """Return the name of an actor with its id."""
    return f"{corpus.actors[actor_id]['name']} ({actor_id})"


def _claimant(record: Record, corpus: Corpus) -> str:
    said_by = " and ".join(named(a, corpus) for a in (record["claimant"], *record.get("co_claimants", [])))
    parts = [said_by]
    if "on_behalf_of" in record.data:
        parts.append(f"for {named(record['on_behalf_of'], corpus)}")
    parts += [f"by way of {named(a, corpus)}" for a in record.get("via", [])]
    return ", ".join(parts)


def listings(act: Record, corpus: Corpus, only: str | None = None) -> Iterator[str]:
    """Yield who was listed by an act and when; nothing for other instruments.

    `only` is the target that is meant, if not all are.
    """
    targets = [target for target in act.get("targets", ()) if only in (None, target)]
    if act["kind"] != "designation" or not targets:
        return
    by = " and ".join(corpus.actors[issuer]["name"] for issuer in act.get("issuer", ()))
    entries = {entry["target"]: entry for entry in act.get("listings", ())}
    for target in targets:
        entry = entries.get(target, {})
        parts = [f"{named(target, corpus)}: listed{f' by {by}' if by else ''}"]
        parts += [f"on {listed}"] if (listed := entry.get("listed", act.get("adopted"))) else []
        parts += [f"as {entry['ref']}"] if "ref" in entry else []
        parts += [f"taken off on {entry['delisted']}"] if "delisted" in entry else []
        yield " ".join(parts)


def limit_of_listings(corpus: Corpus) -> str:
    """Return the sentence that stands below listings: up to when they are recorded."""
    acts = (act for act in corpus.instruments.values() if act["kind"] == "designation" and "adopted" in act.data)
    last = max((act["adopted"] for act in acts), key=lambda edtf: parse(edtf).hi or date.max, default="no day")
    return f"listings are recorded up to {last}; check the official list"


BOUNDS = {
    "gt": "more than ",
    "ge": "at least ",
    "lt": "fewer than ",
    "le": "at most ",
    "about": "about ",
    "none": "",
}


def figure(quantity: dict) -> str:
    """Return a figure as text, with its bound, unit and window."""
    figures = [f"{quantity[k]:,}" for k in ("low", "point", "high") if k in quantity]
    words = [BOUNDS[quantity.get("bound", "none")] + " to ".join(figures), f"[{quantity['unit']}]"]
    words += [quantity["item"]] if "item" in quantity else []
    words += [f"in {quantity['window']}"] if "window" in quantity else []
    words += [f"({quantity['basis']})"] if "basis" in quantity else []
    words += [f"either/or {quantity['either_or']}"] if "either_or" in quantity else []
    return " ".join(words)


def _appearance(appearance: dict, corpus: Corpus) -> Iterator[str]:
    source = corpus.sources[appearance["id"]]
    publishers = " and ".join(corpus.actors[p]["name"] for p in source["publisher"])
    copied = source.get("syndicated_from", {})
    copy = f", copy of {copied.get('source') or copied.get('agency')}" if copied else ""
    yield line("source", f"{publishers}, {source['published']} ({source.id}){copy}")
    if "quote" in appearance:
        lang = appearance.get("lang", source["lang"])
        yield line("", f'"{appearance["quote"]}" [{lang}{", translated" if appearance.get("translated") else ""}]')
    if "gloss" in appearance:
        yield line("", f"in English: {appearance['gloss']}")
    if address := source.get("url") or source.get("doi") or source.get("symbol"):
        yield line("", address)


def _answers(record: Record, corpus: Corpus) -> Iterator[tuple[Record, dict]]:
    for other in corpus.claims.values():
        yield from ((other, r) for r in other.get("relations", []) if r["to"] == record.id)
