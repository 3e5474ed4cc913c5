"""Solid markers at quads, found again in worn pictures: where the same wear of an unmarked picture is much brighter."""

from __future__ import annotations

import random

import cv2
import numpy as np

Array = np.ndarray


def grid_of_quads(width: int, height: int, seed: int = 5, columns: int = 5, rows: int = 4) -> Array:
    """Upright quads of mixed sizes, some of them at the borders."""
    rng = random.Random(seed)
    quads = [[[0, 0], [40, 0], [40, 30], [0, 30]],
             [[width - 60, height - 34], [width, height - 34], [width, height], [width - 60, height]]]  # fmt: skip
    for column in range(columns):
        for row in range(rows):
            x, y = 60 + column * (width - 130) // columns, 45 + row * (height - 90) // rows
            w, h = rng.randint(26, (width - 130) // columns - 12), rng.randint(24, (height - 90) // rows - 10)
            quads.append([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
    return np.array(quads, np.float64)


def blank(width: int, height: int) -> Array:
    return np.full((height, width, 3), 255, np.uint8)


def marked(pixels: Array, quads: Array) -> Array:
    """A copy with black markers at upright quads."""
    out = pixels.copy()
    for (x0, y0), _, (x1, y1), _ in quads.round().astype(int):
        out[y0:y1, x0:x1] = 0
    return out


def found(with_markers: Array, without: Array) -> Array:
    """The markers' pixels in a worn picture, (H, W) bool: less than half as bright as without markers."""
    dark, bright = (a.astype(np.float64).mean(axis=2) if a.ndim == 3 else a.astype(np.float64)
                    for a in (with_markers, without))  # fmt: skip
    return (bright - dark > 0.5 * bright) & (bright > 40)


def inside(shape: tuple[int, ...], quads: Array) -> Array:
    """Pixels whose larger part lies in one of the quads: supersampled, sharing no code with the chain."""
    k = 3
    mask = np.zeros((shape[0] * k, shape[1] * k), np.uint8)
    for quad in quads:
        cv2.fillPoly(mask, [np.round(quad * k - 0.5).astype(np.int32)], 255)
    return mask.reshape(shape[0], k, shape[1], k).mean(axis=(1, 3)) > 127


def agreement(with_markers: Array, without: Array, quads: Array) -> float:
    """The lower of: share of the markers' pixels that lie in the quads, share of the quads that is marked."""
    pixels, area = found(with_markers, without), inside(with_markers.shape, quads)
    both = (pixels & area).sum()
    return min(both / max(pixels.sum(), 1), both / max(area.sum(), 1))
