"""Links that open a page at the words of a quote: text fragments (WICG, "URL Fragment Text Directives")."""

import re
from urllib.parse import quote

from alleged.text.urls import flaw, parts
from alleged.text.words import composed

GAP = re.compile(r"\s*(?:\[[^\]]*\]|\(…\)|…|\.\.\.)\s*")
"""What stands for words that a quote leaves out."""

LONG = 150
"""Characters of a quote above which only its first and last words are looked for."""

ENDS = 5
"""Words at either end of a long quote, or of one with a gap."""

AROUND = 3
"""Words before and after a quote that tell it from the same words elsewhere on the page."""

MARKS = "\"'“”„«»\u2018\u2019\u201a\u2039\u203a「」『』 "
"""Quote marks, which pages write in several ways, and the space."""


def link(url: str, words: str | None, lang: str = "", article: str | None = None) -> str:
    """Return a URL that opens the page at some words, where a browser can find them; otherwise it opens at the top.

    A gap in the words ("…", "[…]") becomes a range. In Korean, where particles follow without a space, the words less
    the last are looked for too. `article` is the text of the page, if it is known: words that it has several times are
    told apart by their neighbours. A URL that is not safe, or that leads to a PDF, is returned unchanged, and an anchor
    is kept.
    """
    address = parts(url)
    if address is None or flaw(url) or address.path.lower().endswith(".pdf"):
        return url
    found = _directives(_plain(words or ""), lang, _plain(article or ""))
    if not found:
        return url
    start = url.partition(":~:")[0]
    return f"{start}{'' if '#' in start else '#'}:~:{'&'.join(f'text={directive}' for directive in found)}"


def _directives(words: str, lang: str, article: str) -> list[str]:
    pieces = [piece for piece in GAP.split(words) if piece.strip(" .,;:")]
    if not pieces:
        return []
    if len(pieces) > 1:
        return [_range(pieces[0], pieces[-1])]
    if len(words) > LONG:
        return [_range(words, words)]
    before, after = _neighbours(pieces[0], article)
    found = [f"{before}{_encoded(pieces[0])}{after}"]
    shorter = pieces[0].rpartition(" ")[0]
    return [*found, _encoded(shorter)] if lang.startswith("ko") and shorter else found


def _range(first: str, last: str) -> str:
    return f"{_encoded(' '.join(first.split()[:ENDS]))},{_encoded(' '.join(last.split()[-ENDS:]))}"


def _neighbours(words: str, article: str) -> tuple[str, str]:
    """Return the prefix and the suffix of a directive; empty if the article has the words once, or not at all."""
    if article.count(words) < 2:
        return "", ""
    start = article.index(words)
    before, after = article[:start].split()[-AROUND:], article[start + len(words) :].split()[:AROUND]
    return (
        f"{_encoded(' '.join(before))}-," if before else "",
        f",-{_encoded(' '.join(after))}" if after else "",
    )


def _plain(text: str) -> str:
    """Return a text with single spaces, composed letters (NFC) and without quote marks around it."""
    return " ".join(composed(text).split()).strip(MARKS)


def _encoded(text: str) -> str:
    """Return a text with everything but letters, digits and `_.~` as percent codes; `-` is part of the syntax."""
    return quote(text, safe="").replace("-", "%2D")
