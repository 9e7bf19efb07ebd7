"""Check a project: run the stages and rules, and report issues and waived findings."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alleged import files
from alleged.cache import CheckCache, ProjectState, today
from alleged.errors import AllegedError, UnknownNameError
from alleged.execution import SERIAL, Execution, gc_disabled
from alleged.issues import Issue, Severity, Waived, issue_from_list, issue_to_list
from alleged.project import Project

if TYPE_CHECKING:  # a check whose report is cached imports neither reader nor rules
    from alleged.incremental import Records
    from alleged.index import Store
    from alleged.records.corpus import Corpus, ReadResult, Record
    from alleged.rules import Finding, Rule

    Findings = Iterable[tuple[Rule, Finding]]

LARGE = 20_000
"""Record files from which records are judged with an index at once, since it needs less memory: 150 MiB of YAML."""

PART = 2000
"""Records that one process checks at a time; for fewer than two parts, starting another process takes longer."""


@dataclass(frozen=True)
class Report:
    """The result of a check. `issues` and `waived` (allowed findings) are in the order of files and lines.

    `records` is the number of records by kind. `skipped` are the rules that were not run, by what they need (`texts` or
    `former` releases). `steady` is the number of warnings and of allowed findings that do not depend on a curator's
    copies of articles. `older` is the number of issues left out because an earlier revision has them too.
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
        """Return the number of issues of a severity."""
        return sum(issue.severity == severity for issue in self.issues)

    @property
    def sound(self) -> bool:
        """Whether there are no errors, so that tables can be built."""
        return self.count("error") == 0


class Indexed(NamedTuple):
    """A report made with an index, and the records of the index."""

    report: Report
    records: "Records"


class Checked(NamedTuple):
    """A report, the state of the project if it is known, and what was read, unless the report was cached."""

    report: Report
    state: ProjectState | None
    read: "ReadResult | None"


def check(
    project: Project,
    paths: Collection[Path] = (),
    execution: Execution = SERIAL,
    cache: CheckCache | None = None,
) -> Report:
    """Check a project and return its report; see `check_project`."""
    return check_project(project, paths, execution, cache).report


def check_project(
    project: Project,
    paths: Collection[Path] = (),
    execution: Execution = SERIAL,
    cache: CheckCache | None = None,
) -> Checked:
    """Check a project and return its report, with the state and the records that it is about.

    All record files are read, since records refer to each other; with `paths` (files or folders), only issues in them,
    or elsewhere because of their records, are reported. A file outside `claims/` is checked together with the project,
    as if it were part of it. If the cache has a report for this state of the project, files are not parsed again.

    Raises:
        UnknownNameError: A path does not exist.
    """
    state = cache.state() if cache else None
    if _outside(project, paths, state):
        state = None
    cached = cache.load_report(state) if cache and state else None
    if cached is not None:
        return Checked(_filter(_from_list(cached), project, paths), state, None)
    if cache and state and (indexed := by_index(project, execution, cache, state)):
        return Checked(_filter(indexed.report, project, paths), state, None)
    report, read = _check(project, paths, execution, cache, state)
    return Checked(report, state, read)


def examine(
    project: Project, execution: Execution = SERIAL, cache: CheckCache | None = None
) -> tuple[Report, "Corpus"]:
    """Check a project, and return its report and its records.

    Cached bundles are not read again, and the report is cached; but an index is not used.
    """
    state = cache.state() if cache else None
    report, read = _check(project, (), execution, cache, state)
    return report, read.corpus


@gc_disabled()
def _check(
    project: Project,
    paths: Collection[Path],
    execution: Execution,
    cache: CheckCache | None,
    state: ProjectState | None,
) -> tuple[Report, "ReadResult"]:
    from alleged.schemas.vocabularies import using

    result = _read(project, paths, execution, cache, state)
    corpus = result.corpus
    names = [project.relative(path) for path in paths]
    selected = {file for file in result.files if _is_within(file, names)} if paths else None
    judge = _run_sound if result.issues else _run_rules
    with using(corpus.codes):
        issues, waived = judge(corpus, selected, execution)
    report = _report([*result.issues, *issues], waived, result.files, corpus, Counter(r.kind for r in corpus.records))
    if cache and state and not paths and result.digests == state.files and cache.state() == state:
        cache.save_report(state, _to_list(report))
    return _filter(report, project, paths), result


def _report(
    issues: Sequence[Issue],
    waived: Sequence[Waived],
    names: Sequence[str],
    corpus: "Corpus",
    counts: Mapping[str, int],
) -> Report:
    """Return a report of what was found in the files of these names; `counts` are the records by kind."""
    from alleged.rules import RULES
    from alleged.schemas.definitions import KINDS

    ordered = sorted(dict.fromkeys(issues), key=lambda i: (*i.place[:3], i.rule, i.message))
    text_rules = {rule.name for rule in RULES.values() if rule.needs == "texts"}
    steady = {
        "warnings": sum(i.severity == "warning" and i.rule not in text_rules for i in ordered),
        "allowed": sum(w.rule not in text_rules for w in waived),
    }
    skipped: dict[str, list[str]] = {}
    for rule in RULES.values():
        if rule.needs and rule.is_skipped(corpus):
            skipped.setdefault(rule.needs, []).append(rule.name)
    by_kind = {kind: counts[kind] for kind in KINDS if kind in counts}
    title = corpus.settings.title
    return Report(tuple(ordered), tuple(sorted(waived)), tuple(names), by_kind, skipped, steady, title)


def records(project: Project, cache: CheckCache | None = None) -> "ReadResult":
    """Read the records of a project without judging them; cached bundles are not read again."""
    return _read(project, (), SERIAL, cache, cache.state() if cache else None)


def _read(
    project: Project,
    paths: Collection[Path],
    execution: Execution,
    cache: CheckCache | None,
    state: ProjectState | None,
) -> "ReadResult":
    from alleged.records.corpus import CachedBundles, read

    extra, former = _outside(project, paths, state), former_ids(project)
    store = _store(project, cache) if cache and state else None
    if not store or not state:
        return read(project, extra, execution, None, former)
    cached = CachedBundles(state.files, store.load(state.files.values()), store.codes)
    store.close()  # processes that are forked must not use it
    result = read(project, extra, execution, cached, former)
    if result.fresh and result.corpus.codes.digest == store.codes:
        store.add(result.fresh)
        store.shrink(state.files.values())
    store.close()
    return result


def former_ids(project: Project) -> Mapping[str, Collection[str]] | None:
    """Return the ids of the last release by kind of record, from its manifest; None without a release."""
    from alleged.datasets import manifests

    try:
        releases = manifests.read_index(project.root).releases
        if not releases:
            return None
        ids = manifests.read_manifest(project.root, f"datasets/{list(releases)[-1]}")["ids"]
    except AllegedError:
        return None
    return {kind: frozenset(names) for kind, names in ids.items()}


def new_since(report: Report, before: Report) -> Report:
    """Return the report without the issues that an earlier report has too; their number is `older`.

    Two issues are the same if they have the same rule, message and text of the line; the line may have moved.
    """
    old = Counter(map(_identity, before.issues))
    new: list[Issue] = []
    for issue in report.issues:
        if old[_identity(issue)] > 0:
            old[_identity(issue)] -= 1
        else:
            new.append(issue)
    return replace(report, issues=tuple(new), older=len(report.issues) - len(new))


def _identity(issue: Issue) -> tuple[str, str, str]:
    return issue.rule, issue.message, issue.place.text.strip()


# With an index.


@gc_disabled()
def index_records(project: Project, execution: Execution, cache: CheckCache, checked: Report) -> None:
    """Make the index of a project that was `checked`, so that later checks judge only what a change can affect.

    It takes two to three times as long as a check from nothing. None is made if records have errors that other rules
    rely on, or if there are copies of articles, since rules compare all of these.
    """
    from alleged.rules import RULES, STAGES

    later = {rule.name for rule in RULES.values() if rule.stage == STAGES[-1] and not rule.over}
    faults = {issue.rule for issue in checked.issues if issue.severity == "error"} - later
    if not faults and (state := cache.state()):
        by_index(project, execution, cache, state, create=True)


@gc_disabled()
def by_index(
    project: Project, execution: Execution, cache: CheckCache, state: ProjectState, create: bool = False
) -> Indexed | None:
    """Return the report for a state of a project by its index; None if there is no index, or it is of no use."""
    image = cache.load_index(state)
    large = len(state.files) > LARGE
    create = create or (cache.fills and large)
    if (image is None and not create) or files.exists(project.root, project.texts.name):
        return None
    from alleged import incremental
    from alleged.index import UNUSABLE, Index
    from alleged.records.corpus import Corpus
    from alleged.records.own_codes import read_own_codes
    from alleged.records.settings import read_settings
    from alleged.schemas.vocabularies import using

    own, (settings, settings_issues) = read_own_codes(project), read_settings(project)
    if own.issues or settings_issues or (store := _store(project, cache)) is None:
        return None
    like = Corpus((), settings, former=former_ids(project), codes=own.codes)
    try:
        records = incremental.Records(project, Index(image), store, like, large)
        image = None  # not twice in memory
        with using(own.codes):
            judged = incremental.update(records, state.files, today(), execution)
            issues, waived = incremental.found(records)
        if create or judged >= incremental.MANY:
            cache.save_index(state, records.index.image())
    except (incremental.UnsoundError, UNUSABLE, AllegedError, LookupError, ValueError):  # the whole corpus decides
        return None
    finally:
        store.close()
    report = _report(issues, waived, [*state.files], like, records.index.counts())
    if cache.others() == state.others:
        cache.save_report(state, _to_list(report))
    return Indexed(report, records)


def _store(project: Project, cache: CheckCache) -> "Store | None":
    """Return the database of read bundles, if there can be one."""
    from alleged.index import Store
    from alleged.records.own_codes import read_own_codes

    path = cache.bundles_file()
    codes = read_own_codes(project).codes.digest
    return Store(path, cache.tool, codes) if path else None


# Running the rules.


def _run_rules(corpus: "Corpus", files: set[str] | None, execution: Execution) -> tuple[list[Issue], list[Waived]]:
    """Return the issues and waived findings of all rules.

    The early stages run on all records, whatever `files` are selected, since later rules rely on them. In the last
    stage, rules that do not need the whole corpus run on records of these files only. All may run in parallel; if the
    early stages find errors, the results of the last stage are discarded, and its rules run on the sound records.
    """
    from alleged.rules import RULES, STAGES, findings_of

    last = [rule for rule in RULES.values() if rule.stage == STAGES[-1]]
    of_corpus, of_records = [r for r in last if not r.is_near], [r for r in last if r.is_near]
    if corpus.texts:  # copies of articles do not leave this machine
        execution = execution.nearby
    parts: Sequence[slice | set[str] | None] = [files] if files is not None else _parts(corpus, execution)
    tasks = [_early_findings, *(partial(findings_of, rules=[rule]) for rule in of_corpus)]
    tasks += [partial(_findings_in, part, of_records) for part in parts]
    if len(corpus.records) < 2 * PART:
        execution = replace(execution, jobs=1)
    with execution.progress.stage("judging"):
        results = execution.spread(_run, corpus, tasks, finish=_split_waived, last=True)
        early = next(results)
        if any(issue.severity == "error" for issue in early[0]):
            return _run_sound(corpus, files, execution)
        issues, waived = zip(*results, strict=True)
    return list(chain(*issues)), list(chain(*waived))


def _run_sound(corpus: "Corpus", files: set[str] | None, _: Execution) -> tuple[list[Issue], list[Waived]]:
    """Return what each stage finds in the records that have passed the earlier ones, with all that they refer to.

    Rules that find what is missing are left out, since it may be in a record that was left out.
    """
    from alleged.rules import RULES, STAGES, findings_of

    issues: list[Issue] = []
    waived: list[Waived] = []
    sound = corpus
    for stage in STAGES:
        rules = [rule for rule in RULES.values() if rule.stage == stage and not rule.all_records]
        part = sound if files is None or stage != STAGES[-1] else sound.part(files)
        found = list(findings_of(part, rules))
        for kept, more in zip((issues, waived), _split_waived(found), strict=True):
            kept += more  # type: ignore[arg-type]
        faulty = [finding.where.record for rule, finding in found if rule.severity == "error"]
        sound = _without(sound, faulty)
    return issues, waived


def _without(corpus: "Corpus", faulty: Sequence["Record"]) -> "Corpus":
    """Return the corpus without some records, without those that refer to one left out, and so on.

    A relation may lead to a claim or to a topic. If both have the id and one is left out, so is the claim with the
    relation: nobody knows which of the two was meant.
    """
    out = {id(record) for record in faulty}
    left = [record for record in corpus.records if id(record) not in out]
    known = Counter((record.kind, record.id) for record in left)
    gone = {(record.kind, record.id) for record in corpus.records} - known.keys()
    users: dict[tuple[str, str], list[Record]] = defaultdict(list)
    queue: list[Record] = []
    for record in left:
        for targets in _targets(record):
            if known.keys().isdisjoint(targets) or not gone.isdisjoint(targets):
                queue.append(record)
            for target in targets:
                users[target].append(record)
    for record in queue:  # grows during the walk
        if id(record) in out:
            continue
        out.add(id(record))
        key = record.kind, record.id
        known[key] -= 1
        if not known[key]:
            del known[key]
            queue += users[key]
    return replace(corpus, records=tuple(record for record in left if id(record) not in out))


def _targets(record: "Record") -> Iterator[set[tuple[str, str]]]:
    """Yield for each reference of a record the kinds and ids of the records to which it may lead."""
    from alleged.records.record import picker
    from alleged.schemas.definitions import marked

    for field in marked(record.kind, "x-kinds"):
        yield from ({(kind, to) for kind in field.schema["x-kinds"]} for to in picker(field.path)(record.data))


def _early_findings(corpus: "Corpus") -> list[tuple["Rule", "Finding"]]:
    """Return the findings of the first stage with errors, the last stage excluded; none if no stage has errors."""
    from alleged.rules import RULES, STAGES, findings_of

    for stage in STAGES[:-1]:
        findings = list(findings_of(corpus, [rule for rule in RULES.values() if rule.stage == stage]))
        if any(rule.severity == "error" for rule, _ in findings):
            return findings
    return []


def _run(corpus: "Corpus", task: "Callable[[Corpus], Findings]") -> list[tuple["Rule", "Finding"]]:
    return list(task(corpus))


def _findings_in(part: slice | set[str] | None, rules: Sequence["Rule"], corpus: "Corpus") -> "Findings":
    from alleged.rules import findings_of

    if isinstance(part, slice):
        corpus = corpus.part_of(corpus.records[part])
    elif part is not None:
        corpus = corpus.part(part)
    return findings_of(corpus, rules)


def _parts(corpus: "Corpus", execution: Execution) -> list[slice | None]:
    """Return the records that are judged together; None stands for all."""
    if not execution.is_shared or len(corpus.records) < 2 * PART:  # lookups in a part are slower
        return [None]
    return [*corpus.slices(PART)]


def _split_waived(findings: Iterable[tuple["Rule", "Finding"]]) -> tuple[list[Issue], list[Waived]]:
    """Return findings as issues, and apart from them those that their records allow."""
    issues: list[Issue] = []
    waived: list[Waived] = []
    # File by file, since a file is read again to place its findings.
    for rule, finding in sorted(findings, key=lambda f: f[1].where.record.file.path):
        record = finding.where.record
        if reason := rule.waiver_reason(record):
            waived.append(Waived(record.file.path, record.line, rule.name, record.id, finding.message, reason))
        else:
            issues.append(rule.issue(finding))
    return issues, waived


# Selecting by path.


def _outside(project: Project, paths: Collection[Path], state: ProjectState | None) -> list[Path]:
    """Return the given files that are not record files of the project, so that they are checked too."""
    for path in paths:
        if not files.exists(*files.split(path)):
            raise UnknownNameError(f"there is no file or folder {str(path)!r}")
    known = state.files if state else ()
    selected = [path for path in paths if project.relative(path) not in known and not files.is_folder(path)]
    if not selected:
        return []
    from alleged.reader import record_files

    bundles = {path.absolute() for path in record_files(project)}
    return [path for path in selected if path.absolute() not in bundles]


def _filter(report: Report, project: Project, paths: Collection[Path]) -> Report:
    if not paths:
        return report
    names = [project.relative(path) for path in paths]
    return replace(
        report,
        issues=tuple(issue for issue in report.issues if _concerns(issue, names)),
        waived=tuple(waived for waived in report.waived if _is_within(waived.path, names)),
        files=tuple(file for file in report.files if _is_within(file, names)),
    )


def _concerns(issue: Issue, names: Collection[str]) -> bool:
    """Whether an issue is in the selected files, or elsewhere because of a record in them."""
    return any(_is_within(place.path, names) for place in (issue.place, *issue.related))


def _is_within(file: str, names: Collection[str]) -> bool:
    return any(name in (".", file) or file.startswith(f"{name.rstrip('/')}/") for name in names)


# Reports in the cache.


def _to_list(report: Report) -> list[Any]:
    issues = [issue_to_list(issue) for issue in report.issues]
    return [issues, report.waived, report.files, report.records, report.skipped, report.steady, report.title]


def _from_list(parts: list[Any]) -> Report:
    issues, waived, files, *rest = parts
    return Report(tuple(map(issue_from_list, issues)), tuple(Waived(*w) for w in waived), tuple(files), *rest)
