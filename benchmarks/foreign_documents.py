"""Whether other tools read the documents that `alleged export` writes, and find in them what was written.

    python benchmarks/foreign_documents.py [LIBRARY ...]

The documents of the stable release are written below `.cache/foreign-documents/`, and read by libraries in an
environment that is set up from the lock in `benchmarks/foreign_documents/`. Nothing else needs these libraries: with
them, it takes 800 MB of disk. `make foreign` runs it before a release.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from alleged import api
from alleged.exports import bibliography
from alleged.text.urls import percent_encoded

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".cache" / "foreign-documents"
HERE = ROOT / "benchmarks" / "foreign_documents"

FORMATS = ("csl", "bibtex", "ris", "ftm", "jsonld", "croissant")
CITATIONS = {"csl-json": "cited.json", "bibtex": "cited.bib", "ris": "cited.ris"}
"""File with the citations of some claims, by style."""

LIBRARIES = ("citeproc", "bibtexparser", "pybtex", "rispy", "followthemoney", "rdflib", "mlcroissant")


def expected(release: api.Release) -> dict[str, Any]:
    """Return what the documents should say: items of sources, summaries of active claims, and keys of tables."""
    items = [asdict(item) for item in bibliography.items_of_release(release)]
    for item in items:
        item["url"] = percent_encoded(item["url"])
    claims = release.claims
    claim_ids = claims["claim_id"].sort().to_list()[::25]
    summaries = dict(claims.select("claim_id", "summary").iter_rows())
    keys = {table: release.manifest["tables"][table]["key"][0] for table in release.tables}
    return {
        "items": items,
        "cited": {id: summaries[id] for id in claim_ids},
        "summaries": claims.filter(claims["status"] == "active")["summary"].to_list(),
        "keys": {
            table: {"column": key, "values": release.load(table)[key].cast(str).to_list()}
            for table, key in keys.items()
        },
    }


def citations(release: api.Release, claims: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield a file for each style that programs read, with the citation of each claim."""
    for style, name in CITATIONS.items():
        cited = [release.cite(style, claim, "2026-11-28") for claim in claims]
        if style == "csl-json":
            yield name, json.dumps([item for text in cited for item in json.loads(text)])
        else:
            yield name, "\n\n".join(cited) + "\n"


def environment() -> Path:
    """Return the Python of the environment, which is set up if it is missing or older than its lock."""
    lock, folder = HERE / "requirements.lock", WORK / "venv"
    python, stamp = folder / "bin" / "python", folder / ".ready"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        stamp.touch()
    return python


def main(names: list[str]) -> int:
    """Print a line for each file and library, and one for each difference; return 1 if there are any."""
    out = WORK / "documents"
    out.mkdir(parents=True, exist_ok=True)
    release = api.open(project=ROOT)
    for form in FORMATS:
        start = time.perf_counter()
        for name, content in import_module(f"alleged.exports.{form}").files(release):
            (out / name).write_bytes(content)
            if not name.endswith(".parquet"):
                print(f"{form:<16} {name:<18} {len(content):>9,} bytes {time.perf_counter() - start:6.2f} s")
    facts, content = WORK / "expected.json", expected(release)
    facts.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    for name, text in citations(release, content["cited"]):
        (out / name).write_text(text, encoding="utf-8")
    different = 0
    python = environment()
    for library in names or LIBRARIES:
        start = time.perf_counter()
        run = [python, "-W", "ignore", HERE / "reader.py", library, out, facts]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        failed = done.stderr.strip().splitlines()[-1:] if done.returncode else []
        lines = [*(done.stdout.splitlines() or ["nothing was read"]), *failed]
        print(f"{library:<16} {lines[0]}; {len(lines) - 1} differences", end="")
        print(f", {time.perf_counter() - start:.1f} s")
        print("".join(f"    {line}\n" for line in lines[1:20]), end="")
        different += len(lines) - 1
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
