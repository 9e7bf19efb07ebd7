"""Parse YAML into values, and on demand into the positions of keys and values: one loop over the events of libyaml."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice, repeat
from sys import intern
from typing import Any, NamedTuple, cast

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from alleged.issues import Suggestion, ValuePath
from alleged.reader.characters import PAIRED, QUOTES, forbidden_spans, is_suspect, lines_of, replace_quotes
from alleged.reader.messages import MAX_SHOWN, Span, TextFinding, finding_in, span_of
from alleged.reader.strictness import needs_strict_check, parser_of, strict_findings
from alleged.reader.syntax_errors import explain_error

MAX_EVENTS = 20_000
MAX_DEPTH = 16
MAX_STRICT_FINDINGS = 20  # 1 MiB can have half a million lines with a tab
MAX_DIGITS = 18  # any integer of 18 digits fits into 64 bits

CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INTEGER = re.compile(r"[-+]?[0-9]+")
NUMERIC_OR_QUOTE = frozenset("0123456789+-.") | QUOTES
NEW_COLLECTION: dict[Any, Callable[[], Any]] = {MappingStartEvent: dict, SequenceStartEvent: list}

Frame = tuple[Any, str | None, Any]  # a collection, the key whose value is read, the event that begins the value


class Positions(NamedTuple):
    """The span of each key and of each value, by its path in the document."""

    keys: dict[ValuePath, Span]
    values: dict[ValuePath, Span]


def compose(
    body: bytes, findings: list[TextFinding], positions: Positions | None = None
) -> tuple[list[Any], dict[str, list[int]]]:
    """Return a list with the value of the document, and the lines (from 1) of the items of its top-level lists.

    Adds problems to `findings`, and the positions of keys and values to `positions` if it is given.
    """
    next_event: Callable[[], Any] = parser_of(body).get_event
    signed = b"!" in body or b"&" in body  # otherwise there are no tags and no anchors
    escaped = b"\\" in body  # characters that are not escaped were checked before
    roots: list[Any] = []
    lines: dict[str, list[int]] = defaultdict(list)
    stack: list[Frame] = []
    node = cast("Any", roots)
    key: str | None = None
    event = cast("Any", None)
    strict = False
    try:
        for _ in repeat(None, MAX_EVENTS):
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                rule = ""
                if not event.style:
                    if value in CONSTANTS:
                        value = CONSTANTS[value]
                    elif value[0] in NUMERIC_OR_QUOTE:
                        value, rule = _number_or_text(value)
                else:
                    strict = strict or event.start_mark.line != event.end_mark.line
                    if escaped and event.style == '"' and is_suspect(value):
                        rule = next((span.rule for span in forbidden_spans(value)), "")
                if rule or signed:
                    findings.extend(_value_findings(event, rule, stack, node, key))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if signed:
                    findings.extend(_value_findings(event, "", stack, node, key))
                depth = len(stack)
                if depth == MAX_DEPTH:
                    findings.append(_finding("too-deep", event, _path(stack, node, key)))
                    break
                if key is None and type(node) is dict:
                    detail = "a list" if kind is SequenceStartEvent else "a mapping"
                    findings.append(_finding("key-not-text", event, _path(stack, node, key), detail))
                    break
                if depth == 2 and type(node) is list:
                    lines[stack[1][1] or ""].append(event.start_mark.line + 1)
                if positions is not None:
                    _add_position(positions, event, stack, node, key)
                stack.append((node, key, event))
                node = NEW_COLLECTION[kind]()
                key = None
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = node
                node, key, start_event = stack.pop()
                strict = strict or (start_event.flow_style and start_event.start_mark.line != event.end_mark.line)
            elif kind is AliasEvent:
                value = "*" + event.anchor
                findings.append(_finding("alias", event, _path(stack, node, key), repr(value[:MAX_SHOWN])))
            elif kind is DocumentStartEvent:
                if event.version or event.tags:
                    findings.append(_finding("directive", event, ()))
                if roots:
                    findings.append(_finding("several-documents", event, ()))
                    break
                continue
            elif kind is StreamEndEvent:
                break
            else:
                continue
            if positions is not None:
                _add_position(positions, event, stack, node, key)
            if key is not None:
                node[key] = value
                key = None
            elif type(node) is dict:
                key = intern(event.value if kind is ScalarEvent else event.anchor)
                if value != key or value in node or value == "<<":
                    findings.extend(_key_findings(event, value, stack, node))
            else:
                if len(stack) == 2 and len(item_lines := lines[stack[1][1] or ""]) == len(node):
                    item_lines.append(event.start_mark.line + 1)
                node.append(value)
        else:
            findings.append(_finding("too-many-values", event, ()))
    except YAMLError as error:
        finding = explain_error(error, event, lines_of(body))
        if key is not None:
            finding = finding._replace(path=_path(stack, node, key))
        elif finding.rule == "colon-in-text" and type(node) is dict and node:
            finding = finding._replace(path=_path(stack, node, next(reversed(node))))
        findings.append(finding)
    if not findings and (strict or needs_strict_check(body)):
        findings.extend(islice(strict_findings(body), MAX_STRICT_FINDINGS))
    return roots, lines


def _number_or_text(text: str) -> tuple[str | int | float, str]:
    """Return the value of a plain scalar, and the rule it breaks (empty for most)."""
    if NUMBER.fullmatch(text):
        if len(text) > MAX_DIGITS and sum(map(text.count, "0123456789")) > MAX_DIGITS:
            return text, "huge-number"
        if INTEGER.fullmatch(text):
            return int(text), ""
        number = float(text)
        return (number, "") if math.isfinite(number) else (text, "huge-number")
    if text == "-":  # between brackets only
        return text, "reserved-character"
    # With other quotation marks inside, the outer two are not a pair; an apostrophe may be anywhere.
    if len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES and not PAIRED & set(text[1:-1]):
        return text, "curly-quotes"
    return text, ""


def _path(stack: list[Frame], node: Any, key: str | None) -> ValuePath:
    """Return the path of the next value; in a mapping where a key is next, the path of the mapping."""
    path: list[str | int] = []
    for collection, name, _ in [*stack, (node, key, None)][1:]:  # the first is the stream itself
        if type(collection) is list:
            path.append(len(collection))
        elif name is not None:
            path.append(name)
    return tuple(path)


def _add_position(positions: Positions, event: Any, stack: list[Frame], node: Any, key: str | None) -> None:
    span = span_of(event)
    path = _path(stack, node, key)
    if type(node) is dict and key is None:
        positions.keys.setdefault((*path, event.value if type(event) is ScalarEvent else event.anchor), span)
    else:
        # A collection comes twice: with the event that opens it and the one that closes it.
        start = positions.values.get(path, span)[0]
        positions.values[path] = start, span[1]


def _finding(rule: str, event: Any, path: ValuePath, detail: str = "") -> TextFinding:
    return finding_in(rule, span_of(event), detail, path)


def _value_findings(event: Any, rule: str, stack: list[Frame], node: Any, key: str | None) -> Iterator[TextFinding]:
    """Yield the findings of one value: an anchor, a tag, the given rule."""
    if not rule and event.anchor is None and event.tag is None:
        return
    path = _path(stack, node, key)
    if event.anchor is not None:
        yield _finding("anchor", event, path, repr(f"&{event.anchor}"[:MAX_SHOWN]))
    if event.tag is not None:
        yield _finding("tag", event, path, repr(event.tag[:MAX_SHOWN]))
    if rule and event.style == '"':
        yield _finding(rule, event, path, next(forbidden_spans(event.value)).detail)
    elif rule:
        finding = _finding(rule, event, path, repr(event.value[:MAX_SHOWN]))
        if rule == "curly-quotes" and event.start_mark.line == event.end_mark.line:
            finding = finding._replace(suggestion=Suggestion(replace_quotes(event.value), "safe"))
        yield finding


def _key_findings(event: Any, value: Any, stack: list[Frame], node: dict[str, Any]) -> list[TextFinding]:
    path = _path(stack, node, event.value if type(event) is ScalarEvent else value)
    if type(value) is not str:
        return [_finding("key-not-text", event, path, repr(event.value[:MAX_SHOWN]) if event.value else "nothing")]
    if value in node:
        return [_finding("duplicate-key", event, path, repr(value[:MAX_SHOWN]))]
    if value == "<<" and not event.style:
        return [_finding("merge-key", event, path)]
    return []
