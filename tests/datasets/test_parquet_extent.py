"""Parquet files are looked through before they are decoded, and every failure of polars is a clear error."""

import io
import os
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alleged import api
from alleged.datasets import manifests, parquet
from alleged.errors import AllegedError, VerificationError
from alleged.project import Project
from alleged.release import verification

NEW = "2026.11.0"


def written(table: pa.Table, **options: Any) -> bytes:
    memory = io.BytesIO()
    pq.write_table(table, memory, **{"compression": "zstd", **options})
    return memory.getvalue()


def entry_of(content: bytes, rows: int, *columns: str) -> dict[str, Any]:
    return {"rows": rows, "bytes": len(content), "columns": [{"name": name} for name in columns]}


BOMBS = {
    "rows": (lambda: pa.table({"a": pa.repeat(7, 700_000)}), 700_000),
    "items": (lambda: pa.table({"a": pa.array([[7] * 700_000])}), 1),
    "zeros": (lambda: pa.table({"a": ["\0" * 10_000_000]}), 1),
}


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow less memory, so that small files are large ones."""
    monkeypatch.setattr(parquet, "MEMORY", 1 << 22)


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("bomb", BOMBS)
def test_what_would_take_too_much_memory_is_refused_before_it_is_decoded(
    bomb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, rows = BOMBS[bomb]
    content = written(make(), use_dictionary=bomb != "zeros")
    assert len(content) < 10_000
    monkeypatch.setattr(pl, "read_parquet", lambda *_, **__: pytest.fail("it was decoded"))

    for read in (parquet.decoded, lambda content, *about: parquet.scanned(io.BytesIO(content), *about)):
        with pytest.raises(VerificationError, match=r"claims would take too much memory: [0-9,]+ values and [0-9,]+ b"):
            read(content, entry_of(content, rows, "a"), "claims")


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize(("bomb", "part"), [("zeros", "total_uncompressed_size"), ("items", "num_values")])
def test_metadata_of_the_file_that_tell_less_than_its_pages_do_not_help(bomb: str, part: str) -> None:
    make, rows = BOMBS[bomb]
    content = written(make(), use_dictionary=bomb != "zeros")
    reported = varint(getattr(pq.read_metadata(io.BytesIO(content)).row_group(0).column(0), part))
    pages = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    content = content[:pages] + content[pages:].replace(reported, varint(1, len(reported)))
    assert getattr(pq.read_metadata(io.BytesIO(content)).row_group(0).column(0), part) == 1

    with pytest.raises(VerificationError, match="would take too much memory"):
        parquet.decoded(content, entry_of(content, rows, "a"), "claims")


def varint(number: int, length: int = 0) -> bytes:
    """Return a number as Thrift writes it, with noughts in front that do not count up to a length."""
    number = 2 * number if number >= 0 else -2 * number - 1  # zigzag
    digits = []
    while number or len(digits) < max(length, 1):
        digits.append(number & 127 | 128)
        number >>= 7
    digits[-1] &= 127
    return bytes(digits)


@pytest.mark.parametrize("place", ["page", "rows"])
def test_negative_numbers_in_metadata_are_refused_since_polars_would_abort_the_process(place: str) -> None:
    content = bytearray(written(pa.table({"a": [1, 2, 3]}), use_dictionary=False))
    about = pq.read_metadata(io.BytesIO(content))
    if place == "page":
        # The header of a page begins with its kind and its size: two fields of a byte each, and their numbers.
        start = about.row_group(0).column(0).data_page_offset
        assert content[start : start + 3] == bytes((0x15, 0, 0x15))
        content[start + 3] ^= 1  # the sign, in zigzag
    else:
        start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
        assert content.count(varint(3), start) > 1
        content[start:] = content[start:].replace(varint(3), varint(-3))

    with pytest.raises(VerificationError, match=r"a number in its metadata is negative|claims has -3 rows"):
        parquet.require_extent(io.BytesIO(content), entry_of(bytes(content), 3, "a"), "claims")


@pytest.mark.parametrize("many", [False, True])
def test_a_long_text_in_many_rows_is_too_much_text_to_verify(many: bool) -> None:
    rows = 3000
    column: Any = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["x" * 100_000])
    if many:
        column = pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), column)
    content = written(pa.table({"a": column}))
    entry = entry_of(content, rows, "a")

    frame = parquet.decoded(content, entry, "claims")

    assert frame.height == rows
    with pytest.raises(VerificationError, match=r"claims has too much text: 300,000,000 bytes in a file of [0-9,]+$"):
        parquet.require_writable(frame, entry, "claims")


def test_tables_hold_no_records_within_records() -> None:
    frame = pl.DataFrame({"a": [{"b": 1}]})

    with pytest.raises(VerificationError, match=r"claims\.a has values of type Struct.*, which no table uses"):
        parquet.require_writable(frame, {"bytes": 1}, "claims")


def test_texts_that_are_encoded_by_what_they_share_are_refused() -> None:
    table = pa.table({"a": ["x" * 10_000] * 1000})
    content = written(table, use_dictionary=False, column_encoding={"a": "DELTA_BYTE_ARRAY"})

    with pytest.raises(VerificationError, match="claims cannot be decoded: a page is encoded as DELTA_BYTE_ARRAY"):
        parquet.decoded(content, entry_of(content, 1000, "a"), "claims")


@pytest.mark.parametrize("seed", range(8))
def test_the_extent_is_the_one_that_pyarrow_finds(seed: int) -> None:
    dice = random.Random(seed)
    rows = dice.choice((0, 1, 10, 5000))
    columns: dict[str, Any] = {
        "number": [dice.choice((None, dice.randrange(10))) for _ in range(rows)],
        "text": ["x" * dice.randrange(100) for _ in range(rows)],
        "many": [[dice.random()] * dice.randrange(4) for _ in range(rows)],
    }
    schema = pa.schema([("number", pa.int32()), ("text", pa.string()), ("many", pa.list_(pa.float64()))])
    options = {
        "use_dictionary": dice.random() < 0.5,
        "compression": dice.choice(("zstd", "snappy", "none")),
        "data_page_version": dice.choice(("1.0", "2.0")),
        "row_group_size": dice.choice((7, 1000)),
        "data_page_size": dice.choice((64, 1 << 20)),
    }
    content = written(pa.table(columns, schema=schema), **options)

    about = pq.read_metadata(io.BytesIO(content))
    parts = [about.row_group(g).column(c) for g in range(about.num_row_groups) for c in range(about.num_columns)]
    found = parquet.extent(io.BytesIO(content))
    assert found.rows == about.num_rows == rows
    assert found.size >= sum(part.total_uncompressed_size for part in parts) * 0.5
    least = sum(part.num_values for part in parts)
    assert least <= found.values <= 2 * least  # entries of dictionaries are counted too
    assert parquet.decoded(content, entry_of(content, rows, *columns), "t").height == rows


def test_other_rows_or_columns_than_the_manifest_says_are_refused() -> None:
    content = written(pa.table({"a": [1, 2], "b": [3, 4]}))

    for rows in (1, 3):
        with pytest.raises(VerificationError, match=f"claims has 2 rows, not {rows}"):
            parquet.decoded(content, entry_of(content, rows, "a", "b"), "claims")
    for columns in (("a",), ("b", "a"), ("a", "b", "c")):
        with pytest.raises(VerificationError, match="claims has other columns than its manifest"):
            parquet.decoded(content, entry_of(content, 2, *columns), "claims")
        with pytest.raises(VerificationError, match="claims has other columns than its manifest"):
            parquet.scanned(io.BytesIO(content), entry_of(content, 2, *columns), "claims")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 8, b"x" * 100, b"PAR1\xff\xff\xff\x7fPAR1"])
def test_what_is_no_parquet_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationError, match=r"claims cannot be decoded: it(s metadata| has no metadata)"):
        parquet.decoded(content, entry_of(content, 0, "a"), "claims")


def count(number: int) -> bytes:
    """Return a length as Thrift writes it, in five bytes."""
    return varint(number // 2 if number % 2 == 0 else -(number + 1) // 2, 5)


def with_metadata_of(content: bytes, size: int) -> bytes:
    """Return a file whose metadata take so many bytes, most of them in a field that nobody reads."""
    old = content[-8 - int.from_bytes(content[-8:-4], "little") : -8]
    before = old[:-1] + b"\x08" + varint(100)  # a text, as field 100
    rest = size - len(before) - 6
    metadata = before + count(rest) + b"x" * rest + b"\0"
    return content[: -8 - len(old)] + metadata + len(metadata).to_bytes(4, "little") + content[-4:]


def test_metadata_of_16_mebibytes_are_read_and_none_larger() -> None:
    content = written(pa.table({"a": [1, 2, 3]}))

    assert parquet.extent(io.BytesIO(with_metadata_of(content, 1 << 24))) == parquet.extent(io.BytesIO(content))
    with pytest.raises(parquet.BrokenError, match="it has no metadata at its end"):
        parquet.extent(io.BytesIO(with_metadata_of(content, (1 << 24) + 1)))


def test_metadata_of_a_million_values_are_read_and_none_of_more() -> None:
    def listed(size: int) -> dict[int, Any]:
        """Read a structure of one field, a list of bytes."""
        return parquet.Thrift(b"\x19\xf3" + count(size) + b"\1" * size + b"\0").struct()

    assert listed((1 << 20) - 1) == {1: [1] * ((1 << 20) - 1)}
    with pytest.raises(parquet.BrokenError, match="its metadata are too large"):
        listed(1 << 20)


def test_metadata_of_16_levels_are_read_and_none_deeper() -> None:
    def nested(levels: int) -> dict[int, Any]:
        """Read a structure of lists within each other."""
        return parquet.Thrift(b"\x19" + b"\x19" * (levels - 2) + b"\x13\7\0").struct()

    assert str(nested(16)).count("[") == 15
    with pytest.raises(parquet.BrokenError, match="its metadata are too large"):
        nested(17)


@pytest.mark.filterwarnings("ignore")
def test_damaged_tables_whose_digests_fit_are_faults_and_never_panics(copied: Project, alter: Any) -> None:
    """Flip bits and cut files as a publisher could who names their digests; polars panics on some of them."""
    dice = random.Random(20261202)
    path = copied.datasets / NEW / "claims.parquet"
    sound, faults = path.read_bytes(), 0
    for _ in range(80):
        content = bytearray(sound)
        for _ in range(dice.choice((1, 3, 30))):
            # The metadata are at the end, and what they say is worth more damage than what they speak of.
            place = dice.randrange(len(content)) if dice.random() < 0.3 else -1 - dice.randrange(len(content) // 3)
            content[place] = dice.randrange(256)
        path.write_bytes(content)
        sealed = {"sha256": manifests.digest(bytes(content)), "bytes": len(content)}
        alter(lambda manifest, sealed=sealed: manifest["tables"]["claims"].update(sealed))
        with suppress(AllegedError):
            api.load("claims", NEW, project=copied.root)
        with suppress(AllegedError):
            api.scan("claims", NEW, project=copied.root)
        faults += len(verification.verify(copied, NEW).faults)
    assert faults > 50


def test_interruptions_are_not_mistaken_for_failures_of_polars() -> None:
    for error in (KeyboardInterrupt, SystemExit):
        with pytest.raises(error), parquet.readable("claims cannot be decoded"):
            raise error


def test_a_panic_of_polars_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "claims.parquet"
    pl.DataFrame({"a": pl.int_range(100_000, eager=True).hash(1)}).write_parquet(path)
    lazy = pl.scan_parquet(path)
    lazy.collect_schema()
    os.truncate(path, 4096)

    with pytest.raises(pl.exceptions.PanicException):
        lazy.collect()
    with (
        pytest.raises(VerificationError, match=r"^claims cannot be decoded: .*$"),
        parquet.readable("claims cannot be decoded"),
    ):
        lazy.collect()


def test_a_scan_does_not_read_the_whole_file(copied: Project, tmp_path: Path) -> None:
    table = pl.DataFrame({"a": pl.int_range(200_000, eager=True).hash(1), "b": pl.int_range(200_000, eager=True)})
    table.write_parquet(tmp_path / "t.parquet")

    class Counting(io.FileIO):
        taken = 0

        def readinto(self, buffer: Any, /) -> int | None:
            size = super().readinto(buffer)
            Counting.taken += size or 0
            return size

    size = (tmp_path / "t.parquet").stat().st_size
    with io.BufferedReader(Counting(tmp_path / "t.parquet")) as file:
        lazy = parquet.scanned(file, {"rows": 200_000, "bytes": size, "columns": [{"name": "a"}, {"name": "b"}]}, "t")

    assert lazy.select(pl.col("b").sum()).collect().item() == 199_999 * 100_000
    assert Counting.taken < size / 4
