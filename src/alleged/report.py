"""The check of a project: everything that is wrong with its records, and how many there are."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alleged import files
from alleged.cache import CheckCache, ProjectState
from alleged.errors import AllegedError, UnknownNameError
from alleged.execution import SERIAL, Execution, gc_disabled
from alleged.issues import Issue, Severity, plain, unfolded
from alleged.project import Project

if TYPE_CHECKING:  # a check that remembers the answer loads neither reader nor rules
    from alleged.records.corpus import Corpus, KnownBundles, Reading, Record
    from alleged.rules import Finding, Rule

PART = 2000
"""Records that one process judges at a time; with fewer than two parts, a second one would not pay for its start."""


class Waived(NamedTuple):
    """A finding that its record allows, with the reason given there."""

    path: str
    line: int
    rule: str
    record_id: str
    message: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What a check found. `issues` and `waived` are in the order of files and lines; the latter are allowed.

    `records` is the number of records by kind. `skipped` are the rules that were not run, by what they lack (`texts` or
    `former` releases). `steady` is the number of warnings and of allowed findings that do not depend on copies of
    articles kept by a curator. `older` are the findings that an earlier revision had too, where only new ones were
    asked for.
    """

    issues: tuple[Issue, ...]
    waived: tuple[Waived, ...]
    files: tuple[str, ...]
    records: Mapping[str, int]
    skipped: Mapping[str, Sequence[str]]
    steady: Mapping[str, int]
    title: str = ""
    older: int = 0

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(issue.severity == severity for issue in self.issues)

    @property
    def sound(self) -> bool:
        """Whether there is no error, so that tables can be built."""
        return self.count("error") == 0


def check(
    project: Project,
    paths: Collection[Path] = (),
    execution: Execution = SERIAL,
    cache: CheckCache | None = None,
) -> Report:
    """Check a project and return its report.

    All record files are read, since records refer to each other; given `paths` (files or folders), only the findings
    in them are reported. A file outside `claims/` is checked together with the project, as if it lay in it. Where the
    cache holds the report for the project as it is, nothing is read but the bytes of its files.

    Raises:
        UnknownNameError: A path does not exist.
    """
    state = cache.state() if cache and not _outside(project, paths) else None
    kept = cache.report(state) if cache and state else None
    if kept is not None:
        return _within(_unfolded(kept), project, paths)
    return _examined(project, paths, execution, cache, state)[0]


def examine(
    project: Project, execution: Execution = SERIAL, cache: CheckCache | None = None
) -> tuple[Report, "Corpus"]:
    """Check a project as `check` does, and return the records too.

    Bundles that the cache holds are not read again; the report is kept in it.
    """
    return _examined(project, (), execution, cache, cache.state() if cache else None)


@gc_disabled()
def _examined(
    project: Project,
    paths: Collection[Path],
    execution: Execution,
    cache: CheckCache | None,
    state: ProjectState | None,
) -> tuple[Report, "Corpus"]:
    from alleged.records import corpus as records
    from alleged.rules import RULES

    known = records.KnownBundles(state.files, cache.documents()) if cache and state else None
    read = records.read(project, _outside(project, paths), execution, known, former_ids(project))
    if cache and known and read.blocks:
        _keep_bundles(cache, known, read)
    corpus = read.corpus
    wanted = [file for file in read.files if _is_within(file, project, paths)]
    issues, waived = ([], []) if read.issues else _judged(corpus, set(wanted) if paths else None, execution)
    ordered = sorted(dict.fromkeys([*read.issues, *issues]), key=lambda i: (*i.place[:3], i.rule, i.message))
    from_texts = {rule.name for rule in RULES.values() if rule.needs == "texts"}
    steady = {
        "warnings": sum(i.severity == "warning" and i.rule not in from_texts for i in ordered),
        "allowed": sum(w.rule not in from_texts for w in waived),
    }
    skipped: dict[str, list[str]] = {}
    for rule in RULES.values():
        if rule.needs and rule.is_skipped(corpus):
            skipped.setdefault(rule.needs, []).append(rule.name)
    counts = dict(Counter(record.kind for record in corpus.records))
    everything = Report(
        tuple(ordered), tuple(sorted(waived)), read.files, counts, skipped, steady, corpus.settings.title
    )
    if cache and state and not paths and read.digests == state.files and cache.state() == state:
        cache.keep_report(state, _plain(everything))
    return _within(everything, project, paths), corpus


def _keep_bundles(cache: CheckCache, known: "KnownBundles", read: "Reading") -> None:
    """Keep the bundles that were read; where most of those kept before are out of date, only those of today stay."""
    outdated = len(known.entries) > 2 * len(read.files)
    if outdated:
        from alleged.records.bundles import packed

        today = {file: known.digests[file] for file in read.files if file in known.digests}
        cache.keep_documents([*read.blocks, packed(today, known.entries)], anew=True)
    else:
        cache.keep_documents(read.blocks, anew=False)


def former_ids(project: Project) -> Mapping[str, Collection[str]] | None:
    """Return the ids of the last release by kind of record, from its manifest; None where there is none."""
    from alleged.datasets import manifests

    try:
        releases = manifests.read_index(project.root).releases
        if not releases:
            return None
        ids = manifests.read_manifest(project.root, f"datasets/{list(releases)[-1]}")["ids"]
    except AllegedError:
        return None
    return {kind: frozenset(names) for kind, names in ids.items()}


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


# Judging.


def _judged(corpus: "Corpus", files: set[str] | None, execution: Execution) -> tuple[list[Issue], list[Waived]]:
    """Return what the rules find: errors of the early stages, or if there are none, all that the last stage finds.

    The early stages are run on all records, whatever `files` are asked for, since later rules rely on them. Of the
    last, rules that are not wide look at records of these files only. All may run at once; where the early ones find
    errors, what the others make of records that they cannot rely on is left unheard.
    """
    from alleged.rules import RULES, STAGES, found

    last = [rule for rule in RULES.values() if rule.stage == STAGES[-1]]
    near, whole_corpus = [rule for rule in last if not rule.whole_corpus], [rule for rule in last if rule.whole_corpus]
    parts = [corpus.part(files)] if files is not None else _parts(corpus, execution)
    tasks = [
        partial(_early, corpus),
        *(partial(found, *task) for task in ((corpus, whole_corpus), *((p, near) for p in parts))),
    ]
    if len(corpus.records) < 2 * PART:
        execution = replace(execution, jobs=1)
    with execution.progress.stage("judging"):
        told = execution.map_ordered(lambda task: _told(task()), tasks, last=True)
        early = next(told)
        if any(issue.severity == "error" for issue in early[0]):
            return early
        later = list(told)
    return [issue for issues, _ in later for issue in issues], [one for _, waived in later for one in waived]


def _early(corpus: "Corpus") -> list[tuple["Rule", "Finding"]]:
    """Return what the rules before the last stage find, up to the first stage with errors."""
    from alleged.rules import RULES, STAGES, found

    for stage in STAGES[:-1]:
        findings = list(found(corpus, [rule for rule in RULES.values() if rule.stage == stage]))
        if any(rule.severity == "error" for rule, _ in findings):
            return findings
    return []


def _parts(corpus: "Corpus", execution: Execution) -> list["Corpus"]:
    if execution.jobs == 1 or len(corpus.records) < 2 * PART:  # a part is a little slower to look things up in
        return [corpus]
    parts: list[list[str]] = [[]]
    room = PART
    for file, number in Counter(record.file.path for record in corpus.records).items():
        if room <= 0:
            parts.append([])
            room = PART
        parts[-1].append(file)
        room -= number
    return [corpus.part(set(files)) for files in parts]


def _told(findings: Iterable[tuple["Rule", "Finding"]]) -> tuple[list[Issue], list[Waived]]:
    """Return findings with their lines: those that are open, and those that their records allow."""
    issues: list[Issue] = []
    waived: list[Waived] = []
    # File by file, since a file is read once more for its lines.
    for rule, finding in sorted(findings, key=lambda f: f[1].where.record.file.path):
        record = finding.where.record
        if reason := _waiver_reason(rule, record):
            waived.append(Waived(record.file.path, record.line, rule.name, record.id, finding.message, reason))
        else:
            issues.append(rule.issue(finding))
    return issues, waived


def _waiver_reason(rule: "Rule", record: "Record") -> str | None:
    """Return the reason for which a record may break a rule.

    Errors protect the tables and cannot be allowed; nor can a waiver allow waivers.
    """
    if rule.severity == "error" or rule.subject == "waivers":
        return None
    return next((a["reason"] for a in record.get("allow", ()) if a["rule"] == rule.name), None)


# What was asked for.


def _outside(project: Project, paths: Collection[Path]) -> list[Path]:
    """Return the given files that are no record files of the project, so that none named is passed over."""
    for path in paths:
        if not files.exists(*files.split(path)):
            raise UnknownNameError(f"there is no file or folder {str(path)!r}")
    given = [path for path in paths if not files.is_folder(path)]
    if not given:
        return []
    from alleged.reader import record_files

    bundles = {path.absolute() for path in record_files(project)}
    return [path for path in given if path.absolute() not in bundles]


def _within(report: Report, project: Project, paths: Collection[Path]) -> Report:
    if not paths:
        return report
    return replace(
        report,
        issues=tuple(issue for issue in report.issues if _is_within(issue.place.path, project, paths)),
        waived=tuple(one for one in report.waived if _is_within(one.path, project, paths)),
        files=tuple(file for file in report.files if _is_within(file, project, paths)),
    )


def _is_within(file: str, project: Project, paths: Collection[Path]) -> bool:
    wanted = map(project.relative, paths)
    return not paths or any(w in (".", file) or file.startswith(f"{w.rstrip('/')}/") for w in wanted)


# Reports as they are kept.


def _plain(report: Report) -> list[Any]:
    issues, waived = [plain(issue) for issue in report.issues], [list(one) for one in report.waived]
    return [issues, waived, report.files, report.records, report.skipped, report.steady, report.title]


def _unfolded(kept: list[Any]) -> Report:
    issues, waived, files, *rest = kept
    return Report(tuple(map(unfolded, issues)), tuple(Waived(*one) for one in waived), tuple(files), *rest)
