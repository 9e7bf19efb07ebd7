"""Refused: invisible characters, too many marks on one letter, and lines that are too long to read."""

import re
import sys
import unicodedata

import pytest

from alleged.editing.fixes import apply_fixes
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import MAX_BYTES, MAX_ISSUES, MAX_LINE, Document, read_document
from alleged.reader.characters import FORBIDDEN, forbidden_spans
from alleged.text.words import IGNORABLE, MOST_MARKS, RARE_IGNORABLE


def refusals(project: Project, content: str) -> list[tuple[str, int, int]]:
    """Return the rule, the column and the length of each issue."""
    path = project.claims / "example.yaml"
    path.write_text(content, encoding="utf-8")
    found = read_document(path, project)
    if isinstance(found, Document):
        return []
    assert all(isinstance(issue, Issue) and issue.help for issue in found)
    return [(issue.rule, issue.place.column, issue.place.length) for issue in found]


UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u180e\u200b\u2060\u2064\u206a\u3164\ufe00\ufe0f\ufeff\uffa0\ufff0"
    "\u2800\U0001d159\U0001d173\U000e0001\U000e0100\U000e01ef\U000e0fff"
)


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_character_that_cannot_be_seen_is_refused_as_such_and_as_an_escape(project: Project, sign: str) -> None:
    assert refusals(project, f"a: sanc{sign}tions\n") == [("invisible-character", 8, 1)]
    assert refusals(project, f'a: "sanc\\U{ord(sign):08x}tions"\n') == [("invisible-character", 4, 21)]
    assert refusals(project, f"# sanc{sign}tions\na: b\n") == [("invisible-character", 7, 1)]


@pytest.mark.parametrize(
    "sign", "\ufdd0\ufdef\ufffe\U0001ffff\U0010fffe\ufff9\ufffb\ufffc", ids=lambda s: f"U+{ord(s):04X}"
)
def test_what_is_no_character_or_an_order_is_a_control_character(project: Project, sign: str) -> None:
    assert refusals(project, f"a: b{sign}c\n") == [("control-character", 5, 1)]
    assert refusals(project, f'a: "b\\U{ord(sign):08x}c"\n') == [("control-character", 4, 14)]


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
        "\u0647\u200d.\u0642",  # Persian abbreviation, with a joiner
        "\u0915\u094d\u200d\u0937 \u0d28\u0d4d\u200d",  # Hindi and Malayalam
        "\u1002\u1039\u200c",  # Burmese
        "\u182e\u1823\u1829\u182d\u1823\u182f \u182a\u1820\u180e\u1820 \u1836\u180b",  # Mongolian
        "Qui\u00a0? \u00ab\u202f1\u202f718\u202f\u00bb",  # French spaces
        "\ud55c\uad6d\uc5b4 \u1112\u1161\u11ab",  # Korean, composed and in parts
        "\uff2e\uff21\uff34\uff2f\u3000\u52a0\u76df\uff11\uff10\u56fd",  # Japanese, with fullwidth letters
        "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u0e17\u0e35\u0e48",  # Hebrew, Thai
        "\u0f66\u0f92\u0fb2\u0f74\u0f56",  # Tibetan
        "Vi\u1ec7t e\u0302\u0323 \U00020bb7\u91ce",  # Vietnamese, composed and in parts; a rare Han sign
    ],
)
def test_languages_may_be_written_as_they_are(project: Project, text: str) -> None:
    assert refusals(project, f"a: {text}\nb: '{text}'\nc: \"{text}\"\n") == []
    escaped = "".join(f"\\U{ord(sign):08x}" for sign in text)
    assert refusals(project, f'a: "{escaped}"\n') == []


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Ki\u200dm", 3),
        ("Ki\u200cm", 3),
        ("\u0430\u200d\u0431", 2),  # Cyrillic
        ("\ud55c\u200c\uad6d", 2),
        ("\u0645\u200c\u200c\u062e", 2),  # a second one shows nothing more
        ("a\u180bb", 2),
        ("\u1836\u180b\u180b", 3),
    ],
)
def test_joiners_and_selectors_are_refused_where_they_shape_no_letter(project: Project, text: str, column: int) -> None:
    assert ("invisible-character", column + 3, 1) in refusals(project, f"a: {text}\n")


def test_all_that_python_knows_to_show_nothing_is_refused() -> None:
    """Format characters have the category Cf; some of them are visible and span other characters, as in Arabic."""
    shown = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U00013455]")
    formats = (chr(n) for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) == "Cf")

    assert [hex(ord(sign)) for sign in formats if not shown.match(sign) and not re.match(FORBIDDEN, sign)] == []


def test_the_table_of_what_shows_nothing_holds_no_letter_but_fillers() -> None:
    listed = (chr(n) for n in range(sys.maxunicode + 1) if re.match(f"[{IGNORABLE}{RARE_IGNORABLE}]", chr(n)))

    letters = [sign for sign in listed if unicodedata.category(sign)[0] in "LNPSZ"]

    assert letters == ["\u115f", "\u1160", "\u3164", "\uffa0"]


@pytest.mark.parametrize(
    ("marks", "refused"),
    [
        ("\u0301" * MOST_MARKS, False),
        ("\u0301" * (MOST_MARKS + 1), True),
        ("\u0301\u0323" * 20, True),
        ("\u0344" * 16, True),  # one character that is two marks
        ("\u0f73" * 16, True),  # which counts as none by itself, but is two marks
        ("\u0f73" * 15, False),
        ("\u05b0" * 31, True),
        ("\U0001d165" * 31, True),
        ("\u0301" * 20 + "a" + "\u0301" * 20, False),
        ("\u2026" * 40, False),  # dots are no marks
        ("\u2500" * 100, False),
    ],
)
def test_more_marks_on_a_letter_than_any_language_has_are_refused(project: Project, marks: str, refused: bool) -> None:
    raw, escaped = f"a: e{marks}\n", "".join(f"\\U{ord(sign):08x}" for sign in marks)

    assert refusals(project, raw) == ([("stacked-marks", 5, len(marks))] if refused else [])
    assert {rule for rule, *_ in refusals(project, f'a: "e{escaped}"\n')} == ({"stacked-marks"} if refused else set())


@pytest.mark.parametrize("between", ["", "\\\n  "], ids=["beside it", "on the next line"])
def test_marks_as_such_and_as_escapes_are_counted_together(project: Project, between: str) -> None:
    marks = "\u0301" * 16

    assert refusals(project, f'a: "e{marks}"\n') == []
    assert refusals(project, f'a: "e{marks}{between}{16 * f"{chr(92)}u0301"}"\n')[0][0] == "stacked-marks"


def test_each_place_of_a_line_is_named_up_to_a_limit(project: Project) -> None:
    found = refusals(project, "a: " + "b\u00ad" * 1000 + "\n")

    assert found == [("invisible-character", 5 + 2 * n, 1) for n in range(MAX_ISSUES)]


def test_what_shows_nothing_is_deleted_unasked_and_what_looks_like_a_space_is_not(project: Project) -> None:
    path = project.claims / "example.yaml"
    path.write_text("claims:\n  - id: a\n    summary: Shells\u00ad went\u2060\u3164by ship\n", encoding="utf-8")

    fixed = apply_fixes(project).fixed

    assert [fix.before for fix in fixed] == ["\u00ad", "\u2060"]
    assert "summary: Shells went\u3164by ship\n" in path.read_text(encoding="utf-8")


def test_a_million_unseen_characters_are_looked_through_once() -> None:
    text = "\u0645\u200c" * 500_000 + "\u00ad"

    assert [found.start for found in forbidden_spans(text)] == [1_000_000]


@pytest.mark.parametrize(("length", "refused"), [(MAX_LINE, False), (MAX_LINE + 1, True)])
@pytest.mark.parametrize("letter", ["x", "\ud55c"])
def test_a_line_is_refused_from_a_length_on_that_nobody_sees_whole(
    project: Project, length: int, refused: bool, letter: str
) -> None:
    line = "a: ".ljust(length, letter)

    assert refusals(project, f"# first\n{line}\n") == ([("long-line", 1, 1)] if refused else [])


def test_a_long_text_on_short_lines_is_read(project: Project) -> None:
    assert refusals(project, "a: |\n" + "  long\n" * (MAX_BYTES // 8)) == []


@pytest.mark.parametrize("blanks", [" ", "\t", " \t"], ids=["spaces", "tabs", "both"])
def test_words_are_not_pushed_out_of_sight(project: Project, blanks: str) -> None:
    gap = (blanks * 101)[:101]

    assert refusals(project, f"a: b{gap}c\n") == [("wide-gap", 5, 101)]
    assert refusals(project, f"a: {{b: c,{gap}d: e}}\n") == [("wide-gap", 10, 101)]
    assert refusals(project, f"a: 'b{gap}c'\n")[0][0] == "wide-gap"
    assert refusals(project, f"a: b{gap[1:]}c\nd: e{gap}\n") == []
    assert refusals(project, f"a:\n{' ' * 200}b: c\n") == []
