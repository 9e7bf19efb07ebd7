"""Rules on names of actors: each name leads to one actor."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from alleged.records.corpus import Corpus, Record
from alleged.rules.affiliations import first_day, last_day
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath
from alleged.text.words import skeleton

NAMELESS = frozenset({"unnamed", "undetermined"})
"""Kinds of actor whose name is only a description, which may fit several."""


def _folded_names(actor: Record, _: Corpus) -> Iterator[str]:
    """Yield the names of an actor in the form in which they are compared."""
    if actor.kind == "actors":
        yield from (_folded(name["text"]) for _, name in _names(actor))


@rule(severity="warning", by=_folded_names)
def shared_name(corpus: Corpus) -> Findings:
    """Two actors have the same name.

    A search for the name finds one of them, perhaps the wrong one; often both records describe the same actor.
    Capitals, spaces and letters that look alike are ignored. Not reported are names that the two had at different
    times, and unnamed and undetermined actors, whose names are descriptions.

    Example:
        actors:
          - id: rok
            name: Republic of Korea
            names:
              - text: Korea
          - id: dprk
            name: Democratic People's Republic of Korea
            names:
              - text: Korea

    Fix: delete the name from the actor that is rarely called so, make it longer, or date both. If both are one actor,
    keep one record. If two really have one name, allow this and say how to tell them apart.
    """
    bearers: dict[str, list[tuple[Record, ValuePath, Mapping[str, str]]]] = defaultdict(list)
    for actor in corpus.active("actors"):
        if actor["kind"] in NAMELESS or actor.redacted:
            continue
        rivals: set[str] = set()
        for path, name in _names(actor):
            others = bearers[_folded(name["text"])]
            for other, other_path, other_name in others:
                if other is not actor and other.id not in rivals and _overlap(name, other_name):
                    rivals.add(other.id)
                    yield Finding(
                        actor.at(*path),
                        f"{name['text']!r} is a name of {other.id!r} too",
                        "delete it from one of them or date both; if both are one actor, keep one record",
                        related=(other.at(*other_path),),
                    )
                    break
            others.append((actor, path, name))


@rule(severity="warning")
def undated_vessel_name(corpus: Corpus) -> Findings:
    """A vessel has another name, and the record does not say when it had it.

    Ships are renamed to evade sanctions, and old names are given to other ships. Without dates, a report of 2023 cannot
    be matched with the ship that had the name in 2023. The same name in another script is not another name, so entries
    with a `script` other than Latn are not reported.

    Example:
        actors:
          - id: angara
            kind: vessel
            names:
              - text: Example Star

    Fix: add `from`, `to` or both, from a register of ships; a year is enough.
    """
    for actor in corpus.active("actors"):
        if actor["kind"] != "vessel":
            continue
        for i, name in enumerate(actor.get("names", [])):
            if not {"from", "to"} & name.keys() and name.get("script", "Latn") == "Latn":
                yield (
                    actor.at("names", i, "text"),
                    f"the vessel {actor.id!r} was called {name['text']!r}, but the record does not say when",
                    'add when the name began and ended, as  from: "2014"  and  to: 2022-05',
                )


@rule(severity="error")
def country_of_another_state(corpus: Corpus) -> Findings:
    """An actor has another country than the state that it is, or that it is part of.

    Tables take the country of an actor from here; with a wrong one, the words of one government count among those of
    another. `part_of` is followed up to the first body with a country.

    Example:
        actors:
          - id: dprk
            kind: state
            ids: {iso3166: KP}
          - id: kcna
            kind: outlet
            country: KR
            part_of: [{of: dprk}]

    Fix: remove `country`, which follows from `part_of` and from `ids`; or correct `part_of`.
    """
    for actor in corpus.actors.values():
        if "country" not in actor.data:
            continue
        bodies = (corpus.actors[tie["of"]] for tie in actor.get("part_of", ()))
        states = {code for body in bodies if (code := corpus.country(body))} | {actor.get("ids", {}).get("iso3166")}
        if states - {None} and actor["country"] not in states:
            yield (
                actor.at("country"),
                f"country is {actor['country']}, but {actor.id!r} belongs to {' or '.join(sorted(states - {None}))}",
                "remove `country`, which follows from `ids` and `part_of`, or correct these",
            )


def _names(actor: Record) -> Iterator[tuple[ValuePath, Mapping[str, str]]]:
    for field in ("name", "short_name"):
        if field in actor.data:
            yield (field,), {"text": actor[field]}
    for i, name in enumerate(actor.get("names", [])):
        yield ("names", i, "text"), name


def _folded(name: str) -> str:
    return "".join(skeleton(name).split())


def _overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return max(first_day(one), first_day(other)) <= min(last_day(one), last_day(other))
