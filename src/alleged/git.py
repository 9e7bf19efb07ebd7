"""Run git on an untrusted repository; no other module does.

Files are read from git's objects, each checked against its hash, so that no attribute, filter, replacement or setting
of the repository can change, hide or run anything. `git status`, `git archive`, `git show` and the like are never used:
they run programs that `.git/config` names. Output is limited in bytes and in time. Functions return bytes; callers
write files.
"""

import hashlib
import os
import subprocess
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, NamedTuple

from alleged.errors import EnvironmentFailure, UnknownNameError

SECONDS = 120
"""Seconds that a call of git may take."""

MAX_OUTPUT_BYTES = 1 << 28
"""Bytes that git may print; a list of a million files takes about 100 MB."""

REGULAR = frozenset({"100644", "100755"})
"""Modes of regular files in git's trees."""

LINK, SUBMODULE = "120000", "160000"

SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.attributesFile": os.devnull,
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
"""Settings of every call; on the command line they override those of the repository."""

VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""Environment variables of every call; other `GIT_*` variables are removed. Without protocols, git cannot fetch."""


class Blob(NamedTuple):
    """A file of a revision: its path relative to the project as git returns it, its mode, hash and size.

    `size` is 0 for a submodule, whose content is in another repository.
    """

    path: bytes
    mode: str
    hash: str
    size: int


def resolve(root: Path, revision: str) -> str:
    """Return the full hash of the commit that a revision names, such as `main`, `HEAD~2` or a tag.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The folder is in no git checkout, or git is missing or fails.
    """
    run(root, "rev-parse", "--git-dir")
    try:
        name = run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except (EnvironmentFailure, ValueError):  # an argument with a NUL byte
        raise UnknownNameError(f"git knows no revision {revision!r}; 'git branch -a' and 'git tag' list them") from None
    return name.decode().strip()


def merge_base(root: Path, first: str, second: str) -> str | None:
    """Return the best common ancestor of two commits; None if they share none.

    Raises:
        EnvironmentFailure: Git is missing or fails.
    """
    try:
        return run(root, "merge-base", "--end-of-options", first, second).decode().strip()
    except EnvironmentFailure:
        return None


def is_top(root: Path) -> bool:
    """Whether a folder is the top folder of a git checkout.

    Raises:
        EnvironmentFailure: The folder is in no git checkout, or git is missing or fails.
    """
    return not run(root, "rev-parse", "--show-prefix").strip()


def tree(root: Path, commit: str, folder: str) -> str | None:
    """Return the hash of the tree of a folder at a commit; None if the commit has no such folder."""
    line = run(root, "ls-tree", "-z", "--end-of-options", commit, folder)
    fields = line.partition(b"\t")[0].split()
    return fields[2].decode() if fields[1:2] == [b"tree"] else None


def blobs(root: Path, commit: str, parts: Iterable[str] = ()) -> list[Blob]:
    """Return the files of a commit below a folder of the checkout, in git's order, limited to `parts` of it.

    Raises:
        EnvironmentFailure: Git is missing or fails, or an object is missing.
    """
    listing = run(root, "ls-tree", "-r", "-z", "--long", "--end-of-options", commit, *parts)
    blobs = []
    for line in filter(None, listing.split(b"\0")):
        header, _, path = line.partition(b"\t")
        mode, _, name, size = header.decode().split()
        blobs.append(Blob(path, mode, name, int(size) if size.isdigit() else 0))
    return blobs


def contents(root: Path, hashes: Iterable[str], limit: int) -> Iterator[bytes]:
    """Yield the content of each object, checked against its hash.

    Raises:
        EnvironmentFailure: An object is missing, larger than `limit`, or does not match its hash.
    """
    with _process(root, "cat-file", "--batch", stdin=True) as process:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        assert process.stdout is not None  # noqa: S101
        for name in hashes:
            try:
                process.stdin.write(f"{name}\n".encode())
                process.stdin.flush()
                header = process.stdout.readline(1000).decode().split()
            except OSError:
                header = []
            if len(header) != 3 or not header[2].isdigit():
                raise EnvironmentFailure(f"git has no object {name}; the clone may be shallow, partial or damaged")
            size = int(header[2])
            if size > limit:
                raise EnvironmentFailure(f"object {name} has {size} bytes, more than the {limit} that are read")
            content = process.stdout.read(size)
            if hash_of(content, header[1], len(name)) != name:
                raise EnvironmentFailure(f"object {name} is damaged; run 'git fsck'")
            process.stdout.read(1)  # a line break
            yield content


def hash_of(content: bytes, kind: str = "blob", digits: int = 40) -> str:
    """Return git's hash of an object: SHA-1 of 40 digits or SHA-256 of 64 (git, hash-function-transition)."""
    algorithm = "sha256" if digits == 64 else "sha1"
    return hashlib.new(algorithm, f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


def day_of(root: Path, commit: str) -> str:
    """Return the date of a commit in the time zone of its committer, as `2024-06-18`.

    Raises:
        EnvironmentFailure: Git is missing or fails, or the commit is missing.
    """
    header = next(contents(root, [commit], 1 << 20)).partition(b"\n\n")[0]
    line = next(line for line in header.split(b"\n") if line.startswith(b"committer "))
    seconds, zone = line.split()[-2:]
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[:1] == b"-" else 1)
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(timezone(offset)).date().isoformat()


def tracks(root: Path, part: str) -> bool:
    """Whether git tracks a file of this name, or any file in a folder of this name; false outside a checkout."""
    try:
        return bool(run(root, "ls-files", "-z", "--", part))
    except EnvironmentFailure:
        return False


def commits_of(root: Path, part: str) -> list[str]:
    """Return the full hashes of the commits up to HEAD that changed a file or folder, newest first.

    Empty outside a checkout and before the first commit.
    """
    try:
        return run(root, "rev-list", "HEAD", "--", part).decode().split()
    except EnvironmentFailure:
        return []


def objects_folder(root: Path) -> Path:
    """Return the folder of a repository's objects.

    Raises:
        EnvironmentFailure: The folder is in no git checkout, or git is missing or fails.
    """
    path = run(root, "rev-parse", "--git-path", "objects").decode("utf-8", "surrogateescape").rstrip("\n")
    return root.absolute() / path


def make_repository(folder: Path, digits: int) -> None:
    """Create an empty repository without hooks or settings, for hashes of so many digits."""
    kind = "sha256" if digits == 64 else "sha1"
    run(folder, "init", "--quiet", "--template=", f"--object-format={kind}", "--", ".", own=True)


def set_head(folder: Path, commit: str) -> None:
    """Set the HEAD and the index of a repository of `make_repository` to a commit, without writing its files."""
    run(folder, "update-ref", "--no-deref", "HEAD", commit, own=True)
    run(folder, "read-tree", commit, own=True)


def run(root: Path, *words: str, own: bool = False) -> bytes:
    """Run git and return its output; with `own`, for a repository of `make_repository`, ignore all other settings.

    Raises:
        EnvironmentFailure: Git is missing, fails, takes too long, or prints too much.
    """
    with _process(root, *words, own=own) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        output = process.stdout.read(MAX_OUTPUT_BYTES + 1)
        if len(output) > MAX_OUTPUT_BYTES:
            raise EnvironmentFailure(f"git {words[0]} printed more than {MAX_OUTPUT_BYTES >> 20} MiB")
    return output


def environment(own: bool = False) -> dict[str, str]:
    """Return the environment of git: that of the user, without its variables of git, with those of every call."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    isolated = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return {**inherited, **VARIABLES, **(isolated if own else {})}


@contextmanager
def _process(root: Path, *words: str, stdin: bool = False, own: bool = False) -> Iterator["subprocess.Popen[bytes]"]:
    """Run git until the block has read its output.

    Raises:
        EnvironmentFailure: Git is missing, fails, or takes too long.
    """
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = ["git", "--no-pager", "--literal-pathspecs", "-C", str(root), *settings, *words]
    source = subprocess.PIPE if stdin else subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(own)
        )
    except FileNotFoundError:
        raise EnvironmentFailure("this needs git, which is not installed") from None
    except OSError as error:
        raise EnvironmentFailure(f"git cannot be started: {(error.strerror or str(error)).lower()}") from None
    timed_out, errors = threading.Event(), bytearray()
    timer = threading.Timer(SECONDS, lambda: (timed_out.set(), process.kill()))
    reader = threading.Thread(target=_drain, args=(process.stderr, errors))
    timer.start()
    reader.start()
    try:
        yield process
        if process.stdin:
            process.stdin.close()
        process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        timer.join()
        reader.join()
        for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
            with suppress(OSError):
                stream.close()
    if timed_out.is_set():
        raise EnvironmentFailure(f"git did not answer within {SECONDS} seconds")
    if process.returncode:
        reason = errors.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise EnvironmentFailure(f"git {words[0]}: {reason[0]}")


def _drain(stream: IO[bytes], output: bytearray) -> None:
    """Read a stream to its end, so that git never waits for a reader, and keep its beginning."""
    while chunk := stream.read(1 << 12):
        if len(output) < 1 << 14:
            output += chunk
