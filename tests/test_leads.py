"""Every research lead is accounted for: by claims in which its sources appear, or by a reason."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from alleged.project import Project
from alleged.records import corpus, intercoder
from alleged.records.corpus import Corpus
from alleged.render.leads import markdown
from alleged.text.urls import page_of
from paths import ROOT

FILES = sorted((ROOT.parent / "shared" / "facts").glob("*.yaml"))
LEADS = {lead["lead"]: lead for lead in intercoder.read(Project(ROOT)).leads}


@pytest.fixture(scope="module")
def records() -> Corpus:
    return corpus.read(Project(ROOT)).corpus


@cache
def read(path: Path) -> dict[str, dict[str, Any]]:
    """Return the leads and sources of one file of the researchers, by key."""
    import yaml

    content = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    return {kind: {entry["key"]: entry for entry in content[kind]} for kind in ("leads", "sources")}


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """Return the leads and sources of all files, by key; the test is skipped where these are not."""
    if not FILES:
        pytest.skip("the research leads are not here")
    return {kind: {k: v for path in FILES for k, v in read(path)[kind].items()} for kind in ("leads", "sources")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_lead_of_a_file_has_its_account_once_one_has(path: Path) -> None:
    leads = read(path)["leads"].keys()
    if not leads & LEADS.keys():
        pytest.skip("no lead of this file is accounted for yet")

    assert sorted(leads - LEADS.keys()) == []


def test_no_account_is_of_a_lead_that_does_not_exist(facts: dict[str, dict[str, Any]]) -> None:
    assert sorted(LEADS.keys() - facts["leads"].keys()) == []


def test_no_lead_is_accounted_for_twice() -> None:
    assert len(LEADS) == len(intercoder.read(Project(ROOT)).leads)


def test_every_claim_of_a_lead_exists(records: Corpus) -> None:
    named = {claim for lead in LEADS.values() for claim in lead.get("claims", ())}

    assert named
    assert named - records.claims.keys() == set()


def test_every_source_of_a_lead_is_one_of_its_claims_or_has_a_reason(
    records: Corpus, facts: dict[str, dict[str, Any]]
) -> None:
    lost = []
    for key, account in LEADS.items():
        if "claims" not in account:
            continue
        appearances = {a["id"] for claim in account["claims"] for a in records.claims[claim]["sources"]}
        pages = {page_of(records.sources[source].get("url", "")) for source in appearances}
        explained = {gap["source"] for gap in account.get("unused_sources", ())}
        for source in facts["leads"][key]["sources"]:
            # An address may have lost words about who sent the reader, such as ref=rss; its key is the id then.
            kept = page_of(facts["sources"][source]["url"]) in pages or source.lower() in appearances
            if not kept and source not in explained:
                lost.append((key, source))
    assert lost == []


def test_what_was_not_recorded_is_counted_and_reported_with_its_reason() -> None:
    reported = markdown(
        [
            {
                "lead": "kept",
                "claims": ["one", "two"],
                "unused_sources": [{"source": "gone-page", "why": "It is gone."}],
            },
            {"lead": "kept-too", "claims": ["two"]},
            {"lead": "left-out", "why": "It cannot be dated."},
        ]
    )

    assert "| leads | 3 |\n" in reported
    assert "| leads recorded in claims | 2 |\n" in reported
    assert "| claims that they are recorded in | 2 |\n" in reported
    assert "| leads not recorded | 1 |\n" in reported
    assert "- `left-out`: It cannot be dated.\n- `gone-page`, of `kept`: It is gone.\n" in reported
