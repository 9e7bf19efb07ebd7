"""`alleged stats`: what the dataset holds, in numbers."""

import click

from alleged.cli.topics import JSON


@click.command("stats")
@JSON
@click.option("--write", is_flag=True, help="Write the figures that README.md and docs/ carry into these pages.")
def command(as_json: bool, write: bool) -> int:
    """Count the records: by kind, year, state, act, topic and language, and how well they are sourced.

    \b
    Examples:
      alleged stats
      alleged stats --json
      alleged stats --write
    """
    from alleged.cli.pages import write as write_pages
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.progress import find_project
    from alleged.records import corpus, intercoder
    from alleged.render import leads
    from alleged.render import stats as render
    from alleged.stats import stats

    project = find_project()
    read = corpus.read(project)
    if read.issues:
        raise click.ClickException("some records could not be read; run 'alleged check'")
    found = stats(read.corpus)
    if write:
        parts = {"stats": render.headline(found), "leads": leads.markdown(intercoder.read(project).leads)}
        echo(f"wrote {', '.join(write_pages(project, parts))}")
    elif as_json:
        echo_json(render.data(found))
    else:
        echo(*render.text(found, read.corpus))
    return 0
