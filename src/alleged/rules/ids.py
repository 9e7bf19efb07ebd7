"""Rules on ids: each names one record, permanently."""

from collections.abc import Iterator

from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Finding, Findings, rule
from alleged.schemas.definitions import KINDS
from alleged.schemas.vocabularies import closest

PROPOSALS = 25
"""Missing ids for which similar new ids are suggested; comparing takes time."""


def _id(record: Record, _: Corpus) -> Iterator[str]:
    yield record.id


@rule(severity="error", stage="links", by=_id)
def duplicate_id(corpus: Corpus) -> Findings:
    """Two records have the same id, whether they are of the same kind or not.

    Other records, tables and papers refer to an id. If it names two records, nobody can know which one was meant, so
    ids are unique over all kinds.

    Example:
        actors:
          - id: afp
            name: Agence France-Presse
            kind: outlet
        topics:
          - id: afp
            question: Has the agency reported it?

    Fix: give one of the two records another id. If both describe the same thing, keep the first and delete the other.
    If they are two records of one utterance and both are published, withdraw one of them.
    """
    first: dict[str, Record] = {}
    for record in corpus.records:
        other = first.setdefault(record.id, record)
        if other is not record:
            yield Finding(
                record.at("id"),
                f"the id {record.id!r} already names a record of {other.kind}, {other.file.path}:{other.line}",
                "give this record another id, or delete it if both are the same",
                related=(other.at("id"),),
            )


@rule(severity="error", stage="links", needs="former", whole_corpus=True)
def vanished_id(corpus: Corpus) -> Findings:
    """An id of the last release is missing from the records, or names a record of another kind.

    Papers and tables refer to it, so it must go on to lead somewhere. Records are withdrawn or superseded, never
    deleted or renamed. Since there is no record to point at, the finding is placed at the new record with the most
    similar id, or else at the first record of that kind.

    Example:
        claims:
          - id: kirby-2023-containers-2

    Fix: give the record its old id back. If it should not count, restore it with `status: withdrawn` (or `superseded`),
    `status_reason` and `status_on`.
    """
    proposals = 0
    for kind in KINDS:
        known = corpus.of_kind(kind)
        former = (corpus.former or {}).get(kind, ())
        new = [record_id for record_id in known if record_id not in former]
        for missing in sorted(former):
            if missing in known or missing in corpus.unread:
                continue
            if missing in corpus.by_id:
                record = corpus.by_id[missing]
                yield (
                    record.at("id"),
                    f"{missing!r} named a record of {kind} in the last release, but names one of {record.kind} now",
                    "give this record another id, and restore the old one",
                )
                continue
            similar = closest(missing, new) if proposals < PROPOSALS else []
            proposals += 1
            place = known[similar[0]] if similar else next(iter(known.values()), next(iter(corpus.records), None))
            if place is not None:
                yield Finding(
                    place.at("id"),
                    f"{missing!r} is in {kind} of the last release, but no record has this id now",
                    f"write  {missing}  here if the record was renamed, or restore it with  status: withdrawn",
                    Suggestion(missing) if similar else None,
                )
