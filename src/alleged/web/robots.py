"""Rules of sites for programs: robots.txt, as RFC 9309 defines it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

MOST_BYTES = 500 << 10
"""Bytes of a robots.txt that are read; the standard demands as many."""

MOST_RULES, MOST_SIGNS = 10_000, 500
"""Most rules of a file, and characters of a rule, that are used."""

SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
"""A pause that sites write as `Crawl-delay`; other values are ignored."""

SLOWEST = 60.0
"""Most seconds between two requests that are granted to a site."""


class Robots(NamedTuple):
    """What a site allows: its rules as (allowed, pattern), and the seconds that it wants between two requests."""

    rules: tuple[tuple[bool, str], ...] = ()
    pause: float = 0.0

    def allow(self, target: str) -> bool:
        """Whether a path with its query may be read: the longest rule that fits decides, and `allow` among equals."""
        plain = _plain(target)
        fitting = ((len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, plain))
        return max(fitting, default=(0, True))[1]


EVERYTHING = Robots()


def robots_of(status: int, content: bytes, name: str) -> Robots | None:
    """Return what a site allows a program, from its answer to a request for robots.txt.

    A file that is missing allows everything. None stands for a server in trouble (5xx, 429), which is not read now.
    """
    if status == 429 or status >= 500:
        return None
    return read(content[:MOST_BYTES].decode(errors="replace"), name) if status == 200 else EVERYTHING


def read(text: str, name: str) -> Robots:
    """Return the rules of the groups for a program, or else of those for all programs."""
    groups: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    seen_own = False
    for names, lines in _groups(text):
        own = name.casefold() in names
        seen_own = seen_own or own
        for which in {own} if own or "*" in names else ():
            groups[which] += lines
    chosen = groups[seen_own]
    rules = [(kind == "allow", _plain(value)) for kind, value in chosen if kind != "crawl-delay" and value]
    delays = [float(value) for kind, value in chosen if kind == "crawl-delay" and SECONDS.fullmatch(value)]
    kept = tuple(rule for rule in rules[:MOST_RULES] if len(rule[1]) <= MOST_SIGNS)
    return Robots(kept, min(max(delays, default=0.0), SLOWEST))


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Yield the names of each group, in lower case, with its lines."""
    names: set[str] = set()
    lines: list[tuple[str, str]] = []
    for kind, value in _lines(text.splitlines()):
        if kind == "user-agent":
            if lines:
                yield names, lines
                names, lines = set(), []
            names.add(value.casefold())
        elif kind in ("allow", "disallow", "crawl-delay"):
            lines.append((kind, value))
    yield names, lines


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        kind, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield kind.strip().lower(), value.strip()


def _plain(text: str) -> str:
    return unquote(text, errors="replace")


def _fits(pattern: str, target: str) -> bool:
    """Whether a path begins with a pattern, in which `*` is any text and a final `$` the end."""
    whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not target.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(others):
        if whole and number == len(others) - 1:
            return len(target) - len(piece) >= at and target.endswith(piece)
        found = target.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not whole or at == len(target)
