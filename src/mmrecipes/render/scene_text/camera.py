"""The camera's own marks on a finished picture: exposure and tint, vignette, slight blur, sensor noise, JPEG quality.

Nothing here moves a pixel: quads stay as they are (the scene's perspective is in its geometry already).
"""

from __future__ import annotations

import functools
import random
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Log = list[tuple[str, dict[str, Any]]]
_TILE = 512
LEVELS = (0.4, 0.25, 0.2, 0.15)
"""Shares of the levels 0 (clean) to 3 (poor)."""


def draw_level(rng: random.Random) -> int:
    return rng.choices(range(4), LEVELS)[0]


def photograph(pixels: Pixels, level: int, rng: random.Random) -> tuple[Pixels, Log, int]:
    """The picture as a camera takes it. `level` 0 (clean) to 3 (poor); returns pixels, what was done, JPEG quality."""
    log: Log = []
    if level == 0:
        return pixels, log, 95
    if rng.random() < 0.8:
        pixels = _exposed(pixels, level, rng, log)
    sigma = rng.uniform(0.0, (0.45, 0.7, 1.0)[level - 1])
    if sigma > 0.25:
        log.append(("blur", {"sigma": sigma}))
        pixels = np.asarray(cv2.GaussianBlur(pixels, (5, 5), sigma), np.uint8)
    if rng.random() < (0.4, 0.7, 0.9)[level - 1]:
        pixels = _noisy(pixels, rng.uniform(1.0, (2.5, 5.0, 8.0)[level - 1]), rng, log)
    quality = rng.randint(*((85, 95), (70, 90), (55, 85))[level - 1])
    log.append(("jpeg", {"quality": quality}))
    return pixels, log, quality


def _exposed(pixels: Pixels, level: int, rng: random.Random, log: Log) -> Pixels:
    """A tone curve per channel (gain, gamma, warm or cool tint), then darker corners."""
    reach = (0.5, 0.8, 1.0)[level - 1]
    gain, gamma, tint = (
        1 + rng.uniform(-0.18, 0.1) * reach,
        1 + rng.uniform(-0.15, 0.2) * reach,
        rng.uniform(-0.07, 0.07) * reach,
    )
    vignette = rng.uniform(0, 0.3) * reach
    log.append(("exposure", {"gain": gain, "gamma": gamma, "tint": tint, "vignette": vignette}))
    ramp = np.linspace(0, 1, 256) ** gamma * gain * 255
    table = np.stack([np.clip(ramp * k, 0, 255) for k in (1 + tint, 1.0, 1 - tint)], axis=1).astype(np.uint8)
    toned = cv2.LUT(pixels, table.reshape(256, 1, 3))
    if vignette > 0.04:
        h, w = pixels.shape[:2]
        toned = cv2.multiply(toned, _corners(w, h, round(vignette * 20)), scale=1 / 255)
    return np.asarray(toned, np.uint8)


@functools.lru_cache(maxsize=16)
def _corners(width: int, height: int, strength: int) -> Pixels:
    x, y = np.linspace(-1, 1, width)[None] ** 2, np.linspace(-1, 1, height)[:, None] ** 2
    fall = 255 * (1 - strength / 20 * ((x + y) / 2) ** 1.3)
    return np.repeat(fall[..., None].astype(np.uint8), 3, axis=2)


@functools.cache
def _grain() -> Pixels:
    field = np.random.default_rng(20260128).normal(128, 32, (_TILE * 2, _TILE * 3, 3)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(field, (3, 3), 0.5).round().clip(0, 255), np.uint8)


def _noisy(pixels: Pixels, sigma: float, rng: random.Random, log: Log) -> Pixels:
    """Noise of a sensor, a little smoothed as cameras do: a window of one fixed field."""
    h, w = pixels.shape[:2]
    dx, dy = rng.randrange(_TILE), rng.randrange(_TILE)
    log.append(("noise", {"sigma": sigma, "offset": [dx, dy]}))
    field = _grain()
    window = np.take(
        np.take(field, np.arange(dy, dy + h) % field.shape[0], 0), np.arange(dx, dx + w) % field.shape[1], 1
    )
    return np.asarray(cv2.addWeighted(pixels, 1.0, window, sigma / 32, -4 * sigma), np.uint8)
