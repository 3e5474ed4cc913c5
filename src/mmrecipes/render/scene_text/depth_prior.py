"""A planar guess of a photograph's depth: each segment is the ground or an upright plane, turned as its edges recede.

The distance of an upright segment is where its foot meets the ground (camera 1.5 m above it, horizon at 45 % of the
height); its turn about the vertical comes from the point in which the nearly horizontal edges on it meet, found by
RANSAC on line segments. Where edges tell nothing the segment faces the camera. This is a prior, not a measurement, and
is recorded as such.
"""

from __future__ import annotations

import random

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
CAMERA_HEIGHT, HORIZON, FAR = 1.5, 0.45, 12.0
_TRIALS, _LEAST_LINES, _TOLERANCE = 60, 5, 0.02


def focal_of(width: int, height: int) -> float:
    """The focal length assumed for a photograph, in pixels: 520 at 600 pixels, as SynthText takes it."""
    return 520 / 600 * max(width, height)


def planar_depth(pixels: Pixels, labels: npt.NDArray[np.int32], rng: random.Random) -> npt.NDArray[np.float64]:
    """Depth in metres, (H, W), for segments (H, W)."""
    height, width = labels.shape
    focal, horizon = focal_of(width, height), HORIZON * height
    lines = edge_lines(pixels)
    middles = lines.reshape(-1, 2, 2).mean(axis=1)
    at = labels[middles[:, 1].astype(int).clip(0, height - 1), middles[:, 0].astype(int).clip(0, width - 1)]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float64) + 0.5
    depth = np.full(labels.shape, FAR)
    for label in np.unique(labels).tolist():
        mask = labels == label
        r = rows[mask]
        if len(r) < 900:
            continue
        if r.max() > height - 2 and np.percentile(r, 25) > horizon + 0.12 * height:
            depth[mask] = focal * CAMERA_HEIGHT / np.maximum(r - horizon, 0.02 * height)
            continue
        foot = float(np.percentile(r, 97)) - horizon
        far = float(np.clip(focal * CAMERA_HEIGHT / foot, 1.0, FAR)) if foot > 0.05 * height else FAR / 2
        centre = float(columns[mask].mean())
        slant = vanishing_slant(lines[at == label], horizon, width, focal, rng)
        depth[mask] = _upright(columns[mask], centre, far, slant, width, focal)
    return depth


def edge_lines(pixels: Pixels) -> npt.NDArray[np.float64]:
    """Straight edges of a picture, (N, 4): x0, y0, x1, y1 from left to right."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(grey, 50, 140)
    found = cv2.HoughLinesP(edges, 1, np.pi / 360, 40, minLineLength=max(24, max(grey.shape) // 24), maxLineGap=4)
    if found is None:
        return np.zeros((0, 4))
    lines = found.reshape(-1, 4).astype(np.float64) + 0.5
    swap = lines[:, 0] > lines[:, 2]
    lines[swap] = lines[swap][:, [2, 3, 0, 1]]
    return lines


def vanishing_slant(
    lines: npt.NDArray[np.float64], horizon: float, width: int, focal: float, rng: random.Random
) -> float:
    """How much farther (metres per metre sideways) an upright plane gets to the right, 0 when its edges do not say.

    Level edges of the plane meet on the horizon at x: the plane's direction is (x - width/2, focal), so the slant is
    focal / (x - width/2).
    """
    if len(lines) < _LEAST_LINES:
        return 0.0
    dx, dy = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    level = np.abs(dy) < 0.7 * np.maximum(dx, 1e-6)
    lines, slope = lines[level], (dy / np.maximum(dx, 1e-6))[level]
    if len(lines) < _LEAST_LINES or float(np.abs(slope).max()) < 0.03:
        return 0.0
    y_middle, x_middle = (lines[:, 1] + lines[:, 3]) / 2, (lines[:, 0] + lines[:, 2]) / 2
    best, x_best = 0, 0.0
    for _ in range(_TRIALS):
        k = rng.randrange(len(lines))
        if abs(slope[k]) < 0.03:
            continue
        x = x_middle[k] + (horizon - y_middle[k]) / slope[k]
        away = np.where(np.abs(x - x_middle) < 1, 1.0, x - x_middle)
        agree = int((np.abs((horizon - y_middle) / away - slope) < _TOLERANCE).sum())
        if agree > best:
            best, x_best = agree, float(x)
    if best < _LEAST_LINES or best < 0.4 * len(lines) or abs(x_best - width / 2) < 0.35 * width:
        return 0.0
    return float(np.clip(focal / (x_best - width / 2), -1.6, 1.6))


def _upright(
    columns: npt.NDArray[np.float64], centre: float, far: float, slant: float, width: int, focal: float
) -> npt.NDArray[np.float64]:
    """Depth of an upright plane through the ray of `centre` at `far`, with X and Z related by Z = Z0 + slant (X -
    X0)."""
    rays, middle = (columns - width / 2) / focal, (centre - width / 2) / focal
    below = np.maximum(1 - slant * rays, 0.15)
    return far * (1 - slant * middle) / below
