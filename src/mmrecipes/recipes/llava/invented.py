"""What is to be seen in an invented scene: its picture, five captions, boxes, and which classes are boxed completely.

Captions are those of the world's describer (one short, one that counts everything, one with a relation, another short
one, a long one), so that contexts look as annotated photographs' do. Covered: everything part A and B ask of a
picture. Not covered: scenes of a user's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmrecipes.core.boxes import Box
from mmrecipes.core.identity import rng_from
from mmrecipes.core.image import Image
from mmrecipes.world.captions import captions
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.facts import Facts
from mmrecipes.world.scene import Scene

_LEVELS = ((0, 2), (0, 3), (0, 4), (1, 2), (1, 5))
"""Which draw of captions, and which level of it."""


def told_of(scene: Scene) -> list[str]:
    """The captions, each once."""
    draws = [{c.level: c.text for c in captions(scene, rng_from("llava", "captions", scene.seed, k))} for k in (0, 1)]
    return list(dict.fromkeys(draws[k][level] for k, level in _LEVELS if level in draws[k]))


def seen_in(value: Mapping[str, Any]) -> tuple[Image, list[str], list[tuple[str, Box]], set[str]]:
    """Picture, captions, (name, box) of what is in view, and the classes all of whose objects are in view."""
    scene = Scene.from_json(value)
    facts = Facts(scene)
    boxes = [(o.category, facts.box(o)) for o in facts.shown]
    complete = {name for name in CATALOGUE if facts.complete(name)}
    return render(scene).image(), told_of(scene), boxes, complete


def picture(value: Mapping[str, Any]) -> Image:
    """The drawn scene."""
    return render(Scene.from_json(value)).image()
