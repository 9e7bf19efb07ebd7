"""`alleged check`: check the records and report issues."""

import gc
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alleged.cli.options import cluster_option, execution_options

if TYPE_CHECKING:
    from alleged.cache import CheckCache
    from alleged.execution import Execution
    from alleged.project import Project
    from alleged.report import Checked

FORMATS = ("human", "plain", "json", "jsonl", "github", "sarif", "html")


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="human on a terminal, plain (one line for each issue) elsewhere; use github in GitHub Actions.",
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE instead of printing.")
@click.option("--since", metavar="REV", help="Report only issues that are new since a git revision, such as main.")
@click.option("--fix", is_flag=True, help="First apply the suggestions that cannot alter meaning.")
@click.option("--fix-ask", is_flag=True, help="Like --fix, but ask about each of the other suggestions too.")
@click.option("--watch", is_flag=True, help="Check again whenever a record file changes; stop with Ctrl-C.")
@click.option(
    "--quotes", is_flag=True, help="Compare each quote with the copies in .texts/; PATHS are then ids of sources."
)
@click.option("--editor", is_flag=True, help="Let editors complete the ids of records, from now on.")
@execution_options
@cluster_option
@click.option("--allowed", is_flag=True, help="List the findings that records allow, with their reasons.")
@click.option("--quiet", "-q", is_flag=True, help="Print issues only, no summary line.")
def command(
    paths: tuple[Path, ...],
    form: str | None,
    output: Path | None,
    since: str | None,
    fix: bool,
    fix_ask: bool,
    watch: bool,
    quotes: bool,
    editor: bool,
    no_cache: bool,
    jobs: int | None,
    stats: bool,
    cluster: str | None,
    quiet: bool,
    allowed: bool,
) -> int:
    """Check the records.

    Reads all records of the project; given PATHS (files or folders), reports only issues in them, and elsewhere those
    that their records cause.

    With --quotes, shows for each quote whether the copy of its source in .texts/ has it as printed, but for typography,
    within words, with other words (which are shown), not at all, or several times.

    \b
    Examples:
      alleged check
      alleged check claims/2024/putin-visit-pyongyang.yaml
      alleged check --format plain | grep error
      alleged check --format html --output report.html
      alleged check --since main
      alleged check --fix claims/2024
      alleged check --quotes ap-2023-10-13
      alleged check --editor --watch
      alleged check --no-cache --stats
      alleged check --cluster tcp://10.0.0.5:8786
    """
    from alleged.cache import CheckCache
    from alleged.cli.printing import echo
    from alleged.cli.progress import changes, execution, file_times, find_project

    if quotes:
        from alleged.cli.quotes import check_quotes

        if since or watch or fix or fix_ask or form not in (None, "human", "plain", "json"):
            raise click.UsageError("--quotes goes with ids of sources, and with --format json")
        return check_quotes(tuple(map(str, paths)), form == "json")
    project = find_project(paths)
    if fix or fix_ask:
        from alleged.cli.fix import apply_fixes

        if since or watch:
            raise click.UsageError("--fix and --fix-ask go with PATHS, not with --since or --watch")
        apply_fixes(project, paths, fix_ask)
    before = file_times(project) if watch else []  # first, so that no change during the check is missed
    cache = None if no_cache or cluster is not None else CheckCache(project, fills=sys.stderr.isatty())
    with execution(jobs, stats, quiet, cluster) as settings:
        code = _check(project, settings, cache, paths, form, output, since, quiet, allowed, editor)
        with suppress(KeyboardInterrupt):  # Ctrl-C ends the watch
            for _ in changes(project, before) if watch else ():
                echo("", err=True)
                gc.collect()  # a watch may run for days
                code = _check(project, settings, cache, paths, form, output, since, quiet, allowed)
    return code


def _check(
    project: "Project",
    settings: "Execution",
    cache: "CheckCache | None",
    paths: tuple[Path, ...],
    form: str | None,
    output: Path | None,
    since: str | None,
    quiet: bool,
    allowed: bool,
    editor: bool = False,
) -> int:
    from alleged import report
    from alleged.cli.output import print_report

    done = report.check_project(project, paths, settings, cache)
    _refresh_local_schema(project, done, settings, editor)
    checked = done.report
    if since:
        from alleged.changes import revisions

        with revisions.at(project, revisions.fork_point(project, since)) as before:
            checked = report.new_since(checked, report.check(before, execution=settings))
    print_report(checked, project, form, output, quiet, allowed)
    if cache and cache.fills and done.read:
        report.index_records(project, settings, cache, done.report)
    return 0 if checked.sound else 1


def _refresh_local_schema(project: "Project", done: "Checked", settings: "Execution", create: bool) -> None:
    """Write the schema for editors; the check does not depend on it, so a failure is only mentioned if asked for it."""
    from alleged.cli.printing import echo
    from alleged.editing import local_schema
    from alleged.errors import AllegedError

    try:
        if create:
            local_schema.create_folder(project)
        local_schema.refresh(project, done, settings)
    except (OSError, AllegedError) as error:
        if create:
            echo(f"{local_schema.SCHEMA} was not written: {error}", err=True)
