"""Strictness: refuse what libyaml reads although YAML 1.2 forbids it, or reads otherwise than YAML 1.2.

libyaml is laxer than YAML 1.2 about the indentation of lines that go on with a value, and about the signs between
values. Hardly any file holds a place where that matters; one that may is parsed a second time.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from yaml.cyaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from alleged.reader.characters import line_at, lines_of
from alleged.reader.messages import SHOWN, Point, TextFinding, span_of, words

# A pattern that begins with one letter takes 0.2 ms for a megabyte, one that begins with a choice of them 4 to 27 ms.
HASH_BEHIND_SIGN = re.compile(rb"#(?<=[\"'\]}]#)")
LEADING_QUESTION_MARK = re.compile(rb"\?(?<![^\s\[{,]\?)(?=\S)")
MARK = re.compile(r"\?(?=\S)")
BLOCK = ("|", ">")
HEADER = re.compile(r"[|>][-+0-9]*")


def may_be_lax(body: bytes) -> bool:
    """Whether `overlooked` may find something in a text whose values are each on one line."""
    return bool(HASH_BEHIND_SIGN.search(body) or LEADING_QUESTION_MARK.search(body))


def overlooked(body: bytes) -> Iterator[TextFinding]:
    """Yield what libyaml should have refused in a text that it read without an error."""
    lines = lines_of(body)
    columns = [-1]  # of the open collections without brackets
    brackets: list[Point] = []  # where the open brackets are
    quoted: set[int] = set()  # the lines between brackets that begin inside quotes
    last = (0, 0)
    style = None
    for event in _events(body):
        start, end = span_of(event)
        kind = type(event)
        # Between brackets, the '?' of a field without braces is part of the event that begins it.
        yield from _signs(last, end if kind is MappingStartEvent else start, lines)
        last = end
        if kind is ScalarEvent:
            style = event.style
            if style in BLOCK:
                yield from _header(start, columns[-1], lines)
            elif style and brackets:
                quoted.update(range(start[0] + 1, end[0] + 1))
            elif style:
                yield from _indents(range(start[0] + 1, end[0] + 1), columns[-1], lines)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.flow_style:
                brackets.append(start)
            else:
                columns.append(start[1])
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            if not brackets:
                columns.pop()
                continue
            start = brackets.pop()
            if not brackets:
                later = range(start[0] + 1, end[0] + 1)
                held = (n for n in later if n in quoted or not _may_stand_anywhere(lines[n], columns[-1]))
                yield from _indents(held, columns[-1], lines)
    if style in BLOCK and lines[-1].isspace():
        said = "the file ends with spaces, of which it is unclear whether they belong to the text above"
        fault = _fault("wrong-indent", (len(lines) - 1, 0), said)
        yield fault._replace(help="remove them, and end the file with a line break")


def parser_of(body: bytes) -> CParser:
    """Return libyaml's parser of a text.

    The text gets a line break at its end, as libyaml would take one from a block text that ends there.
    """
    return CParser(body if body.endswith(b"\n") else body + b"\n")


def _events(body: bytes) -> Iterator[Any]:
    next_event = parser_of(body).get_event
    while type(event := next_event()) is not StreamEndEvent:
        yield event


def _signs(start: Point, end: Point, lines: list[str]) -> Iterator[TextFinding]:
    """Look between two values: a comment needs a space before it, and the '?' of a field one behind it."""
    for number in range(start[0], end[0] + 1):
        line = line_at(lines, number)
        begin = start[1] if number == start[0] else 0
        signs, sharp, _ = line[begin : end[1] if number == end[0] else None].partition("#")
        column = begin + len(signs)
        if sharp and column and not line[column - 1].isspace():
            yield _fault("hash-without-space", (number, column), repr(line[column - 1]))
        if mark := MARK.search(line, begin, column + 1):
            said = repr(line[mark.start() : mark.start() + SHOWN].rstrip())
            yield _fault("leading-question-mark", (number, mark.start()), said)


def _header(start: Point, column: int, lines: list[str]) -> Iterator[TextFinding]:
    """Look at the line with the '|' or '>' that begins a text, and at the blank lines below it."""
    line = lines[start[0]]
    header = HEADER.match(line, start[1])
    behind = header.end() if header else start[1]
    if _margin(line) == start[1]:
        yield from _indents([start[0]], column, lines)
    yield from _signs((start[0], behind), (start[0], len(line)), lines)
    if any(map(str.isdigit, line[start[1] : behind])):
        return  # the indentation of the text is given
    widest = 0
    for number in range(start[0] + 1, len(lines)):
        margin = _margin(lines[number])
        if lines[number].strip(" "):
            if margin < widest:
                fault = _fault("wrong-indent", (number, margin), "the blank lines above hold more spaces than this one")
                yield fault._replace(help="remove the spaces from the blank lines")
            return
        widest = max(widest, margin)


def _may_stand_anywhere(line: str, column: int) -> bool:
    """Whether a line between brackets is blank, is a comment, or closes brackets below the field they belong to.

    YAML 1.2 wants the last one further in; but many people write it so, and everyone reads it alike.
    """
    return line.lstrip()[:1] in ("", "#") or (_margin(line) == column and line[column] in "]}")


def _indents(numbers: Iterable[int], column: int, lines: list[str]) -> Iterator[TextFinding]:
    """Look at lines that belong to a value: they begin further in than the collection around it."""
    for number in numbers:
        line = lines[number]
        margin = _margin(line)
        if margin > column or margin == len(line):
            continue
        if line[margin] == "\t":
            yield _fault("tab-indent", (number, margin))
        else:
            said = "this line is read as part of the field or item above it, but does not stand further in"
            help = f"put {_spaces(column + 1)} before it; if it is no part of it, close the quote or bracket above"
            yield _fault("wrong-indent", (number, margin), said)._replace(help=help)


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaces(number: int) -> str:
    return "1 space" if number == 1 else f"{number} spaces"


def _fault(rule: str, point: Point, said: str = "") -> TextFinding:
    return TextFinding(rule, (point, (point[0], point[1] + 1)), (), *words(rule, said))
