"""`alleged verify`: check a release against its manifest."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alleged.project import Project
    from alleged.release.verification import Verdict


@click.command("verify")
@click.argument("release", required=False)
@click.option("--rebuild", is_flag=True, help="Rebuild the release from its commit, and compare.")
@click.option("--restore", is_flag=True, help="With --rebuild: also restore missing files.")
def command(release: str | None, rebuild: bool, restore: bool) -> int:
    """Check a release against its manifest.

    Checks every byte and every row of RELEASE, by default the stable one. A folder with datasets/ suffices; without
    one, the release that alleged.lock names, or that is installed as a package, is checked.

    --rebuild runs the code of the commit that the release names, with your rights: use it on repositories whose
    authors you trust. Without --rebuild no code runs.

    \b
    Examples:
      alleged verify
      alleged verify 2026.11.0 --rebuild
      alleged verify 2026.11.0 --rebuild --restore      for tables and papers that are not committed
    """
    from alleged.api import open as open_release
    from alleged.cli.printing import echo
    from alleged.cli.progress import find_releases
    from alleged.errors import UnknownNameError
    from alleged.release import rebuilding, verification

    if restore and not rebuild:
        raise click.UsageError("--restore needs --rebuild")
    try:
        project = find_releases()
    except UnknownNameError:
        if rebuild:
            raise
        return _report(verification.verify_opened(open_release(release)))
    if rebuild:
        verdict = rebuilding.rebuild(project, release, restore, lambda line: echo(line, err=True))
    else:
        verdict = verification.verify(project, release)
    return _report(verdict, project)


def _report(verdict: "Verdict", project: "Project | None" = None) -> int:
    from alleged.cli.printing import echo
    from alleged.errors import VerificationError

    echo(*(f"{verdict.release}: {fault}" for fault in verdict.faults))
    if not verdict.sound:
        return VerificationError.exit_code
    echo(*_lines(verdict, project))
    return 0


def _lines(verdict: "Verdict", project: "Project | None") -> "Iterator[str]":
    from alleged.release.verification import libraries_differ

    if verdict.equal == "bytes":
        yield f"{verdict.release}: rebuilt, all {verdict.files} files have the same bytes"
    elif verdict.equal == "content" and project:
        yield f"{verdict.release}: rebuilt, the content is the same, the bytes are not"
        yield from (f"  {line}" for line in libraries_differ(project, verdict.release))
    else:
        yield f"{verdict.release}: {verdict.files} files match the manifest"
    if verdict.missing and not verdict.equal:
        command = f"alleged verify {verdict.release} --rebuild --restore"
        yield f"  {len(verdict.missing)} more are missing here; '{command}' restores them"
