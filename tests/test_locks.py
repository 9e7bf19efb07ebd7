"""The locks: every package with the digests of its files, and no address that it would be fetched from."""

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "benchmarks" / "peers"
LOCKS = sorted([*ROOT.glob("*.lock"), *ROOT.glob("benchmarks/*/*.lock")])


def blocks(lock: Path) -> list[str]:
    """Return the requirements of a lock, each with the lines that belong to it."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.relative_to(ROOT).as_posix())
def test_a_lock_of_python_packages_holds_versions_and_digests_and_nothing_else(lock: Path) -> None:
    digest = r" \\\n    --hash=sha256:[0-9a-f]{64}"
    requirement = re.compile(rf"[a-z0-9-]+==[0-9a-z.]+( ; [\w'<>=!. ()]+)?({digest})+")

    assert [block for block in blocks(lock) if not requirement.fullmatch(block)] == []


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, groups = found["project"], found["dependency-groups"]
    needed, extra = project["dependencies"], project["optional-dependencies"]
    asked = {
        ROOT / "requirements.lock": needed + extra["records"] + extra["site"] + groups["setup"],
        ROOT / "requirements-dev.lock": needed
        + groups["setup"]
        + groups["dev"]
        + [*chain.from_iterable(extra.values())],
        ROOT / "requirements-cluster.lock": needed + extra["records"] + extra["cluster"] + groups["setup"],
        ROOT / "requirements-sign.lock": groups["sign"],
        ROOT / "requirements-fuzz.lock": groups["fuzz"],
        PEERS / "requirements.lock": groups["peers"],
        PEERS / "compiled.lock": groups["compiled-peer"],
    }

    for lock, packages in asked.items():
        locked = {block.partition("==")[0] for block in blocks(lock)}
        assert {re.split(r"[\[<>=]", package)[0] for package in packages} - {"alleged"} <= locked, lock


@pytest.mark.parametrize("folder", ["editor", "peers"])
def test_a_lock_of_javascript_packages_holds_digests_and_no_registry(folder: str) -> None:
    lock = json.loads((ROOT / "benchmarks" / folder / "package-lock.json").read_bytes())
    needs = json.loads((ROOT / "benchmarks" / folder / "package.json").read_bytes())["dependencies"]
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert lock["packages"][""]["dependencies"] == needs
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry or "hasInstallScript" in entry] == []


def test_nothing_is_installed_that_is_in_no_lock() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    workflows = [path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    lines = [line for text in (makefile, *workflows) for line in text.splitlines()]
    installing = [line for line in lines if re.search(r"\b(pip|PIP|npm)\b.* (install|ci|i|add)\b", line)]
    allowed = r"--require-hashes |install .*--no-deps (--no-build-isolation -e \.$|--no-index dist/)|npm ci "

    assert len(installing) >= 8
    assert [line for line in installing if not re.search(allowed, line)] == []
