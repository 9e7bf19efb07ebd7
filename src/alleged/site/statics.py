"""Files that every page uses: style, scripts, the texts of the scripts, the icon; pictures for social media."""

from importlib.resources import files as resources

from alleged.site.lists import script
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts
from alleged.site.topics import Summary


def pages(site: Site, found: list[Summary]) -> Files:
    """Yield the style, the scripts and the icon."""
    for entry in sorted(resources("alleged.site").joinpath("static").iterdir(), key=lambda entry: entry.name):
        yield f"static/{entry.name}", entry.read_bytes()
    groups = texts().groups
    yield "static/texts.js", script("texts", {**groups["script"], "months": groups["dates"]["months"]})
