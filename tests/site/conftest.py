"""The site of a release of this repository, made once for each process."""

from pathlib import Path

import pytest

import alleged
from alleged import site
from alleged.api import Release
from alleged.project import Project
from alleged.site import about, writing
from paths import ROOT
from site_of import Contents, Found, pages, read

RELEASE = "2026.11.3"


@pytest.fixture(scope="session")
def release() -> Release:
    return alleged.open(RELEASE, catalogue=ROOT / "datasets")


@pytest.fixture(scope="session")
def contents(release: Release) -> Contents:
    """Return the files of the site of a release, for a folder."""
    settings, documents = about.of_project(Project(ROOT))
    return dict(site.files(release, about.about_release(release, settings, "", documents), documents))


@pytest.fixture(scope="session")
def folder(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the site."""
    out = tmp_path_factory.mktemp("site") / "explorer"
    writing.write(out, "key", contents.items())
    return out


@pytest.fixture(scope="session")
def found(contents: Contents) -> dict[str, Found]:
    """Return what each page has."""
    return {name: read(page) for name, page in pages(contents)}
