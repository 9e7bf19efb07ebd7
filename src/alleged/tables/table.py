"""One table: what it promises, the rows that records give, and how many there must be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandera.polars as pa
import polars as pl
from nanoarrow import c_schema
from nanoarrow.c_schema import CSchema
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from alleged.errors import VerificationError
from alleged.records.corpus import Corpus
from alleged.tables.columns import Row, contract, figure, text
from alleged.tables.graph import AsOf, Frames, LazyGraph, lazy_graph

PARTED = "\x1f"
"""The unit separator of ASCII, one of the control characters that the reader refuses."""

SHOWN = 3  # failing rows that a message names

ALL_PUBLIC = AsOf()
"""The look at all that is public, which the tables of a release take."""


class Derivation(Protocol):
    """Makes a table from the core tables, and from nothing else, so that whoever has these files can do the same."""

    def __call__(self, core: Frames, look: AsOf, lazy_graph: LazyGraph, /) -> pl.DataFrame: ...


@dataclass(frozen=True)
class Table:
    """A table of the dataset.

    `schema` is its contract and its page in the codebook; its `unique` is the primary key, by which rows are sorted.
    A core table has `rows`, which yields one mapping of column to value for each row; a derived one has `derive`, and
    `needs` the core tables that it is made from. `count` tells from the records alone, without either, how many rows
    there must be.
    """

    schema: pa.DataFrameSchema
    rows: Callable[[Corpus], Iterator[Row]] | None
    count: Callable[[Corpus], int]
    derive: Derivation | None = None
    needs: tuple["Table", ...] = ()

    @property
    def name(self) -> str:
        return str(self.schema.name)

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(self.schema.unique or ())

    @property
    def dtypes(self) -> pl.Schema:
        """The type of each column, in the order of the columns."""
        return pl.Schema({name: column.dtype.type for name, column in self.schema.columns.items()})

    @property
    def references(self) -> Mapping[str, str]:
        """The columns that hold identifiers of another table, each with that table's key, as `actors.actor_id`."""
        marked = {name: column.metadata or {} for name, column in self.schema.columns.items()}
        return {name: marks["references"] for name, marks in marked.items() if "references" in marks}

    @property
    def arrow(self) -> CSchema:
        """The Arrow schema in which the table is written, each field with its column's `description` as metadata."""
        schema = c_schema(self.dtypes)
        told = {name: column.description for name, column in self.schema.columns.items()}
        fields = (_portable(f).modify(metadata={**_kept(f), "description": told[f.name]}) for f in schema.children)
        return schema.modify(children=list(fields))

    def frame(self, corpus: Corpus) -> pl.DataFrame:
        """Return the table: one chunk, in the order of its key, each column built with the type of the contract.

        Raises:
            VerificationError: A row has a column too many or too few, so that a value would be lost, or a value of
                another type than its column.
        """
        if self.rows is None:
            core = {table.name: table.frame(corpus) for table in self.needs}
            return self.derived(core, ALL_PUBLIC, lazy_graph(core, ALL_PUBLIC))
        values: dict[str, list] = {name: [] for name in self.dtypes}
        for row in self.rows(corpus):
            if row.keys() != values.keys():
                odd = ", ".join(repr(name) for name in sorted(row.keys() ^ values.keys()))
                raise VerificationError(f"table {self.name!r}: a row and the contract differ in column {odd}")
            for name, value in row.items():
                values[name].append(value)
        # Never from_dicts: it drops a field that it first meets after a hundred rows.
        series = [self._series(name, values[name], dtype) for name, dtype in self.dtypes.items()]
        return pl.DataFrame(series).sort(self.key).rechunk()

    def derived(self, core: Frames, look: AsOf, lazy_graph: LazyGraph) -> pl.DataFrame:
        """Return a derived table as it follows from the core tables: one chunk, in the order of its key."""
        if self.derive is None:
            raise TypeError(f"table {self.name!r} is made from records: call `frame`")
        return _sorted(self.derive(core, look, lazy_graph).select(self.dtypes.names()).cast(self.dtypes), self.key)

    def _series(self, name: str, values: list, dtype: pl.DataType) -> pl.Series:
        try:
            if isinstance(dtype, pl.List) and [] not in values:
                # Ten times as quick as a series for each list; no text of a record holds the sign that parts them.
                joined = [None if value is None else PARTED.join(value) for value in values]
                return pl.Series(name, joined, pl.String).str.split(PARTED).cast(dtype)
            return pl.Series(name, values, dtype, strict=True)
        except (TypeError, OverflowError, pl.exceptions.PolarsError) as error:
            said = str(error).partition("\n")[0]
            raise VerificationError(f"table {self.name!r}, column {name!r} of type {dtype}: {said}") from error

    def validate(self, frame: pl.DataFrame) -> None:
        """Hold a frame against the contract, types and values, whatever pandera's environment variables say.

        Raises:
            VerificationError: It breaks the contract; the message names columns and rows.
        """
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            try:
                self.schema.validate(frame, lazy=True)
            except SchemaErrors as broken:
                raise VerificationError(self._told(frame, broken.failure_cases)) from None

    def _told(self, frame: pl.DataFrame, failures: pl.DataFrame) -> str:
        faults = []
        for (column, check), cases in failures.group_by("column", "check", maintain_order=True):
            where = "" if column in (None, self.name) else f"column {column!r}: "
            faults.append(f"{where}{check}{self._rows(frame, cases)}")
        return f"table {self.name!r} breaks its contract: {'; '.join(faults)}"

    def _rows(self, frame: pl.DataFrame, cases: pl.DataFrame) -> str:
        places = cases["index"].drop_nulls().unique(maintain_order=True).to_list()
        if not places or not set(self.key) <= set(frame.columns):
            return "" if places else f" ({cases['failure_case'][0]})"
        named = [
            " ".join(f"{name} {value!r}" for name, value in row.items())
            for row in frame[places[:SHOWN]].select(self.key).to_dicts()
        ]
        more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
        return f" in the row of {', of '.join(named)}{more}"


def _sorted(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return a frame in the order of its key; one that is so already is spared the moving of its lists."""
    order = frame.select(pl.arg_sort_by(key))[:, 0]
    stands = (order == pl.int_range(frame.height, eager=True)).all()
    return (frame if stands else frame[order]).rechunk()


def _portable(field: CSchema) -> CSchema:
    """Write text as `large_string` (format "U"), not as the string views ("vu") that pandas cannot read in lists."""
    if field.format == "vu":
        field = field.modify(format="U")
    return field.modify(children=[_portable(f) for f in field.children]) if field.n_children else field


def _kept(field: CSchema) -> dict[bytes, bytes]:
    """Return what polars itself keeps with a field: the codes of an Enum."""
    return dict(field.metadata.items()) if field.metadata else {}


def records(kind: str) -> Callable[[Corpus], int]:
    """Return a count of the records of one kind, an identifier that stands twice counted twice."""
    return lambda corpus: sum(record.kind == kind for record in corpus.records)


def entries(kind: str, *fields: str) -> Callable[[Corpus], int]:
    """Return a count of what is listed in fields of the records of one kind."""
    return lambda corpus: sum(
        len(record.get(field, ())) for record in corpus.records if record.kind == kind for field in fields
    )


CANARY = Table(
    contract("canary", ["id"], "Frames that must fail.", {"id": text("Key."), "figure": figure("Size.")}),
    rows=lambda corpus: iter(()),
    count=lambda corpus: 0,
)


def canary() -> None:
    """Make sure that validation is awake: a sound frame must pass, and each of four broken ones must fail.

    Raises:
        VerificationError: A broken frame passed, so that no verdict on a table is worth anything.
    """
    sound = pl.DataFrame({"id": ["a", "b"], "figure": [0.0, 1.0]})
    CANARY.validate(sound)
    broken = {
        "a wrong type": sound.cast({"figure": pl.String}),
        "a missing column": sound.drop("figure"),
        "a value out of bounds": sound.with_columns(figure=pl.lit(-1.0)),
        "a key that stands twice": pl.concat([sound, sound]),
    }
    for fault, frame in broken.items():
        try:
            CANARY.validate(frame)
        except VerificationError:
            continue
        raise VerificationError(f"validation is asleep: it let {fault} pass")
