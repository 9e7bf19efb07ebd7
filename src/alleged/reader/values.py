"""Values: one loop over libyaml's events makes them; the same loop, run once more on demand, notes their places."""

import math
import re
from collections import defaultdict
from collections.abc import Callable
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

from alleged.issues import Suggestion
from alleged.reader.characters import PAIRED, QUOTES, in_straight_quotes, is_suspect, lines_of, unwanted
from alleged.reader.messages import SHOWN, Span, TextFinding, ValuePath, span_of, words
from alleged.reader.strictness import may_be_lax, overlooked, parser_of
from alleged.reader.syntax_errors import broken

MAX_EVENTS = 20_000
MAX_DEPTH = 16
MAX_OVERLOOKED = 20  # refusals; 1 MiB may hold half a million lines with a tab
MAX_DIGITS = 18  # a signed 64-bit integer holds any number of 18 digits

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
INTEGER = re.compile(r"[-+]?[0-9]+")
NUMERIC_OR_QUOTE = frozenset("0123456789+-.") | QUOTES
EMPTY: dict[Any, Callable[[], Any]] = {MappingStartEvent: dict, SequenceStartEvent: list}

Frame = tuple[Any, str | None, Any]  # a collection, the key whose value is being read, the event that begins the value


class Marks(NamedTuple):
    """Where each key and each value begins and ends, by its path in the document."""

    keys: dict[ValuePath, Span]
    values: dict[ValuePath, Span]


def compose(
    body: bytes, faults: list[TextFinding], marks: Marks | None = None
) -> tuple[list[Any], dict[str, list[int]]]:
    """Return the value of the document, in a list, and the lines on which the items of its top-level lists begin.

    Refusals are added to `faults`, and the places of keys and values to `marks` where it is given.
    """
    next_event: Callable[[], Any] = parser_of(body).get_event
    signed = b"!" in body or b"&" in body  # without these there are no tags and no anchors to look for
    escaped = b"\\" in body  # what is not escaped, the reader has looked at
    roots: list[Any] = []
    lines: dict[str, list[int]] = defaultdict(list)
    stack: list[Frame] = []
    node = cast("Any", roots)
    key: str | None = None
    event = cast("Any", None)
    lax = False
    try:
        for _ in repeat(None, MAX_EVENTS):
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                rule = ""
                if not event.style:
                    if value in WORDS:
                        value = WORDS[value]
                    elif value[0] in NUMERIC_OR_QUOTE:
                        value, rule = _number_or_text(value)
                else:
                    lax = lax or event.start_mark.line != event.end_mark.line
                    if escaped and event.style == '"' and is_suspect(value):
                        rule = _rule_of_text(value)
                if rule or signed:
                    faults.extend(_faults_of(event, rule, stack, node, key))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if signed:
                    faults.extend(_faults_of(event, "", stack, node, key))
                depth = len(stack)
                if depth == MAX_DEPTH:
                    faults.append(_fault("too-deep", event, _path(stack, node, key)))
                    break
                if key is None and type(node) is dict:
                    said = "a list" if kind is SequenceStartEvent else "a mapping"
                    faults.append(_fault("key-not-text", event, _path(stack, node, key), said))
                    break
                if depth == 2 and type(node) is list:
                    lines[stack[1][1] or ""].append(event.start_mark.line + 1)
                if marks is not None:
                    _mark(marks, event, stack, node, key)
                stack.append((node, key, event))
                node = EMPTY[kind]()
                key = None
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = node
                node, key, opened = stack.pop()
                lax = lax or (opened.flow_style and opened.start_mark.line != event.end_mark.line)
            elif kind is AliasEvent:
                value = "*" + event.anchor
                faults.append(_fault("alias", event, _path(stack, node, key), repr(value[:SHOWN])))
            elif kind is DocumentStartEvent:
                if event.version or event.tags:
                    faults.append(_fault("directive", event, ()))
                if roots:
                    faults.append(_fault("several-documents", event, ()))
                    break
                continue
            elif kind is StreamEndEvent:
                break
            else:
                continue
            if marks is not None:
                _mark(marks, event, stack, node, key)
            if key is not None:
                node[key] = value
                key = None
            elif type(node) is dict:
                key = intern(event.value if kind is ScalarEvent else event.anchor)
                if value != key or value in node or value == "<<":
                    faults.extend(_faults_of_key(event, value, stack, node))
            else:
                if len(stack) == 2 and len(of_list := lines[stack[1][1] or ""]) == len(node):
                    of_list.append(event.start_mark.line + 1)
                node.append(value)
        else:
            faults.append(_fault("too-many-values", event, ()))
    except YAMLError as error:
        fault = broken(error, event, lines_of(body))
        if key is not None:
            fault = fault._replace(path=_path(stack, node, key))
        elif fault.rule == "colon-in-text" and type(node) is dict and node:
            fault = fault._replace(path=_path(stack, node, next(reversed(node))))
        faults.append(fault)
    if not faults and (lax or may_be_lax(body)):
        faults.extend(islice(overlooked(body), MAX_OVERLOOKED))
    return roots, lines


def _number_or_text(text: str) -> tuple[str | int | float, str]:
    """Return what a plain scalar means, and the rule it breaks (mostly none)."""
    if NUMBER.fullmatch(text):
        if len(text) > MAX_DIGITS and sum(map(text.count, "0123456789")) > MAX_DIGITS:
            return text, "huge-number"
        if INTEGER.fullmatch(text):
            return int(text), ""
        number = float(text)
        return (number, "") if math.isfinite(number) else (text, "huge-number")
    if text == "-":  # between brackets only
        return text, "reserved-character"
    # Other quotation marks inside mean that the outer two are no pair; an apostrophe may stand anywhere.
    if len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES and not PAIRED & set(text[1:-1]):
        return text, "curly-quotes"
    return text, ""


def _rule_of_text(text: str) -> str:
    return next((found.rule for found in unwanted(text)), "")


def _path(stack: list[Frame], node: Any, key: str | None) -> ValuePath:
    """Return the path of the value that comes next; in a mapping that awaits a key, the mapping's own."""
    path: list[str | int] = []
    for collection, name, _ in [*stack, (node, key, None)][1:]:  # the first is the stream itself
        if type(collection) is list:
            path.append(len(collection))
        elif name is not None:
            path.append(name)
    return tuple(path)


def _mark(marks: Marks, event: Any, stack: list[Frame], node: Any, key: str | None) -> None:
    span = span_of(event)
    path = _path(stack, node, key)
    if type(node) is dict and key is None:
        marks.keys.setdefault((*path, event.value if type(event) is ScalarEvent else event.anchor), span)
    else:
        # A collection is met twice, where it opens and where it closes.
        start = marks.values.get(path, span)[0]
        marks.values[path] = start, span[1]


def _fault(rule: str, event: Any, path: ValuePath, said: str = "") -> TextFinding:
    return TextFinding(rule, span_of(event), path, *words(rule, said))


def _faults_of(event: Any, rule: str, stack: list[Frame], node: Any, key: str | None) -> list[TextFinding]:
    """Return the refusals that one value earns by its looks: the given rule, an anchor, a tag."""
    if not rule and event.anchor is None and event.tag is None:
        return []
    faults: list[TextFinding] = []
    path = _path(stack, node, key)
    if event.anchor is not None:
        faults.append(_fault("anchor", event, path, repr(f"&{event.anchor}"[:SHOWN])))
    if event.tag is not None:
        faults.append(_fault("tag", event, path, repr(event.tag[:SHOWN])))
    if rule and event.style == '"':
        faults.append(_fault(rule, event, path, next(unwanted(event.value)).said))
    elif rule:
        fault = _fault(rule, event, path, repr(event.value[:SHOWN]))
        if rule == "curly-quotes" and event.start_mark.line == event.end_mark.line:
            fault = fault._replace(suggestion=Suggestion(in_straight_quotes(event.value), "safe"))
        faults.append(fault)
    return faults


def _faults_of_key(event: Any, value: Any, stack: list[Frame], node: dict[str, Any]) -> list[TextFinding]:
    path = _path(stack, node, event.value if type(event) is ScalarEvent else value)
    if type(value) is not str:
        return [_fault("key-not-text", event, path, repr(event.value[:SHOWN]) if event.value else "nothing")]
    if value in node:
        return [_fault("duplicate-key", event, path, repr(value[:SHOWN]))]
    if value == "<<" and not event.style:
        return [_fault("merge-key", event, path)]
    return []
