"""Quantity quarters: the largest figures of each principal, by the quarter in which they were given."""

import polars as pl

from alleged.tables.columns import NOT_STATED, choice, code, codes, contract, day, figure, flag, link, number, text
from alleged.tables.graph import Inputs
from alleged.tables.table import Table

NO_ITEM = "unstated"
"""Value of `item` where none is stated, since a key is never null."""

KEY = ["topic_id", "item", "unit", "principal_id", "said_quarter"]
SERIES = ["topic_id", "item", "unit"]

schema = contract(
    "quantity_quarters",
    KEY,
    "One row for each topic, item, unit, principal and quarter in which figures were given, from active claims "
    "that assert what the topic asks about (`stance` yes), without `background`. Figures are never added up, and rows "
    "may be compared only where `comparable`. A figure that another principal repeats is in the rows of both.",
    {
        "topic_id": link("topics.topic_id", "Topic."),
        "item": text(f"What is counted: a code of the list `item`, or `{NO_ITEM}` where none is stated."),
        "unit": code("unit", "Unit of the figures."),
        "principal_id": link("actors.actor_id", "State, organisation or person that the claims are attributed to."),
        "said_quarter": text(
            "Calendar quarter in which the words were spoken, by the last day that their date allows, as `2024Q1`. "
            "Not the quarter that the figures are about."
        ),
        "max_low": figure(
            "Largest `low` of the quarter's figures, in `unit`. `max_low`, `max_point` and `max_high` may come from "
            "three claims and do not form a range.",
            "no figure has one",
        ),
        "max_point": figure("Largest `point` of the quarter's figures, in `unit`.", "no figure has one"),
        "max_high": figure("Largest `high` of the quarter's figures, in `unit`.", "no figure has one"),
        "window_lo_min": day(
            "Earliest first day of the windows of the figures.", "no figure has a window with a first day"
        ),
        "n_figures": number("Number of figures of the quarter.", pl.UInt32),
        "quantity_bases": codes("quantity-basis", "How claimants came to the figures, each code once.", NOT_STATED),
        "has_alternatives": flag(
            "Whether some of the figures are alternatives, of which only one can hold (`quantities.alternative_group`)."
        ),
        "comparable": flag(
            "Whether the item is stated, and all figures of this topic, item and unit, of every principal and quarter, "
            "have windows that start on the same day."
        ),
        "not_comparable_reason": choice(
            ("item-not-stated", "start-not-stated", "starts-differ"),
            "Why `comparable` is false. `item-not-stated`: what is counted is not stated; `start-not-stated`: a figure "
            "of this row has no first day of its window; `starts-differ`: other figures start on another day, or have "
            "none.",
            "`comparable` is true",
        ),
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each topic, item, unit, principal and quarter."""
    claims = inputs.core["claims"].filter(
        pl.col("status") == "active",
        ~pl.col("background"),
        pl.col("stance") == "yes",
        _said().is_not_null(),
    )
    figures = inputs.core["quantities"].join(
        claims.select("claim_id", "topic_id", "principal_id", said_quarter=_quarter(_said())), on="claim_id"
    )
    figures = figures.with_columns(pl.col("item").cast(pl.String).fill_null(NO_ITEM))
    starts = figures.group_by(SERIES).agg(same_start=pl.col("window_lo").n_unique() == 1)
    bases = pl.col("quantity_basis").drop_nulls().unique().sort()
    return (
        figures.group_by(KEY)
        .agg(
            pl.col("low").max().alias("max_low"),
            pl.col("point").max().alias("max_point"),
            pl.col("high").max().alias("max_high"),
            pl.col("window_lo").min().alias("window_lo_min"),
            pl.len().alias("n_figures"),
            bases.alias("quantity_bases"),
            pl.col("alternative_group").is_not_null().any().alias("has_alternatives"),
            pl.col("window_lo").is_null().any().alias("lacks_start"),
        )
        .join(starts, on=SERIES)
        .with_columns(
            pl.when(pl.col("quantity_bases").list.len() > 0).then("quantity_bases"),
            not_comparable_reason=pl.when(pl.col("item") == NO_ITEM)
            .then(pl.lit("item-not-stated"))
            .when("lacks_start")
            .then(pl.lit("start-not-stated"))
            .when(~pl.col("same_start"))
            .then(pl.lit("starts-differ")),
        )
        .with_columns(comparable=pl.col("not_comparable_reason").is_null())
    )


def _said() -> pl.Expr:
    return pl.coalesce("said_hi", "said_lo")


def _quarter(on: pl.Expr) -> pl.Expr:
    return pl.format("{}Q{}", on.dt.year().cast(pl.String).str.zfill(4), on.dt.quarter())


QUANTITY_QUARTERS = Table(schema, derive=derive)
