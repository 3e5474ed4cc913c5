"""What a sheet lies on: a table (wood, cloth, stone, leather) under a camera, or the lid of a scanner.

Tiles are seamless and drawn once per process; each picture sees its own part of one, in its own colour and brightness.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from mmrecipes.canvas.noise import seamless
from mmrecipes.render.degradation.fields import add_tile, enlarged, noise_tile, soft_noise, times
from mmrecipes.render.degradation.wear import Field, Floats, Pixels, Wear, windows

TILE = 768
KINDS = ("wood", "cloth", "stone", "leather")
_COLOURS = {
    "wood": ((152, 106, 66), (96, 62, 40), (186, 150, 108), (70, 50, 40), (205, 178, 140)),
    "cloth": ((70, 84, 104), (120, 112, 98), (52, 56, 60), (136, 70, 62), (88, 104, 84)),
    "stone": ((150, 148, 144), (92, 92, 96), (196, 192, 186), (60, 62, 66)),
    "leather": ((62, 44, 36), (40, 40, 44), (92, 58, 42)),
}
COARSE = 16


def table_top(wear: Wear, size: tuple[int, int], outline: Floats) -> Pixels:
    """A surface of `size` (width, height), (H, W, 4) with nothing in the fourth channel, with the shadow that the
    sheet with this outline throws on it. Where the sheet lies for certain nothing is drawn."""
    kind = wear.rng.choice(KINDS)
    colour = wear.rng.choice(_COLOURS[kind])
    bright = wear.rng.uniform(0.75, 1.2)
    turned, dx, dy = wear.rng.randrange(4), wear.rng.randrange(TILE), wear.rng.randrange(TILE)
    out_of_focus = wear.rng.uniform(0.5, 6.0) if wear.rng.random() < 0.3 else 0.0
    wear.note("surface", kind=kind, colour=list(colour), brightness=bright, turned=turned, offset=[dx, dy],
              out_of_focus=out_of_focus)  # fmt: skip
    ramp = np.linspace(-1, 1, 256)[:, None] * _CONTRAST[kind]
    shades = ((1 + ramp) * np.array(colour) * bright).clip(0, 255).round().astype(np.uint8)
    pattern = np.ascontiguousarray(np.rot90(_tile(kind), turned))
    if out_of_focus:  # the sheet is nearer than what it lies on
        around = cv2.copyMakeBorder(pattern, 24, 24, 24, 24, cv2.BORDER_WRAP)
        pattern = np.ascontiguousarray(cv2.GaussianBlur(around, (0, 0), out_of_focus)[24:-24, 24:-24])
    tile = np.asarray(
        cv2.merge([cv2.LUT(pattern, np.ascontiguousarray(shade)) for shade in (*shades.T, shades[:, 0])]), np.uint8
    )
    reach = wear.rng.uniform(0.008, 0.025) * min(size)
    way = wear.rng.uniform(0, 2 * math.pi)
    thrown = outline + np.array([math.cos(way), math.sin(way)]) * reach * 0.6
    shadow = _around(thrown, size, reach, wear.rng.uniform(0.45, 0.75))
    ground = np.zeros((size[1], size[0], 4), np.uint8)
    for strip, x, y in _beside(outline, size):
        for here, there in windows(ground[strip].shape, TILE, (dx + x) % TILE, (dy + y) % TILE):
            ground[strip][here] = tile[there]
        ground[strip] = times(ground[strip], shadow[strip])
    return ground


def _beside(outline: Floats, size: tuple[int, int]) -> Iterator[tuple[Any, int, int]]:
    """The picture without a box that lies inside the sheet: four strips and the (x, y) of each."""
    width, height = size
    top, right, bottom, left = outline.reshape(4, -1, 2)  # runs of points, clockwise from the top-left
    x0, x1 = int(left[:, 0].max()) + 2, int(right[:, 0].min()) - 2
    y0, y1 = int(top[:, 1].max()) + 2, int(bottom[:, 1].min()) - 2
    x0, y0 = min(max(x0, 0), width), min(max(y0, 0), height)
    x1, y1 = max(min(x1, width), x0), max(min(y1, height), y0)
    for ya, yb, xa, xb in ((0, y0, 0, width), (y1, height, 0, width), (y0, y1, 0, x0), (y0, y1, x1, width)):
        if ya < yb and xa < xb:
            yield (slice(ya, yb), slice(xa, xb)), xa, ya


def scanner_lid(wear: Wear, size: tuple[int, int], outline: Floats, channels: int) -> Pixels:
    """The lid above the glass: white or dark, uneven, with a line of shadow along the sheet; (H, W) for one channel,
    (H, W, 4) for four."""
    dark = wear.rng.random() < 0.45
    level = wear.rng.uniform(14, 60) if dark else wear.rng.uniform(215, 246)
    wear.note("lid", level=level)
    width, height = -(-size[0] // COARSE) + 1, -(-size[1] // COARSE) + 1
    uneven = soft_noise(wear.numbers(), width, height, 12) * (2.5 if dark else 1.5) + level
    full = enlarged(uneven.clip(0, 255), *size)
    shadow = _around(outline, size, 0.004 * min(size) + 1, 0.6 if dark else 0.72)
    ground = times(full, shadow)
    add_tile(ground, noise_tile(1), 1.5, 17, 41, into=ground)
    return np.asarray(cv2.merge([ground] * channels) if channels > 1 else ground, np.uint8)


def _around(outline: Floats, size: tuple[int, int], reach: float, darkest: float) -> Pixels:
    """A soft shadow around an outline: `darkest` (0..1) beside it, fading over `reach` pixels; bytes of full size."""
    step = min(COARSE, max(1, int(reach)))
    width, height = -(-size[0] // step), -(-size[1] // step)
    mask = np.full((height, width), 255, np.uint8)
    cv2.fillPoly(mask, [np.round(outline / step * 16).astype(np.int32)], int(255 * darkest), shift=4)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.6, reach / step))
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def edge_line(pixels: Pixels, outline: Floats, brightness: int) -> None:
    """The cut edge of the sheet, a thin smooth line, in place; it also hides the staircase where sheet and ground
    meet."""
    points = np.round((outline - 0.5) * 16).astype(np.int32)
    colour = (brightness,) * 3 if pixels.ndim == 3 else (brightness,)
    cv2.polylines(pixels, [points], True, colour, 1, cv2.LINE_AA, shift=4)


@functools.cache
def _tile(kind: str) -> Pixels:
    """A seamless pattern of bytes around 128."""
    field = _PATTERNS[kind](np.random.default_rng(KINDS.index(kind) + 90))
    return (field.clip(-1, 1) * 127 + 128).round().astype(np.uint8)


def _wood(rng: np.random.Generator) -> Field:
    bend, fine = seamless(rng, TILE, 150, 22), seamless(rng, TILE, 40, 0.7)
    pores = np.minimum(seamless(rng, TILE, 14, 0.6) + 1.6, 0)
    y = np.arange(TILE, dtype=np.float32)[:, None] / TILE
    rings = np.sin(2 * np.pi * 7 * y + 2.6 * bend) + 0.4 * np.sin(2 * np.pi * 19 * y + 4 * bend)
    return np.asarray(rings * 0.28 + fine * 0.2 + pores * 0.35, np.float32)


def _cloth(rng: np.random.Generator) -> Field:
    y, x = np.mgrid[0:TILE, 0:TILE].astype(np.float32)
    over = np.where((x // 4 + y // 4) % 2 == 0, np.sin(np.pi * (x % 4 + 0.5) / 4), -np.sin(np.pi * (y % 4 + 0.5) / 4))
    return np.asarray(over * 0.3 + seamless(rng, TILE, 1.2, 1.2) * 0.22 + seamless(rng, TILE, 30, 4) * 0.1, np.float32)


def _stone(rng: np.random.Generator) -> Field:
    speckle = seamless(rng, TILE, 1.4, 1.4)
    return np.asarray(seamless(rng, TILE, 26, 26) * 0.16 + seamless(rng, TILE, 6, 6) * 0.14
                      + np.where(np.abs(speckle) > 1.4, speckle * 0.22, speckle * 0.05), np.float32)  # fmt: skip


def _leather(rng: np.random.Generator) -> Field:
    cells = np.abs(seamless(rng, TILE, 3.2, 3.2))
    return np.asarray((np.minimum(cells, 0.5) - 0.3) * 0.9 + seamless(rng, TILE, 40, 40) * 0.12, np.float32)


_PATTERNS: dict[str, Callable[[np.random.Generator], Field]] = {
    "wood": _wood, "cloth": _cloth, "stone": _stone, "leather": _leather,
}  # fmt: skip
_CONTRAST = {"wood": 0.4, "cloth": 0.4, "stone": 0.35, "leather": 0.5}
