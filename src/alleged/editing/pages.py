"""A page that carries claims, known by its address: what the address and the other sources say about it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from alleged.dates import parse
from alleged.editing.known import Problem, filled, host_of, problems, today
from alleged.errors import DateError
from alleged.records.corpus import Corpus, Record

Fields = dict[str, Any]

DAY = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([-/_.]?)([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
SINCE = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})(?:\.\.|/\.\.)")
"""A lower bound of the day of a page without a date of its own, as people type it: `2024-06-18..`."""


class Page(NamedTuple):
    """A new source with what is known of it, a line for each field that was filled in, and what is open."""

    source: Fields
    notes: list[str]
    problems: list[Problem]


def day_in(url: str) -> str:
    """Return the only day that the path of an address holds, up to today, as `2024-06-18`; empty if there is none."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    days = set()
    for year, sign, month, day in DAY.findall(path):
        try:
            found = date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
        if (sign or len(month + day) == 4) and found <= today():
            days.add(found)
    return days.pop() if len(days) == 1 else ""


def filled_page(given: Mapping[str, Any], corpus: Corpus) -> Page:
    """Return a new source with its publisher, kind, language and day, as far as they are known.

    The publisher follows from the host; kind and language from the other sources of the host, or of the publisher, if
    all of these agree; the day of publication from the address. A lower bound such as `2024-06-18..` is an interval up
    to today, when the page was read.
    """
    source, questions = filled("sources", given, {}, corpus)
    if any(question.field == "url" for question in questions):  # the page is recorded: nothing else need be typed
        return Page(source, [], questions)
    notes = [] if "publisher" in given or "publisher" not in source else [_note(source, "publisher", "from the host")]
    if "publisher" not in source and not questions:
        questions = [_unknown_outlet(source.get("url", ""))]
    notes += [*_alike(source, corpus), *_dated(source)]
    wrong = [_with_choice(p, source, corpus) for p in problems("sources", {"id": "new", **source}, corpus)]
    return Page(source, notes, first_of_each([*questions, *wrong]))


def first_of_each(found: Iterable[Problem]) -> list[Problem]:
    """Return the first problem of each field: what follows is often its consequence."""
    first: dict[str, Problem] = {}
    for problem in found:
        first.setdefault(problem.field, problem)
    return [*first.values()]


def _alike(source: Fields, corpus: Corpus) -> list[str]:
    """Enter kind and language into a source, if all others like it agree, and return what was entered."""
    others, whose = _others(source, corpus)
    agreed = {
        name: others[0][name]
        for name in ("kind", "lang")
        if name not in source and len({other[name] for other in others}) == 1
    }
    source |= agreed
    entered = ", ".join(f"{name}: {value}" for name, value in agreed.items())
    return [f"{entered} (as in the other sources of {whose}: {len(others)})"] if agreed else []


def _note(source: Mapping[str, Any], name: str, why: str) -> str:
    value = source[name]
    return f"{name}: {', '.join(value) if isinstance(value, list) else value} ({why})"


def _unknown_outlet(url: str) -> Problem:
    host = host_of(url)
    known = f"no outlet with the host {host!r} is recorded" if host else "the address does not say who publishes it"
    return Problem(
        "publisher",
        f"{known}; name the outlet or body that publishes it; if 'alleged find' does not know it, add it first:  "
        "alleged new actor --kind outlet --name NAME",
    )


def _others(source: Mapping[str, Any], corpus: Corpus) -> tuple[list[Record], str]:
    """Return the sources of the same host, or else of the same publisher, and what they have in common."""
    host, publisher = host_of(source.get("url", "")), source.get("publisher")
    of_host = [s for s in corpus.active("sources") if host and host_of(s.get("url", "")) == host]
    of_publisher = [s for s in corpus.active("sources") if s["publisher"] == publisher]
    return (of_host, host) if of_host else (of_publisher, ", ".join(publisher or ()))


def _dated(source: Fields) -> list[str]:
    """Enter the day of the address, or the end of an interval, into a source, and return what was entered."""
    published = source.get("published")
    if isinstance(published, str) and (since := SINCE.fullmatch(published)):
        source["published"] = f"{since[1]}/{today()}"
        source.setdefault("published_basis", "assumed")
        return [_note(source, "published", "up to today, when the page was read; published_basis: assumed")]
    if published is None and (day := day_in(source.get("url", ""))):
        source["published"], source["published_basis"] = day, source.get("published_basis", "inferred")
        return [_note(source, "published", "from the address; published_basis: inferred")]
    return []


def _with_choice(problem: Problem, source: Mapping[str, Any], corpus: Corpus) -> Problem:
    """Return the problem of a missing field in words that say where to find the answer."""
    if "is missing" not in problem.message:
        return problem
    match problem.field:
        case "published":
            return Problem(
                "published",
                "the day of publication is not in the address; type it as 2024-06-18, or, if the page shows none, the "
                "first day that is certain and two dots, as 2024-06-18..",
            )
        case "kind" | "lang":
            values = [f"{value} ({number})" for value, number in _used(problem.field, source, corpus).most_common(4)]
            of_others = f"; other sources have {', '.join(values)}" if values else ""
            return problem._replace(message=f"{problem.message}{of_others}")
    return problem


def _used(name: str, source: Mapping[str, Any], corpus: Corpus) -> Counter[str]:
    """Return how often the other sources of the host, or of the publisher, have each kind or language."""
    return Counter(other[name] for other in _others(source, corpus)[0])


def usual(name: str, source: Mapping[str, Any], corpus: Corpus) -> str:
    """Return the kind or language that most other sources have, to be confirmed; empty for other fields."""
    used = _used(name, source, corpus).most_common(1) if name in ("kind", "lang") else []
    return used[0][0] if used else ""


def has_own_day(source: Mapping[str, Any]) -> bool:
    """Whether the day of publication is one that the page gives, so that words on it are certainly not later."""
    try:
        is_closed = parse(source["published"]).hi is not None
    except (DateError, KeyError, TypeError):
        return False
    return is_closed and source.get("published_basis") != "assumed"


def foreign_quotes(appearances: Iterable[Mapping[str, Any]], languages: Mapping[str, str]) -> list[str]:
    """Return the languages of quotes that are not English and have no gloss; `languages` are those of the sources."""
    quoted = (a for a in appearances if "quote" in a and "gloss" not in a)
    found = (str(a.get("lang") or languages.get(a.get("id", ""), "en")) for a in quoted)
    return [lang for lang in found if lang.partition("-")[0] != "en"]
