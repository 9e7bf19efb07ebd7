"""`alleged quantities`: the figures claimed on a topic, side by side."""

import click

from alleged.cli.topics import JSON


@click.command("quantities")
@click.argument("topic_id", metavar="TOPIC")
@JSON
def command(topic_id: str, as_json: bool) -> int:
    """List the figures claimed on a topic.

    Prints the figures of TOPIC side by side, and why some cannot be compared. They are never summed.

    \b
    Example:
      alleged quantities dprk-munitions-to-russia
    """
    from alleged.cli.printing import echo, echo_json
    from alleged.cli.topics import find_topic
    from alleged.origins.figures import figures
    from alleged.render import quantities

    topic, corpus = find_topic(topic_id)
    named = figures(topic.id, corpus)
    if as_json:
        echo_json([quantities.data(figure) for figure in named])
    else:
        echo(*quantities.text(named, topic, corpus))
    return 0
