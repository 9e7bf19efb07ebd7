"""`alleged origins`: the number of independent origins behind a topic, with their names."""

from datetime import date
from pathlib import Path

import click

from alleged.cli.drawing import OUT, draw, public_by, require_drawable
from alleged.cli.reading import RELEASE, records, topic
from alleged.cli.topics import EDGES, JSON, KNOWN, DayType


@click.command("origins")
@click.argument("topic_id", metavar="TOPIC")
@click.option("--as-of", "on", type=DayType(), default=date.max, help="Count what was public by this day.")
@EDGES
@KNOWN
@RELEASE
@OUT
@JSON
def command(
    topic_id: str, on: date, edges: str, known: str, release: str | None, out: Path | None, as_json: bool
) -> int:
    """Count the independent origins behind a topic.

    Prints an interval and the names behind it: the lower bound counts origins with disclosed evidence, the upper bound
    all that cannot be ruled out. With --out, draws both over time.

    \b
    Examples:
      alleged origins dprk-munitions-to-russia
      alleged origins dprk-munitions-to-russia --as-of 2024-06-18
      alleged origins dprk-munitions-to-russia --out origins.svg
    """
    if out is not None:
        from alleged import charts

        require_drawable(as_json, known=(known, "certain"), edges=(edges, "then"))
        return draw(out, lambda tables: charts.origins(tables, topic_id, public_by(on)), release)
    from typing import get_args

    from alleged.cli.printing import echo, echo_json
    from alleged.origins.intervals import origins_of_topic
    from alleged.origins.roots import Edges
    from alleged.origins.utterances import Known, gather
    from alleged.render import origins

    how: Known = next(word for word in get_args(Known) if word == known)
    which: Edges = next(word for word in get_args(Edges) if word == edges)
    corpus = records(release)
    asked = topic(topic_id, corpus)
    at = origins_of_topic(gather(corpus, how), asked.id, on, which)
    if as_json:
        echo_json(origins.data(at, how, which))
    else:
        echo(*origins.text(at, asked, corpus, how, which))
    return 0
