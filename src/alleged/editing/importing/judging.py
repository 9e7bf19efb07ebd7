"""Judge entries: which are ready, recorded already, duplicates, or lack something. No fact is guessed."""

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

from alleged.dates import parse
from alleged.editing import known, naming, proposals, typed
from alleged.editing.adding import Fields
from alleged.editing.importing.citations import LANGUAGES
from alleged.editing.importing.entries import WHOLE, Entries, Entry, unwritable
from alleged.editing.importing.sheets import FIGURE, OF_APPEARANCE
from alleged.editing.known import Problem
from alleged.errors import AllegedError, DateError
from alleged.records.corpus import Corpus
from alleged.schemas.definitions import codes_of, field
from alleged.text.urls import flaw, normal_url, page_of, parts
from alleged.text.words import skeleton

State = Literal["ready", "recorded", "duplicate", "open", "left out", "blank"]

STATES: dict[State, str] = {
    "ready": "can be written",
    "recorded": "recorded already",
    "duplicate": "equal to an earlier one",
    "open": "need an answer",
    "left out": "left out by the review",
    "blank": "empty or comments",
}
"""What becomes of an entry, with the words for it."""


class Answer(NamedTuple):
    """What a review says about an entry: texts by column, why it is left out, or that it is no duplicate."""

    texts: Mapping[str, str]
    skip: str = ""
    keep: bool = False


class Row(NamedTuple):
    """An entry with its verdict: the record it becomes, the new source that it needs, what is open, or the reason."""

    entry: Entry
    state: State
    record: Fields
    source: Fields
    problems: Sequence[Problem] = ()
    reason: str = ""


class Judge:
    """Judges the entries of one file, in their order; remembers the new sources, ids and entries seen so far."""

    def __init__(self, corpus: Corpus, common: Mapping[str, str], recorded: Fields) -> None:
        self._corpus, self._common, self._recorded = corpus, common, recorded
        self._seen: dict[Hashable, int] = {}
        self._pages: dict[str, tuple[int, Fields]] = {}
        self._ids: set[str] = set()
        self._claims: dict[Hashable, list[tuple[str, str]]] = defaultdict(list)
        for claim in corpus.claims.values():
            for key in _claim_keys(claim.data):
                self._claims[key].append((claim.id, skeleton(claim["summary"])))
        self._sources = {key: source.id for source in corpus.sources.values() for key in _source_keys(source.data)}

    def rows(self, entries: Entries, answers: Mapping[str, Answer]) -> Iterator[Row]:
        """Yield the verdict on each entry; `answers` of a review are by the digest of their entry."""
        judge = self._claim if entries.kind == "claims" else self._source
        for entry in entries.entries:
            answer = answers.get(entry.digest, Answer({}))
            if entry.blank:
                yield Row(entry, "blank", {}, {}, reason=entry.blank)
            elif answer.skip:
                yield Row(entry, "left out", {}, {}, reason=answer.skip)
            elif (first := self._seen.setdefault(entry.digest, entry.number)) != entry.number and not entry.faults:
                yield Row(entry, "duplicate", {}, {}, reason=f"the same as {entries.word} {first}")
            else:
                answered = answer.texts.keys() - set(WHOLE)
                faults = [fault for fault in entry.faults if fault.field not in answered]
                texts = {**self._common, **entry.texts, **answer.texts}
                faults += [Problem(name, why) for name, text in texts.items() if (why := unwritable(text))]
                columns = {*(fault.field for fault in faults), *WHOLE}
                sound = {name: text for name, text in texts.items() if name not in columns}
                yield judge(entry, sound, faults, answer, entries.word)

    # Claims.

    def _claim(self, entry: Entry, texts: Mapping[str, str], faults: list[Problem], answer: Answer, word: str) -> Row:
        found: list[Problem] = []
        if any(fault.field in FIGURE for fault in faults):
            texts = {name: text for name, text in texts.items() if name not in FIGURE}
        source = self._source_of(texts, found, word)
        claim = self._claim_fields(texts, found)
        if "id" in source:
            claim["sources"] = [{"id": source["id"], **{name: texts[name] for name in OF_APPEARANCE if name in texts}}]
        claim, questions = known.filled("claims", claim, {}, self._corpus)
        if not faults and (same := self._same_claim(entry, claim, answer, word)):
            return same
        full = {"id": "new", **claim, "recorded": self._recorded}
        found += [*questions, *known.problems("claims", full, self._corpus, {source.get("id")})]
        if found := [*faults, *_first_of_each(found, faults, source, texts)]:
            return Row(entry, "open", claim, {}, found)
        for key in _claim_keys(claim):
            self._seen.setdefault(key, entry.number)
        claim = {"id": self._new_id("claims", claim), **claim, "recorded": self._recorded}
        if source["id"] in self._corpus.sources:
            return Row(entry, "ready", claim, {})
        self._pages.setdefault(page_of(source["url"]), (entry.number, source))
        self._ids.add(source["id"])
        return Row(entry, "ready", claim, source)

    def _same_claim(self, entry: Entry, claim: Fields, answer: Answer, word: str) -> Row | None:
        """Return the verdict on a claim that is recorded, or equal to an earlier row; None for another one.

        A claim in other words is another one only if the review says so.
        """
        keys = _claim_keys(claim)
        recorded = {id: words for key in keys for id, words in self._claims.get(key, ())}
        alike = [id for id, words in recorded.items() if words == skeleton(claim.get("summary", ""))]
        if alike or (recorded and not answer.keep):
            question = [] if alike else [Problem("keep", "in other words; is it another claim?", ["true"])]
            return Row(entry, "recorded", claim, {}, question, (alike or [*recorded])[0])
        first = next((self._seen[key] for key in keys if key in self._seen), None)
        if first is None or answer.keep:
            return None
        question = Problem("keep", "in other words; is it another claim?", ["true"])
        reason = f"source, claimant, topic, day and figures are those of {word} {first}"
        return Row(entry, "duplicate", claim, {}, [question], reason)

    def _claim_fields(self, texts: Mapping[str, str], found: list[Problem]) -> Fields:
        claim: Fields = {}
        for name, text in texts.items():
            if name in (*OF_APPEARANCE, *FIGURE, "figure") or name.startswith("source"):
                continue
            self._enter("claims", name, text, claim, found)
        figure: Fields = {}
        before = len(found)
        for name in (name for name in FIGURE if name in texts):
            path = ("quantities", "*", name)
            value = partial(typed.value_of, "claims", path, _as_code(texts[name], codes_of(field("claims", path))))
            self._try(name, found, figure, name, value)
        figures: Fields = {}
        if "figure" in texts:
            self._try(
                "figure", found, figures, "all", partial(typed.whole_value, "claims", "quantities", texts["figure"])
            )
        if len(found) == before and (quantities := [*([figure] if figure else []), *figures.get("all", ())]):
            claim["quantities"] = quantities
        return claim

    def _source_of(self, texts: Mapping[str, str], found: list[Problem], word: str) -> Fields:
        """Return the source that a row names: a recorded one, one of an earlier row, or a new one from its columns."""
        text = texts.get("source", "")
        if not parts(text):
            if text and text not in self._corpus.sources:
                without_scheme = re.match(r"[\w-]+(\.[\w-]+)+/", text)
                similar = [f"https://{text}"] if without_scheme else naming.similar_ids(text, ["sources"], self._corpus)
                found.append(Problem("source", f"{text!r} is neither an address nor the id of a source", similar))
            return {**self._corpus.sources[text].data} if text in self._corpus.sources else {}
        own = {name.removeprefix("source_"): value for name, value in texts.items() if name.startswith("source_")}
        record, wrong = self._source_record({"url": text, **own})
        number, earlier = self._pages.get(page_of(text), (0, {}))
        if same := known.source_at(text, self._corpus):
            found += _at_odds(record, same.data, repr(same.id))
            return {**same.data}
        if earlier:
            found += _at_odds(record, earlier, f"{word} {number}")
            return earlier
        found += [p._replace(field="source" if p.field == "url" else f"source_{p.field}") for p in wrong]
        return record if not wrong else {"id": "new", **record}

    # Sources.

    def _source(self, entry: Entry, texts: Mapping[str, str], faults: list[Problem], answer: Answer, word: str) -> Row:
        record, wrong = self._source_record(texts)
        keys = _source_keys(record)
        if not faults and (same := next((self._sources[key] for key in keys if key in self._sources), None)):
            return Row(entry, "recorded", {}, {}, reason=same)
        if first := next((self._seen[key] for key in keys if key in self._seen), None):
            return Row(entry, "duplicate", {}, {}, reason=f"the address is that of {word} {first}")
        if found := [*faults, *_first_of_each(wrong, faults, {}, texts)]:
            return Row(entry, "open", record, {}, found)
        for key in keys:
            self._seen[key] = entry.number
        self._ids.add(record["id"])
        return Row(entry, "ready", {}, record)

    def _source_record(self, texts: Mapping[str, str]) -> tuple[Fields, list[Problem]]:
        """Return a new source, with its id, and what is wrong with it."""
        record: Fields = {}
        found: list[Problem] = []
        for name, text in texts.items():
            self._enter("sources", name, text, record, found)
        if "url" in record and (why := flaw(record["url"])):
            found.append(Problem("url", f"the address {record['url'][:80]!r} {why}"))
            return record, found
        if "url" in record and known.source_at(record["url"], self._corpus):
            return record, found
        hosts = [p[0] for p in known.publishers_at(record.get("url", ""), self._corpus) if len(p) == 1]
        record, questions = known.filled("sources", record, {}, self._corpus)
        found += [*questions, *known.problems("sources", {"id": "new", **record}, self._corpus)]
        found = [p._replace(candidates=[*hosts, *p.candidates][:5]) if p.field == "publisher" else p for p in found]
        return ({"id": self._new_id("sources", record, False), **record} if not found else record), found

    # Both.

    def _enter(self, kind: str, name: str, text: str, record: Fields, found: list[Problem]) -> None:
        self._try(name, found, record, name, lambda: self._value(kind, name, text))

    def _try(self, column: str, found: list[Problem], record: Fields, name: str, value: Any) -> None:
        try:
            record[name] = value()
        except AllegedError as error:
            found.append(Problem(column, str(error)))

    def _value(self, kind: str, name: str, text: str) -> Any:
        """Return the value of a field; an actor may be given by one of its names, if no other has it."""
        if name == "lang":
            return LANGUAGES.get(text.casefold(), text)
        several = typed.type_of(field(kind, (name,))) == "list"
        if "actors" not in field(kind, (name, "*") if several else (name,)).get("x-kinds", ()):
            return typed.whole_value(kind, name, _as_code(text, codes_of(field(kind, (name,)))))
        if not several:
            return self._actor(text)
        if self._actor(text) != text or text in self._corpus.actors:
            return [self._actor(text)]
        return [self._actor(part.strip()) for part in text.replace(";", ",").split(",") if part.strip()]

    def _actor(self, text: str) -> str:
        if text.casefold() in self._corpus.actors:
            return text.casefold()
        named = naming.actors_named(text, self._corpus)
        return named[0] if len(named) == 1 else text

    def _new_id(self, kind: str, record: Fields, remember: bool = True) -> str:
        id = proposals.proposed_id(kind, record, self._corpus, self._ids)
        if remember:
            self._ids.add(id)
        return id


def _as_code(text: str, codes: Collection[str]) -> str:
    """Return the code that a text is but for capital letters, or else the text."""
    return text.casefold() if text.casefold() in codes else text


def _at_odds(source: Fields, other: Mapping[str, Any], name: str) -> list[Problem]:
    """Return what a row says about its source that differs from what is known of it."""
    return [
        Problem(f"source_{field}", f"{name} has another {field} for this address: {other[field]!r}")
        for field, value in source.items()
        if field not in ("id", "url") and other.get(field, value) != value
    ]


def _first_of_each(
    found: Sequence[Problem], faults: Sequence[Problem], source: Mapping[str, Any], texts: Mapping[str, str]
) -> list[Problem]:
    """Return the first problem of each column that has no fault; none if the fault is of the whole row."""
    fields = {fault.field for fault in faults}
    if fields.intersection(WHOLE):
        return []
    first: dict[str, Problem] = {}
    for problem in found:
        name = _column(problem.field, texts)
        if name == "said" and "is missing" in problem.message and "published" in source:
            # What a curator may choose where the page gives no day.
            problem = problem._replace(candidates=[known.said_by(source["published"])])
        if name not in fields:
            first.setdefault(name, problem._replace(field=name))
    return [*first.values()]


def _column(field: str, texts: Mapping[str, str]) -> str:
    """Return the column of a field, given the texts of the row: of `quantities.unit` it is `unit`, or `figure`."""
    top, _, inner = field.partition(".")
    match top:
        case "sources":
            return inner if inner in OF_APPEARANCE else "source"
        case "quantities":
            return inner if inner in FIGURE and "figure" not in texts else "figure"
    return top


def _claim_keys(claim: Mapping[str, Any]) -> list[Hashable]:
    """Return what an equal claim has too: source, claimant, topic, days and figures; one key for each source."""
    try:
        said = parse(claim["said"])
        who = claim["claimant"], claim["topic"], said.lo, said.hi
    except (KeyError, DateError, TypeError):
        return []
    figures = tuple(
        tuple(q.get(name) for name in ("low", "point", "high", "unit")) for q in claim.get("quantities", ())
    )
    return [(appearance.get("id"), *who, figures) for appearance in claim.get("sources", ())]


def _source_keys(source: Mapping[str, Any]) -> list[Hashable]:
    """Return what an equal source has too: its address or its DOI."""
    keys: list[Hashable] = [page_of(normal_url(source["url"]))] if "url" in source else []
    if "doi" in source:
        keys.append(("doi", source["doi"].casefold()))
    return keys
