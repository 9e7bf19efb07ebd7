"""Foreign text made safe for a screen and for the logs of continuous integration."""

import re
import unicodedata

LINE = 100
"""Longest stretch of a record file that is shown, in characters."""

COMMAND = r"(##\w*)\["
"""What logs take for a command wherever it stands: `##[…]` (GitHub, Azure), `##vso[…]`, `##teamcity[…]`."""


def spelt(text: str) -> str:
    """Return the text with everything that a screen acts upon, or hides, written as `<U+XXXX>`.

    These are controls, formats (also those that reverse the direction of writing), line separators, lone surrogates.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or unicodedata.category(c) == "Zs" else f"<U+{ord(c):04X}>" for c in text)


def safe(text: str) -> str:
    """Return the text as a terminal or a log may show it, on one line and with no command in it.

    The runner of GitHub Actions takes `##[` for a command wherever it stands (see `COMMAND`), and `::` where a line
    begins with it or with blanks before it; so a colon at the beginning is spelt out too.
    """
    shown = re.sub(COMMAND, r"\1<U+005B>", spelt(text))
    blanks = len(shown) - len(shown.lstrip())
    return f"{shown[:blanks]}<U+003A>{shown[blanks + 1 :]}" if shown.startswith(":", blanks) else shown


def width(text: str) -> int:
    """Return the number of terminal columns that a safe text takes: two for wide letters, none for accents."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


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
    start = width(safe(before))
    return safe(before + marked + after), start, max(1, width(safe(before + marked)) - start)
