"""A build with an index makes only the rows that a change can affect, and writes what a build from nothing writes."""

import random
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from alleged import release, report
from alleged.cache import CheckCache
from alleged.errors import AllegedError, VerificationError
from alleged.execution import SERIAL
from alleged.project import Project
from alleged.release import reuse
from alleged.tables import TABLES, Table
from paths import ROOT


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a project that was checked at a terminal and built, beside its cache, and a copy of both."""
    root, kept = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("kept")
    shutil.copytree(ROOT / "tests" / "fixture", root / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLEGED_CACHE", str(root / "cache"))
        index(Project(root / "project"))
        build(Project(root / "project"))
    shutil.copytree(root, kept, dirs_exist_ok=True)
    return root, kept


@pytest.fixture
def small(made: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project that was checked at a terminal and built; each test finds it as it was."""
    root, kept = made
    shutil.rmtree(root)
    shutil.copytree(kept, root)
    monkeypatch.setenv("ALLEGED_CACHE", str(root / "cache"))
    return Project(root / "project")


def index(project: Project) -> None:
    report.index_records(project, SERIAL, CheckCache(project), report.check(project))


def build(project: Project) -> dict[str, bytes]:
    assert release.build(project, cache=CheckCache(project)).published
    return content(project)


def from_nothing(project: Project) -> dict[str, bytes]:
    assert release.build(project, force=True).published
    return content(project)


def content(project: Project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((project.datasets / "dev").iterdir())}


def replaced(name: str, old: str, new: str) -> Callable[[Project], object]:
    def edit(project: Project) -> None:
        path = project.claims / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return edit


def without_line(name: str, start: str) -> Callable[[Project], object]:
    def edit(project: Project) -> None:
        path = project.claims / name
        lines = path.read_text().splitlines(keepends=True)
        kept = [line for line in lines if not line.strip().startswith(start)]
        assert len(kept) < len(lines)
        path.write_text("".join(kept))

    return edit


EDITS: dict[str, Callable[[Project], object]] = {
    "another summary": replaced("followup.yaml", "Line 05", "The fifth line"),
    "another claimant": replaced(
        "followup.yaml", "{id: f06, claimant: us-state-department", "{id: f06, claimant: us-nsc"
    ),
    "a name that flat tables show": replaced("registry.yaml", "name: John Kirby", "name: John F. Kirby"),
    "a body between a speaker and the state": replaced(
        "registry.yaml",
        "name: Defense Intelligence Agency, kind: organ, part_of: [{of: rok-mnd}]",
        "name: DIA, kind: igo",
    ),
    "a source published earlier": replaced("followup.yaml", "published: 2023-11-01", "published: 2023-10-31"),
    "a relation less": replaced(
        "followup.yaml", "relations: [{type: repeats, to: f05, basis: stated-by-source}], ", ""
    ),
    "a claim less": without_line("followup.yaml", "- {id: f12,"),
    "a line more at the top": replaced("registry.yaml", "# What", "# A comment.\n# What"),
    "a file renamed": lambda project: (project.claims / "followup.yaml").rename(project.claims / "after.yaml"),
    "a claim of another topic": replaced("followup.yaml", "{id: f11, ", "{id: f11, topic: dprk-arms-to-russia, "),
}


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_the_bytes_are_those_of_a_build_from_nothing(name: str, small: Project) -> None:
    EDITS[name](small)

    assert build(small) == from_nothing(small)


def test_after_any_sequence_of_edits_the_bytes_are_those_of_a_build_from_nothing(small: Project) -> None:
    names = random.Random(18).sample(sorted(EDITS), len(EDITS))
    for name in sorted(names, key=lambda name: "renamed" in name):
        EDITS[name](small)

        assert build(small) == from_nothing(small), name


def test_only_rows_of_changed_bundles_and_of_those_that_refer_to_them_are_made(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    add = reuse._add_rows
    monkeypatch.setattr(
        reuse, "_add_rows", lambda records, n, *more: (made.append(records.paths[n][0]), add(records, n, *more))[1]
    )
    written: list[str] = []
    write = reuse.write_table
    monkeypatch.setattr(
        reuse, "write_table", lambda folder, name, *more: (written.append(name), write(folder, name, *more))[1]
    )

    EDITS["another summary"](small)
    build(small)

    assert made == ["claims/followup.yaml"]
    assert "claims" in written
    assert {"sources", "actors", "origins", "responses", "vocabulary"}.isdisjoint(written)


@pytest.mark.parametrize(("edit", "every_table"), [("another summary", False), ("another claimant", True)])
def test_where_only_descriptive_columns_change_only_flat_tables_are_derived_again(
    edit: str, every_table: bool, small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: set[str] = set()
    derive = Table.derived_frame
    monkeypatch.setattr(
        Table, "derived_frame", lambda table, inputs: (derived.add(table.name), derive(table, inputs))[1]
    )
    EDITS[edit](small)
    build(small)

    assert derived == {table.name for table in TABLES.values() if table.derive and (every_table or table.flat)}


@pytest.mark.parametrize("damage", ["a byte", "gone", "of another build"])
def test_tables_that_are_not_those_of_the_last_build_are_not_used(damage: str, small: Project) -> None:
    path = small.datasets / "dev" / "actors.parquet"
    if damage == "a byte":
        path.write_bytes(path.read_bytes()[:-9] + b"x" + path.read_bytes()[-8:])
    elif damage == "gone":
        path.unlink()
    else:
        shutil.copy(small.datasets / "dev" / "claims.parquet", path)
    EDITS["another summary"](small)

    assert build(small) == from_nothing(small)


@pytest.mark.parametrize("after", ["a byte", "gone"])
def test_a_table_of_the_last_build_that_changes_during_the_build_ends_it(
    after: str, small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small.datasets / "dev" / "origins.parquet"
    made = reuse._new_rows

    def meanwhile(*arguments: Any) -> Any:
        path.unlink() if after == "gone" else path.write_bytes(path.read_bytes()[:-1] + b"x")
        return made(*arguments)

    monkeypatch.setattr(reuse, "_new_rows", meanwhile)
    EDITS["another summary"](small)
    before = content(small)

    with pytest.raises(
        VerificationError, match=r"dev/origins\.parquet was changed since the last build; run this again"
    ):
        build(small)
    left = content(small)
    assert {**left, path.name: b""} == {**before, path.name: b""}

    monkeypatch.undo()
    assert build(small) == from_nothing(small)


def test_no_more_than_a_few_tables_are_in_memory_at_a_time(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[Any]] = []
    most: list[int] = []
    read = pl.read_parquet

    def counted(*arguments: Any, **named: Any) -> Any:
        frame = read(*arguments, **named)
        held.append(weakref.ref(frame))
        most.append(sum(seen() is not None for seen in held))
        return frame

    monkeypatch.setattr(pl, "read_parquet", counted)
    EDITS["another summary"](small)
    build(small)

    assert len(held) > len(TABLES)
    assert max(most) < len(TABLES) / 3


def test_a_new_row_that_breaks_the_contract_is_refused(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    table = TABLES["claims"]
    rows = table.rows
    assert rows
    monkeypatch.setitem(table.__dict__, "rows", lambda corpus: ({**row, "n_texts": None} for row in rows(corpus)))
    EDITS["another summary"](small)

    with pytest.raises(VerificationError, match="n_texts"):
        release.build(small, cache=CheckCache(small))


def test_a_record_without_a_row_is_noticed(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    table = TABLES["claims"]
    rows = table.rows
    assert rows
    monkeypatch.setitem(table.__dict__, "rows", lambda corpus: [*rows(corpus)][1:])
    EDITS["another summary"](small)

    with pytest.raises(AllegedError, match="claims"):
        release.build(small, cache=CheckCache(small))


def test_tables_of_an_unsound_project_are_not_published(small: Project) -> None:
    before = content(small)
    replaced("followup.yaml", "claimant: c4ads", "claimant: nobody")(small)

    assert not release.build(small, cache=CheckCache(small)).published
    assert content(small) == before
