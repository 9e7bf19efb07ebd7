"""Where the repository, the tests and their data are; test modules are at different depths."""

import json
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
EXAMPLES = TESTS / "examples"


def stable() -> str:
    """Return the name of the stable release."""
    return json.loads((ROOT / "datasets" / "index.json").read_bytes())["channels"]["stable"]
