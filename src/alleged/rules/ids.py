"""Rules on identifiers: each leads to one record."""

from alleged.corpus import Corpus, Record
from alleged.rules.rulebook import Finding, Findings, rule


@rule(severity="error", stage="links")
def duplicate_id(corpus: Corpus) -> Findings:
    """Two records have the same id, be they of one kind or of two.

    An id is what other records, tables and papers point at. If it stands for two things, nobody can tell
    which one was meant, so ids are unique over all kinds.

    Example:
        actors:
          - id: afp
            name: Agence France-Presse
            kind: outlet
        topics:
          - id: afp
            question: Has the agency reported it?

    Mend: give one of the two another id. If both describe the same thing, keep the first and drop the
    other; if they are two records of one utterance that were published already, withdraw one of them.
    """
    first: dict[str, Record] = {}
    for record in corpus.records:
        other = first.setdefault(record.id, record)
        if other is not record:
            yield Finding(
                record.at("id"),
                f"the id {record.id!r} names a record of {other.kind} already, {other.document.path}:{other.line}",
                "give this one another id, or drop it if both are the same",
                related=(other.at("id"),),
            )
