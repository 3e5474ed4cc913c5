"""The geometry of one picture, drawn: how the sheet is bent, turned and seen, and how large the canvas is.

The canvas grows to hold the whole sheet, and so far that nothing on it gets smaller. Strengths: Qianfan-VL report,
section 3.2 and SynthDoG's configuration (skew of a scan to 3 degrees, perspective to 15 % of a side).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mmrecipes.render.degradation.geometry import OUTSIDE, STEEPEST, THINNEST, Bend, Geometry
from mmrecipes.render.degradation.wear import Floats, Quads, Wear
from mmrecipes.render.homography import scale_at

SMALLEST, LARGEST = 32, 24_000
"""Pictures with a side below or above this many pixels are not moved (OpenCV looks pixels up to 32,767)."""


@dataclass(frozen=True, slots=True)
class Crease:
    """A line along which the sheet was folded: unit normal (nx, ny), distance c from the origin in pixels."""

    nx: float
    ny: float
    c: float


def draw_creases(wear: Wear, size: tuple[int, int]) -> list[Crease]:
    """One or two folds at halves or thirds of the sheet, across or along it, nearly parallel to its sides."""
    width, height = size
    upright = wear.rng.random() < (0.3 if height >= width else 0.7)
    places = wear.rng.choice(((0.5,), (1 / 3, 2 / 3), (0.5,), (1 / 3,)))
    creases = []
    for place in places:
        angle = np.deg2rad(wear.rng.uniform(-1.0, 1.0)) + (0.0 if upright else np.pi / 2)
        nx, ny = float(np.cos(angle)), float(np.sin(angle))
        at = place + wear.rng.uniform(-0.01, 0.01)
        x, y = (at * width, height / 2) if upright else (width / 2, at * height)
        creases.append(Crease(nx, ny, x * nx + y * ny))
    return creases


def scanned(wear: Wear, size: tuple[int, int]) -> Geometry | None:
    """A sheet laid askew on the glass: a turn of up to 3 degrees."""
    if not _movable(size):
        return None
    angle = wear.between((-1.0, 1.0), (-2.0, 2.0), (-3.0, 3.0))
    return _framed(None, _turned(size, angle), size, (0.0,) * 4)


def photographed(
    wear: Wear, size: tuple[int, int], quads: Quads, creases: list[Crease], margin: float, bending: bool
) -> Geometry | None:
    """A sheet seen by a hand-held camera: turned, in perspective, and bent where `bending`. `margin`: how much of a
    side may show around the sheet."""
    if not _movable(size):
        return None
    bend = _fitted(_drawn_bend(wear, size, creases), quads, size) if bending else None
    moved = _turned(size, wear.between((-1.5, 1.5), (-2.5, 2.5), (-4.0, 4.0)))
    side = min(size)
    away = wear.rng.randrange(4)  # the side that is farther from the camera gets shorter by up to 15 %
    shorter = wear.between((0.0, 0.03), (0.01, 0.08), (0.03, 0.15)) / 2
    a, b = moved[away].copy(), moved[(away + 1) % 4].copy()
    moved[away], moved[(away + 1) % 4] = a + (b - a) * shorter, b + (a - b) * shorter
    jitter = (0.002, 0.008, 0.015)[wear.level - 1] * side
    moved += [[wear.rng.uniform(-jitter, jitter) for _ in "xy"] for _ in range(4)]
    margins = tuple(margin * wear.rng.random() * side for _ in range(4))
    return _framed(bend, moved, size, margins)


def _movable(size: tuple[int, int]) -> bool:
    return min(size) >= SMALLEST and max(size) <= LARGEST


def _corners(size: tuple[int, int]) -> Floats:
    width, height = size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def _turned(size: tuple[int, int], degrees: float) -> Floats:
    corners, turn = _corners(size), np.deg2rad(degrees)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return (corners - corners.mean(axis=0)) @ spin


def _framed(bend: Bend | None, moved: Floats, size: tuple[int, int], margins: tuple[float, ...]) -> Geometry:
    """The geometry that takes the sheet's corners to `moved`, scaled so that nothing shrinks and shifted so that all of
    it and the margins (left, top, right, bottom, in pixels) are in the picture."""
    h = _homography(_corners(size), moved)
    grid = np.stack(np.meshgrid(*(np.linspace(0, s, 13) for s in size)), axis=-1).reshape(-1, 2)
    unit = Geometry(bend, h, size)
    grow = max(1.0, 1.002 / float(_scales(unit, grid).min()))
    edge = unit.forward(outline(size)) * grow
    low, high = edge.min(axis=0), edge.max(axis=0)
    slack = 1.0 if bend else 0.0  # the outline is sampled: between two samples a bent edge may reach farther
    left, top, right, bottom = (m * grow + slack for m in margins)
    into = np.array([[grow, 0, left - low[0]], [0, grow, top - low[1]], [0, 0, 1]])
    width, height = np.ceil(high - low + (left + right, top + bottom)).astype(int).tolist()
    return Geometry(bend, into @ h, (width, height))


def outline(size: tuple[int, int], steps: int = 48) -> Floats:
    """Points along the border of a sheet, clockwise from the top-left, (4 * steps, 2)."""
    corners = _corners(size)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    return np.concatenate([corners[i] + (corners[(i + 1) % 4] - corners[i]) * t for i in range(4)])


def _scales(geometry: Geometry, flat: Floats) -> Floats:
    points, scale = flat, np.ones(len(flat))
    if geometry.bend:
        points = geometry.bend.bent(flat)
        scale = 1 / np.sqrt(np.linalg.det(np.eye(2) + geometry.bend.slope(points)))
    return scale * scale_at(points, geometry.h)


def _homography(corners: Floats, moved: Floats) -> Floats:
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32)), np.float64)


def _drawn_bend(wear: Wear, size: tuple[int, int], creases: list[Crease]) -> Bend:
    """A curl along the height and one along the width, and the pull of each crease."""
    width, height = size
    side, waves, folds = min(size), [], []
    most = (0.002, 0.006, 0.014)[wear.level - 1] * side
    for across in (False, True):
        length = wear.rng.uniform(0.9, 2.2) * (width if across else height)
        k, tilt = 2 * np.pi / length, wear.rng.uniform(-0.2, 0.2)
        ax, ay = (wear.rng.uniform(-most, most) for _ in "xy")
        kx, ky = (k, k * tilt) if across else (k * tilt, k)
        waves.append((kx, ky, wear.rng.uniform(0, 2 * np.pi), ax, ay))
    for crease in creases:
        reach = wear.rng.uniform(0.08, 0.2) * side
        pull, shear = wear.rng.uniform(-most, most) * 0.7, wear.rng.uniform(-most, most) * 0.2
        ax, ay = pull * crease.nx - shear * crease.ny, pull * crease.ny + shear * crease.nx
        folds.append((crease.nx, crease.ny, crease.c, reach, ax, ay))
    return Bend(np.array(waves), np.array(folds, np.float64).reshape(-1, 6))


def _fitted(bend: Bend, quads: Quads, size: tuple[int, int]) -> Bend:
    """The bend as far as the quads' straight edges can follow it, and not too steep."""
    parts = len(bend.waves) + len(bend.folds)
    steep = [np.hypot(*row[3:5]) * np.hypot(*row[:2]) for row in bend.waves]
    steep += [np.hypot(*row[4:6]) / row[3] for row in bend.folds]
    waves, folds = [], []
    for i, row in enumerate(bend.waves):
        alone = Bend(row[None], np.zeros((0, 6)))
        waves.append(_factor(alone, quads, steep[i], parts))
    for i, row in enumerate(bend.folds):
        alone = Bend(np.zeros((0, 5)), row[None])
        folds.append(_factor(alone, quads, steep[len(waves) + i], parts))
    return bend.scaled(np.array(waves), np.array(folds))


def _factor(alone: Bend, quads: Quads, steep: float, parts: int) -> float:
    outside = float(pushed_over(alone, quads).max(initial=0.0))
    return min(1.0, STEEPEST / parts / max(steep, 1e-9), OUTSIDE / parts / max(outside, 1e-9))


def pushed_over(bend: Bend, quads: Quads) -> Floats:
    """The area between the bent edges of each quad (N, 4, 2) and straight ones, as a share of its own, (N,)."""
    following = np.roll(quads, -1, axis=1)
    t = np.linspace(0, 1, 9)[1:-1, None]
    along = quads[:, :, None] + (following - quads)[:, :, None] * t
    moved, ends = bend.offset(along), bend.offset(np.stack([quads, following]))
    bow = moved - (ends[0][:, :, None] * (1 - t) + ends[1][:, :, None] * t)
    edge = following - quads
    length = np.hypot(edge[..., 0], edge[..., 1])
    # the cross product is the bow's height times the edge's length
    area = np.abs(bow[..., 0] * edge[:, :, None, 1] - bow[..., 1] * edge[:, :, None, 0]).mean(axis=2).sum(axis=1)
    x, y = quads[..., 0], quads[..., 1]
    own = np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2
    return area / np.maximum(own, np.maximum(length.max(axis=1), 1.0) * THINNEST)
