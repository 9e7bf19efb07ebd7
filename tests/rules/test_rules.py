"""Every rule has a page and an example that only it finds, and applies within the bounds of its page."""

import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import judging
from alleged import report
from alleged.project import Project
from alleged.records import corpus
from alleged.rules import RULES
from alleged.rules.references import PROPOSALS
from alleged.rules.rule import STAGES
from paths import EXAMPLES

EXPECT = re.compile(r"# expect: ([a-z, -]+)$")


def expected(folder: Path) -> list[tuple[str, int, str]]:
    """Return what the comments of an example say will be found: file, line, rule."""
    return [
        (path.relative_to(folder).as_posix(), number, name)
        for path in sorted(folder.rglob("*.yaml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (mark := EXPECT.search(line))
        for name in sorted(mark[1].split(", "))
    ]


def example(name: str, folder: Path) -> Path:
    """Return a copy of an example outside this repository, which may not hold copies of articles."""
    return shutil.copytree(EXAMPLES / name, folder / name)


def found(folder: Path) -> list[tuple[str, int, str]]:
    return sorted((i.place.path, i.place.line, i.rule) for i in report.check(Project(folder)).issues)


@pytest.mark.parametrize("name", RULES)
def test_example_raises_its_rule_where_marked_and_nothing_else(name: str, tmp_path: Path) -> None:
    marked = expected(EXAMPLES / name)

    assert {rule for _, _, rule in marked} == {name}
    assert found(example(name, tmp_path)) == marked


@pytest.mark.parametrize("name", RULES)
def test_without_a_rule_its_example_raises_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Rules of later stages rely on this one, so they leave with it. They are replaced by rules that find nothing:
    # deleting and putting back would change the order of the rules for the tests that follow.
    ahead = STAGES[STAGES.index(RULES[name].stage) + 1 :]
    for gone, rule in RULES.items():
        if gone == name or rule.stage in ahead:
            monkeypatch.setitem(RULES, gone, replace(rule, find=lambda corpus: iter(())))

    assert found(example(name, tmp_path)) == []


def test_every_example_belongs_to_a_rule() -> None:
    assert {folder.name for folder in EXAMPLES.iterdir()} == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_page_has_what_is_wrong_why_an_example_and_the_fix(name: str) -> None:
    what, why, *rest = RULES[name].page.split("\n\n")

    assert re.fullmatch(r"[A-Z][^\n]*\.", what)
    assert why.strip()
    assert [part.split(":")[0] for part in rest] == ["Example", "Fix"]


@pytest.mark.parametrize("name", RULES)
def test_message_is_one_lower_case_line(name: str, tmp_path: Path) -> None:
    for issue in report.check(Project(example(name, tmp_path))).issues:
        assert "\n" not in issue.message
        assert not issue.message[0].isupper()
        assert not issue.message.endswith(".")


CAST = """
sources:
  - {id: wire, kind: post, publisher: [ap], published: 2023-10-13, lang: en, doi: 10.5555/1, seen: consulted}
  - {id: monthly, kind: report, publisher: [ap], published: 2023-10, lang: fr, doi: 10.5555/2, seen: consulted}
  - {id: undated, kind: webpage, publisher: [ap], published: 2023-10/.., lang: ko, doi: 10.5555/3, seen: consulted}
actors:
  - {id: ap, name: Associated Press, kind: outlet}
  - {id: us-nsc, name: US National Security Council, kind: organ, part_of: [{of: us, to: 2023-10-13}]}
  - {id: rok-nis, name: National Intelligence Service, kind: organ, part_of: [{of: rok, from: "1961"}]}
  - {id: officials, name: Officials, kind: unnamed}
  - {id: us, name: United States, kind: state, ids: {iso3166: US}}
  - {id: rok, name: South Korea, kind: state, ids: {iso3166: KR}, names: [{text: Republic of Korea}]}
  - {id: dprk, name: North Korea, kind: state, ids: {iso3166: KP}}
topics:
  - id: shells
    question: Did the DPRK send shells?
    predicate: transfers-munitions
    subject: [dprk]
    item: artillery-shell
  - id: breach
    question: Does the DPRK breach the cap?
    predicate: breaches-sanctions
    subject: [dprk]
    instrument: [cap]
instruments:
  - {id: cap, kind: cap, title: Cap on petroleum, adopted: 2017-12-22, terminated: "2022"}
"""
DEFAULTS = """
defaults:
  claimant: us-nsc
  act: allege
  topic: shells
  said: 2023-10-13
  source: wire
  recorded: {by: curator-1, on: 2026-11-24}
"""


def judged(project: Project, name: str, *claims: str) -> list[str]:
    """Return the messages of one rule on claims named c1, c2, and so on, given as flow mappings."""
    texts = [f"  - {{id: c{n}, summary: Shells went by rail{claim}}}" for n, claim in enumerate(claims, start=1)]
    bundles = {"cast": CAST, "claims": "\n".join([DEFAULTS, "claims:", *texts])}
    return [found.message for found in judging.judged(project, name, bundles)]


@pytest.mark.parametrize(
    ("said", "source", "slack", "error"),
    [
        ("2023-10-13", "wire", 0, 0),
        ("2023-10-14", "wire", 1, 0),
        ("2023-10-15", "wire", 0, 1),
        ("2023-10", "wire", 0, 0),
        ("../2023-12-01", "wire", 0, 0),
        ("2023-10-15/..", "wire", 0, 1),
        ("2023-10-31", "monthly", 0, 0),
        ("2023-11-01", "monthly", 1, 0),
        ("2023-11-02", "monthly", 0, 1),
        ("2024-11-02", "undated", 0, 0),
    ],
)
def test_one_day_between_report_and_utterance_is_only_a_warning(
    project: Project, said: str, source: str, slack: int, error: int
) -> None:
    claim = f", said: {said}, sources: [{{id: {source}}}]"

    assert len(judged(project, "said-a-day-after-published", claim)) == slack
    assert len(judged(project, "said-after-published", claim)) == error


@pytest.mark.parametrize(("said", "found"), [("2023-10-12", 0), ("2023-10-11", 1), ("2023-10", 0)])
def test_a_dependent_claim_may_precede_its_original_by_one_day_for_time_zones(
    project: Project, said: str, found: int
) -> None:
    echo = f", said: {said}, relations: [{{type: repeats, to: c2, basis: curator}}]"

    assert len(judged(project, "echo-before-original", echo, ", claimant: rok-nis")) == found


@pytest.mark.parametrize(("basis", "found"), [("other-claim", 1), ("own-observation", 0)])
def test_a_confirmation_that_rests_on_the_other_claim_alone_follows_it(
    project: Project, basis: str, found: int
) -> None:
    confirms = f", act: confirm, said: 2023-10-11, basis: [{basis}]"
    confirms += ", relations: [{type: confirms, to: c2, basis: curator}]"

    assert len(judged(project, "echo-before-original", confirms, ", claimant: rok-nis")) == found


@pytest.mark.parametrize("kind", ["denies", "same-evidence"])
def test_a_denial_or_a_claim_on_the_same_evidence_may_come_first(project: Project, kind: str) -> None:
    first = f", said: 2022-09-22, relations: [{{type: {kind}, to: c2, basis: curator}}]"

    assert judged(project, "echo-before-original", first, "") == []


def repeating(*others: int) -> str:
    return f", relations: [{', '.join(f'{{type: repeats, to: c{n}, basis: curator}}' for n in others)}]"


@pytest.mark.parametrize(
    ("claims", "circles"),
    [
        ([repeating(1)], ["c1 → c1"]),
        ([repeating(2), repeating(1)], ["c1 → c2 → c1"]),
        ([repeating(3), repeating(1), repeating(2)], ["c1 → c3 → c2 → c1"]),
        ([repeating(2, 3), repeating(1), repeating(1)], ["c1 → c2 → c1", "c1 → c3 → c1"]),
        ([repeating(3), repeating(3), repeating(2)], ["c2 → c3 → c2"]),
        ([repeating(2, 3), repeating(4), repeating(4), ""], []),
    ],
)
def test_each_circle_of_dependence_is_reported_once_with_its_whole_path(
    project: Project, claims: list[str], circles: list[str]
) -> None:
    found = judged(project, "circular-dependence", *claims)

    assert [message.partition(": ")[2] for message in found] == circles


@pytest.mark.parametrize(("basis", "circles"), [("other-claim", 1), ("own-observation", 0)])
def test_a_confirmation_that_rests_on_the_other_claim_alone_can_close_a_circle(
    project: Project, basis: str, circles: int
) -> None:
    confirms = f", act: confirm, basis: [{basis}], relations: [{{type: confirms, to: c2, basis: curator}}]"

    assert len(judged(project, "circular-dependence", confirms, repeating(1))) == circles


def test_a_circle_longer_than_python_recurses_is_found(project: Project) -> None:
    # Two files, since the events of one are limited.
    length = 1100
    for start in range(0, length, 550):
        text = "\n".join(
            f"  - {{id: c{n:04}, summary: S, relations: [{{type: repeats, to: c{to % length:04}, basis: curator}}]}}"
            for n, to in pairwise(range(start, start + 551))
        )
        (project.claims / f"{start}.yaml").write_text(f"{DEFAULTS}claims:\n{text}\n", encoding="utf-8")

    found = judging.findings(project, "circular-dependence")

    assert len(found) == 1
    assert found[0].message.endswith("c0018 → (1081 more) → c0000")


@pytest.mark.parametrize(
    ("figures", "alone"),
    [
        ("{high: 3, unit: round, either_or: A}, {high: 1, unit: round, either_or: A}", []),
        ("{high: 3, unit: round, either_or: A}, {high: 1, unit: round, either_or: B}", ["A", "B"]),
        ("{high: 3, unit: round, either_or: A}, {high: 1, unit: round}", ["A"]),
        ("{high: 3, unit: round}", []),
    ],
)
def test_alternatives_share_a_letter_within_one_claim(project: Project, figures: str, alone: list[str]) -> None:
    other = ", quantities: [{high: 3, unit: round, either_or: Z}, {high: 2, unit: round, either_or: Z}]"

    found = judged(project, "lone-alternative", f", quantities: [{figures}]", other)

    assert [message[-2] for message in found] == alone


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("KP", "dprk"), ("kp", "dprk"), ("North Korea", "dprk"), ("republic of korea", "rok"), ("rok-niss", "rok-nis")],
)
def test_an_actor_is_suggested_by_code_name_and_similar_id(project: Project, typed: str, meant: str) -> None:
    assert judged(project, "unknown-reference", f", claimant: {typed}") == [
        f"there is no actor {typed!r}; did you mean {meant!r}?"
    ]


def test_similar_ids_are_suggested_for_a_limited_number_of_unknown_ones(project: Project) -> None:
    found = judged(project, "unknown-reference", *(f", claimant: us-n{n:02}c" for n in range(PROPOSALS + 5)))

    assert len(found) == PROPOSALS + 5
    assert sum("did you mean 'us-nsc'?" in message for message in found) == PROPOSALS


GONE = "status: withdrawn, status_reason: The page was misread., status_on: 2026-11-25"


def test_a_withdrawn_record_may_refer_to_another(project: Project) -> None:
    relation = ", relations: [{type: repeats, to: c1, basis: curator}]"

    assert judged(project, "reference-to-withdrawn", f", {GONE}", f"{relation}, {GONE}") == []
    assert len(judged(project, "reference-to-withdrawn", f", {GONE}", relation)) == 1


def test_a_record_that_only_names_itself_is_unused_and_a_withdrawn_one_may_be(project: Project) -> None:
    (project.claims / "more.yaml").write_text(
        "topics:\n"
        "  - {id: loop, question: Is it so?, predicate: closer-to, subject: [dprk], broader: loop}\n"
        f"  - {{id: gone, question: Was it so?, predicate: closer-to, subject: [dprk], {GONE}}}\n",
        encoding="utf-8",
    )

    found = judged(project, "unused-record", "")

    assert [message for message in found if "topic" in message] == [
        "no record names the topic 'breach'",
        "no record names the topic 'loop'",
    ]


def test_only_ids_of_actors_are_suggested_as_claimants(project: Project) -> None:
    assert judged(project, "unknown-reference", ", claimant: wires") == ["there is no actor 'wires'"]


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", on_behalf_of: us", 0),
        (", on_behalf_of: us, said: 2023-10-14", 1),
        (", on_behalf_of: us, said: 2023-10", 0),
        (", on_behalf_of: rok", 0),
        (", claimant: rok-nis, on_behalf_of: rok, said: 2026-01-01", 0),
        (", claimant: rok-nis, on_behalf_of: rok, said: 1960-12-31", 1),
    ],
)
def test_an_affiliation_is_valid_up_to_its_last_day_or_without_end(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "affiliation-of-another-time", claim)) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (', when: "2022"', 0),
        (', when: "2023"', 1),
        (", when: 2017-12-21", 1),
        (", when: 2017-12", 0),
        ("", 1),
        (", mode: past", 0),
        (", mode: past, said: 2017-12-21", 1),
        (", mode: hypothetical", 0),
    ],
)
def test_a_breach_is_within_the_time_of_its_instrument(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "instrument-of-another-time", f", topic: breach{claim}")) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", mode: past, when: 2023-10-14", 1),
        (", mode: past, when: 2023-10", 0),
        (", mode: past, when: 2023-10-13", 0),
        (", mode: planned, when: 2023-10-12", 1),
        (", mode: planned, when: 2023-09/..", 0),
        (", mode: ongoing, when: 2023-09", 0),
    ],
)
def test_mode_and_dates_disagree_only_if_no_allowed_day_fits(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "mode-at-odds-with-dates", claim)) == found


@pytest.mark.parametrize(
    ("source", "quote", "word"),
    [
        ("wire", "said on Tuesday", "Tuesday"),
        ("wire", "sunday-school shells", "sunday"),
        ("wire", "un mardi gris", None),
        ("monthly", "a déclaré mardi", "mardi"),
        ("monthly", "aujourd’hui et demain", "aujourd’hui"),
        ("monthly", "hierarchie", None),
        ("undated", "국정원은 어제 밝혔다", "어제"),
    ],
)
def test_relative_date_words_are_those_of_the_language_of_the_quote(
    project: Project, source: str, quote: str, word: str | None
) -> None:
    claim = f', said_basis: stated, sources: [{{id: {source}, quote: "{quote}"}}]'
    expected = [f"the quote is dated by {word!r}, but said_basis is 'stated'"] if word else []

    assert judged(project, "relative-date-word", claim) == expected
    assert judged(project, "relative-date-word", claim.replace("stated", "inferred")) == []


@pytest.mark.parametrize(
    ("verbatim", "found"),
    [
        ("hundreds of thousands of shells", 1),
        ("des milliers d'obus", 1),
        ("3 millions d'obus", 0),
        ("5,000 shells", 0),
        ("сотни снарядов", 1),
        ("수백만 발", 1),
        ("Germany's 300 shells", 0),
    ],
)
def test_vague_words_are_distinguished_from_figures(project: Project, verbatim: str, found: int) -> None:
    claim = f', quantities: [{{point: 300, unit: round, verbatim: "{verbatim}"}}]'

    assert len(judged(project, "vague-words-with-a-point", claim)) == found


def total(said: str, figure: str, more: str = "", window: str = "2022/2023-10") -> str:
    figure = f"{{{figure}, unit: container, cumulative: true, window: {window}}}"
    return f", said: {said}, quantities: [{figure}]{more}"


@pytest.mark.parametrize(
    ("later", "found"),
    [
        (total("2023-10-12", "low: 900, bound: gt"), 1),
        (total("2023-10-12", "low: 1000, bound: ge"), 0),
        (total("2023-10-12", "low: 500, high: 2000"), 0),
        (total("2023-10-12", "high: 999, bound: lt"), 1),
        (total("2023-10-12", "low: 900, bound: gt", window="2023/2023-10"), 0),
        (total("2023-10-12", "low: 900, bound: gt", ", claimant: rok-nis"), 0),
        (total("2023-10-12", "low: 900", ", relations: [{type: corrects, to: c1, basis: curator}]"), 0),
        (total("2023-10-10", "low: 900, bound: gt"), 0),
        (total("2023-10-11/2023-10-12", "low: 900, bound: gt"), 0),
    ],
)
def test_a_total_falls_only_within_one_series_and_after_the_other(project: Project, later: str, found: int) -> None:
    earlier = total("2023-10-11", "low: 1000, bound: gt")

    assert len(judged(project, "falling-total", earlier, later)) == found


@pytest.mark.parametrize(
    ("later", "found"),
    [
        (", said: 2023-10-12", 1),
        ("", 0),
        (", sources: [{id: monthly}]", 1),
        (", said: 2023-10-12, act: state", 0),
        (", said: 2023-10-12, background: true", 0),
        (", said: 2023-10-12, relations: [{type: updates, to: c1, basis: curator}]", 0),
        (", said: 2023-10-12, relations: [{type: in-exchange-for, to: c1, basis: curator}]", 1),
    ],
)
def test_repeated_claims_of_a_claimant_need_a_relation(project: Project, later: str, found: int) -> None:
    assert len(judged(project, "unlinked-restatement", "", later)) == found
    both = [", claimant: officials", f"{later}, claimant: officials"]
    assert judged(project, "unlinked-restatement", *both) == []


@pytest.mark.parametrize(
    ("window", "found"), [("2022/2023-10", 0), ("2022/2023-11", 0), ("2021/2023-10", 1), ("../2023-10", 1)]
)
def test_equal_figures_compare_where_their_windows_start_together(project: Project, window: str, found: int) -> None:
    one, other = (f", quantities: [{{point: 9, unit: container, window: {time}}}]" for time in ("2022/2023-10", window))

    assert len(judged(project, "same-figure-other-window", one, other)) == found


def test_a_claim_that_supersedes_the_last_of_a_series_has_no_rival(project: Project) -> None:
    gone = ", status: superseded, status_reason: The quote was misread., status_on: 2026-11-25"
    line = [
        gone,
        gone + repeating(1).replace("repeats", "supersedes"),
        repeating(1, 2).replace("repeats", "supersedes"),
    ]

    assert judged(project, "rival-successors", *line) == []
    assert len(judged(project, "rival-successors", *line, repeating(2).replace("repeats", "supersedes"))) == 1


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (", item: round-152mm", 0),
        (", item: munitions", 0),
        (", item: rocket", 1),
        (", quantities: [{point: 1, unit: round, item: rocket}, {point: 1, unit: round}]", 0),
        (", when: 2023-09", 0),
        (", when: 2023-08/2023-10", 0),
        (", when: 2023-10", 1),
        (", when: 2023-10/..", 1),
        (", when: ../2023-09-01", 0),
    ],
)
def test_claims_contradict_on_one_item_and_in_one_window(project: Project, other: str, found: int) -> None:
    claim = f", when: 2023-09{repeating(2).replace('repeats', 'contradicts')}"

    assert len(judged(project, "contradicts-unlike-claim", claim, other)) == found


@pytest.mark.parametrize(
    ("start", "found"),
    [("{quantity: 1}", 0), ("{quantity: 2}", 1), ("{quantity: 3}", 1), ("{claim: c2}", 1), ("{claim: c1}", 1)],
)
def test_a_converted_figure_comes_from_another_that_exists(project: Project, start: str, found: int) -> None:
    figures = f"{{point: 6700, unit: container}}, {{high: 3, unit: round, basis: capacity, from: {start}}}"

    assert len(judged(project, "unknown-figure", f", quantities: [{figures}]", "")) == found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (", sources: [{id: monthly}]", 1),
        (", sources: [{id: monthly, locator: para 6}]", 0),
        (", sources: [{id: monthly}, {id: wire}]", 0),
        (", sources: [{id: undated}]", 1),
        (", sources: [{id: monthly}], said: 2023-10", 0),
        (", sources: [{id: monthly}], said: ../2023-10-13", 0),
        (", sources: [{id: monthly}], said_basis: assumed", 0),
    ],
)
def test_a_day_needs_a_source_that_gives_days(project: Project, claim: str, found: int) -> None:
    assert len(judged(project, "said-finer-than-source", claim)) == found


NEW = "or, if it is not recorded yet, add it:  alleged new actor"


@pytest.mark.parametrize(
    ("to", "advice"),
    [
        ("us-nsd", "write  us-nsc"),
        ("US-NSC", "write  us-nsc"),
        ("xavier-brunson", f"look for it:  alleged find xavier-brunson  {NEW} --id xavier-brunson"),
        ("us-council", f"look for it:  alleged find us-council  {NEW} --id us-council"),
        ("Ann O", f"look for it:  alleged find 'Ann O'  {NEW} --name 'Ann O'"),
    ],
)
def test_only_near_typos_are_renamed_and_others_get_a_stub(project: Project, to: str, advice: str) -> None:
    judged(project, "unknown-reference", f", claimant: {to}")
    (issue,) = report.check(project).issues

    assert issue.help == advice
    assert issue.suggestion is None, "no tool changes who speaks"


def test_a_body_that_does_not_exist_is_answered_with_those_of_the_claimant(project: Project) -> None:
    (project.claims / "kirby.yaml").write_text(
        "actors:\n  - {id: john-kirby, name: John Kirby, kind: person, public_role: Spokesman, "
        "memberships: [{of: us-nsc, role: coordinator}]}\n",
        encoding="utf-8",
    )
    judged(project, "unknown-reference", ", claimant: john-kirby, on_behalf_of: white-house")
    (issue,) = report.check(project).issues

    assert (issue.help, issue.suggestion) == ("write  us-nsc", None)


def test_an_address_finds_its_source_however_it_is_spelt(project: Project) -> None:
    (project.claims / "source.yaml").write_text(
        "sources:\n  - {id: page-1, kind: webpage, publisher: [ap], published: 2023-10-13, lang: en, "
        "url: 'https://www.page.example/a', seen: consulted}\n",
        encoding="utf-8",
    )
    judged(project, "unknown-reference", ", sources: [{id: 'http://page.example/a/'}]")
    (issue,) = report.check(project).issues

    assert issue.help == "write  page-1"


def test_an_equal_source_is_reported_only_for_a_new_claim_beside_a_released_one(project: Project) -> None:
    judged(project, "likely-the-same-claim", "", "")
    read = corpus.read(project).corpus
    rule = RULES["likely-the-same-claim"]

    def found(*released: str) -> list[str]:
        return [finding.where.record.id for finding in rule.findings(replace(read, former={"claims": released}))]

    assert found() == []
    assert found("c1") == ["c2"]
    assert found("c2") == ["c1"]
    assert found("c1", "c2") == []


def test_a_restatement_is_reported_at_the_new_one_of_two_claims(project: Project) -> None:
    claims = (", said: 2023-10-11", ", said: 2023-10-13")
    judged(project, "unlinked-restatement", *claims)
    read = corpus.read(project).corpus
    rule = RULES["unlinked-restatement"]

    def found(*released: str) -> list[tuple[str, str]]:
        findings = rule.findings(replace(read, former={"claims": released}))
        return [(finding.where.record.id, finding.help.partition(" in ")[0]) for finding in findings]

    assert found() == found("c1") == found("c1", "c2") == [("c2", "add to 'c2'")]
    assert found("c2") == [("c1", "add to 'c2'")]


def test_a_release_does_not_undo_what_was_allowed_at_the_earlier_claim(project: Project) -> None:
    allow = ", allow: [{rule: unlinked-restatement, reason: Two occasions.}]"
    judged(project, "unlinked-restatement", f", said: 2023-10-11{allow}", ", said: 2023-10-13")
    read = corpus.read(project).corpus

    for released in ({"c2"}, {"c1", "c2"}):
        findings = RULES["unlinked-restatement"].findings(replace(read, former={"claims": released}))
        assert [finding.where.record.id for finding in findings] == ["c1"]


@pytest.mark.parametrize("days", [("2023-10-11", "2023-10-13"), ("../2023-10-11", "../2023-10-13")])
@pytest.mark.parametrize("later", [1, 0])
def test_a_restatement_names_the_record_to_edit_and_what_to_type(
    project: Project, days: tuple[str, str], later: int
) -> None:
    """The relation is stored on the claim that was said later, also if that one was recorded before."""
    judged(project, "unlinked-restatement", *(f", said: {day}" for day in (days if later else days[::-1])))
    read = corpus.read(project).corpus
    other, edited = [c.id for c in read.claims.values()][:: 1 if later else -1]
    findings = RULES["unlinked-restatement"].findings(replace(read, former={"claims": {edited}}))

    (finding,) = findings
    path = read.claims[edited].file.path
    assert finding.where.record.id == other
    assert f"did the same later in {edited!r}" in finding.message
    written = f"add to {edited!r} in {path}  relations: [{{type: repeats-own, to: {other}, basis: curator}}]"
    assert finding.help.startswith(written)
