"""Rules on sources: each can be found again, is one document, and says where it was copied from."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.records.record import picker
from alleged.rules.rulebook import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath
from alleged.text.urls import flaw, is_plain, normal_url, page_of, parts
from alleged.text.words import words

ADDRESSES: dict[str, tuple[ValuePath, ...]] = {
    "sources": (("url",), ("archived", "*", "uri")),
    "instruments": (("eli",),),
    "evidence": (("url",),),
}
LANGUAGES: dict[str, tuple[ValuePath, ...]] = {
    "sources": (("lang",),),
    "claims": (("sources", "*", "lang"), ("sources", "*", "utterance_lang")),
    "actors": (("names", "*", "lang"),),
}
KEPT_ELSEWHERE = ("doi", "symbol", "celex", "archived")
GRACE = 7
"""Days that a page may be drawn on before a snapshot of it is asked for."""

RUN = 5
"""Words in a row by which two texts are compared (shingles, Broder 1997)."""

ALIKE = 0.5
"""Share of the runs of two texts, each counted once, that near-identical ones have in common (Jaccard)."""

SHORTEST = 20
"""Runs that a text needs to be compared; headlines agree by chance."""

SKETCH = 128
"""Runs of each text, those with the smallest checksums, that are used to look for candidates."""

# ISO 639-1, the codes of two letters; any other tag is looked up in the registry of IANA.
TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
# Codes of countries that are typed for their languages.
OF_COUNTRIES = {"ua": "uk", "jp": "ja", "cn": "zh", "gr": "el", "dk": "da", "cz": "cs", "ir": "fa", "rs": "sr"}


@rule(severity="error")
def malformed_address(corpus: Corpus) -> Findings:
    """An address cannot be opened: it names no host that exists, or holds signs that no address has.

    Whoever doubts a claim follows the address to the page. Programs differ in what they make of a broken
    one, and some can be led astray by it.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https:///article/1

    Mend: copy the address from the browser again, from `https://` to its end.
    """
    for record, path, url in _values(corpus, ADDRESSES):
        if (why := flaw(url)) and not _login(url):
            yield record.at(*path), f"the address {url!r} {why}", "copy the address of the page again"


@rule(severity="error")
def login_in_address(corpus: Corpus) -> Findings:
    """An address holds a login: something before an @ that stands in front of the host.

    `https://apnews.com@pages.example` looks like one outlet and opens another site. A real login would make
    a password public.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https://apnews.com@pages.example/article/1

    Mend: drop all that stands between `//` and the @, and look whether the page is the one that was read.
    """
    for record, path, url in _values(corpus, ADDRESSES):
        if "@" in url and (login := _login(url)):
            yield (
                record.at(*path),
                f"the address {url!r} {flaw(url)}",
                f"drop {login!r} and open the page to see whether it is the right one",
            )


@rule(severity="info")
def untidy_address(corpus: Corpus) -> Findings:
    """An address carries what leads to no other page: capitals in the host, the usual port, tracking parameters.

    Tracking parameters tell who sent the reader, and the same page under two addresses looks like two.

    Example:
        sources:
          - id: gazette-2023-10-14
            url: https://Gazette.example/article/1?utm_source=mail

    Mend: let `alleged check --fix` tidy it; the page it leads to stays the same.
    """
    for record, path, url in _values(corpus, ADDRESSES):
        if not flaw(url) and (tidy := normal_url(url)) != url:
            where = record.at(*path)
            place = where.place
            plain = place.text[place.column - 1 : place.column - 1 + place.length] == url
            yield Finding(
                where,
                f"the address {url!r} carries more than leads to the page",
                f"write  {tidy}",
                Suggestion(tidy, "safe") if plain else None,
            )


@rule(severity="warning", whole_corpus=True)
def unarchived_page(corpus: Corpus) -> Findings:
    """A page on the web has been drawn on for more than a week, and no archive keeps a snapshot of it.

    Pages are rewritten and vanish, those of state media above all; without a snapshot nobody can check the
    words. The week counts from the day it was retrieved, or a claim first named it, to the day on which the
    last claim that names it was recorded. Documents with a DOI, symbol or CELEX number are kept elsewhere.

    Example:
        sources:
          - id: kcna-2022-09-22
            url: https://kcna.example/1
            retrieved: 2026-11-02

    Mend: let a web archive save the page, and write the address of the snapshot under `archived`, as
    `- uri: https://web.archive.org/web/...`.
    """
    days: dict[str, list[str]] = defaultdict(list)
    for claim in corpus.claims.values():
        for appearance in claim["sources"]:
            days[appearance["id"]].append(claim["recorded"]["on"])
    for source in corpus.sources.values():
        if "url" not in source.data or any(name in source.data for name in KEPT_ELSEWHERE) or source.id not in days:
            continue
        first, last = min([*days[source.id], source.get("retrieved", "9999-12-31")]), max(days[source.id])
        gone = (date.fromisoformat(last) - date.fromisoformat(first)).days
        if gone > GRACE:
            yield (
                source.at("url"),
                f"no archive keeps this page, which was read {gone} days before a claim of {last} draws on it",
                "save it at a web archive, and add  archived: [{uri: <address of the snapshot>}]",
            )


@rule(severity="error", stage="links")
def circular_syndication(corpus: Corpus) -> Findings:
    """Sources are copies of each other in a circle, or one is a copy of itself.

    Then none is the original, and how many outlets reported on their own could not be told. It is reported
    once, at the source of the circle whose id comes first.

    Example:
        sources:
          - id: gazette-2023-10-14
            syndicated_from: {source: courier-2023-10-14, basis: stated}
          - id: courier-2023-10-14
            syndicated_from: {source: gazette-2023-10-14, basis: stated}

    Mend: drop `syndicated_from` of the source that was published first.
    """
    done: set[str] = set()
    for start in (source.id for source in corpus.sources.values() if "syndicated_from" in source.data):
        walked: dict[str, int] = {}
        here: str | None = start
        while here in corpus.sources and here not in done and here not in walked:
            walked[here] = len(walked)
            here = corpus.sources[here].get("syndicated_from", {}).get("source")
        if here in walked:
            circle = list(walked)[walked[here] :]
            first = circle.index(min(circle))
            yield _circle(corpus, circle[first:] + circle[:first])
        done.update(walked)


def _circle(corpus: Corpus, circle: list[str]) -> Finding:
    names = [*circle[:19], *(["..."] if len(circle) > 19 else []), circle[0]]
    return Finding(
        corpus.sources[circle[0]].at("syndicated_from", "source"),
        f"sources are copies of each other in a circle: {' → '.join(names)}",
        "drop syndicated_from of the one that was published first",
        related=tuple(corpus.sources[name].at("id") for name in circle[1:19]),
    )


@rule(severity="warning")
def only_cited_sources(corpus: Corpus) -> Findings:
    """A claim appears only in sources that no curator has read.

    Its words were taken over from somebody who cites them, and may have been shortened or turned. It can
    still be right to keep it, such as a denial known only from the paper that quotes it.

    Example:
        sources:
          - id: tass-2022-09-08
            seen: cited-only
        claims:
          - id: nebenzya-2022-denial
            sources: [{id: tass-2022-09-08}]

    Mend: read one of the sources and write `seen: consulted`, or add the source that cites it as one more
    appearance; if neither can be had, allow it with a reason.
    """
    for claim in corpus.claims.values():
        found = [corpus.sources[appearance["id"]] for appearance in claim["sources"]]
        if all(source["seen"] == "cited-only" for source in found):
            names = ", ".join(repr(source.id) for source in found)
            yield (
                claim.at("sources", key=True),
                f"the claim appears only in what no curator has read: {names}",
                "add the source that was read, or allow only-cited-sources here with a reason",
            )


@rule(severity="error", whole_corpus=True)
def source_recorded_twice(corpus: Corpus) -> Findings:
    """Two sources have the same address, number or text, so they are one document under two ids.

    A claim would seem to appear in two places though it was printed once. Addresses are compared without
    `www.`, a last slash, tracking parameters and the like. The same text at two addresses is right where one
    says in `syndicated_from` that it is a copy.

    Example:
        sources:
          - id: ap-2023-10-13
            url: https://apnews.com/article/1
          - id: apnews-white-house
            url: http://www.apnews.com/article/1/#comments

    Mend: keep the record that was published first and let claims name that one; for a copy in another
    outlet, write `syndicated_from`.
    """
    first: dict[tuple[str, str], Record] = {}
    for source in corpus.sources.values():
        if not source.active:
            continue
        for field, key in _marks_of(source):
            other = first.setdefault((field, key), source)
            if other is not source:
                yield Finding(
                    source.at(field),
                    f"{_the(field)} {_short(source[field])!r} leads to the same document as the source {other.id!r}",
                    f"let claims name {other.id!r} and drop this one, or correct the {field}",
                    related=(other.at(field),),
                )
                break


def _marks_of(source: Record) -> Iterator[tuple[str, str]]:
    """Yield what tells a document from others: its address, its numbers, and its text unless it is a copy."""
    if "url" in source.data:
        yield "url", page_of(source["url"])
    if "doi" in source.data:
        yield "doi", source["doi"].casefold()
    if "file_sha256" in source.data:
        yield "file_sha256", source["file_sha256"]
    if "text_sha256" in source.data and "syndicated_from" not in source.data:
        yield "text_sha256", source["text_sha256"]


@rule(severity="warning", needs="texts")
def changed_text(corpus: Corpus) -> Findings:
    """The copy of an article at hand is not the text that the record was made from.

    Outlets change articles without saying so; a quote may have been dropped or a figure altered since. The
    digest is that of the copy in `.texts/` in UTF-8, with line breaks of one kind.

    Example:
        sources:
          - id: tv5monde-2024-06-18
            text_sha256: 2fafee4fc516a959abd99414b0e6bcd9198c97c7671b8bde23bb703c79babf95

    Mend: compare the copy with the snapshot in the archive. If the outlet changed it, keep the older text
    as the copy and tell of the change in `note`; if only the copy was made anew, write its digest.
    """
    from hashlib import sha256

    for source in corpus.sources.values():
        if "text_sha256" in source.data and source.id in corpus.texts:
            found = sha256(corpus.texts[source.id].encode()).hexdigest()
            if found != source["text_sha256"]:
                yield Finding(
                    source.at("text_sha256"),
                    f"the copy of the article is another text: its digest begins with {found[:12]!r}, "
                    f"that of the record with {source['text_sha256'][:12]!r}",
                    f"if the copy is right, write  text_sha256: {found}",
                    Suggestion(found),
                )


@rule(severity="error")
def unknown_language(corpus: Corpus) -> Findings:
    """A language is given by a tag that the registry of languages does not know.

    Quotes are compared with translations, and words are looked for, by language. Countries have other
    codes: Ukraine is `UA`, Ukrainian `uk`; Japan is `JP`, Japanese `ja`. The registry is that of BCP 47.

    Example:
        sources:
          - id: nhk-2024-02-27
            lang: jp

    Mend: write the tag of the language, such as `en`, `fr`, `ja`, `ko`, `ru`, `uk`, `zh-Hans`.
    """
    for record, path, tag in _values(corpus, LANGUAGES, _is_language):
        meant = OF_COUNTRIES.get(tag.partition("-")[0])
        hint = f"; did you mean {meant!r}?" if meant else ""
        yield Finding(
            record.at(*path),
            f"there is no language {tag!r}{hint}",
            f"write  {meant}" if meant else "write the tag of the language, as en, ko or zh-Hans",
            Suggestion(meant) if meant else None,
        )


@rule(severity="warning", needs="texts", whole_corpus=True)
def near_identical_texts(corpus: Corpus) -> Findings:
    """Two sources have nearly the same text, and neither says that it is a copy.

    What a dozen outlets take from one agency is one report. Texts are compared by their runs of five words:
    here at least half of all runs are in both.

    Example:
        sources:
          - id: gazette-2023-10-14
            publisher: [daily-gazette]
          - id: courier-2023-10-14
            publisher: [morning-courier]

    Mend: write `syndicated_from` on the copy, with the source or the agency it was taken from and
    `basis: text-match`; if both are copies of an agency's item, write it on both.
    """
    kept: dict[str, frozenset[int]] = {}
    holders: dict[int, list[str]] = defaultdict(list)
    for source in corpus.sources.values():
        runs = _runs(corpus.texts[source.id]) if source.id in corpus.texts else frozenset()
        if len(runs) < SHORTEST:
            continue
        sketch = sorted(runs)[:SKETCH]
        shared = Counter(other for run in sketch for other in holders[run])
        alike = [(_share(runs, kept[o]), o) for o, n in shared.items() if n >= SKETCH // 16 or len(runs) < SKETCH]
        map_ordered, twin = max(alike, default=(0.0, ""))
        if map_ordered >= ALIKE:
            if not _linked(source, corpus.sources[twin], corpus):
                yield Finding(
                    source.at("id"),
                    f"the text agrees in {map_ordered:.0%} with that of {twin!r}, and no syndicated_from says so",
                    f"add to the copy  syndicated_from: {{source: {twin}, basis: text-match}}",
                    related=(corpus.sources[twin].at("id"),),
                )
        else:
            # Only texts that are like none before stand for others, so a story printed n times is compared n times.
            kept[source.id] = runs
            for run in sketch:
                holders[run].append(source.id)


def _runs(text: str) -> frozenset[int]:
    """Return the checksum of every run of five words; the same on every machine."""
    from zlib import crc32

    found = words(text)
    return frozenset(crc32(" ".join(found[i : i + RUN]).encode()) for i in range(len(found) - RUN + 1))


def _share(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def _linked(one: Record, other: Record, corpus: Corpus) -> bool:
    """Whether chains of copies lead from both to one source or agency, or from one to what the other's publishes."""
    (first, agency), (second, other_agency) = _origin(one, corpus), _origin(other, corpus)
    of_first = {first.id, agency, *(first["publisher"] if other_agency else ())}
    of_second = {second.id, other_agency, *(second["publisher"] if agency else ())}
    return bool((of_first & of_second) - {None})


def _origin(source: Record, corpus: Corpus) -> tuple[Record, str | None]:
    while "source" in (copied := source.get("syndicated_from", {})):
        source = corpus.sources[copied["source"]]
    return source, copied.get("agency")


def _values(
    corpus: Corpus, paths: dict[str, tuple[ValuePath, ...]], usual: Callable[[str], bool] = is_plain
) -> Iterator[tuple[Record, ValuePath, str]]:
    """Yield the values at some paths of the records, but for those that are as usual."""
    for kind, of_kind in paths.items():
        pickers = [(path, picker(path)) for path in of_kind]
        for record in corpus.of_kind(kind).values():
            for path, pick in pickers:
                if not all(map(usual, pick(record.data))):
                    yield from ((record, found, value) for found, value in record.values(path) if not usual(value))


def _login(url: str) -> str:
    address = parts(url)
    return address.login if address else ""


@cache
def _is_language(tag: str) -> bool:
    if tag in TWO_LETTERS.split():
        return True
    # Its tables take 30 ms to load, and tags beyond two letters are rare.
    from langcodes import tag_is_valid

    return tag_is_valid(tag)


def _the(field: str) -> str:
    return {"url": "the address", "doi": "the DOI", "file_sha256": "the file", "text_sha256": "the text"}[field]


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}..."
