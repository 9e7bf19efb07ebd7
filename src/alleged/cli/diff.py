"""`alleged diff`: what changed in the records."""

import click


@click.command("diff")
@click.argument("before", metavar="A[..B]")
@click.argument("after", metavar="B", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "ndjson"]), default="text", show_default=True)
def command(before: str, after: str | None, form: str) -> int:
    """Tell what changed from A to B; without B, to the files as they are.

    A and B are releases, branches, tags or commits. Records that are gone without having been
    withdrawn make it exit with 1.

    \b
    Examples:
      alleged diff main
      alleged diff main..HEAD --format markdown
      alleged diff 2026.10.0 2026.11.0
    """
    from alleged import changes
    from alleged.cli.printing import echo, write
    from alleged.cli.progress import find_project
    from alleged.render import changes as shown

    project = find_project()
    start, dots, end = before.partition("..")
    found = changes.between(project, start or "HEAD", after or (end or "HEAD" if dots else None))
    if form == "ndjson":
        write("".join(f"{line}\n" for line in shown.ndjson(found)))
    else:
        echo(*(shown.markdown(found) if form == "markdown" else shown.text(found)))
    return 1 if found.removed else 0
