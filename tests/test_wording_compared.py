"""Comparing texts: which are equal, which pieces they contain, and how long it takes."""

import ast
import re
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from unicodedata import category, normalize

import pytest

import alleged
from alleged.text.words import (
    JOINED,
    LOOK_ALIKES,
    MOST_MARKS,
    comparable,
    composed,
    contains_all,
    count_occurrences,
    longest_common,
    skeleton,
    stacked_marks,
    words,
)

SAME = [
    ("delivered shells by rail", "Delivered  SHELLS\u00a0by\u2009rail"),
    ("delivered shells", "deli\u00advered \u200b\u2060she\ufe0flls\U000e0100"),
    ("delivered shells", "delivered\u2800\u3164shells\u3000"),
    ("delivered shells", "d\u0435liv\u0435r\u0435d sh\u0435lls"),  # Cyrillic
    ("NATO \u0412\u0421\u041d", "\u039d\u0391\u03a4\u039f BCH"),  # Greek capitals for Latin, Latin for Cyrillic
    ("shoulder", "\u0455\u04bb\u0585\u057dl\u0501\u0435\u0433"),  # Cyrillic and Armenian
    ("TANKS", "\u13a2\u13aa\u039d\u13e6\u13da"),  # Cherokee
    ("the office", "the o\ufb03ce"),
    ("Kim 1718", "\U0001d40a\U0001d422\U0001d426 \uff11\uff17\U0001d7cf\u0668"),
    ("\u0434\u0432\u0430", "\u0414\u0412\u0410"),
    ('l\'obus - "va"', "l\u2019obus \u2014 \u00abva\u00bb"),
    ("\u043e\u0431'\u0454\u043a\u0442", "\u043e\u0431\u02bc\u0454\u043a\u0442"),
    ("\u00e9t\u00e9", "e\u0301te\u0301"),
    ("\ud55c\uad6d", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ("\u0645\u06cc\u062e\u0648\u0627\u0647\u0645", "\u0645\u064a\u200c\u062e\u0648\u0627\u0647\u0645"),
    ("\u30ab\u30fc\u30cb\u30d0\u30eb", "\u529b\u4e00\u4e8c\u30d0\u30eb"),  # Han for kana
    ("\u30ab\u30ca", "\uff76\uff85"),
    ("stra\u00dfe", "STRASSE"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_a_reader_takes_for_the_same_is_the_same(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)
    assert skeleton(skeleton(one)) == skeleton(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 shells", "10,000 shells"),
        ("not delivered", "now delivered"),
        ("resume", "r\u00e9sum\u00e9"),
        ("Kim Il", "Kim Li"),
        ("ab cd", "abcd"),
        ("\u0662", "\u0663"),
        ("\u4e00\u4e94", "\u4e8c\u4e94"),
    ],
)
def test_what_a_reader_tells_apart_stays_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_a_quote_is_looked_for_letter_by_letter_whatever_looks_alike() -> None:
    """Figures must not run together: the fifth power of ten is not 105."""
    assert comparable("10\u2075 Shells") != comparable("105 Shells")
    assert comparable("Shells") != comparable("shells")
    assert comparable("sh\u0435lls") != comparable("shells")
    assert comparable("10\u20755\u00ad0\u3000\u201cx\u201d\u2800\u2026") == "10\u207550 'x' ..."


def test_letters_that_look_alike_are_single_ones_that_no_normal_form_touches() -> None:
    letters = [letter for alike in LOOK_ALIKES.values() for letter in alike]

    assert list(LOOK_ALIKES) == sorted(LOOK_ALIKES)
    assert len(set(letters)) == len(letters)
    assert all(category(letter)[0] == "L" and normalize("NFKC", letter) == letter for letter in letters)
    assert not any(letter.isascii() for letter in letters)


def test_persian_words_are_counted_alike_with_and_without_joiners() -> None:
    assert words("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0622\u0645\u062f") == [
        "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645",
        "\u0622\u0645\u062f",
    ]


# Normal forms.


def test_texts_without_crowds_of_marks_are_composed_as_unicode_says() -> None:
    random = Random(20240618)
    signs = "ae\u0301\u0323\u0344\u0f73\u0f71\u1100\u1161\u11a8\u0915\u093c\u094d\u00c5\u212b \u2026\u200d"
    for _ in range(2000):
        text = "".join(random.choices(signs, k=random.randrange(60)))
        if not list(stacked_marks(text)):
            assert composed(text) == normalize("NFC", text)


def test_texts_are_normalised_in_one_module_only() -> None:
    """Other modules would not remove the marks that make it slow."""
    package = Path(alleged.__file__).parent
    used = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\b(is_)?normalized?\b", _code(path))
    }

    assert used == {"text/words.py"}


def _code(path: Path) -> str:
    """Return the names that a module imports and uses, without its string constants."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    parts = (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    imported = (alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)
    return " ".join([*names, *parts, *imported])


def test_of_a_crowd_of_marks_the_first_ones_stay() -> None:
    crowd = "\u0301" * (MOST_MARKS + 5)

    assert list(stacked_marks(f"e{crowd}a{crowd}")) == [(1, 36), (37, 72)]
    assert composed(f"x{crowd}y") == f"x{crowd[:MOST_MARKS]}y"


@pytest.mark.parametrize(
    "text",
    [
        "\u0301\u0323" * 1_000_000,
        "\u0301\u034f\u0323\u034f" * 500_000,  # kept apart by a joiner that is taken out
        "\u0f73" * 1_000_000,
        (14 * "\u0301\u0323" + "a") * 60_000,
    ],
    ids=["marks", "marks with joiners", "double marks", "many letters"],
)
def test_millions_of_marks_are_composed_in_steps_that_grow_with_their_number(text: str) -> None:
    """By itself, Unicode's order of marks would take some 10^12 steps here, which is an hour or more."""
    assert len(skeleton(text)) <= len(text)


# Places.


def places(piece: str, text: str) -> list[int]:
    """Return where a text contains a piece as whole words, by a simple and slow pattern."""
    before = rf"(?<![{JOINED}])" if re.match(f"[{JOINED}]", piece) else ""
    after = rf"(?![{JOINED}])" if re.search(rf"[{JOINED}]\Z", piece) else ""
    return [found.start() for found in re.finditer(before + re.escape(piece) + after, text)]


def stand_by_pattern(pieces: Sequence[str], text: str) -> bool:
    for piece in pieces:
        found = places(piece, text)
        if not found:
            return False
        text = text[found[0] + len(piece) :]
    return True


def test_pieces_stand_where_a_pattern_for_whole_words_finds_them() -> None:
    random = Random(7)
    found = 0
    for _ in range(20_000):
        text = " ".join("".join(random.choices("ab-.\ud55c", k=random.randrange(12))).split())
        pieces: list[str] = [
            "".join(random.choices("ab-. \ud55c", k=random.randrange(1, 4))).strip()
            for _ in range(random.randrange(1, 3))
        ]
        if not all(pieces):
            continue
        assert contains_all(pieces, text) == stand_by_pattern(pieces, text), (pieces, text)
        assert count_occurrences(pieces[0], text) == len(places(pieces[0], text)), (pieces, text)
        found += contains_all(pieces, text)
    assert found > 1000


def test_pieces_are_looked_for_in_long_texts_of_few_letters() -> None:
    """A pattern tries each of four million positions: for a thousand quotes that takes minutes."""
    text = "a" * (1 << 22)

    assert not any(contains_all(["a" * length], text) for length in range(1, 1001))
    assert not any(count_occurrences("a" * length, text) for length in range(1, 1001))


# Common subsequences.


def common(one: str, other: str) -> int:
    """Return the length of the longest common subsequence by its definition."""

    @cache
    def of(i: int, j: int) -> int:
        if not (i and j):
            return 0
        return of(i - 1, j - 1) + 1 if one[i - 1] == other[j - 1] else max(of(i - 1, j), of(i, j - 1))

    return of(len(one), len(other))


def test_common_subsequences_are_as_long_as_the_definition_says() -> None:
    random = Random(11)
    for letters in ("ab", "abcdefgh", "a"):
        for _ in range(300):
            one, other = ("".join(random.choices(letters, k=random.randrange(40))) for _ in range(2))
            assert longest_common(one, other) == common(one, other) == longest_common(list(other), list(one))


def test_common_subsequences_take_a_step_for_each_member() -> None:
    steps = list(accumulate(range(100_000), lambda n, _: (n * 1103515245 + 12345) % 2**31))

    assert longest_common(steps[:300], steps) == 300
