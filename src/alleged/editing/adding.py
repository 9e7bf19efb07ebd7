"""Add records to bundles: as text in the style of `alleged fmt`, without changing any other byte of the file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alleged import files
from alleged.editing.formatter import format_content
from alleged.editing.syntax_tree import Collection, Entry, read
from alleged.errors import AllegedError, StyleError
from alleged.project import SUFFIXES, Project
from alleged.reader import MAX_BYTES, Document, FileText, parse_text, read_document, rewrite
from alleged.reader.characters import indent_of, lines_of
from alleged.reader.open_file import name_issue
from alleged.schemas.definitions import KINDS

Fields = dict[str, Any]
"""The fields of a record, as a bundle has them."""

IN_BRACES = frozenset({"recorded"})
"""Fields with a mapping that is written on one line."""


class Bundle(NamedTuple):
    """A bundle to which records are added: its name relative to the project, its bytes, and its values.

    `content` is None for a file that does not exist yet.
    """

    name: str
    content: bytes | None
    data: Mapping[str, Any]

    @property
    def defaults(self) -> Mapping[str, Any]:
        return self.data.get("defaults", {})


def open_bundle(path: Path, project: Project) -> Bundle:
    """Return the bundle at a path below `claims/`, which need not exist.

    Raises:
        AllegedError: The path is not one of a record file of the project, or the file cannot be read.
    """
    name = project.relative(path)
    hidden = any(part.startswith(files.HIDDEN) for part in name.split("/"))
    if hidden or not name.startswith(f"{project.folder}/") or not name.endswith(SUFFIXES) or name_issue(name, project):
        raise AllegedError(
            f"{name!r} cannot be the name of a bundle; write for example {project.folder}/2024/name.yaml"
        )
    if not files.exists(project.root, name):
        return Bundle(name, None, {})
    document = read_document(path, project)
    if not isinstance(document, Document):
        raise AllegedError(f"{name} cannot be read: {document[0].message}; see 'alleged check {name}'")
    return Bundle(name, document.file.text.content, document.data)


def with_defaults(record: Fields, defaults: Mapping[str, Any]) -> Fields:
    """Return the fields of a claim without those that the defaults of its bundle supply."""
    fields = {name: value for name, value in record.items() if name == "sources" or defaults.get(name) != value}
    source = defaults.get("source")
    if source is not None and "sources" in fields:
        appearances = [{k: v for k, v in a.items() if (k, v) != ("id", source)} for a in fields["sources"]]
        fields["sources"] = [short or whole for short, whole in zip(appearances, fields["sources"], strict=True)]
        if appearances == [{}]:
            del fields["sources"]
    return fields


def add(bundle: Bundle, kind: str, records: Sequence[Fields], project: Project) -> bytes:
    """Return the content of a bundle with further records at the end of their list.

    Claims leave out what the defaults of the bundle supply. All other bytes stay as they are.

    Raises:
        StyleError: The file would not be readable, or would not have exactly these records more.
    """
    if kind == "claims":
        records = [with_defaults(record, bundle.defaults) for record in records]
    content = bundle.content or b""
    result = _inserted(content, kind, records, bundle.name) if bundle.data else content + rendered({kind: records})
    expected = {**bundle.data, kind: [*bundle.data.get(kind, []), *records]}
    document = parse_text(FileText(bundle.name, result), project)
    if not isinstance(document, Document):
        issue = document[0]
        raise StyleError(f"{bundle.name} is not changed, since it could not be read then: {issue.message}")
    if document.data != expected or len(result) > MAX_BYTES:
        why = "it would be larger than 1 MiB" if len(result) > MAX_BYTES else "another value would change"
        raise StyleError(
            f"{bundle.name} is not changed, since {why}; run 'alleged fmt {bundle.name}' or add it by hand"
        )
    return result


def add_lists(bundle: Bundle, lists: Mapping[str, Sequence[Fields]], project: Project) -> bytes:
    """Return the content of a bundle with further records of several kinds; see `add`."""
    for kind, records in lists.items():
        if not records:
            continue
        content = add(bundle, kind, records, project)
        added = [with_defaults(r, bundle.defaults) for r in records] if kind == "claims" else records
        data = {**bundle.data, kind: [*bundle.data.get(kind, []), *added]}
        bundle = bundle._replace(content=content, data=data)
    return bundle.content or b""


def content(bundle: Bundle, lists: Mapping[str, Sequence[Fields]], project: Project) -> bytes:
    """Return the content of a bundle with further records; one that begins with a source has it as default.

    Raises:
        StyleError: The file would not be readable, or would not have exactly these records more.
    """
    if bundle.content is not None or not lists.get("sources"):
        return add_lists(bundle, lists, project)
    recorded = next((claim["recorded"] for claim in lists.get("claims", ())), None)
    defaults = {"source": lists["sources"][0]["id"], **({"recorded": recorded} if recorded else {})}
    return new_bundle(bundle.name, defaults, lists, project)


def new_bundle(name: str, defaults: Fields, lists: Mapping[str, Sequence[Fields]], project: Project) -> bytes:
    """Return the content of a new bundle with defaults and records.

    Raises:
        StyleError: The file would not be readable.
    """
    claims = [with_defaults(claim, defaults) for claim in lists.get("claims", ())]
    parts = {"defaults": defaults, **lists, "claims": claims}
    data = {kind: parts[kind] for kind in ("defaults", *KINDS) if parts.get(kind)}
    content = rendered(data)
    document = parse_text(FileText(name, content), project)
    if not isinstance(document, Document) or document.data != data or len(content) > MAX_BYTES:
        reason = "its values would change" if isinstance(document, Document) else document[0].message
        raise StyleError(f"{name} is not written, since it could not be read then: {reason}")
    return content


def save(bundle: Bundle, content: bytes, project: Project) -> None:
    """Write a bundle, whole or not at all.

    Raises:
        EnvironmentFailure: It cannot be written (disk, permission, a link), or another program has changed it.
    """
    if bundle.content is not None:
        rewrite(bundle.name, project, bundle.content, content)
        return
    with files.translate_oserror(f"{bundle.name} cannot be written"):
        files.make_folder(project.root, bundle.name.rpartition("/")[0])
        files.write(project.root, bundle.name, content, new=True)


def rendered(data: Mapping[str, Any]) -> bytes:
    """Return the values of a bundle as YAML in the style of `alleged fmt`.

    Raises:
        StyleError: A text contains characters that record files may not have.
    """
    try:
        return format_content(plain_yaml(data), "this record")
    except UnicodeEncodeError:
        raise StyleError("the record is not written, since a text is not valid Unicode") from None


# Texts of values.


def plain_yaml(data: Mapping[str, Any]) -> bytes:
    """Return values as YAML with all texts in quotes, in the given order."""
    return "".join(f"{line}\n" for line in _block(data, "")).encode()


def _block(value: Mapping[str, Any] | Sequence[Any], indent: str) -> list[str]:
    """Return the lines of a mapping or a list of mappings; lists of texts are on one line."""
    lines: list[str] = []
    entries = value.items() if isinstance(value, Mapping) else (("-", item) for item in value)
    for key, item in entries:
        lead = f"{indent}-" if key == "-" else f"{indent}{key}:"
        if _is_inline(key, item):
            lines.append(f"{lead} {_inline(item)}")
        elif key == "-":
            first, *rest = _block(item, f"{indent}  ")
            lines += [f"{lead} {first.lstrip()}", *rest]
        else:
            lines += [lead, *_block(item, f"{indent}  ")]
    return lines


def _is_inline(key: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return key in IN_BRACES or not value
    return not isinstance(value, list) or not any(isinstance(item, Mapping | list) for item in value)


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        fields = ", ".join(f"{key}: {_inline(item)}" for key, item in value.items())
        return f"{{{fields}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False)


# Places in files.


def _inserted(content: bytes, kind: str, records: Sequence[Fields], name: str) -> bytes:
    """Return a file that has values, with records added to the list of their kind."""
    root, lines = read(content), lines_of(content)
    line_break = "\r\n" if b"\r\n" in content else "\n"
    entry = next((e for e in root.entries if e.key and e.key.value == kind), None)
    if root.flow or (entry and (not isinstance(entry.value, Collection) or entry.value.flow)):
        raise StyleError(f"the list {kind!r} of {name} is in brackets; write each record on lines of its own first")
    new = rendered({kind: records}).decode().splitlines()
    if entry and isinstance(entry.value, Collection):
        at = _end(root, entry, lines, max(entry.value.column, 1))
        spaced = len(entry.value.entries) > 1 and entry.value.entries[-1].above == [""]
        items = [line[2:] and " " * entry.value.column + line[2:] for line in new[1:]]
        new = ["", *items] if spaced else items
    else:
        at, new = _gap(root, kind, lines, new)
    parts = [line.encode() for line in new]
    whole = content.split(line_break.encode())
    if not whole[-1]:
        whole.pop()  # the file ends with a line break
    return line_break.encode().join([*whole[:at], *parts, *whole[at:], b""])


def _gap(root: Collection, kind: str, lines: list[str], new: list[str]) -> tuple[int, list[str]]:
    """Return the number of the line before which a new list is inserted, and its lines with blank ones around."""
    order = ["defaults", *KINDS]
    earlier = [
        e for e in root.entries if e.key and e.key.value in order and order.index(e.key.value) < order.index(kind)
    ]
    if earlier:
        return _end(root, earlier[-1], lines, 1), ["", *new]
    first = root.entries[0]
    blank = max((i for i, text in enumerate(first.above) if not text), default=len(first.above))
    at = first.start[0] - (len(first.above) - blank - 1 if blank < len(first.above) else 0)
    return at, [*([""] if at and lines[at - 1].strip() else []), *new, ""]


def _end(root: Collection, entry: Entry, lines: list[str], indent: int) -> int:
    """Return the number of the line after the last one of a top-level entry, with its comments of this indentation."""
    after = [e.start[0] for e in root.entries if e.start[0] > entry.start[0]]
    end = min(after, default=len(lines))
    while end > entry.start[0] + 1 and _is_outside(lines[end - 1], indent):
        end -= 1
    return end


def _is_outside(line: str, indent: int) -> bool:
    return not line.strip() or (line.lstrip().startswith("#") and indent_of(line) < indent)
