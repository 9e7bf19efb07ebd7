"""Citations of releases and of single claims, in every style."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from alleged import api, release
from alleged.cli.cite import STYLES as OFFERED
from alleged.datasets.citing import STYLES, citation
from alleged.datasets.release import Release
from alleged.editing.importing.citations import read_bibtex, read_csl, read_ris
from alleged.errors import DateError, UnknownNameError
from alleged.project import Project
from alleged.text.urls import percent_encoded
from inside import run_inside
from paths import ROOT, TESTS

MANIFEST: dict[str, Any] = {
    "release": "2026.11.0",
    "content_sha256": "c" * 64,
    "citation": {"title": "Claims & counter-claims", "authors": ["The {maintainers}", "A. Other"]},
}
DIGEST = f"content sha256:{'c' * 64}"
START = f"Claims & counter-claims (Version 2026.11.0) [Data set]. {DIGEST}."


def cited(style: str, accessed: date | str | None = None, **about: str) -> str:
    return citation({**MANIFEST, "citation": MANIFEST["citation"] | about}, style, accessed=accessed)


def test_a_citation_names_release_month_and_digest() -> None:
    assert cited("text") == f"The {{maintainers}} and A. Other. (November 2026). {START}"
    assert cited("apa") == f"The {{maintainers}} & A. Other. (2026). {START}"
    assert cited("bibtex") == (
        "@dataset{claims-counter-claims-2026.11.0,\n"
        "  author = {{The \\textbraceleft{}maintainers\\textbraceright{}} and {A. Other}},\n"
        "  title = {{Claims \\& counter-claims}},\n"
        "  date = {2026-11},\n"
        "  year = {2026},\n"
        "  version = {2026.11.0},\n"
        f"  note = {{Data set, {DIGEST}}},\n"
        "}"
    )
    (entry,) = json.loads(cited("csl-json"))
    assert entry == {
        "id": "claims-counter-claims-2026.11.0",
        "type": "dataset",
        "title": "Claims & counter-claims",
        "author": [{"literal": "The {maintainers}"}, {"literal": "A. Other"}],
        "issued": {"date-parts": [[2026, 11]]},
        "version": "2026.11.0",
        "note": f"Data set, {DIGEST}",
    }
    assert cited("ris").splitlines() == [
        "TY  - DATA",
        "ID  - claims-counter-claims-2026.11.0",
        "M3  - dataset",
        "TI  - Claims & counter-claims",
        "AU  - The {maintainers}",
        "AU  - A. Other",
        "PY  - 2026",
        "DA  - 2026/11//",
        "ET  - 2026.11.0",
        f"N1  - Data set, {DIGEST}",
        "ER  - ",
    ]


def test_a_citation_has_day_licence_address_and_day_of_access_where_they_are_known() -> None:
    about = {"date": "2026-11-25", "licence": "CC-BY-4.0", "url": "https://e.org"}
    day = date(2026, 11, 28)

    assert cited("text", day, **about).endswith(f"{START} Licence: CC-BY-4.0. https://e.org Accessed 28 November 2026.")
    assert cited("text", **about).startswith("The {maintainers} and A. Other. (25 November 2026). ")
    assert cited("apa", day, **about).endswith(" Retrieved November 28, 2026, from https://e.org")
    assert cited("apa", "2026-11-28").endswith(" Retrieved November 28, 2026.")
    for line in ("url = {https://e.org}", "urldate = {2026-11-28}", "copyright = {CC-BY-4.0}", "date = {2026-11-25}"):
        assert f"  {line},\n" in cited("bibtex", day, **about)
    (entry,) = json.loads(cited("csl-json", "2026-11-28", **about))
    assert (entry["URL"], entry["accessed"]) == ("https://e.org", {"date-parts": [[2026, 11, 28]]})
    assert entry["note"].endswith("Licence: CC-BY-4.0.")
    for line in ("UR  - https://e.org", "Y2  - 2026/11/28", "N1  - Licence: CC-BY-4.0", "DA  - 2026/11/25/"):
        assert line in cited("ris", "2026-11-28", **about).splitlines()


def test_a_doi_is_the_address_of_a_dataset_that_has_one() -> None:
    about = {"doi": "10.1234/a_b", "url": "https://e.org"}

    assert cited("text", **about).endswith(" https://doi.org/10.1234/a_b")
    assert cited("apa", **about).endswith(" https://doi.org/10.1234/a_b")
    assert "  doi = {10.1234/a_b},\n" in cited("bibtex", **about)
    assert json.loads(cited("csl-json", **about))[0]["DOI"] == "10.1234/a_b"
    assert "DO  - 10.1234/a_b" in cited("ris", **about).splitlines()


def test_tables_of_a_build_are_cited_as_unreleased() -> None:
    built = {"release": "dev", "content_sha256": "c" * 64}

    assert citation(built, "text") == (
        f"Claims compiled with alleged (Version dev) [Data set]. (unreleased). {DIGEST}."
    )
    assert "(n.d.)" in citation(built, "apa")
    assert "date =" not in citation(built, "bibtex")


def test_an_unknown_style_or_day_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no style 'mla'; there are: text, apa, bibtex, csl-json, ris"):
        cited("mla")
    with pytest.raises(DateError, match="'2026-11' is no day"):
        cited("text", "2026-11")
    with pytest.raises(DateError):
        cited("text", "yesterday")


def test_the_command_offers_every_style() -> None:
    assert tuple(STYLES) == OFFERED


# A claim


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the last build of a small project, in which a claim is in two sources and another is withdrawn."""
    project = Project(tmp_path_factory.mktemp("cited"))
    project.claims.mkdir()
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    (project.claims / "joint.yaml").write_text(JOINT, encoding="utf-8")
    built = release.build(project)
    assert built.published, built
    return api.open("dev", project=project.root)


JOINT = """
sources:
  - id: earlier
    kind: article-newspaper
    title: "Снаряды {from} the \\"North\\""
    publisher: [daily-gazette]
    published: 2023-10-12/2023-10-13
    lang: ru
    url: https://gazette.example/earlier
    seen: consulted
claims:
  - id: joint-claim
    topic: shells-to-harbour-state
    claimant: defence-ministry
    co_claimants: [harbour-state]
    act: allege
    mode: past
    summary: The North Kingdom sent shells.
    said: 2023-10-11/2023-10-12
    sources: [{id: gazette-2023-10-14}, {id: earlier}]
    recorded: {by: example-curator, on: 2026-11-24}
  - id: gone-claim
    topic: shells-to-harbour-state
    claimant: defence-ministry
    act: allege
    mode: past
    summary: The North Kingdom sent ships.
    said: 2023-10-12
    status: withdrawn
    status_reason: It was recorded by mistake.
    status_on: 2026-11-25
    sources: [{id: gazette-2023-10-14}]
    recorded: {by: example-curator, on: 2026-11-24}
"""


def test_a_claim_is_cited_with_its_speakers_its_record_and_where_it_was_printed_first(opened: Release) -> None:
    text = opened.cite(claim="joint-claim", accessed="2026-11-28")
    digest = opened.manifest["content_sha256"]

    assert text == (
        "Ministry of Defence of Norway and Harbour State (11 October 2023 to 12 October 2023). The North Kingdom sent "
        "shells [claim in the curators' words]. In: Claims compiled with alleged (Version dev) [Data set]. "
        f"(unreleased). content sha256:{digest}. Record joint-claim. Accessed 28 November 2026. "
        'Printed in: “Снаряды {from} the "North"”, Daily Gazette, 12 October 2023 to 13 October 2023. '
        "https://gazette.example/earlier"
    )
    assert opened.cite("apa", "joint-claim").startswith(
        "Ministry of Defence of Norway & Harbour State. (11 October 2023 to 12 October 2023). The North Kingdom sent"
    )
    assert opened.cite("apa", "gone-claim").startswith("Ministry of Defence of Norway. (2023, October 12). The North ")


@pytest.mark.parametrize("style", STYLES)
def test_every_style_names_speaker_dataset_record_release_digest_and_first_source(opened: Release, style: str) -> None:
    text = opened.cite(style, "joint-claim")
    parts = (
        *("Ministry of Defence of Norway", "The North Kingdom sent shells", "Claims compiled with alleged"),
        *("joint-claim", "dev", opened.manifest["content_sha256"], "https://gazette.example/earlier"),
    )

    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("style", STYLES)
def test_a_withdrawn_claim_is_never_cited_as_if_it_were_not(opened: Release, style: str) -> None:
    assert "claim in the curators' words, withdrawn" in opened.cite(style, "gone-claim")
    assert "withdrawn" not in opened.cite(style, "joint-claim")


def test_reference_managers_read_the_citation_of_a_claim(opened: Release) -> None:
    for style, read in (("bibtex", read_bibtex), ("csl-json", read_csl), ("ris", read_ris)):
        (entry,) = read(opened.cite(style, "joint-claim").encode(), "x").entries
        assert entry.texts["title"] == "The North Kingdom sent shells."


def test_an_unknown_claim_is_refused_with_a_name_that_is_close(opened: Release) -> None:
    with pytest.raises(UnknownNameError, match="no claim 'joint-clam'; did you mean 'joint-claim'"):
        opened.cite(claim="joint-clam")


def test_claims_of_the_stable_release_are_cited_with_an_address() -> None:
    stable = api.open(project=ROOT)
    for id in stable.claims["claim_id"].sort().gather_every(40):
        urls = stable.appearances.filter(pl.col("claim_id") == id).join(stable.sources, on="source_id")["url"]
        cited = stable.cite(claim=id)
        assert f"Record {id}. Printed in: " in cited
        assert cited.endswith(tuple(percent_encoded(url) if url else "." for url in urls))


# The command


def test_cite_prints_release_and_claim_as_python_returns_them(opened: Release) -> None:
    root = Path(str(opened.catalogue)).parent

    assert run_inside(root, "cite", "--release", "dev").stdout == f"{opened.cite()}\n"
    words = ("cite", "joint-claim", "--style", "ris", "--accessed", "2026-11-28", "--release", "dev")
    assert run_inside(root, *words).stdout == f"{opened.cite('ris', 'joint-claim', '2026-11-28')}\n"
    wrong = run_inside(root, "cite", "joint-clam", "--release", "dev")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean 'joint-claim'" in wrong.stderr


def test_cite_lists_the_sources_of_a_selection(opened: Release) -> None:
    root = Path(str(opened.catalogue)).parent

    def ids(*words: str) -> list[str]:
        done = run_inside(root, "cite", "--sources", "--style", "ris", *words)
        assert done.returncode == 0, done.stderr
        return re.findall(r"^ID  - (.+)$", done.stdout, re.MULTILINE)

    assert ids() == ["earlier", "gazette-2023-10-14"]
    assert ids("joint-claim") == ["earlier", "gazette-2023-10-14"]
    assert ids("--topic", "shells-to-harbour-state", "--release", "dev") == ["earlier", "gazette-2023-10-14"]
    assert ids("--claimant", "harbour-state") == ["earlier", "gazette-2023-10-14"]
    for words in (
        ("--claimant", "north-kingdom"),
        ("gone-claim",),
    ):  # a claim that was withdrawn has no sources to cite
        nothing = run_inside(root, "cite", "--sources", *words)
        assert (nothing.returncode, nothing.stdout) == (1, "")
        assert "no active claim" in nothing.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--topic", "shells-to-harbour-state"), "add --sources"),
        (("--sources", "--style", "apa"), "bibtex, csl-json, ris"),
        (("--sources", "--accessed", "2026-11-28"), "sources have days of their own"),
        (("--sources", "--topic", "shells-to-harbor-state"), "did you mean 'shells-to-harbour-state'"),
        (("--sources", "joint-clam"), "did you mean 'joint-claim'"),
        (("--release", "dev", "--accessed", "2026-13-01"), "month 13 does not exist"),
    ],
)
def test_cite_says_what_to_type(opened: Release, words: tuple[str, ...], message: str) -> None:
    done = run_inside(Path(str(opened.catalogue)).parent, "cite", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
