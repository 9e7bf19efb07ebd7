"""Escapes for foreign text: on terminals and in the logs of continuous integration, in Markdown, in JSON.

A command prints through `cli/printing.py`, which passes every line to `line`; so does the text of every `AllegedError`.
"""

import re
import unicodedata
from typing import Any

COMMAND = re.compile(r"(##\w*)\[")
"""What logs read as a command anywhere in a line: `##[…]` (GitHub, Azure), `##vso[…]`, `##teamcity[…]`."""

BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")
"""Letters and signs without a shape, which Python counts as printable."""

MARKUP = re.compile(
    r"[\\`*\[\]<>&|~$#]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore within a word is a letter
    r"|!(?=\[)|:(?=//)|(?<=www)\."
    r"|^\s|^\d*[-+=.):]",
    re.IGNORECASE,
)
"""What has a meaning in Markdown: signs within a line, the beginnings of addresses, signs at the start of a block."""

MENTION = re.compile(r"@(?=\w)|&#35;(?=\d)")
"""A person or an issue of GitHub, once `MARKUP` has been escaped."""

PLAIN = re.compile(r"[^\W_][\w .,:/-]*")
"""Text that can stand between backticks as it is."""


def visible(text: str) -> str:
    """Return the text with every character that acts on a screen, or cannot be seen, as `<U+XXXX>`.

    These are controls, formats (such as those that reverse the direction of writing), line separators, blank letters
    and lone surrogates. Spaces of any width stay.
    """
    if text.isprintable() and not BLANK.search(text):
        return text
    return "".join(c if _is_seen(c) else f"<U+{ord(c):04X}>" for c in text)


def _is_seen(character: str) -> bool:
    return (character.isprintable() and not BLANK.match(character)) or unicodedata.category(character) == "Zs"


def line(text: str) -> str:
    """Return the text as one line that a terminal or a log shows and does not act on.

    Escaping a line again changes nothing.

    The runner of GitHub Actions reads commands where `##[` stands anywhere in a line, and where a line begins with
    `::`, with or without space before it.
    """
    shown = COMMAND.sub(r"\1<U+005B>", visible(text))
    return re.sub(r"^(\s*):", r"\1<U+003A>", shown)


def markdown(text: str) -> str:
    """Return Markdown that shows the text as it stands, on one line: in a paragraph, a heading, a list or a table.

    Entities are never syntax, but GitHub looks for mentions after it has decoded them; a zero-width space, which
    readers do not see, keeps people and issues from being notified (github/cmark-gfm, issue 181).
    """
    escaped = MARKUP.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", visible(text))
    return MENTION.sub(r"\g<0>&#8203;", escaped)


def code(text: str) -> str:
    """Return Markdown that shows the text as it stands, as code."""
    return f"`{text}`" if PLAIN.fullmatch(text) and not BLANK.search(text) else f"<code>{markdown(text)}</code>"


def as_json(data: Any, indent: int | None = None, sort_keys: bool = False) -> str:
    """Return JSON in ASCII, which acts on no terminal or log and reads the same in every encoding.

    A lone surrogate becomes U+FFFD: it is not Unicode, and strict readers would refuse the whole document.
    """
    import json  # most commands print none

    found = json.dumps(data, ensure_ascii=False, indent=indent, sort_keys=sort_keys)
    unicode = found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    ascii_only = re.sub(r"[^ -~\n]", lambda c: json.dumps(c[0])[1:-1], unicode)
    return COMMAND.sub(r"\1\\u005b", ascii_only)


def file_name(name: str) -> str:
    """Return the name of a file as text, with bytes that are not UTF-8 spelt out in hexadecimal digits."""
    return name.encode("utf-8", "backslashreplace").decode().replace(r"\udc", r"\x")
