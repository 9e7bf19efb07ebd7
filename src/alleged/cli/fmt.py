"""`alleged fmt`: format record files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.project import Project


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only list the files that would change; exit with 1 if there are any.")
def command(paths: tuple[Path, ...], check: bool) -> int:
    """Format record files.

    Rewrites all record files, or those in PATHS, in one order and style. Values and comments stay as they are; kinds
    and fields are put in the order of the schemas.

    \b
    Examples:
      alleged fmt
      alleged fmt claims/2024
      alleged fmt --check
    """
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project
    from alleged.editing.formatter import format_content
    from alleged.errors import StyleError
    from alleged.reader import Document, read_document, rewrite

    project = find_project(paths)
    files = _files(project, paths)
    changed = left = 0
    for path in files:
        name = project.relative(path)
        document = read_document(path, project)
        if not isinstance(document, Document):
            left += 1
            echo(f"{name} cannot be read; see 'alleged check {name}'", err=True)
            continue
        try:
            content = format_content(before := document.file.text.content, name)
        except StyleError as error:
            left += 1
            echo(str(error), err=True)
            continue
        if content != before:
            changed += 1
            echo(name)
            if not check:
                rewrite(name, project, before, content)
    number = f"{len(files)} {'file' if len(files) == 1 else 'files'}"
    echo(f"{'would change' if check else 'changed'} {changed} of {number}", err=True)
    return 1 if left or (check and changed) else 0


def _files(project: "Project", paths: tuple[Path, ...]) -> list[Path]:
    """Return the record files of the project, all or those that `paths` name or hold."""
    from alleged.errors import UnknownNameError
    from alleged.reader import record_files

    files = {project.relative(path): path for path in record_files(project)}
    wanted: set[str] = set()
    for path in paths:
        start = project.relative(path)
        held = [name for name in files if start in (".", name) or name.startswith(f"{start}/")]
        if not held:
            raise UnknownNameError(f"there is no record file {str(path)!r} below {project.folder}/")
        wanted.update(held)
    return [path for name, path in files.items() if name in wanted or not paths]
