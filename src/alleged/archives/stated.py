"""What a page states about itself in its markup: title, day of publication, language, its own address.

Nothing is concluded from the text; what a page does not state stays empty.
"""

import json
import re
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin

from alleged.text.urls import flaw, normal_url
from alleged.text.words import composed

LONGEST_TITLE = 500
MOST_MARKUP = 1 << 20
"""Characters of a page that are looked through; what a page states is at its beginning."""

TITLES = ("og:title", "twitter:title", "dc.title", "citation_title")
DAYS = ("article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "citation_date")
LANGUAGES = ("og:locale", "content-language", "dc.language")


class Stated(NamedTuple):
    """What a page states; what it does not is empty. `published` is a day, `lang` a language tag."""

    title: str = ""
    published: str = ""
    lang: str = ""
    address: str = ""


class _Markup(HTMLParser):
    """Collects the elements that state something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}
        self.lang = self.canonical = self.title = ""
        self.data: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = self.lang or values.get("lang", "")
        elif tag == "meta":
            name = (
                values.get("property") or values.get("name") or values.get("itemprop") or values.get("http-equiv", "")
            )
            self.metas.setdefault(name.lower(), values.get("content", ""))
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split():
            self.canonical = self.canonical or values.get("href", "")
        elif tag == "title" and not self.title:
            self._inside = "title"
        elif tag == "script" and values.get("type", "").lower() == "application/ld+json":
            self._inside = "data"
            self.data.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "script"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside == "data":
            self.data[-1] += data


def stated(markup: str, address: str) -> Stated:
    """Return what a page with an address states about itself."""
    parser = _Markup()
    try:
        parser.feed(markup[:MOST_MARKUP])
    except (AssertionError, ValueError):  # the parser of the library gives up on some markup
        return Stated()
    title = next((parser.metas[name] for name in TITLES if parser.metas.get(name)), "") or parser.title
    days = (_day(parser.metas.get(name, "")) for name in DAYS)
    lang = parser.lang or next((parser.metas[name] for name in LANGUAGES if parser.metas.get(name)), "")
    own = urljoin(address, parser.canonical) if parser.canonical else ""
    return Stated(
        _line(title),
        next(filter(None, days), "") or _published(parser.data),
        lang.replace("_", "-") if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", lang) else "",
        normal_url(own) if own and not flaw(own) else "",
    )


def _line(text: str) -> str:
    """Return a text on one line, as records may hold it: composed, without control characters."""
    return "".join(filter(str.isprintable, composed(" ".join(text.split()))))[:LONGEST_TITLE]


def _day(text: Any) -> str:
    found = re.match(r"((?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])", str(text).strip())
    return found[1] if found else ""


def _published(blocks: list[str]) -> str:
    """Return the day of publication in the JSON-LD of a page; empty if there is none."""
    items = (item for block in blocks for item in _items(block) if isinstance(item, dict))
    return next((day for item in items if (day := _day(item.get("datePublished")))), "")


def _items(text: str) -> list[Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(data, dict):
        graph = data.get("@graph")
        return [data, *(graph if isinstance(graph, list) else [])]
    return data if isinstance(data, list) else []
