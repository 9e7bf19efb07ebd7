"""Competing figures side by side, as they were named: no mean, no width that nobody gave; open bounds end open."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from alleged.charts import words
from alleged.charts.axes import Numbers
from alleged.charts.chart import Chart, Key
from alleged.charts.frames import NEVER, Frames, Row
from alleged.charts.lanes import NARROW, Link, subtitle
from alleged.charts.svg import anchored, clean, cut, is_slantable, language, num, path, tag, title, width
from alleged.charts.svg import words as text

ROW, TALL_ROW, HEAD = 34, 78, 48
"""Height of a figure, of one on a phone, and of the heading of those in one unit."""

WHO, WORDS, LEFT, END = 224, 610, 250, 560
"""Width of the column of names, left edge of the words, and both ends of the axis."""

ARROW = 34
"""Length of the line of an open bound: one length for all, since nobody named the other end."""

DOT, HALO = 4.4, 9
"""Radius of a figure, and of the halo that says `about`: one size for all."""

TEXTS = ("topic_id", "claim_id", "claimant_id", "claimant", "principal_id", "principal", "said_edtf")
CODES = ("act", "mode", "item", "unit", "bound")
NUMBERS = ("low", "point", "high")

COLUMNS = {
    **dict.fromkeys(TEXTS, pl.String),
    "seq": pl.UInt16,
    "known_hi": pl.Date,
    **dict.fromkeys(CODES, pl.String),
    **dict.fromkeys(NUMBERS, pl.Float64),
    **dict.fromkeys(("verbatim", "window_edtf"), pl.String),
    **dict.fromkeys(("window_lo", "window_hi"), pl.Date),
    **dict.fromkeys(("comparable_group", "either_or", "updated_by"), pl.String),
    "updated_on": pl.Date,
    "repeats": pl.String,
}
"""Columns of the data of figures. `updated_on` is the day by which the claim `updated_by` was public."""


def figures_of(frames: Frames, topic: str) -> list[Row]:
    """Return the figures of claims that assert what a topic asks about, in the order in which they are drawn."""
    asserting = [row for row in frames.figures_of(topic) if row["stance"] == "yes"]
    sizes = Counter((row["item"], row["unit"]) for row in asserting)
    rows = [
        {
            **row,
            "updated_on": frames.known.get(row["updated_by"]),
            "repeats": frames.repeats.get(row["claim_id"]),
        }
        for row in asserting
    ]

    def rank(row: Row) -> tuple[Any, ...]:
        size = row["item"], row["unit"]
        return -sizes[size], str(size), row["known_hi"] or NEVER, row["claim_id"], row["seq"]

    return sorted(rows, key=rank)


def quantities(frames: Frames, topic: str, link: Link, wide: float) -> Chart:
    """Draw the figures of a topic."""
    asked = frames.topic(topic)
    rows = figures_of(frames, topic)
    drawing = _Drawing(frames, link, wide)
    body, height = drawing.panels(rows) if rows else (text(0, 20, words.NO_FIGURES, "small"), 24.0)
    return Chart(
        "quantities",
        asked["question"],
        subtitle(words.QUANTITIES, frames),
        drawing.description(rows),
        words.NO_MEAN if rows else words.NO_VERDICT,
        [tuple(row[c] for c in COLUMNS) for row in rows],
        COLUMNS,
        wide,
        height,
        body,
        tuple(_keys(rows)),
    )


def _keys(rows: list[Row]) -> Iterator[Key]:
    """Yield the entries of the legend for the marks that are drawn."""

    def any_(low: bool, high: bool) -> bool:
        return any(((r["low"] is not None), (r["high"] is not None)) == (low, high) for r in rows)

    if any(r["point"] is not None for r in rows):
        yield Key(_dot(0, 0), words.FIGURES["given"])
    if any(r["bound"] == "about" for r in rows):
        yield Key(_halo(0, 0) + _dot(0, 0), words.FIGURES["about"], 24)
    if any_(low=True, high=False):
        yield Key(_open(-17, 0, 1, 28), words.FIGURES["least"], 40)
    if any_(low=False, high=True):
        yield Key(_open(17, 0, -1, 28), words.FIGURES["most"], 40)
    if any_(low=True, high=True):
        yield Key(_between(-12, 12, 0), words.FIGURES["between"], 32)
    if any(r["mode"] == "planned" for r in rows):
        yield Key(_dot(0, 0, planned=True), words.FIGURES["planned"])
    if any(r["updated_by"] for r in rows):
        yield Key(tag("g", _dot(0, 0), class_="updated"), words.FIGURES["updated"])


def _dot(x: float, y: float, planned: bool = False) -> str:
    return tag("circle", class_="q dot planned" if planned else "q dot", cx=x, cy=y, r=DOT)


def _halo(x: float, y: float) -> str:
    return tag("circle", class_="q about", cx=x, cy=y, r=HALO)


def _cap(x: float, y: float) -> str:
    return path(f"M{num(x)} {num(y - 6)}V{num(y + 6)}", "q cap")


def _open(x: float, y: float, way: int, length: float) -> str:
    """Return an open bound: a cap where the number is, and a dotted line with an arrow that says where it goes on."""
    tip = x + way * length
    arrow = path(
        f"M{num(tip - way * 1)} {num(y - 4)}L{num(tip + way * 5)} {num(y)}L{num(tip - way * 1)} {num(y + 4)}", "q arrow"
    )
    return path(f"M{num(x)} {num(y)}H{num(tip)}", "q open") + arrow + _cap(x, y)


def _between(low: float, high: float, y: float) -> str:
    return path(f"M{num(low)} {num(y)}H{num(high)}", "q bar") + _cap(low, y) + _cap(high, y)


def shape(row: Row, x: Numbers, y: float) -> str:
    """Return the mark of a figure: each part of it is a number that was named."""
    low, point, high = row["low"], row["point"], row["high"]
    planned = row["mode"] == "planned"
    if low is not None and high is not None:
        drawn = _between(x(low), x(high), y)
    elif low is not None:
        drawn = _open(x(low), y, 1, ARROW)
    elif high is not None:
        drawn = _open(x(high), y, -1, ARROW)
    else:
        drawn = ""
    if point is not None:
        drawn += (_halo(x(point), y) if row["bound"] == "about" else "") + _dot(x(point), y, planned)
    elif planned:
        drawn += _dot(x(low if low is not None else high), y, planned)
    return drawn


@dataclass(frozen=True)
class _Drawing:
    frames: Frames
    link: Link
    wide: float

    @property
    def narrow(self) -> bool:
        return self.wide < NARROW

    def panels(self, rows: list[Row]) -> tuple[str, float]:
        """Return the drawing and its height: one panel for each item and unit."""
        parts, y = [], 0.0
        for (item, unit), group in groupby(rows, key=lambda row: (row["item"], row["unit"])):
            drawn, y = self._panel(item, unit, list(group), y)
            parts.append(drawn)
            y += 26
        return "".join(parts), y - 20

    def description(self, rows: list[Row]) -> str:
        """Return the figures in words."""
        if not rows:
            return words.NO_FIGURES
        said = []
        for (item, unit), group in groupby(rows, key=lambda row: (row["item"], row["unit"])):
            each = "; ".join(f"{row['claimant']}, {self._known(row)}: {_number(row)}" for row in group)
            said.append(f"{self._heading(item, unit)}: {each}.")
        return " ".join(said)

    def _heading(self, item: str | None, unit: str) -> str:
        label = self.frames.label("unit", unit)
        if item is None:
            return f"{words.plural(label)}; {words.NO_ITEM}"
        counted = self.frames.label("item", item)
        label = label if label.startswith("US ") else label[0].lower() + label[1:]
        return f"{counted}, in {words.plural(label)}"

    def _panel(self, item: str | None, unit: str, rows: list[Row], y: float) -> tuple[str, float]:
        values = [row[c] for row in rows for c in ("low", "point", "high") if row[c] is not None]
        left, right = (40, self.wide - 44) if self.narrow else (LEFT, END)
        x = Numbers(min(values), max(values), left, right)
        height = TALL_ROW if self.narrow else ROW
        top, bottom = y + HEAD, y + HEAD + height * len(rows)
        head = text(0, y + 13, self._heading(item, unit), "heading")
        if not self.narrow:
            head += text(0, top - 9, words.WHO, "kicker") + text(WORDS, top - 9, words.WHAT, "kicker")
        if x.logarithmic:
            head += text(self.wide, y + 13, words.LOGARITHMIC, "small", "end")
        for value in x.ticks():
            head += path(self._grid(x(value), top, bottom, height), "grid")
            head += text(x(value), top - 9, words.tick(value), "tick", "middle")
        drawn = "".join(self._row(row, x, top + n * height, height) for n, row in enumerate(rows))
        known = min(row["known_hi"] or NEVER for row in rows)
        return tag("g", head + drawn, class_="panel", data_known=known.isoformat()), bottom

    def _grid(self, x: float, top: float, bottom: float, height: float) -> str:
        """Return a line of the grid; on a phone it is left out where text stands."""
        if not self.narrow:
            return f"M{num(x)} {num(top - 4)}V{num(bottom)}"
        rows = range(round((bottom - top) / height))
        return "".join(f"M{num(x)} {num(top + n * height + height - 24)}v22" for n in rows)

    def _row(self, row: Row, x: Numbers, y: float, height: float) -> str:
        middle = y + (height - 13 if self.narrow else height / 2)
        hit = tag("rect", class_="hit", y=y + 1, width=self.wide, height=height - 2)
        return anchored(
            self.link("claim", row["claim_id"]),
            title(self._sentence(row)) + hit + self._texts(row, y) + shape(row, x, middle),
            class_=f"figure {row['mode'] or ''}".strip() + (" updated" if row["updated_by"] else ""),
            data_known=(row["known_hi"] or NEVER).isoformat(),
            data_updated=row["updated_on"].isoformat() if row["updated_on"] else None,
        )

    def _texts(self, row: Row, y: float) -> str:
        """Return who said it and when that was known, the words, and what must be known to compare them."""
        principal, known = self.frames.names[row["principal_id"]], self._known(row)
        alone = row["claimant_id"] == row["principal_id"]
        claimant = principal if alone else without_owner(row["claimant"], row["principal"], principal)
        of = known if alone else f"{principal} · {known}"
        if self.narrow:
            who = text(0, y + 15, cut(f"{claimant}, {of}", self.wide, 12), "who")
            return who + self._words(row, 0, y + 31) + self._notes(row, 0, y + 46)
        who = text(0, y + 15, cut(claimant, WHO, 12), "who") + text(0, y + 28, cut(of, WHO, 11), "small")
        return who + self._words(row, WORDS, y + 15) + self._notes(row, WORDS, y + 28)

    def _words(self, row: Row, x: float, y: float) -> str:
        said = row["verbatim"]
        if not said:
            return ""
        slant = "words" if is_slantable(said) else "words upright"
        return text(x, y, cut(said, self.wide - x, 13.3), slant, lang=language(said))

    def _notes(self, row: Row, x: float, y: float) -> str:
        """Return the notes of a figure; that it was updated was known only on that day."""
        updated = f"\u00a0· updated {words.day(row['updated_on'])}" if row["updated_on"] else ""
        counted = "counted " if self.narrow and row["window_edtf"] else ""
        notes = cut(counted + " · ".join(_notes(row)), self.wide - x - width(updated, 11), 11)
        shown = tag("tspan", clean(updated), data_known=row["updated_on"].isoformat()) if updated else ""
        return tag("text", clean(notes) + shown, class_="small", x=x, y=y)

    def _known(self, row: Row) -> str:
        return words.day(row["known_hi"]) if row["known_hi"] else "day not known"

    def _sentence(self, row: Row) -> str:
        said = f" “{row['verbatim']}”" if row["verbatim"] else ""
        label = self._heading(row["item"], row["unit"])
        return f"{row['claimant']}, {self._known(row)}: {_number(row)} ({label}){said}. {' · '.join(_notes(row))}"


def without_owner(name: str, *owners: str) -> str:
    """Return the name of a body without that of the state that it is part of, which stands beside it."""
    return next((name.removesuffix(f" of the {o}").removesuffix(f" of {o}") for o in owners if name.endswith(o)), name)


def _notes(row: Row) -> Iterator[str]:
    """Yield the period of a figure, and what must be known to compare it."""
    yield _window(row) if row["window_edtf"] else "period not stated"
    if row["mode"] == "planned":
        yield "planned"
    if row["either_or"]:
        yield "either this or another"
    if row["repeats"]:
        yield "repeated"


def _number(row: Row) -> str:
    return words.figure(row["bound"], row["low"], row["point"], row["high"])


def _window(row: Row) -> str:
    shown = words.period(row["window_edtf"])
    if shown.startswith(("up to", "from")):
        return shown
    return f"{'on' if row['window_lo'] == row['window_hi'] else 'over'} {shown}"
