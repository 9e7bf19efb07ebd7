"""Checks and builds on a cluster: the findings and bytes of one machine, whatever dies meanwhile."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import noise
from alleged.project import PACKAGE
from paths import ROOT, TESTS

pytest.importorskip("distributed", reason="needs alleged[cluster]")

SMALL_PARTS = """
import os, signal, sys
from alleged import cli, cluster, report, tables
from alleged.records import corpus
corpus.PORTION_BYTES, report.PART, tables.PART = 20_000, 50, 50
cluster.PATIENCE = 30
"""
"""The command line with portions so small that a small project gives every worker several."""

KILLING = """
number, of = int(os.environ["KILL"]), int(os.environ["AT"])
result, count = cluster._result, iter(range(10_000))
def _result(future):
    if next(count) == of:
        os.kill(number, 9)
    return result(future)
cluster._result = _result
"""
"""Kills a process when so many results have come."""


DYING = """
import os, signal
from alleged import cluster
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
cluster.Packed.__init__ = cluster.Packed.__setstate__ = die
"""
"""Kills a worker in the moment in which it gets the records."""


class Dask:
    """A scheduler and workers on this machine, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0")
        while not self.file.exists():
            time.sleep(0.05)
        self.address = json.loads(self.file.read_bytes())["address"]

    def add_worker(self, *more: str, **environment: str) -> "subprocess.Popen[bytes]":
        options = "--no-nanny", "--nthreads", "1", "--memory-limit", "0", *more
        return self._start("worker", *options, "--local-directory", str(self.folder), **environment)

    def _start(self, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
        words = *words, "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(self.file)
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words], env={**os.environ, **environment}, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    started = Dask(tmp_path_factory.mktemp("dask"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """Return a cluster of two workers, which all tests use that kill nothing."""
    started = Dask(tmp_path_factory.mktemp("dask"))
    started.add_worker()
    started.add_worker()
    yield started
    started.stop()


def run(folder: Path, *words: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    program = f"{SMALL_PARTS}{code}\ncli.main(sys.argv[1:])"
    run = [sys.executable, "-c", program, *words]
    environment = {**os.environ, **environment}
    return subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def killing(process: "subprocess.Popen[bytes]", at: int, code: str = "") -> dict[str, str]:
    return {"code": KILLING + code, "KILL": str(process.pid), "AT": str(at)}


def noisy(folder: Path) -> None:
    noise.write(folder, seed=18, copies=1)


def broken(folder: Path) -> None:
    """Write a file that is no YAML, one with wrong fields, and one with a name that must not be."""
    shutil.copytree(TESTS / "fixture" / "claims", folder / "claims")
    (folder / "claims" / "broken.yaml").write_text("claims:\n  - id: x\n    act: alege\n - y\n")
    (folder / "claims" / "odd name.yaml").write_text("claims: 3\nactors:\n  - {id: y, name: Y, kind: organisation}\n")
    (folder / "claims" / "link.yaml").symlink_to("broken.yaml")


def mistaken(folder: Path) -> None:
    """Write an error of an early stage, which other rules rely on, and one of the last."""
    shutil.copytree(TESTS / "fixture" / "claims", folder / "claims")
    added = "actors:\n  - {id: y, name: Y, kind: outlet, part_of: [{of: nobody-at-all}]}\n"
    (folder / "claims" / "wrong.yaml").write_text(f"{added}  - {{id: spare, name: Spare, kind: outlet}}\n")


def coded(folder: Path) -> None:
    """Write a dataset with a code of its own."""
    shutil.copytree(TESTS / "fixture" / "claims", folder / "claims")
    (folder / "vocabularies").mkdir()
    code = "codes:\n  - {code: vow, label: Vow, definition: It was vowed., stance: assert, stances: [assert]}\n"
    (folder / "vocabularies" / "act.yaml").write_text(code)
    seed = folder / "claims" / "seed.yaml"
    seed.write_text(seed.read_text().replace("act: allege", "act: vow"))


def with_copies(folder: Path) -> None:
    """Write a dataset with a copy of an article, which does not have what is quoted from it."""
    shutil.copytree(TESTS / "fixture" / "claims", folder / "claims")
    (folder / ".texts").mkdir()
    (folder / ".texts" / "seed-2024-06.txt").write_text("Nothing of it.")


@pytest.mark.parametrize("write", [noisy, broken, mistaken, coded, with_copies], ids=lambda f: f.__name__)
def test_a_cluster_reports_what_one_machine_reports(pair: Dask, tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)

    here = run(tmp_path, "check", "--no-cache", "--jobs", "1", "--format", "json")
    there = run(tmp_path, "check", "--cluster", pair.address, "--format", "json")

    assert (there.returncode, json.loads(there.stdout)) == (here.returncode, json.loads(here.stdout))
    assert ("do not leave this machine" in there.stderr) == (write is with_copies)
    assert write is coded or json.loads(here.stdout)["issues"]


def build(folder: Path, *words: str, **options: str) -> tuple[subprocess.CompletedProcess[str], dict[str, bytes]]:
    done = run(folder, "build", "--force", "--quiet", *words, **options)
    return done, {path.name: path.read_bytes() for path in (folder / "datasets" / "dev").glob("*")}


def test_however_many_workers_there_are_and_die_the_tables_have_the_same_bytes(dask: Dask, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    _, one = build(tmp_path, "--no-cache", "--jobs", "1")
    assert build(tmp_path, "--no-cache", "--jobs", "2")[1] == one
    at = "--cluster", dask.address
    for number in (1, 3):
        while len(dask.processes) <= number:  # the scheduler is one of them
            dask.add_worker()
        shutil.rmtree(tmp_path / "datasets")
        done, built = build(tmp_path, *at)
        assert (number, done.returncode, built) == (number, 0, one), done.stderr

    worker = dask.processes[-1]
    for at_result in (1, 8):  # while files are read, while records are judged
        shutil.rmtree(tmp_path / "datasets")
        done, built = build(tmp_path, *at, **killing(worker, at_result))
        assert (done.returncode, built) == (0, one), done.stderr
        assert worker.wait() == -signal.SIGKILL
        worker = dask.processes[1]


def test_a_worker_that_dies_when_it_gets_the_records_is_done_without(dask: Dask, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    _, one = build(tmp_path, "--no-cache", "--jobs", "1")
    dask.add_worker()
    (dask.folder / "dying.py").write_text(DYING)
    dying = dask.add_worker("--preload", str(dask.folder / "dying.py"))
    shutil.rmtree(tmp_path / "datasets")

    done, built = build(tmp_path, "--cluster", dask.address)

    assert (done.returncode, built) == (0, one), done.stderr
    assert dying.wait(30) == -signal.SIGKILL


def test_a_lost_scheduler_ends_in_an_error_and_nothing_is_published(dask: Dask, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    dask.add_worker()

    done, built = build(tmp_path, "--cluster", dask.address, **killing(dask.scheduler, 5))

    assert done.returncode == 3
    assert "nothing was published" in done.stderr
    assert (built, [path.name for path in (tmp_path / "datasets").iterdir()]) == ({}, [".lock"])


def test_when_all_workers_are_lost_the_error_says_so_and_nothing_is_published(dask: Dask, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    worker = dask.add_worker()

    done, built = build(tmp_path, "--cluster", dask.address, **killing(worker, 3, "cluster.PATIENCE = 1.5"))

    assert (done.returncode, built) == (3, {})
    assert "all workers are lost" in done.stderr


def test_a_worker_with_other_code_does_no_work(dask: Dask, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    shutil.copytree(PACKAGE, tmp_path / "other" / "alleged")
    shutil.copytree(ROOT / "schemas", tmp_path / "other" / "alleged" / "schemas_shipped")
    with (tmp_path / "other" / "alleged" / "text" / "__init__.py").open("a") as file:
        file.write("# changed\n")
    dask.add_worker(PYTHONPATH=str(tmp_path / "other"))

    done = run(tmp_path, "check", "--cluster", dask.address)

    assert (done.returncode, done.stdout) == (3, "")
    assert "install the same everywhere" in done.stderr


def test_without_a_scheduler_or_workers_the_error_says_so(dask: Dask, tmp_path: Path) -> None:
    shutil.copytree(TESTS / "fixture" / "claims", tmp_path / "claims")
    for address, said in (("", "no scheduler"), ("tcp://127.0.0.1:9", "no scheduler"), (dask.address, "'dask worker'")):
        done = run(tmp_path, "check", "--cluster", address, code="cluster.PATIENCE = 0.5")

        assert (done.returncode, done.stdout) == (3, "")
        assert said in done.stderr


def test_without_dask_the_error_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    code = "import sys; sys.modules['distributed'] = None; from alleged import cli; cli.main(sys.argv[1:])"
    words = [sys.executable, "-c", code, "check", "--cluster", "tcp://127.0.0.1:9"]

    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (3, "")
    assert "pip install 'alleged[cluster]'" in done.stderr
