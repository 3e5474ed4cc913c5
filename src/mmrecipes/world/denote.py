"""What a referring expression denotes: an evaluator with predicates of its own.

Covered: structured forms (as `refer` writes them, or given as JSON) and, through `reading`, their texts. Boxes and
areas come from the drawn picture. It shares no code with the maker of expressions. Not covered: free language.

An expression denotes every object it may be taken to mean. Where a margin fails, the objects concerned are neither
in nor out, and the result is never a single object because of them: it is empty, or has two or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.reading import read
from mmrecipes.world.scene import Scene, SceneObject

Form = Mapping[str, Any]
_ORDER = {"small": 0, "medium": 1, "large": 2}
_PLACES = ("left", "right", "middle", "top", "bottom")


class HasForm(Protocol):
    """Anything that carries a structured form."""

    @property
    def form(self) -> dict[str, Any]: ...


def denote(expression: HasForm | Form, scene: Scene) -> frozenset[str]:
    """Ids of the objects the expression may mean; see the module's note on margins."""
    form = expression if isinstance(expression, Mapping) else expression.form
    return _Reader(scene).denote(form)


def denote_text(text: str, scene: Scene) -> frozenset[str]:
    """The same from the words alone. Raises `ValueError` on words this grammar does not know."""
    return _Reader(scene).denote(read(text))


class _Reader:
    def __init__(self, scene: Scene) -> None:
        self.scene, drawn = scene, render(scene)
        self.width, self.height = scene.size
        self.box = drawn.boxes
        self.seen = {o.id: int(np.count_nonzero(drawn.visible[o.id])) for o in scene.objects}
        self.whole = {o.id: int(np.count_nonzero(drawn.alpha[o.id] >= 128)) for o in scene.objects}

    def denote(self, form: Form) -> frozenset[str]:
        """Narrow down from all objects of the noun: attributes, place, relation, then rank."""
        sure, open_ = self.candidates(form)
        if "rank" in form or form.get("relation") == "nearest":
            return self.ranked(form, sure) if not open_ else frozenset()
        found = frozenset(o.id for o in [*sure, *open_])
        return found if not open_ or len(found) > 1 else frozenset()

    def candidates(self, form: Form) -> tuple[list[SceneObject], list[SceneObject]]:
        """Objects that surely fit and those that may."""
        sure: list[SceneObject] = []
        open_: list[SceneObject] = []
        for o in self.scene.objects:
            verdict = self.fits(o, form)
            if verdict is not False and o.id in self.box:
                (sure if verdict and self.seen[o.id] >= 0.3 * self.whole[o.id] else open_).append(o)
        return sure, open_

    def fits(self, o: SceneObject, form: Form) -> bool | None:
        if o.category != form["noun"]:
            return False
        for name in ("colour", "pattern", "texture", "size"):
            if name in form and getattr(o, name) != form[name]:
                return False
        verdicts = [True if "size" not in form else self.sizes_tell(form["noun"])]
        if "place" in form:
            verdicts.append(self.lies(form["place"], o))
        if "relation" in form and form["relation"] != "nearest":
            anchor = self.anchor(form)
            verdicts.append(
                None if anchor is None else (anchor.id != o.id and self.stands(form["relation"], o, anchor))
            )
        return False if False in verdicts else (None if None in verdicts else True)

    def anchor(self, form: Form) -> SceneObject | None:
        found = self.denote(form["anchor"])
        return self.scene[next(iter(found))] if len(found) == 1 else None

    def sizes_tell(self, category: str) -> bool | None:
        """Whether objects of different size words differ enough in the picture; None when not."""
        kin = [o for o in self.scene.objects if o.category == category and o.id in self.box]
        apart = (self.ratio(b, a) >= 1.4 for a in kin for b in kin if _ORDER[b.size] > _ORDER[a.size])
        return True if all(apart) and len({o.size for o in kin}) > 1 else None

    def ratio(self, a: SceneObject, b: SceneObject) -> float:
        """How many times larger `a` is than `b`, by the less favourable of visible and whole area."""
        return min(self.seen[a.id] / max(1, self.seen[b.id]), self.whole[a.id] / max(1, self.whole[b.id]))

    def middle(self, o: SceneObject) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box[o.id]
        return (x0 + x1) / 2, (y0 + y1) / 2

    def lies(self, place: str, o: SceneObject) -> bool | None:
        if place not in _PLACES:
            raise ValueError(f"unknown place {place!r}; one of {', '.join(_PLACES)}")
        (x, y), (left, _, right, _) = self.middle(o), self.box[o.id]
        h, v = x / self.width, y / self.height
        off, reach = {"left": (h, right / self.width), "right": (1 - h, 1 - left / self.width), "top": (v, 0.0),
                      "bottom": (1 - v, 0.0), "middle": (abs(h - 0.5), 0.0)}[place]  # fmt: skip
        yes, no = (0.09, 0.2) if place == "middle" else (1 / 3, 0.45)
        if off >= no:
            return False
        return True if off <= yes and reach <= 0.6 else None

    def stands(self, relation: str, a: SceneObject, b: SceneObject) -> bool | None:
        """Whether a is left of, above, in front of, on (…) b; None between a clear yes and a clear no."""
        if relation in ("right_of", "below", "behind"):
            a, b = b, a
        (ax, ay), (bx, by) = self.middle(a), self.middle(b)
        (a0, _, a1, bottom), (b0, top, b1, low) = self.box[a.id], self.box[b.id]
        common = max(0.0, min(a1, b1) - max(a0, b0)) / min(a1 - a0, b1 - b0)
        if relation in ("left_of", "right_of"):
            no, yes = ax >= bx, bx - ax > max(0.05 * self.width, 0.5 * abs(by - ay)) and common < 0.25
        elif relation in ("above", "below"):
            hangs = a.on in ("air", "wall") and bottom < top + 0.1 * (low - top)
            no, yes = ay >= by, hangs and by - ay > max(0.06 * self.height, abs(bx - ax))
        elif relation in ("in_front_of", "behind"):
            ground = a.on in ("ground", "water") and b.on in ("ground", "water")
            no, yes = ground and a.foot <= b.foot, ground and a.foot - b.foot > 0.05 * self.height and common > 0.3
        elif relation == "on":
            surface = CATALOGUE[b.category].surface
            near = surface is not None and abs(a.foot - (b.y + surface * b.height)) <= 0.02 * self.height
            no, yes = a.on != b.id, near and min(a1, b1) - max(a0, b0) >= 0.9 * (a1 - a0)
        else:
            raise ValueError(f"unknown relation {relation!r}")
        return False if no else (True if yes else None)

    def ranked(self, form: Form, among: list[SceneObject]) -> frozenset[str]:
        """The one that comes first, second, … among several; empty when the margins do not settle it."""
        if form.get("relation") == "nearest":
            return self.nearest(form, among)
        rank = form["rank"]
        if rank in ("largest", "smallest"):
            for o in among if len(among) > 1 else ():
                others = [p for p in among if p is not o]
                if all((self.ratio(o, p) if rank == "largest" else self.ratio(p, o)) >= 1.4 for p in others):
                    return frozenset({o.id})
            return frozenset()
        return self.in_row(rank, among)

    def in_row(self, rank: str, among: list[SceneObject]) -> frozenset[str]:
        row = sorted((self.middle(o)[0], o.id) for o in among)
        places = {"leftmost": 0, "rightmost": -1, "second_left": 1, "second_right": -2, "third_left": 2}
        at = places[rank] % len(row) if row and abs(places[rank]) < len(row) + (places[rank] < 0) else len(row)
        if at >= len(row) or len(row) < 2:
            return frozenset()
        gaps = [b[0] - a[0] for a, b in pairwise(row)]
        return frozenset({row[at][1]}) if min(gaps) >= 0.03 * self.width else frozenset()

    def nearest(self, form: Form, among: list[SceneObject]) -> frozenset[str]:
        anchor = self.anchor(form)
        if anchor is None or len(among) < 2 or anchor in among:
            return frozenset()
        x, y = self.middle(anchor)
        far = sorted((np.hypot(self.middle(o)[0] - x, self.middle(o)[1] - y), o.id) for o in among)
        return frozenset({far[0][1]}) if far[1][0] >= 1.2 * far[0][0] else frozenset()
