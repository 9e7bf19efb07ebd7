"""Documents of a release: bibliographies, FollowTheMoney, JSON-LD and Croissant."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from alleged import api, release
from alleged.datasets.release import Release
from alleged.project import Project
from paths import ROOT, TESTS

FORMATS = ("csl", "bibtex", "ris", "ftm", "jsonld", "croissant")

Documents = Mapping[str, Mapping[str, bytes]]
"""Files by name, of each format."""


def documents(opened: Release) -> Documents:
    return {form: dict(import_module(f"alleged.exports.{form}").files(opened)) for form in FORMATS}


def built(root: Path) -> Release:
    found = release.build(Project(root))
    assert found.published, found
    return api.open("dev", project=root)


@pytest.fixture(scope="module")
def fixture(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("documents")
    shutil.copytree(TESTS / "fixture" / "claims", root / "claims")
    return built(root)


@pytest.fixture(scope="module")
def stable() -> Release:
    return api.open(project=ROOT)


@pytest.fixture(scope="module", params=["fixture", "stable"])
def opened(request: pytest.FixtureRequest) -> Release:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def of_stable(stable: Release) -> Documents:
    return documents(stable)


@pytest.fixture(scope="module")
def of_fixture(fixture: Release) -> Documents:
    return documents(fixture)


@pytest.fixture(scope="module")
def written(opened: Release, request: pytest.FixtureRequest) -> Documents:
    return request.getfixturevalue("of_fixture" if opened.release == "dev" else "of_stable")


def active(opened: Release, table: str) -> pl.DataFrame:
    return opened.load(table).filter(pl.col("status") == "active")


def test_every_active_source_is_an_item_of_each_bibliography(opened: Release, written: Documents) -> None:
    ids = active(opened, "sources")["source_id"].sort().to_list()

    assert [item["id"] for item in json.loads(written["csl"]["sources.json"])] == ids
    assert re.findall(r"^@[a-z]+\{(.+),$", written["bibtex"]["sources.bib"].decode(), re.MULTILINE) == ids
    assert re.findall(r"^ID  - (.+)$", written["ris"]["sources.ris"].decode(), re.MULTILINE) == ids


def test_items_have_the_titles_of_sources_or_say_in_brackets_what_they_are(opened: Release, written: Documents) -> None:
    items = {item["id"]: item for item in json.loads(written["csl"]["sources.json"])}
    for source in active(opened, "sources").iter_rows(named=True):
        item = items[source["source_id"]]
        assert item["title"] == " ".join(source["title"].split()) if source["title"] else item["title"][0] == "["
        assert item["language"] == source["lang"]
        vague = source["published_approx"] or source["published_uncertain"] or source["published_basis"] == "assumed"
        assert item["issued"].get("circa", False) is vague or ".." in source["published_edtf"]


def test_a_source_of_each_kind_keeps_what_a_bibliography_has_fields_for(tmp_path: Path) -> None:
    shutil.copytree(TESTS / "cast", tmp_path / "claims")
    (tmp_path / "claims" / "letter.yaml").write_text(LETTER, encoding="utf-8")
    opened = built(tmp_path)
    found = documents(opened)
    item = next(item for item in json.loads(found["csl"]["sources.json"]) if item["id"] == "letter")

    assert item == {
        "id": "letter",
        "type": "document",
        "title": "[Document, S/2024/215]",
        "author": [{"literal": "Norway"}],
        "publisher": "Ministry of Defence of Norway; Daily Gazette",
        "issued": {"date-parts": [[2024, 3, 4]], "circa": True},
        "accessed": {"date-parts": [[2026, 11, 24]]},
        "language": "en",
        "number": "S/2024/215",
        "URL": "https://letters.example/%ED%86%B5%EC%9D%BC",
        "DOI": "10.1000/182",
        "archive": "web archive",
        "archive_location": "https://archive.example/letter",
    }


LETTER = """
sources:
  - id: letter
    kind: document
    author: [norway]
    publisher: [defence-ministry, daily-gazette]
    published: 2024-03-04
    published_basis: assumed
    lang: en
    symbol: S/2024/215
    doi: 10.1000/182
    url: https://letters.example/통일
    archived: [{uri: "https://archive.example/letter"}]
    retrieved: 2026-11-24
    seen: consulted
"""


# FollowTheMoney


def entities(written: Documents) -> dict[str, dict[str, Any]]:
    lines = written["ftm"]["claims.ftm.json"].decode().splitlines()
    found = {entity["id"]: entity for entity in map(json.loads, lines)}
    assert len(found) == len(lines)
    return found


def test_entities_stand_for_claims_speakers_sources_quotes_and_listings(opened: Release, written: Documents) -> None:
    found = entities(written)
    of = {schema: [e for e in found.values() if e["schema"] == schema] for schema in ("Event", "Article", "Sanction")}
    claims, listings = active(opened, "claims"), opened.listings
    quotes = opened.appearances.filter(pl.col("claim_id").is_in(claims["claim_id"].to_list()))["quote"].drop_nulls()

    assert sorted(e["properties"]["summary"][0] for e in of["Event"]) == claims["summary"].sort().to_list()
    assert len(of["Article"]) == active(opened, "sources").height
    assert len(of["Sanction"]) == listings.height
    notes = [e["properties"]["description"][0] for e in found.values() if e["schema"] == "Note"]
    assert sorted(notes) == sorted(" ".join(quote.split()) for quote in quotes)
    assert not any("rating" in name.lower() for entity in found.values() for name in entity["properties"])


def test_references_of_entities_lead_to_entities_that_fit(written: Documents) -> None:
    found = entities(written)
    bodies = {"PublicBody", "Organization"}
    fitting = {
        "organizer": bodies | {"Person", "LegalEntity"},
        "involved": bodies | {"Person", "LegalEntity"},
        "member": bodies | {"Person", "LegalEntity"},
        "organization": bodies,
        "proof": {"Article"},
    }
    for entity in found.values():
        for name, schemata in fitting.items():
            for id in entity["properties"].get(name, ()):
                assert found[id]["schema"] in schemata, (entity, name)
        for name in {"entity", "subject", "object"} & entity["properties"].keys():
            assert set(entity["properties"][name]) <= found.keys()


def test_an_event_is_dated_as_precisely_as_the_words_were(opened: Release, written: Documents) -> None:
    found = {id.rpartition("korea-")[2] if "korea-" in id else id: e for id, e in entities(written).items()}
    events = [e["properties"] for e in found.values() if e["schema"] == "Event"]
    precisions = active(opened, "claims")["said_precision"].cast(pl.String).to_list()

    assert sum("date" in event for event in events) == sum(p in ("day", "month", "year") for p in precisions)
    assert not [event for event in events if "date" in event and {"startDate", "endDate"} & event.keys()]


# JSON-LD


def graph(written: Documents) -> list[dict[str, Any]]:
    return json.loads(written["jsonld"]["claims.jsonld"])["@graph"]


def test_claims_of_schema_org_have_words_author_date_and_appearances(opened: Release, written: Documents) -> None:
    claims = {node["@id"][1:]: node for node in graph(written) if node.get("@type") == "Claim"}
    known = {node["@id"] for node in graph(written)}

    for claim in active(opened, "claims").iter_rows(named=True):
        node = claims.pop(claim["claim_id"])
        assert node["text"] == claim["summary"]
        assert node["author"][0] == {"@id": f"#{claim['claimant_id']}"}
        assert node["dateCreated"] == claim["said_edtf"]
        assert {"@id": f"#act/{claim['act']}"} in node["keywords"]
        assert {link["@id"] for links in ("author", "keywords", "about", "appearance") for link in node[links]} <= known
    assert claims == {}


def test_nothing_rates_a_claim_or_says_that_it_is_true(written: Documents) -> None:
    def names(value: Any) -> set[str]:
        if isinstance(value, list):
            return {name for item in value for name in names(item)}
        if not isinstance(value, dict):
            return set()
        return {*value, str(value.get("@type", "")), *(name for item in value.values() for name in names(item))}

    used = names(graph(written)) | {name for e in entities(written).values() for name in e["properties"]}
    assert not [name for name in used if re.search("rating|review|truth|verdict|score", name, re.IGNORECASE)]


def test_figures_keep_the_bounds_that_were_named(stable: Release, of_stable: Documents) -> None:
    nodes = {node["@id"][1:]: node for node in graph(of_stable) if node.get("@type") == "Claim"}
    for figure in stable.quantities.filter(pl.col("claim_id").is_in(list(nodes))).iter_rows(named=True):
        node = nodes[figure["claim_id"]]["mentions"][figure["seq"] - 1]
        found = (node.get("minValue"), node.get("value"), node.get("maxValue"))
        assert found == (figure["low"], figure["point"], figure["high"])


# Croissant


def test_croissant_describes_every_column_of_the_files_beside_it(opened: Release, written: Documents) -> None:
    files = written["croissant"]
    about = json.loads(files["croissant.json"])

    for entry in about["distribution"]:
        assert entry["sha256"] == hashlib.sha256(files[entry["contentUrl"]]).hexdigest()
        assert entry["encodingFormat"] == "application/x-parquet"
    for records in about["recordSet"]:
        table = pl.read_parquet(files[f"{records['name']}.parquet"])
        assert [field["name"] for field in records["field"]] == table.columns
        repeated = {field["name"] for field in records["field"] if field.get("repeated")}
        assert repeated == {name for name, kind in table.schema.items() if isinstance(kind, pl.List)}
    assert {records["name"] for records in about["recordSet"]} == set(opened.tables)
    assert about["version"] == opened.release


# All


SCRIPT = """
import hashlib, json, sys, time
time.time = lambda: 1.0
from importlib import import_module
from alleged import api
opened = api.open(sys.argv[1], project=sys.argv[2])
for form in sys.argv[3:]:
    for name, content in import_module(f"alleged.exports.{form}").files(opened):
        print(form, name, hashlib.sha256(content).hexdigest())
"""


@pytest.mark.parametrize(
    ("name", "seed", "zone", "language"),
    [
        ("fixture", "0", "Asia/Tokyo", "C"),
        ("fixture", "5", "America/New_York", "tr_TR.UTF-8"),
        ("stable", "77", "Asia/Kolkata", "de_DE.UTF-8"),
    ],
)
def test_the_bytes_are_the_same_under_another_clock_zone_language_and_hash_seed(
    name: str, seed: str, zone: str, language: str, request: pytest.FixtureRequest
) -> None:
    opened, written = request.getfixturevalue(name), request.getfixturevalue(f"of_{name}")
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
    root = Path(str(opened.catalogue)).parent
    command = [sys.executable, "-c", SCRIPT, opened.release, root, *FORMATS]

    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=root)

    assert again.stdout.splitlines() == [
        f"{form} {file} {hashlib.sha256(content).hexdigest()}"
        for form, files in written.items()
        for file, content in files.items()
    ]


def test_withdrawn_records_are_in_no_document_but_the_tables(tmp_path: Path) -> None:
    shutil.copytree(TESTS / "cast", tmp_path / "claims")
    (tmp_path / "claims" / "gone.yaml").write_text(GONE, encoding="utf-8")
    found = documents(built(tmp_path))

    for form in ("csl", "bibtex", "ris", "ftm", "jsonld"):
        for content in found[form].values():
            assert b"kept-" in content
            assert b"gone-" not in content
    (claim,) = [node for node in graph(found) if node.get("@type") == "Claim"]
    assert claim["mentions"][0]["minValue"] == 0  # zero is a figure too


GONE = """
sources:
  - id: kept-source
    kind: webpage
    publisher: [daily-gazette]
    published: 2023-10-14
    lang: en
    url: https://gazette.example/a
    seen: consulted
  - id: gone-source
    kind: webpage
    publisher: [daily-gazette]
    published: 2023-10-14
    lang: en
    url: https://gazette.example/b
    seen: consulted
    status: withdrawn
    status_reason: It was recorded by mistake.
    status_on: 2026-11-25
claims:
  - id: kept-claim
    topic: shells-to-harbour-state
    claimant: defence-ministry
    act: allege
    mode: past
    summary: Shells were sent.
    said: 2023-10-13
    quantities: [{low: 0, high: 500, unit: round, item: artillery-shell, window: 2023-10-01/2023-10-13}]
    sources: [{id: kept-source}]
    recorded: {by: example-curator, on: 2026-11-24}
  - id: gone-claim
    topic: shells-to-harbour-state
    claimant: harbour-state
    act: allege
    mode: past
    summary: Ships were sent.
    said: 2023-10-12
    status: withdrawn
    status_reason: It was recorded by mistake.
    status_on: 2026-11-25
    sources: [{id: kept-source}]
    recorded: {by: example-curator, on: 2026-11-24}
"""


def test_each_format_says_in_a_sentence_what_it_loses() -> None:
    for form in FORMATS:
        assert re.fullmatch(r"[A-Z][^\n]+\.", import_module(f"alleged.exports.{form}").LOSSES)


HOSTILE = "}} </script><script>alert(1)</script> \\input{x} ##[error] \"quoted\" =cmd|' /C calc'!A0"


def test_hostile_texts_are_inert_in_every_document(tmp_path: Path) -> None:
    shutil.copytree(TESTS / "cast", tmp_path / "claims")
    (tmp_path / "claims" / "odd.yaml").write_text(ODD.replace("HOSTILE", json.dumps(HOSTILE)), encoding="utf-8")
    found = documents(built(tmp_path))

    (item,) = [item for item in json.loads(found["csl"]["sources.json"]) if item["id"] == "odd-source"]
    assert item["title"] == HOSTILE
    (event,) = [entity for entity in entities(found).values() if entity["schema"] == "Event"]
    assert event["properties"]["summary"] == [HOSTILE]
    (claim,) = [node for node in graph(found) if node.get("@type") == "Claim"]
    assert claim["text"] == HOSTILE
    for form in ("csl", "ftm", "jsonld", "croissant"):
        for name, content in found[form].items():
            assert name.endswith(".parquet") or b"<" not in content


ODD = """
sources:
  - id: odd-source
    kind: article-newspaper
    title: HOSTILE
    publisher: [daily-gazette]
    published: 2023-10-14
    lang: en
    url: https://gazette.example/odd
    seen: consulted
claims:
  - id: odd-claim
    topic: shells-to-harbour-state
    claimant: defence-ministry
    act: allege
    mode: past
    summary: HOSTILE
    said: 2023-10-13
    sources: [{id: odd-source, quote: "}</script>"}]
    recorded: {by: example-curator, on: 2026-11-24}
"""


def test_writing_documents_loads_neither_pandera_nor_jsonschema(fixture: Release) -> None:
    root = Path(str(fixture.catalogue)).parent
    script = f"{SCRIPT}\nassert not {{'pandera', 'jsonschema'}} & sys.modules.keys()"
    command = [sys.executable, "-c", script, fixture.release, root, *FORMATS]

    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)

    assert done.returncode == 0, done.stderr[-300:]


def test_ships_have_their_numbers_in_the_form_of_follow_the_money(of_stable: Documents) -> None:
    entities = [json.loads(line) for line in of_stable["ftm"]["claims.ftm.json"].splitlines()]
    ships = [entity["properties"] for entity in entities if entity["schema"] == "Vessel"]

    assert ships
    assert all(re.fullmatch("IMO[0-9]{7}", number) for ship in ships for number in ship.get("imoNumber", ()))
