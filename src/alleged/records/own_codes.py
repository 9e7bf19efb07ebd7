"""Codes that a dataset adds to the code lists, from the files of its folder `vocabularies/`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from alleged.graphs import reachable
from alleged.issues import Issue, Place, Suggestion
from alleged.project import Project
from alleged.reader import Document, read_document, record_files
from alleged.schemas.definitions import ShapeFinding
from alleged.schemas.validate import findings
from alleged.schemas.vocabularies import NO_CODES, OwnCodes, closest, extendable, own_codes, using, vocabulary

RENAMED = {"code": "const", "label": "title", "definition": "description"}
"""Fields of an own code whose name differs from that in the schemas of the lists; the others begin with `x-` there."""

ANY_LIST = frozenset({*RENAMED, "broader", "test", "examples", "mappings"})
"""Fields of codes of every list; the others are notes of some lists."""


class OwnCodesRead(NamedTuple):
    """The own codes of a dataset, and the issues of their files.

    Codes with issues are among them, so that records are not reported for using them, but without their notes.
    """

    codes: OwnCodes
    issues: list[Issue]

    @property
    def sound(self) -> OwnCodes:
        """The codes of the files without issues."""
        faulty = {Path(issue.place.path).stem for issue in self.issues}
        return own_codes({name: entries for name, entries in self.codes.entries.items() if name not in faulty})


def vocabulary_files(project: Project) -> Iterator[Path]:
    """Yield the path of every file of own codes; there need not be any."""
    return record_files(project, project.vocabularies.name)


def read_own_codes(project: Project) -> OwnCodesRead:
    """Return the own codes of a project and the issues of their files."""
    entries: dict[str, list[dict[str, Any]]] = {}
    issues: list[Issue] = []
    for path in vocabulary_files(project):
        name = project.relative(path)
        listed = path.stem
        if listed not in extendable() or path.parent != project.vocabularies or listed in entries:
            issues.append(_unknown_list(name, listed))
            continue
        document = read_document(path, project)
        if not isinstance(document, Document):
            issues += (issue for issue in document if issue.rule != "empty-file")  # all of its codes may be comments
            continue
        with using(NO_CODES):
            found = findings("vocabulary", document.data) or [*_findings(listed, document.data["codes"])]
            entries[listed] = _bare(listed, document.data) if found else [*map(_entry, document.data["codes"])]
        issues += [finding.issue(document.place(finding.path, finding.on_key)) for finding in found]
    return OwnCodesRead(own_codes(entries), issues)


def _unknown_list(name: str, listed: str) -> Issue:
    close = closest(listed, extendable())
    message = f"there is no code list {listed!r} to which a dataset may add codes"
    message += f"; did you mean 'vocabularies/{close[0]}.yaml'?" if close else ""
    help = f"name the file vocabularies/LIST.yaml; LIST is one of: {', '.join(extendable())}"
    return Issue("unknown-list", "error", Place(name), message, help)


def _bare(listed: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return entries without notes for the codes in a file with mistakes."""
    listing = data.get("codes")
    codes = [code.get("code") for code in listing if isinstance(code, dict)] if isinstance(listing, list) else []
    new = dict.fromkeys(code for code in codes if isinstance(code, str) and code not in vocabulary(listed))
    return [{"const": code, "title": code, "description": code} for code in new]


def _entry(code: Mapping[str, Any]) -> dict[str, Any]:
    """Return an own code as the schemas of the lists have it."""
    return {RENAMED.get(field, f"x-{field}"): value for field, value in code.items()}


def _findings(listed: str, codes: list[Mapping[str, Any]]) -> Iterator[ShapeFinding]:
    """Yield what a schema cannot say: codes that are there already, broader codes, and the notes of this list."""
    shipped = {name: code.broader for name, code in vocabulary(listed).items()}
    broader = shipped | {code["code"]: code.get("broader") for code in codes}
    seen: set[str] = set()
    for n, code in enumerate(codes):
        name = code["code"]
        if name in shipped:
            help = f"use it as it is, or choose another name; 'alleged explain {name}' says what it means"
            yield ShapeFinding("duplicate-code", ("codes", n, "code"), f"{name!r} is a code of {listed} already", help)
        elif name in seen:
            message = f"{name!r} is in this file already"
            yield ShapeFinding("duplicate-code", ("codes", n, "code"), message, "delete one of the two, or rename it")
        seen.add(name)
        wider = code.get("broader")
        if wider is not None and wider not in broader:
            yield _unknown_broader(n, wider, listed, list(broader))
        elif wider is not None and name in reachable([wider], lambda one: filter(None, [broader.get(one)])):
            message = f"{name!r} leads back to itself through 'broader: {wider}'"
            yield ShapeFinding("circular-code", ("codes", n, "broader"), message, "remove one of these lines")
        yield from _note_findings(n, code, listed)


def _unknown_broader(n: int, wider: str, listed: str, known: list[str]) -> ShapeFinding:
    close, path = closest(wider, known), ("codes", n, "broader")
    message = f"{wider!r} is no code of {listed}"
    if close:
        suggestion = Suggestion(close[0])
        return ShapeFinding(
            "unknown-code", path, f"{message}; did you mean {close[0]!r}?", f"write  {close[0]}", suggestion
        )
    return ShapeFinding("unknown-code", path, message, f"'alleged explain {listed}' lists them")


def _note_findings(n: int, code: Mapping[str, Any], listed: str) -> Iterator[ShapeFinding]:
    needs, may = (extendable()[listed][what] for what in ("needs", "may"))
    for note in needs:
        if note not in code:
            message = f"{code['code']!r} lacks the field {note!r}, which every code of {listed} needs"
            yield ShapeFinding("missing-field", ("codes", n), message, _example(note), field=note)
    for note in code:
        if note not in ANY_LIST and note not in needs and note not in may:
            help = "fields: " + ", ".join([*RENAMED, "broader", *needs, *may])
            message = f"a code of {listed} has no field {note!r}"
            yield ShapeFinding("unknown-field", ("codes", n, note), message, help, on_key=True)
    if "stance" in code and code["stance"] not in code.get("stances", ()):
        message = f"the stance {code['stance']!r} is not among 'stances'"
        yield ShapeFinding(
            "unknown-code", ("codes", n, "stance"), message, "add it to 'stances', or choose one of them"
        )


def _example(note: str) -> str:
    from alleged.schemas.explain import example

    return example("vocabulary", ("codes", 0, note))
