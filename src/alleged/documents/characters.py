"""Characters: which are refused, what they are called, the lines they stand on, and the quotes around them."""

import re
import unicodedata
from itertools import chain

PAIRED = frozenset("“”„‘‚«»")
QUOTES = PAIRED | {"’"}
BREAK = re.compile(r"\r\n|\r|\n")
CONTROLS = frozenset(map(chr, chain(range(9), range(11, 32), range(0x7F, 0xA0), (0x2028, 0x2029, 0xFFFE, 0xFFFF))))
# Writing direction, and characters without width; the two joiners U+200C and U+200D stay, Persian needs them.
HIDDEN = frozenset(
    map(
        chr,
        chain(
            (0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
            range(0x202A, 0x202F),
            range(0x2060, 0x2070),
            range(0xE0000, 0xE0080),
        ),
    )
)
FORBIDDEN = CONTROLS | HIDDEN


def rule_of(character: str) -> str:
    """Return the rule that a forbidden character breaks."""
    return "control-character" if character in CONTROLS else "hidden-direction"


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
