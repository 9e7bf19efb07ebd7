"""Split, count and compare the words of texts, in scripts with and without spaces.

This is the only module that normalises Unicode. Normalising the marks on one letter takes time that grows with the
square of their number, so marks beyond `MOST_MARKS` are removed first.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from functools import cache, lru_cache
from unicodedata import combining, decimal, is_normalized, normalize

# Han and kana, which are written without spaces; rare characters beyond U+FFFF would make the patterns slow to compile.
UNSPACED = "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Characters that are part of a word although Python's \w does not match them: accents, points and vowel signs.
SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e"
LETTER = rf"(?:[^\W_{UNSPACED}]|[{SIGNS}])"
SPACED_WORD = rf"{LETTER}+(?:[-'.,]{LETTER}+)*"
# The same for scripts in which \w matches every letter; the other pattern takes 4 ms to compile.
SIMPLE_WORD = r"[^\W_]+(?:[-'.,][^\W_]+)*"
SIMPLE = "[\0-\u02ff\u0370-\u0482\u048a-\u058f\uac00-\ud7a3]*"
# Scripts with spaces between words: two letters side by side belong to one word.
JOINED = "0-9A-Za-z\u00c0-\u024f\u0370-\u052f"

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8"
)
RARE_IGNORABLE = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
"""Characters that show nothing by themselves, such as joiners, fillers and selectors; a character class of a pattern.

`Default_Ignorable_Code_Point` in DerivedCoreProperties.txt of Unicode 16, which Python's `unicodedata` lacks. It
includes unassigned code points, so later versions of Unicode add none.
"""

BLANK, RARE_BLANK = "\u2800", "\U00013441\U00013442\U00016fe4\U0001d159"
"""Characters that look like spaces but are not spaces in Unicode: Braille, Egyptian, Khitan and musical notation."""

RARE = "\U00010000-\U0010ffff"
"""All characters beyond the first 65,536; a quick first test for the rare ones."""

ANNOTATION = "\ufff9-\ufffc"
"""Marks around an annotation above other words, and the placeholder of an image."""

WITHIN_WORD = f"[{JOINED}]{{2}}"
"""Two letters between which no word begins or ends. This and the next patterns are compiled only when needed."""

LOOKS = {
    **dict.fromkeys((0x22, 0x60, 0xAB, 0xB4, 0xBB, 0x2BC, *range(0x2018, 0x2020), 0x2032, 0x2033, 0x2039, 0x203A), "'"),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
    **dict.fromkeys(map(ord, BLANK + RARE_BLANK), " "),
    ord("…"): "...",
}
"""Characters that differ between publishers: quotation marks, dashes, spaces."""

FOLDED = {ord("ß"): "ss", ord("ø"): "o", ord("Ø"): "o", ord("ł"): "l", ord("Ł"): "l", ord("đ"): "d", ord("Đ"): "d"}
"""Latin letters that have no accent in Unicode but are often typed without their stroke."""

SPELLINGS = (
    ("our", "or", 2, "s|ed|ing|er|ers|able|ite|hood|less|y"),  # labour, armoured, neighbouring
    ("ence", "ense", 2, "s|less"),  # defence, licence
    ("is", "iz", 3, "e|ed|es|er|ers|ing|able|ation|ations"),  # organisation, recognise
    ("ys", "yz", 3, "e|ed|es|er|ers|ing"),  # analyse
    ("oeuv", "euv", 3, "re|red|res|ring|er|ered|ers|ering"),  # manoeuvre, before the next
    *((f"{letter}re", f"{letter}er", 2, "s") for letter in "btv"),  # calibre, centre
    ("gramme", "gram", 2, "s"),  # programme
    ("logue", "log", 2, "s"),  # catalogue
    ("ll", "l", 4, "ed|ing|er|ers|ation|ations"),  # travelled, labelling
    ("dgement", "dgment", 2, "s"),  # acknowledgement
    ("efact", "ifact", 3, "s"),  # artefact
    ("ceptic", "keptic", 1, "s|al|ism"),  # sceptical
)
"""Word parts that differ between British and American English: both, the letters before, and what may follow."""

MOST_LETTERS = 40
"""Letters of a word that may be spelt in several ways; longer ones are only searched as typed."""

GAP = "[ .'_-]"
"""What some write between the letters or words of a name and others leave out, as in G-7 and N.K. News."""

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
"""Letters beyond ASCII that look like an ASCII letter, small or capital, by that letter in lower case.

The single letters up to U+FFFF of confusables.txt (Unicode Technical Standard 39) that NFKC leaves as they are.
"""

OTHERS_ALIKE = (
    *("\u30a8\u5de5", "\u30ab\u529b", "\u30bf\u5915", "\u30c8\u535c", "\u30cb\u4e8c", "\u30cf\u516b"),
    *("\u30d8\u3078", "\u30ed\u53e3", "\u30fc\u4e00", "\u0643\u06a9", "\u0647\u06c1\u06d5", "\u064a\u0649\u06cc"),
)
"""Groups of characters of other scripts that look alike: kana and Han, and letters of Arabic and Persian."""

UNSEEN = f"[{IGNORABLE}{RARE_IGNORABLE}{ANNOTATION}]+"
CHANGED = f"[{re.escape(''.join(map(chr, LOOKS)))}{IGNORABLE}{ANNOTATION}{RARE}]"

MOST_MARKS = 30
"""Marks that one letter may have, from the Stream-Safe Text Format of Unicode Standard Annex 15.

Unicode considers this more than any language needs.
"""

MARKS = re.compile(r"[^\w\s\0-\u02ff]{15,}")
"""Where a letter may have more marks: a mark is no letter or digit, and a character consists of at most two marks."""


def stacked_marks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of more than `MOST_MARKS` marks on one letter."""
    for match in MARKS.finditer(text):
        start = number = 0
        for position, character in enumerate(f"{match[0]} ", match.start()):
            if marks := _count_marks(character):
                start, number = (start, number + marks) if number else (position, marks)
                continue
            if number > MOST_MARKS:
                yield start, position
            number = 0


@lru_cache(maxsize=1024)
def _count_marks(character: str) -> int:
    """Return the number of marks of a character in its decomposed form; 0 if it is not only marks."""
    parts = normalize("NFD", character)
    return len(parts) if all(map(combining, parts)) else 0


def composed(text: str) -> str:
    """Return a text in NFC (composed), without marks beyond the first `MOST_MARKS` on a letter."""
    return text if text.isascii() else normalize("NFC", _limit_marks(text))


def is_composed(text: str) -> bool:
    """Whether a text is in NFC (composed)."""
    return text.isascii() or is_normalized("NFC", _limit_marks(text))


def _limit_marks(text: str) -> str:
    if not MARKS.search(text):
        return text
    parts, last = [], 0
    for start, end in stacked_marks(text):
        parts.append(text[last : start + MOST_MARKS])
        last = end
    return "".join((*parts, text[last:]))


def comparable(text: str) -> str:
    """Return the text in NFC, with uniform quotation marks, dashes and spaces, without invisible characters."""
    if text.isascii():
        text = text.replace('"', "'").replace("`", "'")
    # Most texts have none of these characters, and one search is faster than a lookup of every character.
    elif re.search(CHANGED, text):
        text = re.sub(UNSEEN, "", text).translate(LOOKS)
    return " ".join(composed(text).split())


def skeleton(text: str) -> str:
    """Return a key that is equal for texts that look the same to a reader; for comparing, not for display.

    In addition to `comparable`, it unifies variants of a letter (NFKC), upper and lower case, the digits of all
    scripts, and letters of different scripts that look alike.
    """
    plain = comparable(text)
    if not plain.isascii():
        variant = normalize("NFKC", plain)
        plain = plain if variant == plain else comparable(variant)
        plain = re.sub(r"[^\D0-9]", lambda digit: str(decimal(digit[0])), plain.translate(_look_alikes()))
    return plain.casefold()


def folded(text: str) -> str:
    """Return a key for searching, equal for texts that differ only in case, accents, vowel signs or width.

    Hangul is taken apart into letters, so that the beginning of a syllable is found too.
    """
    plain = comparable(text)
    if not plain.isascii():
        plain = normalize("NFKD", plain)
        plain = plain.translate(FOLDED | {ord(mark): None for mark in set(plain) if combining(mark)})
    return plain.casefold()


def spellings(word: str) -> tuple[str, ...]:
    """Return a word in the form of `folded` as typed, and as it may be spelt in British and in American English.

    Some results are no words; they are for searching, where these find nothing.
    """
    found = {word: None}  # in the order in which they are made
    for british, american, before, after in SPELLINGS if len(word) <= MOST_LETTERS else ():
        for one, other in ((british, american), (american, british)):
            part = rf"(?<=\w{{{before}}}){one}(?=(?:{after})?\b)"
            found |= {re.sub(part, other, known): None for known in [*found] if one in known}
    return tuple(found)


def unspaced(text: str) -> str:
    """Return a text without the spaces, dots, hyphens and apostrophes that some write in a name and others do not."""
    return re.sub(GAP, "", text)


def spaced(word: str) -> str:
    """Return a pattern that finds a name in the form of `folded` with or without `GAP`, as whole words.

    It is empty for a number, a single letter and a very long word.
    """
    letters = unspaced(word)
    if not 1 < len(letters) <= MOST_LETTERS or letters.isdecimal():
        return ""
    first, *others = map(re.escape, letters)
    rest = "".join(f"{GAP}{{0,2}}{letter}" for letter in others)
    return rf"{first}(?<!\w{first}){rest}\b"  # ten times as fast as with \b before the first letter


@cache
def _look_alikes() -> dict[int, str]:
    """Return the replacement of each letter that looks like another one, and of its lower case."""
    latin = {letter: plain for plain, letters in LOOK_ALIKES.items() for letter in letters}
    lower = {letter.casefold(): plain for letter, plain in latin.items() if len(letter.casefold()) == 1}
    others = {character: first for first, *rest in OTHERS_ALIKE for character in rest}
    return str.maketrans(lower | latin | others)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; each Han or kana character is one word."""
    plain = comparable(text).casefold()
    return re.findall(SIMPLE_WORD if _is_simple(plain) else rf"[{UNSPACED}]|{SPACED_WORD}", plain)


def slug(text: str, length: int = 80) -> str:
    """Return the letters a to z and digits of a text in lower case, without accents, joined by hyphens; maybe empty.

    It has at most `length` characters and ends with a whole word, unless the first word is longer.
    """
    plain = "".join(c for c in normalize("NFKD", _limit_marks(text)) if not combining(c)).casefold()
    joined = "-".join(re.findall("[a-z0-9]+", re.sub("(?<=[a-z])['\u2019](?=[a-z])", "", plain)))
    return joined if len(joined) <= length else joined[: max(0, joined.rfind("-", 0, length + 1))] or joined[:length]


def count_words(text: str) -> int:
    """Return the number of words of a text, so that a limit means the same in every language.

    Hyphenated words, elisions and figures are one word, as in "l'obus" or "10,000"; so is what Korean writes without a
    space. In Chinese and Japanese, which have no spaces, two characters count as one word, as translators count, and an
    odd one at the end of a run counts in full.
    """
    plain = comparable(text)
    if _is_simple(plain):
        return len(re.findall(SIMPLE_WORD, plain))
    runs = re.findall(rf"[{UNSPACED}]+", plain)
    return len(re.findall(SPACED_WORD, plain)) + sum((len(run) + 1) // 2 for run in runs)


def contains_all(pieces: Sequence[str], text: str) -> bool:
    """Whether a text contains pieces as whole words, in their order; all in the form of `comparable`."""
    end = 0
    for piece in pieces:
        start = text.find(piece, end)
        if start < 0:
            return False
        end = start + len(piece)
        borders = (text[max(0, start - 1) : start + 1], text[end - 1 : end + 1])
        if any(re.fullmatch(WITHIN_WORD, border) for border in borders):
            return _find_words(pieces, text)  # this is part of a word; the piece may follow later as whole words
    return True


def count_occurrences(piece: str, text: str) -> int:
    """Return how often a text contains a piece as whole words; both in the form of `comparable`."""
    separated, words = _separate_cached(text)
    piece = _separate(piece)
    return separated.count(piece) if words.issuperset(_words_of(piece)) else 0


def _find_words(pieces: Sequence[str], text: str) -> bool:
    separated, words = _separate_cached(text)
    end = 0
    for piece in map(_separate, pieces):
        start = separated.find(piece, end) if words.issuperset(_words_of(piece)) else -1
        if start < 0:
            return False
        end = start + len(piece)
    return True


def _separate(text: str) -> str:
    """Return a text with a line break before and after each word, so that a search finds whole words only."""
    return re.sub(f"[{JOINED}]+", r"\n\g<0>\n", text)


def _words_of(separated: str) -> list[str]:
    return separated.split("\n")[1::2]


@lru_cache(maxsize=1)  # many quotes are searched in one text
def _separate_cached(text: str) -> tuple[str, frozenset[str]]:
    separated = _separate(text)
    return separated, frozenset(_words_of(separated))


def longest_common(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Return the length of the longest common subsequence of two sequences.

    It takes one operation on integers of `len(first)` bits for each element of the second (H. Hyyrö, Bit-parallel
    LCS-length computation revisited, 2004); difflib can take time that grows with the cube of the length.
    """
    masks: dict[Hashable, int] = defaultdict(int)
    for position, element in enumerate(first):
        masks[element] |= 1 << position
    unmatched = all_bits = (1 << len(first)) - 1  # a bit for each element of the first without a partner
    for element in second:
        if matches := unmatched & masks.get(element, 0):
            unmatched = ((unmatched + matches) | (unmatched - matches)) & all_bits
    return len(first) - unmatched.bit_count()


def _is_simple(text: str) -> bool:
    """Whether a text in the form of `comparable` has only Latin, Greek, Cyrillic and Korean letters."""
    return text.isascii() or re.fullmatch(SIMPLE, text) is not None
