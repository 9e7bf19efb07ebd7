"""A record file as it was written: its fields and entries in a tree, each with the comments that belong to it."""

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from yaml.cyaml import CParser
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from alleged.reader.characters import line_at, lines_of
from alleged.reader.messages import Point, Span, span_of

BOM = b"\xef\xbb\xbf"
BLOCK = ("|", ">")
"""Signs before a text that stands on lines of its own."""


@dataclass
class ScalarText:
    """A value that is no collection: what it says, the quotes or the sign it was written with, and its lines."""

    value: str
    style: str
    lines: list[str]
    margin: int = 0


@dataclass
class Item:
    """A field of a mapping, or an item of a list, with the comments above it and the one beside it.

    An empty text among those above is a blank line.
    """

    key: ScalarText | None
    value: "ScalarText | Collection"
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
    entries: list[Item] = field(default_factory=list)
    below: list[str] = field(default_factory=list)

    def holds(self, line: int) -> bool:
        """Whether a comment line behind the last entry can belong to it: brackets end where they are closed."""
        return not self.flow or (bool(self.entries) and line <= self.end[0])


class Comment(NamedTuple):
    """A comment, or a blank line (its text is empty); `column` is where the first sign of its line stands."""

    line: int
    column: int
    text: str
    alone: bool


class Step(NamedTuple):
    """An entry on the way through the tree, with the collections around it from the outermost."""

    entry: Item
    around: tuple[Collection, ...]
    owners: tuple[Item, ...]

    @property
    def reached(self) -> tuple[Collection, ...]:
        """The collections that are open where the entry ends."""
        value = self.entry.value
        return (*self.around, value) if isinstance(value, Collection) else self.around


def read(content: bytes) -> Collection:
    """Return the tree of a file that the reader has accepted."""
    lines = lines_of(content.removeprefix(BOM))
    root, covered = _tree(content.removeprefix(BOM), lines)
    steps = list(_steps(root, (), ()))
    starts = [step.entry.start[0] for step in steps]
    for comment in _comments(lines, covered):
        at = bisect_right(starts, comment.line)
        if comment.alone:
            _put_alone(comment, steps[at - 1] if at else None, steps[at] if at < len(steps) else None, root)
        else:
            _put_beside(comment, steps[at - 1])
    return root


def comments(content: bytes) -> list[str]:
    """Return the text of every comment of a file, in the order of lines."""
    lines = lines_of(content.removeprefix(BOM))
    _, covered = _tree(content.removeprefix(BOM), lines)
    return [comment.text for comment in _comments(lines, covered) if comment.text]


def _tree(body: bytes, lines: list[str]) -> tuple[Collection, list[Span]]:
    """Return the tree without comments, and the stretches that texts cover."""
    parser: Any = CParser(body)
    stream = Collection(mapping=False, flow=False, column=0)
    stack: list[tuple[Collection, tuple[ScalarText, Point] | None]] = [(stream, None)]
    covered: list[Span] = []
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
            value, span = _text(event, lines, parent.column)
            covered.append(span)
            if parent.mapping and key is None:
                stack[-1] = parent, (value, start)
                continue
        else:
            continue
        parent.entries.append(Item(key[0] if key else None, value, key[1] if key else (start[0], parent.column)))
        stack[-1] = parent, None
        if isinstance(value, Collection):
            stack.append((value, None))
    return cast("Collection", stream.entries[0].value), covered


def _text(event: Any, lines: list[str], margin: int) -> tuple[ScalarText, Span]:
    """Return a text as written, and the stretch in which no sign is a comment."""
    start, end = span_of(event)
    held = [*lines[start[0] : end[0]], line_at(lines, end[0])[: end[1]]]
    held[0] = held[0][start[1] :]
    if event.style in BLOCK:
        # The first line may hold a comment; blank lines at the end belong to the text only behind a '+'.
        while len(held) > 1 and not held[-1].strip() and "+" not in held[0].partition("#")[0]:
            held.pop()
        start, end = (start[0] + 1, 0), (start[0] + len(held) - 1, len(held[-1]))
    return ScalarText(event.value, event.style or "", held, margin), (start, end)


def _steps(collection: Collection, around: tuple[Collection, ...], owners: tuple[Item, ...]) -> Iterator[Step]:
    """Yield every entry below a collection, outer before inner, in the order of the file."""
    around = (*around, collection)
    for entry in collection.entries:
        yield Step(entry, around, owners)
        if isinstance(entry.value, Collection):
            yield from _steps(entry.value, around, (*owners, entry))


def _comments(lines: list[str], covered: list[Span]) -> Iterator[Comment]:
    """Yield the comments and the blank lines: outside of texts, every '#' begins a comment."""
    held: dict[int, list[tuple[int, float]]] = {}
    for (first, begin), (last, end) in covered:
        for number in range(first, last + 1):
            held.setdefault(number, []).append((begin if number == first else 0, end if number == last else math.inf))
    for number, line in enumerate(lines):
        stretches = held.get(number, [])
        column = _sign(line, stretches)
        if column >= 0:
            margin = len(line) - len(line.lstrip())
            yield Comment(number, margin, line[column:].rstrip(), not line[:column].strip(" \t-?"))
        elif not line.strip() and not stretches:
            yield Comment(number, 0, "", True)


def _sign(line: str, stretches: list[tuple[int, float]]) -> int:
    """Return where the comment of a line begins: at the first '#' outside of its texts; -1 if there is none."""
    found = line.find("#")
    for begin, end in stretches:
        if begin <= found < end:
            found = line.find("#", int(end)) if end < len(line) else -1
    return found


def _put_alone(comment: Comment, last: Step | None, following: Step | None, root: Collection) -> None:
    """Give a comment line to the entry below it; where it stands further in, to the collection that ends there."""
    before = last.reached if last else (root,)
    ended = before[len(following.around) :] if following else before
    column = following.around[-1].column if following else -1
    fitting = [c for c in ended if column < c.column <= comment.column and c.holds(comment.line)]
    if comment.text and fitting:
        fitting[-1].below.append(comment.text)
    elif following:
        following.entry.above.append(comment.text)


def _put_beside(comment: Comment, step: Step) -> None:
    """Give a comment to the entry on its line; behind a closing bracket, to the field that the bracket belongs to."""
    entry, around, owners = step
    while owners and around[-1].flow and around[-1].end[0] <= comment.line:
        entry, around, owners = owners[-1], around[:-1], owners[:-1]
    if entry.beside:
        entry.above.append(entry.beside)
    entry.beside = comment.text
