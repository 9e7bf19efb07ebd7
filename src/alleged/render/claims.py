"""A claim as text: who said what, where it was printed, and its relations."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from alleged.dates import parse
from alleged.origins import principal
from alleged.origins.publication import archive_url
from alleged.origins.utterances import attribution, stance, usual_attribution
from alleged.records.corpus import Corpus, Record
from alleged.trace import address


def claim(record: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the lines of a claim: its id, its summary and its `fields`."""
    yield marked(record.id, corpus)
    yield f"  {record['summary']}"
    yield from (line(word, text) for word, text in fields(record, corpus))


def fields(record: Record, corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Yield what stands below the summary of a claim, each with a word that says what it is.

    These are its fields, sources, relations in both directions, and its place in the files. The word is empty for a
    line that goes on with the one above.
    """
    yield "claimant", _claimant(record, corpus)
    if (speaker := principal(record, corpus)) not in (record["claimant"], record.get("on_behalf_of")):
        yield "counts", f"as words of {named(speaker, corpus)}"
    scope = f" ({record['denial_scope']})" if "denial_scope" in record.data else ""
    yield "act", f"{record['act']}{scope}, which answers the question with {stance(record)}"
    topic = corpus.topics[record["topic"]]
    yield "topic", f"{topic['question']} ({topic.id})"
    basis = record.get("said_basis", "stated")
    yield "said", record["said"] + (f" ({basis})" if basis != "stated" else "")
    if "when" in record.data:
        yield "when", record["when"]
    manner = [record[field] for field in ("mode", "hedge") if record.get(field, "none") != "none"]
    manner += [f'"{record["hedge_text"]}"'] if "hedge_text" in record.data else []
    if manner:
        yield "mode", ", ".join(manner)
    if "basis" in record.data:
        yield "basis", ", ".join(record["basis"])
    for instrument in record.get("instrument", []):
        act = corpus.instruments[instrument]
        yield from (("listing", sentence) for sentence in listings(act, corpus))
        if act["kind"] == "designation":
            yield "", limit_of_listings(corpus)
    for quantity in record.get("quantities", []):
        yield "figure", figure(quantity, corpus.slot(record, "item"))
    for item in record.get("evidence", []):
        yield "evidence", f"{corpus.evidence[item]['title']} ({item})"
    for appearance in record["sources"]:
        yield from _appearance(appearance, corpus)
    for relation in sorted(record.get("relations", []), key=lambda r: (r["type"], r["to"])):
        yield "relation", f"{relation['type']} {marked(relation['to'], corpus)} ({relation['basis']})"
    for other, relation in _answers(record, corpus):
        yield "answer", f"{marked(other.id, corpus)} {relation['type']} this claim"
    for search in record.get("response_sought", []):
        yield from _search(search)
    if "note" in record.data:
        yield "note", record["note"]
    yield "recorded", f"by {record['recorded']['by']} on {record['recorded']['on']}"
    if not record.active:
        yield "status", f"{record['status']}: {record['status_reason']}"
    yield "written", written(record, corpus)


def written(record: Record, corpus: Corpus) -> str:
    """Return where a record is written: file and line, and the commit if it is that of a release."""
    return f"{record.file.path}:{record.line}{f' at commit {corpus.commit}' if corpus.commit else ''}"


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
    if (how := attribution(record, corpus)) != usual_attribution(record, corpus):
        parts.append(f"attribution {how}")
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


def figure(quantity: Mapping[str, Any], item: str | None = None) -> str:
    """Return a figure as text, with its bound, unit and window; its item, unless it is the one that is known."""
    numbers = [quantity[k] for k in ("low", "point", "high") if k in quantity]
    figures = [f"{int(number) if number == int(number) else number:,}" for number in numbers]
    words = [BOUNDS[quantity.get("bound", "none")] + " to ".join(figures), f"[{quantity['unit']}]"]
    words += [quantity["item"]] if quantity.get("item", item) != item else []
    words += [f"in {quantity['window']}"] if "window" in quantity else []
    words += [f"({quantity['basis']})"] if "basis" in quantity else []
    words += [f"either/or {quantity['either_or']}"] if "either_or" in quantity else []
    return " ".join(words)


def _appearance(appearance: dict, corpus: Corpus) -> Iterator[tuple[str, str]]:
    source = corpus.sources[appearance["id"]]
    publishers = " and ".join(corpus.actors[p]["name"] for p in source["publisher"])
    copied = source.get("syndicated_from", {})
    copy = f", copy of {copied.get('source') or copied.get('agency')}" if copied else ""
    yield "source", f"{publishers}, {source['published']} ({source.id}){copy}"
    if "quote" in appearance:
        lang = appearance.get("lang", source["lang"])
        yield "", f'"{appearance["quote"]}" [{lang}{", translated" if appearance.get("translated") else ""}]'
    if "gloss" in appearance:
        yield "", f"in English: {appearance['gloss']}"
    if place := address(source, appearance.get("quote"), appearance.get("lang", source["lang"]), corpus):
        yield "", place
    elif "symbol" in source.data:
        yield "", source["symbol"]
    if copy := archive_url(source):
        yield "archived", copy


def _search(search: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    queries = search["queries"]
    number = f"{len(queries)} {'query' if len(queries) == 1 else 'queries'}"
    yield "sought", f"no answer found on {search['on']} with {number}: {'; '.join(queries)} ({search['by']})"
    if "note" in search:
        yield "", search["note"]


def _answers(record: Record, corpus: Corpus) -> Iterator[tuple[Record, dict]]:
    for other in corpus.claims.values():
        answers = [relation for relation in other.get("relations", []) if relation["to"] == record.id]
        yield from ((other, relation) for relation in sorted(answers, key=lambda r: r["type"]))
