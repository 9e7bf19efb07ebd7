"""In a noisy corpus each rule of the last stage finds something, and it can be edited at random."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import noise
from alleged import report
from alleged.project import Project
from alleged.report import Report
from alleged.rules import RULES, STAGES

SEED = 18
OTHERS = (19, 20)
COMPARING = (
    *("shared-name", "topics-that-ask-the-same", "claim-recorded-twice", "near-equal-claims", "unlinked-restatement"),
    *("falling-total", "rival-successors", "unnoted-retraction", "confirmed-by-one-origin", "circular-dependence"),
    *("shared-external-id", "outdated-assessment"),
)
"""Rules from whose examples a small project is made."""

ACROSS = ("shared-name", "shared-external-id", "topics-that-ask-the-same", "claim-recorded-twice", "near-equal-claims")
"""Rules that compare records in many pairs of files, whatever the seed."""

Make = Callable[[int], tuple[Project, Report]]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return a function that returns the noisy project of a seed, and its report; it makes each only once."""
    made: dict[int, tuple[Project, Report]] = {}

    def make(seed: int) -> tuple[Project, Report]:
        if seed not in made:
            project = noise.write(tmp_path_factory.mktemp("noise"), seed)
            made[seed] = project, report.check(project)
        return made[seed]

    return make


def found(checked: Report) -> set[str]:
    return {issue.rule for issue in checked.issues}


def content(project: Project) -> dict[str, bytes]:
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in project.root.rglob("*.yaml")}


@pytest.mark.parametrize("name", [rule.name for rule in noise.rules()])
def test_rule_finds_something(name: str, checked: Make) -> None:
    assert name in found(checked(SEED)[1])


@pytest.mark.parametrize("seed", OTHERS)
def test_every_rule_finds_something_whatever_the_seed(seed: int, checked: Make) -> None:
    assert found(checked(seed)[1]) == {rule.name for rule in noise.rules()}


def test_rules_left_out_are_of_early_stages_or_need_more_than_records(checked: Make) -> None:
    out = {name for name, rule in RULES.items() if rule.stage != STAGES[-1] or rule.needs}

    assert set(RULES) - found(checked(SEED)[1]) == out


def test_only_rules_of_the_last_stage_find_anything(checked: Make) -> None:
    issues = checked(SEED)[1].issues

    assert [issue for issue in issues if issue.rule not in RULES or RULES[issue.rule].stage != STAGES[-1]] == []


def test_records_in_several_files_are_compared_and_some_findings_are_allowed(checked: Make) -> None:
    _, noisy = checked(SEED)
    across = {i.rule for i in noisy.issues if any(place.path != i.place.path for place in i.related)}

    assert across >= {*ACROSS}
    assert noisy.waived


def test_a_seed_makes_the_same_bytes_again_and_another_seed_others(tmp_path: Path, checked: Make) -> None:
    project, _ = checked(SEED)

    assert content(noise.write(tmp_path, SEED)) == content(project) != content(checked(OTHERS[0])[0])


def test_edits_mostly_change_the_report_and_leave_no_mistake_that_they_do_not_repair(tmp_path: Path) -> None:
    project, rng = noise.write(tmp_path, SEED, 1, COMPARING), Random(SEED)
    early = {name for name, rule in RULES.items() if rule.stage != STAGES[-1]}
    reports, edits, mistaken = [report.check(project)], [], False
    for _ in range(100):
        edits.append(noise.edit(project, rng))
        reports.append(report.check(project))
        mistaken = "repaired" not in edits[-1] and (mistaken or "mistake" in edits[-1])
        if not mistaken:
            assert not found(reports[-1]) & early, edits[-1]

    changed = sum((one.issues, one.waived) != (other.issues, other.waived) for one, other in pairwise(reports))
    assert changed > 70
    assert any(found(each) - set(RULES) for each in reports)
    assert any(found(each) & early for each in reports)


def test_edits_of_a_seed_are_the_same_again(tmp_path: Path) -> None:
    projects = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        project, rng = noise.write(tmp_path / name, SEED, 1, COMPARING), Random(SEED)
        projects.append(([noise.edit(project, rng) for _ in range(50)], content(project)))

    assert projects[0] == projects[1]
