"""Rules on quotes and summaries: quotes are exact and short, and summaries are in the curator's own words."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from alleged.records.corpus import Corpus, Record
from alleged.rules.rule import Findings, rule
from alleged.rules.typography import texts_of
from alleged.schemas.definitions import ValuePath, field
from alleged.text.quotes import in_whole_words, nearest, occurrences, pieces, splits_words
from alleged.text.words import comparable, contains_all, count_occurrences, count_words, words

LONGEST_QUOTE = 25
"""Most words of a quote, whatever the settings; more than a short quotation needs the permission of the owner."""

COPIED = 8
"""Consecutive words that a summary and a source may not have in common."""

MOST_PLACES = 5_000
"""Places in a text at which a run of common words is followed to its end."""

UNSPACED = frozenset({"ja", "ko", "zh"})
"""Languages whose words are searched for anywhere in a text, since spaces do not set them apart."""


@rule(severity="error", needs="texts")
def quote_not_in_text(corpus: Corpus) -> Findings:
    """A quote is not in the copy of the article it is taken from.

    A quote is evidence word by word; a changed figure or a missing word makes it another statement. Quotation marks,
    dashes, spaces and soft hyphens may differ. `[...]`, `…` and words in square brackets mark what was left out or
    added by the curator.

    Example:
        sources:
          - id: ap-2023-10-13
            quote: 10,000 containers of military equipment

    Fix: write the words as printed; the help shows how the nearest words in the text differ. If they are in another
    source, move the quote there; if the outlet reworded them, delete the quote.
    """
    for claim, i, quote, text in _quotes(corpus):
        parts = pieces(quote)
        if not contains_all(parts, text) and not splits_words(parts, text):
            difference = nearest(quote, text)
            yield (
                claim.at("sources", i, "quote"),
                f"the quote {quote!r} is not in the copy of {claim['sources'][i]['id']!r}",
                f"the text reads: {difference}" if difference else NOTHING_NEAR,
            )


NOTHING_NEAR = "the text has nothing similar; quote the words as printed, or look for them in another source"


@rule(severity="error", needs="texts")
def quote_splits_a_word(corpus: Corpus) -> Findings:
    """A quote begins or ends within a word of the article.

    Half a word can say something else, as "armed" within "disarmed", and browsers find whole words only, so the link
    to the quote would open the page at its top. In Korean, Chinese and Japanese, where particles follow a word without
    a space or words have none, quotes may end anywhere.

    Example:
        sources:
          - id: ap-2023-10-13
            quote: 10,000 containers of military equip

    Fix: quote whole words, as the help shows them.
    """
    for claim, i, quote, text in _quotes(corpus):
        parts = pieces(quote)
        if splits_words(parts, text):
            yield (
                claim.at("sources", i, "quote"),
                f"the quote {quote!r} begins or ends within a word of {claim['sources'][i]['id']!r}",
                f"the whole words are: {in_whole_words(parts, text)}",
            )


@rule(severity="warning", needs="texts")
def ambiguous_quote(corpus: Corpus) -> Findings:
    """A quote occurs more than once in the article, and no locator says which place is meant.

    Two speakers may use the same words, and a reader who looks for the quote must not find the wrong one.

    Example:
        sources:
          - id: ap-2023-10-13
            quote: military equipment

    Fix: add `locator`, as `para 3`, or quote one or two words more.
    """
    for claim, i, quote, text in _quotes(corpus):
        parts = pieces(quote)
        if "locator" in claim["sources"][i] or len(parts) != 1:
            continue
        if text.count(parts[0]) > 1 and (times := count_occurrences(parts[0], text)) > 1:
            before, after = next(occurrences(parts[0], text))
            more = f"quote a word or two more; the first is in: {before} [{parts[0]}] {after}"
            yield (
                claim.at("sources", i, "quote"),
                f"{quote!r} occurs {times} times in {claim['sources'][i]['id']!r}, and no locator says which is meant",
                f"add  locator: para 3  (or page, or minute), or {more}",
            )


@rule(severity="warning")
def long_quote(corpus: Corpus) -> Findings:
    """A quote has more words than the setting of the dataset allows.

    The right to quote covers what a reader needs to recognise the passage, not the article. The limit is `quote_words`
    in `dataset.yaml`, 8 by default. Words are counted by spaces; in Chinese and Japanese two characters count as one
    word.

    Example:
        sources:
          - id: ap-2023-10-13
            quote: more than 1,000 containers of military equipment and munitions in recent weeks

    Fix: keep the words that matter for the claim, such as the figure and what it counts, and put the rest in the
    summary.
    """
    most = corpus.settings.quote_words
    for claim, i, length in _quotes_longer_than(most, corpus):
        if length <= LONGEST_QUOTE:
            yield (
                claim.at("sources", i, "quote"),
                f"the quote has {length} words; this dataset allows {most}",
                f"keep the words that matter for the claim, at most {most}",
            )


@rule(severity="error")
def overlong_quote(corpus: Corpus) -> Findings:
    """A quote has more than 25 words.

    The dataset is published, and the articles belong to others; a passage of this length is a copy, not a quote. Words
    are counted by spaces; in Chinese and Japanese two characters count as one word.

    Example:
        sources:
          - id: ap-2023-10-13
            quote: (a whole paragraph)

    Fix: keep the few words that matter for the claim, and put the rest in the summary.
    """
    for claim, i, length in _quotes_longer_than(LONGEST_QUOTE, corpus):
        yield (
            claim.at("sources", i, "quote"),
            f"the quote has {length} words; at most {LONGEST_QUOTE} may be published",
            f"keep the words that matter for the claim, at most {corpus.settings.quote_words}",
        )


@rule(severity="warning", needs="texts")
def summary_copies_text(corpus: Corpus) -> Findings:
    """A summary has eight or more consecutive words in common with an article the claim appears in.

    Summaries are in the curator's own words; copied ones bring along the view of the outlet and its copyright. Words
    are compared without capitals and punctuation.

    Example:
        claims:
          - id: kirby-2023-containers
            summary: North Korea has delivered more than 1,000 containers of equipment to Russia.

    Fix: use other words in another order, and keep the wording of the source for `quote`.
    """
    for source_id, claims in _by_source(corpus).items():
        summaries = {claim: words(claim["summary"]) for claim in dict.fromkeys(claim for claim, _ in claims)}
        printed = words(corpus.texts[source_id])
        places = _runs_in(printed, {run for summary in summaries.values() for run in _runs(summary)})
        for claim, summary in summaries.items():
            start = next((i for i, run in enumerate(_runs(summary)) if run in places), None)
            if start is not None:
                length = _shared(summary[start:], printed, places[tuple(summary[start : start + COPIED])])
                run = " ".join(summary[start : start + length])
                message = f"{length} consecutive words are in {source_id!r} too: {run!r}"
                yield claim.at("summary"), message, "write it in your own words"


@rule(severity="warning")
def unmarked_translation(corpus: Corpus) -> Findings:
    """A quote is in another language than the claimant spoke, but is not marked as a translation.

    The words of a translation are the translator's. Hedges and figures of speech change, so they must not be read as
    the claimant's own. Dialects and scripts of one language count as the same language.

    Example:
        sources:
          - id: yonhap-2023-11-01
            quote: over a million shells
            utterance_lang: ko

    Fix: write `translated: true`; if the words are the claimant's own, give their language in `lang`.
    """
    for claim, i, _ in _all_quotes(corpus):
        appearance = claim["sources"][i]
        printed = appearance.get("lang", corpus.sources[appearance["id"]]["lang"])
        spoken = appearance.get("utterance_lang", printed)
        if printed.partition("-")[0] != spoken.partition("-")[0] and not appearance.get("translated"):
            yield (
                claim.at("sources", i, "quote"),
                f"the quote is in {printed!r} and the utterance in {spoken!r}, but it is not marked as translated",
                "add  translated: true",
            )


@rule(severity="error")
def gloss_without_a_quote(corpus: Corpus) -> Findings:
    """An appearance has a gloss, but no quote that it could explain.

    A gloss says what the quoted words mean. Without them, nobody can compare the two; what the source says in other
    words is in the summary.

    Example:
        sources:
          - id: lemonde-2024-06-18
            gloss: breaks the sanctions

    Fix: add the quote as printed, or delete the gloss.
    """
    for claim, i, appearance in _glossed(corpus):
        if "quote" not in appearance:
            yield (
                claim.at("sources", i, "gloss"),
                "there is a gloss, but no quote",
                "add the quote, or delete the gloss",
            )


@rule(severity="warning")
def gloss_of_an_english_quote(corpus: Corpus) -> Findings:
    """A quote in English has a gloss.

    A gloss is for readers who do not know the language of the quote. Beside an English quote it only repeats the words
    in others, and readers may take one for the other. Perhaps the quote is not English, and `lang` is missing.

    Example:
        sources:
          - id: ap-2024-06-18
            quote: violates the sanctions
            gloss: breaks the sanctions

    Fix: delete the gloss; or give the language of the quote in `lang`.
    """
    for claim, i, appearance in _glossed(corpus):
        if "quote" in appearance and _language(appearance, corpus) == "en":
            yield (
                claim.at("sources", i, "gloss"),
                "the quote is English and needs no gloss",
                "delete the gloss, or give the language of the quote in `lang`",
            )


@rule(severity="warning")
def gloss_that_repeats_the_quote(corpus: Corpus) -> Findings:
    """The gloss of a foreign quote has the same words as the quote.

    Then either the gloss is not English, or the quote is, and its words are a translation. Case, spaces and punctuation
    are ignored.

    Example:
        sources:
          - id: lemonde-2024-06-18
            quote: viole les sanctions
            gloss: Viole les sanctions.

    Fix: say in English what the quote says; if the quote is English, delete the gloss and write `lang: en`.
    """
    for claim, i, appearance in _glossed(corpus):
        gloss, quote = _letters(appearance["gloss"]), _letters(appearance.get("quote", ""))
        if gloss == quote and _language(appearance, corpus) != "en":
            yield (
                claim.at("sources", i, "gloss"),
                "the gloss repeats the quote",
                "say in English what the quote says; or delete the gloss and write  lang: en",
            )


def _glossed(corpus: Corpus) -> Iterator[tuple[Record, int, Mapping[str, Any]]]:
    """Yield each appearance with a gloss: the claim, and its place in the list of sources."""
    for claim in corpus.claims.values():
        for i, appearance in enumerate(claim["sources"]):
            if "gloss" in appearance:
                yield claim, i, appearance


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def find_word(patterns: Mapping[str, str], appearance: Mapping[str, Any], corpus: Corpus) -> str | None:
    """Return the first word of a quote that the pattern for its language matches; None if there is none."""
    lang = _language(appearance, corpus)
    if lang not in patterns or "quote" not in appearance:
        return None
    pattern = patterns[lang] if lang in UNSPACED else rf"\b(?:{patterns[lang]})\b"
    word = re.search(pattern, appearance["quote"], re.IGNORECASE)
    return word and word[0]


def _language(appearance: Mapping[str, Any], corpus: Corpus) -> str:
    """Return the language in which a quote is printed, without script or country."""
    return appearance.get("lang", corpus.sources[appearance["id"]]["lang"]).partition("-")[0]


def _runs(text: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every sequence of `COPIED` words."""
    return zip(*(text[i:] for i in range(COPIED)), strict=False)


def _runs_in(text: list[str], runs: set[tuple[str, ...]]) -> dict[tuple[str, ...], list[int]]:
    """Return the positions of each of some runs in a text, at most `MOST_PLACES` of each."""
    places: dict[tuple[str, ...], list[int]] = {}
    for n, run in enumerate(_runs(text)):
        if run in runs and len(positions := places.setdefault(run, [])) < MOST_PLACES:
            positions.append(n)
    return places


def _shared(summary: list[str], text: list[str], places: list[int]) -> int:
    """Return how many consecutive words a summary and a text have in common from one of the positions on."""
    length = COPIED
    while places and length < len(summary):
        places = [n for n in places if text[n + length : n + length + 1] == [summary[length]]]
        length += bool(places)
    return length


def _quotes_longer_than(most: int, corpus: Corpus) -> Iterator[tuple[Record, int, int]]:
    """Yield the claim, the index of the appearance and the number of words of each quote with more than `most` words.

    A word has at least one character; words of ASCII letters also have a space between them, words in Han have none.
    Quotes that are too short for so many words are skipped, since counting words takes far longer.
    """
    for claim, i, quote in _all_quotes(corpus):
        shortest = 2 * most if quote.isascii() else most
        if len(quote) > shortest and (length := count_words(quote)) > most:
            yield claim, i, length


def _all_quotes(corpus: Corpus) -> Iterator[tuple[Record, int, str]]:
    for claim in corpus.claims.values():
        for i, appearance in enumerate(claim["sources"]):
            if "quote" in appearance:
                yield claim, i, appearance["quote"]


def _by_source(corpus: Corpus) -> dict[str, list[tuple[Record, int]]]:
    """Return the appearances in each source that has a copy, so that each copy is read once."""
    appearances: dict[str, list[tuple[Record, int]]] = defaultdict(list)
    for claim in corpus.claims.values():
        for i, appearance in enumerate(claim["sources"]):
            appearances[appearance["id"]].append((claim, i))
    return {source_id: claims for source_id, claims in appearances.items() if source_id in corpus.texts}


def _quotes(corpus: Corpus) -> Iterator[tuple[Record, int, str, str]]:
    """Yield each quote with the text of its source, normalised for comparison."""
    for source_id, claims in _by_source(corpus).items():
        quoting = [(claim, i) for claim, i in claims if "quote" in claim["sources"][i]]
        text = comparable(corpus.texts[source_id]) if quoting else ""
        for claim, i in quoting:
            yield claim, i, claim["sources"][i]["quote"], text


PLACEHOLDER = re.compile(
    r"\s*(?:your-(?:handle|name|id)|to-?do|tbd|tba|xxx+|fixme|lorem ipsum.*|\?{2,}|\.{3,}|<.*>)\s*", re.IGNORECASE
)
"""Pattern of texts that stand for something that is still to be written."""


@rule(severity="error")
def placeholder(corpus: Corpus) -> Findings:
    """A text stands for something that was to be filled in, such as `your-handle` or `TODO`.

    It was copied from an example. In the tables it would look like a value.

    Example:
        claims:
          - id: kirby-2023-containers
            recorded: {by: your-handle, on: 2026-11-24}

    Fix: write what is meant, or delete the field.
    """
    for record, texts in texts_of(corpus):
        if any(map(_is_placeholder, texts)) and record.active:
            for path, text in _placed_texts(record.data, ()):
                if _is_placeholder(text):
                    about = str(field(record.kind, path).get("description", "what is meant")).rstrip(".")
                    yield (
                        record.at(*path),
                        f"{text!r} is from an example and stands for your own value",
                        f"write in its place: {about[:1].lower()}{about[1:]}",
                    )


LONGEST_PLACEHOLDER = 40
"""Characters of the longest text that is taken for a placeholder."""


def _is_placeholder(text: str) -> bool:
    return len(text) <= LONGEST_PLACEHOLDER and PLACEHOLDER.fullmatch(text) is not None


def _placed_texts(value: Any, path: ValuePath) -> Iterator[tuple[ValuePath, str]]:
    """Yield all texts within a value, with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _placed_texts(inner, (*path, name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _placed_texts(inner, (*path, i))


COMMON_WORDS = {
    language: frozenset(often.split())
    for language, often in {
        "English": "the of to and in is are was were has have had be been "
        "for on at by with from that it its not no will as an",
        "German": "der die das und ist nicht ein eine von mit hat haben werden wurde nach auf zu im dem den des",
        "Spanish": "el la los las de del que y en un una por con para ha han fue su al se",
        "French": "le la les des du de et est une un que qui dans pour par sur avec ont aux au a",
        "Italian": "il la gli di del della che e un una per con non ha hanno dal nel al sono alla",
        "Portuguese": "o os as de do da que e em um uma por com para foi no na ao se são",
    }.items()
}
"""Frequent words of English, and of languages in which summaries are written by mistake."""


@rule(severity="warning")
def summary_not_in_english(corpus: Corpus) -> Findings:
    """A summary is written in another language than English.

    Summaries are compared and searched in one language; the words of the source belong in the quote. The rule finds
    summaries in which most letters are not Latin, and those with frequent words of French, German, Italian, Portuguese
    or Spanish and none of English.

    Example:
        claims:
          - id: poutine-2024-soutien
            summary: La Russie remercie la Corée du Nord pour son soutien.

    Fix: write in English what is said, in your own words, and keep the original words in the quote.
    """
    for claim in corpus.active("claims"):
        if language := _foreign(claim["summary"]):
            yield (
                claim.at("summary"),
                f"the summary is not in English; it seems to be in {language}",
                "say it in English, in your own words",
            )


def _foreign(summary: str) -> str:
    """Return the language or script of a summary that is not in English; empty if it is."""
    if not summary.isascii():
        letters = [letter for letter in summary if letter.isalpha()]
        if sum(ord(letter) > LAST_LATIN for letter in letters) * 2 > len(letters):
            return "another script"
    used = words(summary.casefold())
    if not COMMON_WORDS["English"].isdisjoint(used):
        return ""
    counts = {language: sum(word in often for word in used) for language, often in COMMON_WORDS.items()}
    language, most = max(counts.items(), key=itemgetter(1))
    return language if most >= FOREIGN_WORDS else ""


LAST_LATIN = 0x24F
"""Last code point of Latin letters with accents (Latin Extended-B)."""

FOREIGN_WORDS = 2
"""Frequent words of another language from which a summary without English ones is taken to be in it."""
