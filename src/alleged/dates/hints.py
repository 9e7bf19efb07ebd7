"""Explain texts that are not EDTF, and propose the EDTF for dates as people type them."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

from alleged.dates import EDTF, HELP, MONTHS, YEARS, span
from alleged.errors import DateError

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
_CODES |= {"spr": "21", "sum": "22", "aut": "23", "fal": "23"}

# Groups: y, z years; m, n months or seasons; d, e days; s the last two digits of a year.
_Y, _Z, _S = "(?P<y>[0-9]{4})", "(?P<z>[0-9]{4})", "(?P<s>[0-9]{2})"
_M, _MM = "(?P<m>[0-9]{1,2})", "(?P<m>0?[1-9]|1[0-2])"
_D, _E = (f"(?:the )?(?P<{group}>[0-9]{{1,2}})(?:st|nd|rd|th)?" for group in "de")
_NAMES = "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" for name in MONTHS)
_JUNE, _JULY = (f"(?P<{group}>{_NAMES})" for group in "mn")
_TO, _GAP = "(?: ?- ?| to | and )", "(?: of | in |, | |-)"
_YMD, _YDM, _YM = "{y}-{m:0>2}-{d:0>2}", "{y}-{d:0>2}-{m:0>2}", "{y}-{m:0>2}"
_DAYS, _YEARS_OF = _YMD + "/{y}-{m:0>2}-{e:0>2}", "{y}/{y[0]}{y[1]}{s}"

# Notations of dates, each with what it may mean; meanings that are not a date are dropped later.
_NOTATIONS: dict[str, tuple[str, ...]] = {
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
_NOTATION_PATTERNS = [(re.compile(f"(?ai){notation}"), meanings) for notation, meanings in _NOTATIONS.items()]


def explain(text: str) -> DateError:
    """Return the error for a text that is not EDTF; its help is what the text may mean."""
    tidy = re.sub("[\u2010-\u2015\u2212]", "-", " ".join(text.split()))
    if not tidy:
        return DateError("the date is empty", "leave the field out if the source gives no date")
    without_clock = _CLOCK.sub("", tidy)
    if without_clock != tidy and (days := _readings(without_clock)):
        return _proposal(f"{text!r} has a time of day; only the day is kept", days)
    if (vague := _VAGUE.match(tidy)) and (wholes := _readings(tidy[vague.end() :])):
        whole = _proposal(f"{text!r} is not EDTF, which has no word for {vague[1].lower()!r}", wholes)
        if whole.help in wholes:
            whole.help = f"`{whole.help}` spans all of it; give an interval if the source is more precise"
        return whole
    if readings := _readings(tidy):
        return _proposal(f"{text!r} is not EDTF", readings)
    if re.fullmatch("[0-9X./?~%-]*X[0-9X./?~%-]*", tidy, re.IGNORECASE):
        return DateError(f"{text!r} leaves digits unspecified where EDTF of level 1 does not", _DIGITS)
    if _OUTSIDE.fullmatch(tidy):
        return DateError(f"the year of {text!r} is outside 0001 to 9999", YEARS)
    return DateError(f"{text!r} cannot be read as a date", HELP)


def _proposal(message: str, readings: list[str]) -> DateError:
    """Return an error that proposes the possible readings, or if there are none, the error of the first."""
    possible: list[str] = []
    errors: list[DateError] = []
    for reading in readings:
        try:
            possible.append(span(reading).edtf)
        except DateError as error:
            errors.append(error)
    if not possible:
        return errors[0]
    if len(possible) == 1:
        return DateError(message, possible[0])
    choice = " or ".join(f"`{reading}`" for reading in possible)
    return DateError(f"{message}, and may mean {choice.replace('`', '')}", f"{choice}, whichever the source means")


def _readings(text: str) -> list[str]:
    """Return the EDTF texts that a text may mean; some may name days that do not exist."""
    return _in_form(_single(text)) or _in_form(_since_or_until(text)) or _in_form(_ranges(text))


def _in_form(candidates: Iterable[str]) -> list[str]:
    return [candidate for candidate in dict.fromkeys(candidates) if EDTF.fullmatch(candidate)]


def _single(text: str, marks: str = "") -> Iterator[str]:
    for start, mark in ((_ABOUT, "~"), (_PERHAPS, "?")):
        if match := start.match(text):
            yield from _single(text[match.end() :], marks + mark)
            return
    body = re.sub(r"[ (]*[?~%]+\)?$", "", text)
    marks = "".join(sorted(set("?~%") & set(text[len(body) :] + marks)))
    mark = "%" if len(marks) > 1 else marks
    yield body.upper().replace("U", "X") + mark
    for pattern, meanings in _NOTATION_PATTERNS:
        if match := pattern.fullmatch(body):
            parts = {name: _CODES.get(part[:3].lower(), part) for name, part in match.groupdict().items()}
            before = f"{int(parts['y']) - 1:04}"
            yield from (meaning.format(**parts, before=before) + mark for meaning in meanings)


def _since_or_until(text: str) -> Iterator[str]:
    if match := _SINCE.match(text):
        yield from (f"{start}/.." for start in _single(text[match.end() :]))
    if match := _UNTIL.match(text):
        yield from (f"../{end}" for end in _single(text[match.end() :]))


def _ranges(text: str) -> Iterator[str]:
    prefix = _RANGE.match(text)
    body = text[prefix.end() :] if prefix else text
    for separator in _BETWEEN:
        left, sign, right = body.partition(separator)
        if sign:
            starts, ends = _ends(left.strip()), _ends(right.strip())
            # If both ends are ambiguous in the same way, they are read in the same way.
            pairs = zip(starts, ends, strict=True) if len(starts) == len(ends) else product(starts, ends)
            yield from map("/".join, pairs)


def _ends(text: str) -> list[str]:
    # `open` and `unknown` are words of the EDTF draft of 2012.
    if text.lower() in ("..", "open", "now", "present"):
        return [".."]
    return [""] if text.lower() == "unknown" else [re.sub("(-XX)+", "", date) for date in _in_form(_single(text))]
