"""The public class `Release`: tables as attributes, SQL queries, codebook, citation, comparison."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, overload

from alleged.datasets import parquet
from alleged.datasets.bibliographies import in_words, one_line
from alleged.datasets.catalogues import Catalogue, Folder
from alleged.datasets.citing import CitedClaim, citation
from alleged.datasets.manifests import DEVELOPMENT, SCHEMA_VERSION, Index, digest, digest_from
from alleged.errors import AllegedError, EnvironmentFailure, UnknownNameError, UnknownTableError, VerificationError
from alleged.schemas.vocabularies import closest
from alleged.text import escape
from alleged.text.urls import percent_encoded

if TYPE_CHECKING:
    from datetime import date

    import polars as pl


@dataclass(frozen=True, repr=False)
class Release:
    """A release: `r.claims` is a table, `dir(r)` lists them.

    `release` is its name, `why` the reason for choosing it, and `manifest_sha256` the digest of its `manifest`. Every
    file is checked against the manifest before a row is read.
    """

    release: str
    manifest: dict[str, Any] = field(compare=False)
    manifest_sha256: str
    catalogue: Catalogue = field(compare=False)
    why: str = field(default="given", compare=False)
    _frames: dict[str, "pl.DataFrame"] = field(default_factory=dict, init=False, compare=False)

    def __repr__(self) -> str:
        return escape.line(f"<release {self.release} of {self.catalogue}: {', '.join(self.tables)}>")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    def __getattr__(self, name: str) -> "pl.DataFrame":
        # A copy in the making has no manifest yet; looking it up would recurse.
        tables = self.__dict__.get("manifest", {}).get("tables", {})
        if name in tables:
            return self.load(name)
        if name.startswith("_"):
            raise AttributeError(name)
        message = escape.line(f"release {self.release} has no table {name!r}{_hint(name, tables)}")
        raise AttributeError(message, name=name, obj=self)

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return list(self.manifest["tables"])

    def load(self, table: str) -> "pl.DataFrame":
        """Return a table as a polars DataFrame; it is read once.

        Raises:
            UnknownNameError: There is no such table, or its file is not here.
            EnvironmentFailure: The file cannot be read or downloaded.
            VerificationError: The file is not the one that the manifest names.
        """
        if table not in self._frames:
            entry = self._entry(table)
            self._frames[table] = parquet.decoded(self.content(table), entry, f"{table} of {self.release}")
        return self._frames[table].clone()

    def scan(self, table: str) -> "pl.LazyFrame":
        """Return a table as a polars LazyFrame, for large releases: a query reads only what it needs.

        The file is verified now and read when the query is collected. The tables of the last build are kept in memory
        meanwhile, because another build may replace them.

        Raises:
            UnknownNameError: There is no such table, or its file is not here.
            EnvironmentFailure: The file cannot be read or downloaded.
            VerificationError: The file is not the one that the manifest names.
        """
        entry, what = self._entry(table), f"{table} of {self.release}"
        if self.release == DEVELOPMENT:
            return parquet.scanned(io.BytesIO(self.content(table)), entry, what)
        # Polars keeps the file open, so the query reads what was verified even if the file is replaced.
        with self._file(table) as file:
            self._require_digest(entry, digest_from(file, entry["bytes"]))
            return parquet.scanned(file, entry, what)

    def sql(self, query: str) -> "pl.DataFrame":
        """Return what DuckDB answers to a query over the tables, which have their own names in it: `from claims`.

        The query sees the verified tables only: no files, no network, no variables of the program.

        Raises:
            EnvironmentFailure: DuckDB is not installed.
        """
        import polars as pl

        try:
            import duckdb

            import_module("pyarrow")  # DuckDB hands tables to and from polars through it
        except ImportError as error:
            raise EnvironmentFailure(
                f"questions in SQL need DuckDB and pyarrow, and {error.name} is missing; pip install duckdb pyarrow"
            ) from None
        # Loading only what the text mentions is enough, and spares the rest of a large release.
        mentioned = [name for name in self.tables if re.search(rf"\b{name}\b", query, re.IGNORECASE)]
        with duckdb.connect(":memory:", config={"enable_external_access": "false"}) as connection:
            connection.execute("set lock_configuration = true")
            for name in mentioned or self.tables:
                connection.register(name, self.load(name))
            answer = connection.sql(query)
            return pl.DataFrame() if answer is None else answer.pl()

    @overload
    def codebook(self) -> "pl.DataFrame": ...
    @overload
    def codebook(self, column: str) -> str: ...
    def codebook(self, column: str | None = None) -> "pl.DataFrame | str":
        """Return the description of a column such as `claims.said_lo`; without a name, one row for each column.

        A name without a table must belong to one table only.

        Raises:
            UnknownNameError: There is no such column, or several tables have one.
        """
        import polars as pl

        known = {f"{table}.{entry['name']}": entry for table, entry in self._columns()}
        if column is None:
            rows = [(*name.split(".", 1), *_described(entry)) for name, entry in known.items()]
            heads = ("table", "column", "type", "nullable", "description", "codes", "references")
            return pl.DataFrame(rows, schema=heads, orient="row", infer_schema_length=None)
        found = [column] if column in known else [name for name in known if name.endswith(f".{column}")]
        if len(found) == 1:
            return _column_text(found[0], known[found[0]])
        if found:
            raise UnknownNameError(f"{column!r} is ambiguous: {', '.join(found)}")
        words = known if "." in column else {name.split(".", 1)[1]: 0 for name in known}
        raise UnknownNameError(f"release {self.release} has no column {column!r}{_hint(column, words)}")

    def diff(self, earlier: "Release") -> "pl.DataFrame":
        """Return the records that differ from an earlier release: one row for each, key and order `kind, id`.

        `change` is `added`, `edited`, `withdrawn`, `superseded` or `removed`. `alleged diff`, and `changes.ndjson` of a
        release, show which fields were edited, since they read the records themselves.
        """
        with parquet.readable(f"{earlier.release} and {self.release} cannot be compared"):
            return _difference(earlier, self)

    @property
    def catalogue_index(self) -> Index:
        """The index of its catalogue; of what is pinned and cached the cached one, so that no server is asked.

        Raises:
            EnvironmentFailure: It cannot be read or downloaded.
            VerificationError: It is damaged.
        """
        return self.catalogue.pinned(self.manifest_sha256) or self.catalogue.index(exactly=self.release)

    def require_schema(self) -> None:
        """Raise an error if the tables are not of this code's major schema version, before any file is opened.

        Raises:
            UnknownNameError: They are of another one.
        """
        version, needed = str(self.manifest["schema_version"]), SCHEMA_VERSION.partition(".")[0]
        if version.partition(".")[0] != needed:
            raise UnknownNameError(
                f"{self.release} has tables of schema version {version}, but version {needed} is needed: choose "
                f"another release. Its tables still load in Python, as alleged.open({self.release!r})"
            )

    def cite(self, style: str = "text", claim: str | None = None, accessed: "date | str | None" = None) -> str:
        """Return the citation of this release, or of one of its claims: `text`, `apa`, `bibtex`, `csl-json` or `ris`.

        It has the digest of the rows, and that of a claim its first source. `accessed` is the day of access.

        Raises:
            UnknownNameError: There is no such style or claim.
            DateError: `accessed` is no day.
            EnvironmentFailure: A file cannot be read or downloaded.
            VerificationError: A file is not the one that the manifest names.
        """
        return citation(self.manifest, style, None if claim is None else self._cited(claim), accessed)

    def _cited(self, id: str) -> CitedClaim:
        import polars as pl

        with parquet.readable(f"{id!r} of {self.release} cannot be cited"):
            found = self.load("claims").filter(pl.col("claim_id") == id).to_dicts()
            if not found:
                close = closest(id, self.load("claims")["claim_id"])
                hint = f"; did you mean {close[0]!r}?" if close else "; a claim of the last build has --release dev"
                raise UnknownNameError(f"release {self.release} has no claim {id!r}{hint}")
            claim = found[0]
            names = dict(self.load("actors").select("actor_id", "name").iter_rows())
            appearances = self.load("appearances").filter(pl.col("claim_id") == id)
            sources = appearances.join(self.load("sources"), on="source_id").sort(
                "published_hi", "seq", nulls_last=True
            )
            speakers = (claim["claimant_id"], *(claim["co_claimant_ids"] or ()))
            return CitedClaim(
                id=id,
                speakers=tuple(names.get(speaker, speaker) for speaker in speakers),
                said=claim["said_edtf"],
                summary=claim["summary"],
                status=claim["status"],
                printed=next((_printed(source, names) for source in sources.iter_rows(named=True)), ""),
            )

    def _entry(self, table: str) -> dict[str, Any]:
        named = self.manifest["tables"]
        if table not in named:
            raise UnknownTableError(f"there is no table {table!r}{_hint(table, named)}")
        return named[table]

    def content(self, table: str) -> bytes:
        """Return the bytes of the Parquet file of a table, checked against the manifest.

        Raises:
            UnknownNameError: There is no such table, or its file is not here.
            EnvironmentFailure: The file cannot be read or downloaded.
            VerificationError: The file is not the one that the manifest names.
        """
        entry = self._entry(table)
        with self._file(table) as file:
            content = file.read(entry["bytes"] + 1)
            self._require_digest(entry, digest(content))
        return content

    @contextmanager
    def _file(self, table: str) -> Iterator[BinaryIO]:
        """Open the file of a table."""
        entry = self._entry(table)
        try:
            with self.catalogue.file(self.release, entry) as file:
                yield file
        except (UnknownNameError, VerificationError):
            self._require_same_build()
            raise
        except AllegedError:
            raise
        except OSError as error:
            raise EnvironmentFailure(f"{entry['file']} of {self.release} cannot be read: {error}") from error

    def _require_digest(self, entry: dict[str, Any], found: str) -> None:
        if found != entry["sha256"]:
            raise VerificationError(
                f"{self.catalogue}/{self.release}/{entry['file']} is not the file in its manifest "
                f"(sha256 {found}, not {entry['sha256']}){self.catalogue.advice(self.release)}"
            )

    def _require_same_build(self) -> None:
        """Raise if a build has replaced the tables since they were opened: the file is not damaged then."""
        if self.release == DEVELOPMENT and isinstance(self.catalogue, Folder):
            now = self.catalogue.manifest(self.release, None)
            if digest(now) != self.manifest_sha256:
                raise VerificationError("the tables were rebuilt since they were opened; open them again")

    def _columns(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for table, entry in self.manifest["tables"].items():
            for column in entry["columns"]:
                yield table, column


def _printed(source: dict[str, Any], names: dict[str, str]) -> str:
    """Return title, publishers, date and address of a source in one sentence."""
    publishers = ", ".join(names.get(id, id) for id in source["publisher_ids"])
    title = f"“{one_line(source['title'])}”" if source["title"] else ""
    where = percent_encoded(source["url"] or "")
    known = filter(None, (title, publishers, in_words(source["published_edtf"])))
    return f"{', '.join(known)}. {where}" if where else f"{', '.join(known)}."


def _described(entry: dict[str, Any]) -> tuple[Any, ...]:
    wanted = ("type", "nullable", "description", "codes", "references")
    return tuple(entry.get(name) for name in wanted)


def _column_text(name: str, entry: dict[str, Any]) -> str:
    empty = "may be null" if entry["nullable"] else "never null"
    parts = [f"{name} ({entry['type']}, {empty}): {entry['description']}"]
    if codes := entry.get("codes"):
        parts.append(f"One of: {', '.join(codes)}.")
    if target := entry.get("references"):
        parts.append(f"Key of {target}.")
    return " ".join(parts)


def _hint(name: str, known: Any) -> str:
    close = closest(name, known)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(known)}"


def _difference(earlier: Release, later: Release) -> "pl.DataFrame":
    import polars as pl

    kinds = dict.fromkeys((*earlier.manifest["records"], *later.manifest["records"]))
    gone, new = pl.col("state").is_null(), pl.col("state_right").is_null()
    status = pl.col("status_right")
    change = (
        pl.when(gone)
        .then(pl.lit("added"))
        .when(new)
        .then(pl.lit("removed"))
        .when((status != pl.col("status")) & (status != "active"))
        .then(status)
        .when(pl.col("state") != pl.col("state_right"))
        .then(pl.lit("edited"))
    )
    found = [pl.DataFrame(schema=dict.fromkeys(("kind", "id", "change"), pl.String))]
    for kind in kinds:
        # Duplicate ids would multiply in the join.
        both = _states(earlier, kind).join(_states(later, kind), on="id", how="full", coalesce=True, validate="1:1")
        found.append(both.select(pl.lit(kind).alias("kind"), "id", change.alias("change")))
    return pl.concat(found).drop_nulls("change").sort("kind", "id")


def _states(release: Release, kind: str) -> "pl.DataFrame":
    """Return id, digest and status of the records of one kind; empty if the release has none."""
    import polars as pl

    if kind not in release.manifest["records"]:
        return pl.DataFrame(schema=dict.fromkeys(("id", "state", "status"), pl.String))
    entry = release.manifest["tables"][kind]
    columns = {"id": entry["key"][0], "state": "record_sha256", "status": "status"}
    if lost := set(columns.values()) - {column["name"] for column in entry["columns"]}:
        columns = ", ".join(sorted(lost))
        raise UnknownNameError(f"{kind} of {release.release} lacks {columns}, which are needed to compare releases")
    return release.load(kind).select(pl.col(column).cast(pl.String).alias(name) for name, column in columns.items())
