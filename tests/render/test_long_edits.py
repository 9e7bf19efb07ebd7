"""Edits of long texts are shown in seconds, with what stayed equal at either end."""

from random import Random

from alleged.changes import Change, Comparison, Edit
from alleged.render import changes
from alleged.review import Review


def shown(before: str, after: str) -> str:
    """Return the line of an edited note."""
    edit = Edit("note", before, after)
    change = Change("claims", "c1", "edited", (edit,))
    lines = changes.text(Review(Comparison((change,), {}), ()))
    return next(line for line in lines if line.startswith("    note: ")).strip()


def test_words_of_a_short_edit_are_reported_one_by_one() -> None:
    assert shown("ten trucks left at dawn", "two trucks left by dawn") == (
        "note: [-ten-] {+two+} trucks left [-at-] {+by+} dawn"
    )


def test_a_small_edit_in_a_long_text_is_reported_word_by_word() -> None:
    text = "so " * 100_000

    assert shown(f"{text}one or two {text}", f"{text}one and two {text}") == (
        f"note: {text}one [-or-] {{+and+}} two {text}".strip()
    )


def test_a_long_edit_is_reported_as_a_whole() -> None:
    """To match each word of these with the others takes difflib hours."""
    random = Random(3)
    before, after = (" ".join(random.choices("ab", k=200_000)) for _ in range(2))

    assert shown(f"one c {before} c two", f"one d {after} d two") == f"note: one [-c {before} c-] {{+d {after} d+}} two"
