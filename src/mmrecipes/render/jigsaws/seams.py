"""Whether a jigsaw has one answer: how well pieces fit together in every order.

Covered: the mean colour difference across every seam, for all orders of up to four pieces; pieces too alike or too
plain. Not covered: what the picture shows.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.jigsaws.cut import Grid

Pixels = npt.NDArray[np.uint8]
MARGIN, LEAST_DEVIATION, LEAST_DIFFERENCE = 0.10, 12.0, 2.0
"""How much worse the next order must fit; the least standard deviation of grey in a piece; the least mean difference of
two pieces."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The order that fits best (0-based, reading order), its cost (sum over seams of the mean absolute difference, 0 to
    255 each) and that of the next."""

    best: tuple[int, ...]
    cost: float
    next_cost: float

    @property
    def margin(self) -> float:
        return self.next_cost / max(self.cost, 1e-9) - 1


def best_fit(pieces: Sequence[Pixels], grid: Grid) -> Fit:
    """All orders of the pieces compared."""
    beside, below = _costs(pieces)
    costs: list[tuple[float, tuple[int, ...]]] = []
    for order in itertools.permutations(range(len(pieces))):
        rows = [order[r * grid.columns : (r + 1) * grid.columns] for r in range(grid.rows)]
        cost = sum(beside[a, b] for row in rows for a, b in itertools.pairwise(row))
        cost += sum(below[a, b] for up, down in itertools.pairwise(rows) for a, b in zip(up, down, strict=True))
        costs.append((float(cost), order))
    (cost, best), (after, _) = sorted(costs)[:2]
    return Fit(best, cost, after)


def _costs(pieces: Sequence[Pixels]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """[a, b]: the cost of b right of a, and of b below a."""
    left, right = (np.stack([p[:, at] for p in pieces]).astype(np.int16) for at in (0, -1))
    top, bottom = (np.stack([p[at] for p in pieces]).astype(np.int16) for at in (0, -1))
    beside = np.abs(right[:, None] - left[None]).mean(axis=(2, 3))
    return beside, np.abs(bottom[:, None] - top[None]).mean(axis=(2, 3))


def unsolvable(pieces: Sequence[Pixels], grid: Grid) -> tuple[str, str] | None:
    """Why pieces in their true order make no puzzle, as (reason, detail), or None."""
    for number, piece in enumerate(pieces):
        deviation = float(cv2.cvtColor(piece, cv2.COLOR_RGB2GRAY).std())
        if deviation < LEAST_DEVIATION:
            return "plain_piece", f"piece {number + 1} deviates by {deviation:.1f} of 255"
    for a, b in itertools.combinations(range(len(pieces)), 2):
        if float(np.mean(cv2.mean(cv2.absdiff(pieces[a], pieces[b]))[:3])) < LEAST_DIFFERENCE:
            return "pieces_alike", f"pieces {a + 1} and {b + 1}"
    fit = best_fit(pieces, grid)
    if fit.best != tuple(range(len(pieces))):
        return "other_order_fits_better", f"{fit.best} at {fit.cost:.1f}"
    return ("orders_too_close", f"margin {fit.margin:.2f}") if fit.margin < MARGIN else None
