"""What a rule is: a function from the corpus to findings, with a name, a severity, a stage and a page."""

import inspect
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from alleged.issues import Issue, Severity, Suggestion
from alleged.records.corpus import Corpus, Record, RecordPlace

Stage = Literal["links", "values", "judgements"]
STAGES: tuple[Stage, ...] = ("links", "values", "judgements")
"""Rules of a later stage rely on the earlier ones: after `links` ids are unique, after `values` dates are readable."""


Needs = Literal["texts", "former"]
"""What a rule needs besides the records: copies of articles, or the ids of the last release."""


class Finding(NamedTuple):
    """A problem before it is placed in a file: its place in a record, what is wrong, and what would be right."""

    where: RecordPlace
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    related: tuple[RecordPlace, ...] = ()


class For(NamedTuple):
    """A key of other records: those that have it are compared with this record, but not this one with them."""

    key: Hashable


Keys = Callable[[Record, Corpus], Iterable[Hashable | For]]
"""Yields what a record is compared by, and for which others it counts."""

Edges = Callable[[Record, Corpus], Iterable[str | tuple[Hashable, ...]]]
"""Yields the ids of the records that a record leads to, and as tuples what else a rule over these edges looks at."""

Findings = Iterator[Finding | tuple[RecordPlace, str] | tuple[RecordPlace, str, str]]


@dataclass(frozen=True)
class Rule:
    """A rule: its name, severity, stage, subject and page, and the function that finds what breaks it.

    What it needs to judge a record decides which parts of a corpus it can run on:

    - by default, the record and those it refers to, but not their summaries: any part,
    - `by` keys, also the records that share a key of its own with it: a part with all of these. With `enough`, so many
      records with a key tell as much as all. Of a claim, it reads the summary only if it says so: `summaries`.
    - `over` edges, also the records that are connected with it: a part with whole components,
    - `whole_corpus`: all records.

    An `all_records` rule finds what is missing, so it is not run while some records are left out because of errors.
    """

    name: str
    severity: Severity
    stage: Stage
    subject: str
    find: Callable[[Corpus], Findings]
    needs: Needs | None = None
    by: Keys | None = None
    enough: int = 0
    summaries: bool = False
    over: Edges | None = None
    whole_corpus: bool = False
    all_records: bool = False

    def __reduce__(self) -> tuple[Callable[[str], "Rule"], tuple[str]]:
        """Name the rule to another process."""
        return _named, (self.name,)

    @property
    def page(self) -> str:
        """What the rule asks for and why, in Markdown: the docstring of its function."""
        return inspect.cleandoc(self.find.__doc__ or "")

    @property
    def is_near(self) -> bool:
        """Whether the rule can run on any part of a corpus."""
        return not (self.by or self.over or self.whole_corpus)

    def is_skipped(self, corpus: Corpus) -> bool:
        """Whether the rule cannot run because the articles or the earlier release that it needs are missing."""
        return (self.needs == "texts" and not corpus.texts) or (self.needs == "former" and corpus.former is None)

    def findings(self, corpus: Corpus) -> Sequence[Finding]:
        """Return the findings in a corpus or a part of one; a rule that is not near returns those of the whole."""
        if self.is_skipped(corpus):
            return ()
        return _findings(self.find, corpus) if self.is_near else _all_findings(self.find, corpus.whole)

    def findings_apart(self, part: Corpus) -> Sequence[Finding]:
        """Return the findings in a part of a corpus that has all records which the rule needs for some of its own."""
        return _findings(self.find, part)

    def waiver_reason(self, record: Record) -> str | None:
        """Return the reason why a record allows the findings of the rule; None if it does not.

        Errors protect the tables and cannot be allowed; neither can findings about waivers.
        """
        if self.severity == "error" or self.subject == "waivers":
            return None
        return next((allowed["reason"] for allowed in record.get("allow", ()) if allowed["rule"] == self.name), None)

    def issue(self, finding: Finding) -> Issue:
        """Return a finding as an issue, with its line and column."""
        related = tuple(where.place for where in finding.related)
        place = finding.where.place
        return Issue(self.name, self.severity, place, finding.message, finding.help, finding.suggestion, related)


def _findings(find: Callable[[Corpus], Findings], corpus: Corpus) -> tuple[Finding, ...]:
    return tuple(Finding(*finding) for finding in find(corpus))  # type: ignore[arg-type]


_all_findings = lru_cache(maxsize=128)(_findings)


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order of the modules in `SUBJECTS`."""


def _named(name: str) -> Rule:
    return RULES[name]


def rule(
    severity: Severity,
    stage: Stage = "judgements",
    needs: Needs | None = None,
    by: Keys | None = None,
    enough: int = 0,
    summaries: bool = False,
    over: Edges | None = None,
    whole_corpus: bool = False,
    all_records: bool = False,
) -> Callable[[Callable[[Corpus], Findings]], Rule]:
    """Register a function as a rule: its name is the rule's name, its docstring the page, its module the subject."""

    def register(find: Callable[[Corpus], Findings]) -> Rule:
        name = find.__name__.replace("_", "-")
        subject = find.__module__.rpartition(".")[2]
        compares = by, enough, summaries, over, whole_corpus
        RULES[name] = Rule(name, severity, stage, subject, find, needs, *compares, all_records)
        return RULES[name]

    return register
