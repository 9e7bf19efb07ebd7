"""Answers that change: which origins a topic gains or loses between two states, and by which records."""

import json
import re
import shutil
from pathlib import Path

import pytest

from alleged.origins.intervals import origins_of_topic
from alleged.origins.utterances import gather
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import read_plain
from alleged.release import cutting
from alleged.render import changes as shown
from alleged.review import Review, between, unlinked
from paths import TESTS
from repositories import Git, git_in

SCHEME = TESTS / "scheme" / "claims" / "scheme.yaml"
FIGURE = "quantities: [{{low: {}, bound: ge, unit: round}}], "
NEW = """defaults:
  source: gazette-2024
  attribution: named-institution
  topic: shells
  mode: past
  recorded: {by: fixture, on: 2025-07-01}
sources:
  - id: gazette-2024
    title: Shells & <b>guns</b>
    kind: article-newspaper
    lang: en
    publisher: [daily]
    published: 2024-06-02
    url: 'https://daily.example/2?a=1&b=2'
    seen: consulted
claims:
  - id: again
    claimant: us
    said: 2024-06-01
    act: allege
    basis: [imagery-released]
    summary: Pyongyang goes on sending shells.
    sources: [{id: gazette-2024, quote: shells went east}]
"""
ALLEGES = "claimant: ukraine, act: allege, summary: Kyiv condemns the supply of shells."


@pytest.fixture
def repository(project: Project) -> Git:
    """Return git in a project whose first commit has one claim for each branch of the tree of acts."""
    git = git_in(project.root)
    shutil.copy(SCHEME, project.claims)
    git("init", "-q", "-b", "main")
    git("add", "claims")
    git("commit", "-qm", "Record claims")
    return git


def edit(project: Project, before: str, after: str) -> None:
    path = project.claims / "scheme.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_an_origin_that_a_topic_loses_is_named_with_the_claim_and_its_fields(project: Project, repository: Git) -> None:
    edit(project, ALLEGES, ALLEGES.replace("act: allege", "act: criticise"))
    found = between(project, "HEAD")

    (answer,) = found.answers
    assert (answer.topic, dict(answer.lost), dict(answer.gained)) == (
        "shells",
        {"ukraine": {"allege-presupposed"}},
        {},
    )
    lines = list(shown.text(found))
    assert "  topic shells: 1 to 3 origins -> 1 to 2 origins; claims that say yes 6 -> 5" in lines
    assert "    origin ukraine no longer rests on allege-presupposed (act)" in lines
    assert "1 answer changed" in lines


def test_a_root_that_an_origin_only_adds_leaves_the_number_and_is_shown(project: Project, repository: Git) -> None:
    edit(
        project, "act: warn, mode: planned, summary: Shells", 'act: warn, stance: "yes", mode: planned, summary: Shells'
    )
    (answer,) = between(project, "HEAD").answers

    assert dict(answer.gained) == {"rok": {"warn"}}
    lines = list(shown.text(between(project, "HEAD")))
    moved = "the number stays 1 to 3 origins; other claims stand behind it; claims that say yes 6 -> 7"
    assert f"  topic shells: {moved}" in lines
    assert "    origin rok now rests on warn (stance)" in lines


def test_a_figure_that_is_corrected_changes_the_answer(project: Project, repository: Git) -> None:
    edit(project, "summary: Pyongyang has sent shells", FIGURE.format(1000) + "summary: Pyongyang has sent shells")
    repository("commit", "-qam", "Add a figure")
    edit(project, FIGURE.format(1000), FIGURE.format(3000))
    assert between(project, "HEAD").unknown is None
    (answer,) = between(project, "HEAD").answers

    assert answer.dropped == {("allege-deed", "munitions", "round", "ge", 1000, None, None)}
    assert answer.added == {("allege-deed", "munitions", "round", "ge", 3000, None, None)}
    lines = list(shown.text(between(project, "HEAD")))
    assert lines[0] == "1 figure edited"
    assert "    new figure: at least 3,000 [round] munitions (allege-deed)" in lines
    assert "    figure gone: at least 1,000 [round] munitions (allege-deed)" in lines


def test_answers_of_a_release_are_those_of_its_records(project: Project, repository: Git) -> None:
    edit(project, "summary: Pyongyang has sent shells", FIGURE.format(1000) + "summary: Pyongyang has sent shells")
    repository("commit", "-qam", "Add a figure")
    name = cut(project, repository)
    invalidate(project, repository, name)
    found = between(project, name)

    assert [(c.id, c.change) for c in found.comparison.changes] == [("allege-deed", "edited")]
    assert (found.answers, found.unknown) == ((), None)


def test_a_summary_changes_no_answer(project: Project, repository: Git) -> None:
    edit(project, "Kyiv condemns the supply", "Kyiv deplores the supply")
    found = between(project, "HEAD")

    assert (len(found.comparison.changes), found.answers, found.unknown) == (1, (), None)
    assert "no answers changed" in list(shown.text(found))


def test_a_new_topic_has_no_answer_before(project: Project, repository: Git) -> None:
    repository("rm", "-q", "--cached", "claims/scheme.yaml")
    repository("commit", "-qm", "Remove all claims")
    found = between(project, "HEAD")

    by_topic = {answer.topic: answer for answer in found.answers}
    assert (by_topic["use"].before, by_topic["use"].after and by_topic["use"].after.hi) == (None, 2)
    assert "  topic use: no such topic -> 0 to 2 origins" in list(shown.text(found))


def test_answers_are_those_of_the_origins(project: Project, repository: Git) -> None:
    repository("rm", "-q", "--cached", "claims/scheme.yaml")
    repository("commit", "-qm", "Remove all claims")
    read = corpus.read(project).corpus

    for answer in between(project, "HEAD").answers:
        expected = origins_of_topic(gather(read), answer.topic)
        assert answer.after is not None
        assert (answer.after.lo, answer.after.hi) == expected.interval
        assert {o: {*r} for o, r in answer.after.origins.items()} == {
            o: {root.id for root in roots} for o, roots in expected.origins.items()
        }


def test_records_of_other_schemas_are_compared_and_their_answers_need_tables(project: Project, repository: Git) -> None:
    edit(project, "act: allege, basis", "act: accuse, basis")
    repository("commit", "-qam", "Use an act of other schemas")
    edit(project, "act: accuse, basis", "act: allege, basis")
    found = between(project, "HEAD")

    assert [(c.id, c.change) for c in found.comparison.changes] == [("allege-deed", "edited")]
    assert (
        found.unknown
        == "answers are not compared: some records of HEAD are not valid: 'accuse' is not in the list 'Act'"
    )
    assert list(shown.text(found))[-1] == found.unknown


def test_answers_of_a_release_with_other_schemas_come_from_its_tables(project: Project, repository: Git) -> None:
    name = cut(project, repository)
    edit(project, ALLEGES, ALLEGES.replace("act: allege", "act: criticise"))
    invalidate(project, repository, name)

    (answer,) = between(project, name).answers
    assert dict(answer.lost) == {"ukraine": {"allege-presupposed"}}


def test_a_release_without_its_tables_says_how_to_get_them(project: Project, repository: Git) -> None:
    name = cut(project, repository)
    invalidate(project, repository, name)
    (project.datasets / name / "topics.parquet").unlink()

    found = between(project, name)
    assert found.unknown
    assert f"run 'alleged verify {name} --rebuild --restore'" in found.unknown


@pytest.mark.parametrize(
    "text",
    [
        "claims: {a: b}\n",
        "claims:\n  - just text\n",
        "claims:\n  - {id: [a]}\n",
        "claims:\n  - {id: a, relations: {type: denies}, sources: text, status: [withdrawn]}\n",
        "claims:\n  - {id: a, relations: [text, {type: [denies]}], quantities: [1]}\n",
        "defaults: text\nclaims:\n  - {id: a, sources: [b]}\n",
    ],
)
def test_records_of_any_shape_are_compared(project: Project, repository: Git, text: str) -> None:
    (project.claims / "odd.yaml").write_text(text, encoding="utf-8")
    found = between(project, "HEAD")

    assert [c.change for c in found.comparison.changes] == ["added"] * ("id: a" in text)
    assert list(shown.text(found))
    assert list(shown.markdown(found))
    assert all(json.loads(line) for line in shown.ndjson(found))
    assert len(read_plain(project).records) == len(corpus.read(project).corpus.records) + ("id: a" in text)


@pytest.fixture
def added(project: Project, repository: Git) -> Review:
    """Return the review of a new article whose claim is like an older one, and of an edit on the older article."""
    edit(project, ALLEGES, ALLEGES.replace("condemns", "deplores"))
    (project.claims / "new.yaml").write_text(NEW, encoding="utf-8")
    return between(project, "HEAD")


def test_the_sheet_shows_changes_by_article_and_new_claims_whole(added: Review) -> None:
    lines = list(shown.text(added))
    new = lines.index("Shells & <b>guns</b>, The Daily, 2024-06-02 (gazette-2024) https://daily.example/2?a=1&b=2")
    old = lines.index("The Daily, 2024-05-02 (daily-2024) https://daily.example/1")

    assert lines[0] == "1 claim on 1 article added, 1 source added, 1 summary edited"
    assert lines[new + 1] == "  claim again: added"
    assert {"    act: allege, which answers the question with yes", '    "shells went east" [en]'} <= {*lines[new:old]}
    assert lines[old + 1 : old + 3] == [
        "  claim allege-presupposed: edited",
        "    summary: Kyiv [-condemns-] {+deplores+} the supply of shells.",
    ]


def test_the_sheet_names_near_claims_of_the_same_principal_that_no_relation_links(added: Review) -> None:
    near = [line.split()[2] for line in shown.text(added) if line.strip().startswith("not linked: ")]
    assert near == ["allege-deed", "correct", "dispute-denial"]

    claims = added.after.claims
    assert {claims[id]["claimant"] for id in near} == {"us"}
    assert "deny-own" not in [other.id for other in unlinked(claims["dispute-denial"], added.after)]


def test_the_sheet_shows_only_findings_that_the_change_brings(project: Project, repository: Git) -> None:
    assert between(project, "HEAD").findings == ()
    (project.claims / "new.yaml").write_text(NEW, encoding="utf-8")
    lines = list(shown.text(between(project, "HEAD")))

    assert lines[lines.index("new findings of the check") + 1].startswith(
        "  warning unlinked-restatement in claims/new.yaml:17: 'us' did the same in 'allege-deed'"
    )


def test_nothing_of_a_record_acts_in_a_page(added: Review) -> None:
    page = "\n".join(shown.page(added))

    assert "Shells &amp; &lt;b&gt;guns&lt;/b&gt;" in page
    assert '<a href="https://daily.example/2?a=1&amp;b=2" rel="noreferrer">' in page
    assert re.findall(r"<(?:b|script|img)\b", page) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)//", "https://daily.example/>)](https://evil.example"])
def test_an_address_that_is_not_sound_is_no_link(project: Project, repository: Git, url: str) -> None:
    (project.claims / "new.yaml").write_text(NEW.replace("https://daily.example/2?a=1&b=2", url), encoding="utf-8")
    found = between(project, "HEAD")
    page, comment = "\n".join(shown.page(found)), "\n".join(shown.markdown(found))

    assert "again" in page
    assert 'href="javascript' not in page
    assert "<javascript" not in comment
    assert "](https://evil" not in comment


def test_the_review_as_data_has_changes_findings_and_answers(added: Review) -> None:
    data = json.loads(json.dumps(shown.data(added)))

    assert data["headline"] == "1 claim on 1 article added, 1 source added, 1 summary edited"
    assert {change["id"] for change in data["changes"]} == {"again", "gazette-2024", "allege-presupposed"}
    assert [finding["rule"] for finding in data["findings"]] == ["unlinked-restatement"]
    (answer,) = data["answers"]
    assert (answer["id"], answer["before"]["yes"], answer["after"]["yes"]) == ("shells", 6, 7)
    assert {*answer["after"]["origins"]["us"]} - {*answer["before"]["origins"]["us"]} == {"again"}


def cut(project: Project, git: Git) -> str:
    """Cut a release of the records and return its name."""
    (project.root / ".gitignore").write_text("*.parquet\ndatasets/dev/\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "Ignore tables")
    return cutting.cut(project).name


def invalidate(project: Project, git: Git, name: str) -> None:
    """Let the commit of a release have records that the present schemas refuse."""
    path: Path = project.claims / "scheme.yaml"
    now = path.read_text(encoding="utf-8")
    path.write_text(now.replace("act: allege, basis", "act: accuse, basis"), encoding="utf-8")
    git("add", "claims")
    git("commit", "-qm", "Use an act of other schemas")
    path.write_text(now, encoding="utf-8")
    index = json.loads((project.datasets / "index.json").read_text(encoding="utf-8"))
    (entry,) = (entry for entry in index["releases"] if entry["release"] == name)
    entry["commit"] = git("rev-parse", "HEAD")
    (project.datasets / "index.json").write_text(json.dumps(index), encoding="utf-8")
