"""Pieces of SVG: escaped text, elements, the width of words, marks."""

import html
import unicodedata
from collections.abc import Mapping

from alleged.text import escape

Value = str | float | None

WIDE, TALL, NARROW, PLAIN = 1.0, 0.7, 0.31, 0.57
"""Width of characters in parts of the size of the font; texts are only cut by it, never placed."""


def clean(text: str) -> str:
    """Return text for SVG: control and other invisible characters shown, markup escaped."""
    return html.escape(escape.visible(text))


def num(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, content: str = "", /, **attributes: Value) -> str:
    """Return an element; its content is SVG already. Names of attributes: `class_` for class, `data_x` for data-x."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{num(v) if isinstance(v, int | float) else clean(v)}"'
        for key, v in attributes.items()
        if v is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def path(d: str, class_: str, **attributes: Value) -> str:
    """Return a path."""
    return tag("path", class_=class_, d=d, **attributes)


def words(x: float, y: float, text: str, class_: str, anchor: str = "start", **attributes: Value) -> str:
    """Return a line of text; right-to-left text also runs so, from the same edge."""
    if is_rtl(text):
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        attributes["direction"] = "rtl"
    shown = None if anchor == "start" else anchor
    return tag("text", clean(text), class_=class_, x=x, y=y, text_anchor=shown, **attributes)


def physical(svg: str) -> str:
    """Return SVG for programs such as resvg, which take the start of a right-to-left text to be its left edge."""
    svg = svg.replace(' text-anchor="end" direction="rtl"', "")
    svg = svg.replace(' text-anchor="middle" direction="rtl"', ' text-anchor="middle"')
    return svg.replace(' direction="rtl"', ' text-anchor="end"')


def title(text: str) -> str:
    """Return the text that a browser shows over a mark and reads out for it."""
    return tag("title", clean(text))


def width(text: str, size: float) -> float:
    """Return the approximate width of a text in pixels."""
    return size * sum(map(_width, text))


def _width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE
    if unicodedata.combining(character):
        return 0
    if character in "iljtfrI.,:;'’()[]|! ":
        return NARROW
    return TALL if character.isupper() or character in "mwMW@%" else PLAIN


def cut(text: str, space: float, size: float) -> str:
    """Return as much of a text as fits into the space, with an ellipsis if some is left out."""
    if width(text, size) <= space:
        return text
    kept = text
    while kept and width(kept + "…", size) > space:
        kept = kept[:-1]
    at_space = kept.rpartition(" ")[0]
    return (at_space if len(at_space) > len(kept) * 0.6 else kept).rstrip(" ,;:(–") + "…"


def wrapped(text: str, space: float, size: float, lines: int = 2) -> list[str]:
    """Return a text in as many lines as it needs and may have; what does not fit is left out."""
    rest, done = text.split(), []
    while rest and len(done) < lines - 1:
        line = [rest.pop(0)]
        while rest and width(" ".join([*line, rest[0]]), size) <= space:
            line.append(rest.pop(0))
        done.append(cut(" ".join(line), space, size))
    return [*done, cut(" ".join(rest), space, size)] if rest else done


def is_rtl(text: str) -> bool:
    """Whether the first letter of a text belongs to a script that is written from right to left."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


def is_slantable(text: str) -> bool:
    """Whether italics suit a text: Latin, Greek and Cyrillic letters; not Hangul, Han, Arabic, Hebrew."""
    return all(ord(c) < 0x0590 or 0x1E00 <= ord(c) < 0x2070 or 0x20A0 <= ord(c) < 0x2200 for c in text)


def language(text: str) -> str | None:
    """Return the language of a text where its script leaves no choice, so that the right glyphs are taken."""
    names = [unicodedata.name(character, "") for character in text]
    for script, code in (("HANGUL", "ko"), ("HIRAGANA", "ja"), ("KATAKANA", "ja")):
        if any(name.startswith(script) for name in names):
            return code
    return None


def anchored(href: str | None, content: str, **attributes: Value) -> str:
    """Return content as a link, or as a group if there is no address.

    Links are left out of the order of the keyboard: the page has the same ones as text.
    """
    if href is None:
        return tag("g", content, **attributes)
    return tag("a", content, href=href, tabindex="-1", **attributes)


def mark(kind: str, x: float, y: float, r: float = 4.4, extra: str = "") -> str:
    """Return the mark of a claim: the shape says what the colour says.

    `kind` is `yes` (circle), `no` (diamond), `admits` (triangle) or `other` (ring).
    """
    names = f"m {kind} {extra}".strip()
    if kind == "no":
        r += 1.1
        return path(f"M{num(x)} {num(y - r)}L{num(x + r)} {num(y)}L{num(x)} {num(y + r)}L{num(x - r)} {num(y)}Z", names)
    if kind == "admits":
        r += 1.2
        side, foot = r * 0.95, y + r * 0.75
        return path(f"M{num(x)} {num(y - r)}L{num(x + side)} {num(foot)}L{num(x - side)} {num(foot)}Z", names)
    return tag("circle", class_=names, cx=x, cy=y, r=r)


def attributes(values: Mapping[str, Value]) -> str:
    """Return attributes as they stand in a tag, each after a space."""
    return "".join(f' {name}="{clean(str(value))}"' for name, value in values.items() if value is not None)
