"""Files that appear whole or not at all: temporary name, fsync, rename.

Covered: atomic files and atomic directories; a hook that tests use to kill or fail the process at the k-th file
operation. Not covered: locking (see `flow/run`), network file systems without atomic rename.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmrecipes.core.errors import WorldError

TEMPORARY = ".tmp-"
"""Prefix of names that are not committed yet; whatever bears it may be removed on resume."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yields a temporary path to write to; on a clean exit the file is synced and renamed to `path`."""
    temporary = _temporary(path)
    with explained(path):
        operation("mkdir", path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            _commit(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yields a temporary folder to fill; on a clean exit its files are synced and it is renamed to `path`."""
    temporary = _temporary(path)
    with explained(path):
        operation("mkdir", temporary)
        temporary.mkdir(parents=True)
        try:
            yield temporary
            for file in sorted(temporary.iterdir()):
                operation("fsync", file)
                _fsync(file)
            _commit(temporary, path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file atomically."""
    with new_file(path) as temporary:
        operation("write", path)
        temporary.write_bytes(data)


def remove_temporaries(folder: Path) -> None:
    """Remove what an interrupted process left under temporary names, anywhere below `folder`."""
    for leftover in [*folder.rglob(f"{TEMPORARY}*")]:
        operation("remove", leftover)
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink(missing_ok=True)


def operation(kind: str, path: Path) -> None:
    """Called before every file operation that changes the disk. Tests set `MMR_TEST_FILE_OPERATION` to
    `kill|fail:K:COUNTER_FILE` to have the K-th one, over all processes, kill the process group or fail."""
    wanted = os.environ.get("MMR_TEST_FILE_OPERATION")
    if not wanted:
        return
    action, k, counter = wanted.split(":", 2)
    with Path(counter).open("ab", buffering=0) as f:
        f.write(b".")
        count = os.fstat(f.fileno()).st_size
    if count == int(k):
        if action == "kill":
            os.killpg(0, signal.SIGKILL)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _temporary(path: Path) -> Path:
    return path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")


def _commit(temporary: Path, path: Path) -> None:
    operation("fsync", temporary)
    _fsync(temporary)
    operation("rename", path)
    temporary.rename(path)
    operation("fsync", path.parent)
    _fsync(path.parent)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the file system says into an error that names the place and the remedy."""
    try:
        yield
    except OSError as e:
        remedies = {
            errno.ENOSPC: "the disk is full: free some space and run the same command again, it goes on",
            errno.EDQUOT: "your disk quota is used up: free some space and run the same command again, it goes on",
            errno.EACCES: "no permission to write: choose another --out or change the folder's permissions",
            errno.EPERM: "no permission to write: choose another --out or change the folder's permissions",
            errno.EROFS: "the file system is read-only: choose another --out",
        }
        reason = remedies.get(e.errno or 0, f"{e.strerror or e}; mend that and run the same command again, it goes on")
        raise WorldError(f"cannot write {path}: {reason}") from e
