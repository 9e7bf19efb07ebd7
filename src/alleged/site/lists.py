"""The list of claims, and what its search reads: classic scripts, so that it works from a folder too."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from alleged.site import addresses, phrases
from alleged.site.dataset import NEVER, Dataset, Row, counts, in_order, known
from alleged.site.rendering import Files, Site, mark
from alleged.site.texts import texts

MOST = 1_000
"""Claims that are listed without a script; all of them can be searched."""

Facet = list[tuple[str, str, int]]
"""The values of a facet: code, label, and the number of claims."""


def pages(site: Site) -> Files:
    """Yield the list of claims, and the data of the search."""
    claims = list(reversed(in_order(site.data.rows("claims"))))
    yield "claims.html", site.render("claims.html", "", "claims.html", **_context(claims, site))
    yield "static/claims.js", script("claims", [_entry(claim, site) for claim in claims])
    yield "static/names.js", script("names", list(_names(site)))


def script(name: str, value: Any) -> bytes:
    """Return a classic script that sets a value of the site: plain data, which cannot end the script or begin one."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"window.ALLEGED=window.ALLEGED||{{}};ALLEGED.{name}={text};\n".encode("utf-8", "backslashreplace")


def _context(claims: list[Row], site: Site) -> dict[str, Any]:
    data = site.data
    counted = [claim for claim in claims if counts(claim)]
    questions = {row["topic_id"]: row["question"] for row in data.rows("topics")}
    facets: Mapping[str, Facet] = {
        "act": _facet((c["act"] for c in counted), site.act),
        "principal": _facet((c["principal_id"] for c in counted), data.short),
        "topic": _facet((c["topic_id"] for c in counted), questions.__getitem__),
        "year": sorted(_facet((_year(c) for c in counted), str), reverse=True),
        "language": _facet((tag for c in counted for tag in _languages(c, data)), phrases.language),
        "evidence": _facet((_evidence(c) for c in counted), _evidence_label),
    }
    return {"claims": claims[:MOST], "total": len(claims), "facets": facets}


def _facet(values: Iterable[str], label: Any) -> Facet:
    numbers = Counter(value for value in values if value)
    return [(value, label(value), n) for value, n in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))]


def _year(claim: Row) -> str:
    return str(claim["said_lo"].year) if claim["said_lo"] else ""


def _evidence(claim: Row) -> str:
    return claim["basis_disclosed"] or "unstated"


def _evidence_label(status: str) -> str:
    return texts().named("evidence", status, status)


def _languages(claim: Row, data: Dataset) -> list[str]:
    shown = data.of("appearances", "claim_id", claim["claim_id"])
    return sorted({phrases.language_of(row["quote_lang"]) for row in shown if row["quote_lang"]})


def _entry(claim: Row, site: Site) -> list[Any]:
    """Return a claim as the search reads it; `static/search.js` names the fields."""
    data, principal = site.data, claim["principal_id"]
    shown = data.of("appearances", "claim_id", claim["claim_id"])
    quotes = [text for row in shown for text in (row["quote"], row["gloss"]) if text]
    figures = [q["verbatim"] for q in data.of("quantities", "claim_id", claim["claim_id"]) if q["verbatim"]]
    speaker = data.by_id("actors")[claim["claimant_id"]]
    names = [speaker["name"], *(speaker["other_names"] or ())]
    return [
        claim["claim_id"],
        mark(claim) + ("" if counts(claim) else " aside"),
        phrases.edtf(claim["said_edtf"]),
        site.act(claim["act"]),
        data.short(claim["claimant_id"]),
        "" if principal == claim["claimant_id"] else data.short(principal),
        claim["summary"],
        str(known(claim)),
        claim["act"],
        principal,
        claim["topic_id"],
        _year(claim),
        " ".join(_languages(claim, data)),
        _evidence(claim),
        " | ".join(dict.fromkeys((*names, *quotes, *figures))),
    ]


def _names(site: Site) -> Iterator[list[str]]:
    """Yield questions, actors, instruments and sources: address, name, what it is, other words, day in public."""
    data = site.data
    for topic in data.rows("topics"):
        about = topic["scope_note"] or ""
        yield [addresses.page("topic", topic["topic_id"]), topic["question"], "", about, ""]
    for actor in data.rows("actors"):
        kind, also = data.label("actor-kind", actor["kind"]), " | ".join(actor["other_names"] or ())
        yield [addresses.page("actor", actor["actor_id"]), actor["name"], kind, also, ""]
    for act in data.rows("instruments"):
        kind = data.label("instrument-kind", act["kind"])
        yield [addresses.page("instrument", act["instrument_id"]), act["title"], kind, act["symbol"] or "", ""]
    for source in data.rows("sources"):
        publishers, day = ", ".join(data.names(source["publisher_ids"])), data.public_sources[source["source_id"]]
        public = "" if day == NEVER else str(day)
        yield [addresses.page("source", source["source_id"]), site.source_name(source), publishers, "", public]
