"""Croissant 1.0: a description of the Parquet files of a release for machine-learning tools, beside these files."""

from collections.abc import Iterator, Mapping
from typing import Any

from alleged.datasets.bibliographies import inert_json, one_line, slug
from alleged.datasets.release import Release
from alleged.exports.describing import DESCRIPTION, licence_address
from alleged.text.urls import percent_encoded

LOSSES = """\
Nothing: the Parquet files are those of the release, byte for byte. The description leaves out which columns may be \
null and which are keys of other tables: mlcroissant would join the tables and lose the rows without a key. Authors \
are called organisations, since mlcroissant refuses authors of whom nothing is said."""

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the specification of Croissant 1.0 asks for."""

PARQUET = "application/x-parquet"
"""The media type that mlcroissant reads; it accepts the registered one, and then cannot read the file."""

TYPES = {"String": "sc:Text", "Enum": "sc:Text", "Date": "sc:Date", "Boolean": "sc:Boolean", "Float64": "sc:Float"}
"""Data types for polars types; all others are integers or lists."""


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the description, and the Parquet file of each table."""
    yield "croissant.json", f"{inert_json(metadata(release), indent=1)}\n".encode()
    for table, entry in release.manifest["tables"].items():
        yield entry["file"], release.content(table)


def metadata(release: Release) -> dict[str, Any]:
    """Return the description of a release in Croissant 1.0."""
    manifest, about = release.manifest, release.manifest.get("citation", {})
    stated = {
        "url": percent_encoded(about.get("url", "")),
        "license": licence_address(about),
        "creator": [{"@type": "Organization", "name": one_line(name)} for name in about.get("authors", ())],
        "datePublished": about.get("date", ""),
    }
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": slug(about.get("title", "")) or "claims",
        "alternateName": one_line(about.get("title", "Claims")),
        "description": DESCRIPTION,
        **{name: value for name, value in stated.items() if value},
        "version": manifest["release"],
        "citeAs": release.cite("bibtex"),
        "distribution": [_file(table, entry) for table, entry in manifest["tables"].items()],
        "recordSet": [_records(table, entry) for table, entry in manifest["tables"].items()],
    }


def _file(table: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": entry["file"],
        "name": entry["file"],
        "contentUrl": entry["file"],
        "contentSize": f"{entry['bytes']} B",
        "encodingFormat": PARQUET,
        "sha256": entry["sha256"],
    }


def _records(table: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "key": [{"@id": f"{table}/{column}"} for column in entry["key"]],
        "field": [_field(table, entry["file"], column) for column in entry["columns"]],
    }


def _field(table: str, file: str, column: Mapping[str, Any]) -> dict[str, Any]:
    name, kind = column["name"], column["type"]
    listed = kind.startswith("List(")
    inner = kind.removeprefix("List(").removesuffix(")") if listed else kind
    codes = f" One of: {', '.join(column['codes'])}." if column.get("codes") else ""
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{name}",
        "name": name,
        "description": one_line(f"{column['description']}{codes}"),
        "dataType": TYPES.get(inner, "sc:Integer"),
        "source": {"fileObject": {"@id": file}, "extract": {"column": name}},
    }
    if listed:
        field["repeated"] = True
    return field
