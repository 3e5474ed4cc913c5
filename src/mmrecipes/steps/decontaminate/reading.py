"""Rows as they are looked at: the sample, the bytes of pictures that were changed on reading, or why there is none.

Covered: rows that cannot be read become a reason, never an end of the work. Not covered: what a reader itself leaves
out (its remarks say so).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import keeping_originals
from mmrecipes.core.sample import Sample
from mmrecipes.formats.reader import Rows


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row at its place. Without a `sample`, `problem` is a short reason. `originals` are the bytes that pictures were
    made from where these were not kept as they are, by hash of the picture."""

    index: int
    sample: Sample | None
    problem: str = ""
    originals: Mapping[str, bytes] = field(default_factory=dict)


def read_row(rows: Rows, index: int) -> SeenRow:
    """The row at `index`; animated pictures as their first frame, with all frames among the originals."""
    with keeping_originals() as originals:
        try:
            return SeenRow(index, rows.sample(index), "", originals)
        except InputError as e:
            return SeenRow(index, None, str(getattr(e, "reason", "unreadable_row")))
