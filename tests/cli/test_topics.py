"""The commands on a topic, from the command line."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from inside import run_inside
from paths import EXAMPLES


def run(*words: str, folder: Path = EXAMPLES / "excessive-dependence") -> CompletedProcess[str]:
    return run_inside(folder, *words)


def test_what_no_page_can_hold_is_an_error_that_names_the_claim() -> None:
    done = run("origins", "dprk-munitions-to-russia", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: the paths from claims to their roots name more than 27,000 claims, most of them at 'load-54'\n"
    )


def test_a_page_cuts_what_would_be_too_long() -> None:
    done = run("origins", "dprk-munitions-to-russia")

    assert done.returncode == 0
    assert "← load-54 → load-53 → load-52 → " in done.stdout
    assert " → (34 more) → load-01\n" in done.stdout


@pytest.mark.parametrize("command", ["origins", "timeline", "quantities"])
@pytest.mark.parametrize("example", ["unknown-reference", "unreadable-date"])
def test_records_with_errors_elsewhere_do_not_end_in_an_internal_fault(command: str, example: str) -> None:
    done = run(command, "dprk-munitions-to-russia", folder=EXAMPLES / example)

    assert done.returncode in (0, 2)
    assert "internal error" not in done.stderr
