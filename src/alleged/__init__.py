"""alleged keeps track of who alleged what, when, and in which article.

>>> import alleged
>>> claims = alleged.load("claims")        # a polars DataFrame, one row a claim
>>> alleged.table_names()                  # the names of all tables
>>> alleged.as_of("2024-06-18")            # every table as the public could know it that day
>>> release = alleged.open("2026.11.2")    # one release, its tables as attributes: release.claims
>>> release.claims.filter(act=alleged.codes.act.deny)  # a mistyped code is an error
>>> release.origins_of("dprk-munitions-to-russia", as_of="2024-06-18")
>>> release.trace("stoltenberg-2024-breach")     # where it was printed, with links that open at the quote
"""

TYPE_CHECKING = False  # type checkers know better; `typing` takes longer to load than all else here
if TYPE_CHECKING:
    from typing import Any

    from alleged.api import as_of, codes, load, scan, table_names, versions
    from alleged.api import open as open

# Without open: `import *` would hide that of Python.
__all__ = ["__version__", "as_of", "codes", "load", "scan", "table_names", "versions"]
__version__ = "0.3.0"


def __dir__() -> "list[str]":
    """Return the public names, so that tab completion shows them and no modules."""
    return sorted({*__all__, "open"})


def __getattr__(name: str) -> "Any":
    """Import what loads tables only when it is asked for: polars takes longer than a whole check."""
    if name not in ("as_of", "codes", "load", "open", "scan", "table_names", "versions"):
        raise AttributeError(f"module 'alleged' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("alleged.api"), name)
