"""The numbers of the dataset as text, as plain data, and as the table that pages carry."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from alleged.records.corpus import Corpus
from alleged.render.pages import table
from alleged.render.screen import width
from alleged.stats import Share, Stats


def text(found: Stats, corpus: Corpus) -> Iterator[str]:
    """Yield the numbers under their headings, each list in one column of figures."""
    names = {id: corpus.actors[id]["name"] for id in found.principals}
    yield from _list("records", found.records)
    yield from _list("claims by the year in which they were said", found.years)
    yield from _list("claims by the state, organisation or person they are laid to", found.principals, names)
    yield from _list("claims by act", found.acts)
    yield from _list("claims by topic", found.topics)
    yield from _list("sources by language", found.languages)
    yield from _list("denials by scope", found.denial_scopes)
    yield "sourcing and answers"
    rows = list(_rows(found))
    broadest = max(len(number) for _, number in rows)
    yield from (f"  {number:>{broadest}}  {what}" for what, number in rows)


def _list(heading: str, counts: Mapping[str, int], names: Mapping[str, str] | None = None) -> Iterator[str]:
    yield heading
    broadest = max((len(f"{number:,}") for number in counts.values()), default=0)
    shown = {code: (names or {}).get(code, code) for code in counts}
    widest = max(map(width, shown.values()), default=0)
    for code, number in counts.items():
        told = shown[code] + (" " * (widest - width(shown[code])) + f"  {code}" if names else "")
        yield f"  {number:>{broadest},}  {told}"
    yield ""


def _rows(found: Stats) -> Iterator[tuple[str, str]]:
    yield "sources with a copy in an archive", _part(found.archived)
    yield "appearances of claims in sources with a quote", _part(found.quoted)
    yield "claims with one source only", _part(found.one_source)
    yield "claims with one text only, copies of it not counted", _part(found.one_text)
    yield "claims quoted in translation", _part(found.translated)
    yield "claims with figures", _part(found.with_quantities)
    yield "figures", f"{found.quantities:,}"
    yield from ((f"claims of the act `{act}`", f"{number:,}") for act, number in found.unconfirmed.items())
    yield "accusations answered by a party, by name or on the topic", _part(found.answers.answered)
    yield "accusations answered by name", _part(found.answers.by_relation)
    yield "accusations denied before they were made", _part(found.answers.beforehand)
    yield "designations that name who is listed", _part(found.named_listings)
    yield "names that are listed", f"{found.listed:,}"


def _part(map_ordered: Share) -> str:
    if not map_ordered.whole:
        return "0 of 0"
    return f"{map_ordered.part:,} of {map_ordered.whole:,} ({100 * map_ordered.part / map_ordered.whole:.0f} %)"


def headline(found: Stats) -> str:
    """Return the figures that a page shows, as a table in Markdown."""
    years = [year for year in found.years if year != "open"]
    span = f", said from {years[0]} to {years[-1]}" if years else ""
    rows = [
        (f"claims{span}", f"{found.records['claims']:,}"),
        ("states, organisations and persons that they are laid to", f"{len(found.principals):,}"),
        (f"sources, in {len(found.languages)} languages", f"{found.records['sources']:,}"),
        ("appearances of claims in sources", f"{found.quoted.whole:,}"),
        ("denials, disputes, doubts and refusals to comment", f"{sum(found.unconfirmed.values()):,}"),
        ("accusations answered by a party, by name or on the topic", _part(found.answers.answered)),
        ("figures", f"{found.quantities:,}"),
        ("sanctions designations that name who is listed", f"{found.named_listings.part:,}"),
        ("claims with one source only", _part(found.one_source)),
        ("sources with a copy in an archive", _part(found.archived)),
    ]
    return table(("what", "number"), rows)


def data(found: Stats) -> dict[str, Any]:
    """Return the numbers as plain data; a share as its part and its whole."""
    told: dict[str, Any] = asdict(found)
    shares = ("archived", "quoted", "one_source", "one_text", "translated", "with_quantities", "named_listings")
    told |= {name: getattr(found, name)._asdict() for name in shares}
    told["answers"] = {name: Share(*map_ordered)._asdict() for name, map_ordered in told["answers"].items()}
    return told
