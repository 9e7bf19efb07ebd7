"""Git, asked about a repository that strangers may have written: the only module that starts it.

Files are read from git's objects, each checked against its hash, so that no attribute, filter, replacement or setting
of the repository can change, hide or run anything. `git status`, `git archive`, `git show` and the like are never used:
they run programs that `.git/config` names. Answers are bounded in bytes and in time. What is returned are bytes;
callers write files.
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

LARGEST_ANSWER = 1 << 28
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
"""Settings of every call; on the command line they go before those of the repository."""

SURROUNDINGS = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""Variables of every call; all other `GIT_*` variables are cleared. No protocol is allowed, so nothing is fetched."""


class Blob(NamedTuple):
    """A file of a revision: its path from the project's folder as git has it, its mode, the hash and the size.

    `size` is 0 for a submodule, which has no content here.
    """

    path: bytes
    mode: str
    hash: str
    size: int


def resolve(root: Path, revision: str) -> str:
    """Return the full hash of the commit that a revision names, such as `main`, `HEAD~2` or a tag.

    Raises:
        UnknownNameError: There is no such revision.
        EnvironmentFailure: The folder is in no git checkout, or git is missing or does not answer.
    """
    answer(root, "rev-parse", "--git-dir")
    try:
        name = answer(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except (EnvironmentFailure, ValueError):  # an argument with a NUL byte
        raise UnknownNameError(f"git knows no revision {revision!r}; 'git branch -a' and 'git tag' list them") from None
    return name.decode().strip()


def merge_base(root: Path, first: str, second: str) -> str | None:
    """Return the best common ancestor of two commits; None if they share none.

    Raises:
        EnvironmentFailure: Git is missing or does not answer.
    """
    try:
        return answer(root, "merge-base", "--end-of-options", first, second).decode().strip()
    except EnvironmentFailure:
        return None


def is_top(root: Path) -> bool:
    """Whether a folder is the top of a git checkout, and not a folder within one.

    Raises:
        EnvironmentFailure: The folder is in no git checkout, or git is missing or does not answer.
    """
    return not answer(root, "rev-parse", "--show-prefix").strip()


def tree(root: Path, commit: str, folder: str) -> str | None:
    """Return the hash of the tree of a folder at a commit; None if the commit has no such folder."""
    found = answer(root, "ls-tree", "-z", "--end-of-options", commit, folder)
    for line in filter(None, found.split(b"\0")):
        _, kind, name = line.partition(b"\t")[0].split()
        if kind == b"tree":
            return name.decode()
    return None


def blobs(root: Path, commit: str, parts: Iterable[str] = ()) -> list[Blob]:
    """Return the files of a commit below a folder of the checkout, in git's order; `parts` are those to look at.

    Raises:
        EnvironmentFailure: Git is missing or does not answer, or an object is not here.
    """
    found = answer(root, "ls-tree", "-r", "-z", "--long", "--end-of-options", commit, *parts)
    result = []
    for line in filter(None, found.split(b"\0")):
        about, _, path = line.partition(b"\t")
        mode, _, name, size = about.decode().split()
        result.append(Blob(path, mode, name, int(size) if size.isdigit() else 0))
    return result


def contents(root: Path, hashes: Iterable[str], limit: int) -> Iterator[bytes]:
    """Yield the content of each object, checked against its hash.

    Raises:
        EnvironmentFailure: An object is not here, larger than `limit`, or not the one that its hash names.
    """
    with _started(root, "cat-file", "--batch", stdin=True) as process:
        assert process.stdin is not None  # noqa: S101 - for the type checker
        assert process.stdout is not None  # noqa: S101
        for name in hashes:
            try:
                process.stdin.write(f"{name}\n".encode())
                process.stdin.flush()
                about = process.stdout.readline(1000).decode().split()
            except OSError:
                about = []
            if len(about) != 3 or not about[2].isdigit():
                raise EnvironmentFailure(f"git has no object {name}; the clone may be shallow, partial or damaged")
            size = int(about[2])
            if size > limit:
                raise EnvironmentFailure(f"object {name} has {size} bytes, more than the {limit} that are read")
            content = process.stdout.read(size)
            if hash_of(content, about[1], len(name)) != name:
                raise EnvironmentFailure(f"object {name} is damaged; run 'git fsck'")
            process.stdout.read(1)  # a line break
            yield content


def hash_of(content: bytes, kind: str = "blob", digits: int = 40) -> str:
    """Return git's hash of an object: SHA-1 of 40 digits or SHA-256 of 64 (git, hash-function-transition)."""
    algorithm = "sha256" if digits == 64 else "sha1"
    return hashlib.new(algorithm, f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


def day_of(root: Path, commit: str) -> str:
    """Return the day on which a commit was made, where its committer was, as `2024-06-18`.

    Raises:
        EnvironmentFailure: Git is missing or does not answer, or the commit is not here.
    """
    head = next(contents(root, [commit], 1 << 20)).partition(b"\n\n")[0]
    line = next(line for line in head.split(b"\n") if line.startswith(b"committer "))
    seconds, zone = line.split()[-2:]
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[:1] == b"-" else 1)
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(timezone(offset)).date().isoformat()


def tracks(root: Path, part: str) -> bool:
    """Whether git tracks a file of this name, or any in the folder of this name; it does not outside a checkout."""
    try:
        return bool(answer(root, "ls-files", "-z", "--", part))
    except EnvironmentFailure:
        return False


def objects_folder(root: Path) -> Path:
    """Return the folder of a repository's objects.

    Raises:
        EnvironmentFailure: The folder is in no git checkout, or git is missing or does not answer.
    """
    found = answer(root, "rev-parse", "--git-path", "objects").decode("utf-8", "surrogateescape").rstrip("\n")
    return root.absolute() / found


def make_repository(folder: Path, digits: int) -> None:
    """Make an empty repository without hooks or settings, for hashes of so many digits."""
    kind = "sha256" if digits == 64 else "sha1"
    answer(folder, "init", "--quiet", "--template=", f"--object-format={kind}", "--", ".", own=True)


def check_out_nothing(folder: Path, commit: str) -> None:
    """Let a repository of `make_repository` be at a commit, with its files in the index; files are not touched."""
    answer(folder, "update-ref", "--no-deref", "HEAD", commit, own=True)
    answer(folder, "read-tree", commit, own=True)


def answer(root: Path, *words: str, own: bool = False) -> bytes:
    """Return what git prints; `own` repositories were just made here, without settings of the user or the system.

    Raises:
        EnvironmentFailure: Git is missing, refuses, does not answer in time, or prints too much.
    """
    with _started(root, *words, own=own) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker
        printed = process.stdout.read(LARGEST_ANSWER + 1)
        if len(printed) > LARGEST_ANSWER:
            raise EnvironmentFailure(f"git {words[0]} printed more than {LARGEST_ANSWER >> 20} MiB")
    return printed


def environment(own: bool = False) -> dict[str, str]:
    """Return the environment of git: that of the user without variables of git, and with those of every call."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return {**kept, **SURROUNDINGS, **(alone if own else {})}


@contextmanager
def _started(root: Path, *words: str, stdin: bool = False, own: bool = False) -> Iterator["subprocess.Popen[bytes]"]:
    """Run git until the block has read its answer.

    Raises:
        EnvironmentFailure: Git is missing, refuses, or does not answer in time.
    """
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    run = ["git", "--no-pager", "--literal-pathspecs", "-C", str(root), *settings, *words]
    source = subprocess.PIPE if stdin else subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            run, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(own)
        )
    except FileNotFoundError:
        raise EnvironmentFailure("this needs git, which is not installed") from None
    except OSError as error:
        raise EnvironmentFailure(f"git cannot be started: {(error.strerror or str(error)).lower()}") from None
    late, said = threading.Event(), bytearray()
    clock = threading.Timer(SECONDS, lambda: (late.set(), process.kill()))
    reader = threading.Thread(target=_drain, args=(process.stderr, said))
    clock.start()
    reader.start()
    try:
        yield process
        if process.stdin:
            process.stdin.close()
        process.wait()
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        clock.join()
        reader.join()
        for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
            with suppress(OSError):
                stream.close()
    if late.is_set():
        raise EnvironmentFailure(f"git did not answer within {SECONDS} seconds")
    if process.returncode:
        reason = said.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise EnvironmentFailure(f"git {words[0]}: {reason[0]}")


def _drain(stream: IO[bytes], said: bytearray) -> None:
    """Read what git says until it ends, and keep the beginning, so that it never waits for a reader."""
    while chunk := stream.read(1 << 12):
        if len(said) < 1 << 14:
            said += chunk
