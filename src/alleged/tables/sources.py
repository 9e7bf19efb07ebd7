"""Sources: the articles and documents that claims were read in."""

from collections.abc import Iterator

from alleged.origins.publication import archive_url
from alleged.records.corpus import Corpus
from alleged.tables.columns import (
    NOT_STATED,
    Row,
    code,
    contract,
    date_columns,
    date_values,
    day,
    day_value,
    link,
    links,
    record_columns,
    record_values,
    text,
)
from alleged.tables.table import Table, records

NEVER = "it was not read again"
NO_COPY = "it is not recorded as a copy"

schema = contract(
    "sources",
    ["source_id"],
    "One row for each article or document.",
    {
        "source_id": text("Id of the source."),
        "kind": code("source-kind", "Kind of document."),
        "title": text("Title as printed.", NOT_STATED),
        "author_ids": links("actors.actor_id", "Authors who are actors of the dataset.", NOT_STATED),
        "publisher_ids": links("actors.actor_id", "Outlets or bodies that publish it; several for a joint text."),
        **date_columns("published", "When it was published"),
        "published_as_stated": text("The date as the page shows it.", "as in `published_edtf`, or not stated"),
        "published_basis": code("published-basis", "Where the date of publication comes from.", NOT_STATED),
        "lang": text("Language of the text (BCP 47)."),
        "url": text("Address of the page.", NOT_STATED),
        "archive_url": text("Address of the latest snapshot in a web archive.", "none is recorded"),
        "doi": text("Digital Object Identifier, without the address.", NOT_STATED),
        "symbol": text("Symbol of a UN document.", NOT_STATED),
        "celex": text("CELEX number of a document of the European Union.", NOT_STATED),
        "file_sha256": text("SHA-256 of the file that was read.", NOT_STATED),
        "text_sha256": text(
            "SHA-256 of the text as the curator read it, which is not published; after `n1:` of its words only.",
            NOT_STATED,
        ),
        "mime": text("Media type of the file that was read.", NOT_STATED),
        "capture_method": text("How the text was captured.", NOT_STATED),
        "retrieved_on": day("Day on which the curator read the text.", NOT_STATED),
        "checked_on": day("Day on which the page was last read again.", NEVER),
        "page_state": code("page-state", "How the page was on that day, compared with the text read first.", NEVER),
        "syndicated_from_id": link("sources.source_id", "Source of which this is a copy, one step up.", NO_COPY),
        "syndicated_agency_id": link(
            "actors.actor_id",
            "News agency of whose text this is a copy, where that text is not among the sources.",
            NO_COPY,
        ),
        "syndication_basis": code(
            "syndication-basis", "Why it is taken to be a copy; `possible` is a suspicion.", NO_COPY
        ),
        "seen": code("seen", "Whether the curator read the source, or knows it only from another that cites it."),
        "access": code("access", "Who can read the source: everyone, subscribers, or nobody any more.", NOT_STATED),
        **record_columns(),
    },
)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Yield one row for each source."""
    for source in corpus.sources.values():
        copied = source.get("syndicated_from", {})
        yield {
            "source_id": source.id,
            "kind": source["kind"],
            "title": source.get("title"),
            "author_ids": source.get("author"),
            "publisher_ids": source["publisher"],
            **date_values("published", source["published"]),
            **{name: source.get(name) for name in ("published_as_stated", "published_basis")},
            "lang": source["lang"],
            "url": source.get("url"),
            "archive_url": archive_url(source),
            **{name: source.get(name) for name in ("doi", "symbol", "celex", "file_sha256", "text_sha256")},
            **{name: source.get(name) for name in ("mime", "capture_method")},
            "retrieved_on": day_value(source.get("retrieved")),
            "checked_on": day_value(source.get("checked", {}).get("on")),
            "page_state": source.get("checked", {}).get("state"),
            "syndicated_from_id": copied.get("source"),
            "syndicated_agency_id": copied.get("agency"),
            "syndication_basis": copied.get("basis"),
            "seen": source["seen"],
            "access": source.get("access"),
            **record_values(source),
        }


SOURCES = Table(schema, rows, count=records("sources"))
