"""Compare each quote with the copy of the source that it is taken from."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from alleged.records.corpus import Corpus
from alleged.records.record import Record
from alleged.text.quotes import Match, match


class Quoted(NamedTuple):
    """A quote: its claim, the position of the appearance in it, its source, and how the copy has it.

    `found` is None if there is no copy.
    """

    claim: Record
    index: int
    source: str
    quote: str
    found: Match | None


def quoted(corpus: Corpus, sources: Collection[str] = ()) -> Iterator[Quoted]:
    """Yield each quote from some sources, or from all, in the order of the sources and claims."""
    appearances = [
        (appearance["id"], claim, i)
        for claim in corpus.active("claims")
        for i, appearance in enumerate(claim["sources"])
        if "quote" in appearance and (not sources or appearance["id"] in sources)
    ]
    last, text = "", ""
    for source, claim, i in sorted(appearances, key=lambda entry: (entry[0], entry[1].id, entry[2])):
        quote = claim["sources"][i]["quote"]
        if source not in corpus.texts:
            yield Quoted(claim, i, source, quote, None)
            continue
        if source != last:
            last, text = source, corpus.texts[source]  # each copy is read once
        yield Quoted(claim, i, source, quote, match(quote, text))


def quotes_of(corpus: Corpus, source: str) -> list[str]:
    """Return the quotes that claims take from a source, each once."""
    appearances = (appearance for claim in corpus.active("claims") for appearance in claim["sources"])
    return list(dict.fromkeys(a["quote"] for a in appearances if a["id"] == source and "quote" in a))
