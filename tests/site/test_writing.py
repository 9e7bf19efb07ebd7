"""`alleged site`: where it writes, what it does not touch, and what it says."""

import json
import shutil
from pathlib import Path

import pytest

from alleged.errors import ExistsError, FileRefused
from alleged.site import writing
from inside import run_inside
from paths import ROOT
from site_of import text_of

FILES = {"index.html": b"home", "claim/a.html": b"a", "claim/b.html": b"b"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "fixture", tmp_path / "project")
    return tmp_path / "project"


def test_only_what_changed_is_written_and_what_is_gone_is_deleted(tmp_path: Path) -> None:
    out = tmp_path / "site"
    writing.write(out, "1", FILES.items())
    before = (out / "claim/a.html").stat().st_mtime_ns

    done = writing.write(out, "2", {"index.html": b"other", "claim/a.html": b"a"}.items())

    assert done == writing.Written(2, 1, 1)
    assert (out / "claim/a.html").stat().st_mtime_ns == before
    assert not (out / "claim/b.html").exists()
    assert writing.is_current(out, "2") == 2
    assert not writing.is_current(out, "1")


def test_a_site_that_somebody_has_changed_is_written_again(tmp_path: Path) -> None:
    writing.write(tmp_path / "site", "1", FILES.items())
    (tmp_path / "site" / "index.html").write_bytes(b"changed by hand")

    assert not writing.is_current(tmp_path / "site", "1")
    assert writing.write(tmp_path / "site", "1", FILES.items()).written == 1


def test_an_interrupted_site_is_written_again_as_a_whole(tmp_path: Path) -> None:
    def stops():
        yield "index.html", b"HOME"
        raise KeyboardInterrupt

    writing.write(tmp_path / "site", "1", FILES.items())
    with pytest.raises(KeyboardInterrupt):
        writing.write(tmp_path / "site", "2", stops())

    assert not writing.is_current(tmp_path / "site", "1")
    assert writing.write(tmp_path / "site", "1", FILES.items()).written == 3
    assert (tmp_path / "site" / "index.html").read_bytes() == b"home"


def test_a_folder_with_other_files_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("the only copy")

    with pytest.raises(ExistsError, match="holds other files"):
        writing.write(tmp_path / "site", "1", FILES.items())
    assert [entry.name for entry in (tmp_path / "site").iterdir()] == ["thesis.txt"]


def test_a_file_that_a_stranger_put_beside_a_site_is_kept(tmp_path: Path) -> None:
    writing.write(tmp_path / "site", "1", FILES.items())
    (tmp_path / "site" / "CNAME").write_text("claims.example.org")

    writing.write(tmp_path / "site", "2", {"index.html": b"home"}.items())

    assert (tmp_path / "site" / "CNAME").read_text() == "claims.example.org"


def test_a_marker_never_leads_to_files_outside(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    writing.write(tmp_path / "site", "1", FILES.items())
    marker = tmp_path / "site" / writing.MARKER
    found = json.loads(marker.read_bytes())
    found["files"]["../kept.txt"] = [4, ""]
    marker.write_text(json.dumps(found))

    with pytest.raises(FileRefused):
        writing.write(tmp_path / "site", "2", FILES.items())
    assert (tmp_path / "kept.txt").read_text() == "kept"


def test_links_in_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    writing.write(tmp_path / "site", "1", {"index.html": b"home"}.items())
    (tmp_path / "site" / "claim").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileRefused):
        writing.write(tmp_path / "site", "2", FILES.items())
    assert not [*(tmp_path / "elsewhere").iterdir()]


@pytest.mark.parametrize("marker", [b"", b"[]", b'{"format": 2, "files": {}}', b"\xff", b'{"format": 1, "files": []}'])
def test_a_damaged_marker_is_none(marker: bytes, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / writing.MARKER).write_bytes(marker)

    with pytest.raises(ExistsError):
        writing.write(tmp_path / "site", "1", FILES.items())


def test_the_records_of_a_project_are_compiled_and_shown(project: Path) -> None:
    done = run_inside(project, "site")

    assert done.returncode == 0, done.stderr
    assert "open site/index.html" in done.stdout.replace("\\", "/")
    assert "the last build" in (project / "site" / "index.html").read_text(encoding="utf-8")
    assert run_inside(project, "site").stdout.startswith("nothing has changed")


def test_records_with_errors_give_no_site(project: Path) -> None:
    (project / "claims" / "wrong.yaml").write_text("claims:\n  - id: x\n")

    done = run_inside(project, "site")

    assert done.returncode == 1
    assert "fix the errors first" in done.stderr
    assert not (project / "site").exists()


def test_the_address_of_a_host_must_be_one(project: Path) -> None:
    done = run_inside(project, "site", "--base-url", "javascript:alert(1)")

    assert done.returncode == 2
    assert "https://example.org/claims/" in done.stderr


def test_a_folder_of_somebody_is_refused_before_anything_is_made(project: Path) -> None:
    done = run_inside(project, "site", "--out", "claims")

    assert done.returncode == 2
    assert "choose an empty or a new folder with --out" in done.stderr


def test_tables_of_an_older_schema_are_refused_in_words(tmp_path: Path) -> None:
    assert run_inside(tmp_path, "pin", "2026.11.1", "--catalogue", str(ROOT / "datasets")).returncode == 0

    done = run_inside(tmp_path, "site")

    assert done.returncode == 2
    assert "schema version 1" in done.stderr


def test_the_page_of_a_source_says_how_it_was_when_it_was_read_again(project: Path) -> None:
    bundle = project / "claims" / "followup.yaml"
    seen = "url: 'https://press.example/f02', seen: consulted"
    again = f"{seen}, checked: {{on: 2026-11-28, state: quote-gone}}"
    bundle.write_text(bundle.read_text(encoding="utf-8").replace(seen, again), encoding="utf-8")

    done = run_inside(project, "site", "--out", "site")

    assert done.returncode == 0, done.stderr
    assert "28 Nov 2026: quote gone" in (project / "site" / "source" / "f02-report.html").read_text(encoding="utf-8")
    assert "Read again" not in (project / "site" / "source" / "f03-report.html").read_text(encoding="utf-8")


def test_the_page_of_a_claim_says_when_an_answer_was_looked_for_and_how(project: Path) -> None:
    done = run_inside(project, "site", "--out", "site")

    assert done.returncode == 0, done.stderr
    searched, other = (text_of((project / "site" / "claim" / f"{id}.html").read_bytes()) for id in ("f02", "f03"))
    sentence = "An answer was looked for on {} with {}, and none was found: {}"
    assert sentence.format("10 Jan 2023", "2 queries", "shells denied; shells rejected") in searched
    assert sentence.format("1 Jul 2025", "1 query", "shells denied. In English only.") in searched
    assert "looked for" not in other
