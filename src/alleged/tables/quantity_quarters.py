"""Quantity quarters: the largest figures that each principal named, quarter by quarter, side by side."""

import polars as pl

from alleged.tables.columns import choice, code, codes, contract, day, figure, flag, link, number, text
from alleged.tables.graph import Inputs
from alleged.tables.table import Table

NO_ITEM = "unstated"
"""Stands for an item where none is stated, since a key is never null."""

ROW = ["topic_id", "item", "unit", "principal_id", "quarter"]
SERIES = ["topic_id", "item", "unit"]

schema = contract(
    "quantity_quarters",
    ROW,
    "One row for each topic, item, unit, principal and quarter of a year with figures, of claims that stand, assert "
    "what the topic asks about, and are no background. Figures are never added up, and rows may be set against each "
    "other only where `comparable`. A figure that somebody repeats shows with both.",
    {
        "topic_id": link("topics.topic_id", "Topic."),
        "item": text(f"What is counted: a code of the list `item`, or `{NO_ITEM}` where none is stated."),
        "unit": code("unit", "Unit of the figures."),
        "principal_id": link("actors.actor_id", "State, organisation or person that the figures are laid to."),
        "quarter": text("Quarter of the year by whose end the words were spoken, as `2024Q1`."),
        "max_low": figure(
            "Largest `low` of the quarter's figures; with bound `gt`, more than this. The three largest may come from "
            "three claims and make no range.",
            "none has one",
        ),
        "max_point": figure("Largest `point`.", "none has one"),
        "max_high": figure("Largest `high`.", "none has one"),
        "window_lo_min": day("First day of the earliest window of the figures.", "no window with a start is stated"),
        "n": number("Figures of the quarter.", pl.UInt32),
        "bases": codes("quantity-basis", "How claimants came to the figures, each once.", "not stated"),
        "alternatives": flag("Whether some of the figures are alternatives, of which only one can hold."),
        "comparable": flag("Whether all figures of the topic, item and unit have windows that start on one day."),
        "why_not": choice(
            ("item-not-stated", "start-not-stated", "starts-differ"),
            "Why the row may not be set against others: it does not say what is counted; the window of a figure of its "
            "own has no start; or others start on another day, or have none.",
            "it may",
        ),
    },
)


def derive(inputs: Inputs) -> pl.DataFrame:
    """Return one row for each topic, item, unit, principal and quarter."""
    claims = inputs.core["claims"].filter(
        pl.col("status") == "active",
        ~pl.col("background"),
        pl.col("polarity") == 1,
        _said().is_not_null(),
    )
    figures = inputs.core["quantities"].join(
        claims.select("claim_id", "topic_id", "principal_id", quarter=_quarter(_said())), on="claim_id"
    )
    figures = figures.with_columns(pl.col("item").cast(pl.String).fill_null(NO_ITEM))
    starts = figures.group_by(SERIES).agg(one=pl.col("window_lo").n_unique() == 1)
    bases = pl.col("basis").drop_nulls().unique().sort()
    return (
        figures.group_by(ROW)
        .agg(
            pl.col("low").max().alias("max_low"),
            pl.col("point").max().alias("max_point"),
            pl.col("high").max().alias("max_high"),
            pl.col("window_lo").min().alias("window_lo_min"),
            pl.len().alias("n"),
            bases.alias("bases"),
            pl.col("either_or").is_not_null().any().alias("alternatives"),
            pl.col("window_lo").is_null().any().alias("open"),
        )
        .join(starts, on=SERIES)
        .with_columns(
            pl.when(pl.col("bases").list.len() > 0).then("bases"),
            why_not=pl.when(pl.col("item") == NO_ITEM)
            .then(pl.lit("item-not-stated"))
            .when("open")
            .then(pl.lit("start-not-stated"))
            .when(~pl.col("one"))
            .then(pl.lit("starts-differ")),
        )
        .with_columns(comparable=pl.col("why_not").is_null())
    )


def _said() -> pl.Expr:
    return pl.coalesce("said_hi", "said_lo")


def _quarter(on: pl.Expr) -> pl.Expr:
    return pl.format("{}Q{}", on.dt.year().cast(pl.String).str.zfill(4), on.dt.quarter())


QUANTITY_QUARTERS = Table(schema, derive=derive)
