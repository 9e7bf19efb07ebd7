"""A quote is right if its words are in the text, whole; near ones are shown and never accepted."""

import pytest

from alleged.text.quotes import match

TEXT = """The White House said the North had delivered “more than 1,000 containers”.
The ministry had not delivered thirty launchers. The ministry – which disarmed them – would not say.
북한은 컨테이너를 보냈다고 밝혔다. Противник не получил снаряды."""


@pytest.mark.parametrize(
    ("quote", "state", "difference"),
    [
        ("had delivered “more than", "exact", ""),
        ('had delivered "more than', "normalised", ""),
        ("The ministry - which", "normalised", ""),
        ("delivered […] launchers", "normalised", ""),
        ("armed them", "splits words", "disarmed them"),
        ("000 containers", "splits words", "1,000 containers"),
        ("more than 1", "splits words", "more than 1,000"),
        ("had delivered thirty launchers", "near", "had {+not+} delivered thirty launchers"),
        ("delivered thirteen launchers", "near", "delivered [-thirteen-] {+thirty+} launchers"),
        ("nothing of the kind", "gone", ""),
        ("컨테이너", "exact", ""),
        ("не получил снаряды", "exact", ""),
        ("учил снаряды", "splits words", "получил снаряды"),
        ("получил ракеты", "near", "получил [-ракеты-] {+снаряды+}"),
    ],
)
def test_state_of_a_quote(quote: str, state: str, difference: str) -> None:
    found = match(quote, TEXT)

    assert (found.state, found.difference) == (state, difference)
    assert found.sound == (state in ("exact", "normalised"))


def test_occurrences_are_distinguished_by_as_few_words_as_needed() -> None:
    text = "We sent ten shells to the port. They sent ten shells to the camp. He sent ten shells."

    assert match("ten shells", text).around == (
        ("We sent", "to the"),
        ("They sent", "to the"),
        ("sent", "."),
    )
    assert match("sent ten shells to the camp", text).around == ()


def test_a_part_of_a_word_is_no_second_occurrence() -> None:
    assert match("shells", "The shells and the bombshells came.").around == ()
    assert len(match("shells", "The shells and the bombshells and other shells came.").around) == 2
