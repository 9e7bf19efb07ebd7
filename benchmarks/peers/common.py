"""What most people write: `yaml.load` in Python, `jsonschema.validate` for each file, one table.

    python benchmarks/peers/common.py FOLDER TABLE

It checks each file against the schema and no rule, and writes the claims to Parquet.
"""

import sys
from pathlib import Path

import jsonschema
import polars as pl
import yaml
from bundles import claims, plainly, registry, schema


def main(folder: Path, table: Path) -> int:
    """Check and compile all bundles of a folder."""
    expected, known, loader = schema(), registry(), plainly(yaml.SafeLoader)
    rows, faulty = [], 0
    for path in sorted(folder.rglob("*.yaml")):
        try:
            bundle = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - it is a safe one
            jsonschema.validate(bundle, expected, registry=known)
        except (yaml.YAMLError, jsonschema.ValidationError) as error:
            print(path, str(error)[:200])
            faulty += 1
        else:
            rows += claims(bundle)
    if faulty:
        print(f"{faulty} files have faults")
        return 1
    pl.from_dicts(rows, infer_schema_length=None).write_parquet(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
