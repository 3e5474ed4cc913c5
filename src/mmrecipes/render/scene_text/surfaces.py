"""Which segments of a photograph are surfaces that a sign can be on: built ones, told by their straight edges.

Covered: sky and what is out of focus (smooth, without straight edges) and fur, leaves, petals (lively, with short
edges only) are refused; a calm surface is painted on, a lively one carries a board. Not covered: knowing what a thing
is; people, water with straight ripples.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
SurfaceKind = Literal["paint", "board"]
LEAST_STRAIGHT, LEAST_OF_SMOOTH = 0.9, 2.5
"""Total length of straight edges on and around a surface, over the root of its area; more is asked of a smooth one,
which may be out of focus."""
LEAST_LINES, LEAST_ALIGNED = 4, 0.6
"""Straight edges, and the share of their length in two directions: petals have edges in all."""
SMOOTH, LIVELY, GLARING = 1.2, 4.0, 14.0
"""Mean step between neighbouring pixels, in grey levels: below, smooth; above, letters need a board under
them, or nothing can be (mirrors, leaves)."""
_BINS = 18


def surface_kind(pixels: Pixels, mask: Pixels, lines: npt.NDArray[np.float64]) -> SurfaceKind | None:
    """How a segment (mask 0/1, (H, W)) takes a sign; None when it is no built surface. `lines`: `edge_lines`."""
    step = _mean_step(pixels, mask)
    on = _lines_on(mask, lines)
    if _is_sky(pixels, mask, step) or len(on) < LEAST_LINES or step > GLARING:
        return None
    lengths = np.hypot(on[:, 2] - on[:, 0], on[:, 3] - on[:, 1])
    straight = float(lengths.sum() / np.sqrt(mask.sum()))
    if straight < (LEAST_OF_SMOOTH if step < SMOOTH else LEAST_STRAIGHT) or _aligned(on, lengths) < LEAST_ALIGNED:
        return None
    return "board" if step > LIVELY else "paint"


def _mean_step(pixels: Pixels, mask: Pixels) -> float:
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1.0).astype(np.float32)
    step = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125))
    inner = cv2.erode(mask, np.ones((7, 7), np.uint8)) > 0
    return float(step[inner].mean()) if inner.any() else 0.0


def _is_sky(pixels: Pixels, mask: Pixels, step: float) -> bool:
    """Smooth, bluer than red, and in the upper part of the picture."""
    if step > 1.5 * SMOOTH:
        return False
    red, _, blue = pixels[mask > 0].astype(np.float64).mean(axis=0)
    return bool(blue > red + 4 and np.nonzero(mask)[0].mean() < 0.65 * len(mask))


def _lines_on(mask: Pixels, lines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The lines that lie on a segment or along its rim."""
    if len(lines) == 0:
        return lines
    reach = max(3, round(0.01 * max(mask.shape)))
    near = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    points = lines[:, None, :2] + np.linspace(0.1, 0.9, 5)[:, None] * (lines[:, None, 2:] - lines[:, None, :2])
    at = points.astype(int).clip(0, [mask.shape[1] - 1, mask.shape[0] - 1])
    return lines[near[at[..., 1], at[..., 0]].mean(axis=1) >= 0.8]


def _aligned(lines: npt.NDArray[np.float64], lengths: npt.NDArray[np.float64]) -> float:
    """The share of the length of lines in their two main directions (10 degrees and both neighbours each)."""
    angle = np.arctan2(lines[:, 3] - lines[:, 1], lines[:, 2] - lines[:, 0])
    bins = (np.round(angle / np.pi * _BINS) % _BINS).astype(int)
    weight = np.bincount(bins, lengths, _BINS)
    best = int(weight.argmax())
    near = [(best + k) % _BINS for k in (-1, 0, 1)]
    first = float(weight[near].sum())
    weight[near] = 0
    second = int(weight.argmax())
    return (first + float(weight[[(second + k) % _BINS for k in (-1, 0, 1)]].sum())) / float(lengths.sum())
