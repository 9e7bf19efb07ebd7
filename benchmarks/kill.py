"""What readers see while builds and releases are killed: 200 SIGKILLs at random moments beside a reader.

    python benchmarks/kill.py [KILLS]

A reader in a process of its own loads two tables again and again; it must never see one that is damaged or incomplete.
(Two calls of `load` may see two builds, since one may end in between; `open` is for those who need both of one.) After
each kill the next build must recover.
"""

import json
import multiprocessing
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing.synchronize import Event
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLEGED = [sys.executable, "-m", "alleged"]


def read(root: Path, stop: Event, counts: "multiprocessing.Queue[Counter[str]]") -> None:
    """Load claims and appearances until `stop` is set, and count what was seen."""
    import alleged

    seen: Counter[str] = Counter()
    while not stop.is_set():
        try:
            claims = alleged.load("claims", release="dev", project=root)
            appearances = alleged.load("appearances", release="dev", project=root)
        except LookupError:
            seen["not there"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted and shown
            seen[f"{type(error).__name__}: {error}"[:120]] += 1
        else:
            same = set(claims["record_sha256"]) == set(appearances["record_sha256"])
            seen["two tables of one build" if same else "two tables of two builds"] += 1
    counts.put(seen)


def git(root: Path, *words: str) -> None:
    """Run git in the project."""
    identity = ["-c", "user.name=Kill", "-c", "user.email=kill@example.org"]
    subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)


def prepare(root: Path) -> None:
    """Make a small project under git, built once."""
    (root / "claims").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "cast" / "cast.yaml", root / "claims")
    change(root, 0)
    git(root, "init", "-q")
    git(root, "add", "claims")
    git(root, "commit", "-qm", "Record claims")
    subprocess.run([*ALLEGED, "build"], cwd=root, check=True, capture_output=True)


def change(root: Path, number: int) -> None:
    """Give the one claim another summary."""
    text = (ROOT / "tests" / "mistakes" / "no-mistake.yaml").read_text()
    text = text.replace("Shells went by ship.", f"Shells went by ship {number}.")
    (root / "claims" / "claim.yaml").write_text(text)


def kill_one(root: Path, words: list[str], moment: float) -> str:
    """Start a command, kill it after some seconds, and say whether it had ended before."""
    process = subprocess.Popen([*ALLEGED, *words], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return "killed"
    return "ended"


def main(kills: int) -> None:
    """Kill builds and releases in turns, and print what came of it."""
    draw = random.Random(20240619)  # noqa: S311 - the same moments each time
    root = Path(tempfile.mkdtemp(prefix="alleged-kill-"))
    prepare(root)
    start = time.monotonic()
    subprocess.run([*ALLEGED, "build", "--force"], cwd=root, check=True, capture_output=True)
    whole = time.monotonic() - start
    stop, counts = multiprocessing.Event(), multiprocessing.Queue()
    reader = multiprocessing.Process(target=read, args=(root, stop, counts))
    reader.start()
    ends: Counter[str] = Counter()
    for number in range(1, kills + 1):
        release = number % 2 == 0
        change(root, number)
        if release:
            git(root, "commit", "-qm", f"Change {number}", "--", "claims")
        ends[kill_one(root, ["release"] if release else ["build", "--force"], draw.uniform(0.15, 1.1) * whole)] += 1
        if (root / "datasets" / "index.json").exists():
            index = json.loads((root / "datasets" / "index.json").read_bytes())
            done = subprocess.run([*ALLEGED, "verify"], cwd=root, capture_output=True, text=True, check=False)
            ends[f"stable release sound: {done.returncode == 0}"] += 1
            named = [f"datasets/{entry['release']}" for entry in index["releases"]]
            git(root, "add", "datasets/index.json", "CHANGELOG.md", *named)
            git(root, "commit", "-qm", "Keep", "--allow-empty")
    recovered = subprocess.run([*ALLEGED, "build", "--force"], cwd=root, capture_output=True, check=False).returncode
    stop.set()
    seen = counts.get(timeout=60)
    reader.join()
    left = sorted(p.name for p in (root / "datasets").iterdir() if p.name.startswith(".") and p.name != ".lock")
    print(
        f"{kills} runs: {dict(ends)}\nreader: {dict(seen)}\nlast build: {recovered}; left behind: {left or 'nothing'}"
    )
    shutil.rmtree(root)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
