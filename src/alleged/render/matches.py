"""What was found, as text that says what to type next, and as plain data."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from alleged.find import Entry, Match, Part, Query, is_like_name, missing
from alleged.schemas.definitions import KINDS
from alleged.text.urls import flaw, normal_url

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

NEXT_OF_OUTLET = "write the id, as  publisher: [{id}]    or see  alleged show {id}"
"""What to do with an outlet or news agency, which prints what others say."""

WIDTH = 100
"""Characters of a text that are shown."""


def text(matches: Sequence[Match], entries: Sequence[Entry], query: Query, most: int | None) -> Iterator[str]:
    """Yield the matches by kind, at most `most` of each, and what to type next.

    `entries` are those that were searched: where nothing is found, they show why.
    """
    if not matches:
        yield from _nothing(entries, query)
    for kind, group in groupby(matches, key=lambda match: match.entry.kind):
        of_kind = list(group)
        shown = of_kind[:most]
        width = max(len(_named(match.entry)) for match in shown)
        yield kind
        for heading, fitting in groupby(shown, key=lambda match: _heading(match, query)):
            yield from (f"  {line}" for line in [heading] if line)
            yield from (f"  {_named(match.entry):<{width}}  {_described(match.entry)}" for match in fitting)
        if len(of_kind) > len(shown):
            yield f"  and {len(of_kind) - len(shown)} more: add a word, --kind {kind}, or --most {len(of_kind)}"
        best = next((match.entry for match in shown if not match.entry.status), shown[0].entry)
        yield f"  {_next(best).format(id=best.id, code=best.id.rpartition(' ')[2])}"
        yield ""


def _next(entry: Entry) -> str:
    return NEXT_OF_OUTLET if (entry.kind, entry.about) == ("actors", "outlet") else NEXT[entry.kind]


def _named(entry: Entry) -> str:
    return f"{entry.id} [{entry.status}]" if entry.status else entry.id


def _heading(match: Match, query: Query) -> str:
    """Return how the day of a claim fits the period that is searched for; empty without one."""
    if not query.said:
        return ""
    if not match.outside:
        return f"said within {query.said}:"
    if date.min < match.entry.lo and match.entry.hi < date.max:
        return f"said on an unknown day of an interval, perhaps in {query.said}; the narrowest first:"
    return f"said by or since a day (an open interval), perhaps in {query.said}:"


def _described(entry: Entry) -> str:
    title = _shortened(entry.title)
    return f"{title} ({entry.about})".lstrip() if entry.about else title


def _shortened(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1].rstrip()}…"


def _nothing(entries: Sequence[Entry], query: Query) -> Iterator[str]:
    """Yield what each part of a query finds, and how to add what is missing."""
    yield f"nothing is found for {_shortened(query.text)!r}" if query.text else "nothing is found"
    if query.address:
        yield from _unknown_address(normal_url(query.address))
        return
    why = missing(entries, query)
    yield from _parts(why.parts)
    if len(query.text) > WIDTH:
        yield "search for a few words, a name or an address"
        return
    if why.near:
        yield f"perhaps you mean:  alleged find {shlex.quote(why.near)}"
    if query.claimant or query.topic or query.said:
        return
    if query.kind in (None, "actors") and is_like_name(query.text, entries):
        yield from ("to add an actor of this name:", f"  alleged new actor --name {shlex.quote(query.text)}")
    elif query.kind in (None, "topics") and query.text:
        yield from ("to see all questions:", "  alleged find --kind topics")


def _unknown_address(url: str) -> Iterator[str]:
    if wrong := flaw(url):
        yield f"the address {wrong}"
    else:
        yield from ("to add this page:", f"  alleged new source --url {shlex.quote(url)}")


def _parts(counted: Sequence[Part]) -> Iterator[str]:
    """Yield a line for each word and option: what it finds alone, and what is found without it."""
    if not counted:
        return
    yield "all words and options must fit:"
    width = max(len(part.name) for part in counted)
    alone = [f"alone {_counted(part.alone)}" for part in counted]
    others = max(map(len, alone))
    for part, found in zip(counted, alone, strict=True):
        rest = f"{part.others:,}" if part.others else "nothing"
        yield f"  {part.name:<{width}}  {found:<{others}}  without it {rest}"


def _counted(alone: Mapping[str, int]) -> str:
    """Return numbers of entries by kind as text."""
    words = (
        f"{number:,} {KINDS.get(kind, kind.rstrip('s')) if number == 1 else kind}" for kind, number in alone.items()
    )
    return ", ".join(words) or "nothing"


def data(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Return the matches as plain data, in their order; `outside` are the days allowed outside the period."""
    return [_as_data(match) for match in matches]


def _as_data(match: Match) -> dict[str, Any]:
    entry, points, outside = match
    shown = {"kind": entry.kind, "id": entry.id, "title": entry.title, "about": entry.about}
    return {**shown, "status": entry.status or "active", "points": points, "outside": outside}
