"""Suggestions put into the files: those that cannot alter meaning by themselves, the others with a curator's nod.

What a source or a claimant said is never touched unasked: dates, numbers and quoted words are facts.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from alleged import files, report
from alleged.documents import MAX_BYTES, rewrite
from alleged.documents.characters import BREAK, FORBIDDEN
from alleged.errors import SurroundingsError
from alleged.issues import Issue, Place
from alleged.layout import Layout
from alleged.schemas import KINDS, fields

ROUNDS = 5
"""A mended line may reveal the next fault, since YAML is read up to the first; more rounds would hide a loop."""

WORDS = frozenset({"quote", "verbatim", "hedge_text", "published_as_stated", "title"})
"""Fields that hold the words of others."""
NUMBERS = ("number", "integer")

Consent = Callable[[Issue, str, str], bool]
"""Asked with a finding, its line, and the line as it would be."""


class Fix(NamedTuple):
    """A suggestion in its place: the finding, and the stretch of its line before and after."""

    issue: Issue
    before: str
    after: str


class Mended(NamedTuple):
    """What was put into the files, and what was not, each with the reason."""

    fixed: tuple[Fix, ...]
    skipped: tuple[tuple[Issue, str], ...]


class _Edit(NamedTuple):
    start: int
    end: int
    lines: tuple[str, str]
    fix: Fix


def nobody(issue: Issue, before: str, after: str) -> bool:
    """Consent to nothing: only what is safe is mended."""
    return False


def mend(layout: Layout, paths: Collection[Path] = (), consent: Consent = nobody) -> Mended:
    """Put the suggestions of a check into the record files, from round to round until none is left.

    Raises:
        SurroundingsError: A file cannot be written.
    """
    fixed: list[Fix] = []
    skipped: dict[Issue, str] = {}
    answers: dict[tuple[str, str, str, str], bool] = {}

    def agreed(issue: Issue, before: str, after: str) -> bool:
        if is_safe(issue):
            return True
        question = issue.rule, issue.place.path, before, after
        if question not in answers:
            answers[question] = consent(issue, before, after)
        return answers[question]

    for _ in range(ROUNDS):
        skipped.clear()
        places: dict[str, list[Issue]] = defaultdict(list)
        for issue in report.check(layout, paths).issues:
            if issue.suggestion and issue.place.line:
                places[issue.place.path].append(issue)
        done = [fix for path, issues in places.items() for fix in _mended(layout, path, issues, agreed, skipped)]
        fixed += done
        if not done:
            break
    return Mended(tuple(fixed), tuple(skipped.items()))


def is_safe(issue: Issue) -> bool:
    """Whether a suggestion may be followed unasked: it says so itself, and the place holds no fact.

    Where no field is named, the line must begin with one that is no fact.
    """
    if not issue.suggestion or issue.suggestion.confidence != "safe":
        return False
    named = re.findall(r"[a-z_]\w*", issue.place.field)[-1:]
    if not named and re.match(r"[ -]*[a-z_]\w*:\s", issue.place.text):
        named = re.findall(r"(?:^[ -]*|[{,] *)([a-z_]\w*):\s", issue.place.text)
    return bool(named) and not facts().intersection(named)


@cache
def facts() -> frozenset[str]:
    """Return the names of fields that hold dates, numbers or the words of others."""
    found = (f for kind in KINDS for f in fields(kind))
    return WORDS | {str(f.path[-1]) for f in found if "x-date" in f.schema or f.schema.get("type") in NUMBERS}


def _mended(
    layout: Layout, path: str, issues: list[Issue], agreed: Consent, skipped: dict[Issue, str]
) -> Iterator[Fix]:
    """Yield what was put into one file, after it has been written."""
    content = files.read(layout.root, path, MAX_BYTES)
    text = content.decode()
    edits: list[_Edit] = []
    for issue in issues:
        found = _edit(issue, text)
        if isinstance(found, str):
            skipped[issue] = found
        elif any(found.start < edit.end and edit.start < found.end for edit in edits):
            skipped[issue] = "it overlaps with another one"
        elif agreed(issue, *found.lines):
            edits.append(found)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.fix.after + text[edit.end :]
    if not edits:
        return
    try:
        rewrite(path, layout, content, text.encode())
    except SurroundingsError as error:
        skipped.update((edit.fix.issue, str(error)) for edit in edits)
    else:
        yield from (edit.fix for edit in edits)


def _stretch(issue: Issue) -> Place:
    """Return what a suggestion replaces: for a colon in a text the whole text, which is the first place beside it."""
    return issue.related[0] if issue.rule == "colon-in-text" and issue.related else issue.place


def _edit(issue: Issue, text: str) -> _Edit | str:
    """Return the change of a suggestion, or why it cannot be made."""
    place = _stretch(issue)
    after = issue.suggestion.text if issue.suggestion else ""
    start, line = _lines(text)[place.line - 1]
    begin, end = place.column - 1, place.column - 1 + place.length
    before = line[begin:end]
    if line != place.text or len(before) != place.length:
        return "the line has changed"
    if before == after:
        return "it is there already"
    if before not in FORBIDDEN and end >= len(line.rstrip()) and _goes_on(text, place.line, line):
        return "the text goes on on the next line"
    return _Edit(start + begin, start + end, (line, line[:begin] + after + line[end:]), Fix(issue, before, after))


def _lines(text: str) -> list[tuple[int, str]]:
    """Return each line with the offset at which it begins; a byte order mark belongs to no line."""
    begin = 1 if text.startswith("\ufeff") else 0
    found = []
    for stop in BREAK.finditer(text):
        found.append((begin, text[begin : stop.start()]))
        begin = stop.end()
    return [*found, (begin, text[begin:])]


def _goes_on(text: str, number: int, line: str) -> bool:
    """Whether the next line stands further in than the field on this one."""
    following = next((other for _, other in _lines(text)[number:] if other.strip()), "")
    return len(following) - len(following.lstrip()) > len(line) - len(line.lstrip(" -"))
