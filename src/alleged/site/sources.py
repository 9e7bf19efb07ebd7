"""Pages of sources and of instruments, and their lists."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from alleged.dates import parse
from alleged.site import addresses
from alleged.site.dataset import Dataset, Row, in_order, known
from alleged.site.rendering import Files, Site

STAGES = ("adopted", "signed", "in_force", "terminated")


def pages(site: Site) -> Files:
    """Yield the page of each source and their list, then those of instruments."""
    data = site.data
    for source in data.rows("sources"):
        path = addresses.page("source", source["source_id"])
        yield path, site.render("source.html", "../", path, **_source(source, data))
    yield "sources.html", site.render("sources.html", "", "sources.html", months=_months(data))
    for act in data.rows("instruments"):
        path = addresses.page("instrument", act["instrument_id"])
        yield path, site.render("instrument.html", "../", path, **_instrument(act, data))
    acts = sorted(data.rows("instruments"), key=lambda i: (i["kind"], str(i["adopted_lo"] or i["signed_lo"])))
    yield "instruments.html", site.render("instruments.html", "", "instruments.html", acts=acts)


def _source(source: Row, data: Dataset) -> dict[str, Any]:
    id = source["source_id"]
    shown = [(row, data.by_id("claims")[row["claim_id"]]) for row in data.of("appearances", "source_id", id)]
    doi = source["doi"]
    return {
        "s": source,
        "carried_days": [known(claim) for _, claim in shown],
        "carried": sorted(shown, key=lambda pair: (str(pair[1]["said_hi"]), pair[1]["claim_id"], pair[0]["seq"])),
        "copies": data.of("sources", "syndicated_from_id", id),
        "original": data.by_id("sources").get(source["syndicated_from_id"] or ""),
        "link": addresses.outside(source["url"]) or addresses.outside(f"https://doi.org/{doi}" if doi else None),
        "archive": addresses.outside(source["archive_url"]),
    }


def _months(data: Dataset) -> list[tuple[str, list[Row]]]:
    """Return the sources by month, the newest first; those whose days span several months are in the last one."""
    months: dict[str, list[Row]] = {}
    for source in data.rows("sources"):
        end: date | None = source["published_hi"]
        months.setdefault(f"{end:%Y-%m}" if end else "", []).append(source)
    for found in months.values():
        found.sort(key=lambda s: (s["published_hi"] or date.max, s["source_id"]))
    return sorted(months.items(), reverse=True)


def _instrument(act: Row, data: Dataset) -> dict[str, Any]:
    id = act["instrument_id"]
    return {
        "i": act,
        "stages": sorted(_stages(act), key=lambda stage: (stage[2] or date.max, stage[0], stage[1])),
        "listings": sorted(data.of("listings", "instrument_id", id), key=lambda r: data.name(r["target_id"])),
        "last_listing": data.last_listing,
        "provisions": list(zip(act["provision_paras"] or (), act["provision_summaries"] or (), strict=True)),
        "claims": in_order(data.of("claims", "instrument_ids", id)),
        "celex": addresses.outside(
            f"https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{act['celex']}" if act["celex"] else None
        ),
    }


def _stages(act: Row) -> Iterator[tuple[str, str, date | None, str]]:
    """Yield the stages of an instrument: the stage, who, the last day that its date allows, and the date."""
    for stage in STAGES:
        if act[f"{stage}_edtf"]:
            yield stage, "", act[f"{stage}_hi"], act[f"{stage}_edtf"]
    for by, on in zip(act["ratified_by_ids"] or (), act["ratified_edtf"] or (), strict=True):
        yield "ratified", by, parse(on).hi, on
