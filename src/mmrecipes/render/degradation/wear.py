"""What all operations of the chain share: pixels, quads, the log, and the dice of one picture.

Pixels are (H, W, 3) uint8 RGB, or (H, W) while a grey scan is made; quads (N, 4, 2) float64 in absolute pixels with
pixel centres at half integers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Quads = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float64]
Field = npt.NDArray[np.float32]
Log = list[tuple[str, dict[str, Any]]]
Triple = tuple[float, float, float]
"""A value for each of the levels 1, 2 and 3."""
Range = tuple[float, float]


@dataclass(slots=True)
class Wear:
    """One picture's wear in the making: its level (1..3), its random numbers and what was done so far."""

    level: int
    rng: random.Random
    log: Log = field(default_factory=list)

    def chance(self, shares: Triple) -> bool:
        """True with this level's share."""
        return self.rng.random() < shares[self.level - 1]

    def between(self, *ranges: Range) -> float:
        """A number from this level's range (one range for all levels, or three)."""
        return self.rng.uniform(*ranges[self.level - 1 if len(ranges) == 3 else 0])

    def note(self, name: str, **parameters: Any) -> None:
        """Add an operation to the log."""
        self.log.append((name, parameters))

    def numbers(self) -> np.random.Generator:
        """A NumPy generator for a field of numbers, seeded from the picture's own."""
        return np.random.Generator(np.random.PCG64(self.rng.getrandbits(64)))


def windows(shape: tuple[int, ...], side: int, dx: int, dy: int) -> Iterator[tuple[Any, Any]]:
    """Cut a picture into (rows and columns of the picture, rows and columns of a square tile laid over it again and
    again), the first tile shifted by (dx, dy)."""
    height, width = shape[:2]
    for top in range(-dy, height, side):
        for left in range(-dx, width, side):
            y0, x0, y1, x1 = max(0, top), max(0, left), min(height, top + side), min(width, left + side)
            yield (slice(y0, y1), slice(x0, x1)), (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
