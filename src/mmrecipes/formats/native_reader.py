"""Dataset folders of this project as an input: every sample as it was stored, truth, scores and meta included.

Covered: a finished run's folder, a `native` export, one subset's folder, one file, the same saved by `datasets`. Not
covered: a dataset folder deeper inside the path (give its own path), a run that is not finished (its data files are not
there yet).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.formats.hf_saved import is_saved, table_files
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, first_types, is_native, lies_deeper
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.store.schema import SCHEMA, samples_of


class NativeRows:
    """The rows of a dataset folder, as `formats.reader.Rows`."""

    def __init__(self, table: RowTable) -> None:
        """Raises `InputError` when columns are missing."""
        if missing := [c for c in SCHEMA.names if c not in table.types]:
            raise InputError(f"{table.path} lacks columns of a dataset folder: {', '.join(missing)}")
        self._table = table
        self.unread_files = table.unread_files
        self.columns = tuple(table.types)
        own = {c: c if c != "recipe" else "left out: the name of the recipe that made it" for c in SCHEMA.names}
        unknown = [c for c in self.columns if c not in own]
        self.becomes = {**own, "image_sha256": "images", **dict.fromkeys(unknown, "left out: no column of a dataset")}
        self.remarks = (*table.remarks, *(f"column {c} is no column of a dataset and is left out" for c in unknown))

    def __len__(self) -> int:
        return len(self._table)

    def sample(self, index: int) -> Sample:
        """As of `formats.reader.Rows`. Raises `RowError` with reason `not_native` for a row that was not written by
        this project, or was changed since."""
        file, number = self._table.place(index)
        row = self._table.slice(index)
        try:
            (sample,) = samples_of(row.select(SCHEMA.names), file.path.parent)
        except (InputError, OSError, LookupError, TypeError, ValueError, AttributeError, pa.ArrowException) as e:
            raise RowError("not_native", f"{file.path}: row {number} is not as it was stored: {e!r}") from e
        return sample


def _recognises(look: Look) -> str:
    home = _home(look.path)
    types = first_types(look if home == look.path else Look(home))
    return "a dataset folder of mmrecipes" if is_native(types) and not _deeper(home) else ""


def _home(path: Path) -> Path:
    """Where the rows lie: `data` of a dataset folder, otherwise the path itself."""
    return path / "data" if (path / "data").is_dir() and not is_saved(path) else path


def _deeper(path: Path) -> list[Path]:
    """Files of rows at a path that do not lie where a dataset or a subset has them."""
    if not path.is_dir() or is_saved(path):
        return []
    return [f.path for f in table_files(path) if lies_deeper(f.path, path)]


def _open(path: Path, options: ReadOptions) -> Rows:
    home = _home(path)
    if deeper := _deeper(home):
        raise InputError(
            f"{path} is no dataset folder, but {deeper[0]} lies in it; give the path of the dataset's folder"
        )
    return NativeRows(RowTable(home))


READERS = (
    Reader(
        "native",
        "a dataset folder of mmrecipes, a finished run included: samples as they are, truth and meta intact",
        _recognises,
        _open,
        rank=10,
    ),
)
