"""Apply the fixes that a check suggests: those that cannot alter the meaning, and others if a curator agrees.

What a source or a claimant said is never changed without asking: dates, numbers and quoted words are facts.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from alleged import files, report
from alleged.errors import EnvironmentFailure
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import MAX_BYTES, rewrite
from alleged.reader.characters import BREAK, FORBIDDEN, continues_below
from alleged.schemas.definitions import KINDS, fields

MAX_ROUNDS = 5
"""Checks in a row: a fixed line can reveal the next syntax error; more rounds would only hide an endless loop."""

WORDS = frozenset({"quote", "verbatim", "hedge_text", "published_as_stated", "title"})
"""Fields with the words of others."""
NUMBERS = ("number", "integer")

Consent = Callable[[Issue, str, str], bool]
"""Called with an issue, its line, and the line with the fix; returns whether to apply it."""


class Fix(NamedTuple):
    """An applied suggestion: the issue, and the changed part of its line before and after."""

    issue: Issue
    before: str
    after: str


class Fixed(NamedTuple):
    """The fixes that were applied, and the issues whose suggestions were not, each with the reason."""

    fixed: tuple[Fix, ...]
    skipped: tuple[tuple[Issue, str], ...]


class _Edit(NamedTuple):
    """A change of a file: the replaced span of its text, and the line before and after."""

    start: int
    end: int
    fix: Fix
    line: str
    new_line: str


def decline(issue: Issue, before: str, after: str) -> bool:
    """Agree to nothing: only safe fixes are applied."""
    return False


def apply_fixes(project: Project, paths: Collection[Path] = (), consent: Consent = decline) -> Fixed:
    """Apply the suggestions of a check to the record files, and check again until there are none.

    Raises:
        EnvironmentFailure: A file cannot be written.
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

    for _ in range(MAX_ROUNDS):
        skipped.clear()
        places: dict[str, list[Issue]] = defaultdict(list)
        for issue in report.check(project, paths).issues:
            if issue.suggestion and issue.place.line:
                places[issue.place.path].append(issue)
        done = [fix for path, issues in places.items() for fix in _apply(project, path, issues, agreed, skipped)]
        fixed += done
        if not done:
            break
    return Fixed(tuple(fixed), tuple(skipped.items()))


def is_safe(issue: Issue) -> bool:
    """Whether a suggestion may be applied without asking: it is marked as safe, and its field is not a fact.

    If the place names no field, all fields on its line count.
    """
    if not issue.suggestion or issue.suggestion.confidence != "safe":
        return False
    named = re.findall(r"[a-z_]\w*", issue.place.field)[-1:]
    if not named and re.match(r"[ -]*[a-z_]\w*:\s", issue.place.text):
        named = re.findall(r"(?:^[ -]*|[{,] *)([a-z_]\w*):\s", issue.place.text)
    return bool(named) and not facts().intersection(named)


@cache
def facts() -> frozenset[str]:
    """Return the names of fields with dates, numbers or the words of others."""
    all_fields = (f for kind in KINDS for f in fields(kind))
    return WORDS | {str(f.path[-1]) for f in all_fields if "x-date" in f.schema or f.schema.get("type") in NUMBERS}


def _apply(
    project: Project, path: str, issues: list[Issue], agreed: Consent, skipped: dict[Issue, str]
) -> Iterator[Fix]:
    """Apply the fixes of one file, and yield them after it has been written."""
    content = files.read(project.root, path, MAX_BYTES)
    text = content.decode()
    begin = 1 if text.startswith("\ufeff") else 0  # a byte order mark
    lines = BREAK.split(text[begin:])
    starts = [begin, *(line_break.end() for line_break in BREAK.finditer(text))]
    edits: list[_Edit] = []  # in the order of the file; no two overlap
    for issue in issues:
        edit = _edit(issue, lines, starts)
        if isinstance(edit, str):
            skipped[issue] = edit
            continue
        index = bisect_left(edits, edit.end, key=lambda edit: edit.start)
        if index and edits[index - 1].end > edit.start:
            skipped[issue] = "it overlaps with another one"
        elif agreed(issue, edit.line, edit.new_line):
            edits.insert(index, edit)
    if not edits:
        return
    parts, last = [], 0
    for edit in edits:
        parts += (text[last : edit.start], edit.fix.after)
        last = edit.end
    try:
        rewrite(path, project, content, "".join((*parts, text[last:])).encode())
    except EnvironmentFailure as error:
        skipped.update((edit.fix.issue, str(error)) for edit in edits)
    else:
        yield from (edit.fix for edit in edits)


def _edit(issue: Issue, lines: list[str], starts: list[int]) -> _Edit | str:
    """Return the edit of a suggestion, or why it cannot be applied."""
    # For a colon in a text the suggestion replaces the whole text, its first related place.
    place = issue.related[0] if issue.rule == "colon-in-text" and issue.related else issue.place
    after = issue.suggestion.text if issue.suggestion else ""
    line, start = lines[place.line - 1], starts[place.line - 1]
    begin, end = place.column - 1, place.column - 1 + place.length
    before = line[begin:end]
    if line != place.text or len(before) != place.length:
        return "the line has changed"
    if before == after:
        return "it is there already"
    at_end = end >= len(line.rstrip()) and not re.fullmatch(FORBIDDEN, before)
    if at_end and continues_below(lines, place.line - 1):
        return "the text continues on the next line"
    return _Edit(start + begin, start + end, Fix(issue, before, after), line, line[:begin] + after + line[end:])
