"""Rows of tables as samples: what every tabular format shares once it knows its columns.

Covered: ids, splits, source, licence and language, other columns of images as extras, every column without a place of
its own into `meta`, what becomes of each column as text. Not covered: the columns of a format (see `trl`, `finevision`,
`hf_parquet`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from mmrecipes.core.sample import Extra, Sample
from mmrecipes.formats.image_cells import images_of
from mmrecipes.formats.parquet_rows import RowTable, as_json, holds_bytes, is_image
from mmrecipes.formats.pictures import Pictures

Types = Mapping[str, pa.DataType | None]
"""Columns with their types; None where a type is not known."""

SHARED = {
    "id": "id", "source": "source", "licence": "licence", "license": "licence", "language": "language",
}  # fmt: skip
"""Columns that mean the same in every format, and the field of a sample that they become."""


class RowSource(Protocol):
    """Rows by number, as mappings from column to value."""

    @property
    def types(self) -> Types: ...

    @property
    def remarks(self) -> Sequence[str]: ...

    def __len__(self) -> int: ...

    def row(self, index: int) -> Mapping[str, Any]: ...

    def name(self, index: int) -> tuple[str, str]:
        """A name for the row, unique in the source, and its split."""
        ...


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows of a format become samples. `becomes` says what its columns become; `convert` is given a row, a sample
    with all that formats share, and where pictures are found; `remarks` say what was not found."""

    becomes: Mapping[str, str]
    convert: Callable[[Mapping[str, Any], Sample, Pictures], Sample]
    remarks: tuple[str, ...] = ()


class TableSource:
    """The rows of Parquet and Arrow files as a `RowSource`."""

    def __init__(self, table: RowTable) -> None:
        self._table = table
        self.types, self.remarks, self.unread_files = table.types, table.remarks, table.unread_files

    def __len__(self) -> int:
        return len(self._table)

    def row(self, index: int) -> Mapping[str, Any]:
        return self._table.row(index)

    def name(self, index: int) -> tuple[str, str]:
        file, number = self._table.place(index)
        return f"{file.name}/{number:06d}", file.split


class TableSamples:
    """Rows of a source in a shape: what a reader opens."""

    def __init__(self, source: RowSource, shape: Shape, pictures: Pictures) -> None:
        self._source, self._shape, self._pictures = source, shape, pictures
        self.unread_files: tuple[str, ...] = tuple(getattr(source, "unread_files", ()))
        self.columns = tuple(source.types)
        others = {c: kind for c, kind in source.types.items() if c not in shape.becomes}
        self._shared = {c: SHARED[c] for c, kind in others.items() if c in SHARED and not holds_bytes(kind)}
        self._extras = tuple(c for c, kind in others.items() if is_image(kind))
        self._bytes = tuple(c for c, kind in others.items() if holds_bytes(kind) and c not in self._extras)
        told = {
            **shape.becomes,
            **self._shared,
            **dict.fromkeys(self._extras, "extras: an image that no turn shows"),
            **dict.fromkeys(self._bytes, "left out: it holds bytes that are no image"),
        }
        self.becomes = {c: told.get(c, "meta") for c in self.columns}
        left_out = (f"column {c} holds bytes and is left out" for c in self._bytes)
        self.remarks = (*source.remarks, *shape.remarks, *left_out)

    def __len__(self) -> int:
        return len(self._source)

    def sample(self, index: int) -> Sample:
        """As of `formats.reader.Rows`."""
        row = self._source.row(index)
        name, split = self._source.name(index)
        said = {field: str(row[c]) for c, field in self._shared.items() if row.get(c) not in (None, "")}
        elsewhere = {*self._shape.becomes, *self._shared, *self._extras, *self._bytes}
        base = Sample(
            id=said.get("id", name),
            split=split,
            source=said.get("source", ""),
            licence=said.get("licence", ""),
            language=said.get("language", ""),
            truth_source="annotated",
            extras=tuple(Extra(c, im) for c in self._extras for im in images_of(row.get(c), self._pictures)),
            meta={c: as_json(v) for c, v in row.items() if c not in elsewhere and v is not None},
        )
        return self._shape.convert(row, base, self._pictures)
