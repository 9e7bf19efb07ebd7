"""Dates as a source gives them: EDTF of levels 0 and 1, and the days it allows.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019, as published by the Library of Congress
(https://www.loc.gov/standards/datetime/). Of it are left out: times of day; and years before 0001 or after
9999 (`-0044`, `Y17000`), which Python's calendar cannot hold.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

from alleged.errors import DateError

PRECISIONS: tuple[str, ...] = ("day", "month", "season", "year", "decade", "century", "interval")

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

LONGEST = 64
"""Characters in the longest text read; the longest EDTF of level 1 has 23."""


@dataclass(frozen=True, slots=True)
class Span:
    """What an EDTF text says: its first and last possible day, both included.

    Bounds are strict: `?`, `~` and `%` set flags and pad nothing. `lo` or `hi` is None where an interval's
    end is open (`..`) or unknown (empty). `precision` is the unit that the bounds fill, so `2024-XX` is a
    year, as `2024` is, `202X` a decade and `20XX` a century (2000 to 2099).
    """

    edtf: str
    lo: date | None
    hi: date | None
    precision: str
    uncertain: bool
    approximate: bool


class ReversedIntervalError(DateError):
    """An interval starts after it ends: no day of its start is on or before a day of its end."""


# A date as an interval's end may have it; within an interval, unspecified digits are level 2.
_PLAIN = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_UNSPECIFIED = r"[0-9]{3}X|[0-9]{2}XX|[0-9]{4}-(?:XX|XX-XX|[0-9]{2}-XX)"
_END = rf"(?:(?:{_PLAIN})[?~%]?|\.\.|)"
_EDTF = re.compile(rf"(?:{_PLAIN}|{_UNSPECIFIED})[?~%]?|{_END}/{_END}")


@lru_cache(maxsize=65536)
def parse(text: str) -> Span:
    """Return the days that an EDTF text allows.

    Raises:
        ReversedIntervalError: The interval starts after it ends.
        DateError: The text is not EDTF of level 0 or 1, or no such day exists; `help` says what to type.
    """
    if len(text) > LONGEST:
        raise DateError(f"a text of {len(text)} characters is too long to be a date", _HOW)
    if _EDTF.fullmatch(text):
        return _span(text)
    raise _refusal(text)


def _span(text: str) -> Span:
    start, slash, end = text.partition("/")
    return _interval(text, start, end) if slash else _date(text)


def _date(text: str) -> Span:
    body = text.rstrip("?~%")
    mark = text[len(body) :]
    lo, hi, precision = _bounds(body)
    return Span(text, lo, hi, precision, uncertain=mark in ("?", "%"), approximate=mark in ("~", "%"))


def _interval(text: str, start: str, end: str) -> Span:
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
    return Span(text, lo, hi, "interval", uncertain, any(side.approximate for side in known))


def _bounds(body: str) -> tuple[date, date, str]:
    # A part left out and a part left unspecified allow the same days.
    year, month, day = [*body.split("-"), "XX", "XX"][:3]
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first == 0:
        raise DateError(f"the year 0000, where {body!r} starts, lies outside 0001 to 9999", _YEARS)
    if month == "XX":
        return date(first, 1, 1), date(last, 12, 31), ("year", "decade", "century")[year.count("X")]
    if day == "XX" and month in ("21", "22", "23", "24") and body.count("-") == 1:
        return _season(first, int(month))
    if not 1 <= int(month) <= 12:
        raise DateError(
            f"month {month} does not exist",
            f"`{year}` if the source gives only the year; months are 01 to 12, "
            "seasons 21 (spring) to 24 (winter), which take no day",
        )
    if day == "XX":
        return date(first, int(month), 1), _last_day(first, int(month)), "month"
    return (only := _day(first, int(month), int(day))), only, "day"


def _season(year: int, code: int) -> tuple[date, date, str]:
    """Return the three months of a season: of the meteorological ones, in the northern hemisphere.

    EDTF names seasons and leaves their days open. Meteorologists take whole months: spring (21) is March to
    May, summer (22) June to August, autumn (23) September to November, winter (24) December to the end of
    February of the year after (US National Centers for Environmental Information, "Meteorological Versus
    Astronomical Seasons"). For seasons of the southern hemisphere, write months.
    """
    if (year, code) == (9999, 24):
        raise DateError("the winter of 9999 ends in the year 10000, outside 0001 to 9999", "9999-12")
    month = 3 * (code - 20)
    last = _last_day(year + 1, 2) if code == 24 else _last_day(year, month + 2)
    return date(year, month, 1), last, "season"


def _last_day(year: int, month: int) -> date:
    # December is apart because the day after 9999-12-31 cannot be held.
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


# From here on: what a text that is not EDTF was meant to be.

_HOW = "type a day as `2024-06-18`, a month as `2024-06`, a year as `2024`, an interval as `2024-06/2024-07`"
_YEARS = "years are written with four digits, `0001` to `9999`; leave out a date that lies outside"
_OUTSIDE = re.compile(r"Y-?[0-9]+(E[0-9]+)?|(-[0-9]+|[0-9]{5})(-[0-9]{2}){0,2}", re.IGNORECASE)
_DIGITS = "`X` stands for last digits only, and not in intervals: `202X`, `20XX`, `2024-XX`, `2024-06-XX`"

_ABOUT = re.compile(r"(circa|ca\.?|c\.?|about|around|approximately|approx\.?|~) ?", re.IGNORECASE)
_PERHAPS = re.compile(r"(perhaps|possibly|probably|maybe|\?) ?", re.IGNORECASE)
_VAGUE = re.compile(r"(early|mid|middle|late|end|beginning|start)( of |[- ]in |[- ])", re.IGNORECASE)
_CLOCK = re.compile(
    r"(T[0-9]|( at |, | )[0-9]{1,2}(:| ?[ap]m\b))([0-9:Z]|\.(?=[0-9]))*([+-][0-9]{2}:?[0-9]{2})?"
    r"( ?[ap]m\b| UTC| GMT)?",
    re.IGNORECASE,
)
_SINCE = re.compile(r"(since|from) ", re.IGNORECASE)
_UNTIL = re.compile(r"(until|till|up to|by) ", re.IGNORECASE)
_RANGE = re.compile(r"(from|between) ", re.IGNORECASE)
_BETWEEN = ("..", " to ", " until ", " and ", " - ", "/", "-")

_CODES = {name[:3].lower(): f"{number:02}" for number, name in enumerate(MONTHS, start=1)}
_CODES |= {"spr": "21", "sum": "22", "aut": "23", "fal": "23", "win": "24"}

# Groups: y, z years; m, n months or seasons; d, e days; s the last two digits of a year.
_Y, _Z, _S = "(?P<y>[0-9]{4})", "(?P<z>[0-9]{4})", "(?P<s>[0-9]{2})"
_M, _MM = "(?P<m>[0-9]{1,2})", "(?P<m>0?[1-9]|1[0-2])"
_D, _E = (f"(?:the )?(?P<{group}>[0-9]{{1,2}})(?:st|nd|rd|th)?" for group in "de")
_NAMES = "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" for name in MONTHS)
_JUNE, _JULY = (f"(?P<{group}>{_NAMES})" for group in "mn")
_TO, _GAP = "(?: ?- ?| to | and )", "(?: of | in |, | |-)"
_YMD, _YDM, _YM = "{y}-{m:0>2}-{d:0>2}", "{y}-{d:0>2}-{m:0>2}", "{y}-{m:0>2}"
_DAYS, _YEARS_OF = _YMD + "/{y}-{m:0>2}-{e:0>2}", "{y}/{y[0]}{y[1]}{s}"

# Habits of writing dates, each with what it may mean; meanings that name no day are dropped later.
_HABITS: dict[str, tuple[str, ...]] = {
    f"{_Y}[-/. ]{_M}[-/. ]{_D}": (_YMD,),
    f"{_Y}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})": (_YMD,),
    f"{_Y}[-/. ]{_MM}": (_YM,),
    f"{_Y}/{_S}": (_YEARS_OF,),
    f"{_Y} ?- ?{_Z}": ("{y}/{z}",),
    f"{_Y}-{_M}-{_D}/{_E}": (_DAYS,),
    f"{_D}[-/ ]{_M}[-/ ]{_Y}": (_YMD, _YDM),
    rf"{_D}\. ?{_M}\. ?{_Y}": (_YMD,),
    f"{_MM}[-/. ]{_Y}": (_YM,),
    f"{_D}{_GAP}{_JUNE}{_GAP}{_Y}": (_YMD,),
    f"{_JUNE} {_D}(?:, ?| ){_Y}": (_YMD,),
    f"{_Y},? {_JUNE} {_D}": (_YMD,),
    f"{_JUNE}{_GAP}{_Y}": (_YM,),
    f"{_Y},? {_JUNE}": (_YM,),
    f"{_D}{_TO}{_E} {_JUNE}{_GAP}{_Y}": (_DAYS,),
    f"{_JUNE} {_D}{_TO}{_E}(?:, ?| ){_Y}": (_DAYS,),
    f"{_JUNE}{_TO}{_JULY}{_GAP}{_Y}": ("{y}-{m}/{y}-{n}",),
    f"(?P<m>spring|summer|autumn|fall){_GAP}{_Y}": (_YM,),
    f"winter{_GAP}{_Y}": ("{y}-24", "{before}-24"),
    f"winter{_GAP}{_Y}[-/](?:[0-9]{{2}})?[0-9]{{2}}": ("{y}-24",),
    "(?:the )?(?P<y>[0-9]{2}[1-9])0'?s": ("{y}X",),
    "(?:the )?(?P<y>[0-9]{2})00'?s": ("{y}0X", "{y}XX"),
    f"Y{_Y}": ("{y}",),
}
_HABIT_PATTERNS = [(re.compile(f"(?ai){habit}"), meanings) for habit, meanings in _HABITS.items()]


def _refusal(text: str) -> DateError:
    """Return the error for a text that is not EDTF, with what it may stand for as its help."""
    tidy = re.sub("[\u2010-\u2015\u2212]", "-", " ".join(text.split()))
    if not tidy:
        return DateError("the date is empty", "leave the field out if the source gives no date")
    without_clock = _CLOCK.sub("", tidy)
    if without_clock != tidy and (days := _readings(without_clock)):
        return _proposal(f"{text!r} has a time of day; only the day is kept", days)
    if (vague := _VAGUE.match(tidy)) and (wholes := _readings(tidy[vague.end() :])):
        whole = _proposal(f"{text!r} is not EDTF, which has no word for {vague[1].lower()!r}", wholes)
        if whole.help in wholes:
            whole.help = f"`{whole.help}` holds the whole of it; give an interval if the source says more"
        return whole
    if readings := _readings(tidy):
        return _proposal(f"{text!r} is not EDTF", readings)
    if re.fullmatch("[0-9X./?~%-]*X[0-9X./?~%-]*", tidy, re.IGNORECASE):
        return DateError(f"{text!r} leaves digits unspecified where EDTF of level 1 does not", _DIGITS)
    if _OUTSIDE.fullmatch(tidy):
        return DateError(f"the year of {text!r} lies outside 0001 to 9999", _YEARS)
    return DateError(f"{text!r} is not a date in EDTF of level 0 or 1", _HOW)


def _proposal(message: str, readings: list[str]) -> DateError:
    """Return an error that proposes the possible readings; where none is possible, why the first is not."""
    possible: list[str] = []
    refused: list[DateError] = []
    for reading in readings:
        try:
            possible.append(_span(reading).edtf)
        except DateError as error:
            refused.append(error)
    if not possible:
        return refused[0]
    if len(possible) == 1:
        return DateError(message, possible[0])
    choice = " or ".join(f"`{reading}`" for reading in possible)
    return DateError(f"{message}, and may mean {choice.replace('`', '')}", f"{choice}, whichever the source means")


def _readings(text: str) -> list[str]:
    """Return the EDTF texts that a text may stand for, if only by their form."""
    return _formed(_single(text)) or _formed(_since_or_until(text)) or _formed(_ranges(text))


def _formed(candidates: Iterable[str]) -> list[str]:
    return [candidate for candidate in dict.fromkeys(candidates) if _EDTF.fullmatch(candidate)]


def _single(text: str, marks: str = "") -> Iterator[str]:
    for start, mark in ((_ABOUT, "~"), (_PERHAPS, "?")):
        if found := start.match(text):
            yield from _single(text[found.end() :], marks + mark)
            return
    body = re.sub(r"[ (]*[?~%]+\)?$", "", text)
    marks = "".join(sorted(set("?~%") & set(text[len(body) :] + marks)))
    mark = "%" if len(marks) > 1 else marks
    yield body.upper().replace("U", "X") + mark
    for pattern, meanings in _HABIT_PATTERNS:
        if match := pattern.fullmatch(body):
            said = {name: _CODES.get(part[:3].lower(), part) for name, part in match.groupdict().items()}
            before = f"{int(said['y']) - 1:04}"
            yield from (meaning.format(**said, before=before) + mark for meaning in meanings)


def _since_or_until(text: str) -> Iterator[str]:
    if found := _SINCE.match(text):
        yield from (f"{start}/.." for start in _single(text[found.end() :]))
    if found := _UNTIL.match(text):
        yield from (f"../{end}" for end in _single(text[found.end() :]))


def _ranges(text: str) -> Iterator[str]:
    body = _RANGE.sub("", text, count=1) if _RANGE.match(text) else text
    for separator in _BETWEEN:
        left, found, right = body.partition(separator)
        if found:
            starts, ends = _ends(left.strip()), _ends(right.strip())
            # Ends that are ambiguous in the same way were written in the same way.
            pairs = zip(starts, ends, strict=True) if len(starts) == len(ends) else product(starts, ends)
            yield from map("/".join, pairs)


def _ends(text: str) -> list[str]:
    # `open` and `unknown` are words of the EDTF draft of 2012.
    if text.lower() in ("..", "open", "now", "present"):
        return [".."]
    return [""] if text.lower() == "unknown" else [re.sub("(-XX)+", "", date) for date in _formed(_single(text))]
