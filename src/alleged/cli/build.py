"""`alleged build`: check the records and compile the tables."""

import sys

import click

from alleged.cli.options import cluster_option, execution_options


@click.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing has changed since the last build.")
@execution_options
@cluster_option
@click.option("--quiet", "-q", is_flag=True, help="Print issues only.")
def command(force: bool, no_cache: bool, jobs: int | None, stats: bool, cluster: str | None, quiet: bool) -> int:
    """Compile the tables.

    Checks all records, then writes the tables to datasets/dev. Writes nothing if a record has an error, or if nothing
    has changed since the last build.

    \b
    Examples:
      alleged build
      alleged build --force
      alleged build --cluster tcp://10.0.0.5:8786
    """
    from alleged import release
    from alleged.cache import CheckCache
    from alleged.cli.printing import echo
    from alleged.cli.progress import execution, find_project, is_terminal
    from alleged.render import builds, findings

    project = find_project()
    cache = None if no_cache or cluster is not None else CheckCache(project, fills=sys.stderr.isatty())
    with execution(jobs, stats, quiet, cluster) as settings:
        built = release.build(project, force, settings, lambda line: echo(line, err=True), cache)
    if built.report is not None and built.report.issues:
        lines = findings.human(built.report) if is_terminal() else findings.plain(built.report)
        echo(*lines, err=built.published)
    if not built.published:
        echo("nothing was built: fix the errors first", err=True)
        return 1
    if not quiet:
        echo(*builds.summary(built))
    return 0
