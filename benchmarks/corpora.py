"""Make up a project of so many claims, with all that they refer to, for benchmarks.

    python benchmarks/corpora.py FOLDER CLAIMS [--faults SHARE] [--seed N]

FOLDER must not be there yet, or be one that this made; its `claims/` is then replaced. The same seed makes the same
bytes. All kinds of record are there, in twelve languages and seven scripts; a check finds neither an error nor a
warning, unless `--faults 0.01` puts a mistake into one claim in a hundred.
"""

import argparse
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from invention import utterances, writing
from invention.cast import Cast, Entry
from invention.mistakes import IN_TEXT, Spoiler

SEED = 20240618
SETTINGS = "# Settings of the dataset.\ntitle: Made up for benchmarks, {claims} claims\nquote_words: 8\n"
KINDS = ("sources", "claims", "evidence", "assessments")
REMARKS = (
    "  # The figure stands in the headline only.",
    "  # Compare the item of the day before.",
    "  # Second reading: the speaker is named in the last paragraph.",
)


def make(folder: Path, claims: int, faults: float = 0.0, seed: int = SEED) -> dict[str, int]:
    """Make the project, and return how many mistakes of each kind it has."""
    (folder / "claims").mkdir(parents=True)
    (folder / "dataset.yaml").write_text(SETTINGS.format(claims=claims), encoding="utf-8")
    cast = Cast(claims, Random(seed))  # noqa: S311 - the same corpus each time
    spoiler = Spoiler(faults, Random(seed + 1))  # noqa: S311
    remarks = Random(seed + 2)  # noqa: S311
    named: set[str] = set()
    for bundle in utterances.Teller(cast, claims, Random(seed + 3)).bundles():  # noqa: S311
        for entries in bundle.records.values():
            named.update(text for entry in entries for text in _texts(entry))
        year, month = utterances.day(bundle.day)[:7].split("-")
        write(folder / "claims" / year / month / f"{bundle.name}.yaml", _bundle(bundle, spoiler, remarks))
    _registry(folder / "claims" / "registry", cast, named)
    return spoiler.made


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the lines of a file, and make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("\n".join((*lines, "")).encode())


def _bundle(bundle: utterances.Bundle, spoiler: Spoiler, remarks: Random) -> Iterator[str]:
    """Yield the lines of a bundle; a mistake and a comment come from draws of their own, so that the rest stays."""
    yield f"# {bundle.remark}"
    if bundle.defaults:
        yield from ("defaults:", *writing.lines(bundle.defaults, 2), "")
    for n, kind in enumerate(kind for kind in KINDS if kind in bundle.records):
        yield from ("", f"{kind}:") if n else (f"{kind}:",)
        for entry in bundle.records[kind]:
            if kind == "claims":
                if remarks.random() < 0.1:
                    yield remarks.choice(REMARKS)
                yield from _claim(entry, spoiler)
            else:
                yield from writing.items([writing.ordered(kind, entry)], 2)


def _claim(entry: Entry, spoiler: Spoiler) -> list[str]:
    entry, mistake = writing.ordered("claims", entry), spoiler.choose()
    if mistake and mistake not in IN_TEXT:
        entry = dict(entry)
        mistake(entry)
    lines = writing.items([entry], 2)
    if mistake in IN_TEXT:
        mistake(lines)
    return lines


def _registry(folder: Path, cast: Cast, named: set[str]) -> None:
    """Write actors, topics and instruments; an actor that nobody names yet says so."""
    kept = {"rule": "unused-record", "reason": "Kept for the claims of a later bundle."}
    topics = [topic.entry for topic in cast.topics]
    for entry in (*cast.actors, *cast.instruments, *topics):
        named.update(text for text in _texts(entry))
    actors = [actor if actor["id"] in named else {"id": actor["id"], "allow": [kept], **actor} for actor in cast.actors]
    for n, entries in enumerate(_parts(actors, 40)):
        write(
            folder / f"actors-{n:03}.yaml",
            ["# States, bodies, outlets, persons.", *_listed("actors", entries)],
        )
    for n, entries in enumerate(_parts(topics, 25)):
        write(folder / f"topics-{n:03}.yaml", ["# Neutral questions.", *_listed("topics", entries)])
    for n, entries in enumerate(_parts(cast.instruments, 10)):
        sources = cast.sources[n * 10 : n * 10 + 10]
        lines = [*_listed("sources", sources), "", *_listed("instruments", entries)]
        write(folder / f"instruments-{n:03}.yaml", ["# Treaties and measures.", *lines])


def _listed(kind: str, entries: Sequence[Entry]) -> list[str]:
    return [f"{kind}:", *writing.items(list(entries), 2)]


def _parts(entries: Sequence[Entry], size: int) -> Iterator[Sequence[Entry]]:
    return (entries[at : at + size] for at in range(0, len(entries), size))


def _texts(entry: object, own: bool = True) -> Iterator[str]:
    """Yield the texts of a record but its id."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list):
        for item in entry:
            yield from _texts(item, False)
    elif isinstance(entry, dict):
        for field, item in entry.items():
            if field != "id" or not own:
                yield from _texts(item, False)


def main(words: Sequence[str] | None = None) -> None:
    """Make the project that the command line asks for, and say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("claims", type=int)
    parser.add_argument("--faults", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(words)
    settings = asked.folder / "dataset.yaml"
    if settings.exists() and "Made up for benchmarks" in settings.read_text(encoding="utf-8"):
        shutil.rmtree(asked.folder / "claims")
    start = time.perf_counter()
    made = make(asked.folder, asked.claims, asked.faults, asked.seed)
    files = list((asked.folder / "claims").rglob("*.yaml"))
    size = sum(path.stat().st_size for path in files)
    taken = time.perf_counter() - start
    print(f"{asked.claims:,} claims, {len(files):,} files, {size / asked.claims:,.0f} bytes a claim, {taken:.1f} s")
    if made:
        print(f"{sum(made.values()):,} mistakes: {', '.join(f'{n} {name}' for name, n in sorted(made.items()))}")


if __name__ == "__main__":
    main()
