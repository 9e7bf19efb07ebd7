"""alleged keeps track of who alleged what, when, and in which article.

>>> import alleged
>>> claims = alleged.load("claims")        # a polars DataFrame, one row a claim
>>> alleged.tables()                       # the names of all tables
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alleged.datasets import load, tables

__all__ = ["__version__", "load", "tables"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import what loads tables only when it is asked for: polars takes longer than a whole check."""
    if name in ("load", "tables"):
        return getattr(import_module("alleged.datasets"), name)
    raise AttributeError(f"module 'alleged' has no attribute {name!r}")
