"""Pages of the documentation, from the Markdown files of the project, and the reference of the Python interface."""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files as resources
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from griffe import Class, Docstring, DocstringSectionKind, Function, visit
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from alleged.site import addresses
from alleged.site.about import OTHERS, Markdowns
from alleged.site.rendering import Files, Site

INTERFACE = ("api.py", "datasets/release.py")
"""The modules of the public interface, from the package."""


class Page(NamedTuple):
    """A page of the documentation: its name, its heading and its HTML."""

    name: str
    title: str
    body: Markup


def pages(site: Site, markdowns: Markdowns) -> Files:
    """Yield the pages of the documentation, their list, and the reference."""
    made = [_page(name, text, site, markdowns) for name, text in sorted(markdowns.items())]
    for page in made:
        path = addresses.page("docs", page.name)
        yield path, site.render("document.html", "../", path, page=page)
    yield "docs.html", site.render("docs.html", "", "docs.html", pages=made)
    yield "reference.html", site.render("reference.html", "", "reference.html", entries=list(_reference()))


def _page(name: str, text: str, site: Site, markdowns: Markdowns) -> Page:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(re.sub(r"^<!--.*?-->\n", "", text, flags=re.MULTILINE))
    title, seen = name, dict[str, int]()
    folder = "" if name in OTHERS.values() else "docs"
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", _slug(inline.content, seen))
            if heading.tag == "h1":
                title = _plain(inline)
    for cell, inline in pairwise(tokens):
        if cell.type in ("th_open", "td_open"):
            if str(cell.attrs.pop("style", "")).endswith("right"):
                cell.attrSet("class", "num")
            if cell.type == "th_open" and not inline.content:
                cell.tag = tokens[tokens.index(cell) + 2].tag = "td"  # a header without text is none
    for token in _inline(tokens):
        if token.type == "link_open":
            to = _rewritten(str(token.attrGet("href")), folder, site, markdowns)
            token.attrSet("href", to or "#")
    return Page(name, title, Markup(parser.renderer.render(tokens, parser.options, {})))  # noqa: S704 - no HTML


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def _slug(text: str, seen: dict[str, int]) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
    seen[slug] = seen.get(slug, -1) + 1
    return f"{slug}-{seen[slug]}" if seen[slug] else slug


def _rewritten(href: str, folder: str, site: Site, markdowns: Markdowns) -> str | None:
    """Return where a link of a page leads: another page, the codebook, a file in the repository, an outside address."""
    if href.startswith("#"):
        return href
    if re.match(r"[a-z]+:", href, re.IGNORECASE):
        return addresses.outside(href) or addresses.contact(href.removeprefix("mailto:"))
    target, mark, anchor = href.partition("#")
    path = _joined(folder, target)
    stem = PurePosixPath(path).stem
    name = OTHERS.get(stem, stem)
    if path.endswith(".md") and name in markdowns:
        return f"../{addresses.page('docs', name)}{mark}{anchor}"
    if path == "docs/codebook.md":
        return f"../codebook.html{mark}{anchor}"
    return addresses.file_in_repository(site.about.repository, site.about.commit, path)


def _joined(folder: str, target: str) -> str:
    parts: list[str] = [folder] if folder else []
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Entry(NamedTuple):
    """A function or class of the interface: its name, how it is called, its text, what it raises, its methods."""

    name: str
    call: str
    text: Sequence[str]
    raises: Sequence[tuple[str, str]]
    methods: Sequence["Entry"] = ()


def _reference() -> Iterator[Entry]:
    """Yield the functions of the interface, then its classes, as the code describes them."""
    api, tables = (
        visit(name, Path(name), resources("alleged").joinpath(name).read_text("utf-8")) for name in INTERFACE
    )
    exported = [str(name).strip("'\"") for name in api.exports or ()]
    members = [api.members[name] for name in sorted(exported) if name in api.members]
    yield from (_function(member) for member in members if isinstance(member, Function))
    for member in members:
        if isinstance(member, Class):
            inherited = tables.members["Release"] if member.name == "Release" else None
            yield _class(member, inherited if isinstance(inherited, Class) else None)


def _class(member: Class, inherited: Class | None) -> Entry:
    found = {**(inherited.members if inherited else {}), **member.members}
    public = [f for name, f in sorted(found.items()) if not name.startswith("_")]
    methods = [_function(f) for f in public if isinstance(f, Function) and f.docstring]
    text, raises = _described(member.docstring)
    return Entry(member.name, member.name, text, raises, methods)


def _function(function: Function) -> Entry:
    text, raises = _described(function.docstring)
    shown = [_parameter(p) for p in function.parameters if p.name != "self"]
    returns = f" → {function.returns}" if function.returns else ""
    return Entry(function.name, f"{function.name}({', '.join(shown)}){returns}".replace('"', ""), text, raises)


def _parameter(parameter: Any) -> str:
    kind = f": {parameter.annotation}" if parameter.annotation else ""
    return f"{parameter.name}{kind}{f' = {parameter.default}' if parameter.default is not None else ''}"


def _described(docstring: Docstring | None) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the paragraphs of a docstring, and what it says is raised."""
    text: list[str] = []
    raises: list[tuple[str, str]] = []
    for section in docstring.parse("google") if docstring else ():
        if section.kind is DocstringSectionKind.text:
            text += [" ".join(part.split()) for part in str(section.value).split("\n\n")]
        elif section.kind is DocstringSectionKind.raises:
            raises += [(str(one.annotation), " ".join(one.description.split())) for one in section.value]
    return text, raises
