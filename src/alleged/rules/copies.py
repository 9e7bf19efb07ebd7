"""Rules on copies: one document has one record, and a copy names its original."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from alleged.graphs import NAMED, circles, format_circle
from alleged.origins.publication import origin
from alleged.records.corpus import Corpus, Record
from alleged.rules.independence import CIRCLES
from alleged.rules.rule import Finding, Findings, rule
from alleged.rules.typography import shorten
from alleged.text.urls import page_of
from alleged.text.words import skeleton, words

RUN = 5
"""Consecutive words of a run; texts are compared by their runs (shingles, Broder 1997)."""

ALIKE = 0.5
"""Share of common runs from which two texts are nearly identical (Jaccard index)."""

SHORTEST = 20
"""Fewest runs of a text that is compared; headlines agree by chance."""

SKETCH = 128
"""Runs of each text, those with the smallest checksums, that are used to find similar texts."""

AGENCIES = {
    "AFP": "Agence France-Presse",
    "AP": "Associated Press",
    "Reuters": "Reuters",
    "dpa": "Deutsche Presse-Agentur",
    "EFE": "EFE",
    "ANSA": "ANSA",
    "Kyodo": "Kyodo News",
    "Jiji": "Jiji Press",
    "Yonhap": "Yonhap",
    "Xinhua": "Xinhua",
    "TASS": "TASS",
    "\u0422\u0410\u0421\u0421": "TASS",
    "Interfax": "Interfax",
    "Интерфакс": "Interfax",
    "РИА Новости": "RIA Novosti",
    "Ukrinform": "Ukrinform",
    "UPI": "United Press International",
    "Belga": "Belga",
    "연합뉴스": "Yonhap",
    "共同": "Kyodo News",
    "時事": "Jiji Press",
    "新华社": "Xinhua",
}
"""English names of news agencies, by their names in credits."""


@rule(severity="error", stage="links")
def circular_syndication(corpus: Corpus) -> Findings:
    """Sources are copies of each other in a circle, or a source is a copy of itself.

    None would be the original, so independent reports could not be counted. The finding is reported once, at the source
    of the circle whose id comes first.

    Example:
        sources:
          - id: gazette-2023-10-14
            syndicated_from: {source: courier-2023-10-14, basis: stated}
          - id: courier-2023-10-14
            syndicated_from: {source: gazette-2023-10-14, basis: stated}

    Fix: delete `syndicated_from` of the source that was published first.
    """
    for circle in circles(corpus.sources, lambda id: _originals(id, corpus), CIRCLES):
        yield Finding(
            corpus.sources[circle[0]].at("syndicated_from", "source"),
            f"sources are copies of each other in a circle: {format_circle(circle)}",
            "delete syndicated_from of the one that was published first",
            related=tuple(corpus.sources[id].at("id") for id in circle[1:NAMED]),
        )


def _marks(source: Record, _: Corpus) -> Iterator[tuple[str, str]]:
    """Yield the field and value of what identifies a document: address, numbers, and its text if it is no copy."""
    if source.kind != "sources":
        return
    if "url" in source.data:
        yield "url", page_of(source["url"])
    if "doi" in source.data:
        yield "doi", source["doi"].casefold()
    if "file_sha256" in source.data:
        yield "file_sha256", source["file_sha256"]
    if "text_sha256" in source.data and "syndicated_from" not in source.data:
        yield "text_sha256", source["text_sha256"]


@rule(severity="error", by=_marks)
def source_recorded_twice(corpus: Corpus) -> Findings:
    """Two sources have the same address, number or text: one document with two ids.

    The claim would seem to appear in two places although it was printed once. Addresses are compared without `www.`, a
    final slash, tracking parameters and the like. One text at two addresses is correct if `syndicated_from` says that
    one is a copy.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https://apnews.com/article/1
          - id: apnews-white-house
            url: http://www.apnews.com/article/1/#comments

    Fix: keep the record that was published first and let claims refer to it; for a copy in another outlet, write
    `syndicated_from`.
    """
    first: dict[tuple[str, str], Record] = {}
    for source in corpus.sources.values():
        if not source.active:
            continue
        marks = [*_marks(source, corpus)]
        others = [first.setdefault(mark, source) for mark in marks]
        shared = next((n for n, other in enumerate(others) if other is not source), None)
        if shared is not None:  # one is enough to see it
            field, other = marks[shared][0], others[shared]
            yield Finding(
                source.at(field),
                f"{_the(field)} {shorten(source[field])!r} is that of the source {other.id!r} too",
                f"refer to {other.id!r} in claims and delete this one, or correct the {field}",
                related=(other.at(field),),
            )


@rule(severity="warning", needs="texts", whole_corpus=True)
def near_identical_texts(corpus: Corpus) -> Findings:
    """Two sources have nearly the same text, and neither is marked as a copy.

    A report of one agency in a dozen outlets is one report. Texts are compared by their sequences of five words: here,
    at least half of all sequences are in both texts.

    Example:
        sources:
          - id: gazette-2023-10-14
            publisher: [daily-gazette]
          - id: courier-2023-10-14
            publisher: [morning-courier]

    Fix: write `syndicated_from` on the copy, with the source or the agency it was taken from and `basis: text-match`;
    if both are copies of an agency's report, write it on both.
    """
    compared: dict[str, frozenset[int]] = {}
    sources_by_run: dict[int, list[str]] = defaultdict(list)
    for source in corpus.sources.values():
        runs = _runs(corpus.texts[source.id]) if source.id in corpus.texts else frozenset()
        if len(runs) < SHORTEST:
            continue
        sketch = sorted(runs)[:SKETCH]
        common = Counter(other for run in sketch for other in sources_by_run[run])
        candidates = [other for other, n in common.items() if n >= SKETCH // 16 or len(runs) < SKETCH]
        share, twin = max(((_jaccard(runs, compared[other]), other) for other in candidates), default=(0.0, ""))
        if share >= ALIKE:
            if not _are_linked(source, corpus.sources[twin], corpus):
                yield Finding(
                    source.at("id"),
                    f"the text has {share:.0%} in common with that of {twin!r}, but neither has syndicated_from",
                    f"add to the copy  syndicated_from: {{source: {twin}, basis: text-match}}",
                    related=(corpus.sources[twin].at("id"),),
                )
        else:
            # Later texts are compared with one copy of a story only, so a story printed n times takes n comparisons.
            compared[source.id] = runs
            for run in sketch:
                sources_by_run[run].append(source.id)


@rule(severity="warning", needs="texts", whole_corpus=True)
def uncredited_agency(corpus: Corpus) -> Findings:
    """The text of an article credits a news agency, but the source is not marked as a copy.

    Outlets that print the report of one agency are one origin, not many. Credits are recognised in the form in which
    agencies write them: `(AFP)`, `avec AFP`, `© Reuters`, `Yonhap -`, or the name on a line of its own. An agency that
    is only mentioned is not reported.

    Example:
        sources:
          - id: courier-2023-10-14
            publisher: [morning-courier]

    Fix: add `syndicated_from` with the agency and `basis: byline`; if only a photograph or a sentence comes from the
    agency, allow this with a reason.
    """
    ids = {skeleton(name): actor.id for actor in corpus.actors.values() for name in _names(actor)}
    for source in corpus.sources.values():
        if "syndicated_from" in source.data or source.id not in corpus.texts:
            continue
        publisher_names = {skeleton(name) for actor in source["publisher"] for name in _names(corpus.actors[actor])}
        for credit, agency in _credits(corpus.texts[source.id]):
            name = AGENCIES[agency]
            if not publisher_names & {skeleton(agency), skeleton(name)}:
                known = ids.get(skeleton(name)) or ids.get(skeleton(agency)) or "<id of the agency>"
                yield (
                    source.at("id"),
                    f"the text credits {name} as {credit!r}, but the source has no syndicated_from",
                    f"add  syndicated_from: {{agency: {known}, basis: byline}}",
                )
                break


def _originals(source_id: str, corpus: Corpus) -> list[str]:
    """Return the source that one was copied from, in a list that is empty if it is no copy or the source is unknown."""
    original = corpus.sources[source_id].get("syndicated_from", {}).get("source")
    return [original] if original in corpus.sources else []


def _runs(text: str) -> frozenset[int]:
    """Return the checksum of every run of five words; the same on every machine."""
    from zlib import crc32

    tokens = words(text)
    return frozenset(crc32(" ".join(tokens[i : i + RUN]).encode()) for i in range(len(tokens) - RUN + 1))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def _are_linked(source: Record, other: Record, corpus: Corpus) -> bool:
    """Whether both are copies of one source or agency, or one is a copy of what the publisher of the other wrote."""
    (first, agency), (second, other_agency) = origin(source.id, corpus), origin(other.id, corpus)
    of_first = {first, agency, *(corpus.sources[first]["publisher"] if other_agency else ())}
    of_second = {second, other_agency, *(corpus.sources[second]["publisher"] if agency else ())}
    return bool((of_first & of_second) - {None})


def _the(field: str) -> str:
    return {"url": "the address", "doi": "the DOI", "file_sha256": "the file", "text_sha256": "the text"}[field]


def _credits(text: str) -> Iterator[tuple[str, str]]:
    """Yield each credit of an agency in a text, and the name of the agency in it."""
    pattern = "|".join(map(re.escape, sorted(AGENCIES, key=len, reverse=True)))
    opened, closed = "[(\uff08\\[]", "[)\uff09\\]]"
    credit = (
        rf"(?<!Presse )(?<!Press )(?<!Agency ){opened}(?:avec |mit )?({pattern})(?:[,/ =][\w ,/]{{0,20}})?{closed}"
        rf"|\b(?:avec|mit|Copyright) ({pattern})\b"
        rf"|© ?({pattern})\b"
        rf"|^({pattern}) ?[-–—]"
        rf"|^ *({pattern}) *$"
    )
    for match in re.finditer(credit, text, re.MULTILINE):
        if " Photo" not in match[0]:
            yield match[0].strip(), next(filter(None, match.groups()))


def _names(actor: Record) -> list[str]:
    return [actor["name"], *(name["text"] for name in actor.get("names", ()))]
