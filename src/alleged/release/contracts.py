"""What tables promise their readers, and how much a change of the promise matters: semantic versioning (semver.org).

Removing, renaming, retyping or tightening is major: queries break. Adding is minor. Wording is a patch.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from alleged.datasets.parquet import type_name
from alleged.errors import ContractError
from alleged.tables import TABLES, Table

LEVELS = ("patch", "minor", "major")

Contract = Mapping[str, Any]


class ContractChange(NamedTuple):
    """One change of the promise: how much it matters, what changed, and what a reader has to do."""

    level: str
    what: str
    migration: str = ""


def contracts() -> dict[str, Contract]:
    """Return what each table promises, as manifests hold it: key, and columns with type, null, codes, description."""
    return {name: {"key": list(table.key), "columns": columns(table)} for name, table in TABLES.items()}


def columns(table: Table) -> list[dict[str, Any]]:
    """Return the columns of a table in their order; `codes` are those of an Enum or a list of them."""
    import polars as pl

    found = []
    dtypes, references = table.dtypes, table.references  # each is made anew whenever it is asked for
    for name, column in table.schema.columns.items():
        dtype = dtypes[name]
        inner = dtype.inner if isinstance(dtype, pl.List) else dtype
        told: dict[str, Any] = {
            "name": name,
            "type": type_name(dtype),
            "nullable": column.nullable,
            "description": column.description,
        }
        if isinstance(inner, pl.Enum):
            told["codes"] = inner.categories.to_list()
        if name in references:
            told["references"] = references[name]
        found.append(told)
    return found


def changes(before: Mapping[str, Contract], after: Mapping[str, Contract]) -> list[ContractChange]:
    """Return how the promise has changed, table by table."""
    found = [
        ContractChange("major", f"table {name} is gone", f"stop reading {name}") for name in before if name not in after
    ]
    found += [ContractChange("minor", f"table {name} is new") for name in after if name not in before]
    for name in before:
        if name in after:
            found += _of_table(name, before[name], after[name])
    return found


def _of_table(name: str, before: Contract, after: Contract) -> Iterator[ContractChange]:
    if list(before["key"]) != list(after["key"]):
        key = ", ".join(after["key"])
        yield ContractChange("major", f"the key of {name} is now {key}", f"join {name} on {key}")
    old = {c["name"]: c for c in before["columns"]}
    new = {c["name"]: c for c in after["columns"]}
    gone = [c for c in old if c not in new]
    added = [c for c in new if c not in old]
    for column in gone:
        heir = next((c for c in added if new[c]["description"] == old[column]["description"]), None)
        hint = f"read {name}.{heir}, which has the same description" if heir else f"stop reading {name}.{column}"
        yield ContractChange("major", f"column {name}.{column} is gone", hint)
    yield from (ContractChange("minor", f"column {name}.{column} is new") for column in added)
    for column in old:
        if column in new:
            yield from _of_column(f"{name}.{column}", old[column], new[column])
    if not gone and not added and list(old) != list(new):
        yield ContractChange("minor", f"the columns of {name} have another order")


def _of_column(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ContractChange]:
    if old["type"] != new["type"]:
        yield ContractChange("major", f"{name} was {old['type']}, is {new['type']}", f"read {name} as {new['type']}")
    if old["nullable"] != new["nullable"]:
        now, do = ("may be null", f"expect nulls in {name}") if new["nullable"] else ("is never null", "")
        yield ContractChange("major", f"{name} {now}", do)
    gone = [code for code in old.get("codes", ()) if code not in new.get("codes", ())]
    added = [code for code in new.get("codes", ()) if code not in old.get("codes", ())]
    if gone:
        yield ContractChange("major", f"{name} has lost the codes {', '.join(gone)}", f"do not filter {name} on them")
    if added:
        yield ContractChange("minor", f"{name} has new codes: {', '.join(added)}")
    if old["description"] != new["description"]:
        yield ContractChange("patch", f"{name} is described in other words")


def required(before: str, found: list[ContractChange]) -> str:
    """Return the smallest version that may follow `before` after these changes."""
    if not found:
        return before
    numbers = [int(part) for part in before.split(".")]
    place = 2 - max(LEVELS.index(change.level) for change in found)
    return ".".join(str(n) for n in (*numbers[:place], numbers[place] + 1, *[0] * (2 - place)))


def hold(declared: str, before: str, found: list[ContractChange]) -> None:
    """Make sure that the declared version is large enough.

    Raises:
        ContractError: It is smaller than the changes demand; the message spells the migration out.
    """
    least = required(before, found)
    if _numbers(declared) >= _numbers(least):
        return
    level = max((change.level for change in found), key=LEVELS.index)
    told = (
        f"  {c.level}: {c.what}" + (f" (readers: {c.migration})" if c.migration else "")
        for c in found
        if c.level == level
    )
    raise ContractError(
        f"the tables' contract has a {level} change since {before}: declare SCHEMA_VERSION = {least!r} or more, "
        f"not {declared!r}",
        *told,
    )


def _told(change: ContractChange) -> str:
    return f"  {change.what}" + (f"; readers: {change.migration}" if change.migration else "")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
