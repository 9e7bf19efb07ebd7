"""Citations of a release, with version, date and content digest."""

import json
from collections.abc import Mapping
from typing import Any

from alleged.datasets.manifests import DEVELOPMENT
from alleged.errors import UnknownNameError

STYLES = ("text", "bibtex", "csl-json", "apa")

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def citation(manifest: Mapping[str, Any], style: str) -> str:
    """Return the citation of a release in one style, with its content digest.

    Title, authors and address come from `citation` in the manifest; the date is the day given there, or else the month
    in the name of the release.

    Raises:
        UnknownNameError: There is no such style.
    """
    if style not in STYLES:
        raise UnknownNameError(f"there is no style {style!r}; there are: {', '.join(STYLES)}")
    about, release = manifest.get("citation", {}), manifest["release"]
    digest = f"content sha256:{manifest['content_sha256']}"
    date = _date(release, about.get("date"))
    title, authors = about.get("title", "Claims compiled with alleged"), list(about.get("authors", ()))
    address = about.get("url", "")
    if style == "bibtex":
        return _bibtex(title, authors, release, date, digest, address)
    if style == "csl-json":
        return _csl(title, authors, release, date, digest, address)
    who = _listed(authors, " & " if style == "apa" else " and ")
    when = f"{_year(date)}" if style == "apa" else _words(date)
    return _sentence(who, when, title, release, digest, address)


def _sentence(who: str, when: str, title: str, release: str, digest: str, address: str) -> str:
    whole = f"{title} (Version {release}) [Data set]"
    start = f"{who.rstrip('.')}. ({when}). {whole}." if who else f"{whole}. ({when})."
    return f"{start} {digest}.{f' {address}' if address else ''}"


def _bibtex(title: str, authors: list[str], release: str, date: list[int], digest: str, address: str) -> str:
    fields = {
        # Inner braces keep the name of an institution in one piece.
        "author": " and ".join(f"{{{_tex(name)}}}" for name in authors),
        "title": f"{{{_tex(title)}}}",
        "year": str(date[0]) if date else "",
        "month": str(date[1]) if date else "",
        "version": release,
        "note": f"Data set, {digest}",
        "url": address,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{alleged-{release},\n{lines}}}"


def _csl(title: str, authors: list[str], release: str, date: list[int], digest: str, address: str) -> str:
    entry: dict[str, Any] = {"id": f"alleged-{release}", "type": "dataset", "title": title}
    if authors:
        entry["author"] = [{"literal": name} for name in authors]
    if date:
        entry["issued"] = {"date-parts": [date]}
    entry |= {"version": release, "note": digest} | ({"URL": address} if address else {})
    return json.dumps([entry], indent=2, ensure_ascii=False)


def _date(release: str, stated: str | None) -> list[int]:
    """Return year, month and, if stated, day; empty for the tables of the last build."""
    if stated:
        return [int(part) for part in stated.split("-")]
    return [] if release == DEVELOPMENT else [int(part) for part in release.split(".")[:2]]


def _year(date: list[int]) -> str:
    return str(date[0]) if date else "n.d."


def _words(date: list[int]) -> str:
    if not date:
        return "unreleased"
    return " ".join([*map(str, date[2:]), MONTHS[date[1] - 1], str(date[0])])


def _listed(names: list[str], last: str) -> str:
    return last.join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _tex(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c, f"\\{c}" if c in "#$%&_" else c) for c in text)
