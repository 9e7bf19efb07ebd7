"""Words of texts: how they are told apart, counted and compared, in scripts with and without spaces.

Texts are brought into a normal form of Unicode here and nowhere else: to put the marks on one letter in order takes
time that grows with the square of their number, so marks beyond `MOST_MARKS` are left out first.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from functools import cache, lru_cache
from unicodedata import combining, decimal, is_normalized, normalize

# Han and kana, which are written without spaces; rare signs beyond U+FFFF would make the patterns slow to prepare.
UNSPACED = "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Signs that are part of a word though Python's \w leaves them out: accents, points and vowel signs.
SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e"
LETTER = rf"(?:[^\W_{UNSPACED}]|[{SIGNS}])"
SPACED_WORD = rf"{LETTER}+(?:[-'.,]{LETTER}+)*"
# The same for scripts in which every letter is one of Python's \w; this pattern is ready at once, the other in 4 ms.
SIMPLE_WORD = r"[^\W_]+(?:[-'.,][^\W_]+)*"
SIMPLE = "[\0-\u02ff\u0370-\u0482\u048a-\u058f\uac00-\ud7a3]*"
# Scripts in which a letter beside another means that a word goes on.
JOINED = "0-9A-Za-z\u00c0-\u024f\u0370-\u052f"

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8"
)
RARE_IGNORABLE = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
"""Characters that show nothing by themselves, such as joiners, fillers and selectors; the inside of a pattern.

`Default_Ignorable_Code_Point` in DerivedCoreProperties.txt of Unicode 16, which Python's `unicodedata` leaves out. Code
points without a character are among them, so a later Unicode adds none.
"""

BLANK, RARE_BLANK = "\u2800", "\U00013441\U00013442\U00016fe4\U0001d159"
"""Characters that look like spaces and are none for Unicode: of Braille, Egyptian, Khitan and musical notation."""

RARE = "\U00010000-\U0010ffff"
"""All characters beyond the first 65,536. A pattern is quick that only asks whether there is any of them."""

ANNOTATION = "\ufff9-\ufffc"
"""Signs around a gloss that stands above other words, and the sign in the place of an image."""

GOES_ON = f"[{JOINED}]{{2}}"
"""Two letters between which no word begins or ends; a pattern, as the next ones are, that most checks never need."""

LOOKS = {
    **dict.fromkeys((0x22, 0x60, 0xAB, 0xB4, 0xBB, 0x2BC, *range(0x2018, 0x2020), 0x2032, 0x2033, 0x2039, 0x203A), "'"),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
    **dict.fromkeys(map(ord, BLANK + RARE_BLANK), " "),
    ord("…"): "...",
}
"""Signs that look otherwise from one printer to the next: marks of quotation, dashes, spaces."""

LOOK_ALIKES = {
    "a": "\u0251\u0391\u03b1\u0410\u0430\u13aa\u15c5\ua4ee",
    "b": "\u0184\u0392\u0412\u042c\u13cf\u13f4\u1472\u15af\u15f7\ua4d0\ua7b4",
    "c": "\u0421\u0441\u13df\u1d04\u2ca4\u2ca5\ua4da\uabaf",
    "d": "\u0501\u13a0\u13e7\u146f\u15de\u15ea\ua4d2\ua4d3",
    "e": "\u0395\u0415\u0435\u04bd\u13ac\u2d39\ua4f0\uab32",
    "f": "\u03dc\u0584\u15b4\u1e9d\ua4dd\ua798\ua799\uab35",
    "g": "\u018d\u0261\u050c\u0581\u13c0\u13f3\u1d83\ua4d6",
    "h": "\u0397\u041d\u04bb\u0570\u13bb\u13c2\u157c\u2c8e\ua4e7",
    "i": "\u0131\u0269\u026a\u0399\u03b9\u0406\u0456\u04c0\u04cf\u13a5\u2c92\ua4f2\ua647\uab75",
    "j": "\u037f\u03f3\u0408\u0458\u13ab\u148d\ua4d9\ua7b2",
    "k": "\u039a\u041a\u13e6\u16d5\u2c94\ua4d7",
    "l": "\u0196\u01c0\u13de\u14aa\u16c1\u2cd0\u2d4f\ua4e1",
    "m": "\u039c\u03fa\u041c\u13b7\u15f0\u16d6\u2c98\ua4df",
    "n": "\u039d\u0578\u057c\u2c9a\ua4e0",
    "o": "\u039f\u03bf\u03c3\u041e\u043e\u0555\u0585\u0b20\u0d20\u101d\u10ff\u12d0"
    "\u1d0f\u1d11\u2c9e\u2c9f\u2d54\ua4f3\uab3d",
    "p": "\u03a1\u03c1\u0420\u0440\u13e2\u146d\u2ca2\u2ca3\ua4d1",
    "q": "\u051b\u0563\u0566\u2d55",
    "r": "\u01a6\u0433\u13a1\u13d2\u1587\u1d26\u2c85\ua4e3\uab47\uab48\uab81",
    "s": "\u01bd\u0405\u0455\u054f\u13d5\u13da\ua4e2\ua731\uabaa",
    "t": "\u03a4\u0422\u13a2\u2ca6\ua4d4",
    "u": "\u028b\u03c5\u054d\u057d\u1200\u144c\u1d1c\ua4f4\ua79f\uab4e\uab52",
    "v": "\u03bd\u0474\u0475\u13d9\u142f\u1d20\u2d38\ua4e6\ua6df\uaba9",
    "w": "\u026f\u0461\u051c\u051d\u0561\u13b3\u13d4\u1d21\ua4ea\uab83",
    "x": "\u03a7\u0425\u0445\u1541\u157d\u16b7\u2cac\u2d5d\ua4eb\ua7b3",
    "y": "\u0263\u028f\u03a5\u03b3\u0423\u0443\u04ae\u04af\u10e7\u13a9\u13bd\u1d8c\u1eff\u2ca8\ua4ec\uab5a",
    "z": "\u0396\u13c3\u1d22\ua4dc\uab93",
}
"""Letters beyond ASCII that look like one of it, small or capital, by the small one.

The single letters up to U+FFFF of confusables.txt (Unicode Technical Standard 39) that NFKC leaves as they are.
"""

OTHERS_ALIKE = (
    *("\u30a8\u5de5", "\u30ab\u529b", "\u30bf\u5915", "\u30c8\u535c", "\u30cb\u4e8c", "\u30cf\u516b"),
    *("\u30d8\u3078", "\u30ed\u53e3", "\u30fc\u4e00", "\u0643\u06a9", "\u0647\u06c1\u06d5", "\u064a\u0649\u06cc"),
)
"""Signs of other scripts that look alike, of each only one is kept: kana and Han, and letters of Arabic and Persian."""

UNSEEN = f"[{IGNORABLE}{RARE_IGNORABLE}{ANNOTATION}]+"
CHANGED = f"[{re.escape(''.join(map(chr, LOOKS)))}{IGNORABLE}{ANNOTATION}{RARE}]"

MOST_MARKS = 30
"""Marks that may stand on one letter, after the Stream-Safe Text Format of Unicode Standard Annex 15.

Unicode takes it for more than any language needs.
"""

CROWD = re.compile(r"[^\w\s\0-\u02ff]{15,}")
"""Where more marks than that may stand: no mark is a letter or a digit, and a character has at most two of them."""


def crowds(text: str) -> Iterator[tuple[int, int]]:
    """Yield where more than `MOST_MARKS` marks stand on one letter: the first one, and the place behind the last."""
    for found in CROWD.finditer(text):
        start = number = 0
        for place, sign in enumerate(f"{found[0]} ", found.start()):
            if marks := _marks(sign):
                start, number = (start, number + marks) if number else (place, marks)
                continue
            if number > MOST_MARKS:
                yield start, place
            number = 0


@lru_cache(maxsize=1024)
def _marks(sign: str) -> int:
    """Return how many marks a character is in its decomposed form; none if it is a letter or another sign."""
    parts = normalize("NFD", sign)
    return len(parts) if all(map(combining, parts)) else 0


def composed(text: str) -> str:
    """Return a text in the composed form NFC, without marks beyond the first `MOST_MARKS` on a letter."""
    return text if text.isascii() else normalize("NFC", _thinned(text))


def is_composed(text: str) -> bool:
    """Whether a text is in the composed form NFC."""
    return text.isascii() or is_normalized("NFC", _thinned(text))


def _thinned(text: str) -> str:
    if not CROWD.search(text):
        return text
    parts, behind = [], 0
    for start, end in crowds(text):
        parts.append(text[behind : start + MOST_MARKS])
        behind = end
    return "".join((*parts, text[behind:]))


def as_compared(text: str) -> str:
    """Return the text in NFC, with quotation marks, dashes and spaces made equal, without what shows nothing."""
    if text.isascii():
        text = text.replace('"', "'").replace("`", "'")
    # Most texts hold none of these characters, and to look for them is quicker than to look each one up.
    elif re.search(CHANGED, text):
        text = re.sub(UNSEEN, "", text).translate(LOOKS)
    return " ".join(composed(text).split())


def likened(text: str) -> str:
    """Return what the text shares with all that a reader takes for the same; hardly to be read, for comparing only.

    Beyond `as_compared`, the variants of a letter are one (NFKC), capitals and small letters too, the digits of all
    scripts, and letters of several scripts that look alike.
    """
    plain = as_compared(text)
    if not plain.isascii():
        variant = normalize("NFKC", plain)
        plain = plain if variant == plain else as_compared(variant)
        plain = re.sub(r"[^\D0-9]", lambda digit: str(decimal(digit[0])), plain.translate(_look_alikes()))
    return plain.casefold()


@cache
def _look_alikes() -> dict[int, str]:
    """Return what is kept for each letter that looks like another, and for the small letter of one that does."""
    kept = {letter: plain for plain, letters in LOOK_ALIKES.items() for letter in letters}
    small = {letter.casefold(): plain for letter, plain in kept.items() if len(letter.casefold()) == 1}
    others = {other: first for first, *rest in OTHERS_ALIKE for other in rest}
    return str.maketrans(small | kept | others)


def words(text: str) -> list[str]:
    """Return the words of a text in small letters; each Han or kana sign is one."""
    plain = as_compared(text).casefold()
    return re.findall(SIMPLE_WORD if _is_simple(plain) else rf"[{UNSPACED}]|{SPACED_WORD}", plain)


def count_words(text: str) -> int:
    """Return how many words a text has, so that a limit means the same in every language.

    Between spaces, hyphenated words, elisions and figures are one word, as in "l'obus" or "10,000"; so is what Korean
    writes together. Chinese and Japanese have no spaces: two signs are one word, as translators reckon, and an odd one
    at the end of a stretch counts in full.
    """
    plain = as_compared(text)
    if _is_simple(plain):
        return len(re.findall(SIMPLE_WORD, plain))
    stretches = re.findall(rf"[{UNSPACED}]+", plain)
    return len(re.findall(SPACED_WORD, plain)) + sum((len(stretch) + 1) // 2 for stretch in stretches)


def stand(pieces: Sequence[str], text: str) -> bool:
    """Whether pieces stand in a text as whole words one behind the other, all of them as from `as_compared`."""
    behind = 0
    for piece in pieces:
        start = text.find(piece, behind)
        if start < 0:
            return False
        behind = start + len(piece)
        ends = (text[max(0, start - 1) : start + 1], text[behind - 1 : behind + 1])
        if any(re.fullmatch(GOES_ON, end) for end in ends):
            return _stand_apart(pieces, text)  # it begins or ends within a word, and may stand further on as a whole
    return True


def count_places(piece: str, text: str) -> int:
    """Return how often a piece stands in a text as whole words, both as from `as_compared`."""
    apart, known = _set_apart_once(text)
    piece = _set_apart(piece)
    return apart.count(piece) if known.issuperset(_words_of(piece)) else 0


def _stand_apart(pieces: Sequence[str], text: str) -> bool:
    apart, known = _set_apart_once(text)
    behind = 0
    for piece in map(_set_apart, pieces):
        start = apart.find(piece, behind) if known.issuperset(_words_of(piece)) else -1
        if start < 0:
            return False
        behind = start + len(piece)
    return True


def _set_apart(text: str) -> str:
    """Return a text with a line break on either side of each word, so that a search finds whole words only."""
    return re.sub(f"[{JOINED}]+", r"\n\g<0>\n", text)


def _words_of(apart: str) -> list[str]:
    return apart.split("\n")[1::2]


@lru_cache(maxsize=1)  # many quotes are looked for in one text
def _set_apart_once(text: str) -> tuple[str, frozenset[str]]:
    apart = _set_apart(text)
    return apart, frozenset(_words_of(apart))


def longest_common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Return how many members two sequences have in common in one order (longest common subsequence).

    It takes a step on numbers of `len(one)` bits for each member of the other (H. Hyyrö, Bit-parallel LCS-length
    computation revisited, 2004), where difflib's count can take the cube of the length.
    """
    places: dict[Hashable, int] = defaultdict(int)
    for place, member in enumerate(one):
        places[member] |= 1 << place
    left = whole = (1 << len(one)) - 1  # a bit for each member of the one that has no partner yet
    for member in other:
        if here := left & places.get(member, 0):
            left = ((left + here) | (left - here)) & whole
    return len(one) - left.bit_count()


def _is_simple(text: str) -> bool:
    """Whether a text has only Latin, Greek, Cyrillic and Korean letters, and signs as from `as_compared`."""
    return text.isascii() or re.fullmatch(SIMPLE, text) is not None
