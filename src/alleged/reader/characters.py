"""Characters: which are refused, what they are called, the lines they stand on, and the quotes around them."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from alleged.issues import Suggestion
from alleged.text.words import ANNOTATION, BLANK, CROWD, IGNORABLE, RARE, RARE_BLANK, RARE_IGNORABLE, crowds

PAIRED = frozenset("“”„‘‚«»")
QUOTES = PAIRED | {"’"}
BREAK = re.compile(r"\r\n|\r|\n")

CONTROLS = f"\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef{ANNOTATION}\ufffe\uffff"
RARE_CONTROLS = "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
"""Characters that are orders to a screen or a printer, and code points that Unicode will never make characters."""

DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
FORBIDDEN = f"[{CONTROLS}{RARE_CONTROLS}{IGNORABLE}{RARE_IGNORABLE}{BLANK}{RARE_BLANK}]"
"""Characters that are refused, but for those that `WANTED` finds."""

SUSPECT = re.compile(f"[{CONTROLS}{IGNORABLE}{BLANK}{RARE}]")
LIKE_SPACES = f"\u115f\u1160\u3164\uffa0{BLANK}{RARE_BLANK}"

# Arabic, Syriac, the scripts of India and of the South-East, Mongolian and the like, where joiners shape the letters.
JOINING = (
    "\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010eff\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
WANTED = (
    rf"(?<=[{JOINING}])[\u200c\u200d](?![\u200c\u200d])|(?<![\u200c\u200d])[\u200c\u200d](?=[{JOINING}])"
    r"|(?<=[\u1820-\u18aa])[\u180b-\u180f]"
)
"""Joiners and signs of Mongolian that shape the letter beside them; Persian cannot be written without."""


class Unwanted(NamedTuple):
    """A stretch of a text that is refused: by which rule, where it begins and ends, and what is there."""

    rule: str
    start: int
    end: int
    said: str


def is_suspect(text: str) -> bool:
    """Whether `unwanted` may find something in a text: quick, for the many in which it does not."""
    return bool(SUSPECT.search(text) or CROWD.search(text))


def unwanted(text: str) -> Iterator[Unwanted]:
    """Yield what is refused in a text: characters that act or hide, and letters with too many marks."""
    wanted = {found.start() for found in re.finditer(WANTED, text)}
    for found in re.finditer(FORBIDDEN, text):
        if found.start() not in wanted:
            yield Unwanted(rule_of(found[0]), *found.span(), named(found[0]))
    for start, end in crowds(text):
        yield Unwanted("stacked-marks", start, end, f"{end - start} marks")


def removal(found: Unwanted, text: str) -> Suggestion | None:
    """Return how to mend an unwanted stretch; to delete what shows nothing alters no meaning."""
    match found.rule:
        case "stacked-marks":
            return None
        case "control-character":
            return Suggestion("")
        case _:
            return Suggestion(" ") if text[found.start] in LIKE_SPACES else Suggestion("", "safe")


def rule_of(character: str) -> str:
    """Return the rule that a forbidden character breaks."""
    if re.match(f"[{CONTROLS}{RARE_CONTROLS}]", character):
        return "control-character"
    return "hidden-direction" if re.match(f"[{DIRECTIONS}]", character) else "invisible-character"


def named(character: str) -> str:
    """Return a character's code point and, if it has one, its name in Unicode."""
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


def lines_of(body: bytes) -> list[str]:
    """Return the lines of a text without their line breaks; broken UTF-8 does not stop it."""
    return BREAK.split(body.decode(errors="replace"))


def line_at(lines: list[str], number: int) -> str:
    """Return the line with this number, from 0; behind the last one it is empty."""
    return lines[number] if number < len(lines) else ""


def in_straight_quotes(text: str) -> str:
    """Return the text in straight quotes, without the typographic ones around it."""
    if len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES:
        text = text[1:-1].strip()
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'
