"""Record files, read strictly: what an editor that speaks YAML 1.2 shows is what is read, or it is refused.

Here the characters of a file are screened. `opening` opens it, `values` reads what is left, `strictness` refuses what
libyaml should not have read, `breakage` explains what libyaml could not read, and `refusals` holds every text that is
shown about it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from alleged import files
from alleged.errors import EnvironmentFailure
from alleged.issues import Issue, Place
from alleged.project import Project
from alleged.reader.characters import BREAK, is_suspect, line_at, lines_of, removal, unwanted
from alleged.reader.messages import PAGES, Span, TextFinding, ValuePath, words
from alleged.reader.open_file import MAX_BYTES, content_of, odd_name, of_file, record_files, rewrite
from alleged.reader.values import MAX_DEPTH, MAX_DIGITS, MAX_EVENTS, Marks, compose

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EVENTS",
    "MAX_ISSUES",
    "MAX_LINE",
    "PAGES",
    "Document",
    "File",
    "FileText",
    "odd_name",
    "of_file",
    "parsed",
    "read_document",
    "read_page",
    "record_files",
    "rewrite",
]

MAX_ISSUES = 20  # of one file: more would hide the first ones
MAX_LINE = 20_000  # characters; the longest text of one paragraph has about a thousand
MAX_GAP = 100  # spaces and tabs within a line

BOM = b"\xef\xbb\xbf"
PLAIN_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
BARE_RETURN = re.compile(rb"\r(?!\n)")
GAP = re.compile(rf"(?<=\S)[ \t]{{{MAX_GAP + 1},}}(?=\S)")
SUSPECT = re.compile(r"#(?<=[ \t]#)[^\s#]")  # begins with one letter, since that is found 50 times as fast


@dataclass(frozen=True, eq=False)
class FileText:
    """The text of a record file: its bytes, and on demand the place of every key and value."""

    path: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def body(self) -> bytes:
        """The content without a byte order mark."""
        return self.content.removeprefix(BOM)

    def place(self, path: ValuePath, key: bool = False) -> Place:
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
        return self.at(span, path)

    def holds(self, path: ValuePath) -> bool:
        """Whether a value stands at `path`."""
        return path in self._marks.values

    def at(self, span: Span, path: ValuePath = ()) -> Place:
        """Return the place of a stretch of the text; of its first line, if it has several."""
        (line, column), (last_line, last_column) = span
        text = line_at(self._lines, line)
        end = last_column if last_line == line else len(text.rstrip())
        return Place(self.path, line + 1, column + 1, max(1, end - column), _field(path), text)

    def issue(self, fault: TextFinding) -> Issue:
        """Return a refusal as an issue, with its line and column."""
        related = tuple(self.at(span, fault.path) for span in fault.related)
        if fault.rule == "duplicate-key":
            related = (self.place(fault.path, key=True),)
        place = self.at(fault.span, fault.path)
        return Issue(fault.rule, "error", place, fault.message, fault.help, fault.suggestion, related)

    @cached_property
    def _marks(self) -> Marks:
        marks = Marks({}, {})
        compose(self.body, [], marks)
        return marks

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self.body)


@dataclass(frozen=True, slots=True)
class File:
    """A record file that was read: its path from the project's folder, and the digest of its bytes.

    `lines` gives, for a top-level key whose value is a list, the line (from 1) on which each item begins, and
    `suspects` are the lines with a # that begins a comment and has no space behind it. The bytes are not kept, since
    only what is wrong is ever looked up in them; then the file is read again.
    """

    root: Path
    path: str
    sha256: str
    lines: Mapping[str, Sequence[int]]
    suspects: Sequence[str] = ()

    @property
    def page(self) -> FileText:
        """The text of the file.

        Raises:
            EnvironmentFailure: The file is not any more what it was when it was read.
        """
        return _page(self.root, self.path, self.sha256)

    @property
    def content(self) -> bytes:
        return self.page.content


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A record file and its values: only text, integers, decimals, booleans, None, lists and mappings."""

    file: File
    data: dict[str, Any]

    @property
    def content(self) -> bytes:
        return self.file.content

    def place(self, path: ValuePath, key: bool = False) -> Place:
        """Return the place of the value at `path`, or of its key; see `Page.place`."""
        return self.file.page.place(path, key)


def read_document(path: Path, project: Project) -> Document | list[Issue]:
    """Return a record file's values, or what keeps it from being read (never an empty list)."""
    page = read_page(path, project)
    return parsed(page, project) if isinstance(page, FileText) else [page]


def read_page(path: Path, project: Project) -> FileText | Issue:
    """Return the text of a record file, or why it cannot be opened or must not be."""
    name = project.relative(path)
    content = content_of(name, project)
    return FileText(name, content) if isinstance(content, bytes) else content


def parsed(page: FileText, project: Project) -> Document | list[Issue]:
    """Return the values of a record file, or what keeps its text from being understood."""
    try:
        text = page.body.decode()
    except UnicodeDecodeError as error:
        return [_not_utf8(page, error)]
    rest = page.body.translate(None, PLAIN_BYTES)
    if rest and is_suspect(rest.decode()) and (issues := _forbidden(page, text)):
        return issues
    if bare := BARE_RETURN.search(page.body):
        return [_bare_return(page, bare.start())]
    faults: list[TextFinding] = []
    roots, lines = compose(page.body, faults)
    if faults:
        return [page.issue(fault) for fault in faults[:MAX_ISSUES]]
    if issues := [*_long_lines(page), *_wide_gaps(page, text)]:
        return issues[:MAX_ISSUES]
    if not roots or roots[0] is None:
        return [of_file("empty-file", page.path)]
    if type(roots[0]) is not dict:
        return [Issue("not-a-mapping", "error", page.place(()), *words("not-a-mapping"))]
    suspects = [text for text in lines_of(page.body) if SUSPECT.search(text)] if SUSPECT.search(text) else []
    return Document(File(project.root, page.path, page.sha256, lines, suspects), roots[0])


def _long_lines(page: FileText) -> Iterator[Issue]:
    if len(page.body) > MAX_LINE and max(map(len, page.body.split(b"\n"))) > MAX_LINE:
        for number, line in enumerate(lines_of(page.body)):
            if len(line) > MAX_LINE:
                place = page.at(((number, 0), (number, 1)))
                yield Issue("long-line", "error", place, *words("long-line", f"{len(line):,}"))


def _wide_gaps(page: FileText, text: str) -> Iterator[Issue]:
    if " " * (MAX_GAP + 1) in text.replace("\t", " "):
        for number, line in enumerate(lines_of(page.body)):
            for gap in GAP.finditer(line):
                place = page.at(((number, gap.start()), (number, gap.end())))
                yield Issue("wide-gap", "error", place, *words("wide-gap", str(len(gap[0]))))


@lru_cache(maxsize=64)
def _page(root: Path, path: str, digest: str) -> FileText:
    with suppress(OSError):
        page = FileText(path, files.read(root, path, MAX_BYTES))
        if page.sha256 == digest:
            return page
    raise EnvironmentFailure(f"{path} was changed by another program while it was looked at; run this again")


def _field(path: ValuePath) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")


# The characters.


def _not_utf8(page: FileText, error: UnicodeDecodeError) -> Issue:
    body = page.body
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return of_file("not-utf-8", page.path, "the file is UTF-16")
    before = lines_of(body[: error.start])
    point = len(before) - 1, len(before[-1])
    place = page.at((point, point))
    if body[error.start] == 0xED and body[error.start + 1 : error.start + 2] >= b"\xa0":
        return Issue("lone-surrogate", "error", place, *words("lone-surrogate", "half of a character"))
    byte = body[error.start : error.start + 1]
    guess = byte.decode("cp1252", errors="ignore")
    said = f"byte {error.start} is 0x{byte.hex().upper()}" + (f", {guess!r} in Windows-1252" if guess else "")
    return Issue("not-utf-8", "error", place, *words("not-utf-8", said))


def _bare_return(page: FileText, position: int) -> Issue:
    before = lines_of(page.body[:position])
    point = len(before) - 1, len(before[-1])
    return Issue("bare-carriage-return", "error", page.at((point, point)), *words("bare-carriage-return"))


def _forbidden(page: FileText, text: str) -> list[Issue]:
    if text[1:8:2] == "\0" * 4 or text[:7:2] == "\0" * 4:
        return [of_file("not-utf-8", page.path, "the file is UTF-16")]
    issues = []
    for number, line in enumerate(BREAK.split(text)):
        for found in unwanted(line) if is_suspect(line) else ():
            place = page.at(((number, found.start), (number, found.end)))
            issues.append(Issue(found.rule, "error", place, *words(found.rule, found.said), removal(found, line)))
            if len(issues) == MAX_ISSUES:
                return issues
    return issues
