"""Execution settings: progress, worker processes."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def _same(value: Any) -> Any:
    return value


class Progress:
    """Receives the progress of the work; this class ignores it."""

    @contextmanager
    def stage(self, name: str, files: int = 0) -> Iterator["Progress"]:
        """Start a stage, which ends with the block; `files` is the number of files that it processes."""
        self.started(name, files)
        try:
            yield self
        finally:
            self.finished()

    def started(self, name: str, files: int) -> None:
        """A stage begins."""

    def advance(self, files: int, records: int) -> None:
        """The stage has processed so many files and records so far."""

    def finished(self) -> None:
        """The stage has ended."""

    def note(self, message: str) -> None:
        """The work continues in another way than planned; `message` says why."""


@dataclass(frozen=True)
class Execution:
    """How work is executed: by default in this process, without reporting progress.

    `meanwhile` is called in this process after the last worker processes have been started. It may import modules after
    which a fork would no longer be safe.
    """

    progress: Progress = field(default_factory=Progress)
    jobs: int = 1
    meanwhile: Callable[[], object] = tuple

    @property
    def is_shared(self) -> bool:
        """Whether tasks would run in several processes now."""
        return self.jobs > 1 and can_fork()

    @property
    def nearby(self) -> "Execution":
        """Execution on this machine only."""
        return self

    def spread(
        self,
        work: Callable[[Any, Any], Any],
        common: Any,
        tasks: Sequence[Any],
        load: Callable[[Any], Any] = _same,
        finish: Callable[[Any], Any] = _same,
        last: bool = False,
    ) -> Iterator[Any]:
        """Yield `finish(work(common, load(task)))` for each task, in their order; see `map_ordered`.

        `work` reads no files, so it may run on another machine; `load` and `finish` run where those of the project are.
        """
        return self.map_ordered(lambda task: finish(work(common, load(task))), tasks, last)

    def map_ordered(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], last: bool = False
    ) -> Iterator[Result]:
        """Yield the result of each task, in their order, from several processes if possible.

        The processes are forks of this one, so they have all its data, and only results are transferred. If the system
        cannot fork, if a fork would not be safe, or if a process dies, this process does the remaining work itself.
        With `last`, no later call starts processes.
        """
        done = 0
        if self.is_shared and len(tasks) > 1:
            from concurrent.futures import BrokenExecutor

            try:
                meanwhile = self.meanwhile if last else tuple
                for result in _map_in_processes(work, tasks, min(self.jobs, len(tasks)), meanwhile):
                    yield result
                    done += 1
            except (OSError, BrokenExecutor) as error:
                self.progress.note(f"continuing in one process: {error or type(error).__name__}")
        yield from map(work, tasks[done:])


SERIAL = Execution()
"""In this process, without reporting progress."""


def portions(weighted: Iterable[tuple[Task, int]], size: int) -> list[list[Task]]:
    """Return items in order, divided into portions whose weights add up to about `size`."""
    parts: list[list[Task]] = []
    remaining = 0
    for item, weight in weighted:
        if remaining <= 0:
            parts.append([])
            remaining = size
        parts[-1].append(item)
        remaining -= weight
    return parts


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_fork() -> bool:
    """Whether this process can fork safely: on Linux, with one thread, before polars has started its own threads."""
    has_fork = sys.platform == "linux" and hasattr(os, "fork")
    return has_fork and threading.active_count() == 1 and "polars" not in sys.modules


@contextmanager
def gc_disabled() -> Iterator[None]:
    """Disable the garbage collector: the data has no reference cycles, and searching its many values takes long."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


_inherited: list[Any] = []
"""The work and its tasks, which the forked processes inherit."""


def _map_in_processes(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, meanwhile: Callable[[], object]
) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    _inherited[:] = [work, tasks]
    pool = ProcessPoolExecutor(jobs, get_context("fork"), initializer=_set_up_worker)
    try:
        with _sigint_blocked():  # a process that is being forked could not handle it
            results = pool.map(_run_task, range(len(tasks)))
        meanwhile()
        yield from results
    finally:
        pool.shutdown(cancel_futures=True)
        _inherited.clear()


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Defer SIGINT until the end of the block; processes that are started in it never receive it."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_task(number: int) -> Any:
    work, tasks = _inherited
    return work(tasks[number])


def _set_up_worker() -> None:
    """Ignore SIGINT; exit when the parent exits, even if it was killed."""
    import signal
    from multiprocessing import parent_process

    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
