"""Photometric and geometric wear of a rendered picture, with its quads carried along exactly.

Covered: colour, blur, noise, morphology (quads unchanged), one homography (rotation and perspective, canvas grown so
that nothing is cut) applied to the picture AND all quads, JPEG as the last operation; a log from which the quads can
be recomputed (`move_quads`). Source: Qianfan-VL report, section 3.2 (geometric, colour and blur augmentation; document
degradation). Not covered: displacement fields, paper textures, shadows.

Pixels are (H, W, 3) uint8 RGB; quads (N, 4, 2) float64 in absolute pixels with pixel centres at half integers.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Quads = npt.NDArray[np.float64]
Log = list[tuple[str, dict[str, Any]]]
LEVELS = (0.4, 0.25, 0.2, 0.15)
"""Default shares of the levels 0 (clean) to 3; the spec asks for at least 0.2 clean."""


@dataclass(frozen=True, slots=True)
class Augmented:
    """A worn picture. `form` and `quality` say how to encode it: JPEG is the last operation of a chain and is
    applied by the encoder, so that it is not done twice (`quality` 0 for png)."""

    pixels: Pixels
    quads: Quads
    log: Log
    form: Literal["png", "jpeg"]
    quality: int


def draw_level(rng: random.Random, weights: Sequence[float] = LEVELS) -> int:
    """A level 0..3 with the given shares."""
    return rng.choices(range(4), weights)[0]


def augment(pixels: Pixels, quads: Quads, level: int, rng: random.Random) -> Augmented:
    """Wear a picture. Level 0 changes nothing; 1 is a good scan, 2 a poor one, 3 a hand-held photograph.

    Operations and strengths are drawn from `rng`; the log lists them in order.
    """
    if not 0 <= level <= 3:
        raise ValueError(f"level must be 0..3, not {level}")
    log: Log = []
    if level == 0:
        return Augmented(pixels, quads, log, "png", 0)
    if level >= 2 and rng.random() < 0.35:
        pixels = _stroke(pixels, rng, log)
    if rng.random() < (0.35, 0.6, 1.0)[level - 1]:
        pixels, quads = _geometry(pixels, quads, level, rng, log)
    if rng.random() < (0.5, 0.6, 0.7)[level - 1]:
        pixels = _blur(pixels, level, rng, log)
    if rng.random() < 0.85:
        pixels = _colour(pixels, level, rng, log)
    if rng.random() < (0.3, 0.6, 0.7)[level - 1]:
        pixels = _noise(pixels, level, rng, log)
    quality = rng.randint(*((80, 95), (65, 90), (55, 85))[level - 1])
    log.append(("jpeg", {"quality": quality}))
    return Augmented(pixels, quads, log, "jpeg", quality)


def move_quads(quads: Quads, log: Sequence[tuple[str, dict[str, Any]]]) -> Quads:
    """Where the log's operations take quads given on the clean picture."""
    for name, parameters in log:
        if name == "perspective":
            quads = project(quads, np.array(parameters["h"], np.float64).reshape(3, 3))
    return quads


def project(quads: Quads, h: npt.NDArray[np.float64]) -> Quads:
    """Quads through a homography given for pixel coordinates whose centres lie at half integers."""
    points = quads.reshape(-1, 2)
    mapped = np.column_stack([points, np.ones(len(points))]) @ h.T
    return (mapped[:, :2] / mapped[:, 2:]).reshape(quads.shape)


def _geometry(pixels: Pixels, quads: Quads, level: int, rng: random.Random, log: Log) -> tuple[Pixels, Quads]:
    """Rotation and perspective; the canvas grows to hold all four corners, filled with the colour of the border, and
    so far that no text gets smaller."""
    height, width = pixels.shape[:2]
    angle = rng.uniform(-1, 1) * (1.5, 2.5, 4.0)[level - 1]
    shift = (0.0, 0.015, 0.04)[level - 1]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    centre = corners.mean(axis=0)
    turn = np.deg2rad(angle)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    side = min(width, height)
    moved = (corners - centre) @ spin + [[rng.uniform(-shift, shift) * side for _ in "xy"] for _ in corners]
    shrink = local_scale(_homography(corners, moved), corners).min()
    moved = (moved - moved.min(axis=0)) / min(1.0, shrink)
    size = np.ceil(moved.max(axis=0)).astype(int)
    h = _homography(corners, moved)
    log.append(("perspective", {"h": [float(v) for v in h.flatten()], "size": [int(v) for v in size]}))
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    # OpenCV puts pixel centres at integers: shift there and back
    to_cv = np.linalg.inv(half) @ h @ half
    fill = _border_colour(pixels)
    worn = cv2.warpPerspective(pixels, to_cv, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR, borderValue=fill)
    return np.asarray(worn, np.uint8), project(quads, h)


def _homography(corners: npt.NDArray[np.float64], moved: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32)), np.float64)


def _border_colour(pixels: Pixels) -> tuple[int, int, int]:
    edge = np.concatenate([pixels[0, ::7], pixels[-1, ::7], pixels[::7, 0], pixels[::7, -1]])
    red, green, blue = np.median(edge, axis=0).astype(int)
    return int(red), int(green), int(blue)


def _colour(pixels: Pixels, level: int, rng: random.Random, log: Log) -> Pixels:
    """Per channel: value -> contrast * (value - 128) + 128 + brightness, then gamma and a warm or cool tint."""
    reach = (0.5, 0.8, 1.0)[level - 1]
    contrast = 1 + rng.uniform(-0.2, 0.1) * reach
    brightness = rng.uniform(-18, 10) * reach
    gamma = 1 + rng.uniform(-0.15, 0.15) * reach
    tint = rng.uniform(-0.06, 0.06) * reach
    log.append(("colour", {"contrast": contrast, "brightness": brightness, "gamma": gamma, "tint": tint}))
    ramp = np.arange(256, dtype=np.float64)
    curve = 255 * (np.clip(contrast * (ramp - 128) + 128 + brightness, 0, 255) / 255) ** gamma
    table = np.stack([curve * (1 + min(0.0, t)) for t in (tint, -abs(tint) / 3, -tint)], axis=1)
    return np.asarray(cv2.LUT(pixels, table.round().astype(np.uint8).reshape(256, 1, 3)), np.uint8)


def _blur(pixels: Pixels, level: int, rng: random.Random, log: Log) -> Pixels:
    sigma = rng.uniform(*((0.3, 0.6), (0.4, 0.8), (0.5, 1.0))[level - 1])
    log.append(("blur", {"sigma": sigma}))
    return np.asarray(cv2.GaussianBlur(pixels, (5, 5), sigma), np.uint8)


_TILE = 768
_TILE_SIGMA = 32.0


@functools.cache
def _noise_tile() -> Pixels:
    """One fixed field of normal noise (mean 128, sigma 32), tiled and shifted instead of drawn anew each time."""
    field = np.random.default_rng(20200720).normal(128, _TILE_SIGMA, (_TILE, _TILE, 3))
    return field.round().clip(0, 255).astype(np.uint8)


def _noise(pixels: Pixels, level: int, rng: random.Random, log: Log) -> Pixels:
    """Normal noise of sigma 1..8 grey levels: a window of the tile at a drawn offset."""
    sigma = rng.uniform(*((1.0, 3.0), (1.5, 5.0), (2.0, 8.0))[level - 1])
    dy, dx = rng.randrange(_TILE), rng.randrange(_TILE)
    log.append(("noise", {"sigma": sigma, "offset": [dx, dy]}))
    height, width = pixels.shape[:2]
    out = np.empty_like(pixels)
    for top in range(-dy, height, _TILE):
        for left in range(-dx, width, _TILE):
            y0, x0, y1, x1 = max(0, top), max(0, left), min(height, top + _TILE), min(width, left + _TILE)
            window = _noise_tile()[y0 - top : y1 - top, x0 - left : x1 - left]
            k = sigma / _TILE_SIGMA
            out[y0:y1, x0:x1] = cv2.addWeighted(pixels[y0:y1, x0:x1], 1.0, window, k, -128 * k)
    return out


def _stroke(pixels: Pixels, rng: random.Random, log: Log) -> Pixels:
    """Thicker or thinner ink: half way to the 2x2 erosion or dilation."""
    thicker = rng.random() < 0.6
    share = rng.uniform(0.25, 0.6) if thicker else rng.uniform(0.15, 0.35)
    log.append(("morphology", {"kind": "erode" if thicker else "dilate", "kernel": 2, "share": share}))
    kernel = np.ones((2, 2), np.uint8)
    morphed = cv2.erode(pixels, kernel) if thicker else cv2.dilate(pixels, kernel)
    return np.asarray(cv2.addWeighted(pixels, 1 - share, morphed, share, 0), np.uint8)


def local_scale(h: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Square root of the area scale of a homography at points (N, 2): how much small text grows or shrinks."""
    w = points @ h[2, :2] + h[2, 2]
    return np.sqrt(np.abs(np.linalg.det(h) / w**3))
