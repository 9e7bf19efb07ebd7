"""Find actors, sources, topics, claims, codes and fields by what a reader knows of them, in any script.

The entries to search are made from records, which may be those of a project or of the tables of a release.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from alleged.dates import parse
from alleged.errors import DateError, UnknownNameError
from alleged.origins import principal
from alleged.records.corpus import Corpus, Record
from alleged.schemas.definitions import KINDS, fields
from alleged.schemas.vocabularies import closest, names, vocabulary
from alleged.text.urls import page_of
from alleged.text.words import folded

FOUND = ("actors", "sources", "topics", "claims", "instruments", "evidence", "codes", "fields")
"""Kinds of entries, in the order in which matches are shown."""

WHOLE, START, WORD, PART = 8, 4, 2, 1
"""Points of a match: the whole of a text, its start, the start of a word, any part."""

ADDRESS = re.compile(r"https?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)


class Entry(NamedTuple):
    """Something that can be found: its kind and id, what it is called, and what else is said of it in brief.

    `texts` are searched too, and `address` is the key of its page. The last four are of claims: who speaks, on what,
    and the days that `said` allows.
    """

    kind: str
    id: str
    title: str
    about: str = ""
    texts: tuple[str, ...] = ()
    address: str = ""
    speakers: frozenset[str] = frozenset()
    topic: str = ""
    lo: date = date.min
    hi: date = date.max


class Query(NamedTuple):
    """What is searched for; only claims have a claimant, a topic and days on which they were said (EDTF)."""

    text: str = ""
    kind: str | None = None
    claimant: str | None = None
    topic: str | None = None
    said: str | None = None


class Match(NamedTuple):
    """An entry that fits, with its points: the more, the better."""

    entry: Entry
    points: int


def search(entries: Iterable[Entry], query: Query) -> list[Match]:
    """Return the entries that fit a query, by kind, the best first, then by id.

    Every word of the text must be found in a text of the entry. An address finds the source with this page, however it
    is spelt.

    Raises:
        DateError: `said` is no date.
        UnknownNameError: There is no such claimant or topic.
    """
    entries = list(entries)
    for kind, id in (("actors", query.claimant), ("topics", query.topic)):
        _require(kind, id, [entry.id for entry in entries if entry.kind == kind])
    fits = _filter(query)
    text = query.text.strip()
    page = page_of(text if "://" in text else f"https://{text}") if ADDRESS.fullmatch(text) else None
    terms = folded(text).split()
    found = []
    for entry in entries:
        if fits(entry):
            points = WHOLE if page and entry.address == page else _points(entry, terms, folded(text))
            if points:
                found.append(Match(entry, points))
    order = {kind: n for n, kind in enumerate(FOUND)}
    return sorted(found, key=lambda match: (order[match.entry.kind], -match.points, match.entry.id))


def _require(kind: str, id: str | None, known: Collection[str]) -> None:
    if id is not None and id not in known:
        close = closest(id, known)
        hint = f"; did you mean {close[0]!r}?" if close else f"; look for it with  alleged find --kind {kind} …"
        raise UnknownNameError(f"there is no {KINDS[kind]} {id!r}{hint}")


def _filter(query: Query) -> Callable[[Entry], bool]:
    span = parse(query.said) if query.said else None
    of_claims = bool(query.claimant or query.topic or span)
    first, last = (span.lo or date.min, span.hi or date.max) if span else (date.min, date.max)

    def fits(entry: Entry) -> bool:
        return (
            query.kind in (None, entry.kind)
            and not (of_claims and entry.kind != "claims")
            and (query.claimant is None or query.claimant in entry.speakers)
            and query.topic in (None, entry.topic)
            and entry.lo <= last
            and entry.hi >= first
        )

    return fits


def _points(entry: Entry, terms: list[str], whole: str) -> int:
    """Return the points of an entry; 0 if one of the words is in none of its texts."""
    texts = [folded(text) for text in (entry.id, entry.title, entry.about, *entry.texts)]
    joined = "\n".join(texts)
    if not all(term in joined for term in terms):
        return 0
    main = texts[:2]
    best = sum(max(_in(term, text) for text in texts) for term in terms)
    return 1 + best + sum(WHOLE * (text == whole) + START * text.startswith(whole) for text in main if whole)


def _in(term: str, text: str) -> int:
    """Return the points of a word in a text."""
    at = text.find(term)
    if at < 0:
        return 0
    return WORD if at == 0 or not text[at - 1].isalnum() or f" {term}" in text else PART


def chosen(
    corpus: Corpus, claim: str | None = None, topic: str | None = None, claimant: str | None = None
) -> list[Record]:
    """Return the active claims of a selection: one claim, those on a topic, those of an actor or on its behalf.

    Raises:
        UnknownNameError: There is no such claim, topic or actor.
    """
    for kind, id in (("claims", claim), ("topics", topic), ("actors", claimant)):
        _require(kind, id, corpus.of_kind(kind))
    return [
        record
        for record in corpus.active("claims")
        if claim in (None, record.id)
        and topic in (None, record["topic"])
        and (claimant is None or claimant in speakers(record, corpus))
    ]


def of_records(corpus: Corpus) -> Iterator[Entry]:
    """Yield an entry for each record that can be found, and for each code and field."""
    names_of = {actor.id: actor["name"] for actor in corpus.actors.values()}
    for actor in corpus.actors.values():
        others = tuple(name["text"] for name in actor.get("names", ()))
        yield Entry("actors", actor.id, actor["name"], actor["kind"], others)
    for source in corpus.sources.values():
        publishers = [names_of.get(publisher, "") for publisher in source.get("publisher", ())]
        yield Entry("sources", source.id, *_source(source.data, publishers, source["published"]))
    for topic in corpus.topics.values():
        yield Entry("topics", topic.id, topic["question"])
    for claim in corpus.claims.values():
        quotes = [shown["quote"] for shown in claim["sources"] if "quote" in shown]
        figures = [text for figure in claim.get("quantities", ()) for text in _figure(figure)]
        yield Entry(
            *("claims", claim.id, claim["summary"], f"{claim['claimant']}, {claim['said']}", (*quotes, *figures), ""),
            *(speakers(claim, corpus), claim["topic"], *_days(claim["said"])),
        )
    for act in corpus.instruments.values():
        yield Entry("instruments", act.id, act["title"], act["kind"], _given(act.get("symbol"), act.get("celex")))
    for item in corpus.evidence.values():
        yield Entry("evidence", item.id, item["title"], item["kind"])
    yield from codes()


def speakers(claim: Record, corpus: Corpus) -> frozenset[str]:
    """Return whoever says a claim: claimants, the body that it commits, and the state or organisation behind it."""
    named = {claim["claimant"], *claim.get("co_claimants", ()), claim.get("on_behalf_of", claim["claimant"])}
    with suppress(DateError):  # a day that does not exist
        named |= {principal(claim, corpus)} if named <= corpus.actors.keys() else set()
    return frozenset(named)


def _given(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _days(said: str) -> tuple[date, date]:
    """Return the first and the last day of a date; one that does not exist may be any."""
    try:
        span = parse(said)
    except DateError:
        return date.min, date.max
    return span.lo or date.min, span.hi or date.max


def _source(
    source: Mapping[str, Any], publishers: Iterable[str], published: str
) -> tuple[str, str, tuple[str, ...], str]:
    """Return the title of a source, its publishers and day, other texts, and its address."""
    title, url = source.get("title"), source.get("url")
    shown = ", ".join(filter(None, publishers))
    texts = _given(shown, source.get("doi"), source.get("symbol"), url)
    return title or url or "", f"{shown}, {published}", texts, page_of(url) if url else ""


def _figure(figure: Mapping[str, Any]) -> Iterator[str]:
    """Yield the numbers of a figure, as written in records and with commas, and its words."""
    for name in ("low", "point", "high"):
        if (number := figure.get(name)) is not None:
            whole = int(number) if float(number).is_integer() else number
            yield from (str(whole), f"{whole:,}")
    if figure.get("verbatim"):
        yield figure["verbatim"]


def codes() -> Iterator[Entry]:
    """Yield an entry for each code of each list and for each field of each kind of record."""
    for listed in names():
        for code in vocabulary(listed).values():
            yield Entry("codes", f"{listed}: {code.code}", code.label, "", (code.definition,))
    for kind, record in KINDS.items():
        for field in fields(kind):
            dotted = ".".join(str(step) for step in field.path if step != "*")
            if field.path[-1] != "*":
                yield Entry("fields", f"{record}.{dotted}", str(field.schema.get("description", "")))
