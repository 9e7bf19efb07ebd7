"""Record files, read strictly: what an editor that speaks YAML 1.2 shows is what is read, or it is refused.

Here files are opened and their characters screened. `values` reads what is left, `breakage` understands what libyaml
could not read, and `refusals` holds every text that is shown about it.
"""

import os
import re
import stat
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from alleged.documents.characters import BREAK, FORBIDDEN, line_at, lines_of, named, rule_of
from alleged.documents.refusals import PAGES, Fault, Span, Steps, words
from alleged.documents.values import MAX_DEPTH, MAX_DIGITS, MAX_EVENTS, Marks, compose
from alleged.issues import Issue, Place, Suggestion
from alleged.layout import Layout

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EVENTS",
    "MAX_ISSUES",
    "PAGES",
    "Document",
    "read_document",
]

MAX_BYTES = 1 << 20
MAX_ISSUES = 20  # of one file: more would hide the first ones

BOM = b"\xef\xbb\xbf"
PLAIN_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
NAME = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")
# Names that Windows keeps for devices, with any ending.
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """A record file as read: its values, its bytes, and the place of every key and value.

    `path` is relative to the project. `data` holds only text, integers, decimals, booleans, None, lists and
    mappings. `lines_of_records` gives, for a top-level key and an index in its list, the line (from 1) on
    which that record begins.
    """

    path: str
    data: dict[str, Any]
    content: bytes
    lines_of_records: dict[tuple[str, int], int]

    @cached_property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    def place(self, path: Steps, key: bool = False) -> Place:
        """Return the place of the value at `path`, or of its key.

        Where nothing stands at `path`, it is the place of the nearest collection around it; the field is
        named as asked for.
        """
        found = path
        while found and found not in self._marks.values:
            found = found[:-1]
        span = self._marks.values.get(found, ((0, 0), (0, 0)))
        if key and found == path:
            span = self._marks.keys.get(path, span)
        return self._at(span, path)

    @cached_property
    def _marks(self) -> Marks:
        marks = Marks({}, {})
        compose(self.content.removeprefix(BOM), [], marks)
        return marks

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self.content.removeprefix(BOM))

    def _at(self, span: Span, path: Steps = ()) -> Place:
        (line, column), (last_line, last_column) = span
        text = line_at(self._lines, line)
        end = last_column if last_line == line else len(text.rstrip())
        return Place(self.path, line + 1, column + 1, max(1, end - column), _field(path), text)

    def _issue(self, fault: Fault) -> Issue:
        related = tuple(self._at(span, fault.path) for span in fault.related)
        if fault.rule == "duplicate-key":
            related = (self.place(fault.path, key=True),)
        place = self._at(fault.span, fault.path)
        return Issue(fault.rule, "error", place, fault.message, fault.help, fault.suggestion, related)


def read_document(path: Path, project: Layout) -> Document | list[Issue]:
    """Return a record file's values and places, or what keeps it from being read (never an empty list)."""
    name = project.relative(path)
    content = _content(path, name, project)
    if isinstance(content, Issue):
        return [content]
    draft = Document(name, {}, content, {})
    body = content.removeprefix(BOM)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        return [_not_utf8(draft, body, error)]
    rest = body.translate(None, PLAIN_BYTES)
    if rest and not FORBIDDEN.isdisjoint(rest.decode()):
        return _forbidden(draft, text)
    faults: list[Fault] = []
    roots, lines_of_records = compose(body, faults)
    if faults:
        return [draft._issue(fault) for fault in faults[:MAX_ISSUES]]
    if not roots or roots[0] is None:
        return [_of_file("empty-file", name)]
    if type(roots[0]) is not dict:
        return [Issue("not-a-mapping", "error", draft.place(()), *words("not-a-mapping"))]
    return Document(name, roots[0], content, lines_of_records)


def _field(path: Steps) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")


# The file: only a regular one inside the project, and nothing of any other is ever shown.


def _content(path: Path, name: str, project: Layout) -> bytes | Issue:
    *folders, file = name.split("/")
    # Opened by the name that is shown: `link/../x` would lead elsewhere.
    path = project.root / name
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return _of_file("symbolic-link", name)
        if not stat.S_ISREG(mode):
            return _of_file("not-a-regular-file", name)
        if _leaves(project.root, folders):
            return _of_file("outside-project", name)
        for segment in (*folders, file) if folders[:1] == [project.claims.name] else ():
            if not NAME.fullmatch(segment) or DEVICE.fullmatch(segment):
                return _of_file("odd-file-name", name, repr(segment))
        return _bytes(path, name)
    except OSError as error:
        return _of_file("unreadable-file", name, (error.strerror or type(error).__name__).lower())


def _leaves(root: Path, folders: list[str]) -> bool:
    """Return whether the way through these folders leaves the project, by '..' or by a link."""
    if folders[:1] == [".."]:
        return True
    way = root
    for folder in folders:
        way /= folder
        if way.is_symlink():
            return not root.joinpath(*folders).resolve().is_relative_to(root.resolve())
    return False


def _bytes(path: Path, name: str) -> bytes | Issue:
    # A pipe or a link may have taken the file's place since it was looked at: neither blocks nor is followed.
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
    handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return _of_file("not-a-regular-file", name)
        if status.st_size > MAX_BYTES:
            return _of_file("too-large", name)
        content = os.read(handle, status.st_size + 1)
        while more := os.read(handle, MAX_BYTES + 1 - len(content)):
            content += more
    finally:
        os.close(handle)
    return content if len(content) <= MAX_BYTES else _of_file("too-large", name)


def _of_file(rule: str, name: str, said: str = "") -> Issue:
    return Issue(rule, "error", Place(name), *words(rule, said))


# The characters.


def _not_utf8(draft: Document, body: bytes, error: UnicodeDecodeError) -> Issue:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _of_file("not-utf-8", draft.path, "the file is UTF-16")
    before = lines_of(body[: error.start])
    point = len(before) - 1, len(before[-1])
    place = draft._at((point, point))
    if body[error.start] == 0xED and body[error.start + 1 : error.start + 2] >= b"\xa0":
        return Issue("lone-surrogate", "error", place, *words("lone-surrogate", "half of a character"))
    byte = body[error.start : error.start + 1]
    guess = byte.decode("cp1252", errors="ignore")
    said = f"byte {error.start} is 0x{byte.hex().upper()}" + (f", {guess!r} in Windows-1252" if guess else "")
    return Issue("not-utf-8", "error", place, *words("not-utf-8", said))


def _forbidden(draft: Document, text: str) -> list[Issue]:
    if text[1:8:2] == "\0" * 4 or text[:7:2] == "\0" * 4:
        return [_of_file("not-utf-8", draft.path, "the file is UTF-16")]
    issues = []
    for number, line in enumerate(BREAK.split(text)):
        for column, character in enumerate(line):
            if character in FORBIDDEN:
                rule = rule_of(character)
                place = draft._at(((number, column), (number, column + 1)))
                removal = Suggestion("", "safe" if rule == "hidden-direction" else "ask")
                issues.append(Issue(rule, "error", place, *words(rule, named(character)), removal))
                if len(issues) == MAX_ISSUES:
                    return issues
    return issues
