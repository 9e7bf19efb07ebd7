"""Review files: what is open in an import, one entry each, to be filled in and read back."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alleged import files
from alleged.editing.adding import plain_yaml
from alleged.editing.importing.entries import MAX_FILE_BYTES, Entries, UnreadableImport
from alleged.editing.importing.judging import Answer, Row
from alleged.project import Project
from alleged.reader import MAX_BYTES, Document, FileText, parse_text
from alleged.reader.values import MAX_EVENTS

HEADER = """\
# What is open in {name}. Fill in `value`, or write `skip: why` beside `number` to leave an entry out; `keep: true` says
# that an entry is a claim of its own. Then: alleged import {name} --review-from THIS-FILE
"""
KEYS = frozenset({"number", "digest", "about", "skip", "keep", "open"})
VALUES = 16
"""More names and values than an entry has apart from its questions, or a question apart from its candidates."""

OPEN = frozenset({"field", "problem", "candidates", "value"})


def review(rows: Iterable[Row], name: str) -> tuple[bytes, int]:
    """Return a review file of the rows with questions, as many as a file may have, and the number of the others."""
    entries = [_entry(row) for row in rows if row.problems]
    heading = HEADER.format(name=_shown([name])).encode()
    bytes_left, values_left, most = MAX_BYTES - len(heading), MAX_EVENTS, 0
    for entry in entries:
        bytes_left -= len(plain_yaml({"entries": [entry]}))
        values_left -= VALUES + sum(VALUES + len(question["candidates"]) for question in entry["open"])
        if min(bytes_left, values_left) < VALUES:
            break
        most += 1
    return heading + plain_yaml({"entries": entries[:most]}), len(entries) - most


def _entry(row: Row) -> dict[str, Any]:
    texts = row.entry.texts
    about = [texts[name] for name in ("claimant", "topic", "summary", "publisher", "title", "url") if name in texts]
    questions = [
        {"field": p.field, "problem": _shown([p.message]), "candidates": [*p.candidates], "value": ""}
        for p in row.problems
        if p.field != "keep"
    ]
    asks_to_keep = any(p.field == "keep" for p in row.problems)
    entry: dict[str, Any] = {"number": row.entry.number, "digest": row.entry.digest, "about": _shown(about)}
    return entry | ({"keep": False} if asks_to_keep else {}) | {"open": questions}


def _shown(texts: Iterable[str]) -> str:
    return "".join(c if c.isprintable() else " " for c in ": ".join(texts)[:300])


def read_review(path: Path, project: Project, entries: Entries) -> tuple[dict[str, Answer], list[str]]:
    """Return the answers of a review file by the digest of their entry, and notes on entries that have changed.

    Raises:
        UnreadableImport: The file is not one of `review`; the message says where.
        EnvironmentFailure: It cannot be read.
    """
    with files.translate_oserror(f"{path} cannot be read"):
        content = files.read(*files.split(path), MAX_FILE_BYTES)
    document = parse_text(FileText(path.name, content), project)
    if not isinstance(document, Document):
        place = document[0].place
        raise UnreadableImport(f"{path.name}:{place.line}:{place.column}: {document[0].message}")
    digests = {entry.digest for entry in entries.entries}
    answers: dict[str, Answer] = {}
    notes: list[str] = []
    items = document.data.get("entries")
    if document.data.keys() != {"entries"} or not isinstance(items, list):
        raise UnreadableImport(f"{path.name}: a review has one list, 'entries'")
    for number, item in enumerate(items):
        try:
            digest, answer = _answer(item)
        except (KeyError, TypeError, ValueError, AttributeError):
            line = document.place(("entries", number)).line
            raise UnreadableImport(f"{path.name}:{line}: this entry is not as --review wrote it") from None
        if digest in digests:
            answers[digest] = answer
        else:
            notes.append(f"the review has an entry for {entries.word} {item['number']}, which has changed since")
    return answers, notes


def _answer(item: Mapping[str, Any]) -> tuple[str, Answer]:
    if not item.keys() <= KEYS or not all(question.keys() <= OPEN for question in item.get("open", ())):
        raise ValueError
    texts = {q["field"]: _text(q.get("value")) for q in item.get("open", ())}
    answered = {name: text for name, text in texts.items() if text}
    return str(item["digest"]), Answer(answered, _text(item.get("skip")), item.get("keep") is True)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).strip()
