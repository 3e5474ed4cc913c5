"""The kinds of place that are drawn, and a place for a sample's index."""

from __future__ import annotations

import random
from collections.abc import Callable

from mmrecipes.core.identity import turn
from mmrecipes.render.scene_text.building import Place
from mmrecipes.render.scene_text.places_indoor import marker_wall, room
from mmrecipes.render.scene_text.places_shelf import shelves
from mmrecipes.render.scene_text.places_street import notice_wall, roadside, shops

Size = tuple[int, int]
PLACES: dict[str, Callable[[random.Random, Size], Place]] = {
    "facade": lambda rng, size: shops(rng, size, along=False),
    "street": lambda rng, size: shops(rng, size, along=True),
    "notice wall": notice_wall,
    "roadside": roadside,
    "room": room,
    "whiteboard": marker_wall,
    "shelf": shelves,
}
_CYCLE = ("facade", "facade", "street", "notice wall", "roadside", "room", "room", "whiteboard", "shelf", "shelf")
_ASPECTS = ((4, 3), (4, 3), (3, 2), (1, 1), (3, 4), (16, 9))


def picture_size(rng: random.Random, longest: int) -> Size:
    """Width and height of a picture whose longer side is `longest` pixels."""
    a, b = rng.choice(_ASPECTS)
    k = longest / max(a, b)
    return round(a * k), round(b * k)


def place_for(rng: random.Random, index: int, size: Size) -> Place:
    """The place of a sample: kinds take turns by index."""
    return PLACES[_CYCLE[turn(index, len(_CYCLE), "scene place")]](rng, size)
