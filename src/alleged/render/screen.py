"""The part of a line that fits on a screen, and the columns that it takes there."""

import unicodedata

from alleged.text import escape

LINE = 100
"""Longest stretch of a record file that is shown, in characters."""


def width(text: str) -> int:
    """Return how many terminal columns a text takes once it is escaped: two for wide letters, none for accents."""
    shown = escape.line(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def cut(text: str, column: int, length: int) -> tuple[str, str, str]:
    """Return at most `LINE` characters of a line around a place: those before it, the place, those after it."""
    start = max(0, min(column - 1 - LINE // 3, len(text) - LINE))
    piece = text[start : start + LINE]
    lead, tail = ("…" if start else ""), ("…" if start + LINE < len(text) else "")
    at = max(column - 1 - start, 0)
    end = at + max(length, 1)
    return lead + piece[:at], piece[at:end], piece[end:] + tail


def stretch(text: str, column: int, length: int) -> tuple[str, int, int]:
    """Return what is shown of a line around a place, and the place's start and width on the screen."""
    before, marked, after = cut(text, column, length)
    start = width(before)
    return escape.line(before + marked + after), start, max(1, width(before + marked) - start)
