"""Cut a release: tables built from one commit, which never change and which anyone can rebuild."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alleged import changes, codebook, files, git
from alleged.changes import Comparison, revisions
from alleged.datasets import manifests
from alleged.errors import NotReleasable, VerificationError
from alleged.execution import SERIAL, Execution
from alleged.project import Project
from alleged.records.corpus import Corpus, read_plain
from alleged.release import (
    COMMITTED,
    Say,
    content_of,
    contracts,
    descriptions,
    ids_of,
    inputs_of,
    manifest_of,
    publishing,
    source_of,
    tables_of,
)
from alleged.report import Report, examine
from alleged.schemas.vocabularies import OwnCodes, using
from alleged.text import escape, notices
from alleged.text.escape import file_name

RELEASE = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]+")

INDEX, CHANGELOG, CITATION = "datasets/index.json", "CHANGELOG.md", "CITATION.cff"

UNFINISHED = "datasets/.unfinished"
"""File that holds the name of a release from the rename of its folder until the index lists it."""

LARGEST_CHANGELOG = 1 << 24
"""Largest changelog that is read, in bytes."""

TABLES = "*.parquet"
"""Pattern of the tables of a release, committed since their version 2; older ones are rebuilt from the commit."""


@dataclass(frozen=True)
class Cut:
    """A release that was cut: its name, its manifest, what changed, and what to commit, as patterns for `git add`."""

    name: str
    manifest: Mapping[str, Any]
    comparison: Comparison
    commit: tuple[str, ...]


def cut(project: Project, notes: str = "", execution: Execution = SERIAL, say: Say = notices.show) -> Cut:
    """Cut the next release from the checked-out commit; the index is updated last.

    Raises:
        NotReleasable: There are uncommitted changes, or errors in the records.
        ContractError: `SCHEMA_VERSION` is too low for the changes of the tables.
        EnvironmentFailure: A problem with disk, permissions, git or a lock; nothing was published.
    """
    with publishing.lock(project, project.relative(project.datasets), say):
        index = read_index(project)
        _clear_unfinished(project, index)
        source = _committed(project)
        name = next_name(index, datetime.now(UTC))
        with publishing.staging_dir(project) as folder:
            manifest, comparison = produce(project, name, folder, source, index, execution)
            files.write(project.root, UNFINISHED, name.encode())
            publishing.swap(project, folder, name)
        _add_changelog_entry(project, notes, name, manifest, comparison)
        _cite_release(project, name)
        entry = {"manifest_sha256": _digest(publishing.as_json(manifest))}
        entry |= {key: manifest[key] for key in ("schema_version", "content_sha256")}
        releases = [*index["releases"], {"release": name, **entry, "commit": source["commit"]}]
        index = {**index, "releases": releases, "channels": {**index["channels"], "stable": name}}
        files.write(project.root, INDEX, publishing.as_json(index))
        with suppress(OSError):  # the release is published; the next one cleans up
            files.remove(project.root, UNFINISHED)
    committed = tuple(f"{project.datasets.name}/{name}/{file}" for file in (*COMMITTED, TABLES))
    return Cut(name, manifest, comparison, (*committed, INDEX, CHANGELOG, CITATION))


def produce(
    project: Project,
    name: str,
    folder: Path,
    source: Mapping[str, Any],
    index: Mapping[str, Any],
    execution: Execution = SERIAL,
) -> tuple[dict[str, Any], Comparison]:
    """Write all files of a release to an empty folder. The same commit and name give the same bytes.

    Records are read from the objects of the commit, not from the working folder.
    """
    with revisions.at(project, source["commit"]) as committed:
        _require_regular(project, source["commit"])
        report, corpus = examine(committed, execution=execution)
        _require_no_errors(report)
        inputs = inputs_of(committed, source)
    before = _previous(project, index)
    manifest = manifest_of(report, ids_of(corpus), name, source, inputs)
    _require_contract_version(index, project, before.codes)
    comparison = changes.compare(before, corpus)
    manifest["tables"] = tables_of(corpus, folder, manifest)
    manifest["content_sha256"] = content_of(manifest)
    papers = {"changes.ndjson": _lines(comparison)}
    about = descriptions.About(corpus.settings, git.day_of(project.root, source["commit"]))
    manifest["citation"] = about.citation
    with using(corpus.codes):
        papers |= descriptions.files_of(manifest, about, codebook.markdown())
    digests = {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()}
    digests |= {file: _digest(content) for file, content in papers.items()}
    papers["provenance.json"] = publishing.as_json(descriptions.provenance(manifest, digests, about))
    for file, content in papers.items():
        files.create(folder, file, content)
    manifest["files"] = {file: {"sha256": _digest(papers[file]), "bytes": len(papers[file])} for file in papers}
    files.create(folder, "manifest.json", publishing.as_json(manifest))
    _require_read_back(folder, manifest)
    return manifest, comparison


def read_index(project: Project) -> dict[str, Any]:
    """Return the index of releases; empty if nothing has been released.

    Raises:
        VerificationError: It is damaged, or of a newer format.
    """
    return dict(manifests.read_index(project.root).data)


def next_name(index: Mapping[str, Any], now: datetime) -> str:
    """Return the name of the next release: year, month, and a number that counts from 0 in each month (calver.org)."""
    month = f"{now.year:04}.{now.month:02}."
    numbers = [int(e["release"].removeprefix(month)) for e in index["releases"] if e["release"].startswith(month)]
    return f"{month}{max(numbers, default=-1) + 1}"


def _committed(project: Project) -> dict[str, Any]:
    """Return the source of a release, the checked-out commit, as `source_of` does.

    Raises:
        NotReleasable: There is no commit, or inputs of the release differ from it.
    """
    source = source_of(project)
    if source["commit"] is None:
        raise NotReleasable("a release is cut from a commit, but this folder is not a git checkout with records")
    parts = (INDEX, CHANGELOG, *(f"{project.datasets.name}/{name}" for name in _releases(project)))
    changed = [name for name in revisions.changed(project, source["commit"], parts) if not _is_generated(name)]
    if changed:
        names = ", ".join(map(file_name, changed[:5]))
        raise NotReleasable(f"a release is cut from a commit; commit or remove these first: {names}")
    return source


def _releases(project: Project) -> list[str]:
    """Return the names of the folders of releases."""
    folder = project.datasets.name
    names = (entry.name.removeprefix(f"{folder}/") for entry in files.entries(project.root, folder))
    return [name for name in names if RELEASE.fullmatch(name)]


def _is_generated(name: str) -> bool:
    """Whether a file of a release can be rebuilt, so that it may be missing here."""
    return name.startswith("datasets/") and name.rpartition("/")[2] not in ("index.json", *COMMITTED)


def _require_regular(project: Project, commit: str) -> None:
    """Require that no link or submodule is among the inputs of the commit: it would be left out unnoticed."""
    parts = (project.folder, project.vocabularies.name, project.settings.name)
    for blob in git.blobs(project.root, commit, parts):
        if blob.mode not in git.REGULAR:
            kind = "a submodule" if blob.mode == git.SUBMODULE else "a link"
            raise NotReleasable(
                f"{file_name(files.text(blob.path))} is {kind} in the commit; replace it by ordinary files"
            )


def _clear_unfinished(project: Project, index: Mapping[str, Any]) -> None:
    """Delete the files of a release whose publication was interrupted, unless the index lists it."""
    root = project.root
    for entry in files.entries(root):
        if entry.kind == "file" and files.is_unfinished(entry.name):
            files.remove(root, entry.name)
    try:
        name = files.read(root, UNFINISHED, 100).decode()
    except FileNotFoundError:
        return
    folder = f"{project.datasets.name}/{name}"
    listed = {entry["release"] for entry in index["releases"]}
    if RELEASE.fullmatch(name) and name not in listed and files.exists(root, folder):
        if left := files.remove_folder(root, folder, publishing.is_generated):
            raise NotReleasable(f"{folder} is left from an interrupted release; remove: {', '.join(left[:5])}")
        before, found, rest = _changelog(project).partition(f"\n## Release {name}\n")
        if found:
            _, later, releases = rest.partition("\n## Release ")
            files.write(root, CHANGELOG, (before + (f"\n## Release {releases}" if later else "")).encode())
    files.remove(root, UNFINISHED)


def _changelog(project: Project) -> str:
    try:
        return files.read(project.root, CHANGELOG, LARGEST_CHANGELOG).decode()
    except FileNotFoundError:
        return ""


def _require_no_errors(report: Report) -> None:
    if not report.sound:
        first = next(issue for issue in report.issues if issue.severity == "error")
        where = f"{first.place.path}:{first.place.line}"
        number = report.count("error")
        raise NotReleasable(
            f"the records have {number} errors, the first is {first.rule} in {where}; run 'alleged check'"
        )


def _previous(project: Project, index: Mapping[str, Any]) -> Corpus:
    """Return the records of the last release, from its commit; an empty corpus before the first release."""
    if not index["releases"]:
        return Corpus(())
    with revisions.at(project, index["releases"][-1]["commit"]) as before:
        return read_plain(before)


def _require_contract_version(index: Mapping[str, Any], project: Project, codes: OwnCodes) -> None:
    """Require that the version of the contract fits its changes; `codes` are the own codes of the last release.

    Own codes, of then and of now, do not count: the version is that of the structure.
    """
    from alleged.release import SCHEMA_VERSION

    if index["releases"]:
        last = index["releases"][-1]["release"]
        before = manifests.read_manifest(project.root, f"{project.datasets.name}/{last}")
        shipped = contracts.without_codes(before["tables"], codes)
        contract_changes = contracts.changes(shipped, contracts.contracts())
        contracts.require_version(SCHEMA_VERSION, before["schema_version"], contract_changes)


def _lines(comparison: Comparison) -> bytes:
    lines = [json.dumps(changes.as_data(c), ensure_ascii=False, sort_keys=True) for c in comparison.changes]
    return "".join(f"{line}\n" for line in lines).encode()


def _require_read_back(folder: Path, manifest: Mapping[str, Any]) -> None:
    digests = {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()}
    digests |= {file: entry["sha256"] for file, entry in manifest["files"].items()}
    for file, digest in digests.items():
        if (actual := files.digest(folder, file)) != digest:
            raise VerificationError(f"{file} was written with sha256 {digest}, but reads back as {actual}")


def _cite_release(project: Project, name: str) -> None:
    """Put the citation of a release at the top of the project, where hosts of repositories look for it."""
    content = files.read(project.root, f"{project.datasets.name}/{name}/{CITATION}", LARGEST_CHANGELOG)
    files.write(project.root, CITATION, content)


def _add_changelog_entry(
    project: Project, notes: str, name: str, manifest: Mapping[str, Any], comparison: Comparison
) -> None:
    """Add an entry for the release to CHANGELOG.md, below `Unreleased` and above the last release."""
    old = _changelog(project) or "# Changelog\n\n## Unreleased\n"
    if f"## Release {name}\n" in old:
        return
    entry = f"## Release {name}\n\n{escape.markdown(changes.headline(comparison).capitalize())}. "
    entry += f"Contract {manifest['schema_version']}, content `{manifest['content_sha256'][:12]}`.\n"
    if notes.strip():
        entry += "\n" + "".join(f"{escape.markdown(line)}\n" for line in notes.strip().splitlines())
    head, found, rest = old.partition("\n## Release ")
    new = f"{head.rstrip()}\n\n{entry}" + (f"\n## Release {rest}" if found else "")
    files.write(project.root, CHANGELOG, new.encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
