"""Dates, figures, names of languages and quotes in words, in one style on all pages."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from alleged.site.texts import texts

RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur", "ps", "ckb", "dv", "yi", "sd", "ug"))

QUOTE_MARKS = {
    **dict.fromkeys(("fr",), ("«\u202f", "\u202f»")),
    **dict.fromkeys(("ru", "uk", "be", "no", "nb", "it", "es", "pt", "el", "fa", "ar", "hy", "kk"), ("«", "»")),
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "lt", "et", "is", "ka", "sr", "mk", "hr", "bs"), ("„", "“")),
    **dict.fromkeys(("pl", "ro", "hu", "nl"), ("„", "”")),
    **dict.fromkeys(("ja", "zh"), ("「", "」")),
    **dict.fromkeys(("sv", "fi"), ("”", "”")),
}
"""Quote marks by language; all others have those of English."""

PART = re.compile(r"(\d{4})(?:-(\d\d|XX))?(?:-(\d\d|XX))?([?~%]?)")


def language_of(tag: str) -> str:
    """Return the primary language of a tag: `zh` for `zh-Hant`."""
    return tag.partition("-")[0].lower()


def is_right_to_left(tag: str) -> bool:
    return language_of(tag) in RIGHT_TO_LEFT


def quote_marks(tag: str) -> tuple[str, str]:
    """Return the opening and the closing quote mark of a language."""
    return QUOTE_MARKS.get(language_of(tag), ("“", "”"))


def language(tag: str) -> str:
    """Return the name of a language; the tag itself if it is a rare one."""
    return texts().named("languages", language_of(tag), tag)


def day(value: date | None) -> str:
    """Return a day in words: 18 Oct 2024."""
    return f"{value.day} {texts().groups['dates']['months'][value.month - 1]} {value.year}" if value else ""


@lru_cache(maxsize=65536)
def edtf(text: str | None) -> str:
    """Return an EDTF date in words: 18 Oct 2024, Oct 2024, 8–13 Oct 2024, until Dec 2024."""
    t = texts().t.dates
    if not text:
        return t.not_stated
    if "/" not in text:
        return _one(text)
    start, end = text.split("/", 1)
    if start in ("", ".."):
        return t.until.format(date=_one(end))
    if end in ("", ".."):
        return t.since.format(date=_one(start))
    first, last = _one(start), _one(end)
    for shared in (9, 5):  # " Oct 2024", " 2024"
        if first[-shared:] == last[-shared:] and first[-shared : -shared + 1] == " " and first[:1].isalnum():
            return f"{first[:-shared]}–{last}" if " " not in first[:-shared] else f"{first[:-shared]} – {last}"
    return f"{first} – {last}"


def _one(text: str) -> str:
    t = texts().t.dates
    match = PART.fullmatch(text)
    if match is None:
        return text
    year, month, number, mark = match.groups()
    words = year
    if month and month != "XX":
        name = t.months[int(month) - 1] if int(month) < 13 else _season(month)
        words = f"{name} {year}"
        if number and number != "XX":
            words = f"{int(number)} {words}"
    if mark in ("~", "%"):
        words = t.about.format(date=words)
    return t.uncertain.format(date=words) if mark in ("?", "%") else words


def _season(month: str) -> str:
    return texts().groups["dates"]["seasons"].get(month, month)


def plain_day(text: str | None) -> str | None:
    """Return an EDTF date if HTML takes it as `datetime`: a day, a month or a year without marks."""
    return text if text and re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text) and text[5:7] < "13" else None


def number(value: float) -> str:
    """Return a number with commas between thousands; decimals only where there are any."""
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def amount(figure: Mapping[str, Any]) -> str:
    """Return the number of a figure with its bound, as the claimant gave it: about 1,500, at least 10,000."""
    t = texts().groups["figures"]
    low, point, high, bound = (figure[name] for name in ("low", "point", "high", "bound"))
    if point is not None and low is None and high is None:
        said = number(point)
    elif low is not None and high is not None:
        said = t["between"].format(low=number(low), high=number(high))
    else:
        known = next(value for value in (low, high, point) if value is not None)
        said = number(known)
        bound = bound if bound != "none" else "ge" if high is None else "le"
    return t[bound].format(n=said) if bound in t else said


def unit(code: str, label: str, figure: Mapping[str, Any]) -> str:
    """Return the unit of a figure in the number that fits it: vessel, vessels."""
    forms = texts().groups["units"].get(code)
    if forms is None:
        return label[:1].lower() + label[1:]
    single = figure["point"] == 1 and figure["low"] is None and figure["high"] is None
    return forms[0] if single else forms[-1]
