"""Contracts of the tables as manifests have them, and the semantic version that a change of them needs (semver.org).

A change is major if queries break: something is removed, renamed, or has another type. Additions are minor, and new
descriptions are patches.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from alleged.errors import ContractError
from alleged.schemas.vocabularies import OwnCodes
from alleged.tables import TABLES

LEVELS = ("patch", "minor", "major")

Contract = Mapping[str, Any]


class ContractChange(NamedTuple):
    """A change of a contract: its level, what changed, and what readers of the tables have to do."""

    level: str
    what: str
    migration: str = ""


def contracts() -> dict[str, Contract]:
    """Return the contract of each table as in manifests: key, and columns with type, codes and description."""
    return {name: {"key": list(table.key), "columns": table.columns} for name, table in TABLES.items()}


def without_codes(tables: Mapping[str, Contract], own: OwnCodes) -> dict[str, Contract]:
    """Return contracts without the own codes of a dataset."""
    names = {entry["const"] for entries in own.entries.values() for entry in entries}
    return {
        name: {**table, "columns": [_without(c, names) for c in table["columns"]]} for name, table in tables.items()
    }


def _without(column: Mapping[str, Any], names: Collection[str]) -> Mapping[str, Any]:
    shipped = {"codes": [code for code in column["codes"] if code not in names]} if "codes" in column else {}
    return {**column, **shipped}


def changes(before: Mapping[str, Contract], after: Mapping[str, Contract]) -> list[ContractChange]:
    """Return the changes from one set of contracts to another, table by table."""
    result = [
        ContractChange("major", f"table {name} is gone", f"stop reading {name}") for name in before if name not in after
    ]
    result += [ContractChange("minor", f"table {name} is new") for name in after if name not in before]
    for name in before:
        if name in after:
            result += _of_table(name, before[name], after[name])
    return result


def _of_table(name: str, before: Contract, after: Contract) -> Iterator[ContractChange]:
    if list(before["key"]) != list(after["key"]):
        key = ", ".join(after["key"])
        yield ContractChange("major", f"the key of {name} is now {key}", f"join {name} on {key}")
    old = {c["name"]: c for c in before["columns"]}
    new = {c["name"]: c for c in after["columns"]}
    removed = [c for c in old if c not in new]
    added = [c for c in new if c not in old]
    for column in removed:
        same = next((c for c in added if new[c]["description"] == old[column]["description"]), None)
        hint = f"read {name}.{same}, which has the same description" if same else f"stop reading {name}.{column}"
        yield ContractChange("major", f"column {name}.{column} is gone", hint)
    yield from (ContractChange("minor", f"column {name}.{column} is new") for column in added)
    for column in old:
        if column in new:
            yield from _of_column(f"{name}.{column}", old[column], new[column])
    if not removed and not added and list(old) != list(new):
        yield ContractChange("minor", f"the columns of {name} have another order")


def _of_column(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ContractChange]:
    if old["type"] != new["type"]:
        yield ContractChange("major", f"{name} was {old['type']}, is {new['type']}", f"read {name} as {new['type']}")
    if old["nullable"] != new["nullable"]:
        now, migration = ("may be null", f"expect nulls in {name}") if new["nullable"] else ("is never null", "")
        yield ContractChange("major", f"{name} {now}", migration)
    removed = [code for code in old.get("codes", ()) if code not in new.get("codes", ())]
    added = [code for code in new.get("codes", ()) if code not in old.get("codes", ())]
    if removed:
        what = f"{name} has lost the codes {', '.join(removed)}"
        yield ContractChange("major", what, f"do not filter {name} on them")
    if added:
        yield ContractChange("minor", f"{name} has new codes: {', '.join(added)}")
    if old["description"] != new["description"]:
        yield ContractChange("patch", f"{name} has another description")


def required(before: str, contract_changes: list[ContractChange]) -> str:
    """Return the smallest version that may follow `before` after these changes."""
    if not contract_changes:
        return before
    numbers = [int(part) for part in before.split(".")]
    place = 2 - max(LEVELS.index(change.level) for change in contract_changes)
    return ".".join(str(n) for n in (*numbers[:place], numbers[place] + 1, *[0] * (2 - place)))


def require_version(declared: str, before: str, contract_changes: list[ContractChange]) -> None:
    """Require that the declared version is large enough.

    Raises:
        ContractError: It is smaller than the changes demand; the message says what readers have to do.
    """
    least = required(before, contract_changes)
    if _numbers(declared) >= _numbers(least):
        return
    level = max((change.level for change in contract_changes), key=LEVELS.index)
    lines = (
        f"  {c.level}: {c.what}" + (f" (readers: {c.migration})" if c.migration else "")
        for c in contract_changes
        if c.level == level
    )
    raise ContractError(
        f"the tables' contract has a {level} change since {before}: declare SCHEMA_VERSION = {least!r} or more, "
        f"not {declared!r}",
        *lines,
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
