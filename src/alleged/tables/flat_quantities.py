"""Flat quantities: one row for each figure, with the names behind its ids, and what must not be added up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from alleged.tables.columns import NOT_STATED, code, contract, day, figure, flag, link, noted, number, text
from alleged.tables.flat_claims import CONTEXT, SOURCE, with_names
from alleged.tables.graph import Frames, Inputs
from alleged.tables.table import Table

UPDATES = ("updates", "corrects")
"""Types of relations by which a later claim replaces the figures of an earlier one."""

schema = contract(
    "flat_quantities",
    ["claim_id", "seq"],
    "One row for each figure of an active claim without `background`, with names beside ids: nothing has to be joined. "
    "Never add rows up: later figures update earlier ones (`updated_by`), some are alternatives (`either_or`), and "
    "several principals may give one figure. Rows may be compared only where `comparable_group` is equal.",
    {
        "claim_id": link("claims.claim_id", "Claim that gives the figure."),
        "seq": number("Place in the record's list of quantities; the first is 1.", pl.UInt16),
        **CONTEXT,
        "item": code("item", "What is counted.", "not stated"),
        "unit": code("unit", "Unit of `low`, `point` and `high`, as the claimant gave it."),
        "dimension": noted(
            "unit", "dimension", "What the unit measures; units of one dimension need not be comparable."
        ),
        "low": figure("Lowest value that the words allow, in `unit`; see `bound`.", NOT_STATED),
        "point": figure("The single value given, in `unit`.", NOT_STATED),
        "high": figure("Highest value that the words allow, in `unit`; see `bound`.", NOT_STATED),
        "bound": code("bound", "How the printed number limits the quantity: above `low`, below `high`, or near it."),
        "window_edtf": text("Period that the figure covers, as EDTF (ISO 8601-2).", NOT_STATED),
        "window_lo": day("First day that `window_edtf` allows.", "no lower bound, or not stated"),
        "window_hi": day("Last day that `window_edtf` allows.", "no upper bound, or not stated"),
        "cumulative": flag("Whether the figure is a running total over the window.", NOT_STATED),
        "whose": code("whose", "Whether the figure is the claimant's own, another's, or from a register.", NOT_STATED),
        "quantity_basis": code("quantity-basis", "How the claimant came to the figure.", NOT_STATED),
        "verbatim": text("The figure in the words of the source.", NOT_STATED),
        "comparable_group": text(
            "Item, unit and first day of the window, as `item|unit|day`; figures may be compared where it is equal.",
            "comparable with none, as the item or the start of the window is not stated",
        ),
        "either_or": text(
            "Shared by figures of one claim that are alternatives, as `claim|letter`: only one of them can hold.",
            "the figure has no alternatives",
        ),
        "updated_by": link(
            "claims.claim_id",
            "Later claim that updates or corrects this one, directly or through others, with a figure in the same unit "
            "for the same item, a wider or a narrower one: a newer state of the same series, never to be added to this "
            "figure. Of several the nearest, then the one public first.",
            "no claim is recorded to do so; the figure is the latest of its series",
        ),
        "derived_from_claim_id": link(
            "claims.claim_id", "Claim with the figure from which this one was computed.", NOT_STATED
        ),
        **SOURCE,
    },
)


class Size(NamedTuple):
    """What a figure counts: an item, None if none is stated, in a unit."""

    item: str | None
    unit: str


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each figure of the claims that count."""
    claims = with_names(inputs.core).drop("item", "record_path", "record_line", "record_sha256")
    figures = inputs.core["quantities"].join(claims, on="claim_id").sort("claim_id", "seq")
    return figures.with_columns(
        pl.Series("updated_by", list(_updates(figures, inputs.core)), pl.String),
        comparable_group="comparable_key",
        either_or=pl.format("{}|{}", "claim_id", "alternative_group"),
    )


def _updates(figures: pl.DataFrame, core: Frames) -> Iterator[str | None]:
    """Yield for each figure the nearest later claim with a figure that updates it."""
    wider = _wider(core["vocabulary"])
    later = _later(core)
    columns = figures.select("claim_id", pl.col("item").cast(pl.String), pl.col("unit").cast(pl.String))
    sizes: dict[str, list[Size]] = defaultdict(list)
    for claim, item, unit in columns.iter_rows():
        sizes[claim].append(Size(item, unit))
    for claim, item, unit in columns.iter_rows():
        size = Size(item, unit)
        yield next((c for c in _following(claim, later) if any(_same(size, s, wider) for s in sizes.get(c, ()))), None)


def _following(claim: str, later: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the claims that update a claim, directly or through others, nearest first."""
    seen, level = {claim}, [claim]
    while level:
        found = dict.fromkeys(new for old in level for new in later.get(old, ()))
        level = [new for new in found if new not in seen]
        seen.update(level)
        yield from level


def _later(core: Frames) -> dict[str, list[str]]:
    """Return the claims that update each claim directly, in the order in which they became public."""
    known = core["claims"].filter(status="active").select(from_id="claim_id", public="known_hi")
    links = (
        core["relations"]
        .filter(pl.col("type").is_in(UPDATES), pl.col("to_claim_id").is_not_null())
        .select("from_id", "to_claim_id")
        .join(known, on="from_id")
        .sort("public", "from_id", nulls_last=True)
    )
    later: dict[str, list[str]] = defaultdict(list)
    for new, old, _ in links.iter_rows():
        later[old].append(new)
    return later


def _same(one: Size, other: Size, wider: Mapping[str, set[str]]) -> bool:
    """Whether two figures are in one unit and count the same item, or one counts a part of what the other does."""
    if one.unit != other.unit or one.item == other.item:
        return one.unit == other.unit
    return other.item in wider.get(one.item or "", ()) or one.item in wider.get(other.item or "", ())


def _wider(vocabulary: pl.DataFrame) -> dict[str, set[str]]:
    """Return the wider items of each item, at any distance."""
    items = vocabulary.filter(list="item").select("code", "broader").iter_rows()
    broader = {code: wider for code, wider in items if wider is not None}
    found: dict[str, set[str]] = {}
    for item in broader:
        found[item], this = set(), item
        while (this := broader.get(this, "")) and this not in found[item]:
            found[item].add(this)
    return found


FLAT_QUANTITIES = Table(schema, derive=derive, flat=True)
