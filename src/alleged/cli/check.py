"""`alleged check`: what is wrong with the records."""

from pathlib import Path

import click


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "plain"]),
    help="human on a terminal, plain (a line each) elsewhere.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print findings only, no closing line.")
def command(paths: tuple[Path, ...], form: str | None, quiet: bool) -> int:
    r"""Check the records of the project, or report on PATHS only.

    \b
    Examples:
      alleged check
      alleged check claims/2024/putin-visit-pyongyang.yaml
      alleged check --format plain | grep error
    """
    from alleged import report
    from alleged.cli.surroundings import counter, paint, project, terminal
    from alleged.render import findings

    layout = project(paths)
    with counter("files read") as progress:
        found = report.check(layout, paths, progress)
    if (form or ("human" if terminal() else "plain")) == "human":
        lines = list(findings.human(found, paint))
        click.echo("\n".join(lines[:-1] if quiet else lines))
    else:
        for line in findings.plain(found):
            click.echo(line)
        if not quiet:
            click.echo(findings.summary(found), err=True)
    return 0 if found.sound else 1
