"""Citations of a release, or of one of its claims: with version, digest, licence, and where it can be found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alleged.datasets.bibliographies import Item, bibtex, csl, in_words, one_line, ris, slug
from alleged.datasets.manifests import DEVELOPMENT
from alleged.dates import MONTHS, parse
from alleged.errors import DateError, UnknownNameError
from alleged.text.escape import as_json


@dataclass(frozen=True)
class CitedClaim:
    """A claim of a release: who said it and when (EDTF), the curator's summary, and where it was printed first."""

    id: str
    speakers: tuple[str, ...]
    said: str
    summary: str
    status: str
    printed: str

    @property
    def kind(self) -> str:
        """What the citation says of the summary; a claim that was withdrawn is never cited without saying so."""
        return f"claim in the curators' words{'' if self.status == 'active' else f', {self.status}'}"


@dataclass(frozen=True)
class _Cited:
    """What a citation is made of; what is not known is empty. Dates are in EDTF."""

    title: str
    authors: tuple[str, ...]
    release: str
    released: str
    digest: str
    place: str
    url: str
    doi: str
    licence: str
    accessed: str


def citation(
    manifest: Mapping[str, Any], style: str, claim: CitedClaim | None = None, accessed: date | str | None = None
) -> str:
    """Return the citation of a release, or of a claim in it, in one style, with the digest of its rows.

    Title, authors, licence, DOI and address come from `citation` in the manifest; the date is the day given there, or
    else the month in the name of the release.

    Raises:
        UnknownNameError: There is no such style.
        DateError: `accessed` is no day.
    """
    if style not in STYLES:
        raise UnknownNameError(f"there is no style {style!r}; there are: {', '.join(STYLES)}")
    about, release = manifest.get("citation", {}), manifest["release"]
    doi, url = about.get("doi", ""), about.get("url", "")
    cited = _Cited(
        title=one_line(about.get("title", "Claims compiled with alleged")),
        authors=tuple(map(one_line, about.get("authors", ()))),
        release=release,
        released=_released(release, about.get("date")),
        digest=f"content sha256:{manifest['content_sha256']}",
        place=f"https://doi.org/{doi}" if doi else url,
        url=url,
        doi=doi,
        licence=about.get("licence", ""),
        accessed=_day(accessed),
    )
    return STYLES[style](cited, claim)


def _released(release: str, stated: str | None) -> str:
    """Return the day or month of a release; empty for the tables of the last build."""
    if stated:
        return stated
    return "" if release == DEVELOPMENT else "-".join(f"{int(part):02}" for part in release.split(".")[:2])


def _day(accessed: date | str | None) -> str:
    if accessed is None:
        return ""
    day = accessed.isoformat() if isinstance(accessed, date) else accessed
    if parse(day).precision != "day":
        raise DateError(f"{day!r} is no day, on which something could be accessed", "type a day as `2024-06-18`")
    return day


def _text(cited: _Cited, claim: CitedClaim | None) -> str:
    when = in_words(cited.released) if cited.released else "unreleased"
    release = " ".join(filter(None, (_release(cited, " and ", when), cited.place)))
    accessed = f" Accessed {in_words(cited.accessed)}." if cited.accessed else ""
    if claim is None:
        return f"{release}{accessed}"
    said = f"{_listed(claim.speakers, ' and ')} ({in_words(claim.said)}). {_said(claim)}."
    printed = f" Printed in: {claim.printed}" if claim.printed else ""
    return f"{said} In: {release} Record {claim.id}.{accessed}{printed}"


def _apa(cited: _Cited, claim: CitedClaim | None) -> str:
    release = _release(cited, " & ", cited.released[:4] or "n.d.")
    if cited.accessed:
        release += f" Retrieved {_american(cited.accessed)}{', from' if cited.place else '.'}"
    release = " ".join(filter(None, (release, cited.place)))
    if claim is None:
        return release
    who, when = _listed(claim.speakers, " & ").rstrip("."), parse(claim.said)
    said = f"{who}. ({_year_first(claim.said) if when.precision == 'day' else in_words(claim.said)}). {_said(claim)}."
    printed = f" Printed in {claim.printed}" if claim.printed else ""
    return f"{said} In {release} Record {claim.id}.{printed}"


def _release(cited: _Cited, last: str, when: str) -> str:
    """Return who made the release, when, its title, version, digest and licence, in sentences."""
    who, whole = _listed(cited.authors, last), f"{cited.title} (Version {cited.release}) [Data set]"
    start = f"{who.rstrip('.')}. ({when}). {whole}." if who else f"{whole}. ({when})."
    return f"{start} {cited.digest}.{f' Licence: {cited.licence}.' if cited.licence else ''}"


def _said(claim: CitedClaim) -> str:
    return f"{one_line(claim.summary).rstrip('.')} [{claim.kind}]"


def _american(day: str) -> str:
    """Return a day as `June 17, 2024`."""
    year, month, number = map(int, day.split("-"))
    return f"{MONTHS[month - 1]} {number}, {year}"


def _year_first(edtf: str) -> str:
    """Return a day as `2024, June 17`, as APA dates what it cites."""
    month_and_day, _, year = _american(edtf.rstrip("?~%")).partition(", ")
    return f"{year}, {month_and_day}"


def _listed(names: Iterable[str], last: str) -> str:
    names = list(names)
    return last.join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _item(cited: _Cited, claim: CitedClaim | None) -> Item:
    """Return what reference managers take of a citation."""
    name = slug(cited.title) or "claims"
    if claim is None:
        return Item(
            id=f"{name}-{cited.release}",
            kind="dataset",
            title=cited.title,
            issued=cited.released,
            authors=cited.authors,
            url=cited.url,
            doi=cited.doi,
            version=cited.release,
            accessed=cited.accessed,
            licence=cited.licence,
            note=f"Data set, {cited.digest}",
        )
    printed = f" Printed in: {claim.printed}" if claim.printed else ""
    return Item(
        id=f"{claim.id}-{cited.release}",
        kind="entry",
        title=claim.summary,
        issued=claim.said,
        authors=claim.speakers,
        container=cited.title,
        editors=cited.authors,
        url=cited.url,
        doi=cited.doi,
        number=claim.id,
        version=cited.release,
        accessed=cited.accessed,
        licence=cited.licence,
        note=f"{claim.kind}; record {claim.id} of release {cited.release}, {cited.digest}.{printed}",
    )


STYLES: Mapping[str, Callable[[_Cited, CitedClaim | None], str]] = {
    "text": _text,
    "apa": _apa,
    "bibtex": lambda cited, claim: bibtex([_item(cited, claim)]),
    "csl-json": lambda cited, claim: as_json([csl(_item(cited, claim))], indent=2),
    "ris": lambda cited, claim: ris([_item(cited, claim)]).rstrip("\n"),
}
"""How to write a citation, by style."""
