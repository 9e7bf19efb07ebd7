"""What commands that draw share: the option `--out`, and writing a chart to a file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.charts import Chart, Release

ENDINGS = (".svg", ".png")

OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw a chart instead: a file that ends in .svg or .png. An existing file is replaced.",
)


def draw(out: Path, chart: Callable[["Release"], "Chart"], release: str | None) -> int:
    """Draw a chart from the tables of a release, or from the records of the project, and write it to a file.

    Raises:
        click.UsageError: The file ends in neither .svg nor .png.
        EnvironmentFailure: The file cannot be written, or a PNG is asked for and resvg-py is not installed.
        UnknownNameError: There is no such topic or release.
    """
    from alleged import files
    from alleged.cli.printing import echo
    from alleged.cli.reading import tables
    from alleged.errors import FileRefused

    if out.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"{str(out)!r} ends in neither .svg nor .png; choose one of these")
    folder, name = files.split(out)
    if files.exists(folder, name) and not files.is_file(folder, name):
        raise FileRefused("not-a-regular-file", f"{str(out)!r} is not a regular file; choose another path")
    drawn = chart(tables(release))
    content = drawn.png() if out.suffix.lower() == ".png" else drawn.standalone().encode()
    with files.translate_oserror(f"{str(out)!r} cannot be written"):
        files.write(folder, name, content)
    echo(f"wrote {out}: {drawn.title} {drawn.subtitle}")
    return 0


def require_drawable(as_json: bool, **defaults: tuple[str, str]) -> None:
    """Raise if options are given that a chart cannot follow: of each, its value and the only one that is drawn.

    Raises:
        click.UsageError: One of them has another value.
    """
    if as_json:
        raise click.UsageError("--json and --out exclude each other")
    for option, (given, drawn) in defaults.items():
        if given != drawn:
            raise click.UsageError(f"charts are drawn with --{option} {drawn}; leave out --{option}, or --out")


def public_by(on: date) -> date | None:
    """Return the day for a chart; None for all that is public."""
    return None if on == date.max else on
