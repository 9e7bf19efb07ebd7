"""`alleged check --quotes`: each quote beside the words of the copy that it is from."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alleged.cli.printing import echo, echo_json
from alleged.cli.progress import find_project, read_records
from alleged.errors import UnknownNameError

if TYPE_CHECKING:
    from alleged.archives.quoted import Quoted

ORDER = ("exact", "normalised", "splits words", "near", "gone")


def check_quotes(sources: tuple[str, ...], as_json: bool) -> int:
    """Print how the copies have the quotes of some sources, or of all; return the exit code.

    Raises:
        UnknownNameError: There is no such source.
    """
    from alleged.archives.quoted import quoted
    from alleged.schemas.vocabularies import closest

    corpus = read_records(find_project())
    for source in sources:
        if source not in corpus.sources:
            close = closest(source, corpus.sources)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise UnknownNameError(f"there is no source {source!r}{hint}")
    results = list(quoted(corpus, sources))
    if as_json:
        echo_json([_row(result) for result in results])
    else:
        echo(*(line for result in results for line in _lines(result, bool(sources))))
        echo(_summary(results), err=True)
    return 1 if any(result.found and not result.found.sound for result in results) else 0


def _lines(result: "Quoted", every: bool) -> Iterator[str]:
    """Yield the lines on a quote; without `every` none if it is right and occurs once, or has no copy."""
    found = result.found
    if found is None:
        if every:
            yield f"no copy: {result.source}  {result.quote!r} of {result.claim.id}"
        return
    if found.sound and not found.around and not every:
        return
    place = result.claim.at("sources", result.index, "quote").place
    yield f"{place.path}:{place.line}: {found.state}: {result.quote!r} of {result.claim.id} in {result.source}"
    if found.difference:
        reads = "the whole words are" if found.state == "splits words" else "the text reads"
        yield f"  {reads}: {found.difference}"
    if found.around:
        yield f"  it occurs {len(found.around)} times or more; say which in `locator`"
        yield from (f"    {before} [{result.quote}] {after}" for before, after in found.around)


def _row(result: "Quoted") -> dict[str, Any]:
    row = {"claim_id": result.claim.id, "source_id": result.source, "quote": result.quote}
    if result.found is None:
        return {**row, "state": None}
    around = [{"prefix": before, "suffix": after} for before, after in result.found.around]
    return {**row, "state": result.found.state, "difference": result.found.difference or None, "occurrences": around}


def _summary(results: "list[Quoted]") -> str:
    compared = [result.found for result in results if result.found]
    if not compared:
        return f"{len(results)} quotes, none of them with a copy in .texts/; 'alleged archive SOURCE' makes copies"
    states = Counter(found.state for found in compared)
    counts = ", ".join(f"{states[state]} {state}" for state in ORDER if states[state])
    several = sum(bool(found.around) for found in compared)
    return f"{len(compared)} of {len(results)} quotes compared: {counts}; {several} ambiguous"
