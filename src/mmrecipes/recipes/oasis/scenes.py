"""Images when none are brought: invented scenes, drawn, with the scene graph as known truth.

Covered: a scene from a seed in one of five sizes. Not covered: what is in it (see `world/`).
"""

from __future__ import annotations

import random
from typing import Any

from mmrecipes.core.image import Image

SIZES = ((640, 480), (480, 640), (560, 560), (720, 405), (512, 384))


def draw_scene(seed: int) -> tuple[Image, dict[str, Any]]:
    """The picture and the scene as JSON: a function of the seed."""
    from mmrecipes.world.draw import render
    from mmrecipes.world.scene import invent

    scene = invent(seed, size=random.Random(seed).choice(SIZES))
    return render(scene).image(), scene.to_json()
