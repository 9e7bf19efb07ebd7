"""Fuzz the readers of manifests, indexes and locks with atheris: any bytes give a value or a clear error.

    python benchmarks/fuzz_manifests.py [SECONDS]

`make fuzz` calls this with an environment of its own. Inputs are the committed index and manifests, altered as bytes.
An exception other than an error of `alleged`, 2 seconds on one input, or 512 MB in all is a crash: libFuzzer stops, and
the input is kept in `.cache/fuzz-manifests/`.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".cache" / "fuzz-manifests"
LOCK = b'{"format": 1, "release": "2026.11.0", "manifest_sha256": "' + b"0" * 64 + b'"}'


def main(seconds: int) -> int:
    """Run the fuzzer for so many seconds, in a process of its own."""
    corpus = KEPT / "inputs"
    corpus.mkdir(parents=True, exist_ok=True)
    paths = [ROOT / "datasets" / "index.json", *(ROOT / "datasets").glob("*/manifest.json")]
    for n, content in enumerate([*(path.read_bytes() for path in paths), LOCK]):
        (corpus / f"seed-{n}").write_bytes(content)
    limits = [f"-max_total_time={seconds}", "-timeout=2", "-rss_limit_mb=512", "-max_len=200000"]
    words = [sys.executable, __file__, "--inside", str(corpus), *limits, f"-artifact_prefix={KEPT}/"]
    return subprocess.run([*words, "-print_final_stats=1"], check=False).returncode


def inside(words: list[str]) -> None:
    """Be the fuzzer: instrument the readers, and run until libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["alleged.datasets.manifests"]):
        from alleged.datasets import manifests
    from alleged.errors import AllegedError

    readers = (manifests.index, manifests.manifest, manifests.lock, manifests.provenance, manifests.datapackage)

    def trial(content: bytes) -> None:
        for read in readers:
            try:
                read(content, "input")
            except AllegedError as error:
                if "\n" in str(error) or not str(error).isprintable():
                    raise AssertionError("an error is not one line that can be printed") from error

    atheris.Setup(words, trial)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside([sys.argv[0], *sys.argv[2:]])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
