"""Checks with an index judge only what a change can affect, and say what a check from nothing says."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import noise
from alleged import incremental, report
from alleged.cache import CheckCache
from alleged.execution import SERIAL
from alleged.graphs import reachable
from alleged.index import Index
from alleged.project import Project, cache_folder
from alleged.records import corpus
from alleged.records.record import Record, picker
from alleged.records.view import view
from alleged.rules import RULES, Rule
from alleged.rules.rule import For
from alleged.schemas.definitions import marked
from alleged.schemas.vocabularies import using
from paths import ROOT

JUDGING = noise.rules()
APART = [rule.name for rule in JUDGING if not rule.over]
"""Rules whose findings an index can hold; those of rules over edges are errors for which no index is used."""


class Counted:
    """Counts the checks that an index answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answered = 0
        by_index = report.by_index
        monkeypatch.setattr(report, "by_index", lambda *args, **more: self._note(by_index(*args, **more)))

    def _note(self, found: report.Indexed | None) -> report.Indexed | None:
        self.answered += found is not None
        return found


def indexed(project: Project) -> report.Report:
    """Return the report of a check at a terminal, which makes an index if it can."""
    done = report.check_project(project, cache=CheckCache(project))
    if done.read:
        report.index_records(project, SERIAL, CheckCache(project), done.report)
    return done.report


def noisy(folder: Path, seed: int, rules: int = 10) -> Project:
    folder.mkdir()
    return noise.write(folder, seed, examples=random.Random(seed).sample(APART, rules))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_edits_the_report_is_that_of_a_check_from_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, rng, counted = noisy(tmp_path / "noisy", seed), random.Random(seed), Counted(monkeypatch)
    indexed(project)

    for _ in range(25):
        edited = noise.edit(project, rng)
        assert indexed(project) == report.check(project), edited

    assert counted.answered >= 10


def test_a_noisy_project_with_all_rules_is_judged_in_parts_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incremental, "GROUP", 100)
    monkeypatch.setattr(incremental, "HELD", 60)
    monkeypatch.setattr(report, "LARGE", 3)
    (tmp_path / "noisy").mkdir()
    project = noise.write(tmp_path / "noisy", 1, copies=1, examples=APART)
    cache = CheckCache(project)
    state = cache.state()
    assert state

    indexed = report.by_index(project, SERIAL, cache, state, create=True)

    assert indexed
    found = indexed.report
    assert found == report.check(project)
    assert {rule.name for rule in JUDGING if not rule.over} <= {i.rule for i in found.issues} | {
        w.rule for w in found.waived
    }


def test_an_edit_is_judged_with_what_depends_on_it_and_with_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = noisy(tmp_path / "noisy", 1, 20)
    indexed(project)
    judged: list[int] = []
    describe = Index.describe
    monkeypatch.setattr(Index, "describe", lambda self, n, entry: (judged.append(n), describe(self, n, entry))[1])
    files = sorted(project.claims.rglob("*.yaml"))

    files[0].write_text("# A comment.\n" + files[0].read_text())
    report.check(project, cache=CheckCache(project))

    assert len(judged) == 1
    assert len(files) > 20


def test_a_large_project_is_judged_with_an_index_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = noisy(tmp_path / "noisy", 1)
    monkeypatch.setattr(report, "LARGE", 3)

    done = report.check_project(project, cache=CheckCache(project, fills=True))

    assert done.read is None
    assert done.report == report.check(project)


def test_what_a_check_without_a_terminal_finds_makes_no_index(tmp_path: Path) -> None:
    project = noisy(tmp_path / "noisy", 1)

    subprocess.run([sys.executable, "-m", "alleged", "check"], cwd=project.root, capture_output=True, check=False)

    names = {path.suffix for path in (cache_folder() / "checks").glob(f"{CheckCache(project)._name('')}*")}
    assert names == {".report", ".notes", ".bundles"}


@pytest.mark.skipif(sys.platform != "linux", reason="pseudo-terminals")
def test_a_check_at_a_terminal_makes_an_index(tmp_path: Path) -> None:
    import pty

    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "a.yaml").write_text("actors:\n  - {id: agent, name: Agent, kind: organisation}\n")
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-m", "alleged", "check"], cwd=tmp_path, stderr=theirs, check=True)
    os.close(theirs)
    os.close(ours)

    cache = CheckCache(Project(tmp_path))
    state = cache.state()
    assert state
    assert cache.load_index(state)


def test_a_released_id_that_was_removed_is_missed(tmp_path: Path) -> None:
    project = Project(tmp_path)
    shutil.copytree(ROOT / "tests" / "examples" / "vanished-id", tmp_path, dirs_exist_ok=True)
    path = min(project.claims.rglob("*.yaml"))
    broken, vanished = path.read_text(), next(i for i in report.check(project).issues if i.rule == "vanished-id")
    assert vanished.suggestion
    path.write_text(
        broken.replace(f"id: {vanished.place.text.split('id: ')[1].split()[0]}", f"id: {vanished.suggestion[0]}")
    )
    assert indexed(project).sound

    path.write_text(broken)

    assert "vanished-id" in {issue.rule for issue in indexed(project).issues}


# What rules promise.


def test_only_rules_that_need_texts_or_the_findings_of_others_need_all_records() -> None:
    whole = [rule for rule in RULES.values() if rule.stage == "judgements" and rule.whole_corpus]

    assert [rule.name for rule in whole if rule.needs != "texts"] == ["needless-waiver"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> corpus.Corpus:
    """Return the records of a noisy project."""
    folder = tmp_path_factory.mktemp("noisy")
    return corpus.read(noise.write(folder, 5, copies=1)).corpus


@pytest.mark.parametrize(
    "rule", [rule for rule in JUDGING if rule.is_near or (rule.by and not rule.summaries)], ids=lambda rule: rule.name
)
def test_a_rule_reads_no_summary_of_another_claim_unless_it_says_so(rule: Rule, whole: corpus.Corpus) -> None:
    """Of its own record, a rule on one record may read everything."""
    plain = {record: replace(record, data=without_summary(record)) for record in whole.records}
    by_id = {record.id: other for record, other in plain.items()}

    if rule.by:
        found = rule.findings_apart(replace(whole, records=tuple(plain.values())))
    else:
        files: dict[str, list[Record]] = {}
        for record in whole.records:
            files.setdefault(record.file.path, []).append(record)
        parts = [view(own, by_id.get, whole)[0] for own in files.values()]
        found = [finding for part in parts for finding in rule.findings_apart(part)]

    assert sorted(map(shown, found)) == sorted(map(shown, rule.findings(whole)))


def without_summary(record: Record) -> dict[str, Any]:
    return {name: value for name, value in record.data.items() if name != "summary"}


def shown(finding: Any) -> tuple[str, str, str]:
    return finding.where.record.id, str(finding.where.path), finding.message


@pytest.mark.parametrize("rule", [rule for rule in JUDGING if rule.by], ids=lambda rule: rule.name)
def test_what_a_rule_looks_up_is_reached_from_the_records_that_it_compares(rule: Rule, whole: corpus.Corpus) -> None:
    """So a change of what it looked up makes these records be compared again."""
    assert rule.by
    with using(whole.codes):
        groups: dict[object, list[Record]] = {}
        for record in whole.records:
            for key in rule.by(record, whole):
                groups.setdefault(key.key if isinstance(key, For) else key, []).append(record)
        for group in groups.values():
            part, looked = view(list(dict.fromkeys(group)), whole.by_id.get, whole)
            rule.findings_apart(part)
            known = {to for member in group for to in named(member)}
            assert looked.used <= reachable(known, lambda id: traced(id, whole))


def traced(id: str, whole: corpus.Corpus) -> Iterator[str]:
    record = whole.by_id.get(id)
    yield from named(record) if record and record.kind in incremental.TRACED else ()


def named(record: Record) -> Iterator[str]:
    for field in marked(record.kind, "x-kinds"):
        yield from picker(field.path)(record.data)


# Killed and damaged.


EDITING = """
import sys
from alleged import incremental, report
from alleged.cache import CheckCache
from alleged.execution import SERIAL
from alleged.project import Project
project = Project.find()
incremental.MANY = 0
print("ready", flush=True)
done = report.check(project, cache=CheckCache(project))
report.index_records(project, SERIAL, CheckCache(project), done)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_check_leaves_an_index_that_tells_the_truth(tmp_path: Path) -> None:
    project, rng = noisy(tmp_path / "noisy", 3), random.Random(3)
    indexed(project)
    for _ in range(6):
        noise.edit(project, rng)
        words = [sys.executable, "-c", EDITING]
        with subprocess.Popen(words, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            assert process.stdout
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)

        assert indexed(project) == report.check(project)
