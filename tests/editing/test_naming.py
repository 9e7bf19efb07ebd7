"""Which record a text means."""

import shutil

import pytest

from alleged.editing.naming import meaning
from alleged.project import Project
from alleged.records import corpus
from alleged.records.corpus import Corpus
from paths import TESTS

MORE = """\
actors:
  - {id: ana-silva, name: Ana Silva, kind: person, public_role: Envoy, names: [{text: Ана Силва, lang: bg}]}
  - {id: ana-silva-costa, name: Ana Silva Costa, kind: person, public_role: Minister}
  - id: old-navy
    name: Old Navy
    kind: organ
    status: withdrawn
    status_reason: Recorded by mistake.
    status_on: 2024-01-01
"""


@pytest.fixture
def records(project: Project) -> Corpus:
    shutil.copy(TESTS / "cast" / "cast.yaml", project.claims)
    (project.claims / "more.yaml").write_text(MORE, encoding="utf-8")
    return corpus.read(project).corpus


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("ana-silva", "ana-silva"),
        ("ÁNA silva", "ana-silva"),  # the whole name of one, and words of the other
        ("Ана Силва", "ana-silva"),
        ("costa", "ana-silva-costa"),
        ("gazette", "daily-gazette"),
        ("old-navy", "old-navy"),
    ],
)
def test_an_actor_is_meant_by_id_name_or_words_of_only_one(records: Corpus, text: str, id: str) -> None:
    assert meaning(text, ["actors"], records).id == id


@pytest.mark.parametrize("text", ["", " ", "Old Navy", "azette", "2", "silva gazette", "no"])
def test_parts_of_words_and_records_out_of_force_mean_nothing(records: Corpus, text: str) -> None:
    assert meaning(text, ["actors"], records).id == ""


def test_words_of_several_are_candidates(records: Corpus) -> None:
    found = meaning("silva", ["actors"], records)

    assert found.id == ""
    assert {entry.id for entry in found.candidates} == {"ana-silva", "ana-silva-costa"}


def test_kinds_are_kept_apart(records: Corpus) -> None:
    assert meaning("shells", ["topics"], records).id == "shells-to-harbour-state"
    assert meaning("shells", ["actors"], records).id == ""
    assert meaning("https://www.gazette.example/shells/", ["sources"], records).id == "gazette-2023-10-14"
