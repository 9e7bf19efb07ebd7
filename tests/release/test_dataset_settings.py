"""What `dataset.yaml` says of a dataset: checked with its place, and used in everything that describes a release."""

import json
import shutil
from typing import Any

import pytest
import yaml

import alleged
from alleged.project import Project
from alleged.records.settings import Author, Settings, read_settings
from alleged.release import cutting, descriptions
from paths import ROOT, TESTS
from repositories import git_in

ABOUT = """\
title: Claims about weapons in Examplia
authors:
  - name: A. Writer
    orcid: 0000-0002-1825-0097
    affiliation: University of Example
  - name: Example Institute
licence: ODbL-1.0
address: https://example.org/weapons
doi: 10.1234/weapons
catalogue: https://example.org/weapons/datasets
package: claims-about-weapons
contact: corrections@example.org
"""


def messages(project: Project, text: str) -> list[tuple[int, str, str, str]]:
    project.settings.write_text(text)
    issues = read_settings(project)[1]
    return [(issue.place.line, issue.rule, issue.message, issue.help) for issue in issues]


def test_a_dataset_says_who_made_it_where_it_is_and_under_which_licence(project: Project) -> None:
    project.settings.write_text(ABOUT)

    settings, issues = read_settings(project)

    assert issues == []
    authors = (Author("A. Writer", "0000-0002-1825-0097", "University of Example"), Author("Example Institute"))
    assert settings.authors == authors
    assert (settings.licence, settings.contact) == ("ODbL-1.0", "corrections@example.org")


def test_a_licence_spelt_in_another_way_is_met_with_its_identifier(project: Project) -> None:
    [(line, rule, message, help)] = messages(project, "title: Claims\nlicence: CC BY 4.0\n")

    assert (line, rule) == (2, "unknown-code")
    assert message == "'CC BY 4.0' is not in the list 'licences'; did you mean 'CC-BY-4.0'?"
    assert help.startswith("write  CC-BY-4.0")
    assert messages(project, "licence: LicenseRef-mine\n") == []


@pytest.mark.parametrize(
    ("text", "rule", "help"),
    [
        ("authors:\n  - orcid: 0000-0002-1825-0097\n", "missing-field", "write a line like  name: A. Writer"),
        ("authors: A. Writer\n", "wrong-type", 'begin each entry on a line of its own with "- ", below  authors:'),
        ("address: example.org\n", "wrong-form", "write a line like  address: "),
        ("catalogue: datasets\n", "wrong-form", "write a line like  catalogue: https://"),
        ("package: numpy\n", "wrong-form", "write a line like  package: alleged-claims"),
        ("contact: nobody\n", "wrong-form", "write a line like  contact: "),
        ("authors:\n  - name: A\n    orcid: 1825-0097\n", "wrong-form", "write a line like  orcid: "),
        ("authors:\n  - {name: A, orcid: 0000-0002-1825-0079}\n", "wrong-form", "look it up at orcid.org"),
        ("license: CC-BY-4.0\n", "unknown-field", "write  licence:"),
    ],
)
def test_each_mistake_is_explained(project: Project, text: str, rule: str, help: str) -> None:
    [(_, found, _, advice)] = messages(project, text)

    assert found == rule
    assert advice.startswith(help)


@pytest.fixture
def released(project: Project) -> Project:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    shutil.copy(TESTS / "mistakes" / "no-mistake.yaml", project.claims)
    project.settings.write_text(ABOUT)
    git = git_in(project.root)
    git("init", "-q")
    git("add", "claims", "dataset.yaml")
    git("commit", "-qm", "Record claims")
    cutting.cut(project)
    return project


def settings_at(project: Project) -> Settings:
    return read_settings(project)[0]


def paper(project: Project, name: str) -> Any:
    (path,) = project.datasets.glob(f"2*/{name}")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_everything_that_describes_a_release_names_its_authors_licence_and_address(released: Project) -> None:
    package, citation = paper(released, "datapackage.json"), paper(released, "CITATION.cff")
    opened = alleged.open(project=released.root)

    assert package["contributors"] == [
        {
            "title": "A. Writer",
            "roles": ["author"],
            "path": "https://orcid.org/0000-0002-1825-0097",
            "organization": "University of Example",
        },
        {"title": "Example Institute", "roles": ["author"]},
        {"title": "Contact", "roles": ["contact"], "email": "corrections@example.org"},
    ]
    odbl = {"name": "ODbL-1.0", "path": "https://opendatacommons.org/licenses/odbl/1-0/", "title": "ODbL 1.0"}
    assert (package["licenses"], package["homepage"]) == ([odbl], "https://example.org/weapons")
    assert citation["authors"][0] == {"name": "A. Writer", "orcid": "https://orcid.org/0000-0002-1825-0097"}
    assert (citation["license"], citation["url"]) == ("ODbL-1.0", "https://example.org/weapons")
    assert citation["contact"] == [{"name": "Claims about weapons in Examplia", "email": "corrections@example.org"}]
    builder = paper(released, "provenance.json")["predicate"]["runDetails"]["builder"]
    assert builder == {"id": "https://example.org/weapons"}
    cited = opened.cite()
    assert cited.startswith("A. Writer and Example Institute. (")
    assert cited.endswith("Licence: ODbL-1.0. https://doi.org/10.1234/weapons")
    assert citation["doi"] == "10.1234/weapons"
    assert citation["repository-artifact"] == "https://example.org/weapons/datasets"
    stated = opened.manifest["citation"]
    assert (stated["catalogue"], stated["package"]) == (settings_at(released).catalogue, "claims-about-weapons")


def test_the_tables_of_a_release_name_its_licence(released: Project) -> None:
    import polars as pl

    (path,) = released.datasets.glob("2*/claims.parquet")

    assert pl.read_parquet_metadata(path)["alleged:licence"] == "ODbL-1.0"


def test_a_dataset_that_states_nothing_claims_no_author_and_no_licence() -> None:
    about = descriptions.About(Settings(), "2026-11-25")
    manifest = {"release": "2026.11.0", "content_sha256": "0" * 64, "tables": {}}

    package, citation = (
        descriptions.datapackage(manifest, about),
        yaml.safe_load(descriptions.citation(manifest, about)),
    )

    assert not {"licenses", "contributors", "homepage"} & package.keys()
    assert citation["authors"] == [{"name": "anonymous"}]
    assert not {"license", "url", "contact"} & citation.keys()


def test_this_dataset_is_cited_as_it_was_before_its_settings_could_say_so() -> None:
    settings, _ = read_settings(Project(ROOT))
    last = json.loads(max((ROOT / "datasets").glob("2*/manifest.json")).read_bytes())["citation"]
    about = descriptions.About(settings, last["date"])

    assert about.citation == last | {"licence": "CC-BY-4.0", "package": "alleged-russia-dprk"}
    package = descriptions.datapackage({"release": "2026.11.0", "tables": {}}, about)
    path = "https://creativecommons.org/licenses/by/4.0/"
    assert package["licenses"] == [{"name": "CC-BY-4.0", "path": path, "title": "CC BY 4.0"}]
