"""The dataset and its claims in the words of schema.org, as JSON-LD."""

from collections.abc import Iterator, Mapping
from typing import Any

from alleged.datasets.bibliographies import inert_json, one_line, slug
from alleged.datasets.release import Release
from alleged.exports.bibliography import title_of
from alleged.exports.describing import DESCRIPTION, licence_address
from alleged.origins.publication import archive_url
from alleged.records.corpus import Corpus, Record
from alleged.restored import records_of_release
from alleged.schemas.vocabularies import Code, using, vocabulary
from alleged.text.urls import percent_encoded

LOSSES = """\
Of a claim there are the curator's summary, who said it and when, act and stance (as keywords, with terms beside), \
the question it bears on, quotes, figures with their bounds, and the pages. Left out: withdrawn and superseded \
records, on whose behalf and through whom it was said, where it was said, when the event claimed happened, mode, \
hedges, basis, notes, glosses, how figures were derived, evidence, assessments, instruments, affiliations, relations \
between claims, copies, principals, and what is computed of claims, such as origins. There is no rating and no \
ClaimReview: the dataset does not say what is true, and a Claim here is an utterance."""

CONTEXT = {
    "@vocab": "https://schema.org/",
    **{name: {"@type": "@id"} for name in ("url", "archivedAt", "license", "sameAs")},
}
"""Given in full, so that no program needs the network to read the file."""

ACTORS = {
    "state": "Country",
    "igo": "Organization",
    "organ": "GovernmentOrganization",
    "organisation": "Organization",
    "outlet": "NewsMediaOrganization",
    "unit": "Organization",
    "person": "Person",
    "vessel": "Vehicle",
}
"""Type of a kind of actor; of all others `Thing`, since the words do not say what they are."""

SOURCES = {
    "article-newspaper": "NewsArticle",
    "article-magazine": "Article",
    "article-journal": "ScholarlyArticle",
    "report": "Report",
    "treaty": "Legislation",
    "legislation": "Legislation",
    "regulation": "Legislation",
    "post": "SocialMediaPosting",
    "webpage": "WebPage",
    "dataset": "Dataset",
}
"""Type of a kind of source; of all others `CreativeWork`."""

EMPTY = (None, "", [], {})

Node = dict[str, Any]


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of the one file."""
    corpus = records_of_release(release)
    with using(corpus.codes):
        nodes = [inert_json(_stated(**node)) for node in _nodes(release.manifest, corpus)]
    head = f'{{"@context": {inert_json(CONTEXT | {"@base": base(release.manifest)})},\n"@graph": [\n'
    yield "claims.jsonld", (head + ",\n".join(nodes) + "\n]}\n").encode()


def base(manifest: Mapping[str, Any]) -> str:
    """Return the IRI of the dataset, which begins those of its records: its address, or else one that leads nowhere."""
    about = manifest.get("citation", {})
    address = about.get("url") or f"https://alleged.example/{slug(about.get('title', '')) or 'dataset'}"
    return percent_encoded(address).partition("#")[0]


def _nodes(manifest: Mapping[str, Any], corpus: Corpus) -> Iterator[Node]:
    """Yield the dataset, the terms of acts and stances in use, and a node for each active record."""
    yield _dataset(manifest)
    claims = list(corpus.active("claims"))
    for name in ("act", "stance"):
        used = {claim.get(name) for claim in claims}
        yield from (_term(name, code) for code in vocabulary(name).values() if code.code in used)
    yield from map(_actor, corpus.active("actors"))
    yield from map(_source, corpus.active("sources"))
    yield from map(_topic, corpus.active("topics"))
    yield from (_claim(claim, corpus) for claim in claims)


def _dataset(manifest: Mapping[str, Any]) -> Node:
    about = manifest.get("citation", {})
    return {
        "@id": "",
        "@type": "Dataset",
        "name": one_line(about.get("title", "Claims")),
        "description": DESCRIPTION,
        "creator": [{"name": one_line(name)} for name in about.get("authors", ())],
        "version": manifest["release"],
        "datePublished": about.get("date"),
        "license": licence_address(about),
        "url": percent_encoded(about.get("url", "")),
        "sameAs": f"https://doi.org/{percent_encoded(about['doi'])}" if about.get("doi") else "",
        "identifier": f"sha256:{manifest['content_sha256']}",
    }


def _topic(topic: Record) -> Node:
    about = _links(*(topic.get("subject") or ()), *(topic.get("object") or ()))
    return {**_node("Question", topic), "name": one_line(topic["question"]), "about": about}


def _claim(claim: Record, corpus: Corpus) -> Node:
    terms = [f"{name}/{claim[name]}" for name in ("act", "stance") if claim.get(name)]
    return {
        **_node("Claim", claim),
        "text": one_line(claim["summary"]),
        "author": _links(claim["claimant"], *(claim.get("co_claimants") or ())),
        "dateCreated": claim["said"],
        "keywords": _links(*terms),
        "about": _links(claim["topic"]),
        "appearance": _links(*(shown["id"] for shown in claim["sources"])),
        "hasPart": [_quotation(shown, corpus) for shown in claim["sources"] if shown.get("quote")],
        "mentions": [_figure(figure) for figure in claim.get("quantities") or ()],
        "isPartOf": {"@id": ""},
    }


def _node(type: str, record: Record) -> Node:
    return {"@id": f"#{record.id}", "@type": type}


def _links(*ids: str) -> list[Node]:
    return [{"@id": f"#{id}"} for id in dict.fromkeys(ids)]


def _term(listed: str, code: Code) -> Node:
    own = {"@id": f"#{listed}/{code.code}", "@type": "DefinedTerm", "termCode": code.code, "name": code.label}
    return own | {"description": code.definition, "inDefinedTermSet": listed}


def _actor(actor: Record) -> Node:
    ids = actor.get("ids") or {}
    return {
        **_node(ACTORS.get(actor["kind"], "Thing"), actor),
        "name": one_line(actor["name"]),
        "alternateName": [one_line(name["text"]) for name in actor.get("names") or ()],
        "jobTitle": actor.get("public_role"),
        "sameAs": f"http://www.wikidata.org/entity/{percent_encoded(ids['wikidata'])}" if "wikidata" in ids else "",
        "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme, "value": value} for scheme, value in ids.items()
        ],
    }


def _source(source: Record) -> Node:
    doi = source.get("doi")
    return {
        **_node(SOURCES.get(source["kind"], "CreativeWork"), source),
        "name": one_line(title_of(source)),
        "author": _links(*(source.get("author") or ())),
        "publisher": _links(*source["publisher"]),
        "datePublished": source["published"],
        "inLanguage": source["lang"],
        "url": percent_encoded(source.get("url") or ""),
        "sameAs": f"https://doi.org/{percent_encoded(doi)}" if doi else "",
        "archivedAt": percent_encoded(archive_url(source) or ""),
        "identifier": source.get("symbol") or source.get("celex"),
    }


def _quotation(shown: Mapping[str, Any], corpus: Corpus) -> Node:
    lang = shown.get("lang") or corpus.sources[shown["id"]]["lang"]
    quotation = {"@type": "Quotation", "text": one_line(shown["quote"]), "inLanguage": lang}
    return quotation | {"isPartOf": {"@id": f"#{shown['id']}"}}


def _figure(figure: Mapping[str, Any]) -> Node:
    """Return a figure with the bounds that were named; one that was named alone is its value."""
    window, bound = figure.get("window"), figure.get("bound")
    notes = [f"bound: {bound}" if bound else "", f"window: {window}" if window else "", figure.get("verbatim") or ""]
    return _stated(
        **{"@type": "PropertyValue"},
        name=figure.get("item"),
        unitText=figure.get("unit"),
        minValue=figure.get("low"),
        maxValue=figure.get("high"),
        value=figure.get("point"),
        description=one_line("; ".join(filter(None, notes))),
    )


def _stated(**fields: Any) -> Node:
    """Return the fields that are stated; zero is a statement, and the id of the dataset is empty."""
    return {name: value for name, value in fields.items() if value not in EMPTY or name == "@id"}
