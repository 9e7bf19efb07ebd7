"""The cache of checks: it is used, and it never changes a verdict."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from alleged import cache, files
from alleged.cache import MIN_AGE_NS, CheckCache, StatCache
from alleged.errors import FileRefused
from alleged.execution import SERIAL, Execution, Progress
from alleged.files import FolderEntry
from alleged.project import Project, cache_folder
from alleged.report import Report, by_index, check, index_records
from alleged.rules import claim_dates
from paths import EXAMPLES

LONG_AGO = time.time() - 3600


class Reader(Progress):
    """Counts the files that are read."""

    def __init__(self) -> None:
        self.files = 0

    def started(self, name: str, files: int) -> None:
        self.files += files


@pytest.fixture
def flawed(tmp_path: Path) -> Project:
    """Return a project of two bundles with findings, one of them allowed."""
    root = tmp_path / "flawed"
    shutil.copytree(EXAMPLES / "unused-record" / "claims", root / "claims")
    (root / "claims" / "more.yaml").write_text(
        "actors:\n  - id: agent\n    name: Agent\n    kind: organisation\n"
        "    allow:\n      - {rule: unused-record, reason: Of the next bundle.}\n"
    )
    text = "actors:\n  - id: cafe\n    name: Cafe\u0301\n    kind: organisation\n"
    (root / "claims" / "text.yaml").write_text(text, encoding="utf-8")
    return aged(Project(root))


def aged(project: Project) -> Project:
    """Return a project whose files were last modified an hour ago, by their times."""
    for path in project.claims.rglob("*.yaml"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return project


def cached_check(project: Project, reader: Progress | None = None) -> Report:
    return check(project, execution=Execution(reader or Progress()), cache=CheckCache(project))


def indexed_check(project: Project) -> Report:
    """Check a project and make its index, as a check at a terminal does."""
    report = cached_check(project)
    index_records(project, SERIAL, CheckCache(project), report)
    return report


def entry_of(path: Path, **fields: int) -> FolderEntry:
    """Return what the system says of a file, with other times or another inode: those of another clock or disk."""
    entry = files.entry(path.parent, path.name)
    assert entry is not None
    found = entry.status
    times = {name: getattr(found, name) for name in ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")}
    parts = [fields.pop("st_ino", part) if place == 1 else part for place, part in enumerate(found)]
    return entry._replace(status=os.stat_result(parts, times | fields))


def cache_files(project: Project) -> list[Path]:
    """Return the files of the cache for a project."""
    place = CheckCache(project)._name("report").removesuffix("report")
    return sorted((cache_folder() / "checks").glob(f"{place}*"))


@pytest.fixture(autouse=True)
def _digests_are_stored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Store digests at once: by the clock of these tests every change was an hour ago."""
    clock = time.time_ns
    monkeypatch.setattr("alleged.cache.time.time_ns", lambda: clock() + 3600 * 10**9)


def test_a_project_that_did_not_change_is_not_read_again(flawed: Project) -> None:
    first, second = Reader(), Reader()

    reports = cached_check(flawed, first), cached_check(flawed, second)

    assert (len(reports[0].issues), len(reports[0].waived)) >= (2, 1)
    assert reports[0] == reports[1] == check(flawed)
    assert (first.files, second.files) == (3, 0)


def test_of_a_changed_project_only_the_changed_bundle_is_read(project: Project) -> None:
    for name in ("one", "two", "three"):
        (project.claims / f"{name}.yaml").write_text(f"actors:\n  - {{id: {name}, name: N, kind: organisation}}\n")
    indexed_check(aged(project))
    for name, other in (("two", "twain"), ("one", "first"), ("three", "third")):
        (project.claims / f"{name}.yaml").write_text(f"actors:\n  - {{id: {other}, name: N, kind: organisation}}\n")

        found = cached_check(project, reader := Reader())

        assert reader.files == 1
        assert found == check(project)
        assert any(f"'{other}'" in issue.message for issue in found.issues)


def test_a_cached_check_loads_no_reader_no_rules_and_no_tables(flawed: Project) -> None:
    words = [sys.executable, "-X", "importtime", "-m", "alleged", "check", "--format", "json"]
    first, second = (subprocess.run(words, cwd=flawed.root, capture_output=True, text=True, check=False) for _ in "12")

    assert first.stdout == second.stdout
    loaded = {line.rpartition("|")[2].strip() for line in second.stderr.splitlines()}
    assert "alleged.cache" in loaded
    assert loaded.isdisjoint({"yaml", "jsonschema_rs", "alleged.reader", "alleged.rules", "polars", "pandera"})


def damages(content: bytes, chance: random.Random) -> Iterator[bytes]:
    """Yield a content with one bit flipped, truncated, doubled, or with two parts swapped, at random positions."""
    for _ in range(6):
        place = chance.randrange(len(content))
        yield content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
        yield content[:place]
        yield content[:place] + content
        one, two, three = sorted(chance.sample(range(len(content)), 3))
        yield content[:one] + content[two:three] + content[one:two] + content[three:]


@pytest.mark.parametrize("what", ["bundles", "index", "report", "notes"])
@pytest.mark.parametrize("changed", [False, True])
def test_damage_never_changes_a_verdict(flawed: Project, what: str, changed: bool) -> None:
    indexed_check(flawed)
    if changed:
        (flawed.claims / "more.yaml").write_text("actors:\n  - {id: agent, name: Agent, kind: organisation}\n")
    expected = check(flawed)
    (path,) = [path for path in cache_files(flawed) if path.suffix == f".{what}"]
    content = path.read_bytes()

    for damaged in damages(content, random.Random(f"{what}-{changed}")):
        path.write_bytes(damaged)
        for other in cache_files(flawed):
            if other.suffix == ".report" and what != "report":
                other.unlink()
        assert cached_check(flawed) == expected


def test_the_cache_of_another_project_or_state_is_not_used(flawed: Project, project: Project) -> None:
    (project.claims / "other.yaml").write_text("actors:\n  - {id: other, name: N, kind: organisation}\n")
    reports = [indexed_check(one) for one in (flawed, aged(project))]
    assert reports[0] != reports[1]

    for mine, theirs in zip(cache_files(flawed), cache_files(project), strict=True):
        content = mine.read_bytes()
        mine.write_bytes(theirs.read_bytes())
        theirs.write_bytes(content)

    assert [cached_check(one) for one in (flawed, project)] == reports


def test_a_change_that_hides_behind_the_same_size_and_time_is_seen(flawed: Project) -> None:
    indexed_check(flawed)
    path = flawed.claims / "more.yaml"
    path.write_text(path.read_text().replace("rule: unused-record", "rule: unused-recird"))
    os.utime(path, (LONG_AGO, LONG_AGO))

    found = cached_check(flawed)

    assert found == check(flawed)
    assert any(issue.rule == "waiver-without-a-rule" for issue in found.issues)


def test_a_report_on_files_that_changed_meanwhile_is_not_cached(flawed: Project) -> None:
    path = flawed.claims / "more.yaml"
    other = path.read_text().replace("id: agent", "id: egent")

    class Meddler(Progress):
        def started(self, name: str, files: int) -> None:
            if name == "reading":
                path.write_text(other)

    before = path.read_text()
    cached_check(flawed, Meddler())
    path.write_text(before)

    assert cached_check(flawed) == check(flawed)


@pytest.mark.parametrize("name", ["dataset.yaml", ".texts/daily-gazette.txt", "claims/link.yaml"])
def test_a_change_of_any_other_input_of_a_check_is_noticed(flawed: Project, name: str) -> None:
    before = indexed_check(flawed)
    path = flawed.root / name
    path.parent.mkdir(exist_ok=True)
    if name.startswith("claims"):
        path.symlink_to(flawed.claims / "more.yaml")
    else:
        path.write_text("title: Flaws\n")

    found = cached_check(flawed)

    assert found == check(flawed)
    assert found != before


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Return a function that installs another version of a library."""

    def install() -> None:
        (tmp_path / "libraries" / "pyyaml-99.dist-info").mkdir(parents=True)
        monkeypatch.syspath_prepend(tmp_path / "libraries")

    return install


def test_the_cache_of_another_tool_or_library_is_not_used(flawed: Project, upgrade: Callable[[], None]) -> None:
    indexed_check(flawed)
    upgrade()

    found = cached_check(flawed, reader := Reader())

    assert reader.files == 3
    assert found == check(flawed)


def test_after_an_upgrade_an_index_is_made_of_files_that_are_read_once(
    flawed: Project, upgrade: Callable[[], None]
) -> None:
    indexed_check(flawed)
    upgrade()
    new = CheckCache(flawed)
    state = new.state()
    assert state

    assert by_index(flawed, Execution(reader := Reader()), new, state, create=True)

    assert reader.files == 3


def test_a_report_of_an_earlier_day_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What has not come yet on one day has come on the next."""

    class Later(date):
        @classmethod
        def today(cls) -> "Later":
            return cls(2096, 11, 24)

    shutil.copytree(EXAMPLES / "recorded-in-the-future" / "claims", tmp_path / "claims")
    project = aged(Project(tmp_path))
    assert "recorded-in-the-future" in {issue.rule for issue in indexed_check(project).issues}

    for module in (cache, claim_dates):
        monkeypatch.setattr(module, "date", Later)

    assert "recorded-in-the-future" not in {issue.rule for issue in cached_check(project).issues}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners and modes of files are those of POSIX")
def test_a_folder_that_others_can_write_to_is_not_used(flawed: Project) -> None:
    indexed_check(flawed)
    (cache_folder() / "checks").chmod(0o777)
    try:
        cached_check(flawed, reader := Reader())
    finally:
        (cache_folder() / "checks").chmod(0o700)

    assert reader.files == 3


def test_a_check_works_without_a_usable_cache(flawed: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "file"))

    assert cached_check(flawed) == check(flawed)


def test_a_check_works_without_a_home_folder(flawed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")  # as for a user that the system does not know

    monkeypatch.delenv("ALLEGED_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)

    assert cached_check(flawed) == check(flawed)


def test_outdated_bundles_are_removed(project: Project) -> None:
    path = project.claims / "one.yaml"
    for n in range(20):
        path.write_text(f"actors:\n  - {{id: actor-{n}, name: {'N' * 200}, kind: organisation}}\n")
        indexed_check(project)

    (bundles,) = [path for path in cache_files(project) if path.suffix == ".bundles"]
    with closing(sqlite3.connect(bundles)) as database:
        assert database.execute("SELECT count(*) FROM read").fetchone()[0] <= 3
    assert cached_check(project) == check(project)


def test_the_projects_that_were_unused_for_longest_are_deleted_first(
    flawed: Project, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_check(flawed)
    for path in cache_files(flawed):
        os.utime(path, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(cache, "MAX_CACHE_BYTES", 2000)
    (project.claims / "other.yaml").write_text("actors:\n  - {id: other, name: N, kind: organisation}\n")

    cached_check(aged(project))

    assert cache_files(flawed) == []
    assert cache_files(project) != []


@pytest.mark.skipif(os.name == "nt", reason="an empty file takes room there")
@pytest.mark.parametrize("more", [0, 1])
def test_four_gibibytes_are_kept_and_no_byte_more(
    flawed: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, more: int
) -> None:
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "cache"))
    cached_check(flawed)
    other = tmp_path / "cache" / "checks" / "other.index"
    with other.open("wb") as file:
        file.truncate((1 << 32) - sum(path.stat().st_size for path in cache_files(flawed)) + more)
    os.utime(other, (LONG_AGO, LONG_AGO))
    for path in cache_files(flawed):
        path.unlink()

    cached_check(flawed)

    assert other.exists() == (more == 0)
    assert len(cache_files(flawed)) == 3


def test_concurrent_checks_give_the_same_reports(flawed: Project) -> None:
    words = [sys.executable, "-m", "alleged", "check", "--format", "json"]
    running = [subprocess.Popen(words, cwd=flawed.root, stdout=subprocess.PIPE) for _ in range(6)]

    said = {process.communicate()[0] for process in running}

    assert len(said) == 1
    assert cached_check(flawed) == check(flawed)


def test_no_cache_neither_reads_nor_writes_the_cache(flawed: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alleged", "check", "--no-cache"], cwd=flawed.root, capture_output=True, check=False
    )

    assert done.returncode == 0
    assert cache_files(flawed) == []


def test_tables_are_the_same_with_any_cache_and_number_of_processes(flawed: Project) -> None:
    built = []
    for words in (["--no-cache", "--jobs", "1"], ["--jobs", "2"], ["--force"]):
        command = [sys.executable, "-m", "alleged", "build", *words]
        subprocess.run(command, cwd=flawed.root, capture_output=True, check=True)
        built.append({path.name: path.read_bytes() for path in (flawed.datasets / "dev").iterdir()})
        if "--force" not in words:
            shutil.rmtree(flawed.datasets / "dev")

    assert built[0] == built[1] == built[2]


@pytest.mark.skipif(os.name != "posix", reason="other systems do not tell when a file was changed")
def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("1")
    stats = StatCache({})
    entry = entry_of(tmp_path / "a.yaml", st_ctime_ns=stats.now - MIN_AGE_NS - 1, st_mtime_ns=0)

    first = stats.digests(tmp_path, [entry])
    (tmp_path / "a.yaml").unlink()

    assert stats.digests(tmp_path, [entry]) == StatCache(stats.stats).digests(tmp_path, [entry]) == first


@pytest.mark.parametrize("field", ["st_mtime_ns", "st_ctime_ns"])
def test_a_file_changed_a_moment_ago_is_read_again(tmp_path: Path, field: str) -> None:
    (tmp_path / "a.yaml").write_text("1")
    stats = StatCache({})
    times = {"st_mtime_ns": 0, "st_ctime_ns": 0, field: stats.now - MIN_AGE_NS}
    entry = entry_of(tmp_path / "a.yaml", **times)  # two changes within one tick of the clock: they look the same

    before = stats.digests(tmp_path, [entry])
    (tmp_path / "a.yaml").write_text("2")

    assert stats.digests(tmp_path, [entry]) != before


@pytest.mark.parametrize("field", ["st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_a_file_with_another_time_or_inode_is_read_again(tmp_path: Path, field: str) -> None:
    (tmp_path / "a.yaml").write_text("1")
    stats = StatCache({})
    times = {"st_mtime_ns": 1, "st_ctime_ns": 1}

    before = stats.digests(tmp_path, [entry_of(tmp_path / "a.yaml", **times, st_ino=1)])
    (tmp_path / "a.yaml").write_text("2")

    assert stats.digests(tmp_path, [entry_of(tmp_path / "a.yaml", **{**times, "st_ino": 1, field: 2})]) != before


def test_a_file_of_64_mebibytes_is_read_and_none_larger(tmp_path: Path) -> None:
    with (tmp_path / "manifest.json").open("wb") as file:
        file.truncate(1 << 26)
    StatCache({}).digests(tmp_path, [entry_of(tmp_path / "manifest.json")])

    with (tmp_path / "manifest.json").open("ab") as file:
        file.write(b"1")
    with pytest.raises(FileRefused):
        StatCache({}).digests(tmp_path, [entry_of(tmp_path / "manifest.json")])


def test_a_link_that_looks_like_a_file_of_an_earlier_check_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("1")
    stats = StatCache({})
    entry = entry_of(tmp_path / "a.yaml", st_mtime_ns=0, st_ctime_ns=0)
    stats.digests(tmp_path, [entry])
    (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    (tmp_path / "a.yaml").symlink_to("b.yaml")

    with pytest.raises(FileRefused):
        stats.digests(tmp_path, [entry._replace(kind="link")])


def test_nothing_is_noted_where_the_system_does_not_tell_when_a_file_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "HAS_CHANGE_TIME", False)
    (tmp_path / "a.yaml").write_text("1")
    stats = StatCache({})

    stats.digests(tmp_path, [entry_of(tmp_path / "a.yaml", st_mtime_ns=0, st_ctime_ns=0)])

    assert stats.stats == {}


def test_a_report_is_of_the_releases_that_are_there_and_of_no_other_tables(flawed: Project) -> None:
    def key() -> str:
        state = CheckCache(flawed).state()
        assert state is not None
        return state.key

    before = key()
    (flawed.datasets / "dev").mkdir(parents=True)
    (flawed.datasets / ".build-1").mkdir()
    (flawed.datasets / "read-me.txt").write_text("no folder")
    for folder in ("dev", ".build-1"):
        (flawed.datasets / folder / "manifest.json").write_text("{}")
    assert key() == before

    (flawed.datasets / "2026.10.0").mkdir()
    (flawed.datasets / "2026.10.0" / "manifest.json").write_text("{}")
    assert key() != before


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_nobody_else_can_look_into_the_folder(flawed: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALLEGED_CACHE", str(tmp_path / "new"))

    cached_check(flawed)

    assert (tmp_path / "new" / "checks").stat().st_mode & 0o777 == 0o700
