"""Fuzz the reader and the checker with atheris: any bytes give a report, in little time and memory.

    python benchmarks/fuzz.py [SECONDS]

`make fuzz` calls this with an environment of its own. Inputs are the examples of rules, the test mistakes and the real
claims, altered as bytes and as records. An exception, 2 seconds on one input, or 512 MB in all is a crash: libFuzzer
stops, and the input is kept in `.cache/fuzz/`. Inputs that reach new code stay there for the next run.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
KEPT = ROOT / ".cache" / "fuzz"
LONGEST = 1 << 15  # bytes of an input; longer ones teach little and cost much
SLOWEST, LARGEST = 2, 512  # seconds for one input, MB for all

if TYPE_CHECKING:
    from alleged.project import Project


def main(seconds: int) -> int:
    """Run the fuzzer for so many seconds, in a process of its own, and say what came of it."""
    corpus = KEPT / "inputs"
    corpus.mkdir(parents=True, exist_ok=True)
    for n, content in enumerate(seeds()):
        (corpus / f"seed-{n:03}").write_bytes(content)
    limits = [f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={LARGEST}", f"-max_len={LONGEST}"]
    words = [sys.executable, __file__, "--inside", str(corpus), *limits, f"-artifact_prefix={KEPT}/"]
    (KEPT / "slowest.json").unlink(missing_ok=True)
    before = set(KEPT.glob("*-*"))
    with subprocess.Popen([*words, "-print_final_stats=1"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None  # noqa: S101 - for the type checker
        said = [line for line in process.stderr if print(line, end="") is None]
    stats = dict(re.findall(r"stat::(\w+): +(\d+)", "".join(said)))
    print(f"\n{stats.get('number_of_executed_units', '?')} runs, peak {stats.get('peak_rss_mb', '?')} MB")
    if (KEPT / "slowest.json").exists():
        slowest = json.loads((KEPT / "slowest.json").read_text())
        print(f"slowest input: {slowest['milliseconds']:.0f} ms ({slowest['bytes']} bytes; .cache/fuzz/slowest)")
    print("kept:", *sorted(str(path) for path in set(KEPT.glob("*-*")) - before) or ["nothing; no crash, no hang"])
    return process.returncode


def seeds() -> list[bytes]:
    """Return the inputs to begin with: small bundles that are whole in themselves, and files as people write them."""
    from mutations import bundles

    cast = (ROOT / "tests" / "cast" / "cast.yaml").read_bytes()
    mistakes = [cast + path.read_bytes() for path in sorted((ROOT / "tests" / "mistakes").glob("*.yaml"))]
    files = [p.read_bytes() for p in (*ROOT.glob("claims/**/*.yaml"), *ROOT.glob("tests/examples/*/claims/*.yaml"))]
    return [*(json.dumps(bundle, ensure_ascii=False, indent=1).encode() for bundle in bundles()), *mistakes, *files]


def inside(words: list[str]) -> None:
    """Be the fuzzer: instrument `alleged`, and run until libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["alleged"]):
        pass

    from alleged.project import Project
    from alleged.reader.values import compose
    from mutations import bundles, mutated, values_of

    pool = values_of(bundles())

    def altered(data: bytes, most: int, seed: int) -> bytes:
        draw = Random(seed)  # noqa: S311 - repeatable by the fuzzer's own seed
        roots, _ = compose(data, []) if draw.random() < 0.6 else ([], {})
        if not roots or not isinstance(roots[0], dict):
            return atheris.Mutate(data, most)
        bundle = roots[0]
        for _ in range(draw.randrange(1, 4)):
            bundle = mutated(bundle, draw, pool)
        return json.dumps(bundle, ensure_ascii=False, indent=1).encode(errors="surrogatepass")[:most]

    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.claims.mkdir()
        atheris.Setup(words, Trial(project), custom_mutator=altered)
        atheris.Fuzz()


class Trial:
    """One input checked as the only bundle of a project, as `alleged check` does it."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self.slowest = 0.0

    def __call__(self, data: bytes) -> None:
        from alleged import report
        from alleged.cli.printing import shown
        from alleged.render import findings
        from mutations import is_tame

        (self.project.claims / "input.yaml").write_bytes(data)
        start = time.perf_counter()
        found = report.check(self.project)
        lines = [*map(shown, findings.human(found)), *map(shown, findings.plain(found))]
        taken = time.perf_counter() - start
        if not all(map(is_tame, lines)):
            raise AssertionError("a line holds what a screen would act upon")
        if taken > self.slowest:
            self.slowest = taken
            (KEPT / "slowest").write_bytes(data)
            facts: dict[str, Any] = {"milliseconds": taken * 1000, "bytes": len(data)}
            (KEPT / "slowest.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside([sys.argv[0], *sys.argv[2:]])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
