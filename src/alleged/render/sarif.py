"""A report as SARIF 2.1.0 (OASIS), for code scanning and editors."""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from alleged import __version__
from alleged.issues import Issue, Place, Waived
from alleged.render.machine import LONGEST
from alleged.report import Report
from alleged.rule_docs import RulePage, pages
from alleged.text import escape

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}

FINGERPRINT = "finding/v1"
"""Fingerprint of an issue: file, rule, message, text of the line, and its number among equal ones."""


def text(report: Report, folder: str = "") -> str:
    """Return the report as a SARIF log; `folder` is the path of the project in its repository."""
    results = [*_results(report, folder), *(_waived(w, folder) for w in report.waived)]
    driver = {"name": "alleged", "version": __version__, "rules": [_rule(page) for page in pages().values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    return escape.as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(page: RulePage) -> dict[str, Any]:
    first, _, rest = page.text.partition("\n")
    return {
        "id": page.name,
        "shortDescription": {"text": first},
        "fullDescription": {"text": first},
        "help": {"text": rest.strip() or first},
        "defaultConfiguration": {"level": LEVELS[page.severity]},
        "properties": {"tags": [page.subject]},
    }


def _results(report: Report, folder: str) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for issue in report.issues:
        likeness = "\0".join([issue.place.path, issue.rule, issue.message, issue.place.text.strip()])
        digest = hashlib.sha256(likeness.encode("utf-8", "surrogatepass")).hexdigest()
        seen[digest] += 1
        yield {
            "ruleId": issue.rule,
            "level": LEVELS[issue.severity],
            "message": {"text": _prose(issue.message, issue.help)},
            "locations": [_location(issue.place, folder)],
            "relatedLocations": [{"id": n, **_location(p, folder)} for n, p in enumerate(issue.related, start=1)],
            "fixes": list(_fixes(issue, folder)),
            "partialFingerprints": {FINGERPRINT: f"{digest}:{seen[digest]}"},
        }


def _waived(waived: Waived, folder: str) -> dict[str, Any]:
    """Return a waived finding as a suppressed result, with its reason."""
    return {
        "ruleId": waived.rule,
        "message": {"text": _prose(waived.message)},
        "locations": [_location(Place(waived.path, waived.line), folder)],
        "suppressions": [{"kind": "inSource", "justification": escape.line(waived.reason)}],
    }


def _prose(*lines: str) -> str:
    """Return a message; `[text](URL)` would be a link in it, so its parts are separated."""
    return "\n".join(escape.line(line) for line in lines if line).replace("](", "] (")


def _location(place: Place, folder: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(place, folder)}
    if place.line:
        snippet = {"snippet": {"text": escape.line(place.text[:LONGEST])}} if place.text else {}
        physical["region"] = {**_region(place), **snippet}
    named = {"logicalLocations": [{"fullyQualifiedName": escape.line(place.field)}]} if place.field else {}
    return {"physicalLocation": physical, **named}


def _artifact(place: Place, folder: str) -> dict[str, str]:
    path = posixpath.normpath(posixpath.join(folder, place.path))
    return {"uri": quote(path.encode("utf-8", "surrogatepass")), "uriBaseId": "%SRCROOT%"}


def _region(place: Place) -> dict[str, int]:
    columns = {"startColumn": place.column, "endColumn": place.column + place.length} if place.column else {}
    return {"startLine": place.line, **columns}


def _fixes(issue: Issue, folder: str) -> Iterator[dict[str, Any]]:
    if issue.suggestion and issue.place.line and issue.place.column:
        replacement = {"deletedRegion": _region(issue.place), "insertedContent": {"text": issue.suggestion.text}}
        change = {"artifactLocation": _artifact(issue.place, folder), "replacements": [replacement]}
        sure = (
            "cannot alter the meaning"
            if issue.suggestion.confidence == "safe"
            else "a proposal: look before you take it"
        )
        yield {"description": {"text": sure}, "artifactChanges": [change]}
