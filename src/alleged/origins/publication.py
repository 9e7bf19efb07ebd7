"""When claims became public, which source is the original of a copy, and where a source is archived."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from alleged.dates import EdtfDate, parse
from alleged.records.corpus import Corpus, Record


def public_bounds(claim: Record, corpus: Corpus) -> tuple[date | None, date | None]:
    """Return the first and last day on which a claim may have become public: bounds of its earliest publication.

    It was not public before the first day on which it may have been said.
    """
    lo, hi = earliest([published(a["id"], corpus) for a in claim["sources"]])
    said = parse(claim["said"]).lo
    if said and (hi is None or said <= hi):
        lo = max(lo, said) if lo else lo
    return lo, hi


def published(source_id: str, corpus: Corpus) -> EdtfDate:
    """Return the days on which a source may have been published."""
    return parse(corpus.sources[source_id]["published"])


def earliest(spans: Collection[EdtfDate]) -> tuple[date | None, date | None]:
    """Return the bounds of the earliest of several dates; None where a bound is open.

    A date without a lower bound leaves the lower bound open; the upper bound is the smallest of those stated.
    """
    starts = [span.lo for span in spans if span.lo]
    ends = [span.hi for span in spans if span.hi]
    return min(starts) if len(starts) == len(spans) else None, min(ends, default=None)


def origin(source_id: str, corpus: Corpus) -> tuple[str, str | None]:
    """Return the source at the end of a chain of copies, and the agency whose text that is, if one is recorded.

    For a source that is no copy, the first is the source itself. A cycle of copies, which `alleged check` refuses, ends
    at its first source by id.
    """
    end = _end(source_id, corpus)
    return end, corpus.sources[end].get("syndicated_from", {}).get("agency")


def _end(source_id: str, corpus: Corpus) -> str:
    """Return the source at the end of the chain of copies from a source; each chain is followed once."""
    ends = _ends(corpus)
    walked: dict[str, None] = {}
    here = source_id
    while here not in ends and here not in walked and (original := _original(corpus.sources[here])):
        walked[here] = None
        here = original
    if here in walked:
        chain = list(walked)
        here = min(chain[chain.index(here) :])
    end = ends.get(here, here)
    ends.update(dict.fromkeys(walked, end))
    return end


def _original(source: Record) -> str | None:
    return source.get("syndicated_from", {}).get("source")


@lru_cache(maxsize=1)
def _ends(_: Corpus) -> dict[str, str]:
    """Return the ends of the chains of a corpus that were followed so far."""
    return {}


def archive_url(source: Record) -> str | None:
    """Return the address of the latest snapshot; among those of one day, or without a day, the last in the record."""
    snapshots = enumerate(source.get("archived", ()))
    latest = max(snapshots, key=lambda entry: (_taken(entry[1].get("at")), entry[0]), default=None)
    return latest[1]["uri"] if latest else None


def _taken(edtf: str | None) -> date:
    """Return the last day on which a snapshot may have been taken; the first day of the calendar if none is given."""
    return (parse(edtf).hi if edtf else None) or date.min
