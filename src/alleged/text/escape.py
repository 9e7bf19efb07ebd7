"""Escape untrusted text for terminals and CI logs, Markdown and JSON.

Commands print through `cli/printing.py`, which escapes every line with `line`, as does the message of `AllegedError`.
"""

import re
import unicodedata
from typing import Any

COMMAND = re.compile(r"(##\w*)\[")
"""Commands that CI systems recognise anywhere in a line: `##[…]` (GitHub, Azure), `##vso[…]`, `##teamcity[…]`."""

BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")
"""Invisible characters that Python considers printable."""

MARKUP = re.compile(
    r"[\\`*\[\]<>&|~$#]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore within a word has no meaning
    r"|!(?=\[)|:(?=//)|(?<=www)\."
    r"|^\s|^\d*[-+=.):]",
    re.IGNORECASE,
)
"""Markdown syntax: characters within a line, the beginning of URLs, and of blocks."""

MENTION = re.compile(r"@(?=\w)|&#35;(?=\d)")
"""Mentions of users and issues on GitHub, after `MARKUP` has been escaped."""

PLAIN = re.compile(r"[^\W_][\w .,:/-]*")
"""Text that can be put between backticks unchanged."""


def visible(text: str) -> str:
    """Return the text with every control character and invisible character as `<U+XXXX>`.

    These are controls, formats (such as those that change the direction of text), line separators, blank letters and
    lone surrogates. Spaces of any width are kept.
    """
    if text.isprintable() and not BLANK.search(text):
        return text
    return "".join(c if _is_visible(c) else f"<U+{ord(c):04X}>" for c in text)


def _is_visible(character: str) -> bool:
    return (character.isprintable() and not BLANK.match(character)) or unicodedata.category(character) == "Zs"


def line(text: str) -> str:
    """Return the text as one line without commands for a terminal or a CI log; escaping it again changes nothing.

    GitHub Actions recognises commands where a line contains `##[`, or begins with `::`, with or without spaces before.
    """
    return re.sub(r"^(\s*):", r"\1<U+003A>", COMMAND.sub(r"\1<U+005B>", visible(text)))


def markdown(text: str) -> str:
    """Return Markdown that shows the text literally on one line: in a paragraph, a heading, a list or a table.

    Entities are never syntax, but GitHub searches for mentions after it has decoded them; a zero-width space prevents
    notifications (github/cmark-gfm, issue 181).
    """
    escaped = MARKUP.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", visible(text))
    return MENTION.sub(r"\g<0>&#8203;", escaped)


def code(text: str) -> str:
    """Return Markdown that shows the text literally as code."""
    return f"`{text}`" if PLAIN.fullmatch(text) and not BLANK.search(text) else f"<code>{markdown(text)}</code>"


def as_json(data: Any, indent: int | None = None, sort_keys: bool = False) -> str:
    """Return JSON in ASCII, which is safe in terminals and logs and the same in every encoding.

    A lone surrogate becomes U+FFFD, since strict readers would refuse the whole document.
    """
    import json  # most commands do not need it

    text = json.dumps(data, ensure_ascii=False, indent=indent, sort_keys=sort_keys)
    unicode = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    ascii_only = re.sub(r"[^ -~\n]", lambda c: json.dumps(c[0])[1:-1], unicode)
    return COMMAND.sub(r"\1\\u005b", ascii_only)


def file_name(name: str) -> str:
    """Return the name of a file as text, with bytes that are not UTF-8 as hexadecimal escapes."""
    return name.encode("utf-8", "backslashreplace").decode().replace(r"\udc", r"\x")


def beginning(text: str, most: int = 80) -> str:
    """Return the beginning of a foreign text, escaped for one line of a message."""
    return visible(text if len(text) <= most else f"{text[:most]}...")
