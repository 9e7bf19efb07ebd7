"""The check of a project: everything that is wrong with its records, and how many there are."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from alleged import corpus as reading
from alleged.corpus import Corpus
from alleged.documents import PAGES as READING_PAGES
from alleged.errors import UnknownNameError
from alleged.issues import Issue, Severity
from alleged.layout import Layout
from alleged.rules import RULES, judge
from alleged.vocabularies import closest


@dataclass(frozen=True)
class Waiver:
    """A finding that a record's `allow` silences, with the reason given there."""

    issue: Issue
    record_id: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What a check found. `issues` are in the order of files and lines; `waived` do not count among them."""

    corpus: Corpus
    issues: tuple[Issue, ...]
    waived: tuple[Waiver, ...]
    files: tuple[str, ...]

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(issue.severity == severity for issue in self.issues)

    @property
    def sound(self) -> bool:
        """Whether there is no error, so that tables can be built."""
        return self.count("error") == 0

    @property
    def records(self) -> dict[str, int]:
        """Number of records by kind."""
        return dict(Counter(record.kind for record in self.corpus.records))


def check(layout: Layout, paths: Collection[Path] = (), progress: Callable[[int], None] = lambda n: None) -> Report:
    """Check a project and return what was found.

    All record files are read, since records refer to each other; given `paths` (files or folders), only the findings
    in them are reported. A file outside `claims/` is checked together with the project, as if it lay in it.

    Raises:
        UnknownNameError: A path does not exist.
    """
    extra = _outside(layout, paths)
    read = reading.read(layout, extra, progress)
    found = list(read.issues)
    if not any(issue.severity == "error" for issue in found):
        found += judge(read.corpus)
    kept, waived = _waive(read.corpus, found)
    wanted = [layout.relative(path) for path in paths]
    return Report(
        read.corpus,
        tuple(sorted((i for i in kept if _within(i, wanted)), key=lambda i: (*i.place[:3], i.rule, i.message))),
        tuple(w for w in waived if _within(w.issue, wanted)),
        tuple(f for f in read.files if not wanted or any(_below(f, w) for w in wanted)),
    )


def _outside(layout: Layout, paths: Collection[Path]) -> list[Path]:
    """Return the given files that do not lie under `claims/`."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UnknownNameError(f"there is no file or folder {str(path)!r}")
    claims = layout.claims.absolute()
    return [p for p in paths if not p.is_dir() and not p.absolute().is_relative_to(claims)]


def _below(path: str, folder: str) -> bool:
    return folder == "." or path == folder or path.startswith(folder.rstrip("/") + "/")


def _within(issue: Issue, wanted: list[str]) -> bool:
    return not wanted or any(_below(issue.place.path, w) for w in wanted)


def _waive(corpus: Corpus, issues: list[Issue]) -> tuple[list[Issue], list[Waiver]]:
    """Part the findings into those that count and those that their record allows; errors cannot be allowed."""
    records = {(r.document.path, r.kind, r.index): r for r in corpus.records if "allow" in r.data}
    kept: list[Issue] = []
    waived: list[Waiver] = []
    for issue in issues:
        field = re.match(r"([a-z]+)\[([0-9]+)\]", issue.place.field)
        record = records.get((issue.place.path, field[1], int(field[2]))) if field else None
        leave = next((a for a in record["allow"] if a["rule"] == issue.rule), None) if record else None
        if record and leave and issue.severity != "error":
            waived.append(Waiver(issue, record.id, leave["reason"]))
        else:
            kept.append(issue)
    return kept, waived


def page(name: str) -> str:
    """Return the page of a rule: what is wrong, why it matters, an example, the mend.

    Raises:
        UnknownNameError: There is no such rule; the message names those that are close.
    """
    pages = all_pages()
    if name not in pages:
        close = closest(name, pages)
        hint = f"; did you mean {close[0]!r}?" if close else "; 'alleged explain' alone lists them"
        raise UnknownNameError(f"there is no rule {name!r}{hint}")
    return pages[name]


def all_pages() -> dict[str, str]:
    """Return the page of every rule by name, in the order of the stages."""
    from alleged.explanations import PAGES as SHAPE_PAGES

    return READING_PAGES | SHAPE_PAGES | {name: rule.page for name, rule in RULES.items()}
