"""The queries of docs/cookbook.md, read from the page and run on any tables.

python tests/cookbook.py      # print the answers of the stable release into the page

"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from paths import ROOT

PAGE = ROOT / "docs" / "cookbook.md"

Answer = tuple[list[str], list[tuple[Any, ...]]]


class Query(NamedTuple):
    """A question of the page with its two queries, and the answer that is printed below them."""

    title: str
    python: str
    sql: str
    printed: str


def queries() -> list[Query]:
    """Return the queries of the page, in its order."""
    answer = r"(RESULT\n|(?:\|[^\n]*\n)+|No row\.\n)"
    pattern = rf"^## ([^\n]+)\n(?:(?!^## ).)*?^```python\n(.*?)^```\n\n```sql\n(.*?)^```\n\n{answer}"
    text = PAGE.read_text(encoding="utf-8")
    return [Query(*found) for found in re.findall(pattern, text, re.MULTILINE | re.DOTALL)]


def in_polars(query: Query, tables: Mapping[str, pl.DataFrame]) -> Answer:
    """Return the columns and rows that the polars query gives."""
    names: dict[str, Any] = {"pl": pl, "date": date, "load": tables.__getitem__}
    exec(query.python, names)  # noqa: S102 - our own page
    return names["answer"].columns, names["answer"].rows()


def in_sql(query: Query, folder: Path) -> Answer:
    """Return the columns and rows that the SQL query gives, on the Parquet files of a folder."""
    with duckdb.connect() as connection:
        connection.execute(f"set file_search_path = '{folder}'")
        relation = connection.sql(query.sql)
        return relation.columns, relation.fetchall()


def shown(answer: Answer) -> str:
    """Return an answer as a Markdown table."""
    columns, rows = answer
    if not rows:
        return "No row.\n"
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def main() -> None:
    """Print the answers of the stable release into the page."""
    from alleged.changes import revisions
    from alleged.project import Project
    from alleged.records import corpus
    from alleged.tables import all_tables

    with revisions.stable(Project(ROOT)) as (_, released):
        tables = all_tables(corpus.read(released).corpus)
    text = PAGE.read_text(encoding="utf-8")
    for query in queries():
        before = f"{query.sql}```\n\n"
        text = text.replace(before + query.printed, before + shown(in_polars(query, tables)))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
