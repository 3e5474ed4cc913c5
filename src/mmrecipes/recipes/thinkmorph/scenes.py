"""Scenes that tasks draw themselves: the picture with the objects that can be seen in it.

Covered: a scene per seed, remembered, since several jigsaws are cut from one. Not covered: what is asked about them.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmrecipes.core.boxes import Box
from mmrecipes.world.draw import render
from mmrecipes.world.scene import Scene, invent

SIZES = ((640, 480), (600, 600), (704, 480), (480, 640))


@dataclass(frozen=True)
class Drawn:
    """A scene, its RGB pixels and the boxes of what is visible of its objects, by id."""

    scene: Scene
    pixels: npt.NDArray[np.uint8]
    boxes: dict[str, Box]


@functools.lru_cache(maxsize=3)
def draw_scene(seed: int, objects: tuple[int, int] = (5, 9)) -> Drawn:
    """The scene of a seed: a function of its arguments."""
    scene = invent(seed, size=random.Random(seed).choice(SIZES), objects=objects)
    drawn = render(scene)
    return Drawn(scene, drawn.pixels, drawn.boxes)
