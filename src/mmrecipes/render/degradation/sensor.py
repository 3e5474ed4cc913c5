"""What a scanner or a camera adds to the picture it takes, and what storing it takes away.

Ranges: Qianfan-VL specification (blur sigma 0-1.5, normal noise 0-8, 1-bit threshold) and SynthDoG's configuration
(motion blur of 3-5 px, shadow intensity, contrast and brightness). Covered: blur, motion blur, noise, tone, streaks,
threshold, light gradient and shadow, moiré, resampling. Not covered: lens distortion, chromatic aberration.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from mmrecipes.render.degradation.fields import SIDE, add_tile, channels_of, enlarged, noise_tile, soft_noise, times
from mmrecipes.render.degradation.wear import Pixels, Range, Wear


def blur(pixels: Pixels, wear: Wear, most: float = 1.5) -> Pixels:
    """Out of focus: sigma up to `most` pixels at level 3."""
    sigma = wear.between((0.3, 0.4 * most), (0.35, 0.6 * most), (0.45, most))
    wear.note("blur", sigma=sigma)
    side = 5 if sigma < 0.9 else 7
    return np.asarray(cv2.GaussianBlur(pixels, (side, side), sigma), np.uint8)


def motion(pixels: Pixels, wear: Wear) -> Pixels:
    """A moving hand: a line of 3 (level 3: up to 5) pixels, soft at its ends."""
    length = wear.between((1.6, 2.2), (1.8, 3.0), (2.2, 4.2))
    angle = wear.rng.uniform(0, math.pi)
    wear.note("motion", length=length, angle=angle)
    half = np.array([math.cos(angle), math.sin(angle)]) * (length - 1) / 2
    a, b = (tuple(np.round((2.0 + way * half) * 256).astype(int).tolist()) for way in (-1, 1))
    trail = np.zeros((5, 5), np.uint8)
    cv2.line(trail, a, b, 255, 1, cv2.LINE_AA, shift=8)
    kernel = trail.astype(np.float32)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)


def noise(pixels: Pixels, wear: Wear) -> Pixels:
    """Normal noise of sigma 1..8 grey levels: a window of the tile at a drawn offset."""
    sigma = wear.between((0.8, 3.0), (1.5, 5.0), (2.0, 8.0))
    dx, dy = wear.rng.randrange(SIDE), wear.rng.randrange(SIDE)
    wear.note("noise", sigma=sigma, offset=[dx, dy])
    return add_tile(pixels, noise_tile(channels_of(pixels)), sigma, dx, dy)


def tone(pixels: Pixels, wear: Wear, brightness: Range = (-18, 10), tint: float = 0.06) -> Pixels:
    """Per channel: value -> share * (contrast * (value - 128) + 128 + brightness), the shares a warm or cool tint of at
    most `tint`."""
    reach = (0.5, 0.8, 1.0)[wear.level - 1]
    contrast = 1 + wear.rng.uniform(-0.25, 0.15) * reach
    shift = wear.rng.uniform(*brightness) * reach
    cast = wear.rng.uniform(-tint, tint) * reach if pixels.ndim == 3 else 0.0
    wear.note("tone", contrast=contrast, brightness=shift, tint=cast)
    constant = 128 - contrast * 128 + shift
    if pixels.ndim == 2:
        curve = (contrast * np.arange(256) + constant).clip(0, 255).round().astype(np.uint8)
        return np.asarray(cv2.LUT(pixels, curve), np.uint8)
    shares = np.array([1 + min(0.0, cast), 1 - abs(cast) / 3, 1 - max(0.0, cast)], np.float32)
    matrix = np.column_stack([np.diag(shares * contrast), shares * constant]).astype(np.float32)
    return np.asarray(cv2.transform(pixels, matrix), np.uint8)


def streaks(pixels: Pixels, wear: Wear) -> Pixels:
    """Dust on the scanner's glass: one to four lines along the whole scan, one or two pixels wide, in part of the way
    lighter or darker."""
    out, width = pixels.copy(), pixels.shape[1]
    lines = []
    for _ in range(wear.rng.randint(1, 1 + wear.level)):
        x, wide = wear.rng.randrange(width), wear.rng.choice((1, 1, 2))
        shift = wear.rng.choice((-1, 1)) * wear.between((5, 14), (8, 26), (10, 40))
        lines.append([x, wide, shift])
        column = out[:, x : x + wide].astype(np.float32) + shift
        out[:, x : x + wide] = column.clip(0, 255).astype(np.uint8)
    wear.note("streaks", lines=lines)
    return out


DARK = 0.42
"""Darker than this share of the paper is black in a 1-bit scan, whatever stands around it."""


def threshold(pixels: Pixels, wear: Wear) -> Pixels:
    """A 1-bit scan: black is what is darker than its surroundings or dark at all."""
    above = wear.rng.uniform(22, 46)
    side = 2 * round(wear.rng.uniform(14, 26)) + 1
    wear.note("threshold", window=side, above=above)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    local = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, above)
    _, dark = cv2.threshold(grey, DARK * float(np.percentile(grey[::9, ::9], 80)), 255, cv2.THRESH_BINARY)
    black = cv2.min(local, dark)
    return np.asarray(cv2.merge([black] * 3) if pixels.ndim == 3 else black, np.uint8)


COARSE = 16


def light(pixels: Pixels, wear: Wear, shadow: float) -> Pixels:
    """Uneven light: a gradient or a lamp's circle between 0.6 and 1.1 times, and with the share `shadow` the edge of
    somebody's shadow."""
    height, width = pixels.shape[:2]
    columns, rows = max(2, -(-width // COARSE)), max(2, -(-height // COARSE))
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j].astype(np.float32)
    lamp, way = wear.rng.random() < 0.4, wear.rng.uniform(0, 2 * math.pi)
    fall = wear.between((0.03, 0.12), (0.06, 0.25), (0.12, 0.42))
    top = wear.rng.uniform(0.98, 1.1)
    cx, cy = math.cos(way) * 0.7, math.sin(way) * 0.7
    away = np.hypot(x - cx, y - cy) / 2 if lamp else (x * cx + y * cy) / 1.98 + 0.5
    field = top - fall * away ** (1.6 if lamp else 1.0)
    dark = wear.between((0.05, 0.12), (0.08, 0.22), (0.12, 0.35)) if wear.rng.random() < shadow else 0.0
    if dark:
        field *= 1 - dark * _shade(wear, x, y)
    wear.note("light", kind="lamp" if lamp else "gradient", direction=way, fall=fall, top=top, shadow=dark)
    brightest = 1.12
    return times(pixels, enlarged(field.clip(0.45, brightest) * (255 / brightest), width, height), brightest / 255)


def _shade(wear: Wear, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 in the shadow of a head, hand or phone, 0 in the light, with a wavy half-shadow between."""
    way, soft = wear.rng.uniform(0, 2 * math.pi), wear.rng.uniform(0.03, 0.25)
    wavy = soft_noise(wear.numbers(), x.shape[1], x.shape[0], 28) * wear.rng.uniform(0.02, 0.16)
    if wear.rng.random() < 0.5:
        reach = x * math.cos(way) + y * math.sin(way) - wear.rng.uniform(0.1, 0.7)
    else:
        cx, cy = math.cos(way) * wear.rng.uniform(0.7, 1.2), math.sin(way) * wear.rng.uniform(0.7, 1.2)
        reach = wear.rng.uniform(0.5, 0.9) - np.hypot(x - cx, y - cy)
    return 1 / (1 + np.exp(-((reach + wavy) / soft).clip(-30, 30)))


def moire(pixels: Pixels, wear: Wear) -> Pixels:
    """Beats between a screen's grid and the sensor's: fine curved bands, a little apart in the three colours."""
    height, width = pixels.shape[:2]
    strength = wear.between((0.01, 0.025), (0.02, 0.05), (0.03, 0.08))
    period, way = wear.rng.uniform(5, 16), wear.rng.uniform(0, math.pi)
    wear.note("moire", strength=strength, period=period, direction=way)
    step = 256 / period
    bow = wear.rng.uniform(-1, 1) * 256 * 3
    u, v = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    across = np.arange(width) * math.cos(way) * step + bow * u * u
    down = np.arange(height) * math.sin(way) * step + bow * v * v
    phase = np.add.outer(down.astype(np.int64).astype(np.uint8), across.astype(np.int64).astype(np.uint8))
    turn = np.arange(256) / 256 * 2 * np.pi
    bands = [(255 * (1 - strength * (1 + np.sin(turn + shift)))).round().astype(np.uint8) for shift in (0, 1.1, 2.2)]
    if pixels.ndim == 2:
        return times(pixels, np.asarray(cv2.LUT(phase, bands[0]), np.uint8))
    return times(pixels, np.asarray(cv2.merge([cv2.LUT(phase, band) for band in bands]), np.uint8))


def resample(pixels: Pixels, wear: Wear) -> Pixels:
    """Stored smaller for a while: shrunk and enlarged again."""
    factor = wear.between((0.85, 0.95), (0.72, 0.92), (0.6, 0.88))
    wear.note("resample", factor=factor)
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (max(1, round(width * factor)), max(1, round(height * factor))))
    return np.asarray(cv2.resize(small, (width, height)), np.uint8)
