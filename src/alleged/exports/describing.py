"""What formats say of the dataset as a whole, in words and addresses of their own."""

from collections.abc import Mapping
from typing import Any

DESCRIPTION = (
    "Claims that were made in public, each with its claimant, its date and the articles it appears in. "
    "The dataset records what was alleged, never what is true."
)


def licence_address(citation: Mapping[str, Any]) -> str:
    """Return the address of the licence of a release, as the SPDX list has it; empty if it has none."""
    licence = citation.get("licence", "")
    return "" if not licence or licence.startswith("LicenseRef-") else f"https://spdx.org/licenses/{licence}"
