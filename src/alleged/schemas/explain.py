"""Explain why a record does not fit its schema, to someone who does not know JSON Schema.

It turns the errors of jsonschema into one finding for each problem, and is imported only if there is a problem.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT7

from alleged.issues import Suggestion, ValuePath
from alleged.schemas.definitions import KINDS, ShapeFinding, contents_in_use, field, fields, gate, resolved, schema
from alleged.schemas.vocabularies import SUFFIX, cache_by_codes, closest, vocabulary

MAX_FINDINGS = 50
"""Findings of one record; further ones are left out."""

MAX_SHOWN = 120
"""Characters of a value that a message repeats; no correction is proposed for a longer one."""

MAX_CODES = 30
"""Codes of a list that a message names."""

TYPES = {"string": "a text", "array": "a list", "object": "a mapping of fields", "boolean": "true or false"}
TYPES |= {"number": "a number", "integer": "a whole number"}
NAMES = {"bundle": "a bundle", "evidence": "evidence", "dataset": "dataset.yaml"}
PLAIN = r"[A-Za-z][A-Za-z0-9 /'.()~-]*|[0-9]{4}-[0-9]{2}(-[0-9]{2})?|https?://[\w./-]+"
"""Pattern of texts that need no quotation marks anywhere in YAML."""

THOUSANDS = r"[0-9]{1,3}(?:(,|'|[ \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*|(?:\.[0-9]{3}){2,})"
"""Pattern of whole numbers with separators between thousands; a single dot is a decimal point."""

QUOTES = str.maketrans("", "", "“”„‘’‚«»\"'")


def _strict(pattern: str) -> str:
    r"""Return a pattern whose final `$` is the very end, as in jsonschema-rs; in Python it also matches before `\n`."""
    return re.sub(r"\$$", r"\\Z", pattern)


def _pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not re.search(_strict(pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Explainer = validators.extend(Draft7Validator, {"pattern": _pattern})


@cache_by_codes
def explainer(name: str) -> Any:
    """Return the jsonschema validator of the schema called `name`, with a registry of the package's schemas only."""
    # If a schema names its draft, jsonschema replaces our validator with its own one of that draft.
    unnamed = {address: {k: v for k, v in s.items() if k != "$schema"} for address, s in contents_in_use().items()}
    resources = [(address, DRAFT7.create_resource(s)) for address, s in unnamed.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Explainer(schema(name), registry=registry)


def explain(name: str, instance: Any) -> list[ShapeFinding]:
    """Return the findings of a record that the gate refused, one for each problem, in the order of its fields."""
    findings: dict[tuple[str, ValuePath, str], ShapeFinding] = {}
    for finding in (f for error in explainer(name).iter_errors(instance) for f in _findings(name, error)):
        findings.setdefault((finding.rule, finding.path, finding.message), finding)
        if len(findings) >= MAX_FINDINGS:  # one error can be many findings
            break
    if explained := _without_consequences(list(findings.values())):
        return explained
    error = next(gate(name).iter_errors(instance))
    return [ShapeFinding("wrong-form", tuple(error.instance_path), f"does not fit the schema: {error.message}")]


def _without_consequences(findings: list[ShapeFinding]) -> list[ShapeFinding]:
    """Leave out missing fields that are there under a mistyped name."""
    mistyped = {(*f.path[:-1], f.suggestion.text) for f in findings if f.rule == "unknown-field" and f.suggestion}
    return [f for f in findings if f.rule != "missing-field" or (*f.path, f.field) not in mistyped]


def _findings(name: str, error: Any) -> Iterator[ShapeFinding]:
    """Yield the findings of an error of jsonschema."""
    path, value, expected = tuple(error.absolute_path), error.instance, error.validator_value
    match error.validator:
        case "required":
            yield from (_missing(name, path, field) for field in expected if field not in value)
        case "additionalProperties":
            known = list(error.schema["properties"])
            yield from (_unknown(name, path, field, value[field], known) for field in value if field not in known)
        case "oneOf" | "anyOf" if all("required" in option for option in expected):
            if isinstance(value, dict):  # of anything else, `type` explains what is wrong
                yield _alternatives(name, path, [option["required"][0] for option in expected], error)
        case "oneOf" if "const" in expected[0]:
            yield _code(path, value, error.schema)
        case "type":
            yield _type(name, path, value, expected)
        case "minLength" | "minItems" | "minProperties":
            yield ShapeFinding("empty-field", path, f"{_field_name(path)!r} is empty", example(name, path))
        case "maxLength" | "maxItems":
            length = f"{len(value)} {'characters' if error.validator == 'maxLength' else 'entries'}"
            yield ShapeFinding("too-long", path, f"{_field_name(path)!r} has {length}; the most is {expected}")
        case "minimum":
            yield ShapeFinding("out-of-range", path, f"{_field_name(path)!r} is {value}; the least is {expected}")
        case "pattern":
            yield _form(name, path, value, expected)
        case _:
            yield ShapeFinding("wrong-form", path, error.message.replace("\n", " ")[:300])


def _field_name(path: ValuePath) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "record")


def _schema_of(name: str, path: ValuePath) -> dict[str, Any]:
    """Return the schema of the field at a path, also in a bundle, whose defaults are fields of claims."""
    kinds = {word: kind for kind, word in KINDS.items()}
    if name in kinds:
        return dict(field(kinds[name], path))
    if path[:1] == ("defaults",) and len(path) > 1 and path[1] != "source":
        return dict(field("claims", path[1:]))
    part, base = schema(name), schema(name)["$id"]
    for step in path:
        part, base = resolved(
            part["items"] if isinstance(step, int) else part.get("properties", {}).get(step, {}), base
        )
    return part if path else {}


def _as_yaml(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, str):
        return value if re.fullmatch(PLAIN, value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_yaml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_as_yaml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


def example(name: str, path: ValuePath) -> str:
    """Return what may be written at a path: the codes of its list, or a line of YAML; empty if the schema has neither.

    Ids in the line are replaced by `ID`, so that nobody takes over the record of an example.
    """
    part = _schema_of(name, path)
    if "const" in part.get("oneOf", [{}])[0]:
        return _codes(part)
    if "examples" not in part:
        return ""
    value = _without_ids(name, path, part["examples"][0])
    look_up = "; look for the id:  alleged find NAME" if value != part["examples"][0] else ""
    return f"write a line like  {_field_name(path)}: {_as_yaml(value)}{look_up}"


def _without_ids(name: str, path: ValuePath, value: Any) -> Any:
    """Return the value of an example with `ID` in the place of each id that refers to another record."""
    if isinstance(value, list):
        return [_without_ids(name, (*path, i), inner) for i, inner in enumerate(value)]
    if isinstance(value, dict):
        return {field: _without_ids(name, (*path, field), inner) for field, inner in value.items()}
    return "ID" if "x-kinds" in _schema_of(name, path) else value


def _codes(part: dict[str, Any]) -> str:
    """Return the first codes of a list, given by its schema, and where to read what they mean."""
    _, of_list, listed = part.get("$id", "").removesuffix(SUFFIX).partition("/vocabularies/")
    codes = list(vocabulary(listed)) if of_list else [option["const"] for option in part["oneOf"] if "const" in option]
    more = f" and {len(codes) - MAX_CODES} more" if len(codes) > MAX_CODES else ""
    meanings = f"; what they mean:  alleged explain {listed}" if of_list else ""
    return f"one of: {', '.join(codes[:MAX_CODES])}{more}{meanings}"


def _missing(name: str, path: ValuePath, missing: str) -> ShapeFinding:
    description = _schema_of(name, (*path, missing)).get("description", "")
    subject = _field_name(path) if path else f"this {name}"
    explanation = f" ({description.rstrip('.')})" if description else ""
    message = f"{subject} lacks the field '{missing}'{explanation}"
    return ShapeFinding("missing-field", path, message, example(name, (*path, missing)), field=missing)


def _lists_with(name: str, field: str) -> list[str]:
    """Return the fields of a record whose entries have a certain field."""
    kind = next((kind for kind, word in KINDS.items() if word == name), "")
    return [str(f.path[0]) for f in fields(kind) if f.path[1:] == ("*", field)] if kind else []


def _unknown(name: str, path: ValuePath, extra: str, value: Any, known: list[str]) -> ShapeFinding:
    close = closest(extra.translate(QUOTES), known)
    subject = f"'{_field_name(path)}'" if path else NAMES.get(name, f"{'an' if name[0] in 'aeiou' else 'a'} {name}")
    message = f"{subject} has no field {extra[:MAX_SHOWN]!r}"
    if close:
        message += f"; did you mean '{close[0]}'?"
        return ShapeFinding("unknown-field", (*path, extra), message, f"write  {close[0]}:", Suggestion(close[0]), True)
    if within := _lists_with(name, extra) if not path else []:
        message += f"; entries of {' and '.join(map(repr, within))} have one"
        help = f"write it in such an entry, as  {within[0]}: [{{{extra}: {_as_yaml(value)}}}]"
        return ShapeFinding("unknown-field", (*path, extra), message, help, on_key=True)
    return ShapeFinding("unknown-field", (*path, extra), message, "fields: " + ", ".join(known), on_key=True)


def _alternatives(name: str, path: ValuePath, names: list[str], error: Any) -> ShapeFinding:
    present = [field for field in names if field in error.instance]
    alternatives = ", ".join(f"'{field}'" for field in names[:-1]) + f" and '{names[-1]}'"
    subject = f"'{_field_name(path)}'" if path else f"this {name}"
    if present:
        both = " and ".join(f"'{field}'" for field in present)
        message = f"{subject} has {both}; of {alternatives} it takes only one"
        return ShapeFinding("missing-field", path, message, "remove one of them")
    number = "at least one" if error.validator == "anyOf" else "one"
    message = f"{subject} needs {number} of {alternatives}"
    return ShapeFinding("missing-field", path, message, f"add one; {example(name, (*path, names[0]))}")


def _code(path: ValuePath, value: Any, part: dict[str, Any]) -> ShapeFinding:
    help, title = _codes(part), part["title"]
    if not isinstance(value, str) or value == "":
        message = f"'{_field_name(path)}' is {_describe(value)}; it takes a code of the list {title!r}"
        return ShapeFinding("empty-field" if value in (None, "") else "wrong-type", path, message, help)
    close = closest(value.translate(QUOTES), [option["const"] for option in part["oneOf"] if "const" in option])
    message = f"{value[:MAX_SHOWN]!r} is not in the list {title!r}"
    if close:
        message += f"; did you mean '{close[0]}'?"
        others = f"  (also close: {', '.join(close[1:])})" if close[1:] else ""
        return ShapeFinding("unknown-code", path, message, f"write  {close[0]}{others}", Suggestion(close[0]))
    return ShapeFinding("unknown-code", path, message, help)


def _describe(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"'{str(value).lower()}', which YAML reads as {'yes' if value else 'no'}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value[:80]!r}"
        case list():
            return "a list"
        case _:
            return "a mapping of fields"


def _type(name: str, path: ValuePath, value: Any, expected: str) -> ShapeFinding:
    field = _field_name(path)
    if value is None:
        return ShapeFinding(
            "empty-field", path, f"'{field}' is empty", example(name, path) or "fill it in, or remove it"
        )
    help, suggestion = example(name, path), None
    if expected == "string" and isinstance(value, bool | int | float):
        quoted = f'"{str(value).lower()}"' if isinstance(value, bool) else f'"{value}"'
        help, suggestion = f"put it in quotes:  {field}: {quoted}", Suggestion(quoted)
    elif expected == "string" and isinstance(value, list) and value:
        help = _one_for_each(name, path, value)
    elif expected in ("number", "integer") and isinstance(value, str):
        digits = re.sub("[^0-9]", "", value)
        help = f"write  {field}: {digits}" if re.fullmatch(THOUSANDS, value) else "write digits only, as 2500 or 2.5"
    elif expected == "array" and isinstance(value, str) and _takes_texts(name, path):
        help = f"write  {field}: [{value}]"
    elif expected == "array" and isinstance(value, str) and "x-kinds" in _schema_of(name, (*path, 0, "id")):
        help = f"write  {field}: [{{id: {value}}}]"
    elif expected == "array":
        help = f'begin each entry on a line of its own with "- ", below  {field}:'
    elif expected == "object" and path and isinstance(path[-1], int):
        takes_id = isinstance(value, str) and "x-kinds" in _schema_of(name, (*path, "id"))
        help = f"write  {{id: {value}}}" if takes_id else example(name, path[:-1])
    message = f"'{field}' is {_describe(value)}; it takes {TYPES[expected]}"
    return ShapeFinding("wrong-type", path, message, help, suggestion)


def _one_for_each(name: str, path: ValuePath, values: list[Any]) -> str:
    """Return what to write instead of a list where one text is expected."""
    field = _field_name(path)
    first, others = _as_yaml(values[0]), _as_yaml(values[1:])
    if others == "[]":
        return f"write  {field}: {first}"
    if _schema_of(name, (*path[:-1], f"co_{field}s")):
        return f"if they say it together, write  {field}: {first}  and  co_{field}s: {others}; else one record for each"
    return f"write one of them, as  {field}: {first}, and further records for the others"


def _takes_texts(name: str, path: ValuePath) -> bool:
    """Whether the entries of a list are texts, not mappings."""
    items = _schema_of(name, path).get("items", {})
    return items.get("type") == "string" or "$ref" in items


def _form(name: str, path: ValuePath, value: str, pattern: str) -> ShapeFinding:
    message = f"{value[:MAX_SHOWN]!r} does not have the form of '{_field_name(path)}'"
    if corrected := _corrected(value, pattern) if len(value) <= MAX_SHOWN else "":
        message += f"; did you mean '{corrected}'?"
        return ShapeFinding("wrong-form", path, message, f"write  {corrected}", Suggestion(corrected))
    description = str(_schema_of(name, path).get("description", "")).rstrip(".")
    return ShapeFinding("wrong-form", path, message + (f" ({description})" if description else ""), example(name, path))


def _corrected(text: str, pattern: str) -> str:
    """Return the text in the form of the pattern, if only case, spaces or quotation marks differ; else an empty one."""
    bare = text.translate(QUOTES).strip()
    slug = re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")
    return next((t for t in (bare, bare.upper(), slug) if t != text and re.search(_strict(pattern), t)), "")
