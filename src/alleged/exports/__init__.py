"""Formats in which a release can be taken away: one module for each, imported when it is needed.

A module has `files(release)`, which yields names and contents, and `LOSSES`, a text that says what the format loses;
and `file_name(release)` if the file cannot have the usual name.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from alleged.errors import EnvironmentFailure

if TYPE_CHECKING:
    from alleged.datasets.release import Release


class Format(NamedTuple):
    """A format: its name on the command line, what it is for, and the ending of its file.

    With an ending in `zip`, its files and a README are packed into one archive.
    """

    name: str
    about: str
    ending: str

    @property
    def zipped(self) -> bool:
        return self.ending.endswith("zip")

    @property
    def losses(self) -> str:
        """What the format loses, in sentences."""
        return self._module.LOSSES

    @property
    def _module(self) -> Any:
        with self._packages():
            return import_module(f"alleged.exports.{self.name}")

    @contextmanager
    def _packages(self) -> Iterator[None]:
        """Say what to install where a package is missing."""
        try:
            yield
        except ModuleNotFoundError as error:
            raise EnvironmentFailure(
                f"{self.name} needs the package {error.name}, which is not installed: pip install 'alleged[export]'"
            ) from None

    def file_name(self, release: "Release", usual: str) -> str:
        """Return the name of the file for a release, which is the usual one unless the format demands another.

        Raises:
            UnknownNameError: The format does not hold this release.
            EnvironmentFailure: A library that the format needs is not installed.
        """
        named = getattr(self._module, "file_name", None)
        return named(release) if named else usual

    def files(self, release: "Release") -> Iterator[tuple[str, bytes]]:
        """Yield the names and contents of the files for a release.

        Raises:
            UnknownNameError: The release is of another schema version, or a file of it is missing.
            EnvironmentFailure: A library that the format needs is not installed, or a file cannot be read.
            VerificationError: A file is not the one that the manifest names.
        """
        with self._packages():
            yield from self._module.files(release)


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format("csv", "all tables as text, with CSVW metadata: for any program", "csv.zip"),
        Format("xlsx", "a workbook with a sheet for each table and the codebook: for Excel", "xlsx"),
        Format("sqlite", "a database with keys and full-text search: for SQL and Datasette", "sqlite.zip"),
        Format("stata", "the flat tables with labels: for Stata", "stata.zip"),
        Format("spss", "the flat tables with labels: for SPSS", "spss.zip"),
        Format("csl", "the sources as CSL-JSON: for Zotero and pandoc", "csl.zip"),
        Format("bibtex", "the sources as BibTeX: for LaTeX", "bibtex.zip"),
        Format("ris", "the sources as RIS: for EndNote and other reference managers", "ris.zip"),
        Format("ftm", "claims, speakers and listings as FollowTheMoney: for Aleph and OpenSanctions", "ftm.zip"),
        Format("jsonld", "the dataset and its claims in the words of schema.org, as JSON-LD", "jsonld.zip"),
        Format("croissant", "the Parquet files with a description for machine learning", "croissant.zip"),
        Format("wheel", "the Parquet files as a Python package: for alleged.load after pip install", "whl"),
    )
}
"""The formats by name, in the order in which they are listed."""
