"""Read Parquet files of strangers: rows and memory are measured from the metadata before decoding.

A file of some hundred kilobytes can decode to gigabytes: runs of one value, zeros that were compressed. Polars tells
the number of rows without decoding, but neither values nor sizes, so the metadata are read here: of the file, and of
each page, since polars goes by those (format: github.com/apache/parquet-format, `parquet.thrift`).
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from alleged.errors import AllegedError, VerificationError
from alleged.text.escape import beginning

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType

MAGIC = b"PAR1"

LARGEST_FOOTER = 1 << 24
"""Largest metadata that are read, in bytes; 50 columns in 1,000 row groups take about half as many."""

HEADERS = (1 << 9, 1 << 16)
"""Bytes read for the header of a page: first the smaller number; a header holds the minimum and maximum."""

MOST_PAGES = 1 << 18
"""Most pages of a file that is read; 50 columns of 100 million rows have about a third as many."""

MEMORY, EXPANSION = 1 << 28, 200
"""Limit of memory: so many bytes for any table, and so many more per byte of its file; real tables take up to 20."""

VALUE = 16
"""Most bytes that polars needs for a value, apart from the characters of long texts."""

PREFIXES = 7
"""The encoding DELTA_BYTE_ARRAY (shared prefixes), which can expand without limit."""


class Extent(NamedTuple):
    """Extent of a file: rows, values, and the uncompressed bytes of all pages."""

    rows: int
    values: int
    size: int


class BrokenError(Exception):
    """The metadata of a file are invalid."""


def decoded(content: bytes, entry: Mapping[str, Any], what: str) -> "pl.DataFrame":
    """Return the table in a file; `entry` is its entry in the manifest, `what` its name in messages.

    Raises:
        VerificationError: It has other rows or columns than the manifest says, would take too much memory, or is
            damaged.
    """
    import polars as pl

    require_extent(io.BytesIO(content), entry, what)
    with readable(f"{what} cannot be decoded"):
        frame = pl.read_parquet(io.BytesIO(content), glob=False)
    _require_columns(frame.columns, entry, what)
    return frame


def scanned(file: BinaryIO, entry: Mapping[str, Any], what: str) -> "pl.LazyFrame":
    """Return the table in an open file as a LazyFrame.

    Raises:
        VerificationError: It has other rows or columns than the manifest says, would take too much memory, or its
            metadata are damaged.
    """
    import polars as pl

    require_extent(file, entry, what)
    file.seek(0)
    with readable(f"{what} cannot be decoded"):
        frame = pl.scan_parquet(file, glob=False)
        columns = frame.collect_schema().names()
    _require_columns(columns, entry, what)
    return frame


def metadata(content: bytes, entry: Mapping[str, Any], what: str) -> dict[str, str]:
    """Return what is noted in a file, such as `alleged:licence`; the arguments are as for `decoded`.

    Raises:
        VerificationError: The file is not that of the manifest, or cannot be decoded.
    """
    import polars as pl

    require_extent(io.BytesIO(content), entry, what)
    with readable(f"{what} cannot be decoded"):
        return pl.read_parquet_metadata(io.BytesIO(content))


def require_writable(frame: "pl.DataFrame", entry: Mapping[str, Any], what: str) -> None:
    """Refuse a table that is small in memory but huge as text: polars stores a text once for many rows.

    Raises:
        VerificationError: It is such a table, or has values other than texts, numbers, days, truth values and lists.
    """
    import polars as pl

    size = 0
    for column in frame:
        while isinstance(column.dtype, pl.List):
            column = column.explode()
        if column.dtype.is_nested():
            raise VerificationError(f"{what}.{column.name} has values of type {column.dtype}, which no table uses")
        if isinstance(column.dtype, pl.String | pl.Enum | pl.Categorical):
            size += int(column.cast(pl.String).str.len_bytes().cast(pl.Int64).sum())
    if size > MEMORY + EXPANSION * entry["bytes"]:
        raise VerificationError(f"{what} has too much text: {size:,} bytes in a file of {entry['bytes']:,}")


def type_name(dtype: "PolarsDataType") -> str:
    """Return the name of a type as in manifests, such as `List(Enum)`, without the codes."""
    import polars as pl

    if isinstance(dtype, pl.List):
        return f"List({type_name(dtype.inner)})"
    return "Enum" if isinstance(dtype, pl.Enum) else str(dtype)


@contextmanager
def readable(failed: str) -> Iterator[None]:
    """Translate every failure of polars into a clear error, including panics, which are not `Exception`s.

    `failed` is the beginning of the message, and the reason its end.

    Raises:
        VerificationError: Polars failed.
    """
    from polars.exceptions import PanicException

    try:
        yield
    except AllegedError:
        raise
    except (Exception, PanicException) as error:  # noqa: BLE001 - polars raises many types
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise VerificationError(f"{failed}: {beginning(said, 200)}") from None


def require_extent(file: BinaryIO, entry: Mapping[str, Any], what: str) -> None:
    """Refuse a file with another number of rows than the manifest, or that needs too much memory, without decoding.

    Raises:
        VerificationError: It is such a file, or its metadata are damaged.
    """
    try:
        rows, values, size = extent(file)
    except BrokenError as error:
        raise VerificationError(f"{what} cannot be decoded: {error}") from None
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise VerificationError(f"{what} cannot be decoded: its metadata are damaged") from None
    if rows != entry["rows"]:
        raise VerificationError(f"{what} has {rows} rows, not {entry['rows']}")
    if size + VALUE * values > MEMORY + EXPANSION * entry["bytes"]:
        needs = f"{values:,} values and {size:,} bytes in a file of {entry['bytes']:,}"
        raise VerificationError(f"{what} would take too much memory: {needs}")


def _require_columns(columns: list[str], entry: Mapping[str, Any], what: str) -> None:
    if columns != [column["name"] for column in entry["columns"]]:
        raise VerificationError(f"{what} has other columns than its manifest")


def extent(file: BinaryIO) -> Extent:
    """Return the extent of a file.

    Raises:
        BrokenError: It is no Parquet file; other errors where its metadata are damaged.
    """
    end = file.seek(0, io.SEEK_END)
    file.seek(max(end - 8, 0))
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > min(end - 12, LARGEST_FOOTER):
        raise BrokenError("it has no metadata at its end")
    file.seek(end - 8 - length)
    about = Thrift(file.read(length)).struct()
    groups = about.get(4, [])
    rows, values, size, count = about[3], 0, 0, 0
    if rows != sum(_require_positive(group[3]) for group in groups):
        raise BrokenError("its groups have other rows")
    for column in (column[3] for group in groups for column in group[1]):
        pages = list(islice(_pages(file, column), MOST_PAGES + 1 - count))
        if (count := count + len(pages)) > MOST_PAGES:
            raise BrokenError(f"it has more than {MOST_PAGES:,} pages")
        values += max(_require_positive(column[5]), sum(page.values for page in pages))
        size += max(_require_positive(column[6]), sum(page.size for page in pages))
    return Extent(rows, values, size)


def _require_positive(*numbers: Any) -> int:
    """Return the first number; none may be negative, since polars would allocate without limit."""
    if any(isinstance(number, int) and number < 0 for number in numbers):
        raise BrokenError("a number in its metadata is negative")
    return numbers[0]


def _pages(file: BinaryIO, column: Mapping[int, Any]) -> Iterator[Extent]:
    """Yield the extent of each page of a column, from its header."""
    here = _require_positive(column.get(11) or column[9])
    end = here + _require_positive(column[7])
    if here < len(MAGIC):
        raise BrokenError("a column begins before the file does")
    while here < end:
        header, length = _header(file, here)
        about = header.get(5) or header.get(7) or header.get(8) or {}
        if PREFIXES in (header.get(5, {}).get(2), header.get(8, {}).get(4)):
            raise BrokenError("a page is encoded as DELTA_BYTE_ARRAY, which is not read")
        yield Extent(0, about.get(1, 0), _require_positive(header[2], header[3], *about.values()))
        here += length + header[3]


def _header(file: BinaryIO, start: int) -> tuple[dict[int, Any], int]:
    """Return the header of a page and its length."""
    for size in HEADERS:
        file.seek(start)
        thrift = Thrift(file.read(size))
        try:
            return thrift.struct(), thrift.at
        except IndexError:
            continue
    raise BrokenError("a page has no header")


class Thrift:
    """Parser of Thrift's compact protocol (thrift.apache.org): values by field number."""

    MOST, DEEPEST = 1 << 20, 16

    def __init__(self, content: bytes) -> None:
        self.content, self.at, self.count = content, 0, 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return the structure at the current position."""
        found: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            kind = head & 15
            found[number] = kind == 1 if kind in (1, 2) else self._value(kind, depth + 1)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        self.count += 1
        if depth > self.DEEPEST or self.count > self.MOST:
            raise BrokenError("its metadata are too large")
        if kind in (1, 2, 3):
            return self._byte()
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 7:
            return self._skip(8)
        if kind == 8:
            return self._skip(self._number())
        if kind in (9, 10):
            head = self._byte()
            size = head >> 4 if head >> 4 < 15 else self._number()
            return [self._value(head & 15, depth + 1) for _ in range(size)]
        if kind == 12:
            return self.struct(depth)
        raise BrokenError("its metadata have an unknown type")

    def _byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def _skip(self, size: int) -> int:
        """Skip bytes."""
        self.at += size
        if self.at > len(self.content):
            raise IndexError("its metadata end too early")
        return size

    def _number(self) -> int:
        found = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
        raise BrokenError("its metadata have a number that is too large")

    def _signed(self) -> int:
        found = self._number()
        return (found >> 1) ^ -(found & 1)
