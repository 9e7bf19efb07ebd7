"""`alleged build`: from records to tables."""

import click

from alleged.cli.options import sharing


@click.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing has changed since the last build.")
@sharing
@click.option("--quiet", "-q", is_flag=True, help="Print findings only.")
def command(force: bool, no_cache: bool, jobs: int | None, stats: bool, quiet: bool) -> int:
    """Check all records, then write the tables to datasets/dev.

    Nothing is written if a record has an error, or if nothing has changed since the last build.

    \b
    Examples:
      alleged build
      alleged build --force
    """
    from alleged import release
    from alleged.cache import CheckCache
    from alleged.cli.printing import echo
    from alleged.cli.progress import execution, find_project, terminal
    from alleged.render import builds, findings

    project = find_project()
    cache = None if no_cache else CheckCache(project)
    with execution(jobs, stats, quiet) as by:
        built = release.build(project, force, by, lambda line: echo(line, err=True), cache)
    if built.report is not None and built.report.issues:
        lines = findings.human(built.report) if terminal() else findings.plain(built.report)
        echo(*lines, err=built.published)
    if not built.published:
        echo("nothing was built: mend the errors first", err=True)
        return 1
    if not quiet:
        echo(*builds.summary(built))
    return 0
