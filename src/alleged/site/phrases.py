"""Dates, figures, names of languages and quotes in words, in one style on all pages."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from alleged.charts import words
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


def language_of(tag: str) -> str:
    """Return the primary language of a tag: `zh` for `zh-Hant`."""
    return tag.partition("-")[0].lower()


def is_right_to_left(tag: str) -> bool:
    """Whether a language is written from right to left."""
    return language_of(tag) in RIGHT_TO_LEFT


def quote_marks(tag: str) -> tuple[str, str]:
    """Return the opening and the closing quote mark of a language."""
    return QUOTE_MARKS.get(language_of(tag), ("“", "”"))


def language(tag: str) -> str:
    """Return the name of a language; the tag itself if it is a rare one."""
    return texts().named("languages", language_of(tag), tag)


@lru_cache(maxsize=65536)
def edtf(text: str | None) -> str:
    """Return an EDTF date in words, as charts do: 18 Oct 2024, 8–13 Oct 2024, up to Dec 2024."""
    return words.period(text)


def plain_day(text: str | None) -> str | None:
    """Return an EDTF date if HTML takes it as `datetime`: a day, a month or a year without marks."""
    return text if text and re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text) and text[5:7] < "13" else None


def amount(figure: Mapping[str, Any]) -> str:
    """Return the number of a figure with its bound, as the claimant gave it: about 1,500, at least 10,000."""
    return words.figure(figure["bound"], figure["low"], figure["point"], figure["high"])


def unit(code: str, label: str, figure: Mapping[str, Any]) -> str:
    """Return the unit of a figure in the number that fits it: vessel, vessels."""
    forms = texts().groups["units"].get(code)
    if forms is None:
        return label[:1].lower() + label[1:]
    single = figure["point"] == 1 and figure["low"] is None and figure["high"] is None
    return forms[0] if single else forms[-1]


def lag(lo: int | None, hi: int | None) -> str:
    """Return between which days after a claim its answer became public; empty where a bound is open."""
    said = texts().groups["claim"]
    if lo is None or hi is None:
        return ""
    if lo < 0:
        return said["lag_unclear_one" if hi == 1 else "lag_unclear"].format(hi=hi)
    if lo < hi:
        return said["lag_range"].format(lo=lo, hi=hi)
    return said["lag_none"] if hi == 0 else said["lag_one"] if hi == 1 else said["lag_days"].format(days=hi)


def coded(text: str) -> Markup:
    """Return a text with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without a partner
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(p) if n % 2 else p for n, p in enumerate(parts))
