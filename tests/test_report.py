"""Reports of a check: each issue once, waived findings apart, and no consequences of earlier stages."""

import shutil
from pathlib import Path

import pytest

from alleged import report
from alleged.project import Project
from alleged.report import check
from alleged.rule_docs import markdown, pages
from alleged.rules import RULES, STAGES
from paths import ROOT, TESTS

CLAIM = """
  - id: {}
    claimant: defence-ministry
    act: allege
    topic: shells-to-harbour-state
    summary: Shells went by ship.
"""

HEAD = """defaults:
  source: gazette-2023-10-14
  said: 2023-10-13
  recorded: {by: a1, on: 2023-10-20}
claims:"""


@pytest.fixture
def cast(project: Project) -> Project:
    """Return a project with the cast and a valid claim."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    return project


def write(project: Project, name: str, text: str) -> None:
    (project.claims / name).write_text(text, encoding="utf-8")


def found(project: Project, *paths: Path) -> list[tuple[str, str, int]]:
    return [(i.rule, i.place.path, i.place.line) for i in check(project, paths).issues]


def test_a_warning_that_the_record_allows_is_listed_apart_with_its_reason(cast: Project) -> None:
    text = "actors:\n  - id: spare-gazette\n    name: Spare Gazette\n    kind: outlet\n"
    write(cast, "spare.yaml", text)
    assert found(cast) == [("unused-record", "claims/spare.yaml", 2)]

    write(cast, "spare.yaml", text + "    allow: [{rule: unused-record, reason: kept for later claims}]\n")
    checked = check(cast)

    assert checked.issues == ()
    assert [(w.rule, w.record_id, w.reason) for w in checked.waived] == [
        ("unused-record", "spare-gazette", "kept for later claims")
    ]


def test_a_waiver_that_is_needed_no_more_is_reported(cast: Project) -> None:
    text = (TESTS / "mistakes" / "no-mistake.yaml").read_text()
    waiver = "    allow: [{rule: said-a-day-after-published, reason: the wire is dated by UTC}]\n"
    write(cast, "no-mistake.yaml", text.replace("said: 2023-10-13", "said: 2023-10-15") + waiver)
    assert found(cast) == []

    write(cast, "no-mistake.yaml", text + waiver)
    assert found(cast) == [("needless-waiver", "claims/no-mistake.yaml", 11)]


def test_an_error_cannot_be_allowed(cast: Project) -> None:
    text = (TESTS / "mistakes" / "low-over-high.yaml").read_text()
    write(cast, "no-mistake.yaml", text + "    allow: [{rule: low-over-high, reason: the source says so}]\n")

    assert "low-over-high" in [rule for rule, _, _ in found(cast)]


def test_a_mistake_in_the_defaults_is_reported_once_and_where_it_stands(cast: Project) -> None:
    defaults = (
        "defaults:\n  source: gazette-2023-10-14\n  said: 2023-02-30\n  recorded: {by: a1, on: 2023-10-20}\nclaims:"
    )
    write(cast, "no-mistake.yaml", defaults + CLAIM.format("one") + CLAIM.format("two"))

    assert found(cast) == [("unreadable-date", "claims/no-mistake.yaml", 3)]


def test_a_wrong_source_in_the_defaults_is_reported_there(cast: Project) -> None:
    text = (TESTS / "mistakes" / "no-mistake.yaml").read_text().replace("source: gazette-2023-10-14", "source: gazete")
    write(cast, "no-mistake.yaml", text)

    assert ("unknown-reference", "claims/no-mistake.yaml", 2) in found(cast)


def test_an_unreadable_file_hides_no_mistake_of_another(cast: Project) -> None:
    shutil.copy(TESTS / "mistakes" / "tab.yaml", cast.claims)
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims)
    shutil.copy(TESTS / "mistakes" / "dangling-source.yaml", cast.claims)

    assert {rule for rule, _, _ in found(cast)} == {"unknown-reference", "tab-indent", "unknown-code", "duplicate-id"}


def test_a_record_with_a_mistake_is_not_called_unknown_where_it_is_named(cast: Project) -> None:
    denial = (
        "\n  - {id: denial, claimant: defence-ministry, act: deny, denial_scope: full, topic: shells-to-harbour-state"
    )
    denial += ", said: 2023-10-14, summary: No shells went., relations: [{type: denies, to: one, basis: curator}]}"
    write(cast, "no-mistake.yaml", HEAD + CLAIM.format("one").replace("act: allege", "act: alege") + denial)
    assert [rule for rule, *_ in found(cast)] == ["unknown-code"]

    write(cast, "no-mistake.yaml", HEAD + denial)
    write(cast, "broken.yaml", HEAD + CLAIM.format("one") + "\n\t- tab")
    assert [rule for rule, *_ in found(cast)] == ["tab-indent"]


def test_sound_records_are_judged_beside_those_with_mistakes(cast: Project) -> None:
    verdict = CLAIM.format("one").replace("summary: ", "summary: It proves that ")
    write(cast, "no-mistake.yaml", HEAD + verdict + CLAIM.format("two").replace("topic: ", "topic: no-such-"))

    assert {rule for rule, *_ in found(cast)} == {"verdict-word", "unknown-reference"}


def test_a_claim_about_a_claim_whose_id_a_topic_has_too_is_left_out_with_it(cast: Project) -> None:
    topic = "{id: first, question: Did ships sail?, predicate: closer-to, subject: [norway], object: [north-kingdom]}"
    relation = "    relations: [{type: corrects, to: first, basis: curator}]\n"
    write(cast, "a-topic.yaml", f"topics:\n  - {topic}\n")
    write(cast, "claims.yaml", HEAD + CLAIM.format("first") + CLAIM.format("second") + relation)

    assert ("duplicate-id", "claims/claims.yaml", 6) in found(cast)
    assert "second" not in str(check(cast).issues)


def test_what_follows_from_a_mistake_is_left_out_in_one_walk(cast: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of 4,000 claims once took a minute, since each round left out one of them."""
    link = "    sources: [{{}}]\n    relations: [{{type: repeats-own, to: c-{}, basis: curator}}]\n"
    claims = [CLAIM.format(f"c-{n}") + link.format((n + 1) % 300) for n in range(300)]
    write(cast, "chain.yaml", HEAD + "".join(claims) + "    on_behalf_of: nobody\n")
    asked: list[str] = []
    monkeypatch.setattr(report, "_targets", lambda record, ask=report._targets: asked.append(record.id) or ask(record))

    assert [rule for rule, _, _ in found(cast)] == ["unknown-reference"]
    assert asked.count("c-7") <= len(STAGES)


def test_what_may_be_in_a_record_with_a_mistake_is_not_called_missing(cast: Project) -> None:
    wrong = (cast.claims / "no-mistake.yaml").read_text().replace("act: allege", "act: alege")
    write(cast, "no-mistake.yaml", wrong)

    assert [rule for rule, *_ in found(cast)] == ["unknown-code"]


def test_a_path_limits_what_is_reported_not_what_is_known(cast: Project) -> None:
    (cast.claims / "drafts").mkdir()
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims / "drafts")

    assert found(cast, cast.claims / "no-mistake.yaml") == []
    assert found(cast, cast.claims / "drafts") == [("unknown-code", "claims/drafts/unknown-act.yaml", 7)]


def test_a_draft_outside_the_records_is_checked_with_them(cast: Project) -> None:
    draft = cast.root / "draft.yaml"
    text = (TESTS / "mistakes" / "misspelt-actor.yaml").read_text()
    draft.write_text(text.replace("ministry-shells", "ministry-rockets"), encoding="utf-8")

    assert found(cast, draft) == [("unknown-reference", "draft.yaml", 6)]
    assert found(cast) == []


def test_a_named_file_is_never_passed_over(cast: Project) -> None:
    (cast.root / "elsewhere").mkdir()
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.root / "elsewhere" / "linked.yaml")
    (cast.claims / "folder").symlink_to(cast.root / "elsewhere")
    shutil.copy(TESTS / "mistakes" / "unknown-act.yaml", cast.claims / ".hidden.yaml")

    assert found(cast, cast.claims / "folder" / "linked.yaml") == [("symbolic-link", "claims/folder/linked.yaml", 0)]
    assert found(cast, cast.claims / ".hidden.yaml") == [("unknown-code", "claims/.hidden.yaml", 7)]


def test_names_that_differ_in_capitals_only_are_refused(cast: Project) -> None:
    (cast.claims / "Cast.yaml").write_text("actors: []\n")

    assert found(cast) == [("odd-file-name", "claims/cast.yaml", 0)]


def test_every_rule_has_a_page_in_fixed_parts() -> None:
    known = pages()

    assert set(RULES) < set(known)
    for name, page in known.items():
        first, blank, *rest = page.text.splitlines()
        assert first.endswith((".", ":")), name
        assert blank == "", name
        assert {"Example:"} <= set(rest), name
        assert any(line.startswith("Fix: ") for line in rest), name


def test_the_page_of_rules_is_the_one_that_the_rules_make() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == markdown()
