"""Format record files: one order of fields and one style; comments and values are kept."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from alleged.editing.syntax_tree import Collection, Entry, Scalar, comments, read
from alleged.errors import StyleError
from alleged.issues import ValuePath
from alleged.reader import MAX_BYTES
from alleged.reader.characters import BLOCK, BOM, indent_of, straight_quoted
from alleged.reader.values import compose
from alleged.schemas.definitions import KINDS, fields

WIDTH = 120
"""Columns of the longest line with brackets; a text is never broken."""

AMBIGUOUS = (
    r"(?i)[-+]?(0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(\.[0-9_]*)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\.inf)"
    r"|\.nan|y|n|yes|no|on|off"
)
"""Texts that YAML 1.1 readers (as R's `yaml`) read as numbers, times of day or booleans: they are quoted."""

CONTEXTS = {"line": "- {}", "brackets": "[{}]", "name": "{{{}: 0}}"}
"""Contexts of a text; one that is read as itself there needs no quotes."""


def format_content(content: bytes, name: str) -> bytes:
    """Return the formatted content of a record file; values, comments, byte order mark and line endings are kept.

    `defaults` come first, then the kinds in the order of `definitions.KINDS`. Fields are in the order of their schema,
    unknown ones last; records and other lists keep their order.

    Raises:
        StyleError: A value or a comment would change, or the file would become too large.
    """
    text = "".join(f"{line}\n" for line in _file(read(content)))
    if b"\r\n" in content:
        text = text.replace("\n", "\r\n")
    result = (BOM if content.startswith(BOM) else b"") + text.encode()
    if len(result) > MAX_BYTES:
        raise StyleError(f"{name} would be larger than 1 MiB")
    if _values(result) != _values(content):
        raise StyleError(f"{name} is not changed, since a value would change")
    if Counter(comments(result)) != Counter(comments(content)):
        raise StyleError(f"{name} is not changed, since a comment would change")
    return result


def written(value: str, context: str) -> str:
    """Return a text of one line as this module writes it on a line or between brackets: in quotes only if needed."""
    return value if not re.fullmatch(AMBIGUOUS, value) and _is_plain(value, context) else straight_quoted(value)


def _values(content: bytes) -> str:
    findings = []
    values, _ = compose(content.removeprefix(BOM), findings)
    return json.dumps([values, bool(findings)], sort_keys=True)


# Order.


@cache
def _order(kind: str, path: ValuePath) -> dict[str, int]:
    """Return the rank of each field at a path of a record, or without a kind, of each top-level key."""
    if not kind:
        names = ["defaults", *KINDS]
    elif kind == "defaults":
        names = ["source", *_order("claims", path)]
    else:
        names = [str(f.path[-1]) for f in fields(kind) if f.path[:-1] == path]
    return {name: rank for rank, name in enumerate(names)}


def _sorted(collection: Collection, path: ValuePath) -> list[Entry]:
    if not collection.mapping:
        return collection.entries
    kind, *inner = path or ("",)
    ranks = _order(str(kind), tuple(inner[1:] if kind != "defaults" else inner))
    return sorted(collection.entries, key=lambda entry: ranks.get(_name(entry), len(ranks)))


def _name(entry: Entry) -> str:
    return entry.key.value if entry.key else "*"


# Lines.


def _file(root: Collection) -> Iterator[str]:
    """Yield the lines of a file: its first comments, then its kinds of record, with a blank line before each."""
    above = root.entries[0].above if root.entries else []
    split = max((i for i, line in enumerate(above) if not line), default=len(above))
    head, root.entries[0].above = _paragraphs(above[:split]), above[split:]
    yield from head
    for number, entry in enumerate(_sorted(root, ())):
        lines = _paragraphs(entry.above)
        if number or (head and (lines or split < len(above))):
            yield ""
        yield from lines
        yield from _entry(entry, 0, ())
    yield from _paragraphs(root.below)


def _paragraphs(lines: list[str], indent: str = "") -> list[str]:
    """Return comment lines without blank lines at either end, and without two blank lines in a row."""
    trimmed = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return [indent + line for line in (trimmed[1:] if trimmed[:1] == [""] else trimmed)]


def _collection(collection: Collection, indent: int, path: ValuePath) -> Iterator[str]:
    for number, entry in enumerate(_sorted(collection, path)):
        if not entry.key:
            _move_comments(entry, indent, path)
        above = entry.above
        if number and above[:1] == [""]:
            yield ""
        yield from _paragraphs(above, " " * indent)
        if number and above[-1:] == [""] and any(above):
            yield ""
        yield from _entry(entry, indent, path)
    yield from _paragraphs(collection.below, " " * indent)


def _move_comments(item: Entry, indent: int, path: ValuePath) -> None:
    """Move the comments between the dash of an item and its first field to the line above the dash."""
    if isinstance(item.value, Scalar) or _inline(item, indent, path):
        return
    within = (*path, "*")
    first = _sorted(item.value, within)[0]
    if not first.key:
        _move_comments(first, indent + 2, within)
    item.above += [item.beside, *first.above] if item.beside else first.above
    item.beside, first.above = "", []


def _lead(entry: Entry, indent: int) -> str:
    return " " * indent + (f"{_text(entry.key, 'name')}:" if entry.key else "-")


def _entry(entry: Entry, indent: int, path: ValuePath) -> Iterator[str]:
    """Yield the lines of a field, or of an item with its dash."""
    lead = _lead(entry, indent)
    beside = f"  {entry.beside}" if entry.beside else ""
    within = (*path, _name(entry))
    if isinstance(entry.value, Scalar):
        first, *rest = _lines_of(entry.value, indent + 2)
        lines = [f"{lead} {first}" if first else lead, *rest]
        lines[0 if entry.value.style in BLOCK else -1] += beside
        yield from lines
    elif inline := _inline(entry, indent, path):
        yield f"{lead} {inline}{beside}"
    elif entry.key:
        yield lead + beside
        yield from _collection(entry.value, indent + 2, within)
    else:
        first, *rest = _collection(entry.value, indent + 2, within)
        yield from (lead + first[indent + 1 :], *rest)


def _inline(entry: Entry, indent: int, path: ValuePath) -> str:
    """Return a collection in brackets for the line of its field, if it was written so and fits; else an empty text."""
    text = _brackets(entry.value, (*path, _name(entry)))
    fits = len(_lead(entry, indent)) + 1 + len(text) <= WIDTH
    return text if fits or text in ("[]", "{}") else ""


def _brackets(value: Scalar | Collection, path: ValuePath) -> str:
    """Return a value as written between brackets; empty if it was not written so, or cannot be on one line."""
    if isinstance(value, Scalar):
        return "" if len(value.lines) > 1 else _text(value, "brackets") or "null"
    if not value.flow or value.below:
        return ""
    parts = []
    for entry in _sorted(value, path):
        part = _brackets(entry.value, (*path, _name(entry)))
        if not part or any(entry.above) or entry.beside:
            return ""
        parts.append(f"{_text(entry.key, 'name')}: {part}" if entry.key else part)
    return ("{%s}" if value.mapping else "[%s]") % ", ".join(parts)


def _lines_of(text: Scalar, indent: int) -> list[str]:
    """Return the lines of a text: the first without indentation, the others indented by `indent` spaces."""
    first, *rest = text.lines
    if text.style in BLOCK:
        header = re.sub(r"\s.*", "", first)
        digit = next(filter(str.isdigit, header), "")
        old = text.indent + int(digit) if digit else min((indent_of(line) for line in rest if line.strip()), default=0)
        header = header.replace(digit, "2") if digit else header
        return [header, *(" " * indent + line[old:] if line.strip() else line[old:] for line in rest)]
    if rest:
        return [first.rstrip(), *(" " * indent + line.strip() if line.strip() else "" for line in rest)]
    return [_text(text, "line")]


def _text(text: Scalar, context: str) -> str:
    """Return a text of one line, in quotes only if it needs them; one with unusual characters stays as written."""
    value = text.value
    ambiguous = context != "name" and re.fullmatch(AMBIGUOUS, value)
    if not value.isprintable() or not (text.style or (ambiguous and _is_plain(value, context))):
        return text.lines[0]
    if not ambiguous and _is_plain(value, context):
        return value
    return straight_quoted(value)


def _is_plain(value: str, context: str) -> bool:
    findings = []
    roots, _ = compose(CONTEXTS[context].format(value).encode(), findings)
    expected = {value: 0} if context == "name" else [value]
    return not findings and roots == [expected]
