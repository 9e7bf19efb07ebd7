"""The interval of independent origins over time: a band, with the name of each origin where it joins."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from alleged.charts import words
from alleged.charts.axes import Days
from alleged.charts.chart import Chart, Key
from alleged.charts.frames import Frames
from alleged.charts.lanes import NAMES, NARROW, RIGHT, Link, asof, chart_about, span_of, subtitle
from alleged.charts.svg import anchored, cut, num, path, tag, title, width
from alleged.charts.svg import words as text

TALLEST, LOW, HIGH = 250, 17, 28
"""Height of the band that is not exceeded if its steps stay `LOW` or higher; none is higher than `HIGH`."""

ENOUGH = 90
"""Space beside a step in which names are cut rather than written into the band."""

SEAM = 0.4
"""Overlap of the parts of the band, so that no light shows between them."""

NUMBERS = 18
"""Space for the numbers of the axis, at the right: the left is kept for names."""


class Step(NamedTuple):
    """What holds from a day on: a row of `topic_timeline`, and the ids of the origins that are new in it.

    `joined` are those that were not excluded before, `showed` those of which no evidence was disclosed before.
    """

    day: date
    lo: int
    hi: int
    n_confirm_only: int
    joined: list[str]
    showed: list[str]


def steps_of(frames: Frames, topic: str) -> list[Step]:
    """Return the days on which the interval or its names changed, from `topic_timeline`; nothing is counted again."""
    steps: list[Step] = []
    joined: set[str] = set()
    showed: set[str] = set()
    for row in frames.days_of(topic):
        now = set(row["origin_ids"] or ())
        shown = {frames.disclosed[root] for root in row["root_ids"] or () if root in frames.disclosed}
        step = Step(
            row["date"], row["lo"], row["hi"], row["n_confirm_only"], sorted(now - joined), sorted(shown - showed)
        )
        joined, showed = joined | now, showed | shown
        if not steps or step[1:4] != steps[-1][1:4] or step.joined or step.showed:
            steps.append(step)
    return steps


def origins(frames: Frames, topic: str, link: Link, wide: float) -> Chart:
    """Draw the interval of independent origins over time."""
    asked = frames.topic(topic)
    steps, days = steps_of(frames, topic), span_of(frames, topic)
    about: dict[str, str | float | None] = {}
    body, height = text(0, 20, words.NOTHING, "small"), 24.0
    if days and steps:
        place = Days(days, 8 if wide < NARROW else NAMES, wide - RIGHT - NUMBERS)
        about = chart_about(place, frames.day)
        body, height = _Band(place, steps, frames.names, link, frames.day).drawn()
    return Chart(
        "origins",
        asked["question"],
        subtitle(words.ORIGINS, frames),
        _description(steps, frames.names),
        words.NO_SCORE,
        [(topic, s.day, s.lo, s.hi, s.n_confirm_only, words.reading(s.lo, s.hi), s.joined, s.showed) for s in steps],
        COLUMNS,
        wide,
        height,
        body,
        tuple(_keys()) if steps else (),
        about,
    )


def _description(steps: list[Step], names: Mapping[str, str]) -> str:
    if not steps:
        return words.NOTHING
    last = steps[-1]
    joined = "; ".join(
        f"{', '.join(names[id] for id in step.joined)} on {words.day(step.day)}" for step in steps if step.joined
    )
    return f"{words.reading(last.lo, last.hi)}.".capitalize() + (f" They joined: {joined}." if joined else "")


def _keys() -> Iterator[Key]:
    fill = tag("rect", class_="fill", x=-14, y=-5, width=28, height=10)
    yield Key(fill + path("M-14 -5H14", "edge hi"), words.BAND["hi"], 30)
    yield Key(fill + path("M-14 5H14", "edge lo"), words.BAND["lo"], 30)


COLUMNS = {
    "topic_id": pl.String,
    "date": pl.Date,
    "lo": pl.UInt16,
    "hi": pl.UInt16,
    "n_confirm_only": pl.UInt16,
    "reading": pl.String,
    "joined_ids": pl.List(pl.String),
    "showed_ids": pl.List(pl.String),
}
"""Columns of the data of a band."""


class _Band(NamedTuple):
    place: Days
    steps: list[Step]
    names: Mapping[str, str]
    link: Link
    on: date | None

    @property
    def unit(self) -> float:
        return max(LOW, min(HIGH, TALLEST / max(self._top, 1)))

    @property
    def _top(self) -> int:
        return max(step.hi for step in self.steps)

    @property
    def base(self) -> float:
        return 30 + max(self._top, 1) * self.unit

    def level(self, n: float) -> float:
        return self.base - n * self.unit

    def drawn(self) -> tuple[str, float]:
        """Return the drawing and its height."""
        x = self.place
        last = self.steps[-1]
        reading = text(0, 12, _sentence(last), "reading")
        scale = "".join(
            text(x.right + 8, self.level(n) + 4, str(n), "tick")
            + path(f"M{num(x.left)} {num(self.level(n))}H{num(x.right)}", "grid")
            for n in range(0, self._top + 1, max(1, round(self._top / 12)))
        )
        ends = [step.day for step in self.steps[1:]] + [x.span.hi]
        shapes = "".join(
            self._group(step, "step", self._shape(step, before, end))
            for (before, step), end in zip(self._pairs(), ends, strict=True)
        )
        labels = "".join(self._group(step, "new", self._labels(step, before)) for before, step in self._pairs())
        veil = tag("rect", class_="veil off", x=x.right, y=20, width=0, height=self.base - 18)
        line = asof(x, self.base, self.on, top=20)  # below the reading
        body = reading + scale + x.drawn(24, self.base) + shapes + labels + veil + line
        return body, self.base + 34

    def _group(self, step: Step, class_: str, content: str) -> str:
        """Return what belongs to a step, with what a script must know to show what held on a day."""
        if not content:
            return ""
        about = {"data_lo": str(step.lo), "data_hi": str(step.hi), "data_text": _sentence(step)}
        shown = title(f"{words.day(step.day)}: {_sentence(step)}") + content if class_ == "step" else content
        known = step.day.isoformat()
        return tag("g", shown, class_=class_, data_known=known, **(about if class_ == "step" else {}))

    def _pairs(self) -> Iterator[tuple[Step, Step]]:
        nothing = self.steps[0]._replace(lo=0, hi=0)
        return pairwise([nothing, *self.steps])

    def _shape(self, step: Step, before: Step, until: date) -> str:
        x0, x1 = self.place(step.day), self.place(until)
        lo, hi = self.level(step.lo), self.level(step.hi)
        fill = tag("rect", class_="fill", x=x0, y=hi, width=max(x1 - x0, 0) + SEAM, height=lo - hi) if lo > hi else ""
        upper = path(f"M{num(x0)} {num(self.level(before.hi))}V{num(hi)}H{num(x1)}", "edge hi")
        lower = path(f"M{num(x0)} {num(self.level(before.lo))}V{num(lo)}H{num(x1)}", "edge lo")
        return fill + upper + lower

    def _labels(self, step: Step, before: Step) -> str:
        x = self.place(step.day)
        label = ""
        if step.joined:
            names = ", ".join(self.names[id] for id in step.joined)
            label += self._label(step.joined, f"+ {names}", x, step.hi, "end")
        if step.showed and step.lo > before.lo:
            names = ", ".join(self.names[id] for id in step.showed)
            label += self._label(step.showed, f"{words.EVIDENCE}: {names}", x, step.lo, "start")
        return label

    def _label(self, ids: list[str], label: str, x: float, level: int, anchor: str) -> str:
        """Return names beside a step: outside the band, where there is space for them, or else within it."""
        spaces = {"end": x - 8, "start": self.place.right - x - 8}
        outside = spaces[anchor]
        side = anchor if outside > min(ENOUGH, width(label, 11)) else max(spaces, key=lambda s: spaces[s])
        names = "joins halo" if side == anchor else "joins halo in-band"
        y = self.level(max(level - 0.5, 0.5)) + 4
        shown = text(x - 6 if side == "end" else x + 6, y, cut(label, spaces[side], 11), names, side)
        return anchored(self.link("actor", ids[0]) if len(ids) == 1 else None, title(label) + shown)


def _sentence(step: Step) -> str:
    said = words.reading(step.lo, step.hi)
    only = f"; {step.n_confirm_only} of these only confirming" if step.n_confirm_only else ""
    return said[0].upper() + said[1:] + only
