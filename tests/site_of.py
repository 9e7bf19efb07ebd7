"""What tests of the site share: how they read a page."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import NamedTuple

Contents = Mapping[str, bytes]


class Found(NamedTuple):
    """What a page has that matters: links, ids, elements with their attributes."""

    links: list[str]
    ids: list[str]
    elements: list[tuple[str, dict[str, str | None]]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Found([], [], [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.found.elements.append((tag, values))
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.found.links.append(value)
            if name == "id" and value is not None:
                self.found.ids.append(value)


def read(page: bytes) -> Found:
    reader = _Reader()
    reader.feed(page.decode())
    return reader.found


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.decode()))


def pages(contents: Contents) -> Iterator[tuple[str, bytes]]:
    yield from ((name, content) for name, content in contents.items() if name.endswith(".html"))
