"""Work in several processes: the same issues in the same order, and no process remains."""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from alleged.graphs import reachable
from alleged.project import Project
from alleged.records import corpus
from alleged.rules import RULES, Rule
from alleged.rules.rule import For
from alleged.schemas.vocabularies import using
from paths import ROOT

EXAMPLES = sorted((ROOT / "tests" / "examples").iterdir())
NEAR = [rule for rule in RULES.values() if rule.stage == "judgements" and rule.is_near]
BY_KEYS = [rule for rule in RULES.values() if rule.by]
OVER_EDGES = [rule for rule in RULES.values() if rule.over]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


def said(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, which has not imported polars and so can fork."""
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Return a copy of the real records with an issue of the last stage in every tenth file."""
    shutil.copytree(ROOT / "claims", tmp_path / "claims")
    shutil.copy(ROOT / "dataset.yaml", tmp_path)
    for n, path in enumerate(sorted((tmp_path / "claims").rglob("*.yaml"))):
        if n % 10 == 0:
            text = f"\n# added\nevidence:\n  - {{id: spare-{n}, kind: image-set, title: e\u0301, held_by: rok}}\n"
            path.write_text(path.read_text() + (text if "\nevidence:" not in path.read_text() else ""))
    return tmp_path


@pytest.mark.parametrize("broken", [False, True])
def test_two_processes_find_what_one_finds(damaged: Path, broken: bool) -> None:
    if broken:
        (damaged / "claims" / "broken.yaml").write_text("claims:\n  - id: x\n    act: alege\n - y\n")
        (damaged / "claims" / "odd.yaml").write_text("claims: 3\nactors:\n  - {id: y, name: Y, kind: organisation}\n")
    code = (
        "from alleged import report; from alleged.project import Project; from alleged.records import bundles\n"
        "import sys; from alleged.execution import Execution, Progress\n"
        "bundles.PORTION_BYTES, report.PART = 40_000, 100\n"
        "class Loud(Progress):\n"
        "    def note(self, said): sys.exit(said)\n"
        "print([report.check(Project.find(), execution=Execution(Loud(), jobs)) for jobs in (JOBS,)])"
    )

    one, two = (said(code.replace("JOBS", jobs), damaged) for jobs in "12")

    assert (one.returncode, one.stderr) == (two.returncode, two.stderr) == (0, "")
    assert one.stdout == two.stdout
    assert "'not-normalised'" in one.stdout or broken


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_one_process_goes_on_alone_where_another_dies(tmp_path: Path) -> None:
    code = (
        "import os; from alleged.execution import Execution, Progress; first = os.getpid()\n"
        "class Told(Progress):\n"
        "    def note(self, said): print('told')\n"
        "def work(n):\n"
        "    if n == 3 and os.getpid() != first: os._exit(9)\n"
        "    return n * n\n"
        "print(list(Execution(Told(), 2).map_ordered(work, range(6))))"
    )

    done = said(code, tmp_path)

    assert done.stdout == "told\n[0, 1, 4, 9, 16, 25]\n"


def test_a_fault_in_another_process_is_raised_here(tmp_path: Path) -> None:
    code = (
        "from alleged.execution import Execution\n"
        "print(list(Execution(jobs=2).map_ordered(lambda n: 1 // n, [1, 0, 2])))"
    )

    assert "ZeroDivisionError" in said(code, tmp_path).stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_no_process_stays_behind_when_the_first_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, signal, time; from alleged.execution import Execution; first = os.getpid()\n"
        "def work(n):\n"
        "    open(f'{os.getpid()}.pid', 'w').close()\n"
        "    time.sleep(0.5)\n"
        "    if n == 1: os.kill(first, signal.SIGKILL)\n"
        "    time.sleep(60)\n"
        "list(Execution(jobs=2).map_ordered(work, range(4)))"
    )

    assert said(code, tmp_path).returncode == -9
    others = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(others) == 2
    for _ in range(100):
        running = [pid for pid in others if Path(f"/proc/{pid}").exists() and not is_dead(pid)]
        if not running:
            break
        os.sched_yield()
        subprocess.run(["sleep", "0.1"], check=True)
    assert running == []


def is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return True


IMPATIENT = (
    "import sys; from alleged.cli import progress, main\n"
    "progress.DELAY = -1\n"
    "main(['check', '--no-cache', *sys.argv[1:]])"
)


def test_who_waits_at_a_terminal_sees_how_far_the_work_has_come(damaged: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.Popen([sys.executable, "-c", IMPATIENT], cwd=damaged, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # the other end is closed
        pass
    done.communicate()

    assert b"reading: " in shown
    assert b" records, " in shown
    assert b"judging" in shown


def test_elsewhere_a_stage_is_a_line(damaged: Path) -> None:
    words = [sys.executable, "-c", IMPATIENT]
    loud, quiet = (
        subprocess.run([*words, *more], cwd=damaged, capture_output=True, text=True, check=False)
        for more in (["--stats"], ["-q"])
    )

    assert [line.partition(":")[0].partition(" ")[0] for line in loud.stderr.splitlines()][:2] == ["reading", "judging"]
    assert "peak MiB" in loud.stderr
    assert quiet.stderr == ""


@pytest.mark.parametrize("rule", NEAR, ids=lambda rule: rule.name)
def test_a_rule_that_is_not_wide_finds_the_same_file_by_file(rule: Rule, fixtures: list[corpus.Corpus]) -> None:
    for whole in fixtures:
        parts = [whole.part({file}) for file in dict.fromkeys(record.file.path for record in whole.records)]

        found = [finding for part in parts for finding in rule.findings(part)]

        assert sorted(map(reported, found)) == sorted(map(reported, rule.findings(whole)))


@pytest.mark.parametrize("rule", BY_KEYS, ids=lambda rule: rule.name)
def test_a_rule_by_keys_needs_only_the_records_that_share_one(rule: Rule, fixtures: list[corpus.Corpus]) -> None:
    assert rule.by
    for whole in fixtures:
        sharing = defaultdict(list)
        with using(whole.codes):
            keys = defaultdict(set)
            for record in whole.records:
                for key in dict.fromkeys(rule.by(record, whole)):
                    sharing[key.key if isinstance(key, For) else key].append(record)
                    keys[record] |= set() if isinstance(key, For) else {key}

            found = []
            for record in whole.records:
                if keys[record]:
                    group = {record, *(other for key in keys[record] for other in few(sharing[key], rule.enough))}
                    part = whole.part_of(other for other in whole.records if other in group)
                    found += [finding for finding in rule.findings_apart(part) if finding.where.record is record]

            assert sorted(map(reported, found)) == sorted(map(reported, rule.findings(whole)))


def few(records: list[corpus.Record], enough: int) -> list[corpus.Record]:
    return records[:enough] if enough else records


@pytest.mark.parametrize("rule", OVER_EDGES, ids=lambda rule: rule.name)
def test_a_rule_over_edges_needs_only_the_component(rule: Rule, fixtures: list[corpus.Corpus]) -> None:
    assert rule.over
    for whole in fixtures:
        with using(whole.codes):
            linked = defaultdict(set)
            for record in whole.records:
                for end in (end for end in rule.over(record, whole) if isinstance(end, str)):
                    linked[record.id].add(end)
                    linked[end].add(record.id)

            found = []
            left = {*linked}
            while left:
                component = reachable([next(iter(left))], linked.__getitem__)
                left -= component
                found += rule.findings_apart(whole.part_of(r for r in whole.records if r.id in component))

            assert sorted(map(reported, found)) == sorted(map(reported, rule.findings(whole)))


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> list[corpus.Corpus]:
    """Return the real records, and the example of each rule as it is and with every record in a file of its own."""
    projects = [Project(ROOT)]
    for folder in EXAMPLES:
        if folder.name in {rule.name for rule in RULES.values() if rule.stage == "judgements"}:
            projects += [Project(folder), apart(Project(folder), tmp_path_factory.mktemp(folder.name))]
    return [corpus.read(project).corpus for project in projects]


def apart(project: Project, root: Path) -> Project:
    """Return a project with the same records, each in a file of its own."""
    (root / "claims").mkdir()
    for n, record in enumerate(corpus.read(project).corpus.records):
        (root / "claims" / f"{n:03}.yaml").write_text(json.dumps({record.kind: [dict(record.data)]}))
    if project.texts.is_dir():
        shutil.copytree(project.texts, root / ".texts")
    return Project(root)


def reported(finding: object) -> str:
    where, message, *_ = finding  # type: ignore[misc]
    return json.dumps([where.record.id, where.path, message])
