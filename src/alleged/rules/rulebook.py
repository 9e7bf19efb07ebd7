"""What a rule is: a function from the corpus to findings, with a name, a severity, a stage and a page."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from alleged.corpus import Corpus
from alleged.issues import Issue, Place, Severity, Suggestion

Stage = Literal["links", "values", "judgements"]
STAGES: tuple[Stage, ...] = ("links", "values", "judgements")
"""Rules of a later stage may rely on the earlier ones: ids are unique and lead to records, then dates can be read."""


class Finding(NamedTuple):
    """A place, what is there and what would be right, and what to type."""

    place: Place
    message: str
    help: str = ""
    suggestion: Suggestion | None = None
    related: tuple[Place, ...] = ()


Findings = Iterator[Finding | tuple[Place, str] | tuple[Place, str, str]]


@dataclass(frozen=True)
class Rule:
    """A rule as it is listed, explained and run."""

    name: str
    severity: Severity
    stage: Stage
    subject: str
    page: str
    find: Callable[[Corpus], Findings]

    def issues(self, corpus: Corpus) -> Iterator[Issue]:
        """Yield every finding of the rule as an issue; one in the defaults of a bundle is told once, not by claim."""
        for found in dict.fromkeys(self.find(corpus)):
            place, message, help, suggestion, related = _finding(found)
            yield Issue(self.name, self.severity, place, message, help, suggestion, related)


def _finding(found: Finding | tuple[Place, str] | tuple[Place, str, str]) -> Finding:
    match found:
        case Finding():
            return found
        case (place, message):
            return Finding(place, message)
        case (place, message, help):
            return Finding(place, message, help)


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order in which the modules of this package define them."""


def rule(severity: Severity, stage: Stage = "judgements") -> Callable[[Callable[[Corpus], Findings]], Rule]:
    """Make a rule of the function: its name gives the rule's name, its docstring the page, its module the subject."""

    def made(find: Callable[[Corpus], Findings]) -> Rule:
        name = find.__name__.replace("_", "-")
        subject = find.__module__.rpartition(".")[2]
        RULES[name] = Rule(name, severity, stage, subject, inspect.cleandoc(find.__doc__ or ""), find)
        return RULES[name]

    return made
