"""Schemas under test: what each constraint refuses, that both engines refuse it alike, and that patterns stay quick.

Constraints are found by walking the schemas, sound records are made of the examples in them: a new field is tested as
soon as it is there, and a constraint that refuses nothing by itself fails the suite.
"""

import copy
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

import jsonschema_rs
import pytest

from alleged.schemas.definitions import KINDS, ValuePath, contents, field, gate, resolved, schema
from alleged.schemas.explain import explainer
from alleged.schemas.validate import record_findings
from mutations import mutated, values_of

HOME = "https://alleged.example/schemas/"
LISTS = sorted(a.removeprefix(HOME).removesuffix(".schema.json") for a in contents() if "/vocabularies/" in a)
PUBLISHED = ("index", "manifest", "lock", "provenance", "datapackage")
ROOTS = (*KINDS.values(), "bundle", "intercoder", "dataset", "vocabulary", "report", *PUBLISHED, *LISTS)
"""Schemas that something is checked against; the others are parts of these."""

SINGLE = {"type", "additionalProperties", "pattern", "minLength", "maxLength", "minItems", "maxItems"}
SINGLE |= {"minProperties", "minimum", "maximum", "const", "enum", "oneOf", "anyOf", "$ref"}
"""Keywords that are one constraint each; of `required`, and of `enum` as a condition, each entry is one."""
WAYS = {"properties", "items", "allOf", "if", "then", "definitions", "propertyNames"}
"""Keywords that only lead to constraints: what `allOf` or `then` refuses, a part of it does."""
WORDS = {"$schema", "$id", "title", "description", "examples"}
"""Keywords that refuse nothing, beside those that begin with `x-`."""

NEVER_ALONE = {
    "source#/properties/symbol/minLength": "the pattern refuses '' too; this one says that the field is empty",
    "source#/properties/celex/minLength": "as with symbol",
    "source#/properties/mime/minLength": "as with symbol",
    "instrument#/properties/symbol/minLength": "as with symbol",
    "instrument#/properties/celex/minLength": "as with symbol",
    "instrument#/properties/programme_key/minLength": "as with symbol",
    "topic#/properties/question/minLength": "as with symbol",
    "actor#/allOf/1/if/required/0": "every actor has a kind; without this, ids of one without it would be reported too",
    "actor#/allOf/2/if/required/0": "as above, of public_role",
    "source#/allOf/1/if/required/0": "as above, of `seen` and the addresses",
    "claim#/required/0": "the fields ask for the id too, for in a bundle only they are looked at",
    "assessment#/type": "what has no fields fits all three alternatives, so `oneOf` refuses it; this one says it well",
    "source#/properties/syndicated_from/type": "as above",
    "report#/properties/format/type": "the constant is of this type; generators of code from a schema need it",
    "report#/definitions/issue/properties/severity/type": "as above",
    "report#/definitions/suggestion/properties/confidence/type": "as above",
}
"""Constraints that refuse nothing which another does not refuse, and why they stay."""

ODD: tuple[Any, ...] = (None, True, 0, 1.5, "x", "", "no such thing", "Ünfit\n", [], {}, ["a", None])


class Constraint(NamedTuple):
    """A keyword, or one entry of it, at a place in a schema; a part of an `if` is a condition."""

    address: str
    pointer: ValuePath

    @property
    def name(self) -> str:
        short = self.address.removeprefix(HOME).removesuffix(".schema.json")
        return f"{short}#/{'/'.join(map(str, self.pointer))}"

    @property
    def is_condition(self) -> bool:
        return "if" in self.pointer and self.pointer[-2] != "enum"


class Use(NamedTuple):
    """Where in the records of a root a constraint holds, the schema around it, and which other values it needs."""

    constraint: Constraint
    part: Mapping[str, Any]
    path: ValuePath
    given: tuple[tuple[ValuePath, Any], ...]


def uses(part: Any, address: str, pointer: ValuePath = (), path: ValuePath = (), given: Any = ()) -> Iterator[Use]:
    for keyword in part:
        assert keyword in {"required"} | SINGLE | WAYS | WORDS or keyword.startswith("x-"), f"{keyword} untested"
        if keyword in SINGLE:
            yield Use(Constraint(address, (*pointer, keyword)), part, path, given)
        for n in range(len(part[keyword])) if keyword == "required" else ():
            yield Use(Constraint(address, (*pointer, keyword, n)), part, path, given)
    if "$ref" in part:
        target, _, steps = urljoin(address, part["$ref"]).partition("#")
        inner: tuple[str | int, ...] = tuple(steps.split("/")[1:])
        yield from uses(at(contents()[target], inner), target, inner, path, given)
    for name, inside in part.get("properties", {}).items():
        yield from uses(inside, address, (*pointer, "properties", name), (*path, name), given)
    if "items" in part:
        yield from uses(part["items"], address, (*pointer, "items"), (*path, 0), given)
    if isinstance(part.get("additionalProperties"), dict):
        name = next(iter(part["examples"][0]))
        yield from uses(part["additionalProperties"], address, (*pointer, "additionalProperties"), (*path, name), given)
    if "propertyNames" in part:
        yield Use(Constraint(address, (*pointer, "propertyNames", "$ref")), part, path, given)
    for n, inside in enumerate(part.get("allOf", ())):
        yield from uses(inside, address, (*pointer, "allOf", n), path, given)
    for keyword in ("oneOf", "anyOf"):
        for n, inside in enumerate(part.get(keyword, ())):
            if not is_choice(inside):
                yield from uses(inside, address, (*pointer, keyword, n), path, given)
    if "if" in part:
        yield from conditional(part, address, pointer, path, given)


def is_choice(option: Mapping[str, Any]) -> bool:
    """Whether an alternative is a code or the name of a field, of which the alternatives make one constraint."""
    return "const" in option or set(option) == {"required"}


def conditional(part: Any, address: str, pointer: ValuePath, path: ValuePath, given: Any) -> Iterator[Use]:
    """Yield the constraints of a `then`, with the value that brings it into force, and the conditions of the `if`."""
    ((name, condition),) = part["if"]["properties"].items()
    place = (*pointer, "if", "properties", name)
    for n, word in enumerate(condition.get("enum", [condition.get("const")])):
        reported = (*given, ((*path, name), word))
        if "enum" in condition:
            yield Use(Constraint(address, (*place, "enum", n)), part, path, reported)
        yield from uses(part["then"], address, (*pointer, "then"), path, reported)
    for condition_at in (*[(*place, keyword) for keyword in condition], (*pointer, "if", "required", 0)):
        yield Use(Constraint(address, condition_at), part, path, given)


def at(value: Any, path: ValuePath) -> Any:
    for step in path:
        value = value[step]
    return value


def put(record: Any, path: ValuePath, value: Any) -> Any:
    """Return the record with another value at a path."""
    if not path:
        return value
    changed = copy.copy(record)
    changed[path[0]] = put(record[path[0]], path[1:], value) if len(path) > 1 else value
    return changed


def without(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


@cache
def sound(root: str) -> list[Any]:
    """Return records with every field that the schema knows, made of its examples; one for each alternative."""
    whole = schema(root)
    if root in LISTS:
        return [whole["oneOf"][0]["const"]]
    return complete(whole["definitions"]["fields"] if root == "claim" else whole, whole["$id"])


def complete(part: Mapping[str, Any], address: str) -> list[Any]:
    part, address = resolved(part, address)
    if "properties" in part:
        made = {name: complete(inner, address) for name, inner in part["properties"].items()}
        most = max(map(len, made.values()))
        records = [{name: made[name][min(n, len(made[name]) - 1)] for name in made} for n in range(most)]
        options = [option["required"][0] for option in part.get("oneOf", ())]
        return [without(r, *(o for o in options if o != kept)) for kept in options for r in records] or records
    if "items" in part and "properties" in (item := resolved(part["items"], address))[0]:
        return [[value] for value in complete(*item)]
    return [part["examples"][0]]


def violations(use: Use, value: Any) -> Iterator[Any]:
    """Yield values to put in the place of one, which break the constraint (and, some of them, nothing else)."""
    part, keyword = use.part, str(use.constraint.pointer[-1])
    if use.constraint.pointer[-2:-1] == ("required",):
        yield without(value, part["required"][use.constraint.pointer[-1]])
    elif use.constraint.pointer[-2:-1] == ("enum",):
        yield from (without(value, name) for name in part["then"]["required"])
    elif use.constraint.pointer[-2:-1] == ("propertyNames",):
        yield from ({**value, name: next(iter(value.values()))} for name in ("../x", ""))
    elif keyword == "additionalProperties":
        yield {**value, "extra": "x"}
        yield from ({**value, name: None} for name in value)
    elif keyword == "minLength":
        yield value[: part[keyword] - 1]
    elif keyword == "maxLength":
        longer = part[keyword] + 1 - len(value)
        yield from (
            value + value[-1] * longer,
            value + "-abcdefgh" * longer,
        )
    elif keyword in ("minItems", "minProperties"):
        yield type(value)()
    elif keyword == "maxItems":
        yield value * (part[keyword] + 1)
    elif keyword in ("minimum", "maximum"):
        yield part[keyword] + (1 if keyword == "maximum" else -1)
    elif keyword in ("oneOf", "anyOf") and "required" in part[keyword][0]:
        yield without(value, *(option["required"][0] for option in part[keyword]))
    else:
        yield from ODD
        yield from [{**value, "extra": "x"}] if isinstance(value, dict) else []


def records(root: str, use: Use) -> Iterator[Any]:
    """Yield sound records of a root, broken at the place of a constraint."""
    for record in sound(root):
        for path, value in use.given:
            record = put(record, path, value)
        try:
            value = at(record, use.path)
        except (LookupError, TypeError):
            continue
        yield from (put(record, use.path, broken) for broken in violations(use, value))


def codes(root: str, name: str) -> list[str]:
    kind = next((kind for kind, word in KINDS.items() if word == root), None)
    return [entry["const"] for entry in field(kind, (name,))["oneOf"]] if kind else []


def exempt(root: str, use: Use) -> Iterator[Any]:
    """Yield records to which a `then` does not apply and that would miss it: only the condition lets them pass."""
    ((name, condition),) = use.part["if"]["properties"].items()
    then = use.part["then"]
    needed = [*then.get("required", ()), *(option["required"][0] for option in then.get("anyOf", ()))]
    others = [code for code in codes(root, name) if code not in condition.get("enum", [condition.get("const")])]
    for record in sound(root):
        bare = without(record, *needed)
        yield without(bare, name)
        yield from ({**bare, name: code} for code in others)


def loosened(constraint: Constraint, root: str) -> jsonschema_rs.Draft7Validator:
    """Return the root's schema with one constraint taken out, wherever it lies."""
    changed = copy.deepcopy(contents()[constraint.address])
    del at(changed, constraint.pointer[:-1])[constraint.pointer[-1]]
    schemas = {**contents(), constraint.address: changed}
    registry = jsonschema_rs.Registry(list(schemas.items()), draft=jsonschema_rs.Draft7)
    return jsonschema_rs.Draft7Validator(schemas[schema(root)["$id"]], registry=registry, offline=True)


def proven(root: str, use: Use) -> bool:
    """Whether a record shows that the constraint counts: refused with it and accepted without it.

    For a condition it is the other way round: without it, a sound record is refused.
    """
    condition = use.constraint.is_condition
    tried = exempt(root, use) if condition else records(root, use)
    candidates = [record for record in tried if gate(root).is_valid(record) == condition]
    if not candidates:
        return False
    loose = loosened(use.constraint, root)
    return any(loose.is_valid(record) != condition for record in candidates)


@cache
def known() -> dict[Constraint, list[tuple[str, Use]]]:
    """Return every constraint with its uses, those in a record itself before those in a bundle."""
    found: dict[Constraint, list[tuple[str, Use]]] = {}
    for root in ROOTS:
        whole = schema(root)
        for use in uses(whole, whole["$id"]):
            found.setdefault(use.constraint, []).append((root, use))
    return found


def written(part: Any, pointer: ValuePath = ()) -> Iterator[ValuePath]:
    """Yield every constraint in the text of a schema, reached or not."""
    for keyword, value in part.items() if isinstance(part, dict) else enumerate(part):
        here = (*pointer, keyword)
        if keyword == "required" or (keyword == "enum" and "if" in pointer):
            yield from ((*here, n) for n in range(len(value)))
            continue
        if keyword in SINGLE and pointer[-1:] != ("properties",):
            yield here
        if isinstance(value, list) and keyword in ("allOf", "oneOf", "anyOf"):
            yield from (p for n, inner in enumerate(value) if not is_choice(inner) for p in written(inner, (*here, n)))
        elif isinstance(value, dict):
            yield from written(value, here)


@pytest.mark.parametrize("root", ROOTS)
def test_sound_records_with_every_field_are_accepted_by_both_engines(root: str) -> None:
    for record in sound(root):
        assert [e.message for e in gate(root).iter_errors(record)] == []
        assert [e.message for e in explainer(root).iter_errors(record)] == []


@pytest.mark.parametrize("address", contents())
def test_every_constraint_refuses_a_record_that_nothing_else_refuses(address: str) -> None:
    constraints = {c: reported for c, reported in known().items() if c.address == address}

    idle = [c.name for c, reported in constraints.items() if not any(proven(root, use) for root, use in reported)]

    assert set(written(contents()[address])) <= {c.pointer for c in constraints}, "part of nothing"
    assert set(idle) == {c.name for c in constraints if c.name in NEVER_ALONE}


def test_the_constraints_that_never_refuse_alone_are_all_there() -> None:
    assert set(NEVER_ALONE) <= {c.name for c in known()}


@pytest.mark.parametrize("root", ["assessment", "source"])
def test_of_alternatives_two_are_as_wrong_as_none(root: str) -> None:
    """An assessment has one subject, a copy one origin; `oneOf` is broken in both ways."""
    (constraint,) = (c for c in known() if c.name.startswith(f"{root}#") and c.pointer[-1] == "oneOf")
    ((_, use), *_) = known()[constraint]
    one, other, *_ = sound(root)
    both = put(one, use.path, {**at(one, use.path), **at(other, use.path)})

    assert not gate(root).is_valid(both)
    assert loosened(constraint, root).is_valid(both)


def test_both_engines_agree_on_mutated_records_and_where_the_fault_is() -> None:
    draw = random.Random(20241118)
    kinds = {word: kind for kind, word in KINDS.items()}
    bases = [(root, record) for root in (*kinds, "bundle", "dataset") for record in sound(root)]
    pool = values_of(record for _, record in bases)
    accepted = 0
    for n in range(2600):
        root, whole = bases[n % len(bases)]
        # A few fields at a time are quicker to judge; together they are all there hundreds of times.
        kept = {*schema(root).get("required", ()), *draw.sample([*whole], min(3, len(whole)))}
        record = {name: value for name, value in whole.items() if name in kept}
        for _ in range(draw.randrange(1, 4)):
            record = mutated(record, draw, pool)
        quick = {tuple(e.instance_path) for e in gate(root).iter_errors(record)}
        slow = {tuple(e.absolute_path) for e in explainer(root).iter_errors(record)}
        assert quick == slow, json.dumps(record)
        assert root not in kinds or n % 4 or bool(record_findings(kinds[root], record)) == bool(slow)
        accepted += not slow
    assert 250 < accepted < 2350  # neither lets everything through, or nothing


# Patterns: read alike by every engine, and linear in the length of the text.


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in inner:
            yield from [part] if name == "pattern" and isinstance(part, str) else patterns(part)


PATTERNS = sorted(set(patterns(list(contents().values()))))


def loose_ends(pattern: str) -> list[str]:
    """Return what engines read differently or slowly: letters for classes, and repeats of repeats.

    A repeated group may hold a repeat if it begins with a sign that no class in it has: there is one way to read it.
    """
    found = re.findall(r"\\[a-zA-Z]", pattern.replace(r"\t", "").replace(r"\r", "").replace(r"\n", ""))
    found += [] if pattern.startswith("^") or pattern == r"\?$" else ["no ^"]
    found += [] if pattern.endswith("$") else ["no $"]
    classes: list[str] = re.findall(r"\[[^\]]*\]", pattern)
    bare = re.sub(r"\[[^\]]*\]", "C", pattern)
    for group in re.findall(r"\(([^()]*)\)[*+{]", bare):
        if re.search(r"[*+{]", group):
            separator = group[0]
            parted = separator.isascii() and not separator.isalnum() and separator not in "\\^.(C"
            found += [] if parted and not any(re.fullmatch(c, separator) for c in classes) else [f"({group})*"]
    return found + re.findall(r"\([^()]*\([^()]*\)[^()]*\)[*+{]", bare)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_the_same_to_every_engine_and_repeats_no_repeats(pattern: str) -> None:
    assert loose_ends(pattern) == []


@pytest.mark.parametrize(
    "pattern",
    [r"^\w$", r"^\d{4}$", r"^\p{Lu}$", "^([a-z]+ ?)*$", "^(-[a-z-]+)*$", "^(a+)+$", "^((a)b)*$", "a$", "^a"],
)
def test_a_pattern_of_the_other_sort_is_reported(pattern: str) -> None:
    assert loose_ends(pattern)


PUMPS = """
import json, re, sys
import jsonschema_rs
for pattern in json.load(sys.stdin):
    quick = jsonschema_rs.Draft7Validator({"pattern": pattern})
    for part in ("a", "A", "0", "-", "a-", "-a", "Aa0", "/", "(", "é", "https://a", "10.1/", "ab-cdefghij", "Q1", "?"):
        for end in ("", "!", "\\n", "?", " "):
            for start in ("", "a", "A", "en", "10.1000/", "https://", "Q1", "a/"):
                text = start + (part * 10_000)[:10_000] + end
                strict = re.sub(r"\\$$", r"\\\\Z", pattern)
                assert quick.is_valid(text) == bool(re.search(strict, text)), (pattern, text[:20], end)
print("done")
"""


def test_every_pattern_answers_at_once_on_texts_of_ten_thousand_characters() -> None:
    words, given = [sys.executable, "-c", PUMPS], json.dumps(PATTERNS)
    child = subprocess.run(words, input=given, capture_output=True, text=True, timeout=60, check=False)

    assert child.stdout == "done\n", child.stderr[-1000:]
