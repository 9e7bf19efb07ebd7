"""Index of checked bundles: which records they have, what each looked up and is compared by, and what was found.

An index is a database of SQLite that is stored as one sealed file of the cache (`cache.py`): it is read whole, changed
in memory, and replaced whole. So readers never wait, a killed process leaves the file of before, and one flipped bit
anywhere makes it invalid. It has no records; those are in the `Store`, under the digest of their bundle.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from alleged import files

SCHEMA = """
CREATE TABLE bundles (n INTEGER PRIMARY KEY, path TEXT UNIQUE, digest TEXT, near TEXT, waivers TEXT);
CREATE TABLE records (id TEXT PRIMARY KEY, kind TEXT, bundle INTEGER, place INTEGER, stamp INTEGER, shown INTEGER)
  WITHOUT ROWID;
CREATE INDEX records_of ON records (bundle);
CREATE TABLE kinds (kind TEXT PRIMARY KEY, records INTEGER) WITHOUT ROWID;
CREATE TABLE uses (id INTEGER, bundle INTEGER, PRIMARY KEY (id, bundle)) WITHOUT ROWID;
CREATE INDEX uses_of ON uses (bundle);
CREATE TABLE keys (key INTEGER, own INTEGER, bundle INTEGER, place INTEGER, space INTEGER,
                   PRIMARY KEY (key, own, bundle, place)) WITHOUT ROWID;
CREATE INDEX keys_of ON keys (bundle, place);
CREATE TABLE traces (id INTEGER, bundle INTEGER, place INTEGER, PRIMARY KEY (id, bundle, place)) WITHOUT ROWID;
CREATE INDEX traces_of ON traces (bundle);
CREATE TABLE shared (bundle INTEGER, place INTEGER, space INTEGER, finding TEXT);
CREATE INDEX shared_of ON shared (bundle, place);
CREATE TABLE days (day TEXT);
"""
"""`place` is the position of a record among those of its bundle. Ids in `uses`, and keys, are hashes: where two clash,
more is judged again, and nothing changes. `near` are findings of rules on one record, `shared` those of the others."""

STORED = "CREATE TABLE IF NOT EXISTS read (digest TEXT PRIMARY KEY, reader BLOB, seal BLOB, entry BLOB)"
"""The bundles of the `Store`."""

SLICE = 500
"""Values in one query; SQLite accepts at least 999."""


class Key(NamedTuple):
    """A key of the record at a place of a bundle, in the space of one function that yields keys.

    It is the record's `own`, or one of other records for which the record counts.
    """

    key: int
    own: bool
    place: int
    space: int


class Entry(NamedTuple):
    """What is known of a bundle once its records were judged; `near` and `waivers` are JSON."""

    near: str
    waivers: str
    uses: Sequence[int]
    keys: Sequence[Key]


class Member(NamedTuple):
    """A record by the number of its bundle and its place there."""

    bundle: int
    place: int


class Stamped(NamedTuple):
    """A record with its kind and two digests: of all of it, and of what others see of it.

    `leads_to` are hashes of the ids that rules follow from the record.
    """

    id: str
    kind: str
    stamp: int
    shown: int
    leads_to: tuple[int, ...] = ()


def hashed(*parts: object) -> int:
    """Return a number of 64 bits for some texts, numbers and tuples; the same in every process."""
    return int.from_bytes(sha256(repr(parts).encode()).digest()[:8], signed=True)


UNUSABLE = sqlite3.Error
"""Raised by methods of an index that is not what this module wrote."""


class SharedIdError(Exception):
    """Two records have one id."""


class Index:
    """An index in memory."""

    def __init__(self, image: bytes | memoryview | None = None) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        if image is None:
            self._db.executescript(SCHEMA)
        else:
            self._db.deserialize(image)
        self._db.execute("BEGIN")

    def image(self) -> bytes:
        """Return the database as bytes, without pages that are half empty."""
        self._db.execute("COMMIT")
        try:
            self._db.execute("VACUUM")
            return self._db.serialize()
        finally:
            self._db.execute("BEGIN")

    def close(self) -> None:
        """Free its memory."""
        self._db.close()

    # Bundles and records.

    def bundles(self) -> dict[str, tuple[int, str]]:
        """Return the number and digest of each bundle by its path."""
        return {path: (n, digest) for path, n, digest in self._db.execute("SELECT path, n, digest FROM bundles")}

    def add(self, path: str, digest: str, records: Iterable[Stamped]) -> int:
        """Add a bundle with its records, and return its number.

        Raises:
            SharedIdError: Another record has one of the ids.
        """
        n = self._db.execute("INSERT INTO bundles (path, digest) VALUES (?, ?)", (path, digest)).lastrowid or 0
        placed = [*enumerate(records)]
        rows = ((r.id, r.kind, n, place, r.stamp, r.shown) for place, r in placed)
        try:
            self._db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", rows)
        except sqlite3.IntegrityError as error:
            raise SharedIdError from error
        self._count([r.kind for _, r in placed], 1)
        traces = ((id, n, place) for place, r in placed for id in r.leads_to)
        self._db.executemany("INSERT OR IGNORE INTO traces VALUES (?, ?, ?)", traces)
        return n

    def remove(self, bundles: Iterable[int]) -> None:
        """Remove bundles with all that is known of them."""
        for n in bundles:
            kinds = self._db.execute("SELECT kind FROM records WHERE bundle = ?", (n,)).fetchall()
            self._count([kind for (kind,) in kinds], -1)
            for table in ("records", "uses", "keys", "traces", "shared"):
                self._db.execute(f"DELETE FROM {table} WHERE bundle = ?", (n,))  # noqa: S608 - one of these
            self._db.execute("DELETE FROM bundles WHERE n = ?", (n,))

    def members(self, bundles: Iterable[int]) -> dict[Member, Stamped]:
        """Return the records of some bundles, in their order."""
        rows = self._in("SELECT bundle, place, id, kind, stamp, shown FROM records WHERE bundle IN", bundles)
        return {Member(n, place): Stamped(*rest) for n, place, *rest in sorted(rows)}

    def where(self, id: str) -> Member | None:
        """Return where the record with an id is."""
        row = self._db.execute("SELECT bundle, place FROM records WHERE id = ?", (id,)).fetchone()
        return Member(*row) if row else None

    def stamps(self) -> dict[int, int]:
        """Return the digest of every record, by the hash of its id."""
        return {hashed(id): stamp for id, stamp in self._db.execute("SELECT id, stamp FROM records")}

    def ids(self) -> dict[str, list[str]]:
        """Return the ids of all records by kind."""
        ids: dict[str, list[str]] = {}
        for kind, id in self._db.execute("SELECT kind, id FROM records"):
            ids.setdefault(kind, []).append(id)
        return ids

    def counts(self) -> dict[str, int]:
        """Return the number of records of each kind."""
        return dict(self._db.execute("SELECT kind, records FROM kinds WHERE records"))

    def _count(self, kinds: Sequence[str], by: int) -> None:
        change = "INSERT INTO kinds VALUES (?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records"
        self._db.executemany(change, ((kind, by * kinds.count(kind)) for kind in {*kinds}))

    # What was looked up, and what records are compared by.

    def describe(self, n: int, entry: Entry) -> None:
        """Replace what is known of the records of a bundle, but for the findings of rules that compare records."""
        self._db.execute("UPDATE bundles SET near = ?, waivers = ? WHERE n = ?", (entry.near, entry.waivers, n))
        self._db.execute("DELETE FROM uses WHERE bundle = ?", (n,))
        self._db.execute("DELETE FROM keys WHERE bundle = ?", (n,))
        self._db.executemany("INSERT INTO uses VALUES (?, ?)", ((id, n) for id in entry.uses))
        keys = ((key.key, key.own, n, key.place, key.space) for key in entry.keys)
        self._db.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?)", keys)

    def users(self, ids: Iterable[int]) -> set[int]:
        """Return the bundles that looked up one of some ids."""
        return {n for (n,) in self._in("SELECT bundle FROM uses WHERE id IN", ids)}

    def keys_of(self, members: Iterable[Member]) -> dict[int, set[int]]:
        """Return the keys of some records by space, their own and those for which they count."""
        found: dict[int, set[int]] = {}
        for member in members:
            for space, key in self._db.execute("SELECT space, key FROM keys WHERE bundle = ? AND place = ?", member):
                found.setdefault(space, set()).add(key)
        return found

    def own_keys(self, members: Iterable[Member], space: int) -> set[int]:
        """Return the own keys of some records in a space."""
        query = "SELECT key FROM keys WHERE bundle = ? AND place = ? AND space = ? AND own"
        return {key for member in members for (key,) in self._db.execute(query, (*member, space))}

    def owners(self, key: int) -> list[Member]:
        """Return the records whose own key a key is."""
        query = "SELECT bundle, place FROM keys WHERE key = ? AND own = 1 ORDER BY bundle, place"
        return [Member(*row) for row in self._db.execute(query, (key,))]

    def sharing(self, keys: Iterable[int], enough: int = 0) -> set[Member]:
        """Return the records that have one of some keys or count for it.

        If so many records with a key are `enough`, no more of them are returned.
        """
        query = "SELECT bundle, place FROM keys WHERE key = ? LIMIT ?"
        return {Member(*row) for key in keys for row in self._db.execute(query, (key, enough or -1))}

    def through(self, id: int) -> list[Member]:
        """Return the records through which a rule may have looked up an id."""
        return [Member(*row) for row in self._db.execute("SELECT bundle, place FROM traces WHERE id = ?", (id,))]

    # Findings.

    def replace_shared(self, space: int, members: Iterable[Member], findings: Iterable[tuple[int, int, str]]) -> None:
        """Replace the findings at some records of the rules that compare by one space; each is JSON."""
        gone = "DELETE FROM shared WHERE bundle = ? AND place = ? AND space = ?"
        self._db.executemany(gone, ((*member, space) for member in members))
        rows = ((n, place, space, finding) for n, place, finding in findings)
        self._db.executemany("INSERT INTO shared VALUES (?, ?, ?, ?)", rows)

    def shared_at(self, bundles: Iterable[int]) -> list[tuple[Member, int, str]]:
        """Return the findings at records of some bundles that `replace_shared` has stored, with record and space."""
        rows = self._in("SELECT bundle, place, space, finding FROM shared WHERE bundle IN", bundles)
        return [(Member(n, place), space, finding) for n, place, space, finding in rows]

    def findings(self) -> Iterator[tuple[int, Any]]:
        """Yield every finding, with the number of the bundle of its record."""
        for n, near in self._db.execute("SELECT n, near FROM bundles WHERE near != '[]'"):
            yield from ((n, finding) for finding in json.loads(near))
        for n, finding in self._db.execute("SELECT bundle, finding FROM shared"):
            yield n, json.loads(finding)

    def waivers(self) -> Iterator[tuple[int, Any]]:
        """Yield what records allow, with the number of the bundle."""
        for n, waivers in self._db.execute("SELECT n, waivers FROM bundles WHERE waivers != '[]'"):
            yield from ((n, waiver) for waiver in json.loads(waivers))

    @property
    def day(self) -> str:
        """The last day on which all bundles were judged, or of which it makes no difference; empty at first."""
        return next((day for (day,) in self._db.execute("SELECT day FROM days")), "")

    @day.setter
    def day(self, day: str) -> None:
        self._db.execute("DELETE FROM days")
        self._db.execute("INSERT INTO days VALUES (?)", (day,))

    def _in(self, query: str, values: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        for part in _sliced(values):
            yield from self._db.execute(f"{query} ({','.join('?' * len(part))})", part)


def _sliced(values: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """Yield values in lists that fit into one query."""
    listed = [*values]
    yield from (listed[start : start + SLICE] for start in range(0, len(listed), SLICE))


class Store:
    """Read bundles by the digest of their bytes, in a database of SQLite; each row has a seal of its own.

    Which records are valid depends on the tool and on the own codes of the dataset: on what `reader` read them. Rows of
    another reader or that are damaged count as missing, and a database that is damaged as empty.
    """

    def __init__(self, path: Path, tool: str, codes: str) -> None:
        self.codes = codes
        self._path = path
        self._reader = sha256(f"{tool} {codes}".encode()).digest()
        self._db: sqlite3.Connection | None = None

    def load(self, digests: Iterable[str]) -> dict[str, list[Any]]:
        """Return the entries (see `bundles`) of bundles without issues that are stored, by digest."""
        found: dict[str, list[Any]] = {}
        with self._usable():
            for part in _sliced(digests):
                query = f"SELECT digest, seal, entry FROM read WHERE digest IN ({','.join('?' * len(part))})"  # noqa: S608
                for digest, seal, entry in self._open().execute(query, part):
                    if seal == self._seal(digest, entry):
                        found[digest] = json.loads(entry)[2:]
        return found

    def known(self, digests: Iterable[str]) -> set[str]:
        """Return those of some digests whose bundles this reader stored; an entry may still be damaged."""
        found: set[str] = set()
        with self._usable():
            for part in _sliced(digests):
                query = f"SELECT digest FROM read WHERE reader = ? AND digest IN ({','.join('?' * len(part))})"  # noqa: S608
                found |= {digest for (digest,) in self._open().execute(query, [self._reader, *part])}
        return found

    def add(self, entries: Mapping[str, bytes]) -> None:
        """Add entries by digest. If the database is busy or cannot be written, nothing is added."""
        with self._usable(), self._open() as db:
            rows = ((digest, self._reader, self._seal(digest, entry), entry) for digest, entry in entries.items())
            db.executemany("INSERT OR REPLACE INTO read VALUES (?, ?, ?, ?)", rows)

    def shrink(self, keep: Iterable[str]) -> None:
        """Remove all entries but some, if most are others."""
        kept = {*keep}
        with self._usable(), self._open() as db:
            if db.execute("SELECT count(*) FROM read").fetchone()[0] > 2 * len(kept):
                old = [row for row in db.execute("SELECT digest FROM read") if row[0] not in kept]
                db.executemany("DELETE FROM read WHERE digest = ?", old)

    def close(self) -> None:
        """Close the database; it is opened again when it is needed."""
        if self._db:
            self._db.close()
        self._db = None

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Go on without the database if it is busy or cannot be opened; delete it if it is damaged."""
        try:
            yield
        except sqlite3.OperationalError:
            self.close()
        except sqlite3.DatabaseError:
            self.close()
            for suffix in ("", "-wal", "-shm"):
                files.remove(self._path.parent, self._path.name + suffix)

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(self._path, timeout=0.2)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = OFF")
            self._db.execute(STORED)
        return self._db

    def _seal(self, digest: str, entry: bytes) -> bytes:
        return sha256(self._reader + digest.encode() + entry).digest()
