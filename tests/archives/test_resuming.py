"""A run over many sources that is killed goes on where it was, and asks for no source twice."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alleged import report
from alleged.archives import searching
from alleged.project import Project
from archive_servers import Archive
from archives_project import Run, records
from internet import Site

NUMBER = 940


def test_a_run_that_was_killed_is_resumed(folder: Path, archive: Archive, server: Site, run: Run) -> None:
    urls = {f"s{n}": f"https://gazette.example/{n}" for n in range(NUMBER)}
    for start in range(0, NUMBER, 94):
        part = records({f"s{n}": urls[f"s{n}"] for n in range(start, start + 94)})
        (folder / "claims" / f"{start}.yaml").write_text(
            part.replace("id: c", f"id: c{start}-").partition("actors:")[0]
        )
    (folder / "claims" / "a.yaml").write_text("actors:" + records({}).partition("actors:")[2])
    for n in range(0, NUMBER, 100):
        archive.copies[urls[f"s{n}"]] = ["20231014101500"]
    environment = {**os.environ, "ALLEGED_WAYBACK": server.address, "ALLEGED_MEMENTO": server.address}
    process = subprocess.Popen(
        [sys.executable, "-m", "alleged", "archive", "--missing"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while archive.looked.total() < 100 and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    _, said = process.communicate()
    assert said.startswith("940 sources to ask for: 32 to 51 minutes (without saving, since no keys are set)")
    before = archive.looked.total()
    assert 100 <= before < NUMBER

    done = run("--missing", "--write", keys=False)

    assert done.returncode == 0
    assert "answered before" in done.stderr
    assert "940 sources: 10 already, 930 needs keys" in done.stderr
    assert len(archive.looked) == NUMBER
    assert archive.looked.total() <= NUMBER + 1  # the one that was being asked for when the run was killed
    assert max(archive.looked.values()) <= 2
    assert sum(path.read_text().count("archived:") for path in (folder / "claims").iterdir()) == 10


def test_portions_of_successive_days_cover_all_sources(folder: Path, archive: Archive, run: Run) -> None:
    urls = {f"s{n}": f"https://gazette.example/{n}" for n in range(7)}
    (folder / "claims" / "a.yaml").write_text(records(urls))
    sources = searching.missing(report.records(Project(folder)).corpus)

    days = [searching.portion(sources, 3, f"2026-11-{day}") for day in (10, 11, 12)]

    assert {source.id for day in days for source in day} == urls.keys()
    assert [len(day) for day in days] == [3, 3, 3]
    assert searching.portion(sources, 7, "2026-11-10") == sources
    assert run("--missing", "--limit", "2", keys=False).stderr.startswith("2 sources to ask for")
    assert archive.looked.total() == 2


def test_a_run_over_one_source_does_not_end_another_run(folder: Path, archive: Archive, run: Run) -> None:
    urls = {name: f"https://gazette.example/{name}" for name in ("s1", "s2")}
    (folder / "claims" / "a.yaml").write_text(records(urls))
    (folder / ".texts").mkdir()
    known = f'{{"source": "s1", "url": "{urls["s1"]}", "state": "later"}}\n'
    (folder / ".texts" / "archive.jsonl").write_text(known)

    run("s2", keys=False)

    assert "1 sources to ask for, 1 answered before" in run("--missing", keys=False).stderr
    assert archive.looked == {urls["s2"]: 2}
    assert "2 sources to ask for:" in run("--missing", keys=False).stderr


def test_a_page_that_was_being_saved_is_not_sent_again(folder: Path, archive: Archive, run: Run) -> None:
    url = "https://gazette.example/a"
    (folder / "claims" / "a.yaml").write_text(records({"s1": url}))
    (folder / ".texts").mkdir()
    (folder / ".texts" / "archive.jsonl").write_text(
        f'{{"source": "s0", "url": "x", "st\n{{"source": "s1", "url": "{url}", "state": "asked"}}\n{{"source": "s1", "u'
    )

    assert "later" in run("s1").stdout
    assert archive.saved.total() == 0
    assert "saved" in run("s1").stdout  # a later run may ask again


@pytest.mark.parametrize(
    "fields",
    ['"lost": 5', '"lost": [5]', '"quotes": "x"', '"note": 5', '"title": ["x"]', '"text_sha256": {}', '"x": 1'],
)
def test_a_line_with_other_values_is_no_answer(fields: str, folder: Path, archive: Archive, run: Run) -> None:
    url = "https://gazette.example/a"
    (folder / "claims" / "a.yaml").write_text(records({"s1": url}))
    (folder / ".texts").mkdir()
    answer = f'{{"source": "s1", "url": "{url}", "state": "later", {fields}}}'
    lines = ["[" * 100_000, "5", '{"finished": [5, ["s1"], "s1"]}', answer]
    (folder / ".texts" / "archive.jsonl").write_text("\n".join(lines))

    done = run("--missing", keys=False)

    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("1 sources to ask for")
    assert archive.looked == {url: 1}
