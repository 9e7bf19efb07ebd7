"""What editors show, asked of yaml-language-server where `make editor` has installed it."""

import subprocess
import sys

import pytest

from paths import ROOT

SERVER = ROOT / "benchmarks" / "editor" / "node_modules" / "yaml-language-server"


@pytest.mark.skipif(not SERVER.exists(), reason="make editor installs the server")
def test_the_language_server_marks_completes_and_explains_as_expected() -> None:
    done = subprocess.run([sys.executable, ROOT / "benchmarks" / "editor.py"], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
