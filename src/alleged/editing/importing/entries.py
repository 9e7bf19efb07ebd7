"""Entries of a file to import: the texts of one claim or source, by field, with what is wrong in the file itself."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from alleged.editing.known import Problem
from alleged.errors import AllegedError
from alleged.reader.characters import forbidden_spans, is_suspect

MAX_FILE_BYTES = 1 << 24
"""Bytes of the largest file that is imported."""

MAX_ENTRIES = 20_000
"""Most rows or items of one file."""


MAX_TEXT = 5_000
"""Characters of the longest text of an entry."""

WHOLE = ("row", "entry")
"""Names under which a fault of a whole entry is listed, which no answer can correct; no field has such a name."""


class UnreadableImport(AllegedError, ValueError):
    """A file to import cannot be read as a whole; the message says where and what to do."""

    exit_code = 1


class Line(NamedTuple):
    """A line of a table: its number from 1, the texts of its cells, and faults by the index of their cell."""

    number: int
    cells: Sequence[str]
    faults: Mapping[int, str] = MappingProxyType({})


class Entry(NamedTuple):
    """A row of a table or an item of a bibliography.

    `number` counts the lines of a table (its header included) or the items of a bibliography, from 1. `texts` are the
    values by column: a field of the record, or `source_` and a field of its source. `blank` is why the entry has none.
    """

    number: int
    texts: Mapping[str, str]
    faults: Sequence[Problem] = ()
    blank: str = ""

    @property
    def digest(self) -> str:
        """Digest of the texts, by which a review finds its entry again."""
        return hashlib.sha256(json.dumps(self.texts, sort_keys=True).encode(errors="replace")).hexdigest()[:16]


class Entries(NamedTuple):
    """The entries of a file: their kind of record, what one is called (`row` or `item`), and notes on the file.

    `columns` are the letters under which a spreadsheet program shows the columns of a table, by field.
    """

    kind: str
    word: str
    entries: Sequence[Entry]
    notes: Sequence[str] = ()
    columns: Mapping[str, str] = MappingProxyType({})


def decode(content: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises:
        UnreadableImport: The file has another encoding, or NUL bytes; the message names line and column.
    """
    advice = "save it as UTF-8 ('CSV UTF-8' in a spreadsheet program)"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableImport(f"{name} is in UTF-16; {advice}")
    if b"\0" in content:
        raise UnreadableImport(f"{name}:{_place(content, content.index(0))}: a NUL byte, which no text has; {advice}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place, byte = _place(error.object, error.start), error.object[error.start]
        message = f"{name}:{place}: the byte 0x{byte:02X} is not UTF-8, perhaps Latin-1 or Windows-1252; {advice}"
        raise UnreadableImport(message) from None


def limited(entries: Sequence[Any], name: str) -> Sequence[Any]:
    """Return entries unless there are too many.

    Raises:
        UnreadableImport: There are more than `MAX_ENTRIES`.
    """
    if len(entries) > MAX_ENTRIES:
        raise UnreadableImport(f"{name} has more than {MAX_ENTRIES:,} entries; divide it into several files")
    return entries


def without_empty(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return texts by column, without empty ones; line breaks and several spaces become one space."""
    plain = ((column, re.sub(r"[ \t\r\n]+", " ", text).strip()) for column, text in texts)
    return {column: text for column, text in plain if text}


def unwritable(text: str) -> str:
    """Return why no record may have a text; empty if one may."""
    if len(text) > MAX_TEXT:
        return f"the text has {len(text):,} characters; the most is {MAX_TEXT:,}"
    if odd := re.search("[\ud800-\udfff]", text):
        return f"the text has half of a character, U+{ord(odd[0]):04X}"
    if is_suspect(text) and (span := next(forbidden_spans(text), None)):
        return f"the text has the character U+{ord(text[span.start]):04X}, which no record may have"
    return ""


def _place(content: bytes, offset: int) -> str:
    before = content[:offset]
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f"{before.count(10) + 1}:{column}"
