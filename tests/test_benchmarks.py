import subprocess
import sys
from pathlib import Path

from alleged import release, report
from alleged.project import Project
from paths import ROOT


def make(folder: Path, *words: str) -> dict[str, bytes]:
    """Make up a corpus of 60 claims, and return its record files."""
    subprocess.run([sys.executable, ROOT / "benchmarks/corpora.py", folder, "60", *words], check=True)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("claims/**/*.yaml")}


def test_made_up_corpus_has_no_findings_and_builds(tmp_path: Path) -> None:
    files = make(tmp_path)

    built = release.build(Project(tmp_path))

    assert built.published
    assert built.report is not None
    assert built.report.issues == ()
    assert built.report.records["claims"] == 60
    assert len(built.report.records) == 7
    assert set(built.report.files) == set(files)


def test_same_seed_makes_the_same_corpus(tmp_path: Path) -> None:
    first = make(tmp_path / "first")

    assert make(tmp_path / "again") == first
    assert make(tmp_path / "first") == first  # made again in the same folder
    assert make(tmp_path / "other", "--seed", "2") != first


def test_faults_are_found_in_a_made_up_corpus(tmp_path: Path) -> None:
    make(tmp_path, "--faults", "0.2")

    assert report.check(Project(tmp_path)).count("error") > 0
