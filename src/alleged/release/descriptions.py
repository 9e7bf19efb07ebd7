"""Files that describe a release: data package, codebook, citation, provenance statement."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alleged.records.settings import Settings
from alleged.release import publishing
from alleged.schemas.definitions import schema

Manifest = Mapping[str, Any]

ANONYMOUS = "anonymous"
"""Author in the Citation File Format if none is stated, as its guide recommends."""

BUILDER = "https://alleged.example/release"
"""Builder in the provenance of a dataset that states no address."""

ORCID = "https://orcid.org/"

TYPES = {"String": "string", "Enum": "string", "Date": "date", "Boolean": "boolean", "Float64": "number"}
"""Types of Table Schema (datapackage.org, version 2) for polars types; all others are integers or lists."""

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid #8884}code{font-size:.9em}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}"
)


@dataclass(frozen=True)
class About:
    """What is said about a release: the settings of its dataset, and `released`, the day of its commit."""

    settings: Settings
    released: str

    @property
    def title(self) -> str:
        return self.settings.title or "alleged"

    @property
    def citation(self) -> dict[str, Any]:
        """The citation in the manifest: title, authors, date, and what else is stated."""
        settings = self.settings
        named = {"title": self.title, "authors": [author.name for author in settings.authors], "date": self.released}
        return named | _stated(
            url=settings.address,
            doi=settings.doi,
            licence=settings.licence,
            catalogue=settings.catalogue,
            package=settings.package,
        )


def files_of(manifest: Manifest, about: About, codebook: str) -> dict[str, bytes]:
    """Return the files that describe a release, by name."""
    return {
        "datapackage.json": publishing.as_json(datapackage(manifest, about)),
        "codebook.md": codebook.encode(),
        "codebook.html": "\n".join(page(manifest, about.title)).encode() + b"\n",
        "CITATION.cff": citation(manifest, about).encode(),
    }


def _stated(**values: Any) -> dict[str, Any]:
    """Return the values that are not empty, by name."""
    return {name: value for name, value in values.items() if value}


def _licences(licence: str) -> list[dict[str, str]]:
    """Return a licence as in Data Packages: its name, and title and address if it is one of the list."""
    known = {option["const"]: option for option in schema("dataset")["properties"]["licence"]["oneOf"][:-1]}
    if licence in known:
        return [{"name": licence, "path": known[licence]["x-address"], "title": known[licence]["title"]}]
    return [{"name": licence}] if licence else []


def _contributors(settings: Settings) -> list[dict[str, Any]]:
    """Return authors and contact as in Data Packages."""
    authors = [
        {"title": author.name, "roles": ["author"]}
        | _stated(path=author.orcid and ORCID + author.orcid, organization=author.affiliation)
        for author in settings.authors
    ]
    key = "email" if "@" in settings.contact else "path"
    contact = [{"title": "Contact", "roles": ["contact"], key: settings.contact}] if settings.contact else []
    return authors + contact


def datapackage(manifest: Manifest, about: About) -> dict[str, Any]:
    """Return the descriptor of the release as a Data Package, version 2."""
    settings = about.settings
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "alleged",
        "title": about.title,
        "version": manifest["release"],
        "created": f"{about.released}T00:00:00Z",
        **_stated(
            homepage=settings.address,
            contributors=_contributors(settings),
            licenses=_licences(settings.licence),
        ),
        "resources": [_resource(name, entry) for name, entry in manifest["tables"].items()],
    }


def _resource(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name.replace("_", "-"),
        "type": "table",
        "path": entry["file"],
        "scheme": "file",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        # Not `bytes`: frictionless 5 counts none when it reads Parquet, and would call every file damaged.
        "x-bytes": entry["bytes"],
        "hash": f"sha256:{entry['sha256']}",
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [_field(column) for column in entry["columns"]],
            "primaryKey": entry["key"],
            "foreignKeys": list(_foreign_keys(name, entry["columns"])),
        },
    }


def _field(column: Mapping[str, Any]) -> dict[str, Any]:
    kind = column["type"]
    listed = kind.startswith("List(")
    plain = TYPES.get(kind, "integer")
    if plain == "integer" and column["nullable"]:
        plain = "number"  # frictionless 5 reads whole numbers as decimals where there are nulls
    described: dict[str, Any] = {
        "name": column["name"],
        # Not `array`: frictionless 5 reads the lists of Parquet as arrays of numpy, which it does not take for one.
        "type": "any" if listed else plain,
        "description": column["description"],
    }
    constraints: dict[str, Any] = {} if column["nullable"] else {"required": True}
    if listed:
        described["x-items"] = TYPES.get(kind.removeprefix("List(").removesuffix(")"), "integer")
    if "codes" in column:
        described["x-codes" if listed else "categories"] = column["codes"]
    return described | ({"constraints": constraints} if constraints else {})


def _foreign_keys(name: str, columns: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the foreign keys of a table; Table Schema has none for lists of ids."""
    for column in columns:
        if "references" in column and not column["type"].startswith("List("):
            table, _, key = column["references"].partition(".")
            resource = "" if table == name else table.replace("_", "-")
            yield {"fields": [column["name"]], "reference": {"resource": resource, "fields": [key]}}


def page(manifest: Manifest, title: str) -> Iterator[str]:
    """Yield the lines of the codebook as one self-contained HTML page."""
    heading = html.escape(f"{title}, release {manifest['release']}")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{heading}</h1>"
    yield f"<p>Version {html.escape(manifest['schema_version'])} of the tables' contract. Null means not stated.</p>"
    yield "<ul>" + "".join(f'<li><a href="#{name}">{name}</a></li>' for name in manifest["tables"]) + "</ul>"
    for name, entry in manifest["tables"].items():
        yield f'<h2 id="{name}">{name}</h2>\n<p>{entry["rows"]:,} rows; key {", ".join(entry["key"])}.</p>'
        yield "<table>\n<tr><th>column</th><th>type</th><th>meaning</th></tr>"
        yield from (_row(column) for column in entry["columns"])
        yield "</table>"
    yield "</body>\n</html>"


def _row(column: Mapping[str, Any]) -> str:
    cells = (f"<code>{column['name']}</code>", html.escape(column["type"]), html.escape(column["description"]))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def citation(manifest: Manifest, about: About) -> str:
    """Return the citation in the Citation File Format 1.2.0; its values are JSON, which YAML includes."""
    settings = about.settings
    # Authors are entities: the format wants the names of persons in parts, which a dataset does not state.
    authors = [
        {"name": author.name} | _stated(orcid=author.orcid and ORCID + author.orcid) for author in settings.authors
    ]
    key = "email" if "@" in settings.contact else "website"
    lines = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "Please cite the release that you used.",
        "title": about.title,
        "version": manifest["release"],
        "date-released": about.released,
        **_stated(
            license="" if settings.licence.startswith("LicenseRef-") else settings.licence,
            url=settings.address,
            doi=settings.doi,
        ),
        **_stated(**{"repository-artifact": settings.catalogue}),
        "authors": authors or [{"name": ANONYMOUS}],
        **_stated(contact=settings.contact and [{"name": about.title, key: settings.contact}]),
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{manifest['content_sha256']}",
                "description": "Digest of the rows of all tables",
            }
        ],
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in lines.items())


def provenance(manifest: Manifest, digests: Mapping[str, str], about: About) -> dict[str, Any]:
    """Return the provenance: an unsigned in-toto statement, version 1, with SLSA provenance, version 1.

    The builder is the dataset, by its address: whoever keeps it cut the release.
    """
    source = manifest["source"]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://alleged.example/build/v1",
                "externalParameters": {"release": manifest["release"]},
                "internalParameters": {"libraries": manifest["libraries"]},
                "resolvedDependencies": [
                    {"name": "repository", "digest": {"gitCommit": source["commit"]}},
                    {"name": "claims", "digest": {"gitTree": source["claims_tree"]}},
                    {"name": "requirements.lock", "digest": {"sha256": source["lock_sha256"]}},
                ],
            },
            "runDetails": {
                "builder": {"id": about.settings.address or BUILDER},
                "byproducts": [{"name": "check", "annotations": {"errors": 0, **manifest["check"]}}],
            },
        },
    }
