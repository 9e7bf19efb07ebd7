"""Schemas for editors: each in one piece; that of bundles with the ids of a project, which editors complete."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from alleged.records.corpus import Corpus, Record
from alleged.schemas.definitions import contents_in_use, schema
from alleged.schemas.vocabularies import using

MOST = 5_000
"""Ids of one kind that are listed; with more, an editor takes seconds for each file, so any text is allowed."""

LONGEST = 300
"""Characters of the longest description of a record."""

Describe = Callable[[Record, Corpus], Iterator[str]]


def local_schema(corpus: Corpus) -> dict[str, Any]:
    """Return the schema of bundles in one piece, with the ids and own codes of a project, and the test questions."""
    with using(corpus.codes):
        whole = in_one_piece("bundle")
    definitions = whole["definitions"]
    completed: set[str] = set()
    for kind, reference in REFERENCES.items():
        records = corpus.of_kind(kind)
        if records and len(records) <= MOST:
            form = definitions["common"]["definitions"][reference]
            form.pop("examples", None)
            form |= _known(kind, records.values(), corpus)
            completed.add(f"#/definitions/common/definitions/{reference}")
    _remove_examples(whole, completed)
    return whole


def in_one_piece(name: str) -> dict[str, Any]:
    """Return a schema with all that it refers to, and with the own codes in use.

    Its addresses are left out: yaml-language-server would fetch other schemas from there.
    """
    definitions: dict[str, Any] = {}
    pending = [start := schema(name)["$id"]]
    while pending:
        address = pending.pop()
        if _name(address) not in definitions:
            definitions[_name(address)] = _local(contents_in_use()[address], address, pending)
    return {"$schema": schema(name)["$schema"], **definitions.pop(_name(start)), "definitions": definitions}


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
    if isinstance(properties := local.get("properties"), dict):  # an editor shows the title of a field above the rest
        local["properties"] = {name: {"title": name, **field} for name, field in properties.items()}
    if "x-test" in part:
        local["description"] = f"{part['x-test']}\n{part['description']}"
    return local


def _known(kind: str, records: Collection[Record], corpus: Corpus) -> dict[str, Any]:
    """Return what the form of an id needs to be checked, explained and completed.

    The pattern alone decides whether an id is right, so that the message for a wrong one is a sentence and not the list
    of all ids. Explanations are grouped by the first character of the id: yaml-language-server tries every alternative,
    and a hundred times as many would take it seconds for each large file. The first alternative accepts any text.
    """
    choices = [_choice(record, corpus) for record in records]
    groups = defaultdict(list)
    for choice in choices:
        groups[choice["const"][0]].append(choice)
    pairs = zip(records, choices, strict=True)
    return {
        "pattern": f"^({'|'.join(re.escape(record.id) for record in records)})$",
        "patternErrorMessage": f"No record under `{kind}` has this id; `alleged find` looks for it. "
        "After a new record was added, `alleged check` makes it known here.",
        "allOf": [
            {"if": {"pattern": f"^{re.escape(first)}"}, "then": {"anyOf": [{"type": "string"}, *group]}}
            for first, group in sorted(groups.items())
        ],
        "defaultSnippets": [snippet for record, choice in pairs for snippet in _snippets(record, choice)],
    }


def _choice(record: Record, corpus: Corpus) -> dict[str, str]:
    """Return the entry of a record: its id, its name, and what it is; editors show the description beside the id."""
    name, *about = DESCRIPTIONS[record.kind](record, corpus)
    status = [] if record.active else [f"({record['status']})"]
    description = "\n".join(dict.fromkeys((*status, name, *filter(None, about))))
    cut = description if len(description) <= LONGEST else f"{description[: LONGEST - 1]}…"
    return {"const": record.id, "title": name, "description": cut}


def _snippets(record: Record, choice: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield what editors offer for a record: its id, and its names, by which they filter too; they insert the id.

    The titles of sources are left out: they are many, and longer than what an editor shows.
    """
    names = [] if record.kind == "sources" else [choice["title"], *(name["text"] for name in record.get("names", ()))]
    for label in dict.fromkeys((record.id, *(f"{name} · {record.id}" for name in names))):
        yield {"label": label, "body": record.id, "description": choice["description"]}


def _remove_examples(part: Any, completed: set[str]) -> None:
    """Remove the examples of fields whose ids are completed: editors would offer them, and they are in no record."""
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _remove_examples(inner, completed)
    if isinstance(part, dict) and {part.get("$ref"), part.get("items", {}).get("$ref")} & completed:
        part.pop("examples", None)


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
