"""Bibliographic items in three formats: dates, escaping, and what our own import reads of them."""

import json
import re

import pytest

from alleged.datasets.bibliographies import Item, bibtex, csl, csl_json, in_words, inert_json, ris, slug
from alleged.editing.importing.citations import read_bibtex, read_csl, read_ris
from alleged.text.urls import flaw, percent_encoded

DATES = [
    ("2024-06-17", [[2024, 6, 17]], False, "17 June 2024", "2024/06/17/"),
    ("2024-06", [[2024, 6]], False, "June 2024", "2024/06//"),
    ("2024", [[2024]], False, "2024", "2024///"),
    ("2024-06-17~", [[2024, 6, 17]], True, "about 17 June 2024", "2024/06/17/about 17 June 2024"),
    ("2024?", [[2024]], True, "perhaps 2024", "2024///perhaps 2024"),
    ("2024-06-XX", [[2024, 6]], False, "2024-06-XX", "2024/06//2024-06-XX"),
    ("202X", [[2020], [2029]], False, "202X", "2020///202X"),
    (
        *("2024-05-01/2024-05-03", [[2024, 5, 1], [2024, 5, 3]], False),
        *("1 May 2024 to 3 May 2024", "2024/05//1 May 2024 to 3 May 2024"),
    ),
    (
        *("2024-05-30~/2024-06-03~", [[2024, 5, 30], [2024, 6, 3]], True),
        *("about 30 May 2024 to 3 June 2024", "2024///about 30 May 2024 to 3 June 2024"),
    ),
    ("2023-12-30/2024", [[2023, 12, 30], [2024]], False, "30 December 2023 to 2024", "2023///30 December 2023 to 2024"),
    ("2024-07-10/..", [[2024, 7, 10]], True, "from 10 July 2024", "2024///from 10 July 2024"),
    ("../2024-07-10", [[2024, 7, 10]], True, "until 10 July 2024", "2024///until 10 July 2024"),
]


@pytest.mark.parametrize(("edtf", "parts", "circa", "words", "ris_date"), DATES)
def test_a_date_says_no_more_than_is_known(
    edtf: str, parts: list[list[int]], circa: bool, words: str, ris_date: str
) -> None:
    item = Item("a", "report", "A", issued=edtf)

    assert csl(item)["issued"] == {"date-parts": parts} | ({"circa": True} if circa else {})
    assert f"  date = {{{edtf}}},\n  year = {{{parts[0][0]}}},\n" in bibtex([item])
    assert f"PY  - {parts[0][0]}\nDA  - {ris_date}\n" in ris([item])
    assert in_words(edtf) == words


def test_a_season_is_one_of_the_year() -> None:
    item = Item("a", "report", "A", issued="2024-22")

    assert csl(item)["issued"] == {"date-parts": [[2024]], "season": 2}
    assert "DA  - 2024///2024-22\n" in ris([item])


HOSTILE = [
    "an open { brace",
    "a closed } brace",
    "}, title = {other",
    "\\input{/etc/passwd} \\write18{rm}",
    "100 % of #1 & $x_y^z ~",
    'He said "no"',
    "</script><script>alert(1)</script>",
    "Title\nER  - \nTY  - JOUR",
    "Title\r\nER  - ",
    "a\u2028ER  - \u2029b\x85c\vd",
    "\u202eevil\u2066\u2069 \u200fבגד\u200f",
    "\x1b]0;title\x07 bell",
    "[제목] «Снаряды» — 弾薬 پنج\u200cپر",
    "@article{x, title={y}}",
    "' OR 1=1 -- ",
    "##[error]x",
    "TY  - NEWS",
]


def expected(text: str) -> str:
    """Return a text on one line, without the characters that act on a screen."""
    return re.sub("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", " ".join(text.split()))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_one_field_of_one_item_between_others(text: str) -> None:
    items = [
        Item("before", "report", "Before"),
        Item("odd", "article-newspaper", text, authors=(text,), container=text, issued="2024", note=text, licence=text),
        Item("after", "report", "After"),
    ]
    for write, read in ((bibtex, read_bibtex), (csl_json, read_csl), (ris, read_ris)):
        document = write(items)
        titles = [entry.texts["title"] for entry in read(document.encode(), "x").entries]
        places = [entry.texts.get("publisher") for entry in read(document.encode(), "x").entries]
        assert titles == ["Before", expected(text), "After"], document
        assert places == [None, expected(text), None], document
        assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", document)
    assert "<" not in csl_json(items)
    braces = re.sub(r"[^{}]", "", bibtex(items))
    while "{}" in braces:
        braces = braces.replace("{}", "")
    assert braces == ""  # as BibTeX counts them, for which a backslash changes nothing


def test_an_address_is_encoded_in_one_place() -> None:
    url = "https://e.org/a b/{x}\\^%zz%20[1]?q=ä&r=1#통일"
    safe = percent_encoded(url)

    assert safe == "https://e.org/a%20b/%7Bx%7D%5C%5E%25zz%20[1]?q=%C3%A4&r=1#%ED%86%B5%EC%9D%BC"
    assert percent_encoded(safe) == safe
    assert not flaw(safe.replace("%20", "-"))
    item = Item("a", "webpage", "A", url=url, archive_url=url)
    assert json.loads(csl_json([item]))[0]["URL"] == safe
    assert f"  url = {{{safe}}},\n" in bibtex([item])
    assert f"UR  - {safe}\n" in ris([item])


def test_who_publishes_is_the_container_of_an_article_and_the_publisher_of_a_report() -> None:
    article, report = Item("a", "article-newspaper", "A", container="X"), Item("b", "report", "B", container="X")

    assert (csl(article)["container-title"], csl(report)["publisher"]) == ("X", "X")
    assert "  journaltitle = {X},\n" in bibtex([article])
    assert "  institution = {X},\n" in bibtex([report])
    assert ("T2  - X\n" in ris([article]), "PB  - X\n" in ris([report])) == (True, True)


def test_an_archived_copy_is_named_in_each_format() -> None:
    item = Item("a", "webpage", "A", archive_url="https://archive.example/x")

    assert csl(item)["archive_location"] == "https://archive.example/x"
    assert "Archived at https://archive.example/x" in bibtex([item])
    assert "N1  - Archived at https://archive.example/x\n" in ris([item])


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Claims around Russia", "claims-around-russia"),
        ("Élan & Żółć", "elan-zolc"),
        ("Снаряды", ""),
        ("x" * 50, "x" * 40),
        ("one two " + "three " * 20, "one-two-three-three-three-three-three"),
    ],
)
def test_a_key_is_made_of_whole_ascii_words(title: str, key: str) -> None:
    assert slug(title) == key


def test_json_is_inert_in_a_page_and_means_the_same() -> None:
    text = "</script>&amp;\u2028\u202e\ud800\x7f한"

    assert re.fullmatch(r'"[ -~한]*"', inert_json(text))
    assert "<" not in inert_json(text)
    assert json.loads(inert_json(text)) == text
