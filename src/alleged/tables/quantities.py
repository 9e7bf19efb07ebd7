"""Figures in claims, each with its own bounds; never merged, never converted."""

from collections.abc import Iterator

import polars as pl

from alleged.origins.figures import comparable_key
from alleged.records.corpus import Corpus
from alleged.schemas.vocabularies import vocabulary
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    at_most,
    code,
    condition,
    contract,
    date_columns,
    date_values,
    figure,
    flag,
    link,
    noted,
    number,
    provenance_columns,
    provenance_values,
    text,
)
from alleged.tables.table import Table, entries

states_a_figure = condition(
    lambda _: pl.any_horizontal(pl.col("low", "point", "high").is_not_null()), "no figure in low, point or high"
)

schema = contract(
    "quantities",
    ["claim_id", "seq"],
    "One row for each figure in a claim, as its claimant gave it. Figures are never merged or converted. None is best, "
    "and only those with equal `comparable_key` may be compared.",
    {
        "claim_id": link("claims.claim_id", "Claim that gives the figure."),
        "seq": number("Place in the record's list of quantities; the first is 1.", pl.UInt16),
        "item": code(
            "item",
            "What is counted: the figure's own item, or else the claim's, or else the topic's.",
            "none of the three is stated",
        ),
        "unit": code("unit", "Unit of `low`, `point` and `high`, as the claimant gave it."),
        "dimension": noted(
            "unit", "dimension", "What the unit measures; units of one dimension need not be comparable."
        ),
        "low": figure("Lowest value that the words allow, in `unit`; see `bound`.", NOT_STATED),
        "point": figure("The single value given, in `unit`.", NOT_STATED),
        "high": figure("Highest value that the words allow, in `unit`; see `bound`.", NOT_STATED),
        "bound": code(
            "bound",
            "How the printed number limits the quantity. `gt` and `ge`: it lies above the number in `low`, which is "
            "excluded or included. `lt` and `le`: below the number in `high`, which is excluded or included. `about`: "
            "near the number given. `none`: the words set no such limit, or the record states none.",
        ),
        **date_columns("window", "Period that the figure covers", NOT_STATED),
        "cumulative": flag("Whether the figure is a running total over the window.", NOT_STATED),
        "whose": code("whose", "Whether the figure is the claimant's own, another's, or from a register.", NOT_STATED),
        "quantity_basis": code("quantity-basis", "How the claimant came to the figure.", NOT_STATED),
        "alternative_group": text(
            "Letter shared by figures of one claim that are alternatives: only one of them can hold, so never add "
            "them up.",
            "the figure has no alternatives",
        ),
        "derived_from_claim_id": link(
            "claims.claim_id",
            "Claim with the figure from which this one was computed; it may be the same claim.",
            NOT_STATED,
        ),
        "derived_from_seq": number("`seq` of that figure in `derived_from_claim_id`.", pl.UInt16, NOT_STATED),
        **date_columns("price_date", "For money, the date of the prices", "not stated, or not money"),
        "verbatim": text("The figure in the words of the source.", NOT_STATED),
        "comparable_key": text(
            "Item, unit and first day of the window, as `item|unit|day`; figures may be compared where it is equal.",
            "comparable with none, as the item or the start of the window is not stated",
        ),
        **provenance_columns(),
    },
    at_most("low", "high"),
    at_most("low", "point"),
    at_most("point", "high"),
    states_a_figure,
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each figure of each claim."""
    for claim in corpus.claims.values():
        for seq, quantity in enumerate(claim.get("quantities", ()), start=1):
            item = quantity.get("item", corpus.slot(claim, "item"))
            origin = quantity.get("from")
            yield {
                "claim_id": claim.id,
                "seq": seq,
                "item": item,
                "unit": quantity["unit"],
                "dimension": vocabulary("unit")[quantity["unit"]].notes["dimension"],
                **{name: quantity.get(name) for name in ("low", "point", "high")},
                "bound": quantity.get("bound", "none"),
                **date_values("window", quantity.get("window")),
                "cumulative": quantity.get("cumulative"),
                "whose": quantity.get("whose"),
                "quantity_basis": quantity.get("basis"),
                "alternative_group": quantity.get("either_or"),
                "derived_from_claim_id": None if origin is None else origin.get("claim", claim.id),
                "derived_from_seq": None if origin is None else origin.get("quantity"),
                **date_values("price_date", quantity.get("price_date")),
                "verbatim": quantity.get("verbatim"),
                "comparable_key": comparable_key(item, quantity),
                **provenance_values(claim),
            }


QUANTITIES = Table(schema, rows, count=entries("claims", "quantities"))
