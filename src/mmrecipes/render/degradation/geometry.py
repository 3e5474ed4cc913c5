"""Where wear moves things: a bend of the sheet, then a homography, for pixels, points and labels alike.

A bend is defined from the bent sheet back to the flat one, in pixels of the clean picture: flat = bent + offset(bent),

    offset(p) = sum over waves of a sin(k . p + phase)  +  sum over folds of a exp(-sqrt(t^2 + ROUND^2)),
    t = (n . p - c) / reach

so that pixels are looked up directly, and points are found by solving for the bent point (the offset is a contraction:
its slope stays under `STEEPEST`). `move_quads` solves by Newton's method from the log alone; the chain itself iterates.
Covered: rotation, perspective, curl, waves, folds. Not covered: sheets that hide parts of themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmrecipes.render.degradation.wear import Floats, Log, Quads
from mmrecipes.render.homography import invert, project, scale_at

ROUND = 0.02
"""How round a crease is, as a share of its reach."""
STEEPEST = 0.3
"""Bound of the slope of the offset: below 1 the sheet does not fold over itself."""
OUTSIDE = 0.03
"""How much of a quad's area the bend may push over its straight edges: quads keep four corners, so that a sheet is bent
only as far as its quads stay right."""
THINNEST = 12.0
"""Quads thinner than this many pixels are treated as this thick in that bound."""


@dataclass(frozen=True, slots=True)
class Bend:
    """`waves` (K, 5): kx, ky in radians per pixel, phase, ax, ay in pixels. `folds` (F, 6): unit normal nx, ny, its
    distance c from the origin, reach, ax, ay in pixels."""

    waves: Floats
    folds: Floats

    def offset(self, points: Floats) -> Floats:
        """Flat minus bent position at bent points (..., 2)."""
        x, y = points[..., 0], points[..., 1]
        moved = np.zeros(points.shape)
        for kx, ky, phase, ax, ay in self.waves.tolist():
            moved += np.sin(x * kx + y * ky + phase)[..., None] * (ax, ay)
        for nx, ny, c, reach, ax, ay in self.folds.tolist():
            t = (x * nx + y * ny - c) / reach
            moved += np.exp(-np.sqrt(t * t + ROUND**2))[..., None] * (ax, ay)
        return moved

    def slope(self, points: Floats) -> Floats:
        """Derivative of `offset` at bent points (N, 2): (N, 2, 2), rows by component, columns by x and y."""
        x, y = points[:, 0], points[:, 1]
        slope = np.zeros((len(points), 2, 2))
        for kx, ky, phase, ax, ay in self.waves.tolist():
            slope += np.cos(x * kx + y * ky + phase)[:, None, None] * np.outer((ax, ay), (kx, ky))
        for nx, ny, c, reach, ax, ay in self.folds.tolist():
            t = (x * nx + y * ny - c) / reach
            soft = np.sqrt(t * t + ROUND**2)
            slope += (-np.exp(-soft) * t / soft / reach)[:, None, None] * np.outer((ax, ay), (nx, ny))
        return slope

    def bent(self, flat: Floats) -> Floats:
        """Where flat points (..., 2) come to lie, by fixed-point iteration."""
        found = flat - self.offset(flat)
        for _ in range(60):
            found, before = flat - self.offset(found), found
            if np.abs(found - before).max(initial=0.0) < 1e-7:
                break
        return found

    def scaled(self, waves: Floats, folds: Floats) -> Bend:
        """The same with the amplitudes of each wave and fold times a factor."""
        return Bend(_amplified(self.waves, waves), _amplified(self.folds, folds))


def _amplified(rows: Floats, factors: Floats) -> Floats:
    rows = rows.copy()
    rows[:, -2:] *= factors[:, None]
    return rows


@dataclass(frozen=True, slots=True)
class Geometry:
    """All that moves in one picture: an optional bend, then the homography `h` (3, 3) onto a canvas of `size`
    (width, height)."""

    bend: Bend | None
    h: Floats
    size: tuple[int, int]

    def forward(self, points: Floats) -> Floats:
        """Where points (..., 2) of the clean picture come to lie."""
        return project(self.bend.bent(points) if self.bend else points, self.h)

    def source(self, points: Floats) -> Floats:
        """What stood in the clean picture at points (..., 2) of the worn one."""
        bent = project(points, invert(self.h))
        return np.asarray(bent + self.bend.offset(bent) if self.bend else bent, np.float64)

    def log(self) -> Log:
        """The operations for the log."""
        entries: Log = []
        if self.bend:
            entries.append(("bend", {"waves": self.bend.waves.tolist(), "folds": self.bend.folds.tolist()}))
        entries.append(("perspective", {"h": self.h.flatten().tolist(), "size": list(self.size)}))
        return entries


def move_quads(quads: Quads, log: Sequence[tuple[str, dict[str, Any]]]) -> Quads:
    """Where the logged operations take quads (N, 4, 2) of the clean picture; operations that move nothing are passed
    over. Recomputed from the log's numbers: bent points by Newton's method, not as the chain finds them."""
    points = np.asarray(quads, np.float64).reshape(-1, 2)
    for name, parameters in log:
        if name == "bend":
            points = _newton(_bend(parameters), points)
        elif name == "perspective":
            points = project(points, _h(parameters))
    return points.reshape(np.shape(quads))


def _newton(bend: Bend, flat: Floats) -> Floats:
    found = flat.copy()
    for _ in range(20):
        miss = found + bend.offset(found) - flat
        if np.abs(miss).max(initial=0.0) < 1e-9:
            break
        found -= np.linalg.solve(np.eye(2) + bend.slope(found), miss[..., None])[..., 0]
    return found


def local_scale(points: Floats, log: Sequence[tuple[str, dict[str, Any]]]) -> Floats:
    """How much small things grow (> 1) or shrink at points (N, 2) of the clean picture: the square root of the area
    scale of all logged operations, (N,)."""
    points = np.asarray(points, np.float64)
    scale = np.ones(len(points))
    for name, parameters in log:
        if name == "bend":
            bend = _bend(parameters)
            points = _newton(bend, points)
            scale = scale / np.sqrt(np.abs(np.linalg.det(np.eye(2) + bend.slope(points))))
        elif name == "perspective":
            h = _h(parameters)
            scale = scale * scale_at(points, h)
            points = project(points, h)
    return scale


def logged(log: Sequence[tuple[str, dict[str, Any]]]) -> Geometry | None:
    """The geometry that a log tells, or None where nothing was moved."""
    found = dict(log)
    if "perspective" not in found:
        return None
    width, height = found["perspective"]["size"]
    return Geometry(_bend(found["bend"]) if "bend" in found else None, _h(found["perspective"]), (width, height))


def _bend(parameters: dict[str, Any]) -> Bend:
    return Bend(
        np.array(parameters["waves"], np.float64).reshape(-1, 5),
        np.array(parameters["folds"], np.float64).reshape(-1, 6),
    )


def _h(parameters: dict[str, Any]) -> Floats:
    return np.array(parameters["h"], np.float64).reshape(3, 3)
