"""Digests change with the words of a text and not with its typography; comparisons name what changed."""

import pytest

from alleged.text.paragraphs import Comparison, compare, digest, is_digest, paragraphs

TEXT = (
    "Officials said:  “the ministry had delivered thirty launchers”.\n\n"
    "The spokes\u00adman didn’t answer.\nA third paragraph."
)


def test_the_digest_of_this_version_never_changes() -> None:
    assert digest("“Ten–shells”\u00a0went…\n\n—\nL’accord.") == digest("'Ten-shells' went...\nL'accord.")
    assert digest("'Ten-shells' went...\nL'accord.") == (
        "n1:a866b506db32491812af39e2215936925f027500034889028b490e0907f62714"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [("had delivered", "had not delivered"), ("thirty", "thirteen"), ("launchers", "launcher"), ("answer.", "answer?")],
)
def test_each_edit_changes_the_digest(old: str, new: str) -> None:
    assert digest(TEXT) != digest(TEXT.replace(old, new))


@pytest.mark.parametrize(
    ("new", "change"),
    [
        (TEXT, "same"),
        (TEXT.replace("launchers”.\n\nThe", "launchers”. The"), "same"),
        (TEXT.replace("said:  ", "said:\n"), "same"),
        (TEXT + "\nMore news.", "added"),
        ("\n".join(TEXT.split("\n")[::-1]), "moved"),
        (TEXT.replace("third", "fourth"), "edited"),
        (TEXT.replace("A third paragraph.", ""), "edited"),
        (TEXT.replace("answer.", "answer. He did later."), "edited"),
        (TEXT.replace("The spokes", "Nobody believes this. The spokes"), "edited"),
        ("", "edited"),
    ],
)
def test_kinds_of_changes(new: str, change: str) -> None:
    assert compare(TEXT, new).change == change


def test_changed_words_are_shown_with_their_paragraph() -> None:
    new = TEXT.replace("had delivered thirty", "had not delivered thirteen").replace(
        "A third", "One more line.\nA third"
    )

    assert compare(TEXT, new) == Comparison(
        "edited",
        (
            (
                "Officials said: 'the ministry had delivered thirty launchers'.",
                "Officials said: 'the ministry had {+not+} delivered [-thirty-] {+thirteen+} launchers'.",
            ),
        ),
        2,
    )


def test_lines_without_words_are_no_paragraphs() -> None:
    assert paragraphs("—\n\u200b\n*\nWords.\n") == ["Words."]


def test_digests_say_their_version() -> None:
    assert is_digest(digest("a"))
    assert not is_digest("a" * 64)
