"""Cutting a release: a version that never changes, made from one clean commit, that anyone can make again."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alleged import changes, codebook, history
from alleged.changes import Comparison
from alleged.corpus import Corpus, read
from alleged.errors import AllegedError, VerificationError
from alleged.layout import Layout, read_json
from alleged.means import ALONE, Means
from alleged.release import (
    Say,
    content_of,
    contracts,
    descriptions,
    inputs_of,
    manifest_of,
    publishing,
    source_of,
    tables_of,
)
from alleged.report import Report, examine

INDEX_FORMAT = 1

RELEASE = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]+")

KEPT = ("manifest.json", "changes.ndjson")
"""Files of a release that are committed; the others are made again from them and the commit, or fetched."""


class UnfitError(AllegedError):
    """The project is not in a state from which a release can be cut; the message says what to do."""

    exit_code = 1


@dataclass(frozen=True)
class Cut:
    """A release that was cut: its name, its manifest, what changed, and the files to commit."""

    name: str
    manifest: Mapping[str, Any]
    comparison: Comparison
    commit: tuple[str, ...]


def cut(layout: Layout, notes: str = "", means: Means = ALONE, say: Say = print) -> Cut:
    """Cut the next release from the commit that is checked out, and point the index at it last.

    Raises:
        UnfitError: There are uncommitted changes, errors in the records, or records that vanished.
        ContractError: The declared version of the tables' contract is too small for their changes.
        SurroundingsError: The disk, a permission, git or another build stands in the way; nothing was published.
    """
    with publishing.alone(layout, say), publishing.told(layout.relative(layout.datasets)):
        index = read_index(layout)
        _forget(layout, index)
        source = _clean(layout)
        name = following(index, datetime.now(UTC))
        with publishing.workshop(layout.datasets) as folder:
            manifest, comparison = produce(layout, name, folder, source, index, means)
            target = layout.datasets / name
            publishing.swap(folder, target)
        _enter(layout, notes, name, manifest, comparison)
        entry = {"manifest_sha256": _digest(publishing.as_json(manifest))}
        entry |= {key: manifest[key] for key in ("schema_version", "content_sha256")}
        releases = [*index["releases"], {"release": name, **entry, "commit": source["commit"]}]
        index = {**index, "releases": releases, "channels": {**index["channels"], "stable": name}}
        publishing.replace(layout.datasets / "index.json", publishing.as_json(index))
    kept = tuple(layout.relative(target / file) for file in KEPT)
    return Cut(name, manifest, comparison, (*kept, layout.relative(layout.datasets / "index.json"), "CHANGELOG.md"))


def produce(
    layout: Layout,
    name: str,
    folder: Path,
    source: Mapping[str, Any],
    index: Mapping[str, Any],
    means: Means = ALONE,
) -> tuple[dict[str, Any], Comparison]:
    """Make all files of a release in a folder; the same commit and name give the same bytes."""
    report, corpus = examine(layout, means=means)
    _fit(report)
    before = _previous(layout, index)
    manifest = manifest_of(report, corpus, name, source, inputs_of(layout, source))
    _hold_contract(index, layout)
    comparison = changes.compare(before, corpus)
    manifest["tables"] = tables_of(corpus, folder, manifest)
    manifest["content_sha256"] = content_of(manifest)
    files = {"changes.ndjson": _lines(comparison)}
    title, day = corpus.settings.title or "alleged", _day(layout, source["commit"])
    manifest["citation"] = {"title": title, "authors": [descriptions.AUTHOR], "date": day}
    files |= descriptions.described(manifest, title, day, codebook.markdown())
    digests = {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()}
    digests |= {file: _digest(content) for file, content in files.items()}
    files["provenance.json"] = publishing.as_json(descriptions.provenance(manifest, digests))
    for file, content in files.items():
        publishing.write(folder / file, content)
    manifest["files"] = {file: {"sha256": _digest(files[file]), "bytes": len(files[file])} for file in files}
    publishing.write(folder / "manifest.json", publishing.as_json(manifest))
    _read_back(folder, manifest)
    return manifest, comparison


def read_index(layout: Layout) -> dict[str, Any]:
    """Return the index of releases; an empty one where nothing has been released.

    Raises:
        VerificationError: It is damaged, or of a newer format.
    """
    path = layout.datasets / "index.json"
    if not path.exists():
        return {"format": INDEX_FORMAT, "releases": [], "channels": {}, "yanked": {}}
    try:
        index = read_json(path)
        known = index["format"] <= INDEX_FORMAT and isinstance(index["releases"], list)
    except (OSError, ValueError, LookupError, TypeError):
        raise VerificationError("datasets/index.json is damaged; get it back with 'git checkout datasets'") from None
    if not known:
        raise VerificationError("datasets/index.json was written by a newer alleged; upgrade it")
    return index


def following(index: Mapping[str, Any], now: datetime) -> str:
    """Return the name of the next release: year, month, and how many the month has had before it (calver.org)."""
    month = f"{now.year:04}.{now.month:02}."
    had = [int(e["release"].removeprefix(month)) for e in index["releases"] if e["release"].startswith(month)]
    return f"{month}{max(had, default=-1) + 1}"


def _clean(layout: Layout) -> dict[str, Any]:
    source = source_of(layout)
    if source["commit"] is None:
        raise UnfitError("a release is cut from a commit, but this is no git checkout with records in it")
    status = history.git(layout, "status", "--porcelain", "--untracked-files=all", "--no-renames").decode()
    if changed := [line[3:] for line in status.splitlines() if not _made(line[3:])]:
        raise UnfitError(f"a release is cut from a clean commit; commit or stash first: {', '.join(changed[:5])}")
    return source


def _made(path: str) -> bool:
    """Whether a path is made by builds and never committed, whether git has been told to ignore it or not."""
    folder, _, file = path.partition("datasets/")[2].rpartition("/")
    return path.startswith("datasets/") and (folder == "dev" or file not in ("index.json", *KEPT))


def _forget(layout: Layout, index: Mapping[str, Any]) -> None:
    """Remove what a crash has left of a release that the index never came to name."""
    (layout.root / ".CHANGELOG.md.new").unlink(missing_ok=True)
    named = {entry["release"] for entry in index["releases"]}
    for folder in layout.datasets.iterdir():
        if RELEASE.fullmatch(folder.name) and folder.name not in named and folder.is_dir():
            shutil.rmtree(folder)
            path = layout.root / "CHANGELOG.md"
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            before, found, rest = old.partition(f"\n## Release {folder.name}\n")
            if found:
                _, later, releases = rest.partition("\n## Release ")
                publishing.replace(path, (before + (f"\n## Release {releases}" if later else "")).encode())


def _fit(report: Report) -> None:
    if not report.sound:
        first = next(issue for issue in report.issues if issue.severity == "error")
        where = f"{first.place.path}:{first.place.line}"
        number = report.count("error")
        raise UnfitError(f"the records have {number} errors, the first is {first.rule} in {where}; run 'alleged check'")


def _previous(layout: Layout, index: Mapping[str, Any]) -> Corpus:
    """Return the records of the last release, from its commit; none at all before the first."""
    if not index["releases"]:
        return Corpus(())
    with history.at(layout, index["releases"][-1]["commit"]) as before:
        return read(before).corpus


def _hold_contract(index: Mapping[str, Any], layout: Layout) -> None:
    from alleged.release import SCHEMA_VERSION

    if index["releases"]:
        last = index["releases"][-1]["release"]
        before = read_json(layout.datasets / last / "manifest.json")
        found = contracts.changes(before["tables"], contracts.contracts())
        contracts.hold(SCHEMA_VERSION, before["schema_version"], found)


def _lines(comparison: Comparison) -> bytes:
    found = [json.dumps(changes.as_data(c), ensure_ascii=False, sort_keys=True) for c in comparison.changes]
    return "".join(f"{line}\n" for line in found).encode()


def _day(layout: Layout, commit: str) -> str:
    return history.git(layout, "show", "-s", "--format=%cs", commit).decode().strip()


def _read_back(folder: Path, manifest: Mapping[str, Any]) -> None:
    named = {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()}
    named |= {file: entry["sha256"] for file, entry in manifest["files"].items()}
    for file, digest in named.items():
        if (found := _digest((folder / file).read_bytes())) != digest:
            raise VerificationError(f"{file} was written with sha256 {digest}, but reads back as {found}")


def _enter(layout: Layout, notes: str, name: str, manifest: Mapping[str, Any], comparison: Comparison) -> None:
    """Enter the release into CHANGELOG.md, below `Unreleased` and above the last release."""
    path = layout.root / "CHANGELOG.md"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Changelog\n\n## Unreleased\n"
    if f"## Release {name}\n" in old:
        return
    entry = f"## Release {name}\n\n{changes.headline(comparison).capitalize()}. "
    entry += f"Contract {manifest['schema_version']}, content `{manifest['content_sha256'][:12]}`.\n"
    entry += f"\n{notes.strip()}\n" if notes.strip() else ""
    head, found, rest = old.partition("\n## Release ")
    new = f"{head.rstrip()}\n\n{entry}" + (f"\n## Release {rest}" if found else "")
    publishing.replace(path, new.encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
