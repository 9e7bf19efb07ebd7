"""Rules on actors: who they are, in which register they stand, and through whom they speak."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from alleged.dates import parse
from alleged.origins import ENDS, LEVELS
from alleged.origins.roots import ends_first
from alleged.records.corpus import Corpus, Record
from alleged.rules.relations import _circles
from alleged.rules.rulebook import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath, schema
from alleged.text.words import likened

NAMED = 20
"""Actors of a circle that a message names; a longer one is cut in the middle."""

NAMELESS = frozenset({"unnamed", "undetermined"})
"""Kinds of actor whose name is only a description, which may fit several."""

HANDED_DOWN = frozenset({"cow", "gw"})
"""Registers that may number a state and its successor alike, as 365 is both the USSR and Russia."""

SHIPS = range(201, 776)
"""Countries that the MMSI of a ship starts with (Recommendation ITU-R M.585); other stations start otherwise."""


@rule(severity="error")
def mistyped_imo_number(corpus: Corpus) -> Findings:
    """An IMO number does not fit its check digit.

    The last digit is worked out from the six before it, so a number that does not fit was mistyped, and may even
    lead to another ship. Of 9179842 the first six, times 7, 6, 5, 4, 3 and 2, add up to 172, which ends in 2.

    Example:
        actors:
          - id: angara
            kind: vessel
            ids: {imo: "9179824"}

    Mend: copy the number again from the register; two neighbouring digits are often swapped. If the source
    itself prints it so, leave it out and keep it in `note`.
    """
    for actor, number in _ids(corpus, "imo"):
        total = sum(int(digit) * (7 - i) for i, digit in enumerate(number[:6]))
        if total % 10 != int(number[6]):
            yield (
                actor.at("ids", "imo"),
                f"the IMO number {number!r} ends in {number[6]}, but its first six digits give {total % 10}",
                "copy the number again from the register, or leave it out",
            )


@rule(severity="error")
def mistyped_lei(corpus: Corpus) -> Findings:
    """A Legal Entity Identifier does not fit its check digits.

    With letters read as numbers (A is 10, Z is 35), an LEI leaves 1 when divided by 97 (ISO 7064, MOD 97-10).
    One that does not was mistyped, and would join the actor to no company, or to another one.

    Example:
        actors:
          - id: example-bank
            kind: organisation
            ids: {lei: 5493001KJTIIGC8Y1R21}

    Mend: copy the identifier again from the register; look at 0 and O, 1 and I.
    """
    for actor, code in _ids(corpus, "lei"):
        if int("".join(str(int(character, 36)) for character in code)) % 97 != 1:
            yield (
                actor.at("ids", "lei"),
                f"the check digits {code[-2:]!r} do not fit the LEI {code!r}",
                "copy the identifier again from the register, or leave it out",
            )


@rule(severity="warning")
def mmsi_of_no_ship(corpus: Corpus) -> Findings:
    """An MMSI begins as that of no ship does.

    The number of a ship starts with three digits for a country, 201 to 775. Coast stations start with 00, groups
    of ships with 0, aircraft with 111, hand-held sets with 8, distress beacons and buoys with 97 and 99, boats of a
    mother ship with 98. Ships that hide also send such numbers; that is a claim, not the ship's identity.

    Example:
        actors:
          - id: angara
            kind: vessel
            ids: {mmsi: "973123450"}

    Mend: copy the number again from the register. If a false number was sent, leave it out here and record who
    says so.
    """
    for actor, number in _ids(corpus, "mmsi"):
        if int(number[:3]) not in SHIPS:
            yield (
                actor.at("ids", "mmsi"),
                f"the MMSI {number!r} begins with {number[:3]}; that of a ship begins with 201 to 775",
                "copy the number again from the register, or leave it out",
            )


@rule(severity="error", whole_corpus=True)
def shared_external_id(corpus: Corpus) -> Findings:
    """Two actors have the same identifier in another register.

    Such identifiers join this dataset with others: one that leads to two actors would give both the other's
    data. Either one of them is mistyped, or both records describe the same actor. Let pass are records that no
    longer count, and what a state of the past hands down: numbers of Correlates of War or Gleditsch and Ward
    (365 is both the USSR and Russia), and the country code CS, which stood for two states.

    Example:
        actors:
          - id: dprk
            ids: {iso3166: KP, wikidata: Q423}
          - id: rok
            ids: {iso3166: KR, wikidata: Q423}

    Mend: correct the identifier that is wrong. If both are one actor, keep one record, and mark the other
    `status: superseded`.
    """
    holders: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for actor in _active(corpus):
        for register, value in actor.get("ids", {}).items():
            others = holders[register, value]
            rival = next((other for other in others if not _handed_down(register, actor, other)), None)
            if rival:
                yield Finding(
                    actor.at("ids", register),
                    f"{value!r} is the {register} of {rival.id!r} already",
                    "correct the one that is wrong, or keep one record if both are the same actor",
                    related=(rival.at("ids", register),),
                )
            else:
                others.append(actor)


@rule(severity="warning")
def country_of_another_time(corpus: Corpus) -> Findings:
    """A claim speaks of a state at a time when that state was not there yet, or no more.

    "Allies since 1953" joins the Soviet Union to what followed it. Coded with Russia alone, the years up to 1991
    would be laid to a state that had not come to be. Looked at are subjects and objects with a country code, and
    `when`; code and dates come from the list of countries, which knows the changes that ISO 3166 has seen since
    1974. States that only changed their name have no such dates, nor do those that were restored.

    Example:
        claims:
          - id: tv5monde-2024-alliance
            topic: russia-dprk-alliance
            subject: [russia]
            when: 1953/..

    Mend: name the state of that time as an actor of its own, which the message proposes; or give `when` only for
    the time of the one named. If the words themselves reach over the change, allow this with that as the reason.
    """
    for claim in corpus.claims.values():
        if "when" not in claim.data:
            continue
        begins, ends = _ends(claim["when"])
        for path, actor in _parties(claim, corpus):
            code = actor.get("ids", {}).get("iso3166")
            country = _countries()[code] if code else {}
            since, until = country.get("x-from"), country.get("x-to")
            if since and begins and begins.hi and begins.hi < (parse(since).lo or date.min):
                fate, others = f"began in {since}", country.get("x-formerly", [])
            elif until and ends and ends.lo and ends.lo > (parse(until).hi or date.max):
                fate, others = f"ended in {until[:4]}", _heirs().get(code, [])
            else:
                continue
            states = " or ".join(f"{_countries()[other]['title']} ({other})" for other in others)
            yield Finding(
                claim.at(*path) if path[0] in claim.data else claim.at("when"),
                f"{actor.id!r} ({code}) {fate}, but `when` is {claim['when']!r}",
                f"name the state of that time{f', {states}' if states else ''}; or allow this if the words span both",
                related=(actor.at("ids", "iso3166"),),
            )


@rule(severity="error", whole_corpus=True)
def circular_affiliation(corpus: Corpus) -> Findings:
    """Actors are part of each other in a circle.

    `part_of` leads upwards to the state or organisation that speaks through an actor. In a circle there is no
    top, and nobody could tell whose words they are. Ties that never held at the same time make no circle. It is
    reported once, at the actor whose id comes first.

    Example:
        actors:
          - id: rok-nis
            part_of:
              - of: rok-government
          - id: rok-government
            part_of:
              - of: rok-nis

    Mend: drop the tie that leads downwards; a body is part of the one above it. For a seat in a group or a
    council write `memberships`.
    """
    ties: dict[str, dict[str, int]] = defaultdict(dict)
    for actor in corpus.actors.values():
        for i, tie in enumerate(actor.get("part_of", [])):
            ties[actor.id].setdefault(tie["of"], i)
    for circle in _circles({actor: sorted(above) for actor, above in ties.items()}):
        steps = [*circle, circle[0]]
        held = [corpus.actors[a]["part_of"][ties[a][b]] for a, b in zip(circle, steps[1:], strict=True)]
        if max(_start(tie) for tie in held) > min(_end(tie) for tie in held):
            continue
        names = steps if len(steps) <= NAMED else [*steps[: NAMED - 1], f"({len(steps) - NAMED} more)", steps[-1]]
        yield Finding(
            corpus.actors[circle[0]].at("part_of", ties[circle[0]][steps[1]], "of"),
            f"actors are part of each other in a circle: {' → '.join(names)}",
            "drop the tie that leads downwards, or make a seat in a group one of the `memberships`",
            related=tuple(corpus.actors[name].at("id") for name in circle[1:NAMED]),
        )


@rule(severity="error", whole_corpus=True)
def affiliation_too_deep(corpus: Corpus) -> Findings:
    """An actor is more than 20 steps below the body at the top.

    Words are attributed to the body at the top, by way of every body between. No administration has so many levels; a
    mistaken script made them, or someone who wants the check to take hours. Only the first actor of a chain that is
    too deep is reported.

    Example:
        actors:
          - {id: office-20, name: Office 20, kind: organ, part_of: [{of: office-19}]}
          - {id: office-21, name: Office 21, kind: organ, part_of: [{of: office-20}]}

    Mend: tie each actor to the nearest body that speaks for others, and drop the levels between.
    """
    above = {actor.id: ends for actor in corpus.actors.values() if (ends := _above(actor))}
    depth: dict[str, int] = defaultdict(int)
    for id in ends_first(above):
        depth[id] = 1 + max(depth[end] for end in above[id])
        if depth[id] == LEVELS + 1:
            actor = corpus.actors[id]
            field = "part_of" if "part_of" in actor.data else "memberships"
            yield (
                actor.at(field),
                f"{id!r} is more than {LEVELS} steps below the body at the top",
                "tie it to the nearest body that speaks for others",
            )


@rule(severity="error")
def rival_principals(corpus: Corpus) -> Findings:
    """An actor is part of two bodies on the same days.

    `part_of` says through whom an actor speaks, and all that one government says counts as one origin. With two
    bodies above it, its words could be laid to neither, and would count as an origin of their own. Handing over
    within the same month or year, as the dates give it, is let pass. States and intergovernmental
    organisations speak for themselves, so their ties are not looked at.

    Example:
        actors:
          - id: john-kirby
            part_of:
              - {of: us-nsc, from: 2022-05}
              - {of: us-navy, from: "1986"}

    Mend: keep the body that the actor speaks for, end the tie that is over with `to`, and make the other one of
    the `memberships`.
    """
    for actor in corpus.actors.values():
        if actor["kind"] in ENDS:
            continue
        for j, later in enumerate(actor.get("part_of", [])):
            ahead = enumerate(actor["part_of"][:j])
            rivals = ((i, tie) for i, tie in ahead if tie["of"] != later["of"] and _surely(tie, later))
            for i, earlier in islice(rivals, 1):
                yield Finding(
                    actor.at("part_of", j, "of"),
                    f"{actor.id!r} is part of {later['of']!r} and of {earlier['of']!r} on the same days",
                    "keep the one it speaks for, date the ties, or make one of the `memberships`",
                    related=(actor.at("part_of", i, "of"),),
                )


@rule(severity="warning", whole_corpus=True)
def shared_name(corpus: Corpus) -> Findings:
    """Two actors go by the same name.

    Whoever looks up a name finds one of them, perhaps the wrong one; often both records describe the same actor.
    Capitals, spaces and letters that look alike do not count. Names that the dates give to one after the other are let
    pass, and so are unnamed and undetermined actors, whose names only describe them.

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

    Mend: drop the name from the actor that is rarely called so, make it longer, or date both. If both are one
    actor, keep one record. Where two really have one name, allow this and say how to tell them apart.
    """
    bearers: dict[str, list[tuple[Record, ValuePath, Mapping[str, str]]]] = defaultdict(list)
    for actor in _active(corpus):
        if actor["kind"] in NAMELESS:
            continue
        rivals: set[str] = set()
        for path, name in _names(actor):
            others = bearers["".join(likened(name["text"]).split())]
            for other, there, theirs in others:
                if other is not actor and other.id not in rivals and _overlap(name, theirs):
                    rivals.add(other.id)
                    yield Finding(
                        actor.at(*path),
                        f"{name['text']!r} is a name of {other.id!r} too",
                        "drop it from one of them or date both; if both are one actor, keep one record",
                        related=(other.at(*there),),
                    )
                    break
            others.append((actor, path, name))


@rule(severity="warning")
def undated_vessel_name(corpus: Corpus) -> Findings:
    """A vessel has another name, and nothing says when it bore it.

    Ships are renamed to shake off a listing, and old names are given to other ships. Without dates, a report of
    2023 cannot be matched with the ship that had the name in 2023. The same name in another script is no other
    name, so entries with a `script` other than Latn are let pass.

    Example:
        actors:
          - id: angara
            kind: vessel
            names:
              - text: Example Star

    Mend: add `from`, `to` or both, from a register of ships; a year will do.
    """
    for actor in _active(corpus):
        if actor["kind"] != "vessel":
            continue
        for i, name in enumerate(actor.get("names", [])):
            if not {"from", "to"} & name.keys() and name.get("script", "Latn") == "Latn":
                yield (
                    actor.at("names", i, "text"),
                    f"the vessel {actor.id!r} was called {name['text']!r}, but nothing says when",
                    'add since when and until when, as  from: "2014"  and  to: 2022-05',
                )


def _active(corpus: Corpus) -> Iterator[Record]:
    return (actor for actor in corpus.actors.values() if actor.active)


def _ids(corpus: Corpus, register: str) -> Iterator[tuple[Record, str]]:
    """Yield each actor that has an identifier in a register, and the identifier."""
    for actor in corpus.actors.values():
        if register in actor.get("ids", {}):
            yield actor, actor["ids"][register]


@cache
def _countries() -> dict[str, Mapping[str, Any]]:
    """Return what the list of countries says of each code.

    It comes from the schema, which is in memory by now; reading the code list once more takes a millisecond.
    """
    return {entry["const"]: entry for entry in schema("vocabularies/country")["oneOf"]}


@cache
def _heirs() -> dict[str, list[str]]:
    """Return the codes that came after each one."""
    heirs: dict[str, list[str]] = defaultdict(list)
    for code, country in _countries().items():
        for former in country.get("x-formerly", []):
            heirs[former].append(code)
    return heirs


def _handed_down(register: str, one: Record, other: Record) -> bool:
    """Whether two states may have one identifier, since one of them followed the other."""
    codes = [actor["ids"].get("iso3166") for actor in (one, other)]
    countries = [_countries()[code] for code in codes if code]
    if register == "iso3166":
        return "x-reused" in countries[0]
    return register in HANDED_DOWN and any("x-to" in country for country in countries)


def _ends(when: str) -> list[Any]:
    """Return the days on which a time may begin, and those on which it may end; None where that is open."""
    start, slash, end = when.partition("/")
    return [parse(side) if side not in ("", "..") else None for side in ((start, end) if slash else (when, when))]


def _parties(claim: Record, corpus: Corpus) -> Iterator[tuple[ValuePath, Record]]:
    """Yield the subjects and objects of a claim, its own or its topic's."""
    topic = corpus.topics[claim["topic"]]
    for role in ("subject", "object"):
        for i, actor in enumerate(claim.get(role, topic.get(role, []))):
            yield (role, i), corpus.actors[actor]


def _names(actor: Record) -> Iterator[tuple[ValuePath, Mapping[str, str]]]:
    yield ("name",), {"text": actor["name"]}
    for i, name in enumerate(actor.get("names", [])):
        yield ("names", i, "text"), name


def _above(actor: Record) -> list[str]:
    """Return what an actor may speak for at some time: what it is part of or, for a person, a member of."""
    if actor["kind"] in ENDS:
        return []
    memberships = actor.get("memberships", ()) if actor["kind"] == "person" else ()
    return [tie["of"] for tie in (*actor.get("part_of", ()), *memberships)]


def _start(entry: Mapping[str, str]) -> date:
    """Return the first day on which a dated tie or name may have held."""
    return (parse(entry["from"]).lo if "from" in entry else None) or date.min


def _end(entry: Mapping[str, str]) -> date:
    """Return the last day on which a dated tie or name may have held."""
    return (parse(entry["to"]).hi if "to" in entry else None) or date.max


def _overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return max(_start(one), _start(other)) <= min(_end(one), _end(other))


def _surely(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two ties held on the same days, however their dates are read; one day of handing over is none."""
    starts = [parse(tie["from"]).hi or date.max for tie in (one, other) if "from" in tie]
    ends = [parse(tie["to"]).lo or date.min for tie in (one, other) if "to" in tie]
    return max(starts, default=date.min) < min(ends, default=date.max)
