"""Pages of tables: the first rows, the rest for the script, and the files to take away; and the codebook."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import polars as pl

from alleged.errors import EnvironmentFailure
from alleged.exports import FORMATS
from alleged.exports.cells import inert, plain
from alleged.exports.packing import packed
from alleged.exports.sheets import Column, Sheet, sheets
from alleged.site import addresses
from alleged.site.lists import script
from alleged.site.rendering import Files, Site
from alleged.text.words import slug

FIRST = 25
"""Rows that are shown without a script."""


def pages(site: Site) -> Files:
    """Yield the list of tables, a page and files for each, and the codebook; for a host, the workbook too."""
    release, found = site.data.release, sheets(site.data.release)
    kept = release.manifest["tables"]
    for sheet in found:
        path = addresses.page("table", sheet.name)
        cells = plain(sheet.frame)
        first = cells.head(FIRST).cast(pl.String).rows()
        yield path, site.render("table.html", "../", path, sheet=sheet, first=first, parquet=kept, type_of=type_of)
        yield f"table/{sheet.name}.csv", inert(cells).write_csv(include_bom=True).encode()
        columns = [column.to_list() for column in cells.with_columns(pl.col(pl.Date).cast(pl.String)).get_columns()]
        yield f"table/{sheet.name}.js", script("table", {"columns": cells.columns, "values": columns})
        if sheet.name in kept:
            yield f"table/{sheet.name}.parquet", release.content(sheet.name)
    lists = list(_lists(site))
    yield "codebook.html", site.render("codebook.html", "", "codebook.html", tables=found, lists=lists, type_of=type_of)
    workbook = list(_workbook(site)) if site.about.base_url else []
    yield from workbook
    taken = workbook[0][0] if workbook else None
    shown = {"tables": found, "parquet": kept, "workbook": taken, "summary": summary}
    yield "tables.html", site.render("tables.html", "", "tables.html", **shown)


def _workbook(site: Site) -> Files:
    """Yield the workbook, if the packages for it are installed; it takes as long as a quarter of the site."""
    name = slug(site.about.title) or "alleged"
    with suppress(EnvironmentFailure):
        yield f"table/{name}-{site.about.release}.xlsx", packed(FORMATS["xlsx"], site.data.release)


def type_of(column: Column) -> str:
    """Return the type of a column in one word."""
    return column.type.removeprefix("List(").removesuffix(")") + ("[]" if column.is_list else "")


def _lists(site: Site) -> Iterator[tuple[str, list[Any]]]:
    """Yield each code list with its codes, in their order."""
    rows = sorted(site.data.rows("vocabulary"), key=lambda row: (row["list"], row["seq"]))
    names = dict.fromkeys(row["list"] for row in rows)
    yield from ((name, [row for row in rows if row["list"] == name]) for name in names)


def summary(sheet: Sheet) -> str:
    """Return the first sentence about a table."""
    return sheet.about.partition(". ")[0].rstrip(".") + "."
