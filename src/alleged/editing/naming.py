"""Which record a text means: an id, a name in any script, words that fit only one record, or an address."""

import re
import shlex
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from alleged.find import Entry, Query, of_records, search
from alleged.issues import ValuePath
from alleged.records.corpus import Corpus
from alleged.schemas.definitions import KINDS, marked
from alleged.schemas.vocabularies import closest
from alleged.text.urls import page_of, parts
from alleged.text.words import folded, skeleton, slug

MOST = 8
"""Records that are listed where a text fits several."""


class Meaning(NamedTuple):
    """The id of the only record that a text fits, empty if there is none; and the records that it may mean."""

    id: str
    candidates: Sequence[Entry] = ()


def meaning(text: str, kinds: Sequence[str], corpus: Corpus) -> Meaning:
    """Return which record of some kinds a text means.

    An id means its record. A text means the only record with this name, or the only one whose names and id have all of
    its words; an address means its source. Case and accents do not matter. Records that are not in force are not
    meant by a name.
    """
    if any(text in corpus.of_kind(kind) for kind in kinds):
        return Meaning(text)
    entries = [entry for entry in _entries(corpus) if entry.kind in kinds]
    if parts(text):
        fits = [entry for entry in entries if entry.address == page_of(text)][:1]
    else:
        name, terms = folded(text).strip(), _words(text)
        fits = [entry for entry in entries if name in map(folded, _names(entry))]
        says_something = any(len(term) > 1 and not term.isdigit() for term in terms)
        fits = fits or [entry for entry in entries if says_something and terms <= _words(*_names(entry))]
    if len(fits) == 1:
        return Meaning(fits[0].id)
    return Meaning("", fits or [match.entry for match in search(entries, Query(text))] if text.strip() else ())


@lru_cache(maxsize=1)
def _entries(corpus: Corpus) -> list[Entry]:
    return [entry for entry in of_records(corpus) if entry.id in corpus.by_id and corpus.by_id[entry.id].active]


def _names(entry: Entry) -> tuple[str, ...]:
    return entry.id, entry.title, *entry.texts


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w+", folded(text).replace("_", " "))}


class Taken(NamedTuple):
    """A record that was taken for a text: the field, the text, the id, and what the record is called."""

    field: str
    text: str
    id: str
    title: str


def resolved(kind: str, record: Mapping[str, Any], corpus: Corpus) -> tuple[dict[str, Any], list[Taken]]:
    """Return a record with ids in place of the texts that mean one record, and what was taken for them."""
    taken: dict[Taken, None] = {}
    result: Any = dict(record)
    for reference in marked(kind, "x-kinds"):
        kinds, name = reference.schema["x-kinds"], str(reference.path[0])

        def id_of(text: str, kinds: Sequence[str] = kinds, name: str = name) -> str:
            id = meaning(text, kinds, corpus).id
            if id in ("", text):
                return text
            taken[Taken(name, text, id, title(id, corpus))] = None
            return id

        result = _replaced(result, reference.path, id_of)
    return result, [*taken]


def _replaced(value: Any, path: ValuePath, change: Callable[[str], str]) -> Any:
    """Return a value with the texts at a path changed; what has another type than the path expects stays."""
    if not path:
        return change(value) if isinstance(value, str) else value
    step, *rest = path
    if step == "*":
        return [_replaced(item, tuple(rest), change) for item in value] if isinstance(value, list) else value
    if not isinstance(value, Mapping) or step not in value:
        return value
    return {**value, step: _replaced(value[step], tuple(rest), change)}


def title(id: str, corpus: Corpus) -> str:
    """Return what a record is called: a name, a question, a title or a summary; empty if it has none of these."""
    data = corpus.by_id[id].data
    return next((str(data[name]) for name in ("name", "question", "title", "summary") if name in data), "")


def unknown(text: str, kinds: Sequence[str], corpus: Corpus) -> tuple[str, list[str]]:
    """Return a message about a text that means no single record, with what to type, and the ids that may be meant."""
    word = " or ".join(KINDS[kind] for kind in kinds)
    near = meaning(text, kinds, corpus).candidates
    if len(near) > 1:
        listed = ", ".join(f"{entry.id!r} ({entry.title})" if entry.title else repr(entry.id) for entry in near[:MOST])
        more = f", and {len(near) - MOST} more" if len(near) > MOST else ""
        return f"{text!r} fits several; type an id: {listed}{more}", [entry.id for entry in near[:MOST]]
    if ids := similar_ids(text, kinds, corpus) or [entry.id for entry in near]:
        otherwise = f" If not, {_how_to_add(text, kinds[0])}" if slug(text) != text else ""
        return f"there is no {word} {text!r}; did you mean {' or '.join(map(repr, ids))}?{otherwise}", ids
    return f"there is no {word} {text!r}; {_how_to_add(text, kinds[0])}", []


def _how_to_add(text: str, kind: str) -> str:
    """Return what to type for a record that is missing, as far as the text says it."""
    match kind:
        case "actors":
            return f"add it:  alleged new actor --name {shlex.quote(text)} --kind …"
        case "topics":
            return "look for other words:  alleged find --kind topics …  or add it:  alleged new topic --question …"
        case "sources":
            return "type its whole address, as https://…, and it is recorded too"
    return f"look for it:  alleged find --kind {kind} …  or add it under {kind!r} in a bundle"


def similar_ids(text: str, kinds: Sequence[str], corpus: Corpus) -> list[str]:
    """Return ids of records that a text may mean: those of actors that have it as a name, or else similar ids."""
    named = actors_named(text, corpus) if "actors" in kinds else []
    return named[:3] or _closest_ids(text, tuple(kinds), corpus)


@lru_cache(maxsize=1024)
def _closest_ids(text: str, kinds: tuple[str, ...], corpus: Corpus) -> list[str]:
    return closest(text, (id for kind in kinds for id in corpus.of_kind(kind)))


def actors_named(text: str, corpus: Corpus) -> list[str]:
    """Return the ids of the actors that have a text as one of their names, in any script, in the order of files."""
    return _actors_by_name(corpus).get(skeleton(text), [])


@lru_cache(maxsize=1)
def _actors_by_name(corpus: Corpus) -> dict[str, list[str]]:
    by_name: dict[str, list[str]] = defaultdict(list)
    for actor in corpus.actors.values():
        for name in {skeleton(text) for text in (actor["name"], *(name["text"] for name in actor.get("names", ())))}:
            by_name[name].append(actor.id)
    return dict(by_name)
