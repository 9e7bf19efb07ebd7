"""What `verify` looks at: the manifest before all else, then bytes, then rows, types and what the papers say."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from alleged.datasets import manifests
from alleged.errors import AllegedError, UnknownNameError, VerificationError
from alleged.project import Project
from alleged.release import rebuilding, verification

NEW = "2026.11.0"

Alter = Callable[[Callable[[Any], Any]], None]
Publish = Callable[[Path, Any, dict[str, Any]], None]


def faults(project: Project) -> tuple[str, ...]:
    return verification.verify(project, NEW).faults


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
@pytest.mark.parametrize("file", ["claims.parquet", "provenance.json"])
def test_a_link_in_the_place_of_a_file_is_a_fault_even_to_the_same_bytes(
    file: str, copied: Project, tmp_path: Path
) -> None:
    path = copied.datasets / NEW / file
    path.rename(tmp_path / "same")
    path.symlink_to(tmp_path / "same")

    assert faults(copied) == (f"{file} is a link",)


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_pipe_or_folder_in_the_place_of_a_file_is_a_fault_and_not_waited_for(copied: Project) -> None:
    folder = copied.datasets / NEW
    (folder / "claims.parquet").unlink()
    os.mkfifo(folder / "claims.parquet")
    (folder / "topics.parquet").unlink()
    (folder / "topics.parquet").mkdir()

    assert faults(copied) == ("claims.parquet is no regular file", "topics.parquet is no regular file")


@pytest.mark.parametrize("name", [NEW, f"{NEW}/manifest.json", "index.json"])
def test_links_on_the_way_to_a_manifest_are_refused(name: str, copied: Project, tmp_path: Path) -> None:
    (copied.datasets / name).rename(tmp_path / "same")
    (copied.datasets / name).symlink_to(tmp_path / "same")

    with pytest.raises(VerificationError, match="is a link, which is not followed"):
        verification.verify(copied, NEW)


@pytest.mark.parametrize("name", ["../../x", "..", "x", "2026.11.0/../2026.10.0", "2026.11.0\n", "index.json"])
def test_what_is_not_the_name_of_a_release_is_refused(name: str, copied: Project) -> None:
    with pytest.raises(UnknownNameError, match="is not the name of a release"):
        verification.verify(copied, name)


def test_a_channel_that_leads_out_of_the_folder_is_refused(copied: Project) -> None:
    path = copied.datasets / "index.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "channels": {"stable": "../../x"}}))

    with pytest.raises(VerificationError, match=r'/channels/stable: "\.\./\.\./x" is not the name of a release'):
        verification.verify(copied)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda m: m["source"].update(commit="main"), '/source/commit: "main" is not a full hash of git'),
        (lambda m: m["source"].update(commit=["0" * 40]), "/source/commit: a list is not a full hash of git"),
        (lambda m: m.pop("source"), "'source' is missing"),
        (lambda m: m.update(release="x\n::error::forged"), r'/release: "x\\n::error::forged" is not the name'),
    ],
)
def test_a_manifest_of_odd_values_is_refused_before_any_is_used(
    change: Callable[[Any], Any], wrong: str, copied: Project, alter: Alter
) -> None:
    alter(change)

    for use in (verification.verify, rebuilding.rebuild, verification.libraries_differ):
        with pytest.raises(AllegedError, match=wrong) as caught:
            use(copied, NEW)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda m: m.update(release="2026.10.0"), "manifest.json is of release 2026.10.0, not 2026.11.0"),
        (
            lambda m: m["source"].update(commit="1" * 40),
            f"manifest.json: commit {'1' * 40}, but the index says {'0' * 40}",
        ),
        (lambda m: m.update(schema_version="2.2.1"), "manifest.json: schema_version 2.2.1, but the index says 2.3.0"),
        (lambda m: m["records"].update(claims=2), "claims: 2 records, 1 ids, but 1 rows"),
        (lambda m: m["ids"].update(claims=["a", "a"]), "claims: 1 records, 1 ids, but 1 rows"),
        (
            lambda m: (
                m["ids"].update(claims=["a", "a"]),
                m["records"].update(claims=2),
                m["tables"]["claims"].update(rows=2),
            ),
            "claims: 2 records, 1 ids, but 2 rows",
        ),
        (lambda m: m["ids"].pop("claims"), "claims: 1 records, 0 ids, but 1 rows"),
        (lambda m: m["tables"]["topics"].update(rows=2), "topics has 1 rows, not 2"),
        (lambda m: m["tables"]["topics"]["columns"].pop(), "topics has other columns than its manifest"),
        (
            lambda m: m["tables"]["topics"]["columns"][0].update(type="Int8"),
            "topics.topic_id is of type String, but the manifest says Int8",
        ),
        (lambda m: m["files"].pop("provenance.json"), "provenance.json does not belong to this release"),
        (
            lambda m: m["tables"]["claims"].update(bytes=5),
            "claims.parquet: {size} bytes, but the manifest says 5",
        ),
    ],
)
def test_what_the_manifest_says_wrongly_is_a_fault(
    change: Callable[[Any], Any], wrong: str, copied: Project, alter: Alter
) -> None:
    size = (copied.datasets / NEW / "claims.parquet").stat().st_size
    alter(change)

    assert wrong.format(size=size) in faults(copied)


def test_a_table_with_a_key_twice_or_without_sense_is_a_fault(copied: Project, alter: Alter) -> None:
    path = copied.datasets / NEW / "claims.parquet"
    for table, reported in (
        (pl.DataFrame({"a": [1, 1]}), "claims has duplicate keys"),
        (
            pl.DataFrame({"a": [{"b": 1}, {"b": 2}]}),
            "claims.a has values of type Struct({'b': Int64}), which no table uses",
        ),
        (pl.DataFrame({"a": [b"x", b"y"]}), "claims cannot be decoded: column 'a' has values of type Binary"),
    ):
        table.write_parquet(path)
        about: dict[str, Any] = {
            "sha256": manifests.digest(path.read_bytes()),
            "bytes": path.stat().st_size,
            "rows": 2,
            "key": ["a"],
        }
        about["columns"] = [{"name": "a", "type": str(table.dtypes[0]), "nullable": False, "description": ""}]
        alter(lambda manifest, about=about: manifest["tables"]["claims"].update(about))

        assert reported in faults(copied)


def test_a_release_that_the_index_does_not_name_is_a_fault(copied: Project) -> None:
    assert verification.verify(copied, "2027.1.0").faults == ("datasets/index.json does not name 2027.1.0",)


@pytest.mark.parametrize(
    ("file", "change", "wrong"),
    [
        (
            "provenance.json",
            lambda p: p["subject"].pop(),
            "provenance.json lists other files or digests than the manifest",
        ),
        (
            "provenance.json",
            lambda p: p["subject"][0]["digest"].update(sha256="f" * 64),
            "provenance.json lists other files or digests than the manifest",
        ),
        (
            "provenance.json",
            lambda p: p["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"].update(gitCommit="1" * 40),
            "provenance.json names another release or commit",
        ),
        (
            "provenance.json",
            lambda p: p["predicate"]["buildDefinition"]["externalParameters"].update(release="2026.10.0"),
            "provenance.json names another release or commit",
        ),
        ("datapackage.json", lambda p: p.update(version="2026.10.0"), "datapackage.json is of release 2026.10.0"),
        (
            "datapackage.json",
            lambda p: p["resources"][0].update(path="../x"),
            'datasets/2026.11.0/datapackage.json is not a Data Package: /resources/0/path: "../x" is not the name of a',
        ),
        (
            "datapackage.json",
            lambda p: p["resources"][0].update(hash=f"sha256:{'f' * 64}"),
            "datapackage.json lists other files or digests than the manifest",
        ),
    ],
)
def test_papers_that_say_something_else_than_the_manifest_are_faults(
    file: str, change: Callable[[Any], Any], wrong: str, copied: Project, publish: Publish
) -> None:
    folder = copied.datasets / NEW
    manifest, paper = (json.loads((folder / name).read_bytes()) for name in ("manifest.json", file))
    change(paper)
    publish(folder, manifest, {file: paper})

    assert any(fault.startswith(wrong) for fault in faults(copied))
