"""What a command meets when it runs: a project, a terminal or a pipe, a person who waits."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from alleged.errors import UnknownNameError
from alleged.layout import Layout

PATIENCE = 0.5
"""Seconds before a person at a terminal is shown progress."""


def project(paths: Sequence[Path] = ()) -> Layout:
    """Return the project of the working directory, or else of the first path; a loose folder of records is one too."""
    try:
        return Layout.find()
    except UnknownNameError:
        if not paths:
            raise
    first = paths[0].absolute()
    folder = first if first.is_dir() else first.parent
    try:
        return Layout.find(folder)
    except UnknownNameError:
        return Layout(folder, ".")


def terminal() -> bool:
    """Whether output goes to a terminal."""
    return sys.stdout.isatty()


def paint(text: str, colour: str) -> str:
    """Colour a text, on a terminal only and unless NO_COLOR is set (no-color.org) or the terminal is dumb."""
    plain = not terminal() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, fg=colour, bold=True)


State = list[tuple[Path, int, int]]


def changes(layout: Layout, before: State) -> Iterator[None]:
    """Wait for record files to differ from a state, and tell each time; end when the person interrupts."""
    try:
        while True:
            time.sleep(PATIENCE)
            if (now := state(layout)) != before:
                before = now
                yield
    except KeyboardInterrupt:
        return


def state(layout: Layout) -> State:
    """Return name, size and time of change of every record file; one that goes while it is looked at is left out."""
    found = []
    for path in (layout.settings, *layout.bundles()):
        with suppress(OSError):
            status = path.lstat()
            found.append((path, status.st_size, status.st_mtime_ns))
    return found


@contextmanager
def counter(what: str) -> Iterator[Callable[[int], None]]:
    """Show a rising number on a terminal's standard error, once the work has taken a while."""
    start, last, shown = time.monotonic(), 0.0, False

    def show(number: int) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if now - start > PATIENCE and now - last > 0.1:
            last, shown = now, True
            click.echo(f"\r{number} {what}", err=True, nl=False)

    yield show if sys.stderr.isatty() else lambda number: None
    if shown:
        click.echo("\r" + " " * 40 + "\r", err=True, nl=False)
