"""Speed and memory of the commands, beside those of other tools on the same files.

    python benchmarks/run.py [--quick] [--only NAME] [--claims N]

Each pair of commands runs in turns, so that a machine that slows down slows both, on files that are in memory. The
median ratio of the pairs is what counts. `make bench` runs all of it, which takes about half an hour, and writes
`benchmarks/results.md`, `growth.json` and `growth.svg`; `--quick` takes 1,000 claims and three pairs, and like `--only`
writes nothing. Ours run in `.venv-bench`, other tools in `.venv-peers`; `make bench` sets up both.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import corpora
import results
import rivals
import workers
from results import Outcome
from timing import ENVIRONMENT, MIB, Side, nothing, pairs, size

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".cache" / "bench"
CACHE = WORK / "cache"
PYTHON = str(ROOT / ".venv-bench" / "bin" / "python")
"""Python with what users install, and no more: pandera loads pandas where it finds it, which takes half a second."""

DASK_PYTHON = ROOT / ".venv" / "bin" / "python"
"""Python with Dask, which few users install."""

BARE = Side([PYTHON, "-c", "pass"], ROOT)
WALK = """
import os{more}
def walk(folder):
    for entry in os.scandir(folder):
        if entry.is_dir():
            walk(entry.path)
        else:
            entry.stat()
walk("claims")
"""
ALLEGED = [PYTHON, "-m", "alleged"]
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)


class Bench:
    """The comparisons, each a method that yields outcomes; its name is what `--only` takes."""

    def __init__(self, claims: int, rounds: int) -> None:
        self.claims, self.rounds = claims, rounds
        self.small, self.main = project(1_000), project(claims)
        self.growth: dict[str, dict[int, float]] = {}
        self.peaks: dict[tuple[str, ...], float] = {}

    def start(self) -> Iterator[Outcome]:
        """Time what only tells about the program."""
        for word in ("--help", "--version"):
            yield self._pair(f"`{word}`", alleged(self.main, word), "bare Python", BARE, 5)

    def floor(self) -> Iterator[Outcome]:
        """Time the reading of all files, bare and by libyaml, which no check can do without."""
        for what in ("read", "scan", "parse"):
            floor = Side([PYTHON, str(rivals.PEERS / "floor.py"), "claims", what], self.main, self.main / "claims")
            yield self._pair(f"check of {self._size}, cold", self._cold(), f"bare {what} of the files", floor)

    def check(self) -> Iterator[Outcome]:
        """Time a check from nothing with all rules against validators, which check the schema only."""
        name, ours = f"check of {self._size}, cold", self._cold()
        yield self._pair(name, ours, "check-jsonschema", rivals.check_jsonschema(self.main), 1 / 25)
        yield self._pair(name, ours, "compiled validator", rivals.compiled(self.main), 1.8)
        yield self._pair(name, ours, "compiled validator, `--fast`", rivals.compiled(self.main, "--fast"))
        if rivals.AJV.exists():
            copy = rivals.quoted(self.main, WORK / "quoted")
            yield self._pair(f"{name}, dates in quotes", self._cold(copy), "ajv-cli", rivals.ajv(copy))

    def again(self) -> Iterator[Outcome]:
        """Time a check of what has not changed since the last one."""
        ours = alleged(self.main, "check")
        ours.seconds()
        name = f"check of {self._size}, nothing changed"
        yield self._pair(name, ours, "the same, cold", self._cold(), 0.15)
        for more, goal in (("", 1.5), (", click", None)):
            walk = Side([PYTHON, "-c", WALK.format(more=more)], self.main, self.main / "claims")
            yield self._pair(name, ours, f"a bare walk with stat{' that imports click' if more else ''}", walk, goal)

    def one(self) -> Iterator[Outcome]:
        """Time the check of one file of the project, as an editor asks for it."""
        file = one_file(self.main)
        named = file.relative_to(self.main).as_posix()
        peer = rivals.check_jsonschema(self.main, named)
        index(self.main)
        edited = alleged(self.main, "check", named, ready=edits(file))
        yield self._pair(f"check of one file of {self._size}, edited", edited, "check-jsonschema on it", peer, 0.6)
        every = alleged(self.main, "check", ready=edits(file))
        yield self._pair(f"check of {self._size}, one bundle changed", every, "the same, cold", self._cold(), 0.12)
        real = dataset()
        file = real / "claims" / "troops" / "2025.yaml"
        edited = alleged(real, "check", file.relative_to(real).as_posix(), ready=edits(file))
        name = f"check of one file of the real dataset ({size(real / 'claims') / MIB:.1f} MiB), edited"
        yield self._pair(name, edited, "bare imports of click, yaml and jsonschema_rs", IMPORTS, 1.5)
        alleged(self.main, "check").seconds()
        same = alleged(self.main, "check", named)
        yield self._pair(f"check of one file of {self._size}, unchanged", same, "check-jsonschema on it", peer)

    def build(self) -> Iterator[Outcome]:
        """Time a build of all tables from nothing."""
        ours = self._cold_build(self.main)
        name = f"build of {self._size}, cold"
        yield self._pair(name, ours, "careful script", rivals.careful(self.main), 0.2)
        yield self._pair(
            "build of 1,000 claims, cold", self._cold_build(self.small), "common script", rivals.common(self.small)
        )
        yield self._pair(name, ours, "check, cold", self._cold())

    def rebuild(self) -> Iterator[Outcome]:
        """Time a build after one bundle has changed, and after none has."""
        index(self.main)
        _build(self.main)
        edited = alleged(self.main, "build", ready=edits(one_file(self.main)))
        yield self._pair(
            f"build of {self._size}, one bundle changed", edited, "the same, cold", self._cold_build(self.main), 0.35
        )
        same = alleged(self.main, "build")
        same.seconds()
        yield self._pair(f"build of {self._size}, nothing changed", same, "bare Python", BARE)

    def sizes(self) -> Iterator[Outcome]:
        """Time check and build of growing projects, and look at their memory."""
        sizes = [n for n in SIZES if n <= self.claims * 10]
        times = self.growth = {"check": {}, "build": {}, "derived tables": {}, "bytes": {}}
        for claims in sizes:
            folder = project(claims)
            rounds = 3 if claims <= 10_000 else 1
            times["bytes"][claims] = size(folder / "claims")
            times["check"][claims] = min(self._cold(folder).seconds() for _ in range(rounds))
            times["build"][claims] = min(self._cold_build(folder).seconds() for _ in range(rounds))
            times["derived tables"][claims] = derived(folder)
        for name, goal in (("check", 1.05), ("build", 1.05), ("derived tables", None)):
            yield results.slope(f"{name} of {sizes[0]:,} to {sizes[-1]:,} claims", times[name], goal)
        largest = project(sizes[-1])
        changed = edits(one_file(largest))
        index(largest)
        _build(largest)
        for name, side, goal in (
            ("check of {:,} claims, one bundle changed", alleged(largest, "check", ready=changed), 2.5),
            ("build of {:,} claims, one bundle changed", alleged(largest, "build", ready=changed), 7.0),
            ("check of {:,} claims, cold", self._cold(largest), None),
            ("build of {:,} claims, cold", self._cold_build(largest), None),
        ):
            in_bytes = times["bytes"][sizes[-1]] / MIB
            yield results.memory(name.format(sizes[-1]), side.peak(), in_bytes, goal)

    def cluster(self) -> Iterator[Outcome]:
        """Time a build by three workers of a cluster, one of which is killed, against two processes of this machine."""
        folder = project(self.claims * 10)
        built: set[str] = set()
        with workers.cluster([str(DASK_PYTHON), "-m", "dask"], 3) as cluster:

            def ready() -> None:
                _keep_digests(folder, built)
                cluster.lose_one(after=15)

            def local() -> None:
                _keep_digests(folder, built)

            words = [str(DASK_PYTHON), "-m", "alleged", "build", "--force"]
            theirs = Side([*words, "--no-cache", "--jobs", "2"], folder, folder / "claims", local)
            ours = Side([*words, "--cluster", cluster.address], folder, folder / "claims", ready)
            name = f"build of {self.claims * 10:,} claims, cold, by 3 workers, one killed"
            yield results.compared(name, "by 2 processes", pairs(ours, theirs, self.rounds), (), 1.5)
        _keep_digests(folder, built)
        if len(built) > 1:
            raise RuntimeError("the cluster built other bytes")

    def install(self) -> Iterator[Outcome]:
        """Time an installation from nothing, with all packages in pip's own cache."""
        with tempfile.TemporaryDirectory() as folder:
            times = [installed(Path(folder) / f"{n}") for n in range(2)]
            yield results.installation(times[-1], size(Path(folder) / "1") / MIB)

    def _pair(self, name: str, ours: Side, against: str, theirs: Side, goal: float | None = None) -> Outcome:
        found = pairs(ours, theirs, self.rounds)
        return results.compared(name, against, found, (self._peak(ours), self._peak(theirs)), goal)

    def _peak(self, side: Side) -> float:
        """Return the most memory that a side holds, looked at once for each command and what is made ready for it."""
        key = (*side.words, str(side.folder), side.ready.__qualname__)
        if key not in self.peaks:
            self.peaks[key] = side.peak()
        return self.peaks[key]

    def _cold(self, folder: Path | None = None) -> Side:
        return alleged(folder or self.main, "check", *without_cache("check"))

    def _cold_build(self, folder: Path) -> Side:
        tables = folder / "datasets"
        words = ("build", "--force", *without_cache("build"))
        return alleged(folder, *words, ready=lambda: shutil.rmtree(tables, ignore_errors=True))

    @property
    def _size(self) -> str:
        return f"{self.claims:,} claims"


def alleged(folder: Path, *words: str, ready: Callable[[], object] | None = None) -> Side:
    """Return a command of ours in a project, with a cache that only benchmarks use."""
    environment = {"XDG_CACHE_HOME": str(CACHE)}
    files = folder / "claims"
    return Side([*ALLEGED, *words], folder, files, ready or nothing, environment)


def _keep_digests(folder: Path, built: set[str]) -> None:
    """Remember the bytes of the tables of a project, and remove the tables."""
    tables = sorted((folder / "datasets" / "dev").glob("*.parquet"))
    if tables:
        built.add(" ".join(hashlib.sha256(table.read_bytes()).hexdigest() for table in tables))
    shutil.rmtree(folder / "datasets", ignore_errors=True)


IMPORTS = Side([PYTHON, "-c", "import click, yaml, jsonschema_rs"], ROOT)

INDEX = """
from alleged import report
from alleged.cache import CheckCache
from alleged.execution import Execution, cores
from alleged.project import Project
project = Project.find()
found = report.check(project)
report.index_records(project, Execution(jobs=cores()), CheckCache(project), found)
"""


def index(folder: Path) -> None:
    """Make the index of a project, as a check at a terminal does."""
    Side([PYTHON, "-c", INDEX], folder, folder / "claims", environment={"XDG_CACHE_HOME": str(CACHE)}).seconds()


def _build(folder: Path) -> None:
    """Build the tables of a project that has an index, so that later builds can take rows from them."""
    shutil.rmtree(folder / "datasets" / "dev", ignore_errors=True)
    alleged(folder, "build").seconds()


def dataset() -> Path:
    """Return a copy of the real records, with an index."""
    folder = WORK / "real"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("claims", "datasets/index.json", "dataset.yaml"):
        source = ROOT / name
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    for manifest in ROOT.glob("datasets/2*/manifest.json"):
        (folder / manifest.relative_to(ROOT)).parent.mkdir()
        shutil.copy(manifest, folder / manifest.relative_to(ROOT))
    index(folder)
    return folder


def without_cache(command: str) -> list[str]:
    """Return the option that makes a command begin from nothing, where it has one."""
    text = subprocess.check_output([*ALLEGED, command, "--help"], text=True, env=ENVIRONMENT)
    return ["--no-cache"] if "--no-cache" in text else []


def project(claims: int, faults: float = 0.0) -> Path:
    """Return a made-up project of so many claims, made once in a run."""
    folder = WORK / f"{claims}{'-faults' if faults else ''}"
    if folder not in MADE:
        shutil.rmtree(folder, ignore_errors=True)
        corpora.make(folder, claims, faults)
        MADE.add(folder)
    return folder


MADE: set[Path] = set()


def one_file(folder: Path) -> Path:
    """Return a bundle from the middle of a project."""
    bundles = sorted(folder.glob("claims/2*/**/*.yaml"))
    return bundles[len(bundles) // 2]


def edits(file: Path) -> Callable[[], object]:
    """Return what changes the first summary of a file, each time to something new."""
    rounds = count(1)

    def edit() -> None:
        text = file.read_text(encoding="utf-8")
        changed = re.sub(
            r"(?m)^( +summary: .*?)(?: as printed [0-9]+)?\.$", rf"\1 as printed {next(rounds)}.", text, count=1
        )
        assert changed != text  # noqa: S101 - or nothing would be measured
        file.write_text(changed, encoding="utf-8")

    return edit


def derived(folder: Path) -> float:
    """Return the seconds that the derived tables of a built project take."""
    words = [PYTHON, str(ROOT / "benchmarks" / "deriving.py"), str(folder)]
    return float(subprocess.check_output(words, text=True, env=ENVIRONMENT))


def installed(environment: Path) -> float:
    """Return the seconds that it takes to install the project as `make` does, into a folder that is not there yet."""
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    steps = (
        [PYTHON, "-m", "venv", str(environment)],
        [*pip, "--require-hashes", "-r", "requirements.lock"],
        [*pip, "--no-deps", "--no-build-isolation", "."],
    )
    return sum(Side(step, ROOT).seconds() for step in steps)


def names() -> list[str]:
    """Return the names of the comparisons."""
    return [name for name, member in vars(Bench).items() if callable(member) and name[0] != "_"]


def main() -> int:
    """Run the comparisons that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1,000 claims and three pairs")
    parser.add_argument("--only", choices=names(), action="append", help="one comparison; may be given again")
    parser.add_argument("--claims", type=int, help="claims of the project (10,000 if not said)")
    parser.add_argument("--pairs", type=int, help="pairs of each comparison (5 if not said)")
    asked = parser.parse_args()
    bench = Bench(asked.claims or (1_000 if asked.quick else 10_000), asked.pairs or (3 if asked.quick else 5))
    wrong = rivals.verify(project(1_000), project(1_000, 0.05), WORK / "quoted-small")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    outcomes = []
    for name in asked.only or [n for n in names() if not (asked.quick and n == "install")]:
        for outcome in getattr(bench, name)():
            print(outcome.line(), flush=True)
            outcomes.append(outcome)
    if not (asked.quick or asked.only):
        write(bench, outcomes)
    return 0


def write(bench: Bench, outcomes: list[Outcome]) -> None:
    """Write the results, and draw how times grow."""
    here = ROOT / "benchmarks"
    (here / "growth.json").write_text(json.dumps(bench.growth, indent=2) + "\n", encoding="utf-8")
    (here / "results.md").write_text(results.page(outcomes, bench.rounds, rivals.versions()), encoding="utf-8")
    subprocess.run([rivals.PYTHON, here / "growth.py"], check=True, env=ENVIRONMENT)


if __name__ == "__main__":
    sys.exit(main())
