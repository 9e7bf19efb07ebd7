"""Agreement between coders as text, as plain data, and as the table that a page carries."""

from collections.abc import Iterable, Iterator
from typing import Any

from alleged.agreement import Agreement
from alleged.render.pages import table
from alleged.text import escape


def text(found: Agreement) -> Iterator[str]:
    """Yield agreement by field, then every disagreement."""
    yield _told(found, found.coders)
    yield ""
    yield f"{'field':<18} {'scale':<9} {'units':>5} {'agree':>7} {'alpha':>7}"
    for name, scale, units, agree, alpha in _rows(found):
        yield f"{name:<18} {scale:<9} {units:>5} {agree:>7} {alpha:>7}"
    if found.disagreements:
        yield ""
        yield "where they differ: claim, field, record, second reading"
    for apart in found.disagreements:
        yield f"  {apart.claim}  {apart.field}: {_code(apart.first)} / {_code(apart.second)}"


def _told(found: Agreement, coders: Iterable[str]) -> str:
    by = f" by {' and '.join(coders)}" if found.coders else ""
    left = f"; readings of titles only, left out: {found.title_only}" if found.title_only else ""
    return f"{found.claims} claims were read a second time{by}{left}"


def _rows(found: Agreement) -> Iterator[tuple[str, str, str, str, str]]:
    for name, (scale, of) in found.fields.items():
        agree = "–" if of.agreement is None else f"{100 * of.agreement:.1f} %"
        yield name, scale, str(of.units), agree, "–" if of.alpha is None else f"{of.alpha:.3f}"


def _code(code: Any) -> str:
    if code is None or code == ():
        return "none"
    return ", ".join(code) if isinstance(code, tuple) else str(code)


def markdown(found: Agreement) -> str:
    """Return agreement by field as a page shows it."""
    rows = [(f"`{name}`", *rest) for name, *rest in _rows(found)]
    told = _told(found, map(escape.markdown, found.coders))
    return f"{told}.\n\n{table(('field', 'scale', 'units', 'agreement', 'alpha'), rows, numbers_from=2)}"


def data(found: Agreement) -> dict[str, Any]:
    """Return agreement as plain data; `alpha` is null where it is not defined."""
    return {
        "claims": found.claims,
        "title_only": found.title_only,
        "coders": list(found.coders),
        "fields": {name: {"scale": scale, **of._asdict()} for name, (scale, of) in found.fields.items()},
        "disagreements": [apart._asdict() for apart in found.disagreements],
    }
