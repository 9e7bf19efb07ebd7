"""What both scripts share: the schemas by their addresses, YAML with text for dates, claims with their defaults."""

import json
import re
from pathlib import Path
from typing import Any

from referencing import Registry, Resource

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def schema() -> Any:
    """Return the schema of a bundle."""
    return json.loads((SCHEMAS / "bundle.schema.json").read_text(encoding="utf-8"))


def registry() -> Registry[Any]:
    """Return all schemas by their addresses, so that nothing is looked for in a network."""
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.rglob("*.schema.json"))]
    return Registry().with_resources((content["$id"], Resource.from_contents(content)) for content in contents)


def plainly(loader: type) -> type:
    """Return a loader that leaves dates, and words such as `on` and `no`, what they are; else no bundle is valid."""
    kept = {
        sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
        for sign, resolvers in loader.yaml_implicit_resolvers.items()
    }
    booleans = [("tag:yaml.org,2002:bool", re.compile("(?:true|false)$"))]
    for sign in "tf":
        kept[sign] = [*kept.get(sign, []), *booleans]
    return type(loader.__name__, (loader,), {"yaml_implicit_resolvers": kept})


def claims(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the claims of a bundle with what its defaults say."""
    shared = {name: value for name, value in bundle.get("defaults", {}).items() if name != "source"}
    return [{**shared, **claim} for claim in bundle.get("claims", [])]
