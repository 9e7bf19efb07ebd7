"""Cells: how the values of a table become text and numbers that every program takes."""

from typing import NamedTuple

import polars as pl

from alleged.exports.sheets import Sheet

SEPARATOR = "; "
"""Between the entries of a list in one cell."""

CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffe}\x{ffff}]"
"""Characters that XML or C strings cannot hold: control characters but tab and line breaks, and no characters."""

FORMULA = r"^('*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}\t\r\n])"
"""Beginnings of texts that spreadsheets take for formulas in a text file; the wide characters are those of Asia."""

LISTS = f"Lists are joined with '{SEPARATOR}' in one cell; an entry that contains it looks like two."
CONTROLS = "Control characters in texts, other than tabs and line breaks, are replaced by U+FFFD."
NUMBERS = "Numbers that are not finite are empty."


class Limit(NamedTuple):
    """The longest text that a format takes: so many units of an encoding."""

    most: int
    encoding: str
    width: int = 1

    def cut(self, text: str) -> str:
        """Return a text, or its beginning with an ellipsis if it is too long."""
        encoded = text.encode(self.encoding)
        if len(encoded) <= self.most * self.width:
            return text
        end = self.most * self.width - len("…".encode(self.encoding))
        return encoded[:end].decode(self.encoding, "ignore") + "…"


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table with texts, numbers, days, and true and false only: no lists, no codes."""
    return frame.with_columns(_plain(name, dtype) for name, dtype in frame.schema.items())


def inert(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a plain table in which each text that a spreadsheet would take for a formula begins with an apostrophe.

    Apostrophes before it are kept, so that taking away one gives the text back.
    """
    return frame.with_columns(pl.col(pl.String).str.replace(FORMULA, "'$1"))


def shortened(sheet: Sheet, frame: pl.DataFrame, limit: Limit) -> tuple[pl.DataFrame, list[str]]:
    """Return a plain table with texts of at most `limit`, and a sentence for each text that is cut."""
    notes = []
    for name in frame.select(pl.col(pl.String)).columns:
        values = frame[name].to_list()
        # Most texts are short; one of UTF-8 has at least a byte for each unit of UTF-16.
        for place in frame[name].str.len_bytes().gt(limit.most).arg_true():
            short = limit.cut(values[place])
            if short != values[place]:
                key = ", ".join(str(sheet.frame[column][place])[:100] for column in sheet.key)
                notes.append(f"{sheet.name}.{name} of {key} is cut: it has {len(values[place]):,} characters.")
                values[place] = short
        frame = frame.with_columns(pl.Series(name, values, pl.String))
    return frame, notes


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.List):
        column = column.cast(pl.List(pl.String)).list.join(SEPARATOR)
    elif isinstance(dtype, pl.Enum):
        column = column.cast(pl.String)
    elif dtype.is_float():
        return pl.when(column.is_finite()).then(column).alias(name)
    elif dtype != pl.String:
        return column
    return clean(column)


def clean(text: pl.Expr) -> pl.Expr:
    """Return texts without characters that some formats cannot hold."""
    return text.str.replace_all(CONTROL, "\ufffd")
