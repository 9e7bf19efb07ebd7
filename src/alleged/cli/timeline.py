"""`alleged timeline`: what became known of a topic, day by day."""

from datetime import date
from pathlib import Path

import click

from alleged.cli.drawing import OUT, draw, public_by, require_drawable
from alleged.cli.reading import RELEASE, records, topic
from alleged.cli.topics import AS_OF, JSON, KNOWN


@click.command("timeline")
@click.argument("topic_id", metavar="TOPIC")
@AS_OF
@KNOWN
@RELEASE
@OUT
@JSON
def command(topic_id: str, on: date, known: str, release: str | None, out: Path | None, as_json: bool) -> int:
    """Show a topic day by day.

    Prints what became known of TOPIC on each day, with the number of independent origins so far. With --out, draws
    who spoke when.

    \b
    Examples:
      alleged timeline dprk-munitions-to-russia
      alleged timeline dprk-munitions-to-russia --as-of 2024-06-18 --out timeline.svg
    """
    if out is not None:
        from alleged import charts

        require_drawable(as_json, known=(known, "certain"))
        return draw(out, lambda tables: charts.timeline(tables, topic_id, public_by(on)), release)
    from typing import get_args

    from alleged.cli.printing import echo, echo_json
    from alleged.origins.timelines import timeline
    from alleged.origins.utterances import Known, gather
    from alleged.render import timelines

    how: Known = next(word for word in get_args(Known) if word == known)
    corpus = records(release)
    asked = topic(topic_id, corpus)
    graph = gather(corpus, how)
    days = [day for day in timeline(graph) if day.topic == asked.id and day.date <= on]
    if as_json:
        echo_json([timelines.data(day) for day in days])
    else:
        echo(*timelines.text(days, graph, asked, corpus))
    return 0
