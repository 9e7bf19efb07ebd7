"""`alleged quantities`: the figures claimed on a topic, side by side."""

from datetime import date
from pathlib import Path

import click

from alleged.cli.drawing import OUT, draw, public_by, require_drawable
from alleged.cli.reading import RELEASE, records, topic
from alleged.cli.topics import AS_OF, JSON


@click.command("quantities")
@click.argument("topic_id", metavar="TOPIC")
@AS_OF
@RELEASE
@OUT
@JSON
def command(topic_id: str, on: date, release: str | None, out: Path | None, as_json: bool) -> int:
    """List the figures claimed on a topic.

    Prints the figures of TOPIC side by side, and why some cannot be compared. They are never summed. With
    --out, draws them.

    \b
    Examples:
      alleged quantities dprk-munitions-to-russia
      alleged quantities dprk-munitions-to-russia --out figures.png
    """
    if out is not None:
        from alleged import charts

        require_drawable(as_json)
        return draw(out, lambda tables: charts.quantities(tables, topic_id, public_by(on)), release)
    from alleged.cli.printing import echo, echo_json
    from alleged.origins.figures import figures
    from alleged.render import quantities

    corpus = records(release)
    asked = topic(topic_id, corpus)
    named = figures(asked.id, corpus, on)
    if as_json:
        echo_json([quantities.data(figure) for figure in named])
    else:
        echo(*quantities.text(named, asked, corpus))
    return 0
