"""A report as text: the formats human (with the line of each issue) and plain (one line for each issue)."""

from collections.abc import Iterator
from typing import NamedTuple

from alleged.issues import Issue, Place
from alleged.render.screen import stretch
from alleged.report import Report

FIXES = {"safe": "alleged check --fix", "ask": "alleged check --fix-ask"}
COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


class Painted(NamedTuple):
    """A part of a line with a colour, shown on terminals with colours."""

    text: str
    colour: str


Line = str | list[str | Painted]
"""A line, or its parts if some have a colour."""


def human(report: Report, allowed: bool = False) -> Iterator[Line]:
    """Yield the lines of the human format: each issue with its line, what to type, and where to read more.

    With `allowed`, findings that records allow are listed too.
    """
    for issue in report.issues:
        yield from _finding(issue)
        yield ""
    yield from silences(report)
    if allowed and report.waived:
        yield f"allowed by the records themselves ({len(report.waived)}):"
        yield from (f"  {w.path}:{w.line}  {w.rule}  {w.reason}" for w in report.waived)
        yield ""
    yield summary(report)


def plain(report: Report) -> Iterator[str]:
    """Yield one line for each issue: `path:line:column: severity[rule]: message`."""
    for issue in report.issues:
        yield f"{_where(issue.place)}: {issue.severity}[{issue.rule}]: {issue.message}"


MISSING = {"texts": "no copies of articles in .texts/", "former": "nothing has been released yet"}


def silences(report: Report) -> Iterator[str]:
    """Yield a line for each missing input that makes rules be skipped."""
    for missing, names in report.skipped.items():
        yield f"{_counted(len(names), 'rule')} skipped, {MISSING[missing]}: {', '.join(names)}"


def summary(report: Report) -> str:
    """Return the summary line: what was checked, and the numbers of issues."""
    records = sum(report.records.values())
    files = len(report.files)
    issues = [_counted(report.count("error"), "error"), _counted(report.count("warning"), "warning")]
    waived = f" ({len(report.waived)} allowed; --allowed lists them)" if report.waived else ""
    checked = f"{_counted(files, 'file')} checked" + (
        f", {_counted(records, 'record')} in the project" if records else ""
    )
    safely = sum(i.suggestion is not None and i.suggestion.confidence == "safe" for i in report.issues)
    fixes = f"; {safely} can be fixed by 'alleged check --fix'" if safely else ""
    older = f"; {report.older} older, not shown" if report.older else ""
    return f"{checked}: {', '.join(issues)}{waived}{fixes}{older}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _where(place: Place) -> str:
    at = [str(n) for n in (place.line, place.column) if n]
    return ":".join([place.path, *at])


def _finding(issue: Issue) -> Iterator[Line]:
    colour = COLOURS[issue.severity]
    yield [Painted(issue.severity, colour), f" {issue.rule}: {issue.message}"]
    yield from _frame(issue.place, colour)
    for place in issue.related:
        yield from _frame(place, "blue")
    from alleged.rule_docs import reason  # loads all rules, which a report without issues does not need

    if why := reason(issue.rule):
        yield f"  why   {why}"
    if issue.help:
        yield f"  do    {issue.help}"
    if issue.suggestion:
        yield f"  fix   {FIXES[issue.suggestion.confidence]}"
    yield f"  more  alleged explain {issue.rule}"


def _frame(place: Place, colour: str) -> Iterator[Line]:
    yield f"  {_where(place)}" + (f"  {place.field}" if place.field else "")
    if place.line and place.text.strip():
        shown, start, length = stretch(place.text, place.column, place.length)
        gutter = " " * len(str(place.line))
        yield f"    {place.line} | {shown}"
        yield [f"    {gutter} | {' ' * start}", Painted("^" * length, colour)]
