"""Releases that tests make up, as small as the schemas allow."""

import json
from pathlib import Path
from typing import Any

from alleged.layout import Layout

NONE = "0" * 64


def released(layout: Layout, ids: dict[str, list[str]], name: str = "2026.11.0") -> None:
    """Write the manifest of a release that had records of these ids, and an index that names it."""
    column = {"name": "id", "type": "String", "nullable": False, "description": "Key."}
    table = {"sha256": NONE, "bytes": 0, "rows": 0, "content_sha256": NONE, "key": ["id"], "columns": [column]}
    manifest: dict[str, Any] = {
        "format": 1,
        "needs": "0.1.0",
        "release": name,
        "schema_version": "1.0.0",
        "content_sha256": NONE,
        "source": {"commit": "0" * 40, "changed": False, "claims_tree": "0" * 40, "lock_sha256": NONE},
        "inputs_sha256": NONE,
        "libraries": {},
        "records": {kind: len(names) for kind, names in ids.items()},
        "ids": ids,
        "check": {"warnings": 0, "allowed": 0},
        "tables": {kind: {"file": f"{kind}.parquet", **table} for kind in ids},
    }
    about = {"manifest_sha256": NONE, "schema_version": "1.0.0", "content_sha256": NONE, "commit": "0" * 40}
    index = {"format": 1, "releases": [{"release": name, **about}], "channels": {"stable": name}, "yanked": {}}
    write(layout.datasets / name / "manifest.json", manifest)
    write(layout.datasets / "index.json", index)


def write(path: Path, value: Any) -> None:
    """Write a value as JSON, and the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
