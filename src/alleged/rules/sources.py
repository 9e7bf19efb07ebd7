"""Rules on sources: each was read, is archived, has the text it was recorded from, and a valid language."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache

from alleged.dates import parse
from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, For, rule
from alleged.rules.urls import unusual_values
from alleged.schemas.definitions import ValuePath
from alleged.text import paragraphs
from alleged.text.urls import Snapshot, page_of, snapshot

LANGUAGES: dict[str, tuple[ValuePath, ...]] = {
    "sources": (("lang",),),
    "claims": (("sources", "*", "lang"), ("sources", "*", "utterance_lang")),
    "actors": (("names", "*", "lang"),),
}

KEPT_ELSEWHERE = ("doi", "symbol", "celex", "archived")

GRACE = 7
"""Days that a page may be used before it needs a snapshot."""

COUNTRY_LANGUAGES = {"ua": "uk", "jp": "ja", "cn": "zh", "gr": "el", "dk": "da", "cz": "cs", "ir": "fa", "rs": "sr"}
"""Codes of countries that are typed by mistake, with the language that is meant."""


def _pages(record: Record, _: Corpus) -> Iterator[str | For]:
    """Yield a source that is a page without a snapshot; a claim counts for those that it names."""
    if record.kind == "claims":
        yield from (For(appearance["id"]) for appearance in record["sources"])
    elif record.kind == "sources" and _is_unarchived(record):
        yield record.id


@rule(severity="warning", by=_pages)
def unarchived_page(corpus: Corpus) -> Findings:
    """A web page has been used for more than a week, and no archive has a snapshot of it.

    Pages are rewritten or removed, especially those of state media. Without a snapshot nobody can check the words. The
    week starts on the day of retrieval, or when a claim first named the page, and ends when the last claim that names
    it was recorded. Documents with a DOI, symbol or CELEX number are archived elsewhere.

    Example:
        sources:
          - id: kcna-2022-09-22
            url: https://kcna.example/1
            retrieved: 2026-11-02

    Fix: `alleged archive SOURCE` looks for a snapshot, or has one made, and `--write` writes its address under
    `archived`, as `- uri: https://web.archive.org/web/...`.
    """
    days: dict[str, list[str]] = defaultdict(list)
    for claim in corpus.claims.values():
        for appearance in claim["sources"]:
            days[appearance["id"]].append(claim["recorded"]["on"])
    for source in corpus.sources.values():
        if source.id not in days or not _is_unarchived(source):
            continue
        first, last = min([*days[source.id], source.get("retrieved", "9999-12-31")]), max(days[source.id])
        days_between = (date.fromisoformat(last) - date.fromisoformat(first)).days
        if days_between > GRACE:
            yield (
                source.at("url"),
                f"no archive has this page, which was first used {days_between} days before a claim of {last}",
                f"look for a snapshot with  alleged archive {source.id}  or add  archived: [{{uri: <its address>}}]",
            )


def _is_unarchived(source: Record) -> bool:
    return "url" in source.data and not any(name in source.data for name in KEPT_ELSEWHERE)


@rule(severity="warning")
def only_cited_sources(corpus: Corpus) -> Findings:
    """A claim appears only in sources that no curator has read.

    Its words come from somebody who cites these sources, and may have been shortened or changed. It can still be right
    to keep it, such as a denial known only from the paper that quotes it.

    Example:
        sources:
          - id: tass-2022-09-08
            seen: cited-only
        claims:
          - id: nebenzya-2022-denial
            sources: [{id: tass-2022-09-08}]

    Fix: read one of the sources and write `seen: consulted`, or add the source that cites it as another appearance; if
    neither is possible, allow this with a reason.
    """
    for claim in corpus.claims.values():
        sources = [corpus.sources[appearance["id"]] for appearance in claim["sources"]]
        if all(source["seen"] == "cited-only" for source in sources):
            names = ", ".join(repr(source.id) for source in sources)
            yield (
                claim.at("sources", key=True),
                f"the claim appears only in sources that no curator has read: {names}",
                "add the source that was read, or allow only-cited-sources here with a reason",
            )


@rule(severity="warning", needs="texts")
def changed_text(corpus: Corpus) -> Findings:
    """The local copy of an article differs from the text that the record was made from.

    Outlets change articles without notice; a quote may have been removed or a figure changed since. A digest that
    begins with `n1:` is that of the paragraphs of the copy in `.texts/` without typography, any other one that of its
    bytes, in UTF-8 and with uniform line breaks.

    Example:
        sources:
          - id: tv5monde-2024-06-18
            text_sha256: 2fafee4fc516a959abd99414b0e6bcd9198c97c7671b8bde23bb703c79babf95

    Fix: compare the copy with the snapshot in the archive. If the outlet changed the text, keep the older text as the
    copy and describe the change in `note`; if only the copy was replaced, write its digest.
    """
    for source in corpus.sources.values():
        recorded = source.get("text_sha256")
        if recorded is None or source.id not in corpus.texts or _is_of_another_version(recorded):
            continue
        text = corpus.texts[source.id]
        digest = paragraphs.digest(text) if paragraphs.is_digest(recorded) else _bytes_digest(text)
        if digest != recorded:
            yield Finding(
                source.at("text_sha256"),
                f"the copy of the article is another text: its digest begins with {_shown(digest)!r}, "
                f"that of the record with {_shown(recorded)!r}",
                f"if the copy is right, write  text_sha256: {digest}",
                Suggestion(digest),
            )


@rule(severity="warning")
def text_hash_of_another_version(corpus: Corpus) -> Findings:
    """The digest of a text was made by rules of another version, so this one cannot compare it.

    `text_sha256` begins with the version of the rules that leave out typography, such as `n1:`. Digests of two versions
    differ even if no word changed.

    Example:
        sources:
          - id: tv5monde-2024-06-18
            text_sha256: n9:2fafee4fc516a959abd99414b0e6bcd9198c97c7671b8bde23bb703c79babf95

    Fix: use a newer version of `alleged`, or make the digest again with `alleged archive SOURCE --write` after deleting
    the field.
    """
    for source in corpus.sources.values():
        if _is_of_another_version(recorded := source.get("text_sha256", "")):
            yield (
                source.at("text_sha256"),
                f"the digest is of version {recorded.partition(':')[0]!r}, this program's of {paragraphs.VERSION!r}",
                f"delete the field, then run  alleged archive {source.id} --write",
            )


def _is_of_another_version(digest: str) -> bool:
    return paragraphs.is_digest(digest) and not digest.startswith(f"{paragraphs.VERSION}:")


def _bytes_digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()


def _shown(digest: str) -> str:
    return digest[: digest.find(":") + 13]


@rule(severity="error")
def snapshot_of_another_page(corpus: Corpus) -> Findings:
    """The address of a snapshot in an archive names another page than the source.

    Archives put the address of the page into that of the snapshot. A snapshot of another page is no evidence for the
    words of this one; often the line was copied from the record above. `http` and `https`, `www.`, a final slash and
    tracking parameters may differ.

    Example:
        sources:
          - id: kcna-2022-09-22
            url: https://kcna.example/1
            archived: [{uri: https://web.archive.org/web/20220923000000/https://kcna.example/2}]

    Fix: write the address of a snapshot of this page; `alleged archive SOURCE` looks for one.
    """
    for source, i, copy in _snapshots(corpus):
        if "url" in source.data and page_of(copy.page) != page_of(source["url"]):
            yield (
                source.at("archived", i, "uri"),
                f"the snapshot is of {copy.page!r}, not of {source['url']!r}",
                f"write the address of a snapshot of this page; look for one with  alleged archive {source.id}",
            )


@rule(severity="error")
def snapshot_before_publication(corpus: Corpus) -> Findings:
    """A snapshot was taken before the page was published, as the time in its address says.

    It cannot show the article; perhaps it shows another page that had the address before, or the date of publication is
    wrong. One day of difference is accepted between places in different time zones.

    Example:
        sources:
          - id: kcna-2022-09-22
            published: 2022-09-22
            url: https://kcna.example/1
            archived: [{uri: https://web.archive.org/web/20220901000000/https://kcna.example/1}]

    Fix: open the snapshot; if it shows the article, correct `published`, otherwise look for a later one.
    """
    for source, i, copy in _snapshots(corpus):
        published = parse(source["published"])
        if copy.day and "at" not in source["archived"][i] and parse(copy.day).min_days_to(published) > 1:
            yield (
                source.at("archived", i, "uri"),
                f"the snapshot is of {copy.day}, before the page was published {source['published']!r}",
                "correct `published`, or give a later snapshot",
            )


def _snapshots(corpus: Corpus) -> Iterator[tuple[Record, int, Snapshot]]:
    """Yield each snapshot whose address names its page, with its place in the record."""
    for source in corpus.sources.values():
        for i, entry in enumerate(source.get("archived", ())):
            if (copy := snapshot(entry["uri"])) is not None:
                yield source, i, copy


@rule(severity="error")
def unknown_language(corpus: Corpus) -> Findings:
    """A language tag is not in the registry of languages.

    Quotes are compared with translations, and words are searched for, by language. Codes of countries differ from those
    of languages: Ukraine is `UA`, Ukrainian `uk`; Japan is `JP`, Japanese `ja`. The registry is that of BCP 47.

    Example:
        sources:
          - id: nhk-2024-02-27
            lang: jp

    Fix: write the tag of the language, such as `en`, `fr`, `ja`, `ko`, `ru`, `uk`, `zh-Hans`.
    """
    for record, path, tag in unusual_values(corpus, LANGUAGES, _is_language):
        intended = COUNTRY_LANGUAGES.get(tag.partition("-")[0])
        hint = f"; did you mean {intended!r}?" if intended else ""
        yield Finding(
            record.at(*path),
            f"there is no language {tag!r}{hint}",
            f"write  {intended}" if intended else "write the tag of the language, such as en, ko or zh-Hans",
            Suggestion(intended) if intended else None,
        )


COMMON = (
    "ar az bg bn ca cs da de el en es et fa fi fr ga he hi hr hu hy id is it ja ka kk km ko ky lt lv mk mn mr ms my nb "
    "ne nl no pl ps pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh"
)
"""Tags of languages that need no look into the registry, which takes as long to load as all rules."""


@cache
def _is_language(tag: str) -> bool:
    if tag in COMMON.split():
        return True
    from langcodes import tag_is_valid

    return tag_is_valid(tag)


@rule(severity="warning")
def person_as_publisher(corpus: Corpus) -> Findings:
    """The publisher of a source is a person, a ship, or somebody without a name.

    A publisher prints: a newspaper, an agency, a ministry, a platform. Whoever wrote the text is among `authors`, and
    whoever is quoted is a claimant.

    Example:
        sources:
          - id: podolyak-2024-01-05
            publisher: [mykhailo-podolyak]

    Fix: name the outlet, the body or the platform, and put the person under `authors`.
    """
    for source in corpus.active("sources"):
        for i, publisher in enumerate(source["publisher"]):
            kind = corpus.actors[publisher]["kind"] if publisher in corpus.actors else ""
            if kind in NO_PUBLISHERS:
                yield (
                    source.at("publisher", i),
                    f"{publisher!r} is of the kind {kind!r}, which prints nothing",
                    "name the outlet, the body or the platform",
                )


NO_PUBLISHERS = frozenset({"person", "vessel", "unnamed", "undetermined", "collective"})
"""Kinds of actors that are no publishers."""
