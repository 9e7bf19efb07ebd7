"""A release as a Python package: after `pip install`, `alleged.load` reads it anywhere, without a network.

The package is a catalogue with one release. An entry point tells `alleged` its folder; no code of it is run.
"""

import base64
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from alleged.datasets.bibliographies import one_line
from alleged.datasets.installed import GROUP
from alleged.datasets.manifests import DEVELOPMENT, FORMAT
from alleged.datasets.release import Release
from alleged.errors import UnknownNameError
from alleged.exports.archive import zipped
from alleged.exports.readme import FILE, as_json, licence, readme, settings_beside, title
from alleged.text.urls import percent_encoded
from alleged.text.words import slug

LOSSES = """\
Nothing of the tables: they and the manifest are those of the release, byte for byte. The list of changes, the \
codebook pages and the statement of provenance are left out; alleged prints the codebook from the manifest."""

INIT = b'"""A release of claims; read its tables with  alleged.load(table)."""\n'

WHEEL = b"Wheel-Version: 1.0\nGenerator: alleged\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

NEEDS = "0.2.0"
"""Version of `alleged` that finds installed releases first; the manifest may name a later one."""


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the package.

    Raises:
        UnknownNameError: It is the last build, which is no release; or a file of the release is missing.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names.
    """
    folder = f"{_stem(release)}.dist-info"
    entry = f"[{GROUP}]\n{package(release)} = {_module(release)}\n".encode()
    content = [
        *_catalogue(release),
        (f"{folder}/METADATA", _metadata(release).encode()),
        (f"{folder}/WHEEL", WHEEL),
        (f"{folder}/entry_points.txt", entry),
    ]
    yield file_name(release), zipped([*content, (f"{folder}/RECORD", _record(content, f"{folder}/RECORD"))])


def file_name(release: Release) -> str:
    """Return the name that installers demand.

    Raises:
        UnknownNameError: It is the last build, which is no release.
    """
    return f"{_stem(release)}-py3-none-any.whl"


def package(release: Release) -> str:
    """Return the name of the package: that of `dataset.yaml`, or else `alleged-` and the title."""
    if stated := release.manifest.get("citation", {}).get("package"):
        return str(stated)
    beside = settings_beside(release)
    return beside.package if beside and beside.package else f"alleged-{slug(title(release)) or 'claims'}"


def _stem(release: Release) -> str:
    return f"{package(release).replace('-', '_')}-{_version(release)}"


def _version(release: Release) -> str:
    """Return the version of the package: the release as installers write it, 2026.1.0 for 2026.01.0."""
    if release.release == DEVELOPMENT:
        raise UnknownNameError("a package holds a release, and 'dev' changes with every build; type  --release RELEASE")
    return ".".join(str(int(part)) for part in release.release.split("."))


def _module(release: Release) -> str:
    """Return the name of the folder, which hides no other package."""
    return f"{package(release).replace('-', '_')}_data"


def _catalogue(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a catalogue with this one release."""
    folder, name = _module(release), release.release
    yield f"{folder}/__init__.py", INIT
    yield f"{folder}/{FILE}", readme(release, "wheel", LOSSES).encode()
    yield f"{folder}/index.json", as_json(_index(release))
    yield f"{folder}/{name}/manifest.json", release.catalogue.manifest(name, release.manifest_sha256)
    for table, entry in release.manifest["tables"].items():
        yield f"{folder}/{name}/{entry['file']}", release.content(table)


def _index(release: Release) -> dict[str, Any]:
    name, manifest, known = release.release, release.manifest, release.catalogue_index
    entry = {
        "release": name,
        "manifest_sha256": release.manifest_sha256,
        "schema_version": manifest["schema_version"],
        "content_sha256": manifest["content_sha256"],
        "commit": manifest["source"]["commit"],
    }
    yanked = {name: known.yanked[name]} if name in known.yanked else {}
    return {"format": FORMAT, "releases": [entry], "channels": {"stable": name}, "yanked": yanked}


def _metadata(release: Release) -> str:
    """Return the metadata of the package, with the README as its description (packaging.python.org)."""
    about = release.manifest.get("citation", {})
    terms = licence(release)
    addresses = {"Homepage": about.get("url"), "Catalogue": about.get("catalogue")}
    addresses["DOI"] = f"https://doi.org/{about['doi']}" if "doi" in about else None
    lines = [
        ("Metadata-Version", "2.4"),
        ("Name", package(release)),
        ("Version", _version(release)),
        ("Summary", f"{title(release)}: release {release.release}, read with alleged"),
        ("Author", ", ".join(about.get("authors", ()))),
        ("License-Expression", terms if re.fullmatch(r"[A-Za-z0-9.-]+", terms) else ""),
        *(("Project-URL", f"{name}, {percent_encoded(url)}") for name, url in addresses.items() if url),
        ("Requires-Dist", f"alleged>={release.manifest.get('needs', NEEDS)}"),
        ("Description-Content-Type", "text/plain"),
    ]
    heads = "".join(f"{name}: {one_line(text)}\n" for name, text in lines if text)
    return f"{heads}\n{readme(release, 'wheel', LOSSES)}"


def _record(content: Iterable[tuple[str, bytes]], own: str) -> bytes:
    """Return the list of files with their digests, its own name last."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for name, file in content:
        digest = base64.urlsafe_b64encode(hashlib.sha256(file).digest()).rstrip(b"=").decode()
        writer.writerow((name, f"sha256={digest}", len(file)))
    writer.writerow((own, "", ""))
    return text.getvalue().encode()
