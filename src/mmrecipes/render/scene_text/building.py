"""Putting solid things into a place: walls, boards with thickness and shadow, boxes, posts; and the sites for text.

A site is a face that text can be written on: its plane, how it is lettered, and what kind of sign it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import skia

from mmrecipes.render.scene_text import paints
from mmrecipes.render.scene_text.boards import Face
from mmrecipes.render.scene_text.geometry import Camera, Plane, looking
from mmrecipes.render.scene_text.paints import Rgb, rgb, shaded
from mmrecipes.render.scene_text.stage import Lamp, Light, Paint, Pixels, Stage, Surface
from mmrecipes.render.scene_text.textures import texture

X, Y, Z = np.eye(3)
"""The world's axes: right, down, away."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a sign can be written: the number of its surface, its face, what kind of sign it is."""

    surface: int
    plane: Plane
    face: Face
    role: str


@dataclass
class Place:
    """A stage with its backdrop and the sites for text."""

    kind: str
    stage: Stage
    backdrop: Pixels
    sites: list[Site] = field(default_factory=list)

    def flat(self, name: str, plane: Plane, paint: Paint, *, see_through: bool = False, lit: float = 1.0,
             edge_shade: float = 0.0, shadows: bool = True) -> int:  # fmt: skip
        """One painted plane."""
        return self.stage.add(Surface(name, plane, paint, see_through, lit, edge_shade, shadows))

    def board(self, parent: Plane, x: float, y: float, face_of: Callable[..., Face], w: float, h: float, role: str,
              rng: random.Random, *, thick: float = 0.04, turn: float = 0.0, **options: object) -> Site:  # fmt: skip
        """A sign on a plane, `thick` metres deep, at (x, y) from the plane's corner."""
        plane = parent.part(x, y, w, h, thick, turn)
        return self.panel(plane, face_of(w, h, rng, **options), role, thick=thick)

    def panel(self, plane: Plane, face: Face, role: str, *, thick: float = 0.04) -> Site:
        """A sign whose front is this plane."""
        if thick > 0.004:
            self.stage.cast(plane, plane.part(0, 0, plane.width, plane.height, -thick))
        self.sides(plane, thick, shaded(face.ground, 0.8))
        number = self.flat(role, plane, face.paint, lit=face.lit)
        site = Site(number, plane, face, role)
        self.sites.append(site)
        return site

    def sides(self, front: Plane, deep: float, colour: Rgb) -> None:
        """The four narrow sides behind a front; those not seen are skipped when drawn."""
        if deep <= 0.004:
            return
        w, h, n = front.width, front.height, front.normal
        sides = (
            Plane(front.at(0, 0, -deep), n, front.down, deep, h),
            Plane(front.at(w, 0), -n, front.down, deep, h),
            Plane(front.at(0, 0, -deep), front.right, n, w, deep),
            Plane(front.at(0, h), front.right, -n, w, deep),
        )
        for plane in sides:
            self.flat("side", plane, _plain(plane, colour), shadows=False)

    def box(self, front: Plane, deep: float, front_paint: Paint, colour: Rgb, *, lit: float = 1.0) -> int:
        """A solid with a painted front."""
        self.stage.cast(front, front.part(0, 0, front.width, front.height, -deep))
        self.sides(front, deep, colour)
        return self.flat("box", front, front_paint, lit=lit)

    def post(self, x: float, z: float, top: float, width: float, colour: Rgb, bottom: float = 0.0) -> None:
        """A round upright post, drawn as a strip that faces the camera."""
        to_camera = self.stage.camera.position - np.array([x, self.stage.camera.position[1], z])
        away = -to_camera / np.linalg.norm(to_camera)
        right = np.cross(Y, away)
        h = bottom - top
        plane = Plane(np.array([x, top, z]) - right * width / 2, right, Y, width, h)
        self.stage.cast(plane)
        self.flat("post", plane, lambda c: paints.tube(c, (0, 0, width, h), colour))


def _plain(plane: Plane, colour: Rgb) -> Paint:
    return lambda c: paints.fill(c, (0, 0, plane.width, plane.height), colour)


def ground(x0: float, x1: float, far: float, near: float = -1.0, y: float = 0.0) -> Plane:
    """A level plane from `x0` to `x1` and from `far` to `near`, facing up."""
    return Plane(np.array([x0, y, far]), X, -Z, x1 - x0, far - near)


def facing(x0: float, top: float, z: float, width: float, height: float) -> Plane:
    """An upright plane square to the world's depth axis, facing the camera at rest."""
    return Plane(np.array([x0, top, z]), X, Y, width, height)


def turned(plane: Plane, yaw: float, tilt: float = 0.0) -> Plane:
    """The plane turned about its own centre: `yaw` about the vertical, then leaning back by `tilt` (radians)."""
    middle = plane.at(plane.width / 2, plane.height / 2)
    c, s = np.cos(yaw), np.sin(yaw)
    right = np.array([c, 0, s])
    back = np.cross(right, Y)
    down = np.cos(tilt) * Y - np.sin(tilt) * back
    return Plane(middle - plane.width / 2 * right - plane.height / 2 * down, right, down, plane.width, plane.height)


def unit(x: float, y: float, z: float) -> np.ndarray:
    v = np.array([x, y, z], np.float64)
    return v / np.linalg.norm(v)


def daylight(rng: random.Random) -> Light:
    """Sun or an overcast sky, from behind the camera's back and above."""
    side = rng.choice([-1, 1])
    direction = unit(-side * rng.uniform(0.25, 0.9), rng.uniform(0.55, 1.1), rng.uniform(0.45, 1.0))
    if rng.random() < 0.3:
        return Light(direction, (0.26, 0.26, 0.26), (0.74, 0.77, 0.82), 0.16)
    warm = rng.uniform(0, 1)
    key = (0.98, 0.95 - 0.1 * warm, 0.88 - 0.26 * warm)
    return Light(direction, key, (0.42, 0.46, 0.53), 0.012)


def ceiling_light(rng: random.Random, lamps: tuple[Lamp, ...] = ()) -> Light:
    """Lamps at the ceiling, a little warm or cold, from above and behind the camera."""
    direction = unit(rng.uniform(-0.35, 0.35), 1.0, rng.uniform(0.45, 0.8))
    tone = rng.choice([(1.0, 0.97, 0.92), (1.0, 0.92, 0.78), (0.94, 0.98, 1.0)])
    level = rng.uniform(0.55, 0.72)
    return Light(
        direction,
        (0.5 * tone[0], 0.5 * tone[1], 0.5 * tone[2]),
        (level * tone[0], level * tone[1], level * tone[2]),
        0.035,
        lamps,
    )


def sky(width: int, height: int, rng: random.Random) -> Pixels:
    """A sky with clouds, paler towards the horizon."""
    pixels = np.zeros((height, width, 4), np.uint8)
    canvas = skia.Surface(pixels, skia.kRGBA_8888_ColorType).getCanvas()
    top = rng.choice([rgb(74, 122, 190), rgb(104, 150, 206), rgb(150, 164, 180), rgb(120, 132, 168)])
    paints.gradient(canvas, (0, 0, width, height), [(top, 1), (rgb(216, 226, 234), 1)])
    cover = cv2.resize(texture("clouds").pixels, (width, height), interpolation=cv2.INTER_LINEAR)
    cover = np.roll(cover, (rng.randrange(height), rng.randrange(width)), (0, 1))
    share = rng.uniform(0.2, 0.8)
    plain = cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB)
    lit = cv2.multiply(255 - plain, cover, scale=share / 255)
    return np.asarray(cv2.add(plain, lit), np.uint8)


def dark(width: int, height: int) -> Pixels:
    """What is seen past an indoor place."""
    return np.full((height, width, 3), 40, np.uint8)


def camera_for(
    position: tuple[float, float, float], yaw: float, pitch: float, size: tuple[int, int], wide: float
) -> Camera:
    """A camera whose focal length is `wide` times the longer side of its picture."""
    return looking(*size, wide * max(size), position, yaw, pitch)
