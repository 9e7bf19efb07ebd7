"""All words of the charts, in one place: labels, dates, numbers. English only so far."""

from collections.abc import Mapping
from datetime import date

from alleged.dates import MONTHS, parse

ACTS: Mapping[str, str] = {
    "deny": "Denial",
    "dispute": "Dispute",
    "doubt": "Doubt",
    "decline": "No comment",
    "confirm": "Confirmation",
    "correct": "Correction",
    "retract": "Retraction",
    "pledge": "Pledge",
    "announce": "Announcement",
    "acknowledge": "Admission",
    "request": "Request",
    "threaten": "Threat",
    "reject": "Rejection",
    "praise": "Praise",
    "warn": "Warning",
    "allege": "Allegation",
    "criticise": "Criticism",
    "state": "Statement",
}
"""Acts as nouns, so that a denial never reads as its opposite: "Denial · Lukashenko: …"."""

MARKS: Mapping[str, str] = {
    "yes": "says yes: alleges, affirms",
    "no": "says no: denies, disputes",
    "admits": "admits: about one’s own side",
    "other": "hollow: leaves the question open",
    "echo": "small: no origin of its own",
    "root": "circled: recorded under another question",
    "when": "said on some day along the line",
}
"""What each mark of a timeline means, in the order of the legend."""

FIGURES: Mapping[str, str] = {
    "given": "as given",
    "about": "“about”: no width was named",
    "least": "at least: open end",
    "most": "at most: open end",
    "between": "between",
    "planned": "planned, not yet done",
    "updated": "later updated",
}
"""What each mark of a chart of figures means."""

BAND: Mapping[str, str] = {
    "hi": "origins that are not excluded",
    "lo": "of these, origins that showed evidence",
}

TIMELINE = "Who spoke, and when"
ORIGINS = "From how many independent origins"
QUANTITIES = "The figures, side by side"
SPARKLINE = "Claims by month"

PARTIES = "NAMED IN THE QUESTION"
RETELLING = "NO ORIGIN OF THEIR OWN"
ADMISSIONS = "admissions"
EVIDENCE = "evidence"
NO_ITEM = "what is counted is not stated"
NOTHING = "Nothing was public yet."
NO_FIGURES = "No figure was named."
WHO = "WHO, AND WHEN IT WAS KNOWN"
WHAT = "THE WORDS, AND THE PERIOD COUNTED"
LOGARITHMIC = "logarithmic scale"

NO_VERDICT = "A mark is what somebody said. Nothing here says what is true."
NO_MEAN = "Each figure is the claimant’s own. None is averaged; compare those whose periods begin on the same day."
NO_SCORE = "A name stands where it joins, and again where evidence was first shown. No number is a score."


def act(code: str, label: str) -> str:
    """Return an act as a noun; one of a dataset's own codes by its label."""
    return ACTS.get(code, label)


def day(on: date) -> str:
    """Return a day as `31 Oct 2024`."""
    return f"{on.day} {month(on)} {on.year}"


def month(on: date) -> str:
    """Return the short name of a month, whatever the locale."""
    return MONTHS[on.month - 1][:3]


def period(edtf: str | None) -> str:
    """Return an EDTF date in words: `Sep 2023 – 4 Sep 2024`, `up to 18 Jun 2024`, `about Sep 2023`."""
    if edtf is None:
        return "not stated"
    start, slash, end = edtf.partition("/")
    if not slash:
        return _point(edtf)
    if start in ("", ".."):
        return f"up to {_point(end)}"
    if end in ("", ".."):
        return f"from {_point(start)}"
    return _joined(_point(start), _point(end))


def _joined(first: str, last: str) -> str:
    """Return a period without what both ends share: `8–13 Oct 2024`, `Jan–Feb 2025`."""
    ones, others = first.split(), last.split()
    while len(ones) > 1 and len(ones) == len(others) and ones[-1] == others[-1] and "about" not in ones[0]:
        ones.pop()
        others.pop()
    dash = "–" if len(ones) == 1 and first != last else " – "
    return first if first == last else f"{' '.join(ones)}{dash}{last}"


def _point(edtf: str) -> str:
    date = parse(edtf)
    hedge = "about " if date.approximate else ""
    doubt = " (uncertain)" if date.uncertain else ""
    if date.lo is None or date.precision not in ("day", "month", "year"):
        return hedge + edtf.rstrip("~?%") + doubt
    if date.precision == "day":
        return hedge + day(date.lo) + doubt
    return hedge + (f"{month(date.lo)} " if date.precision == "month" else "") + str(date.lo.year) + doubt


def number(value: float) -> str:
    """Return a number in digits, thousands apart by commas: `10,000`, `0.5`."""
    return f"{value:,.10g}" if value != int(value) else f"{int(value):,}"


def tick(value: float) -> str:
    """Return a number for an axis, large ones in words: `2 million`."""
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size:
            return f"{number(value / size)} {name}"
    return number(value)


def count(n: int, what: str) -> str:
    """Return a count with its noun: `1 claim`, `53 claims`."""
    return f"{number(n)} {what if n == 1 else plural(what)}"


def counts(kinds: Mapping[str, int]) -> str:
    """Return how many claims there are of each kind of mark: `55 claims: 36 say yes, 4 say no`."""
    verbs = (("yes", "say yes"), ("no", "say no"), ("admits", "admit"), ("other", "leave the question open"))
    said = ", ".join(f"{number(kinds[kind])} {verb}" for kind, verb in verbs if kinds.get(kind))
    return count(sum(kinds.values()), "claim") + (f": {said}" if said else "")


def plural(noun: str) -> str:
    """Return the plural of a noun; anything else unchanged."""
    if not noun.replace(" ", "").isalpha() or noun.lower().endswith(("cent", "aircraft")):
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def reading(lo: int, hi: int) -> str:
    """Return the interval of origins as a sentence that is no score: `2 showed evidence; up to 7 not excluded`."""
    if hi == 0:
        return "no origin"
    if lo == hi:
        return f"{lo} showed evidence; no further one known"
    return f"{lo or 'none'} showed evidence; up to {hi} not excluded"


def figure(bound: str, low: float | None, point: float | None, high: float | None) -> str:
    """Return a figure in words: `more than 10,000`, `about 300`, `11,000 to 12,000`."""
    if low is not None and high is not None:
        said = f"{number(low)} to {number(high)}"
    elif low is not None:
        said = f"{'more than' if bound == 'gt' else 'at least'} {number(low)}"
    elif high is not None:
        said = f"{'fewer than' if bound == 'lt' else 'at most'} {number(high)}"
    else:
        said = ""
    if point is None:
        return f"about {said}" if bound == "about" else said
    alone = f"{'about ' if bound == 'about' else ''}{number(point)}"
    return f"{alone} ({said})" if said else alone
