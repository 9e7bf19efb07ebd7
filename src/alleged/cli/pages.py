"""Writing the generated parts of a project's pages."""

from pathlib import Path

from alleged.errors import UnknownNameError
from alleged.layout import Layout


def write(layout: Layout, parts: dict[str, str]) -> list[str]:
    """Fill the parts into README.md and docs/*.md where these mark a place for them, and return the pages that do.

    Raises:
        UnknownNameError: No page marks a place for any of them.
    """
    from alleged.render.pages import filled, marks

    found: list[Path] = []
    for path in (layout.root / "README.md", *sorted((layout.root / "docs").glob("*.md"))):
        if path.is_symlink() or not path.is_file():
            continue
        page = path.read_text(encoding="utf-8")
        if any(marks(page, name) for name in parts):
            path.write_text(filled(page, parts), encoding="utf-8", newline="\n")
            found.append(path)
    if not found:
        name = next(iter(parts))
        raise UnknownNameError(
            f"neither README.md nor docs/*.md has a line '<!-- {name} -->' and below it '<!-- /{name} -->'; "
            "put both where the figures belong"
        )
    return [layout.relative(path) for path in found]
