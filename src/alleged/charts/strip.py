"""A small picture of a topic for a list of topics: claims by month, those that say no below the line."""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from alleged.charts import words
from alleged.charts.axes import Days, Span
from alleged.charts.chart import Chart
from alleged.charts.frames import NEVER, Frames, Row
from alleged.charts.lanes import day_of_mark, kind_of
from alleged.charts.svg import num, path

WIDE, HIGH, LINE = 260, 32, 20
"""Size of the picture, and height of its line."""

BAR, TALLEST = 4, 6.0
"""Width of a bar, and most height of that of one claim. Four claims are twice as high, so that few can be seen too."""


class Piece(NamedTuple):
    """A claim as a part of the bar of a month: above the line, or below it if it says no."""

    claim: Row
    month: date
    kind: str

    @property
    def bar(self) -> tuple[str, date, bool]:
        return self.claim["topic_id"], self.month, self.kind == "no"


class Scale(NamedTuple):
    """What the pictures of all topics share: the months of their axis, and the height of a bar of one claim."""

    months: Span
    unit: float

    def height(self, claims: int) -> float:
        """Return the height of a bar: it grows with the square root of the claims."""
        return self.unit * math.sqrt(claims)


def pieces_of(claims: Iterable[Row]) -> list[Piece]:
    """Return the claims that have a day, by the day by which they were public and id."""
    rows = sorted(claims, key=lambda c: (c["known_hi"] or NEVER, c["claim_id"]))
    days = [(claim, day_of_mark(claim)) for claim in rows]
    return [Piece(claim, day.replace(day=1), kind_of(claim)[0]) for claim, day in days if day]


@lru_cache(maxsize=1)
def scale_of(frames: Frames) -> Scale:
    """Return the scale of a release: the highest bar of all topics just fits."""
    pieces = pieces_of(frames.claims.values())
    bars = Counter(piece.bar for piece in pieces)
    above = max((n for (*_, below), n in bars.items() if not below), default=1)
    under = max((n for (*_, below), n in bars.items() if below), default=1)
    months = [piece.month for piece in pieces] or [date.min]
    return Scale(
        Span(min(months), max(months)),
        min(TALLEST, (LINE - 2) / math.sqrt(above), (HIGH - LINE - 2) / math.sqrt(under)),
    )


def sparkline(frames: Frames, topic: str) -> Chart:
    """Draw the claims of a topic by month."""
    asked, scale = frames.topic(topic), scale_of(frames)
    pieces = pieces_of(frames.claims_of(topic))
    place = Days(scale.months, BAR, WIDE - BAR)
    drawn = [path(f"M0 {LINE}H{WIDE}", "base")]
    height: Counter[tuple[str, date, bool]] = Counter()
    for piece in pieces:
        below = piece.kind == "no"
        height[piece.bar] += 1
        n = height[piece.bar]
        low, high = scale.height(n - 1), scale.height(n)
        y = LINE + 1 + low if below else LINE - 1 - high
        known = piece.claim["known_hi"] or NEVER
        x = place(piece.month) - BAR / 2
        drawn.append(
            f'<rect class="s {piece.kind}" data-known="{known}" x="{num(x)}" y="{num(y)}" width="{BAR}" '
            f'height="{num(high - low)}"/>'
        )
    return Chart(
        "sparkline",
        asked["question"],
        words.SPARKLINE,
        _description(pieces),
        words.NO_VERDICT,
        [(piece.claim["claim_id"], piece.month, piece.kind, piece.claim["known_hi"]) for piece in pieces],
        {"claim_id": pl.String, "month": pl.Date, "mark": pl.String, "known_hi": pl.Date},
        WIDE,
        HIGH,
        "".join(drawn),
    )


def _description(pieces: list[Piece]) -> str:
    return f"{words.counts(Counter(piece.kind for piece in pieces))}."
