import re

import pytest

from alleged.codebook import markdown
from alleged.schemas.vocabularies import names, vocabulary
from alleged.tables import TABLES
from paths import ROOT

WRITTEN = ROOT / "docs" / "codebook.md"


def section(title: str) -> str:
    found = re.search(rf"^### {title}\n(.*?)(?=^##|\Z)", markdown(), re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def test_the_codebook_in_docs_is_the_one_that_the_contracts_give() -> None:
    reported = "docs/codebook.md lags behind; run `alleged explain --write`"

    assert WRITTEN.read_text(encoding="utf-8") == markdown(), reported


@pytest.mark.parametrize("name", TABLES)
def test_each_column_of_a_table_has_its_line(name: str) -> None:
    lines = [line for line in section(name).splitlines() if line.startswith("| `")]

    assert [line.split("`")[1] for line in lines] == list(TABLES[name].dtypes)


@pytest.mark.parametrize("name", names())
def test_each_code_of_a_list_has_its_line_with_its_definition(name: str) -> None:
    lines = [line for line in section(name).splitlines() if line.startswith("| `")]

    for line, code in zip(lines, vocabulary(name).values(), strict=True):
        question = f"{code.test} | " if code.test else ""
        assert line.startswith(f"| `{code.code}` | {code.label} | {question}{code.definition}")
        assert all(example in line for example in code.examples)


def test_types_are_reported_in_words() -> None:
    reported = {line.split("`")[1]: line.split(" | ")[1] for line in section("claims").splitlines() if "| `" in line}

    assert reported["summary"] == "text (`String`)"
    assert reported["act"] == "code of [act](#act) (`Enum`)"
    assert reported["claim_basis"] == "list of codes of [basis](#basis) (`List(Enum)`)"
    assert reported["relay_ids"] == "list of texts (`List(String)`)"
    assert reported["said_lo"] == "date (`Date`)"
    assert reported["record_line"] == "whole number (`UInt32`)"
    assert reported["background"] == "true or false (`Boolean`)"
    assert reported["basis_disclosed"] == "one of `none`, `part`, `full` (`Enum`)"


def test_every_link_leads_to_a_heading_of_its_own() -> None:
    text = markdown()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)

    assert len(headings) == len(set(headings))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(headings)


def test_a_bar_within_a_description_does_not_break_the_line() -> None:
    assert "`item\\|unit\\|day`" in section("quantities")
