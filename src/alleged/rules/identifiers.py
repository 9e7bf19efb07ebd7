"""Rules on identifiers of actors in other registers: each is correct, belongs to one actor and has a source."""

from collections import defaultdict
from collections.abc import Iterator

from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.vocabularies import vocabulary

INHERITED = frozenset({"cow", "gw"})
"""Registers in which a state may have the number of its predecessor; 365 is both the USSR and Russia."""

PUBLIC = frozenset({"iso3166"})
"""Registers whose codes everyone knows, so that they need no source."""

SHIPS = range(201, 776)
"""Country codes at the start of the MMSI of a ship (Recommendation ITU-R M.585)."""


@rule(severity="error")
def mistyped_imo_number(corpus: Corpus) -> Findings:
    """An IMO number does not match its check digit.

    The last digit is calculated from the six before it, so a number that does not match was mistyped, and may even
    belong to another ship. For 9179842, the first six digits times 7, 6, 5, 4, 3 and 2 add up to 172, which ends in 2.

    Example:
        actors:
          - id: angara
            kind: vessel
            ids: {imo: "9179824"}

    Fix: copy the number again from the register; often two neighbouring digits are swapped. If the source itself prints
    it so, leave it out and keep it in `note`.
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
    """A Legal Entity Identifier does not match its check digits.

    With letters read as numbers (A is 10, Z is 35), an LEI divided by 97 leaves 1 (ISO 7064, MOD 97-10). One that does
    not was mistyped, and would link the actor to no company or to another one.

    Example:
        actors:
          - id: example-bank
            kind: organisation
            ids: {lei: 5493001KJTIIGC8Y1R21}

    Fix: copy the identifier again from the register; compare 0 and O, 1 and I.
    """
    for actor, code in _ids(corpus, "lei"):
        if int("".join(str(int(character, 36)) for character in code)) % 97 != 1:
            yield (
                actor.at("ids", "lei"),
                f"the check digits {code[-2:]!r} do not match the LEI {code!r}",
                "copy the identifier again from the register, or leave it out",
            )


@rule(severity="warning")
def mmsi_of_no_ship(corpus: Corpus) -> Findings:
    """An MMSI does not begin like that of a ship.

    The number of a ship starts with three digits for a country, 201 to 775. Coast stations start with 00, groups of
    ships with 0, aircraft with 111, hand-held sets with 8, distress beacons and buoys with 97 and 99, boats of a mother
    ship with 98. Ships that hide also send such numbers; that is a claim, not the identity of the ship.

    Example:
        actors:
          - id: angara
            kind: vessel
            ids: {mmsi: "973123450"}

    Fix: copy the number again from the register. If a false number was sent, leave it out here and record who says so.
    """
    for actor, number in _ids(corpus, "mmsi"):
        if int(number[:3]) not in SHIPS:
            yield (
                actor.at("ids", "mmsi"),
                f"the MMSI {number!r} begins with {number[:3]}; that of a ship begins with 201 to 775",
                "copy the number again from the register, or leave it out",
            )


def _identifiers(actor: Record, _: Corpus) -> Iterator[tuple[str, str]]:
    """Yield the registers of an actor, each with its identifier there."""
    if actor.kind == "actors":
        yield from actor.get("ids", {}).items()


@rule(severity="error", by=_identifiers)
def shared_external_id(corpus: Corpus) -> Findings:
    """Two actors have the same identifier in another register.

    Such identifiers link this dataset with others: one that is used for two actors would give each the data of the
    other. Either one of them is mistyped, or both records describe the same actor. Not reported are inactive records,
    and identifiers that a former state shares with its successor: numbers of Correlates of War or Gleditsch and Ward
    (365 is both the USSR and Russia), and the country code CS, which two states had.

    Example:
        actors:
          - id: dprk
            ids: {iso3166: KP, wikidata: Q423}
          - id: rok
            ids: {iso3166: KR, wikidata: Q423}

    Fix: correct the identifier that is wrong. If both are one actor, keep one record, and mark the other `status:
    superseded`.
    """
    actors: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for actor in corpus.active("actors"):
        for register, value in actor.get("ids", {}).items():
            others = actors[register, value]
            rival = next((other for other in others if not _is_inherited(register, actor, other)), None)
            if rival:
                yield Finding(
                    actor.at("ids", register),
                    f"{value!r} is already the {register} of {rival.id!r}",
                    "correct the one that is wrong, or keep one record if both are the same actor",
                    related=(rival.at("ids", register),),
                )
            else:
                others.append(actor)


@rule(severity="warning")
def id_without_source(corpus: Corpus) -> Findings:
    """An identifier of an actor in another register has no source.

    Ships, firms and persons often share a name, so an identifier can belong to somebody else. Only with its source can
    a reader check whom it was given to. Country codes of ISO 3166 need none.

    Example:
        actors:
          - id: angara
            kind: vessel
            ids: {imo: "9179842"}

    Fix: name the source that prints it beside this actor, as  id_sources: {imo: …}. If you have seen none, remove the
    identifier.
    """
    for actor in corpus.active("actors"):
        for register in actor.get("ids", {}):
            if register not in PUBLIC and register not in actor.get("id_sources", {}):
                yield (
                    actor.at("ids", register),
                    f"the {register} of {actor.id!r} has no source",
                    f"write below it  id_sources: {{{register}: ID}}  with the id of the source that prints it",
                )


@rule(severity="error")
def source_of_no_id(corpus: Corpus) -> Findings:
    """A source is given for an identifier that the actor does not have.

    `id_sources` names the register as `ids` does. If it differs, the source is lost, since tables hold it beside the
    identifier.

    Example:
        actors:
          - id: angara
            kind: vessel
            ids: {imo: "9179842"}
            id_sources: {mmsi: treasury-2022-05-08}

    Fix: name the register as in `ids`, add the identifier, or remove the source.
    """
    for actor in corpus.actors.values():
        for register in actor.get("id_sources", {}):
            if register not in actor.get("ids", {}):
                yield (
                    actor.at("id_sources", register, key=True),
                    f"{actor.id!r} has no {register} in `ids`",
                    f"add the identifier as  ids: {{{register}: …}}, or remove this source",
                )


def _ids(corpus: Corpus, register: str) -> Iterator[tuple[Record, str]]:
    """Yield each actor that has an identifier in a register, and the identifier."""
    for actor in corpus.actors.values():
        if register in actor.get("ids", {}):
            yield actor, actor["ids"][register]


def _is_inherited(register: str, one: Record, other: Record) -> bool:
    """Whether two states may have one identifier, since one is the successor of the other."""
    codes = [actor["ids"].get("iso3166") for actor in (one, other)]
    if register == "iso3166":
        return "reused" in vocabulary("country")[codes[0]].notes
    return register in INHERITED and any("to" in vocabulary("country")[code].notes for code in codes if code)
