"""Agreement between coders as text, as plain data, and as a Markdown table."""

from collections.abc import Iterable, Iterator
from typing import Any

from alleged.agreement import Agreement
from alleged.render.pages import table
from alleged.text import escape


def text(agreement: Agreement) -> Iterator[str]:
    """Yield the agreement of each field, then every disagreement."""
    yield _summary(agreement, agreement.coders)
    yield ""
    yield f"{'field':<18} {'scale':<9} {'units':>5} {'agree':>7} {'alpha':>7}"
    for name, scale, units, agree, alpha in _rows(agreement):
        yield f"{name:<18} {scale:<9} {units:>5} {agree:>7} {alpha:>7}"
    if agreement.disagreements:
        yield ""
        yield "where they differ: claim, field, record, second reading"
    for pair in agreement.disagreements:
        yield f"  {pair.claim}  {pair.field}: {_code(pair.first)} / {_code(pair.second)}"


def _summary(agreement: Agreement, coders: Iterable[str]) -> str:
    by = f" by {' and '.join(coders)}" if agreement.coders else ""
    left = f"; readings of titles only, left out: {agreement.title_only}" if agreement.title_only else ""
    return f"{agreement.claims} claims were read a second time{by}{left}"


def _rows(agreement: Agreement) -> Iterator[tuple[str, str, str, str, str]]:
    for name, (scale, of) in agreement.fields.items():
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


def data(agreement: Agreement) -> dict[str, Any]:
    """Return agreement as plain data; `alpha` is null where it is undefined."""
    return {
        "claims": agreement.claims,
        "title_only": agreement.title_only,
        "coders": list(agreement.coders),
        "fields": {name: {"scale": scale, **of._asdict()} for name, (scale, of) in agreement.fields.items()},
        "disagreements": [pair._asdict() for pair in agreement.disagreements],
    }
