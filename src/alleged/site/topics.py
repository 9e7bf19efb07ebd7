"""Pages of topics: who spoke and when, where the news came from, the figures, all claims."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from alleged import charts
from alleged.charts import Chart, words
from alleged.site import addresses
from alleged.site.dataset import NEVER, Dataset, Row, counts, in_order, known, steps
from alleged.site.history import History, in_words
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts

ANSWERS = ("yes", "no", "open")

NARROW = 358
"""Width of charts for phones, in pixels: those of 390 less the margins."""

LARGEST = 150_000
"""Bytes of a page above which phones get the charts of wide screens, to be scrolled."""

TITLE = re.compile("<title>[^<]*</title>")
SUMMARY = re.compile(r"(?<=\d\d\d\d): [^<]*</title>")

Draw = Callable[..., Chart]


class Origin(NamedTuple):
    """An actor that is an independent origin of a topic from a day on, and until a day if it is none any more."""

    id: str
    since: date
    until: date | None


class Summary(NamedTuple):
    """What is said on a topic: its claims in order, how many give which answer, and its days.

    `days` are the rows of `topic_timeline`, the last of which holds at the end; `origins` are the names over time.
    """

    topic: Row
    claims: list[Row]
    numbers: dict[str, int]
    days: list[Row]
    origins: list[Origin]

    @property
    def last(self) -> Row | None:
        return self.days[-1] if self.days else None

    @property
    def since(self) -> date:
        """The first day on which a claim was public."""
        return min(known(claim) for claim in self.claims)

    def steps(self, answer: str) -> str:
        """Return how many claims gave an answer, by day, as `dataset.steps`."""
        return steps(known(c) for c in self.claims if counts(c) and answer in (c["stance"], "all"))

    def joined(self, day: date) -> list[str]:
        """Return the origins that are new on a day."""
        return [origin.id for origin in self.origins if origin.since == day]

    def left(self, day: date) -> list[str]:
        """Return the origins that are none any more from a day on."""
        return [origin.id for origin in self.origins if origin.until == day]

    def bounds(self, column: str) -> str:
        """Return a number of the timeline by day, as `dataset.steps`."""
        return "|".join(_changes((row["date"], row[column]) for row in self.days))


def summaries(data: Dataset) -> list[Summary]:
    """Return what is said on each topic, those with most claims first."""
    found = [_summary(topic, data) for topic in data.rows("topics")]
    return sorted(found, key=lambda s: (-s.numbers["all"], s.topic["topic_id"]))


def _summary(topic: Row, data: Dataset) -> Summary:
    claims = in_order(data.of("claims", "topic_id", topic["topic_id"]))
    counted = [claim for claim in claims if counts(claim)]
    numbers = {answer: sum(c["stance"] == answer for c in counted) for answer in ANSWERS} | {"all": len(counted)}
    days = sorted(data.of("topic_timeline", "topic_id", topic["topic_id"]), key=lambda row: row["date"])
    days = [row for row in days if row["date"] < NEVER]
    return Summary(topic, claims, numbers, days, list(_origins(days)))


def _origins(days: Iterable[Row]) -> Iterator[Origin]:
    """Yield the origins in the order in which they appear; one that goes and returns is there twice."""
    open_: dict[str, date] = {}
    done: list[Origin] = []
    for row in days:
        named = set(row["origin_ids"] or ())
        done += [Origin(id, open_.pop(id), row["date"]) for id in sorted(set(open_) - named)]
        open_.update((id, row["date"]) for id in sorted(named - set(open_)))
    done += [Origin(id, since, None) for id, since in open_.items()]
    yield from sorted(done, key=lambda o: (o.since, o.id))


def _changes(values: Iterable[tuple[date, int]]) -> Iterator[str]:
    last = 0
    for day, value in values:
        if value != last:
            yield f"{day} {value}"
            last = value


def pages(site: Site, found: list[Summary], past: History) -> Files:
    """Yield the page of each topic, with charts for phones as long as it is not larger than `LARGEST`."""
    changed = past.by_topic(site.data) if past.before else {}
    for summary in found:
        path = addresses.page("topic", summary.topic["topic_id"])
        shown = context(summary, site) | {"changed": in_words(changed.get(summary.topic["topic_id"], ()))}
        for charts_, days in _smaller(list(_charts(summary.topic["topic_id"], site.data))):
            page = site.render("topic.html", "../", path, **shown, charts=charts_, with_days=days)
            if len(page) <= LARGEST:
                break
        yield path, page


def context(summary: Summary, site: Site) -> dict[str, Any]:
    """Return what the page of a topic shows."""
    data, topic = site.data, summary.topic
    id = topic["topic_id"]
    broader = data.by_id("topics").get(topic["broader_id"] or "")
    return {
        "s": summary,
        "topic": topic,
        "broader": broader,
        "narrower": data.of("topics", "broader_id", id),
        "comparable": _comparable(summary, data),
    }


def _comparable(summary: Summary, data: Dataset) -> list[list[tuple[Row, Row]]]:
    """Return the figures of claims that say yes which may be compared, in groups, each with its claim."""
    groups: dict[str, list[tuple[Row, Row]]] = {}
    for claim in summary.claims:
        for figure in data.of("quantities", "claim_id", claim["claim_id"]):
            if counts(claim) and claim["stance"] == "yes" and figure["comparable_key"]:
                groups.setdefault(figure["comparable_key"], []).append((figure, claim))
    return [groups[key] for key in sorted(groups) if len({claim["claim_id"] for _, claim in groups[key]}) > 1]


class Drawn(NamedTuple):
    """A chart of a page, in one form for wide screens and, where there is one, in another for phones."""

    id: str
    heading: str
    chart: Chart
    svg: Markup
    narrow: Markup | None


def _charts(topic: str, data: Dataset) -> Iterator[Drawn]:
    """Yield the charts of a topic that show anything."""
    frames = data.frames
    busy = charts.busiest(frames, topic)
    drawings: list[tuple[str, str, Draw]] = [("who", words.TIMELINE, charts.timeline)]
    if busy:
        drawings.append(("busy", texts().t.topic.busy, partial(charts.timeline, span=busy)))
    drawings += [("origins", words.ORIGINS, charts.origins), ("figures", words.QUANTITIES, charts.quantities)]
    for id, heading, draw in drawings:
        chart = draw(frames, topic, link=_link)
        if chart.data.height:
            narrow = draw(frames, topic, link=_link, width=NARROW)
            # Phones show no titles over marks, and each row of figures has its text beside it.
            svg = TITLE.sub("", chart.svg) if id == "figures" else chart.svg
            yield Drawn(id, heading, chart, Markup(svg), Markup(TITLE.sub("", narrow.svg)))  # noqa: S704 - escaped


def _smaller(drawn: list[Drawn]) -> Iterator[tuple[list[Drawn], bool]]:
    """Yield the charts and whether the days are listed: then fewer charts for phones, no summaries over marks, no days.

    The list of claims has the summaries too, and the table `topic_timeline` the days.
    """
    yield drawn, True
    for n in reversed(range(len(drawn))):
        yield [d if at < n else d._replace(narrow=None) for at, d in enumerate(drawn)], True
    short = [d._replace(narrow=None, svg=Markup(SUMMARY.sub("</title>", d.svg))) for d in drawn]  # noqa: S704 - escaped
    yield short, True
    yield short, False


def _link(kind: str, id: str) -> str:
    return "../" + addresses.page(kind, id)


def sparklines(found: Iterable[Summary], data: Dataset) -> dict[str, Markup]:
    """Return the small chart of each topic, by id."""
    ids = [summary.topic["topic_id"] for summary in found if summary.claims]
    return {id: Markup(charts.sparkline(data.frames, id).svg) for id in ids}  # noqa: S704 - charts escape
