"""Boxes, areas and visible shares of a scene's objects without painting it: a few milliseconds.

Covered: what the makers of scenes, captions, questions and expressions need. Silhouettes are drawn at the picture's
own resolution, so boxes may differ from those of `draw.render` by about a pixel. Not covered: shadows.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.core.boxes import Box
from mmrecipes.world.frame import extent, object_matrix, paint
from mmrecipes.world.scene import Scene, SceneObject


@dataclass(frozen=True, slots=True)
class Measure:
    """One object in the picture: boxes of the visible and of the whole silhouette (None where nothing is in the
    picture), and the areas of both in pixels. What the picture's frame cuts off counts nowhere."""

    box: Box | None
    full_box: Box | None
    area: int
    full_area: int

    @property
    def visible(self) -> float:
        """Share of the silhouette inside the picture that nothing hides, 0..1."""
        return self.area / self.full_area if self.full_area else 0.0


@functools.lru_cache(maxsize=16)
def measure(scene: Scene) -> dict[str, Measure]:
    """Measures of all objects by id."""
    width, height = scene.size
    owner = np.zeros((height, width), np.uint16)
    whole: dict[str, tuple[int, int, npt.NDArray[np.bool_]]] = {}
    for obj in painters_order(scene):
        found = silhouette(scene, obj)
        if found is not None:
            x, y, mask = whole[obj.id] = found
            owner[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = obj.number
    return {o.id: _measured(owner, o.number, whole.get(o.id)) for o in scene.objects}


def _measured(
    owner: npt.NDArray[np.uint16], number: int, found: tuple[int, int, npt.NDArray[np.bool_]] | None
) -> Measure:
    if found is None:
        return Measure(None, None, 0, 0)
    x, y, mask = found
    seen = owner[y : y + mask.shape[0], x : x + mask.shape[1]] == number
    areas = int(np.count_nonzero(seen)), int(np.count_nonzero(mask))
    return Measure(mask_box(seen, x, y), mask_box(mask, x, y), *areas)


def painters_order(scene: Scene) -> list[SceneObject]:
    """Farthest first; equal nearness by number."""
    return sorted(scene.objects, key=lambda o: (o.z, o.number))


def silhouette(scene: Scene, obj: SceneObject) -> tuple[int, int, npt.NDArray[np.bool_]] | None:
    """Left, top and mask of the object's part inside the picture; None when it is outside."""
    crop = crop_of(scene, obj)
    if crop is None:
        return None
    x0, y0, x1, y1 = crop
    alpha = np.zeros((y1 - y0, x1 - x0), np.uint8)
    surface = skia.Surface(alpha, skia.kAlpha_8_ColorType)
    matrix = object_matrix(scene, obj)
    matrix.postTranslate(-x0, -y0)
    canvas = surface.getCanvas()
    canvas.setMatrix(matrix)
    paint(canvas, obj, None)
    surface.flushAndSubmit()
    return (x0, y0, alpha >= 128)


def crop_of(scene: Scene, obj: SceneObject) -> tuple[int, int, int, int] | None:
    """The whole pixels inside the picture that the object may touch; None when it is outside."""
    left, top, right, bottom = extent(scene, obj)
    x0, y0 = max(0, int(np.floor(left))), max(0, int(np.floor(top)))
    x1, y1 = min(scene.size[0], int(np.ceil(right))), min(scene.size[1], int(np.ceil(bottom)))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def mask_box(mask: npt.NDArray[np.bool_], dx: int = 0, dy: int = 0) -> Box | None:
    """The box around the true pixels, shifted; None when there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return (float(columns[0] + dx), float(rows[0] + dy), float(columns[-1] + 1 + dx), float(rows[-1] + 1 + dy))
