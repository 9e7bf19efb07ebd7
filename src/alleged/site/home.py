"""The home page: search, the questions with their numbers and times, what changed in this release."""

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup, escape

from alleged.site import history, phrases, topics
from alleged.site.dataset import NEVER, counts, known, steps
from alleged.site.history import History
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts
from alleged.site.topics import Summary


def pages(site: Site, found: list[Summary], past: History) -> Files:
    """Yield the home page."""
    data, words = site.data, texts()
    public = data.public_sources
    claims = {c["claim_id"]: known(c) for summary in found for c in summary.claims if counts(c)}
    speakers = ((c["claimant_id"], known(c)) for c in data.rows("claims") if counts(c))
    quoted = (row for row in data.rows("appearances") if row["quote_lang"])
    languages = (
        (phrases.language_of(row["quote_lang"]), max(claims.get(row["claim_id"], NEVER), public[row["source_id"]]))
        for row in quoted
    )
    lead = Markup(escape(words.t.home.lead)).format(  # noqa: S704 - a text of the interface
        claims=_number(claims.values()), actors=_number(_first(speakers)), languages=_number(_first(languages))
    )
    yield (
        "index.html",
        site.render(
            "home.html",
            "",
            "index.html",
            summaries=found,
            lead=lead,
            sparklines=topics.sparklines(found, data),
            changes=history.news(past, site),
        ),
    )


def _first(days: Iterable[tuple[str, date]]) -> Iterable[date]:
    """Return the first day of each name."""
    found: dict[str, date] = {}
    for name, day in days:
        found[name] = min(found.get(name, NEVER), day)
    return found.values()


def _number(days: Iterable[date]) -> Markup:
    """Return how many days there are, as a number that follows the day of the page."""
    listed = list(days)
    return Markup('<span data-steps="{}">{}</span>').format(steps(listed), f"{len(listed):,}")
