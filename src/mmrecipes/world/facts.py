"""Spatial facts about a scene's objects, each true, false or undecided (None) when a margin is not kept.

Covered: left, right, above, below, in front, behind, on, places in the picture, nearest, larger, ordinals. Made from
silhouettes at the picture's resolution (`measure`), with margins a little wider than those of the evaluators
(`denote`, `execute`), which share no code with this module. Not covered: touching, facing, motion.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mmrecipes.core.boxes import Box
from mmrecipes.world.catalogue import CATALOGUE, SIZES
from mmrecipes.world.measure import Measure, measure
from mmrecipes.world.scene import Scene, SceneObject

Verdict = bool | None
WIDER = 1.12
"""By how much every margin is wider here than in the evaluators."""
SLACK = 0.01
"""A relation is denied only where the order is the other way round by this share of the side."""
RELATIONS = ("left_of", "right_of", "above", "below", "in_front_of", "behind", "on")
PLACES = ("left", "right", "middle", "top", "bottom")


class Facts:
    """What can be said about the objects in view."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.width, self.height = scene.size
        self._measures = {i: m for i, m in measure(scene).items() if m.box is not None and m.visible >= 0.3}
        self.shown = tuple(o for o in scene.objects if o.id in self._measures)

    def measure(self, o: SceneObject) -> Measure:
        return self._measures[o.id]

    def box(self, o: SceneObject) -> Box:
        """Box of the visible part."""
        box = self._measures[o.id].box
        assert box is not None
        return box

    def centre(self, o: SceneObject) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box(o)
        return (x0 + x1) / 2, (y0 + y1) / 2

    def of(self, category: str) -> tuple[SceneObject, ...]:
        """Objects of this category in view."""
        return tuple(o for o in self.shown if o.category == category)

    def complete(self, category: str) -> bool:
        """Whether all objects of the category can be seen, so that counting them in the picture is exact."""
        return len(self.of(category)) == sum(o.category == category for o in self.scene.objects)

    def holds(self, relation: str, a: SceneObject, b: SceneObject) -> Verdict:
        """Whether `a` stands in one of `RELATIONS` to `b`."""
        if relation in ("right_of", "below", "behind"):
            mirror = {"right_of": "left_of", "below": "above", "behind": "in_front_of"}[relation]
            return self.holds(mirror, b, a)
        return {"left_of": self._left_of, "above": self._above, "in_front_of": self._in_front_of, "on": self._on}[
            relation
        ](a, b)

    def _left_of(self, a: SceneObject, b: SceneObject) -> Verdict:
        (ax, ay), (bx, by) = self.centre(a), self.centre(b)
        dx = bx - ax
        if dx <= -SLACK * self.width:
            return False
        clear = dx > 0.05 * WIDER * self.width and dx > 0.5 * WIDER * abs(by - ay) and self._shared(a, b) < 0.25 / WIDER
        return True if clear else None

    def _above(self, a: SceneObject, b: SceneObject) -> Verdict:
        (ax, ay), (bx, by) = self.centre(a), self.centre(b)
        dy = by - ay
        if dy <= -SLACK * self.height:
            return False
        high = a.on in ("air", "wall") and self.box(a)[3] < self.box(b)[1] + 0.1 / WIDER * (
            self.box(b)[3] - self.box(b)[1]
        )
        return True if high and dy > 0.06 * WIDER * self.height and dy > WIDER * abs(bx - ax) else None

    def _in_front_of(self, a: SceneObject, b: SceneObject) -> Verdict:
        if not {a.on, b.on} <= {"ground", "water"}:
            return None
        ahead = a.foot - b.foot
        if ahead <= -SLACK * self.height:
            return False
        return True if ahead > 0.05 * WIDER * self.height and self._shared(a, b) > 0.3 * WIDER else None

    def _on(self, a: SceneObject, b: SceneObject) -> Verdict:
        surface = CATALOGUE[b.category].surface
        if a.on != b.id:
            return False
        if surface is None:
            return None
        return True if abs(a.foot - (b.y + surface * b.height)) < 0.015 * self.height else None

    def _shared(self, a: SceneObject, b: SceneObject) -> float:
        """Share of the narrower one's width that both have in common."""
        (a0, _, a1, _), (b0, _, b1, _) = self.box(a), self.box(b)
        return max(0.0, min(a1, b1) - max(a0, b0)) / min(a1 - a0, b1 - b0)

    def at(self, place: str, o: SceneObject) -> Verdict:
        """Whether the object is in one of `PLACES` of the picture."""
        (x, y), (x0, _, x1, _) = self.centre(o), self.box(o)
        u, v = x / self.width, y / self.height
        if place == "right":
            u, x0, x1 = 1 - u, self.width - x1, self.width - x0
        if place in ("left", "right"):
            return _between(u, 0.32, 0.46) if x1 < 0.58 * self.width else (False if u > 0.46 else None)
        if place == "middle":
            return _between(abs(u - 0.5), 0.08, 0.21)
        return _between(v, 0.32, 0.46) if place == "top" else _between(1 - v, 0.32, 0.46)

    def larger(self, a: SceneObject, b: SceneObject) -> Verdict:
        """Whether `a` clearly fills more of the picture than `b`, in whole and in what can be seen of it."""
        first, second = self.measure(a), self.measure(b)
        ratios = (first.area / second.area, first.full_area / second.full_area)
        if min(ratios) >= 1.4 * WIDER:
            return True
        return False if max(ratios) <= 1 / (1.4 * WIDER) else None

    def size_word_holds(self, among: Sequence[SceneObject]) -> bool:
        """Whether "small" and "large" can be told in the picture: each size is clearly larger than the next below."""
        return all(
            self.larger(a, b) is True for a in among for b in among if SIZES[a.size] > SIZES[b.size]
        ) and len({o.size for o in among}) > 1  # fmt: skip

    def row(self, among: Sequence[SceneObject]) -> list[SceneObject] | None:
        """From left to right; None when two centres are too close to call."""
        order = sorted(among, key=lambda o: self.centre(o)[0])
        gaps = (self.centre(b)[0] - self.centre(a)[0] for a, b in pairwise(order))
        return order if all(gap >= 0.03 * WIDER * self.width for gap in gaps) else None

    def extreme(self, among: Sequence[SceneObject], end: str) -> SceneObject | None:
        """The clearly largest or smallest; None when there is none."""
        order = sorted(among, key=lambda o: self.measure(o).full_area, reverse=end == "largest")
        if len(order) < 2:
            return None
        first, rest = order[0], order[1:]
        wanted = end == "largest"
        return first if all(self.larger(first, o) is wanted for o in rest) else None

    def nearest(self, among: Sequence[SceneObject], anchor: SceneObject) -> SceneObject | None:
        """The one clearly nearest to the anchor (by a fifth), by centres; None when there is none."""
        order = sorted(among, key=lambda o: self._distance(o, anchor))
        if len(order) < 2 or self._distance(order[1], anchor) < 1.2 * WIDER * self._distance(order[0], anchor):
            return None
        return order[0]

    def _distance(self, a: SceneObject, b: SceneObject) -> float:
        (ax, ay), (bx, by) = self.centre(a), self.centre(b)
        return ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5


def _between(value: float, yes: float, no: float) -> Verdict:
    if value <= yes:
        return True
    return False if value >= no else None
