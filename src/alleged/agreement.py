"""Agreement of curators who coded the same claims independently: Krippendorff's alpha for each field.

Alpha is 1 where all agree, 0 where codes are as if drawn at random from all that were given, and negative where coders
disagree more than that. It is computed from the coincidence matrix, as in Klaus Krippendorff, "Computing Krippendorff's
Alpha-Reliability" (2011), https://repository.upenn.edu/asc_papers/43.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from alleged.dates import parse
from alleged.errors import InvalidCoding
from alleged.origins import principal_of
from alleged.origins.utterances import attribution, stance
from alleged.records.corpus import Corpus, Record
from alleged.records.intercoder import Coding

Codes = Mapping[str, Any]
"""The codes of one coder for one claim, by field. A missing field was not coded; None means "there is none"."""


def nominal(one: Any, other: Any) -> float:
    """Return 0 if two codes are equal, else 1."""
    return float(one != other)


def interval(one: float, other: float) -> float:
    """Return the squared difference of two numbers."""
    return (one - other) ** 2


def ratio(one: float, other: float) -> float:
    """Return the squared difference of two numbers of 0 or more, relative to their sum."""
    return 0.0 if one == other else ((one - other) / (one + other)) ** 2


class Alpha(NamedTuple):
    """Agreement on one field, over the units that at least two coders coded.

    `agreement` is the share of pairs of codes that are equal; None if there are no units. `alpha` is None if all codes
    are equal, since alpha is not defined then.
    """

    units: int
    agreement: float | None
    alpha: float | None


def alpha(units: Iterable[Sequence[Any]], difference: Callable[[Any, Any], float]) -> Alpha:
    """Return the agreement on units, each given as the codes that it got from any coders.

    A unit with m codes adds m coincidences: each ordered pair of its codes counts 1 / (m - 1).
    """
    coincidences: dict[tuple[Any, Any], float] = defaultdict(float)
    paired = [unit for unit in units if len(unit) > 1]
    for unit in paired:
        for i, one in enumerate(unit):
            for other in (*unit[:i], *unit[i + 1 :]):
                coincidences[one, other] += 1 / (len(unit) - 1)
    totals: dict[Any, float] = defaultdict(float)
    for (code, _), number in coincidences.items():
        totals[code] += number
    n = sum(totals.values())
    if not n:
        return Alpha(0, None, None)
    equal = sum(number for (one, other), number in coincidences.items() if one == other)
    observed = sum(number * difference(*pair) for pair, number in coincidences.items())
    expected = sum(totals[one] * totals[other] * difference(one, other) for one in totals for other in totals)
    return Alpha(len(paired), equal / n, 1 - (n - 1) * observed / expected if expected else None)


class CodedField(NamedTuple):
    """A field that is compared: its scale, and a function that returns its value from the codes of a claim.

    `value` raises KeyError if the field was not coded.
    """

    scale: str
    value: Callable[[Codes], Any]


METRICS: Mapping[str, Callable[[Any, Any], float]] = {"nominal": nominal, "interval": interval, "ratio": ratio}


def _code(name: str, scale: str = "nominal") -> CodedField:
    return CodedField(scale, lambda codes: codes[name])


OF_CLAIM: Mapping[str, CodedField] = {
    "claimant": _code("claimant"),
    "on_behalf_of": _code("on_behalf_of"),
    "principal": _code("principal"),
    "attribution": _code("attribution"),
    "topic": _code("topic"),
    "act": _code("act"),
    "stance": _code("stance"),
    "said": _code("said"),
    "said, in days": _code("day", "interval"),
    "mode": _code("mode"),
    "hedge": _code("hedge"),
    "denial_scope": _code("denial_scope"),
    "translated": _code("translated"),
    "units of figures": CodedField("nominal", lambda codes: tuple(sorted(q["unit"] for q in codes["quantities"]))),
}
"""Fields of a claim. `principal` follows from claimant, `on_behalf_of` and day, as for origins, unless it was coded."""

OF_FIGURE: Mapping[str, CodedField] = {
    "bound": CodedField("nominal", lambda figure: figure.get("bound", "none")),
    "low": _code("low", "ratio"),
    "point": _code("point", "ratio"),
    "high": _code("high", "ratio"),
    "item": CodedField("nominal", lambda figure: figure["item"]),
}
"""Fields of a figure. Each figure is compared with the nearest one of the other coder in the same unit."""


class Disagreement(NamedTuple):
    """A field in which the second coding of a claim differs from the first.

    `decided` is the reason for which the record has the code that it has; None if none is given.
    """

    claim: str
    field: str
    first: Any
    second: Any
    coder: str
    decided: str | None = None


class Pair(NamedTuple):
    """Two codings of a claim; the second is that of `coder`."""

    claim: str
    first: Codes
    second: Codes
    coder: str


@dataclass(frozen=True)
class Agreement:
    """Agreement by field, and all disagreements, in the order of readings and fields.

    `claims` is the number of claims that were coded twice with the text of a source. `title_only` is the number of
    readings without it; they are left out, since a code taken from the summary is no second opinion.
    """

    claims: int
    title_only: int
    coders: tuple[str, ...]
    fields: Mapping[str, tuple[str, Alpha]]
    disagreements: tuple[Disagreement, ...]


def agreement(coding: Coding, corpus: Corpus) -> Agreement:
    """Return the agreement of the second readings with the records.

    Raises:
        InvalidCoding: A reading names a claim or an actor that does not exist, or a coder read a claim twice.
    """
    _require_valid(coding, corpus)
    read = [reading for reading in coding.readings if reading["seen"] == "text"]
    pairs = [
        Pair(
            reading["claim"],
            of_record(corpus.claims[reading["claim"]], corpus, reading.get("first", {})),
            of_reading(reading, corpus.claims[reading["claim"]], corpus),
            reading["coder"],
        )
        for reading in read
    ]
    coders = {reading["coder"] for reading in read}
    return _agreement(pairs, coders, len(coding.readings) - len(read), {})


def agreement_of_coders(coding: Coding, corpus: Corpus) -> Agreement:
    """Return the agreement between two coders who read the same claims, without regard to the records.

    Raises:
        InvalidCoding: A reading names a claim or an actor that does not exist, or a coder read a claim twice.
    """
    _require_valid(coding, corpus)
    by_claim: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for reading in coding.readings:
        by_claim[reading["claim"]].append(reading)
    double = {claim: sorted(of, key=lambda reading: reading["coder"]) for claim, of in by_claim.items() if len(of) > 1}
    read = {claim: of for claim, of in double.items() if all(reading["seen"] == "text" for reading in of)}
    pairs = [
        Pair(
            claim,
            of_reading(first, corpus.claims[claim], corpus),
            of_reading(second, corpus.claims[claim], corpus),
            second["coder"],
        )
        for claim, (first, second, *_) in read.items()
    ]
    coders = {reading["coder"] for of in read.values() for reading in of}
    decided = {(entry["claim"], entry["field"]): entry["reason"] for entry in coding.decided}
    return _agreement(pairs, coders, len(double) - len(read), decided)


def _agreement(
    pairs: Sequence[Pair], coders: Iterable[str], title_only: int, decided: Mapping[tuple[str, str], str]
) -> Agreement:
    units: dict[str, list[tuple[Any, Any]]] = {name: [] for name in (*OF_CLAIM, *OF_FIGURE)}
    disagreements: list[Disagreement] = []
    for claim, first, second, coder in pairs:
        for name, one, other in _compared(first, second):
            units[name].append((one, other))
            if one != other:
                disagreements.append(
                    Disagreement(claim, name, one, other, coder, decided.get((claim, name.partition(",")[0])))
                )
    scales = {name: field.scale for name, field in (*OF_CLAIM.items(), *OF_FIGURE.items())}
    fields = {name: (scales[name], alpha(of, METRICS[scales[name]])) for name, of in units.items()}
    claims = {pair.claim for pair in pairs}
    return Agreement(len(claims), title_only, tuple(sorted(coders)), fields, tuple(disagreements))


def _require_valid(coding: Coding, corpus: Corpus) -> None:
    seen: set[tuple[str, str]] = set()
    for reading in coding.readings:
        claim, coder = reading["claim"], reading["coder"]
        if claim not in corpus.claims:
            raise InvalidCoding(f"a reading by {coder!r} names the claim {claim!r}, which does not exist")
        if (claim, coder) in seen:
            raise InvalidCoding(f"there are two readings of {claim!r} by {coder!r}; keep one")
        seen.add((claim, coder))
        for codes in (reading, reading.get("first", {})):
            for name in ("claimant", "on_behalf_of", "principal"):
                if name in codes and codes[name] not in corpus.actors:
                    raise InvalidCoding(f"the reading of {claim!r} names the actor {codes[name]!r}, unknown here")


def of_record(claim: Record, corpus: Corpus, first: Mapping[str, Any]) -> Codes:
    """Return the codes of a record, in the form in which those of a reading are compared with it.

    `first` are the codes that it had at the time of the second reading, where they have been corrected since.
    """
    quoted = [appearance for appearance in claim["sources"] if "quote" in appearance]
    codes = {
        **{name: claim[name] for name in ("claimant", "act", "said")},
        **{name: claim.get(name) for name in ("on_behalf_of", "mode", "hedge", "denial_scope")},
        "attribution": attribution(claim, corpus),
        "topic": claim["topic"],
        "stance": stance(claim),
        "quantities": claim.get("quantities", ()),
        **({"translated": any(a.get("translated", False) for a in quoted)} if quoted else {}),
        **{name: () if name == "quantities" else None for name in first.get("absent", ())},
        **{name: code for name, code in first.items() if name != "absent"},
    }
    return _codes(codes, claim, corpus)


def of_reading(reading: Mapping[str, Any], claim: Record, corpus: Corpus) -> Codes:
    """Return the codes of a reading; a field that is left out is "none", or not coded if the reading says so."""
    codes = {**dict.fromkeys(("on_behalf_of", "mode", "hedge", "denial_scope")), "quantities": (), **reading}
    return _codes({k: v for k, v in codes.items() if k not in reading.get("uncoded", ())}, claim, corpus)


def _codes(coded: Mapping[str, Any], claim: Record, corpus: Corpus) -> Codes:
    """Return codes in the form in which they are compared, with those that follow from them.

    `hedge: none` equals no hedge, and an `on_behalf_of` that repeats the claimant equals none.
    """
    codes = dict(coded)
    if codes.get("hedge") == "none":
        codes["hedge"] = None
    if codes.get("on_behalf_of") == codes.get("claimant"):
        codes.pop("on_behalf_of", None)
        codes |= {"on_behalf_of": None} if "claimant" in codes else {}
    if "principal" not in codes and "claimant" in codes and "on_behalf_of" in codes:
        speaker = codes["on_behalf_of"] or codes["claimant"]
        codes["principal"] = principal_of(speaker, parse(claim["said"]), corpus)
    if "said" in codes:
        span = parse(codes["said"])
        codes |= {"day": (span.lo.toordinal() + span.hi.toordinal()) / 2} if span.lo and span.hi else {}
    if "quantities" in codes:
        item = corpus.slot(claim, "item")
        codes["quantities"] = [{**({"item": item} if item else {}), **figure} for figure in codes["quantities"]]
    return codes


def _compared(first: Codes, second: Codes) -> Iterator[tuple[str, Any, Any]]:
    """Yield each field that both coders coded, with the two codes."""
    yield from _both(OF_CLAIM, first, second)
    rest = list(second.get("quantities", ()))
    for figure in first.get("quantities", ()):
        same_unit = [other for other in rest if other["unit"] == figure["unit"]]
        if same_unit and "quantities" in second:
            other = min(same_unit, key=lambda other: ratio(_size(figure), _size(other)))
            rest.remove(other)
            yield from _both(OF_FIGURE, figure, other)


def _both(fields: Mapping[str, CodedField], first: Codes, second: Codes) -> Iterator[tuple[str, Any, Any]]:
    for name, field in fields.items():
        try:
            yield name, field.value(first), field.value(second)
        except KeyError:
            continue


def _size(figure: Codes) -> float:
    return next((figure[name] for name in ("point", "low", "high") if name in figure), inf)
