"""Rows as they are looked at: the sample, the bytes of pictures that were changed on reading, or why there is none.

Covered: rows that cannot be read become a reason, never an end of the work; an embedder is asked about the pictures of
many rows at once. Not covered: what a reader itself leaves out (its remarks say so).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image, keeping_originals
from mmrecipes.core.sample import Sample
from mmrecipes.formats.reader import AUTO, Reader, ReadOptions, Rows, open_source, sample_at

WINDOW = 32
"""Rows that are read ahead when an embedder is asked about their pictures."""
Vector = npt.NDArray[np.float32]
Embed = Callable[[Sequence[Image]], Sequence[Vector]]
"""Pictures to vectors of length 1, one each."""


@dataclass(frozen=True, slots=True)
class Source:
    """How rows are opened, here and in other processes."""

    path: Path
    reader: str = AUTO
    options: ReadOptions = field(default_factory=ReadOptions)

    def open(self) -> tuple[Reader, Rows]:
        """The reader that was chosen, and the rows. Raises `UsageError`, `InputError`."""
        return open_source(self.path, self.reader, self.options)


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row at its place. Without a `sample`, `problem` is a short reason and `detail` says
    what and where in words. `originals` are the bytes that pictures were
    made from where these were not kept as they are, `vectors` what an embedder says; both by hash of the picture."""

    index: int
    sample: Sample | None
    problem: str = ""
    detail: str = ""
    originals: Mapping[str, bytes] = field(default_factory=dict)
    vectors: Mapping[str, Vector] = field(default_factory=dict)


def read_row(rows: Rows, index: int) -> SeenRow:
    """The row at `index`; animated pictures as their first frame, with all frames among the originals."""
    with keeping_originals() as originals:
        try:
            return SeenRow(index, sample_at(rows, index), originals=originals)
        except InputError as e:
            return SeenRow(index, None, str(getattr(e, "reason", "unreadable_row")), str(e))


def read_rows(rows: Rows, embed: Embed | None = None) -> Iterator[SeenRow]:
    """All rows in order, with the vectors of their pictures when there is an embedder."""
    if embed is None:
        yield from (read_row(rows, index) for index in range(len(rows)))
        return
    for start in range(0, len(rows), WINDOW):
        window = [read_row(rows, index) for index in range(start, min(len(rows), start + WINDOW))]
        held = {im.sha256: im for row in window if row.sample for im in all_images(row.sample)}
        vectors = dict(zip(held, embed(list(held.values())), strict=True))
        yield from (replace(row, vectors=vectors) for row in window)


def all_images(sample: Sample) -> tuple[Image, ...]:
    """Every picture of a sample once, with masks and clean versions: of edits, documents and preference pairs too."""
    held = {im.sha256: im for im in (*sample.images, *(e.image for e in sample.extras))}
    return tuple(held.values())
