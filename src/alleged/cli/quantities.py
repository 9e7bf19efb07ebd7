"""`alleged quantities`: the figures claimed on a topic, side by side."""

import click

from alleged.cli.reading import RELEASE, records, topic
from alleged.cli.topics import JSON


@click.command("quantities")
@click.argument("topic_id", metavar="TOPIC")
@RELEASE
@JSON
def command(topic_id: str, release: str | None, as_json: bool) -> int:
    """List the figures claimed on a topic.

    Prints the figures of TOPIC side by side, and why some cannot be compared. They are never summed.

    \b
    Example:
      alleged quantities dprk-munitions-to-russia
    """
    from alleged.cli.printing import echo, echo_json
    from alleged.origins.figures import figures
    from alleged.render import quantities

    corpus = records(release)
    asked = topic(topic_id, corpus)
    named = figures(asked.id, corpus)
    if as_json:
        echo_json([quantities.data(figure) for figure in named])
    else:
        echo(*quantities.text(named, asked, corpus))
    return 0
