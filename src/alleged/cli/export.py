"""`alleged export`: write a release in the format of another program."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("export")
@click.argument("format_name", metavar="FORMAT", required=False)
@click.option("--release", metavar="RELEASE", help="Release to export, such as 2026.11.2, or the last build (dev).")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File to write, or folder to write it to; by default the working directory.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def command(format_name: str | None, release: str | None, out: Path | None, force: bool) -> int:
    """Write a release in the format of another program.

    Without FORMAT, lists the formats. Without --release, exports the release that alleged.lock names, or else the
    stable one. A README inside says what the format loses, how to cite the release, and its licence. The same release
    gives the same bytes.

    \b
    Examples:
      alleged export
      alleged export xlsx
      alleged export stata --release 2026.11.2
      alleged export csv --release dev --out /tmp
    """
    from alleged import files
    from alleged.api import open as open_release
    from alleged.cli.printing import echo
    from alleged.errors import UnknownNameError
    from alleged.exports import FORMATS
    from alleged.exports.packing import file_name, packed
    from alleged.schemas.vocabularies import closest

    if format_name is None:
        echo(*_list())
        return 0
    if format_name not in FORMATS:
        close = closest(format_name, FORMATS)
        hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(FORMATS)}"
        raise UnknownNameError(f"there is no format {format_name!r}{hint}")
    opened, form = open_release(release), FORMATS[format_name]
    path = _path(out, file_name(form, opened))
    _require_free(path, force)
    content = packed(form, opened)
    folder, name = files.split(path)
    with files.translate_oserror(f"{str(path)!r} cannot be written"):
        files.write(folder, name, content)
    echo(f"wrote {path} ({len(content) / 1000:,.0f} kB): release {opened.release} as {form.name}")
    return 0


def _list() -> "Iterator[str]":
    from alleged.exports import FORMATS

    width = max(map(len, FORMATS))
    yield from (f"{form.name:<{width}}  {form.about}" for form in FORMATS.values())
    yield "type  alleged export FORMAT"


def _path(out: Path | None, name: str) -> Path:
    from alleged import files

    if out is None or files.is_folder(out):
        return Path(out or ".", name)
    return out


def _require_free(path: Path, force: bool) -> None:
    from alleged import files
    from alleged.errors import ExistsError

    if not force and files.exists(*files.split(path)):
        raise ExistsError(f"{str(path)!r} exists; choose another path with --out, or replace it with --force")
