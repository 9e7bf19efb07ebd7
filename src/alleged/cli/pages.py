"""Writing the generated pages of a project, and the generated parts of others."""

from alleged import files
from alleged.errors import UnknownNameError
from alleged.layout import Layout

LARGEST = 1 << 24
"""Bytes of the largest page that is read."""


def save(layout: Layout, name: str, text: str) -> None:
    """Write a page, named from the project's folder; missing folders are made.

    Raises:
        SurroundingsError: The page or a folder on the way is a link, or the disk or a permission refuses.
    """
    with files.explained(f"{name} cannot be written"):
        files.make_folder(layout.root, name.rpartition("/")[0])
        files.write(layout.root, name, text.encode())


def write(layout: Layout, parts: dict[str, str]) -> list[str]:
    """Fill the parts into README.md and docs/*.md where these mark a place for them, and return the pages that do.

    Raises:
        UnknownNameError: No page marks a place for any of them.
    """
    from alleged.render.pages import filled, marks

    written: list[str] = []
    for page in _pages(layout):
        text = files.read(layout.root, page, LARGEST).decode()
        if any(marks(text, name) for name in parts):
            save(layout, page, filled(text, parts))
            written.append(page)
    if not written:
        name = next(iter(parts))
        raise UnknownNameError(
            f"neither README.md nor docs/*.md has a line '<!-- {name} -->' and below it '<!-- /{name} -->'; "
            "put both where the figures belong"
        )
    return written


def _pages(layout: Layout) -> list[str]:
    docs = files.entries(layout.root, "docs") if files.is_folder(layout.root, "docs") else []
    pages = [entry.name for entry in docs if entry.kind == "file" and entry.name.endswith(".md")]
    return ["README.md", *pages] if files.is_file(layout.root, "README.md") else pages
