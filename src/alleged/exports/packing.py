"""An export as one file: the file itself, or an archive of several with a README."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from alleged.exports import Format
from alleged.exports.archive import zipped
from alleged.exports.readme import FILE, readme, title
from alleged.text.words import slug

if TYPE_CHECKING:
    from alleged.datasets.release import Release


def packed(form: Format, release: "Release") -> bytes:
    """Return the file of a format; several files, and those beside a README, are packed into a zip archive.

    Raises:
        UnknownNameError: The release is of another schema version, or a file of it is missing.
        EnvironmentFailure: A library that the format needs is not installed, or a file cannot be read.
        VerificationError: A file is not the one that the manifest names.
    """
    files = list(form.files(release))
    if not form.zipped:
        [(_, content)] = files
        return content
    return zipped(_with_readme(form, release, files))


def file_name(form: Format, release: "Release") -> str:
    """Return the usual name of the file, such as `claims-2026.11.2.csv.zip`."""
    return form.file_name(release, f"{slug(title(release)) or 'alleged'}-{release.release}.{form.ending}")


def _with_readme(form: Format, release: "Release", files: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    if FILE not in dict(files):
        yield FILE, readme(release, form.name, form.losses).encode()
    yield from files
