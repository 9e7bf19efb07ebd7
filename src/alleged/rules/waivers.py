"""Rules on waivers: each allows a rule that exists and that its record breaks."""

from collections.abc import Iterator

from alleged.issues import Suggestion
from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import RULES, Finding, Findings, rule
from alleged.schemas.vocabularies import closest


@rule(severity="error")
def waiver_without_a_rule(corpus: Corpus) -> Findings:
    """A record allows a rule that does not exist, or one that cannot be allowed.

    A waiver with a mistyped name has no effect and hides that the finding is still open. Errors keep the tables
    correct; no reason replaces a missing source or a figure whose low exceeds its high.

    Example:
        actors:
          - id: daily-gazette
            allow:
              - rule: unused-records
                reason: Kept for the claims of a later bundle.

    Fix: type the name that the message suggests; for an error, fix its cause and remove the waiver.
    """
    for record, i, name in waivers(corpus):
        where = record.at("allow", i, "rule")
        if name not in RULES:
            similar = closest(name, RULES)
            hint = f"; did you mean {similar[0]!r}?" if similar else ""
            suggestion = Suggestion(similar[0]) if similar else None
            yield Finding(where, f"there is no rule {name!r}{hint}", "see  alleged rules", suggestion)
        elif RULES[name].severity == "error":
            yield where, f"{name!r} is an error, which cannot be allowed", "fix it and remove this waiver"


@rule(severity="warning", whole_corpus=True, all_records=True)
def needless_waiver(corpus: Corpus) -> Findings:
    """A record allows a rule that it does not break.

    The mistake was fixed, or the rule has changed. A waiver that stays would silence the next real finding.

    Example:
        actors:
          - id: daily-gazette
            allow:
              - rule: unused-record
                reason: Kept for the claims of a later bundle.

    Fix: remove the waiver.
    """
    judged = [waiver for waiver in waivers(corpus) if is_judged(waiver[2], corpus)]
    names = {name for _, _, name in judged if name != "needless-waiver"}
    part = corpus.part({record.file.path for record, _, _ in judged})
    broken = {(finding.where.record, name) for name in names for finding in RULES[name].findings(part)}
    for record, i, name in judged:
        if (record, name) not in broken:
            yield record.at("allow", i, "rule"), *needless(name)


def is_judged(name: str, corpus: Corpus) -> bool:
    """Whether it can be seen if a waiver of a rule is needed: the rule exists, can be allowed, and was run."""
    return name in RULES and RULES[name].severity != "error" and not RULES[name].is_skipped(corpus)


def needless(name: str) -> tuple[str, str]:
    """Return what is wrong with a waiver of a rule that the record does not break, and what would be right."""
    return f"the record does not break {name!r}, which is allowed", "remove the waiver"


def waivers(corpus: Corpus) -> Iterator[tuple[Record, int, str]]:
    """Yield what each record allows: the record, the index of the waiver, and the name of the rule."""
    for record in corpus.records:
        for i, waiver in enumerate(record.get("allow", ())):
            yield record, i, waiver["rule"]
