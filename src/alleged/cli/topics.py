"""What commands on a topic share: the topic, and options for day, publication and links."""

from datetime import date
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.records.corpus import Corpus, Record

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
KNOWN = click.option(
    "--known",
    type=click.Choice(["certain", "possible"]),
    default="certain",
    show_default=True,
    help="Count what was certainly public, or all that may have been.",
)
EDGES = click.option(
    "--edges",
    type=click.Choice(["then", "current"]),
    default="then",
    show_default=True,
    help="Use links between claims that were public by that day, or all (hindsight).",
)


class DayType(click.ParamType):
    """A calendar day, such as 2024-06-18."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2024-06-18", param, ctx)


def find_topic(topic_id: str) -> "tuple[Record, Corpus]":
    """Return a topic of the project, and the corpus.

    Raises:
        UnknownNameError: There is no such topic.
    """
    from alleged.cli.progress import find_project, readable_records
    from alleged.errors import UnknownNameError
    from alleged.schemas.vocabularies import closest

    corpus = readable_records(find_project())
    topic = corpus.topics.get(topic_id)
    if topic is None:
        close = closest(topic_id, corpus.topics)
        hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(sorted(corpus.topics))}"
        raise UnknownNameError(f"there is no topic {topic_id!r}{hint}")
    return topic, corpus
