"""Vocabularies: the codes that a field may have, each with its label and definition."""

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


@cache
def names() -> tuple[str, ...]:
    """Return the names of all code lists, in alphabetical order."""
    return tuple(sorted(p.name.removesuffix(SUFFIX) for p in _folder().glob(f"*{SUFFIX}")))


@cache
def vocabulary(name: str) -> dict[str, Code]:
    """Return the codes of a list by code, in the order of the file.

    Raises:
        UnknownNameError: There is no list of this name.
    """
    if name not in names():
        near = " or ".join(repr(n) for n in closest(name, names()))
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names())}"
        raise UnknownNameError(f"there is no code list {name!r}; {hint}")
    schema = json.loads((_folder() / f"{name}{SUFFIX}").read_text(encoding="utf-8"))
    return {entry["const"]: _code(name, entry) for entry in schema["oneOf"]}


def about(name: str) -> str:
    """Return what a list is about, as its file says."""
    return str(json.loads((_folder() / f"{name}{SUFFIX}").read_text(encoding="utf-8"))["description"])


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
