"""Parquet that `datasets.load_dataset` and trainers open: rows of one schema, a file per split after the other.

Covered: small row groups, image bytes uncompressed, the metadata that makes `datasets` decode images, a card that
names the files of every split. Not covered: what the columns are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from mmrecipes.core.image import Image
from mmrecipes.store.files import operation
from mmrecipes.store.parquet_file import FileWriter
from mmrecipes.store.schema import with_features

GROUP_ROWS, GROUP_BYTES = 64, 12 << 20
"""A row group is written when it has this many rows or bytes of images."""
FILE_BYTES = 400 << 20
"""A new file is begun after so many bytes of images."""


def image_cell(image: Image) -> dict[str, Any]:
    """An image as `datasets` stores it: its encoded bytes, and a base name."""
    return {"bytes": image.data, "path": f"{image.sha256}.{image.suffix}"}


class ParquetFile:
    """One file in the making; complete after `close`. `image_bytes` counts what it holds."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.image_bytes = 0
        self._schema, self._rows, self._group_bytes = with_features(schema), [], 0
        operation("write", path)
        path.parent.mkdir(parents=True, exist_ok=True)
        leaves = [".".join(p) for p in _leaves(schema)]
        options: dict[str, Any] = {"compression": {p: "NONE" if p.endswith(".bytes") else "ZSTD" for p in leaves}}
        self._writer = FileWriter(path, self._schema, **options)

    def add(self, row: Mapping[str, Any], image_bytes: int) -> None:
        """Add a row that holds so many bytes of images."""
        self._rows.append(row)
        self._group_bytes += image_bytes
        self.image_bytes += image_bytes
        if len(self._rows) >= GROUP_ROWS or self._group_bytes >= GROUP_BYTES:
            self._write_group()

    def close(self) -> None:
        if self._rows:
            self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, self._schema), row_group_size=GROUP_ROWS)
        self._group_bytes = 0
        self._rows.clear()


class ParquetFolder:
    """Writes rows to `data/<split>-00000.parquet` and so on; `finish` writes the card."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder, self._schema = folder, schema
        self._counts: dict[str, int] = {}
        self._files: dict[str, ParquetFile] = {}

    def add(self, split: str, row: Mapping[str, Any], image_bytes: int) -> None:
        """Add a row that holds so many bytes of images."""
        file = self._files.get(split) or self._begin(split)
        file.add(row, image_bytes)
        if file.image_bytes >= FILE_BYTES:
            self._files.pop(split).close()

    def finish(self) -> None:
        """Complete the files; write the card that says which file belongs to which split."""
        if not self._counts:
            self._begin("train")
        for file in self._files.values():
            file.close()
        lines = ["---", "configs:", "- config_name: default", "  data_files:"]
        for split in sorted(self._counts):
            lines += [f"  - split: {orjson.dumps(split).decode()}", f"    path: data/{split}-*.parquet"]
        (self._folder / "README.md").write_text("\n".join([*lines, "---", ""]), encoding="utf-8")

    def _begin(self, split: str) -> ParquetFile:
        number = self._counts.get(split, 0)
        self._counts[split] = number + 1
        self._files[split] = ParquetFile(self._folder / "data" / f"{split}-{number:05d}.parquet", self._schema)
        return self._files[split]


@contextmanager
def parquet_folder(folder: Path, schema: pa.Schema) -> Iterator[ParquetFolder]:
    """A `ParquetFolder` that is finished on a clean exit."""
    writer = ParquetFolder(folder, schema)
    yield writer
    writer.finish()


def _leaves(schema: pa.Schema) -> Iterator[list[str]]:
    """The paths of the leaf columns, as Parquet names them."""
    for field in schema:
        yield from ([field.name, *rest] for rest in _below(field.type))


def _below(kind: pa.DataType) -> Iterator[list[str]]:
    if isinstance(kind, pa.ListType):
        yield from (["list", "element", *rest] for rest in _below(kind.value_type))
    elif isinstance(kind, pa.StructType):
        for field in kind:
            yield from ([field.name, *rest] for rest in _below(field.type))
    else:
        yield []
