"""Pages of claims: the act, who and when, figures, the words as printed, answers in both directions, the record."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from alleged.site import addresses
from alleged.site.dataset import Dataset, Row, known
from alleged.site.rendering import Files, Site
from alleged.site.texts import texts
from alleged.trace import Step, trace

RESPONSES = (
    *("denies", "disputes", "doubts", "declines", "acknowledges", "confirms"),
    *("corrects", "retracts", "replies-to", "contradicts"),
)
"""The order in which answers are shown; other types come after, by name."""

NEXT = ("denies", "acknowledges")
"""Answers by a party that are looked for even if no source links them to the claim."""


class Printing(NamedTuple):
    """A source in which a claim was printed; `sentence` says whether the link opens it at the quote.

    `copy_of` is the name of the agency or the publisher whose text it copies, or empty.
    """

    row: Row
    source: Row
    link: str | None
    archive: str | None
    sentence: bool
    copy_of: str


class Text(NamedTuple):
    """A text in which a claim was printed: the page that is shown, and those that copy it."""

    first: Printing
    copies: Sequence[Printing]


class Related(NamedTuple):
    """A claim or a topic to which a relation leads, with that relation."""

    relation: Row
    claim: Row | None
    topic: Row | None


Group = tuple[str, list[Related]]


def pages(site: Site) -> Files:
    """Yield the page of each claim."""
    for claim in site.data.rows("claims"):
        path = addresses.page("claim", claim["claim_id"])
        yield path, site.render("claim.html", "../", path, **context(claim, site))


def context(claim: Row, site: Site) -> dict[str, Any]:
    """Return what the page of a claim shows."""
    data, id = site.data, claim["claim_id"]
    found = list(_texts(claim, data))
    incoming = [("in", _related(r, r["from_id"], data)) for r in data.of("relations", "to_claim_id", id)]
    outgoing = [("out", _related(r, r["to_id"], data)) for r in data.of("relations", "from_id", id)]
    answers = [one for one in (*incoming, *outgoing) if one[0] == "in" or one[1].relation["symmetric"]]
    replies = [one for one in outgoing if not one[1].relation["symmetric"]]
    return {
        "c": claim,
        "topic": data.by_id("topics")[claim["topic_id"]],
        "figures": data.of("quantities", "claim_id", id),
        "text_days": [_public(text, data) for text in found],
        "quoted": [text for text in found if text.first.row["quote"]],
        "bare": [text for text in found if not text.first.row["quote"]],
        "responses": _groups(answers, "response"),
        "replies": _groups(replies, "response"),
        "lineage": _groups((*outgoing, *incoming), "lineage", "context", "curation"),
        "dependences": _groups((*outgoing, *incoming), "dependence"),
        "nexts": list(_nexts(claim, data)),
        "searches": data.records.claims[id].get("response_sought", ()),
        "roots": data.of("origins", "claim_id", id),
        "evidence": [data.by_id("evidence")[item] for item in claim["evidence_ids"] or ()],
        "report": _report(id, site),
    }


def _texts(claim: Row, data: Dataset) -> Iterator[Text]:
    """Yield the texts in which a claim was printed, in the order of the record: a quote in it is the headline."""
    record = data.records.claims[claim["claim_id"]]
    rows = sorted(data.of("appearances", "claim_id", claim["claim_id"]), key=lambda row: row["seq"])
    grouped: dict[str, list[Printing]] = defaultdict(list)
    for row, step in zip(rows, trace(record, data.records), strict=True):
        key = row["original_agency_id"] or row["original_source_id"]
        grouped[key].append(_printing(row, step, data))
    for printings in grouped.values():
        first = next((p for p in printings if p.row["quote"]), printings[0])
        yield Text(first, [p for p in printings if p is not first])


def _public(text: Text, data: Dataset) -> date:
    """Return the day by which a text certainly was public on one of its pages."""
    return min(data.public_sources[printing.row["source_id"]] for printing in (text.first, *text.copies))


def _printing(row: Row, step: Step, data: Dataset) -> Printing:
    source, link = data.by_id("sources")[row["source_id"]], addresses.outside(step.link)
    at_words = bool(link and row["quote"] and ":~:" in link)
    original = data.by_id("sources").get(source["syndicated_from_id"] or "", {})
    agency = source["syndicated_agency_id"]
    copy_of = data.name(agency) if agency else ", ".join(data.names(original.get("publisher_ids")))
    return Printing(row, source, link, addresses.outside(step.archive_url), at_words, copy_of)


def _related(relation: Row, id: str, data: Dataset) -> Related:
    return Related(relation, data.by_id("claims").get(id), data.by_id("topics").get(id))


def _groups(found: Iterable[tuple[str, Related]], *classes: str) -> list[Group]:
    """Return related claims of some classes of relations, by what the relation says in its direction."""
    grouped: dict[tuple[str, str], list[Related]] = defaultdict(list)
    for direction, one in found:
        if _class(one) in classes:
            way = "out" if one.relation["symmetric"] else direction
            grouped[one.relation["type"], way].append(one)
    order = sorted(grouped, key=lambda key: (RESPONSES.index(key[0]) if key[0] in RESPONSES else len(RESPONSES), key))
    return [
        (texts().named(f"relations_{way}", kind, kind), sorted(grouped[kind, way], key=_order)) for kind, way in order
    ]


def _class(related: Related) -> str:
    """Return the class of a relation; a contradiction is shown among the answers."""
    return "response" if related.relation["type"] == "contradicts" else str(related.relation["class"])


def _order(related: Related) -> tuple[Any, ...]:
    if related.claim is None:
        return (known(related.relation), related.relation["to_id"])
    return known(related.claim), related.claim["claim_id"]


def _nexts(claim: Row, data: Dataset) -> Iterator[tuple[Row, Row | None]]:
    """Yield the next denial and acknowledgement by a party that no source links to the claim, or that there is none."""
    for row in data.of("responses", "claim_id", claim["claim_id"]):
        if row["type"] in NEXT and not row["linked"]:
            yield row, data.by_id("claims").get(row["response_id"] or "")


def _report(id: str, site: Site) -> str | None:
    """Return where readers report a problem: an issue, the contact, or the page of the policy."""
    about = site.about
    title = texts().t.claim.report_title.format(id=id)
    found = addresses.new_issue(about.repository, title) or addresses.contact(about.contact)
    return found or ("../" + addresses.page("docs", "policy") if "policy" in about.docs else None)
