"""The local schema: the schema of bundles with the ids of a project, which editors complete."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from alleged.records.corpus import Corpus, Record
from alleged.schemas.definitions import contents_in_use, schema

MOST = 5_000
"""Ids of one kind that are listed; with more, an editor takes seconds for each file, so any text is allowed."""

LONGEST = 300
"""Characters of the longest description of a record."""

Describe = Callable[[Record, Corpus], Iterator[str]]


def local_schema(corpus: Corpus) -> dict[str, Any]:
    """Return the schema of bundles in one piece, with the ids of a project and the test questions of codes.

    The own codes in use are among the codes.
    """
    definitions: dict[str, Any] = {}
    root = schema("bundle")
    pending = [root["$id"]]
    while pending:
        address = pending.pop()
        if _name(address) not in definitions:
            definitions[_name(address)] = _local(contents_in_use()[address], address, pending)
    for kind, reference in REFERENCES.items():
        records = corpus.of_kind(kind)
        if records and len(records) <= MOST:
            definition = definitions["common"]["definitions"][reference]
            definition["oneOf"] = [_choice(record, corpus) for record in records.values()]
    return {"$schema": root["$schema"], **definitions.pop("bundle"), "definitions": definitions}


def _name(address: str) -> str:
    """Return the name of a schema as a key: `claim`, `vocabularies-act`."""
    return address.rpartition("/schemas/")[2].removesuffix(".schema.json").replace("/", "-")


def _local(part: Any, base: str, pending: list[str]) -> Any:
    """Return a part of a schema whose references lead into the one file; add the schemas it needs to `pending`."""
    if isinstance(part, list):
        return [_local(item, base, pending) for item in part]
    if not isinstance(part, dict):
        return part
    local = {k: _local(v, base, pending) for k, v in part.items() if k not in ("$id", "$schema") and k[:2] != "x-"}
    if isinstance(reference := part.get("$ref"), str):
        address, _, pointer = urljoin(base, reference).partition("#")
        pending.append(address)
        local["$ref"] = f"#/definitions/{_name(address)}{pointer}"
    if "x-test" in part:
        local["description"] = f"{part['x-test']}\n{part['description']}"
    return local


def _choice(record: Record, corpus: Corpus) -> dict[str, str]:
    """Return the entry of a record: its id, its name, and what it is; editors show the description beside the id."""
    name, *about = DESCRIPTIONS[record.kind](record, corpus)
    status = [] if record.active else [f"({record['status']})"]
    description = "\n".join(dict.fromkeys((*status, name, *filter(None, about))))
    cut = description if len(description) <= LONGEST else f"{description[: LONGEST - 1]}…"
    return {"const": record.id, "title": name, "description": cut}


# What a record is: first its name, then what else tells it from others. References may lead nowhere.


def _actor(actor: Record, corpus: Corpus) -> Iterator[str]:
    yield actor["name"]
    yield actor.get("public_role") or actor["kind"]
    ties = actor.get("part_of", ())
    yield ", ".join(dict.fromkeys(f"part of {_named(tie['of'], corpus)}" for tie in ties))
    if "names" in actor.data:
        yield f"Also {', '.join(name['text'] for name in actor['names'])}"


def _topic(topic: Record, corpus: Corpus) -> Iterator[str]:
    yield topic["question"]
    yield topic.get("scope_note", "")


def _source(source: Record, corpus: Corpus) -> Iterator[str]:
    publishers = " and ".join(_named(publisher, corpus) for publisher in source["publisher"])
    yield source.get("title") or f"{publishers}, {source['published']}"
    yield f"{publishers}, {source['published']}, {source['lang']}"
    yield source.get("url", "")


def _instrument(instrument: Record, corpus: Corpus) -> Iterator[str]:
    yield instrument["title"]
    yield " ".join((instrument["kind"], instrument.get("symbol", ""), instrument.get("adopted", ""))).strip()


def _evidence(item: Record, corpus: Corpus) -> Iterator[str]:
    yield item["title"]
    yield f"{item['kind']}, held by {_named(item['held_by'], corpus)}"


def _named(actor_id: str, corpus: Corpus) -> str:
    actor = corpus.actors.get(actor_id)
    return actor["name"] if actor else actor_id


REFERENCES = {
    "actors": "actor",
    "topics": "topic",
    "sources": "source",
    "instruments": "instrument",
    "evidence": "evidence",
}
"""Kinds of record whose ids are completed, each with the form in `common.schema.json` that refers to it."""

DESCRIPTIONS: Mapping[str, Describe] = {
    "actors": _actor,
    "topics": _topic,
    "sources": _source,
    "instruments": _instrument,
    "evidence": _evidence,
}
