"""One pass over a dataset's columns without image bytes, and whole rows for the few samples that are shown.

Covered: counts per property, of the samples kept and of those dropped on the way; distinct images, places of samples by
stratum and of those that wait for a person. Memory does not grow with the dataset, but for 8 bytes per image and a
number per sample that waits. Not covered: samples of unfinished runs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from mmrecipes.core.sample import REVIEWS, Sample
from mmrecipes.flow.ledger import dropped_values
from mmrecipes.report.gallery import Candidates
from mmrecipes.store.columns import array_of

SCALARS = ("subset", "split", "task", "language", "difficulty", "kind", "truth_source", "source", "licence")
OTHERS = ("group", "stand_in", "meta", "image_sha256", "messages.list.element.role", "regions.list.element.label")
ROWS = 4096
DISTINCT = 300
"""A property of `meta` with more values than this is not counted: it is a description, not a class."""


@dataclass(slots=True)
class Tally:
    """Counts over the samples of a dataset, in file order."""

    files: list[Path] = field(default_factory=list)
    count: int = 0
    bytes: int = 0
    turns: int = 0
    regions: int = 0
    stand_in: int = 0
    candidates: Candidates = field(default_factory=Candidates)
    dropped: dict[str, Counter[str]] = field(default_factory=dict)
    """Dropped samples per value of a property."""
    waiting: list[int] = field(default_factory=list)
    """Places of the samples that wait for a person (see `core.sample.REVIEWS`)."""
    dropped_waiting: int = 0
    """Dropped samples with such a mark."""
    _values: dict[str, Counter[str]] = field(default_factory=dict)
    _too_many: set[str] = field(default_factory=set)
    _images: list[Any] = field(default_factory=list)

    @property
    def images(self) -> int:
        """Distinct images."""
        return int(np.unique(np.concatenate(self._images)).size) if self._images else 0

    @property
    def values(self) -> dict[str, Counter[str]]:
        """Samples per value, for every property that says something: not empty, not different for most samples."""
        few = max(12, 0.4 * self.count)
        return {k: c for k, c in self._values.items() if c and len(c) <= few and set(c) not in ({""}, {"not graded"})}

    def add(self, columns: dict[str, list[Any]]) -> None:
        """Count a batch of rows."""
        for name in SCALARS:
            write = _level if name == "difficulty" else _written
            self._values.setdefault(name, Counter()).update(map(write, columns[name]))
        for place, text in enumerate(columns["meta"], self.count):
            meta = orjson.loads(text) if text else {}
            self._add_meta(meta)
            if isinstance(meta, dict) and meta.get("review") in REVIEWS:
                self.waiting.append(place)
        for row in zip(*(columns[c] for c in ("subset", "task", "difficulty", "group")), strict=True):
            self.candidates.add(self.count, (row[0] or "", row[1] or "", f"{row[2] or 0:02d}"), row[3] or "")
            self.count += 1
        hashes = [int(h[:16], 16) for row in columns["image_sha256"] for h in row or ()]
        if hashes:
            self._images.append(np.unique(np.array(hashes, dtype=np.uint64)))
        self.stand_in += sum(map(bool, columns["stand_in"]))

    def add_dropped(self, sample: Mapping[str, Any]) -> None:
        """Count a dropped sample, given as JSON."""
        self.dropped_waiting += sample["meta"].get("review") in REVIEWS
        meta = {k: v for k, v in sample["meta"].items() if k not in SCALARS and isinstance(v, (str, bool, int))}
        for name, value in {**{k: sample[k] for k in SCALARS if k != "difficulty"}, **meta}.items():
            self.dropped.setdefault(name, Counter())[_written(value)] += 1

    def _add_meta(self, meta: Any) -> None:
        for name, value in meta.items() if isinstance(meta, dict) else ():
            if not isinstance(value, (str, bool, int)) or name in self._too_many or name in SCALARS:
                continue
            counts = self._values.setdefault(name, Counter())
            counts[_written(value)] += 1
            if len(counts) > DISTINCT:
                self._too_many.add(name)
                del self._values[name]

    def samples(self, places: Sequence[int]) -> list[Sample]:
        """The samples at these places, in the order asked for; only their row groups are read."""
        found = dict(self.read(sorted(places)))
        return [found[p] for p in places]

    def read(self, places: Sequence[int]) -> Iterator[tuple[int, Sample]]:
        """Places in rising order with their samples, a row group in memory at a time."""
        from mmrecipes.store.dataset import samples_of

        first = 0
        for path in self.files:
            with pq.ParquetFile(path) as file:
                for number in range(file.num_row_groups):
                    rows = file.metadata.row_group(number).num_rows
                    if here := places[bisect_left(places, first) : bisect_left(places, first + rows)]:
                        table = file.read_row_group(number).take(array_of([p - first for p in here], pa.int64()))
                        yield from zip(here, samples_of(table), strict=True)
                    first += rows


def take_tally(folder: Path) -> Tally:
    """Count the samples of the dataset in `folder` and those its run dropped; no samples when it has none."""
    tally = Tally(files=sorted((folder / "data").glob("*/*.parquet")))
    for sample in dropped_values(folder):
        tally.add_dropped(sample)
    for path in tally.files:
        tally.bytes += path.stat().st_size
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS, columns=[*SCALARS, *OTHERS]):
                tally.turns += len(batch["messages"].flatten())
                tally.regions += len(batch["regions"].flatten())
                plain = [*SCALARS, "group", "stand_in", "meta", "image_sha256"]
                tally.add({name: batch[name].to_pylist() for name in plain})
    return tally


def _level(difficulty: int | None) -> str:
    return str(difficulty) if difficulty else "not graded"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
