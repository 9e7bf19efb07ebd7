"""`alleged init`: what it writes, asks and refuses."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from alleged.editing.known import curator, today
from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.records.settings import Author, read_settings
from inside import run_inside
from repositories import git_in

GIVEN = ("--title", "Claims: of choirs", "--author", "A. Writer", "--author", "B. Writer", "--licence", "CC0-1.0")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def started(tmp_path: Path) -> Project:
    done = run_inside(tmp_path, "init", "choirs", *GIVEN)
    assert (done.returncode, done.stderr) == (0, "")
    return Project(tmp_path / "choirs")


def test_a_new_project_has_its_settings_and_passes_a_check_without_findings(started: Project) -> None:
    settings, issues = read_settings(started)

    assert issues == []
    assert (settings.title, settings.licence) == ("Claims: of choirs", "CC0-1.0")
    assert settings.authors == (Author("A. Writer"), Author("B. Writer"))
    checked = run_inside(started.root, "check", "--no-cache")
    assert (checked.returncode, checked.stdout) == (0, "")
    assert checked.stderr.endswith(" 0 errors, 0 warnings\n")
    assert run_inside(started.root, "fmt", "--check").returncode == 0


def test_address_and_contact_are_written_if_they_are_given(tmp_path: Path) -> None:
    run_inside(tmp_path, "init", *GIVEN, "--address", "https://example.org/c", "--contact", "c@example.org")

    settings, _ = read_settings(Project(tmp_path))

    assert (settings.address, settings.contact) == ("https://example.org/c", "c@example.org")


def test_the_commented_lines_of_the_examples_are_valid(started: Project) -> None:
    lines = (started.vocabularies / "item.yaml").read_text().splitlines()
    own = lines[
        lines.index("# codes:") : lines.index(
            "# Besides code, label, definition and `broader` (a wider code "
            "of the same list, if there is one), some lists need more:"
        )
    ]
    (started.vocabularies / "item.yaml").write_text("\n".join(line[2:] for line in own))
    optional = started.settings.read_text()
    for line in ("# address", "    # orcid", "    # affiliation", "# contact"):
        assert line in optional
        optional = optional.replace(line, line.replace("# ", ""))
    started.settings.write_text(optional)

    assert run_inside(started.root, "check").returncode == 0
    assert "Example widget" in run_inside(started.root, "explain", "example-widget").stdout


def test_a_dataset_is_started_in_a_repository_that_has_a_readme(tmp_path: Path) -> None:
    git_in(tmp_path)("init", "-q")
    (tmp_path / "README.md").write_text("# Choirs\n")

    done = run_inside(tmp_path, "init", *GIVEN)

    assert done.returncode == 0
    assert (tmp_path / "README.md").read_text() == "# Choirs\n"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "claims").symlink_to(tmp_path / "elsewhere" / "missing")
    (tmp_path / "here" / ".vscode").symlink_to(tmp_path / "elsewhere")

    done = run_inside(tmp_path / "here", "init", *GIVEN)

    assert done.returncode == 2
    assert "claims/example.yaml, .vscode/extensions.json, .vscode/settings.json; move them away first" in done.stderr
    assert "--keep" in done.stderr
    assert everything(tmp_path) == {}


def test_nothing_is_written_where_a_file_exists(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "Makefile").write_text("mine:\n")

    done = run_inside(tmp_path, "init", *GIVEN)

    assert done.returncode == 2
    assert "nothing was written" in done.stderr
    assert "Makefile, .gitignore; move them away first" in done.stderr
    assert everything(tmp_path) == {".gitignore": b"mine\n", "Makefile": b"mine:\n"}


def test_files_that_exist_are_kept_if_asked_for(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")

    done = run_inside(tmp_path, "init", *GIVEN, "--keep")

    assert done.returncode == 0, done.stderr
    assert "kept as it was: .gitignore" in done.stdout
    assert ".venv/  /.texts/  datasets/dev/" in done.stdout
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert run_inside(tmp_path, "check").returncode == 0


def test_nothing_is_kept_or_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".vscode").symlink_to(tmp_path / "elsewhere")

    run_inside(tmp_path / "here", "init", *GIVEN, "--keep")

    assert everything(tmp_path / "elsewhere") == {}


def test_records_that_are_there_get_settings_and_no_example(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "choirs.yaml").write_text("actors:\n  - {id: choir, name: Choir, kind: organisation}\n")

    done = run_inside(tmp_path, "init", *GIVEN)

    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "claims").iterdir()] == ["choirs.yaml"]
    assert (tmp_path / "dataset.yaml").exists()


def test_the_command_to_type_next_names_the_folder_as_a_shell_reads_it(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "init", "chór wileński", *GIVEN)

    assert "\n  cd 'chór wileński'\n" in done.stdout


@pytest.mark.parametrize("folder", [".", "deeper", "claims/inside"])
def test_no_project_is_started_inside_another(started: Project, folder: str) -> None:
    before = everything(started.root)

    done = run_inside(started.root, "init", folder, *GIVEN)

    assert done.returncode == 2
    assert "is a project already; choose a folder outside it" in done.stderr
    assert everything(started.root) == before


def test_without_a_terminal_all_missing_options_are_named_at_once(tmp_path: Path) -> None:
    done = run_inside(tmp_path, "init", "--author", "A. Writer")

    assert done.returncode == 2
    assert "missing: --title, --licence; write for example  alleged init --title" in done.stderr
    assert everything(tmp_path) == {}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--licence", "cc-by"), "--licence: 'cc-by' is not in the list 'licences'; did you mean 'CC-BY-4.0'?"),
        (("--address", "example.org"), "--address: 'example.org' does not have the form of 'address'"),
        (("--author", ""), "--author: 'name' is empty"),
        (("--schemas",), "--schemas writes the schemas of a project again; it takes no settings"),
    ],
)
def test_a_wrong_option_is_explained(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = run_inside(tmp_path, "init", *GIVEN, *words)

    assert done.returncode == 2
    assert message in done.stderr
    assert everything(tmp_path) == {}


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_at_a_terminal_each_setting_is_asked_until_it_is_valid(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    os.write(ours, b"Claims of choirs\nA. Writer; B. Writer\nno licence\n\nexample\nhttps://example.org\n\n")

    done = subprocess.run(
        [sys.executable, "-m", "alleged", "init"],
        cwd=tmp_path,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)

    assert done.returncode == 0, shown
    assert "'no licence' is not in the list 'licences'" in shown
    settings, _ = read_settings(Project(tmp_path))
    assert [author.name for author in settings.authors] == ["A. Writer", "B. Writer"]
    assert (settings.licence, settings.address, settings.contact) == ("CC-BY-4.0", "https://example.org", "")


def test_editors_have_the_schemas_with_the_own_codes(started: Project) -> None:
    settings = (started.root / ".vscode" / "settings.json").read_text()
    associated = json.loads(re.sub(r"^ *//.*$", "", settings, flags=re.MULTILINE))["yaml.schemas"]
    (started.vocabularies / "item.yaml").write_text(
        "codes:\n  - {code: lute, label: Lute, definition: A lute., dimensions: [count]}\n"
    )

    assert run_inside(started.root / "claims", "init", "--schemas").returncode == 0
    assert run_inside(started.root, "check", "--editor").returncode == 0
    for name, patterns in associated.items():
        schema = json.loads((started.root / name).read_text())
        validator = jsonschema_rs.Draft7Validator(schema, offline=True)
        paths = [path for pattern in patterns for path in started.root.glob(pattern)]
        assert paths
        for path in paths:
            document = read_document(path, started)
            assert isinstance(document, Document)
            assert validator.is_valid(document.data), path
    bundle = json.loads((started.root / "schemas" / "bundle.schema.json").read_text())
    assert bundle["definitions"]["vocabularies-item"]["oneOf"][-1]["const"] == "lute"


def test_a_start_that_fails_leaves_nothing_and_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ("--title", "Choirs", "--author", "A. Writer", "--licence", "CC-BY-4.0")
    fdopen = os.fdopen

    def fill(handle: int, mode: str) -> Any:
        if len(list((tmp_path / "new").rglob("*.json"))) > 4:
            raise OSError(errno.ENOSPC, "full")
        return fdopen(handle, mode)

    with monkeypatch.context() as full:
        full.setattr(os, "fdopen", fill)
        done = run_inside(tmp_path, "init", "new", *settings)

    assert (done.returncode, done.stderr.rpartition(": ")[2]) == (3, "the disk is full\n")
    assert list((tmp_path / "new").iterdir()) == []
    assert run_inside(tmp_path, "init", "new", *settings).returncode == 0


def test_what_to_type_next_leads_into_a_folder_with_spaces(tmp_path: Path) -> None:
    settings = ("--title", "Choirs", "--author", "A. Writer", "--licence", "CC-BY-4.0")

    done = run_inside(tmp_path, "init", "my choirs", *settings)

    assert "  cd 'my choirs'\n" in done.stdout


def test_schemas_are_not_written_while_own_codes_have_mistakes(started: Project) -> None:
    (started.vocabularies / "item.yaml").write_text("codes: []\n")

    done = run_inside(started.root, "init", "--schemas")

    assert done.returncode == 2
    assert "vocabularies/item.yaml has mistakes; run 'alleged check'" in done.stderr


def test_git_keeps_the_tables_of_releases_and_ignores_what_is_made_again(started: Project) -> None:
    git = git_in(started.root)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Start")

    done = run_inside(started.root, "release")

    assert done.returncode == 0, done.stderr
    git("add", ".")
    added = git("diff", "--cached", "--name-only").splitlines()
    assert {name.rpartition("/")[2] for name in added} >= {"index.json", "manifest.json", "claims.parquet"}
    assert not [
        name
        for name in added
        if name.endswith((".cff", ".html", ".md")) and name not in ("CHANGELOG.md", "CITATION.cff")
    ]
    assert run_inside(started.root, "build").returncode == 0
    assert git("status", "--porcelain", "datasets/dev") == ""


def test_the_workflows_pass_the_linter_and_install_one_version(started: Project) -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    options = ("--quiet", "--offline", "--strict-collection", "--persona=auditor")
    if zizmor.exists():
        done = subprocess.run([zizmor, *options, "."], cwd=started.root, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
    assert (started.root / "requirements.txt").read_text() == f"alleged[records]=={version('alleged')}\n"


def test_the_example_is_recorded_by_the_founder_today(started: Project) -> None:
    bundle = read_document(started.claims / "example.yaml", started)

    assert isinstance(bundle, Document)
    assert bundle.data["defaults"]["recorded"] == {"by": curator({}, started) or "a-writer", "on": today()}


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_makefile_has_three_targets_that_run_the_commands(started: Project) -> None:
    (started.root / ".venv" / "bin").mkdir(parents=True)
    (started.root / ".venv" / "bin" / ".ready").touch()

    for target in ("check", "build", "release"):
        command = ["make", "--no-print-directory", "-n", target]  # make may run these tests
        done = subprocess.run(command, cwd=started.root, check=True, capture_output=True, text=True)
        assert done.stdout.strip().removesuffix(" --editor") == f".venv/bin/alleged {target}"
