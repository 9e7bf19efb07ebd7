"""Charts of a topic as SVG, from the tables of a release: who spoke when, from how many origins, which figures.

Nothing is computed here that the tables do not hold: the band is `topic_timeline`, the figures are `flat_quantities`.

Each function takes a `release`: an `alleged.open(…)`, any object whose `load` returns tables by name, or what
`frames_of(release)` returns, which is quicker where many charts are drawn. `as_of` is a day, a date or a text such as
`2024-06-18`: then only what was certainly public by that day is drawn, from the tables that `alleged.as_of` returns,
and the axis ends there. `link` returns the address of a record from its kind, `claim` or `actor`, and id, or None.
`width` is in pixels; below 560, names stand above the lanes, as on a phone.

For pages whose script hides what was not public on a day, marks, lanes, names, steps and rows have the day by which
they were public as `data-known` (`9999-12-31` if there is none). A figure has `data-updated` where a later claim
updates it. A step of the band also has `data-lo`, `data-hi` and, in words, `data-text`. See `Chart.svg`.
"""

from collections.abc import Callable
from datetime import date

from alleged.charts import band, figures, lanes, strip
from alleged.charts.axes import Span
from alleged.charts.chart import Chart
from alleged.charts.frames import Frames, Release, frames_of, short_name
from alleged.charts.style import STYLE

__all__ = [
    "STYLE",
    "Chart",
    "Frames",
    "Span",
    "busiest",
    "frames_of",
    "origins",
    "quantities",
    "short_name",
    "sparkline",
    "timeline",
]

WIDTH = 960
Link = Callable[[str, str], str | None]
Day = date | str | None


def no_link(kind: str, id: str) -> None:
    """Return no address."""


def timeline(
    release: Release,
    topic: str,
    as_of: Day = None,
    *,
    link: Link = no_link,
    width: float = WIDTH,
    span: Span | None = None,
) -> Chart:
    """Return who spoke when: one mark for each active claim without `background`, one lane for each principal.

    Parties named in the question stand apart. Admissions have a lane of their own. A claim whose origin is elsewhere
    is small; that origin stands in the lane of its own principal, also if it was recorded under another question.
    `span` limits the chart to some days, such as those that `busiest` returns.

    Raises:
        DateError: `as_of` is no calendar day.
        UnknownNameError: There is no such topic, or the tables are of an older schema.
    """
    return lanes.timeline(frames_of(release, as_of), topic, link, width, span)


def origins(release: Release, topic: str, as_of: Day = None, *, link: Link = no_link, width: float = WIDTH) -> Chart:
    """Return the interval of independent origins over time, as `alleged origins` counts them, with each new name.

    Raises:
        DateError: `as_of` is no calendar day.
        UnknownNameError: There is no such topic, or the tables are of an older schema.
    """
    return band.origins(frames_of(release, as_of), topic, link, width)


def quantities(release: Release, topic: str, as_of: Day = None, *, link: Link = no_link, width: float = WIDTH) -> Chart:
    """Return the figures of a topic side by side, as they were named: one row for each, one panel for each unit.

    Raises:
        DateError: `as_of` is no calendar day.
        UnknownNameError: There is no such topic, or the tables are of an older schema.
    """
    return figures.quantities(frames_of(release, as_of), topic, link, width)


def sparkline(release: Release, topic: str, as_of: Day = None) -> Chart:
    """Return the claims of a topic by month, 260 by 32 pixels, on one axis for all topics of the release.

    Raises:
        UnknownNameError: There is no such topic, or the tables are of an older schema.
    """
    return strip.sparkline(frames_of(release, as_of), topic)


def busiest(release: Release, topic: str) -> Span | None:
    """Return the six weeks that hold at least 40 % of the claims of a topic; None where a chart of them shows no more.

    Raises:
        UnknownNameError: The tables are of an older schema.
    """
    return lanes.busiest(frames_of(release), topic)
