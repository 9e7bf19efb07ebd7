"""Time and memory of commands: two sides in turns, on files that are in memory before each run."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Users have bytecode cached, so that no source is compiled at each start; it holds for all sides."""

TICK = 0.005
"""Seconds between two looks at the memory of a run."""

MIB = 1 << 20


def nothing() -> None:
    """Make nothing ready."""


@dataclass(frozen=True)
class Side:
    """A command as it is timed: its words, where it runs, on which files, and what is made ready before each run."""

    words: Sequence[str]
    folder: Path
    files: Path | None = None
    ready: Callable[[], object] = nothing
    environment: Mapping[str, str] = field(default_factory=dict)

    def seconds(self) -> float:
        """Run the command to its end, and return the time that it took."""
        self._prepare()
        with tempfile.TemporaryFile() as output:
            start = time.perf_counter()
            process = self._start(output.fileno())
            process.wait()
            taken = time.perf_counter() - start
            self._judge(process.returncode, output.fileno())
        return taken

    def peak(self) -> float:
        """Run the command to its end, and return the most MiB that it and its children held at one time.

        Looked at are proportional sizes (PSS), in which pages that processes share are parted among them. Between two
        looks more may be held, so the largest resident size that any one process ever had counts too.
        """
        self._prepare()
        most = 0
        with tempfile.TemporaryFile() as output:
            process = self._start(output.fileno())
            while process.poll() is None:
                family = list(_family(process.pid))
                together = sum(_field(pid, "smaps_rollup", "Pss:") for pid in family)
                most = max(most, together, *(_field(pid, "status", "VmHWM:") for pid in family))
                time.sleep(TICK)
            self._judge(process.returncode, output.fileno())
        return most * 1024 / MIB

    def _prepare(self) -> None:
        self.ready()
        if self.files:
            read(self.files)

    def _start(self, output: int) -> "subprocess.Popen[bytes]":
        environment = {**ENVIRONMENT, **self.environment}
        return subprocess.Popen(self.words, cwd=self.folder, env=environment, stdout=output, stderr=output)

    def _judge(self, code: int, output: int) -> None:
        if code:
            said = os.pread(output, 4000, max(0, os.fstat(output).st_size - 4000)).decode(errors="replace")
            raise RuntimeError(f"{' '.join(self.words)[:300]}\nended with {code}:\n{said}")


@dataclass(frozen=True)
class Pairs:
    """What came of two sides in turns: the seconds of each run."""

    ours: list[float]
    theirs: list[float]

    @property
    def ratios(self) -> list[float]:
        return [a / b for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def pairs(ours: Side, theirs: Side, rounds: int) -> Pairs:
    """Time both sides in turns, each going first every other time."""
    found = Pairs([], [])
    for n in range(rounds):
        turns = [(ours, found.ours), (theirs, found.theirs)]
        for side, times in turns if n % 2 == 0 else reversed(turns):
            times.append(side.seconds())
    return found


def read(folder: Path) -> None:
    """Read all files of a folder, so that no side waits for the disk."""
    for where, _, names in os.walk(folder):
        for name in names:
            Path(where, name).read_bytes()


def size(folder: Path) -> int:
    """Return the bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text().split()
        except OSError:  # it has ended
            continue
        for child in children:
            yield from _family(int(child))


def _field(pid: int, file: str, field: str) -> int:
    """Return the KiB that the system tells of a process; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
