"""Homographies (3, 3) between pictures and planes; where a unit is a pixel, pixel centres lie at half integers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]


def project(points: Points, h: Matrix) -> Points:
    """Points (..., 2) through a homography."""
    x, y = points[..., 0], points[..., 1]
    w = x * h[2, 0] + y * h[2, 1] + h[2, 2]
    moved = np.empty(points.shape)
    np.divide(x * h[0, 0] + y * h[0, 1] + h[0, 2], w, out=moved[..., 0])
    np.divide(x * h[1, 0] + y * h[1, 1] + h[1, 2], w, out=moved[..., 1])
    return moved


def scale_at(points: Points, h: Matrix) -> npt.NDArray[np.float64]:
    """How much small things grow (> 1) or shrink at points (N, 2): the square root of the area's scale, (N,)."""
    w = points @ h[2, :2] + h[2, 2]
    return np.sqrt(np.abs(np.linalg.det(h) / w**3))


def shift(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def stretch(x: float, y: float | None = None) -> Matrix:
    """`x` times wider and `y` (or also `x`) times taller."""
    return np.diag([x, x if y is None else y, 1.0])


def invert(h: Matrix) -> Matrix:
    return np.asarray(np.linalg.inv(h), np.float64)


def for_opencv(h: Matrix) -> Matrix:
    """The same for `cv2.warpPerspective`, which counts pixel centres at integers."""
    return shift(-0.5, -0.5) @ h @ shift(0.5, 0.5)
