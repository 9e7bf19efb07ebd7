"""Scales: days along a line, numbers along a line, and where their ticks stand."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from alleged.charts import words
from alleged.charts.svg import num, path
from alleged.charts.svg import words as text

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
MOST_TICKS = 12
SHORT = 70
"""Days up to which weeks are marked instead of months."""


class Span(NamedTuple):
    """A period, both days included. It `ends` where a chart is seen as of a day: shortly after that day."""

    lo: date
    hi: date
    ends: date | None = None

    def until(self, day: date) -> "Span":
        """Return the period up to a day, with a little space for what became public on it."""
        return Span(self.lo, _moved(day, timedelta(days=max(1, (day - self.lo).days // 60))), day)

    def padded(self) -> "Span":
        """Return the period with space at both ends, so that no mark is cut."""
        space = timedelta(days=max(3, (self.hi - self.lo).days // 50, (30 - (self.hi - self.lo).days) // 2))
        return Span(_moved(self.lo, -space), _moved(self.hi, space))


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


@dataclass(frozen=True)
class Days:
    """Days along a line from `left` to `right`."""

    span: Span
    left: float
    right: float

    def __call__(self, day: date) -> float:
        length = max((self.span.hi - self.span.lo).days, 1)
        return self.left + (day - self.span.lo).days / length * (self.right - self.left)

    def ticks(self) -> list[tuple[date, str, bool]]:
        """Return days with their label, and whether it is a year: first days of months, or every seventh day."""
        if (self.span.hi - self.span.lo).days <= SHORT:
            return [(day, f"{day.day} {words.month(day)}", False) for day in self._weeks()]
        return [(d, str(d.year) if d.month == 1 else words.month(d), d.month == 1) for d in self._months()]

    def _weeks(self) -> Iterator[date]:
        day = self.span.lo + timedelta(days=-self.span.lo.weekday() % 7)
        step = 7 if self.right - self.left > 400 else 14
        while day <= self.span.hi:
            yield day
            day = _moved(day, timedelta(days=step))

    def _months(self) -> Iterator[date]:
        lo, hi, _ = self.span
        months = (hi.year - lo.year) * 12 + hi.month - lo.month
        most = min(MOST_TICKS, (self.right - self.left) / 45)
        step = next((step for step in MONTH_STEPS if months / step <= most), 240)
        for month in range(lo.year * 12 + lo.month - 1, hi.year * 12 + hi.month):
            day = date(month // 12, month % 12 + 1, 1)
            if month % step == 0 and day >= lo:
                yield day

    def drawn(self, top: float, bottom: float) -> str:
        """Return the grid and the labels below it; the year stands below the first label too."""
        parts = []
        ticks = self.ticks()
        for day, label, is_year in ticks:
            x = self(day)
            parts.append(path(f"M{num(x)} {num(top)}V{num(bottom)}", "grid"))
            parts.append(text(x, bottom + 15, label, "tick year" if is_year else "tick", "middle"))
        if ticks and not ticks[0][2]:
            parts.append(text(self(ticks[0][0]), bottom + 28, str(ticks[0][0].year), "tick year", "middle"))
        return "".join(parts)


@dataclass(frozen=True)
class Numbers:
    """Numbers along a line from `left` to `right`, on a logarithmic scale if they differ by more than `FAR` times."""

    lo: float
    hi: float
    left: float
    right: float
    FAR = 60

    @property
    def logarithmic(self) -> bool:
        return self.lo > 0 and self.hi / self.lo > self.FAR

    def __call__(self, value: float) -> float:
        lo, hi = self._ends()
        if self.logarithmic:
            lo, hi, value = math.log10(lo), math.log10(hi), math.log10(max(value, lo))
        return self.left + (value - lo) / (hi - lo) * (self.right - self.left)

    def _ends(self) -> tuple[float, float]:
        if self.logarithmic:
            return 10.0 ** math.floor(math.log10(self.lo)), 10.0 ** math.ceil(math.log10(self.hi))
        step = self._step()
        return min(0, math.floor(self.lo / step) * step), max(step, math.ceil(self.hi / step) * step)

    def _step(self) -> float:
        raw = max(self.hi - min(self.lo, 0), 1e-9) / 4
        size = 10.0 ** math.floor(math.log10(raw))
        step = next(m * size for m in (1, 2, 5, 10) if m * size >= raw * 0.999)
        return max(step, 1) if float(self.hi).is_integer() and float(self.lo).is_integer() else step

    def ticks(self) -> list[float]:
        lo, hi = self._ends()
        if self.logarithmic:
            first, last = round(math.log10(lo)), round(math.log10(hi))
            every = max(1, math.ceil((last - first) / 6))
            return [10.0**n for n in range(first, last + 1, every)]
        step = self._step()
        return [lo + n * step for n in range(round((hi - lo) / step) + 1)]
