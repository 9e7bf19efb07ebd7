"""Rules on affiliations: on each day they lead from an actor to one body at the top."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice

from alleged.dates import parse
from alleged.graphs import NAMED, circles, format_circle, topological_order
from alleged.origins import ENDS, LEVELS
from alleged.records.corpus import Corpus, Record
from alleged.rules.independence import CIRCLES
from alleged.rules.rule import Finding, Findings, rule


def _bodies(actor: Record, _: Corpus) -> Iterator[str | tuple[str | None, ...]]:
    """Yield what an actor is part of or a member of, with the dates, and its kind."""
    if actor.kind == "actors":
        for tie in (tie for field in ("part_of", "memberships") for tie in actor.get(field, ())):
            yield tie["of"]
            yield tie["of"], actor["kind"], tie.get("from"), tie.get("to")


@rule(severity="error", over=_bodies)
def circular_affiliation(corpus: Corpus) -> Findings:
    """Actors are part of each other in a circle.

    `part_of` leads upwards to the state or organisation that speaks through an actor. A circle has no top, so nobody
    could tell whose words they are. Affiliations that never applied at the same time are no circle. The finding is
    reported once, at the actor whose id comes first.

    Example:
        actors:
          - id: rok-nis
            part_of:
              - of: rok-government
          - id: rok-government
            part_of:
              - of: rok-nis

    Fix: delete the affiliation that leads downwards; a body is part of the one above it. For a seat in a group or a
    council write `memberships`.
    """
    affiliations: dict[str, dict[str, int]] = defaultdict(dict)
    for actor in corpus.actors.values():
        for i, tie in enumerate(actor.get("part_of", [])):
            affiliations[actor.id].setdefault(tie["of"], i)
    for circle in circles(sorted(affiliations), lambda id: sorted(affiliations.get(id, ())), CIRCLES):
        places = [affiliations[id][body] for id, body in zip(circle, [*circle[1:], circle[0]], strict=True)]
        ties = [corpus.actors[id]["part_of"][place] for id, place in zip(circle, places, strict=True)]
        if max(map(first_day, ties)) > min(map(last_day, ties)):
            continue
        yield Finding(
            corpus.actors[circle[0]].at("part_of", places[0], "of"),
            f"actors are part of each other in a circle: {format_circle(circle)}",
            "delete the affiliation that leads downwards, or make a seat in a group one of the `memberships`",
            related=tuple(corpus.actors[name].at("id") for name in circle[1:NAMED]),
        )


@rule(severity="error", over=_bodies)
def affiliation_too_deep(corpus: Corpus) -> Findings:
    """An actor is more than 20 steps below the body at the top.

    Words are attributed to the body at the top, through every body in between. No administration has so many levels; a
    faulty script made them, or an attack meant to slow down the check. Only the first actor of a chain that is too deep
    is reported.

    Example:
        actors:
          - {id: office-20, name: Office 20, kind: organ, part_of: [{of: office-19}]}
          - {id: office-21, name: Office 21, kind: organ, part_of: [{of: office-20}]}

    Fix: affiliate each actor with the nearest body that speaks for others, and delete the levels in between.
    """
    above = {actor.id: ends for actor in corpus.actors.values() if (ends := _above(actor))}
    depth: dict[str, int] = defaultdict(int)
    for id in topological_order(above):
        depth[id] = 1 + max(depth[end] for end in above[id])
        if depth[id] == LEVELS + 1:
            actor = corpus.actors[id]
            field = "part_of" if "part_of" in actor.data else "memberships"
            yield (
                actor.at(field),
                f"{id!r} is more than {LEVELS} steps below the body at the top",
                "affiliate it with the nearest body that speaks for others",
            )


@rule(severity="error")
def rival_principals(corpus: Corpus) -> Findings:
    """An actor is part of two bodies on the same days.

    `part_of` says who speaks through an actor, and everything that one government says counts as one origin. With two
    bodies above it, the actor's words could be attributed to neither and would count as an origin of their own. A
    change within one month or year, if the dates are no more precise, is not reported. States and intergovernmental
    organisations speak for themselves, so their affiliations are ignored.

    Example:
        actors:
          - id: john-kirby
            part_of:
              - {of: us-nsc, from: 2022-05}
              - {of: us-navy, from: "1986"}

    Fix: keep the body that the actor speaks for, end a former affiliation with `to`, and make the other one of the
    `memberships`.
    """
    for actor in corpus.actors.values():
        if actor["kind"] in ENDS:
            continue
        for j, later in enumerate(actor.get("part_of", [])):
            ahead = enumerate(actor["part_of"][:j])
            rivals = ((i, tie) for i, tie in ahead if tie["of"] != later["of"] and _certainly_overlap(tie, later))
            for i, earlier in islice(rivals, 1):
                yield Finding(
                    actor.at("part_of", j, "of"),
                    f"{actor.id!r} is part of {later['of']!r} and of {earlier['of']!r} on the same days",
                    "keep the body it speaks for, date the affiliations, or make one of the `memberships`",
                    related=(actor.at("part_of", i, "of"),),
                )


def _above(actor: Record) -> list[str]:
    """Return the bodies that may speak through an actor at some time."""
    if actor["kind"] in ENDS:
        return []
    memberships = actor.get("memberships", ()) if actor["kind"] == "person" else ()
    return [tie["of"] for tie in (*actor.get("part_of", ()), *memberships)]


def first_day(entry: Mapping[str, str]) -> date:
    """Return the first day on which a dated affiliation or name may be valid."""
    return parse(entry["from"]).first_day if "from" in entry else date.min


def last_day(entry: Mapping[str, str]) -> date:
    """Return the last day on which a dated affiliation or name may be valid."""
    return parse(entry["to"]).last_day if "to" in entry else date.max


def _certainly_overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two affiliations have more than one day in common, whatever days their dates allow."""
    starts = [parse(tie["from"]).last_day for tie in (one, other) if "from" in tie]
    ends = [parse(tie["to"]).first_day for tie in (one, other) if "to" in tie]
    return max(starts, default=date.min) < min(ends, default=date.max)
