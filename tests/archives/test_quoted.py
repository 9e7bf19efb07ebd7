"""`alleged check --quotes` says of each quote how the copy of its source has it."""

import json
from pathlib import Path

import pytest

from inside import run_inside

RECORDS = """
defaults:
  claimant: ministry
  act: allege
  topic: shells
  said: 2023-10-13
  recorded: {by: curator-1, on: 2026-11-24}
sources:
  - {id: s1, kind: webpage, publisher: [gazette], published: 2023-10-13, lang: en, doi: 10.5555/1, seen: consulted}
  - {id: s2, kind: webpage, publisher: [gazette], published: 2023-10-13, lang: en, doi: 10.5555/2, seen: consulted}
claims:
  - {id: c1, summary: Shells went., sources: [{id: s1, quote: ten shells}]}
  - {id: c2, summary: Guns went., sources: [{id: s1, quote: had sent guns}]}
  - {id: c3, summary: More went., sources: [{id: s1, quote: we sent 'them'}]}
  - {id: c4, summary: All went., sources: [{id: s2, quote: all of it}]}
actors:
  - {id: gazette, name: Gazette, kind: outlet}
  - {id: ministry, name: Ministry, kind: organ, part_of: [{of: us}]}
  - {id: us, name: United States, kind: state, ids: {iso3166: US}}
topics:
  - {id: shells, question: Were shells sent?, predicate: transfers-munitions, subject: [us], item: artillery-shell}
"""
TEXT = "“Yes, we sent ‘them’.” It had ten shells, and later ten shells more. They had not sent guns."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "a.yaml").write_text(RECORDS, encoding="utf-8")
    (tmp_path / ".texts").mkdir()
    (tmp_path / ".texts" / "s1.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_what_a_person_must_look_at_is_listed(folder: Path) -> None:
    done = run_inside(folder, "check", "--quotes")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "claims/a.yaml:12: exact: 'ten shells' of c1 in s1",
        "  it occurs 2 times or more; say which in `locator`",
        "    had [ten shells] , and",
        "    later [ten shells] more.",
        "claims/a.yaml:13: near: 'had sent guns' of c2 in s1",
        "  the text reads: had {+not+} sent guns",
    ]
    assert done.stderr == "3 of 4 quotes compared: 1 exact, 1 normalised, 1 near; 1 ambiguous\n"


def test_quotes_of_named_sources_are_all_listed(folder: Path) -> None:
    done = run_inside(folder, "check", "--quotes", "s2")

    assert (done.returncode, done.stdout) == (0, "no copy: s2  'all of it' of c4\n")
    assert "did you mean 's1'" in run_inside(folder, "check", "--quotes", "s11").stderr


def test_quotes_as_json(folder: Path) -> None:
    rows = json.loads(run_inside(folder, "check", "--quotes", "--format", "json").stdout)

    assert [row["state"] for row in rows] == ["exact", "near", "normalised", None]
    assert rows[0]["occurrences"][1] == {"prefix": "later", "suffix": "more."}
    assert run_inside(folder, "check", "--quotes", "--fix").returncode == 2
