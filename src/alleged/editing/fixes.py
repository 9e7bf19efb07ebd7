"""Suggestions put into the files: those that cannot alter meaning by themselves, the others with a curator's nod.

What a source or a claimant said is never touched unasked: dates, numbers and quoted words are facts.
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
from alleged.issues import Issue, Place
from alleged.project import Project
from alleged.reader import MAX_BYTES, rewrite
from alleged.reader.characters import BREAK, FORBIDDEN
from alleged.schemas.definitions import KINDS, fields

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


class Fixed(NamedTuple):
    """What was put into the files, and what was not, each with the reason."""

    fixed: tuple[Fix, ...]
    skipped: tuple[tuple[Issue, str], ...]


class _Edit(NamedTuple):
    start: int
    end: int
    fix: Fix


class _Lines(NamedTuple):
    """The lines of a file, where each begins, and the next one below it that is not blank."""

    texts: list[str]
    starts: list[int]
    below: list[str]


def nobody(issue: Issue, before: str, after: str) -> bool:
    """Consent to nothing: only what is safe is mended."""
    return False


def mend(project: Project, paths: Collection[Path] = (), consent: Consent = nobody) -> Fixed:
    """Put the suggestions of a check into the record files, from round to round until none is left.

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

    for _ in range(ROUNDS):
        skipped.clear()
        places: dict[str, list[Issue]] = defaultdict(list)
        for issue in report.check(project, paths).issues:
            if issue.suggestion and issue.place.line:
                places[issue.place.path].append(issue)
        done = [fix for path, issues in places.items() for fix in _mended(project, path, issues, agreed, skipped)]
        fixed += done
        if not done:
            break
    return Fixed(tuple(fixed), tuple(skipped.items()))


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
    project: Project, path: str, issues: list[Issue], agreed: Consent, skipped: dict[Issue, str]
) -> Iterator[Fix]:
    """Yield what was put into one file, after it has been written."""
    content = files.read(project.root, path, MAX_BYTES)
    text = content.decode()
    lines = _lines(text)
    edits: list[_Edit] = []  # in the order of the file; no two overlap
    for issue in issues:
        found = _edit(issue, lines)
        if isinstance(found, str):
            skipped[issue] = found
            continue
        at = bisect_left(edits, found.end, key=lambda edit: edit.start)
        if at and edits[at - 1].end > found.start:
            skipped[issue] = "it overlaps with another one"
        elif agreed(issue, *_before_and_after(found)):
            edits.insert(at, found)
    if not edits:
        return
    behind = [0, *(edit.end for edit in edits)]
    parts = (text[start : edit.start] + edit.fix.after for start, edit in zip(behind, edits, strict=False))
    try:
        rewrite(path, project, content, "".join([*parts, text[behind[-1] :]]).encode())
    except EnvironmentFailure as error:
        skipped.update((edit.fix.issue, str(error)) for edit in edits)
    else:
        yield from (edit.fix for edit in edits)


def _stretch(issue: Issue) -> Place:
    """Return what a suggestion replaces: for a colon in a text the whole text, which is the first place beside it."""
    return issue.related[0] if issue.rule == "colon-in-text" and issue.related else issue.place


def _edit(issue: Issue, lines: _Lines) -> _Edit | str:
    """Return the change of a suggestion, or why it cannot be made."""
    place = _stretch(issue)
    after = issue.suggestion.text if issue.suggestion else ""
    line, start = lines.texts[place.line - 1], lines.starts[place.line - 1]
    begin, end = place.column - 1, place.column - 1 + place.length
    before = line[begin:end]
    if line != place.text or len(before) != place.length:
        return "the line has changed"
    if before == after:
        return "it is there already"
    if (
        not re.fullmatch(FORBIDDEN, before)
        and end >= len(line.rstrip())
        and _goes_on(line, lines.below[place.line - 1])
    ):
        return "the text goes on on the next line"
    return _Edit(start + begin, start + end, Fix(issue, before, after))


def _before_and_after(edit: _Edit) -> tuple[str, str]:
    """Return the line of an edit as it is and as it would be."""
    place = _stretch(edit.fix.issue)
    begin, end = place.column - 1, place.column - 1 + place.length
    return place.text, place.text[:begin] + edit.fix.after + place.text[end:]


def _lines(text: str) -> _Lines:
    """Return the lines of a text; a byte order mark belongs to none."""
    begin = 1 if text.startswith("\ufeff") else 0
    starts = [begin, *(stop.end() for stop in BREAK.finditer(text))]
    texts = BREAK.split(text[begin:])
    below = [""]
    for line in texts[:0:-1]:
        below.append(line if line.strip() else below[-1])
    return _Lines(texts, starts, below[::-1])


def _goes_on(line: str, below: str) -> bool:
    """Whether the line below stands further in than the field on this one."""
    return len(below) - len(below.lstrip()) > len(line) - len(line.lstrip(" -"))
