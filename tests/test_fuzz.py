"""Whatever a record file holds, a check ends in a report. `make fuzz` looks further, and for longer."""

import json
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alleged.cli.printing import shown
from alleged.project import Project
from alleged.render import findings
from alleged.report import Report, check
from alleged.rule_docs import pages
from alleged.schemas.definitions import KINDS, fields
from mutations import ODD, bundles, is_tame, mutated, values_of

NAMES = sorted({str(f.path[-1]) for kind in KINDS for f in fields(kind)} - {"*"})
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(ODD))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
BUNDLES = st.dictionaries(st.sampled_from([*KINDS, "defaults", "extra"]), VALUES | st.lists(VALUES, max_size=3))
usual = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def known() -> list[dict[str, Any]]:
    return list(bundles())


def checked(project: Project, content: bytes) -> Report:
    """Return the report on one record file, and see that it can be shown and every finding explained."""
    path = project.claims / "example.yaml"
    path.write_bytes(content)

    report = check(project)

    lines = content.count(b"\n") + content.count(b"\r") + 1
    for issue in report.issues:
        assert issue.rule in pages()
        assert 0 <= issue.place.line <= lines
        assert "\n" not in issue.message
    assert all(is_tame(shown(line)) for line in (*findings.human(report), *findings.plain(report)))
    return report


@pytest.mark.parametrize(
    "content",
    ["assessments: [true]", "assessments: [[claim, source]]", "sources: [{syndicated_from: null}]", "claims: [null]"],
)
def test_what_the_fuzzer_once_tripped_over_is_reported(project: Project, content: str) -> None:
    assert checked(project, content.encode()).issues


def test_of_a_file_full_of_faults_only_the_first_are_reported(project: Project) -> None:
    """To explain all would take seconds; nothing hinges on it, as the file is refused in any case."""
    issues = checked(project, b"claims:\n" + b"- {a: b}\n" * 4_900).issues

    assert issues[0].place.line == 2
    assert 100 < len(issues) < 300


def test_the_bundles_that_are_mutated_are_sound_in_shape(project: Project) -> None:
    for bundle in known():
        assert checked(project, json.dumps(bundle, ensure_ascii=False, indent=1).encode()).records


@usual
@given(BUNDLES)
def test_a_bundle_of_any_shape_gives_a_report(project: Project, bundle: dict[str, Any]) -> None:
    checked(project, json.dumps(bundle, ensure_ascii=False, indent=1).encode(errors="surrogatepass"))


@usual
@given(st.data(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_a_mutated_bundle_gives_a_report(project: Project, data: st.DataObject, times: int, draw: Random) -> None:
    bundle = data.draw(st.sampled_from(known()))
    for _ in range(times):
        bundle = mutated(bundle, draw, values_of([bundle]))
    checked(project, json.dumps(bundle, ensure_ascii=False, indent=1).encode())


@usual
@given(st.data(), st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 3), st.binary(max_size=3)), max_size=6))
def test_a_bundle_with_other_bytes_gives_a_report(
    project: Project, data: st.DataObject, edits: list[tuple[int, int, bytes]]
) -> None:
    content = json.dumps(data.draw(st.sampled_from(known())), indent=1).encode()
    for position, removed, added in edits:
        position %= len(content)
        content = content[:position] + added + content[position + removed :]
    checked(project, content)
