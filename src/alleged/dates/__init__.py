"""Parse dates in EDTF of levels 0 and 1 into their first and last possible day.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019, as published by the Library of Congress
(https://www.loc.gov/standards/datetime/). Not supported are times of day, and years before 0001 or after 9999
(`-0044`, `Y17000`), which Python's calendar does not have.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from alleged.errors import DateError, ReversedIntervalError

PRECISIONS: tuple[str, ...] = ("day", "month", "season", "year", "decade", "century", "interval")

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

MAX_LENGTH = 64
"""Characters of the longest text that is parsed; the longest EDTF of level 1 has 23."""

HELP = 'type a day as `2024-06-18`, a month as `2024-06`, a year as `"2024"`, an interval as `2024-06/2024-07`'
YEARS = "years are written with four digits, `0001` to `9999`; leave out a date outside this range"


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """An EDTF date with its first and last possible day, both included.

    `?`, `~` and `%` do not widen the bounds; they only set `uncertain` and `approximate`. `lo` or `hi` is None if that
    end of an interval is open (`..`) or unknown (empty). `precision` is the unit that the bounds span: `2024-XX` and
    `2024` are a year, `202X` is a decade and `20XX` a century (2000 to 2099).
    """

    edtf: str
    lo: date | None
    hi: date | None
    precision: str
    uncertain: bool
    approximate: bool

    @property
    def first_day(self) -> date:
        """The first possible day; the calendar's first where it is not known."""
        return self.lo or date.min

    @property
    def last_day(self) -> date:
        """The last possible day; the calendar's last where it is not known."""
        return self.hi or date.max

    @property
    def common(self) -> str:
        """The day, month or year, in ISO 8601, that contains every possible day; empty if there is none."""
        if self.lo is None or self.hi is None or self.lo.year != self.hi.year:
            return ""
        day = self.lo.isoformat()
        return day if self.lo == self.hi else day[:7] if self.lo.month == self.hi.month else day[:4]

    def min_days_to(self, other: "EdtfDate") -> int:
        """Return the least number of days from this date to another, below 0 if they may overlap by more than a day.

        It is 0 where this date has no last day or the other no first one.
        """
        return (other.lo - self.hi).days if self.hi and other.lo else 0

    def certainly_before(self, other: "EdtfDate") -> bool:
        """Whether every possible day of this date is before every possible day of another."""
        return self.min_days_to(other) > 0

    def overlaps(self, other: "EdtfDate") -> bool:
        """Whether two dates have a possible day in common."""
        return not self.certainly_before(other) and not other.certainly_before(self)


# A date that may end an interval; in an interval, unspecified digits would be level 2.
_PLAIN = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_UNSPECIFIED = r"[0-9]{3}X|[0-9]{2}XX|[0-9]{4}-(?:XX|XX-XX|[0-9]{2}-XX)"
_END = rf"(?:(?:{_PLAIN})[?~%]?|\.\.|)"
EDTF = re.compile(rf"(?:{_PLAIN}|{_UNSPECIFIED})[?~%]?|{_END}/{_END}")


def day_of(day: date | str | None) -> date:
    """Return a day, given as date or text; the last day of the calendar for None.

    Raises:
        DateError: The text is no calendar day.
    """
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day or date.max
    except ValueError:
        raise DateError(f"{day!r} is no calendar day", "type it as 2024-06-18") from None


@lru_cache(maxsize=65536)
def parse(text: str) -> EdtfDate:
    """Return the date of an EDTF text.

    Raises:
        ReversedIntervalError: The interval starts after it ends.
        DateError: The text is not EDTF of level 0 or 1, or no such day exists; `help` says what to type.
    """
    if len(text) > MAX_LENGTH:
        raise DateError(f"a text of {len(text)} characters is too long to be a date", HELP)
    if EDTF.fullmatch(text):
        return span(text)
    from alleged.dates.hints import explain  # its patterns take longer to compile than a cached check

    raise explain(text)


def span(text: str) -> EdtfDate:
    """Return the date of a text that has the form of EDTF."""
    start, slash, end = text.partition("/")
    return _interval(text, start, end) if slash else _date(text)


def _date(text: str) -> EdtfDate:
    body = text.rstrip("?~%")
    mark = text[len(body) :]
    lo, hi, precision = _bounds(body)
    return EdtfDate(text, lo, hi, precision, uncertain=mark in ("?", "%"), approximate=mark in ("~", "%"))


def _interval(text: str, start: str, end: str) -> EdtfDate:
    first, last = (None if side in ("", "..") else _date(side) for side in (start, end))
    known = [side for side in (first, last) if side]
    if not known:
        raise DateError(
            f"the interval {text!r} has no date at either end", "leave the date out if the source gives none"
        )
    lo, hi = first.lo if first else None, last.hi if last else None
    if lo and hi and lo > hi:
        raise ReversedIntervalError(f"the interval starts {start}, after its end {end}", f"{end}/{start}")
    uncertain = any(side.uncertain for side in known)
    return EdtfDate(text, lo, hi, "interval", uncertain, any(side.approximate for side in known))


def _bounds(body: str) -> tuple[date, date, str]:
    # A missing part and an unspecified part allow the same days.
    year, month, day = [*body.split("-"), "XX", "XX"][:3]
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first == 0:
        raise DateError(f"the year 0000, where {body!r} starts, is outside 0001 to 9999", YEARS)
    if month == "XX":
        return date(first, 1, 1), date(last, 12, 31), ("year", "decade", "century")[year.count("X")]
    if month in ("21", "22", "23", "24") and body.count("-") == 1:
        return _season(first, int(month))
    if not 1 <= int(month) <= 12:
        swapped = f"`{year}-{day}-{month}` if month and day are swapped; " if _is_swapped(first, month, day) else ""
        raise DateError(
            f"month {month} does not exist",
            f'{swapped}`"{year}"` if the source gives only the year; months are 01 to 12, '
            "seasons 21 (spring) to 24 (winter), which take no day",
        )
    if day == "XX":
        return date(first, int(month), 1), _last_day(first, int(month)), "month"
    return (only := _day(first, int(month), int(day))), only, "day"


def _is_swapped(year: int, month: str, day: str) -> bool:
    """Whether a month that does not exist is a day of the month that stands in the place of the day."""
    is_month = day.isdecimal() and 1 <= int(day) <= 12
    return is_month and 12 < int(month) <= _last_day(year, int(day)).day


def _season(year: int, code: int) -> tuple[date, date, str]:
    """Return the bounds of a season: the meteorological one of the northern hemisphere, of three whole months.

    EDTF does not define the days of seasons. Meteorologists use whole months: spring (21) is March to
    May, summer (22) June to August, autumn (23) September to November, winter (24) December to the end of
    February of the next year (US National Centers for Environmental Information, "Meteorological Versus
    Astronomical Seasons"). For seasons of the southern hemisphere, write months.
    """
    if (year, code) == (9999, 24):
        raise DateError("the winter of 9999 ends in the year 10000, outside 0001 to 9999", "9999-12")
    month = 3 * (code - 20)
    last = _last_day(year + 1, 2) if code == 24 else _last_day(year, month + 2)
    return date(year, month, 1), last, "season"


def _last_day(year: int, month: int) -> date:
    # December is separate, since the day after 9999-12-31 does not exist in Python.
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        of_year = f" {year:04}" if (month, day) == (2, 29) else ""
        raise DateError(
            f"{day or '00'} {MONTHS[month - 1]}{of_year} does not exist",
            f"`{year:04}-{month:02}` if the source gives only the month",
        ) from None
