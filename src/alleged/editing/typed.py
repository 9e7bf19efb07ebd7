"""Values of fields from texts that people type, as options or cells of tables; the schemas give the types."""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from alleged.errors import AllegedError
from alleged.issues import ValuePath
from alleged.schemas.definitions import Field, field, fields

TRUE, FALSE = ("true", "yes"), ("false", "no")


def type_of(schema: Mapping[str, Any]) -> str:
    """Return the type of a field: `text`, `number`, `integer`, `boolean`, `list` or `mapping`."""
    names = {"array": "list", "object": "mapping", "number": "number", "integer": "integer", "boolean": "boolean"}
    return names.get(schema.get("type", ""), "text")


def top_fields(kind: str) -> list[Field]:
    """Return the fields of a kind of record, without those inside them."""
    return [f for f in fields(kind) if len(f.path) == 1]


def inner_names(kind: str, path: ValuePath) -> list[str]:
    """Return the names of the fields within a field, or within each item of its list; empty if it has none."""
    return [str(f.path[-1]) for f in fields(kind) if f.path[:-1] in (path, (*path, "*")) and f.path[-1] != "*"]


def value_of(kind: str, path: ValuePath, text: str) -> Any:
    """Return the value that a text means in the field at a path; `*` stands for an item of a list.

    In a text, line breaks and several spaces become one space.

    Raises:
        AllegedError: The text does not have the type of the field.
    """
    schema = field(kind, path)
    match type_of(schema):
        case "boolean":
            return _boolean(path, text)
        case "number" | "integer":
            return _number(path, text, type_of(schema))
        case "mapping":
            return _mapping(kind, path, text)
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def items(kind: str, name: str, texts: Iterable[str]) -> list[Any]:
    """Return the list of a field, one item for each text.

    Raises:
        AllegedError: A text does not have the type of the items.
    """
    return [value_of(kind, (name, "*"), text) for text in texts]


def separated(kind: str, name: str, text: str) -> list[str]:
    """Return the items of a list of ids or codes, which commas separate; any other text is one item."""
    schema = field(kind, (name, "*"))
    parts = text.split(",") if "x-kinds" in schema or "oneOf" in schema else [text]
    return [part.strip() for part in parts if part.strip()]


def whole_value(kind: str, name: str, text: str) -> Any:
    """Return the value of a field from one text: words of a list are separated by commas, mappings by semicolons.

    Raises:
        AllegedError: The text does not have the type of the field.
    """
    if type_of(field(kind, (name,))) != "list":
        return value_of(kind, (name,), text)
    separator = ";" if type_of(field(kind, (name, "*"))) == "mapping" else ","
    return items(kind, name, (part.strip() for part in text.split(separator) if part.strip()))


def _boolean(path: ValuePath, text: str) -> bool:
    if text.casefold() not in (*TRUE, *FALSE):
        raise AllegedError(f"{path[-1]!r} takes true or false, not {text!r}")
    return text.casefold() in TRUE


def _number(path: ValuePath, text: str, kind: str) -> int | float:
    if not re.fullmatch(r"[0-9]{1,18}" if kind == "integer" else r"[0-9]{1,15}(\.[0-9]{1,15})?", text, re.ASCII):
        raise AllegedError(f"{path[-1]!r} takes a number in digits, such as 1000, not {text!r}")
    return float(text) if "." in text else int(text)


def _mapping(kind: str, path: ValuePath, text: str) -> dict[str, Any]:
    """Return the mapping of a text such as `kremlin role=president`; the first word may lack the name of its field."""
    return mapping(text, {str(f.path[-1]): (kind, f.path) for f in fields(kind) if f.path[:-1] == path}, path)


def mapping(text: str, inner: Mapping[str, tuple[str, ValuePath]], path: ValuePath) -> dict[str, Any]:
    """Return the mapping that a text means in the field at a path; `inner` has the kind and path of each inner field.

    The first word may lack the name of its field. Words without a name belong to the text before them, where that is a
    text in free words or a name.

    Raises:
        AllegedError: A word does not fit, or has not the type of its field.
    """
    name = [step for step in path if step != "*"][-1]
    try:
        words = shlex.split(text)
    except ValueError:
        raise AllegedError(f"{name!r} has a quotation mark that is not closed: {text!r}") from None
    texts: dict[str, str] = {}
    last = ""
    for word in words:
        key, equals, value = word.partition("=")
        if key not in inner and not texts:
            key, value = next(iter(inner)), word
        if key in inner and key not in texts and value:
            texts[key], last = value, key
        elif not equals and last and _is_free(*inner[last]):
            texts[last] += f" {word}"
        else:
            raise _misfit(name, word, inner)
    return {key: value_of(*inner[key], value) for key, value in texts.items()}


def _is_free(kind: str, path: ValuePath) -> bool:
    """Whether a field holds a text in free words or the name of a record, not a code, a date or the like."""
    schema = field(kind, path)
    return type_of(schema) == "text" and not schema.keys() & {"oneOf", "pattern", "x-date"}


def _misfit(name: Any, word: str, inner: Iterable[str]) -> AllegedError:
    names = [*inner]
    example = " ".join(f"{n}=…" for n in names[:3])
    return AllegedError(
        f"{name!r} is written as {example!r}, with {', '.join(names)}; {word!r} does not fit; a value with spaces has "
        f"quotation marks of its own, as '{names[0]}=\"two words\" {names[1] if names[1:] else names[0]}=…'"
    )
