"""Changes as text for people, as Markdown for a pull request, and as lines of JSON."""

import difflib
import json
from collections.abc import Iterator, Mapping
from itertools import takewhile
from operator import eq
from typing import Any

from alleged.changes import Change, Comparison, Edit, as_data, headline
from alleged.review import Answer, AnswerChange, Review
from alleged.schemas.definitions import KINDS
from alleged.text import escape

MARKS = {"text": ("[-{}-]", "{{+{}+}}"), "markdown": ("~~{}~~", "**{}**")}
"""Marks of removed and added words: as in `git diff --word-diff`, and in Markdown."""

MOST_PAIRS = 40_000
"""Most pairs of old and new words that are compared one by one."""

SAID = ("summary", "claimant", "act", "said", "name", "question", "title", "publisher", "published")
"""Fields of a new record that are shown to a reviewer."""


def text(review: Review) -> Iterator[str]:
    """Yield the changes as text, one paragraph for each record and each answer."""
    comparison = review.comparison
    yield headline(comparison)
    for change in comparison.changes:
        yield ""
        yield f"{KINDS[change.kind]} {change.id}: {_what(change)}"
        yield from (f"  {line}" for line in _details(change, "text"))
    yield from _counts(comparison)
    yield ""
    yield _answers_headline(review)
    for answer in review.answers:
        yield ""
        yield f"topic {answer.topic}: {_moved(answer)}"
        yield from (f"  {line}" for line in _causes(answer, comparison))


def markdown(review: Review) -> Iterator[str]:
    """Yield the changes as Markdown for a pull request; text of records is escaped."""
    comparison = review.comparison
    yield f"**{escape.markdown(headline(comparison))}**"
    yield ""
    for change in comparison.changes:
        yield f"- {KINDS[change.kind]} {escape.code(change.id)}: {escape.markdown(_what(change))}"
        yield from (f"  - {line}" for line in _details(change, "markdown"))
    yield ""
    yield f"**{escape.markdown(_answers_headline(review))}**"
    yield ""
    for answer in review.answers:
        yield f"- topic {escape.code(answer.topic)}: {_moved(answer)}"
        yield from (f"  - {escape.markdown(line)}" for line in _causes(answer, comparison))


def ndjson(review: Review) -> Iterator[str]:
    """Yield one line of JSON for each change, as in `changes.ndjson` of a release, and one for each answer."""
    for change in review.comparison.changes:
        yield escape.as_json(as_data(change), sort_keys=True)
    for answer in review.answers:
        sides = {"before": _side(answer.before), "after": _side(answer.after)}
        yield escape.as_json({"kind": "answers", "id": answer.topic, **sides}, sort_keys=True)


def _side(answer: Answer | None) -> dict[str, Any] | None:
    origins = {origin: sorted(roots) for origin, roots in sorted(answer.origins.items())} if answer else {}
    return {"lo": answer.lo, "hi": answer.hi, "origins": origins} if answer else None


def _answers_headline(review: Review) -> str:
    if review.unknown:
        return review.unknown
    number = len(review.answers)
    return f"{number or 'no'} answer{'' if number == 1 else 's'} changed"


def _moved(answer: AnswerChange) -> str:
    before, after = map(_interval, (answer.before, answer.after))
    return f"{before}, with other roots" if before == after else f"{before} -> {after}"


def _interval(answer: Answer | None) -> str:
    if answer is None:
        return "no such topic"
    number = str(answer.hi) if answer.lo == answer.hi else f"{answer.lo} to {answer.hi}"
    return f"{number} origin{'' if number == '1' else 's'}"


def _causes(answer: AnswerChange, comparison: Comparison) -> Iterator[str]:
    """Yield a line for each origin that has other roots, with what changed in these claims."""
    changed = {change.id: change for change in comparison.changes if change.kind == "claims"}
    for word, sides in (("gained", answer.gained), ("lost", answer.lost)):
        for origin, roots in sorted(sides.items()):
            yield f"{word} {origin}: {', '.join(_cause(root, changed) for root in sorted(roots)) or 'by other links'}"


def _cause(root: str, changed: Mapping[str, Change]) -> str:
    change = changed.get(root)
    if change is None:
        return f"{root} (by other records)"
    fields = dict.fromkeys(edit.path.partition("[")[0] for edit in change.edits if edit.path)
    return f"{root} ({', '.join(fields) or change.change})"


def _what(change: Change) -> str:
    if change.change == "removed":
        return "gone without a reason; withdraw it instead"
    if change.change == "contradicted":
        return f"contradicted by {', '.join(change.by)}"
    return f"{change.change}, {change.reason}" if change.reason else change.change


def _details(change: Change, form: str) -> Iterator[str]:
    if change.change == "added":
        data = change.edits[0].after
        yield from (f"{name}: {_shown(data[name], form)}" for name in SAID if name in data)
        return
    for edit in change.edits:
        if edit.path.split("[")[0] not in ("status", "status_reason", "status_on") or not change.reason:
            yield f"{_clean(edit.path, form)}: {_edit(edit, form)}"


def _edit(edit: Edit, form: str) -> str:
    gone, come = MARKS[form]
    if isinstance(edit.before, str) and isinstance(edit.after, str):
        return _words(edit.before, edit.after, form)
    parts = [gone.format(_shown(edit.before, form))] if edit.before is not None else []
    parts += [come.format(_shown(edit.after, form))] if edit.after is not None else []
    return " ".join(parts)


def _words(before: str, after: str, form: str) -> str:
    """Return the new text with removed and added words marked."""
    gone, come = MARKS[form]
    old, new = before.split(), after.split()
    parts: list[str] = []
    for tag, i, j, k, m in _steps(old, new):
        went, came = _clean(" ".join(old[i:j]), form), _clean(" ".join(new[k:m]), form)
        if tag == "equal":
            parts += [came] if came else []
        else:
            parts += [mark.format(words) for mark, words in ((gone, went), (come, came)) if words]
    return " ".join(parts)


def _steps(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the steps from the old words to the new ones as difflib names them.

    difflib can take the cube of their number. Of long texts, what is equal at either end is set apart first, and what
    lies between is one step if it is long still.
    """
    if len(old) * len(new) <= MOST_PAIRS:
        yield from difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return
    head = _equal(old, new)
    tail = _equal(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    yield "equal", 0, head, 0, head
    between = [("replace", 0, len(before), 0, len(after))]
    if len(before) * len(after) <= MOST_PAIRS:
        between = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    yield from ((tag, head + i, head + j, head + k, head + m) for tag, i, j, k, m in between)
    yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _equal(old: list[str], new: list[str]) -> int:
    """Return the number of equal words at the beginning of two texts."""
    return sum(1 for _ in takewhile(bool, map(eq, old, new)))


def _shown(value: Any, form: str) -> str:
    return _clean(_plainly(value), form)


def _plainly(value: Any) -> str:
    """Return a value as text for people."""
    match value:
        case str():
            return value
        case dict():
            return ", ".join(f"{name} {_plainly(inner)}" for name, inner in value.items())
        case list():
            return "; ".join(map(_plainly, value))
        case _:
            return json.dumps(value)


def _clean(plain: str, form: str) -> str:
    return escape.markdown(plain) if form == "markdown" else plain


def _counts(comparison: Comparison) -> Iterator[str]:
    moved = [(kind, was, now) for kind, (was, now) in comparison.counts.items() if was != now]
    if moved:
        yield ""
        yield "records: " + ", ".join(f"{kind} {was} -> {now}" for kind, was, now in moved)
