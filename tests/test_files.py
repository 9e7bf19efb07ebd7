"""Files: no link is followed, only regular files are read, and a file is replaced completely or not at all.

Each test runs twice: with folders that are opened one after the other, and as on systems without this.
"""

import errno
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from alleged import files
from alleged.errors import EnvironmentFailure, FileRefused
from alleged.text.escape import file_name


@pytest.fixture(params=["descriptors", "names"], autouse=True)
def _ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "names":
        monkeypatch.setattr(files, "DESCRIPTORS", False)
        monkeypatch.delattr(os, "O_NOFOLLOW", raising=False)
    elif not files.DESCRIPTORS:
        pytest.skip("this system cannot open files relative to an open folder")


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """Return a folder with links to a file and a folder beside it."""
    root = tmp_path / "root"
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "secret").write_bytes(b"secret")
    (outside / "deep" / "secret").write_bytes(b"secret")
    root.mkdir()
    (root / "file").symlink_to(outside / "secret")
    (root / "folder").symlink_to(outside)
    (root / "dangling").symlink_to(outside / "nothing")
    (root / "inside").mkdir()
    (root / "inside" / "folder").symlink_to(outside / "deep")
    return root


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


LINKED = ["file", "folder/secret", "folder/deep/secret", "inside/folder/secret", "dangling"]

ACTIONS: dict[str, Callable[[Path, str], object]] = {
    "read": lambda root, name: files.read(root, name, 100),
    "open": lambda root, name: files.open_file(root, name).close(),
    "digest": files.digest,
    "write": lambda root, name: files.write(root, name, b"new"),
    "stream": lambda root, name: files.open_to_write(root, name).close(),
    "append": lambda root, name: files.open_to_write(root, name, keep=True).close(),
    "sync": files.sync,
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", LINKED)
def test_no_link_is_followed(action: str, name: str, linked: Path, tmp_path: Path) -> None:
    before = contents(tmp_path / "outside")

    with pytest.raises(FileRefused, match="is a link, which is not followed") as error:
        ACTIONS[action](linked, name)

    assert error.value.rule == "symbolic-link"
    assert contents(tmp_path / "outside") == before


FOLDER_ACTIONS: dict[str, Callable[[Path], object]] = {
    "list": lambda root: files.entries(root, "folder"),
    "walk": lambda root: list(files.walk(root, "folder", lambda _: True)),
    "status": lambda root: files.status(root, "folder/secret"),
    "entry": lambda root: files.entry(root, "folder/secret"),
    "create": lambda root: files.create(root, "folder/new", b"new"),
    "make folder": lambda root: files.make_folder(root, "folder/new"),
    "make the link": lambda root: files.make_folder(root, "folder"),
    "rename from": lambda root: files.rename(root, "folder/secret", "taken"),
    "rename to": lambda root: files.rename(root, "inside", "folder/taken"),
    "remove": lambda root: files.remove(root, "folder/secret"),
    "remove folder": lambda root: files.remove_folder(root, "folder", lambda _: True),
    "remove below": lambda root: files.remove_folder(root, "folder/deep", lambda _: True),
    "sync folder": lambda root: files.fsync_dir(root, "folder"),
    "touch": lambda root: files.touch(root, "folder/secret"),
    "lock": lambda root: files.lock(root, "folder/.lock", 0).__enter__(),
}


@pytest.mark.parametrize("action", FOLDER_ACTIONS)
def test_no_link_on_the_way_is_followed(action: str, linked: Path, tmp_path: Path) -> None:
    before = contents(tmp_path / "outside"), sorted(p.name for p in (tmp_path / "outside").iterdir())

    with pytest.raises(FileRefused, match="is a link"):
        FOLDER_ACTIONS[action](linked)

    assert (contents(tmp_path / "outside"), sorted(p.name for p in (tmp_path / "outside").iterdir())) == before


def test_a_link_itself_is_removed_and_what_it_leads_to_is_not(linked: Path, tmp_path: Path) -> None:
    files.remove(linked, "file")
    files.remove(linked, "folder")

    assert (tmp_path / "outside" / "secret").read_bytes() == b"secret"
    assert not os.path.lexists(linked / "file")
    assert not os.path.lexists(linked / "folder")


def test_the_root_may_be_reached_through_links_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")

    files.write(tmp_path / "home", "a", b"text")

    assert files.read(tmp_path / "home", "a", 100) == b"text"


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/etc/hostname", "a\0b", "\ud800", ".."])
def test_a_name_that_leads_out_of_the_root_is_refused(name: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (tmp_path / "outside").write_bytes(b"secret")

    for act in (*ACTIONS.values(), files.status, files.remove, files.make_folder, files.entries):
        with pytest.raises(FileRefused, match="not the name of a file below") as error:
            act(root, name)
        assert error.value.rule == "outside-project"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
@pytest.mark.parametrize("action", ACTIONS)
def test_pipes_sockets_and_folders_are_refused_and_not_waited_for(action: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(tmp_path)  # the path of a socket must be short
        listening.bind("socket")
        for name in ("pipe", "folder", "socket"):
            with pytest.raises(FileRefused, match=f"{name} is not a regular file") as error:
                ACTIONS[action](tmp_path, name)
            assert error.value.rule == "not-a-regular-file"


def test_a_device_is_refused_before_a_byte_of_it_is_read() -> None:
    with pytest.raises(FileRefused, match="zero is not a regular file"):
        files.read("/dev", "zero", 100)


def test_a_file_may_have_just_as_many_bytes_as_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    assert files.read(tmp_path, "a", 5) == b"12345"
    with pytest.raises(FileRefused, match="a is larger than 4 bytes") as error:
        files.read(tmp_path, "a", 4)
    assert error.value.rule == "too-large"


def test_a_limit_is_reported_in_mebibytes_where_it_has_them(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b" " * ((1 << 20) + 1))

    with pytest.raises(FileRefused, match="a is larger than 1 MiB"):
        files.read(tmp_path, "a", 1 << 20)


def test_no_more_is_read_than_the_file_or_the_limit_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    given: list[int] = []
    real = os.read

    def read(handle: int, size: int) -> bytes:
        content = real(handle, size)
        asked.append(size)
        given.append(len(content))
        return content

    monkeypatch.setattr(os, "read", read)
    (tmp_path / "small").write_bytes(b"12345")
    (tmp_path / "large").write_bytes(b" " * 10_000)

    assert files.read(tmp_path, "small", 1 << 40) == b"12345"
    assert asked[0] == 6
    given.clear()
    with pytest.raises(FileRefused):
        files.read(tmp_path, "large", 100)
    assert sum(given) == 101


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there are no such files here")
def test_a_file_that_is_longer_than_the_system_says_is_read_to_its_end_or_to_the_limit() -> None:
    whole = files.read("/proc/self", "status", 1 << 20)

    assert whole.startswith(b"Name:")
    assert len(whole) > 500
    with pytest.raises(FileRefused, match="larger"):
        files.read("/proc/self", "status", 200)


def test_what_is_missing_is_reported_as_by_the_system(tmp_path: Path) -> None:
    for act in (*(ACTIONS[name] for name in ("read", "open", "digest", "sync")), files.status):
        with pytest.raises(FileNotFoundError):
            act(tmp_path, "missing")
    assert files.entry(tmp_path, "missing") is None
    assert not files.exists(tmp_path, "missing")


def test_a_file_in_place_of_a_folder_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    for act in (lambda: files.read(tmp_path, "file/a", 1), lambda: files.entries(tmp_path, "file")):
        with pytest.raises(FileRefused, match="file is not a folder"):
            act()
    with pytest.raises(FileRefused, match="file is not a folder"):
        files.make_folder(tmp_path, "file")


def test_kinds_are_distinguished(linked: Path) -> None:
    (linked / "plain").write_bytes(b"")

    assert [(e.name, e.kind) for e in files.entries(linked)] == [
        ("dangling", "link"),
        ("file", "link"),
        ("folder", "link"),
        ("inside", "folder"),
        ("plain", "file"),
    ]
    assert [(e.name, e.kind) for e in files.entries(linked, "inside")] == [("inside/folder", "link")]
    assert files.is_file(linked, "plain")
    assert files.is_folder(linked, "inside")
    assert files.exists(linked, "dangling")
    assert files.exists(linked, "folder/secret")  # in the way, although it is not used
    for name in ("file", "folder", "dangling", "folder/secret", "inside/folder", "missing"):
        assert not files.is_file(linked, name)
        assert not files.is_folder(linked, name)


def test_a_walk_yields_wanted_files_and_all_links_in_order_and_leaves_out_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/d.yaml", "a/c.txt", ".hidden.yaml", ".git/x.yaml", "__pycache__/y.yaml", "a/b/e.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a" / "z").symlink_to(tmp_path)

    found = [entry.name for entry in files.walk(tmp_path, "", lambda name: name.endswith(".yaml"))]

    assert found == ["a/b/e.yaml", "a/d.yaml", "a/z", "b.yaml"]


def test_a_walk_ends_at_the_deepest_folder_and_names_it(tmp_path: Path) -> None:
    within = tmp_path.joinpath(*["d"] * files.DEEPEST)
    (within / "d").mkdir(parents=True)
    (within / "a.yaml").write_bytes(b"")
    (within / "d" / "b.yaml").write_bytes(b"")

    found = [(e.name.count("/"), e.kind) for e in files.walk(tmp_path, "", lambda name: name.endswith(".yaml"))]

    assert found == [(files.DEEPEST, "file"), (files.DEEPEST, "folder")]


def test_names_of_the_walk_can_be_read_whatever_bytes_they_have(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"\xff.yaml")).write_bytes(b"text")
    except OSError:
        pytest.skip("names of files are UTF-8 here")

    (entry,) = files.walk(tmp_path, "", lambda _: True)

    assert files.read(tmp_path, entry.name, 10) == b"text"
    assert file_name(entry.name) == r"\xff.yaml"


def test_a_file_that_is_replaced_all_the_time_is_given_up_after_ten_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if files.DESCRIPTORS:
        pytest.skip("looking and opening are one step here")
    (tmp_path / "a").write_bytes(b"")
    looks: list[object] = []
    monkeypatch.setattr(os.path, "samestat", lambda *found: looks.append(found))

    with pytest.raises(FileRefused):
        files.read(tmp_path, "a", 1)

    assert len(looks) == 10


# Writing.


def test_a_file_is_replaced_whole_keeps_its_mode_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old and long")
    path.chmod(0o640)

    files.write(tmp_path, "a", b"new")

    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    if hasattr(os, "fchmod"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "fchmod"), reason="other systems have no such modes")
def test_a_new_file_has_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    files.write(tmp_path, "a", b"", mode=0o600)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def fail(monkeypatch: pytest.MonkeyPatch, step: str, number: int = 1) -> list[str]:
    """Make the nth call of one system function fail as on a full disk; return the calls of all three."""
    calls: list[str] = []
    for name in ("open", "fsync", "replace", "rename"):
        real = getattr(os, name)

        def shim(*given: object, _name: str = name, _real: Callable[..., object] = real, **named: object) -> object:
            calls.append(_name)
            if _name == step and calls.count(_name) == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return _real(*given, **named)

        monkeypatch.setattr(os, name, shim)
    return calls


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_a_stream_to_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    usual = os.umask(0o022)
    try:
        files.open_to_write(tmp_path, "a").close()
    finally:
        os.umask(usual)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


@pytest.mark.skipif(os.name != "posix", reason="other systems keep the working folder")
def test_the_working_folder_plays_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    files.write(tmp_path, "a", b"new")

    assert contents(tmp_path) == {"a": b"new"}


@pytest.mark.skipif(not files.DESCRIPTORS, reason="this system cannot open folders")
def test_a_folder_that_cannot_be_opened_is_reported_as_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not files.DESCRIPTORS:
        pytest.skip("folders are not opened in this way")
    (tmp_path / "folder").mkdir()
    fail(monkeypatch, "open", 2)

    with pytest.raises(OSError, match="No space left"):
        files.read(tmp_path, "folder/a", 1)


def test_names_in_a_folder_are_synchronised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fail(monkeypatch, "nothing")

    files.fsync_dir(tmp_path)

    assert calls.count("fsync") == files.DESCRIPTORS


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_else(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    fail(monkeypatch, step)

    with pytest.raises(OSError, match="No space left"):
        files.write(tmp_path, "a", b"new")

    assert contents(tmp_path) == {"a": b"old"}


def test_bytes_are_on_the_disk_before_the_file_takes_its_place_and_its_name_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = fail(monkeypatch, "nothing")

    files.write(tmp_path, "a", b"new")

    order = [call for call in calls if call != "open"]
    assert order == (["fsync", "replace", "fsync"] if files.DESCRIPTORS else ["fsync", "replace"])


def test_a_file_in_place_stays_there_if_its_name_cannot_be_synchronised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, "fsync", 2)

    files.write(tmp_path, "a", b"new")

    assert contents(tmp_path) == {"a": b"new"}


def test_what_another_program_has_changed_is_not_overwritten(tmp_path: Path) -> None:
    for content in (b"newer", b"ol", b"older"):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(EnvironmentFailure, match="a has just been changed by another program"):
            files.write(tmp_path, "a", b"new", before=b"old")
        assert contents(tmp_path) == {"a": content}

    (tmp_path / "a").write_bytes(b"old")
    files.write(tmp_path, "a", b"new", before=b"old")
    assert contents(tmp_path) == {"a": b"new"}


@pytest.mark.parametrize("expected", [{"before": b"old"}, {"new": True}])
def test_of_two_programs_that_change_a_file_at_once_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: dict[str, Any]
) -> None:
    if not files.DESCRIPTORS or files.fcntl is None:
        pytest.skip("this system cannot lock an open folder")
    if "before" in expected:
        (tmp_path / "a").write_bytes(b"old")
    create = files._create

    def slowly(*of_file: Any) -> None:
        time.sleep(0.05)  # long enough for the other one to compare
        create(*of_file)

    def write(content: bytes) -> str:
        try:
            files.write(tmp_path, "a", content, **expected)
        except EnvironmentFailure as error:
            return str(error)
        return "written"

    monkeypatch.setattr(files, "_create", slowly)
    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(write, (b"one", b"two")))

    assert said[0].endswith("by another program; run this again")
    assert said[1] == "written"


def test_a_folder_that_stays_locked_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not files.DESCRIPTORS or files.fcntl is None:
        pytest.skip("this system cannot lock an open folder")
    monkeypatch.setattr(files, "TURN_DELAYS", (0.001,))
    holder = os.open(tmp_path, os.O_RDONLY)
    files.fcntl.flock(holder, files.fcntl.LOCK_EX)
    try:
        with pytest.raises(EnvironmentFailure, match="another program has locked the folder of a"):
            files.write(tmp_path, "a", b"new", new=True)
    finally:
        os.close(holder)


def test_readers_see_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    versions = [bytes([65 + n]) * 100_000 for n in range(2)]
    files.write(tmp_path, "a", versions[0])
    seen: set[bytes] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add(files.read(tmp_path, "a", 1 << 20))

    reader = threading.Thread(target=look)
    reader.start()
    for n in range(50):
        files.write(tmp_path, "a", versions[n % 2])
    stop.set()
    reader.join()

    assert seen <= set(versions)


def test_a_file_that_exists_is_not_created_again(tmp_path: Path) -> None:
    files.create(tmp_path, "a", b"first")

    with pytest.raises(FileExistsError):
        files.create(tmp_path, "a", b"second")
    assert contents(tmp_path) == {"a": b"first"}


def test_a_dangling_link_is_not_created_through(linked: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        files.create(linked, "dangling", b"new")

    assert not (tmp_path / "outside" / "nothing").exists()


@pytest.mark.parametrize("durable", [True, False])
def test_only_durable_files_are_synchronised(durable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fail(monkeypatch, "nothing")

    files.create(tmp_path, "a", b"new", durable=durable)

    assert ("fsync" in calls) == durable


def test_a_stream_starts_empty_or_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")

    with files.open_to_write(tmp_path, "a", keep=True) as file:
        file.write(b", two")
    assert files.read(tmp_path, "a", 100) == b"one, two"
    with files.open_to_write(tmp_path, "a") as file:
        file.write(b"three")
    assert files.read(tmp_path, "a", 100) == b"three"


def test_folders_on_the_way_are_made(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "new", "a/b")
    files.make_folder(tmp_path / "new", "a/b")

    assert (tmp_path / "new" / "a" / "b").is_dir()


def test_a_file_that_a_program_holds_open_is_replaced_when_it_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = os.replace, [PermissionError("in use"), PermissionError("in use")]

    def replace(*given: Any, **named: Any) -> None:
        if refusals:
            raise refusals.pop()
        real(*given, **named)

    monkeypatch.setattr(files, "RETRY_DELAYS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(os, "replace", replace)

    files.write(tmp_path, "a", b"new")

    assert contents(tmp_path) == {"a": b"new"}


def test_a_missing_permission_is_reported_at_once_where_no_program_holds_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[object] = []

    def replace(*given: Any, **named: Any) -> None:
        tries.append(given)
        raise PermissionError("no")

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(files, "RETRY_DELAYS", (0.0, 0.0))
    with pytest.raises(PermissionError):
        files.write(tmp_path, "a", b"new")

    assert len(tries) == (3 if os.name == "nt" else 1)
    assert contents(tmp_path) == {}


# Deleting.


def test_only_files_that_were_made_go_and_the_folder_with_them_if_it_is_empty(tmp_path: Path) -> None:
    for name in ("made/a.parquet", f"made/{files.NEW}12{files.NEW_END}", "kept/a.parquet", "kept/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "kept" / "deep.parquet").mkdir()
    (tmp_path / "kept" / "link.parquet").symlink_to(tmp_path / "kept" / "notes.txt")

    assert files.remove_folder(tmp_path, "made", lambda name: name.endswith(".parquet")) == []
    assert files.remove_folder(tmp_path, "kept", lambda name: name.endswith(".parquet")) == [
        "deep.parquet",
        "link.parquet",
        "notes.txt",
    ]

    assert [p.name for p in tmp_path.iterdir()] == ["kept"]
    assert sorted(p.name for p in (tmp_path / "kept").iterdir()) == ["deep.parquet", "link.parquet", "notes.txt"]


def test_a_folder_is_never_removed_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(OSError, match=r"folder|[Dd]irectory|permitted"):
        files.remove(tmp_path, "folder")
    files.remove(tmp_path, "missing")

    assert (tmp_path / "folder").is_dir()


@pytest.mark.parametrize(("name", "unfinished"), [(".alleged-1.new", True), (".alleged-1", False), ("a.new", False)])
def test_unfinished_files_are_known_by_both_ends_of_their_names(name: str, unfinished: bool) -> None:
    assert files.is_unfinished(name) == unfinished


# Locks, private folders, messages.


def test_one_process_at_a_time_holds_a_lock(tmp_path: Path) -> None:
    code = (
        "import sys; from alleged import files\n"
        "with files.lock(sys.argv[1], '.lock', 60): print('held', flush=True); sys.stdin.read()"
    )
    waits: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        with (
            pytest.raises(EnvironmentFailure, match=r"another process has held \.lock for 0.1 seconds"),
            files.lock(tmp_path, ".lock", 0.1, lambda: waits.append("waiting")),
        ):
            raise AssertionError("two hold the lock")
        other.stdin.close()
        other.wait()

    with files.lock(tmp_path, ".lock", 10, lambda: waits.append("waiting")):
        assert waits == ["waiting"]


def test_where_the_system_has_no_locks_the_next_best_is_used_and_said(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['fcntl'] = sys.modules['msvcrt'] = None; from alleged import files\n"
        "with files.lock(sys.argv[1], '.lock', 1): print('held')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout == "held\n"
    assert "only soft file lock is available" in done.stderr


def test_a_lock_is_released_when_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"), files.lock(tmp_path, ".lock", 1):
        raise ValueError("broken")

    with files.lock(tmp_path, ".lock", 0, lambda: pytest.fail("it is still held")):
        pass


def test_a_lock_that_is_a_link_is_refused(linked: Path, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="is a link"), files.lock(linked, "file", 1):
        raise AssertionError("a link is a lock")
    assert (tmp_path / "outside" / "secret").read_bytes() == b"secret"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="other systems do not tell users so")
@pytest.mark.parametrize(("mode", "private"), [(0o700, True), (0o755, True), (0o720, False), (0o702, False)])
def test_a_private_folder_is_one_that_nobody_else_can_write_to(mode: int, private: bool, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(mode)

    assert files.is_private(tmp_path / "cache") == private


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="other systems do not tell users so")
def test_a_folder_of_somebody_else_is_not_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)

    assert not files.is_private(tmp_path)


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "it was not written: the disk is full"),
        (OSError(errno.EISDIR, "Is a directory"), "it was not written: is a directory"),
        (FileRefused("symbolic-link", "a is a link"), "a is a link"),
    ],
)
def test_errors_of_the_system_are_reported_with_what_went_wrong(raised: OSError, message: str) -> None:
    with pytest.raises(EnvironmentFailure) as error, files.translate_oserror("it was not written"):
        raise raised

    assert str(error.value) == message


def test_the_nearest_folder_upwards_is_found_by_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "alleged.lock").symlink_to(tmp_path / "nowhere")

    assert files.upwards(tmp_path / "a" / "b", "alleged.lock") == tmp_path
    assert files.upwards(tmp_path / "a" / "b", "no such file anywhere") is None


def test_a_temporary_folder_is_gone_with_what_it_holds() -> None:
    with files.temporary_folder() as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b").write_bytes(b"")
        assert os.name != "posix" or stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


@pytest.mark.parametrize(("attributes", "link"), [(stat.FILE_ATTRIBUTE_REPARSE_POINT, True), (0, False)])
def test_a_junction_of_windows_is_a_link(attributes: int, link: bool) -> None:
    status: Any = SimpleNamespace(st_mode=stat.S_IFDIR, st_file_attributes=attributes)  # as os.stat has it there

    assert files._is_link(status) is link


def test_a_file_that_can_be_made_again_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)

    files.write(tmp_path, "page.html", b"old", durable=False)
    files.write(tmp_path, "page.html", b"new", durable=False)
    assert synced == []
    files.write(tmp_path, "record.yaml", b"kept")

    assert synced
    assert (tmp_path / "page.html").read_bytes() == b"new"
    assert len([*tmp_path.iterdir()]) == 2
