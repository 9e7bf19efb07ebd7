"""The package outside its repository: built as a wheel, installed elsewhere, run on a copy of the records."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from paths import ROOT


def test_an_installed_wheel_checks_a_copy_of_the_records(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("alleged-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    shutil.copytree(ROOT / "claims", tmp_path / "elsewhere" / "claims")
    code = "import alleged, alleged.cli; print(alleged.__file__); alleged.cli.main(['check'])"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "elsewhere",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert " 0 errors" in done.stderr
