"""What was found, as text that says what to type next, and as plain data."""

import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from alleged.find import Entry, Match, Query

NEXT = {
    "actors": "write the id, as  claimant: {id}    or see  alleged show {id}",
    "sources": "write the id under sources, as  - id: {id}    or see  alleged show {id}",
    "topics": "write the id, as  topic: {id}    or see  alleged origins {id}",
    "claims": "see  alleged show {id}    or link it, as  relations: [{{type: …, to: {id}, basis: …}}]",
    "instruments": "write the id, as  instrument: [{id}]    or see  alleged show {id}",
    "evidence": "write the id, as  evidence: [{id}]    or see  alleged show {id}",
    "codes": "write the code, as  {id}    or see  alleged explain {code}",
    "fields": "see  alleged explain {id}",
}
"""What to do with a match of each kind."""

WIDTH = 100
"""Characters of a text that are shown."""


def text(matches: Sequence[Match], query: Query, most: int) -> Iterator[str]:
    """Yield the matches by kind, at most `most` of each, and what to type next."""
    if not matches:
        yield from _nothing(query)
    for kind, group in groupby(matches, key=lambda match: match.entry.kind):
        of_kind = list(group)
        shown = of_kind[:most]
        width = max(len(match.entry.id) for match in shown)
        yield kind
        yield from (f"  {match.entry.id:<{width}}  {_described(match.entry)}" for match in shown)
        if len(of_kind) > most:
            yield f"  and {len(of_kind) - most} more: add a word, --kind {kind}, or --most {len(of_kind)}"
        best = shown[0].entry.id
        yield f"  {NEXT[kind].format(id=best, code=best.rpartition(' ')[2])}"
        yield ""


def _described(entry: Entry) -> str:
    title = entry.title if len(entry.title) <= WIDTH else f"{entry.title[: WIDTH - 1].rstrip()}…"
    return f"{title} ({entry.about})" if entry.about else title


def _nothing(query: Query) -> Iterator[str]:
    yield f"nothing is found for {query.text!r}" if query.text else "nothing is found"
    if any((query.claimant, query.topic, query.said)):
        yield "only claims have a claimant, a topic and a day; leave out one of these options to find more"
    elif query.text:
        word = shlex.quote(query.text)
        yield "to add what is missing:"
        yield f"  alleged new actor --name {word}"
        yield f"  alleged new source --url {word if '/' in query.text else '…'}"


def data(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Return the matches as plain data, in their order."""
    return [
        {"kind": entry.kind, "id": entry.id, "title": entry.title, "about": entry.about, "points": points}
        for entry, points in matches
    ]
