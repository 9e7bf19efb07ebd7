"""Pages of all rules: those of the reader, of the schemas and of the package `rules`."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from alleged.errors import UnknownNameError
from alleged.reader.messages import PAGES as READING
from alleged.rules import RULES
from alleged.schemas.docs import PAGES as SHAPE
from alleged.schemas.vocabularies import closest

OPENING = """\
# Rules

Generated from the rules themselves; change those, then run `alleged explain --write`.

`alleged check` runs them in this order: it reads a file, validates its records against the schemas, checks the links
between records, and then everything else. A record with an error goes no further, nor do those that refer to it; all
others do. **Errors** block a build. **Warnings** should be fixed, or allowed on the record with a reason:

```yaml
allow:
  - rule: unused-record
    reason: Kept for the claims of a later bundle.
```
"""

HEADINGS = {"reading": "Reading a file", "shape": "The shape of a record"}


class RulePage(NamedTuple):
    """A rule with its page; `text` says what is wrong, why it matters, shows an example, and how to fix it."""

    name: str
    severity: str
    subject: str
    text: str


def pages() -> dict[str, RulePage]:
    """Return the page of every rule by name, stage by stage, then by subject."""
    pages = [RulePage(name, "error", "reading", text) for name, text in READING.items()]
    pages += [RulePage(name, "error", "shape", text) for name, text in SHAPE.items()]
    pages += [RulePage(rule.name, rule.severity, rule.subject, rule.page) for rule in RULES.values()]
    return {page.name: page for page in pages}


def page(name: str) -> RulePage:
    """Return the page of a rule.

    Raises:
        UnknownNameError: There is no such rule; the message names a similar one.
    """
    known = pages()
    if name not in known:
        close = closest(name, known)
        hint = f"; did you mean {close[0]!r}?" if close else "; 'alleged rules' lists them"
        raise UnknownNameError(f"there is no rule {name!r}{hint}")
    return known[name]


def reason(name: str) -> str:
    """Return the first sentence of why a rule matters; empty if there is no such rule."""
    text = READING.get(name) or SHAPE.get(name) or (RULES[name].page if name in RULES else "")
    why = " ".join(text.partition("\n\n")[2].partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z\"'`])", why)[0]


def listing() -> Iterator[str]:
    """Yield a line for each rule, under a line for each subject."""
    known = pages().values()
    width = max(len(page.name) for page in known)
    for subject, group in groupby(known, key=lambda page: page.subject):
        yield f"{_heading(subject)}:"
        yield from (f"  {page.severity:<7}  {page.name:<{width}}  {page.text.splitlines()[0]}" for page in group)


def markdown() -> str:
    """Return the pages of all rules as Markdown."""
    parts = [OPENING]
    for subject, group in groupby(pages().values(), key=lambda page: page.subject):
        parts.append(f"## {_heading(subject)}\n")
        parts += [f"### {page.name}\n\n*{page.severity}*\n\n{_body(page.text)}" for page in group]
    return "\n".join(parts)


def _heading(subject: str) -> str:
    return HEADINGS.get(subject, subject.capitalize())


def _body(text: str) -> str:
    """Return a page as Markdown, with its example in a fence."""
    before, _, rest = text.partition("\nExample:\n")
    example, _, fix = rest.partition("\nFix: ")
    lines = [line.removeprefix("    ") for line in example.strip("\n").splitlines()]
    fenced = "\n".join(["```text", *lines, "```"])
    return f"{_prose(before).strip()}\n\n{fenced}\n\nFix: {_prose(fix).strip()}\n"


def _prose(text: str) -> str:
    return text.replace("<", "&lt;")
