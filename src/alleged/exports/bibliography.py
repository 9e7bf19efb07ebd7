"""Sources as a bibliography: items of all sources, or of those of a selection of claims."""

from collections.abc import Collection, Iterable, Iterator

from alleged.datasets.bibliographies import Item
from alleged.datasets.release import Release
from alleged.origins.publication import archive_url
from alleged.records.corpus import Corpus, Record
from alleged.restored import records_of_release
from alleged.schemas.vocabularies import using, vocabulary
from alleged.text.urls import parts

LOSSES = """\
Only the active sources are here: no claims, quotes, figures or actors. Fields that bibliographies lack are left out: \
how the date of publication is known, whether the curator read the source, what it is a copy of, digests, line of the \
record. A date that was assumed counts as approximate. A title in square brackets is not printed on the page: the \
record has none. Only the latest archived copy is named."""


def items_of_release(release: Release) -> list[Item]:
    """Return an item for each active source of a release, in the order of ids.

    Raises:
        UnknownNameError: Its tables are of another schema version, or a file is missing.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names.
    """
    corpus = records_of_release(release)
    return items(corpus)


def items(corpus: Corpus, ids: Collection[str] | None = None) -> list[Item]:
    """Return an item for each active source, or for those with these `ids`, in the order of ids; its key is the id."""
    wanted = sorted(corpus.sources if ids is None else ids)
    with using(corpus.codes):
        return [_item(corpus.sources[id], corpus) for id in wanted if corpus.sources[id].active]


def sources_of(claims: Iterable[Record]) -> Iterator[str]:
    """Yield the ids of the sources that claims appear in, and of their primary documents."""
    for claim in claims:
        yield from (appearance["id"] for appearance in claim["sources"])
        if "primary" in claim.data:
            yield claim["primary"]


def _item(source: Record, corpus: Corpus) -> Item:
    return Item(
        id=source.id,
        kind=csl_type(source["kind"]),
        title=title_of(source),
        issued=issued(source),
        authors=tuple(corpus.actors[id]["name"] for id in source.get("author") or ()),
        container=publishers_of(source, corpus),
        language=source["lang"],
        url=source.get("url") or "",
        doi=source.get("doi") or "",
        number=source.get("symbol") or source.get("celex") or "",
        accessed=source.get("retrieved") or "",
        archive_url=archive_url(source) or "",
    )


def csl_type(kind: str) -> str:
    """Return the type in CSL of a kind of source; `document` for a dataset's own kind that states none."""
    return vocabulary("source-kind")[kind].mappings.get("csl", "document")


def publishers_of(source: Record, corpus: Corpus) -> str:
    """Return the names of the publishers of a source; a joint text has several."""
    return "; ".join(corpus.actors[id]["name"] for id in source["publisher"])


def issued(source: Record) -> str:
    """Return when a source was published, in EDTF; a date that the curator assumed is marked as approximate."""
    date = source["published"]
    if source.get("published_basis") != "assumed" or date[-1] in "?~%":
        return date
    return "/".join(end if end in ("", "..") else f"{end}~" for end in date.split("/"))


def title_of(source: Record) -> str:
    """Return the title of a source; for one without, its kind and symbol or host in brackets, as librarians do."""
    if source.get("title"):
        return source["title"]
    address = parts(source.get("url") or "")
    known = source.get("symbol") or source.get("celex") or (address.host.removeprefix("www.") if address else "")
    return f"[{', '.join(filter(None, (vocabulary('source-kind')[source['kind']].label, known)))}]"
