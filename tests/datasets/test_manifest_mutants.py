"""Manifests, indexes, locks and papers with something changed: every public function has a result, or a clear error.

The digests of all mutants fit, as those of a publisher with other intentions would.
"""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import alleged
from alleged import api
from alleged.datasets.citing import STYLES
from alleged.errors import AllegedError
from alleged.project import Project
from alleged.release import verification

Publish = Callable[[Path, Any, dict[str, Any]], None]

OLD, NEW = "2026.10.0", "2026.11.0"
KINDS = ("claims", "sources", "topics")
POOL: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 7, 1.0, 1.5, 10**20, float("nan"), "", " ", "x", "dev", "main", "stable", "0" * 64),
    *("../../x", "/etc/passwd", "a\\b", "con.parquet", "x\n::error::forged", "\x1b[2J", "\u202e", "\ud800", "x" * 5000),
    *("2026.99.0", "2026.11.0", "9999.1.0", "1.0", "7.0.0", "claims", "claims.parquet", "manifest.json", "claim_id"),
    *([], [[]], ["x"], [None], {}, {"x": 1}, {"": {}}, {"claims": []}),
)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _mutant(content: bytes, dice: random.Random) -> Any:
    """Return what JSON says, with one to three places deleted, replaced, renamed or repeated."""
    whole = json.loads(content)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        inside, key = _place(whole, dice)
        match dice.randrange(6):
            case _ if key is None:
                pass
            case 0:
                del inside[key]
            case 1 | 2:
                inside[key] = copy.deepcopy(dice.choice(POOL))
            case 3 | 4:
                other, its = _place(whole, dice)
                inside[key] = copy.deepcopy(other if its is None else other[its])
            case _ if isinstance(inside, dict):
                inside[dice.choice([text for text in POOL if isinstance(text, str)])] = inside.pop(key)
            case _:
                inside.insert(key, copy.deepcopy(inside[key]))
    return whole


def _place(inside: Any, dice: random.Random) -> tuple[Any, Any]:
    """Return a container and a key of it; outer places are as likely as those of the many columns."""
    while True:
        keys = [*inside] if isinstance(inside, dict) else [*range(len(inside))]
        if not keys:
            return inside, None
        key = dice.choice(keys)
        if dice.random() < 0.3 or not isinstance(inside[key], dict | list):
            return inside, key
        inside = inside[key]


def _use(project: Project, name: str | None, odd: list[str]) -> None:
    """Call every public function that reads releases; note what is neither a result nor an error of ours."""
    opened: list[api.Release] = []

    def opens() -> None:
        opened.append(api.open(name, project=project.root))

    _call(opens, odd)
    _call(lambda: api.versions(project=project.root), odd)
    _call(lambda: verification.verify(project, name), odd)
    for found in opened:
        _call(lambda found=found: found.codebook(), odd)
        for style in STYLES:
            _call(lambda found=found, style=style: found.cite(style), odd)
        _call(lambda found=found: [getattr(found, table) for table in found.tables], odd)
        _call(lambda found=found: [found.codebook(column) for column in found.codebook()["column"][:2]], odd)
        _call(lambda found=found: found.diff(api.open(OLD, project=project.root)), odd)
        if set(found.tables) != set(KINDS):
            _call(lambda found=found: [found.sql(f"summarize {table}") for table in found.tables], odd)


def _call(what: Callable[[], Any], odd: list[str]) -> None:
    try:
        what()
    except AllegedError as error:
        text = str(error)
        if "\n" in text or not text.isprintable():
            odd.append(f"not one printable line: {text!r}")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        odd.append(f"{type(error).__name__}: {error}"[:200])


def test_unchanged_releases_are_sound(releases: Project) -> None:
    odd: list[str] = []

    assert verification.verify(releases, NEW).faults == ()
    _use(releases, NEW, odd)
    assert odd == []


def test_a_mutant_of_a_manifest_has_a_result_or_a_clear_error(copied: Project, publish: Publish) -> None:
    dice, odd, folder = random.Random(20261128), [], copied.datasets / NEW
    content = (folder / "manifest.json").read_bytes()
    for _ in range(350):
        publish(folder, _mutant(content, dice), {})
        _use(copied, NEW, odd)

    assert sorted(set(odd)) == []


@pytest.mark.filterwarnings("ignore:release .* was withdrawn")
def test_a_mutant_of_an_index_has_a_result_or_a_clear_error(copied: Project) -> None:
    dice, odd, path = random.Random(20261129), [], copied.datasets / "index.json"
    content = _json({**json.loads(path.read_bytes()), "yanked": {OLD: "copied twice"}})
    for _ in range(200):
        path.write_bytes(_json(_mutant(content, dice)))
        _use(copied, dice.choice((NEW, None)), odd)
        _call(lambda: api.pin(project=copied.root), odd)
        (copied.root / "alleged.lock").unlink(missing_ok=True)

    assert sorted(set(odd)) == []


def test_a_mutant_of_a_lock_has_a_result_or_a_clear_error(copied: Project) -> None:
    dice, odd = random.Random(20261130), []
    api.pin(NEW, catalogue=copied.datasets, project=copied.root)
    path = copied.root / "alleged.lock"
    content = path.read_bytes()
    for _ in range(200):
        path.write_bytes(_json(_mutant(content, dice)))
        _call(lambda: alleged.table_names(project=copied.root), odd)

    assert sorted(set(odd)) == []


@pytest.mark.parametrize("file", ["provenance.json", "datapackage.json"])
def test_a_mutant_of_a_paper_is_a_fault_or_says_the_same(file: str, copied: Project, publish: Publish) -> None:
    for path in copied.datasets.rglob("*.parquet"):
        path.unlink()  # they would take most of the time, and say nothing here
    dice, odd, folder = random.Random(20261201), [], copied.datasets / NEW
    whole, paper = ((folder / name).read_bytes() for name in ("manifest.json", file))
    for _ in range(100):
        publish(folder, json.loads(whole), {file: _mutant(paper, dice)})
        _call(lambda: verification.verify(copied, NEW), odd)

    assert sorted(set(odd)) == []
