"""`alleged agreement`: how far a second reader of the claims agrees with their records."""

import click

from alleged.cli.topics import JSON


@click.command("agreement")
@JSON
@click.option("--write", is_flag=True, help="Write the table into the pages of docs/ that mark a place for it.")
def command(as_json: bool, write: bool) -> int:
    """Compare the second readings in coding/ with the records: Krippendorff's alpha by field, and what differs.

    \b
    Examples:
      alleged agreement
      alleged agreement --json
      alleged agreement --write
    """
    from alleged.agreement import agreement
    from alleged.cli.pages import write as write_pages
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.progress import find_project
    from alleged.records import corpus, intercoder
    from alleged.render import agreement as render

    project = find_project()
    read = corpus.read(project)
    if read.issues:
        raise click.ClickException("some records could not be read; run 'alleged check'")
    found = agreement(intercoder.read(project), read.corpus)
    if write:
        echo(f"wrote {', '.join(write_pages(project, {'agreement': render.markdown(found)}))}")
    elif as_json:
        echo_json(render.data(found))
    else:
        echo(*render.text(found))
    return 0
