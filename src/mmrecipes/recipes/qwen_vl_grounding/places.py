"""Where the places of a question lie: boxes, quads and points of its instances, in pixels.

Covered: a point deep inside an object's mask, or the centre of its box; whether such a point may lie on something
else. Not covered: numbers and text (see `conventions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.core.boxes import Box, Point, area
from mmrecipes.formats.frames import Frame, turned
from mmrecipes.formats.masks import inner_point, mask_of
from mmrecipes.recipes.qwen_vl_grounding.conventions import Kind
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Pixels
from mmrecipes.recipes.qwen_vl_grounding.tasks import Question, Scene
from mmrecipes.steps.geometry import Instance


@dataclass(frozen=True, slots=True)
class Located:
    """The places of a question: per target and instance, in pixels and as numbers."""

    kind: Kind
    pixels: tuple[tuple[Pixels, ...], ...]
    numbers: tuple[tuple[Numbers, ...], ...]


def places_of(question: Question, scene: Scene, kind: Kind, frame: Frame) -> tuple[tuple[Pixels, ...], ...]:
    """Pixels of every instance of every target."""
    return tuple(tuple(_pixels(scene.instances[m], kind, frame) for m in t.members) for t in question.targets)


def _pixels(instance: Instance, kind: Kind, frame: Frame) -> Pixels:
    if kind == "quad" and instance.quad:
        return tuple(v for point in instance.quad for v in point)
    return instance.box if kind == "box" else pointed_at(instance, frame)[0]


def pointed_at(instance: Instance, frame: Frame) -> tuple[Point, str]:
    """A point on the object and where it comes from: `mask` (deep inside it) or `box_centre`."""
    mask = mask_of(instance.segmentation, frame.declared)
    inside = None if mask is None else inner_point(mask)
    x0, y0, x1, y1 = instance.box
    if inside is not None:
        x, y = turned(inside, frame.orientation, frame.declared)
        if x0 <= x <= x1 and y0 <= y <= y1:
            return (x, y), "mask"
    return ((x0 + x1) / 2, (y0 + y1) / 2), "box_centre"


def is_uncertain(question: Question, places: Sequence[Sequence[Pixels]], scene: Scene, frame: Frame) -> bool:
    """Whether a point may lie on another object: a box centre inside a smaller box, or, where the answer names what
    is there, any point inside another box."""
    named = question.task == "referring_description"
    points = [p for ps in places for p in ps]
    members = [m for t in question.targets for m in t.members]
    return any(_may_miss(m, (p[0], p[1]), scene, frame, named) for m, p in zip(members, points, strict=True))


def _may_miss(member: int, point: Point, scene: Scene, frame: Frame, named: bool) -> bool:
    own = scene.instances[member]
    inside = [o.box for i, o in enumerate(scene.instances) if i != member and _holds(o.box, point)]
    if named or not inside:
        return bool(inside)
    return pointed_at(own, frame)[1] == "box_centre" and any(area(b) < area(own.box) for b in inside)


def _holds(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def is_collapsed(numbers: Numbers) -> bool:
    """Whether a box has no width or no height left as numbers."""
    return numbers[0] >= numbers[2] or numbers[1] >= numbers[3]
