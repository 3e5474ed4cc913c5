"""Flat regions of a picture that text can stand on: from segmentation and depth to planes and fronto-parallel views.

Source of the rules: SynthText (Gupta et al. 2016) as the spec quotes it. Depth may be exact, measured or a prior.
Covered: segments by area, side, aspect and fill; planes by RANSAC; the homography from the plane seen head-on, upright,
to the picture; its free space. Not covered: curved surfaces.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.homography import Matrix, Points, for_opencv, invert, project, shift, stretch

Pixels = npt.NDArray[np.uint8]
Vector = npt.NDArray[np.float64]
MIN_AREA, MIN_SIDE, ASPECTS, MIN_FILL = 100.0, 30.0, (0.3, 7.0), 0.6
TRIALS, TOLERANCE, LEAST_INLIERS, LEAST_FACING = 100, 0.10, 90, 0.25
_SAMPLED = 1500


@dataclass(frozen=True, slots=True)
class Region:
    """A flat region: its unit normal in the camera's axes (towards the camera), the homography from the region's own
    pixels to the picture's, their size, and free space (h, w) uint8, 255 = free."""

    label: int
    normal: Vector
    h: Matrix
    size: tuple[float, float]
    free: Pixels
    area: float


def usable(mask: Pixels) -> bool:
    """Whether a segment's mask (0/1) passes the rules on area and minimum rectangle."""
    area = float(mask.sum())
    if area <= MIN_AREA:
        return False
    points = cv2.findNonZero(mask)
    (_, (w, h), _) = cv2.minAreaRect(points)
    w, h = w + 1, h + 1
    return min(w, h) > MIN_SIDE and ASPECTS[0] < w / h < ASPECTS[1] and area / (w * h) >= MIN_FILL


def fit_plane(points: Points, rng: random.Random) -> tuple[Vector, float, npt.NDArray[np.bool_]] | None:
    """The plane n·p = d with most of the points (N, 3) within `TOLERANCE` metres, refined over them; n points to the
    camera.

    None when fewer than `LEAST_INLIERS` agree on one.
    """
    if len(points) < LEAST_INLIERS:
        return None
    chosen = np.array([rng.sample(range(len(points)), 3) for _ in range(TRIALS)])
    a, b, c = (points[chosen[:, k]] for k in range(3))
    n = np.cross(b - a, c - a)
    length = np.linalg.norm(n, axis=1)
    n = n[length > 1e-9] / length[length > 1e-9, None]
    if len(n) == 0:
        return None
    off = n @ points.T - (n * a[length > 1e-9]).sum(axis=1)[:, None]
    near = np.abs(off) < TOLERANCE
    best = near[int(near.sum(axis=1).argmax())]
    if int(best.sum()) < LEAST_INLIERS:
        return None
    kept = points[best]
    centre = kept.mean(axis=0)
    n = np.linalg.svd(kept - centre, full_matrices=False)[2][2]
    d = float(n @ centre)
    return (-n, -d, best) if d > 0 else (n, d, best)


def find_regions(
    labels: npt.NDArray[np.int32], depth: npt.NDArray[np.float64], focal: float, rng: random.Random
) -> list[Region]:
    """All usable flat regions of a picture, largest first, from labels and depth (metres along the optical axis), both
    (H, W)."""
    height, width = labels.shape
    found = []
    counts = np.bincount(labels.ravel().clip(0))
    for label in np.argsort(-counts).tolist():
        if counts[label] <= MIN_SIDE**2:
            break
        rows, columns = np.nonzero(labels == label)
        x0, x1, y0, y1 = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
        mask = (labels[y0:y1, x0:x1] == label).astype(np.uint8)
        if not usable(mask):
            continue
        step = max(1, len(rows) // _SAMPLED)
        r, c = rows[::step], columns[::step]
        z = depth[r, c]
        known = np.isfinite(z)
        r, c, z = r[known] + 0.5, c[known] + 0.5, z[known]
        points = np.column_stack([(c - width / 2) / focal * z, (r - height / 2) / focal * z, z])
        plane = fit_plane(points, rng)
        if plane is None or abs(plane[0][2]) < LEAST_FACING:
            continue
        region = _rectified(label, plane[0], plane[1], mask, (int(x0), int(y0)), (width, height), focal)
        if region is not None:
            found.append(region)
    return sorted(found, key=lambda region: -region.area)


def head_on(normal: Vector, distance: float, size: tuple[int, int], focal: float) -> Matrix:
    """From metres on a plane (axes upright: x to the right, y down along the picture's y as the plane allows) to
    pixels."""
    down = np.array([0.0, 1.0, 0.0]) - normal[1] * normal
    down /= np.linalg.norm(down)
    right = np.cross(normal, down)
    origin = normal * distance
    intrinsics = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
    return np.asarray(intrinsics @ np.column_stack([right, down, origin]), np.float64)


def _rectified(
    label: int,
    normal: Vector,
    distance: float,
    mask: Pixels,
    corner: tuple[int, int],
    size: tuple[int, int],
    focal: float,
) -> Region | None:
    """The region seen head-on, turned to its minimum rectangle when that is nearly upright, at equal area."""
    h = head_on(normal, distance, size, focal)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(contours, key=cv2.contourArea).reshape(-1, 2).astype(np.float64) + corner + 0.5
    flat = project(outline, invert(h))
    if not np.isfinite(flat).all():
        return None
    _, _, angle = cv2.minAreaRect(flat.astype(np.float32))
    angle = math.radians(angle - 90 * round(angle / 90))
    if abs(angle) > math.radians(12):
        angle = 0.0
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    spun = project(flat, invert(turn))
    low, high = spun.min(axis=0), spun.max(axis=0)
    w, tall = (high - low).tolist()
    area = float(mask.sum())
    flat_area = cv2.contourArea(spun.astype(np.float32))
    if flat_area <= 0 or w <= 0 or tall <= 0:
        return None
    scale = math.sqrt(area / flat_area)
    if max(w, tall) * scale > 4 * max(size):
        return None
    to_picture = h @ turn @ shift(low[0], low[1]) @ stretch(1 / scale)
    shape = (math.ceil(w * scale), math.ceil(tall * scale))
    back = for_opencv(shift(-corner[0], -corner[1]) @ to_picture)
    free = cv2.warpPerspective(mask * 255, back, shape, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
    return Region(label, normal, to_picture, (w * scale, tall * scale), np.asarray(free, np.uint8), area)
