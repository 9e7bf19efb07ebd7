"""When words could first be read, and which text a copy was made from."""

from collections.abc import Collection
from datetime import date

from alleged.corpus import Corpus, Record
from alleged.dates import Span, parse


def known(claim: Record, corpus: Corpus) -> tuple[date | None, date | None]:
    """Return the first and last day on which a claim can have become public: its earliest publication."""
    return earliest([published(a["id"], corpus) for a in claim["sources"]])


def published(source_id: str, corpus: Corpus) -> Span:
    """Return the days on which a source may have been published."""
    return parse(corpus.sources[source_id]["published"])


def earliest(spans: Collection[Span]) -> tuple[date | None, date | None]:
    """Return the bounds of the earliest of some dates; None where that bound is open.

    One date without a lower bound opens the lower bound of all; the upper bound is the least that is known.
    """
    starts = [span.lo for span in spans if span.lo]
    ends = [span.hi for span in spans if span.hi]
    return min(starts) if len(starts) == len(spans) else None, min(ends, default=None)


def origin(source_id: str, corpus: Corpus) -> tuple[str, str | None]:
    """Return the source at the end of a chain of copies, and the agency that it was taken from if one is named.

    A source that is no copy is its own origin. A chain that would come round to a source again ends there.
    """
    seen = {source_id}
    while True:
        copied = corpus.sources[source_id].get("syndicated_from", {})
        above = copied.get("source")
        if above is None or above in seen:
            return source_id, copied.get("agency")
        seen.add(above)
        source_id = above
