"""Why a record misses its schema, in the words of someone who has never seen one.

Works on what jsonschema reports, one message per fault; imported only when there is something to explain.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT7

from alleged.issues import Suggestion
from alleged.schemas.definitions import KINDS, ShapeFinding, ValuePath, contents, field, gate, resolved, schema
from alleged.schemas.vocabularies import closest

MOST_FAULTS = 50
"""A record with more faults than this is told the first ones only."""

LONGEST_SHOWN = 120
"""Characters of a value that are repeated in a message; a longer one is not tidied either."""

WORDS = {"string": "a text", "array": "a list", "object": "a mapping of fields", "boolean": "true or false"}
WORDS |= {"number": "a number", "integer": "a whole number"}
NAMES = {"bundle": "a bundle", "evidence": "evidence", "dataset": "dataset.yaml"}
CURLY = str.maketrans("", "", "“”„‘’‚«»\"'")


def _pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[ValidationError]:
    """Judge `pattern` as jsonschema-rs does: `$` is the very end, where Python also stops before a last newline."""
    strict = re.sub(r"\$$", r"\\Z", pattern)
    if validator.is_type(instance, "string") and not re.search(strict, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Explainer = validators.extend(Draft7Validator, {"pattern": _pattern})


@cache
def explainer(name: str) -> Any:
    """Return the jsonschema validator of the schema called `name`, with a registry that reaches nothing else."""
    # Wherever a schema names its draft, jsonschema takes up its own validator of that draft in the place of ours.
    unnamed = {address: {k: v for k, v in s.items() if k != "$schema"} for address, s in contents().items()}
    resources = [(address, DRAFT7.create_resource(s)) for address, s in unnamed.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Explainer(schema(name), registry=registry)


def explain(name: str, instance: Any) -> list[ShapeFinding]:
    """Return the faults of a record that the gate refused, one for each thing to mend, in the order of its fields."""
    found: dict[tuple[str, ValuePath, str], ShapeFinding] = {}
    errors = explainer(name).iter_errors(instance)
    for fault in (fault for error in errors for fault in _faults(name, _miss(error), error.message)):
        found.setdefault((fault.rule, fault.path, fault.message), fault)
        if len(found) >= MOST_FAULTS:  # one error may be many faults
            break
    return _causes(list(found.values())) or [_unexplained(name, instance)]


def _causes(found: list[ShapeFinding]) -> list[ShapeFinding]:
    """Return the faults without echoes: a field that is mistyped need not be called missing too."""
    mistyped = {(*f.path[:-1], f.suggestion.text) for f in found if f.rule == "unknown-field" and f.suggestion}
    return [f for f in found if f.rule != "missing-field" or (*f.path, f.field) not in mistyped]


def _unexplained(name: str, instance: Any) -> ShapeFinding:
    error = next(gate(name).iter_errors(instance))
    return ShapeFinding("wrong-form", tuple(error.instance_path), f"does not fit the schema: {error.message}")


class Violation(NamedTuple):
    """What jsonschema reports: the keyword, what it wants, the value it met, the schema around it, the path."""

    keyword: str
    wanted: Any
    value: Any
    schema: Any
    path: ValuePath


def _miss(error: ValidationError) -> Violation:
    return Violation(
        str(error.validator), error.validator_value, error.instance, error.schema, tuple(error.absolute_path)
    )


def _faults(name: str, error: Violation, said: str) -> Iterator[ShapeFinding]:
    path = error.path
    match error.keyword:
        case "required":
            for missing in error.wanted:
                if missing not in error.value:
                    yield _missing(name, path, missing)
        case "additionalProperties":
            known = list(error.schema["properties"])
            for extra in error.value:
                if extra not in known:
                    yield _unknown(name, path, extra, known)
        case "oneOf" | "anyOf" if all("required" in option for option in error.wanted):
            if isinstance(error.value, dict):  # of anything else, `type` says what is wrong
                yield _one_of(path, [option["required"][0] for option in error.wanted], error)
        case "oneOf" if "const" in error.wanted[0]:
            yield _code(path, error)
        case "type":
            yield _type(name, path, error)
        case "minLength" | "minItems" | "minProperties":
            yield ShapeFinding("empty-field", path, f"{_last(path)!r} is empty", _example(name, path))
        case "maxLength":
            most, length = error.wanted, len(error.value)
            yield ShapeFinding("too-long", path, f"{_last(path)!r} has {length} characters; the most is {most}")
        case "maxItems":
            most, length = error.wanted, len(error.value)
            yield ShapeFinding("too-long", path, f"{_last(path)!r} has {length} entries; the most is {most}")
        case "minimum":
            least = error.wanted
            yield ShapeFinding("out-of-range", path, f"{_last(path)!r} is {error.value}; the least is {least}")
        case "pattern":
            yield _form(name, path, error)
        case _:
            yield ShapeFinding("wrong-form", path, said.replace("\n", " ")[:300])


def _last(path: ValuePath) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "record")


def _schema_of(name: str, path: ValuePath) -> dict[str, Any]:
    """Return what the schema says of a path; of a bundle's frame too, whose defaults are fields of claims."""
    kinds = {word: kind for kind, word in KINDS.items()}
    if name in kinds:
        return dict(field(kinds[name], path))
    if path[:1] == ("defaults",) and len(path) > 1 and path[1] != "source":
        return dict(field("claims", path[1:]))
    if path:
        part = schema("bundle")["properties"].get(path[0], {})
        part = part.get("properties", {}).get(path[1], {}) if len(path) > 1 else part
        return resolved(part, schema("bundle")["$id"])[0]
    return {}


def _shown(value: Any) -> str:
    """Return a value as a curator types it on one line."""
    if isinstance(value, str):
        return value if re.fullmatch(r"[A-Za-z][A-Za-z0-9 /,'.()~-]*", value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_shown(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


def _example(name: str, path: ValuePath) -> str:
    found = _schema_of(name, path)
    shown = f"{_last(path)}: {_shown(found['examples'][0])}" if found.get("examples") else ""
    return f"write for example  {shown}" if shown else ""


def _missing(name: str, path: ValuePath, missing: str) -> ShapeFinding:
    meaning = _schema_of(name, (*path, missing)).get("description", "")
    what = _last(path) if path else f"this {name}"
    gloss = f" ({meaning.rstrip('.')})" if meaning else ""
    message = f"{what} lacks the field '{missing}'{gloss}"
    return ShapeFinding("missing-field", path, message, _example(name, (*path, missing)), field=missing)


def _unknown(name: str, path: ValuePath, extra: str, known: list[str]) -> ShapeFinding:
    close = closest(extra.translate(CURLY), known)
    what = NAMES.get(name, f"{'an' if name[0] in 'aeiou' else 'a'} {name}")
    where = f"'{_last(path)}'" if path else what
    message = f"{where} has no field {extra[:LONGEST_SHOWN]!r}"
    if close:
        message += f"; did you mean '{close[0]}'?"
        return ShapeFinding("unknown-field", (*path, extra), message, f"write  {close[0]}:", Suggestion(close[0]), True)
    return ShapeFinding("unknown-field", (*path, extra), message, "fields: " + ", ".join(known), on_key=True)


def _one_of(path: ValuePath, names: list[str], error: Violation) -> ShapeFinding:
    given = [n for n in names if n in error.value]
    listed = ", ".join(f"'{n}'" for n in names[:-1]) + f" and '{names[-1]}'"
    what = f"'{_last(path)}'" if path else "this record"
    if given:
        both = " and ".join(f"'{n}'" for n in given)
        return ShapeFinding(
            "missing-field", path, f"{what} has {both}; of {listed} it takes only one", "remove one of them"
        )
    number = "at least one" if error.keyword == "anyOf" else "one"
    return ShapeFinding("missing-field", path, f"{what} needs {number} of {listed}")


def _code(path: ValuePath, error: Violation) -> ShapeFinding:
    codes = [option["const"] for option in error.wanted]
    title = error.schema.get("title", "code")
    if not isinstance(error.value, str) or error.value == "":
        message = f"'{_last(path)}' is {_told(error.value)} where a word from the list {title!r} is wanted"
        return ShapeFinding("empty-field" if error.value in (None, "") else "wrong-type", path, message, _one(codes))
    close = closest(error.value.translate(CURLY), codes)
    message = f"{error.value[:LONGEST_SHOWN]!r} is not in the list {title!r}"
    if close:
        message += f"; did you mean '{close[0]}'?"
        others = f"  (also close: {', '.join(close[1:])})" if close[1:] else ""
        return ShapeFinding("unknown-code", path, message, f"write  {close[0]}{others}", Suggestion(close[0]))
    return ShapeFinding("unknown-code", path, message, _one(codes))


def _one(codes: list[str]) -> str:
    shown = ", ".join(codes[:30])
    return f"one of: {shown}" + (f" and {len(codes) - 30} more (docs/codebook.md)" if len(codes) > 30 else "")


def _told(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"'{str(value).lower()}', which YAML reads as {'yes' if value else 'no'},"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value[:80]!r}"
        case list():
            return "a list"
        case _:
            return "a mapping of fields"


def _type(name: str, path: ValuePath, error: Violation) -> ShapeFinding:
    wanted, value = error.wanted, error.value
    field_name = _last(path)
    if value is None:
        return ShapeFinding(
            "empty-field",
            path,
            f"'{field_name}' is empty",
            _example(name, path) or "fill it in, or remove it",
        )
    message = f"'{field_name}' is {_told(value)} where {WORDS[wanted]} is wanted"
    if wanted == "string" and isinstance(value, bool | int | float):
        text = f'"{str(value).lower()}"' if isinstance(value, bool) else f'"{value}"'
        return ShapeFinding("wrong-type", path, message, f"put it in quotes:  {field_name}: {text}", Suggestion(text))
    if wanted == "array":
        return ShapeFinding(
            "wrong-type",
            path,
            message,
            f'begin each entry on a line of its own with "- ", below  {field_name}:',
        )
    if wanted == "object" and path and isinstance(path[-1], int) and isinstance(value, str):
        return ShapeFinding("wrong-type", path, message, f"write  - id: {value}" if field_name == "sources" else "")
    return ShapeFinding("wrong-type", path, message, _example(name, path))


def _form(name: str, path: ValuePath, error: Violation) -> ShapeFinding:
    found = _schema_of(name, path)
    meaning = str(found.get("description", "")).rstrip(".")
    tidy = _tidied(error.value, error.wanted) if len(error.value) <= LONGEST_SHOWN else ""
    message = f"{error.value[:LONGEST_SHOWN]!r} does not have the form of '{_last(path)}'"
    if tidy:
        return ShapeFinding(
            "wrong-form", path, f"{message}; did you mean '{tidy}'?", f"write  {tidy}", Suggestion(tidy)
        )
    return ShapeFinding("wrong-form", path, message + (f" ({meaning})" if meaning else ""), _example(name, path))


def _tidied(text: str, pattern: str) -> str:
    """Return the text as the pattern would have it, where only case, spaces or quote marks stand in the way."""
    bare = text.translate(CURLY).strip()
    slug = re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")
    strict = re.sub(r"\$$", r"\\Z", pattern)
    return next((t for t in (bare, bare.upper(), slug) if t != text and re.search(strict, t)), "")
