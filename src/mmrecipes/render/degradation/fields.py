"""Fields of numbers that operations lay over pictures: fixed tiles, drawn once per process and shifted, and smooth
fields drawn coarse and enlarged."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from mmrecipes.canvas.noise import seamless
from mmrecipes.render.degradation.wear import Field, Pixels, windows

SIDE = 1024
SPREAD = 32.0
"""Standard deviation of the noise and grain tiles around 128."""


@functools.cache
def noise_tile(channels: int) -> Pixels:
    """Normal noise of mean 128, independent in every pixel and channel."""
    shape = (SIDE, SIDE, 3) if channels == 3 else (SIDE, SIDE)
    field = np.random.default_rng(20200720).standard_normal(shape, np.float32) * SPREAD + 128
    return field.round().clip(0, 255).astype(np.uint8)


@functools.cache
def grain_tile(channels: int) -> Pixels:
    """The grain of paper: soft fibres of two sizes in two directions, seamless, the same in all channels."""
    rng = np.random.default_rng(4711)
    layers = ((0.7, 0.7, 0.8), (3.5, 0.9, 0.7), (0.9, 3.5, 0.7), (5.0, 5.0, 0.5))
    field = sum(seamless(rng, SIDE, sx, sy) * share for sx, sy, share in layers)
    field = field / np.std(field) * SPREAD + 128
    grey = np.asarray(field).round().clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.merge([grey] * 3), np.uint8) if channels == 3 else grey


@functools.cache
def speck_tile(channels: int, permille: int) -> Pixels:
    """Small round specks on a ground of 0, covering about so many thousandths of the tile; brightness 90..150."""
    rng = np.random.default_rng(33 + permille)
    grey = np.zeros((SIDE, SIDE), np.uint8)
    while np.count_nonzero(grey) < permille * SIDE * SIDE / 1000:
        for x, y, size, value in zip(*rng.integers(0, SIDE, (2, 300)), rng.integers(0, 3, 300),
                                     rng.integers(90, 151, 300), strict=True):  # fmt: skip
            cv2.circle(grey, (int(x), int(y)), int(size), int(value), -1)
    grey = np.asarray(cv2.GaussianBlur(grey, (3, 3), 0.6), np.uint8)
    return np.asarray(cv2.merge([grey] * 3), np.uint8) if channels == 3 else grey


def add_tile(pixels: Pixels, tile: Pixels, sigma: float, dx: int, dy: int, into: Pixels | None = None) -> Pixels:
    """Pixels plus a tile of mean 128 and spread `SPREAD`, scaled to `sigma` grey levels and laid again and again;
    written into `into` (which may be the pixels themselves) or a new picture."""
    out, k = np.empty_like(pixels) if into is None else into, sigma / SPREAD
    for here, there in windows(pixels.shape, SIDE, dx, dy):
        out[here] = cv2.addWeighted(pixels[here], 1.0, tile[there], k, -128 * k)
    return out


def soft_noise(rng: np.random.Generator, width: int, height: int, cell: float) -> Field:
    """Smooth noise of deviation about 1 and features of about `cell` pixels, (height, width)."""
    coarse = rng.standard_normal((int(height / cell) + 3, int(width / cell) + 3), np.float32)
    shift_x, shift_y = rng.random(2)
    fine = cv2.resize(coarse, (int(coarse.shape[1] * cell) + 1, int(coarse.shape[0] * cell) + 1),
                      interpolation=cv2.INTER_CUBIC)  # fmt: skip
    x, y = int(shift_x * (fine.shape[1] - width)), int(shift_y * (fine.shape[0] - height))
    return np.asarray(fine[y : y + height, x : x + width] * 1.25, np.float32)


def enlarged(field: Field, width: int, height: int) -> Pixels:
    """A coarse field of grey levels (0..255) as a full-size one of bytes."""
    return np.asarray(cv2.resize(field.round().astype(np.uint8), (width, height)), np.uint8)


def channels_of(pixels: Pixels) -> int:
    return 3 if pixels.ndim == 3 else 1


def times(pixels: Pixels, field: Pixels, scale: float = 1 / 255) -> Pixels:
    """Pixels times a field of bytes (of one channel or as many as the pixels have) times `scale`. The field is used up:
    the product may be written over it."""
    if pixels.ndim == 3 and field.ndim == 2:
        field = np.asarray(cv2.merge([field] * pixels.shape[2]), np.uint8)
    return np.asarray(cv2.multiply(pixels, field, dst=field, scale=scale), np.uint8)
