"""Arrow tables from rows of Python values, without pandas.

`pyarrow.array` and everything built on it import pandas wherever it is installed, to see whether it was given any:
0.5 s of CPU time and 50 MB in every process. Here plain values (text, bytes, numbers, booleans, lists and dicts of
them) become Arrow buffers without it. Covered: the types of this project's files; other types, and values that are not
plainly of their type, are left to pyarrow, which converts or refuses them.
"""

from __future__ import annotations

from array import array as packed
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_NUMBERS = {pa.int8(): "b", pa.int64(): "q", pa.float32(): "f", pa.float64(): "d"}


def table_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """What `pa.Table.from_pylist(rows, schema)` returns: a name that a row lacks is null. Raises pyarrow's errors."""
    columns = [array_of([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def array_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """What `pa.array(values, kind)` returns."""
    try:
        return _plain(values, kind)
    except (TypeError, ValueError, OverflowError, AttributeError):
        return pa.array(values, kind)


def table_of_numbers(columns: Mapping[str, npt.NDArray[np.int64] | npt.NDArray[np.uint64]]) -> pa.Table:
    """What `pa.table(columns)` returns for whole numbers of 64 bits; the values are not copied."""
    kinds = {name: pa.from_numpy_dtype(values.dtype) for name, values in columns.items()}
    arrays = [
        pa.Array.from_buffers(kinds[name], len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])
        for name, values in columns.items()
    ]
    return pa.Table.from_arrays(arrays, schema=pa.schema(list(kinds.items())))


def _plain(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Raises `TypeError`, `ValueError`, `OverflowError` or `AttributeError` for what it does not handle."""
    missing = [v is None for v in values]
    valid = _bits(not m for m in missing) if any(missing) else None
    buffers: list[pa.Buffer | None] = [valid]
    children: list[pa.Array] = []
    if isinstance(kind, pa.StructType):
        children = [_plain([None if v is None else v.get(field.name) for v in values], field.type) for field in kind]
    elif isinstance(kind, pa.ListType):
        lists = [_list(v) for v in values]
        buffers.append(_offsets(lists))
        children = [_plain(list(chain.from_iterable(lists)), kind.value_type)]
    elif kind in (pa.string(), pa.binary()):
        texts = [b"" if v is None else str.encode(v) if kind == pa.string() else _bytes(v) for v in values]
        buffers += [_offsets(texts), pa.py_buffer(b"".join(texts))]
    elif kind == pa.bool_():
        buffers.append(_bits(_bool(v) for v in values))
    elif kind in _NUMBERS:
        buffers.append(pa.py_buffer(packed(_NUMBERS[kind], map(_number, values))))
    else:
        raise TypeError(f"{kind} is left to pyarrow")
    return pa.Array.from_buffers(kind, len(values), buffers, children=children)


def _list(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return value


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("not bytes")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise TypeError("not a number")
    return 0 if value is None else value


def _bool(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise TypeError("not a boolean")
    return bool(value)


def _bits(flags: Iterable[bool]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(np.fromiter(flags, bool), bitorder="little"))


def _offsets(items: Sequence[Sequence[Any]]) -> pa.Buffer:
    return pa.py_buffer(packed("i", accumulate(map(len, items), initial=0)))
