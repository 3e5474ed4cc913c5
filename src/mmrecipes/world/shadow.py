"""Soft shadows: the silhouette laid flat on the ground and blurred, or a faint one on the wall behind.

Covered: ground, water, wall and carried objects. Things in the air cast none. Not covered: exact penumbrae.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.frame import camera_matrix
from mmrecipes.world.scene import Scene, SceneObject

Region = tuple[int, int, int, int]
"""Left, top, right, bottom in whole pixels of the picture."""
_FLAT = {"ground": 0.2, "water": 0.1}
_NONE = ((0, 0, 0, 0), np.zeros((0, 0), np.uint8))


def shadow_of(
    scene: Scene, obj: SceneObject, crop: Region, layer: npt.NDArray[np.uint8]
) -> tuple[Region, npt.NDArray[np.uint8]]:
    """Where the object's shadow lies and how dark it is there, 0..255."""
    if obj.on == "air" or not layer.size:
        return _NONE
    height = obj.height * scene.camera.zoom
    blur = 1.0 + 0.022 * height
    if obj.on == "wall":
        shift = (-scene.light.x * 0.06 * height, 0.05 * height)
        matrix = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
        strength = 0.6
    else:
        flat, lean = _FLAT.get(obj.on, 0.07), -0.4 * scene.light.x
        draught = CATALOGUE[obj.category].draught if obj.on == "water" else 0.0
        foot = _foot(scene, obj) - crop[1] - (0.02 + draught) * height
        matrix = np.array([[1.0, -lean * flat * 2.4, lean * flat * 2.4 * foot], [0.0, flat, foot * (1 - flat)]])
        strength = 0.75
    return _cast(layer[:, :, 3], matrix, crop, scene.size, blur, strength * scene.light.strength)


def _foot(scene: Scene, obj: SceneObject) -> float:
    return float(camera_matrix(scene).mapXY(obj.x, obj.foot).y())


def _cast(alpha: npt.NDArray[np.uint8], matrix: npt.NDArray[np.float64], crop: Region, size: tuple[int, int],
          blur: float,
          strength: float) -> tuple[Region, npt.NDArray[np.uint8]]:  # fmt: skip
    """The silhouette moved by `matrix` (in crop pixels), blurred, cut to the picture."""
    h, w = alpha.shape
    corners = np.array([[0, 0, 1], [w, 0, 1], [w, h, 1], [0, h, 1]], np.float64) @ matrix.T
    pad = int(np.ceil(3 * blur)) + 1
    low, high = np.floor(corners.min(axis=0)).astype(int) - pad, np.ceil(corners.max(axis=0)).astype(int) + pad
    moved = matrix.copy()
    moved[:, 2] -= low
    wide, tall = int(high[0] - low[0]), int(high[1] - low[1])
    flat = cv2.warpAffine(alpha, moved, (wide, tall), flags=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(flat, (2 * pad + 1, 2 * pad + 1), blur)
    dark = (np.asarray(soft, np.float32) * strength).astype(np.uint8)
    left, top = int(low[0]) + crop[0], int(low[1]) + crop[1]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(size[0], left + wide), min(size[1], top + tall)
    if x1 <= x0 or y1 <= y0:
        return _NONE
    return (x0, y0, x1, y1), np.ascontiguousarray(dark[y0 - top : y1 - top, x0 - left : x1 - left])
