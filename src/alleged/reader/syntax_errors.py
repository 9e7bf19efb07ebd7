"""Explain YAML syntax errors: turn an error of libyaml into a message for someone who does not know YAML."""

import re
from typing import Any

from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import DocumentEndEvent, ScalarEvent

from alleged.issues import Suggestion
from alleged.reader.characters import continues_below, count_spaces, field_column, line_at, replace_quotes
from alleged.reader.messages import MAX_SHOWN, Point, TextFinding, finding_at, finding_in, span_of


def explain_error(error: YAMLError, last: Any, lines: list[str]) -> TextFinding:
    """Return the finding that explains an error of libyaml; `last` is the event before it."""
    mark = getattr(error, "problem_mark", None)
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return finding_in("broken-yaml", ((0, 0), (0, 0)), str(error).splitlines()[0])
    problem, context = error.problem or "", error.context or ""
    # At the end of a file without a final line break, libyaml counts one line too many.
    here = (mark.line, mark.column) if mark.line < len(lines) else (len(lines) - 1, len(lines[-1]))
    begin = (error.context_mark.line, error.context_mark.column) if error.context_mark else here
    line = line_at(lines, mark.line)
    blank = line[: len(line) - len(line.lstrip())]
    if "\t" in blank and mark.column <= len(blank):
        return finding_at("tab-indent", (mark.line, blank.index("\t")))
    if line[mark.column : mark.column + 1] == "\t" and "token" in problem:
        return finding_at("tab-indent", here)
    if "nesting depth" in problem:  # newer versions of libyaml stop at 1,000 open brackets
        return finding_at("too-deep", here)
    if problem.startswith("mapping values"):
        return _colon(here, last, lines)
    if problem in ("could not find expected ':'", "found unexpected ':'"):
        return finding_at("missing-colon", begin, _shown(lines, begin))
    if "quoted scalar" in context:
        if "unexpected" in problem:
            return finding_at("unclosed-quote", begin, _shown(lines, begin))
        rule = "lone-surrogate" if "invalid Unicode" in problem else "unknown-escape"
        column = max(0, line.rfind("\\", 0, mark.column + 1))
        shown = line[column : column + (6 if rule == "lone-surrogate" else 2)]
        return finding_at(rule, (mark.line, column), f"'{shown}'")
    if problem.startswith("did not find expected ','"):
        if line[mark.column : mark.column + 1] == ":" and begin[0] == mark.line:
            return finding_at("colon-in-text", here)
        return finding_at("unclosed-bracket", begin, repr(line_at(lines, begin[0])[begin[1] : begin[1] + 1]))
    if (line.startswith("%") and mark.column == 0) or "directive" in context + problem:
        return finding_at("directive", begin)
    if problem.startswith("did not find expected") and any(w in problem for w in ("key", "'-'", "<document")):
        return _misplaced(here, last, lines)
    if problem.startswith("block sequence entries"):
        finding = finding_at("wrong-indent", here, "a list cannot begin on the line of its field")
        return finding._replace(help="write '- ' on the next line, indented further; if it is text, put it in quotes")
    for word in ("alias", "anchor", "tag"):
        if word in context + problem:
            return finding_at(word, begin, _shown(lines, begin))
    if context == "while parsing a flow node":
        rest = line[mark.column :].strip()
        detail = f"there is nothing before {rest[:MAX_SHOWN]!r}" if rest else "a bracket is not closed"
        return finding_at("broken-yaml", here, detail)
    if line[mark.column : mark.column + 1] in tuple("@`%?,]}|>") or "block scalar" in context:
        return _reserved(begin, lines)
    return finding_at("broken-yaml", here, problem)


def _shown(lines: list[str], point: Point) -> str:
    return repr(line_at(lines, point[0])[point[1] :].rstrip()[:MAX_SHOWN])


def _colon(here: Point, last: Any, lines: list[str]) -> TextFinding:
    """Distinguish a colon inside a text from a field that is indented too far or follows a line without a colon."""
    if type(last) is not ScalarEvent or last.style:
        return finding_at("colon-in-text", here)
    start = last.start_mark.line, last.start_mark.column
    before = line_at(lines, start[0])[: start[1]].strip(" -")
    if start[0] == here[0] and not before:
        return finding_at("colon-in-text", here)
    if start[0] == here[0]:
        return _with_quotes(finding_at("colon-in-text", here), start, lines)
    if not before:
        return finding_at("missing-colon", start, _shown(lines, start))
    word = line_at(lines, here[0])[: here[1]].strip()
    if re.fullmatch(r"[\w-]+", word):
        detail = f"{word[:MAX_SHOWN]!r} is indented further than the field above it, so it is read as part of its text"
        help = "align it with the first letter of the field above; if it is text, quote the whole text"
        return finding_at("wrong-indent", (here[0], here[1] - len(word)), detail)._replace(help=help)
    return finding_at("colon-in-text", here)


def _with_quotes(finding: TextFinding, start: Point, lines: list[str]) -> TextFinding:
    """Add the line with quotes around the text from `start`, if that text ends on the line."""
    line = line_at(lines, start[0])
    text = line[start[1] :].split(" #")[0].rstrip()
    if text[-1:] in (",", "]", "}") or continues_below(lines, start[0]):
        return finding
    quoted = replace_quotes(text)
    span = start, (start[0], start[1] + len(text))
    help = f"put the text in quotes: {line[field_column(line) : start[1]]}{quoted}"
    return finding._replace(help=help, suggestion=Suggestion(quoted, "safe"), related=(span,))


def _misplaced(here: Point, last: Any, lines: list[str]) -> TextFinding:
    """Distinguish text after a closing quote or bracket from a line with a wrong indent."""
    if type(last) is DocumentEndEvent and last.explicit:
        return finding_at("several-documents", here)
    start, end = span_of(last)
    if line_at(lines, here[0])[here[1] :].startswith(":"):
        return finding_at("key-not-text", here, "nothing")
    quoted = type(last) is ScalarEvent and last.style in ("'", '"')
    if quoted and end[0] == here[0] and start[0] < here[0]:
        return finding_at("unclosed-quote", start, _shown(lines, start))
    if end[0] == here[0] and line_at(lines, here[0])[: here[1]].strip():
        return finding_at("text-after-quote", here, _shown(lines, here))
    detail = f"this line begins after {count_spaces(here[1])}, where no field or list above it begins"
    finding = finding_at("wrong-indent", here, detail)
    column = field_column(next((line for line in reversed(lines[: here[0]]) if line.strip()), ""))
    if column == here[1]:
        return finding
    return finding._replace(help=f"{finding.help}; the field before it begins after {count_spaces(column)}")


def _reserved(point: Point, lines: list[str]) -> TextFinding:
    line = line_at(lines, point[0])
    finding = finding_at("reserved-character", point, repr(line[point[1] : point[1] + 1]))
    if line[point[1] :].startswith(("|", ">")):
        return finding._replace(help=f"{finding.help}, or begin it on the next line, indented further")
    if not re.fullmatch(r"[ -]*(- |[\w-]+: ) *", line[: point[1]]):
        return finding
    finding = _with_quotes(finding, point, lines)
    return finding._replace(span=finding.related[0], related=()) if finding.related else finding
