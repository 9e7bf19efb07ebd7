"""Files that every page uses: style, scripts, the texts of the scripts, the icon."""

from datetime import date
from importlib.resources import files as resources

from alleged.charts import STYLE, words
from alleged.site.lists import script
from alleged.site.rendering import Files
from alleged.site.texts import texts


def pages() -> Files:
    """Yield the style, the scripts and the icon."""
    for entry in sorted(resources("alleged.site").joinpath("static").iterdir(), key=lambda entry: entry.name):
        content = entry.read_bytes()
        yield f"static/{entry.name}", content + STYLE.encode() if entry.name == "site.css" else content
    months = [words.month(date(2000, month, 1)) for month in range(1, 13)]
    yield "static/texts.js", script("texts", {**texts().groups["script"], "months": months})
