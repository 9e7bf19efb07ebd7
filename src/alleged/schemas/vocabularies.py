"""Code lists: the words a field may hold, each with its label and definition."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from itertools import takewhile
from operator import eq
from pathlib import Path
from types import MappingProxyType

from alleged.errors import UnknownNameError
from alleged.project import schemas_folder
from alleged.text.words import longest_common

SUFFIX = ".schema.json"
OWN_FIELDS = {"x-mappings", "x-broader", "x-since", "x-deprecated-by"}
LONGEST_WORD = 100

COMPARED = 12
"""Candidates that are compared in full: those that have most letters in common with the word, in the same order."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list.

    `broader` and `deprecated_by` are codes of the same list; `since` is the schema version that brought it.
    `mappings` leads from the name of another coding scheme to the code there. `notes` holds what else the
    list says of its codes, named without `x-`, such as `{"disclosed": True}` for a basis.
    """

    list: str
    code: str
    label: str
    definition: str
    broader: str | None
    since: str | None
    deprecated_by: str | None
    mappings: Mapping[str, str]
    notes: Mapping[str, object]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all code lists, in alphabetical order."""
    return tuple(sorted(p.name.removesuffix(SUFFIX) for p in _folder().glob(f"*{SUFFIX}")))


@cache
def vocabulary(name: str) -> dict[str, Code]:
    """Return the codes of a list by their text, in the order of the file.

    Raises:
        UnknownNameError: There is no list of this name.
    """
    if name not in names():
        near = " or ".join(repr(n) for n in closest(name, names()))
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names())}"
        raise UnknownNameError(f"there is no code list {name!r}; {hint}")
    schema = json.loads((_folder() / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    return {entry["const"]: _code(name, entry) for entry in schema["oneOf"]}


def closest(word: str, candidates: Iterable[str]) -> list[str]:
    """Return at most three candidates that the word may have been meant for, best first.

    Case does not count, and spaces and underscores count as hyphens.
    """
    # A value may be as long as its file; no code or identifier is.
    wanted = _plain(word[:LONGEST_WORD])
    known = {_plain(candidate): candidate for candidate in candidates}
    shares = ((2 * longest_common(wanted, near) / (len(wanted) + len(near) or 1), near) for near in known)
    likeness = {near: _likeness(wanted, near) for map_ordered, near in nlargest(COMPARED, shares) if map_ordered >= 0.5}
    ranked = sorted(likeness, key=lambda near: (-likeness[near], near))
    return [known[near] for near in ranked if likeness[near] >= 0.7][:3]


def _folder() -> Path:
    return schemas_folder() / "vocabularies"


def _code(name: str, entry: dict) -> Code:
    return Code(
        list=name,
        code=entry["const"],
        label=entry["title"],
        definition=entry["description"],
        broader=entry.get("x-broader"),
        since=entry.get("x-since"),
        deprecated_by=entry.get("x-deprecated-by"),
        mappings=MappingProxyType(entry.get("x-mappings", {})),
        notes=MappingProxyType(
            {k.removeprefix("x-"): v for k, v in entry.items() if k.startswith("x-") and k not in OWN_FIELDS}
        ),
    )


def _plain(word: str) -> str:
    return "-".join(word.casefold().replace("_", " ").split())


def _likeness(word: str, other: str) -> float:
    """Return from 0 (nothing in common) to 1 (equal) how alike two words are.

    Winkler's bonus for up to four equal first letters ranks "deny" above "decline" for "denies".
    """
    from difflib import SequenceMatcher  # loaded for words that are wrong only

    ratio = SequenceMatcher(None, word, other).ratio()
    shared = len(list(takewhile(bool, map(eq, word[:4], other))))
    return ratio + 0.1 * shared * (1 - ratio)
