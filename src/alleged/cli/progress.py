"""What commands share: the project they run in, execution settings, progress on standard error."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from alleged import files
from alleged.cli.printing import echo, redraw
from alleged.errors import UnknownNameError
from alleged.execution import Execution, Progress, cores
from alleged.project import Project

if TYPE_CHECKING:
    from alleged.records.corpus import Corpus, ReadResult
    from alleged.schemas.vocabularies import OwnCodes

DELAY = 0.5
"""Seconds before progress is shown, and between two looks for changes."""


def find_project(paths: Sequence[Path] = ()) -> Project:
    """Return the project of the working directory, or else of the first path.

    A folder of record files outside any project counts as a project of its own.

    Raises:
        UnknownNameError: There is no project, and no such path.
    """
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


def find_releases() -> Project:
    """Return the project of the working directory, or else the nearest folder that has releases.

    Raises:
        UnknownNameError: There is neither.
    """
    try:
        return find_project()
    except UnknownNameError:
        folder = files.upwards(Path(), "datasets/index.json")
        if folder is None:
            raise
        return Project(folder)


def readable_records(project: Project) -> "Corpus":
    """Return the records of a project that can be read; if others cannot, a line on standard error says so.

    What an earlier command has read is taken from the cache. The own codes of the dataset are in use until the command
    ends.
    """
    reading = _read(project)
    if reading.issues:
        echo(f"{len(reading.issues)} records or files cannot be read and are left out; run 'alleged check'", err=True)
    return reading.corpus


def read_records(project: Project) -> "Corpus":
    """Return all records of a project, as `readable_records` does.

    Raises:
        click.ClickException: Some records cannot be read.
    """
    reading = _read(project)
    if reading.issues:
        raise click.ClickException("some records could not be read; run 'alleged check'")
    return reading.corpus


def _read(project: Project) -> "ReadResult":
    from alleged.cache import CheckCache
    from alleged.report import records

    reading = records(project, CheckCache(project))
    use_codes(reading.corpus.codes)
    return reading


def use_codes(codes: "OwnCodes") -> None:
    """Use the own codes of a dataset until the command ends."""
    from alleged.schemas.vocabularies import using

    click.get_current_context().with_resource(using(codes))


def use_own_codes() -> None:
    """Use the own codes of the project until the command ends, if there is one and they have no mistakes."""
    from alleged.records.own_codes import read_own_codes

    with suppress(UnknownNameError):
        codes, issues = read_own_codes(find_project())
        if not issues:
            use_codes(codes)


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


FileTimes = list[tuple[Path, int, int]]


def changes(project: Project, before: FileTimes) -> Iterator[None]:
    """Yield each time that record files have changed since `before`; runs until interrupted."""
    while True:
        time.sleep(DELAY)
        if (now := file_times(project)) != before:
            before = now
            yield


def file_times(project: Project) -> FileTimes:
    """Return path, size and modification time (ns) of each record file; files that vanish meanwhile are left out."""
    found = []
    from alleged.reader import record_files

    own = record_files(project, project.vocabularies.name)
    for path in (project.settings, *own, *record_files(project)):
        with suppress(OSError):
            status = files.status(project.root, project.relative(path))
            found.append((path, status.st_size, status.st_mtime_ns))
    return found


@contextmanager
def execution(
    jobs: int | None = None, stats: bool = False, quiet: bool = False, cluster: str | None = None
) -> Iterator[Execution]:
    """Return execution settings that show progress on standard error; print statistics at the end if wanted.

    Raises:
        UsageError: Both a number of processes and a cluster are given.
        EnvironmentFailure: There is no cluster at the address.
    """
    progress = TerminalProgress(quiet)
    if cluster is not None:
        if jobs is not None:
            raise click.UsageError("--jobs does not go with --cluster: it is set where the workers are started")
        from alleged.cluster import connected

        with connected(cluster, progress) as settings:
            yield settings
    else:
        yield Execution(progress, jobs or cores())
    if stats:
        echo(*progress.stats(), *files.LIMITS, err=True)


class Stage(NamedTuple):
    """A finished stage: its name, numbers of files and records, seconds, and peak memory in MiB."""

    name: str
    files: int
    records: int
    seconds: float
    memory: float


class TerminalProgress(Progress):
    """Shows progress on a terminal once work takes longer than `DELAY`; elsewhere, one line for each long stage."""

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
        elif seconds > DELAY and not self.quiet and not sys.stderr.isatty():
            echo(f"{self._status()} in {seconds:.1f} s", err=True)

    def note(self, message: str) -> None:
        echo(message, err=True)

    def stats(self) -> Iterator[str]:
        """Yield one line for each stage: seconds, and peak memory up to its end (see `peak`)."""
        yield f"{'stage':<12}{'seconds':>9}{'peak MiB':>10}{'files':>10}{'records':>10}"
        for stage in self.past:
            counts = "".join(f"{number:>10,}" if number else "" for number in (stage.files, stage.records))
            yield f"{stage.name:<12}{stage.seconds:>9.3f}{stage.memory:>10.0f}{counts}"
        yield f"{'in all':<12}{time.monotonic() - self.start:>9.3f}{peak():>10.0f}"

    def _draw(self) -> None:
        now = time.monotonic()
        if not self.quiet and sys.stderr.isatty() and now - self.start > DELAY and now - self.shown > 0.1:
            self.shown, self.drawn = now, True
            rate = f", {self.records / (now - self.entered):,.0f} a second" if self.records else ""
            redraw(self._status() + rate)

    def _status(self) -> str:
        ahead = f" of {self.ahead:,}" if self.files < self.ahead else ""
        if self.records:
            return f"{self.name}: {self.files:,}{ahead} files, {self.records:,} records"
        return f"{self.name}: {self.files:,}{ahead}" if self.files else self.name


def peak() -> float:
    """Return the peak memory of this process plus that of its largest child, in MiB; 0 on Windows."""
    try:
        from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return sum(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN)) / unit
