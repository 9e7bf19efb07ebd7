"""Check a release against its manifest: every byte and every row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alleged import files
from alleged.datasets import manifests, parquet
from alleged.datasets.manifests import DEVELOPMENT, Index, Manifest
from alleged.datasets.release import Release
from alleged.errors import EnvironmentFailure, UnknownNameError, VerificationError
from alleged.files import FolderEntry
from alleged.project import Project
from alleged.release import COMMITTED, content_of, versions


@dataclass(frozen=True)
class Verdict:
    """Result of a verification: number of files checked, and faults.

    `missing` files can be rebuilt. `equal` says how a rebuilt release compares: `bytes`, `content`, or empty.
    """

    release: str
    files: int
    faults: tuple[str, ...]
    missing: tuple[str, ...] = ()
    equal: str = ""

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(project: Project, name: str | None = None) -> Verdict:
    """Check a release: first index and manifest, then the bytes of every file, then the content of the files.

    Files that are neither committed nor built here are `missing`, which is not a fault.

    Raises:
        UnknownNameError: There is no such release.
        EnvironmentFailure: A file cannot be read.
        VerificationError: The index or the manifest cannot be used.
    """
    index = manifests.read_index(project.root)
    name = name or _stable(index)
    if name != DEVELOPMENT and not manifests.is_release(name):
        raise UnknownNameError(f"{name!r} is not the name of a release, such as '2026.11.0' or 'dev'")
    folder = f"datasets/{name}"
    if name != DEVELOPMENT and name not in index.releases:
        return Verdict(name, 1, (f"datasets/index.json does not name {name}",))
    content = manifests.manifest_bytes(project.root, folder)
    if name != DEVELOPMENT and (faults := tuple(_index_faults(index.releases[name], content))):
        return Verdict(name, 1, faults)
    manifest = manifests.manifest(content, f"{folder}/manifest.json")
    try:
        return _verdict(project, name, manifest, index)
    except FileNotFoundError:
        raise EnvironmentFailure(f"{folder} changed during the check; run this again") from None


def verify_opened(release: Release) -> Verdict:
    """Check the tables of a release that comes from a server or a package, whose manifest was checked when it opened.

    Raises:
        UnknownNameError: A file is not there.
        EnvironmentFailure: A file cannot be read or downloaded.
    """
    manifest, faults = release.manifest, list(_ledger_faults(release.manifest))
    for table in release.tables:
        try:
            faults += _table_faults(release.content(table), table, manifest)
        except VerificationError as error:
            faults.append(str(error))
    return Verdict(release.release, len(release.tables) + 1, tuple(faults))


def _verdict(project: Project, name: str, manifest: Manifest, index: Index) -> Verdict:
    here = {entry.name.rpartition("/")[2]: entry for entry in files.entries(project.root, f"datasets/{name}")}
    here = {file: entry for file, entry in here.items() if not file.startswith(".")}
    named = manifests.named(manifest)
    missing = tuple(file for file in named if file not in here and file not in COMMITTED)
    faults = list(_name_faults(name, manifest, index))
    for file in (file for file in named if file not in missing):
        faults += _file_faults(project, file, here.get(file), named[file])
    faults += [f"{file} does not belong to this release" for file in sorted({*here} - {*named} - {"manifest.json"})]
    if not faults:
        faults += _ledger_faults(manifest)
        for table in manifest["tables"]:
            if manifest["tables"][table]["file"] not in missing:
                faults += _table_faults(_table(project, table, manifest), table, manifest)
        faults += _description_faults(project, manifest, [file for file in named if file not in missing])
    return Verdict(name, len(named) - len(missing) + 1, tuple(faults), missing)


def libraries_differ(project: Project, name: str) -> list[str]:
    """Return libraries whose installed version differs from that of the release, so that bytes may differ.

    The version of `alleged` counts only where it is not part of the project: a rebuild runs the code of the commit.
    """
    wanted = manifests.read_manifest(project.root, f"datasets/{name}")["libraries"]
    own = {"alleged"} if files.is_folder(project.root, "src/alleged") else set()
    here = versions()
    different = [lib for lib in wanted if lib not in own and here.get(lib) != wanted[lib]]
    return [f"{lib} {here.get(lib)} instead of {wanted[lib]}" for lib in different]


def _stable(index: Index) -> str:
    if "stable" not in index.channels:
        raise UnknownNameError("nothing has been released yet; 'alleged release' cuts a release")
    return index.channels["stable"]


def _index_faults(entry: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Yield a fault if the manifest is not the one that the index lists; nothing else in it counts then."""
    if (found := manifests.digest(content)) != entry["manifest_sha256"]:
        yield f"manifest.json: sha256 {found}, but the index says {entry['manifest_sha256']}"


def _name_faults(name: str, manifest: Manifest, index: Index) -> Iterator[str]:
    """Yield differences between index and manifest."""
    if manifest["release"] != name:
        yield f"manifest.json is of release {manifest['release']}, not {name}"
    entry = index.releases.get(name, {})
    said = {**manifest, "commit": manifest["source"]["commit"]}
    for what in ("schema_version", "content_sha256", "commit"):
        if what in entry and entry[what] != said[what]:
            yield f"manifest.json: {what} {said[what]}, but the index says {entry[what]}"


def _file_faults(project: Project, file: str, found: FolderEntry | None, entry: Mapping[str, Any]) -> Iterator[str]:
    if found is None:
        yield f"{file} is missing"
    elif found.kind != "file":
        yield f"{file} is {'a link' if found.kind == 'link' else 'no regular file'}"
    elif found.status.st_size != entry["bytes"]:
        yield f"{file}: {found.status.st_size} bytes, but the manifest says {entry['bytes']}"
    elif (digest := manifests.digest_of(project.root, found.name, entry["bytes"])) != entry["sha256"]:
        yield f"{file}: sha256 {digest}, but the manifest says {entry['sha256']}"


def _table(project: Project, name: str, manifest: Manifest) -> bytes:
    entry = manifest["tables"][name]
    return manifests.read(project.root, f"datasets/{manifest['release']}/{entry['file']}", entry["bytes"])


def _table_faults(table: bytes, name: str, manifest: Manifest) -> Iterator[str]:
    from alleged.release import content

    entry = manifest["tables"][name]
    try:
        frame = parquet.decoded(table, entry, name)
        with parquet.readable(f"{name} cannot be decoded"):
            parquet.require_writable(frame, entry, name)
            duplicates = frame.select(entry["key"]).is_duplicated().any()
            found = content.of_table(name, frame, manifest.get("digests", "rows"))
    except VerificationError as error:
        yield str(error)
        return
    for column in entry["columns"]:
        if (kind := parquet.type_name(frame.schema[column["name"]])) != column["type"]:
            yield f"{name}.{column['name']} is of type {kind}, but the manifest says {column['type']}"
    if duplicates:
        yield f"{name} has duplicate keys"
    if found != entry["content_sha256"]:
        yield f"{name}: content {found}, but the manifest says {entry['content_sha256']}"


def _ledger_faults(manifest: Manifest) -> Iterator[str]:
    for kind, number in manifest["records"].items():
        rows, ids = manifest["tables"][kind]["rows"], manifest["ids"].get(kind, [])
        if number != rows or number != len(set(ids)) or number != len(ids):
            yield f"{kind}: {number} records, {len(set(ids))} ids, but {rows} rows"
    if content_of(manifest) != manifest["content_sha256"]:
        yield "content_sha256 of the release does not fit its tables"


def _description_faults(project: Project, manifest: Manifest, here: list[str]) -> Iterator[str]:
    """Yield differences between the manifest and the provenance statement or the data package."""
    release, folder = manifest["release"], f"datasets/{manifest['release']}"
    digests = {file: entry["sha256"] for file, entry in manifests.named(manifest).items()}
    tables = {entry["file"]: f"sha256:{entry['sha256']}" for entry in manifest["tables"].values()}
    try:
        if (file := "provenance.json") in here:
            path = f"{folder}/{file}"
            found = manifests.provenance(manifests.read(project.root, path, manifests.LARGEST), path)
            said = {subject["name"]: subject["digest"]["sha256"] for subject in found["subject"]}
            about = found["predicate"]["buildDefinition"]
            made_from = {part["name"]: part["digest"].get("gitCommit") for part in about["resolvedDependencies"]}
            if said != {name: digest for name, digest in digests.items() if name != file}:
                yield f"{file} lists other files or digests than the manifest"
            if (about["externalParameters"]["release"], made_from.get("repository")) != (
                release,
                manifest["source"]["commit"],
            ):
                yield f"{file} names another release or commit"
        if (file := "datapackage.json") in here:
            path = f"{folder}/{file}"
            found = manifests.datapackage(manifests.read(project.root, path, manifests.LARGEST), path)
            if found["version"] != release:
                yield f"{file} is of release {found['version']}"
            if {part["path"]: part["hash"] for part in found["resources"]} != tables:
                yield f"{file} lists other files or digests than the manifest"
    except VerificationError as error:
        yield str(error)
