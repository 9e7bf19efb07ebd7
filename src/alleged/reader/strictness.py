"""Refuse what libyaml accepts although YAML 1.2 forbids it, or reads otherwise than YAML 1.2.

libyaml is laxer than YAML 1.2 about the indentation of values on several lines, and about the characters between
values. Few files contain such a place; a file that may contain one is parsed a second time.
"""

import re
from collections.abc import Iterable, Iterator

from yaml.cyaml import CParser
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from alleged.reader.characters import BLOCK, count_spaces, indent_of, line_at, lines_of
from alleged.reader.messages import MAX_SHOWN, Point, TextFinding, finding_at, span_of

# A pattern that begins with one literal character takes 0.2 ms for a megabyte, one that begins with a class 4 to 27 ms.
HASH_AFTER_SIGN = re.compile(rb"#(?<=[\"'\]}]#)")
LEADING_QUESTION_MARK = re.compile(rb"\?(?<![^\s\[{,]\?)(?=\S)")
QUESTION_MARK = re.compile(r"\?(?=\S)")
HEADER = re.compile(r"[|>][-+0-9]*")


def needs_strict_check(body: bytes) -> bool:
    """Whether `strict_findings` may find something in a text in which each value is on one line."""
    return bool(HASH_AFTER_SIGN.search(body) or LEADING_QUESTION_MARK.search(body))


def strict_findings(body: bytes) -> Iterator[TextFinding]:
    """Yield what libyaml should have refused in a text that it parsed without an error."""
    lines = lines_of(body)
    columns = [-1]  # of the open collections without brackets
    brackets: list[Point] = []  # where the open brackets are
    quoted: set[int] = set()  # the lines between brackets that begin inside quotes
    last = (0, 0)
    style = None
    next_event = parser_of(body).get_event
    while type(event := next_event()) is not StreamEndEvent:
        start, end = span_of(event)
        kind = type(event)
        # Between brackets, the '?' of a field without braces is part of the event that begins it.
        yield from _check_between(last, end if kind is MappingStartEvent else start, lines)
        last = end
        if kind is ScalarEvent:
            style = event.style
            if style in BLOCK:
                yield from _check_header(start, columns[-1], lines)
            elif style and brackets:
                quoted.update(range(start[0] + 1, end[0] + 1))
            elif style:
                yield from _check_indents(range(start[0] + 1, end[0] + 1), columns[-1], lines)
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
                numbers = range(start[0] + 1, end[0] + 1)
                indented = (n for n in numbers if n in quoted or not _needs_no_indent(lines[n], columns[-1]))
                yield from _check_indents(indented, columns[-1], lines)
    if style in BLOCK and lines[-1].isspace():
        detail = "the file ends with spaces, and it is unclear whether they belong to the text above"
        finding = finding_at("wrong-indent", (len(lines) - 1, 0), detail)
        yield finding._replace(help="remove them, and end the file with a line break")


def parser_of(body: bytes) -> CParser:
    """Return libyaml's parser of a text.

    A line break is added to the text if it lacks one, since libyaml would drop one from a block text at the end.
    """
    return CParser(body if body.endswith(b"\n") else body + b"\n")


def _check_between(start: Point, end: Point, lines: list[str]) -> Iterator[TextFinding]:
    """Check the text between two values: a comment needs a space before it, and the '?' of a field one after it."""
    for number in range(start[0], end[0] + 1):
        line = line_at(lines, number)
        begin = start[1] if number == start[0] else 0
        before, hash_sign, _ = line[begin : end[1] if number == end[0] else None].partition("#")
        column = begin + len(before)
        if hash_sign and column and not line[column - 1].isspace():
            yield finding_at("hash-without-space", (number, column), repr(line[column - 1]))
        if mark := QUESTION_MARK.search(line, begin, column + 1):
            shown = repr(line[mark.start() : mark.start() + MAX_SHOWN].rstrip())
            yield finding_at("leading-question-mark", (number, mark.start()), shown)


def _check_header(start: Point, column: int, lines: list[str]) -> Iterator[TextFinding]:
    """Check the line with the '|' or '>' that begins a block text, and the blank lines below it."""
    line = lines[start[0]]
    header = HEADER.match(line, start[1])
    header_end = header.end() if header else start[1]
    if indent_of(line) == start[1]:
        yield from _check_indents([start[0]], column, lines)
    yield from _check_between((start[0], header_end), (start[0], len(line)), lines)
    if any(map(str.isdigit, line[start[1] : header_end])):
        return  # the header gives the indentation of the text
    widest = 0
    for number in range(start[0] + 1, len(lines)):
        indent = indent_of(lines[number])
        if lines[number].strip(" "):
            if indent < widest:
                detail = "the blank lines above have more spaces than this one"
                finding = finding_at("wrong-indent", (number, indent), detail)
                yield finding._replace(help="remove the spaces from the blank lines")
            return
        widest = max(widest, indent)


def _needs_no_indent(line: str, column: int) -> bool:
    """Whether a line between brackets is blank, is a comment, or closes brackets at the column of their field.

    YAML 1.2 demands that closing brackets are indented further. Many people write them so, and every reader takes it.
    """
    return line.lstrip()[:1] in ("", "#") or (indent_of(line) == column and line[column] in "]}")


def _check_indents(numbers: Iterable[int], column: int, lines: list[str]) -> Iterator[TextFinding]:
    """Check that the lines of a value are indented further than the collection around it."""
    for number in numbers:
        line = lines[number]
        indent = indent_of(line)
        if indent > column or indent == len(line):
            continue
        if line[indent] == "\t":
            yield finding_at("tab-indent", (number, indent))
        else:
            detail = "this line is read as part of the field or item above it, but is not indented further"
            spaces = count_spaces(column + 1)
            help = f"put {spaces} before it; if it is not part of the value above, close the quote or bracket there"
            yield finding_at("wrong-indent", (number, indent), detail)._replace(help=help)
