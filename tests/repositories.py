"""Git repositories that tests make."""

import subprocess
from collections.abc import Callable
from pathlib import Path

Git = Callable[..., str]

IDENTITY = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]


def git_in(root: Path) -> Git:
    """Return git as a function that runs in a folder and returns what it prints; `stdin` is what it reads."""

    def git(*words: str, stdin: str | None = None) -> str:
        run = ["git", *IDENTITY, *words]
        return subprocess.run(run, cwd=root, check=True, capture_output=True, text=True, input=stdin).stdout.strip()

    return git
