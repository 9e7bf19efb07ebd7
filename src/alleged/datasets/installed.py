"""Releases that were installed as packages, by `pip install`: `alleged export wheel` makes them."""

from importlib.metadata import entry_points
from pathlib import Path

GROUP = "alleged.data"
"""Group of the entry points: each has the name of its package, and as its value the folder of the catalogue."""


def packages() -> dict[str, Path]:
    """Return the folders of the installed releases by the name of their package; no code of them is run."""
    found = {entry.name: (entry.dist, entry.value) for entry in entry_points(group=GROUP)}
    return {name: Path(str(dist.locate_file(folder))) for name, (dist, folder) in sorted(found.items()) if dist}
