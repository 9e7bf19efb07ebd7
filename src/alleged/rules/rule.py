"""What a rule is: a function from the corpus to findings, with a name, a severity, a stage and a page."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from alleged.issues import Issue, Severity, Suggestion
from alleged.records.corpus import Corpus, RecordPlace

Stage = Literal["links", "values", "judgements"]
STAGES: tuple[Stage, ...] = ("links", "values", "judgements")
"""Rules of a later stage may rely on the earlier ones: ids are unique and lead to records, then dates can be read."""


Needs = Literal["texts", "former"]
"""What a rule may need besides the records: copies of articles, or an earlier release."""


class Finding(NamedTuple):
    """Where in which record, what is there and what would be right, and what to type."""

    where: RecordPlace
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    related: tuple[RecordPlace, ...] = ()


Findings = Iterator[Finding | tuple[RecordPlace, str] | tuple[RecordPlace, str, str]]


@dataclass(frozen=True)
class Rule:
    """A rule as it is listed, explained and run.

    A `whole_corpus` rule compares records that do not name each other, so it always runs on all of them. Any other rule
    looks at one record and those it refers to, so it can run on a part of the corpus.
    """

    name: str
    severity: Severity
    stage: Stage
    subject: str
    page: str
    find: Callable[[Corpus], Findings]
    needs: Needs | None = None
    whole_corpus: bool = False

    def is_skipped(self, corpus: Corpus) -> bool:
        """Whether the rule cannot speak because what it needs is not there."""
        return (self.needs == "texts" and not corpus.texts) or (self.needs == "former" and corpus.former is None)

    def findings(self, corpus: Corpus) -> Sequence[Finding]:
        """Return what the rule finds in a corpus or a part of one; a wide rule, all that it finds."""
        if self.is_skipped(corpus):
            return ()
        return _found(self.find, corpus.whole) if self.whole_corpus else tuple(map(_finding, self.find(corpus)))

    def issue(self, found: Finding) -> Issue:
        """Return a finding as an issue, with its line and column."""
        related = tuple(where.place for where in found.related)
        return Issue(self.name, self.severity, found.where.place, found.message, found.help, found.suggestion, related)


@lru_cache(maxsize=128)
def _found(find: Callable[[Corpus], Findings], corpus: Corpus) -> tuple[Finding, ...]:
    return tuple(map(_finding, find(corpus)))


def _finding(found: Finding | tuple[RecordPlace, str] | tuple[RecordPlace, str, str]) -> Finding:
    match found:
        case Finding():
            return found
        case (where, message):
            return Finding(where, message)
        case (where, message, help):
            return Finding(where, message, help)


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order in which the modules of this package define them."""


def rule(
    severity: Severity, stage: Stage = "judgements", needs: Needs | None = None, whole_corpus: bool = False
) -> Callable[[Callable[[Corpus], Findings]], Rule]:
    """Make a rule of the function: its name gives the rule's name, its docstring the page, its module the subject."""

    def made(find: Callable[[Corpus], Findings]) -> Rule:
        name = find.__name__.replace("_", "-")
        subject = find.__module__.rpartition(".")[2]
        RULES[name] = Rule(
            name, severity, stage, subject, inspect.cleandoc(find.__doc__ or ""), find, needs, whole_corpus
        )
        return RULES[name]

    return made
