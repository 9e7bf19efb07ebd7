"""Check and build on a cluster of Dask: its workers run the functions that processes of this machine run.

This machine reads the files and sends their bytes, places findings, derives tables and writes them. What it sends to
the cluster and what comes back are pickles, which can run code: trust both sides.
"""

import logging
import pickle
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from typing import Any

from alleged import files
from alleged.cache import StatCache
from alleged.errors import AllegedError, EnvironmentFailure
from alleged.execution import Execution, Progress, gc_disabled
from alleged.project import PACKAGE, schemas_folder
from alleged.release import versions
from alleged.rules import RULES  # noqa: F401 - complete before a task names one
from alleged.schemas.vocabularies import in_use, using

try:
    from distributed import CancelledError, Client, Future, KilledWorker
except ModuleNotFoundError as error:
    missing = f"--cluster needs {error.name}, which is not installed here: pip install 'alleged[cluster]'"
    raise EnvironmentFailure(missing) from None

PATIENCE = 10
"""Seconds to wait for the scheduler, and for a first worker."""

AHEAD = 16
"""Tasks that are sent for each thread of the workers, so that none waits; each may be a megabyte of YAML."""


@dataclass(frozen=True, kw_only=True)
class Cluster(Execution):
    """Execution by the workers of a cluster. `held` is what all tasks have in common, here and on the workers."""

    client: Client
    held: list[tuple[Any, Future]] = field(default_factory=list)

    @property
    def is_shared(self) -> bool:
        return True

    @property
    def nearby(self) -> Execution:
        self.progress.note("copies of articles do not leave this machine, so it judges the records itself")
        return Execution(self.progress)

    def spread(
        self,
        work: Callable[[Any, Any], Any],
        common: Any,
        tasks: Sequence[Any],
        load: Callable[[Any], Any] = lambda task: task,
        finish: Callable[[Any], Any] = lambda result: result,
        last: bool = False,
    ) -> Iterator[Any]:
        """Yield the result of each task, in their order; see `Execution.spread`.

        If a worker dies, others do its tasks.

        Raises:
            EnvironmentFailure: The scheduler is lost, tasks kill their workers, or a worker has another version.
        """
        with _failures():
            shared = self._shared(common)
            ahead = AHEAD * sum(self.client.nthreads().values())
        sent: deque[Future] = deque()
        for task in tasks:
            loaded = load(task)
            with _failures():
                packed = pickle.dumps((in_use(), work, loaded))
                sent.append(self.client.submit(run, tool(), shared, packed, pure=False))
            if len(sent) >= ahead:
                yield finish(_result(sent.popleft()))
        while sent:
            yield finish(_result(sent.popleft()))

    def _shared(self, common: Any) -> Future:
        """Send what tasks have in common, unless it is there.

        It is the argument of a task, so the scheduler keeps it. `scatter` would wait for ever for a worker that dies.
        """
        if not self.held or self.held[0][0] is not common:
            with warnings.catch_warnings(action="ignore"):  # it is large
                self.held[:] = [(common, self.client.submit(Packed, pickle.dumps(common), pure=False))]
        return self.held[0][1]


@contextmanager
def connected(address: str, progress: Progress) -> Iterator[Cluster]:
    """Connect to the scheduler at an address, such as `tcp://10.0.0.5:8786`.

    Raises:
        EnvironmentFailure: There is none, or it has no workers.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # errors are raised
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EnvironmentFailure(f"there is no scheduler at {address!r}: {error}") from None
    try:
        _require_workers(client)
        yield Cluster(progress=progress, client=client)
    finally:
        client.close(timeout=1)


def _require_workers(client: Client) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
        found = client.run(tool).values()
    except TimeoutError:
        raise EnvironmentFailure("the scheduler has no workers: start some with 'dask worker'") from None
    except (AttributeError, ImportError, OSError):
        found = [""]
    if {*found} != {tool()}:
        raise EnvironmentFailure(OTHER_VERSION)


class Packed:
    """What tasks have in common, as bytes that a worker unpacks once."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __getstate__(self) -> dict[str, bytes]:
        return {"content": self.content}

    @cached_property
    def value(self) -> Any:
        return pickle.loads(self.content)  # noqa: S301 - who may send it may run code here anyway


def run(version: str, common: Packed, packed: bytes) -> bytes:
    """Do a task on a worker, with the codes in use where it comes from.

    Raises:
        EnvironmentFailure: It comes from another version.
    """
    if version != tool():
        raise EnvironmentFailure(OTHER_VERSION)
    with gc_disabled():
        codes, work, task = pickle.loads(packed)  # noqa: S301 - as above
        with using(codes):
            return pickle.dumps(work(common.value, task))


OTHER_VERSION = "a worker has another version of Python, of 'alleged' or of its libraries: install the same everywhere"


@cache
def tool() -> str:
    """Return a digest of all that findings and tables depend on: Python, this code, its schemas, and libraries."""
    stats = StatCache({})
    code = stats.digests(PACKAGE, files.walk(PACKAGE, "", lambda name: name.endswith(".py")))
    schemas = stats.digests(schemas_folder(), files.walk(schemas_folder(), "", lambda name: name.endswith(".json")))
    parts = [sys.version_info[:2], versions(), sorted(code.items()), sorted(schemas.items())]
    return sha256(repr(parts).encode()).hexdigest()


def _result(future: Future) -> Any:
    with _failures():
        while True:
            try:
                return pickle.loads(future.result(PATIENCE))  # noqa: S301 - the user trusts the cluster
            except TimeoutError:
                if future.client is None or not future.client.nthreads():
                    raise EnvironmentFailure("all workers are lost, so nothing was published") from None


@contextmanager
def _failures() -> Iterator[None]:
    """Translate failures of the cluster."""
    try:
        yield
    except AllegedError:
        raise
    except KilledWorker as error:
        raise EnvironmentFailure(f"workers died again and again, perhaps of too little memory: {error}") from None
    except (CancelledError, OSError) as error:
        raise EnvironmentFailure(f"the cluster was lost, so nothing was published: {error}") from None
