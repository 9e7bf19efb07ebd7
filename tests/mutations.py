"""Sound records altered at random: what the tests and `make fuzz` feed to the checker.

Values come from what records hold already, so that many a mutation is a plausible one: another actor, another date.
"""

import copy
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.records.corpus import Corpus, read
from alleged.schemas.definitions import KINDS, fields
from paths import EXAMPLES, ROOT

Pool = Mapping[str, Sequence[Any]]
MOST_CLAIMS = 40
"""Real claims of which bundles are made, taken evenly from all, so that tests stay quick as the dataset grows."""

ODD: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1.5, 10**17, "", " ", "a\n", "NO", "allege", "x" * 400, "?", "../2024", "Кім", "🚀"),
    *("2024-02-30", "2024-06-17/2023", "../..", "0000", "-9999", "2024~", "y17e7", "9999-12-31", [], {}, ["a"], [[]]),
    *({"a": 1}, [None], {"id": None}, "http://[", "https://a.example/\u0661", "=1+1", "::error::x"),
)
"""Values that suit few fields, or none."""


def mutated(value: Any, draw: Random, pool: Pool) -> Any:
    """Return a copy of a record or bundle with one value, somewhere, replaced, removed, doubled or added."""
    value = copy.deepcopy(value)
    name, at = draw.choice(list(containers(value)))
    keys: list[Any] = [*at] if isinstance(at, dict) else [*range(len(at))]
    deed = draw.randrange(8) if keys else 7
    key: Any = draw.choice(keys) if keys else None
    match deed:
        case 0 | 1 | 2 | 3 if isinstance(at[key], dict | list):
            at[key] = mutated(at[key], draw, pool)
        case 0 | 1 | 2 | 3:
            at[key] = _another(str(key) if isinstance(at, dict) else name, draw, pool)
        case 4:
            at[key] = _odd(at[key], draw)
        case 5:
            del at[key]
        case 6 if isinstance(at, list):
            at.append(copy.deepcopy(at[key]))
        case _ if isinstance(at, list):
            at.append(_another(name, draw, pool))
        case _:
            new = draw.choice([*pool])
            at[new] = _another(new, draw, pool)
    return value


def _odd(value: Any, draw: Random) -> Any:
    """Return a value that hardly suits the field of this one: a text with one thing wrong, or anything at all."""
    if isinstance(value, str) and draw.randrange(2):
        return draw.choice((f"{value}\n", f" {value}", value.upper(), value[:-1], value[1:], value * 50))
    return copy.deepcopy(draw.choice(ODD))


def _another(name: str, draw: Random, pool: Pool) -> Any:
    return copy.deepcopy(draw.choice(pool.get(name) or ODD))


def values_of(values: Iterable[Any]) -> Pool:
    """Return what the fields of some bundles or records hold, and the example of every field in the schemas."""
    pool: dict[str, dict[str, Any]] = {"extra": {"": "x"}}
    found = [(name, leaf) for value in values for name, leaf in leaves(value)]
    found += [(str(f.path[-1]), f.schema["examples"][0]) for k in KINDS for f in fields(k) if "examples" in f.schema]
    for name, value in found:
        pool.setdefault(name, {})[json.dumps(value)] = value
    return {name: list(reported.values()) for name, reported in pool.items()}


def containers(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every mapping and list of a value, outer ones first, each with the name of the field that holds it."""
    if isinstance(value, dict):
        yield name, value
        for key, inner in value.items():
            yield from containers(inner, str(key))
    elif isinstance(value, list):
        yield name, value
        for inner in value:
            yield from containers(inner, name)


def leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every text, number and truth value of a value, with the name of its field."""
    for name, at in containers(value):
        inner = at.items() if isinstance(at, dict) else ((name, item) for item in at)
        yield from ((str(key), leaf) for key, leaf in inner if not isinstance(leaf, dict | list))


def is_tame(line: str) -> bool:
    """Whether a screen shows a line as it is: one line, of letters, signs and spaces."""
    return all(character.isprintable() or unicodedata.category(character) == "Zs" for character in line)


def bundles() -> Iterator[dict[str, Any]]:
    """Yield the bundles of the examples of rules, and one for each of some real claims with all that it leads to."""
    for path in sorted(EXAMPLES.glob("*/claims/*.yaml")):
        found = read_document(path, Project(path.parents[1]))
        if isinstance(found, Document):
            yield found.data
    corpus = read(Project(ROOT)).corpus
    claims = [*corpus.claims]
    yield from (_with_all_it_names(claim, corpus) for claim in claims[:: len(claims) // MOST_CLAIMS + 1])


def _with_all_it_names(claim: str, corpus: Corpus) -> dict[str, Any]:
    """Return a bundle of a claim and of every record that it names, and that those name in turn."""
    wanted, bundle = [claim], dict[str, dict[str, Any]]()
    while wanted:
        record = corpus.by_id[wanted.pop()]
        if record.id not in bundle.setdefault(record.kind, {}):
            bundle[record.kind][record.id] = dict(record.data)
            wanted += [leaf for _, leaf in leaves(record.data) if isinstance(leaf, str) and leaf in corpus.by_id]
    return {kind: list(records.values()) for kind, records in bundle.items()}
