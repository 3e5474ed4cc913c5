"""The paper: colour, grain, clouds, stains, the light on folds and curls; composed coarse, then laid over the ink by
multiplication (paper x ink).

Covered: white to yellowed sheets, darker borders, rings and spots with irregular rims, creases. Not covered: tears,
ruled paper, crumpling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from mmrecipes.render.degradation.fields import SIDE, add_tile, channels_of, enlarged, grain_tile, soft_noise, times
from mmrecipes.render.degradation.geometry import Bend
from mmrecipes.render.degradation.placing import Crease
from mmrecipes.render.degradation.wear import Field, Pixels, Wear

COARSE = 4
"""The paper is composed at a quarter of the size."""
YELLOW = np.array([0.35, 0.8, 1.75], np.float32)
"""How much of the light old paper takes from red, green and blue, relative to each other."""


def paper(pixels: Pixels, wear: Wear, stains: float, creases: Sequence[Crease], bend: Bend | None,
          at: tuple[int, int] = (0, 0)) -> Pixels:  # fmt: skip
    """The ink on paper. `stains`: how likely a stain is; creases and bend are in pixels of the clean
    picture, whose origin lies at `at`."""
    height, width = pixels.shape[:2]
    size = (max(2, -(-width // COARSE)), max(2, -(-height // COARSE)))
    rng = wear.numbers()
    age = wear.between((0.0, 0.03), (0.0, 0.08), (0.0, 0.11)) * wear.rng.random()
    white = wear.rng.uniform(*((0.97, 1.0), (0.94, 1.0), (0.92, 0.99))[wear.level - 1])
    clouds = wear.between((0.0, 0.008), (0.004, 0.02), (0.006, 0.025))
    grain = wear.between((0.4, 1.5), (0.8, 3.0), (1.0, 3.5))
    sheet = white + soft_noise(rng, *size, 60) * clouds * 0.7 + soft_noise(rng, *size, 14) * clouds * 0.4
    light = _shading(wear, size, creases, bend, at)
    aged = age * (1 + 0.25 * soft_noise(rng, *size, 45) + 1.1 * _rim(size, min(size) * 0.06)) if age > 0.02 else age
    marks = [_stain(wear, size) for _ in range(2) if wear.rng.random() < stains]
    wear.note("paper", white=white, age=age, clouds=clouds, grain=grain, stains=marks,
              creases=[[c.nx, c.ny, c.c] for c in creases])  # fmt: skip
    taken = np.asarray(aged, np.float32)[..., None] * YELLOW
    field = np.asarray((sheet * light)[..., None] * (1 - taken), np.float32)
    for mark in marks:
        _lay(field, mark, rng)
    full = enlarged(field.clip(0.3, 1) * 255, width, height)
    if pixels.ndim == 2:
        full = np.asarray(cv2.cvtColor(full, cv2.COLOR_RGB2GRAY), np.uint8)
    dx, dy = wear.rng.randrange(SIDE), wear.rng.randrange(SIDE)
    return times(pixels, add_tile(full, grain_tile(channels_of(pixels)), grain, dx, dy))


def _rim(size: tuple[int, int], reach: float) -> Field:
    """1 at the border of the sheet, falling towards 0."""
    x, y = (np.minimum(np.arange(n) + 0.5, n - 0.5 - np.arange(n)).astype(np.float32) for n in size)
    return np.maximum(np.exp(-x / reach)[None, :], np.exp(-y / reach)[:, None])


def _shading(wear: Wear, size: tuple[int, int], creases: Sequence[Crease], bend: Bend | None,
             at: tuple[int, int]) -> Field:  # fmt: skip
    """How the light falls on a sheet that was folded and is bent: one side of a fold lies in the light, the other does
    not, and its ridge is worn or dark."""
    if not creases and bend is None:
        return np.ones((1, 1), np.float32)
    x = np.arange(size[0], dtype=np.float32)[None, :] * COARSE - at[0]
    y = np.arange(size[1], dtype=np.float32)[:, None] * COARSE - at[1]
    light = np.ones((size[1], size[0]), np.float32)
    for kx, ky, phase, _, _ in bend.waves.tolist() if bend else ():
        light += np.cos(x * kx + y * ky + phase) * wear.between((0.0, 0.02), (0.01, 0.04), (0.02, 0.07))
    for crease in creases:
        t = (x * crease.nx + y * crease.ny - crease.c) / (COARSE * min(size))
        depth = wear.between((0.01, 0.03), (0.02, 0.06), (0.03, 0.10)) * wear.rng.choice((-1, 1))
        light += depth * np.sign(t) * np.exp(-np.abs(t) / 0.12)
        ridge = wear.rng.uniform(-0.14, 0.05) * wear.level / 3
        light += ridge * np.exp(-np.square(t * min(size) / 0.8))
    return light


def _stain(wear: Wear, size: tuple[int, int]) -> dict[str, Any]:
    """A spot or a ring somewhere on the sheet, in coarse pixels."""
    side, ring = min(size), wear.rng.random() < 0.45
    radius = side * (wear.rng.uniform(0.1, 0.18) if ring else wear.rng.uniform(0.02, 0.12))
    return {
        "kind": "ring" if ring else "spot", "x": wear.rng.uniform(0, size[0]), "y": wear.rng.uniform(0, size[1]),
        "radius": radius, "strength": wear.between((0.04, 0.10), (0.06, 0.18), (0.08, 0.26)),
        "hue": wear.rng.uniform(0.0, 1.0),
    }  # fmt: skip


def _lay(field: Field, stain: dict[str, Any], rng: np.random.Generator) -> None:
    """Darken the field under a stain, in place: an outline out of noise, a rim that dried darker."""
    radius = float(stain["radius"])
    height, width = field.shape[:2]
    x0, x1 = max(0, int(stain["x"] - 1.6 * radius)), min(width, int(stain["x"] + 1.6 * radius) + 1)
    y0, y1 = max(0, int(stain["y"] - 1.6 * radius)), min(height, int(stain["y"] + 1.6 * radius) + 1)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    x = (np.arange(x0, x1, dtype=np.float32)[None, :] - stain["x"]) / radius
    y = (np.arange(y0, y1, dtype=np.float32)[:, None] - stain["y"]) / radius
    ring = stain["kind"] == "ring"
    rough = soft_noise(rng, x1 - x0, y1 - y0, max(2.0, radius * 0.5)) * (0.015 if ring else 0.14)
    distance = np.sqrt(x * x + y * y) + rough
    rim = np.exp(-np.square((distance - 1) / 0.055)) * (0.7 + 0.3 * soft_noise(rng, x1 - x0, y1 - y0, radius * 0.6))
    inside = 1 / (1 + np.exp((distance - 1) / 0.03))
    depth = (rim + 0.06 * inside if ring else 0.55 * inside + 0.45 * rim).clip(0, 1.2) * stain["strength"]
    brown, grey = np.array([0.45, 0.8, 1.3], np.float32), np.array([0.8, 0.85, 0.9], np.float32)
    field[y0:y1, x0:x1] *= 1 - depth[..., None] * (brown + (grey - brown) * stain["hue"])
