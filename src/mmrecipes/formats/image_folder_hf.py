"""Hugging Face's ImageFolder, read and written: picture files, and `metadata.jsonl`, `.csv` or `.parquet` about them.

Reading: `file_name`, `<x>_file_name`, `file_names` or `<x>_file_names` name pictures relative to the metadata's own
folder; they become the columns `image`, `<x>`, `images` and `<x>`, as in `datasets`, and the row is then read like any
table (TRL's columns, FineVision's, or questions, captions and conversations). Several metadata files, one per split or
part, are read after each other. Metadata in CSV lie in memory. Not covered: folders without metadata, whose names are
labels; names deeper inside a record.

Writing: per split a folder with `metadata.parquet` (types do not depend on the rows as those of JSON lines do), the
pictures as `images_file_names` and TRL's `messages`. Under the name `file_names` the builder of `datasets` stumbles
over an empty list; under this one rows without pictures have `images: []`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from mmrecipes.core.errors import InputError, MmrError, UsageError
from mmrecipes.core.sample import Sample, shown_images
from mmrecipes.formats.export import IN_TURNS, Export, Exporter, reserved_token
from mmrecipes.formats.finevision import finevision_shape
from mmrecipes.formats.hf_parquet import OPTIONS, hf_shape
from mmrecipes.formats.hf_saved import split_of
from mmrecipes.formats.json_lists import open_records
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, holds_bytes
from mmrecipes.formats.parquet_write import ParquetFile
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples, Types
from mmrecipes.formats.trl import MESSAGES, content, trl_shape
from mmrecipes.store.schema import IMAGE

NAMES = ("metadata.jsonl", "metadata.csv", "metadata.parquet")
LOOKED_AT = 100
"""Records of JSON lines whose keys are taken for the columns."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A metadata file: `below` is its folder inside the source."""

    path: Path
    below: str
    first: int
    rows: Sequence[Mapping[str, Any]]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ImageFolder:
    """The records of all metadata files, as a `RowSource`; pictures are named relative to the source."""

    parts: tuple[_Part, ...]
    types: Types
    remarks: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return self.parts[-1].first + len(self.parts[-1].rows)

    def row(self, index: int) -> Mapping[str, Any]:
        """Raises `RowError`: `not_json`, `not_an_object`, and those of a table."""
        part = self._part(index)
        try:
            record = part.rows[index - part.first]
        except RowError:
            raise
        except InputError as e:
            raise RowError("not_json", str(e)) from e
        if not isinstance(record, Mapping):
            raise RowError("not_an_object", f"{part.path}: record {index - part.first} is no object")
        return {_column(k): _located(k, v, part.below) for k, v in record.items()}

    def name(self, index: int) -> tuple[str, str]:
        part = self._part(index)
        return f"{part.below}{part.path.stem}/{index - part.first:06d}", split_of(part.below)

    def _part(self, index: int) -> _Part:
        return next(p for p in reversed(self.parts) if p.first <= index)


class _TableRecords(Sequence[Mapping[str, Any]]):
    def __init__(self, table: RowTable) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, index: Any) -> Any:
        return self._table.row(index)


class _CsvRecords(Sequence[Mapping[str, Any]]):
    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return self._table.num_rows

    def __getitem__(self, index: Any) -> Any:
        return self._table.slice(index, 1).to_pylist()[0]


def _is_name(key: str) -> bool:
    return key in ("file_name", "file_names") or key.endswith(("_file_name", "_file_names"))


def _column(key: str) -> str:
    """What `datasets` calls the column that a key becomes."""
    if key in ("file_name", "file_names"):
        return "image" if key == "file_name" else "images"
    return key.removesuffix("_file_names").removesuffix("_file_name") if _is_name(key) else key


def _located(key: str, value: Any, below: str) -> Any:
    if not _is_name(key):
        return value
    if isinstance(value, list):
        return [_located(key, v, below) for v in value]
    return f"{below}{value}" if isinstance(value, str) and value else value


def _metadata(path: Path) -> list[Path]:
    """All metadata files at a path."""
    if path.is_file():
        return [path]
    found = (p for p in path.rglob("metadata.*") if p.name in NAMES)
    return sorted(p for p in found if not any(x.startswith(".") for x in p.relative_to(path).parts))


def _first_metadata(look: Look) -> Path | None:
    """A metadata file in the folder or in one of its own folders, without going through all pictures."""
    if not look.is_folder:
        return look.path if look.path.name in NAMES else None
    folders = [look.path, *sorted(e.path for e in os.scandir(look.path) if Path(e).is_dir())]
    return next((p for folder in folders for n in NAMES if (p := Path(folder) / n).is_file()), None)


def _read(path: Path) -> tuple[Sequence[Any], tuple[str, ...]]:
    """The records of a metadata file and their keys. Raises `InputError`."""
    if path.suffix == ".parquet":
        table = RowTable(path)
        return _TableRecords(table), tuple(table.types)
    if path.suffix == ".csv":
        try:
            csv = pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
        except (OSError, pa.ArrowException) as e:
            raise InputError(f"{path} cannot be read as CSV: {e}") from e
        if other := [c for c, kind in zip(csv.column_names, csv.schema.types, strict=True) if holds_bytes(kind)]:
            raise InputError(f"{path}: column {other[0]} is not UTF-8; convert the file to UTF-8")
        return _CsvRecords(csv), tuple(csv.column_names)
    records = open_records(path)
    return records, tuple(_keys(records))


def _keys(records: Sequence[Any]) -> Iterator[str]:
    seen: set[str] = set()
    for index in range(min(LOOKED_AT, len(records))):
        try:
            record = records[index]
        except InputError:
            continue  # what is wrong with it is said when the row is asked for
        for key in record if isinstance(record, dict) else ():
            if key not in seen:
                seen.add(key)
                yield key


def _open(path: Path, options: ReadOptions) -> Rows:
    files = _metadata(path)
    if not files:
        raise InputError(f"{path} holds none of {', '.join(NAMES)}")
    home, first, parts = path if path.is_dir() else path.parent, 0, []
    for file in files:
        rows, columns = _read(file)
        below = file.parent.relative_to(home).as_posix()
        parts.append(_Part(file, "" if below == "." else f"{below}/", first, rows, columns))
        first += len(rows)
    keys = list(dict.fromkeys(k for part in parts for k in part.columns))
    if not any(map(_is_name, keys)):
        raise InputError(f"{files[0]} names no pictures: file_name, file_names or <x>_file_name is needed")
    types = {_column(k): (IMAGE if _is_name(k) else None) for k in keys}
    folder = ImageFolder(tuple(parts), types)
    pictures = Pictures((options.images,) if options.images else (home,))
    return TableSamples(folder, _shape(types, options.settings), pictures)


def _shape(types: Types, settings: Mapping[str, str]) -> Shape:
    shape = None if settings else trl_shape(types) or finevision_shape(types)
    shape = shape or hf_shape(types, settings)
    if shape is None:
        raise UsageError(f"no column is known for an image; columns are {', '.join(types)}")
    return shape


def _recognises(look: Look) -> str:
    try:
        file = _first_metadata(look)
        named = [k for k in _read(file)[1] if _is_name(k)] if file else []
    except MmrError:
        return ""
    return f"{file.name} with {', '.join(named[:3])}" if file and named else ""


READERS = (
    Reader(
        "hf-imagefolder",
        "pictures with metadata.jsonl, .csv or .parquet that names them by file_name",
        _recognises,
        _open,
        rank=15,
        options=OPTIONS,
    ),
)

SCHEMA = pa.schema([
    ("images_file_names", pa.list_(pa.string())), ("messages", MESSAGES), ("id", pa.string()), ("task", pa.string()),
    ("language", pa.string()), ("source", pa.string()), ("licence", pa.string()),
])  # fmt: skip


def write(export: Export) -> None:
    """Write per split `metadata.parquet` and its images; `provenance.jsonl`."""
    files: dict[str, ParquetFile] = {}
    with export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            lossy = ["reserved_token"] if reserved_token(sample) else []
            if not export.admits(sample, [] if sample.messages else ["no_turns"], lossy):
                continue
            split = sample.split
            if split not in files:
                files[split] = ParquetFile(export.folder / split / "metadata.parquet", SCHEMA)
            files[split].add(_row(export, sample), 0)
            beside.write(export.provenance(sample))
            export.keep(sample, len(shown_images(sample)), read={*IN_TURNS, "licence", "source"})
    for file in files.values():
        file.close()


EXPORTS = (
    Exporter(
        "hf-imagefolder",
        "picture files with metadata.parquet: load_dataset opens it, and people can look at it",
        write,
        tested_with='datasets 5.2.0 load_dataset("imagefolder")',
    ),
)


def _row(export: Export, sample: Sample) -> dict[str, Any]:
    paths = [export.image(im, f"{sample.split}/") for im in shown_images(sample)]
    return {
        "images_file_names": [p.removeprefix(f"{sample.split}/") for p in paths],
        "messages": content(sample.messages),
        **{name: getattr(sample, name) for name in ("id", "task", "language", "source", "licence")},
    }
