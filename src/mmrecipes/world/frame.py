"""Where an object lies in the picture: matrices, look, light in its own frame. Shared by drawing and measuring."""

from __future__ import annotations

import math

import skia

from mmrecipes.core.boxes import Box, Point
from mmrecipes.core.identity import rng_from
from mmrecipes.world.brush import Brush, Look
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.scene import Scene, SceneObject

MARGIN = 0.12
"""How far parts may reach beyond the object's frame, in heights."""


def camera_matrix(scene: Scene) -> skia.Matrix:
    """From scene pixels to picture pixels."""
    (w, h), c = scene.size, scene.camera
    matrix = skia.Matrix.Translate(w / 2 + c.pan_x * w, h / 2 + c.pan_y * h)
    matrix.preRotate(c.roll)
    matrix.preScale(c.zoom, c.zoom)
    matrix.preTranslate(-w / 2, -h / 2)
    return matrix


def object_matrix(scene: Scene, obj: SceneObject) -> skia.Matrix:
    """From the object's unit frame to picture pixels."""
    stretch = 0.93 + 0.14 * rng_from("world.stretch", obj.look).random()
    matrix = camera_matrix(scene)
    matrix.preTranslate(obj.x, obj.y)
    matrix.preRotate(obj.rot)
    matrix.preScale(obj.height * stretch * (-1 if obj.facing == "left" else 1), obj.height)
    return matrix


def extent(scene: Scene, obj: SceneObject) -> Box:
    """A box in picture pixels that surely holds all of the object's pixels; may reach outside the picture."""
    half = CATALOGUE[obj.category].width / 2 + MARGIN
    frame = skia.Rect.MakeLTRB(-half, -0.5 - MARGIN, half, 0.5 + MARGIN)
    r = object_matrix(scene, obj).mapRect(frame)
    return (r.left(), r.top(), r.right(), r.bottom())


def paint(canvas: skia.Canvas, obj: SceneObject, look: Look | None) -> None:
    """Draw the object (or, without a look, its silhouette) on a canvas in unit coordinates."""
    category = CATALOGUE[obj.category]
    joints = {j.name: j.rest for j in category.joints} | dict(obj.joints) | {"hung": float(obj.on == "wall")}
    if obj.on == "water":
        canvas.clipRect(skia.Rect.MakeLTRB(-9.0, -9.0, 9.0, 0.5 - category.draught), doAntiAlias=True)
    category.draw(Brush(canvas, look), rng_from("world.form", obj.look), joints)


def look_of(scene: Scene, obj: SceneObject) -> Look:
    """What its parts are painted with."""
    variant = rng_from("world.surface", obj.look).randrange(36)
    return Look(PALETTE[obj.colour], obj.pattern, obj.texture, variant, _light(scene, obj))


def _light(scene: Scene, obj: SceneObject) -> Point:
    """The direction to the light in the object's own, turned and perhaps mirrored, frame."""
    a = math.radians(-obj.rot - scene.camera.roll)
    x = scene.light.x * math.cos(a) - scene.light.y * math.sin(a)
    y = scene.light.x * math.sin(a) + scene.light.y * math.cos(a)
    return (-x if obj.facing == "left" else x, y)
