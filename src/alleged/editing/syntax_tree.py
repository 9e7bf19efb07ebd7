"""Syntax tree of a record file: fields and items as written, with their comments."""

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from yaml.cyaml import CParser
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from alleged.reader.characters import BLOCK, BOM, line_at, lines_of
from alleged.reader.messages import Point, Span, span_of


@dataclass
class Scalar:
    """A value that is not a collection: its value, its style (quotes or `|`, `>`), and its lines as written."""

    value: str
    style: str
    lines: list[str]
    indent: int = 0


@dataclass
class Entry:
    """A field of a mapping, or an item of a list, with the comments above it and the one beside it.

    An empty comment above is a blank line.
    """

    key: Scalar | None
    value: "Scalar | Collection"
    start: Point
    above: list[str] = field(default_factory=list)
    beside: str = ""


@dataclass
class Collection:
    """A mapping or a list, in brackets (`flow`) or line by line, with the comments below its last entry."""

    mapping: bool
    flow: bool
    column: int
    end: Point = (0, 0)
    entries: list[Entry] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


class Comment(NamedTuple):
    """A comment, or a blank line (with an empty text); `column` is that of the first character of its line."""

    line: int
    column: int
    text: str
    own_line: bool


class EntryContext(NamedTuple):
    """An entry of the tree, with the collections around it, outermost first, and the entries that they belong to."""

    entry: Entry
    around: tuple[Collection, ...]
    owners: tuple[Entry, ...]


def read(content: bytes) -> Collection:
    """Return the syntax tree of a file that the reader accepts."""
    lines = lines_of(content.removeprefix(BOM))
    root, scalar_spans = _tree(content.removeprefix(BOM), lines)
    contexts = list(_contexts(root, (), ()))
    starts = [context.entry.start[0] for context in contexts]
    for comment in _comments(lines, scalar_spans):
        number = bisect_right(starts, comment.line)
        last = contexts[number - 1] if number else None
        if comment.own_line:
            _attach_line(comment, last, contexts[number] if number < len(contexts) else None, root)
        elif last:
            _attach_beside(comment, last)
    return root


def comments(content: bytes) -> list[str]:
    """Return the text of every comment of a file, in the order of lines."""
    lines = lines_of(content.removeprefix(BOM))
    _, scalar_spans = _tree(content.removeprefix(BOM), lines)
    return [comment.text for comment in _comments(lines, scalar_spans) if comment.text]


def _tree(body: bytes, lines: list[str]) -> tuple[Collection, list[Span]]:
    """Return the tree without comments, and the spans of all scalars."""
    parser: Any = CParser(body)
    stream = Collection(mapping=False, flow=False, column=0)
    stack: list[tuple[Collection, tuple[Scalar, Point] | None]] = [(stream, None)]
    scalar_spans: list[Span] = []
    while (event := parser.get_event()) is not None:
        kind = type(event)
        start, end = span_of(event)
        parent, key = stack[-1]
        if kind in (MappingEndEvent, SequenceEndEvent):
            parent.end = end
            stack.pop()
            continue
        if kind in (MappingStartEvent, SequenceStartEvent):
            value = Collection(kind is MappingStartEvent, bool(event.flow_style), start[1])
        elif kind is ScalarEvent:
            value, span = _scalar(event, lines, parent.column)
            scalar_spans.append(span)
            if parent.mapping and key is None:
                stack[-1] = parent, (value, start)
                continue
        else:
            continue
        parent.entries.append(Entry(key[0] if key else None, value, key[1] if key else (start[0], parent.column)))
        stack[-1] = parent, None
        if isinstance(value, Collection):
            stack.append((value, None))
    return cast("Collection", stream.entries[0].value), scalar_spans


def _scalar(event: Any, lines: list[str], indent: int) -> tuple[Scalar, Span]:
    """Return a scalar as written, and the span in which `#` does not begin a comment."""
    start, end = span_of(event)
    own_lines = [*lines[start[0] : end[0]], line_at(lines, end[0])[: end[1]]]
    own_lines[0] = own_lines[0][start[1] :]
    if event.style in BLOCK:
        # The first line may have a comment; blank lines at the end belong to the text only after a '+'.
        while len(own_lines) > 1 and not own_lines[-1].strip() and "+" not in own_lines[0].partition("#")[0]:
            own_lines.pop()
        start, end = (start[0] + 1, 0), (start[0] + len(own_lines) - 1, len(own_lines[-1]))
    return Scalar(event.value, event.style or "", own_lines, indent), (start, end)


def _contexts(
    collection: Collection, around: tuple[Collection, ...], owners: tuple[Entry, ...]
) -> Iterator[EntryContext]:
    """Yield every entry below a collection, outer before inner, in the order of the file."""
    around = (*around, collection)
    for entry in collection.entries:
        yield EntryContext(entry, around, owners)
        if isinstance(entry.value, Collection):
            yield from _contexts(entry.value, around, (*owners, entry))


def _comments(lines: list[str], scalar_spans: list[Span]) -> Iterator[Comment]:
    """Yield the comments and blank lines; outside scalars, every '#' begins a comment."""
    by_line: dict[int, list[tuple[int, float]]] = {}
    for (first, begin), (last, end) in scalar_spans:
        for number in range(first, last + 1):
            by_line.setdefault(number, []).append(
                (begin if number == first else 0, end if number == last else math.inf)
            )
    for number, line in enumerate(lines):
        spans = by_line.get(number, [])
        column = _comment_column(line, spans)
        if column >= 0:
            indent = len(line) - len(line.lstrip())
            yield Comment(number, indent, line[column:].rstrip(), not line[:column].strip(" \t-?"))
        elif not line.strip() and not spans:
            yield Comment(number, 0, "", True)


def _comment_column(line: str, spans: list[tuple[int, float]]) -> int:
    """Return the column of the first '#' of a line outside its scalars; -1 if there is none."""
    column = line.find("#")
    for begin, end in spans:
        if begin <= column < end:
            column = line.find("#", int(end)) if end < len(line) else -1
    return column


def _attach_line(comment: Comment, last: EntryContext | None, following: EntryContext | None, root: Collection) -> None:
    """Attach a comment line to the entry below it or, if it is indented further, to the collection that ends there."""
    open_before = (root,)
    if last:
        value = last.entry.value
        open_before = (*last.around, value) if isinstance(value, Collection) else last.around
    ended = open_before[len(following.around) :] if following else open_before
    column = following.around[-1].column if following else -1
    fitting = [c for c in ended if column < c.column <= comment.column]
    # Brackets end where they are closed.
    fitting = [c for c in fitting if not c.flow or (c.entries and comment.line <= c.end[0])]
    if comment.text and fitting:
        fitting[-1].below.append(comment.text)
    elif following:
        following.entry.above.append(comment.text)


def _attach_beside(comment: Comment, context: EntryContext) -> None:
    """Attach a comment to the entry on its line or, after a closing bracket, to the field of the bracket."""
    entry, around, owners = context
    while owners and around[-1].flow and around[-1].end[0] <= comment.line:
        entry, around, owners = owners[-1], around[:-1], owners[:-1]
    if entry.beside:
        entry.above.append(entry.beside)
    entry.beside = comment.text
