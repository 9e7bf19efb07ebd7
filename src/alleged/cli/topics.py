"""Options that commands on a topic share: day, publication and links."""

from datetime import date

import click

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


AS_OF = click.option("--as-of", "on", type=DayType(), default=date.max, help="Show what was public by this day.")
