"""Vocabularies: the codes that a field may have, each with its label and definition.

A dataset may add codes of its own to some lists. They are in use within `using`, for everything that reads a list or
validates a record; what is computed from the lists is cached for each set of own codes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from hashlib import sha256
from heapq import nlargest
from itertools import takewhile
from operator import eq
from pathlib import Path
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from alleged.errors import UnknownNameError
from alleged.project import schemas_folder
from alleged.text.words import longest_common

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SUFFIX = ".schema.json"
OWN_FIELDS = {"x-mappings", "x-broader", "x-since", "x-deprecated-by", "x-test", "x-examples"}
MAX_WORD = 100

MAX_COMPARED = 12
"""Candidates that are compared in full: those with the longest common subsequence of letters."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list.

    `broader` and `deprecated_by` are codes of the same list; `since` is the schema version that added it.
    `test` is the question whose answer yes leads to this code, where the list is a decision tree; `examples` are
    sentences to which the code applies. `mappings` gives the code in other coding schemes, by their name. `notes` are
    further annotations, named without `x-`, such as `{"disclosed": True}` for a basis.
    """

    list: str
    code: str
    label: str
    definition: str
    broader: str | None
    since: str | None
    deprecated_by: str | None
    test: str | None
    examples: tuple[str, ...]
    mappings: Mapping[str, str]
    notes: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class OwnCodes:
    """Codes that a dataset adds to the lists: entries as in their schemas, by list.

    Equal codes are one object (see `own_codes`), so that it can be the key of a cache. `digest` identifies them.
    """

    entries: Mapping[str, Sequence[Mapping[str, Any]]]
    digest: str

    def __reduce__(self) -> tuple[Callable[..., "OwnCodes"], tuple[Any]]:
        """Remain one object in another process."""
        return own_codes, (self.entries,)


def own_codes(entries: Mapping[str, Sequence[Mapping[str, Any]]]) -> OwnCodes:
    """Return the own codes with these entries, by list."""
    return _own_codes(json.dumps({name: entries[name] for name in sorted(entries) if entries[name]}, sort_keys=True))


@cache
def _own_codes(entries: str) -> OwnCodes:
    return OwnCodes(json.loads(entries), sha256(entries.encode()).hexdigest())


def own_codes_of(rows: Iterable[Mapping[str, Any]]) -> OwnCodes:
    """Return the own codes among the rows of a table `vocabulary`: those that the lists of the package lack."""
    entries: dict[str, list[dict[str, Any]]] = {}
    with using(NO_CODES):
        known = {(name, code) for name in names() for code in vocabulary(name)}
    for row in sorted(rows, key=lambda row: (row["list"], row["seq"])):
        if (row["list"], row["code"]) not in known:
            entries.setdefault(row["list"], []).append(_entry(row))
    return own_codes(entries)


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as an entry of the schema of its list; an older table has no tests and examples."""
    mappings = dict(mapping.split(":", 1) for mapping in row["mappings"] or ())
    named = {name: row.get(name) for name in ("broader", "since", "deprecated_by", "test", "examples")}
    notes = {**named, "mappings": mappings, **json.loads(row["notes"] or "{}")}
    annotations = {f"x-{name.replace('_', '-')}": value for name, value in notes.items() if value not in (None, {})}
    return {"const": row["code"], "title": row["label"], "description": row["definition"], **annotations}


NO_CODES = own_codes({})
"""Own codes of a dataset without any."""

_in_use: ContextVar[OwnCodes] = ContextVar("own_codes", default=NO_CODES)


@contextmanager
def using(codes: OwnCodes) -> Iterator[None]:
    """Use the own codes of a dataset until the end of the block, also in processes that are forked in it."""
    token = _in_use.set(codes)
    try:
        yield
    finally:
        _in_use.reset(token)


def in_use() -> OwnCodes:
    """Return the own codes that are in use."""
    return _in_use.get()


def cache_by_codes(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Cache the results of a function for each set of own codes in use."""
    results = cache(lambda _, *args, **named: function(*args, **named))

    @wraps(function)
    def cached(*args: Arguments.args, **named: Arguments.kwargs) -> Result:
        return results(_in_use.get(), *args, **named)

    return cached


@cache
def names() -> tuple[str, ...]:
    """Return the names of all code lists, in alphabetical order."""
    return tuple(sorted(p.name.removesuffix(SUFFIX) for p in _folder().glob(f"*{SUFFIX}")))


@cache_by_codes
def vocabulary(name: str) -> dict[str, Code]:
    """Return the codes of a list by code, in the order of the file, followed by the own codes in use.

    Raises:
        UnknownNameError: There is no list of this name.
    """
    if name not in names():
        near = " or ".join(repr(n) for n in closest(name, names()))
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names())}"
        raise UnknownNameError(f"there is no code list {name!r}; {hint}")
    entries = [*_file(name)["oneOf"], *in_use().entries.get(name, ())]
    return {entry["const"]: _code(name, entry) for entry in entries}


def about(name: str) -> str:
    """Return what a list is about, as its file says."""
    return str(_file(name)["description"])


@cache
def extendable() -> dict[str, Mapping[str, Sequence[str]]]:
    """Return the lists to which a dataset may add codes, each with the notes that own codes need and may have."""
    return {name: own for name in names() if (own := _file(name).get("x-own"))}


def closest(word: str, candidates: Iterable[str]) -> list[str]:
    """Return at most three candidates that are similar to a word, which may be a typo, best first.

    Case is ignored; spaces and underscores count as hyphens.
    """
    # A value may be as long as its file; codes and ids are short.
    plain = _plain(word[:MAX_WORD])
    known = {_plain(candidate): candidate for candidate in candidates}
    shares = ((2 * longest_common(plain, name) / (len(plain) + len(name) or 1), name) for name in known)
    similarity = {name: _similarity(plain, name) for share, name in nlargest(MAX_COMPARED, shares) if share >= 0.5}
    ranked = sorted(similarity, key=lambda name: (-similarity[name], name))
    return [known[name] for name in ranked if similarity[name] >= 0.7][:3]


@cache
def _file(name: str) -> dict[str, Any]:
    return json.loads((_folder() / f"{name}{SUFFIX}").read_text(encoding="utf-8"))


def _folder() -> Path:
    return schemas_folder() / "vocabularies"


def _code(name: str, entry: Mapping[str, Any]) -> Code:
    return Code(
        list=name,
        code=entry["const"],
        label=entry["title"],
        definition=entry["description"],
        broader=entry.get("x-broader"),
        since=entry.get("x-since"),
        deprecated_by=entry.get("x-deprecated-by"),
        test=entry.get("x-test"),
        examples=tuple(entry.get("x-examples", ())),
        mappings=MappingProxyType(entry.get("x-mappings", {})),
        notes=MappingProxyType(
            {k.removeprefix("x-"): v for k, v in entry.items() if k.startswith("x-") and k not in OWN_FIELDS}
        ),
    )


def _plain(word: str) -> str:
    return "-".join(word.casefold().replace("_", " ").split())


def _similarity(word: str, other: str) -> float:
    """Return the similarity of two words, from 0 (nothing in common) to 1 (equal).

    Winkler's bonus for up to four equal first letters ranks "deny" above "decline" for "denies".
    """
    from difflib import SequenceMatcher  # imported only for unknown words

    ratio = SequenceMatcher(None, word, other).ratio()
    shared = len(list(takewhile(bool, map(eq, word[:4], other))))
    return ratio + 0.1 * shared * (1 - ratio)
