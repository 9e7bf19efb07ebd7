"""Output of `alleged check`: a report in one of the formats, printed or written to a file."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from alleged import files
from alleged.cli.printing import echo, shown, write
from alleged.cli.progress import is_terminal
from alleged.errors import AllegedError
from alleged.project import SUFFIXES, Project
from alleged.render import findings
from alleged.report import Report


def print_report(
    report: Report, project: Project, form: str | None, output: Path | None, quiet: bool, allowed: bool = False
) -> None:
    """Print a report, or write it to a file.

    With one issue a line (plain, github), the summary line goes to standard error.

    Raises:
        EnvironmentFailure: The file cannot be written.
        AllegedError: The file is a link, no regular file, or a record file.
    """
    form = form or ("human" if is_terminal() and output is None else "plain")
    if output is not None:
        save(output, formatted(report, project, form, quiet, allowed))
    elif form == "human":
        _screen(list(findings.human(report, allowed)), quiet)
    elif form == "plain":
        echo(*findings.plain(report))
    else:
        write(formatted(report, project, form))
    if form in ("plain", "github") and not quiet:
        echo(findings.summary(report), err=True)
    if form == "github":
        _step_summary(report)


def formatted(report: Report, project: Project, form: str, quiet: bool = False, allowed: bool = False) -> str:
    """Return a report as text in one of the formats, without colour."""
    match form:
        case "human":
            lines = list(findings.human(report, allowed))
            return _joined(map(shown, lines[:-1] if quiet else lines))
        case "plain":
            return _joined(map(shown, findings.plain(report)))
        case "github":
            from alleged.render import github

            return _joined(github.lines(report, _folder(project)))
        case "sarif":
            from alleged.render import sarif

            return sarif.text(report, _folder(project))
        case "html":
            from alleged.render import html

            return html.text(report)
        case _:
            from alleged.render import machine

            return machine.text(report) if form == "json" else _joined(machine.lines(report))


def save(path: Path, text: str) -> None:
    """Write a report to a file, whole or not at all.

    Raises:
        EnvironmentFailure: The disk is full, or permission is missing.
        AllegedError: The path is a link or no regular file, or the name of a record file.
    """
    folder, name = files.split(path)
    if files.exists(folder, name) and not files.is_file(folder, name):
        raise AllegedError(f"{str(path)!r} is not a regular file; choose another path, or omit --output to print")
    if path.suffix in SUFFIXES:
        raise AllegedError(f"{str(path)!r} has the suffix of a record file; use .txt, .json, .sarif or .html")
    with files.translate_oserror(f"{str(path)!r} cannot be written"):
        files.write(folder, name, text.encode(errors="backslashreplace"))


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _screen(lines: list[findings.Line], quiet: bool) -> None:
    """Print the human format; in GitHub Actions, stop the runner from reading commands in it."""
    token = os.urandom(16).hex() if os.environ.get("GITHUB_ACTIONS") == "true" else ""
    if token:
        write(f"::stop-commands::{token}\n")
    echo(*lines[:-1] if quiet else lines)
    if token:
        write(f"::{token}::\n")


def _folder(project: Project) -> str:
    """Return the path of the project in the repository that GitHub checked out; empty elsewhere."""
    if workspace := os.environ.get("GITHUB_WORKSPACE"):
        with suppress(ValueError):
            return project.root.resolve().relative_to(Path(workspace).resolve()).as_posix()
    return ""


def _step_summary(report: Report) -> None:
    """Add the table to the page of the workflow run; the result of the check does not depend on it."""
    from alleged.render.github import table

    if place := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with files.open_to_write(*files.split(Path(place)), keep=True) as file:
                file.write(table(report).encode(errors="backslashreplace"))
        except OSError as error:
            echo(f"the step summary could not be written: {error.strerror or error}", err=True)
