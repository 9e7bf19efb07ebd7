"""The verdicts on the entries of an import as text."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from alleged.editing.importing.entries import Entries
from alleged.editing.importing.judging import STATES, Row
from alleged.editing.known import Problem

MAX_CANDIDATES = 12
"""Candidates that a line names; more do not help."""


MIN_FREQUENT, MAX_FREQUENT = 5, 10
"""Rows that share a problem before it is listed once more, and such problems that are listed."""


def lines(entries: Entries, rows: Sequence[Row], files: Mapping[str, str], notes: Sequence[str]) -> Iterator[str]:
    """Yield one line or more for each entry, then the numbers; `files` are those of new records by id."""
    for row in rows:
        yield from _row(row, entries, files)
    yield from notes
    yield from _frequent(rows, entries)
    counts = Counter(row.state for row in rows)
    named = ", ".join(f"{counts[state]} {words}" for state, words in STATES.items() if counts[state])
    yield f"{len(rows)} {entries.word}{'' if len(rows) == 1 else 's'}: {named or 'nothing'}"


def _frequent(rows: Sequence[Row], entries: Entries) -> Iterator[str]:
    """Yield the problems that several rows share, most frequent first: they can be solved at once."""
    shared = Counter(
        _problem(problem, entries.columns) for row in rows if row.state == "open" for problem in row.problems
    )
    for text, count in shared.most_common(MAX_FREQUENT):
        if count >= MIN_FREQUENT:
            yield f"{count:,} {entries.word}s: {text}"


def _row(row: Row, entries: Entries, files: Mapping[str, str]) -> Iterator[str]:
    lead = f"{entries.word} {row.entry.number}: {row.state}"
    if row.state == "ready":
        id = (row.record or row.source)["id"]
        yield f"{lead}: {id} -> {files[id]}"
    elif row.state != "open":
        yield f"{lead}: {row.reason}{''.join(f', {problem.message}' for problem in row.problems)}"
    else:
        yield from (f"{lead}: {_problem(problem, entries.columns)}" for problem in row.problems)


def _problem(problem: Problem, columns: Mapping[str, str]) -> str:
    shown = [candidate for candidate in problem.candidates if repr(candidate) not in problem.message]
    more = f" and {len(shown) - MAX_CANDIDATES} more" if len(shown) > MAX_CANDIDATES else ""
    candidates = f"; one of: {', '.join(shown[:MAX_CANDIDATES])}{more}" if shown else ""
    place = f"column {columns[problem.field]}, " if problem.field in columns else ""
    return f"{place}{problem.field}: {problem.message}{candidates}"
