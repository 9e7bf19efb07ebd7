"""The public Python API: what `import alleged` offers. Which release is meant is never guessed."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from alleged import files
from alleged.datasets import lockfile
from alleged.datasets.catalogues import Catalogue, Folder, Remote, installed, locate, look_again, nearest
from alleged.datasets.lockfile import Pin
from alleged.datasets.manifests import DEVELOPMENT
from alleged.datasets.notes import last_answer, remember
from alleged.datasets.release import Release as _Tables
from alleged.datasets.resolve import Choice, choose, open_release, report_choice
from alleged.errors import AllegedError, EnvironmentFailure, UnknownNameError, VerificationError, records_packages
from alleged.project import Project
from alleged.schemas.attributes import Codes
from alleged.schemas.vocabularies import closest
from alleged.text import notices

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from alleged.charts import Chart
    from alleged.origins.roots import Edges
    from alleged.origins.utterances import Known
    from alleged.records.corpus import Corpus, Record

__all__ = [
    "Codes",
    "Origins",
    "Pin",
    "Release",
    "Version",
    "as_of",
    "codes",
    "load",
    "open",
    "pin",
    "scan",
    "table_names",
    "versions",
]

codes = Codes()
"""The codes of the lists of this version: `codes.act.deny`; a code that does not exist is an error."""

Place = str | os.PathLike[str]
T = TypeVar("T")


class Version(NamedTuple):
    """A release in a catalogue; `yanked` is the reason for its withdrawal, None if it was not withdrawn."""

    release: str
    schema_version: str
    channels: tuple[str, ...]
    yanked: str | None


class Origins(NamedTuple):
    """The independent origins of a topic: an interval of their number, and the names behind it.

    `lo` counts origins with disclosed evidence, `hi` all that cannot be ruled out. `names` has each origin of `hi` by
    id, `roots` the claims that begin its chains, and `paths` the chain from each claim to a root, as lists of ids.
    """

    topic: str
    lo: int
    hi: int
    names: dict[str, str]
    roots: dict[str, list[str]]
    paths: list[list[str]]


class Plot(NamedTuple):
    """The charts of a release, which notebooks show: `r.plot.timeline("dprk-troops-to-russia")`.

    `.data` of a chart is the frame behind it, `.standalone()` an SVG file, `.png()` a picture. `as_of` is a day; of a
    release that is seen as of a day, that day. docs/charts.md says what each mark means. Each function raises DateError
    if `as_of` is no calendar day, UnknownNameError if there is no such topic or the tables are of an older schema, and
    EnvironmentFailure if a package of the extra `alleged[records]` is not installed.
    """

    of: "Release"

    def timeline(self, topic: str, as_of: "date | str | None" = None) -> "Chart":
        """Return who spoke when, in one lane for each principal."""
        with records_packages("plot"):
            from alleged import charts

        return charts.timeline(self.of, topic, as_of)

    def origins(self, topic: str, as_of: "date | str | None" = None) -> "Chart":
        """Return the interval of independent origins over time, with the name of each where it joins."""
        with records_packages("plot"):
            from alleged import charts

        return charts.origins(self.of, topic, as_of)

    def quantities(self, topic: str, as_of: "date | str | None" = None) -> "Chart":
        """Return the figures side by side, as they were named."""
        with records_packages("plot"):
            from alleged import charts

        return charts.quantities(self.of, topic, as_of)


@dataclass(frozen=True, repr=False)
class Release(_Tables):
    """A release whose tables also answer questions, as the commands of the same names do.

    `day` is the day as of which it is seen; None for all that is public.
    """

    day: str | None = field(default=None, compare=False)

    def as_of(self, day: "date | str", known: "Known" = "certain", edges: "Edges" = "then") -> "Release":
        """Return this release as the public could know it on a day; the arguments are those of `alleged.as_of`.

        Raises:
            DateError: The text is no calendar day.
            LimitError: Seen so, dependences lead to more ways than a table can hold.
            UnknownNameError: Its tables are of an older schema.
            EnvironmentFailure: A package of the extra `alleged[records]` is not installed.
        """
        with records_packages("as_of"):
            from alleged.asof import as_of as seen
            from alleged.asof import core_of

        public = replace(self, why=f"as known on {day}", day=str(day))
        public._frames.update(seen(core_of(self.load), day, known, edges))
        return public

    def scan(self, table: str) -> "pl.LazyFrame":
        """Return a table as a polars LazyFrame; see `alleged.datasets.release.Release.scan`."""
        return self.load(table).lazy() if self.day else super().scan(table)

    @property
    def plot(self) -> Plot:
        """Charts of its topics, such as `plot.timeline(topic)`."""
        return Plot(self)

    def origins_of(
        self, topic: str, as_of: "date | str | None" = None, known: "Known" = "certain", edges: "Edges" = "then"
    ) -> Origins:
        """Return the independent origins of a topic, by default of all that is public; docs/method.md explains them.

        Raises:
            DateError: `as_of` is no calendar day.
            LimitError: The ways to roots name more claims than a list can hold.
            UnknownNameError: There is no such topic, or the tables are of another schema version.
        """
        from alleged.dates import day_of
        from alleged.origins.intervals import origins_of_topic
        from alleged.origins.utterances import gather
        from alleged.schemas.vocabularies import using

        corpus, on = self._records, day_of(as_of or self.day)
        asked = self._named("topics", topic)
        with using(corpus.codes):
            at = origins_of_topic(gather(corpus, known), asked.id, on, edges)
        at.roots.require_writable_paths()
        ways = [
            (claim, root.id) for roots in at.origins.values() for root in roots for claim in at.claims_by_root[root.id]
        ]
        return Origins(
            asked.id,
            *at.interval,
            {origin: corpus.actors[origin]["name"] for origin in at.origins},
            {origin: [root.id for root in roots] for origin, roots in at.origins.items()},
            [at.roots.path(claim, root) for claim, root in ways],
        )

    def codes_of(self, name: str) -> "pl.DataFrame":
        """Return the codes of a list, such as `act`, in its order: the rows of `vocabulary`, to be joined to a column.

        `code` has the type of the columns with these codes, so that polars joins them.

        Raises:
            UnknownNameError: There is no such list.
        """
        import polars as pl

        listed = self.load("vocabulary").filter(pl.col("list").cast(pl.String) == name).sort("seq")
        if listed.is_empty():
            hint = "".join(
                f"; did you mean {near!r}?" for near in closest(name, self.load("vocabulary")["list"].unique())
            )
            raise UnknownNameError(f"there is no code list {name!r}{hint}")
        return listed.with_columns(pl.col("code").cast(pl.Enum(listed["code"])))

    def timeline_of(self, topic: str) -> "pl.DataFrame":
        """Return the rows of `topic_timeline` of a topic, by day; a row holds until the next one.

        Raises:
            UnknownNameError: There is no such topic.
        """
        return self.load("topic_timeline").filter(topic_id=self._named("topics", topic).id).sort("date")

    def quantities_of(self, topic: str) -> "pl.DataFrame":
        """Return the figures claimed on a topic: one row for each, by item, unit and day of the words.

        They are those of active claims that assert what is asked, with the names of claimant and principal. Figures
        with the same `comparable_key` may be compared, never added up.

        Raises:
            UnknownNameError: There is no such topic.
        """
        import polars as pl

        asked = self._named("topics", topic).id
        claims = self.load("claims").filter(
            pl.col("status") == "active", ~pl.col("background"), stance="yes", topic_id=asked
        )
        names = self.load("actors").select("actor_id", "name")
        whose = claims.select("claim_id", "said_edtf", "said_lo", "said_hi", "claimant_id", "principal_id")
        for who in ("claimant", "principal"):
            whose = whose.join(names.rename({"actor_id": f"{who}_id", "name": who}), on=f"{who}_id", how="left")
        figures = self.load("quantities").drop("record_path", "record_line", "record_sha256")
        order = ("item", "unit", pl.coalesce("said_hi", "said_lo"), "claim_id", "seq")
        return whose.join(figures, on="claim_id").sort(*order, nulls_last=False)

    def find(
        self,
        text: str = "",
        kind: str | None = None,
        claimant: str | None = None,
        topic: str | None = None,
        said: str | None = None,
    ) -> "pl.DataFrame":
        """Return what `alleged find` finds: one row for each match, by kind, the best first.

        `kind` is a plural such as `claims` or `actors`; `said` a period such as `2024-06`.

        Raises:
            DateError: `said` is no date.
            UnknownNameError: There is no such claimant or topic, or the tables are of another schema version.
        """
        import polars as pl

        from alleged.find import Query, of_records, search
        from alleged.schemas.vocabularies import using

        with using(self._records.codes):
            found = search(of_records(self._records), Query(text.strip(), kind, claimant, topic, said))
        rows = [(match.entry.kind, match.entry.id, match.entry.title, match.entry.about) for match in found]
        return pl.DataFrame(rows, dict.fromkeys(("kind", "id", "title", "about"), pl.String), orient="row")

    def trace(self, claim: str) -> "pl.DataFrame":
        """Return where a claim was printed and is recorded: one row for each source, in the order of the record.

        `link` opens the page at the quote; `record` is the file and line at `commit`.

        Raises:
            UnknownNameError: There is no such claim, or the tables are of another schema version.
        """
        import polars as pl

        from alleged.trace import Step, trace

        rows = list(trace(self._named("claims", claim), self._records))
        types = {name: pl.Boolean if name == "translated" else pl.String for name in Step._fields}
        return pl.DataFrame(rows, types, orient="row")

    @cached_property
    def _records(self) -> "Corpus":
        from alleged.restored import records_of_release

        return records_of_release(self)

    def _named(self, kind: str, id: str) -> "Record":
        from alleged.schemas.definitions import KINDS

        known = self._records.of_kind(kind)
        if id not in known:
            close = closest(id, known)
            raise UnknownNameError(
                f"there is no {KINDS[kind]} {id!r}{f'; did you mean {close[0]!r}?' if close else ''}"
            )
        return known[id]


def load(
    table: str,
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> "pl.DataFrame":
    """Return a table as a polars DataFrame; docs/codebook.md describes its rows, key and columns.

    `release`, `catalogue`, `offline` and `project` are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue, release or table.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return _read(lambda opened: opened.load(table), release, catalogue, offline, project)


def scan(
    table: str,
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> "pl.LazyFrame":
    """Return a table as a polars LazyFrame; a query reads only what it needs.

    `release`, `catalogue`, `offline` and `project` are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue, release or table.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return _read(lambda opened: opened.scan(table), release, catalogue, offline, project)


def open(
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> Release:
    """Return a release with its tables as attributes: `open("2026.11.0").claims`.

    `release` is a name such as `2026.11.0`, the beginning of one if only one release has it (`2026.11`), or `dev` for
    the last build. Without it, the nearest `alleged.lock` from the working directory upwards decides; without one, the
    channel `stable` of the catalogue, or `dev` if nothing is released yet; the choice is printed on standard error.

    `catalogue` is a folder with an `index.json`, the http(s) URL of a server with the same files, or the name of an
    installed package of data, as `alleged export wheel` makes it. By default it is that of `alleged.lock`, or else the
    nearest folder `datasets/` upwards, the URL in the nearest `dataset.yaml`, the catalogue that was named last in this
    folder, or the only installed package of data. Downloads are verified and kept in the cache (`$ALLEGED_CACHE`, else
    `alleged` in `$XDG_CACHE_HOME` or `~/.cache`); with `offline` set, only that is used. What is pinned and cached is
    read without asking the server. `project` is a folder to start from instead of the working directory.

    Raises:
        UnknownNameError: There is no such catalogue or release, or more than one.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return _read(lambda opened: opened, release, catalogue, offline, project)


def versions(catalogue: Place | None = None, offline: bool = False, project: Place | None = None) -> list[Version]:
    """Return the releases of a catalogue, oldest first, with their channels and withdrawals. A server is asked again.

    `catalogue`, `offline` and `project` are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue.
        ServerError: The server cannot be reached.
        VerificationError: The index was written by a newer version, or is damaged.
    """
    look_again()
    index = _place(None, catalogue, offline, _start(project))[0].index()
    return [
        Version(
            name,
            entry["schema_version"],
            tuple(channel for channel, target in index.channels.items() if target == name),
            index.yanked.get(name),
        )
        for name, entry in index.releases.items()
    ]


def table_names(
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
    project: Place | None = None,
) -> list[str]:
    """Return the names of the tables of a release; arguments are as for `open`.

    Raises:
        UnknownNameError: There is no such catalogue or release.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that was published.
    """
    return open(release, catalogue, offline, project).tables


def as_of(
    day: "date | str",
    known: "Known" = "certain",
    edges: "Edges" = "then",
    project: Place | None = None,
    release: str | None = None,
    catalogue: Place | None = None,
    offline: bool = False,
) -> dict[str, "pl.DataFrame"]:
    """Return every table by name as the public could know it on a day, a date or a text such as `2024-06-18`.

    With `certain` a claim counts from the last day on which it can have been published, with `possible` from the first.
    A relation counts once it is public too; with `current` edges also where it came to light only later, and roots are
    then named even if they were public later: that is hindsight. Actors, topics and code lists are the curators' own
    and stay whole.

    Raises:
        DateError: The text is no calendar day.
        LimitError: Seen so, dependences lead to more ways than a table can hold.
        UnknownNameError: There is no such project or release.
        VerificationError: A file is not the one that the manifest names.
    """
    public = open(release, catalogue, offline, project).as_of(day, known, edges)
    return {name: public.load(name) for name in public.tables}


def pin(
    release: str | None = None, catalogue: Place | None = None, project: Place | None = None
) -> tuple[Pin | None, Pin]:
    """Write a release (by default that of the channel `stable`) to `alleged.lock`; return the old and the new pin.

    The nearest `alleged.lock` upwards is replaced; without one, it is written beside the nearest `datasets/`, or in the
    working directory. A given catalogue is written too.

    Raises:
        UnknownNameError: There is no such catalogue or release, or nothing is released.
        EnvironmentFailure: The lock cannot be written, or the server cannot be reached.
        VerificationError: The release is damaged.
    """
    start = _start(project)
    found = lockfile.find(start)
    path = found or _beside(start) / lockfile.NAME
    before = _readable(path) if found else None
    source = _source(before, catalogue, False, start)
    chosen = choose(release, source)
    if chosen.manifest_sha256 is None:
        raise UnknownNameError(f"'dev' changes with every build and cannot be pinned; {source} has no release yet")
    chosen_release = open_release(source, chosen)
    kept = before.catalogue if before and catalogue is None else _written(source, catalogue, path.parent)
    now = Pin(path, chosen_release.release, chosen_release.manifest_sha256, kept)
    if now != before:
        lockfile.write(now)
    return before, now


def _start(project: Place | None) -> Path:
    try:
        return Path(project or ".").absolute()
    except OSError as error:
        raise EnvironmentFailure(f"the working directory cannot be found: {error.strerror}") from None


def _place(release: str | None, catalogue: Place | None, offline: bool, start: Path) -> tuple[Catalogue, Pin | None]:
    """Return the catalogue, and the pin if it is needed for the catalogue or the release."""
    needed = release != DEVELOPMENT and (release is None or catalogue is None)
    path = lockfile.find(start) if needed else None
    held = lockfile.read(path) if path else None
    return _source(held, catalogue, offline, start), held


def _source(held: Pin | None, catalogue: Place | None, offline: bool, start: Path) -> Catalogue:
    if catalogue is not None:
        return locate(catalogue, start, offline)
    if held and held.catalogue is not None:
        return locate(held.catalogue, held.path.parent, offline)
    return nearest(start) or _named(start, offline) or _used_last(start, offline) or _installed(start)


def _named(start: Path, offline: bool) -> Catalogue | None:
    """Return the public catalogue that the nearest `dataset.yaml` names; None if there is none."""
    root = files.upwards(start, "dataset.yaml")
    if root is None:
        return None
    with records_packages("dataset.yaml"):
        from alleged.records.settings import read_settings
    address = read_settings(Project(root))[0].catalogue
    return locate(address, root, offline) if address else None


def _used_last(start: Path, offline: bool) -> Catalogue | None:
    """Return the catalogue that was named last in this folder; None if there is none, or it is gone."""
    with suppress(AllegedError):
        if note := last_answer(start.as_uri()):
            source = locate(note.decode(), start, offline)
            notices.once(f"using the catalogue {source}, which was named here last; 'alleged pin' writes it down")
            return source
    return None


def _installed(start: Path) -> Folder:
    if (found := installed()) is None:
        raise UnknownNameError(
            f"no folder 'datasets' in {start} or above it: run 'alleged build' in a project, name a catalogue, or pin "
            "a release with  alleged pin RELEASE --catalogue PLACE"
        )
    return found


def _remember(source: Catalogue, start: Path) -> None:
    """Note which catalogue was named in a folder; where the cache cannot be written, it has to be named again."""
    place = str(source if isinstance(source, Remote) else source.path.absolute()).encode()
    with suppress(AllegedError):
        if last_answer(start.as_uri()) != place:
            remember(start.as_uri(), place)


def _read(
    read: Callable[[Release], T], release: str | None, catalogue: Place | None, offline: bool, project: Place | None
) -> T:
    """Read from a release; try again if a build replaces the tables meanwhile."""
    start = _start(project)
    source, held = _place(release, catalogue, offline, start)
    chosen = choose(release, source, held)
    report_choice(chosen, source)
    if catalogue is not None:
        _remember(source, start)
    for patience in (0.05, 0.2, 0.5, None):
        before = source.build() if isinstance(source, Folder) else None
        try:
            return read(_public(open_release(source, chosen)))
        except (UnknownNameError, VerificationError):
            if patience is None or not _is_rebuilt(source, chosen, before):
                raise
            time.sleep(patience)
    raise AssertionError("the last try returns or raises")


def _public(opened: _Tables) -> Release:
    return Release(**{f.name: getattr(opened, f.name) for f in fields(_Tables) if f.init})


def _is_rebuilt(source: Catalogue, chosen: Choice, before: object) -> bool:
    """Whether a build has replaced the tables, or is doing so; releases never change."""
    if chosen.release != DEVELOPMENT or not isinstance(source, Folder):
        return False
    return source.build() != before or source.is_being_built()


def _readable(path: Path) -> Pin | None:
    """Return the pin of a lock file; None if it is damaged, so that it is replaced."""
    try:
        return lockfile.read(path)
    except VerificationError:
        return None


def _beside(start: Path) -> Path:
    folders = (start, *start.parents)
    return next((f for f in folders if any(files.is_folder(f, name) for name in ("datasets", "claims"))), start)


def _written(source: Catalogue, catalogue: Place | None, folder: Path) -> str | None:
    """Return the catalogue as written in a lock: None for the default, a folder relative to the lock."""
    if isinstance(source, Remote):
        return str(source)
    if catalogue is None:
        return None
    try:
        return Path(os.path.relpath(source.path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return source.path.as_posix()
