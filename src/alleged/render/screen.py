"""The part of a line that fits on a screen, and its width in columns."""

import unicodedata

from alleged.text import escape

LINE = 100
"""Most characters of a line that are shown."""


def width(text: str) -> int:
    """Return the terminal columns of an escaped text: two for wide letters, none for combining marks."""
    shown = escape.line(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def cut(text: str, column: int, length: int) -> tuple[str, str, str]:
    """Return at most `LINE` characters of a line around a place, as text before it, in it and after it."""
    start = max(0, min(column - 1 - LINE // 3, len(text) - LINE))
    piece = text[start : start + LINE]
    lead, tail = ("…" if start else ""), ("…" if start + LINE < len(text) else "")
    at = max(column - 1 - start, 0)
    end = at + max(length, 1)
    return lead + piece[:at], piece[at:end], piece[end:] + tail


def stretch(text: str, column: int, length: int) -> tuple[str, int, int]:
    """Return the shown part of a line around a place, and the start and width of the place in columns."""
    before, marked, after = cut(text, column, length)
    start = width(before)
    return escape.line(before + marked + after), start, max(1, width(before + marked) - start)
