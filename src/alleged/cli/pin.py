"""`alleged pin`: use one release from now on, so that results do not change."""

import click


@click.command("pin")
@click.argument("release", required=False)
@click.option(
    "--catalogue", metavar="PLACE", help="Folder or http(s) URL of the releases; also written to alleged.lock."
)
def command(release: str | None, catalogue: str | None) -> int:
    """Pin a release.

    Writes RELEASE (by default that of the channel 'stable') to alleged.lock. alleged.load and all commands in this
    folder and below then use it. Commit alleged.lock with your analysis.

    \b
    Examples:
      alleged pin
      alleged pin 2026.11.0
      alleged pin --catalogue https://example.org/datasets
    """
    from alleged import api
    from alleged.cli.printing import echo

    before, now = api.pin(release, catalogue)
    shown = f"{now.release}{f' of {now.catalogue}' if now.catalogue else ''}"
    if before == now:
        echo(f"alleged.lock already pins {shown}")
    elif before is None:
        echo(f"pinned {shown} in {now.path}")
    else:
        was = f"{before.release}{f' of {before.catalogue}' if before.catalogue != now.catalogue else ''}"
        if before.release == now.release and before.manifest_sha256 != now.manifest_sha256:
            was = f"{was} with other content, manifest sha256 {before.manifest_sha256}"
        echo(f"pinned {shown} in {now.path} (was {was})")
    return 0
