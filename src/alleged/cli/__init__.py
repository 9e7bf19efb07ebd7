"""The command line: one file a command, imported when it is called."""

import gc
import os
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from alleged import __version__
from alleged.cli import printing
from alleged.errors import AllegedError, EnvironmentFailure

COMMANDS = (
    "check",
    "fmt",
    "build",
    "show",
    "diff",
    "release",
    "verify",
    "pin",
    "origins",
    "timeline",
    "quantities",
    "stats",
    "agreement",
    "rules",
    "explain",
    "codebook",
)
INTERNAL_FAULT, INTERRUPTED = 70, 130
"""Exit codes: EX_SOFTWARE of BSD's sysexits.h; 128 + SIGINT, as shells have it."""


class Commands(click.Group):
    """A group that finds each command in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"alleged.cli.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from alleged.schemas.vocabularies import closest

            close = closest(args[0], COMMANDS)
            hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="alleged %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal fault.")
def group(debug: bool) -> None:
    """Keep track of who alleged what, when, and in which article.

    \b
    Examples:
      alleged check                       check every record of the project
      alleged check claims/2024           report on one folder only
      alleged build                       check, then write the tables to datasets/dev
      alleged show CLAIM                  a claim with its sources and relations
      alleged explain unknown-reference   what a rule wants, and why

    \b
    Exit codes: 0 all well; 1 findings; 2 wrong usage; 3 disk, permission or lock;
    4 verification failed; 70 a fault of ours; 130 interrupted.
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    printing.prepare()
    warnings.showwarning = printing.warn
    gc.disable()  # there are no circles to be found among so many small values, only time to be lost
    try:
        code = _run(args)
    except OSError:  # not even the message could be printed
        code = EnvironmentFailure.exit_code
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    # Nothing is left to be put in order, and freeing millions of values one by one takes as long as judging them.
    os._exit(code)


def _run(args: list[str] | None) -> int:
    try:
        code = group.main(args, prog_name="alleged", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        printing.misuse(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        printing.echo("stopping, nothing published", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except AllegedError as error:
        printing.echo(*f"error: {error}".split("\n"), err=True)
        return error.exit_code
    except OSError as error:
        _trace(error)
        where = f"{error.filename}: " if error.filename else ""
        printing.echo(f"error: {where}{error.strerror or error}", err=True)
        return EnvironmentFailure.exit_code
    except SystemExit:  # the end of a shell completion
        raise
    except BaseException as error:  # noqa: BLE001 - a fault of ours, or a panic of a compiled library
        return _fault(error)


def _fault(error: BaseException) -> int:
    _trace(error)
    printing.echo(
        f"internal fault in alleged {__version__}: {type(error).__name__}: {str(error)[:300]}",
        "nothing was published. Please report it with the command you ran; 'alleged --debug …' shows more.",
        err=True,
    )
    return INTERNAL_FAULT


def _trace(error: BaseException) -> None:
    if "--debug" in sys.argv:
        printing.trace(error)
