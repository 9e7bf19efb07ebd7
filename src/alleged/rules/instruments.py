"""Rules on instruments: their stages are in order, and agree with claims about them."""

from collections.abc import Iterator
from datetime import date

from alleged.dates import EdtfDate, parse
from alleged.origins import principal_of
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.definitions import ValuePath

STAGES = {
    "signs-agreement": "signed",
    "intends-to-sign": "signed",
    "ratifies-agreement": "ratified",
    "terminates-agreement": "terminated",
}
"""Fields of an instrument that date a stage, by the predicates of claims about it."""

ASSERTING = frozenset({"acknowledge", "announce", "confirm", "state"})
"""Acts that say, without blame, that an event took place."""

SLACK = 1
"""Days by which dates of claims and of instruments may differ, since both are local dates."""


@rule(severity="error")
def stages_out_of_order(corpus: Corpus) -> Findings:
    """The stages of an instrument are not in a possible order.

    An instrument is adopted, signed, ratified, in force and terminated, in this order, although stages may be missing.
    With a wrong date, breaches would be assigned to times when it was not binding. Parties may join a treaty of more
    than two parties after it is in force, so of these only the first ratification is compared.

    Example:
        instruments:
          - id: ru-kp-treaty-2024
            signed: 2024-06-19
            in_force: 2024-04-12

    Fix: correct the date that is wrong; day and month are often swapped.
    """
    for instrument in corpus.instruments.values():
        earlier_stages: list[tuple[str, ValuePath, EdtfDate]] = []
        for name, path, span in _stages(instrument):
            later = [stage for stage in earlier_stages if stage[0] != name and span.certainly_before(stage[2])]
            if later:
                earlier, other_path, other = later[-1]
                yield Finding(
                    instrument.at(*path),
                    f"{name} {span.edtf!r} is before {earlier} {other.edtf!r}",
                    "correct the date that is wrong",
                    related=(instrument.at(*other_path),),
                )
            earlier_stages.append((name, path, span))


@rule(severity="error")
def obligations_of_a_non_treaty(corpus: Corpus) -> Findings:
    """An instrument that is not a treaty has obligations of a treaty.

    `obligations` say what parties to an alliance owe each other, in the words of datasets on alliances. A resolution or
    a statute imposes something on others; that is recorded as `measures`.

    Example:
        instruments:
          - id: unsc-1718-regime
            kind: sanctions-programme
            obligations: [non-aggression]

    Fix: correct `kind`, or write what the instrument imposes into `measures` or `provisions`.
    """
    for instrument in corpus.instruments.values():
        for field in ("obligations", "conditional"):
            if field in instrument.data and instrument["kind"] != "treaty":
                yield (
                    instrument.at(field, key=True),
                    f"an instrument of kind {instrument['kind']!r} has {field}, which only a treaty has",
                    "correct `kind`, or write it into `measures` or `provisions`",
                )


@rule(severity="error")
def measures_of_a_treaty(corpus: Corpus) -> Findings:
    """A treaty has measures of a sanctions programme.

    `measures` are what a sender imposes on a target. Counted as sanctions, those of a treaty would make its parties
    senders and targets of each other.

    Example:
        instruments:
          - id: ru-kp-treaty-2024
            kind: treaty
            measures: [Arms embargo]

    Fix: correct `kind`, or write what the parties owe each other into `obligations` or `provisions`.
    """
    for instrument in corpus.instruments.values():
        if instrument["kind"] == "treaty" and "measures" in instrument.data:
            yield (
                instrument.at("measures", key=True),
                "an instrument of kind 'treaty' has measures, which only sanctions have",
                "correct `kind`, or write it into `obligations` or `provisions`",
            )


@rule(severity="error")
def listing_of_no_target(corpus: Corpus) -> Findings:
    """An entry of `listings` is not about a target of its act, or its name came off the list before it was put there.

    `targets` say whom an act of listing names; `listings` add what is known of single names. An entry about anybody
    else would be lost, since the table of listings has a row for each target.

    Example:
        instruments:
          - id: uk-listing-2024-05
            kind: designation
            targets: [paekyangsan-shipping]
            listings:
              - {target: aleksey-vorotnikov, ref: DPR0297}

    Fix: add the name to `targets`, write the kind `designation`, or correct the days.
    """
    for act in corpus.instruments.values():
        for i, entry in enumerate(act.get("listings", ())):
            if act["kind"] != "designation":
                yield act.at("kind"), "only an act of the kind 'designation' has listings", "remove them, or correct it"
                break
            if entry["target"] not in act.get("targets", ()):
                yield (
                    act.at("listings", i, "target"),
                    f"{entry['target']!r} is not among the targets of {act.id!r}",
                    "add it to targets, or correct the name",
                )
            listed = entry.get("listed", act.get("adopted"))
            off = entry.get("delisted")
            if off and listed and parse(off).certainly_before(parse(listed)):
                yield (
                    act.at("listings", i, "delisted"),
                    f"{entry['target']!r} came off the list on {off!r}, before it was listed on {listed!r}",
                    "correct the date that is wrong",
                )


@rule(severity="warning")
def stage_at_odds_with_instrument(corpus: Corpus) -> Findings:
    """A claim says that an agreement was signed, ratified or ended, but the instrument's record differs.

    Either the record has a missing or wrong date, or the claimant is wrong or speaks ahead of the event; check this
    before computing the time between words and deed. The rule examines claims that acknowledge, announce, confirm or
    state the stage as past (without hedge), or as planned when it is over. One day of difference is accepted, because
    both dates are local. A ratification is that of the claim's subject.

    Example:
        claims:
          - id: kcna-2024-signature
            act: announce
            topic: russia-dprk-signature
            mode: past
            said: 2024-06-20
        topics:
          - id: russia-dprk-signature
            predicate: signs-agreement
            instrument: [ru-kp-treaty-2024]
        instruments:
          - id: ru-kp-treaty-2024
            kind: treaty

    Fix: add or correct the date of the instrument, or `mode`, `when` or `said` of the claim. If the claimant is wrong,
    allow this with that as the reason.
    """
    for claim, field, instrument in _claimed_stages(corpus):
        dates = list(_dates(instrument, field, claim, corpus))
        if difference := _difference(claim, dates):
            yield Finding(
                claim.at("mode"),
                f"{claim['mode']!r} here, but {instrument.id!r} is {difference.format(field=field)}",
                f"correct `{field}` of the instrument, or the claim; allow this if the claimant is wrong",
                related=(instrument.at(field, key=True) if field in instrument.data else instrument.at("id"),),
            )


def _stages(instrument: Record) -> Iterator[tuple[str, ValuePath, EdtfDate]]:
    """Yield the dated stages of an instrument, in the order in which they must follow each other."""
    ratified = [(("ratified", i, "on"), parse(entry["on"])) for i, entry in enumerate(instrument.get("ratified", []))]
    if len(instrument.get("parties", ratified)) > 2:
        ratified = sorted(ratified, key=lambda entry: entry[1].hi or date.max)[:1]
    for name in ("adopted", "signed", "ratified", "in_force", "terminated"):
        if name == "ratified":
            yield from ((name, path, span) for path, span in ratified)
        elif name in instrument.data:
            yield name, (name,), parse(instrument[name])


def _claimed_stages(corpus: Corpus) -> Iterator[tuple[Record, str, Record]]:
    """Yield each claim without hedge that an agreement reached or will reach a stage: claim, field and agreement."""
    for claim in corpus.claims.values():
        topic = corpus.topics[claim["topic"]]
        field = STAGES.get(topic["predicate"])
        plain = claim["act"] in ASSERTING and claim.get("hedge", "none") == "none"
        if not field or not plain or not claim.active:
            continue
        if claim.get("mode") != "planned" and (claim.get("mode") != "past" or topic["predicate"] == "intends-to-sign"):
            continue
        for name in corpus.slot(claim, "instrument") or ():
            yield claim, field, corpus.instruments[name]


def _dates(instrument: Record, field: str, claim: Record, corpus: Corpus) -> Iterator[EdtfDate]:
    """Yield the recorded dates of a stage; of ratifications, those by the subjects of the claim."""
    if field != "ratified":
        yield from [parse(instrument[field])] if field in instrument.data else []
        return
    principals = {principal_of(actor, parse(claim["said"]), corpus) for actor in corpus.slot(claim, "subject")}
    yield from (parse(entry["on"]) for entry in instrument.get(field, []) if entry["by"] in principals)


def _difference(claim: Record, dates: list[EdtfDate]) -> str:
    """Return how the record differs from the claim; empty if both can be right."""
    said = parse(claim["said"])
    if claim["mode"] == "planned":
        past = [span for span in dates if span.min_days_to(said) > SLACK]
        return f"{{field}} since {past[0].edtf!r}" if past and len(past) == len(dates) else ""
    if not dates:
        return "not recorded as {field}"
    when = parse(claim["when"]) if "when" in claim.data else None
    for span in dates:
        if said.min_days_to(span) > SLACK or (when and max(when.min_days_to(span), span.min_days_to(when)) > SLACK):
            return f"{{field}} {span.edtf!r}"
    return ""
