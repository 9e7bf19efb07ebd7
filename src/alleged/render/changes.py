"""The review sheet: changes as text, Markdown and HTML for people, and as JSON."""

import difflib
import html
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from typing import Any, NamedTuple

from alleged.answers import FIGURE, Answer, Figure
from alleged.changes import Change, Comparison, Edit, as_data, headline
from alleged.errors import UnknownNameError
from alleged.records.corpus import Corpus
from alleged.render.claims import fields, figure
from alleged.review import AnswerChange, Review, unlinked
from alleged.schemas.definitions import KINDS
from alleged.schemas.vocabularies import using
from alleged.text import escape
from alleged.text.urls import flaw


@dataclass(frozen=True)
class Form:
    """How text of records, removed and added words, and addresses are written."""

    clean: Callable[[str], str]
    gone: str
    come: str
    link: Callable[[str], str]


def _link(url: str) -> str:
    return escape.markdown(url) if flaw(url) or ">" in url else f"[page](<{url}>)"


def _anchor(url: str) -> str:
    shown = html.escape(escape.visible(url))
    return shown if flaw(url) else f'<a href="{html.escape(url)}" rel="noreferrer">{shown}</a>'


TEXT = Form(str, "[-{}-]", "{{+{}+}}", str)
"""Removed and added words are marked as in `git diff --word-diff`."""

MARKDOWN = Form(escape.markdown, "~~{}~~", "**{}**", _link)
HTML = Form(lambda text: html.escape(escape.visible(text)), "<del>{}</del>", "<ins>{}</ins>", _anchor)

MOST_PAIRS = 40_000
"""Most pairs of old and new words that are compared one by one."""

SAID = ("summary", "claimant", "act", "said", "name", "question", "title", "publisher", "published")
"""Fields of a new record that are shown to a reviewer."""


class Line(NamedTuple):
    """A line of the review sheet: how deep it stands, and its text in some form."""

    depth: int
    text: str


def text(review: Review) -> Iterator[str]:
    """Yield the review sheet as text: claims by article, other records, findings, and the answers that change."""
    for n, line in enumerate(_sheet(review, TEXT)):
        if n and line.depth == 0:
            yield ""
        yield f"{'  ' * line.depth}{line.text}"
    yield from _counts(review.comparison)


def markdown(review: Review) -> Iterator[str]:
    """Yield the review sheet as Markdown for a pull request; text of records is escaped, and addresses are links."""
    for line in _sheet(review, MARKDOWN):
        if line.depth == 0:
            yield from ("", f"**{line.text}**", "")
        else:
            yield f"{'  ' * (line.depth - 1)}- {line.text}"


def page(review: Review) -> Iterator[str]:
    """Yield the review sheet as one HTML page without scripts."""
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Review sheet</title>'
    yield f"<style>{STYLE}</style>\n</head>\n<body>"
    for line in _sheet(review, HTML):
        tag = ("h2", "h3", "p")[line.depth]
        yield f"<{tag}>{line.text}</{tag}>"
    yield "</body>\n</html>"


STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.2rem; margin-top: 2rem } h3 { font-size: 1rem; margin: 1rem 0 .2rem }
p { margin: .1rem 0 .1rem 1rem; overflow-wrap: anywhere }
del { opacity: .6 } ins { text-decoration: none; font-weight: 700 }
"""


def _sheet(review: Review, form: Form) -> Iterator[Line]:
    comparison = review.comparison
    yield Line(0, form.clean(headline(comparison)))
    articles = _by_article(review)
    for source, changes in articles.items():
        yield Line(0, _article(source, review.after, form))
        for change in changes:
            yield from _change(change, review, form)
    listed = {id(change) for changes in articles.values() for change in changes}
    if others := [change for change in comparison.changes if id(change) not in listed]:
        yield Line(0, "other records") if articles else Line(0, "records")
        for change in others:
            yield from _change(change, review, form)
    if review.findings:
        yield Line(0, "new findings of the check")
    for issue in review.findings:
        where = f"{issue.place.path}:{issue.place.line}"
        yield Line(1, form.clean(f"{issue.severity} {issue.rule} in {where}: {issue.message}"))
    yield Line(0, form.clean(_answers_headline(review)))
    for answer in review.answers:
        yield Line(1, form.clean(f"topic {answer.topic}: {_moved(answer)}"))
        yield from (Line(2, form.clean(line)) for line in _causes(answer, comparison))


def _by_article(review: Review) -> dict[str, list[Change]]:
    """Return the changes of claims that can be read, by the id of the first source of each."""
    articles: dict[str, list[Change]] = {}
    for change in review.comparison.changes:
        if change.kind == "claims" and change.change != "contradicted" and change.id in review.after.claims:
            articles.setdefault(review.after.claims[change.id]["sources"][0]["id"], []).append(change)
    return articles


def _article(source_id: str, corpus: Corpus, form: Form) -> str:
    """Return the heading of an article: what it is, and where."""
    if source_id not in corpus.sources:
        return form.clean(source_id)
    source = corpus.sources[source_id]
    by = " and ".join(corpus.actors[p]["name"] for p in source["publisher"] if p in corpus.actors)
    title = f"{source['title']}, " if "title" in source.data else ""
    link = f" {form.link(source['url'])}" if "url" in source.data else ""
    return form.clean(f"{title}{by}, {source['published']} ({source_id})") + link


def _change(change: Change, review: Review, form: Form) -> Iterator[Line]:
    """Yield the lines of a changed record: a new claim as `show` prints it, an edited one field by field."""
    yield Line(1, form.clean(f"{KINDS[change.kind]} {change.id}: {_what(change)}"))
    is_new = change.kind == "claims" and change.change == "added" and change.id in review.after.claims
    lines = _new_claim(change.id, review.after) if is_new else []
    for line in lines:
        yield Line(2, form.link(line) if line.startswith(("http://", "https://")) else form.clean(line))
    if not lines:
        yield from (Line(2, line) for line in _details(change, form))


def _new_claim(id: str, corpus: Corpus) -> list[str]:
    """Return a claim as `show` prints it, and the claims to compare it with; nothing if what it names is missing."""
    record = corpus.claims[id]
    try:
        with using(corpus.codes):
            shown = (f"{word}: {text}" if word else text for word, text in fields(record, corpus))
            lines = [" ".join(text.split()) for text in (record["summary"], *shown)]
        near = unlinked(record, corpus)
    except UnknownNameError:
        return []
    return lines + [f"not linked: {other.id} of {other['said']}, {other['summary']}" for other in near]


def data(review: Review) -> dict[str, Any]:
    """Return the review as plain data: headline, changes, findings and answers."""
    lines = [json.loads(line) for line in ndjson(review)]
    return {
        "headline": headline(review.comparison),
        "changes": [line for line in lines if line["kind"] != "answers"],
        "answers": [line for line in lines if line["kind"] == "answers"],
        "answers_unknown": review.unknown,
        "findings": [
            {"rule": i.rule, "severity": i.severity, "path": i.place.path, "line": i.place.line, "message": i.message}
            for i in review.findings
        ],
    }


def ndjson(review: Review) -> Iterator[str]:
    """Yield one line of JSON for each change, as in `changes.ndjson` of a release, and one for each answer."""
    for change in review.comparison.changes:
        yield escape.as_json(as_data(change), sort_keys=True)
    for answer in review.answers:
        sides = {"before": _side(answer.before), "after": _side(answer.after)}
        yield escape.as_json({"kind": "answers", "id": answer.topic, **sides}, sort_keys=True)


def _side(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    named = sorted((dict(zip(("claim", *FIGURE), f, strict=True)) for f in answer.figures), key=escape.as_json)
    origins = {origin: sorted(roots) for origin, roots in sorted(answer.origins.items())}
    return {**answer._asdict(), "origins": origins, "figures": named}


def _answers_headline(review: Review) -> str:
    if review.unknown:
        return review.unknown
    number = len(review.answers)
    return f"{number or 'no'} answer{'' if number == 1 else 's'} changed"


def _moved(answer: AnswerChange) -> str:
    """Return what changed of an answer: its interval, the claims behind it, or its counts."""
    before, after = map(_interval, (answer.before, answer.after))
    parts = [f"{before} -> {after}" if before != after else f"the number stays {after}"]
    parts += ["other claims stand behind it"] if before == after and (answer.gained or answer.lost) else []
    if answer.before and answer.after:
        for word, was, now in (("yes", answer.before.yes, answer.after.yes), ("no", answer.before.no, answer.after.no)):
            parts += [f"claims that say {word} {was} -> {now}"] if was != now else []
    return "; ".join(parts)


def _interval(answer: Answer | None) -> str:
    if answer is None:
        return "no such topic"
    number = str(answer.hi) if answer.lo == answer.hi else f"{answer.lo} to {answer.hi}"
    return f"{number} origin{'' if number == '1' else 's'}"


def _causes(answer: AnswerChange, comparison: Comparison) -> Iterator[str]:
    """Yield a line for each origin that is counted by other claims, with what changed in these claims."""
    changed = {change.id: change for change in comparison.changes if change.kind == "claims"}
    for word, sides in (("now", answer.gained), ("no longer", answer.lost)):
        for origin, roots in sorted(sides.items()):
            claims = ", ".join(_cause(root, changed) for root in sorted(roots))
            yield f"origin {origin} {word} {f'rests on {claims}' if claims else 'counts, by other links'}"
    for word, figures in (("new figure", answer.added), ("figure gone", answer.dropped)):
        yield from sorted(f"{word}: {_figure(one)}" for one in figures)


def _cause(root: str, changed: Mapping[str, Change]) -> str:
    change = changed.get(root)
    if change is None:
        return f"{root} (by other records)"
    fields = dict.fromkeys(edit.path.partition("[")[0] for edit in change.edits if edit.path)
    return f"{root} ({', '.join(fields) or change.change})"


def _figure(one: Figure) -> str:
    claim, *values = one
    known = {name: value for name, value in zip(FIGURE, values, strict=True) if value is not None}
    return f"{figure(known)} ({claim})"


def _what(change: Change) -> str:
    if change.change == "removed":
        return "gone without a reason; withdraw it instead"
    if change.change == "contradicted":
        return f"contradicted by {', '.join(change.by)}"
    return f"{change.change}, {change.reason}" if change.reason else change.change


def _details(change: Change, form: Form) -> Iterator[str]:
    if change.change == "added":
        data = change.edits[0].after
        yield from (f"{name}: {_shown(data[name], form)}" for name in SAID if name in data)
        return
    for edit in change.edits:
        if edit.path.split("[")[0] not in ("status", "status_reason", "status_on") or not change.reason:
            yield f"{_clean(edit.path, form)}: {_edit(edit, form)}"


def _edit(edit: Edit, form: Form) -> str:
    if isinstance(edit.before, str) and isinstance(edit.after, str):
        return _words(edit.before, edit.after, form)
    parts = [form.gone.format(_shown(edit.before, form))] if edit.before is not None else []
    parts += [form.come.format(_shown(edit.after, form))] if edit.after is not None else []
    return " ".join(parts)


def _words(before: str, after: str, form: Form) -> str:
    """Return the new text with removed and added words marked."""
    old, new = before.split(), after.split()
    parts: list[str] = []
    for tag, i, j, k, m in _steps(old, new):
        went, came = _clean(" ".join(old[i:j]), form), _clean(" ".join(new[k:m]), form)
        if tag == "equal":
            parts += [came] if came else []
        else:
            parts += [mark.format(words) for mark, words in ((form.gone, went), (form.come, came)) if words]
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


def _shown(value: Any, form: Form) -> str:
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


def _clean(plain: str, form: Form) -> str:
    return form.clean(plain)


def _counts(comparison: Comparison) -> Iterator[str]:
    moved = [(kind, was, now) for kind, (was, now) in comparison.counts.items() if was != now]
    if moved:
        yield ""
        yield "records: " + ", ".join(f"{kind} {was} -> {now}" for kind, was, now in moved)
