"""From any format that can be read to any that can be written, row by row, without a run in between.

Covered: the policy and the loss report of exports, in which rows that cannot be read are counted by reason. Not
covered: changing the data (that is what recipes are for).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.core.image import ImageError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.export import LossReport, Unread, export_dataset, export_items
from mmrecipes.formats.pictures import PictureError
from mmrecipes.formats.reader import AUTO, ReadOptions, RowError, Rows, open_source

AS_IT_IS = ReadOptions()
NATIVE = "native"
"""The reader of dataset folders."""


@dataclass(frozen=True, slots=True)
class Converted:
    """How it was read, what the reader had to say, and what became of the rows."""

    reader: str
    remarks: tuple[str, ...]
    report: LossReport


def convert(
    path: Path,
    format: str,
    out: Path,
    *,
    reader: str = AUTO,
    read: ReadOptions = AS_IT_IS,
    policy: str = "drop",
    allow_stand_in: bool = False,
    **options: str,
) -> Converted:
    """Write what a reader finds at `path` to the new folder `out`, which appears complete or not at all. A dataset
    folder of this project keeps its card.

    Raises what `open_source` and `export_items` raise.
    """
    chosen, rows = open_source(path, reader, read)
    if chosen.name == NATIVE and (path / "data").is_dir():
        report = export_dataset(path, format, out, policy=policy, allow_stand_in=allow_stand_in, **options)
    else:
        report = export_items(
            items_of(rows), path, format, out, policy=policy, allow_stand_in=allow_stand_in, **options
        )  # fmt: skip
    return Converted(chosen.name, tuple(rows.remarks), report)


def items_of(rows: Rows) -> Iterator[Sample | Unread]:
    """The samples of a source in order; in the place of a row that cannot be used, why."""
    for index in range(len(rows)):
        try:
            yield rows.sample(index)
        except (RowError, PictureError, ImageError) as e:
            yield Unread(f"row {index}", e.reason, str(e))
