"""Dataset files: samples to `data/<subset>/<split>-00000.parquet` and back, in bounded memory.

Covered: writing in row groups, each file atomic; reading by row group; equal samples give equal bytes with the
same pyarrow. Not covered: what the columns are (see `schema`), the dataset card (see `card`), removing files of an
earlier, longer dataset.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow.parquet as pq

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import canonical_json, sha256_hex
from mmrecipes.core.sample import Sample
from mmrecipes.store.columns import table_of
from mmrecipes.store.files import new_file, operation, write_bytes
from mmrecipes.store.parquet_file import FileWriter
from mmrecipes.store.schema import SCHEMA, SIDE_FILE, encodings, row_of, samples_of

__all__ = ["DataFile", "DatasetWriter", "data_file", "data_files", "read_samples", "samples_of"]

GROUP_ROWS = 64
GROUP_BYTES = 12 << 20
"""A row group is written when it has this many rows or bytes of images."""
ROWS_PER_FILE = 1024
LARGEST_TRUTH = 1 << 20
"""A truth with more characters of JSON than this lies in a file of its own."""

_SUBSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SPLIT = re.compile(r"[A-Za-z0-9_]+")


class DatasetWriter:
    """Writes samples, in the order they come, to one file after the other per subset and split.

    Use it as a context manager: on a clean exit all files are complete; after an exception the files begun are
    removed and those already complete stay. `counts` maps `subset/split` to the samples written.
    """

    def __init__(self, folder: Path, recipe: str, rows_per_file: int = ROWS_PER_FILE) -> None:
        self.folder, self.recipe, self.rows_per_file = folder, recipe, rows_per_file
        self.counts: Counter[str] = Counter()
        self._open: dict[tuple[str, str], DataFile] = {}

    def write(self, sample: Sample) -> None:
        """Add a sample. Raises `InputError` that names it when its subset, split or content cannot be kept."""
        key = (sample.subset, sample.split)
        written = self.counts["/".join(key)]
        if written % self.rows_per_file == 0:
            path = data_file(self.folder, sample.id, *key, written // self.rows_per_file)
            self._close(key)
            self._open[key] = DataFile(path, self.recipe)
        self._open[key].add(sample)
        self.counts["/".join(key)] += 1

    def _close(self, key: tuple[str, str]) -> None:
        if key in self._open:
            self._open.pop(key).__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> bool | None:
        files = ExitStack()
        for begun in reversed(self._open.values()):
            files.push(begun.__exit__)
        self._open.clear()
        return files.__exit__(kind, error, at)


class DataFile:
    """One data file in the making: rows are held until a row group is full. A context manager: complete after a clean
    exit, gone after an exception."""

    def __init__(self, path: Path, recipe: str) -> None:
        self.path, self.recipe = path, recipe
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0
        self._commit = new_file(path)
        compression, dictionary = encodings()
        options: dict[str, Any] = {
            "compression": compression,
            "use_dictionary": dictionary,
            "dictionary_pagesize_limit": 2 * GROUP_BYTES,
            "write_statistics": ["id", "subset", "split", "task", "difficulty"],
        }
        self._writer = FileWriter(self._commit.__enter__(), SCHEMA, **options)

    def add(self, sample: Sample) -> None:
        """Add a sample. Raises `InputError` that names it when its content cannot be kept."""
        row = row_of(sample, self.recipe)
        if len(row["truth"]) > LARGEST_TRUTH:
            row["truth"] = self._beside(row["truth"].encode())
        self._rows.append(row)
        self._bytes += sum(len(im["bytes"]) for im in row["images"])
        self._bytes += sum(len(e["image"]["bytes"]) for e in row["extras"])
        if len(self._rows) >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._write_group()

    def _beside(self, truth: bytes) -> str:
        name = f"truth/{sha256_hex(truth)}.json"
        write_bytes(self.path.parent / name, truth)
        return canonical_json({SIDE_FILE: name})

    def _write_group(self) -> None:
        operation("write", self.path)
        self._writer.write_table(table_of(self._rows, SCHEMA), row_group_size=GROUP_ROWS)
        self._rows.clear()
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> bool | None:
        if kind is None:
            try:
                if self._rows:
                    self._write_group()
                self._writer.close()
            except BaseException as e:
                self._commit.__exit__(type(e), e, e.__traceback__)
                raise
        return self._commit.__exit__(kind, error, at)


def data_files(folder: Path, subset: str | None = None) -> list[Path]:
    """The data files of a dataset folder, in order. Raises `InputError` when there is none."""
    files = sorted((folder / "data").glob(f"{subset or '*'}/*.parquet"))
    if not files:
        known = ", ".join(sorted(p.name for p in (folder / "data").glob("*"))) or "none"
        raise InputError(f"{folder} holds no data of subset {subset or 'any'}; subsets there: {known}")
    return files


def read_samples(folder: Path, subset: str | None = None) -> Iterator[Sample]:
    """The samples of a dataset folder as they were written, one row group in memory at a time.

    Raises `InputError` when the folder holds no data of this subset.
    """
    for path in data_files(folder, subset):
        with pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield from samples_of(file.read_row_group(number), path.parent)


def stand_in_samples(folder: Path) -> tuple[int, str]:
    """How many samples of a dataset folder hold a stand-in's answers, and the id of the first."""
    count, first = 0, ""
    for path in sorted((folder / "data").glob("*/*.parquet")):
        with pq.ParquetFile(path) as file:
            table = file.read(["id", "stand_in"])
        marked = [row for row, stand_in in enumerate(table["stand_in"].to_pylist()) if stand_in]
        count, first = count + len(marked), first or (table["id"][marked[0]].as_py() if marked else "")
    return count, first


def data_file(folder: Path, sample_id: str, subset: str, split: str, number: int) -> Path:
    """Where the file with this number, which begins with this sample, lies. Raises `InputError` for a name of a subset
    or split that cannot be kept."""
    if not _SUBSET.fullmatch(subset):
        raise InputError(f"sample {sample_id!r} has subset {subset!r}; use letters, digits, - and _, not - or _ first")
    if not _SPLIT.fullmatch(split):
        raise InputError(f"sample {sample_id!r} has split {split!r}; use letters, digits and _")
    return folder / "data" / subset / f"{split}-{number:05d}.parquet"
