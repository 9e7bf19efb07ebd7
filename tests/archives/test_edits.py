"""Edits in pages of all languages are noticed, harmless changes are no edits, and no changed quote is accepted."""

import pytest

from edited_pages import HARMLESS, IN_QUOTES, Answer, answers


@pytest.fixture(scope="module")
def found() -> list[Answer]:
    return list(answers(40, 7))


@pytest.mark.parametrize("edit", [*IN_QUOTES, *HARMLESS])
def test_each_edit_is_seen_as_what_it_is(edit: str, found: list[Answer]) -> None:
    own = [answer for answer in found if answer.edit == edit]

    assert len(own) == 40
    assert [answer for answer in own if not answer.right] == []


def test_no_edited_quote_is_accepted(found: list[Answer]) -> None:
    assert [answer for answer in found if answer.edit in IN_QUOTES and answer.accepted] == []
