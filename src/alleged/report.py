"""The check of a project: everything that is wrong with its records, and how many there are."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from alleged import corpus as reading
from alleged.corpus import Corpus, Record
from alleged.documents import PAGES as READING_PAGES
from alleged.errors import UnknownNameError
from alleged.issues import Issue, Severity
from alleged.layout import Layout
from alleged.rules import RULES, Rule, judge
from alleged.vocabularies import closest


@dataclass(frozen=True)
class Waived:
    """A finding that its record allows, with the reason given there."""

    rule: str
    path: str
    line: int
    record_id: str
    message: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What a check found. `issues` are in the order of files and lines; `waived` do not count among them."""

    corpus: Corpus
    issues: tuple[Issue, ...]
    waived: tuple[Waived, ...]
    files: tuple[str, ...]

    @property
    def silent(self) -> dict[str, tuple[str, ...]]:
        """Names of the rules that could not speak, by what is missing: `texts` or `former` releases."""
        missing: dict[str, tuple[str, ...]] = {}
        for rule in RULES.values():
            if rule.needs and rule.is_silent(self.corpus):
                missing[rule.needs] = (*missing.get(rule.needs, ()), rule.name)
        return missing

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
    wanted = [layout.relative(path) for path in paths]
    issues = [issue for issue in read.issues if _within(issue.place.path, wanted)]
    waived: list[Waived] = []
    for rule, finding in judge(read.corpus) if not read.issues else ():
        record = finding.spot.record
        if _within(record.document.path, wanted):
            if reason := _leave(rule, record):
                place = record.document.path, record.line
                waived.append(Waived(rule.name, *place, record.id, finding.message, reason))
            else:
                issues.append(rule.issue(finding))
    ordered = sorted(dict.fromkeys(issues), key=lambda i: (*i.place[:3], i.rule, i.message))
    files = tuple(file for file in read.files if _within(file, wanted))
    return Report(read.corpus, tuple(ordered), tuple(waived), files)


def _leave(rule: Rule, record: Record) -> str | None:
    """Return the reason for which a record may break a rule; errors protect the tables and cannot be allowed."""
    if rule.severity == "error":
        return None
    return next((a["reason"] for a in record.get("allow", ()) if a["rule"] == rule.name), None)


def _outside(layout: Layout, paths: Collection[Path]) -> list[Path]:
    """Return the given files that do not lie under `claims/`."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UnknownNameError(f"there is no file or folder {str(path)!r}")
    claims = layout.claims.absolute()
    return [p for p in paths if not p.is_dir() and not p.absolute().is_relative_to(claims)]


def _within(path: str, wanted: list[str]) -> bool:
    return not wanted or any(w in (".", path) or path.startswith(f"{w.rstrip('/')}/") for w in wanted)


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
