"""Every research lead is accounted for: by claims in which its sources appear, or by a reason."""

from typing import Any

import pytest

from alleged import coding, corpus
from alleged.addresses import page_of
from alleged.corpus import Corpus
from alleged.layout import Layout
from alleged.render.leads import markdown
from paths import ROOT

FACTS = ROOT.parent / "shared" / "facts"
LEADS = {lead["lead"]: lead for lead in coding.read(Layout(ROOT)).leads}


@pytest.fixture(scope="module")
def records() -> Corpus:
    return corpus.read(Layout(ROOT)).corpus


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """Return the leads and sources as the researchers left them, by key; the test is skipped where these are not."""
    if not FACTS.is_dir():
        pytest.skip("the research leads are not here")
    import yaml

    found: dict[str, dict[str, Any]] = {"leads": {}, "sources": {}}
    for path in sorted(FACTS.glob("*.yaml")):
        read = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        for kind, entries in found.items():
            entries.update({entry["key"]: entry for entry in read[kind]})
    return found


def test_every_lead_has_its_account_and_no_other_has_one(facts: dict[str, dict[str, Any]]) -> None:
    assert len(facts["leads"]) > 300
    assert sorted(LEADS) == sorted(facts["leads"])


def test_no_lead_is_accounted_for_twice() -> None:
    assert len(LEADS) == len(coding.read(Layout(ROOT)).leads)


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


def test_what_was_not_recorded_is_counted_and_told_with_its_reason() -> None:
    told = markdown(
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

    assert "| leads | 3 |\n" in told
    assert "| leads recorded in claims | 2 |\n" in told
    assert "| claims that they are recorded in | 2 |\n" in told
    assert "| leads not recorded | 1 |\n" in told
    assert "- `left-out`: It cannot be dated.\n- `gone-page`, of `kept`: It is gone.\n" in told
