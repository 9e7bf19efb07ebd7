"""The summary of a build as text."""

from collections.abc import Iterator

from alleged.release import Built


def summary(built: Built) -> Iterator[str]:
    """Yield the folder of the tables, their numbers of rows, and the counts of the check."""
    if built.unchanged:
        yield f"nothing has changed since the last build; the tables are in {built.folder}"
        return
    records = sum(built.records.values())
    kinds = ", ".join(f"{number} {kind}" for kind, number in built.records.items())
    yield f"{records} records: {kinds}"
    width = max(map(len, built.rows))
    yield from (f"  {table:<{width}} {rows:>7,} rows" for table, rows in built.rows.items())
    yield f"warnings: {built.warnings}"
    yield f"the tables are in {built.folder}"
