"""From a claim to the words: where it was printed, with a link that opens the page there, and where it is recorded."""

from collections.abc import Iterator
from typing import NamedTuple

from alleged.origins.publication import archive_url
from alleged.records.corpus import Corpus, Record
from alleged.text.fragments import link


class Step(NamedTuple):
    """A source in which a claim was printed; None where something is not recorded.

    `link` opens the page at the quote. `record` is the file and line of the claim, at `commit` if it is that of a
    release. `copy_of` is the source, or the agency, whose text this one copies.
    """

    claim_id: str
    source_id: str
    publishers: str
    published: str
    title: str | None
    lang: str
    quote: str | None
    gloss: str | None
    translated: bool
    link: str | None
    archive_url: str | None
    copy_of: str | None
    record: str
    commit: str | None


def trace(claim: Record, corpus: Corpus) -> Iterator[Step]:
    """Yield a step for each source of a claim, in the order of the record."""
    for shown in claim["sources"]:
        source = corpus.sources[shown["id"]]
        copied = source.get("syndicated_from", {})
        lang = shown.get("lang", source["lang"])
        yield Step(
            claim.id,
            source.id,
            " and ".join(corpus.actors[publisher]["name"] for publisher in source["publisher"]),
            source["published"],
            source.get("title"),
            lang,
            shown.get("quote"),
            shown.get("gloss"),
            bool(shown.get("translated")),
            address(source, shown.get("quote"), lang, corpus),
            archive_url(source),
            copied.get("source") or copied.get("agency"),
            f"{claim.file.path}:{claim.line}",
            corpus.commit,
        )


def address(source: Record, quote: str | None, lang: str, corpus: Corpus) -> str | None:
    """Return the address that opens a source at a quote: its URL, or that of its DOI."""
    if "url" in source.data:
        return link(source["url"], quote, lang, corpus.texts.get(source.id))
    return f"https://doi.org/{source['doi']}" if "doi" in source.data else None
