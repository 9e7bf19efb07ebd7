"""`alleged diff`: changes of the records between two revisions or releases."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.review import Review


@click.command("diff")
@click.argument("before", metavar="A[..B]")
@click.argument("after", metavar="B", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json", "ndjson"]),
    default="text",
    show_default=True,
)
def command(before: str, after: str | None, form: str) -> int:
    """Show how the records changed, and which answers follow.

    Prints a review sheet: new claims as `alleged show` prints them, by article, with claims near by that are not
    linked; edits word by word; new findings of the check.

    Compares A with B, or with the files as they are if there is no B. A and B are releases, branches, tags or commits,
    of any schemas. An answer is the number of origins of a topic; those of a release with older schemas are read from
    its tables. In a folder without records, A and B are releases, of which the tables are compared. Exits with 1 if
    records are gone that were not withdrawn first.

    \b
    Examples:
      alleged diff main
      alleged diff main..HEAD --format markdown
      alleged diff 2026.10.0 2026.11.0
    """
    from alleged.cli.printing import echo, echo_json, write
    from alleged.cli.reading import nearest_project
    from alleged.render import changes as shown
    from alleged.review import between

    project = nearest_project()
    start, dots, end = before.partition("..")
    if project is None:
        found = _of_releases(start, after or end)
    else:
        found = between(project, start or "HEAD", after or (end or "HEAD" if dots else None))
    if form == "json":
        echo_json(shown.data(found))
    elif form in ("ndjson", "html"):
        lines = shown.ndjson(found) if form == "ndjson" else shown.page(found)
        write("".join(f"{line}\n" for line in lines))
    else:
        echo(*(shown.markdown(found) if form == "markdown" else shown.text(found)))
    return 1 if found.comparison.removed else 0


def _of_releases(before: str, after: str) -> "Review":
    from alleged.api import open as open_release
    from alleged.review import between_releases

    if not (before and after):
        raise click.UsageError("there are no records here, so name two releases, as  alleged diff 2026.11.3 2026.11.4")
    return between_releases(open_release(before), open_release(after))
