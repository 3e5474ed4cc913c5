"""A bank of seamless surface textures without letters, grown from noise once per process.

Covered: plaster, concrete, brick, wood, planks, brushed metal, tiles, paving, asphalt, grass, cork, fabric, paper,
clouds, leaves. Each is a square of albedo (512, 512, 3) uint8 that repeats without a seam and says how many metres it
stands for. Tint and lighting belong to whoever uses it. Not covered: photographs.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.noise import seamless
from mmrecipes.core.identity import seed_from

SIDE = 512
Field = npt.NDArray[Any]
"""Single or double precision, (512, 512) or (512, 512, 3)."""
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Texture:
    """One seamless square of albedo (512, 512, 3), `metres` wide in the world."""

    name: str
    pixels: Pixels
    metres: float

    def shader(self, canvas_scale: float, scale: float = 1.0, dx: float = 0.0, dy: float = 0.0) -> skia.Shader:
        """The texture repeated over a canvas of `canvas_scale` pixels per metre, shifted by metres, `scale` as coarse.

        It is taken from a copy resized to about the canvas's resolution, whose texels are then copied: six times as
        fast as filtering while drawing.
        """
        metres = self.metres * scale
        step = round(math.log(max(metres * canvas_scale, 8.0)) / _STEP)
        side = min(1024, round(math.exp(step * _STEP)))
        k = metres / side
        matrix = skia.Matrix()
        matrix.setAll(k, 0, dx, 0, k, dy, 0, 0, 1)
        mode = skia.FilterMode.kNearest if side < 1024 else skia.FilterMode.kLinear
        return _image(self.name, side).makeShader(
            skia.TileMode.kRepeat, skia.TileMode.kRepeat, skia.SamplingOptions(mode), matrix)  # fmt: skip


_STEP = 0.08
"""Resized copies differ by eight per cent."""


@functools.lru_cache(maxsize=128)
def _image(name: str, side: int) -> skia.Image:
    pixels = texture(name).pixels
    way = cv2.INTER_AREA if side < SIDE else cv2.INTER_LINEAR
    rgba = cv2.cvtColor(cv2.resize(pixels, (side, side), interpolation=way), cv2.COLOR_RGB2RGBA)
    return skia.Image.fromarray(np.ascontiguousarray(rgba), skia.kRGBA_8888_ColorType)


@functools.cache
def texture(name: str) -> Texture:
    """A texture of the bank by name (`NAMES`)."""
    make, metres = _MAKERS[name]
    albedo = make(np.random.default_rng(seed_from("scene_text.texture", name)))
    return Texture(name, albedo.clip(0, 255).astype(np.uint8), metres)


def noise(rng: np.random.Generator, sigma_x: float, sigma_y: float | None = None) -> Field:
    """Seamless normal noise of deviation 1, smoothed over `sigma` pixels (one for both directions, or two)."""
    return seamless(rng, SIDE, sigma_x, sigma_x if sigma_y is None else sigma_y)


def cloudy(rng: np.random.Generator, coarse: float = 64.0, octaves: int = 5) -> Field:
    """Seamless noise of several scales, unit variance."""
    total = sum((noise(rng, coarse / 2**k) * 0.62**k for k in range(octaves)), np.zeros((SIDE, SIDE), np.float32))
    return total / float(total.std())


def _grey(value: Field, colour: tuple[float, float, float]) -> Field:
    """Brightness (1 = the colour) times a colour."""
    return value[..., None] * np.array(colour, np.float32)


def _plaster(rng: np.random.Generator) -> Field:
    return _grey(0.93 + 0.025 * cloudy(rng, 90) + 0.022 * noise(rng, 1.2), (236, 234, 228))


def _concrete(rng: np.random.Generator) -> Field:
    pores = (noise(rng, 1.6) > 2.4).astype(np.float32)
    return _grey(0.88 + 0.06 * cloudy(rng, 110) + 0.03 * noise(rng, 0.8) - 0.25 * pores, (190, 188, 182))


def _brick(rng: np.random.Generator) -> Field:
    rows, columns = 16, 8
    high, wide = SIDE // rows, SIDE // columns
    value = np.zeros((SIDE, SIDE), np.float32)
    mask = np.zeros((SIDE, SIDE), np.float32)
    red = np.zeros((SIDE, SIDE), np.float32)
    for r in range(rows):
        for c in range(columns):
            tone, hue = rng.normal(1, 0.11), rng.normal(0, 1)
            xs = (np.arange(c * wide + 3, (c + 1) * wide - 1) + (r % 2) * wide // 2) % SIDE
            ys = np.arange(r * high + 3, (r + 1) * high - 1)
            value[np.ix_(ys, xs)], mask[np.ix_(ys, xs)], red[np.ix_(ys, xs)] = tone, 1, hue
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.9), np.float32)
    rough = 0.05 * noise(rng, 1.0) + 0.05 * cloudy(rng, 40)
    bricks = _grey(value + rough, (206, 204, 204)) * (1 + red[..., None] * np.array([0.02, -0.02, -0.03], np.float32))
    mortar = _grey(0.86 + 0.04 * noise(rng, 1.0) + 0.04 * cloudy(rng), (232, 230, 226))
    edge = np.roll(mask, (-2, -2), (0, 1)) - mask
    return mortar * (1 - mask[..., None]) + bricks * mask[..., None] - 26 * np.clip(edge, 0, 1)[..., None]


def _wood(rng: np.random.Generator) -> Field:
    warp = 34 * noise(rng, 120, 24) + 5 * noise(rng, 60, 8)
    y = np.arange(SIDE, dtype=np.float32)[:, None]
    rings = 0.5 + 0.5 * np.sin((y * 2 * np.pi * 14 / SIDE) + warp / 9)
    fibre = noise(rng, 26, 0.7)
    return _grey(0.86 + 0.1 * rings + 0.05 * fibre, (214, 196, 170))


def _planks(rng: np.random.Generator) -> Field:
    base = _wood(rng)
    count = 4
    high = SIDE // count
    for k in range(count):
        rows = slice(k * high, (k + 1) * high)
        base[rows] = np.roll(base[rows], int(rng.integers(SIDE)), axis=1) * float(rng.normal(1, 0.06))
        base[k * high : k * high + 3] *= np.array([0.45, 0.5, 0.85], np.float32)[:, None, None]
    return base


def _metal(rng: np.random.Generator) -> Field:
    return _grey(0.92 + 0.035 * noise(rng, 60, 0.6) + 0.015 * cloudy(rng, 120), (205, 208, 212))


def _tiles(rng: np.random.Generator) -> Field:
    return _squares(rng, 4, 0.035, (238, 238, 234), (176, 174, 170), 3)


def _paving(rng: np.random.Generator) -> Field:
    return _squares(rng, 4, 0.09, (186, 182, 174), (118, 114, 108), 4) + 5 * noise(rng, 0.9)[..., None]


def _squares(rng: np.random.Generator, count: int, spread: float, face: tuple[float, float, float],
             joint: tuple[float, float, float], gap: int) -> Field:  # fmt: skip
    side = SIDE // count
    tones = rng.normal(1, spread, (count, count)).astype(np.float32)
    value = np.kron(tones, np.ones((side, side), np.float32))
    inside = np.zeros((SIDE, SIDE), np.float32)
    for r in range(count):
        for c in range(count):
            inside[r * side + gap : (r + 1) * side, c * side + gap : (c + 1) * side] = 1
    inside = np.asarray(cv2.GaussianBlur(inside, (0, 0), 0.8), np.float32)[..., None]
    rough = 0.02 * cloudy(rng, 40) + 0.012 * noise(rng, 1.0)
    return _grey(value + rough, face) * inside + _grey(1 + rough * 2, joint) * (1 - inside)


def _asphalt(rng: np.random.Generator) -> Field:
    return _grey(0.9 + 0.1 * noise(rng, 0.9) + 0.07 * cloudy(rng, 100), (98, 98, 100))


def _grass(rng: np.random.Generator) -> Field:
    blades = noise(rng, 0.8, 3.0)
    hue = cloudy(rng, 50)[..., None] * np.array([12, 6, 4], np.float32)
    return _grey(0.85 + 0.2 * blades + 0.08 * cloudy(rng, 60), (96, 128, 62)) + hue


def _leaves(rng: np.random.Generator) -> Field:
    blobs = np.tanh(2 * noise(rng, 5)) * 0.5 + np.tanh(2 * noise(rng, 9)) * 0.4
    return _grey(0.75 + 0.3 * blobs + 0.06 * noise(rng, 1.0), (74, 108, 52))


def _cork(rng: np.random.Generator) -> Field:
    return _grey(0.9 + 0.08 * noise(rng, 1.6) + 0.07 * np.tanh(noise(rng, 3.2)), (198, 152, 104))


def _fabric(rng: np.random.Generator) -> Field:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    weave = np.sin(x * np.pi / 2) * np.sin(y * np.pi / 2)
    return _grey(0.92 + 0.04 * weave + 0.03 * noise(rng, 2.0), (226, 224, 220))


def _paper(rng: np.random.Generator) -> Field:
    return _grey(0.965 + 0.012 * noise(rng, 1.1) + 0.016 * cloudy(rng, 120), (250, 248, 242))


def _chalk(rng: np.random.Generator) -> Field:
    smear = np.clip(noise(rng, 70, 22), -1, 3)
    return _grey(0.95 + 0.12 * smear + 0.03 * noise(rng, 0.9), (62, 68, 66))


def _clouds(rng: np.random.Generator) -> Field:
    cover = 1 / (1 + np.exp(-2.2 * (cloudy(rng, 110, 6) - 0.4)))
    return _grey(np.asarray(255 * cover, np.float32), (1, 1, 1))


def _grime(rng: np.random.Generator) -> Field:
    streaks = 0.55 * noise(rng, 5, 90) + 0.7 * cloudy(rng, 80)
    return _grey(np.asarray(0.97 - 0.1 * np.clip(streaks, 0, 2.5), np.float32), (255, 254, 250))


_MAKERS: dict[str, tuple[Callable[[np.random.Generator], Field], float]] = {
    "plaster": (_plaster, 2.4), "concrete": (_concrete, 3.0), "brick": (_brick, 1.8), "wood": (_wood, 1.1),
    "planks": (_planks, 0.8), "metal": (_metal, 1.0), "tiles": (_tiles, 0.9), "paving": (_paving, 2.0),
    "asphalt": (_asphalt, 2.2), "grass": (_grass, 1.4), "leaves": (_leaves, 1.2), "cork": (_cork, 0.8),
    "fabric": (_fabric, 0.35), "paper": (_paper, 0.6), "chalk": (_chalk, 1.4), "clouds": (_clouds, 40.0),
    "grime": (_grime, 4.0),
}  # fmt: skip
NAMES = tuple(_MAKERS)
