"""Index, manifest, lock and papers: what is committed passes, what is wrong is reported with its place in one line."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from alleged.datasets import manifests
from alleged.errors import UnknownNameError, VerificationError
from alleged.project import Project, schemas_folder

ROOT = Path(__file__).parents[1]
RELEASES = ("2026.11.0", "2026.11.1")
KINDS = ("index", "manifest", "lock", "provenance", "datapackage")
WHERE = "datasets/2026.11.0/manifest.json"


@pytest.fixture
def manifest() -> Any:
    """Return the first manifest that was published, to be changed."""
    return json.loads((ROOT / WHERE).read_bytes())


def read(value: Any) -> manifests.Manifest:
    return manifests.manifest(json.dumps(value).encode(), WHERE)


def at(whole: Any, pointer: str, value: Any) -> None:
    """Put a value at a place in JSON."""
    *steps, last = pointer.split("/")[1:]
    for step in steps:
        whole = whole[int(step) if isinstance(whole, list) else step]
    whole[int(last) if isinstance(whole, list) else last] = value


@pytest.mark.parametrize("name", RELEASES)
def test_the_published_manifests_and_the_index_are_sound(name: str) -> None:
    index = manifests.read_index(ROOT)

    assert set(RELEASES) <= set(index.releases)
    assert manifests.read_manifest(ROOT, f"datasets/{name}")["release"] == name
    assert index.releases[name]["manifest_sha256"] == manifests.digest_of(
        ROOT, f"datasets/{name}/manifest.json", 1 << 20
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_is_described_and_every_example_fits(kind: str) -> None:
    schema = json.loads((schemas_folder() / f"{kind}.schema.json").read_bytes())
    known = jsonschema_rs.Registry([("", manifests._schema("manifest"))], draft=jsonschema_rs.Draft7)
    parts = list(properties(schema))

    assert len(parts) > 3
    for part in parts:
        assert part["description"].endswith(".")
        whole = {**part, "definitions": schema.get("definitions", {}), "$id": schema["$id"]}
        validator = jsonschema_rs.Draft7Validator(whole, registry=known, offline=True)
        assert all(validator.is_valid(example) for example in part.get("examples", ()))


def properties(schema: Any) -> Any:
    """Yield every part of a schema that stands for a property of its own."""
    if isinstance(schema, dict):
        yield from schema["properties"].values() if isinstance(schema.get("properties"), dict) else ()
        for part in schema.values():
            yield from properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)


@pytest.mark.parametrize(
    ("pointer", "value", "wrong"),
    [
        (
            "/source/commit",
            "main",
            '/source/commit: "main" is not a full hash of git (40 or 64 hexadecimal digits), or null',
        ),
        ("/source/commit", ["a" * 40], "/source/commit: a list is not a full hash of git"),
        ("/source/commit", "a" * 41, "is not a full hash of git"),
        ("/source/commit", None, "/source: a release is made from a commit, without changes"),
        ("/source/changed", True, "/source: a release is made from a commit, without changes"),
        ("/release", "x\n::error::forged", r'/release: "x\n::error::forged" is not the name of a release'),
        ("/release", "2026.13.0", "is not the name of a release"),
        ("/release", "2026.00.0", "is not the name of a release"),
        ("/release", "2026.11.0\n", "is not the name of a release"),
        ("/content_sha256", "A" * 64, "is not a SHA-256 digest (64 hexadecimal digits)"),
        ("/tables/claims/file", "../../x", '/tables/claims/file: "../../x" is not the name of a Parquet file'),
        ("/tables/claims/file", "con.parquet", "/files: con.parquet is a name that Windows reserves"),
        ("/tables/claims/file", "sources.parquet", "/files: a file is named twice"),
        ("/tables/claims/bytes", 2**60, "is not a whole number, 0 or more"),
        ("/tables/claims/bytes", 1.0, "1.0 is not a whole number"),
        ("/tables/claims/rows", True, "/tables/claims/rows: true is not a whole number, 0 or more"),
        ("/tables/claims/rows", float("nan"), "NaN is not a whole number"),
        ("/tables/claims/key", ["nowhere"], "/tables/claims/key: a key column is not among the columns"),
        ("/tables/claims/columns/1/name", "claim_id", "/tables/claims/columns: a column is listed twice"),
        ("/tables/claims/columns/0/description", "a\u2028b", "is not a text of one line, without control characters"),
        ("/tables/claims/columns/0/references", "x", "is not a table and a column"),
        ("/tables/Claims", {}, "/tables/Claims: 'file' is missing"),
        ("/records/nothing", 1, "/records/nothing: there is no such table"),
        ("/ids/nothing", [], "/ids/nothing: there are no records of this kind"),
        ("/ids/claims/3", "Two Words", '/ids/claims/3: "Two Words" is not the id of a record'),
        ("/files", {"../x": {"sha256": "0" * 64, "bytes": 1}}, '/files: "../x" is not the name of a file'),
        ("/files", {"NUL.txt": {"sha256": "0" * 64, "bytes": 1}}, "/files: NUL.txt is a name that Windows reserves"),
        ("/files", {"Manifest.json": {"sha256": "0" * 64, "bytes": 1}}, "/files: a file is named twice"),
        ("/citation/date", "2026-02-30", "/citation/date: there is no such day"),
        ("/citation/url", "javascript:alert(1)", "is not an address"),
        ("/citation/title", "\ud800", "it is not UTF-8"),
        ("/libraries", {"x": "y" * 10_000}, '"yyy'),
    ],
)
def test_a_wrong_value_is_reported_with_its_place(pointer: str, value: Any, wrong: str, manifest: Any) -> None:
    at(manifest, pointer, value)

    with pytest.raises(VerificationError) as caught:
        read(manifest)

    reported = str(caught.value)
    assert reported.startswith(f"{WHERE} is not a manifest of tables: ")
    assert wrong in reported
    assert reported.isprintable()
    assert len(reported) < 300


def test_a_manifest_without_a_source_says_what_is_missing(manifest: Any) -> None:
    del manifest["source"]

    with pytest.raises(VerificationError, match=r"manifest\.json is not a manifest of tables: 'source' is missing$"):
        read(manifest)


def test_what_later_minor_versions_add_is_no_fault(manifest: Any) -> None:
    for part in (
        manifest,
        manifest["source"],
        manifest["tables"]["claims"],
        manifest["tables"]["claims"]["columns"][0],
    ):
        part["later"] = {"any": ["thing", None, 1]}

    assert read(manifest)["release"] == "2026.11.0"


@pytest.mark.parametrize(
    ("values", "reported"),
    [
        ({"format": 2}, "these tables need a newer alleged; upgrade it"),
        ({"format": 2, "needs": "7.1"}, "these tables need alleged 7.1; upgrade it"),
        ({"format": 2, "needs": "\x1b[2J", "tables": None}, "these tables need a newer alleged; upgrade it"),
        ({"schema_version": "3.0.0"}, "schema version 3.0.0"),
        ({"schema_version": "3.0.0", "needs": "2.3.1"}, "these tables need alleged 2.3.1; upgrade it"),
        ({"needs": "0.1.1"}, "these tables need alleged 0.1.1; upgrade it"),
        ({"needs": "0.10"}, "these tables need alleged 0.10; upgrade it"),
    ],
)
def test_what_a_later_version_wrote_is_refused_with_the_version_to_upgrade_to(
    values: dict[str, Any], reported: str, manifest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_own_version", lambda: "0.1.0")

    with pytest.raises(VerificationError) as caught:
        read({**manifest, **values})

    assert reported in str(caught.value)
    assert "this is 0.1.0" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "values", [{"schema_version": "1.99.7"}, {"schema_version": "0.9.0"}, {"needs": "0.1"}, {"needs": "0.0.9"}]
)
def test_what_an_earlier_version_wrote_can_be_read(
    values: dict[str, Any], manifest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_own_version", lambda: "0.1.0")

    assert read({**manifest, **values})["release"] == "2026.11.0"


def test_releases_of_older_majors_can_still_be_read() -> None:
    assert manifests.SCHEMA_VERSION.startswith("2.")
    assert manifests.read_manifest(ROOT, "datasets/2026.11.1")["schema_version"] == "1.0.0"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda i: i["channels"].update(stable="../../x"), '/channels/stable: "../../x" is not the name of a release'),
        (lambda i: i["channels"].update(stable="2026.1.0"), "/channels/stable: 2026.1.0 is not among the releases"),
        (
            lambda i: i["channels"].update({"a\nb": "2026.11.0"}),
            r'/channels: "a\nb" is not the name of a table or column',
        ),
        (lambda i: i["releases"].append(i["releases"][0]), "/releases: a release is listed twice"),
        (lambda i: i["releases"][1].update(commit="main"), '/releases/1/commit: "main" is not a full hash of git'),
        (lambda i: i["releases"][1].pop("commit"), "/releases/1: 'commit' is missing"),
        (lambda i: i.update(releases={}), "/releases: an object is not a list of releases"),
        (lambda i: i["yanked"].update({"2026.11.0": "a\x1b[2Jb"}), "/yanked/2026.11.0: "),
        (lambda i: i["yanked"].update({"..": "x"}), '/yanked: ".." is not the name of a release'),
    ],
)
def test_a_wrong_index_is_reported_with_its_place(change: Callable[[Any], Any], wrong: str) -> None:
    index = json.loads((ROOT / "datasets" / "index.json").read_bytes())
    change(index)

    with pytest.raises(VerificationError) as caught:
        manifests.index(json.dumps(index).encode(), "index.json")

    assert str(caught.value).startswith(f"index.json is not an index of releases: {wrong}")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "it is damaged or not JSON"),
        (b"[]", "a list is not an index of releases"),
        (b"7", "7 is not an index of releases"),
        (b'"' + b"x" * 1000 + b'"', "xxx... is not an index of releases"),
        (b'{"format": 1, "format": 1}', "duplicate property"),
        (b"\xff\xfe{\x00}\x00", "it is not UTF-8"),
        (b"[" * 100_000, "its brackets are nested too deeply"),
        (b"9" * 10_000, "it is damaged or not JSON"),
        (b"[" + b"[]," * (1 + (1 << 21)) + b"[]]", "more than 2,097,152 values"),
    ],
)
def test_what_is_no_json_of_ours_is_refused(content: bytes, wrong: str) -> None:
    with pytest.raises(VerificationError) as caught:
        manifests.index(content, "index.json")

    assert wrong in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "index.json").open("wb") as file:
        file.truncate(manifests.LARGEST + 1)

    with pytest.raises(VerificationError, match=r"index\.json is larger than 64 MiB"):
        manifests.read_index(tmp_path, ".")
    monkeypatch.setattr(manifests, "LARGEST", 1 << 20)
    with pytest.raises(VerificationError, match=r"index\.json is larger than 1 MiB and is not read"):
        manifests.index(b" " * ((1 << 20) + 1), "index.json")


def test_where_there_is_nothing_an_index_is_empty_and_a_manifest_unknown(tmp_path: Path) -> None:
    assert manifests.read_index(tmp_path).releases == {}
    with pytest.raises(UnknownNameError, match="run 'alleged build' first"):
        manifests.read_manifest(tmp_path, "datasets/dev")


def test_a_file_that_grows_while_it_is_read_has_another_digest_and_an_end() -> None:
    class Growing(io.BytesIO):
        taken = 0

        def read(self, size: int | None = None, /) -> bytes:
            self.taken += size or 0
            return b"x" * (size or 0)

    growing = Growing()

    assert manifests.digest_from(growing, 5) != manifests.digest(b"x" * 5)
    assert growing.taken <= 2 * manifests.CHUNK


@pytest.mark.parametrize("chunk", [1, 5, 6, 100])
def test_a_file_that_goes_on_after_its_last_byte_has_another_digest(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "CHUNK", chunk)

    assert manifests.digest_from(io.BytesIO(b"x" * 5), 5) == manifests.digest(b"x" * 5)
    assert manifests.digest_from(io.BytesIO(b"x" * 6), 5) != manifests.digest(b"x" * 5)


def test_tables_are_intact_as_long_as_every_byte_is_as_the_manifest_says(copied: Project) -> None:
    path = copied.datasets / "2026.11.0" / "claims.parquet"
    content = path.read_bytes()

    for changed in (content + b"x", content[:-1], content[:-1] + b"x"):
        path.write_bytes(changed)
        assert not manifests.intact(copied.root, "datasets/2026.11.0")
    path.write_bytes(content)
    assert manifests.intact(copied.root, "datasets/2026.11.0")
    path.unlink()
    assert not manifests.intact(copied.root, "datasets/2026.11.0")
    assert not manifests.intact(copied.root, "datasets/dev")


def test_loading_imports_neither_jsonschema_nor_yaml() -> None:
    code = (
        "import sys\nfrom alleged import datasets; from alleged.datasets import manifests\n"
        f"manifests.read_index({str(ROOT)!r})\nmanifests.read_manifest({str(ROOT)!r}, 'datasets/2026.11.0')\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'jsonschema', 'yaml', 'pandera', 'polars'}))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
