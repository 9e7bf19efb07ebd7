"""The counts of the dataset as text, as plain data, and as a Markdown table."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from alleged.records.corpus import Corpus
from alleged.render.pages import table
from alleged.render.screen import width
from alleged.stats import Share, Stats

if TYPE_CHECKING:
    import polars as pl


def text(counts: Stats, corpus: Corpus) -> Iterator[str]:
    """Yield the counts under their headings."""
    names = {id: corpus.actors[id]["name"] for id in counts.principals}
    yield from _list("records", counts.records)
    yield from _list("claims by the year in which they were said", counts.years)
    yield from _list("claims by the state, organisation or person they are attributed to", counts.principals, names)
    yield from _list("claims by act", counts.acts)
    yield from _list("claims by topic", counts.topics)
    yield from _list("sources by language", counts.languages)
    yield from _list("denials by scope", counts.denial_scopes)
    yield "sourcing and answers"
    rows = list(_rows(counts))
    broadest = max(len(number) for _, number in rows)
    yield from (f"  {number:>{broadest}}  {what}" for what, number in rows)


def _list(heading: str, counts: Mapping[str, int], names: Mapping[str, str] | None = None) -> Iterator[str]:
    yield heading
    broadest = max((len(f"{number:,}") for number in counts.values()), default=0)
    shown = {code: (names or {}).get(code, code) for code in counts}
    widest = max(map(width, shown.values()), default=0)
    for code, number in counts.items():
        line = shown[code] + (" " * (widest - width(shown[code])) + f"  {code}" if names else "")
        yield f"  {number:>{broadest},}  {line}"
    yield ""


def _rows(counts: Stats) -> Iterator[tuple[str, str]]:
    yield "sources with a copy in an archive", _part(counts.archived)
    yield "appearances of claims in sources with a quote", _part(counts.quoted)
    yield "claims with one source only", _part(counts.one_source)
    yield "claims with one text only, copies of it not counted", _part(counts.one_text)
    yield "claims quoted in translation", _part(counts.translated)
    yield "claims with figures", _part(counts.with_quantities)
    yield "figures", f"{counts.quantities:,}"
    yield from ((f"claims of the act `{act}`", f"{number:,}") for act, number in counts.unconfirmed.items())
    yield from _answers(counts)
    yield "allegations answered by name", _part(counts.answers.by_relation)
    yield "allegations denied before they were made", _part(counts.answers.beforehand)
    yield "designations that name who is listed", _part(counts.named_listings)
    yield "names that are listed", f"{counts.listed:,}"


def _answers(counts: Stats) -> Iterator[tuple[str, str]]:
    yield "allegations answered by a party, by name or on the topic", _part(counts.answers.answered)
    yield "allegations to which an answer was looked for and none found", _part(counts.answers.sought)
    yield "allegations without an answer, to which none was looked for", _part(counts.answers.unsought)


def _part(share: Share) -> str:
    if not share.whole:
        return "0 of 0"
    return f"{share.part:,} of {share.whole:,} ({100 * share.part / share.whole:.0f} %)"


def headline(counts: Stats, release: str | None = None) -> str:
    """Return the main counts as a Markdown table, with the release that they are of."""
    years = [year for year in counts.years if year != "open"]
    span = f", said from {years[0]} to {years[-1]}" if years else ""
    rows = [
        (f"claims{span}", f"{counts.records['claims']:,}"),
        ("states, organisations and persons that they are attributed to", f"{len(counts.principals):,}"),
        (f"sources, in {len(counts.languages)} languages", f"{counts.records['sources']:,}"),
        ("appearances of claims in sources", f"{counts.quoted.whole:,}"),
        ("denials, disputes, doubts and refusals to comment", f"{sum(counts.unconfirmed.values()):,}"),
        *_answers(counts),
        ("figures", f"{counts.quantities:,}"),
        ("sanctions designations that name who is listed", f"{counts.named_listings.part:,}"),
        ("claims with one source only", _part(counts.one_source)),
        ("sources with a copy in an archive", _part(counts.archived)),
    ]
    return (f"Release {release}.\n\n" if release else "") + table(("what", "number"), rows)


def data(counts: Stats) -> dict[str, Any]:
    """Return the counts as plain data; a share has its part and its whole."""
    data: dict[str, Any] = asdict(counts)
    shares = ("archived", "quoted", "one_source", "one_text", "translated", "with_quantities", "named_listings")
    data |= {name: getattr(counts, name)._asdict() for name in shares}
    data["answers"] = {name: Share(*share)._asdict() for name, share in data["answers"].items()}
    return data


def empty_columns(tables: Mapping[str, "pl.DataFrame"]) -> str:
    """Return a Markdown table of the columns that have no value in any row, by table."""
    rows = []
    for name, frame in tables.items():
        empty = [f"`{column}`" for column in frame.columns if frame[column].null_count() == len(frame)]
        if empty:
            rows.append((f"`{name}`", ", ".join(empty) if len(frame) else "all: it has no row"))
    return table(("table", "columns"), rows, numbers_from=2)
