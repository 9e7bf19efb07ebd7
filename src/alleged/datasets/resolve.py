"""Resolve which release to use: the given one, the pinned one, or that of the channel `stable`."""

import re
from typing import NamedTuple

from alleged.datasets import manifests
from alleged.datasets.catalogues import Catalogue
from alleged.datasets.lockfile import Pin
from alleged.datasets.manifests import DEVELOPMENT, Index, digest
from alleged.datasets.release import Release
from alleged.errors import UnknownNameError, VerificationError
from alleged.text import notices

CHANNEL = "stable"

ASKED = r"[0-9]{4}(\.[0-9]{1,2}(\.[0-9]{1,6})?)?"
"""Pattern of a release name, or of its beginning: a year, a month."""

_reported: set[tuple[str, str]] = set()


class Choice(NamedTuple):
    """A resolved release: name, digest of its manifest (None for the tables of the last build), and the reason.

    `decided` says whether a name or a pin has decided it, so that it will be the same tomorrow.
    """

    release: str
    manifest_sha256: str | None
    why: str
    decided: bool = True


def choose(asked: str | None, source: Catalogue, pin: Pin | None = None) -> Choice:
    """Return the release that is asked for; without a name, the pinned one or that of the channel `stable`.

    Raises:
        UnknownNameError: There is no such release, or more than one; or it was withdrawn and not asked for by its name.
        VerificationError: The catalogue has another release under the pinned name.
    """
    if asked == DEVELOPMENT:
        return Choice(DEVELOPMENT, None, "given")
    if asked is not None and not re.fullmatch(ASKED, asked):
        raise UnknownNameError(f"{asked!r} is not the name of a release, such as '2026.11.0', '2026.11' or 'dev'")
    if pin and asked in (None, pin.release) and (index := source.pinned(pin.manifest_sha256)) is not None:
        _warn(pin.release, index)
        return Choice(pin.release, pin.manifest_sha256, "pinned")
    index = source.index(exactly=asked or (pin.release if pin else None))
    if asked is not None:
        return _given(asked, index, source)
    if pin is not None:
        return _pinned(pin, index, source)
    return _current(index, source)


def report_choice(chosen: Choice, source: Catalogue) -> None:
    """Print which release is used if neither a name nor a pin decides, so that the output of scripts shows it.

    It goes to standard error, once for each process, catalogue and release.
    """
    if not chosen.decided and (str(source), chosen.release) not in _reported:
        _reported.add((str(source), chosen.release))
        how = f"; 'alleged pin {chosen.release}' fixes it" if chosen.manifest_sha256 else ""
        notices.show(f"using {chosen.release} of {source} ({chosen.why}{how})")


def _given(asked: str, index: Index, source: Catalogue) -> Choice:
    if asked in index.releases:
        _warn(asked, index)
        return _choice(asked, index, "given")
    within = [name for name in index.releases if name.startswith(f"{asked}.")]
    active = [name for name in within if name not in index.yanked]
    if len(active) == 1:
        notices.log(f"{asked!r} is release {active[0]} of {source}")
        return _choice(active[0], index, f"the only one of {asked}")
    if active:
        raise UnknownNameError(f"{asked!r} is ambiguous: {', '.join(active)}")
    if within:
        raise UnknownNameError(f"every release of {asked!r} was withdrawn; {_withdrawn(within[-1], index)}")
    raise UnknownNameError(_absent(asked, index, source))


def _pinned(pin: Pin, index: Index, source: Catalogue) -> Choice:
    if pin.release not in index.releases:
        raise UnknownNameError(f"{pin.path} pins {pin.release}, but {_absent(pin.release, index, source)}")
    there = index.releases[pin.release]["manifest_sha256"]
    if there != pin.manifest_sha256:
        raise VerificationError(
            f"{pin.path} pins release {pin.release} with the manifest sha256 {pin.manifest_sha256}, "
            f"but {source} has {there} under that name; ask its publisher, or pin again with 'alleged pin'"
        )
    _warn(pin.release, index)
    return _choice(pin.release, index, "pinned")


def _current(index: Index, source: Catalogue) -> Choice:
    if not index.releases:
        return Choice(DEVELOPMENT, None, "the last build, as nothing is released yet", decided=False)
    if CHANNEL not in index.channels:
        raise UnknownNameError(f"{source} has no channel {CHANNEL!r}; give a release: {', '.join(index.releases)}")
    release = index.channels[CHANNEL]
    if release in index.yanked:
        raise UnknownNameError(f"the channel {CHANNEL!r} points at {release}; {_withdrawn(release, index)}")
    return _choice(release, index, f"the channel {CHANNEL!r}")._replace(decided=False)


def _choice(release: str, index: Index, why: str) -> Choice:
    return Choice(release, index.releases[release]["manifest_sha256"], why)


def _absent(asked: str, index: Index, source: Catalogue) -> str:
    if not index.releases:
        return f"there are no tables in {source}/{asked}: nothing is released there yet"
    return f"there is no release {asked!r} in {source}; there are: {', '.join(index.releases)}"


def _withdrawn(release: str, index: Index) -> str:
    return f"{release} was withdrawn ({index.yanked[release]}) and is used only if its full name is given"


def _warn(release: str, index: Index) -> None:
    if release in index.yanked:
        notices.warn(f"release {release} was withdrawn: {index.yanked[release]}", stacklevel=6)


def open_release(source: Catalogue, chosen: Choice) -> Release:
    """Open a release that was chosen; its manifest is checked now, each table when it is read.

    Raises:
        UnknownNameError: The release is not there.
        EnvironmentFailure: The manifest cannot be read or downloaded.
        VerificationError: The manifest is not that of the release, or the folder holds other tables.
    """
    content = source.manifest(chosen.release, chosen.manifest_sha256)
    where = f"{source}/{chosen.release}/manifest.json"
    advice = source.advice(chosen.release) if chosen.release == DEVELOPMENT else ""
    found = manifests.manifest(content, where, advice)
    if found["release"] != chosen.release:
        raise VerificationError(f"{where} is the manifest of release {found['release']!r}; the files are mixed up")
    if strays := source.strays(chosen.release, {entry["file"] for entry in found["tables"].values()}):
        raise VerificationError(
            f"{source}/{chosen.release} holds {', '.join(map(repr, strays))}, which are not in its manifest; "
            f"remove these files"
        )
    return Release(chosen.release, found, digest(content), source, chosen.why)
