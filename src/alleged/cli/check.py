"""`alleged check`: what is wrong with the records."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.layout import Layout


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "plain"]),
    help="human on a terminal, plain (a line each) elsewhere.",
)
@click.option("--since", metavar="REV", help="Show only findings that are new since a git revision, such as main.")
@click.option("--watch", is_flag=True, help="Check again whenever a record file changes; end with Ctrl-C.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings only, no closing line.")
def command(paths: tuple[Path, ...], form: str | None, since: str | None, watch: bool, quiet: bool) -> int:
    r"""Check the records of the project, or report on PATHS only.

    \b
    Examples:
      alleged check
      alleged check claims/2024/putin-visit-pyongyang.yaml
      alleged check --format plain | grep error
      alleged check --since main
    """
    from alleged.cli.surroundings import changes, project

    layout = project(paths)
    code = _check(layout, paths, form, since, quiet)
    for _ in changes(layout) if watch else ():
        click.echo()
        code = _check(layout, paths, form, since, quiet)
    return code


def _check(layout: "Layout", paths: tuple[Path, ...], form: str | None, since: str | None, quiet: bool) -> int:
    from alleged import history, report
    from alleged.cli.surroundings import counter, paint, terminal
    from alleged.render import findings

    with counter("files read") as progress:
        found = report.check(layout, paths, progress)
        if since:
            with history.at(layout, history.fork(layout, since)) as before:
                found = report.new_since(found, report.check(before))
    if (form or ("human" if terminal() else "plain")) == "human":
        lines = list(findings.human(found, paint))
        click.echo("\n".join(lines[:-1] if quiet else lines))
    else:
        for line in findings.plain(found):
            click.echo(line)
        if not quiet:
            click.echo(findings.summary(found), err=True)
    return 0 if found.sound else 1
