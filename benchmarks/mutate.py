"""Change the code in one place at a time, and see whether the tests notice.

A mutant is killed if the tests of its group fail, or run far longer than they should. One that survives shows that a
test is missing. Mutants are chosen by a seed, and tried in a copy of the repository, never in the working tree.

Examples:
    python benchmarks/mutate.py                        20 mutants of each group
    python benchmarks/mutate.py dates responses        only of these groups
    python benchmarks/mutate.py dates --all --jobs 1   every mutant of a group, one at a time
    python benchmarks/mutate.py --source src/alleged/text/words.py --tests tests/rules

benchmarks/mutants.toml lists the survivors that are accepted, each with the reason, and the mutants that are always
tried. Exit code 1: fewer than 95 % were killed, a survivor is not listed, or the list is out of date. Exit code 2: the
mutants could not be tried.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from mutants import Mutant, distinct, mutants, named, sample

ROOT = Path(__file__).resolve().parents[1]
LISTS = "benchmarks/mutants.toml"

LEAST = 0.95
"""Share of the mutants that must be killed."""

WIDTH = 110
"""Characters of an edited line that are printed."""


class Group(NamedTuple):
    """Modules, and the tests that should notice an edit of them; as patterns below the root of the repository."""

    sources: Sequence[str]
    tests: Sequence[str]


TABLES = ["tests/tables", "tests/origins"]
GROUPS: Mapping[str, Group] = {
    "files": Group(["src/alleged/files.py"], ["tests/test_files.py"]),
    "git": Group(["src/alleged/git.py", "src/alleged/changes/revisions.py"], ["tests/test_git.py"]),
    "cache": Group(["src/alleged/cache.py"], ["tests/test_cache.py"]),
    "release": Group(["src/alleged/release/*.py"], ["tests/release", "tests/test_clones.py"]),
    "datasets": Group(
        ["src/alleged/datasets/*.py"],
        ["tests/datasets", "tests/test_manifests.py"],
    ),
    "origins": Group(["src/alleged/origins/*.py"], ["tests/origins"]),
    "responses": Group(["src/alleged/tables/responses.py"], TABLES),
    "quantity_quarters": Group(["src/alleged/tables/quantity_quarters.py"], TABLES),
    "flat": Group(["src/alleged/tables/flat_*.py"], TABLES),
    "dates": Group(["src/alleged/dates/*.py"], ["tests/dates"]),
}


class SetupError(Exception):
    """The mutants cannot be tried; the message says why."""


class Trial(NamedTuple):
    """What became of a mutant: `killed`, `timed out` or `survived`."""

    group: str
    mutant: Mutant
    outcome: str


class Copy:
    """A copy of a repository in which modules are edited and tests run."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Copy the history, and all files that git does not ignore as they are now."""
        self.root = folder / "repository"
        self.temporary = folder / "temporary"
        self.process: subprocess.Popen[str] | None = None
        subprocess.run(["git", "clone", "--quiet", "--shared", "--no-checkout", root, self.root], check=True)
        subprocess.run(["git", "reset", "--quiet"], cwd=self.root, check=True)
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listing, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
        for name in filter(None, names):
            if (root / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, self.root / name, follow_symlinks=False)
        # By default Python compares sizes and times, and two mutants may be equally long and of the same second.
        compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "src"]
        subprocess.run(compiling, cwd=self.root, check=True)

    def test(self, tests: Sequence[str], seconds: float | None = None) -> tuple[int | None, str]:
        """Run tests until one fails; return pytest's exit code, None if the time is up, and what it printed."""
        self.temporary.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= {"HOME": str(self.temporary), "TMPDIR": str(self.temporary)}
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", *tests]
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(
            command, cwd=self.root, env=environment, text=True, errors="replace", start_new_session=True, **pipes
        ) as self.process:
            try:
                output, _ = self.process.communicate(timeout=seconds)
                return self.process.returncode, output
            except subprocess.TimeoutExpired:
                return None, ""
            finally:
                self.stop()
                shutil.rmtree(self.temporary, ignore_errors=True)

    def stop(self) -> None:
        """End the tests that run now, with all processes they have started."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    @contextmanager
    def edited(self, sources: Mapping[str, bytes]) -> Iterator[None]:
        """Give modules another content for a while."""
        before = {file: (self.root / file).read_bytes() for file in sources}
        for file, content in sources.items():
            (self.root / file).write_bytes(content)
        yield
        for file, content in before.items():
            (self.root / file).write_bytes(content)


class Lists(NamedTuple):
    """What `mutants.toml` lists: accepted survivors with the reason, and the mutants that are always tried."""

    accepted: Mapping[tuple[Any, ...], str]
    always: Sequence[Mapping[str, str]]

    @classmethod
    def read(cls, path: Path) -> "Lists":
        found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        fields = ("file", "function", "before", "after")
        accepted = {
            (*(entry[field] for field in fields), entry.get("nth", 1)): entry["reason"]
            for entry in found.get("accepted", ())
        }
        return cls(accepted, found.get("always", ()))


def main() -> int:
    """Run what the command line asks for."""
    options = parsed()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background, shells have it ignored
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.source:
        groups = {"given": Group(options.source, options.tests)}
    else:
        groups = {name: GROUPS[name] for name in options.groups or GROUPS}
    try:
        return run(options, groups)
    except SetupError as error:
        print(f"mutate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mutate: stopped", file=sys.stderr)
        return 130


def parsed() -> argparse.Namespace:
    """Return the options of the command line."""
    about, examples = str(__doc__).split("\nExamples:")
    parser = argparse.ArgumentParser(
        prog="python benchmarks/mutate.py",
        description=about,
        epilog=f"examples:{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    group = f"one of {', '.join(GROUPS)}; all of them if none is given"
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=group)
    parser.add_argument("--count", type=int, default=20, metavar="N", help="mutants of each group (default: 20)")
    parser.add_argument("--all", action="store_true", help="try every mutant")
    parser.add_argument("--seed", type=int, default=11, metavar="N", help="choose other mutants (default: 11)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="test runs at the same time (default: 2)")
    parser.add_argument("--list", action="store_true", help="print the chosen mutants and stop")
    parser.add_argument("--source", action="append", metavar="FILE", help="a module to edit, instead of a group")
    parser.add_argument("--tests", action="append", metavar="PATH", help="tests to run, with --source")
    parser.add_argument("--root", type=Path, default=ROOT, metavar="FOLDER", help="another repository than this one")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"there is no group {unknown.pop()!r}; there are: {', '.join(GROUPS)}")
    if bool(options.source) != bool(options.tests) or (options.source and options.groups):
        parser.error("--source and --tests belong together, and replace the groups")
    return options


def run(options: argparse.Namespace, groups: Mapping[str, Group]) -> int:
    """Try the chosen mutants of some groups, print what became of them, and return the exit code."""
    root = options.root.resolve()
    lists = Lists.read(root / LISTS)
    every = {name: all_of(root, group) for name, group in groups.items()}
    count = None if options.all else options.count
    chosen = {name: choose(found, lists, count, options.seed) for name, found in every.items()}
    if options.list:
        for mutant in (mutant for found in chosen.values() for mutant in found):
            print(described(mutant))
        return 0
    if not any(chosen.values()):
        raise SetupError("there is nothing to try")
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        copies = [Copy(root, Path(folder) / str(number)) for number in range(options.jobs)]
        for name, found in chosen.items():
            trials += tried(name, groups[name], found, copies)
    known = {mutant.key for found in every.values() for mutant in found}
    outdated = [key for key in lists.accepted if key[0] in {key[0] for key in known} and key not in known]
    return summary(trials, lists, outdated)


def all_of(root: Path, group: Group) -> list[Mutant]:
    """Return all mutants of a group."""
    files = expanded(root, group.sources)
    return [mutant for file in files for mutant in mutants(file, (root / file).read_bytes())]


def expanded(root: Path, patterns: Iterable[str]) -> list[str]:
    """Return the paths that match some patterns.

    Raises:
        SetupError: There is none for one of the patterns.
    """
    found: list[str] = []
    for pattern in patterns:
        matching = sorted(path.relative_to(root).as_posix() for path in root.glob(pattern))
        if not matching:
            raise SetupError(f"there is no {pattern}")
        found += matching
    return found


def choose(found: Sequence[Mutant], lists: Lists, count: int | None, seed: int) -> list[Mutant]:
    """Return the mutants that are always tried, and a sample of the others.

    Raises:
        SetupError: The list names a text that its module does not contain.
    """
    sources = {mutant.file: mutant.original for mutant in found}
    try:
        always = [
            named(entry["file"], sources[entry["file"]], entry["before"], entry["after"])
            for entry in lists.always
            if entry["file"] in sources
        ]
    except LookupError as error:
        raise SetupError(f"{LISTS} is out of date: {error}") from None
    return [*always, *(distinct(found) if count is None else sample(found, count, seed))]


def tried(name: str, group: Group, chosen: Sequence[Mutant], copies: Sequence[Copy]) -> list[Trial]:
    """Try mutants, as many at a time as there are copies, and print each."""
    tests = expanded(copies[0].root, group.tests)
    seconds = limit(copies[0], expanded(copies[0].root, group.sources), tests)
    print(f"{name}: {len(chosen)} mutants, each with {seconds:.0f} s for its tests", flush=True)
    idle: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        idle.put(copy)

    def attempt(mutant: Mutant) -> Trial:
        copy = idle.get()
        with copy.edited({mutant.file: mutant.source}):
            code, _ = copy.test(tests, seconds)
        idle.put(copy)
        return Trial(name, mutant, {0: "survived", None: "timed out"}.get(code, "killed"))

    trials = []
    pool = ThreadPoolExecutor(len(copies))
    try:
        for trial in pool.map(attempt, chosen):
            print(f"{trial.outcome:<9} {described(trial.mutant)}", flush=True)
            trials.append(trial)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        for copy in copies:
            copy.stop()
        raise
    finally:
        pool.shutdown()
    return trials


def limit(copy: Copy, sources: Sequence[str], tests: Sequence[str]) -> float:
    """Return the seconds that tests may take with a mutant.

    Raises:
        SetupError: The tests fail as things are, or pass although the modules cannot even be imported.
    """
    start = time.monotonic()
    code, output = copy.test(tests)
    if code != 0:
        raise SetupError(f"the tests fail without any mutant:\n{output}")
    taken = time.monotonic() - start
    with copy.edited(dict.fromkeys(sources, b"raise RuntimeError\n")):
        code, _ = copy.test(tests)
    if code == 0:
        raise SetupError(f"the tests do not import {' or '.join(sources)} of the copy")
    return max(60, 5 * taken)


def described(mutant: Mutant) -> str:
    """Return where a mutant is, and its edited lines before and after, cut to the part that differs."""
    pairs = enumerate(zip(mutant.before, mutant.after, strict=False))
    differs = next((place for place, (old, new) in pairs if old != new), 0)
    start = max(0, differs - WIDTH // 2)
    cut = ["…" * (start > 0) + line[start : start + WIDTH] for line in (mutant.before, mutant.after)]
    nth = f", no. {mutant.nth}" if mutant.nth > 1 else ""
    return f"{mutant.file}:{mutant.line} {mutant.function or 'module level'}{nth}\n    - {cut[0]}\n    + {cut[1]}"


def summary(trials: Sequence[Trial], lists: Lists, outdated: Sequence[tuple[Any, ...]]) -> int:
    """Print the survivors and the figures of each group, and return the exit code."""
    survivors = [trial.mutant for trial in trials if trial.outcome == "survived"]
    unlisted = [mutant for mutant in survivors if mutant.key not in lists.accepted]
    ended = [trial.mutant.key for trial in trials if trial.outcome != "survived"]
    print()
    for mutant in survivors:
        print(f"survived: {described(mutant)}\n    {lists.accepted.get(mutant.key, 'not listed: a test is missing')}")
    for key in outdated:
        print(f"listed in {LISTS}, but not a mutant any more: {key}")
    for key in (killed := [key for key in ended if key in lists.accepted]):
        print(f"listed in {LISTS} as a survivor, but killed: {key}")
    print(f"\n{'group':<18}{'mutants':>8}{'killed':>8}{'timed out':>11}{'survived':>10}{'not listed':>12}")
    for name in [*dict.fromkeys(trial.group for trial in trials), "total"]:
        of_group = [trial for trial in trials if name in (trial.group, "total")]
        counts = [sum(t.outcome == outcome for t in of_group) for outcome in ("killed", "timed out", "survived")]
        new = sum(t.mutant in unlisted for t in of_group)
        print(f"{name:<18}{len(of_group):>8}{counts[0]:>8}{counts[1]:>11}{counts[2]:>10}{new:>12}")
    share = 1 - len(survivors) / len(trials)
    print(f"{share:.1%} killed, {LEAST:.0%} needed")
    return int(share < LEAST or bool(unlisted or outdated or killed))


if __name__ == "__main__":
    sys.exit(main())
