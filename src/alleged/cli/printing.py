"""Printing and asking: the only module of commands that does. Each line is escaped first, then coloured."""

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from alleged.text import escape

if TYPE_CHECKING:
    from alleged.render.findings import Line

WIDTH = 72
"""Width of the progress line, in characters."""


def prepare() -> None:
    """Replace closed standard streams by the null device, and let output streams take any text."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def echo(*lines: "Line", err: bool = False) -> None:
    """Print one line for each argument, whatever line breaks it contains; to standard error if `err` is set."""
    if lines:
        coloured = shows_colours(err)
        click.echo("\n".join(shown(line, coloured) for line in lines), err=err)


def shown(line: "Line", coloured: bool = False) -> str:
    """Return a line escaped for terminals and logs, with its styled parts in colour if wanted."""
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
    """Print text as it is: a format that escapes by its own rules, or a command to the CI runner."""
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def write_document(text: str) -> None:
    """Print a text for other programs, which has no control characters; commands to a CI runner are broken up."""
    write(escape.COMMAND.sub(r"\1 [", text).rstrip("\n") + "\n")


def redraw(line: str = "") -> None:
    """Replace the progress line; without text, clear it."""
    end = "" if line else "\r"
    click.echo(f"\r{escape.line(line):<{WIDTH}}{end}", err=True, nl=False)


def ask(question: str, answers: list[str]) -> str:
    """Ask at the terminal, and return one of the answers."""
    return click.prompt(question, type=click.Choice(answers), show_choices=False, err=True)


def ask_text(question: str, default: str | None = None) -> str:
    """Ask at the terminal for a text; with a default, an empty answer means that."""
    return str(click.prompt(escape.line(question), default=default, show_default=bool(default), err=True))


def print_usage_error(error: click.ClickException) -> None:
    """Print a usage error, with the usage of the command."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        echo(*context.get_usage().split("\n"), f"Try '{context.command_path} --help' for help.", "", err=True)
    echo(f"Error: {error.format_message()}", err=True)


def trace(error: BaseException) -> None:
    """Print the traceback of an error."""
    import traceback

    echo(*"".join(traceback.format_exception(error)).rstrip("\n").split("\n"), err=True)


def warn(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning; replaces `warnings.showwarning`."""
    echo(f"warning: {message}", err=True)
