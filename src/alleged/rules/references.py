"""Rules on references: each leads to an active record of the right kind."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from shlex import quote

from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.records.record import picker, pickers
from alleged.rules.relations import relation_types
from alleged.rules.rule import Finding, Findings, For, rule
from alleged.schemas.definitions import KINDS, ValuePath, marked
from alleged.schemas.vocabularies import closest
from alleged.text.urls import page_of
from alleged.text.words import longest_common, skeleton

Reference = tuple[Record, ValuePath, str, tuple[str, ...]]
"""A record, the path of a reference in it, the id it names, and the kinds of record it may lead to."""

SLIPS = 2
"""Most letters by which an id may differ from one that is proposed instead."""

SPEAKERS = frozenset({"claimant", "co_claimants", "on_behalf_of", "via"})
"""Fields that say who speaks for whom; no tool changes them."""

ADDED = {"claim": "--summary", "source": "--title", "actor": "--name", "topic": "--question"}
"""Records that `alleged new` adds, each with the option for its text."""

ID = re.compile("[a-z0-9][a-z0-9-]*[a-z0-9]")

NAMED = ("sources", "actors", "topics", "instruments", "evidence")
"""Kinds of record that are there for others to name them."""

PROPOSALS = 25
"""Unknown ids for which similar ids are suggested; each is compared with all ids, which takes time."""


@rule(severity="error", stage="links")
def unknown_reference(corpus: Corpus) -> Findings:
    """A field names a record that does not exist.

    A claim whose source or claimant leads nowhere can be neither attributed nor traced. Usually the id is mistyped, or
    the record has not been written yet.

    Example:
        claims:
          - id: kirby-2023-containers
            claimant: jonh-kirby

    Fix: type the id that the message suggests if that is what you meant, or add the record with `alleged new`;
    `alleged find` looks for it by name, in any script, or by address. Refer to actors by the ids of this dataset, not
    by country codes or names. Who speaks for whom is never changed by `--fix-ask`.
    """
    proposals: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for record, path, to, kinds in _unusual_references(corpus, lambda to, _: to in corpus.by_id or to in corpus.unread):
        if (to, kinds) not in proposals:
            similar = [id for kind in kinds if (id := _by_names(corpus).get((kind, _plain(to))))]
            if "sources" in kinds and "://" in to:
                similar = [id for id, page in _pages(corpus).items() if page == page_of(to)][:1]
            if not similar and len(proposals) < PROPOSALS:
                near = closest(to, (i for kind in kinds for i in corpus.of_kind(kind)))
                similar = [id for id in near if _slips(to.casefold(), id) <= SLIPS]
            proposals[to, kinds] = similar
        words = " or ".join(KINDS[kind] for kind in kinds)
        similar = proposals[to, kinds] or _bodies(record, path, corpus)
        hint = f"; did you mean {' or '.join(map(repr, similar))}?" if similar else ""
        yield Finding(
            record.at(*path),
            f"there is no {words} {to!r}{hint}",
            f"write  {similar[0]}" if similar else _stub(to, kinds),
            Suggestion(similar[0]) if similar and path[0] not in SPEAKERS else None,
        )


def _slips(one: str, other: str) -> int:
    """Return how many letters must be changed, added or removed at least to get one text from the other."""
    return max(len(one), len(other)) - longest_common(one, other)


def _bodies(record: Record, path: ValuePath, corpus: Corpus) -> list[str]:
    """Return the bodies to which a claimant belongs, if it is `on_behalf_of` that leads nowhere."""
    speaker = corpus.actors.get(record.get("claimant", "")) if path == ("on_behalf_of",) else None
    ties = [tie for field in ("memberships", "part_of") for tie in speaker.get(field, ())] if speaker else []
    return [tie["of"] for tie in ties if tie["of"] in corpus.actors][:3]


def _stub(to: str, kinds: tuple[str, ...]) -> str:
    """Return how to add the record that is missing, or to look for it."""
    kind = next((KINDS[kind] for kind in kinds if KINDS[kind] in ADDED), "")
    option = "--url" if "://" in to else "--id" if ID.fullmatch(to) else ADDED.get(kind)
    add = f"or, if it is not recorded yet, add it:  alleged new {kind} {option} {quote(to)}" if kind else ""
    return f"look for it:  alleged find {quote(to)}  {add}".rstrip()


@rule(severity="error", stage="links")
def wrong_kind_of_reference(corpus: Corpus) -> Findings:
    """A field names a record of a kind that it does not accept.

    A claimant is an actor, and an appearance names a source. The outlet `afp` and the article `afp-2024-06-18` are two
    records; confusing them mixes up who speaks and what was printed.

    Example:
        claims:
          - id: kirby-2023-containers
            claimant: ap-2023-10-13

    Fix: name a record of the kind that the message asks for.
    """
    for record, path, to, kinds in _unusual_references(
        corpus, lambda to, kinds: any(to in corpus.of_kind(kind) for kind in kinds)
    ):
        if to not in corpus.by_id:
            continue
        words = " or ".join(KINDS[kind] for kind in kinds)
        field = next(step for step in reversed(path) if isinstance(step, str))
        field = f"an entry of {path[-3]}" if field == "id" else field
        yield (
            record.at(*path),
            f"{to!r} is in {corpus.by_id[to].kind}; {field} takes {_an(words)}",
            f"write the id of {_an(words)}; look for it:  alleged find NAME",
        )


@rule(severity="error", stage="links")
def reference_to_withdrawn(corpus: Corpus) -> Findings:
    """An active record refers to one that was withdrawn or superseded.

    A reference keeps the withdrawn record in counts and tables. Only relations about records (`supersedes`,
    `duplicates`, `split-from`) may refer to it, since they explain why it no longer counts.

    Example:
        claims:
          - id: kirby-2023-containers
            topic: munitions-old
        topics:
          - id: munitions-old
            status: superseded

    Fix: refer to the record that replaced it, which the message names if it is known; or withdraw this record too, with
    a reason.
    """

    def target(to: str, kinds: tuple[str, ...]) -> Record | None:
        return next((found for kind in kinds if (found := corpus.of_kind(kind).get(to))), None)

    def is_active(to: str, kinds: tuple[str, ...]) -> bool:
        found = target(to, kinds)
        return found is not None and found.active

    for record, path, to, kinds in _unusual_references(corpus, is_active):
        found = target(to, kinds)
        if found is None or not record.active or _on_records(record, path):
            continue
        successor = _successors(corpus).get(to)
        yield Finding(
            record.at(*path),
            f"{to!r} is {found['status']}, but an active record refers to it",
            f"write  {successor}" if successor else "refer to what replaced it, or withdraw this record too",
            Suggestion(successor) if successor else None,
            (found.at("status"),),
        )


def _named_by(record: Record, _: Corpus) -> Iterator[str | For]:
    """Yield a record that another one should name; each record counts for those that it names."""
    if record.kind in NAMED:
        yield record.id
    for field in marked(record.kind, "x-kinds"):
        yield from map(For, picker(field.path)(record.data))


@rule(severity="warning", by=_named_by, enough=2, all_records=True)
def unused_record(corpus: Corpus) -> Findings:
    """No other record names this actor, source, topic, instrument or item of evidence.

    Right after `alleged new actor` or `alleged new topic` this is fine: it goes away with the claim that names the
    record. Later it means that the claim was forgotten, or that the id is mistyped in it. Claims and assessments need
    no reference to them.

    Example:
        sources:
          - id: afp-2024-06-18
            publisher: [afp]
            published: "2024-06-18"

    Fix: add the claim that needs it, delete the record if it was never published, or allow the finding with a reason.
    """
    used = set().union(*_named(corpus).values())
    for kind, word in KINDS.items():
        if kind not in NAMED:
            continue
        for record in corpus.of_kind(kind).values():
            if record.active and (record.id not in used or _names_itself(record, corpus)):
                yield (
                    record.at("id"),
                    f"no record names the {word} {record.id!r}",
                    "fine until a claim names it; if one does, correct the id there, or allow this with a reason",
                )


@lru_cache(maxsize=1)
def _named(corpus: Corpus) -> dict[tuple[str, ...], set[str]]:
    """Return the ids that references name, by the kinds of record that the references may lead to."""
    named: dict[tuple[str, ...], set[str]] = defaultdict(set)
    heads = {kind: pickers(marked(kind, "x-kinds")) for kind in KINDS}
    fields = {
        kind: {name: [(named[tuple(field.schema["x-kinds"])], pick) for field, pick in at] for name, at in of.items()}
        for kind, of in heads.items()
    }
    for record in corpus.records:
        of_kind = fields[record.kind]
        for name in record.data:
            for members, pick in of_kind.get(name, ()):
                members.update(pick(record.data))
    return named


def _names_itself(record: Record, corpus: Corpus) -> bool:
    """Whether a record is named only by itself."""
    own = [to for field in marked(record.kind, "x-kinds") for to in picker(field.path)(record.data)]
    itself = {kinds: {record.id} for kinds in _named(corpus)}
    return record.id in own and all(other is record for other, *_ in _references(corpus, itself))


def _unusual_references(corpus: Corpus, usual: Callable[[str, tuple[str, ...]], bool]) -> Iterator[Reference]:
    """Yield the references to unusual ids; `usual` judges an id that references to some kinds of record name.

    The records are searched for their places only if there are any.
    """
    unusual = {kinds: {to for to in ids if not usual(to, kinds)} for kinds, ids in _named(corpus).items()}
    yield from _references(corpus, {kinds: ids for kinds, ids in unusual.items() if ids})


def _references(corpus: Corpus, unusual: Mapping[tuple[str, ...], set[str]]) -> Iterator[Reference]:
    """Yield the references to some ids, each set of ids by the kinds that its references may lead to."""
    fields = {kind: [(f.path, tuple(f.schema["x-kinds"])) for f in marked(kind, "x-kinds")] for kind in KINDS}
    for record in corpus.records if unusual else ():
        for general, kinds in fields[record.kind]:
            if kinds in unusual and not unusual[kinds].isdisjoint(picker(general)(record.data)):
                yield from ((record, path, to, kinds) for path, to in record.values(general) if to in unusual[kinds])


@lru_cache(maxsize=1)
def _pages(corpus: Corpus) -> dict[str, str]:
    """Return the page of each source that has an address, as a key that is equal however the address is spelt."""
    return {source.id: page_of(source["url"]) for source in corpus.sources.values() if "url" in source.data}


@lru_cache(maxsize=1)
def _successors(corpus: Corpus) -> dict[str, str]:
    """Return the claim that supersedes each claim."""
    return {
        relation["to"]: claim.id
        for claim in corpus.claims.values()
        for relation in claim.get("relations", [])
        if relation["type"] == "supersedes"
    }


@lru_cache(maxsize=1)
def _by_names(corpus: Corpus) -> dict[tuple[str, str], str]:
    """Return the id of each actor by its country code and its names, and of each topic by its question.

    The keys are the kind of record and the text in lower case.
    """
    ids: dict[tuple[str, str], str] = {}
    for actor in corpus.actors.values():
        names = [actor.get("ids", {}).get("iso3166", ""), actor["name"]]
        names += [name["text"] for name in actor.get("names", [])]
        for name in names:
            ids.setdefault(("actors", _plain(name)), actor.id)
    for topic in corpus.topics.values():
        ids.setdefault(("topics", _plain(topic["question"])), topic.id)
    return ids


def _plain(name: str) -> str:
    return "-".join(skeleton(name).split())


def _on_records(record: Record, path: ValuePath) -> bool:
    """Whether a reference is a relation about records, not about the world."""
    if record.kind != "claims" or path[0] != "relations" or path[-1] != "to":
        return False
    return record["relations"][path[1]]["type"] in relation_types("curation")


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aei" else f"a {word}"
