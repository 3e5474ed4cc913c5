"""Rendering a scene: pixels, exact masks, id map, depth and boxes.

Covered: painter's order of layers, each drawn from its object's own random stream, supersampled, with a soft shadow.
Deleting an object leaves every pixel outside its silhouette and shadow byte-equal. Not covered: reflections,
shadows on other objects than the one that carries, inter-object light.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.encode import encode
from mmrecipes.core.boxes import Box
from mmrecipes.core.image import Image
from mmrecipes.world.backgrounds import backdrop
from mmrecipes.world.frame import camera_matrix, look_of, object_matrix, paint
from mmrecipes.world.measure import crop_of, mask_box, painters_order
from mmrecipes.world.scene import Scene, SceneObject
from mmrecipes.world.shadow import Region, shadow_of
from mmrecipes.world.stages import STAGES

SUPERSAMPLING = 4

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Rendering:
    """A drawn scene. Arrays are read-only; ids of objects wholly outside the picture have empty masks and no box.

    `alpha`: whole silhouettes, 0..255, as if nothing stood in front; `shadows`: how dark each object's shadow is;
    `visible`: pixels that belong to the object (its alpha is at least one half and nothing nearer covers them);
    `ids`: the same as numbers, 0 for the background; `depth`: 0 near to 1 far; boxes of the visible and of the whole
    silhouette in float pixels.
    """

    pixels: Bytes
    alpha: dict[str, Bytes]
    shadows: dict[str, Bytes]
    visible: dict[str, npt.NDArray[np.bool_]]
    ids: npt.NDArray[np.uint16]
    depth: npt.NDArray[np.float32]
    boxes: dict[str, Box]
    full_boxes: dict[str, Box]

    def image(self) -> Image:
        """The picture as PNG."""
        return encode(self.pixels)


@functools.lru_cache(maxsize=2)
def render(scene: Scene) -> Rendering:
    """Draw the scene. The last two are remembered, so asking again for the same scene costs nothing."""
    pixels = backdrop(scene).copy()
    order = painters_order(scene)
    layers = {o.id: _layer(scene, o) for o in order}
    shadows = {o.id: shadow_of(scene, o, *layers[o.id]) for o in order}
    carried = {o.id for o in order if o.on.startswith("o")}
    for obj in order:
        if obj.id not in carried:
            _darken(pixels, shadows[obj.id])
    ids = np.zeros(pixels.shape[:2], np.uint16)
    depth = _ground_depth(scene)
    for obj in order:
        if obj.id in carried:
            _darken(pixels, shadows[obj.id])
        _lay(pixels, ids, depth, obj, *layers[obj.id])
    return _gather(scene, pixels, ids, depth, layers, shadows)


def _gather(scene: Scene, pixels: Bytes, ids: npt.NDArray[np.uint16], depth: npt.NDArray[np.float32],
            layers: dict[str, tuple[Region, Bytes]], shadows: dict[str, tuple[Region,
                                                                              Bytes]]) -> Rendering:  # fmt: skip
    shape = ids.shape
    alpha = {o.id: _full(layers[o.id][1][:, :, 3], layers[o.id][0], shape) for o in scene.objects}
    dark = {o.id: _full(shadows[o.id][1], shadows[o.id][0], shape) for o in scene.objects}
    visible = {o.id: ids == o.number for o in scene.objects}
    boxes = {i: b for i, m in visible.items() if (b := mask_box(m)) is not None}
    whole = {i: b for i, a in alpha.items() if (b := mask_box(a >= 128)) is not None}
    for array in (pixels, ids, depth, *alpha.values(), *dark.values(), *visible.values()):
        array.flags.writeable = False
    return Rendering(pixels, alpha, dark, visible, ids, depth, boxes, whole)


def _layer(scene: Scene, obj: SceneObject) -> tuple[Region, Bytes]:
    """Where the object lies and its premultiplied RGBA there; an empty region when it is outside the picture."""
    crop = crop_of(scene, obj)
    if crop is None:
        return (0, 0, 0, 0), np.zeros((0, 0, 4), np.uint8)
    x0, y0, x1, y1 = crop
    fine = np.zeros(((y1 - y0) * SUPERSAMPLING, (x1 - x0) * SUPERSAMPLING, 4), np.uint8)
    surface = skia.Surface(fine, skia.kRGBA_8888_ColorType)
    matrix = object_matrix(scene, obj)
    matrix.postTranslate(-x0, -y0)
    matrix.postScale(SUPERSAMPLING, SUPERSAMPLING)
    canvas = surface.getCanvas()
    canvas.setMatrix(matrix)
    paint(canvas, obj, look_of(scene, obj))
    surface.flushAndSubmit()
    layer = np.asarray(cv2.resize(fine, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA), np.uint8)
    np.minimum(layer[:, :, :3], layer[:, :, 3:], out=layer[:, :, :3])
    if STAGES[scene.background.kind].dark:
        layer[:, :, :3] = (layer[:, :, :3].astype(np.uint16) * np.array([250, 250, 255], np.uint16) // 255).astype(
            np.uint8
        )
    return crop, layer


def _lay(pixels: Bytes, ids: npt.NDArray[np.uint16], depth: npt.NDArray[np.float32], obj: SceneObject, crop: Region,
         layer: Bytes) -> None:  # fmt: skip
    """Compose a layer over what is there; where its alpha is 0 nothing changes."""
    x0, y0, x1, y1 = crop
    under = pixels[y0:y1, x0:x1]
    through = 255 - layer[:, :, 3:].astype(np.uint16)
    under[...] = layer[:, :, :3] + ((under * through + 127) // 255).astype(np.uint8)
    solid = layer[:, :, 3] >= 128
    ids[y0:y1, x0:x1][solid] = obj.number
    depth[y0:y1, x0:x1][solid] = 1.0 - obj.z


def _darken(pixels: Bytes, shadow: tuple[Region, Bytes]) -> None:
    (x0, y0, x1, y1), dark = shadow
    under = pixels[y0:y1, x0:x1]
    light = 255 - dark[:, :, None].astype(np.uint16)
    under[...] = ((under * light + 127) // 255).astype(np.uint8)


def _ground_depth(scene: Scene) -> npt.NDArray[np.float32]:
    """Depth of the background: the ground comes nearer towards the bottom edge, all above the horizon is farthest."""
    width, height = scene.size
    back = skia.Matrix()
    camera_matrix(scene).invert(back)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    lines = (back.getSkewY() * (x + 0.5) + back.getScaleY() * (y + 0.5) + back.getTranslateY()) / height
    ground = np.clip(1.0 - lines, 0.0, 1.0)
    return np.where(lines < STAGES[scene.background.kind].horizon, 1.0, ground).astype(np.float32)


def _full(part: Bytes, crop: Region, shape: tuple[int, ...]) -> Bytes:
    whole = np.zeros(shape[:2], np.uint8)
    x0, y0, x1, y1 = crop
    whole[y0:y1, x0:x1] = part
    return whole
