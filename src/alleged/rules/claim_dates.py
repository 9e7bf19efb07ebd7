"""Rules on dates of claims, sources and records: each can be read, and they agree on what came first.

Days are compared as bounds: a rule finds something only where no day that the dates allow would be right. Dates of
utterance are local and archives count in UTC, so dates of different places may differ by one day.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

from alleged.dates import PRECISIONS, parse
from alleged.errors import DateError, ReversedIntervalError
from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.records.record import pickers
from alleged.rules.relations import depends_on
from alleged.rules.rule import Finding, Findings, rule
from alleged.rules.texts import find_word
from alleged.schemas.definitions import KINDS, ValuePath, marked

RELATIVE_WORDS = {
    "de": "gestern|vorgestern|heute|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
    "en": "yesterday|today|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "es": "ayer|anteayer|hoy|lunes|martes|miércoles|jueves|viernes|sábado|domingo",
    "fr": "hier|avant-hier|aujourd['’]hui|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "ru": "вчера|позавчера|сегодня|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье",
    "ja": "昨日|一昨日|今日|本日|[月火水木金土日]曜日?",
    "ko": "어제|그제|오늘|[월화수목금토일]요일",
    "zh": "昨天|昨日|前天|今天|今日|(?:星期|周|週)[一二三四五六日天]",
}
"""Patterns of words that date an utterance relative to the day of the report, by language."""


@rule(severity="error", stage="values")
def unreadable_date(corpus: Corpus) -> Findings:
    """A date is not EDTF of level 0 or 1, or no such day exists.

    Questions of what was known when are answered by comparing days. A date that can be read in two ways, or not at all,
    would be left out of the answers or distort them.

    Example:
        claims:
          - id: stoltenberg-2024-breach
            said: 17 June 2024

    Fix: write a day as `2024-06-17`, a month as `2024-06`, a year as `"2024"`, an interval as `2024-06-17/2024-06-18`;
    add `?` if it is uncertain, `~` if it is approximate, and write `..` for an open end.
    """
    for record, path, error in _unreadable(corpus):
        if not isinstance(error, ReversedIntervalError):
            yield _of_date(record, path, error)


@rule(severity="error", stage="values")
def reversed_interval(corpus: Corpus) -> Findings:
    """An interval starts after it ends.

    It contains no day, so nothing can be compared with it. Usually the two ends are swapped, or one of the years is
    mistyped.

    Example:
        claims:
          - id: nis-2023-shells
            when: 2023-11-01/2023-08

    Fix: put the earlier date first, or correct the one that is mistyped.
    """
    for record, path, error in _unreadable(corpus):
        if isinstance(error, ReversedIntervalError):
            yield _of_date(record, path, error)


@rule(severity="error")
def said_after_published(corpus: Corpus) -> Findings:
    """A source was published more than a day before the words it reports were said.

    Words cannot be printed before they are said: one of the dates is wrong, or the words belong to another occasion. A
    text released in advance is a claim of its own, said on the day of its release. A difference of one day is another
    rule, since the place of utterance and the newsroom may be in different time zones.

    Example:
        sources:
          - id: ap-2023-10-13
            published: 2023-10-13
        claims:
          - id: kirby-2023-containers
            said: 2023-10-15
            sources:
              - id: ap-2023-10-13

    Fix: correct `said`, or `published` of the source, or name the source that does report these words.
    """
    for claim, source, days in _early(corpus):
        if days > 1:
            yield _too_early(claim, source)


@rule(severity="warning")
def said_a_day_after_published(corpus: Corpus) -> Findings:
    """A source was published on the day before the words it reports were said.

    This can be right: words spoken in Pyongyang on the morning of the 17th are printed in New York on the 16th. It can
    also be a mistake.

    Example:
        sources:
          - id: ap-2024-05-16
            published: 2024-05-16
        claims:
          - id: kim-2024-denial
            said: 2024-05-17
            sources:
              - id: ap-2024-05-16

    Fix: make sure that `said` is the local date of the utterance and `published` that of the outlet. If both are right,
    allow this and give the two places as the reason.
    """
    for claim, source, days in _early(corpus):
        if days == 1:
            yield _too_early(claim, source)


@rule(severity="error")
def clocks_out_of_order(corpus: Corpus) -> Findings:
    """A source was archived or read before it was published, or a claim recorded before that, or an answer sought.

    Documents are published, then read and archived, and then claims are recorded from them. A date that breaks this
    order would let a claim be known too early. Nobody looks for an answer to words before they are said. One day of
    difference is accepted between places that may be in different time zones, but not between `retrieved` and
    `recorded`, which are both dates of curators. Future dates are not reported, since a check must give the same result
    on any day.

    Example:
        sources:
          - id: ap-2023-10-13
            published: 2023-10-13
            retrieved: 2023-01-14

    Fix: correct the date that is mistyped; in January the old year is a common slip. `retrieved` stays the day of the
    first reading.
    """
    for source in corpus.sources.values():
        published, order = parse(source["published"]), f"before it was published {source['published']!r}"
        for path, day in source.values(("archived", "*", "at")):
            if parse(day).min_days_to(published) > 1:
                yield source.at(*path), f"archived {day!r}, {order}"
        if "retrieved" in source.data and parse(source["retrieved"]).min_days_to(published) > 1:
            yield source.at("retrieved"), f"retrieved {source['retrieved']!r}, {order}"
    for claim in corpus.claims.values():
        recorded = parse(day := claim["recorded"]["on"])
        for source in _sources(claim, corpus):
            if recorded.min_days_to(parse(source["published"])) > 1:
                done = f"published {source['published']!r}"
            elif "retrieved" in source.data and recorded.certainly_before(parse(source["retrieved"])):
                done = f"retrieved {source['retrieved']!r}"
            else:
                continue
            yield claim.at("recorded", "on"), f"recorded {day!r}, before the source {source.id!r} was {done}"
        for path, day in claim.values(("response_sought", "*", "on")):
            if parse(day).min_days_to(parse(claim["said"])) > 1:
                yield claim.at(*path), f"an answer was looked for {day!r}, before the words were said {claim['said']!r}"


@rule(severity="warning")
def mode_at_odds_with_dates(corpus: Corpus) -> Findings:
    """The mode is `past` but the event is later than the words, or `planned` but it is earlier.

    `mode` says how the event relates to the time of the words, and `when` dates the event. If the two disagree, pledges
    are counted as deliveries or deliveries as pledges.

    Example:
        claims:
          - id: kremlin-2024-treaty
            said: 2024-06-18
            mode: past
            when: 2024-06-19

    Fix: correct `mode` (`planned` for what is still to come, `past` for what is over), or the date that is wrong.
    """
    for claim in corpus.claims.values():
        if "when" not in claim.data:
            continue
        said, when, mode = parse(claim["said"]), parse(claim["when"]), claim.get("mode")
        if mode == "past" and said.certainly_before(when):
            order = "later than"
        elif mode == "planned" and when.certainly_before(said):
            order = "earlier than"
        else:
            continue
        yield (
            claim.at("mode"),
            f"the mode is {mode!r}, but {claim['when']!r} is {order} the words, said {claim['said']!r}",
            "correct the mode: past, ongoing, planned, hypothetical or general; or correct `when` or `said`",
        )


@rule(severity="warning")
def relative_date_word(corpus: Corpus) -> Findings:
    """A quote is dated by a word such as "yesterday", but `said_basis` is `stated`.

    "Hier" or "on Tuesday" gives a day only together with the date of publication. That is an inference, and it is wrong
    if the article turns out to be of another day. The rule knows such words in Chinese, English, French, German,
    Japanese, Korean, Russian and Spanish.

    Example:
        claims:
          - id: stoltenberg-2024-breach
            said: 2024-06-17
            said_basis: stated
            sources:
              - id: tv5monde-2024-06-18
                quote: a déclaré hier

    Fix: write `said_basis: inferred`. If the page prints the full date elsewhere, allow this and say where.
    """
    for claim in corpus.claims.values():
        if claim.get("said_basis") != "stated":
            continue
        for i, appearance in enumerate(claim["sources"]):
            if word := find_word(RELATIVE_WORDS, appearance, corpus):
                yield (
                    claim.at("sources", i, "quote"),
                    f"the quote is dated by {word!r}, but said_basis is 'stated'",
                    "write  said_basis: inferred",
                )


@rule(severity="error")
def echo_before_original(corpus: Corpus) -> Findings:
    """A claim depends on another that was said later.

    Nobody can repeat or build on what has not been said yet: the relation has the wrong direction, or a date is wrong.
    Otherwise the repetition would count as the origin. One day of difference is accepted, because both dates are local.

    Example:
        claims:
          - id: stoltenberg-2024-shells
            said: 2023-06-17
            relations:
              - {type: repeats, to: nis-2023-shells, basis: stated-by-source}
          - id: nis-2023-shells
            said: 2023-11-01

    Fix: move the relation to the later claim, or correct the date that is wrong.
    """
    for claim in corpus.claims.values():
        for to, i in depends_on(claim).items():
            other = corpus.claims[to]
            if parse(claim["said"]).min_days_to(parse(other["said"])) > 1:
                yield Finding(
                    claim.at("relations", i, "to"),
                    f"said {claim['said']!r}, this cannot depend on {other.id!r}, said {other['said']!r}",
                    f"move the relation to {other.id!r} if it has the wrong direction, or correct a date",
                    related=(other.at("said"),),
                )


@rule(severity="warning")
def said_finer_than_source(corpus: Corpus) -> Findings:
    """The words are dated to the day, but every source has a less precise date and none is quoted.

    A page that shows only a month cannot give the day of an utterance by its own date. The day was either read in the
    text or inferred, and a reader should know which. Claims with `said_basis: inferred` or `assumed`, or with a quote
    or a locator, are not reported.

    Example:
        sources:
          - id: panel-2024
            published: 2024-03
        claims:
          - id: panel-2024-breach
            said: 2024-03-07
            sources:
              - id: panel-2024

    Fix: add a `locator` where the source prints the day, write `said_basis: inferred`, or write only as much of the
    date as is known.
    """
    for claim in corpus.claims.values():
        if claim.get("said_basis") in ("inferred", "assumed"):
            continue
        if any("quote" in a or "locator" in a for a in claim["sources"]):
            continue
        said = parse(claim["said"])
        published = [parse(source["published"]) for source in _sources(claim, corpus)]
        finest = min(PRECISIONS.index(span.precision) for span in published)
        if PRECISIONS.index(said.precision) < finest:
            yield (
                claim.at("said"),
                f"{claim['said']!r} is a {said.precision}, but its sources are dated by {PRECISIONS[finest]} only",
                "add a `locator` to where the date is printed, or `said_basis: inferred`, or give less of it",
            )


@lru_cache(maxsize=1)
def _unreadable(corpus: Corpus) -> list[tuple[Record, ValuePath, DateError]]:
    """Return every unreadable date: its record, its path and the error."""
    fields = {kind: pickers(marked(kind, "x-date")) for kind in KINDS}
    texts: set[str] = set()
    for record in corpus.records:
        of_kind = fields[record.kind]
        for name in record.data:
            for _, pick in of_kind.get(name, ()):
                texts.update(pick(record.data))
    errors = {text: error for text in texts if (error := _wrong(text))}
    return [
        (record, path, errors[text])
        for record in (corpus.records if errors else ())
        for field in marked(record.kind, "x-date")
        for path, text in record.values(field.path)
        if text in errors
    ]


def _wrong(text: str) -> DateError | None:
    try:
        parse(text)
    except DateError as error:
        return error
    return None


def _of_date(record: Record, path: ValuePath, error: DateError) -> Finding:
    if _wrong(error.help):
        return Finding(record.at(*path), str(error), error.help)
    return Finding(record.at(*path), str(error), f"write  {error.help}", Suggestion(error.help))


def _sources(claim: Record, corpus: Corpus) -> Iterator[Record]:
    yield from (corpus.sources[appearance["id"]] for appearance in claim["sources"])


@lru_cache(maxsize=1)
def _early(corpus: Corpus) -> list[tuple[Record, Record, int]]:
    """Return each claim with each source published before it was said, and the number of days between."""
    return [
        (claim, source, days)
        for claim in corpus.claims.values()
        for source in _sources(claim, corpus)
        if source["published"] != claim["said"]
        and (days := parse(source["published"]).min_days_to(parse(claim["said"]))) > 0
    ]


def _too_early(claim: Record, source: Record) -> Finding:
    return Finding(
        claim.at("said"),
        f"said {claim['said']!r}, but {source.id!r}, which reports it, was published {source['published']!r}",
        "correct `said`, or `published` of the source",
        related=(source.at("published"),),
    )


@rule(severity="error")
def recorded_in_the_future(corpus: Corpus) -> Findings:
    """A record says that curators did something on a day that has not come yet.

    `recorded.on`, `retrieved`, `status_on` and the days of assessments and of searches for an answer are days of work
    on the records. A day to come is a slip of the year or the month. One day is allowed, since curators live in
    different time zones.

    Example:
        claims:
          - id: kirby-2023-containers
            recorded: {by: curator-1, on: 2096-11-24}

    Fix: write the day on which the work was done.
    """
    last = date.today() + timedelta(days=1)  # noqa: DTZ011 - local dates of curators
    for record in corpus.records:
        for path in WORK.get(record.kind, ()):
            for place, day in record.values(path):
                if (first := parse(day).lo) and first > last:
                    yield record.at(*place), f"{day!r} has not come yet", "write the day on which it was done"


WORK: Mapping[str, tuple[ValuePath, ...]] = {
    "claims": (("recorded", "on"), ("response_sought", "*", "on"), ("status_on",)),
    "sources": (("retrieved",), ("status_on",)),
    "assessments": (("on",),),
}
"""Fields with days on which curators worked."""


@rule(severity="warning")
def said_long_before_published(corpus: Corpus) -> Findings:
    """A claim was said years before any of its sources was published.

    Articles seldom report words that are that old; more often the year is mistyped. Background that an article looks
    back to is marked `background: true` and is not reported.

    Example:
        sources:
          - id: ap-2023-10-13
            published: 2023-10-13
        claims:
          - id: kirby-2020-containers
            said: 2020-10-13

    Fix: correct the year. If the words are that old, add a source of their time, mark the claim as background, or allow
    this with the reason.
    """
    for claim in corpus.active("claims"):
        said = parse(claim["said"]).hi
        printed = [parse(corpus.sources[shown["id"]]["published"]).lo for shown in claim["sources"]]
        first = min((day for day in printed if day), default=None)
        if said and first and first - said > LONG_BEFORE and None not in printed and not claim.get("background"):
            yield (
                claim.at("said"),
                f"said {claim['said']!r}, {(first - said).days // 365} years before its first source",
                "correct the year; if the article looks back to words that are so old, add  background: true",
            )


LONG_BEFORE = timedelta(days=2 * 365)
"""Time between words and their first source from which a slip is more likely."""
