"""From figure units to pixels, and where labels go: in the free gaps, over no stroke and no other label."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box, Point
from mmrecipes.geometry.figure import Degenerate, Figure


@dataclass(frozen=True)
class View:
    """pixel = centre + scale * (turned figure point - middle), y downwards."""

    cosine: float
    sine: float
    flip: float
    scale: float
    shift: Point

    def __call__(self, x: float, y: float) -> Point:
        x *= self.flip
        u, v = x * self.cosine - y * self.sine, x * self.sine + y * self.cosine
        return self.shift[0] + self.scale * u, self.shift[1] - self.scale * v


def view(figure: Figure, rng: random.Random, width: int, height: int, margin: float) -> View:
    """A random turn (multiple of 15 degrees, 3 more or less), perhaps mirrored, scaled to fill the picture."""
    degrees = 15 * rng.randrange(24) + rng.uniform(-3, 3)
    flip = rng.choice((1.0, -1.0))
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    raw = View(c, s, flip, 1.0, (0.0, 0.0))
    boxes = [(*raw(*p.floats), 0.0) for p in figure.points.values()]
    boxes += [(*raw(*figure[o].floats), math.sqrt(float(k.squared_radius))) for o, k in figure.circles.items()]
    left, right = min(x - r for x, _, r in boxes), max(x + r for x, _, r in boxes)
    top, bottom = min(y - r for _, y, r in boxes), max(y + r for _, y, r in boxes)
    scale = min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top)) * rng.uniform(0.88, 1.0)
    shift = width / 2 - scale * (left + right) / 2, height / 2 - scale * (top + bottom) / 2
    return View(c, s, flip, scale, shift)


class Ground:
    """Which boxes are free: none with ink under it, none over another label, all within the picture."""

    def __init__(self, ink: npt.NDArray[np.bool_]) -> None:
        self._sums = cv2.integral(ink.astype(np.uint8))
        self.height, self.width = ink.shape
        self.taken: list[Box] = []

    def free(self, box: Box, gap: float) -> bool:
        left, top, right, bottom = box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap
        if left < 1 or top < 1 or right > self.width - 1 or bottom > self.height - 1:
            return False
        if any(left < r and right > x and top < b and bottom > y for x, y, r, b in self.taken):
            return False
        x0, y0, x1, y1 = math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)
        s = self._sums
        return int(s[y1, x1]) - int(s[y0, x1]) - int(s[y1, x0]) + int(s[y0, x0]) == 0

    def place(self, what: str, size: Point, centres: Iterable[Point], gap: float = 2.0) -> Box:
        """Take the first free box of this size; `Degenerate` if no centre has one."""
        w, h = size[0] / 2, size[1] / 2
        for x, y in centres:
            box = (x - w, y - h, x + w, y + h)
            if self.free(box, gap):
                self.taken.append(box)
                return box
        raise Degenerate(f"the label {what} has no free place")


def around(at: Point, rays: list[float], reach: Callable[[float], float]) -> Iterator[Point]:
    """Centres about a point, the directions farthest from all rays (radians) first, at two radii.
    `reach(direction)`: how far the label's centre must be for its box to clear the point."""
    directions = [2 * math.pi * k / 16 for k in range(16)]
    gaps = [_widest(rays)] if rays else []

    def clearance(d: float) -> float:
        return min((abs((d - r + math.pi) % (2 * math.pi) - math.pi) for r in rays), default=math.pi)

    ordered = gaps + sorted(directions, key=clearance, reverse=True)
    for extra in (0.0, 6.0, 13.0):
        for d in ordered:
            r = reach(d) + extra
            yield at[0] + r * math.cos(d), at[1] + r * math.sin(d)


def _widest(rays: list[float]) -> float:
    """The middle of the widest gap between rays."""
    ordered = sorted(r % (2 * math.pi) for r in rays)
    gaps = [
        ((b - a) % (2 * math.pi) or 2 * math.pi, a) for a, b in zip(ordered, ordered[1:] + ordered[:1], strict=True)
    ]
    size, start = max(gaps)
    return start + size / 2


def beside(a: Point, b: Point, size: Point, away: Point, offset: float) -> Iterator[Point]:
    """Centres beside a segment near its middle; first on the side that points away from `away`."""
    length = math.dist(a, b)
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    nx, ny = -uy, ux
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    if (away[0] - middle[0]) * nx + (away[1] - middle[1]) * ny > 0:
        nx, ny = -nx, -ny
    clear = offset + (abs(nx) * size[0] + abs(ny) * size[1]) / 2
    for extra in (0.0, 4.0, 8.0):
        for way in (1, -1):
            for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73):
                x, y = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
                yield x + way * (clear + extra) * nx, y + way * (clear + extra) * ny
