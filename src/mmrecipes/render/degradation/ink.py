"""What happens to the ink before it meets the paper: stroke width, drop-out, bleed, the other side showing through.

Ranges: Qianfan-VL specification of the ink layer (kernels of 1-3 px, drop-out up to 1.5 % of the ink, bleed blur of
sigma 0.3-0.8); the order ink, paper, product, then the rest is Augraphy's. Strokes are eroded or dilated in part only
and a drop-out greys the ink instead of removing it: a decimal point must not get lost.
"""

from __future__ import annotations

import cv2
import numpy as np

from mmrecipes.render.degradation.fields import SIDE, channels_of, speck_tile
from mmrecipes.render.degradation.wear import Pixels, Wear, windows


def stroke(pixels: Pixels, wear: Wear) -> Pixels:
    """Thicker or thinner ink: part of the way to an erosion or dilation with a kernel of 2 or 3 pixels."""
    thicker, kernel = wear.rng.random() < 0.6, wear.rng.choice((2, 2, 3))
    share = wear.rng.uniform(0.25, 0.6) if thicker else wear.rng.uniform(0.15, 0.35)
    share *= 2 / kernel
    wear.note("stroke", kind="erode" if thicker else "dilate", kernel=kernel, share=share)
    square = np.ones((kernel, kernel), np.uint8)
    morphed = cv2.erode(pixels, square) if thicker else cv2.dilate(pixels, square)
    return np.asarray(cv2.addWeighted(pixels, 1 - share, morphed, share, 0), np.uint8)


def dropout(pixels: Pixels, wear: Wear) -> Pixels:
    """Specks where the ink did not take: 0.5 to 1.5 % of it is greyed."""
    permille = wear.rng.choice((5, 10, 15)[: wear.level])
    dx, dy = wear.rng.randrange(SIDE), wear.rng.randrange(SIDE)
    wear.note("dropout", share=permille / 1000, offset=[dx, dy])
    tile, out = speck_tile(channels_of(pixels), permille), np.empty_like(pixels)
    for here, there in windows(pixels.shape, SIDE, dx, dy):
        out[here] = cv2.max(pixels[here], tile[there])
    return out


def bleed(pixels: Pixels, wear: Wear) -> Pixels:
    """Ink that spread into the paper: a slight blur."""
    sigma = wear.between((0.3, 0.45), (0.3, 0.6), (0.4, 0.8))
    wear.note("bleed", sigma=sigma)
    return np.asarray(cv2.GaussianBlur(pixels, (5, 5), sigma), np.uint8)


COARSE = 4


def show_through(pixels: Pixels, wear: Wear) -> Pixels:
    """The other side of the sheet, faintly: the page itself, mirrored, shifted by lines, soft and pale."""
    strength = wear.between((0.02, 0.05), (0.03, 0.08), (0.04, 0.11))
    height, width = pixels.shape[:2]
    dx, dy = wear.rng.uniform(-0.08, 0.08), wear.rng.choice((-1, 1)) * wear.rng.uniform(0.04, 0.25)
    angle = wear.rng.uniform(-0.01, 0.01)
    wear.note("show_through", strength=strength, shift=[dx, dy], angle=angle)
    small = (max(1, width // COARSE), max(1, height // COARSE))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    coarse = cv2.resize(grey, small, interpolation=cv2.INTER_AREA)
    dark = cv2.subtract(int(np.median(coarse)), coarse)  # type: ignore[call-overload]
    back = np.array([[-1, angle, small[0] * (1 + dx)], [-angle, 1, small[1] * dy]], np.float64)
    other = cv2.warpAffine(np.asarray(dark), back, small, flags=cv2.INTER_LINEAR)
    soft = cv2.convertScaleAbs(cv2.GaussianBlur(other, (5, 5), 1.0), alpha=strength)
    full = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.subtract(pixels, cv2.merge([full] * 3) if pixels.ndim == 3 else full), np.uint8)
