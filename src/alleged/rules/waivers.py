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
    for record, i, name in _waivers(corpus):
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
    waivers = [w for w in _waivers(corpus) if w[2] in RULES and RULES[w[2]].severity != "error"]
    names = {name for _, _, name in waivers if name != "needless-waiver" and not RULES[name].is_skipped(corpus)}
    part = corpus.part({record.file.path for record, _, _ in waivers})
    broken = {(finding.where.record, name) for name in names for finding in RULES[name].findings(part)}
    for record, i, name in waivers:
        if name == "needless-waiver" or (name in names and (record, name) not in broken):
            yield (
                record.at("allow", i, "rule"),
                f"the record does not break {name!r}, which is allowed",
                "remove the waiver",
            )


def _waivers(corpus: Corpus) -> Iterator[tuple[Record, int, str]]:
    for record in corpus.records:
        for i, waiver in enumerate(record.get("allow", ())):
            yield record, i, waiver["rule"]
