"""Foreign text made safe for a screen and for the logs of continuous integration."""

import unicodedata

LINE = 100
"""Longest stretch of a record file that is shown, in characters."""


def safe(text: str) -> str:
    """Return the text with everything that a terminal or a CI log would act upon written as `<U+XXXX>`.

    Controls, formats (also those that reverse the direction of writing), line separators and lone surrogates are
    spelt out; `##[` would be a command to the runner of GitHub Actions wherever it stands.
    """
    shown = "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else f"<U+{ord(c):04X}>" for c in text)
    return shown.replace("##[", "##<U+005B>")


def width(text: str) -> int:
    """Return the number of terminal columns that a safe text takes: two for wide letters, none for accents."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def stretch(text: str, column: int, length: int) -> tuple[str, int, int]:
    """Return at most `LINE` characters of a line around a place, and the place's start and width on the screen."""
    start = max(0, min(column - 1 - LINE // 3, len(text) - LINE))
    cut = text[start : start + LINE]
    lead, tail = ("…" if start else ""), ("…" if start + LINE < len(text) else "")
    before, marked = cut[: column - 1 - start], cut[column - 1 - start :][: max(length, 1)]
    return lead + safe(cut) + tail, width(lead + safe(before)), max(1, width(safe(marked)))
