"""Foreign text on a screen: nothing of it may act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alleged.render.screen import LINE, safe, stretch, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("북한 пушки obus passés", "북한 пушки obus passés"),
        ("red\x1b[31m", "red<U+001B>[31m"),
        ("denied \u202edetroper", "denied <U+202E>detroper"),
        ("two\nlines\r", "two<U+000A>lines<U+000D>"),
        ("\u2028", "<U+2028>"),
        ("##[error]gone", "##<U+005B>error]gone"),
        ("half \ud83d", "half <U+D83D>"),
        ("non\u00a0breaking", "non\u00a0breaking"),
    ],
)
def test_what_a_terminal_would_act_upon_is_spelt_out(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text())
def test_safe_text_has_one_line_and_only_letters_and_spaces(text: str) -> None:
    shown = safe(text)

    assert all(c.isprintable() or c.isspace() for c in shown)
    assert len(shown.splitlines()) <= 1
    assert "##[" not in shown


@given(st.text(alphabet="abc 북é", max_size=400), st.integers(1, 400), st.integers(1, 50))
def test_the_marked_stretch_lies_within_what_is_shown(text: str, column: int, length: int) -> None:
    column = min(column, len(text) + 1)

    shown, start, marked = stretch(text, column, length)

    assert len(shown) <= LINE + 2
    assert start <= width(shown)
    assert marked >= 1


def test_carets_stand_below_wide_letters() -> None:
    shown, start, marked = stretch("title: 북한 shells", 8, 2)

    assert (shown, start, marked) == ("title: 북한 shells", 7, 4)
