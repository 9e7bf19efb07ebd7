"""Names put together from syllables, titles and quotes from halves of sentences, in twelve languages."""

from pathlib import Path
from random import Random

import yaml

SCRIPTS = {
    "en": "Latn",
    "fr": "Latn",
    "de": "Latn",
    "ru": "Cyrl",
    "uk": "Cyrl",
    "ko": "Hang",
    "zh": "Hani",
    "ja": "Hani",
    "ar": "Arab",
    "fa": "Arab",
    "he": "Hebr",
    "el": "Grek",
}
LANGUAGES = (*SCRIPTS, *["en"] * 9, *["ru"] * 3, *["ko"] * 3, "fr", "de")
"""Languages of sources, the frequent ones several times."""

WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
SYLLABLES = {script: syllables.split() for script, syllables in WORDS["syllables"].items()}
HEDGED = WORDS["hedged"]
PLACES = ("harbour", "depot", "railhead", "airfield", "border post", "yard")


def name(language: str, draw: Random, parts: tuple[int, ...] = (2, 2)) -> str:
    """Return a name in the script of a language, of so many syllables in each word; in Korean and Han as one word."""
    script = SCRIPTS[language]
    words = ["".join(draw.choices(SYLLABLES[script], k=length)).capitalize() for length in parts]
    return "".join(words)[:4] if script in ("Hang", "Hani") else " ".join(words)


def title(language: str, draw: Random) -> str:
    """Return a headline."""
    form = draw.choice(WORDS["titles"][language])
    return form.format(a=name(language, draw, (3,)), b=name(language, draw, (2,)), n=draw.randrange(20, 9000))


def quote(language: str, draw: Random) -> str:
    """Return a quote of eight words at most that asserts something plainly."""
    halves = WORDS["quotes"][language]
    space = "" if language in ("zh", "ja") else " "
    return f"{draw.choice(halves['starts'])}{space}{draw.choice(halves['ends'])}".format(
        n=f"{draw.randrange(20, 9000):,}"
    )


def hedged(language: str, draw: Random) -> tuple[str, str]:
    """Return a quote that holds back, and the word in it that does."""
    form, word = HEDGED[language]
    return form.format(n=draw.randrange(20, 9000)), word
