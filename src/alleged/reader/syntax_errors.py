"""Breakage: what libyaml calls an error, in the words of someone who has never seen YAML."""

import re
from typing import Any

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import DocumentEndEvent, ScalarEvent

from alleged.issues import Suggestion
from alleged.reader.characters import in_straight_quotes, line_at
from alleged.reader.messages import SHOWN, Point, TextFinding, span_of, words


def broken(error: YAMLError, last: Any, lines: list[str]) -> TextFinding:
    """Return the refusal that an error of libyaml stands for; `last` is the event before it."""
    mark = getattr(error, "problem_mark", None)
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return TextFinding("broken-yaml", ((0, 0), (0, 0)), (), *words("broken-yaml", str(error).splitlines()[0]))
    problem, context = error.problem or "", error.context or ""
    # At the end of a file without a last line break, libyaml counts one line more than there is.
    here = (mark.line, mark.column) if mark.line < len(lines) else (len(lines) - 1, len(lines[-1]))
    begin = (error.context_mark.line, error.context_mark.column) if error.context_mark else here
    line = line_at(lines, mark.line)
    blank = line[: len(line) - len(line.lstrip())]
    if "\t" in blank and mark.column <= len(blank):
        return _spot("tab-indent", (mark.line, blank.index("\t")))
    if line[mark.column : mark.column + 1] == "\t" and "token" in problem:
        return _spot("tab-indent", here)
    if "nesting depth" in problem:  # newer releases of libyaml give up at a thousand brackets, before they are events
        return _spot("too-deep", here)
    if problem.startswith("mapping values"):
        return _colon(here, last, lines)
    if problem in ("could not find expected ':'", "found unexpected ':'"):
        return _spot("missing-colon", begin, _said(lines, begin))
    if "quoted scalar" in context:
        if "unexpected" in problem:
            return _spot("unclosed-quote", begin, _said(lines, begin))
        rule = "lone-surrogate" if "invalid Unicode" in problem else "unknown-escape"
        column = max(0, line.rfind("\\", 0, mark.column + 1))
        shown = line[column : column + (6 if rule == "lone-surrogate" else 2)]
        return _spot(rule, (mark.line, column), f"'{shown}'")
    if problem.startswith("did not find expected ','"):
        if line[mark.column : mark.column + 1] == ":" and begin[0] == mark.line:
            return _spot("colon-in-text", here)
        return _spot("unclosed-bracket", begin, repr(line_at(lines, begin[0])[begin[1] : begin[1] + 1]))
    if (line.startswith("%") and mark.column == 0) or "directive" in context + problem:
        return _spot("directive", begin)
    if problem.startswith("did not find expected") and any(w in problem for w in ("key", "'-'", "<document")):
        return _strayed(here, last, lines)
    if problem.startswith("block sequence entries"):
        fault = _spot("wrong-indent", here, "a list cannot begin on the line of its field")
        return fault._replace(help="write '- ' on the next line, further in; if it is text, put it in quotes")
    for word in ("alias", "anchor", "tag"):
        if word in context + problem:
            return _spot(word, begin, _said(lines, begin))
    if context == "while parsing a flow node":
        behind = line[mark.column :].strip()
        said = f"there is nothing before {behind[:SHOWN]!r}" if behind else "a bracket is not closed"
        return _spot("broken-yaml", here, said)
    if line[mark.column : mark.column + 1] in tuple("@`%?,]}|>") or "block scalar" in context:
        return _reserved(begin, lines)
    return _spot("broken-yaml", here, problem)


def _spot(rule: str, point: Point, said: str = "") -> TextFinding:
    return TextFinding(rule, (point, (point[0], point[1] + 1)), (), *words(rule, said))


def _said(lines: list[str], point: Point) -> str:
    return repr(line_at(lines, point[0])[point[1] :].rstrip()[:SHOWN])


def _colon(here: Point, last: Any, lines: list[str]) -> TextFinding:
    """Tell a colon inside a text from a field that stands too far in, or below a field without a colon."""
    if type(last) is not ScalarEvent or last.style:
        return _spot("colon-in-text", here)
    start = last.start_mark.line, last.start_mark.column
    before = line_at(lines, start[0])[: start[1]].strip(" -")
    if start[0] == here[0] and not before:
        return _spot("colon-in-text", here)
    if start[0] == here[0]:
        return _with_quotes(_spot("colon-in-text", here), start, lines)
    if not before:
        return _spot("missing-colon", start, _said(lines, start))
    word = line_at(lines, here[0])[: here[1]].strip()
    if re.fullmatch(r"[\w-]+", word):
        said = f"{word[:SHOWN]!r} stands further in than the field above it, so it is read as part of its text"
        help = "put it straight below the first letter of the field above; if it is text, quote the whole text"
        return _spot("wrong-indent", (here[0], here[1] - len(word)), said)._replace(help=help)
    return _spot("colon-in-text", here)


def _with_quotes(fault: TextFinding, start: Point, lines: list[str]) -> TextFinding:
    """Show the line as it should be, where the text from `start` ends on that line."""
    line = line_at(lines, start[0])
    text = line[start[1] :].split(" #")[0].rstrip()
    margin = _margin(line)
    following = next((other for other in lines[start[0] + 1 :] if other.strip()), "")
    if len(following) - len(following.lstrip()) > margin or text[-1:] in (",", "]", "}"):
        return fault
    quoted = in_straight_quotes(text)
    span = start, (start[0], start[1] + len(text))
    help = f"put the text in quotes: {line[margin : start[1]]}{quoted}"
    return fault._replace(help=help, suggestion=Suggestion(quoted, "safe"), related=(span,))


def _margin(line: str) -> int:
    """Return the column at which a line's field begins, behind the dash of a list."""
    return len(line) - len(line.lstrip(" -"))


def _strayed(here: Point, last: Any, lines: list[str]) -> TextFinding:
    """Tell a text that goes on behind its closing quote from a line with a wrong indent."""
    if type(last) is DocumentEndEvent and last.explicit:
        return _spot("several-documents", here)
    start, end = span_of(last)
    if line_at(lines, here[0])[here[1] :].startswith(":"):
        return _spot("key-not-text", here, "nothing")
    quoted = type(last) is ScalarEvent and last.style in ("'", '"')
    if quoted and end[0] == here[0] and start[0] < here[0]:
        return _spot("unclosed-quote", start, _said(lines, start))
    if end[0] == here[0] and line_at(lines, here[0])[: here[1]].strip():
        return _spot("text-after-quote", here, _said(lines, here))
    said = f"this line begins after {_spaces(here[1])}, where no field or list above it begins"
    fault = _spot("wrong-indent", here, said)
    margin = _margin(next((line for line in reversed(lines[: here[0]]) if line.strip()), ""))
    if margin == here[1]:
        return fault
    return fault._replace(help=f"{fault.help}; the field before it begins after {_spaces(margin)}")


def _spaces(number: int) -> str:
    return {0: "no space", 1: "1 space"}.get(number, f"{number} spaces")


def _reserved(point: Point, lines: list[str]) -> TextFinding:
    line = line_at(lines, point[0])
    fault = _spot("reserved-character", point, repr(line[point[1] : point[1] + 1]))
    if line[point[1] :].startswith(("|", ">")):
        return fault._replace(help=f"{fault.help}, or begin it on the next line, further in")
    if not re.fullmatch(r"[ -]*(- |[\w-]+: ) *", line[: point[1]]):
        return fault
    fault = _with_quotes(fault, point, lines)
    return fault._replace(span=fault.related[0], related=()) if fault.related else fault
