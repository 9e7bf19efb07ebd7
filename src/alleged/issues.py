"""Issues: problems of the data, each with its place in a file."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info"]

ValuePath = tuple[str | int, ...]
"""Path of a value in a file or record: names of fields, and indexes (from 0) of list items."""


class Place(NamedTuple):
    """A span of one line of a record file.

    `path` is relative to the project, with forward slashes. `line` and `column` count from 1, in characters; line 0
    means the file as a whole. `field` is the field as shown to curators, as `sources[2].quote`. `text` is the line
    itself, or empty if nothing of the file may be shown.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 1
    field: str = ""
    text: str = ""


class Suggestion(NamedTuple):
    """A text to put at the place: `safe` if it cannot alter the meaning, `ask` if a curator must agree to it."""

    text: str
    confidence: Literal["safe", "ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem: the rule, the place, what is there and what would be right.

    `message` is one line in lower case with the value in quotes; `help` is what to type;
    `related` are further places that belong to it, such as the first of two equal keys.
    """

    rule: str
    severity: Severity
    place: Place
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    related: tuple[Place, ...] = ()


class Waived(NamedTuple):
    """A finding that its record allows, with the reason."""

    path: str
    line: int
    rule: str
    record_id: str
    message: str
    reason: str


def issue_to_list(issue: Issue) -> list[Any]:
    """Return an issue as a list for JSON, for caches and other processes."""
    return [issue.rule, issue.severity, issue.place, issue.message, issue.help, issue.suggestion, issue.related]


def issue_from_list(parts: list[Any]) -> Issue:
    """Return the issue of a list of `issue_to_list` that was read from JSON."""
    rule, severity, place, message, help, suggestion, related = parts
    places = tuple(Place(*other) for other in related)
    return Issue(rule, severity, Place(*place), message, help, suggestion and Suggestion(*suggestion), places)
