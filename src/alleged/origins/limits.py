"""Limits on what follows from the dependences between claims: far more than research needs, and bounded.

A claim rests on the roots of all claims that it depends on, so a few thousand claims can have billions of paths to
roots. The limits are averages over the claims of a project, so that memory and time grow no faster than the project.
Real projects have about one path for each claim, with two claims on it.
"""

WAYS = 100
"""Paths to roots that a claim may have on average."""

NAMES = 500
"""Claims on all paths from a claim to its roots, on average; at the limit, 10,000 claims take 0.25 GB."""

STEPS = 20
"""Paths that may be followed for each link on average, in addition to `WAYS`."""

PAIRS = 100_000
"""Changes of joins between origins that every project may have; a large one may have as many as it may have paths."""

LISTED = 500
"""Ids in a list of the timeline; longer lists are left out, since every day has one."""


def pairs(claims: int) -> int:
    """Return how many changes of joins between origins a project with so many claims may have."""
    return max(PAIRS, WAYS * claims)
