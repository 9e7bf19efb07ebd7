"""What a command meets when it runs: a project, a terminal or a pipe, a person who waits."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from alleged import files
from alleged.cli.printing import echo, redraw
from alleged.errors import UnknownNameError
from alleged.execution import Execution, Progress, cores
from alleged.project import Project

PATIENCE = 0.5
"""Seconds before a person at a terminal is shown progress."""


def find_project(paths: Sequence[Path] = ()) -> Project:
    """Return the project of the working directory, or else of the first path; a loose folder of records is one too."""
    try:
        return Project.find()
    except UnknownNameError:
        if not paths:
            raise
    first = paths[0].absolute()
    folder = first if files.is_folder(first) else first.parent
    if not files.is_folder(folder):
        raise UnknownNameError(f"there is no file or folder {str(paths[0])!r}")
    try:
        return Project.find(folder)
    except UnknownNameError:
        return Project(folder, ".")


def terminal() -> bool:
    """Whether output goes to a terminal."""
    return sys.stdout.isatty()


FileTimes = list[tuple[Path, int, int]]


def changes(project: Project, before: FileTimes) -> Iterator[None]:
    """Wait for record files to differ from a state, and tell each time; this goes on until the person interrupts."""
    while True:
        time.sleep(PATIENCE)
        if (now := state(project)) != before:
            before = now
            yield


def state(project: Project) -> FileTimes:
    """Return name, size and time of change of every record file; one that goes while it is looked at is left out."""
    found = []
    from alleged.reader import record_files

    for path in (project.settings, *record_files(project)):
        with suppress(OSError):
            status = files.status(project.root, project.relative(path))
            found.append((path, status.st_size, status.st_mtime_ns))
    return found


@contextmanager
def execution(jobs: int | None = None, stats: bool = False, quiet: bool = False) -> Iterator[Execution]:
    """Return the execution settings of a command; progress is shown on standard error while it works."""
    watch = Waiting(quiet)
    yield Execution(watch, jobs or cores())
    if stats:
        echo(*watch.stats(), *files.LIMITS, err=True)


class Stage(NamedTuple):
    """A stage that is over: what it was, how many files and records it went through, its seconds and peak memory."""

    name: str
    files: int
    records: int
    seconds: float
    memory: float


class Waiting(Progress):
    """Shows at a terminal how far the work has come, once it has taken a while; elsewhere, a line a stage."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.start = self.shown = time.monotonic()
        self.past: list[Stage] = []
        self.drawn = False

    def started(self, name: str, files: int) -> None:
        self.name, self.ahead, self.files, self.records = name, files, 0, 0
        self.entered = time.monotonic()
        self.shown = 0.0
        self._draw()

    def advance(self, files: int, records: int) -> None:
        self.files, self.records = files, records
        self._draw()

    def finished(self) -> None:
        seconds = time.monotonic() - self.entered
        self.past.append(Stage(self.name, self.files, self.records, seconds, peak()))
        if self.drawn:
            redraw()
            self.drawn = False
        elif seconds > PATIENCE and not self.quiet and not sys.stderr.isatty():
            echo(f"{self._told()} in {seconds:.1f} s", err=True)

    def note(self, said: str) -> None:
        echo(said, err=True)

    def stats(self) -> Iterator[str]:
        """Yield a line for each stage: its seconds, and the peak of memory until its end (see `peak`)."""
        yield f"{'stage':<12}{'seconds':>9}{'peak MiB':>10}{'files':>10}{'records':>10}"
        for stage in self.past:
            counts = "".join(f"{number:>10,}" if number else "" for number in (stage.files, stage.records))
            yield f"{stage.name:<12}{stage.seconds:>9.3f}{stage.memory:>10.0f}{counts}"
        yield f"{'in all':<12}{time.monotonic() - self.start:>9.3f}{peak():>10.0f}"

    def _draw(self) -> None:
        now = time.monotonic()
        if not self.quiet and sys.stderr.isatty() and now - self.start > PATIENCE and now - self.shown > 0.1:
            self.shown, self.drawn = now, True
            rate = f", {self.records / (now - self.entered):,.0f} a second" if self.records else ""
            redraw(self._told() + rate)

    def _told(self) -> str:
        ahead = f" of {self.ahead:,}" if self.files < self.ahead else ""
        counts = f": {self.files:,}{ahead} files, {self.records:,} records" if self.records else ""
        return f"{self.name}{counts}"


def peak() -> float:
    """Return the most memory that this process has held, and the largest of its children, in MiB; 0 on Windows."""
    try:
        from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return sum(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN)) / unit
