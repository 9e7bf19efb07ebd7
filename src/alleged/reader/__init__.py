"""Read record files strictly: accept only YAML that every YAML 1.2 reader reads in the same way.

This module checks the characters and the lines of a file. `open_file` opens it, `values` parses it, `strictness`
refuses what libyaml accepts by mistake, `syntax_errors` explains the errors of libyaml, and `messages` contains the
text of every message.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alleged import files
from alleged.errors import EnvironmentFailure
from alleged.issues import Issue, Place, ValuePath
from alleged.project import Project
from alleged.reader.characters import BOM, BREAK, forbidden_spans, is_suspect, line_at, lines_of, suggest_removal
from alleged.reader.messages import Span, TextFinding, finding_at, finding_in, message_and_help
from alleged.reader.open_file import MAX_BYTES, file_issue, read_content, record_files, rewrite

if TYPE_CHECKING:
    from alleged.reader.values import Positions

__all__ = [
    "MAX_BYTES",
    "Document",
    "File",
    "FileText",
    "parse_text",
    "read_document",
    "read_text",
    "record_files",
    "rewrite",
]

MAX_ISSUES = 20  # per file; more would push the first ones off the screen
MAX_LINE = 20_000  # characters; the longest text written as one paragraph has about a thousand
MAX_GAP = 100  # spaces and tabs in a row within a line

PLAIN_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
BARE_RETURN = re.compile(rb"\r(?!\n)")
GAP = re.compile(rf"(?<=\S)[ \t]{{{MAX_GAP + 1},}}(?=\S)")
HASH = re.compile(r"#(?<=[ \t]#)[^\s#]")  # a pattern that begins with one literal character is 50 times as fast


@dataclass(frozen=True, eq=False)
class FileText:
    """The bytes of a record file, and on demand the place of every key and value."""

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

        If there is no such value, return the place of the nearest collection around it; `field` still names `path`.
        """
        nearest = path
        while nearest and nearest not in self._positions.values:
            nearest = nearest[:-1]
        span = self._positions.values.get(nearest, ((0, 0), (0, 0)))
        if key and nearest == path:
            span = self._positions.keys.get(path, span)
        return self.place_of_span(span, path)

    def has_value(self, path: ValuePath) -> bool:
        """Whether the file has a value at `path`."""
        return path in self._positions.values

    def place_of_span(self, span: Span, path: ValuePath = ()) -> Place:
        """Return the place of a span of the text; of its first line, if it has several."""
        (line, column), (last_line, last_column) = span
        text = line_at(self._lines, line)
        end = last_column if last_line == line else len(text.rstrip())
        return Place(self.path, line + 1, column + 1, max(1, end - column), _field(path), text)

    def issue(self, finding: TextFinding) -> Issue:
        """Return a finding as an issue, with its line and column."""
        related = tuple(self.place_of_span(span, finding.path) for span in finding.related)
        if finding.rule == "duplicate-key":
            related = (self.place(finding.path, key=True),)
        place = self.place_of_span(finding.span, finding.path)
        return Issue(finding.rule, "error", place, finding.message, finding.help, finding.suggestion, related)

    @cached_property
    def _positions(self) -> "Positions":
        from alleged.reader.values import Positions, compose

        positions = Positions({}, {})
        compose(self.body, [], positions)
        return positions

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self.body)


@dataclass(frozen=True, slots=True)
class File:
    """A record file that was read: its path relative to the project, and the digest of its bytes.

    `lines` gives, for each top-level key with a list, the line (from 1) on which each item begins. `hash_lines` are the
    lines with a `#` that begins a comment without a space after it. The bytes are not kept in memory: they are needed
    only to place findings, and then the file is read again.
    """

    root: Path
    path: str
    sha256: str
    lines: Mapping[str, Sequence[int]]
    hash_lines: Sequence[str] = ()

    @property
    def text(self) -> FileText:
        """The text of the file.

        Raises:
            EnvironmentFailure: The file has changed since it was read.
        """
        return _unchanged_text(self.root, self.path, self.sha256)


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A record file and its values: text, integers, decimals, booleans, None, lists and mappings."""

    file: File
    data: dict[str, Any]

    def place(self, path: ValuePath, key: bool = False) -> Place:
        """Return the place of the value at `path`, or of its key; see `FileText.place`."""
        return self.file.text.place(path, key)


def read_document(path: Path, project: Project) -> Document | list[Issue]:
    """Return the values of a record file, or the issues why it cannot be read (never an empty list)."""
    text = read_text(path, project)
    return parse_text(text, project) if isinstance(text, FileText) else [text]


def read_text(path: Path, project: Project) -> FileText | Issue:
    """Return the text of a record file, or the issue why it cannot or must not be opened."""
    name = project.relative(path)
    content = read_content(name, project)
    return FileText(name, content) if isinstance(content, bytes) else content


def parse_text(text: FileText, project: Project) -> Document | list[Issue]:
    """Return the values of a record file, or the issues why its text cannot be read (never an empty list)."""
    from alleged.reader.values import compose  # PyYAML: whoever reads tables does not need it

    try:
        body = text.body.decode()
    except UnicodeDecodeError as error:
        return [_not_utf8(text, error)]
    rest = text.body.translate(None, PLAIN_BYTES)
    if rest and is_suspect(rest.decode()) and (issues := _forbidden_characters(text, body)):
        return issues
    if bare := BARE_RETURN.search(text.body):
        return [text.issue(finding_at("bare-carriage-return", _point(text.body[: bare.start()])))]
    findings: list[TextFinding] = []
    roots, lines = compose(text.body, findings)
    if findings := findings or [*_long_lines(text.body), *_wide_gaps(body)]:
        return [text.issue(finding) for finding in findings[:MAX_ISSUES]]
    if not roots or roots[0] is None:
        return [file_issue("empty-file", text.path)]
    if type(roots[0]) is not dict:
        return [Issue("not-a-mapping", "error", text.place(()), *message_and_help("not-a-mapping"))]
    hash_lines = [line for line in lines_of(text.body) if HASH.search(line)] if HASH.search(body) else []
    return Document(File(project.root, text.path, text.sha256, lines, hash_lines), roots[0])


def _long_lines(body: bytes) -> Iterator[TextFinding]:
    if len(body) > MAX_LINE and max(map(len, body.split(b"\n"))) > MAX_LINE:
        for number, line in enumerate(lines_of(body)):
            if len(line) > MAX_LINE:
                yield finding_at("long-line", (number, 0), f"{len(line):,}")


def _wide_gaps(body: str) -> Iterator[TextFinding]:
    if " " * (MAX_GAP + 1) in body.replace("\t", " "):
        for number, line in enumerate(BREAK.split(body)):
            for gap in GAP.finditer(line):
                yield finding_in("wide-gap", ((number, gap.start()), (number, gap.end())), str(len(gap[0])))


@lru_cache(maxsize=64)
def _unchanged_text(root: Path, path: str, digest: str) -> FileText:
    with suppress(OSError):
        text = FileText(path, files.read(root, path, MAX_BYTES))
        if text.sha256 == digest:
            return text
    raise EnvironmentFailure(f"{path} was changed by another program while it was being checked; run this again")


def _field(path: ValuePath) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")


def _point(before: bytes) -> tuple[int, int]:
    """Return the line and column, from 0, at which a text ends."""
    lines = lines_of(before)
    return len(lines) - 1, len(lines[-1])


def _not_utf8(text: FileText, error: UnicodeDecodeError) -> Issue:
    body, start = text.body, error.start
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return file_issue("not-utf-8", text.path, "the file is UTF-16")
    point = _point(body[:start])
    if body[start] == 0xED and body[start + 1 : start + 2] >= b"\xa0":
        return text.issue(finding_at("lone-surrogate", point, "half of a character"))
    byte = body[start : start + 1]
    guess = byte.decode("cp1252", errors="ignore")
    detail = f"byte {start} is 0x{byte.hex().upper()}" + (f", {guess!r} in Windows-1252" if guess else "")
    return text.issue(finding_at("not-utf-8", point, detail))


def _forbidden_characters(text: FileText, body: str) -> list[Issue]:
    if body[1:8:2] == "\0" * 4 or body[:7:2] == "\0" * 4:
        return [file_issue("not-utf-8", text.path, "the file is UTF-16")]
    issues = []
    for number, line in enumerate(BREAK.split(body)):
        for span in forbidden_spans(line) if is_suspect(line) else ():
            finding = finding_in(span.rule, ((number, span.start), (number, span.end)), span.detail)
            issues.append(text.issue(finding._replace(suggestion=suggest_removal(span, line))))
            if len(issues) == MAX_ISSUES:
                return issues
    return issues
