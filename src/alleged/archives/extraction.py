"""From the bytes of a page to the words of its article."""

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Literal, NamedTuple

from alleged.archives.stated import Stated, stated
from alleged.errors import EnvironmentFailure
from alleged.text.words import comparable
from alleged.web.fetch import Reply

SHORTEST = 200
"""Bytes of the shortest text that is taken for an article; shorter ones are notices and walls.

A character has one byte in English, and three in Chinese, Japanese and Korean, which need fewer of them.
"""

WALLS = r"(?i)[/.](login|signin|sign-in|log-in|subscribe|subscription|register|abonnement|account|auth|consent)\b"
"""Where a page leads that wants a name and a password, or money."""

Problem = Literal["", "a PDF", "a login or subscription", "no article", "no web page", "the page is gone", "an error"]


class Reading(NamedTuple):
    """The words of a page. `text` has a paragraph a line, `everything` all words of the page, menus included.

    `extractor` names the program that found the article, with its version. `problem` says why there is no text.
    """

    text: str = ""
    everything: str = ""
    extractor: str = ""
    stated: Stated = Stated()
    problem: Problem = ""


def extractor() -> str:
    """Return the name and version of the program that finds the article in a page.

    Raises:
        EnvironmentFailure: It is not installed.
    """
    try:
        return f"trafilatura {version('trafilatura')}"
    except PackageNotFoundError:
        raise EnvironmentFailure("reading pages needs trafilatura: pip install 'alleged[web]'") from None


def read_reply(reply: Reply, asked: str) -> Reading:
    """Return the words of the page that a server sent, or why there are none; `asked` is the address asked for.

    Raises:
        EnvironmentFailure: The program that finds articles is not installed.
    """
    if reply.status in (404, 410, 451):
        return Reading(problem="the page is gone")
    if reply.status in (401, 402, 403) or (re.search(WALLS, reply.address) and not re.search(WALLS, asked)):
        return Reading(problem="a login or subscription")
    if reply.status != 200:
        return Reading(problem="an error")
    return read_page(reply.content, reply.headers.get("content-type", ""), asked)


def read_page(content: bytes, kind: str, address: str) -> Reading:
    """Return the words of a page; `kind` is its media type with the charset that the server names.

    Raises:
        EnvironmentFailure: The program that finds articles is not installed.
    """
    named = extractor()
    if content.startswith(b"%PDF-"):
        return Reading(problem="a PDF")
    if not re.match(r"(?i)\s*(text/html|application/xhtml\+xml|$)", kind):
        return Reading(problem="no web page")
    import logging

    from trafilatura import extract, html2txt

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read is reported here
    markup = decoded(content, kind).replace("\0", "")
    text = extract(markup, url=None, include_comments=False, include_tables=True, deduplicate=False) or ""
    everything = html2txt(_without_scripts(markup), clean=False)
    about = stated(markup, address)
    if len(comparable(text).encode(errors="replace")) < SHORTEST:
        return Reading("", everything, named, about, "no article")
    return Reading(text.strip() + "\n", everything, named, about)


def _without_scripts(markup: str) -> str:
    """Return a page without its scripts and styles, whose words no reader sees."""
    parts, last = [], 0
    for found in re.finditer(r"(?i)<(script|style)\b", markup):
        if found.start() < last:
            continue
        end = markup.find(f"</{found[1]}", found.end())
        if end < 0:
            break
        parts.append(markup[last : found.start()])
        last = end
    return "".join([*parts, markup[last:]])


def decoded(content: bytes, kind: str) -> str:
    """Return the text of a page. A charset that its bytes do not fit is not believed, whoever names it."""
    names = [found[1] for found in [re.search(r"(?i)charset=[\"']?([\w-]+)", kind)] if found]
    if within := re.search(rb"(?i)<meta[^>]{0,200}charset=[\"']?([\w-]+)", content[:4096]):
        names.append(within[1].decode())
    if content.startswith(b"\xef\xbb\xbf"):
        names.insert(0, "utf-8-sig")
    if _has_letters_of_utf8(content):
        names.insert(0, "utf-8")
    for name in [*names, "utf-8"]:
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(content[: 1 << 16]).best()
    return content.decode(best.encoding if best else "cp1252", errors="replace")


def _has_letters_of_utf8(content: bytes) -> bool:
    """Whether bytes beyond ASCII are valid UTF-8: text of another charset hardly ever is."""
    try:
        return not content.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False
