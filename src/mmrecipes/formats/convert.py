"""From any format that can be read to any that can be written, row by row, without a run in between.

Covered: the policy and the loss report of exports, in which rows that cannot be read are counted by reason. Not
covered: changing the data (that is what recipes are for).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import UsageError
from mmrecipes.core.image import ImageError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.export import LossReport, Unread, export_dataset, export_items
from mmrecipes.formats.json_lists import NotJson
from mmrecipes.formats.native_reader import NativeRows
from mmrecipes.formats.pictures import PictureError
from mmrecipes.formats.reader import AUTO, ReadOptions, RowError, Rows, open_source, sample_at, unread_files

AS_IT_IS = ReadOptions()
NATIVE = "native"
"""The reader of dataset folders."""


@dataclass(frozen=True, slots=True)
class Converted:
    """How it was read, what the reader had to say, and what became of the rows."""

    reader: str
    remarks: tuple[str, ...]
    unread_files: tuple[str, ...]
    """Those of the remarks that tell of a file of which nothing could be read."""
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
    watch: Callable[[int, int], None] = lambda done, total: None,
    **options: str,
) -> Converted:
    """Write what a reader finds at `path` to the new folder `out`, which appears complete or not at all. A dataset
    folder of this project keeps its card unless files of it cannot be read. `watch` is told, again and again, how many
    rows of how many were read.

    Raises `UsageError` for an `out` inside `path`, of which it would become a part, and what `open_source` and
    `export_items` raise.
    """
    refuse_inside(out, path)
    chosen, rows = open_source(path, reader, read)
    total = len(rows)
    common: dict[str, Any] = {
        "policy": policy,
        "allow_stand_in": allow_stand_in,
        "watch": lambda done: watch(done, total),
        **options,
    }
    if isinstance(rows, NativeRows) and not rows.unread_files and (path / "data").is_dir():
        report = export_dataset(path, format, out, **common)
    else:
        report = export_items(items_of(rows), path, format, out, **common)
    return Converted(chosen.name, tuple(rows.remarks), unread_files(rows), report)


def refuse_inside(out: Path, path: Path) -> None:
    """Raises `UsageError` for an `out` inside the data at `path`."""
    if out.resolve().is_relative_to(path.resolve()):
        raise UsageError(f"{out} lies inside {path} and would become a part of it; choose an --out elsewhere")


def items_of(rows: Rows) -> Iterator[Sample | Unread]:
    """The samples of a source in order; in the place of a row that cannot be used, why."""
    for index in range(len(rows)):
        try:
            yield sample_at(rows, index)
        except (RowError, PictureError, ImageError, NotJson) as e:
            yield Unread(f"row {index}", e.reason, str(e))
