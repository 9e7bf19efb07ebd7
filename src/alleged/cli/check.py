"""`alleged check`: what is wrong with the records."""

import gc
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alleged.cli.options import sharing

if TYPE_CHECKING:
    from alleged.cache import CheckCache
    from alleged.execution import Execution
    from alleged.project import Project

FORMATS = ("human", "plain", "json", "jsonl", "github", "sarif", "html")


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="human on a terminal, plain (a line each) elsewhere; in GitHub Actions ask for github.",
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE instead of printing.")
@click.option("--since", metavar="REV", help="Show only findings that are new since a git revision, such as main.")
@click.option("--fix", is_flag=True, help="First put the suggestions that cannot alter meaning into the files.")
@click.option("--fix-ask", is_flag=True, help="Like --fix, and ask about each of the other suggestions.")
@click.option("--watch", is_flag=True, help="Check again whenever a record file changes; end with Ctrl-C.")
@sharing
@click.option("--quiet", "-q", is_flag=True, help="Print findings only, no closing line.")
def command(
    paths: tuple[Path, ...],
    form: str | None,
    output: Path | None,
    since: str | None,
    fix: bool,
    fix_ask: bool,
    watch: bool,
    no_cache: bool,
    jobs: int | None,
    stats: bool,
    quiet: bool,
) -> int:
    """Check the records of the project, or report on PATHS only.

    \b
    Examples:
      alleged check
      alleged check claims/2024/putin-visit-pyongyang.yaml
      alleged check --format plain | grep error
      alleged check --format html --output report.html
      alleged check --since main
      alleged check --fix claims/2024
      alleged check --no-cache --stats
    """
    from alleged.cache import CheckCache
    from alleged.cli.printing import echo
    from alleged.cli.progress import changes, execution, find_project, state

    project = find_project(paths)
    if fix or fix_ask:
        from alleged.cli.fix import mend

        if since or watch:
            raise click.UsageError("--fix and --fix-ask go with PATHS, not with --since or --watch")
        mend(project, paths, fix_ask)
    before = state(project) if watch else []  # taken first: what changes during the check is not missed
    cache = None if no_cache else CheckCache(project)
    with execution(jobs, stats, quiet) as by:
        code = _check(project, by, cache, paths, form, output, since, quiet)
        with suppress(KeyboardInterrupt):  # which ends the watch, wherever it has come to
            for _ in changes(project, before) if watch else ():
                echo("", err=True)
                gc.collect()  # a watch may go on for days
                code = _check(project, by, cache, paths, form, output, since, quiet)
    return code


def _check(
    project: "Project",
    by: "Execution",
    cache: "CheckCache | None",
    paths: tuple[Path, ...],
    form: str | None,
    output: Path | None,
    since: str | None,
    quiet: bool,
) -> int:
    from alleged import report
    from alleged.cli.output import tell

    found = report.check(project, paths, by, cache)
    if since:
        from alleged.changes import revisions

        with revisions.at(project, revisions.fork(project, since)) as before:
            found = report.new_since(found, report.check(before, execution=by))
    tell(found, project, form, output, quiet)
    return 0 if found.sound else 1
