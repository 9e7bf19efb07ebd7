"""Foreign text where it is shown: it reads as it stands, and nothing of it acts."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from alleged.errors import AllegedError, EnvironmentFailure, VerificationError
from alleged.text import escape
from logs import commands

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = st.sampled_from("\\`*_[]<>&|~$#!@:/.-+=()0 1\n\t\u00a0\u202eaw")
TEXTS = st.text(SIGNS | st.characters(), max_size=20).filter(str.strip)

CONTEXTS = {
    "paragraph": "{}",
    "after words": "words {}",
    "heading": "# {}",
    "list": "- {}",
    "table": "| a | b |\n| --- | --- |\n| {} | b |",
}
"""Places of a page where a text may be put."""


class Shown(HTMLParser):
    """The text of a page as a reader sees it, and the elements that it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.elements = "", set[str]()
        self.feed(MARKDOWN.render(page))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def words(self) -> str:
        """The text without the spaces that a browser joins, and without the marks that prevent mentions."""
        return "".join(self.text.replace("\u200b", "").split())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("북한 пушки obus passés", "북한 пушки obus passés"),
        ("red\x1b[31m", "red<U+001B>[31m"),
        ("bell\x07 and \x9b", "bell<U+0007> and <U+009B>"),
        ("denied \u202edetroper", "denied <U+202E>detroper"),
        ("two\nlines\r", "two<U+000A>lines<U+000D>"),
        ("\u2028", "<U+2028>"),
        ("##[error]gone", "##<U+005B>error]gone"),
        ("##vso[task.x]gone", "##vso<U+005B>task.x]gone"),
        (" \u3000::error::gone", " \u3000<U+003A>:error::gone"),
        ("a ::error::b", "a ::error::b"),
        ("half \ud83d", "half <U+D83D>"),
        ("non\u00a0breaking", "non\u00a0breaking"),
        ("filler \u3164\u2800", "filler <U+3164><U+2800>"),
    ],
)
def test_what_a_terminal_or_a_log_would_act_upon_is_escaped(text: str, shown: str) -> None:
    assert escape.line(text) == shown


@given(TEXTS)
def test_a_line_is_one_line_without_a_command_however_often_it_is_escaped(text: str) -> None:
    shown = escape.line(text)

    assert all(c.isprintable() or c.isspace() for c in shown)
    assert len(shown.splitlines()) <= 1
    assert commands(shown) == []
    assert escape.line(shown) == shown


@given(TEXTS)
@pytest.mark.parametrize("place", CONTEXTS)
def test_markdown_shows_a_text_as_it_stands(place: str, text: str) -> None:
    mine = Shown(CONTEXTS[place].format(escape.markdown(text)))
    plain = Shown(CONTEXTS[place].format("x"))

    assert mine.words == plain.words.replace("x", "".join(escape.visible(text).split()), 1)
    assert mine.elements == plain.elements
    assert commands(escape.markdown(text)) == []


@given(TEXTS)
def test_code_in_markdown_shows_a_text_as_it_stands(text: str) -> None:
    shown = Shown(f"- {escape.code(text)}: x")

    assert shown.words == "".join(escape.visible(text).split()) + ":x"
    assert shown.elements == {"ul", "li", "code"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("look, @everyone", "look, @&#8203;everyone"),
        ("as in #12", "as in &#35;&#8203;12"),
        ("see https://a.example or www.a.example", "see https&#58;//a.example or www&#46;a.example"),
        ("It is gone (paywall), 10:30.", "It is gone (paywall), 10:30."),
    ],
)
def test_markdown_makes_no_mentions_and_no_links(text: str, shown: str) -> None:
    assert escape.markdown(text) == shown


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_is_ascii_that_gives_back_the_very_text(text: str) -> None:
    written = escape.as_json({"text": text}, indent=2)

    assert json.loads(written) == {"text": text}
    assert written.isascii()
    assert commands(written) == []
    assert set(re.findall(r"[^ -~]", written)) <= {"\n"}


def test_json_has_no_half_of_a_surrogate_pair() -> None:
    written = escape.as_json("half \ud83d, \udcff, whole \U0001f600")

    assert json.loads(written) == "half \ufffd, \ufffd, whole \U0001f600"


@pytest.mark.parametrize("error", [AllegedError, EnvironmentFailure, VerificationError])
def test_the_text_of_an_error_is_safe_in_a_traceback(error: type[AllegedError]) -> None:
    raised = error("no release 'x\n::error::y' ##[error]z\x1b[2J")

    assert str(raised) == "no release 'x<U+000A>::error::y' ##<U+005B>error]z<U+001B>[2J"


def test_an_error_of_several_lines_has_a_line_for_each_argument() -> None:
    assert str(AllegedError("the contract has changed:", "  a\n::error::b")) == (
        "the contract has changed:\n  a<U+000A>::error::b"
    )
