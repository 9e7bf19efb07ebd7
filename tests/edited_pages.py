"""Pages with made-up edits, in the languages of the dataset: how many edits are noticed, and how many false alarms.

    python tests/edited_pages.py [SEED]

A paragraph is made of quotes of one language, a page of five paragraphs. Each edit is made within one quote of each
paragraph, wherever the page has it. The page is then read as `alleged archive --recheck` reads it, and compared with
the page before.
"""

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from alleged.archives.extraction import read_page
from alleged.project import Project
from alleged.text.paragraphs import compare
from alleged.text.quotes import match
from paths import ROOT

PARAGRAPHS, ON_A_PAGE, QUOTES = 200, 5, 3
ADVERT = "Subscribe now: all pages of this paper for one month, at half of the usual price, {} only."

NOT = {
    "en": "not",
    "fr": "pas",
    "de": "nicht",
    "es": "no",
    "it": "non",
    "pt": "não",
    "nl": "niet",
    "sv": "inte",
    "ru": "не",
    "uk": "не",
    "pl": "nie",
    "cs": "ne",
    "sk": "nie",
    "bg": "не",
    "ko": "안",
    "ja": "ない",
    "zh": "不",
    "ar": "لا",
    "fa": "نه",
    "he": "לא",
    "tr": "değil",
    "hu": "nem",
    "fi": "ei",
    "el": "δεν",
    "ro": "nu",
    "vi": "không",
}


class Paragraph(NamedTuple):
    """A paragraph of one language, and the quote in it that is edited."""

    lang: str
    text: str
    quote: str


Edit = Callable[[str, Paragraph, random.Random], str]


def paragraphs(number: int, seed: int) -> list[Paragraph]:
    """Return so many paragraphs, of the languages in turn, made of quotes of the dataset."""
    from alleged.report import records

    quotes: dict[str, list[str]] = defaultdict(list)
    corpus = records(Project(ROOT)).corpus
    for claim in corpus.claims.values():
        for appearance in claim["sources"]:
            lang = appearance.get("lang", corpus.sources[appearance["id"]]["lang"]).partition("-")[0]
            if len(words(quote := appearance.get("quote", ""))) > 2 and "…" not in quote and "[" not in quote:
                quotes[lang].append(quote)
    chance = random.Random(seed)
    enough = sorted(lang for lang, found in quotes.items() if len(set(found)) >= QUOTES)
    made = []
    for n in range(number):
        lang = enough[n // ON_A_PAGE % len(enough)]
        chosen = chance.sample(sorted(set(quotes[lang])), QUOTES)
        made.append(Paragraph(lang, ". ".join([*chosen, f"({n})"]), chance.choice(chosen)))
    return made


def words(text: str) -> list[str]:
    """Return the words of a text, or its characters in scripts without spaces."""
    return re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\s\u3040-\u30ff\u4e00-\u9fff]+", text)


def _word(paragraph: Paragraph, chance: random.Random) -> str:
    return chance.choice(words(paragraph.quote))


def swapped(quote: str, paragraph: Paragraph, chance: random.Random) -> str:
    """Exchange one word for another one."""
    old = _word(paragraph, chance)
    others = [word for word in words(paragraph.text) if word.casefold() != old.casefold() and word.isalpha()]
    return quote.replace(old, chance.choice(others), 1)


def negated(quote: str, paragraph: Paragraph, chance: random.Random) -> str:
    """Insert the word for `not` before the last word."""
    at = quote.rindex(words(quote)[-1])
    return f"{quote[:at]}{NOT.get(paragraph.lang, 'not')}{' ' if ' ' in quote else ''}{quote[at:]}"


def renumbered(quote: str, paragraph: Paragraph, chance: random.Random) -> str:
    """Change a figure; quotes without one get one."""
    if digits := re.search(r"[0-9]", quote):
        return quote[: digits.start()] + str((int(digits[0]) + 1) % 10) + quote[digits.end() :]
    return f"{quote[:1]}7{quote[1:]}"


def typeset(text: str) -> str:
    """Return the text as another typesetter prints it: other spaces, quote marks, dashes, soft hyphens."""
    text = text.replace("'", "’").replace(" ", "\u00a0", 2).replace(" - ", " – ").replace('"', "“")
    return text[:3] + ("\u00ad" if text[2:4].isalpha() else "") + text[3:]


IN_QUOTES: dict[str, Edit] = {"word swapped": swapped, "'not' inserted": negated, "number changed": renumbered}
HARMLESS = {"nothing": "same", "typography": "same", "advert inserted": "added", "paragraph moved": "moved"}


def page(texts: list[str], number: int) -> str:
    """Return a page with paragraphs between a menu and other stories."""
    body = "".join(f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>\n" for text in texts)
    return (
        f"<html><head><meta charset='utf-8'><title>Page {number}</title></head><body><nav>Home | News</nav>"
        f"<main><article><h1>Page {number}</h1>{body}</article></main><aside>Most read: {number}</aside></body></html>"
    )


def read(texts: list[str], number: int) -> str:
    reading = read_page(page(texts, number).encode(), "text/html; charset=utf-8", "https://gazette.example/")
    return reading.text


class Answer(NamedTuple):
    """What a comparison said about an edit, whether that is right, and whether the quote was still accepted."""

    edit: str
    lang: str
    change: str
    right: bool
    accepted: bool


def answers(number: int, seed: int) -> Iterator[Answer]:
    """Yield what is said about each edit of each paragraph, and about each harmless change."""
    every = paragraphs(number, seed)
    chance = random.Random(seed)
    for start in range(0, number, ON_A_PAGE):
        own = every[start : start + ON_A_PAGE]
        texts = [paragraph.text for paragraph in own]
        before = read(texts, start)
        for n, paragraph in enumerate(own):
            for name, edit in IN_QUOTES.items():
                other = edit(paragraph.quote, paragraph, chance)
                after = read([text.replace(paragraph.quote, other) for text in texts], start)
                change = compare(before, after).change
                yield Answer(name, paragraph.lang, change, change == "edited", match(paragraph.quote, after).sound)
            for name, wanted in HARMLESS.items():
                after = read(_harmless(name, texts, n, start), start)
                change = compare(before, after).change
                accepted = match(paragraph.quote, after).sound
                yield Answer(name, paragraph.lang, change, change == wanted and accepted, accepted)


def _harmless(name: str, texts: list[str], at: int, number: int) -> list[str]:
    match name:
        case "typography":
            return [*texts[:at], typeset(texts[at]), *texts[at + 1 :]]
        case "advert inserted":
            return [*texts[:at], ADVERT.format(number), *texts[at:]]
        case "paragraph moved":
            return [*texts[:at], *texts[at + 1 :], texts[at]] if at + 1 < len(texts) else [texts[at], *texts[:at]]
    return texts


def main(seed: int) -> None:
    found = list(answers(PARAGRAPHS, seed))
    print(f"seed {seed}, {PARAGRAPHS} paragraphs, {len({answer.lang for answer in found})} languages")  # noqa: T201
    for name in (*IN_QUOTES, *HARMLESS):
        own = [answer for answer in found if answer.edit == name]
        changes = Counter(answer.change for answer in own)
        said = ", ".join(f"{count} {change}" for change, count in changes.most_common())
        accepted = sum(answer.accepted for answer in own)
        print(f"{name:<16}{sum(a.right for a in own):>4} of {len(own)} right   {said}; quote accepted {accepted}")  # noqa: T201
    for answer in found:
        if not answer.right or (answer.edit in IN_QUOTES and answer.accepted):
            print(answer)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
