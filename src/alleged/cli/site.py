"""`alleged site`: write the explorer, a static site of a release."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alleged.api import Release
    from alleged.project import Project


@click.command("site")
@click.option(
    "--release",
    metavar="RELEASE",
    help="Release to show, such as 2026.11.2, or the last build (dev). By default the records of the project.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path("site"),
    show_default=True,
    help="Folder to write to: a new one, an empty one, or that of an earlier site.",
)
@click.option("--open", "show", is_flag=True, help="Open the home page in the browser.")
@click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="Where the site will be, for previews in social media, the feed and the page for wrong addresses.",
)
def command(release: str | None, out: Path, show: bool, base_url: str) -> int:
    """Write the explorer: a site to look through a release.

    It opens by double-click on index.html, and works on any static host. Inside a project, and without --release, the
    records are checked and compiled first, as 'alleged build' does; elsewhere the release is that of alleged.lock, or
    else the stable one. Only files that changed are written. The same release gives the same bytes.

    \b
    Examples:
      alleged site --open
      alleged site --release 2026.11.2 --out public --base-url https://example.org/claims/
    """
    from alleged import files
    from alleged.api import open as open_release
    from alleged.cli.printing import echo
    from alleged.cli.reading import nearest_project
    from alleged.errors import UnknownNameError
    from alleged.text.urls import flaw

    if base_url and (reason := flaw(base_url)):
        raise UnknownNameError(f"{base_url!r} {reason}; type it as https://example.org/claims/")
    project = nearest_project()
    if release is None and project is not None:
        if not _built(project):
            return 1
        release = "dev"
    with files.translate_oserror(f"{str(out)!r} cannot be written"):
        echo(_write(open_release(release), project, out, base_url.rstrip("/") + "/" if base_url else ""))
    if show:
        click.launch((out / "index.html").absolute().as_uri())
    return 0


def _built(project: "Project") -> bool:
    """Compile the records of a project if they have changed; print what is wrong with them if they have errors."""
    from alleged import release
    from alleged.cache import CheckCache
    from alleged.cli.printing import echo
    from alleged.render import findings

    built = release.build(project, cache=CheckCache(project))
    if not built.published:
        echo(*(findings.plain(built.report) if built.report else ()), err=True)
        echo("no site was written: fix the errors first, or show a release with --release", err=True)
    return built.published


def _write(opened: "Release", project: "Project | None", out: Path, base_url: str) -> str:
    """Write the site of a release, and return what was done."""
    from alleged.errors import EnvironmentFailure

    opened.require_schema()
    try:
        from alleged import site
        from alleged.site import about, writing

        settings, documents = about.of_project(project)
        stated = about.about_release(opened, settings, base_url, documents)
        found = site.key(opened, stated, documents)
        if number := writing.is_current(out, found):
            return f"nothing has changed; the site of {number:,} files is in {out}"
        writing.require_own(out)
        done = writing.write(out, found, site.files(opened, stated, documents))
    except ModuleNotFoundError as error:
        raise EnvironmentFailure(
            f"the site needs the package {error.name}, which is not installed: pip install 'alleged[site]'"
        ) from None
    deleted = f", {done.deleted:,} deleted" if done.deleted else ""
    return f"wrote {done.written:,} of {done.total:,} files{deleted}: open {out / 'index.html'}"
