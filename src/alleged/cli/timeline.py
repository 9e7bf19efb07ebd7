"""`alleged timeline`: what became known of a topic, day by day."""

import click

from alleged.cli.reading import RELEASE, records, topic
from alleged.cli.topics import JSON, KNOWN


@click.command("timeline")
@click.argument("topic_id", metavar="TOPIC")
@KNOWN
@RELEASE
@JSON
def command(topic_id: str, known: str, release: str | None, as_json: bool) -> int:
    """Show a topic day by day.

    Prints what became known of TOPIC on each day, with the number of independent origins so far.

    \b
    Example:
      alleged timeline dprk-munitions-to-russia
    """
    from typing import get_args

    from alleged.cli.printing import echo, echo_json
    from alleged.origins.timelines import timeline
    from alleged.origins.utterances import Known, gather
    from alleged.render import timelines

    how: Known = next(word for word in get_args(Known) if word == known)
    corpus = records(release)
    asked = topic(topic_id, corpus)
    graph = gather(corpus, how)
    days = [day for day in timeline(graph) if day.topic == asked.id]
    if as_json:
        echo_json([timelines.data(day) for day in days])
    else:
        echo(*timelines.text(days, graph, asked, corpus))
    return 0
