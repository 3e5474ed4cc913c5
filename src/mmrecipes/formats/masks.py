"""COCO segmentations: polygons and run-length masks as arrays, and a point that surely lies inside.

Covered: polygon lists, uncompressed and compressed run lengths. Not covered: writing masks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Point

Mask = npt.NDArray[np.uint8]


def mask_of(segmentation: Any, size: tuple[int, int]) -> Mask | None:
    """A (height, width) array of 0 and 1 for a COCO segmentation in an image of (width, height); None when it is
    empty or not in a known form."""
    width, height = size
    if isinstance(segmentation, Mapping):
        counts = segmentation.get("counts")
        if list(segmentation.get("size") or ()) != [height, width]:
            return None
        runs = _uncompressed(counts) if isinstance(counts, (str, bytes)) else counts
        return _from_runs(runs, size) if isinstance(runs, list) else None
    if isinstance(segmentation, list) and segmentation:
        return _from_polygons(segmentation, size)
    return None


def inner_point(mask: Mask) -> Point | None:
    """The pixel centre farthest from the mask's edge; None for an empty mask."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    _, depth, _, (x, y) = cv2.minMaxLoc(distance)
    return (x + 0.5, y + 0.5) if depth > 0 else None


def _from_polygons(polygons: Sequence[Any], size: tuple[int, int]) -> Mask | None:
    width, height = size
    mask = np.zeros((height, width), np.uint8)
    for polygon in polygons:
        points = np.asarray(polygon, dtype=np.float64).reshape(-1, 2) if _is_polygon(polygon) else None
        if points is None or not np.isfinite(points).all():
            return None
        clipped = np.clip(points, -width - height, 2 * (width + height))
        cv2.fillPoly(mask, [np.round(clipped * 16 - 8).astype(np.int32)], (1,), shift=4)
    return mask


def _is_polygon(value: Any) -> bool:
    numbers = isinstance(value, list) and all(isinstance(v, (int, float)) for v in value)
    return numbers and len(value) >= 6 and len(value) % 2 == 0


def _from_runs(runs: Sequence[int], size: tuple[int, int]) -> Mask | None:
    """Runs of 0 and 1 in turn, down the columns."""
    width, height = size
    lengths = np.asarray(runs)
    if lengths.dtype.kind not in "iu" or (lengths < 0).any() or lengths.sum() != width * height:
        return None
    values = np.arange(len(lengths)) % 2
    return np.repeat(values, lengths).astype(np.uint8).reshape((height, width), order="F")


def _uncompressed(counts: str | bytes) -> list[int]:
    """COCO's run lengths: 5 bits per character, a continuation bit, from the third on as difference to the
    run two before."""
    text = counts.encode() if isinstance(counts, str) else counts
    runs: list[int] = []
    value = shift = 0
    for byte in text:
        chunk = byte - 48
        value |= (chunk & 0x1F) << shift
        shift += 5
        if not chunk & 0x20:
            if chunk & 0x10:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    return runs
