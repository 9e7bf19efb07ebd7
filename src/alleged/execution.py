"""By what means work is done: who hears of its stages, how many processes share it, what is kept from earlier runs."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Progress:
    """Hears of the stages of a piece of work; this one keeps it to itself."""

    @contextmanager
    def stage(self, name: str, files: int = 0) -> Iterator["Progress"]:
        """Enter a stage, which ends with the block; `files` are those that lie ahead, where it goes through files."""
        self.started(name, files)
        try:
            yield self
        finally:
            self.finished()

    def started(self, name: str, files: int) -> None:
        """Hear that a stage begins."""

    def advance(self, files: int, records: int) -> None:
        """Hear how many files and records the stage has gone through so far."""

    def finished(self) -> None:
        """Hear that the stage is over."""

    def note(self, said: str) -> None:
        """Hear of something that went another way than planned, without harm."""


@dataclass(frozen=True)
class Execution:
    """By what means work is done: by default in this process, from nothing, and in silence.

    `meanwhile` is called once the last processes have been started, while this one has nothing to do but wait: it may
    load what would make it unsafe to start others.
    """

    progress: Progress = field(default_factory=Progress)
    jobs: int = 1
    meanwhile: Callable[[], object] = tuple

    def map_ordered(
        self, work: Callable[[Task], Result], tasks: Sequence[Task], last: bool = False
    ) -> Iterator[Result]:
        """Yield what some work makes of each task, in their order; several processes share it where they can.

        The processes are forks of this one, so they know all that it knows, and only results travel. Where the system
        cannot fork, where it would not be safe, or where a process dies, this one does the work alone.
        """
        done = 0
        if self.jobs > 1 and len(tasks) > 1 and can_fork():
            from concurrent.futures import BrokenExecutor

            try:
                meanwhile = self.meanwhile if last else tuple
                for result in _shared(work, tasks, min(self.jobs, len(tasks)), meanwhile):
                    yield result
                    done += 1
            except (OSError, BrokenExecutor) as error:
                self.progress.note(f"going on in one process: {error or type(error).__name__}")
        yield from map(work, tasks[done:])


SERIAL = Execution()
"""In this process, from nothing, and in silence."""


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_fork() -> bool:
    """Whether this process can be copied safely: on Linux, with one thread, before polars has started its own."""
    able = sys.platform == "linux" and hasattr(os, "fork")
    return able and threading.active_count() == 1 and "polars" not in sys.modules


@contextmanager
def gc_disabled() -> Iterator[None]:
    """Let no memory be searched for circles: there are none, and among so many small values it takes too long."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


_inherited: list[Any] = []
"""The work and its tasks, as the forked processes find them; a list, since only what it holds is exchanged."""


def _shared(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, meanwhile: Callable[[], object]
) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    _inherited[:] = [work, tasks]
    pool = ProcessPoolExecutor(jobs, get_context("fork"), initializer=_settle_in)
    try:
        with _interruptions_held_back():  # in a process that is being forked, nobody could see to them
            results = pool.map(_inherit, range(len(tasks)))
        meanwhile()
        yield from results
    finally:
        pool.shutdown(cancel_futures=True)
        _inherited.clear()


@contextmanager
def _interruptions_held_back() -> Iterator[None]:
    """Let SIGINT wait until the end of the block; processes that are started in it never get it."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _inherit(number: int) -> Any:
    work, tasks = _inherited
    return work(tasks[number])


def _settle_in() -> None:
    """Leave interruptions to the parent, and go when it goes, even if it was killed."""
    import signal
    from multiprocessing import parent_process

    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
