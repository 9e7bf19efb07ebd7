"""`alleged stats`: counts of the records, and how well two curators agree."""

from typing import TYPE_CHECKING

import click

from alleged.cli.reading import RELEASE, records
from alleged.cli.topics import JSON

if TYPE_CHECKING:
    from alleged.project import Project
    from alleged.records.corpus import Corpus


@click.command("stats")
@RELEASE
@JSON
@click.option("--agreement", is_flag=True, help="Compare the second readings in intercoder/ with the records instead.")
@click.option("--write", is_flag=True, help="Write the numbers into README.md and the pages of docs/ that show them.")
def command(release: str | None, as_json: bool, agreement: bool, write: bool) -> int:
    """Count the records.

    Counts them by kind, year, state, act, topic and language, and says how well they are sourced.
    With --agreement, print Krippendorff's alpha for each field that was coded again, and each difference.

    \b
    Examples:
      alleged stats
      alleged stats --release 2026.11.2
      alleged stats --agreement
      alleged stats --write
    """
    from alleged.changes import revisions
    from alleged.cli.pages import write as write_pages
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.progress import find_project, read_records

    if release and (write or agreement):
        raise click.UsageError("--release goes with neither --write nor --agreement: these need a project")
    if write:
        project = find_project()
        with revisions.stable(project) as (name, state):
            parts = _parts(name, state, read_records(state))
        echo(f"wrote {', '.join(write_pages(project, parts))}, from {name or 'the records as they are'}")
        return 0
    if agreement:
        from alleged.agreement import agreement as measure
        from alleged.agreement import agreement_of_coders
        from alleged.records import intercoder
        from alleged.render import agreement as render

        project = find_project()
        coding, corpus = intercoder.read(project), read_records(project)
        measured = measure(coding, corpus), agreement_of_coders(coding, corpus)
        data, lines = render.data(*measured), render.text(*measured)
    else:
        from alleged.render import stats as counts
        from alleged.stats import stats

        corpus = records(release, whole=True)
        counted = stats(corpus)
        data, lines = counts.data(counted), counts.text(counted, corpus)
    if as_json:
        echo_json(data)
    else:
        echo(*lines)
    return 0


def _parts(release: str | None, project: "Project", corpus: "Corpus") -> dict[str, str]:
    """Return the generated parts of pages by name: what stands between `<!-- name -->` and `<!-- /name -->`."""
    from alleged.agreement import agreement, agreement_of_coders
    from alleged.records import intercoder
    from alleged.render import agreement as agreements
    from alleged.render import leads, stats
    from alleged.stats import stats as counted
    from alleged.tables import all_tables

    second = intercoder.read(project)
    return {
        "stats": stats.headline(counted(corpus), release),
        "empty": stats.empty_columns(all_tables(corpus)),
        "leads": leads.markdown(second.leads),
        "agreement": agreements.markdown(agreement(second, corpus)),
        "coders": agreements.markdown(agreement_of_coders(second, corpus)),
    }
