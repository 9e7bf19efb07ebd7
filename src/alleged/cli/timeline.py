"""`alleged timeline`: what became known of a topic, day by day."""

import click

from alleged.cli.topics import JSON, KNOWN


@click.command("timeline")
@click.argument("topic_id", metavar="TOPIC")
@KNOWN
@JSON
def command(topic_id: str, known: str, as_json: bool) -> int:
    """Show a topic day by day.

    Prints what became known of TOPIC on each day, with the number of independent origins so far.

    \b
    Example:
      alleged timeline dprk-munitions-to-russia
    """
    from typing import get_args

    from alleged.cli.printing import echo, echo_json
    from alleged.cli.topics import find_topic
    from alleged.origins.timelines import timeline
    from alleged.origins.utterances import Known, gather
    from alleged.render import timelines

    how: Known = next(word for word in get_args(Known) if word == known)
    topic, corpus = find_topic(topic_id)
    graph = gather(corpus, how)
    days = [day for day in timeline(graph) if day.topic == topic.id]
    if as_json:
        echo_json([timelines.data(day) for day in days])
    else:
        echo(*timelines.text(days, graph, topic, corpus))
    return 0
