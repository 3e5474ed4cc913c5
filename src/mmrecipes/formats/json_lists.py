"""Random access to the records of a large JSON file that stays on disk.

Covered: one object whose values may be lists of any length, one array, JSON lines. Elements are found in one pass over
the file in blocks and parsed one at a time when asked for, so that memory holds one or two offsets per element.
Everything outside the lists is parsed and checked at once. Not covered: lists deeper inside, writing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from mmrecipes.core.errors import InputError

BLOCK = 1 << 20
"""Bytes looked at together."""
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_ONE_DIGIT, _LONG_NUMBER = bytes.maketrans(b"123456789", b"0" * 9), b"0" * 19
"""So many digits may not fit into 64 bits: the fast parser would make them the nearest float."""
_STEP = np.zeros(256, np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1
_MARKS = (_STEP != 0) | (np.arange(256) == ord(","))

Offsets = npt.NDArray[np.int64]


class NotJson(InputError):
    """A value that cannot be parsed; `reason` is a short code for the ledger."""

    reason = "not_json"


class _File:
    """An open file that must not change."""

    def __init__(self, path: Path) -> None:
        self.path, self._raw = path, path.open("rb", buffering=0)
        self._version = self._stamp()
        self.size = self._version[1]

    def _stamp(self) -> tuple[int, int]:
        found = os.fstat(self._raw.fileno())
        return found.st_mtime_ns, found.st_size

    def read(self, start: int, end: int) -> bytes:
        if self._stamp() != self._version:
            raise InputError(f"{self.path} was changed while it was being read: start again")
        return os.pread(self._raw.fileno(), end - start, start)

    def __del__(self) -> None:
        if hasattr(self, "_raw"):
            self._raw.close()


class ListOnDisk(Sequence[Any]):
    """The elements of one list of a JSON file, parsed anew each time they are asked for."""

    def __init__(self, file: _File, edges: Offsets) -> None:
        """`edges` are the offsets of the opening bracket, the commas and the closing bracket."""
        self._file, self._edges = file, edges

    def __len__(self) -> int:
        return len(self._edges) - 1

    def __getitem__(self, index: Any) -> Any:
        """The element at an index >= 0 (no slices). Raises `InputError` for an element that is not JSON and when
        the file was changed after it was first read."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        start, end = int(self._edges[index]) + 1, int(self._edges[index + 1])
        return parsed(self._file.read(start, end), self._file.path, f" at byte {start}")


class LinesOnDisk(Sequence[Any]):
    """The values of a JSON lines file, parsed anew each time they are asked for."""

    def __init__(self, file: _File, starts: Offsets, ends: Offsets) -> None:
        self._file, self._starts, self._ends = file, starts, ends

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: Any) -> Any:
        """As of `ListOnDisk`."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        start, end = int(self._starts[index]), int(self._ends[index])
        return parsed(self._file.read(start, end), self._file.path, f" in record {index + 1}, at byte {start}")


def parsed(data: bytes, path: Path, where: str = "") -> Any:
    """A JSON value; NaN and Infinity, which Python writers produce, are read too, and whole numbers of any length are
    exact. Raises `NotJson`."""
    if _LONG_NUMBER not in data.translate(_ONE_DIGIT):
        with contextlib.suppress(orjson.JSONDecodeError):
            return orjson.loads(data)
    try:
        return json.loads(data)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as e:
        raise NotJson(f"{path} is not JSON{where}: {e}") from e


def open_lists(path: Path) -> Any:
    """The JSON value of the file, where every list that is a value of the outer object is a `ListOnDisk`.

    Raises `InputError` for a file that is empty or, outside these lists, not JSON; a fault inside a list shows when
    its element is asked for.
    """
    at, depths, kinds = _structure(path)
    closing = np.flatnonzero((depths == 1) & (_STEP[kinds] < 0))
    edges: list[Offsets] = []
    for first in np.flatnonzero((kinds == ord("[")) & (depths == 2)):
        after = np.searchsorted(closing, first)
        if after == len(closing):
            break
        edges.append(at[first : closing[after] + 1])
    return _assembled(_File(path), edges)


def open_records(path: Path) -> Sequence[Any]:
    """The records of a JSON lines file (`.jsonl`, `.ndjson`) or of a JSON array.

    Raises `InputError` for a file that is empty or holds neither; a fault inside a record shows when it is asked for.
    """
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return _open_lines(path)
    at, depths, kinds = _structure(path, level=1)
    file = _File(path)
    if not len(at) or kinds[0] != ord("[") or depths[0] != 1:
        raise InputError(f"{path} is no JSON array of records")
    if depths[-1] > 0:
        raise InputError(
            f"{path} ends early, at byte {file.size:,} inside record {np.count_nonzero(kinds == ord(',')) + 1:,}, "
            "without the closing ]; fetch or write it again"
        )
    if depths[-1] != 0 or kinds[-1] != ord("]"):
        raise InputError(f"{path} is no JSON array of records")
    around = file.read(0, int(at[0])).removeprefix(b"\xef\xbb\xbf") + file.read(int(at[-1]) + 1, file.size)
    if around.strip() or np.count_nonzero(depths == 0) != 1:
        raise InputError(f"{path} is no JSON array of records: there is something before or behind it")
    empty = len(at) == 2 and not file.read(int(at[0]) + 1, int(at[1])).strip()
    return ListOnDisk(file, at[:1] if empty else at)


def _open_lines(path: Path) -> LinesOnDisk:
    file = _File(path)
    starts, ends = array("q"), array("q")
    at = 3 if file.read(0, 3) == b"\xef\xbb\xbf" else 0
    with path.open("rb") as lines:
        lines.seek(at)
        for line in lines:
            if not line.isspace():
                starts.append(at)
                ends.append(at + len(line))
            at += len(line)
    if not starts:
        raise InputError(f"{path} is empty")
    return LinesOnDisk(file, np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64))


def _assembled(file: _File, every: Sequence[Offsets]) -> Any:
    """The value of what stands outside the lists, with each list in its place."""
    pieces: list[bytes] = []
    lists: list[ListOnDisk] = []
    begin = 3 if file.read(0, 3) == b"\xef\xbb\xbf" else 0
    for edges in every:
        start, end = int(edges[0]), int(edges[-1])
        pieces += [file.read(begin, start), b"[%d" % len(lists)]
        empty = len(edges) == 2 and not file.read(start + 1, end).strip()
        lists.append(ListOnDisk(file, edges[:1] if empty else edges))
        begin = end  # the closing bracket stands outside, so that a wrong one is found
    outside = b"".join(pieces) + file.read(begin, file.size)
    if not outside.strip():
        raise InputError(f"{file.path} is empty")
    value = parsed(outside, file.path)
    return (
        {k: lists[v[0]] if isinstance(v, list) else v for k, v in value.items()} if isinstance(value, dict) else value
    )


def _structure(path: Path, level: int = 2) -> tuple[Offsets, npt.NDArray[np.int8], npt.NDArray[np.uint8]]:
    """Offset, depth afterwards and byte of every bracket down to depth `level`, and of every comma between the elements
    there: at level 2 of the outer object's values, at level 1 of an outer array."""
    found: list[tuple[Offsets, npt.NDArray[np.int8], npt.NDArray[np.uint8]]] = []
    base, depth, quoted = 0, 0, 0
    for block in _blocks(path):
        data = np.frombuffer(_ESCAPED.sub(b"  ", block) if b"\\" in block else block, np.uint8)
        inside = np.bitwise_xor.accumulate((data == ord('"')).view(np.uint8)) ^ quoted
        at = np.flatnonzero(_MARKS[data] & (inside == 0))
        kinds = data[at]
        steps = _STEP[kinds]
        depths = depth + np.cumsum(steps, dtype=np.int32)
        outer = (depths + (steps < 0) <= level) & ((steps != 0) | (depths == level))
        found.append((at[outer] + base, depths[outer].astype(np.int8), kinds[outer]))
        base += len(block)
        depth, quoted = int(depths[-1]) if len(depths) else depth, int(inside[-1])
    if not found:
        raise InputError(f"{path} is empty")
    at, depths, kinds = (np.concatenate(column) for column in zip(*found, strict=True))
    return at, depths, kinds


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in blocks that never end between a backslash and what it escapes."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            while block.endswith(b"\\") and (more := file.read(1)):
                block += more
            yield block
