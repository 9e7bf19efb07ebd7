"""Bibliographic items, written as CSL-JSON, BibTeX (the BibLaTeX dialect, in UTF-8) or RIS."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alleged.dates import MONTHS, EdtfDate, parse
from alleged.text.urls import percent_encoded
from alleged.text.words import folded

BIBTEX_KINDS = {
    "article-newspaper": ("article", "newspaper"),
    "article-magazine": ("article", "magazine"),
    "article-journal": ("article", ""),
    "report": ("report", ""),
    "dataset": ("dataset", ""),
    "webpage": ("online", ""),
    "post": ("online", ""),
    "entry": ("incollection", ""),
}
"""BibLaTeX entry type and subtype of a CSL type; of all others `misc`."""

RIS_KINDS = {
    "article-newspaper": "NEWS",
    "article-magazine": "MGZN",
    "article-journal": "JOUR",
    "report": "RPRT",
    "webpage": "ELEC",
    "post": "ELEC",
    "hearing": "HEAR",
    "dataset": "DATA",
    "legislation": "STAT",
    "regulation": "LEGAL",
    "treaty": "LEGAL",
    "broadcast": "VIDEO",
    "entry": "CHAP",
}
"""RIS type of a CSL type; of all others `GEN`."""

CONTAINED = ("article-newspaper", "article-magazine", "article-journal", "webpage", "post", "broadcast", "entry")
"""CSL types of what appears in something else; others have a publisher."""

TEX = {
    "\\": r"\textbackslash{}",
    # A backslash before a brace does not keep BibTeX from counting it.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}

UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Controls of terminals and of the direction of text, and lone surrogates."""


@dataclass(frozen=True)
class Item:
    """A work: its key, its type in CSL, and what is known of it; what is not known is empty.

    Dates are in EDTF. `container` is what it appears in or who publishes it, and `editors` are those of the container.
    """

    id: str
    kind: str
    title: str
    issued: str = ""
    authors: tuple[str, ...] = ()
    container: str = ""
    editors: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    doi: str = ""
    number: str = ""
    version: str = ""
    accessed: str = ""
    archive_url: str = ""
    licence: str = ""
    note: str = ""


def one_line(text: str) -> str:
    """Return a text on one line, without characters that control a terminal or the direction of text."""
    return UNSEEN.sub("", " ".join(text.split()))


def in_words(edtf: str) -> str:
    """Return a date in words, such as `about 17 June 2024`, `1 May 2024 to 3 May 2024` or `until 3 May 2024`."""
    span = parse(edtf)
    mark = "about " if span.approximate else "perhaps " if span.uncertain else ""
    if "X" in edtf or span.precision == "season":
        return f"{mark}{edtf.rstrip('?~%')}"
    first, slash, last = edtf.partition("/")
    if last in ("", ".."):
        return f"{'from ' if slash else ''}{mark}{_one_in_words(first)}"
    if first in ("", ".."):
        return f"until {mark}{_one_in_words(last)}"
    return f"{mark}{_one_in_words(first)} to {_one_in_words(last)}"


def _one_in_words(date: str) -> str:
    year, month, day = [*map(int, date.rstrip("?~%").split("-")), 0, 0][:3]
    return " ".join([*([str(day)] if day else []), *([MONTHS[month - 1]] if month else []), f"{year:04}"])


def slug(text: str, most: int = 40) -> str:
    """Return a key made of a text: whole words of ASCII letters and digits, with hyphens; empty if it has none."""
    words = re.findall("[a-z0-9]+", folded(text))
    key = ""
    for word in words:
        if len(key) + len(word) >= most:
            break
        key = f"{key}-{word}" if key else word
    return key or "".join(words)[:most]


def inert_json(data: Any, indent: int | None = None) -> str:
    """Return JSON that keeps letters of other scripts, and is inert within a page of HTML as well."""
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", _code, text)


def _code(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


# CSL-JSON.


def csl_json(items: Iterable[Item]) -> str:
    """Return items as CSL-JSON (https://citationstyles.org), which Zotero and pandoc read; one item on a line."""
    return "[\n" + ",\n".join(inert_json(csl(item)) for item in items) + "\n]"


def csl(item: Item) -> dict[str, Any]:
    """Return an item as CSL-JSON has it; a licence, for which it has no field, is in the note."""
    place = "container-title" if item.kind in CONTAINED else "publisher"
    licence = f"Licence: {item.licence}." if item.licence else ""
    fields = {
        "id": item.id,
        "type": item.kind,
        "title": one_line(item.title),
        "author": [{"literal": one_line(name)} for name in item.authors],
        place: one_line(item.container),
        "container-author": [{"literal": one_line(name)} for name in item.editors],
        "issued": _csl_date(item.issued),
        "accessed": _csl_date(item.accessed),
        "language": item.language,
        "number": one_line(item.number),
        "version": item.version,
        "URL": percent_encoded(item.url),
        "DOI": item.doi,
        "archive": "web archive" if item.archive_url else "",
        "archive_location": percent_encoded(item.archive_url),
        "note": one_line(f"{item.note} {licence}"),
    }
    return {name: value for name, value in fields.items() if value}


def _csl_date(edtf: str) -> dict[str, Any]:
    """Return a date as parts: two for an interval; an open end is left out and makes the other one `circa`."""
    if not edtf:
        return {}
    span = parse(edtf)
    ends = _ends(span)
    parts = [[int(part) for part in end.split("-")] for end in ends]
    season = parts[0].pop() - 20 if span.precision == "season" else 0
    vague = span.approximate or span.uncertain or (span.precision == "interval" and len(ends) < 2)
    return {"date-parts": parts} | ({"season": season} if season else {}) | ({"circa": True} if vague else {})


def _ends(span: EdtfDate) -> list[str]:
    """Return the known ends of a date, without marks: as stated, or of a decade or century its bounds."""
    if span.precision in ("decade", "century"):
        return [str(span.first_day.year), str(span.last_day.year)]
    stated = [re.sub("-XX|[?~%]", "", end) for end in span.edtf.split("/")]
    return [end for end in stated if end not in ("", "..")]


# BibTeX.


def bibtex(items: Iterable[Item]) -> str:
    """Return items as entries of BibLaTeX in UTF-8; `date` has the whole date, `year` is for older BibTeX."""
    return "\n\n".join(map(_entry, items))


def _entry(item: Item) -> str:
    kind, subtype = BIBTEX_KINDS.get(item.kind, ("misc", ""))
    place = {"article": "journaltitle", "report": "institution", "incollection": "booktitle", "dataset": "publisher"}
    date = "" if not item.issued else parse(item.issued).edtf
    fields = {
        "author": _names(item.authors),
        "title": f"{{{tex(item.title)}}}",
        place.get(kind, "organization"): tex(item.container),
        "editor": _names(item.editors),
        "date": date,
        "year": _ends(parse(date))[0][:4] if date else "",
        "entrysubtype": subtype,
        "type": "" if kind in ("article", "dataset", "incollection") else item.kind,
        "language": item.language,
        "number": tex(item.number),
        "version": tex(item.version),
        "url": percent_encoded(item.url),
        "doi": percent_encoded(item.doi),
        "urldate": item.accessed,
        "copyright": tex(item.licence),
        "note": tex(item.note),
        "addendum": f"Archived at {tex(percent_encoded(item.archive_url))}" if item.archive_url else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{item.id},\n{lines}}}"


def _names(names: Iterable[str]) -> str:
    """Return names, each in braces, which keep the name of an institution in one piece."""
    return " and ".join(f"{{{tex(name)}}}" for name in names)


def tex(text: str) -> str:
    """Return a text as TeX shows it literally; letters of other scripts are kept."""
    literal = "".join(TEX.get(character, character) for character in one_line(text))
    return re.sub("-(?=-)", "-{}", literal)  # two hyphens would become a dash


# RIS.


def ris(items: Iterable[Item]) -> str:
    """Return items as RIS, which reference managers read; a date that is no day ends in words."""
    return "\n".join("".join(f"{tag}  - {one_line(value)}\n" for tag, value in _ris(item)) for item in items)


def _ris(item: Item) -> Iterator[tuple[str, str]]:
    yield "TY", RIS_KINDS.get(item.kind, "GEN")
    fields = [
        ("ID", item.id),
        ("M3", item.kind),
        ("TI", item.title),
        *(("AU", name) for name in item.authors),
        ("T2" if item.kind in CONTAINED else "PB", item.container),
        *(("A2", name) for name in item.editors),
        *_ris_dates(item),
        ("LA", item.language),
        ("M1", item.number),
        ("ET", item.version),
        ("UR", percent_encoded(item.url)),
        ("DO", item.doi),
        ("N1", item.note),
        ("N1", f"Licence: {item.licence}" if item.licence else ""),
        ("N1", f"Archived at {percent_encoded(item.archive_url)}" if item.archive_url else ""),
    ]
    yield from ((tag, value) for tag, value in fields if value)
    yield "ER", ""


def _ris_dates(item: Item) -> Iterator[tuple[str, str]]:
    """Yield the dates of an item; one that is no day, month or year ends in words."""
    if item.issued:
        span = parse(item.issued)
        sure = span.common or _ends(span)[0][:4]
        yield "PY", sure[:4]
        yield "DA", "/".join([*[*sure.split("-"), "", ""][:3], "" if item.issued == sure else in_words(item.issued)])
    if item.accessed:
        yield "Y2", item.accessed.replace("-", "/")
