"""Writing the generated pages of a project, and the generated parts of others."""

from alleged import files
from alleged.errors import UnknownNameError
from alleged.project import Project

LARGEST = 1 << 24
"""Bytes of the largest page that is read."""


def save(project: Project, name: str, text: str) -> None:
    """Write a page, named from the project's folder; missing folders are made.

    Raises:
        EnvironmentFailure: The page or a folder on the way is a link, or the disk or a permission refuses.
    """
    with files.translate_oserror(f"{name} cannot be written"):
        files.make_folder(project.root, name.rpartition("/")[0])
        files.write(project.root, name, text.encode())


def write(project: Project, parts: dict[str, str]) -> list[str]:
    """Fill the parts into README.md and docs/*.md where these mark a place for them, and return the pages that do.

    Raises:
        UnknownNameError: No page marks a place for any of them.
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
            "put both where the figures belong"
        )
    return written


def _pages(project: Project) -> list[str]:
    docs = files.entries(project.root, "docs") if files.is_folder(project.root, "docs") else []
    pages = [entry.name for entry in docs if entry.kind == "file" and entry.name.endswith(".md")]
    return ["README.md", *pages] if files.is_file(project.root, "README.md") else pages
