"""Find actors, sources, topics, claims, codes and fields by what a reader knows of them, in any script.

The entries to search are made from records, which may be those of a project or of the tables of a release.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
from alleged.text.words import folded, spaced, spellings, unspaced

FOUND = ("actors", "sources", "topics", "claims", "instruments", "evidence", "codes", "fields")
"""Kinds of entries, in the order in which matches are shown."""

WHOLE, START, WORD, PART = 8, 4, 2, 1
"""Points of a match: the whole of a text, its start, the start of a word, any part."""

ADDRESS = re.compile(r"https?://\S+|(?:www\.)?[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)

BETWEEN = " | "
"""What separates the texts of an entry; no word and no name goes across it."""

MOST_PARTS = 12
"""Words and options of a query that are counted one by one when nothing is found."""

MOST_MISSED = 2
"""Letters by which a word is longer or shorter than the one that was meant."""

MOST_NAME = 8
"""Words that a name may have."""


class Entry(NamedTuple):
    """Something that can be found: its kind and id, what it is called, and what else is said of it in brief.

    `texts` are searched too, and `address` is the key of its page. The next four are of claims: who speaks, on what,
    and the days that `said` allows. `status` is empty for an active record.
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
    status: str = ""


class Query(NamedTuple):
    """What is searched for; only claims have a claimant, a topic and days on which they were said (EDTF)."""

    text: str = ""
    kind: str | None = None
    claimant: str | None = None
    topic: str | None = None
    said: str | None = None

    @property
    def address(self) -> str:
        """The text as a URL, if it is an address; else empty."""
        text = self.text.strip()
        if not ADDRESS.fullmatch(text):
            return ""
        return text if "://" in text else f"https://{text}"


class Match(NamedTuple):
    """An entry that fits, with its points: the more, the better.

    `outside` are the days that its `said` allows outside the period of the query; 0 without one.
    """

    entry: Entry
    points: int
    outside: int = 0


class Part(NamedTuple):
    """A word or an option of a query: what it finds alone, by kind, and how many entries fit all other parts."""

    name: str
    alone: Mapping[str, int]
    others: int


class Missing(NamedTuple):
    """Why nothing is found: what each word and option finds, and a text with words that are near and find something.

    There are no parts if there is only one word or option, or more than `MOST_PARTS`; `near` may be empty.
    """

    parts: tuple[Part, ...]
    near: str


class Term(NamedTuple):
    """A word that is searched for: its spellings, and a pattern for a name that may have spaces or hyphens within."""

    typed: str
    spellings: tuple[str, ...]
    spaced: re.Pattern[str] | None

    def points(self, text: str) -> int:
        """Return the points of the word in a folded text; 0 if it is not there."""
        best = max(_in(spelt, text) for spelt in self.spellings)
        return best or (WORD if self.spaced and self.spaced.search(text) else 0)

    def is_in(self, text: str) -> bool:
        """Whether the word is in a folded text."""
        return any(spelt in text for spelt in self.spellings) or bool(self.spaced and self.spaced.search(text))


Fits = Callable[[Entry], bool]


def search(entries: Iterable[Entry], query: Query) -> list[Match]:
    """Return the entries that fit a query, by kind, the best first, then by id.

    Every word of the text must be found in a text of the entry, in British or American spelling, and names with or
    without spaces, dots and hyphens. An address finds the source with this page, however it is spelt. With a period
    come first the claims said within it, then those of the narrowest interval around it; open intervals come
    last. Records that were withdrawn or superseded come after the others.

    Raises:
        DateError: `said` is no date.
        UnknownNameError: There is no such claimant or topic.
    """
    entries = list(entries)
    for kind, id in (("actors", query.claimant), ("topics", query.topic)):
        _require(kind, id, [entry.id for entry in entries if entry.kind == kind])
    fits = _options(query).values()
    page = page_of(query.address) if query.address else None
    terms, whole, period = _terms(query.text), folded(query.text), _period(query)
    if query.text and not terms:  # accents alone are no words
        return []
    found = []
    fitting = [entry for entry in entries if all(fit(entry) for fit in fits)]
    for entry, text in zip(fitting, _texts(fitting), strict=True):
        points = WHOLE if page and entry.address == page else _points(text, terms, whole)
        if points:
            found.append(Match(entry, points, _outside(entry, *period) if query.said else 0))
    return sorted(found, key=_order)


def _order(match: Match) -> tuple[int, int, bool, int, str]:
    entry = match.entry
    return FOUND.index(entry.kind), match.outside, bool(entry.status), -match.points, entry.id


def missing(entries: Sequence[Entry], query: Query) -> Missing:
    """Return why a query finds nothing."""
    terms = [] if query.address else _terms(query.text)
    texts = _texts(entries)
    fitting = {term.typed: {n for n, text in enumerate(texts) if term.is_in(text)} for term in terms[:MOST_PARTS]}
    options = {name: {n for n, entry in enumerate(entries) if fits(entry)} for name, fits in _options(query).items()}
    near = _similar(texts, fitting) if 0 < len(terms) <= MOST_PARTS else ""
    fitting |= options
    if not 1 < len(terms) + len(options) <= MOST_PARTS:
        return Missing((), near)
    return Missing(tuple(_part(name, fitting, entries) for name in fitting), near)


def _part(name: str, fitting: Mapping[str, set[int]], entries: Sequence[Entry]) -> Part:
    others = set.intersection(*(found for other, found in fitting.items() if other != name))
    return Part(name, Counter(entries[n].kind for n in sorted(fitting[name])), len(others))


def _similar(texts: Sequence[str], fitting: Mapping[str, set[int]]) -> str:
    """Return words with near ones in place of those that are found nowhere; empty if that would find nothing."""
    if all(fitting.values()):
        return ""
    known = [word for word in {word for text in texts for word in text.split()} if len(word) > 2 and word.isalpha()]
    near = []
    for word, found in fitting.items():
        alike = (other for other in known if other[0] == word[0] and abs(len(other) - len(word)) <= MOST_MISSED)
        near += [word] if found else closest(word, sorted(alike))[:1]
    terms = _terms(" ".join(near))
    finds = len(near) == len(fitting) and any(all(term.is_in(text) for term in terms) for text in texts)
    return " ".join(near) if finds else ""


def is_like_name(text: str, entries: Iterable[Entry]) -> bool:
    """Whether a text may be the name of an actor: few words, no number, no address.

    Words in lower case alone are no name if all of them are ordinary words of claims and questions.
    """
    words = text.split()
    if not 0 < len(words) <= MOST_NAME or re.search(r"(?<![\w-])\d[\d.,]*(?!\w)|[/=?]|\A\W*\Z", text):
        return False
    if text != text.lower() or text == text.upper():  # a capital, or a script without capitals
        return True
    titles = (entry.title for entry in entries if entry.kind in ("claims", "topics"))
    ordinary = {word.strip(".,?!'\"()") for title in titles for word in title.split()}
    return not ordinary.issuperset(words)


def _require(kind: str, id: str | None, known: Collection[str]) -> None:
    if id is not None and id not in known:
        close = closest(id, known)
        hint = f"; did you mean {close[0]!r}?" if close else f"; look for it with  alleged find --kind {kind}"
        raise UnknownNameError(f"there is no {KINDS[kind]} {id!r}{hint}")


def _period(query: Query) -> tuple[date, date]:
    """Return the first and the last day that are searched; all days without a period."""
    if not query.said:
        return date.min, date.max
    try:
        span = parse(query.said)
    except DateError as error:
        raise DateError(f"--said: {error}; write 2024-06-18, 2024-06 or 2024-05-01/2024-06-30") from error
    return span.lo or date.min, span.hi or date.max


def _options(query: Query) -> dict[str, Fits]:
    """Return the test of each option of a query, by the option as typed."""
    first, last = _period(query)
    tests: dict[str, tuple[str | None, Fits]] = {
        "kind": (query.kind, lambda entry: entry.kind == query.kind),
        "claimant": (query.claimant, lambda entry: query.claimant in entry.speakers),
        "topic": (query.topic, lambda entry: query.topic == entry.topic),
        "said": (query.said, lambda entry: entry.kind == "claims" and entry.lo <= last and entry.hi >= first),
    }
    return {f"--{name} {value}": test for name, (value, test) in tests.items() if value}


def _outside(entry: Entry, first: date, last: date) -> int:
    """Return the days that an entry allows before the first day and after the last."""
    return max(0, (first - entry.lo).days) + max(0, (entry.hi - last).days)


def _terms(text: str) -> list[Term]:
    words = dict.fromkeys(folded(text).split())
    return [Term(w, spellings(w), re.compile(pattern) if (pattern := spaced(w)) else None) for w in words]


def _texts(entries: Iterable[Entry]) -> list[str]:
    return [folded(BETWEEN.join((entry.id, entry.title, entry.about, *entry.texts))) for entry in entries]


def _points(joined: str, terms: Sequence[Term], whole: str) -> int:
    """Return the points of the folded texts of an entry; 0 if one of the words is in none of them."""
    if not all(term.is_in(joined) for term in terms):
        return 0
    if not terms:
        return 1
    texts = joined.split(BETWEEN)
    best = sum(max(term.points(text) for text in texts) for term in terms)
    main, short = texts[:2], unspaced(whole)
    same = sum(WHOLE * (unspaced(text) == short) + START * text.startswith(whole) for text in main)
    return 1 + best + same


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
    sources = {source.id: page_of(source["url"]) for source in corpus.sources.values() if "url" in source.data}
    hosts = _hosts((source["publisher"], sources.get(source.id, "")) for source in corpus.sources.values())
    for actor in corpus.actors.values():
        names = (*_given(actor.get("short_name")), *(name["text"] for name in actor.get("names", ())))
        others = (*names, *hosts.get(actor.id, ()))
        yield Entry("actors", actor.id, actor["name"], actor["kind"], others, status=_status(actor))
    for source in corpus.sources.values():
        publishers = [names_of.get(publisher, "") for publisher in source.get("publisher", ())]
        described = _source(source.data, publishers, source["published"])
        yield Entry("sources", source.id, *described, sources.get(source.id, ""), status=_status(source))
    for topic in corpus.topics.values():
        yield Entry("topics", topic.id, topic["question"], status=_status(topic))
    for claim in corpus.claims.values():
        quotes = [shown[field] for shown in claim["sources"] for field in ("quote", "gloss") if field in shown]
        figures = [text for figure in claim.get("quantities", ()) for text in _figure(figure)]
        yield Entry(
            *("claims", claim.id, claim["summary"], f"{claim['claimant']}, {claim['said']}", (*quotes, *figures), ""),
            *(speakers(claim, corpus), claim["topic"], *_days(claim["said"]), _status(claim)),
        )
    for act in corpus.instruments.values():
        symbols = _given(act.get("symbol"), act.get("celex"))
        yield Entry("instruments", act.id, act["title"], act["kind"], symbols, status=_status(act))
    for item in corpus.evidence.values():
        yield Entry("evidence", item.id, item["title"], item["kind"], status=_status(item))
    yield from codes()


def _status(record: Record) -> str:
    return "" if record.active else record["status"]


def _hosts(pages: Iterable[tuple[Iterable[str], str]]) -> dict[str, list[str]]:
    """Return the hosts of each publisher, in alphabetical order, from the publishers and the page of each source."""
    hosts: dict[str, set[str]] = defaultdict(set)
    for publishers, page in pages:
        for publisher in publishers if page else ():
            hosts[publisher].add(page.partition("/")[0].rstrip("?"))
    return {publisher: sorted(known) for publisher, known in hosts.items()}


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


def _source(source: Mapping[str, Any], publishers: Iterable[str], published: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the title of a source, its publishers and day, and other texts."""
    title, url = source.get("title"), source.get("url")
    shown = ", ".join(filter(None, publishers))
    return title or url or "", f"{shown}, {published}", _given(shown, source.get("doi"), source.get("symbol"), url)


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
