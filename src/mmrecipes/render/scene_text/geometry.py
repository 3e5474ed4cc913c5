"""A pinhole camera and bounded planes in space: their homographies, clipping, depth.

World axes: x to the right, y down, z away from the camera at rest; metres. Pixel centres lie at half integers. Covered:
perspective without lens distortion. Not covered: curved surfaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.render.homography import Matrix, Points

Vector = npt.NDArray[np.float64]

NEAR = 0.2
"""Metres before the camera at which planes are cut off."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A picture of `width` x `height` pixels seen from `position`, turned by `rotation` (world to camera)."""

    width: int
    height: int
    focal: float
    position: Vector
    rotation: Matrix

    @property
    def intrinsics(self) -> Matrix:
        return np.array([[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1]])

    def to_camera(self, points: Points) -> Points:
        """World points (N, 3) in the camera's axes."""
        return (points - self.position) @ self.rotation.T


def looking(width: int, height: int, focal: float, position: tuple[float, float, float], yaw: float,
            pitch: float) -> Camera:  # fmt: skip
    """A camera turned to the right by `yaw` and up by `pitch`, in radians, without roll."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    turn = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    tilt = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    return Camera(width, height, focal, np.array(position, np.float64), tilt @ turn)


def cross(a: Vector, b: Vector) -> Vector:
    """Cross product of two vectors (NumPy's own takes ten times as long for one pair)."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])


@dataclass(frozen=True)
class Plane:
    """A rectangle in the world: `origin` is its top-left corner, `right` and `down` unit vectors along its sides."""

    origin: Vector
    right: Vector
    down: Vector
    width: float
    height: float

    @cached_property
    def normal(self) -> Vector:
        """Unit normal on the side that text can be read from."""
        return cross(self.down, self.right)

    def at(self, x: float, y: float, out: float = 0.0) -> Vector:
        """The world point `x` along, `y` down and `out` before the plane."""
        return self.origin + x * self.right + y * self.down + out * self.normal

    @cached_property
    def corners(self) -> Points:
        w, h = self.width, self.height
        return np.array([self.at(0, 0), self.at(w, 0), self.at(w, h), self.at(0, h)])

    def part(self, x: float, y: float, width: float, height: float, out: float = 0.0, turn: float = 0.0) -> Plane:
        """A rectangle parallel to this one, `out` before it, turned clockwise by `turn` radians about its centre."""
        c, s = np.cos(turn), np.sin(turn)
        right, down = c * self.right + s * self.down, c * self.down - s * self.right
        middle = self.at(x + width / 2, y + height / 2, out)
        return Plane(middle - width / 2 * right - height / 2 * down, right, down, width, height)

    def homography(self, camera: Camera) -> Matrix:
        """Metres on the plane to pixels, (3, 3)."""
        columns = np.column_stack([self.right, self.down, self.origin - camera.position])
        return camera.intrinsics @ camera.rotation @ columns

    def depth(self, camera: Camera, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Distance along the optical axis at pixels (infinite where the ray misses the carrying plane)."""
        n = camera.rotation @ self.normal
        d = float(n @ camera.to_camera(self.origin[None])[0])
        rays = n[0] * (x - camera.width / 2) / camera.focal + n[1] * (y - camera.height / 2) / camera.focal + n[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            z = d / rays
        return np.where(np.isfinite(z) & (z > 0), z, np.inf)

    def faces(self, camera: Camera) -> bool:
        """Whether the camera stands before the plane."""
        return float((camera.position - self.origin) @ self.normal) > 1e-6

    def outline(self, camera: Camera) -> Points | None:
        """The visible corners in pixels (N, 2), cut at the near plane; None when all of it lies behind."""
        points = camera.to_camera(self.corners)
        kept: list[Vector] = []
        for a, b in zip(points, np.roll(points, -1, axis=0), strict=True):
            if a[2] >= NEAR:
                kept.append(a)
            if (a[2] - NEAR) * (b[2] - NEAR) < 0:
                kept.append(a + (NEAR - a[2]) / (b[2] - a[2]) * (b - a))
        if len(kept) < 3:
            return None
        cut = np.array(kept)
        return cut[:, :2] / cut[:, 2:] * camera.focal + [camera.width / 2, camera.height / 2]


def clip_to_picture(outline: Points, width: int, height: int) -> Points | None:
    """A convex polygon (N, 2) cut to the picture; None when it lies outside."""
    picture = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    found, cut = cv2.intersectConvexConvex(outline.astype(np.float32), picture)
    return None if found <= 1 or cut is None else cut.reshape(-1, 2).astype(np.float64)
