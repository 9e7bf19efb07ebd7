"""The local schema: editors complete ids from it, and it never affects a check."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft7Validator

from alleged.editing import completion
from alleged.editing.completion import local_schema
from alleged.project import Project
from alleged.reader import Document, read_document, record_files
from alleged.records.corpus import read
from alleged.schemas.vocabularies import vocabulary
from inside import run_inside
from paths import ROOT, TESTS
from repositories import git_in


@pytest.fixture
def cast(project: Project) -> Project:
    for path in (TESTS / "cast" / "cast.yaml", TESTS / "mistakes" / "no-mistake.yaml"):
        (project.claims / path.name).write_bytes(path.read_bytes())
    return project


def written(project: Project) -> Path:
    return project.root / ".alleged" / "bundle.schema.json"


def check(project: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    done = run_inside(project.root, "check", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def ids(schema: Any, kind: str) -> dict[str, Any]:
    groups = form(schema, kind).get("allOf", [])
    return {choice["const"]: choice for group in groups for choice in group["then"]["anyOf"][1:]}


def form(schema: Any, kind: str) -> dict[str, Any]:
    return schema["definitions"]["common"]["definitions"][kind]


def document(project: Project, name: str) -> Any:
    found = read_document(project.claims / name, project)
    assert isinstance(found, Document)
    return found.data


def test_the_ids_of_records_are_in_it_with_their_names_and_what_they_are(cast: Project) -> None:
    check(cast, "--editor")

    schema = json.loads(written(cast).read_bytes())
    assert ids(schema, "actor")["defence-ministry"] == {
        "const": "defence-ministry",
        "title": "Ministry of Defence of Norway",
        "description": "Ministry of Defence of Norway\norgan\npart of Norway",
    }
    assert ids(schema, "topic")["shells-to-harbour-state"]["title"].startswith("Did the North Kingdom")
    assert ids(schema, "source")["gazette-2023-10-14"]["description"] == (
        "Daily Gazette, 2023-10-14\nDaily Gazette, 2023-10-14, en\nhttps://gazette.example/shells"
    )


def test_an_id_is_offered_by_each_name_of_the_record(cast: Project) -> None:
    path = cast.claims / "cast.yaml"
    text = path.read_text(encoding="utf-8")
    names = "    name: Ministry of Defence of Norway\n    names: [{text: 국방부, lang: ko}]\n"
    path.write_text(text.replace("    name: Ministry of Defence of Norway\n", names), encoding="utf-8")

    offered = form(local_schema(read(cast).corpus), "actor")["defaultSnippets"]

    assert [snippet["label"] for snippet in offered if snippet["body"] == "defence-ministry"] == [
        "defence-ministry",
        "Ministry of Defence of Norway · defence-ministry",
        "국방부 · defence-ministry",
    ]


def test_a_wrong_id_has_one_message_and_not_the_list_of_all(cast: Project) -> None:
    schema = local_schema(read(cast).corpus)
    bundle = document(cast, "no-mistake.yaml")
    bundle["claims"][0]["claimant"] = "defence-minstry"

    [error] = Draft7Validator(schema).iter_errors(bundle)

    assert error.validator == "pattern"
    assert error.schema["patternErrorMessage"].startswith("No record under `actors` has this id; `alleged find`")


def test_an_id_is_a_whole_text_and_no_pattern(cast: Project) -> None:
    accepts = Draft7Validator({"type": "string", "pattern": form(local_schema(read(cast).corpus), "actor")["pattern"]})

    assert accepts.is_valid("defence-ministry")
    assert not accepts.is_valid("defence-ministry-2")
    assert not accepts.is_valid("the-defence-ministry")


def test_no_id_is_given_as_an_example_that_may_not_be_in_the_project(cast: Project) -> None:
    fields = local_schema(read(cast).corpus)["definitions"]["claim"]["definitions"]["fields"]["properties"]

    assert [name for name in ("claimant", "co_claimants", "topic", "via") if "examples" in fields[name]] == []
    assert "examples" in fields["said"]


def test_own_codes_are_in_it(cast: Project) -> None:
    cast.vocabularies.mkdir()
    (cast.vocabularies / "item.yaml").write_text(
        "codes:\n  - {code: lute, label: Lute, definition: A lute., dimensions: [count]}\n", encoding="utf-8"
    )
    check(cast, "--editor")

    items = json.loads(written(cast).read_bytes())["definitions"]["vocabularies-item"]["oneOf"]
    assert {"const": "lute", "title": "Lute", "description": "A lute."} in items


def test_an_act_has_its_test_question(cast: Project) -> None:
    acts = local_schema(read(cast).corpus)["definitions"]["vocabularies-act"]["oneOf"]

    for act in acts:
        code = vocabulary("act")[act["const"]]
        assert act["description"] == f"{code.test}\n{code.definition}"


def test_valid_records_pass_and_an_unknown_id_fails_where_it_stands(cast: Project) -> None:
    schema = local_schema(read(cast).corpus)
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    bundle = document(cast, "no-mistake.yaml")

    assert list(validator.iter_errors(bundle)) == []
    for field in ("claimant", "topic"):
        wrong = json.loads(json.dumps(bundle))
        wrong["claims"][0][field] = "nobody"
        assert [list(error.path) for error in validator.iter_errors(wrong)] == [["claims", 0, field]]
    bundle["defaults"]["source"] = "nothing"
    assert [list(error.path) for error in validator.iter_errors(bundle)] == [["defaults", "source"]]


def test_it_marks_nothing_in_the_files_of_the_dataset() -> None:
    project = Project(ROOT)
    schema = local_schema(read(project).corpus)
    validator = jsonschema_rs.Draft7Validator(schema)

    for path in record_files(project):
        found = read_document(path, project)
        assert isinstance(found, Document)
        assert [error.message for error in validator.iter_errors(found.data)] == [], path


def test_every_reference_in_it_leads_into_it(cast: Project) -> None:
    schema = local_schema(read(cast).corpus)

    references = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema)))
    assert references
    for reference in references:
        part = schema
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def test_a_check_writes_nothing_unless_the_folder_is_there(cast: Project) -> None:
    check(cast)
    assert not written(cast).parent.exists()

    written(cast).parent.mkdir()
    check(cast)
    assert "defence-ministry" in ids(json.loads(written(cast).read_bytes()), "actor")


def test_git_ignores_the_folder(cast: Project) -> None:
    git = git_in(cast.root)
    git("init", "--quiet")
    check(cast, "--editor")

    assert "alleged" not in git("status", "--porcelain", "--untracked-files=all")


def test_it_is_written_again_only_if_something_has_changed(cast: Project) -> None:
    check(cast, "--editor")
    head, _, _ = written(cast).read_bytes().partition(b"\n")
    written(cast).write_bytes(head + b"\nleft as it is")

    check(cast)
    assert written(cast).read_bytes().endswith(b"left as it is")

    cast_file = cast.claims / "cast.yaml"
    cast_file.write_text(cast_file.read_text(encoding="utf-8").replace("name: Norway", "name: Noreg"), encoding="utf-8")
    check(cast)
    assert ids(json.loads(written(cast).read_bytes()), "actor")["norway"]["title"] == "Noreg"


def test_a_deleted_schema_is_written_from_the_cache(cast: Project) -> None:
    check(cast, "--editor")
    content = written(cast).read_bytes()
    written(cast).unlink()

    check(cast)

    assert written(cast).read_bytes() == content


def test_it_stays_while_a_file_cannot_be_read(cast: Project) -> None:
    check(cast, "--editor")
    content = written(cast).read_bytes()
    (cast.claims / "cast.yaml").write_text("actors:\n\t- broken\n", encoding="utf-8")

    for _ in range(2):
        assert run_inside(cast.root, "check").returncode == 1
        assert written(cast).read_bytes() == content


def test_errors_in_records_that_can_be_read_do_not_prevent_it(cast: Project) -> None:
    path = cast.claims / "no-mistake.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("defence-ministry", "defence-minstry"), encoding="utf-8")

    for words in ((), ("--editor",)):  # the second report is cached
        assert run_inside(cast.root, "check", *words).returncode == 1

    assert "defence-ministry" in ids(json.loads(written(cast).read_bytes()), "actor")


@pytest.mark.parametrize("name", [".alleged", ".alleged/bundle.schema.json"])
def test_nothing_is_written_through_a_link(cast: Project, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "target").write_text("kept")
    link = cast.root / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(outside if name == ".alleged" else outside / "target")

    check(cast)
    done = check(cast, "--editor")

    assert "bundle.schema.json was not written" in done.stderr
    assert [path.name for path in outside.iterdir()] == ["target"]
    assert (outside / "target").read_text() == "kept"


def test_what_cannot_be_written_does_not_fail_the_check(cast: Project) -> None:
    written(cast).mkdir(parents=True)

    assert check(cast).stderr.count("\n") == 1
    assert "was not written" in check(cast, "--editor").stderr


def test_a_kind_with_very_many_records_is_not_listed(cast: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "MOST", 1)

    schema = local_schema(read(cast).corpus)

    assert ids(schema, "actor") == {}
    assert Draft7Validator(schema).is_valid(document(cast, "no-mistake.yaml"))


def test_a_check_that_finds_it_unchanged_reads_no_records(cast: Project) -> None:
    check(cast, "--editor")
    code = "import sys; from alleged.cli import _run; _run(['check']); print('alleged.records.corpus' in sys.modules)"
    for _ in range(2):  # the first one may still read files that have just been changed
        done = subprocess.run([sys.executable, "-c", code], cwd=cast.root, capture_output=True, text=True)

    assert done.stdout == "False\n"


@pytest.mark.parametrize("folder", [ROOT, ROOT / "src" / "alleged" / "editing" / "new_project"])
def test_the_settings_of_the_editor_name_it_alone(folder: Path) -> None:
    """With a second schema that fits the same files, yaml-language-server uses neither if one is missing."""
    [path] = folder.glob("*vscode/settings.json")
    settings = json.loads(re.sub(r"^ *//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE))

    of_records = [name for name, globs in settings["yaml.schemas"].items() if "claims/**/*.yaml" in globs]
    assert of_records == ["./.alleged/bundle.schema.json"]


def test_no_record_file_names_another_schema() -> None:
    """A schema named in a file takes the place of that of the settings: ids would not be completed."""
    naming = [path for path in record_files(Project(ROOT)) if b"yaml-language-server:" in path.read_bytes()]

    assert naming == []
