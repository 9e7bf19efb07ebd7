"""`alleged init`: start a new dataset."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from alleged.editing.projects import Started

ASKED = {
    "title": "Title of the dataset",
    "authors": "Authors, separated by semicolons",
    "licence": "Licence of the records, as its SPDX identifier",
    "address": "Address (URL) of the dataset; empty if there is none yet",
    "contact": "Contact for corrections, an email address or a URL; empty if there is none yet",
}
"""The question for each setting."""

REQUIRED = {"title": "--title", "authors": "--author", "licence": "--licence"}


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--title", help="Title of the dataset.")
@click.option("--author", "authors", metavar="NAME", multiple=True, help="An author, as cited; may be repeated.")
@click.option("--licence", metavar="ID", help="Licence of records and tables: an SPDX identifier, such as CC-BY-4.0.")
@click.option("--address", metavar="URL", help="Where the dataset can be found.")
@click.option("--contact", metavar="ADDRESS", help="Email address or URL for questions, corrections and complaints.")
@click.option("--keep", is_flag=True, help="Leave files that exist as they are, and write the others.")
@click.option("--schemas", is_flag=True, help="In a project: only write the schemas for editors again.")
def command(folder: Path, keep: bool, schemas: bool, **given: Any) -> int:
    """Start a new dataset.

    Writes dataset.yaml, an example under claims/, and what editors, git and GitHub need, to FOLDER (by default the
    working directory). Asks for what no option gives. Never overwrites a file: without --keep, it writes nothing if one
    of its files exists.

    \b
    Examples:
      alleged init
      alleged init weapons --title "Claims about weapons" --author "A. Writer" --licence CC-BY-4.0
      alleged init --schemas      after an update of alleged
    """
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project
    from alleged.editing import projects

    stated = {name: _plain(name, value) for name, value in given.items() if value}
    if schemas:
        if stated:
            raise click.UsageError("--schemas writes the schemas of a project again; it takes no settings")
        echo(f"wrote {len(projects.refresh_schemas(find_project([folder])))} schemas to schemas/")
        return 0
    for name, value in stated.items():
        if wrong := projects.fault(name, value):
            raise click.UsageError(f"--{name.removesuffix('s') if name == 'authors' else name}: {wrong}")
    echo(*_summary(folder, projects.start(folder.absolute(), _completed(stated), keep)))
    return 0


def _plain(name: str, value: Any) -> Any:
    """Return a setting as `dataset.yaml` has it."""
    return [{"name": author.strip()} for author in value] if name == "authors" else value


def _completed(stated: dict[str, Any]) -> dict[str, Any]:
    """Return the settings, completed by answers at a terminal.

    Raises:
        click.UsageError: A required one is missing, and there is no terminal.
    """
    if not sys.stdin.isatty():
        if missing := [option for name, option in REQUIRED.items() if name not in stated]:
            example = 'alleged init --title "Claims about weapons" --author "A. Writer" --licence CC-BY-4.0'
            raise click.UsageError(f"missing: {', '.join(missing)}; write for example  {example}")
        return stated
    return stated | {name: answer for name in ASKED if name not in stated and (answer := _asked(name))}


def _asked(name: str) -> Any:
    """Return the answer to the question for a setting, asked until it is valid; empty if it may be missing."""
    from alleged.cli.printing import ask_text, echo
    from alleged.editing import projects

    while True:
        answer = ask_text(ASKED[name], "CC-BY-4.0" if name == "licence" else None if name in REQUIRED else "").strip()
        value = _plain(name, list(filter(str.strip, answer.split(";")))) if name == "authors" else answer
        wrong = projects.fault(name, value) if value or name in REQUIRED else ""
        if not wrong:
            return value
        echo(wrong, err=True)


def _summary(folder: Path, started: "Started") -> Iterator[str]:
    """Yield what was written, and what to do next."""
    from alleged import files

    parts = [name.split("/") for name in started.written]
    names = dict.fromkeys(first if not rest else f"{first}/" for first, *rest in parts)
    yield f"started a dataset in {folder.absolute()}: {', '.join(names)}"
    if started.kept:
        yield f"kept as it was: {', '.join(started.kept)}"
    if ".gitignore" in started.kept:
        yield "  add to it if they are not there:  .venv/  /.texts/  datasets/dev/  datasets/.*"
    yield "next:"
    if folder != Path():
        yield f"  cd {shlex.quote(str(folder))}"
    if not any(files.exists(above, ".git") for above in (folder.absolute(), *folder.absolute().parents)):
        yield "  git init"
    yield "  alleged check            there should be no errors"
    yield "  alleged explain          lists the rules, fields and codes"
    yield "then replace claims/example.yaml by records of your own, as CONTRIBUTING.md says"
