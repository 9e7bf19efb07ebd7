"""Agreement between coders as text, as plain data, and as a Markdown table."""

from collections.abc import Iterable, Iterator
from typing import Any

from alleged.agreement import Agreement
from alleged.render.pages import table
from alleged.text import escape


def text(with_records: Agreement, of_coders: Agreement) -> Iterator[str]:
    """Yield the agreement of each field, then every disagreement: of readings with records, and of coders."""
    yield "Records and second readings"
    yield from _text(with_records, "record, second reading")
    if of_coders.claims:
        yield ""
        yield "Two coders of the same claims"
        yield from _text(of_coders, f"{', '.join(of_coders.coders)}: why the record has its code")


def _text(agreement: Agreement, compared: str) -> Iterator[str]:
    yield _summary(agreement, agreement.coders)
    yield ""
    yield f"{'field':<18} {'scale':<9} {'units':>5} {'agree':>7} {'alpha':>7}"
    for name, scale, units, agree, alpha in _rows(agreement):
        yield f"{name:<18} {scale:<9} {units:>5} {agree:>7} {alpha:>7}"
    if agreement.disagreements:
        yield ""
        yield f"where they differ: claim, field, {compared}"
    for pair in agreement.disagreements:
        decided = f": {pair.decided}" if pair.decided else ""
        yield f"  {pair.claim}  {pair.field}: {_code(pair.first)} / {_code(pair.second)}{decided}"


def _summary(agreement: Agreement, coders: Iterable[str]) -> str:
    by = f" by {' and '.join(coders)}" if agreement.coders else ""
    left = f"; readings of titles only, left out: {agreement.title_only}" if agreement.title_only else ""
    return f"{agreement.claims} claims were coded from their sources{by}{left}"


def _rows(agreement: Agreement) -> Iterator[tuple[str, str, str, str, str]]:
    for name, (scale, of) in agreement.fields.items():
        if not of.units:
            continue
        agree = "–" if of.agreement is None else f"{100 * of.agreement:.1f} %"
        yield name, scale, str(of.units), agree, "–" if of.alpha is None else f"{of.alpha:.3f}"


def _code(code: Any) -> str:
    if code is None or code == ():
        return "none"
    return ", ".join(code) if isinstance(code, tuple) else str(code)


def markdown(agreement: Agreement) -> str:
    """Return the agreement of each field as a Markdown table."""
    rows = [(f"`{name}`", *rest) for name, *rest in _rows(agreement)]
    summary = _summary(agreement, map(escape.markdown, agreement.coders))
    return f"{summary}.\n\n{table(('field', 'scale', 'units', 'agreement', 'alpha'), rows, numbers_from=2)}"


def data(with_records: Agreement, of_coders: Agreement) -> dict[str, Any]:
    """Return agreement as plain data; `alpha` is null where it is undefined."""
    return {"with_records": _data(with_records), "of_coders": _data(of_coders)}


def _data(agreement: Agreement) -> dict[str, Any]:
    return {
        "claims": agreement.claims,
        "title_only": agreement.title_only,
        "coders": list(agreement.coders),
        "fields": {name: {"scale": scale, **of._asdict()} for name, (scale, of) in agreement.fields.items()},
        "disagreements": [pair._asdict() for pair in agreement.disagreements],
    }
