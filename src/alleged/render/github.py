"""A report for GitHub Actions: annotations of changed lines, and a table for the step summary."""

import posixpath
from collections.abc import Iterator, Mapping

from alleged.issues import Issue
from alleged.render.findings import summary
from alleged.report import Report
from alleged.text import escape

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
"""Workflow command of each severity."""

MOST = 9
"""Most annotations of one severity: GitHub shows 10 in a step, and one says how many are left."""

ROWS, CELL = 200, 300
"""Most rows of the table and characters of a cell; GitHub shows at most 1 MiB of a summary."""


def lines(report: Report, folder: str = "") -> Iterator[str]:
    """Yield the annotations; `folder` is the path of the project in its repository."""
    more: dict[str, int] = {}
    for severity in COMMANDS:
        issues = [issue for issue in report.issues if issue.severity == severity]
        yield from (_annotation(issue, folder) for issue in issues[:MOST])
        if len(issues) > MOST:
            more[severity] = len(issues) - MOST
    if more:
        left = ", ".join(f"{number} more {severity}{'s' * (number > 1)}" for severity, number in more.items())
        yield _command(next(iter(more)), {"title": "alleged check"}, f"… and {left}; run: alleged check")


def table(report: Report) -> str:
    """Return the issues as a Markdown table below the summary line."""
    parts = ["## alleged check", "", summary(report), ""]
    if report.issues:
        parts += ["| | where | rule | what | what to do |", "|---|---|---|---|---|"]
        parts += [_row(issue) for issue in report.issues[:ROWS]]
    if len(report.issues) > ROWS:
        parts += ["", f"… and {len(report.issues) - ROWS} more; run: `alleged check`"]
    return "\n".join(parts) + "\n\n"


def _annotation(issue: Issue, folder: str) -> str:
    place = issue.place
    properties = {"file": posixpath.normpath(posixpath.join(folder, escape.line(place.path)))}
    if place.line:
        properties["line"] = str(place.line)
    if place.line and place.column:
        properties |= {"col": str(place.column), "endColumn": str(place.column + place.length)}
    properties["title"] = issue.rule
    lines = [issue.message, *([issue.help] if issue.help else [])]
    return _command(issue.severity, properties, "\n".join(map(escape.line, lines)))


def _command(severity: str, properties: Mapping[str, str], data: str) -> str:
    """Return a workflow command, with the escapes of the toolkit (actions/toolkit, packages/core/src/command.ts)."""
    joined = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[severity]} {joined}::{_data(data)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _row(issue: Issue) -> str:
    where = f"{issue.place.path}:{issue.place.line}" if issue.place.line else issue.place.path
    cells = (issue.severity, where, issue.rule, issue.message, issue.help)
    return f"| {' | '.join(escape.markdown(cell[:CELL]) for cell in cells)} |"
