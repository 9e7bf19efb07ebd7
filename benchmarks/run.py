"""Speed of the commands, as ratios to a floor that is measured in the same run.

    python benchmarks/run.py [ROUNDS]

Each pair of commands runs in turns, so that a machine that slows down slows both. The median ratio of the pairs is
what counts; the times beside it are medians too, in milliseconds.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from yaml.cyaml import CParser

from alleged.documents import read_document
from alleged.layout import Layout

ROOT = Path(__file__).resolve().parents[1]
ONE_FILE = "claims/munitions/2023.yaml"
BARE = [sys.executable, "-c", "pass"]
IMPORTS = [sys.executable, "-c", "import click, yaml, jsonschema_rs"]
ALLEGED = [sys.executable, "-m", "alleged"]
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Users have bytecode cached, so that no source is compiled at each start."""
PAIRS = {
    "check of one file : bare imports of click, yaml, jsonschema_rs": ([*ALLEGED, "check", ONE_FILE], IMPORTS),
    "check of all records : the same imports": ([*ALLEGED, "check"], IMPORTS),
    "--help : bare Python": ([*ALLEGED, "--help"], BARE),
    "build with nothing changed : bare Python": ([*ALLEGED, "build"], BARE),
    "build of all tables : check": ([*ALLEGED, "build", "--force"], [*ALLEGED, "check"]),
}


def seconds(work: Callable[[], object]) -> float:
    """Return the time that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def command(words: list[str]) -> Callable[[], object]:
    """Return a call that runs a command to its end."""
    return lambda: subprocess.run(words, cwd=ROOT, env=SURROUNDINGS, check=True, capture_output=True)


def compare(name: str, ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> None:
    """Time both in turns, after one round that warms the caches, and print the median ratio."""
    ours(), floor()
    pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    milliseconds = [statistics.median(side) * 1000 for side in zip(*pairs, strict=True)]
    print(f"{ratio:6.2f}   {milliseconds[0]:8.1f} : {milliseconds[1]:8.1f}   {name}")


def reading() -> tuple[Callable[[], object], Callable[[], object]]:
    """Return the reading of all record files, and libyaml's bare parse of the same bytes."""
    layout = Layout(ROOT)
    paths = list(layout.bundles())
    contents = [path.read_bytes() for path in paths]

    def ours() -> None:
        for path in paths:
            read_document(path, layout)

    def floor() -> None:
        for content in contents:
            CParser(content).raw_parse()

    return ours, floor


def main(rounds: int) -> None:
    """Print one line for each comparison."""
    print(f"{'ratio':>6}   {'ms':>8} : {'ms':>8}   median of {rounds} pairs")
    for name, (ours, floor) in PAIRS.items():
        compare(name, command(ours), command(floor), rounds)
    compare("reading all records : libyaml's bare parse of them", *reading(), rounds * 5)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
