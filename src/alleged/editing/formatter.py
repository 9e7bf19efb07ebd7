"""The one order and style in which record files are written; comments and values stay as they are."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from alleged.editing.syntax_tree import BLOCK, BOM, Collection, Item, ScalarText, comments, read
from alleged.errors import StyleError
from alleged.reader import MAX_BYTES
from alleged.reader.values import compose
from alleged.schemas.definitions import KINDS, ValuePath, fields

__all__ = ["StyleError", "tidied"]

WIDTH = 120
"""Columns that a line with brackets may take; a text is never broken."""

OTHERWISE_READ = (
    r"(?i)[-+]?(0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(\.[0-9_]*)?|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\.inf)"
    r"|\.nan|y|n|yes|no|on|off"
)
"""Texts that readers of YAML 1.1 (as R's `yaml`) take for numbers, times of day or truth values: they get quotes."""

CONTEXTS = {"line": "- {}", "brackets": "[{}]", "name": "{{{}: 0}}"}
"""Where a text may stand; one that reads as itself there needs no quotes."""


def tidied(content: bytes, name: str) -> bytes:
    """Return the content of a record file in the one order and style: values, comments, mark and line ends stay.

    Kinds stand in the order of `definitions.KINDS` behind `defaults`, fields in the order of their schema (unknown ones
    last), records and other lists in the order in which they were written.

    Raises:
        StyleError: A value or a comment would change, or the file would grow too large.
    """
    text = "".join(f"{line}\n" for line in _file(read(content)))
    if b"\r\n" in content:
        text = text.replace("\n", "\r\n")
    tidy = (BOM if content.startswith(BOM) else b"") + text.encode()
    if len(tidy) > MAX_BYTES:
        raise StyleError(f"{name} would be larger than 1 MiB")
    if _values(tidy) != _values(content):
        raise StyleError(f"{name} is left as it is, since a value would change")
    if Counter(comments(tidy)) != Counter(comments(content)):
        raise StyleError(f"{name} is left as it is, since a comment would change")
    return tidy


def _values(content: bytes) -> str:
    faults = []
    values, _ = compose(content.removeprefix(BOM), faults)
    return json.dumps([values, bool(faults)], sort_keys=True)


# Order.


@cache
def _order(kind: str, path: ValuePath) -> dict[str, int]:
    """Return the rank of each field that may stand at a path of a record; of the kinds, for no kind."""
    if not kind:
        names = ["defaults", *KINDS]
    elif kind == "defaults":
        names = ["source", *_order("claims", path)]
    else:
        names = [str(f.path[-1]) for f in fields(kind) if f.path[:-1] == path]
    return {name: rank for rank, name in enumerate(names)}


def _sorted(collection: Collection, path: ValuePath) -> list[Item]:
    if not collection.mapping:
        return collection.entries
    kind, *inner = path or ("",)
    ranks = _order(str(kind), tuple(inner[1:] if kind != "defaults" else inner))
    return sorted(collection.entries, key=lambda entry: ranks.get(_name(entry), len(ranks)))


def _name(entry: Item) -> str:
    return entry.key.value if entry.key else "*"


# Lines.


def _file(root: Collection) -> Iterator[str]:
    """Yield the lines of a file: its head, then its kinds of record, a blank line before each."""
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


def _paragraphs(lines: list[str], margin: str = "") -> list[str]:
    """Return comment lines without blank ones around them, and no two blank ones in a row."""
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    while kept and not kept[-1]:
        kept.pop()
    return [margin + line for line in (kept[1:] if kept[:1] == [""] else kept)]


def _collection(collection: Collection, indent: int, path: ValuePath) -> Iterator[str]:
    for number, entry in enumerate(_sorted(collection, path)):
        if not entry.key:
            _lift(entry, indent, path)
        above = entry.above
        if number and above[:1] == [""]:
            yield ""
        yield from _paragraphs(above, " " * indent)
        if number and above[-1:] == [""] and any(above):
            yield ""
        yield from _entry(entry, indent, path)
    yield from _paragraphs(collection.below, " " * indent)


def _lift(item: Item, indent: int, path: ValuePath) -> None:
    """Take the comments that stand between an item's dash and its first field to the line above the dash."""
    if isinstance(item.value, ScalarText) or _inline(item, indent, path):
        return
    within = (*path, "*")
    first = _sorted(item.value, within)[0]
    if not first.key:
        _lift(first, indent + 2, within)
    item.above += [item.beside, *first.above] if item.beside else first.above
    item.beside, first.above = "", []


def _lead(entry: Item, indent: int) -> str:
    return " " * indent + (f"{_text(entry.key, 'name')}:" if entry.key else "-")


def _entry(entry: Item, indent: int, path: ValuePath) -> Iterator[str]:
    """Yield the lines of a field, or of an item behind its dash."""
    lead = _lead(entry, indent)
    beside = f"  {entry.beside}" if entry.beside else ""
    within = (*path, _name(entry))
    if isinstance(entry.value, ScalarText):
        first, *rest = _written(entry.value, indent + 2)
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


def _inline(entry: Item, indent: int, path: ValuePath) -> str:
    """Return a collection as it stands on the line of its field, if it was written so and fits; else an empty text."""
    found = _brackets(entry.value, (*path, _name(entry)))
    fits = len(_lead(entry, indent)) + 1 + len(found) <= WIDTH
    return found if fits or found in ("[]", "{}") else ""


def _brackets(value: ScalarText | Collection, path: ValuePath) -> str:
    """Return a value for a place between brackets; empty if it was not written so, or cannot be on one line."""
    if isinstance(value, ScalarText):
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


def _written(text: ScalarText, indent: int) -> list[str]:
    """Return the lines of a text: the first without its margin, the others with one of `indent` spaces."""
    first, *rest = text.lines
    if text.style in BLOCK:
        sign = re.sub(r"\s.*", "", first)
        digit = next(filter(str.isdigit, sign), "")
        margin = text.margin + int(digit) if digit else min((_margin(line) for line in rest if line.strip()), default=0)
        sign = sign.replace(digit, "2") if digit else sign
        return [sign, *(" " * indent + line[margin:] if line.strip() else line[margin:] for line in rest)]
    if rest:
        return [first.rstrip(), *(" " * indent + line.strip() if line.strip() else "" for line in rest)]
    return [_text(text, "line")]


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _text(text: ScalarText, context: str) -> str:
    """Return a text of one line, in quotes only where it needs them; one with unusual signs stays as written."""
    value = text.value
    ambiguous = context != "name" and re.fullmatch(OTHERWISE_READ, value)
    if not value.isprintable() or not (text.style or (ambiguous and _is_plain(value, context))):
        return text.lines[0]
    if not ambiguous and _is_plain(value, context):
        return value
    return "'" + value.replace("'", "''") + "'" if '"' in value or "\\" in value else f'"{value}"'


def _is_plain(value: str, context: str) -> bool:
    faults = []
    read, _ = compose(CONTEXTS[context].format(value).encode(), faults)
    wanted = {"line": [value], "brackets": [value], "name": {value: 0}}[context]
    return not faults and read == [wanted]
