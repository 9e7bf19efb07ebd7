"""A report for programs: one JSON document, or one line of JSON for each issue.

`schemas/report.schema.json` says what each field means.
"""

from collections.abc import Iterator
from typing import Any

from alleged import __version__
from alleged.issues import Issue, Place, Waived
from alleged.report import Report
from alleged.text import escape

FORMAT = 1
"""Version of the format; it rises when a field is removed or changes its meaning, not when one is added."""

LONGEST = 1000
"""Most characters of a line of a record file in the output."""


def text(report: Report) -> str:
    """Return the report as one JSON document."""
    whole = {"format": FORMAT, "issues": [_issue(issue) for issue in report.issues], **_rest(report)}
    return escape.as_json(whole, indent=2) + "\n"


def lines(report: Report) -> Iterator[str]:
    """Yield one line of JSON for each issue, and a last one with the rest of the report."""
    yield from (escape.as_json(_issue(issue)) for issue in report.issues)
    yield escape.as_json({"format": FORMAT, **_rest(report)})


def _issue(issue: Issue) -> dict[str, Any]:
    place = _place(issue.place)
    suggestion = issue.suggestion._asdict() if issue.suggestion else None
    related = [_place(place) for place in issue.related]
    texts = {"message": issue.message, "help": issue.help, "suggestion": suggestion, "related": related}
    return {"rule": issue.rule, "severity": issue.severity, **place, **texts}


def _place(place: Place) -> dict[str, Any]:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_column": place.column + place.length if place.column else 0,
        "field": place.field,
        "text": place.text[:LONGEST],
    }


def _rest(report: Report) -> dict[str, Any]:
    """Return the parts of a report besides its issues."""
    counts = {
        "files": len(report.files),
        "records": report.records,
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "infos": report.count("info"),
        "waived": len(report.waived),
        "older": report.older,
    }
    waived = [_waived(w) for w in report.waived]
    return {
        "waived": waived,
        "skipped": report.skipped,
        "counts": counts,
        "sound": report.sound,
        "alleged": __version__,
    }


def _waived(waived: Waived) -> dict[str, Any]:
    return {
        "rule": waived.rule,
        "path": waived.path,
        "line": waived.line,
        "record": waived.record_id,
        "message": waived.message,
        "reason": waived.reason,
    }
