"""The home page: search, the questions with their numbers and times, what changed in this release."""

from alleged.site import history, phrases, topics
from alleged.site.history import History
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts
from alleged.site.topics import Summary


def pages(site: Site, found: list[Summary], past: History) -> Files:
    """Yield the home page."""
    data, words = site.data, texts()
    counted = [claim for summary in found for claim in summary.claims]
    languages = {phrases.language_of(row["quote_lang"]) for row in data.rows("appearances") if row["quote_lang"]}
    speakers = {claim["claimant_id"] for claim in counted}
    lead = words.t.home.lead.format(
        claims=words.count(len(counted), "claims"),
        actors=words.count(len(speakers), "actors"),
        languages=len(languages),
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
