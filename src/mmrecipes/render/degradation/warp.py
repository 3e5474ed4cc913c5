"""Pixels through a geometry: one look-up per picture, bend and homography composed.

The look-up table is computed exactly at every `STEP`-th pixel and interpolated between, in bands of rows so that it
stays small. What lies around the sheet is either more of the sheet (`continued`) or a surface it lies on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from mmrecipes.render.degradation.geometry import Geometry
from mmrecipes.render.degradation.wear import Field, Pixels

STEP = 8
BAND = 32 * STEP


def continued(pixels: Pixels, geometry: Geometry) -> tuple[Pixels, tuple[int, int]]:
    """The picture with so much more of its border colour around it that nothing else is seen through the geometry, and
    the (x, y) at which it now lies."""
    height, width = pixels.shape[:2]
    columns, rows = geometry.size
    x, y = np.linspace(0, columns, 25), np.linspace(0, rows, 25)
    sides = (np.meshgrid(x, (0.0, rows)), np.meshgrid((0.0, columns), y))
    edge = np.concatenate([np.stack(side, axis=-1).reshape(-1, 2) for side in sides])
    seen = geometry.source(edge)
    left, top = np.ceil(np.maximum(3 - seen.min(axis=0), 0)).astype(int).tolist()
    right, bottom = np.ceil(np.maximum(seen.max(axis=0) - (width, height) + 3, 0)).astype(int).tolist()
    fill = border_colour(pixels)
    return np.asarray(
        cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=fill), np.uint8
    ), (left, top)


def border_colour(pixels: Pixels) -> tuple[int, ...]:
    """The median colour along the four borders."""
    edge = np.concatenate([pixels[0, ::7], pixels[-1, ::7], pixels[::7, 0], pixels[::7, -1]])
    return tuple(int(v) for v in np.atleast_1d(np.median(edge, axis=0)))


def warp(pixels: Pixels, geometry: Geometry, at: tuple[int, int] = (0, 0), ground: Pixels | None = None) -> Pixels:
    """The picture through the geometry. `at`: where the clean picture's origin lies in `pixels`; outside of them stands
    `ground` (of the canvas's size, left as it is), or without one what stands at their border."""
    width, height = geometry.size
    colour = pixels.ndim == 3
    # OpenCV looks up four channels more than twice as fast as three
    whole = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA) if colour else pixels
    if ground is None:
        out = np.empty((height, width, 4) if colour else (height, width), np.uint8)
    else:
        out = np.asarray(cv2.cvtColor(ground, cv2.COLOR_RGB2RGBA) if colour else ground.copy(), np.uint8)
    mode = cv2.BORDER_REPLICATE if ground is None else cv2.BORDER_TRANSPARENT
    for top, table in _look_ups(geometry, at):
        # written in place: what has no source keeps the ground
        cv2.remap(whole, table, None, cv2.INTER_LINEAR, dst=out[top : top + len(table)], borderMode=mode)  # type: ignore[call-overload]
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_RGBA2RGB) if colour else out, np.uint8)


def move_labels(labels: Any, geometry: Geometry) -> Any:
    """A label map (H, W) or (H, W, C) of the clean picture through the geometry, by nearest neighbour; 0 outside."""
    width, height = geometry.size
    out = np.zeros((height, width, *labels.shape[2:]), labels.dtype)
    for top, table in _look_ups(geometry, (0, 0)):
        out[top : top + len(table)] = cv2.remap(labels, table, None, cv2.INTER_NEAREST)  # type: ignore[call-overload]
    return out


def _look_ups(geometry: Geometry, at: tuple[int, int]) -> Iterator[tuple[int, Field]]:
    """Bands of rows, each with its first row and, for each pixel, the (x, y) to read as pixel indices, (rows, width, 2)
    float32."""
    width, height = geometry.size
    columns, lines = -(-width // STEP) + 2, -(-height // STEP) + 2
    # node (i, j) stands at the centre of block (i - 1, j - 1), so that resizing by STEP interpolates between nodes
    x, y = (np.arange(columns) - 0.5) * STEP, (np.arange(lines) - 0.5) * STEP
    seen = geometry.source(np.asarray(np.stack(np.meshgrid(x, y), axis=-1), np.float64))
    nodes = (seen + np.array(at) - 0.5).astype(np.float32)
    for top in range(0, height, BAND):
        rows, first = min(BAND, height - top), top // STEP
        part = nodes[first : first + -(-rows // STEP) + 2]
        full = cv2.resize(part, (columns * STEP, len(part) * STEP), interpolation=cv2.INTER_LINEAR)
        yield top, np.asarray(full[STEP : STEP + rows, STEP : STEP + width], np.float32)
