"""Dates as people type them: in capitals, very long, vague; and the exact messages."""

import pytest

from alleged.dates import MAX_LENGTH, parse
from alleged.errors import DateError


def answer(text: str) -> tuple[str, str]:
    """Return the message and the help for a text that is not EDTF."""
    with pytest.raises(DateError) as refusal:
        parse(text)
    return str(refusal.value), refusal.value.help


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("CIRCA 2024", "2024~"),
        ("Perhaps June 2024", "2024-06?"),
        ("Since June 2024", "2024-06/.."),
        ("Until 18 June 2024", "../2024-06-18"),
        ("Between 18 June 2024 and 20 June 2024", "2024-06-18/2024-06-20"),
        ("2024-06-18t10:00z", "2024-06-18"),
        ("18 June 2024 AT 5 PM", "2024-06-18"),
    ],
)
def test_capitals_make_no_difference_to_a_proposal(text: str, meant: str) -> None:
    assert answer(text)[1] == meant


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LATE June 2024", "'LATE June 2024' is not EDTF, which has no word for 'late'"),
        ("y17000", "the year of 'y17000' is outside 0001 to 9999"),
        ("2xxx", "'2xxx' leaves digits unspecified where EDTF of level 1 does not"),
        ("18 June 2024", "'18 June 2024' is not EDTF"),
        ("2024-06-18T10:00Z", "'2024-06-18T10:00Z' has a time of day; only the day is kept"),
        ("late yesterday", "'late yesterday' cannot be read as a date"),
    ],
)
def test_a_text_is_answered_for_what_is_wrong_with_it(text: str, message: str) -> None:
    assert answer(text)[0] == message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("spring 2024", "2024-21"),
        ("Summer of 2024", "2024-22"),
        ("autumn, 2024", "2024-23"),
        ("fall 2024", "2024-23"),
        ("winter 2023/2024", "2023-24"),
    ],
)
def test_a_season_is_answered_with_its_number(text: str, meant: str) -> None:
    assert answer(text)[1] == meant


@pytest.mark.parametrize("word", ["open", "now", "present", "Present"])
def test_a_range_may_end_in_a_word_for_today(word: str) -> None:
    assert answer(f"June 2023 - {word}")[1] == "2023-06/.."


def test_a_text_of_the_greatest_length_is_still_read() -> None:
    text = "18 June 2024".rjust(64)

    assert answer(text)[1] == "2024-06-18"
    assert answer(f" {text}")[0] == "a text of 65 characters is too long to be a date"
    assert len(text) == MAX_LENGTH
