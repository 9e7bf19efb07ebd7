"""The check of a project: everything that is wrong with its records, and how many there are."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from alleged import corpus as reading
from alleged.corpus import Corpus, Record
from alleged.errors import UnknownNameError
from alleged.issues import Issue, Severity
from alleged.layout import Layout
from alleged.rules import RULES, Rule, judge


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
    """What a check found. `issues` are in the order of files and lines; `waived` do not count among them.

    `older` are the findings that an earlier revision had too, where only new ones were asked for.
    """

    corpus: Corpus
    issues: tuple[Issue, ...]
    waived: tuple[Waived, ...]
    files: tuple[str, ...]
    older: int = 0

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
    def steady_counts(self) -> dict[str, int]:
        """Number of warnings and of allowed findings that do not depend on copies of articles kept by a curator."""
        from_texts = {rule.name for rule in RULES.values() if rule.needs == "texts"}
        return {
            "warnings": sum(i.severity == "warning" and i.rule not in from_texts for i in self.issues),
            "allowed": sum(w.rule not in from_texts for w in self.waived),
        }

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


def new_since(found: Report, before: Report) -> Report:
    """Return the report without the findings that an earlier one has too; they are counted as older.

    A finding is the same if its rule, its message and the text of its line are: it may have moved.
    """
    old = Counter(map(_likeness, before.issues))
    new: list[Issue] = []
    for issue in found.issues:
        if old[_likeness(issue)] > 0:
            old[_likeness(issue)] -= 1
        else:
            new.append(issue)
    return replace(found, issues=tuple(new), older=len(found.issues) - len(new))


def _likeness(issue: Issue) -> tuple[str, str, str]:
    return issue.rule, issue.message, issue.place.text.strip()


def _leave(rule: Rule, record: Record) -> str | None:
    """Return the reason for which a record may break a rule.

    Errors protect the tables and cannot be allowed; nor can a waiver allow waivers.
    """
    if rule.severity == "error" or rule.subject == "waivers":
        return None
    return next((a["reason"] for a in record.get("allow", ()) if a["rule"] == rule.name), None)


def _outside(layout: Layout, paths: Collection[Path]) -> list[Path]:
    """Return the given files that are no record files of the project, so that none named is passed over."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise UnknownNameError(f"there is no file or folder {str(path)!r}")
    bundles = {path.absolute() for path in layout.bundles()} if any(not p.is_dir() for p in paths) else set()
    return [p for p in paths if not p.is_dir() and p.absolute() not in bundles]


def _within(path: str, wanted: list[str]) -> bool:
    return not wanted or any(w in (".", path) or path.startswith(f"{w.rstrip('/')}/") for w in wanted)
