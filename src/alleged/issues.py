"""What is wrong, and where: the one type in which every problem of the data is told."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info"]


class Place(NamedTuple):
    """A stretch of one line of a record file.

    `path` is relative to the project, with forward slashes; `line` and `column` count from 1, in characters.
    Line 0 means the file as a whole. `field` names the field in a curator's words, as `sources[2].quote`;
    `text` is the line itself (empty where nothing of the file may be shown).
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 1
    field: str = ""
    text: str = ""


class Suggestion(NamedTuple):
    """A text to put at the place. `safe` ones cannot alter meaning; `ask` ones want a curator's nod."""

    text: str
    confidence: Literal["safe", "ask"] = "ask"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: the rule, the place, what is there and what would be right.

    `message` is one line in lower case with the value in quotes; `help` is what to type;
    `related` are further places that belong to it, such as the first of two equal keys.
    """

    rule: str
    severity: Severity
    place: Place
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    related: tuple[Place, ...] = field(default=())


def plain(issue: Issue) -> list[Any]:
    """Return an issue as lists of texts and numbers, in which it can be kept or sent."""
    suggestion = issue.suggestion and list(issue.suggestion)
    related = [list(place) for place in issue.related]
    return [issue.rule, issue.severity, list(issue.place), issue.message, issue.help, suggestion, related]


def unfolded(parts: list[Any]) -> Issue:
    """Return the issue that `plain` made such lists of."""
    rule, severity, place, message, help, suggestion, related = parts
    places = tuple(Place(*other) for other in related)
    return Issue(rule, severity, Place(*place), message, help, suggestion and Suggestion(*suggestion), places)
