"""Images in Parquet files or saved data sets: a dataset folder of this project, or anyone's with a column `image` or
`images`.

Covered: one image per row, in the cell or in a file that it names; only the columns that are needed are read. Not
covered: several images per row (refused with a reason).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.image_cells import images_of, pictures_beside
from mmrecipes.formats.parquet_rows import RowTable
from mmrecipes.formats.pictures import PictureError, Pictures

IMAGES = ("image", "images")
_BESIDES = ("domain", "source", "licence", "license", "id")


@dataclass(frozen=True, slots=True)
class ParquetImages:
    """One row per row."""

    recipe: str
    table: RowTable
    column: str
    pictures: Pictures
    remarks: tuple[str, ...] = ()
    unread_files: tuple[str, ...] = ()
    yields: int = 1
    writes: ClassVar[tuple[str, ...]] = ("images", "draft.path", "meta", "truth")

    def strata(self) -> Mapping[str, float]:
        return {"images": 1.0}

    def size(self, stratum: str) -> int | None:
        return len(self.table)

    def sample(self, stratum: str, index: int) -> Sample:
        row = self.table.row(index)
        images = images_of(row[self.column], self.pictures)
        if len(images) != 1:
            reason = "several_images" if images else "no_image"
            raise PictureError(reason, f"{len(images)} images in one row; this method takes one")
        domain = str(row.get("domain") or "")
        return Sample(
            id=f"{self.recipe}/{stratum}/{index:06d}",
            source=str(row.get("source") or domain),
            licence=str(row.get("licence") or row.get("license") or ""),
            truth_source="model",
            images=tuple(images),
            meta={k: v for k, v in (("domain", domain), ("record", str(row.get("id") or ""))) if v},
            draft={"path": ""},
        )


def open_parquet(recipe: str, path: Path, yields: int) -> ParquetImages:
    """Check the files. Raises `InputError` when they have no column of images."""
    table = RowTable(path, wanted=lambda column: column in (*IMAGES, *_BESIDES))
    column = next((c for c in IMAGES if c in table.types), None)
    if column is None:
        raise InputError(f"{path} has no column image or images")
    beside = pictures_beside(path, None)
    return ParquetImages(recipe, table, column, beside, table.remarks, table.unread_files, yields)
