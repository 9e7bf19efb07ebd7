"""Build tables from records: the tables of `datasets/dev/`, and what every release is made of."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alleged import files, git
from alleged.cache import CheckCache, ProjectState
from alleged.changes import revisions
from alleged.datasets import manifests
from alleged.datasets.manifests import DEVELOPMENT, SCHEMA_VERSION
from alleged.errors import AllegedError, EnvironmentFailure, UnknownNameError
from alleged.execution import SERIAL, Execution, gc_disabled
from alleged.project import PACKAGE, Project, schemas_folder
from alleged.reader.open_file import record_entries
from alleged.release import content, publishing
from alleged.release.publishing import Say
from alleged.report import Indexed, Report, by_index, examine
from alleged.schemas.vocabularies import using

if TYPE_CHECKING:
    from alleged.records.corpus import Corpus

LIBRARIES = ("alleged", "jsonschema-rs", "nanoarrow", "pandera", "polars", "pyyaml")
"""Libraries whose version may change the bytes of a table or the result of a check."""

COMMITTED = ("manifest.json", "changes.ndjson")
"""Files of every release that are committed, besides the tables."""

LARGEST_LOCK = 1 << 24
"""Largest input file that is read, in bytes."""


@dataclass(frozen=True)
class Built:
    """Result of a build. `report` is None if nothing had changed; `rows` are by table, `records` by kind."""

    folder: str
    published: bool
    unchanged: bool = False
    report: Report | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    warnings: int = 0


def _quiet(_: Any) -> None:
    return None


def build(
    project: Project,
    force: bool = False,
    execution: Execution = SERIAL,
    say: Say = _quiet,
    cache: CheckCache | None = None,
) -> Built:
    """Check the project's records and write its tables to `datasets/dev/`.

    If records have errors, nothing is published; the report lists them. If neither records nor tool have changed since
    the last build, nothing is done, unless `force` is set.

    Raises:
        EnvironmentFailure: The disk is full, permission is missing, or another build is running.
        VerificationError: A table breaks its contract, or a record has no row.
    """
    target = project.datasets / DEVELOPMENT
    shown = project.relative(target)
    with publishing.lock(project, shown, say):
        source = source_of(project)
        inputs = inputs_of(project, source, cache)
        if not force and _is_up_to_date(project, inputs):
            return Built(shown, published=True, unchanged=True)
        execution = replace(execution, meanwhile=partial(import_module, "alleged.release.tables"))
        state = cache.state() if cache and not force else None
        indexed = by_index(project, execution, cache, state) if cache and state else None
        if indexed and cache and state:
            report, ids = indexed.report, indexed.records.index.ids()
            write = partial(_changed_tables, indexed, cache, state)
        else:
            report, corpus = examine(project, execution, cache)
            ids, write = ids_of(corpus), partial(tables_of, corpus)
        if not report.sound:
            return Built(shown, published=False, report=report)
        with publishing.staging_dir(project) as folder:
            manifest = manifest_of(report, ids, DEVELOPMENT, source, inputs)
            manifest["tables"] = write(folder, manifest, execution)
            manifest["content_sha256"] = content_of(manifest)
            files.create(folder, "manifest.json", publishing.as_json(manifest))
            publishing.swap(project, folder, DEVELOPMENT)
    rows = {name: entry["rows"] for name, entry in manifest["tables"].items()}
    return Built(shown, True, False, report, rows, report.records, report.count("warning"))


def source_of(project: Project) -> dict[str, Any]:
    """Return the checked-out commit and whether the inputs differ from it; nulls outside a git checkout."""
    nothing: dict[str, Any] = {"commit": None, "changed": None, "claims_tree": None}
    source = {**nothing, "lock_sha256": _lock_digest(project)}
    try:
        if not git.is_top(project.root):  # the project is inside the checkout of something else
            return source
        commit = git.resolve(project.root, "HEAD")
        tree = git.tree(project.root, commit, project.folder)
        changed = any(revisions.changed(project, commit))
    except (EnvironmentFailure, UnknownNameError):
        return source
    return {**source, "commit": commit, "changed": changed, "claims_tree": tree}


def _lock_digest(project: Project) -> str | None:
    try:
        return hashlib.sha256(files.read(project.root, "requirements.lock", LARGEST_LOCK)).hexdigest()
    except OSError:
        return None


def inputs_of(project: Project, source: Mapping[str, Any], cache: CheckCache | None = None) -> str:
    """Return a digest of all inputs of the tables: records, schemas, tool, libraries, commit.

    With a cache, files that have not changed since an earlier check are not read again.
    """
    digest_of = cache.digest if cache else _digest
    digest = hashlib.sha256(json.dumps([source, versions()], sort_keys=True).encode())
    settings = filter(None, [files.entry(project.root, project.settings.name)])
    records = (*settings, *record_entries(project), *record_entries(project, project.vocabularies.name))
    tool = files.walk(PACKAGE, "", lambda name: name.endswith(".py"))
    schemas = files.walk(schemas_folder(), "", lambda name: name.endswith(".json"))
    for root, entries in ((project.root, records), (PACKAGE, tool), (schemas_folder(), schemas)):
        for entry in entries:
            try:
                content = digest_of(root, entry)
            except OSError:  # the check reports it
                content = hashlib.sha256(b"").hexdigest()
            digest.update(b"%b\0%b\0" % (os.fsencode(entry.name), content.encode()))
    return digest.hexdigest()


def _digest(root: Path, entry: files.FolderEntry) -> str:
    return hashlib.sha256(files.read(root, entry.name, LARGEST_LOCK)).hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of the libraries that may change a table."""
    return {name: version(name) for name in LIBRARIES}


def _is_up_to_date(project: Project, inputs: str) -> bool:
    folder = f"datasets/{DEVELOPMENT}"
    try:
        same = manifests.read_manifest(project.root, folder)["inputs_sha256"] == inputs
        return same and manifests.intact(project.root, folder)
    except AllegedError:
        return False


def ids_of(corpus: "Corpus") -> dict[str, list[str]]:
    """Return the ids of all records by kind."""
    ids: dict[str, list[str]] = {}
    for record in corpus.records:
        ids.setdefault(record.kind, []).append(record.id)
    return ids


def manifest_of(
    report: Report, ids: Mapping[str, list[str]], name: str, source: Mapping[str, Any], inputs: str
) -> dict[str, Any]:
    """Return the manifest of a release without its files. The same commit gives the same manifest on every machine.

    `ids` are those of all records by kind. Counts leave out findings that depend on local article texts, which only the
    curator has.
    """
    return {
        "format": manifests.FORMAT,
        "needs": version("alleged"),
        "release": name,
        "schema_version": SCHEMA_VERSION,
        "content_sha256": "",
        "digests": content.METHOD,
        "source": dict(source),
        "inputs_sha256": inputs,
        "libraries": versions(),
        "records": dict(report.records),
        "ids": {kind: sorted(ids[kind]) for kind in sorted(ids)},
        "check": dict(report.steady),
    }


def tables_of(
    corpus: "Corpus", folder: Any, manifest: Mapping[str, Any], execution: Execution = SERIAL
) -> dict[str, Any]:
    """Write the tables to a folder, and return their entries for the manifest."""
    with execution.progress.stage("loading"):
        from alleged.release import tables

    about = about_of(manifest, corpus)
    with execution.progress.stage("tables"), gc_disabled():
        frames = tables.all_tables(corpus, execution)
    with execution.progress.stage("checking"), gc_disabled(), using(corpus.codes):
        tables.require_valid(frames, corpus)
    with execution.progress.stage("writing"), gc_disabled(), using(corpus.codes):
        return tables.write(folder, frames, about)


def about_of(manifest: Mapping[str, Any], corpus: "Corpus") -> dict[str, str]:
    """Return what each file of tables says about itself; those of `dev` do not change with every commit."""
    commit = "" if manifest["release"] == DEVELOPMENT else str(manifest["source"]["commit"] or "")
    about = {"release": manifest["release"], "schema_version": manifest["schema_version"], "commit": commit}
    return about | ({"licence": corpus.settings.licence} if corpus.settings.licence else {})


def _changed_tables(
    indexed: Indexed,
    cache: CheckCache,
    state: ProjectState,
    folder: Path,
    manifest: Mapping[str, Any],
    execution: Execution,
) -> dict[str, Any]:
    """Write the tables to a folder, made from those of the last build and from the bundles that changed since."""
    with execution.progress.stage("loading"):
        from alleged.release import reuse

    corpus = indexed.records.like
    with execution.progress.stage("tables"), gc_disabled(), using(corpus.codes):
        entries, made_from = reuse.tables(indexed.records, cache.load_rows(state), folder, about_of(manifest, corpus))
    cache.save_rows(state, made_from)
    return entries


def content_of(manifest: Mapping[str, Any]) -> str:
    """Return the digest of the rows of all tables; it does not depend on the library that wrote them."""
    return content.of_release({name: entry["content_sha256"] for name, entry in manifest["tables"].items()})
