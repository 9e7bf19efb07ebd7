"""Mistakes as people make them, one in a claim: in its fields, or in the text of its file."""

import unicodedata
from collections.abc import Callable
from itertools import cycle
from random import Random

from invention.cast import Entry

Lines = list[str]


def mistyped_claimant(claim: Entry) -> None:
    """Swap two letters of the claimant."""
    id = claim["claimant"]
    claim["claimant"] = id[0] + id[2] + id[1] + id[3:]


def mistyped_topic(claim: Entry) -> None:
    """Drop a letter of the topic."""
    claim["topic"] = "topc-0-unknown"


def wrong_code(claim: Entry) -> None:
    """Give an act that is none."""
    claim["act"] = f"{claim['act']}s"


def wrong_basis(claim: Entry) -> None:
    """Give a basis that is none."""
    claim["basis"] = ["satellite"]


def impossible_date(claim: Entry) -> None:
    """Name a day that no calendar has."""
    claim["said"] = "2024-02-30"


def reversed_dates(claim: Entry) -> None:
    """Let an interval end before it starts."""
    claim["when"] = "2024-05/2023-05"


def missing_field(claim: Entry) -> None:
    """Forget the summary."""
    del claim["summary"]


def unknown_field(claim: Entry) -> None:
    """Mistype the name of a field."""
    claim["claiment"] = claim.pop("claimant")


def low_over_high(claim: Entry) -> None:
    """Swap the ends of a range."""
    claim["quantities"] = [{"low": 5800, "high": 4200, "unit": "percent"}]


def number_for_text(claim: Entry) -> None:
    """Write a year without quotes."""
    claim["said"] = 2024


def relation_to_nobody(claim: Entry) -> None:
    """Lead a relation to a claim that is not there."""
    claim["relations"] = [{"type": "repeats", "to": "nobody-2024-nothing", "basis": "curator"}]


def decomposed(claim: Entry) -> None:
    """Put letters together from several characters, as files of a Mac do."""
    claim["note"] = unicodedata.normalize("NFD", "The ministry is called 국방부; the accent of Coréen is its own.")


def colon_in_text(lines: Lines) -> None:
    """Leave a text with a colon without quotes."""
    at = next(n for n, line in enumerate(lines) if line.lstrip().startswith("summary:"))
    lines[at] = lines[at].replace("summary: ", "summary: Officials said: ")


def duplicate_key(lines: Lines) -> None:
    """Write a field twice."""
    lines.append("    act: allege")


def tab(lines: Lines) -> None:
    """Indent a line with a tab."""
    lines.append("\tnote: From the second page.")


IN_FIELDS: tuple[Callable[[Entry], None], ...] = (
    mistyped_claimant,
    mistyped_topic,
    wrong_code,
    wrong_basis,
    impossible_date,
    reversed_dates,
    missing_field,
    unknown_field,
    low_over_high,
    number_for_text,
    relation_to_nobody,
    decomposed,
)
IN_TEXT: tuple[Callable[[Lines], None], ...] = (colon_in_text, duplicate_key, tab)


class Spoiler:
    """Puts a mistake into a share of the claims, each kind in its turn; one in twelve makes a whole file unreadable."""

    def __init__(self, share: float, draw: Random) -> None:
        self.share, self.draw = share, draw
        self.in_fields, self.in_text = cycle(IN_FIELDS), cycle(IN_TEXT)
        self.made: dict[str, int] = {}

    def choose(self) -> Callable[..., None] | None:
        """Return a mistake, or none, for the next claim."""
        if self.draw.random() >= self.share:
            return None
        found = next(self.in_text if self.draw.random() < 1 / 12 else self.in_fields)
        self.made[found.__name__] = self.made.get(found.__name__, 0) + 1
        return found
