"""The mistakes of people who write YAML for the first time: each is met with its place and what to type."""

import shutil

import pytest
from click.testing import CliRunner

from alleged.cli import group
from alleged.project import Project
from paths import TESTS

MISTAKES = {
    "bare-year": ("9:11", "wrong-type", 'said: "2023"'),
    "colon-in-summary": ("10:27", "colon-in-text", 'summary: "Ministry says: shells went by ship."'),
    "country-code-no": ("6:15", "unknown-reference", "norway"),
    "dangling-source": ("12:13", "unknown-reference", "gazette-2023-10-14"),
    "day-first": ("9:11", "unreadable-date", "2023-10-13"),
    "duplicate-id": ("11:9", "duplicate-id", "another id"),
    "duplicate-key": ("11:5", "duplicate-key", "delete one of the two"),
    "empty": ("", "empty-file", "write a record"),
    "empty-field": ("7:9", "empty-field", "one of: deny, dispute"),
    "list": ("1:1", "not-a-mapping", "claims:"),
    "low-over-high": ("12:14", "low-over-high", "300"),
    "missing-claimant": ("5:9", "missing-field", "claimant: "),
    "misspelt-actor": ("6:15", "unknown-reference", "defence-ministry"),
    "misspelt-field": ("6:5", "unknown-field", "claimant:"),
    "other-encoding": ("10:32", "not-utf-8", "save as UTF-8"),
    "reversed-interval": ("10:11", "reversed-interval", "2023-09-07/2023-10-01"),
    "said-after-published": ("9:11", "said-after-published", "2023-10-14"),
    "slug-with-capitals": ("5:9", "wrong-form", "ministry-shells"),
    "smart-quotes": ("10:14", "curly-quotes", "straight quotes"),
    "tab": ("7:1", "tab-indent", "spaces"),
    "text-for-list": ("11:14", "wrong-type", "sources: [{id: gazette-2023-10-14}]"),
    "thirtieth-of-february": ("9:11", "unreadable-date", "2023-02"),
    "unclosed-quote": ("10:14", "unclosed-quote", "close it"),
    "unknown-act": ("7:10", "unknown-code", "allege"),
    "wrong-indent": ("7:4", "wrong-indent", "spaces"),
    "wrong-kind": ("6:15", "wrong-kind-of-reference", "actor"),
}


def check(project: Project, name: str, monkeypatch: pytest.MonkeyPatch, form: str) -> tuple[int, str]:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / f"{name}.yaml", project.claims)
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(group, ["check", "--format", form], standalone_mode=False)
    assert result.exception is None, result.exception
    return result.return_value, result.output


def test_every_file_of_mistakes_is_in_the_table() -> None:
    assert {p.stem for p in (TESTS / "mistakes").glob("*.yaml")} == {*MISTAKES, "no-mistake"}


def test_a_claim_without_mistakes_passes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = check(project, "no-mistake", monkeypatch, "plain")

    assert code == 0
    assert "error" not in output.replace("0 errors", "")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_its_place_and_what_to_type(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, rule, words = MISTAKES[name]

    code, output = check(project, name, monkeypatch, "human")

    errors = [line for line in output.splitlines() if line.startswith("error ")]
    assert code == 1
    assert [line.split()[1].rstrip(":") for line in errors] == [rule], output
    assert f"claims/{name}.yaml" + (f":{place}" if place else "") in output
    assert words in output.partition("error ")[2]
    assert f"alleged explain {rule}" in output
