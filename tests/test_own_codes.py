"""Codes that a dataset adds to the lists: known to checks, tables and releases of this dataset, and of no other."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft7Validator

import alleged
from alleged import release, report
from alleged.cache import CheckCache
from alleged.errors import NotReleasable
from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.records.own_codes import read_own_codes
from alleged.release import cutting, rebuilding, verification
from alleged.schemas.definitions import field
from alleged.schemas.vocabularies import NO_CODES, extendable, own_codes, using, vocabulary
from alleged.tables import TABLES, all_tables
from inside import run_inside
from paths import TESTS
from repositories import git_in

ITEMS = """\
codes:
  - code: sarin
    label: Sarin
    definition: The nerve agent itself; what is filled with it is `sarin-munition`.
    dimensions: [mass]
  - code: sarin-munition
    label: Sarin munition
    definition: A munition filled with sarin.
    broader: munitions
    dimensions: [count]
"""
ACTS = """\
codes:
  - code: identify-user
    label: Identify the user
    definition: Says after an inquiry which side used a weapon.
    stances: ["yes"]
    stance: "yes"
"""
UNITS = """\
codes:
  - code: barrel-bomb
    label: Barrel bomb
    definition: One barrel dropped from a helicopter.
    dimension: airdrop
"""
CLAIM = """\
defaults:
  source: gazette-2023-10-14
  recorded: {by: newcomer, on: 2023-10-20}
claims:
  - id: mission-sarin
    claimant: defence-ministry
    act: identify-user
    topic: shells-to-harbour-state
    said: 2023-10-13
    mode: past
    summary: Munitions with sarin went by ship.
    item: sarin-munition
"""


@pytest.fixture
def small(project: Project) -> Project:
    """Return a project of a few records, with codes of its own."""
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    (project.claims / "mission.yaml").write_text(CLAIM)
    add(project, "item", ITEMS)
    add(project, "act", ACTS)
    return project


def add(project: Project, name: str, text: str) -> None:
    project.vocabularies.mkdir(exist_ok=True)
    (project.vocabularies / f"{name}.yaml").write_text(text)


def errors(project: Project, **settings: Any) -> list[str]:
    found = report.check(project, **settings).issues
    return [f"{i.place.path}:{i.place.line} {i.rule}: {i.message}" for i in found if i.severity == "error"]


def test_records_use_the_own_codes_of_their_dataset(small: Project) -> None:
    assert errors(small) == []

    (small.vocabularies / "item.yaml").unlink()

    message = "'sarin-munition' is not in the list 'Item'; did you mean 'small-arms-ammunition'?"
    assert errors(small) == [f"claims/mission.yaml:12 unknown-code: {message}"]


def test_two_datasets_in_one_process_do_not_know_each_others_codes(small: Project, tmp_path: Path) -> None:
    other = Project(tmp_path / "other")
    shutil.copytree(small.claims, other.claims)

    assert errors(small) == []
    assert [line.partition(":")[2][:15] for line in errors(other)] == ["7 unknown-code:", "12 unknown-code"]
    assert errors(small) == []
    assert "sarin" not in vocabulary("item")
    assert TABLES["claims"].dtypes["act"] == pl.Enum(list(vocabulary("act")))


def test_worker_processes_know_the_own_codes(small: Project) -> None:
    for n in range(7):  # enough for three portions
        text = CLAIM.replace("mission-sarin", f"mission-sarin-{n}") + ("# " + "x" * 1000 + "\n") * 1000
        (small.claims / f"more-{n}.yaml").write_text(text)

    run = [sys.executable, "-m", "alleged", "check", "--jobs", "2", "--no-cache", "--format", "plain"]
    done = subprocess.run(run, cwd=small.root, capture_output=True, text=True, check=False)

    assert "unknown-code" not in done.stdout
    assert "near-equal-claims" in done.stdout, "the rules ran"


def test_cached_checks_see_that_a_list_has_changed(small: Project) -> None:
    cache = CheckCache(small)
    assert errors(small, cache=cache) == []
    content = (small.vocabularies / "item.yaml").read_text()

    (small.vocabularies / "item.yaml").write_text(content.replace("sarin-munition", "sarin-bomb"))
    assert any("unknown-code" in line for line in errors(small, cache=CheckCache(small)))
    (small.vocabularies / "item.yaml").write_text(content)
    assert errors(small, cache=CheckCache(small)) == []


def test_a_bundle_cached_with_other_codes_is_read_again(small: Project) -> None:
    """The stats of the lists decide which report is used; which bundles are used depends on the codes alone."""
    assert errors(small, cache=CheckCache(small)) == []
    (small.vocabularies / "item.yaml").unlink()
    (small.claims / "other.yaml").write_text(CLAIM.replace("mission-sarin", "mission-two"))

    assert len(errors(small, cache=CheckCache(small))) == 2


CODE = "codes:\n  - code: {code}\n    label: L\n    definition: D.\n"


@pytest.mark.parametrize(
    ("name", "text", "line", "rule", "message"),
    [
        ("items", ITEMS, 0, "unknown-list", "did you mean 'vocabularies/item.yaml'?"),
        ("stance", ITEMS, 0, "unknown-list", "there is no code list 'stance' to which a dataset may add codes"),
        ("item", ITEMS.replace("sarin-munition\n", "sarin\n"), 6, "duplicate-code", "'sarin' is in this file already"),
        (
            "item",
            ITEMS.replace("code: sarin\n", "code: arms\n"),
            2,
            "duplicate-code",
            "'arms' is a code of item already",
        ),
        ("item", ITEMS.replace("munitions", "munition"), 9, "unknown-code", "did you mean 'munitions'?"),
        ("item", ITEMS.replace("broader: munitions", "broader: sarin-munition"), 9, "circular-code", "leads back"),
        ("item", CODE.format(code="sarin"), 2, "missing-field", "'sarin' lacks the field 'dimensions'"),
        ("unit", CODE.format(code="crate"), 2, "missing-field", "'crate' lacks the field 'dimension'"),
        ("basis", CODE.format(code="swab"), 2, "missing-field", "'swab' lacks the field 'disclosed'"),
        ("act", CODE.format(code="hint"), 2, "missing-field", "'hint' lacks the field 'stances'"),
        ("act", ACTS.replace('stance: "yes"', 'stance: "no"'), 6, "unknown-code", "'no' is not among 'stances'"),
        ("source-kind", CODE.format(code="map") + "    disclosed: true\n", 5, "unknown-field", "no field 'disclosed'"),
        (
            "item",
            "codes:\n  - code: Sarin\n    label: L\n    definition: D.\n",
            2,
            "wrong-form",
            "did you mean 'sarin'?",
        ),
        ("item", "- code: sarin\n", 1, "not-a-mapping", "must"),
        ("item", "codes: sarin\n", 1, "wrong-type", "it takes a list"),
    ],
)
def test_each_mistake_in_a_list_is_met_with_its_place(
    project: Project, name: str, text: str, line: int, rule: str, message: str
) -> None:
    add(project, name, text)

    [issue] = read_own_codes(project).issues

    assert (issue.place.path, issue.place.line, issue.rule) == (f"vocabularies/{name}.yaml", line, rule)
    assert message in issue.message or rule == "not-a-mapping"
    assert issue.help


def test_records_are_not_reported_for_codes_of_a_list_with_a_mistake(small: Project) -> None:
    add(small, "item", ITEMS.replace("broader: munitions", "broader: munition"))

    assert [line.partition(" ")[2][:12] for line in errors(small)] == ["unknown-code"]


@pytest.mark.parametrize("name", ["act", "basis", "item", "predicate", "unit"])
def test_records_with_a_code_of_a_list_with_a_mistake_are_not_judged_by_it(small: Project, name: str) -> None:
    """What such a code means for stances, origins and figures is not known."""
    add(small, name, CODE.format(code="own-code").replace("    label: L\n", ""))
    own = {
        "act": "act: own-code",
        "basis": "act: allege\n    basis: [own-code]",
        "item": "act: allege\n    item: own-code\n    quantities: [{point: 1, unit: round}]",
        "predicate": "act: allege\n    topic: own-topic",
        "unit": "act: allege\n    quantities: [{point: 1, unit: own-code}]",
    }
    topic = (
        "topics:\n  - {id: own-topic, question: Did it?, predicate: own-code, subject: [norway], object: [norway]}\n"
    )
    topic = topic if name == "predicate" else ""
    claim = CLAIM.replace("act: identify-user", own[name]).replace("    item: sarin-munition\n", "")
    if name == "predicate":
        claim = claim.replace("    topic: shells-to-harbour-state\n", "")
    (small.claims / "mission.yaml").write_text(claim + topic)

    assert [line.partition(" ")[2][:13] for line in errors(small)] == ["missing-field"]

    if name != "predicate":
        shown = run_inside(small.root, "origins", "shells-to-harbour-state")
        assert "from 0 claims" in shown.stdout
        assert "cannot be read and are left out" in shown.stderr


@pytest.mark.parametrize("name", extendable())
def test_every_code_of_the_package_has_the_notes_that_own_codes_need(name: str) -> None:
    allowed = {*extendable()[name]["needs"], *extendable()[name]["may"]}

    for code in vocabulary(name).values():
        assert set(extendable()[name]["needs"]) <= code.notes.keys() <= allowed


def test_an_own_act_answers_by_its_stance(small: Project) -> None:
    assert release.build(small).published

    claims = alleged.load("claims", release="dev", project=small.root)
    origins = alleged.load("topic_timeline", release="dev", project=small.root)

    assert claims["stance"].to_list() == ["yes"]
    assert origins["hi"].to_list()[-1] == 1
    seen = alleged.as_of("2023-12-31", release="dev", project=small.root)
    assert seen["claims"]["item"].to_list() == ["sarin-munition"]


def test_a_unit_may_measure_a_dimension_of_its_own(small: Project) -> None:
    add(small, "unit", UNITS)
    add(small, "item", ITEMS.replace("[count]", "[count, airdrop]"))
    path = small.claims / "mission.yaml"
    path.write_text(path.read_text() + "    quantities:\n      - {point: 2, unit: barrel-bomb}\n")

    assert release.build(small).published

    quantities = alleged.load("quantities", release="dev", project=small.root)
    assert quantities.select("unit", "dimension", "item").rows() == [("barrel-bomb", "airdrop", "sarin-munition")]


def test_a_changed_list_is_built_again(small: Project) -> None:
    assert not release.build(small).unchanged
    assert release.build(small).unchanged
    add(small, "item", ITEMS.replace("label: Sarin\n", "label: Sarin (GB)\n"))

    assert not release.build(small).unchanged

    assert "Sarin (GB)" in alleged.load("vocabulary", release="dev", project=small.root)["label"].to_list()


def test_a_suggestion_for_a_list_is_applied_if_the_curator_agrees(small: Project) -> None:
    from alleged.editing import fixes

    add(small, "item", ITEMS.replace("broader: munitions", "broader: munition"))

    done = fixes.apply_fixes(small, (), lambda *_: True)

    assert [fix.after for fix in done.fixed] == ["munitions"]
    assert (small.vocabularies / "item.yaml").read_text() == ITEMS


def test_own_codes_read_back_from_the_table_of_codes_are_the_same(small: Project) -> None:
    from alleged.records import corpus
    from alleged.schemas.vocabularies import own_codes_of

    add(small, "act", ACTS + "    test: Is it so?\n    examples: [It is.]\n    mappings: {x: '1'}\n")
    found = corpus.read(small).corpus

    assert found.codes is not NO_CODES
    assert own_codes_of(all_tables(found)["vocabulary"].iter_rows(named=True)) is own_codes(found.codes.entries)


def test_fields_and_contracts_know_own_codes_only_while_they_are_in_use() -> None:
    with using(own_codes({"item": [{"const": "sarin", "title": "S", "description": "D"}]})):
        assert "sarin" in vocabulary("item")
        assert "sarin" in [code["const"] for code in field("topics", ("item",))["oneOf"]]
        assert TABLES["topics"].dtypes["item"] == pl.Enum(list(vocabulary("item")))
    assert TABLES["topics"].dtypes["item"] == pl.Enum(list(vocabulary("item")))
    assert "sarin" not in [code["const"] for code in field("topics", ("item",))["oneOf"]]


def test_a_release_with_own_codes_is_verified_and_built_again(small: Project, tmp_path: Path) -> None:
    git = git_in(small.root)
    git("init", "-q")
    git("add", "claims", "vocabularies")
    git("commit", "-qm", "Record claims")
    first = cutting.cut(small)
    git("add", *first.commit)
    git("commit", "-qm", "Release")
    add(small, "act", ACTS.replace("identify-user\n", "name-user\n") + CODE.format(code="identify-user")[7:])
    (small.vocabularies / "act.yaml").write_text(
        (small.vocabularies / "act.yaml").read_text() + '    stances: ["yes"]\n    stance: "yes"\n'
    )
    with pytest.raises(NotReleasable, match=r"commit or remove these first: vocabularies/act\.yaml"):
        cutting.cut(small)
    git("commit", "-qam", "Add an act")

    second = cutting.cut(small)  # the contract's version does not depend on own codes

    assert second.manifest["schema_version"] == first.manifest["schema_version"]
    assert verification.verify(small, first.name).sound
    assert rebuilding.rebuild(small, first.name, say=lambda _: None).equal == "bytes"
    shutil.copytree(small.datasets, tmp_path / "only" / "datasets")
    opened = alleged.open(first.name, project=tmp_path / "only")
    acts = next(c for c in opened.manifest["tables"]["claims"]["columns"] if c["name"] == "act")["codes"]
    assert acts[-1] == "identify-user"
    book = (small.datasets / first.name / "codebook.md").read_text(encoding="utf-8")
    assert "| `sarin-munition` | Sarin munition | A munition filled with sarin. Narrower than `munitions`. |" in book
    seen = alleged.as_of("2023-12-31", release=first.name, project=tmp_path / "only")
    assert seen["topic_timeline"]["hi"].to_list() == [1]


def test_the_lists_of_a_release_are_committed_files(small: Project) -> None:
    git = git_in(small.root)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Record claims")
    add(small, "unit", UNITS)
    with pytest.raises(NotReleasable, match=r"commit or remove these first: vocabularies/unit\.yaml"):
        cutting.cut(small)

    (small.vocabularies / "unit.yaml").unlink()
    (small.vocabularies / "unit.yaml").symlink_to("item.yaml")
    git("add", ".")
    git("commit", "-qm", "Add a link")
    (small.vocabularies / "unit.yaml").unlink()
    (small.vocabularies / "unit.yaml").write_text("item.yaml")  # as git writes a link where there are none
    with pytest.raises(NotReleasable, match=r"vocabularies/unit\.yaml is a link in the commit"):
        cutting.cut(small)


def test_own_codes_are_found_in_records_and_in_tables_alone(small: Project, tmp_path: Path) -> None:
    assert release.build(small).published
    shutil.copytree(small.datasets, tmp_path / "only" / "datasets")

    for folder, options in ((small.root, ()), (tmp_path / "only", ("--release", "dev"))):
        assert "item: sarin-munition" in run_inside(folder, "find", "sarin munition", *options).stdout


def test_editors_and_advice_know_the_own_codes(small: Project) -> None:
    assert run_inside(small.root, "check", "--editor").returncode == 0
    local = json.loads((small.root / ".alleged" / "bundle.schema.json").read_bytes())
    bundle = read_document(small.claims / "mission.yaml", small)

    assert isinstance(bundle, Document)
    assert [error.message for error in Draft7Validator(local).iter_errors(bundle.data)] == []
    assert "identify-user" in run_inside(small.root, "new", "claim", "--claimant", "norway").stderr


def test_lists_are_read_alike_while_their_codes_are_in_use(small: Project) -> None:
    codes, _ = read_own_codes(small)

    with using(codes):
        again = read_own_codes(small)

    assert (again.codes is codes, again.issues) == (True, [])


def test_commands_inside_a_project_know_its_codes(small: Project) -> None:
    assert "Sarin munition: A munition filled with sarin." in run_inside(small.root, "explain", "sarin-munition").stdout
    adding = "adds codes of its own in vocabularies/item.yaml; each needs code, label, definition, dimensions."
    assert adding in run_inside(small.root, "explain", "item").stdout
    shown = run_inside(small.root, "origins", "shells-to-harbour-state")
    assert (shown.returncode, "norway" in shown.stdout) == (0, True)
    assert run_inside(small.root, "show", "mission-sarin").returncode == 0
    assert run_inside(small.root.parent, "explain", "sarin-munition").returncode == 2


def test_a_comparison_reads_each_side_with_its_own_codes(small: Project) -> None:
    git = git_in(small.root)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Record claims")
    (small.vocabularies / "act.yaml").write_text(ACTS.replace("identify-user", "name-user"))
    path = small.claims / "mission.yaml"
    path.write_text(path.read_text().replace("identify-user", "name-user"))
    git("commit", "-qam", "Rename an act")

    done = run_inside(small.root, "diff", "HEAD~1..HEAD")

    assert (done.returncode, done.stderr) == (0, "")
    assert "name-user" in done.stdout
