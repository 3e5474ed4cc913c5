"""Rows of many Parquet or Arrow files, one at a time and in any order.

Covered: Parquet files and the Arrow files of `datasets` (stream and file format), as one sequence; columns that are
missing from some files; values as Python has them, class labels by name. Forwards, every row is decoded once; at
random, what stands before it in its row group is decoded again. In memory are a few rows and at most two of the file's
own pages (a page of Parquet cannot be read in part), never a row group; Arrow files are mapped. Not covered: what the
columns mean.
"""

from __future__ import annotations

import bisect
import datetime
import decimal
import math
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.core.errors import InputError
from mmrecipes.formats.hf_saved import SUFFIXES, TableFile, holds_rows, is_saved, table_files
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import UNREADABLE_FILE, RowError

BUFFER = 1 << 20
"""Bytes read from a Parquet file at once."""
BATCH_BYTES, MOST_ROWS = 4 << 20, 256
"""Rows decoded together: so many bytes on average, at most so many rows."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A row group of a Parquet file or a batch of an Arrow file; `first` is the number of its first row, in its file
    `start`."""

    file: int
    number: int
    first: int
    start: int
    rows: int
    row_bytes: float = 0.0


class RowTable:
    """The rows of the Parquet or Arrow files at a path.

    `types` maps every column of any file to its type where it first occurs. Made once per process: it keeps one file
    open and remembers where it read last.
    """

    def __init__(self, path: Path, wanted: Callable[[str], bool] | None = None) -> None:
        """`wanted` says which columns are read, by default all. Raises `InputError` when there are no files, none can
        be read, or they hold no rows at all. For a file that cannot be read stands one row, which says so."""
        self.path = path
        self.files: list[TableFile] = table_files(path)
        self.types: dict[str, pa.DataType] = {}
        self._classes: dict[str, list[str]] = {}
        self._blocks: list[_Block] = []
        self._damaged: dict[int, str] = {}
        self._length = 0
        self._open: tuple[int, pq.ParquetFile | list[pa.RecordBatch]] | None = None
        self._block, self._batches, self._batch = -1, iter(()), _NO_BATCH
        self._batch_start = self._batch_end = 0
        self.remarks: tuple[str, ...] = tuple(self._scan())
        if wanted is not None:
            self.types = {c: kind for c, kind in self.types.items() if wanted(c)}
        if not self._length:
            raise InputError(f"{path} holds no rows")
        self._firsts = [b.first for b in self._blocks]

    def __len__(self) -> int:
        return self._length

    @property
    def unread_files(self) -> tuple[str, ...]:
        """As of `formats.reader.unread_files`."""
        return tuple(self._damaged.values())

    def place(self, index: int) -> tuple[TableFile, int]:
        """The file that a row stands in, and its number there."""
        block = self._blocks[self._find(index)]
        return self.files[block.file], block.start + index - block.first

    def slice(self, index: int) -> pa.Table:
        """The row as a table. Raises `RowError` with reason `corrupt_file` when that part of the file cannot be
        decoded, `unreadable_file` when nothing of it can, `InputError` when the file is gone."""
        number = self._find(index)
        block = self._blocks[number]
        if block.file in self._damaged:
            raise RowError(UNREADABLE_FILE, self._damaged[block.file])
        offset = index - block.first
        try:
            batch, at = self._located(number, offset)
        except (OSError, pa.ArrowException) as e:
            self._block = -1
            path = self.files[block.file].path
            if not path.exists():
                raise InputError(f"{path} is gone: it was there at the start") from e
            raise RowError("corrupt_file", f"{path}: row {block.start + offset} cannot be decoded: {e}") from e
        return pa.Table.from_batches([batch.slice(at, 1)])

    def row(self, index: int) -> dict[str, Any]:
        """The row as Python values; a column that its file lacks is None. Raises what `slice` raises, and `RowError`
        with reason `not_utf8`."""
        table = self.slice(index)
        try:
            (values,) = table.to_pylist()
        except UnicodeDecodeError as e:
            raise RowError("not_utf8", f"row {index} of {self.path} has text that is not UTF-8: {e}") from e
        named = {c: _named(values[c], names) for c, names in self._classes.items() if c in values}
        return {**dict.fromkeys(self.types), **values, **named}

    def _find(self, index: int) -> int:
        if not 0 <= index < self._length:
            raise IndexError(index)
        return bisect.bisect_right(self._firsts, index) - 1

    def _located(self, number: int, offset: int) -> tuple[pa.RecordBatch, int]:
        """The batch that holds a row of a block, and where."""
        block = self._blocks[number]
        source = self._opened(block.file)
        if isinstance(source, list):
            return source[block.number].select(self._present(source[block.number].schema)), offset
        if number != self._block or offset < self._batch_start:
            rows = int(min(MOST_ROWS, max(1, BATCH_BYTES // max(1.0, block.row_bytes))))
            present = self._present(source.schema_arrow)
            self._batches = source.iter_batches(rows, [block.number], columns=present, use_threads=False)
            self._block, self._batch_start, self._batch_end = number, 0, 0
        while offset >= self._batch_end:
            self._batch = next(self._batches, _NO_BATCH)
            if not self._batch.num_rows:
                raise pa.ArrowInvalid("the row group has fewer rows than it says")
            self._batch_start, self._batch_end = self._batch_end, self._batch_end + self._batch.num_rows
        return self._batch, offset - self._batch_start

    def _present(self, schema: pa.Schema) -> list[str]:
        """The columns to read of a file."""
        return [c for c in schema.names if c in self.types]

    def _opened(self, file: int) -> pq.ParquetFile | list[pa.RecordBatch]:
        if self._open is None or self._open[0] != file:
            self._block, self._batch = -1, _NO_BATCH
            path = self.files[file].path
            self._open = (file, _arrow_batches(path) if _is_arrow(path) else _parquet(path))
        return self._open[1]

    def _scan(self) -> Iterator[str]:
        """Find blocks and columns; yields what to know about files that differ."""
        lacking: dict[str, list[str]] = {}
        for number, file in enumerate(self.files):
            try:
                schema, sizes = _outline(file.path)
            except InputError as e:
                self._damaged[number] = f"{e}; one row stands for all of its rows"
                if len(self._damaged) == len(self.files):
                    raise
                self._blocks.append(_Block(number, 0, self._length, 0, 1))
                self._length += 1
                yield self._damaged[number]
                continue
            types = dict(zip(schema.names, schema.types, strict=True))
            self._classes = {**_class_names(schema), **self._classes}
            if self.types:
                for column in (set(types) ^ set(self.types)) | set(lacking):
                    lacking.setdefault(column, self._read_before(number) * (column in types))
                    lacking[column] += [file.path.name] * (column not in types)
            self.types = {**types, **self.types}
            start = 0
            for group, (rows, row_bytes) in enumerate(sizes):
                if rows:
                    self._blocks.append(_Block(number, group, self._length, start, rows, row_bytes))
                start += rows
                self._length += rows
        for column, names in sorted(lacking.items()):
            readable = len(self.files) - len(self._damaged)
            yield f"column {column} is missing from {len(names)} of {readable} files, first {names[0]}"

    def _read_before(self, number: int) -> list[str]:
        return [f.path.name for i, f in enumerate(self.files[:number]) if i not in self._damaged]


_NATIVE = ("image_sha256", "truth_source", "stand_in", "alternatives", "regions", "messages")
"""Columns that only datasets of this project have together."""
_NO_BATCH = pa.RecordBatch.from_pylist([], schema=pa.schema([]))


def is_native(columns: Container[str]) -> bool:
    """Whether a file with these columns is one of a dataset folder of this project."""
    return all(c in columns for c in _NATIVE)


def lies_deeper(file: Path, folder: Path) -> bool:
    """Whether a file of a dataset's rows that is below `folder` does not belong to it as a dataset folder
    (`data/SUBSET/FILE`), as its `data` or as one subset."""
    *above, _ = file.relative_to(folder).parts
    return (
        bool(above) and not (len(above) == 2 and above[0] == "data") and not (len(above) == 1 and folder.name == "data")
    )


def first_types(look: Look) -> dict[str, pa.DataType]:
    """Columns and types of the first file of rows that a look sees and that can be read; empty when there is none, or
    it is the file of a dataset of this project that only lies somewhere in the folder, such as an earlier output."""
    home = look.path if look.is_folder else look.path.parent
    for file in _files_of_rows(look, home):
        try:
            schema = _outline(file)[0]
        except InputError:
            continue
        lost = is_native(schema.names) and not is_saved(look.path) and lies_deeper(file, home)
        return {} if lost else dict(zip(schema.names, schema.types, strict=True))
    return {}


def _files_of_rows(look: Look, home: Path) -> list[Path]:
    if is_saved(look.path):
        try:
            return [f.path for f in table_files(look.path)]
        except InputError:
            return []
    return [home / n for n in look.names if n.lower().endswith(SUFFIXES) and holds_rows(n)]


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """The names that `datasets` keeps for the numbers of class labels."""
    try:
        features = orjson.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        labels = {c: f["names"] for c, f in features.items() if isinstance(f, dict) and f.get("_type") == "ClassLabel"}
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return {}
    return {c: names for c, names in labels.items() if isinstance(names, list)}


def _named(number: Any, names: list[str]) -> Any:
    """The name of a class; None for the number that stands for no class."""
    if not isinstance(number, int) or number >= len(names):
        return number
    return names[number] if number >= 0 else None


def _outline(path: Path) -> tuple[pa.Schema, list[tuple[int, float]]]:
    """Columns with their types; rows and mean bytes per row of every block."""
    try:
        if _is_arrow(path):
            batches = _arrow_batches(path)
            schema = batches[0].schema if batches else pa.schema([])
            sizes = [(b.num_rows, 0.0) for b in batches]
        else:
            with _parquet(path) as file:
                schema = file.schema_arrow
                groups = [file.metadata.row_group(g) for g in range(file.num_row_groups)]
                sizes = [(g.num_rows, g.total_byte_size / max(1, g.num_rows)) for g in groups]
    except (OSError, pa.ArrowException) as e:
        kind = "Arrow" if _is_arrow(path) else "Parquet"
        raise InputError(f"{path} cannot be read as {kind}: {str(e).rstrip('.')}; fetch or write it again") from e
    return schema, sizes


def _is_arrow(path: Path) -> bool:
    return path.suffix.lower() == ".arrow"


def _parquet(path: Path) -> pq.ParquetFile:
    return pq.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False)


def _arrow_batches(path: Path) -> list[pa.RecordBatch]:
    mapped = pa.memory_map(str(path))
    if mapped.read(6) == b"ARROW1":
        file = pa.ipc.open_file(mapped)
        return [file.get_batch(i) for i in range(file.num_record_batches)]
    mapped.seek(0)
    return list(pa.ipc.open_stream(mapped))


def holds_bytes(kind: pa.DataType | None) -> bool:
    """Whether values of this type have bytes in them, which JSON cannot hold."""
    if kind is None:
        return False
    if isinstance(kind, (pa.StructType, pa.ListType, pa.LargeListType, pa.FixedSizeListType, pa.MapType)):
        return any(holds_bytes(kind.field(i).type) for i in range(kind.num_fields))
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)


def is_image(kind: pa.DataType | None) -> bool:
    """Whether the type is the one that `datasets` gives an image, or a list of it."""
    return fields_of(element(kind)) == {"bytes", "path"} and holds_bytes(kind)


def fields_of(kind: pa.DataType | None) -> set[str]:
    """The names of a struct's fields; none of any other type."""
    return {field.name for field in kind} if isinstance(kind, pa.StructType) else set()  # pyright: ignore


def element(kind: pa.DataType | None) -> pa.DataType | None:
    """What a list holds; any other type itself."""
    return kind.value_type if is_list(kind) else kind  # pyright: ignore


def is_list(kind: pa.DataType | None) -> bool:
    return isinstance(kind, (pa.ListType, pa.LargeListType))


def as_json(value: Any) -> Any:
    """A value of a row as JSON has it: dates and durations as text, decimals as text, NaN and infinities as None."""
    if isinstance(value, Mapping):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (datetime.timedelta, decimal.Decimal)):
        return str(value)
    return value
