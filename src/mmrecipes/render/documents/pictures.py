"""Pictures inside documents: charts, photographs and portraits (see `pictures_chart`, `pictures_photo`), marks of
firms, signatures, barcodes.

Covered: `draw_picture` at the size in pixels of the place it goes to.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.surface import Surface, mixed
from mmrecipes.core.boxes import Point
from mmrecipes.render.documents.looks import Look
from mmrecipes.render.documents.pictures_chart import draw_chart
from mmrecipes.render.documents.pictures_photo import photo, portrait
from mmrecipes.render.documents.tree import FigureBlock

Pixels = npt.NDArray[np.uint8]


def draw_picture(figure: FigureBlock, width: int, height: int, look: Look) -> Pixels:
    """The (height, width, 3) pixels of a figure. White is where the paper shows."""
    rng = random.Random(figure.seed)
    if figure.grid is not None:
        return draw_chart(figure.grid, width, height, look, rng)
    return _MAKERS[figure.picture](width, height, look, rng)


def _mark(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """The mark of a firm: a few plain shapes in its colour."""
    surface = Surface(width, height, "#ffffff")
    s = min(width, height)
    x, y, r = width / 2, height / 2, s * 0.46
    other = mixed(look.accent, "#ffffff", rng.uniform(0.35, 0.6))
    form = rng.randrange(6)
    if form == 0:
        surface.circle((x, y), r, look.accent)
        surface.circle((x + r * 0.3, y), r * 0.55, "#ffffff")
    elif form == 1:
        for k in range(3):
            top = y - r + k * r * 0.72
            surface.rect((x - r, top, x + r - k * r * 0.4, top + r * 0.46), look.accent if k != 1 else other)
    elif form == 2:
        turn = rng.uniform(0, math.pi)
        n = rng.choice((5, 6, 8))
        for k in range(n):
            a = turn + 2 * math.pi * k / n
            surface.circle(
                (x + r * 0.62 * math.cos(a), y + r * 0.62 * math.sin(a)), r * 0.34, other if k % 2 else look.accent
            )
    elif form == 3:
        surface.polygon([(x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)], look.accent)
        surface.polygon([(x, y - r * 0.1), (x + r * 0.5, y + r * 0.8), (x - r * 0.5, y + r * 0.8)], "#ffffff")
    elif form == 4:
        surface.rect((x - r, y - r, x + r, y + r), look.accent, radius=r * rng.uniform(0.1, 0.5))
        surface.polygon(
            [
                (x - r * 0.5, y + r * 0.5),
                (x - r * 0.1, y - r * 0.5),
                (x + r * 0.15, y + r * 0.1),
                (x + r * 0.35, y - r * 0.25),
                (x + r * 0.6, y + r * 0.5),
            ],
            "#ffffff",
        )
    else:
        for k in range(4):
            surface.circle((x, y), r * (1 - 0.25 * k), look.accent if k % 2 == 0 else "#ffffff")
    return surface.pixels()


def _signature(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    """A quick scrawl: loops that run to the right and flatten."""
    surface = Surface(width * 2, height * 2, "#ffffff")
    w, h = surface.width, surface.height
    ink = rng.choice(("#16225e", "#1d2a7a", "#1a1a1a", "#0f2f6b"))
    span = w * rng.uniform(0.55, 0.8)
    phases = [rng.uniform(0, 6.3) for _ in range(4)]
    loops = rng.uniform(4.5, 8)
    points: list[Point] = []
    for t in np.linspace(0, 1, 260).tolist():
        size = (1 - 0.75 * t) * (0.75 + 0.25 * math.sin(9 * t + phases[0]))
        a = 2 * math.pi * loops * t
        x = w * 0.06 + span * t + h * 0.16 * size * math.sin(a + phases[1])
        y = h * 0.55 - h * 0.34 * size * math.cos(a) * (0.6 + 0.4 * math.sin(5 * t + phases[2])) - h * 0.06 * t
        points.append((x, min(max(y, h * 0.06), h * 0.94)))
    surface.polyline(points, ink, max(2.2, h / 34))
    if rng.random() < 0.6:
        y = h * rng.uniform(0.62, 0.8)
        surface.polyline(
            [(w * 0.04, y + h * 0.05), (w * 0.4, y - h * 0.03), (w * 0.06 + span * 1.05, y - h * 0.1)],
            ink,
            max(1.8, h / 44),
        )
    return np.asarray(cv2.resize(surface.pixels(), (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _barcode(width: int, height: int, look: Look, rng: random.Random) -> Pixels:
    pixels = np.full((height, width, 3), 255, np.uint8)
    unit = max(1, width // 110)
    x = 4 * unit
    while x < width - 6 * unit:
        w = rng.choice((1, 1, 2, 3)) * unit
        pixels[:, x : x + w] = 0
        x += w + rng.choice((1, 1, 2, 3)) * unit
    return pixels


_MAKERS: dict[str, Callable[[int, int, Look, random.Random], Pixels]] = {
    "photo": photo,
    "portrait": portrait,
    "mark": _mark,
    "signature": _signature,
    "barcode": _barcode,
}
