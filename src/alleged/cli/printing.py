"""Everything that a command prints, and asks, goes through this module: first each line is escaped, then coloured."""

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from alleged.text import escape

if TYPE_CHECKING:
    from alleged.render.findings import Line

WIDTH = 72
"""Characters of a line of progress."""


def prepare() -> None:
    """Have standard streams, also where the caller has closed them; those of output take any text."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def echo(*lines: "Line", err: bool = False) -> None:
    """Print lines, one for each argument whatever line ends it holds; to standard error if `err` is set."""
    if lines:
        coloured = shows_colours(err)
        click.echo("\n".join(shown(line, coloured) for line in lines), err=err)


def shown(line: "Line", coloured: bool = False) -> str:
    """Return a line as it may be shown on a screen and in a log, its painted parts in colour or not."""
    parts = [line] if isinstance(line, str) else line
    if not coloured:
        return escape.line("".join(part if isinstance(part, str) else part.text for part in parts))
    return "".join(
        escape.line(part) if isinstance(part, str) else click.style(escape.line(part.text), fg=part.colour, bold=True)
        for part in parts
    )


def shows_colours(err: bool = False) -> bool:
    """Whether a stream shows colours: a terminal that is not dumb, unless NO_COLOR is set (no-color.org)."""
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def echo_json(data: Any, indent: int | None = 2) -> None:
    """Print plain data as JSON."""
    write(escape.as_json(data, indent) + "\n")


def write(text: str) -> None:
    """Print text as it is: a format that has escaped foreign text in its own way, or a command to the runner."""
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def redraw(line: str = "") -> None:
    """Show a line of progress in the place of the one before."""
    end = "" if line else "\r"
    click.echo(f"\r{escape.line(line):<{WIDTH}}{end}", err=True, nl=False)


def ask(question: str, answers: list[str]) -> str:
    """Return which of some answers the person at the terminal gives."""
    return click.prompt(question, type=click.Choice(answers), show_choices=False, err=True)


def misuse(error: click.ClickException) -> None:
    """Print what was wrong with the way a command was called."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        echo(*context.get_usage().split("\n"), f"Try '{context.command_path} --help' for help.", "", err=True)
    echo(f"Error: {error.format_message()}", err=True)


def trace(error: BaseException) -> None:
    """Print the traceback of an error."""
    import traceback

    echo(*"".join(traceback.format_exception(error)).rstrip("\n").split("\n"), err=True)


def warn(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning; this takes the place of `warnings.showwarning`."""
    echo(f"warning: {message}", err=True)
