"""The file of the answer log: its tables, connections to it, and the one thread that writes, in groups.

Covered: everything queued goes into one transaction (group commit), whose waiters are told after the commit; an
operation that cannot be stored does not fail its group; what SQLite says as errors with a remedy. Not covered: what
an answer is (see `answers`); several machines on one file, which SQLite's WAL rules out.
"""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from mmrecipes.core.errors import UsageError, WorldError
from mmrecipes.store.files import operation

VERSION = 1
APPLICATION = 0x6D6D7241
"""`mmrA`: tells our files from other SQLite files."""
LARGEST_GROUP = 1024

_TABLES = (
    """CREATE TABLE answers (
        id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
        model TEXT NOT NULL, endpoint TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, sample TEXT NOT NULL,
        tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL, images INTEGER NOT NULL, cost REAL NOT NULL,
        seconds REAL NOT NULL, at REAL NOT NULL, reused INTEGER NOT NULL, stand_in INTEGER NOT NULL,
        usage_known INTEGER NOT NULL)""",
    # apart, so that counting and listing do not read gigabytes of texts
    "CREATE TABLE bodies (id INTEGER PRIMARY KEY, request BLOB NOT NULL, response BLOB NOT NULL)",
    """CREATE TABLE intents (
        id INTEGER PRIMARY KEY, key BLOB NOT NULL CHECK (length(key) = 16), cost REAL NOT NULL, at REAL NOT NULL,
        lost INTEGER NOT NULL)""",
    "CREATE INDEX intents_by_key ON intents (key)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)

_UNSTORABLE = (
    ValueError, TypeError, OverflowError,
    sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError,
)  # fmt: skip
"""What is wrong with one operation's values, not with the file."""

Work = Callable[[sqlite3.Connection], object]
"""The statements of one operation."""


class _Queued(NamedTuple):
    work: Work
    waiter: asyncio.Future[None] | None = None


class Writer:
    """One thread that owns the writing connection. `commits` counts its transactions."""

    def __init__(self, path: Path) -> None:
        self.path, self.commits = path, 0
        self._queue: SimpleQueue[_Queued | None] = SimpleQueue()
        self._lock, self._closed = threading.Lock(), False
        self._broken: WorldError | None = None
        self._db = _open_to_write(path)
        self._thread = threading.Thread(target=self._run, name=f"writes {path.name}", daemon=True)
        self._thread.start()

    async def commit(self, work: Work) -> None:
        """Returns when `work` is committed. Raises `WorldError` when the file cannot be written, `ValueError` or the
        like when these values cannot be stored."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._put(_Queued(work, waiter))
        await waiter

    def enqueue(self, work: Work) -> None:
        """Have `work` done with the next group; nobody is told whether it was."""
        self._put(_Queued(work))

    def close(self) -> None:
        """Commit what is queued and end the thread. May be called again."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _put(self, queued: _Queued) -> None:
        with self._lock:
            if self._closed:
                raise RuntimeError(f"the answer log {self.path} is closed")
            self._queue.put(queued)

    def _run(self) -> None:
        last = False
        while not last:
            group, last = self._next_group()
            if group:
                _tell(group, self._write(group))
        self._db.close()

    def _next_group(self) -> tuple[list[_Queued], bool]:
        """All that is queued, at least one operation; True when nothing follows."""
        group: list[_Queued] = []
        with suppress(Empty):
            while len(group) < LARGEST_GROUP:
                queued = self._queue.get(block=not group)
                if queued is None:
                    return group, True
                group.append(queued)
        return group, False

    def _write(self, group: Sequence[_Queued]) -> list[Exception | None]:
        """Commit the group; the error of each operation."""
        if self._broken:
            return [self._broken] * len(group)
        errors: list[Exception | None] = [None] * len(group)
        try:
            while not self._transaction(group, errors):
                self._db.execute("ROLLBACK")
        except Exception as e:  # noqa: BLE001 - whatever it is, the waiters get it and the thread goes on
            return [self._failed(e)] * len(group)
        return errors

    def _transaction(self, group: Sequence[_Queued], errors: list[Exception | None]) -> bool:
        """Commit the operations that have no error; False, without commit, when one more turns out to have one."""
        self._db.execute("BEGIN IMMEDIATE")
        for i, queued in enumerate(group):
            try:
                if errors[i] is None:
                    queued.work(self._db)
            except _UNSTORABLE as e:
                e.add_note(f"while storing in {self.path}")
                errors[i] = e
                return False
        operation("commit", self.path)
        self._db.execute("COMMIT")
        self.commits += 1
        return True

    def _failed(self, error: Exception) -> WorldError:
        """Undo the transaction. A full disk or another writer may pass; after any other failure of SQLite, above all
        of an fsync, nothing further is written, for what the file then holds is not known."""
        told = explained(self.path, error)
        told.__cause__ = error
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            self._broken = told
        if isinstance(error, sqlite3.Error) and _code(error) not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY):
            self._broken = told
        return told


def _tell(group: Sequence[_Queued], errors: Sequence[Exception | None]) -> None:
    """Wake the waiters, with one call into each event loop."""
    waiting: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[None], Exception | None]]] = {}
    for queued, error in zip(group, errors, strict=True):
        if queued.waiter is not None:
            waiting.setdefault(queued.waiter.get_loop(), []).append((queued.waiter, error))
    for loop, told in waiting.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_wake, told)


def _wake(told: Sequence[tuple[asyncio.Future[None], Exception | None]]) -> None:
    for waiter, error in told:
        if waiter.done():  # cancelled meanwhile
            continue
        if error is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(error)


def _open_to_write(path: Path) -> sqlite3.Connection:
    """A connection for writing; makes folder, file and tables where they are missing. Raises `WorldError`."""
    try:
        operation("mkdir", path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as e:
        raise explained(path, e) from e
    try:
        _has_tables(path, db)
        if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise WorldError(f"cannot use the answer log {path}: {_LOCAL}")
        db.execute("PRAGMA synchronous = FULL")
        _make_tables(path, db)
    except Exception as e:
        db.close()
        raise (explained(path, e) if isinstance(e, sqlite3.Error | OSError) else e) from e
    return db


def _make_tables(path: Path, db: sqlite3.Connection) -> None:
    operation("create", path)
    db.execute("BEGIN IMMEDIATE")
    if not _has_tables(path, db):
        for statement in _TABLES:
            db.execute(statement)
    db.execute("COMMIT")


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. A file in a folder that cannot be written, where SQLite cannot make the `-shm`
    beside it, is read as it is if no process has it open. Raises `UsageError` or `WorldError`."""
    if not path.is_file():
        raise UsageError(f"there is no answer log {path}")
    in_use = path.with_name(f"{path.name}-wal")
    try:
        return _opened(path, "mode=ro")
    except sqlite3.Error as e:
        if _code(e) != sqlite3.SQLITE_CANTOPEN or in_use.exists():
            raise explained(path, e) from e
    try:
        return _opened(path, "mode=ro&immutable=1")
    except sqlite3.Error as e:
        raise explained(path, e) from e


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{mode}"
    db = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        if not _has_tables(path, db):
            raise UsageError(f"there are no answers in {path} yet")
    except BaseException:
        db.close()
        raise
    return db


def _has_tables(path: Path, db: sqlite3.Connection) -> bool:
    """False for a file in which nothing was made yet. Raises `WorldError` when it is not ours or is a newer version."""
    version, application, tables = (
        db.execute(f"SELECT * FROM {source}").fetchone()[0]
        for source in ("pragma_user_version", "pragma_application_id", "(SELECT count(*) FROM sqlite_schema)")
    )
    if application != APPLICATION and (tables or version or application):
        raise WorldError(f"{path} is not an answer log of mmrecipes: move it away or choose another --out")
    if version > VERSION:
        raise WorldError(
            f"{path} was written by a newer mmrecipes (version {version} of the log; this one reads {VERSION}): "
            "install that mmrecipes, or choose another --out"
        )
    return bool(version)


_FULL = "the disk is full: free some space and run the same command again, it goes on"
_DENIED = "no permission, or no such place: choose another --out or change the folder's permissions"
_DAMAGED = (
    "the file is damaged. Restore it from a backup, or save what can be read with `sqlite3 FILE .recover`, or "
    "move it away: its answers are then paid again"
)
_LOCAL = "its file system lacks the locks that SQLite's WAL needs (network folders do): choose an --out on a local disk"
_BUSY = "another process has been writing to it for 30 s: end that one, then run the same command again, it goes on"
_FAULTY = (
    "the disk or its file system failed (broken, a quota used up, a network folder?): mend that and run the same "
    "command again, it goes on"
)
_REMEDIES: dict[int, str] = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _LOCAL,
    sqlite3.SQLITE_IOERR: _FAULTY,
    **dict.fromkeys((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB), _DAMAGED),
    **dict.fromkeys((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM), _DENIED),
}
_SYSTEM: dict[int, str] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), _FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _DENIED),
}


def explained(path: Path, error: Exception) -> WorldError:
    """What SQLite or the system says, with the place and the remedy."""
    if isinstance(error, sqlite3.Error):
        remedy = _REMEDIES.get(_code(error))
    else:
        remedy = _SYSTEM.get(getattr(error, "errno", None) or 0)
    said = f"{remedy} [{error}]" if remedy else f"{type(error).__name__}: {error}"
    return WorldError(f"cannot use the answer log {path}: {said}")


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 when Python's module raised the error."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
