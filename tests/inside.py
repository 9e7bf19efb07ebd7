"""Commands run inside the process of the tests: starting a Python for each takes longer than most of them do."""

import gc
import os
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from alleged.cli import _run


def run_inside(folder: Path, *words: str, **environment: str) -> CompletedProcess[str]:
    """Run a command in a folder as the command line does, and return its exit code and what it printed.

    The machinery of GitHub is not seen unless it is given: these tests may run there.
    """
    streams = [TextIOWrapper(BytesIO(), encoding="utf-8", errors="backslashreplace") for _ in ("out", "err")]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    with patch.dict(os.environ, {**ours, **environment}, clear=True), chdir(folder):
        gc.disable()  # as a process of its own would
        try:
            with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
                code = _run([*words])
        finally:
            gc.enable()
        shown = []
        for stream in streams:
            stream.flush()
            stream.seek(0)
            shown.append(stream.read())
    return CompletedProcess([*words], code, *shown)
