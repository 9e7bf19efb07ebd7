"""Links that open a page at the words of a quote; `make links` opens those of the dataset in Chromium."""

import pytest

from alleged.text.fragments import link

PAGE = "https://news.example/a"


@pytest.mark.parametrize(
    ("words", "lang", "fragment"),
    [
        ("viole les sanctions", "fr", "text=viole%20les%20sanctions"),
        ("“viole les sanctions”", "fr", "text=viole%20les%20sanctions"),
        ("short-range missiles, twice", "en", "text=short%2Drange%20missiles%2C%20twice"),
        ("Russia & others", "en", "text=Russia%20%26%20others"),
        ("발 이상", "ko", "text=%EB%B0%9C%20%EC%9D%B4%EC%83%81&text=%EB%B0%9C"),
        ("이상", "ko", "text=%EC%9D%B4%EC%83%81"),
        ("cafe\u0301  noir", "fr", "text=caf%C3%A9%20noir"),
    ],
)
def test_words_are_encoded_as_browsers_want_them(words: str, lang: str, fragment: str) -> None:
    assert link(PAGE, words, lang) == f"{PAGE}#:~:{fragment}"


@pytest.mark.parametrize("gap", ["…", " [...] ", " [the minister] ", " ... ", "(…)"])
def test_a_gap_becomes_a_range(gap: str) -> None:
    assert link(PAGE, f"we will support{gap}without condition", "en").endswith(
        "#:~:text=we%20will%20support,without%20condition"
    )


def test_of_long_words_only_the_ends_are_looked_for() -> None:
    words = " ".join(f"word{n}" for n in range(40))
    assert link(PAGE, words, "en").endswith(
        "#:~:text=word0%20word1%20word2%20word3%20word4,word35%20word36%20word37%20word38%20word39"
    )


def test_words_that_occur_twice_are_distinguished_by_their_neighbours() -> None:
    article = "He said that shells went east in May. She said later that shells went east in June."

    assert link(PAGE, "shells went east", "en", article).endswith(
        "#:~:text=He%20said%20that-,shells%20went%20east,-in%20May.%20She"
    )
    assert link(PAGE, "He said that", "en", article).endswith("#:~:text=He%20said%20that")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://news.example/a.pdf", "words"),
        ("https://news.example/A.PDF?x=1", "words"),
        (PAGE, None),
        (PAGE, " … "),
        ("javascript:alert(1)//", "words"),
        ("https://user:pass@news.example/a", "words"),
        ("https://news.example/a b", "words"),
    ],
)
def test_pages_that_cannot_be_opened_at_words_keep_their_address(url: str, words: str | None) -> None:
    assert link(url, words, "en") == url


def test_an_anchor_is_kept_and_an_older_fragment_of_text_replaced() -> None:
    assert link(f"{PAGE}#part-2", "words", "en") == f"{PAGE}#part-2:~:text=words"
    assert link(f"{PAGE}#:~:text=old", "words", "en") == f"{PAGE}#:~:text=words"
