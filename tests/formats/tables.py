"""Tables, datasets and samples that the tests of tabular formats write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample
from mmrecipes.formats.reader import ReadOptions, Rows, open_source
from mmrecipes.store.dataset import DatasetWriter

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
STRINGS = pa.list_(pa.string())


def cell(image: Image) -> dict[str, Any]:
    return {"bytes": image.data, "path": None}


def parquet(path: Path, rows: Sequence[Mapping[str, Any]], group: int = 3, **types: pa.DataType) -> Path:
    """A file of these rows; columns whose type is not given are inferred."""
    inferred = pa.Table.from_pylist([{k: v for k, v in r.items() if k not in types} for r in rows])
    fields = [pa.field(c, types.get(c) or inferred.schema.field(c).type) for c in rows[0]]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), pa.schema(fields)), path, row_group_size=group)
    return path


def dataset(folder: Path, samples: Iterable[Sample]) -> Path:
    with DatasetWriter(folder, "toy") as writer:
        for sample in samples:
            writer.write(sample)
    return folder


def opened(path: Path, reader: str = "auto", images: Path | None = None, **settings: str) -> Rows:
    return open_source(path, reader, ReadOptions(images, settings))[1]


def read(path: Path, reader: str = "auto", images: Path | None = None, **settings: str) -> list[Sample]:
    rows = opened(path, reader, images, **settings)
    return [rows.sample(i) for i in range(len(rows))]


def said(messages: Iterable[Message]) -> list[tuple[str, list[str]]]:
    """Roles with parts, images as their hash."""
    return [(m.role, [p.text if p.image is None else f"#{p.image}" for p in m.parts]) for m in messages]


def reason_of(rows: Rows, index: int) -> str:
    """Why a row cannot be used, `no reason` for an error without one; empty when it can."""
    try:
        rows.sample(index)
    except InputError as e:
        return getattr(e, "reason", "no reason")
    return ""
