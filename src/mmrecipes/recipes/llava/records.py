"""A user's own records: JSON lines, or one JSON array of objects.

Covered: random access by row with only offsets in memory (JSON lines), telling these files from COCO's one object.
Not covered: arrays over `ARRAY_BYTES`, which would have to be held in memory; rewriting one as lines is the remedy.
What a record means is decided by who asks for it.
"""

from __future__ import annotations

import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import InputError
from mmrecipes.formats.json_lists import parsed

ARRAY_BYTES = 256 << 20
_HEAD = 1 << 20


class Lines(Sequence[Any]):
    """The values of a file of JSON lines, each parsed when it is asked for; blank lines do not count."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, path.open("rb")
        self._starts = array.array("q")
        at = 0
        for line in self._file:
            if line.strip():
                self._starts.append(at)
            at += len(line)

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: Any) -> Any:
        """The value at an index >= 0. Raises `InputError` for a line that is not JSON."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        self._file.seek(self._starts[index])
        return parsed(self._file.readline().removeprefix(b"\xef\xbb\xbf"), self._path, f" in record {index}")


def are_records(path: Path) -> bool:
    """Whether a file holds records; False for one object, as COCO's files are. Raises `InputError` when it is not
    there."""
    head = _head(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"[") or path.suffix.lower() in (".jsonl", ".ndjson"):
        return True
    line, end, _ = head.partition(b"\n")
    if not (end and line.rstrip().endswith(b"}")):
        return False
    value = parsed(line, path)
    return isinstance(value, dict) and "annotations" not in value


def read_records(path: Path) -> Sequence[Any]:
    """The records, kept per process as long as the file does not change. Raises `InputError` for a file that is
    missing, empty, or an array that is broken or too large."""
    _head(path)
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as e:
        raise InputError(f"{path} cannot be read ({e.strerror or e}): give a JSON or JSON lines file") from e
    if not head.strip():
        raise InputError(f"{path} is empty")
    return head


@lru_cache(maxsize=4)
def _read(path: Path, mtime: int, size: int) -> Sequence[Any]:
    if not _head(path).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return Lines(path)
    if size > ARRAY_BYTES:
        raise InputError(
            f"{path} is one array of {size >> 20} MB, which would have to be held in memory: write it as JSON lines, "
            "one record per line"
        )
    found = parsed(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), path)
    if not found:
        raise InputError(f"{path} holds no records")
    return found
