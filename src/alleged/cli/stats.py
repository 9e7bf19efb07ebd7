"""`alleged stats`: counts of the records, and how well two curators agree."""

from typing import TYPE_CHECKING

import click

from alleged.cli.topics import JSON

if TYPE_CHECKING:
    from alleged.project import Project
    from alleged.records.corpus import Corpus


@click.command("stats")
@JSON
@click.option("--agreement", is_flag=True, help="Compare the second readings in intercoder/ with the records instead.")
@click.option("--write", is_flag=True, help="Write the numbers into README.md and the pages of docs/ that show them.")
def command(as_json: bool, agreement: bool, write: bool) -> int:
    """Count the records.

    Counts them by kind, year, state, act, topic and language, and says how well they are sourced.
    With --agreement, print Krippendorff's alpha for each field that was coded again, and each difference.

    \b
    Examples:
      alleged stats
      alleged stats --json
      alleged stats --agreement
      alleged stats --write
    """
    from alleged.changes import revisions
    from alleged.cli.pages import write as write_pages
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.progress import find_project, read_records

    project = find_project()
    if write:
        with revisions.stable(project) as (release, records):
            parts = _parts(release, records, read_records(records))
        echo(f"wrote {', '.join(write_pages(project, parts))}, from {release or 'the records as they are'}")
        return 0
    corpus = read_records(project)
    if agreement:
        from alleged.agreement import agreement as measure
        from alleged.agreement import agreement_of_coders
        from alleged.records import intercoder
        from alleged.render import agreement as render

        coding = intercoder.read(project)
        measured = measure(coding, corpus), agreement_of_coders(coding, corpus)
        data, lines = render.data(*measured), render.text(*measured)
    else:
        from alleged.render import stats as counts
        from alleged.stats import stats

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

    second = intercoder.read(project)
    return {
        "stats": stats.headline(counted(corpus), release),
        "leads": leads.markdown(second.leads),
        "agreement": agreements.markdown(agreement(second, corpus)),
        "coders": agreements.markdown(agreement_of_coders(second, corpus)),
    }
