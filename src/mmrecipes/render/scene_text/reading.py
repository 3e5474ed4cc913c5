"""The order in which signs of a scene are read: from top to bottom, and from left to right among those side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]


def reading_order(quads: Sequence[Points], *, rightmost_first: bool = False) -> list[int]:
    """Numbers of the signs (4, 2 each) in reading order.

    Next is always the leftmost of those in a row with the topmost sign left (they overlap it by half a height); a sign
    with another one right above it waits for that one. `rightmost_first` for scripts written to the left.
    """
    boxes = [(*q.min(axis=0).tolist(), *q.max(axis=0).tolist()) for q in quads]
    left = set(range(len(boxes)))
    order: list[int] = []
    while left:
        free = [n for n in left if not any(_above(boxes[m], boxes[n]) for m in left if m != n)] or sorted(left)
        top = min(free, key=lambda n: (boxes[n][1], n))
        row = [n for n in free if _beside(boxes[top], boxes[n])]
        chosen = min(row, key=lambda n: (-boxes[n][2] if rightmost_first else boxes[n][0], n))
        order.append(chosen)
        left.remove(chosen)
    return order


def _above(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[3] <= b[1] and min(a[2], b[2]) > max(a[0], b[0])


def _beside(a: Sequence[float], b: Sequence[float]) -> bool:
    common = min(a[3], b[3]) - max(a[1], b[1])
    return common >= 0.5 * min(a[3] - a[1], b[3] - b[1])
