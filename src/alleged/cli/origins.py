"""`alleged origins`: from how many independent origins a topic is known, and what would fall without each."""

from datetime import date

import click

from alleged.cli.topics import EDGES, JSON, KNOWN, DayType


@click.command("origins")
@click.argument("topic_id", metavar="TOPIC")
@click.option("--as-of", "on", type=DayType(), default=date.max, help="Count what was public by this day.")
@EDGES
@KNOWN
@JSON
def command(topic_id: str, on: date, edges: str, known: str, as_json: bool) -> int:
    """Print from how many independent origins TOPIC is known, as an interval with the names.

    The first number is how many can be shown, the second how many are not excluded.

    \b
    Examples:
      alleged origins dprk-munitions-to-russia
      alleged origins dprk-munitions-to-russia --as-of 2024-06-18
    """
    from typing import get_args

    from alleged.cli.printing import echo, echo_json
    from alleged.cli.topics import found
    from alleged.origins.intervals import origins_of_topic
    from alleged.origins.roots import Edges
    from alleged.origins.utterances import Known, gather
    from alleged.render import origins

    how: Known = next(word for word in get_args(Known) if word == known)
    which: Edges = next(word for word in get_args(Edges) if word == edges)
    topic, corpus = found(topic_id)
    at = origins_of_topic(gather(corpus, how), topic.id, on, which)
    if as_json:
        echo_json(origins.data(at, how, which))
    else:
        echo(*origins.text(at, topic, corpus, how, which))
    return 0
