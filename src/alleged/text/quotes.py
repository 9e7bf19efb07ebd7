"""Look for a quote in a text: word by word, and if it is not there, where the text is nearest."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from alleged.text.words import WITHIN_WORD, comparable, composed, contains_all, count_occurrences

NEAR = 0.5
"""Share of a quote's words that a passage needs to be shown as the one that is probably meant."""

MOST_WORDS, MOST_PRINTED, MOST_PLACES = 60, 250_000, 5_000
"""Most words of a quote, words of a text, and places in it that are compared to find the passage; it is a hint."""

MOST_AROUND, MOST_SHOWN = 8, 5
"""Most words around an occurrence that are tried to tell it from others, and most occurrences that are shown."""

State = Literal["exact", "normalised", "splits words", "near", "gone"]
"""How a quote is in a text: as printed; but for typography; as characters that are no whole words; with other words;
not at all. Only the first two are right."""


class Match(NamedTuple):
    """How a quote is in a text.

    `difference` shows the nearest words. `around` has a pair for each occurrence if there are several: the words before
    and after it, as few as tell it from the others.
    """

    state: State
    difference: str = ""
    around: tuple[tuple[str, str], ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the words of the quote are in the text; near ones never are."""
        return self.state in ("exact", "normalised")


def match(quote: str, text: str) -> Match:
    """Return how a quote is in a text, which may have any typography."""
    plain = comparable(text)
    parts = pieces(quote)
    if splits_words(parts, plain):
        return Match("splits words", in_whole_words(parts, plain))
    if not contains_all(parts, plain):
        difference = nearest(quote, plain)
        return Match("near" if difference else "gone", difference)
    around = tuple(islice(occurrences(parts[0], plain), MOST_SHOWN)) if len(parts) == 1 else ()
    as_printed = " ".join(composed(quote).split()) in " ".join(composed(text).split())
    return Match("exact" if as_printed else "normalised", "", around if len(around) > 1 else ())


def pieces(quote: str) -> list[str]:
    """Return the parts of a quote between omissions, normalised for comparison."""
    return [piece.strip() for piece in re.split(r"\[[^]]*\]|\.\.\.", comparable(quote)) if piece.strip()]


def splits_words(parts: Sequence[str], text: str) -> bool:
    """Whether a text has all pieces in their order, but only if their ends may lie within words or figures."""
    end = 0
    for piece in parts:
        start = text.find(piece, end)
        if start < 0:
            return False
        end = start + len(piece)
    return not contains_all(parts, text) or any(_cuts_a_figure(piece, text) for piece in parts)


def _cuts_a_figure(piece: str, text: str) -> bool:
    """Whether a piece begins or ends within a figure, as `000` in `1,000`, wherever a text has it."""
    if not piece[:1].isdecimal() and not piece[-1:].isdecimal():
        return False
    return not re.search(rf"(?<![0-9][.,]){re.escape(piece)}(?![.,][0-9])", text)


def in_whole_words(parts: Sequence[str], text: str) -> str:
    """Return the whole words of a text in which the first and the last piece of a quote begin and end."""
    start = text.find(parts[0])
    end = text.find(parts[-1], start) + len(parts[-1])
    while start and _joined(text, start):
        start -= 1
    while end < len(text) and _joined(text, end):
        end += 1
    return text[start:end]


def _joined(text: str, at: int) -> bool:
    """Whether no word or figure ends before a place in a text."""
    around = text[max(0, at - 2) : at + 2]
    return bool(
        re.fullmatch(WITHIN_WORD, text[at - 1 : at + 1]) or re.fullmatch(r"[0-9][.,][0-9].?|.?[0-9][.,][0-9]", around)
    )


def occurrences(piece: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the words before and after each occurrence of a piece, as few as tell it from the others.

    Nothing is yielded if there are fewer than two. Both texts are in the form of `comparable`.
    """
    if text.count(piece) < 2 or count_occurrences(piece, text) < 2:
        return
    every = (found.span() for found in islice(re.finditer(re.escape(piece), text), MOST_PLACES))
    starts = [start for start, end in every if not (start and _joined(text, start)) and not _joined(text, end)]
    sides = [(text[:start].split(" ")[-MOST_AROUND - 1 :], text[start + len(piece) :]) for start in starts]
    pairs = [(before, after.split(" ", MOST_AROUND + 1)[: MOST_AROUND + 1]) for before, after in sides]
    for own in pairs:
        number = next((n for n in range(1, MOST_AROUND) if _alike(own, pairs, n) == 1), MOST_AROUND)
        before, after = _sides(own, number)
        yield before.strip(), after.strip()


def _alike(own: tuple[list[str], list[str]], pairs: list[tuple[list[str], list[str]]], number: int) -> int:
    return sum(_sides(pair, number) == _sides(own, number) for pair in pairs)


def _sides(pair: tuple[list[str], list[str]], number: int) -> tuple[str, str]:
    """Return so many words before and after an occurrence; a part of a word beside it counts as none."""
    before, after = pair
    return " ".join(before[-number - 1 :]), " ".join(after[: number + 1])


def nearest(quote: str, text: str) -> str:
    """Return how a quote differs from the passage that has most of its words in their order; empty if there is none.

    Only the first `MOST_WORDS` words of a quote are compared; the rarest ones locate the passage.
    """
    quoted = tokens(comparable(quote), MOST_WORDS)
    printed, places = _places(text)
    where: dict[str, list[int]] = defaultdict(list)
    for i, word in enumerate(quoted):
        where[word.casefold()].append(i)
    rarest = sorted(where.keys() & places.keys(), key=lambda word: (len(places[word]), where[word]))
    starts = Counter(islice((n - i for word in rarest for n in places[word] for i in where[word]), MOST_PLACES))
    if not starts:
        return ""
    start = max(starts, key=lambda s: (starts[s], -s))
    passage = printed[max(0, start - 1) : start + len(quoted) + 2]
    difference, same = _difference(quoted, passage)
    return difference if same >= NEAR * len(quoted) else ""


@lru_cache(maxsize=1)
def _places(text: str) -> tuple[list[str], dict[str, list[int]]]:
    """Return the first words of a text, and the positions of each word among them, in lower case."""
    printed = tokens(text, MOST_PRINTED)
    places: dict[str, list[int]] = defaultdict(list)
    for n, word in enumerate(printed):
        places[word.casefold()].append(n)
    return printed, places


def tokens(text: str, most: int) -> list[str]:
    """Return the first words and signs of a text."""
    return [found[0] for found in islice(re.finditer(r"\w+(?:[-'.,]\w+)*|[^\w\s]", text), most)]


def _difference(quoted: list[str], passage: list[str]) -> tuple[str, int]:
    """Return the words, those only in the quote as `[-so-]` and those only in the text as `{+so+}`.

    The second value is the number of words in both.
    """
    from difflib import SequenceMatcher

    steps = SequenceMatcher(None, quoted, passage, autojunk=False).get_opcodes()
    parts: list[str] = []
    for n, (kind, i, j, k, m) in enumerate(steps):
        if kind == "equal":
            parts += quoted[i:j]
            continue
        parts += [f"[-{' '.join(quoted[i:j])}-]"] if i < j else []
        # At both ends the text continues; only as many of its words are shown as the quote has there.
        if n == 0:
            k = max(k, m - (j - i))
        elif n == len(steps) - 1:
            m = min(m, k + (j - i))
        added = passage[k:m]
        parts += [f"{{+{' '.join(added)}+}}"] if added else []
    return " ".join(parts), sum(step[2] - step[1] for step in steps if step[0] == "equal")
