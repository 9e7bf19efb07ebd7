"""Claims, speakers, sources and listings as entities of FollowTheMoney, which Aleph and OpenSanctions read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from alleged.datasets.bibliographies import inert_json, one_line, slug
from alleged.datasets.release import Release
from alleged.dates import parse
from alleged.exports.bibliography import publishers_of, title_of
from alleged.origins.publication import archive_url
from alleged.records.corpus import Corpus, Record
from alleged.restored import records_of_release
from alleged.schemas.vocabularies import using, vocabulary
from alleged.text.urls import percent_encoded

LOSSES = """\
FollowTheMoney has no utterances: a claim is an Event, which happened when it was said. Its name is who said it, what \
the act was and when; act, stance, mode, code of the hedge, scope of a denial, attribution, topic and item are \
keywords; figures are text, without the figure that they were derived from. `involved` has the body that a claimant \
speaks for and the parties that the claim or its topic names, ships left out. A date within an interval is a month or \
a year where all its days share one, and absent where not, and `~` and `?` are dropped; of an Event the interval is \
startDate to endDate. An affiliation has the first possible start and the last possible end. Left out: withdrawn and \
superseded records, who passed a claim on, where it was said, when the event claimed happened, words of hedges, basis, \
notes, languages of quotes, evidence, assessments, instruments without listings, ids of registers that FollowTheMoney \
has no field for, relations to a topic, copies, principals, and what is computed of claims, such as origins. Nothing \
here says that a claim is true."""

SCHEMATA = {
    "state": "PublicBody",
    "igo": "Organization",
    "organ": "PublicBody",
    "organisation": "Organization",
    "outlet": "Organization",
    "unit": "Organization",
    "person": "Person",
    "vessel": "Vessel",
}
"""Schema of a kind of actor; of all others `LegalEntity`, since the words do not say what they are."""

BODIES = ("PublicBody", "Organization")

OF_VESSELS = {"wikidata": "wikidataId", "imo": "imoNumber", "mmsi": "mmsi"}
OF_OTHERS = {"wikidata": "wikidataId", "lei": "leiCode"}
"""Property of an identifier in another register."""

PREFIXES = {"imo": "IMO"}
"""What the usual form of an identifier in FollowTheMoney has before the number."""


class Entity(NamedTuple):
    """An entity: its id, its schema, and the values of its properties."""

    id: str
    schema: str
    properties: Mapping[str, Iterable[str | None]]


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of the one file: an entity on each line, as JSON."""
    corpus = records_of_release(release)
    prefix = slug(release.manifest.get("citation", {}).get("title", "")) or "alleged"
    with using(corpus.codes):
        lines = [_line(entity, prefix) for entity in entities(corpus)]
    yield "claims.ftm.json", "".join(lines).encode()


def _line(entity: Entity, prefix: str) -> str:
    """Return an entity as JSON on one line; the prefix keeps ids of several datasets apart."""
    properties = {}
    for name, values in entity.properties.items():
        kept = list(dict.fromkeys(one_line(value) for value in values if value))
        if kept := [value for value in kept if value]:
            refers = name in REFERENCES
            properties[name] = [f"{prefix}-{value}" for value in kept] if refers else kept
    return inert_json({"id": f"{prefix}-{entity.id}", "schema": entity.schema, "properties": properties}) + "\n"


REFERENCES = frozenset({"organizer", "involved", "proof", "entity", "member", "organization", "subject", "object"})
"""Properties whose values are ids of entities."""


def entities(corpus: Corpus) -> Iterator[Entity]:
    """Yield the entities of the active records: what others name comes first."""
    for actor in corpus.active("actors"):
        yield _actor(actor)
    for source in corpus.active("sources"):
        yield _source(source, corpus)
    for actor in corpus.active("actors"):
        yield from _affiliations(actor, corpus)
    for instrument in corpus.active("instruments"):
        yield from _sanctions(instrument, corpus)
    claims = list(corpus.active("claims"))
    for claim in claims:
        yield _event(claim, corpus)
    for claim in claims:
        yield from _notes(claim)
        yield from _relations(claim, corpus)


def schema_of(actor: Record) -> str:
    """Return the schema of an actor."""
    return SCHEMATA.get(actor["kind"], "LegalEntity")


def _actor(actor: Record) -> Entity:
    schema, ids = schema_of(actor), actor.get("ids") or {}
    known = OF_VESSELS if schema == "Vessel" else OF_OTHERS
    country = actor.get("country") or ids.get("iso3166")
    properties: dict[str, Iterable[str | None]] = {
        "name": [actor["name"]],
        "alias": [name["text"] for name in actor.get("names") or ()],
        "country": [country.lower()] if country else [],
        "position" if schema == "Person" else "description": [actor.get("public_role")],
        **{known[scheme]: [PREFIXES.get(scheme, "") + value] for scheme, value in ids.items() if scheme in known},
    }
    return Entity(actor.id, schema, properties)


def _source(source: Record, corpus: Corpus) -> Entity:
    properties: dict[str, Iterable[str | None]] = {
        "title": [title_of(source)],
        "author": [corpus.actors[id]["name"] for id in source.get("author") or ()],
        "publisher": [publishers_of(source, corpus)],
        "publishedAt": [parse(source["published"]).common],
        "retrievedAt": [source.get("retrieved")],
        "language": [_alpha3(source["lang"])],
        "sourceUrl": [percent_encoded(source.get("url") or ""), percent_encoded(archive_url(source) or "")],
        "keywords": [f"kind: {source['kind']}"],
    }
    return Entity(source.id, "Article", properties)


def _alpha3(tag: str) -> str:
    """Return the three-letter code (ISO 639-3) of a language tag."""
    import langcodes

    return langcodes.Language.get(tag).to_alpha3()


def _affiliations(actor: Record, corpus: Corpus) -> Iterator[Entity]:
    """Yield what an actor is part of and where it is a member: a Membership where the schema allows, or else a link."""
    for field, role in (("part_of", "part of"), ("memberships", "member")):
        for number, tie in enumerate(actor.get(field) or (), 1):
            parent = corpus.actors[tie["of"]]
            start, end = tie.get("from"), tie.get("to")
            source = corpus.sources[tie["source"]] if tie.get("source") else None
            when: dict[str, Iterable[str | None]] = {
                "startDate": [_first(start)],
                "endDate": [_last(end)],
                "sourceUrl": [percent_encoded(source.get("url") or "")] if source else [],
                "role": [tie.get("role") or role],
            }
            id = f"{actor.id}-{field.replace('_', '-')}-{number}"
            if field == "memberships" and schema_of(parent) in BODIES and schema_of(actor) != "Vessel":
                yield Entity(id, "Membership", {"member": [actor.id], "organization": [parent.id], **when})
            else:
                yield Entity(id, "UnknownLink", {"subject": [actor.id], "object": [parent.id], **when})


def _sanctions(instrument: Record, corpus: Corpus) -> Iterator[Entity]:
    """Yield a Sanction for each listing of an instrument."""
    for listing in instrument.get("listings") or ():
        source = listing.get("source") or instrument.get("source")
        url = corpus.sources[source].get("url") if source else None
        listed, delisted = listing.get("listed"), listing.get("delisted")
        properties: dict[str, Iterable[str | None]] = {
            "entity": [listing["target"]],
            "authority": [corpus.actors[id]["name"] for id in instrument.get("issuer") or ()],
            "program": [instrument["title"]],
            "programId": [instrument.get("programme_key")],
            "listingDate": [parse(listed).common if listed else None],
            "endDate": [parse(delisted).common if delisted else None],
            "recordId": [listing.get("ref")],
            "summary": [listing.get("list")],
            "sourceUrl": [percent_encoded(url or "")],
            "proof": [source],
        }
        yield Entity(f"{instrument.id}-{listing['target']}", "Sanction", properties)


def _event(claim: Record, corpus: Corpus) -> Entity:
    said, topic = parse(claim["said"]), corpus.topics[claim["topic"]]
    exact = said.common == claim["said"].rstrip("?~%")
    named = [
        claim.get("on_behalf_of"),
        *(id for role in ("subject", "object") for id in corpus.slot(claim, role) or ()),
    ]
    sources = [corpus.sources[appearance["id"]] for appearance in claim["sources"]]
    speaker, act = corpus.actors[claim["claimant"]]["name"], vocabulary("act")[claim["act"]].label
    codes = ("act", "stance", "hedge", "mode", "denial_scope", "attribution", "topic", "item")
    properties: dict[str, Iterable[str | None]] = {
        "name": [f"{speaker}: {act.lower()}, {claim['said']}"],
        "summary": [claim["summary"]],
        "description": [topic["question"], *map(_figure, claim.get("quantities") or ())],
        "organizer": [id for id in (claim["claimant"], *(claim.get("co_claimants") or ())) if _speaks(id, corpus)],
        "involved": [id for id in named if id and _speaks(id, corpus)],
        "date": [said.common if exact else None],
        "startDate": [None if exact else _first(claim["said"])],
        "endDate": [None if exact else _last(claim["said"])],
        "keywords": [f"{code.replace('_', ' ')}: {claim[code]}" for code in codes if claim.get(code)],
        "sourceUrl": [percent_encoded(source.get("url") or "") for source in sources],
        "proof": [source.id for source in sources if source.active],
    }
    return Entity(claim.id, "Event", properties)


def _speaks(id: str, corpus: Corpus) -> bool:
    """Whether an actor is one of those that an Event may name: anyone but a ship."""
    return schema_of(corpus.actors[id]) != "Vessel"


def _figure(figure: Mapping[str, Any]) -> str:
    """Return a figure as text, with every field that it states."""
    return "figure: " + ", ".join(f"{name} {value}" for name, value in figure.items() if not isinstance(value, dict))


def _notes(claim: Record) -> Iterator[Entity]:
    """Yield a Note for each quote of a claim."""
    for number, shown in enumerate(claim["sources"], 1):
        if shown.get("quote"):
            properties: dict[str, Iterable[str | None]] = {
                "entity": [claim.id],
                "description": [shown["quote"]],
                "summary": [shown.get("gloss")],
                "notes": [shown.get("locator")],
                "proof": [shown["id"]],
            }
            yield Entity(f"{claim.id}-quote-{number}", "Note", properties)


def _relations(claim: Record, corpus: Corpus) -> Iterator[Entity]:
    """Yield a link for each relation of a claim to another one."""
    for number, relation in enumerate(claim.get("relations") or (), 1):
        if relation["to"] in corpus.claims and corpus.claims[relation["to"]].active:
            properties: dict[str, Iterable[str | None]] = {
                "subject": [claim.id],
                "object": [relation["to"]],
                "role": [relation["type"]],
                "summary": [relation.get("note")],
                "status": [relation.get("basis")],
            }
            yield Entity(f"{claim.id}-relation-{number}", "UnknownLink", properties)


def _first(edtf: str | None) -> str | None:
    day = parse(edtf).lo if edtf else None
    return day.isoformat() if day else None


def _last(edtf: str | None) -> str | None:
    day = parse(edtf).hi if edtf else None
    return day.isoformat() if day else None
