"""`alleged codebook`: what each column of each table means."""

import click


@click.command("codebook")
@click.option("--write", is_flag=True, help="Write it to docs/codebook.md instead of printing it.")
def command(write: bool) -> int:
    """Print the codebook in Markdown: tables, columns, types, lists of codes.

    \b
    Examples:
      alleged codebook | less
      alleged codebook --write
    """
    from alleged import codebook
    from alleged.cli.pages import save
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_project

    text = codebook.markdown()
    if not write:
        echo(*text.removesuffix("\n").split("\n"))
        return 0
    save(find_project(), "docs/codebook.md", text)
    echo("wrote docs/codebook.md")
    return 0
