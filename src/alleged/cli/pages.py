"""Write generated pages, and generated parts of hand-written pages."""

from alleged import files
from alleged.errors import UnknownNameError
from alleged.project import Project

LARGEST = 1 << 24
"""Bytes of the largest page that is read."""


def save(project: Project, name: str, text: str) -> None:
    """Write a page; `name` is its path from the project's root. Missing folders are created.

    Raises:
        EnvironmentFailure: The page or a folder above it is a link, the disk is full, or permission is missing.
    """
    with files.translate_oserror(f"{name} cannot be written"):
        files.make_folder(project.root, name.rpartition("/")[0])
        files.write(project.root, name, text.encode())


def write(project: Project, parts: dict[str, str]) -> list[str]:
    """Update the generated parts of README.md and docs/*.md, and return the names of the pages that have any.

    Raises:
        UnknownNameError: No page has a place for any of them.
    """
    from alleged.render.pages import filled, marks

    written: list[str] = []
    for page in _pages(project):
        text = files.read(project.root, page, LARGEST).decode()
        if any(marks(text, name) for name in parts):
            save(project, page, filled(text, parts))
            written.append(page)
    if not written:
        name = next(iter(parts))
        raise UnknownNameError(
            f"neither README.md nor docs/*.md has a line '<!-- {name} -->' and below it '<!-- /{name} -->'; "
            "put both where the numbers belong"
        )
    return written


def _pages(project: Project) -> list[str]:
    docs = files.entries(project.root, "docs") if files.is_folder(project.root, "docs") else []
    pages = [entry.name for entry in docs if entry.kind == "file" and entry.name.endswith(".md")]
    return ["README.md", *pages] if files.is_file(project.root, "README.md") else pages
