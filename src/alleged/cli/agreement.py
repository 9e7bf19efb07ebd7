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
    from alleged import coding, corpus
    from alleged.agreement import agreement
    from alleged.cli.pages import write as write_pages
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.surroundings import project
    from alleged.render import agreement as render

    layout = project()
    read = corpus.read(layout)
    if read.issues:
        raise click.ClickException("some records could not be read; run 'alleged check'")
    found = agreement(coding.read(layout), read.corpus)
    if write:
        echo(f"wrote {', '.join(write_pages(layout, {'agreement': render.markdown(found)}))}")
    elif as_json:
        echo_json(render.data(found))
    else:
        echo(*render.text(found))
    return 0
