"""What commands that read share: the records of the project, or the tables of a release."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from alleged.errors import UnknownNameError
from alleged.project import Project

if TYPE_CHECKING:
    from alleged.charts import Release
    from alleged.records.corpus import Corpus, Record

RELEASE = click.option(
    "--release",
    metavar="RELEASE",
    help="Read the tables of a release, such as 2026.11.2, or of the last build (dev), instead of the records.",
)


def records(release: str | None, whole: bool = False) -> "Corpus":
    """Return the records to read; their own codes are in use until the command ends.

    With a `release`, they come from its tables. Without one, they are those of the project, if `claims/` is as near as
    `alleged.lock`; or else those of the release that the lock names, or of the channel `stable`. Records of the project
    that cannot be read are left out, unless the `whole` is needed.

    Raises:
        click.ClickException: Some records cannot be read, and the whole is needed.
        UnknownNameError: There is neither a project nor a release.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names.
    """
    project = None if release else nearest_project()
    if project is not None:
        from alleged.cli.progress import read_records, readable_records

        return read_records(project) if whole else readable_records(project)
    from alleged.api import open as open_release
    from alleged.cli.progress import use_codes
    from alleged.restored import records_of_release

    found = records_of_release(open_release(release))
    use_codes(found.codes)
    return found


def tables(release: str | None) -> "Release":
    """Return the tables to draw from: those of a release, or those that the records of the project lead to.

    Which are read is decided as `records` does.

    Raises:
        click.ClickException: Some records of the project cannot be read.
        UnknownNameError: There is neither a project nor a release.
        EnvironmentFailure: A file cannot be read or downloaded.
        VerificationError: A file is not the one that the manifest names.
    """
    if release or nearest_project() is None:
        from alleged.api import open as open_release

        return open_release(release)
    from alleged.charts import Frames
    from alleged.tables import all_tables

    return Frames(all_tables(records(None, whole=True)))


def nearest_project() -> Project | None:
    """Return the project of the working directory, unless there is none or an `alleged.lock` is nearer."""
    from alleged.datasets import lockfile

    try:
        project = Project.find()
    except UnknownNameError:
        return None
    lock = lockfile.find(Path().absolute())
    return project if lock is None or project.root.is_relative_to(lock.parent) else None


def topic(id: str, corpus: "Corpus") -> "Record":
    """Return a topic.

    Raises:
        UnknownNameError: There is no such topic.
    """
    from alleged.schemas.vocabularies import closest

    if id not in corpus.topics:
        close = closest(id, corpus.topics)
        hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(sorted(corpus.topics))}"
        raise UnknownNameError(f"there is no topic {id!r}{hint}")
    return corpus.topics[id]
