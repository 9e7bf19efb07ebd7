"""Characters of a text: forbidden ones and their names, lines, quotes."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from alleged.issues import Suggestion
from alleged.text.words import ANNOTATION, BLANK, IGNORABLE, MARKS, RARE, RARE_BLANK, RARE_IGNORABLE, stacked_marks

BOM = b"\xef\xbb\xbf"
BLOCK = ("|", ">")
"""Indicators of a text that is written on the lines below them."""

PAIRED = frozenset("“”„‘‚«»")
QUOTES = PAIRED | {"’"}
BREAK = re.compile(r"\r\n|\r|\n")

CONTROLS = f"\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef{ANNOTATION}\ufffe\uffff"
RARE_CONTROLS = "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
"""Control characters, and code points that Unicode will never assign to a character."""

DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
FORBIDDEN = f"[{CONTROLS}{RARE_CONTROLS}{IGNORABLE}{RARE_IGNORABLE}{BLANK}{RARE_BLANK}]"
"""Characters that are refused, except where `ALLOWED` matches."""

SUSPECT = re.compile(f"[{CONTROLS}{IGNORABLE}{BLANK}{RARE}]")
LIKE_SPACES = f"\u115f\u1160\u3164\uffa0{BLANK}{RARE_BLANK}"

# Scripts in which joiners shape the letters: Arabic, Syriac, those of India and South-East Asia, Mongolian, and others.
JOINING = (
    "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010eff\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
ALLOWED = (
    rf"(?<=[{JOINING}])[\u200c\u200d](?![\u200c\u200d])|(?<![\u200c\u200d])[\u200c\u200d](?=[{JOINING}])"
    r"|(?<=[\u1820-\u18aa])[\u180b-\u180f]"
)
"""Joiners and Mongolian variation selectors that shape the letter beside them; Persian cannot be written without."""


class ForbiddenSpan(NamedTuple):
    """A span of a line that is refused: the rule, where the span begins and ends, and what it contains."""

    rule: str
    start: int
    end: int
    detail: str


def is_suspect(text: str) -> bool:
    """Whether `forbidden_spans` may yield something: a quick test that most texts fail."""
    return bool(SUSPECT.search(text) or MARKS.search(text))


def forbidden_spans(text: str) -> Iterator[ForbiddenSpan]:
    """Yield the control characters and invisible characters of a text, and letters with too many marks."""
    allowed = {match.start() for match in re.finditer(ALLOWED, text)}
    for match in re.finditer(FORBIDDEN, text):
        if match.start() not in allowed:
            yield ForbiddenSpan(_rule_of(match[0]), *match.span(), character_name(match[0]))
    for start, end in stacked_marks(text):
        yield ForbiddenSpan("stacked-marks", start, end, f"{end - start} marks")


def suggest_removal(span: ForbiddenSpan, text: str) -> Suggestion | None:
    """Return a fix for a forbidden span; it is safe to delete a character that shows nothing."""
    if span.rule == "stacked-marks":
        return None
    if span.rule == "control-character":
        return Suggestion("")
    return Suggestion(" ") if text[span.start] in LIKE_SPACES else Suggestion("", "safe")


def _rule_of(character: str) -> str:
    if re.match(f"[{CONTROLS}{RARE_CONTROLS}]", character):
        return "control-character"
    return "hidden-direction" if re.match(f"[{DIRECTIONS}]", character) else "invisible-character"


def character_name(character: str) -> str:
    """Return the code point of a character and, if it has one, its Unicode name."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def lines_of(body: bytes) -> list[str]:
    """Return the lines of a text without their line breaks; invalid UTF-8 is replaced."""
    return BREAK.split(body.decode(errors="replace"))


def line_at(lines: list[str], number: int) -> str:
    """Return the line with this number, from 0; an empty one after the last line."""
    return lines[number] if number < len(lines) else ""


def indent_of(line: str) -> int:
    """Return the number of spaces at the start of a line."""
    return len(line) - len(line.lstrip(" "))


def field_column(line: str) -> int:
    """Return the column at which the field of a line begins, after the dash of a list."""
    return len(line) - len(line.lstrip(" -"))


def continues_below(lines: list[str], number: int) -> bool:
    """Whether the next line that is not blank is indented further than the field of a line."""
    below = next((lines[n] for n in range(number + 1, len(lines)) if lines[n].strip()), "")
    return len(below) - len(below.lstrip()) > field_column(lines[number])


def count_spaces(number: int) -> str:
    """Return a number of spaces in words, as `2 spaces`."""
    return {0: "no space", 1: "1 space"}.get(number, f"{number} spaces")


def straight_quoted(text: str) -> str:
    """Return a text in straight quotes for YAML: in single ones if it contains a double quote or a backslash."""
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'


def replace_quotes(text: str) -> str:
    """Return a text in straight quotes, without the typographic quotes around it."""
    if len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES:
        text = text[1:-1].strip()
    return straight_quoted(text)
