"""Bundles as text, for tests that change records: fields are looked up and replaced, and all other bytes stay.

A bundle has comments at its head, then `defaults:` and the kinds of record, each with entries that begin with `  - `;
each field of an entry begins a line of its own. `Bundle.read` makes such a bundle of any YAML, `Bundle.parse` reads
one, also while a value in it is not valid YAML.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from alleged.project import Project

PLAIN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
"""Texts that need no quotes: most ids and codes."""

NOT = "  # not"
"""Follows a value that was made wrong on purpose, before the right one."""

PROSE = frozenset({"summary", "question", "name", "names", "title", "url", "archived", "doi", "public_role"})
"""Fields in whose texts the words of an id may stand without naming the record."""

SECTION = re.compile(r"(\w+):")
DEFAULT = re.compile(r"  (\w+):(.*)")
FIRST = re.compile(r"  - (\w+):(.*)")
FIELD = re.compile(r"    (\w+):(.*)")
"""Lines that begin a section, and a field of the defaults, of a record, and of a record after its first one."""


@dataclass(eq=False)
class Entry:
    """A record: its kind, and the YAML text after the colon of each field. `fixed` entries are not to be changed."""

    kind: str
    fields: dict[str, str]
    fixed: bool = False

    @property
    def id(self) -> str:
        return self.fields["id"].split("  #")[0].strip(" \"'")

    @property
    def active(self) -> bool:
        return "status" not in self.fields

    @property
    def mistakes(self) -> list[str]:
        """Names of the fields with a mistake that was made on purpose."""
        return [name for name, text in self.fields.items() if NOT in text]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a field, with every scalar as text."""
        return yaml.load(self.fields[name], yaml.CBaseLoader) if name in self.fields else default  # noqa: S506

    def set(self, name: str, value: Any) -> None:
        """Replace the value of a field; an empty list or mapping removes it."""
        if value in ([], {}):
            self.fields.pop(name, None)
        elif isinstance(value, list) and isinstance(value[0], dict):
            self.fields[name] = "".join(f"\n      - {flow(item)}" for item in value)
        else:
            self.fields[name] = f" {flow(value)}"

    def names(self, pattern: re.Pattern[str]) -> bool:
        """Whether a field other than its id names one of some ids."""
        return any(pattern.search(text) for name, text in self.fields.items() if name not in ("id", *PROSE))

    def renamed(self, names: Mapping[str, str]) -> "Entry":
        """Return a copy with other ids, and references to them."""
        pattern = mention(names)
        fields = {
            name: text if name in PROSE else pattern.sub(lambda match: names[match[0]], text)
            for name, text in self.fields.items()
        }
        return Entry(self.kind, fields)

    def completed(self, defaults: Mapping[str, str]) -> "Entry":
        """Return a copy that does not need the defaults of its bundle."""
        if self.kind != "claims" or not defaults:
            return Entry(self.kind, dict(self.fields), self.fixed)
        inherited = {name: text for name, text in defaults.items() if name not in ("source", *self.fields)}
        entry = Entry(self.kind, {**self.fields, **inherited}, self.fixed)
        if "source" in defaults:
            source = defaults["source"].strip()
            entry.set("sources", [{"id": source, **appearance} for appearance in entry.get("sources", [{}])])
        return entry


@dataclass(eq=False)
class Bundle:
    """A file below `claims/`: comments at its head, the YAML texts of its defaults, and its entries."""

    name: str
    head: list[str] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def read(cls, name: str, text: str) -> "Bundle":
        """Make a bundle of any valid YAML; comments at the ends of lines go, except what a `#` cut off a text."""
        text = re.sub(r" +# expect: .*", "", text)
        bundle, root = cls(name), yaml.compose(text, yaml.CBaseLoader)
        for key, value in root.value:
            if key.value == "defaults":
                bundle.defaults = _fields(value, text)
            else:
                bundle.entries += (Entry(key.value, _fields(item, text)) for item in value.value)
        return bundle

    @classmethod
    def parse(cls, name: str, text: str) -> "Bundle":
        """Read a bundle that was written before, whatever the values of its fields are."""
        bundle, kind, fields, last = cls(name), "", {}, ""
        for line in text.removesuffix("\n").split("\n"):
            if match := SECTION.fullmatch(line):
                kind = match[1]
            elif not kind:
                bundle.head.append(line)
            elif match := (DEFAULT if kind == "defaults" else FIRST).fullmatch(line):
                if kind == "defaults":
                    fields = bundle.defaults
                else:
                    bundle.entries.append(Entry(kind, fields := {}))
                last, fields[match[1]] = match.groups()
            elif match := FIELD.fullmatch(line):
                last, fields[match[1]] = match.groups()
            else:
                fields[last] += f"\n{line}"
        return bundle

    def text(self) -> str:
        """Return the text of the file."""
        lines = [*self.head]
        if self.defaults:
            lines += ("defaults:", *(f"  {name}:{text}" for name, text in self.defaults.items()))
        for kind in dict.fromkeys(entry.kind for entry in self.entries):
            lines.append(f"{kind}:")
            for entry in self.entries:
                if entry.kind == kind:
                    dashes = ("  - ", *["    "] * (len(entry.fields) - 1))
                    lines += (f"{d}{name}:{text}" for d, (name, text) in zip(dashes, entry.fields.items(), strict=True))
        return "\n".join((*lines, ""))

    def complete(self) -> None:
        """Write the defaults into each claim."""
        self.entries = [entry.completed(self.defaults) for entry in self.entries]
        self.defaults = {}


class Draft:
    """The bundles of a project, to be changed and saved."""

    def __init__(self, project: Project) -> None:
        self.project = project
        paths = sorted(project.claims.rglob("*.yaml"))
        self._texts = {p.relative_to(project.claims).as_posix(): p.read_bytes().decode() for p in paths}
        self.bundles = [Bundle.parse(name, text) for name, text in self._texts.items()]

    def entries(self, *kinds: str) -> Iterator[tuple[Bundle, Entry]]:
        """Yield the entries of some kinds, or of all, each with its bundle."""
        for bundle in self.bundles:
            yield from ((bundle, entry) for entry in bundle.entries if not kinds or entry.kind in kinds)

    def is_named(self, *entries: Entry) -> bool:
        """Whether another record, or the defaults of a bundle, names one of some entries."""
        pattern = mention([entry.id for entry in entries])
        return any(other.names(pattern) for _, other in self.entries() if other not in entries) or any(
            pattern.search(text) for bundle in self.bundles for text in bundle.defaults.values()
        )

    def save(self) -> None:
        """Write the files that differ, and delete those of bundles that were removed, renamed or emptied."""
        texts = {bundle.name: bundle.text() for bundle in self.bundles if bundle.entries}
        for name in self._texts.keys() - texts.keys():
            (self.project.claims / name).unlink()
        for name, text in texts.items():
            if self._texts.get(name) != text:
                path = self.project.claims / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
        self._texts = texts


def mention(ids: Mapping[str, str] | list[str]) -> re.Pattern[str]:
    """Return a pattern that finds some ids as whole words."""
    return _mention(tuple(ids))


@cache
def _mention(ids: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.:/@-])(?:{'|'.join(sorted(map(re.escape, ids), key=len, reverse=True))})(?![\w/@-])")


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flow(inner)}' for key, inner in value.items())}}}"
    return value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _fields(node: yaml.MappingNode, text: str) -> dict[str, str]:
    """Return the YAML text after the colon of each field of a mapping."""
    fields: dict[str, str] = {}
    for key, value in node.value:
        start, end = key.end_mark.index + 1, value.end_mark.index
        cut = re.compile(" +#.*").match(text, end) if not node.flow_style else None
        fields[key.value] = text[start : cut.end() if cut else end].rstrip()
    return fields
