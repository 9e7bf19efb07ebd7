"""What somebody writes who knows the libraries: the C loader, one validator for all files, one table.

    python benchmarks/peers/careful.py FOLDER TABLE

It checks each file against the schema and no rule, says how many files have faults, and writes the claims to Parquet.
"""

import sys
from pathlib import Path

import polars as pl
import yaml
from bundles import claims, plainly, registry, schema
from jsonschema import Draft7Validator


def main(folder: Path, table: Path) -> int:
    """Check and compile all bundles of a folder."""
    validator = Draft7Validator(schema(), registry=registry())
    loader = plainly(yaml.CSafeLoader)
    rows, faulty = [], 0
    for path in sorted(folder.rglob("*.yaml")):
        try:
            bundle = yaml.load(path.read_bytes(), loader)  # noqa: S506 - it is a safe one
        except yaml.YAMLError as error:
            print(path, error)
            faulty += 1
            continue
        errors = list(validator.iter_errors(bundle))
        for error in errors:
            print(path, error.json_path, error.message[:200])
        faulty += bool(errors)
        rows += claims(bundle)
    if faulty:
        print(f"{faulty} files have faults")
        return 1
    pl.from_dicts(rows, infer_schema_length=None).write_parquet(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
