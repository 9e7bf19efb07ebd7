"""Rules on figures: each has a unit, a window and bounds that fit together."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from alleged.dates import parse
from alleged.records.corpus import Corpus, Record
from alleged.rules import keys
from alleged.rules.relations import items_meet
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.vocabularies import Code, vocabulary

Figure = Mapping[str, Any]


@rule(severity="error", stage="links")
def unknown_figure(corpus: Corpus) -> Findings:
    """A converted figure names a figure that does not exist as the one it comes from.

    The link from rounds back to containers lets a reader judge the conversion. `from` counts the figures of a claim
    from 1, and a figure cannot come from itself.

    Example:
        quantities:
          - {point: 6700, unit: container}
          - {high: 3000000, unit: round, basis: capacity, from: {quantity: 3}}

    Fix: count the figures of the claim from 1; name the claim too if the figure belongs to another one.
    """
    for claim, i, figure in _figures(corpus):
        start = figure.get("from")
        if start is None:
            continue
        other = corpus.claims.get(start["claim"]) if "claim" in start else claim
        if other is None:
            continue
        number, count = start.get("quantity"), len(other.get("quantities", []))
        if (number or 1) > count:
            what = f"figure {number}" if number else "figure"
            yield (
                claim.at("quantities", i, "from"),
                f"there is no {what} in {other.id!r}, which has {count or 'none'}",
            )
        elif other is claim and number in (None, i + 1):
            yield claim.at("quantities", i, "from"), f"figure {i + 1} comes from itself"


@rule(severity="error", stage="values")
def low_over_high(corpus: Corpus) -> Findings:
    """The lowest, the given and the highest figure are not in ascending order.

    No amount lies within these bounds, and every comparison with the figure of another claim would be wrong.

    Example:
        quantities:
          - {low: 5800000, high: 4200000, unit: round}

    Fix: swap the figures, or correct the one that is mistyped; count the zeros.
    """
    for claim, i, figure in _figures(corpus):
        for lower, upper in pairwise(name for name in ("low", "point", "high") if name in figure):
            if figure[lower] > figure[upper]:
                yield (
                    claim.at("quantities", i, lower),
                    f"{lower} '{figure[lower]}' is more than {upper} '{figure[upper]}'",
                    f"swap the two, or correct one of them; {lower} is at most {upper}",
                )


@rule(severity="error", stage="values")
def bound_that_does_not_fit(corpus: Corpus) -> Findings:
    """The bound is "more than" or "less than", but the figure is not such a bound.

    "More than 1,000" gives only a lower bound: `low: 1000, bound: gt`. The claimant gave no point or upper bound, but a
    column of maxima would contain one.

    Example:
        quantities:
          - {point: 1000, bound: gt, unit: container}

    Fix: write the figure as `low` for `gt` and `ge`, and as `high` for `lt` and `le`; for a range write `low` and
    `high`, and no bound.
    """
    for claim, i, figure in _figures(corpus):
        bound = figure.get("bound")
        expected = {"gt": "low", "ge": "low", "lt": "high", "le": "high"}.get(bound or "none")
        for name in ("low", "point", "high"):
            if expected and name in figure and name != expected:
                yield (
                    claim.at("quantities", i, name, key=True),
                    f"with the bound {bound!r} a figure is {expected}, not {name}",
                    f"write  {expected}: {figure[name]}  instead"
                    if expected not in figure
                    else f"delete {name}, or the bound",
                )


@rule(severity="error", stage="values")
def total_without_window(corpus: Corpus) -> Findings:
    """A cumulative total has no window.

    Seoul counted containers at times since August 2023 and at times since 2022. Totals can be compared only if they
    start on the same day.

    Example:
        quantities:
          - {low: 13000, bound: gt, unit: container, cumulative: true}

    Fix: add the `window`, as `2023-08/2024-10`; if the claimant names no start, `../2024-10`.
    """
    for claim, i, figure in _figures(corpus):
        if figure.get("cumulative") and "window" not in figure:
            end = claim["said"].rpartition("/")[2].rstrip("?~%")
            yield (
                claim.at("quantities", i, "cumulative"),
                "a cumulative total has no window: from when to when was it counted?",
                f"add  window: START/{end}; if no start is named,  window: ../{end}",
            )


@rule(severity="error", stage="values")
def lone_alternative(corpus: Corpus) -> Findings:
    """A figure is marked as one of several alternatives, but it is the only one.

    "Three million of one calibre or half a million of the other" is two figures with the same letter. If a letter is
    used once, the alternative is missing or has another letter, and the two would be added up.

    Example:
        quantities:
          - {high: 3000000, unit: round, item: round-152mm, either_or: A}
          - {high: 500000, unit: round, item: round-122mm}

    Fix: give all alternatives the same letter, or delete the letter.
    """
    for claim in corpus.claims.values():
        groups: dict[str, list[int]] = defaultdict(list)
        for i, figure in enumerate(claim.get("quantities", [])):
            if "either_or" in figure:
                groups[figure["either_or"]].append(i)
        for letter, members in groups.items():
            if len(members) == 1:
                yield (
                    claim.at("quantities", members[0], "either_or"),
                    f"no other figure of this claim has the letter {letter!r}",
                    f"add  either_or: {letter}  to the alternative, or delete it here",
                )


@rule(severity="error", stage="values")
def money_without_price_date(corpus: Corpus) -> Findings:
    """An amount of money has no date of its prices.

    A billion dollars of 2003 and of 2024 are two amounts, and a rouble can lose half its value within a year.

    Example:
        quantities:
          - {point: 5500000000, unit: USD}

    Fix: add `price_date`, as `"2024"`; if the claimant does not say, use the date of the words.
    """
    units = vocabulary("unit")
    for claim, i, figure in _figures(corpus):
        if units[figure["unit"]].notes["dimension"] == "money" and "price_date" not in figure:
            yield (
                claim.at("quantities", i, "unit"),
                f"an amount in {figure['unit']!r} has no price_date",
                'add the date of the prices, as  price_date: "2024"',
            )


@rule(severity="error")
def unit_that_does_not_fit(corpus: Corpus) -> Findings:
    """A unit cannot measure the item of the figure.

    Shells are counted in rounds, tonnes or containers, but not in persons. A unit of the wrong kind shows that the
    figure counts something else than the topic; then it needs its own item.

    Example:
        quantities:
          - {low: 10000, unit: person, item: artillery-shell}

    Fix: correct the unit, or say what is counted with `item`.
    """
    units, items = vocabulary("unit"), vocabulary("item")
    for claim, i, figure in _figures(corpus):
        item = _item(figure, claim, corpus)
        if item is None:
            continue
        dimension, fitting = units[figure["unit"]].notes["dimension"], _dimensions(items[item])
        if dimension not in fitting:
            yield (
                claim.at("quantities", i, "unit"),
                f"{figure['unit']!r} measures {dimension}, which does not fit the item {item!r}",
                f"use a unit of {', '.join(fitting)}, or say with `item` what is counted",
            )


@rule(severity="warning")
def figure_of_another_item(corpus: Corpus) -> Findings:
    """A figure counts something else than its topic asks about.

    `alleged quantities` lists the figures of a topic as answers to its question. The size of an army is none to the
    question what technology was given, even if the sentence has both.

    Example:
        topics:
          - {id: russia-technology-to-dprk, predicate: provides-technology, item: technology}
        claims:
          - topic: russia-technology-to-dprk
            quantities:
              - {point: 1300000, unit: person, item: personnel}

    Fix: leave the figure out of `quantities`, and keep it in the summary. If it is part of the answer, allow this with
    the reason.
    """
    for claim, i, figure in _figures(corpus):
        own, asked = _item(figure, claim, corpus), corpus.topics[claim["topic"]].get("item")
        if own and asked and not items_meet({own}, {asked}):
            field = "item" if "item" in figure else "unit"
            yield (
                claim.at("quantities", i, field),
                f"the figure counts {own!r}, but {claim['topic']!r} asks about {asked!r}",
                "leave it out of `quantities`; if it is part of the answer, allow this with the reason",
            )


@rule(severity="warning", by=keys.claimant_and_topic)
def falling_total(corpus: Corpus) -> Findings:
    """A cumulative total is lower than an earlier one of the same series.

    A total since a fixed day can only grow. If it falls, a figure or a window is wrong, or the claimant counts
    something else now or has corrected the earlier figure. A correction is a claim with a `corrects` relation, and is
    not reported. A series has one claimant, topic, item, unit and start of its window.

    Example:
        claims:
          - id: nis-2024-10
            said: 2024-10-18
            quantities:
              - {low: 13000, bound: gt, unit: container, cumulative: true, window: 2023-08/2024-10}
          - id: nis-2024-12
            said: 2024-12-20
            quantities:
              - {low: 12000, bound: gt, unit: container, cumulative: true, window: 2023-08/2024-12}

    Fix: correct the figure or the window; or record that the claimant `corrects` the earlier claim.
    """
    series: dict[tuple[object, ...], list[tuple[Record, int, Figure]]] = defaultdict(list)
    for claim, i, figure in _by_time(corpus):
        if figure.get("cumulative") and "either_or" not in figure:
            kind = (
                claim["claimant"],
                claim["topic"],
                _item(figure, claim, corpus),
                figure["unit"],
                _start(figure),
            )
            series[kind].append((claim, i, figure))
    for figures in series.values():
        for (earlier, j, before), (later, i, after) in pairwise(figures):
            if (
                earlier is later
                or _takes_back(later, earlier)
                or not parse(earlier["said"]).certainly_before(parse(later["said"]))
            ):
                continue
            least = next(before[name] for name in ("low", "point", "high") if name in before)
            most = next(name for name in ("high", "point", "low") if name in after)
            if after[most] < least:
                yield Finding(
                    later.at("quantities", i, most),
                    f"the total '{after[most]}' is lower than '{least}', in the earlier {earlier.id!r}",
                    f"correct it, or add the relation  type: corrects, to: {earlier.id}",
                    related=(earlier.at("quantities", j),),
                )


@rule(severity="warning")
def converted_figure_without_from(corpus: Corpus) -> Findings:
    """A figure is a capacity or a conversion, but does not say of which figure.

    Rounds calculated from containers are not a second count. Without the link, both would look like independent
    evidence, and nobody could repeat the calculation.

    Example:
        quantities:
          - {point: 6700, unit: container}
          - {high: 3000000, unit: round, basis: capacity}

    Fix: add `from: {quantity: 1}` for the first figure of this claim, or `from: {claim: …, quantity: 1}` for a figure
    of another; allow this if the claimant names no figure.
    """
    for claim, i, figure in _figures(corpus):
        if figure.get("basis") in ("capacity", "conversion") and "from" not in figure:
            yield (
                claim.at("quantities", i, "basis"),
                f"the basis is {figure['basis']!r}, but no figure is named that this one comes from",
                "add  from: {quantity: 1}  or  from: {claim: ID, quantity: 1}",
            )


@rule(severity="warning")
def thousands_with_a_dot(corpus: Corpus) -> Findings:
    """A figure has a dot and three digits after it, as some languages write thousands.

    In YAML the dot is a decimal point, so `1.000` is one and not a thousand.

    Example:
        quantities:
          - {point: 1.000, unit: container}

    Fix: write thousands without a sign, `1000`, and decimals without zeros at the end, `1.5`. If the claimant gave
    three decimals, allow this.
    """
    for claim, i, figure in _figures(corpus):
        for name in ("low", "point", "high"):
            if isinstance(figure.get(name), float):
                where = claim.at("quantities", i, name)
                place = where.place
                written = place.text[place.column - 1 : place.column - 1 + place.length]
                if re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", written):
                    yield (
                        where,
                        f"the dot in {written!r} is a decimal point: the figure is less than {int(figure[name]) + 1}",
                        f"for thousands write  {name}: {written.replace('.', '')}",
                    )


VAGUE = (
    r"\b(?:(?:hundreds|thousands|millions|billions|dozens|scores|tens) of|hundreds|thousands|dozens|several"
    r"|many|numerous|a few|a number of|des (?:millions|milliers|centaines)|(?:centaines|milliers|dizaines) de"
    r"|plusieurs|quelques|сотни|тысячи|миллионы|десятки|несколько)\b|수백|수천|수만|수십|数[十百千万]|數[十百千萬]"
)
"""Pattern of words that give an order of magnitude: English, French, Russian, Korean, Chinese and Japanese."""


@rule(severity="warning")
def vague_words_with_a_point(corpus: Corpus) -> Findings:
    """The words give an order of magnitude, but the record has an exact figure.

    "Hundreds of thousands" is more than 100,000. Nobody gave an exact figure, and one would
    be compared with real counts.

    Example:
        quantities:
          - {point: 300000, unit: round, verbatim: hundreds of thousands}

    Fix: write what the words allow at least, as `low: 100000, bound: gt`.
    """
    for claim, i, figure in _figures(corpus):
        if "point" in figure and (words := re.search(VAGUE, figure.get("verbatim", ""), re.IGNORECASE)):
            yield (
                claim.at("quantities", i, "point"),
                f"{words[0]!r} is not an exact figure, but the point is '{figure['point']}'",
                "replace `point` by what the words allow at least, as  low: 1000, bound: gt",
            )


def _amounts(claim: Record, corpus: Corpus) -> Iterator[Hashable]:
    """Yield the topic of a claim with each of its figures that has a window."""
    if claim.kind == "claims":
        for figure in claim.get("quantities", ()):
            if "window" in figure:
                yield claim["topic"], _item(figure, claim, corpus), figure["unit"], *_amount(figure)


@rule(severity="warning", by=_amounts)
def same_figure_other_window(corpus: Corpus) -> Findings:
    """Two claims on a topic have the same figure and unit, but windows with different starts.

    "More than 13,000 containers" since 2022 and since August 2023 look like agreement but are two statements. Each
    claim is compared with the last one before it that has another window.

    Example:
        claims:
          - id: dia-2024-08
            said: 2024-08-27
            quantities:
              - {low: 13000, bound: gt, unit: container, window: 2022/2024-08}
          - id: nis-2024-10
            said: 2024-10-18
            quantities:
              - {low: 13000, bound: gt, unit: container, window: 2023-08/2024-10}

    Fix: check that both windows are what the claimants said; if they are, allow this on the later claim.
    """
    latest: dict[tuple[object, ...], list[tuple[Record, int, Figure]]] = defaultdict(list)
    for claim, i, figure in _by_time(corpus):
        if "window" not in figure:
            continue
        alike = latest[claim["topic"], _item(figure, claim, corpus), figure["unit"], _amount(figure)]
        differing = [at for at in alike if _start(at[2]) != _start(figure) and at[0] is not claim]
        if differing:
            earlier, j, other = differing[-1]
            yield Finding(
                claim.at("quantities", i, "window"),
                f"the figure equals one in {earlier.id!r}, but the window is {figure['window']!r}, "
                f"not {other['window']!r}: the two cannot be compared",
                "correct the window, or allow same-figure-other-window here if both are as said",
                related=(earlier.at("quantities", j, "window"),),
            )
        # Only two are stored, so that a long series is not searched again for each of its members.
        alike[:] = [*[at for at in alike if _start(at[2]) != _start(figure)][-1:], (claim, i, figure)]


def _figures(corpus: Corpus) -> Iterator[tuple[Record, int, Figure]]:
    """Yield every figure with its claim and its index in the claim."""
    for claim in corpus.claims.values():
        for i, figure in enumerate(claim.get("quantities", [])):
            yield claim, i, figure


@lru_cache(maxsize=1)
def _by_time(corpus: Corpus) -> list[tuple[Record, int, Figure]]:
    """Return the figures of active claims, in the order in which they were said."""
    said = {claim.id: parse(claim["said"]) for claim in corpus.active("claims")}
    counted = (at for at in _figures(corpus) if at[0].active)
    return sorted(counted, key=lambda at: (said[at[0].id].first_day, said[at[0].id].last_day, at[0].id, at[1]))


def _amount(figure: Figure) -> tuple[object, ...]:
    return tuple(figure.get(name) for name in ("low", "point", "high"))


def _start(figure: Figure) -> object:
    return parse(figure["window"]).lo


def _item(figure: Figure, claim: Record, corpus: Corpus) -> str | None:
    return figure.get("item", corpus.slot(claim, "item"))


def _dimensions(item: Code) -> list[str]:
    return list(item.notes["dimensions"])  # type: ignore[call-overload]


def _takes_back(later: Record, earlier: Record) -> bool:
    return any(
        relation["to"] == earlier.id and relation["type"] in ("corrects", "retracts")
        for relation in later.get("relations", [])
    )
