"""The part of a line that is shown, and where the carets stand below it."""

from hypothesis import given
from hypothesis import strategies as st

from alleged.render.screen import LINE, stretch, width


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
