"""The command line: one module for each command, imported when it is called."""

import os
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from alleged import __version__
from alleged.cli import printing
from alleged.errors import AllegedError, EnvironmentFailure, records_packages

GROUPS = {
    "Record": ("new", "import", "check", "fmt", "archive", "redact"),
    "Read": ("find", "show", "origins", "timeline", "quantities", "stats", "diff"),
    "Take away": ("export", "site", "cite"),
    "Release": ("build", "release", "verify", "pin"),
    "Project": ("init", "explain"),
}
"""Commands in the groups that `--help` prints."""

COMMANDS = tuple(name for names in GROUPS.values() for name in names)

MODULES = {"import": "import_file"}
"""Commands whose name cannot be that of a module."""

RENAMED = {"rules": "explain", "codebook": "explain", "agreement": "stats --agreement"}
"""Former commands, each with the one that replaces it."""

INTERNAL_ERROR, INTERRUPTED, PIPE_CLOSED = 70, 130, 141
"""Exit codes: EX_SOFTWARE of BSD's sysexits.h; 128 + SIGINT and 128 + SIGPIPE, as shells use."""


class Commands(click.Group):
    """The group of all commands; each is imported from the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"alleged.cli.{MODULES.get(cmd_name, cmd_name)}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group, names in GROUPS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            rows = [(name, command.get_short_help_str(90)) for name, command in commands if command]
            with formatter.section(group):
                formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in RENAMED:
            raise click.UsageError(f"'alleged {args[0]}' is now 'alleged {RENAMED[args[0]]}'")
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from alleged.schemas.vocabularies import closest

            close = closest(args[0], COMMANDS)
            hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="alleged %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
def group(debug: bool) -> None:
    """Keep track of who alleged what, when, and in which article.

    \b
    Examples:
      alleged check                       check all records
      alleged check claims/2024           report only issues in one folder
      alleged build                       check, then compile the tables into datasets/dev
      alleged find zelensky               actors, sources, topics, claims with this word
      alleged show CLAIM                  a claim with its sources and relations
      alleged explain unknown-reference   explain a rule, a field, a code or a table

    \b
    Exit codes: 0 success; 1 issues found; 2 wrong usage; 3 disk, permission or lock;
    4 verification failed; 70 internal error; 130 interrupted; 141 output no longer read.
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its exit code."""
    printing.prepare()
    warnings.showwarning = printing.warn
    try:
        code = _run(args)
    except OSError as error:  # the message itself could not be printed
        code = PIPE_CLOSED if isinstance(error, BrokenPipeError) else EnvironmentFailure.exit_code
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    # Skip the interpreter's clean-up: freeing millions of values takes as long as checking them.
    os._exit(code)


def _run(args: list[str] | None) -> int:
    try:
        with records_packages("this command"):
            code = group.main(args, prog_name="alleged", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        printing.print_usage_error(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        printing.echo("interrupted; nothing was published", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except AllegedError as error:
        printing.echo(*f"error: {error}".split("\n"), err=True)
        return error.exit_code
    except OSError as error:
        _trace(error)
        where = f"{error.filename}: " if error.filename else ""
        printing.echo(f"error: {where}{error.strerror or error}", err=True)
        return EnvironmentFailure.exit_code
    except SystemExit as end:  # click exits so: with 0 after shell completion, with 1 when a pipe is closed
        return PIPE_CLOSED if end.code else 0
    except BaseException as error:  # noqa: BLE001 - an internal error, or a panic of a compiled library
        return _internal_error(error)


def _internal_error(error: BaseException) -> int:
    _trace(error)
    printing.echo(
        f"internal error in alleged {__version__}: {type(error).__name__}: {str(error)[:300]}",
        "Nothing was published. Please report this with the command you ran; 'alleged --debug …' shows more.",
        err=True,
    )
    return INTERNAL_ERROR


def _trace(error: BaseException) -> None:
    if "--debug" in sys.argv:
        printing.trace(error)
