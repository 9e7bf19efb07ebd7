"""A Dask cluster on this machine, of whose workers one is killed in each run."""

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from timing import ENVIRONMENT


class Cluster:
    """A scheduler and its workers, each a process that may use one thread."""

    def __init__(self, dask: Sequence[str], folder: Path, workers: int) -> None:
        self._dask, self._folder, self._file = dask, folder, folder / "scheduler.json"
        self._scheduler = self._start("scheduler", "--port", "0")
        while not self._file.exists():
            time.sleep(0.05)
        self.address: str = json.loads(self._file.read_bytes())["address"]
        self._workers = [self._worker() for _ in range(workers)]

    def lose_one(self, after: float) -> None:
        """Kill a worker in so many seconds; before, start another one for each that was killed."""
        self._workers = [worker if worker.poll() is None else self._worker() for worker in self._workers]
        time.sleep(5)  # until they have registered
        timer = threading.Timer(after, self._workers[0].kill)
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        """Kill all processes."""
        for process in (*self._workers, self._scheduler):
            process.kill()
            process.wait()

    def _worker(self) -> "subprocess.Popen[bytes]":
        return self._start("worker", "--no-nanny", "--nthreads", "1", "--memory-limit", "0")

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        words = (*words, "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(self._file))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([*self._dask, *words], cwd=self._folder, env=ENVIRONMENT, **quiet)


@contextmanager
def cluster(dask: Sequence[str], workers: int) -> Iterator[Cluster]:
    """Start a cluster, and stop it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        started = Cluster(dask, Path(folder), workers)
        try:
            yield started
        finally:
            started.stop()
