"""A gloss says in English what a foreign quote says; it is shown wherever the quote is."""

import pytest

from alleged.changes import compare, headline
from alleged.project import Project
from alleged.records.corpus import Corpus, read
from alleged.render import changes as shown
from alleged.review import Review
from alleged.tables.appearances import rows
from inside import run_inside
from paths import TESTS

CAST = (TESTS / "cast" / "cast.yaml").read_text(encoding="utf-8").replace("lang: en", "lang: fr")
CLAIM = (TESTS / "mistakes" / "no-mistake.yaml").read_text(encoding="utf-8")
QUOTED = CLAIM + "    sources:\n      - quote: des obus par bateau\n        gloss: shells by ship\n"


def records(project: Project, claim: str) -> Corpus:
    (project.claims / "cast.yaml").write_text(CAST, encoding="utf-8")
    (project.claims / "claim.yaml").write_text(claim, encoding="utf-8")
    found = read(project)
    assert found.issues == ()
    return found.corpus


def test_show_prints_the_gloss_below_the_quote(project: Project) -> None:
    records(project, QUOTED)

    lines = run_inside(project.root, "show", "ministry-shells").stdout.splitlines()

    at = next(i for i, line in enumerate(lines) if "des obus par bateau" in line)
    assert lines[at + 1].strip() == "in English: shells by ship"


def test_the_table_of_appearances_has_the_gloss(project: Project) -> None:
    assert [row["gloss"] for row in rows(records(project, QUOTED))] == ["shells by ship"]
    assert [row["gloss"] for row in rows(records(project, CLAIM))] == [None]


def test_a_changed_quote_is_shown_with_its_changed_gloss(project: Project) -> None:
    new = QUOTED.replace("par bateau", "par train").replace("by ship\n", "by train\n").replace("went by t", "went by s")

    found = compare(records(project, QUOTED), records(project, new))

    assert "~~bateau~~ **train**" in "\n".join(shown.markdown(Review(found, ())))
    assert "sources[0].gloss: shells by [-ship-] {+train+}" in "\n".join(shown.text(Review(found, ())))
    assert "gloss" in headline(found)


@pytest.mark.parametrize(
    ("appearance", "rules"),
    [
        ("{quote: des obus par bateau, gloss: shells by ship}", []),
        ("{gloss: shells by ship}", ["gloss-without-a-quote"]),
        ("{quote: shells by ship, lang: en, gloss: munitions by sea}", ["gloss-of-an-english-quote"]),
        ("{quote: shells by ship, lang: en, gloss: shells by ship}", ["gloss-of-an-english-quote"]),
        ("{quote: Des obus par bateau, gloss: des obus par bateau!}", ["gloss-that-repeats-the-quote"]),
        ("{quote: des obus par bateau, gloss: " + "w" * 201 + "}", ["too-long"]),
    ],
)
def test_a_gloss_that_does_not_help_is_reported(project: Project, appearance: str, rules: list[str]) -> None:
    (project.claims / "cast.yaml").write_text(CAST, encoding="utf-8")
    (project.claims / "claim.yaml").write_text(f"{CLAIM}    sources:\n      - {appearance}\n", encoding="utf-8")

    lines = run_inside(project.root, "check", "--no-cache", "--format", "plain").stdout.splitlines()

    assert [line.partition("[")[2].partition("]")[0] for line in lines if "gloss" in line] == rules
