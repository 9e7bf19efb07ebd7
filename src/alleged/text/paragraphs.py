"""The words of an article without its typography: a digest that changes with the words only, and what was edited."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Literal, NamedTuple

from alleged.text.words import comparable

VERSION = "n1"
"""Version of these rules and of `comparable`; part of every digest. A change of either needs another one."""

SHORTEST = 3
"""Characters of the shortest line that counts as a paragraph; others are marks between them."""

ALIKE = 0.4
"""Share of equal words from which two paragraphs are compared word by word."""

MOST_COMPARED = 2_000
"""Words of the longest paragraphs that are compared word by word."""

MOST_PAIRS = 40
"""Most paragraphs of either side that are paired; of more, the rest is counted as removed."""

Change = Literal["same", "added", "moved", "edited"]


class Comparison(NamedTuple):
    """What is different between two texts: paragraphs only came, only moved, or words of some changed.

    `edits` shows each changed or removed paragraph, as it was and with the words that changed.
    """

    change: Change
    edits: tuple[tuple[str, str], ...] = ()
    added: int = 0


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text in the form of `comparable`; each line is one."""
    return [plain for line in text.split("\n") if len(plain := comparable(line)) >= SHORTEST]


def digest(text: str) -> str:
    """Return the SHA-256 of the paragraphs of a text, after the version of the rules: `n1:` and 64 digits."""
    return f"{VERSION}:{sha256(chr(10).join(paragraphs(text)).encode()).hexdigest()}"


def compare(old: str, new: str) -> Comparison:
    """Return what is different in a newer text. Paragraphs that are only divided otherwise count as the same."""
    before, after = paragraphs(old), paragraphs(new)
    if before == after:
        return Comparison("same")
    left, right = Counter(before), Counter(after)
    whole_before, whole_after = " ".join(before), " ".join(after)
    came = [line for line in (right - left).elements() if line not in whole_before]
    # A paragraph within a longer one was only divided otherwise, unless that one has words that are new.
    gone = [
        line for line in (left - right).elements() if line not in whole_after or any(line in longer for longer in came)
    ]
    if gone:
        return Comparison("edited", tuple(_edits(gone, came)), len(came))
    if came:
        return Comparison("added", (), len(came))
    return Comparison("moved" if left == right else "same")


def _edits(gone: Sequence[str], came: Sequence[str]) -> list[tuple[str, str]]:
    left = [line.split(" ") for line in came[:MOST_PAIRS]]
    edits = []
    for number, line in enumerate(gone):
        words = line.split(" ")
        likeness, best = max(((_alike(words, other), n) for n, other in enumerate(left)), default=(0.0, -1))
        if number >= MOST_PAIRS or likeness < ALIKE:
            edits.append((line, f"[-{line}-]"))
        else:
            edits.append((line, changed_words(words, left.pop(best))))
    return edits


def _alike(words: list[str], others: list[str]) -> float:
    """Return the share of equal words of two paragraphs, without regard to their order."""
    same = sum((Counter(words) & Counter(others)).values())
    return 2 * same / (len(words) + len(others))


def changed_words(old: Sequence[str], new: Sequence[str]) -> str:
    """Return words with those that were removed as `[-so-]`, and those that came as `{+so+}`."""
    old, new = old[:MOST_COMPARED], new[:MOST_COMPARED]
    parts: list[str] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += old[i:j]
            continue
        parts += [f"[-{' '.join(old[i:j])}-]"] if i < j else []
        parts += [f"{{+{' '.join(new[k:m])}+}}"] if k < m else []
    return " ".join(parts)


def is_digest(value: str) -> bool:
    """Whether a digest is one of normal paragraphs, of any version; others are of the bytes of a text."""
    return bool(re.fullmatch(r"n[0-9]+:[0-9a-f]{64}", value))
