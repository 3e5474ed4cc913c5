"""Images in Parquet files: a dataset folder of this project, or anyone's with a column `image` or `images`.

Covered: one image per row, read forwards in small batches so that a row group is never whole in memory. Not covered:
images that such a file names by path only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import image_from_bytes
from mmrecipes.core.sample import Sample
from mmrecipes.formats.pictures import PictureError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BATCH = 4


@dataclass(slots=True)
class _Cursor:
    """Where the last row was read, so that the next one needs no new start."""

    at: tuple[int, int] = (-1, -1)
    rows: Iterator[Any] = field(default_factory=lambda: iter(()))
    file: pq.ParquetFile | None = None


@dataclass(frozen=True, slots=True)
class ParquetImages:
    """One row per row. `groups` are (file number, row group, first row, rows)."""

    recipe: str
    files: tuple[Path, ...]
    columns: tuple[str, ...]
    groups: tuple[tuple[int, int, int, int], ...]
    cursor: _Cursor = field(default_factory=_Cursor, compare=False, repr=False)
    remarks: tuple[str, ...] = ()
    writes: ClassVar[tuple[str, ...]] = ("images", "draft.path", "meta", "truth")

    def strata(self) -> Mapping[str, float]:
        return {"images": 1.0}

    def size(self, stratum: str) -> int | None:
        return sum(rows for *_, rows in self.groups)

    def sample(self, stratum: str, index: int) -> Sample:
        place = max(n for n, group in enumerate(self.groups) if group[2] <= index)
        row = self._row(place, index - self.groups[place][2])
        cell = row[self.columns[0]]
        images = cell if isinstance(cell, list) else [cell] if cell else []
        if len(images) != 1:
            reason = "several_images" if images else "no_image"
            raise PictureError(reason, f"{len(images)} images in one row; this method takes one")
        data = images[0].get("bytes") if isinstance(images[0], dict) else images[0]
        if not isinstance(data, bytes):
            raise PictureError("no_image_bytes", "the row names its image by path only")
        domain = str(row.get("domain") or "")
        return Sample(
            id=f"{self.recipe}/{stratum}/{index:06d}",
            source=str(row.get("source") or domain),
            licence=str(row.get("licence") or row.get("license") or ""),
            truth_source="model",
            images=(image_from_bytes(data),),
            meta={k: v for k, v in (("domain", domain), ("record", str(row.get("id") or ""))) if v},
            draft={"path": ""},
        )

    def _row(self, place: int, offset: int) -> Mapping[str, Any]:
        cursor = self.cursor
        group, reached = cursor.at
        if group != place or offset < reached:
            cursor.rows, reached = self._from(place), 0
        for row in cursor.rows:
            reached += 1
            if reached == offset + 1:
                cursor.at = (place, reached)
                return row
        raise InputError(f"{self.files[self.groups[place][0]]} has fewer rows than it says")

    def _from(self, place: int) -> Iterator[Mapping[str, Any]]:
        import pyarrow.parquet as pq

        number, group, _, _ = self.groups[place]
        if self.cursor.file is not None:
            self.cursor.file.close()
        self.cursor.file = file = pq.ParquetFile(self.files[number])
        for batch in file.iter_batches(BATCH, row_groups=[group], columns=list(self.columns)):
            yield from batch.to_pylist()


_BESIDES = ("domain", "source", "licence", "license", "id")


def open_parquet(recipe: str, path: Path) -> ParquetImages:
    """Check the files. Raises `InputError` when they have no column of images."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = tuple(sorted(p for p in path.rglob("*.parquet") if "run" not in p.relative_to(path).parts[:1]))
    files = files if path.is_dir() else (path,)
    groups: list[tuple[int, int, int, int]] = []
    columns: tuple[str, ...] = ()
    first = 0
    for number, file in enumerate(files):
        try:
            with pq.ParquetFile(file) as opened:
                names, counts = opened.schema_arrow.names, opened.metadata
                sizes = [counts.row_group(g).num_rows for g in range(opened.num_row_groups)]
        except (OSError, pa.ArrowInvalid) as e:
            raise InputError(f"{file} cannot be read as Parquet: {e}") from e
        image = next((c for c in ("image", "images") if c in names), None)
        own = (image, *(c for c in _BESIDES if c in names)) if image else ()
        if not own or (columns and own != columns):
            raise InputError(f"{file} has no column image or images, or other columns than {files[0].name}")
        columns = own
        for group, rows in enumerate(sizes):
            groups.append((number, group, first, rows))
            first += rows
    if not first:
        raise InputError(f"{path} holds no rows")
    return ParquetImages(recipe, files, columns, tuple(g for g in groups if g[3]))
