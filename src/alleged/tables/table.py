"""A table of the dataset: its contract, the function that yields its rows, and the checks of both."""

import io
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl
from nanoarrow import c_schema
from nanoarrow.c_array_stream import CArrayStream
from nanoarrow.c_schema import CSchema
from nanoarrow.ipc import StreamWriter
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from alleged.datasets.parquet import type_name
from alleged.errors import VerificationError
from alleged.records.corpus import Corpus
from alleged.schemas.vocabularies import cache_by_codes
from alleged.tables.columns import Row, conditions, with_own_codes
from alleged.tables.graph import Inputs

SEPARATOR = "\x1f"
"""The unit separator of ASCII, one of the control characters that the reader refuses."""

SHOWN = 3  # failing rows that a message names


@dataclass(frozen=True, eq=False)
class Table:
    """A table of the dataset.

    `shipped` is its contract without the own codes of a dataset. A core table has `rows`, which yields one mapping of
    column to value for each row, and `count`, which counts these rows in another way, so that a lost record is noticed.
    A row comes from the record whose id is in the first column of the key, or in another column, the `owner`. A derived
    table has `derive`, which computes it from the core tables only: whoever has the files can do the same. It gets
    them without their `DESCRIPTIVE` columns, unless it is `flat`. `of_graph` is whether it needs the graph of the
    claims, which takes memory.
    """

    shipped: pa.DataFrameSchema
    rows: Callable[[Corpus], Iterator[Row]] | None = None
    count: Callable[[Corpus], int] | None = None
    derive: Callable[[Inputs], pl.DataFrame] | None = None
    owner: str = ""
    of_graph: bool = False
    flat: bool = False

    @property
    def name(self) -> str:
        return str(self.shipped.name)

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key, by which rows are sorted."""
        return tuple(self.shipped.unique or ())

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The contract, with the own codes in use; it is the page of the table in the codebook."""
        return _schema_in_use(self)

    @property
    def dtypes(self) -> pl.Schema:
        """The type of each column, in the order of the columns."""
        return pl.Schema({name: column.dtype.type for name, column in self.schema.columns.items()})

    @property
    def references(self) -> Mapping[str, str]:
        """The columns that hold ids of another table, each with the key that they refer to, e.g. `actors.actor_id`."""
        metadata = {name: column.metadata or {} for name, column in self.schema.columns.items()}
        return {name: entry["references"] for name, entry in metadata.items() if "references" in entry}

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns in their order, as manifests list them; `codes` are those of an Enum or a list of Enums."""
        entries = []
        dtypes, references = self.dtypes, self.references  # computed by each access
        for name, column in self.schema.columns.items():
            dtype = dtypes[name]
            inner = dtype.inner if isinstance(dtype, pl.List) else dtype
            entry: dict[str, Any] = {
                "name": name,
                "type": type_name(dtype),
                "nullable": column.nullable,
                "description": column.description,
            }
            if isinstance(inner, pl.Enum):
                entry["codes"] = inner.categories.to_list()
            if name in references:
                entry["references"] = references[name]
            entries.append(entry)
        return entries

    @property
    def arrow(self) -> str:
        """The Arrow schema of the file, which readers find under `ARROW:schema` in its metadata (arrow.apache.org).

        Each field has the description of its column as metadata. It is an IPC message in base64.
        """
        schema = c_schema(self.dtypes)
        texts = {name: column.description for name, column in self.schema.columns.items()}
        fields = (_portable(f).modify(metadata={**_metadata(f), "description": texts[f.name]}) for f in schema.children)
        message = io.BytesIO()
        writer = StreamWriter.from_writable(message)
        writer.write_stream(CArrayStream.from_c_arrays([], schema.modify(children=list(fields))))
        return b64encode(message.getvalue()).decode()

    def frame(self, corpus: Corpus) -> pl.DataFrame:
        """Return a core table: one chunk, sorted by its key, each column with the type of the contract.

        Raises:
            VerificationError: A row has a column too many or too few, or a value of another type than its column.
        """
        if self.rows is None:
            raise TypeError(f"table {self.name!r} is derived from other tables: call `derived_frame`")
        return self.frame_of(self.rows(corpus))

    def frame_of(self, rows: Iterable[Row]) -> pl.DataFrame:
        """Return rows of a core table as a frame, as `frame` does."""
        values: dict[str, list] = {name: [] for name in self.dtypes}
        for row in rows:
            if row.keys() != values.keys():
                wrong = ", ".join(repr(name) for name in sorted(row.keys() ^ values.keys()))
                raise VerificationError(f"table {self.name!r}: a row and the contract differ in column {wrong}")
            for name, value in row.items():
                values[name].append(value)
        # Never from_dicts: it drops a field that first occurs after a hundred rows.
        series = [self._series(name, values[name], dtype) for name, dtype in self.dtypes.items()]
        return pl.DataFrame(series).sort(self.key).rechunk()

    def merged(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """Return the rows of several frames of the table as one frame, as `frame` does."""
        return parts[0] if len(parts) == 1 else pl.concat(parts).sort(self.key).rechunk()

    def derived_frame(self, inputs: Inputs) -> pl.DataFrame:
        """Return a derived table: one chunk, sorted by its key."""
        if self.derive is None:
            raise TypeError(f"table {self.name!r} is built from records: call `frame`")
        return _sorted(self.derive(inputs).select(self.dtypes.names()).cast(self.dtypes), self.key)

    def _series(self, name: str, values: list, dtype: pl.DataType) -> pl.Series:
        try:
            if isinstance(dtype, pl.List) and [] not in values:
                # Ten times as fast as a series for each list; no text of a record contains the separator.
                joined = [None if value is None else SEPARATOR.join(value) for value in values]
                return pl.Series(name, joined, pl.String).str.split(SEPARATOR).cast(dtype)
            return pl.Series(name, values, dtype, strict=True)
        except (TypeError, OverflowError, pl.exceptions.PolarsError) as error:
            reason = str(error).partition("\n")[0]
            raise VerificationError(f"table {self.name!r}, column {name!r} of type {dtype}: {reason}") from error

    def validate(self, frame: pl.DataFrame) -> None:
        """Check a frame against the contract: its columns, their types and values, and the key.

        One query says whether it fulfils the contract, since pandera makes several for each column. If it does not,
        pandera says why, whatever its environment variables say.

        Raises:
            VerificationError: It breaks the contract; the message names columns and rows.
        """
        if self._fulfils_contract(frame):
            return
        reason = "pandera does not say why"
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            try:
                self.schema.validate(frame, lazy=True)
            except SchemaErrors as error:
                reason = self._faults(frame, error.failure_cases)
            except pl.exceptions.PolarsError:  # pandera looks for columns of the key that are missing
                reason = f"its columns are {', '.join(frame.columns)}"
        raise VerificationError(f"table {self.name!r} breaks its contract: {reason}")

    def _fulfils_contract(self, frame: pl.DataFrame) -> bool:
        if frame.schema != self.dtypes or frame.select(self.key).is_duplicated().any():
            return False
        holds = (expression.all().alias(str(n)) for n, expression in enumerate(conditions(self.schema)))
        return all(frame.select(holds).row(0))

    def _faults(self, frame: pl.DataFrame, failures: pl.DataFrame) -> str:
        faults = []
        for (column, check), cases in failures.group_by("column", "check", maintain_order=True):
            where = "" if column in (None, self.name) else f"column {column!r}: "
            faults.append(f"{where}{check}{self._failing_rows(frame, cases)}")
        return "; ".join(faults)

    def _failing_rows(self, frame: pl.DataFrame, cases: pl.DataFrame) -> str:
        numbers = cases["index"].drop_nulls().unique(maintain_order=True).to_list()
        if not numbers or not set(self.key) <= set(frame.columns):
            return "" if numbers else f" ({cases['failure_case'][0]})"
        keys = [
            " ".join(f"{name} {value!r}" for name, value in row.items())
            for row in frame[numbers[:SHOWN]].select(self.key).to_dicts()
        ]
        more = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
        return f" in the row of {', of '.join(keys)}{more}"


@cache_by_codes
def _schema_in_use(table: Table) -> pa.DataFrameSchema:
    return with_own_codes(table.shipped)


def _sorted(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Return a frame sorted by its key; a frame that is sorted already is not copied, which is slow with lists."""
    order = frame.select(pl.arg_sort_by(key))[:, 0]
    is_sorted = (order == pl.int_range(frame.height, eager=True)).all()
    return (frame if is_sorted else frame[order]).rechunk()


def _portable(field: CSchema, index: str = "i") -> CSchema:
    """Return a field with types that all libraries read (`make compat` tries them).

    Text is `large_string` ("U"), since pyarrow before 16 knows no string views ("vu"). Codes are dictionaries with
    indices of int32 ("i"), since pandas converts no unsigned ones with pyarrow 20 to 22. In lists they keep uint8
    ("C"), since polars reads no others there.
    """
    if field.dictionary is not None:
        return field.modify(format=index, dictionary=_portable(field.dictionary))
    if field.n_children:
        return field.modify(children=[_portable(child, index="C") for child in field.children])
    return field.modify(format="U") if field.format == "vu" else field


def _metadata(field: CSchema) -> dict[bytes, bytes]:
    """Return the metadata that polars itself writes for a field: the codes of an Enum."""
    return dict(field.metadata.items()) if field.metadata else {}


def records(kind: str) -> Callable[[Corpus], int]:
    """Return a function that counts the records of one kind, duplicate ids included."""
    return lambda corpus: sum(record.kind == kind for record in corpus.records)


def entries(kind: str, *fields: str) -> Callable[[Corpus], int]:
    """Return a function that counts the entries of list fields in the records of one kind, duplicate ids included."""
    return lambda corpus: sum(
        len(record.get(field, ())) for record in corpus.records if record.kind == kind for field in fields
    )
