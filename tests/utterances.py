"""Claims as nodes of a graph, made up for tests that count origins."""

from datetime import date, timedelta
from typing import Any

from alleged.origins.utterances import Utterance

START = date(2024, 1, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


def claim(id: str, known: int = 0, **other: Any) -> Utterance:
    """Return an allegation of a principal of its own that is public from a day on, or what differs from that."""
    usual: dict[str, Any] = {
        "topic": "t",
        "claimants": ("someone",),
        "principal": f"principal of {id}",
        "attribution": "named-person",
        "act": "allege",
        "stance": "yes",
        "party": False,
        "background": False,
        "grounds": False,
        "disclosed": False,
        "evidence": (),
    }
    return Utterance(id=id, public_on=day(known), **{**usual, **other})
