"""Remove, replace or add single fields of a record file; every other byte stays as it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alleged.editing.formatter import WIDTH, written
from alleged.issues import ValuePath
from alleged.reader.characters import BLOCK, BOM, BREAK
from alleged.reader.messages import Point
from alleged.reader.values import Positions, compose


def without(content: bytes, path: ValuePath) -> bytes:
    """Return a record file without the field at a path; a mapping that had no other field becomes `{}`."""
    return _changed(content, lambda layout: layout.without(path))


def with_value(content: bytes, path: ValuePath, value: str) -> bytes:
    """Return a record file with a text as the value of an existing field."""
    return _changed(content, lambda layout: layout.with_value(path, value))


def with_field(content: bytes, path: ValuePath, value: str, order: list[str]) -> bytes:
    """Return a record file with a text as a new field, behind the fields that precede it in `order`."""
    return _changed(content, lambda layout: layout.with_field(path, value, order))


def with_entry(content: bytes, path: ValuePath, entry: Mapping[str, str], order: list[str]) -> bytes:
    """Return a record file with a list of one mapping of texts as a new field, where `with_field` would put it."""
    return _changed(content, lambda layout: layout.with_mapping(path, entry, order, listed=True))


def with_mapping(content: bytes, path: ValuePath, entry: Mapping[str, str], order: list[str]) -> bytes:
    """Return a record file with a mapping of texts as a new field, where `with_field` would put it."""
    return _changed(content, lambda layout: layout.with_mapping(path, entry, order, listed=False))


def comment_lines(content: bytes, path: ValuePath) -> list[int]:
    """Return the lines (from 1) between the first and the last one of a value that have a `#`."""
    layout = _Layout.of(content.removeprefix(BOM))
    start, end = layout.start(path), layout.end(path)
    first = layout.text.count("\n", 0, start) + 1
    return [first + number for number, line in enumerate(layout.text[start:end].split("\n")) if "#" in line]


def _changed(content: bytes, change: Callable[["_Layout"], str]) -> bytes:
    body = content.removeprefix(BOM)
    return content[: len(content) - len(body)] + change(_Layout.of(body)).encode()


@dataclass(frozen=True)
class _Layout:
    """The text of a file, the offset at which each line begins, and the positions of keys and values."""

    text: str
    lines: list[int]
    positions: Positions

    @classmethod
    def of(cls, body: bytes) -> "_Layout":
        text, positions = body.decode(), Positions({}, {})
        compose(body, [], positions)
        return cls(text, [0, *(found.end() for found in BREAK.finditer(text))], positions)

    def without(self, path: ValuePath) -> str:
        start, end = self._offset(self.positions.keys[path][0]), self.end(path)
        names = self._names(path[:-1])
        at = names.index(str(path[-1]))
        if len(names) == 1:
            empty = "" if self._is_flow(path[:-1]) else "{}"
            return self.text[:start] + empty + self.text[end:]
        following = (*path[:-1], names[at + 1]) if at + 1 < len(names) else None
        if self._is_flow(path[:-1]):
            if following is None:
                start = self.end((*path[:-1], names[at - 1]))
            else:
                end = self._offset(self.positions.keys[following][0])
        elif not self.text[(line := self._line_start(start)) : start].strip():
            start, end = line, self._line_end(end)
        elif following:  # beside the dash of an item; a comment between the two fields stays
            next_start = self._offset(self.positions.keys[following][0])
            end = end if "#" in self.text[end:next_start] else next_start
        return self.text[:start] + self.text[end:]

    def with_value(self, path: ValuePath, value: str) -> str:
        context = "brackets" if self._is_flow(path[:-1]) else "line"
        return self.text[: self.start(path)] + written(value, context) + self.text[self.end(path) :]

    def with_field(self, path: ValuePath, value: str, order: list[str]) -> str:
        context = "brackets" if self._is_flow(path[:-1]) else "line"
        return self._with(path, f" {written(value, context)}", order)

    def with_mapping(self, path: ValuePath, entry: Mapping[str, str], order: list[str], listed: bool) -> str:
        flow = "{" + ", ".join(f"{name}: {written(value, 'brackets')}" for name, value in entry.items()) + "}"
        flow = f"[{flow}]" if listed else flow
        column = self._column(path[:-1])
        if self._is_flow(path[:-1]) or column + len(f"{path[-1]}: {flow}") <= WIDTH:
            return self._with(path, f" {flow}", order)
        first, indent = ("  - ", "    ") if listed else ("  ", "  ")
        lines = [f"{name}: {written(value, 'line')}" for name, value in entry.items()]
        starts = [first, *[indent] * (len(lines) - 1)]
        block = "".join(f"\n{' ' * column}{start}{line}" for start, line in zip(starts, lines, strict=True))
        return self._with(path, block, order)

    def _with(self, path: ValuePath, value: str, order: list[str]) -> str:
        """Return the text with a new field, whose value is given as it is written behind the colon."""
        names = self._names(path[:-1])
        later = [at for at, name in enumerate(names) if order.index(name) > order.index(str(path[-1]))]
        previous = (*path[:-1], names[max(min(later, default=len(names)) - 1, 0)])
        end = self.end(previous)
        if self._is_flow(path[:-1]):
            return f"{self.text[:end]}, {path[-1]}:{value}{self.text[end:]}"
        line_break = "\r\n" if "\r\n" in self.text else "\n"
        line = f"{' ' * self._column(path[:-1])}{path[-1]}:{value}\n".replace("\n", line_break)
        at = self._line_end(end)
        before = self.text[:at] if self.text[:at].endswith("\n") else self.text[:at] + line_break
        return before + line + self.text[at:]

    def _column(self, path: ValuePath) -> int:
        """Return the column of the fields of a mapping."""
        return self.positions.keys[(*path, self._names(path)[0])][0][1]

    def start(self, path: ValuePath) -> int:
        """Return the offset at which a value begins."""
        return self._offset(self.positions.values[path][0])

    def end(self, path: ValuePath) -> int:
        """Return the offset behind a value; libyaml ends lines of a collection only where the next value begins."""
        start, end = map(self._offset, self.positions.values[path])
        inner = [] if self._is_flow(path) else self._inner(path)
        if inner:
            return max(map(self.end, inner))
        if self.text[start : start + 1] in BLOCK:
            return start + len(self.text[start:end].rstrip())
        return end

    def _inner(self, path: ValuePath) -> list[ValuePath]:
        return [other for other in self.positions.values if len(other) == len(path) + 1 and other[:-1] == path]

    def _names(self, path: ValuePath) -> list[str]:
        """Return the names of the fields of a mapping, in the order of the file."""
        return [str(key[-1]) for key in self.positions.keys if len(key) == len(path) + 1 and key[:-1] == path]

    def _is_flow(self, path: ValuePath) -> bool:
        return self.text[self.start(path) : self.start(path) + 1] in ("{", "[")

    def _offset(self, point: Point) -> int:
        line, column = point
        return self.lines[line] + column if line < len(self.lines) else len(self.text)

    def _line_start(self, offset: int) -> int:
        return max(start for start in self.lines if start <= offset)

    def _line_end(self, offset: int) -> int:
        """Return the offset behind the line break of the line of an offset."""
        return min((start for start in self.lines if start > offset), default=len(self.text))
