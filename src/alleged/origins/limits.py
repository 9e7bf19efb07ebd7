"""How much may follow from the dependences between claims: far more than research needs, and bounded.

A claim rests on the roots of all that it depends on, so a few thousand claims can make for billions of ways. The limits
are averages over the claims of a project, so that memory and time grow no faster than it does. Real projects have about
one way for each claim, with two names on it.
"""

WAYS = 100
"""Ways to roots that a claim may have on average."""

NAMES = 500
"""Claims that the ways of a claim to its roots may name on average; 10,000 claims take 0.25 GB then."""

STEPS = 20
"""Ways that each link may lead to on average, beside those that `WAYS` allows."""

PAIRS = 100_000
"""Changes of what joins two origins that every project may have; a large one, as many as it may have ways."""

LISTED = 500
"""Names in a list of the timeline; of more there is only their number, since such lists are as many as days."""


def pairs(claims: int) -> int:
    """Return how many pairs of origins so many claims may join or part."""
    return max(PAIRS, WAYS * claims)
