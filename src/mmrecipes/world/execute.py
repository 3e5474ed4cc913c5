"""Running a question's program on a scene, from the scene graph and the drawn picture alone.

Covered: every operation that `questions` writes. An independent reader: it shares no code with the maker of the
questions and takes boxes and areas from `draw.render`. Not covered: understanding the question's text.

Where a margin is not kept the program has no answer and `Undecided` is raised; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from mmrecipes.core.errors import MmrError
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import Rendering, render
from mmrecipes.world.scene import Scene, SceneObject

_ATTRIBUTES = ("category", "colour", "size", "texture", "pattern")
SEEN = 0.3
"""Objects of which less than this share is in view can be neither counted nor denied."""


class Undecided(MmrError):
    """The picture does not settle the question."""


def execute(program: Mapping[str, Any], scene: Scene) -> str:
    """The answer: "yes", "no", a number in digits, a name, or a side."""
    machine = _Machine(scene, render(scene))
    value = machine.run(program)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


class _Machine:
    def __init__(self, scene: Scene, drawn: Rendering) -> None:
        self.scene, self.drawn = scene, drawn
        self.wide, self.high = scene.size

    def run(self, program: Mapping[str, Any]) -> str | int | bool:
        op = program["op"]
        one: dict[str, Callable[[], str | int | bool]] = {
            "exists": lambda: bool(self.set_of(program["of"])),
            "count": lambda: len(self.set_of(program["of"])),
            "query": lambda: str(getattr(self.single(program["of"]), program["attribute"])),
            "side": lambda: self.side(self.single(program["of"])),
            "holds": lambda: self.related(program["relation"], self.single(program["a"]), self.single(program["b"])),
            "same": lambda: len({getattr(self.single(program[k]), program["attribute"]) for k in "ab"}) == 1,
            "larger": lambda: self.bigger(self.single(program["a"]), self.single(program["b"]))[0].category,
            "smaller": lambda: self.bigger(self.single(program["a"]), self.single(program["b"]))[1].category,
            "more": lambda: len(self.set_of(program["a"])) > len(self.set_of(program["b"])),
            "fewer": lambda: len(self.set_of(program["a"])) < len(self.set_of(program["b"])),
            "as_many": lambda: len(self.set_of(program["a"])) == len(self.set_of(program["b"])),
        }
        if op not in one:
            raise ValueError(f"unknown operation {op!r}; one of {', '.join(one)}")
        return one[op]()

    def set_of(self, program: Mapping[str, Any]) -> list[SceneObject]:
        if program["op"] == "filter":
            wanted = {k: program[k] for k in _ATTRIBUTES if k in program}
            found = [o for o in self.scene.objects if all(getattr(o, k) == v for k, v in wanted.items())]
            for o in found:
                self.must_be_seen(o)
            return found
        if program["op"] == "relate":
            anchor = self.single(program["to"])
            others = [o for o in self.scene.objects if o.id != anchor.id]
            return [o for o in others if o.id in self.drawn.boxes and self.related(program["relation"], o, anchor)]
        raise ValueError(f"unknown set {program['op']!r}")

    def single(self, program: Mapping[str, Any]) -> SceneObject:
        if program["op"] != "unique":
            raise ValueError(f"an object is needed, not {program['op']!r}")
        found = self.set_of(program["of"])
        if len(found) != 1:
            raise Undecided(f"{len(found)} objects fit {program['of']}, not one")
        return found[0]

    def must_be_seen(self, o: SceneObject) -> None:
        whole = np.count_nonzero(self.drawn.alpha[o.id] >= 128)
        if not whole or np.count_nonzero(self.drawn.visible[o.id]) < SEEN * whole:
            raise Undecided(f"{o.id} is hidden")

    def side(self, o: SceneObject) -> str:
        x0, _, x1, _ = self.drawn.boxes[o.id]
        share = (x0 + x1) / (2 * self.wide)
        if share <= 1 / 3 and x1 <= 0.6 * self.wide:
            return "left"
        if share >= 2 / 3 and x0 >= 0.4 * self.wide:
            return "right"
        raise Undecided(f"{o.id} is neither on the left nor on the right")

    def related(self, relation: str, a: SceneObject, b: SceneObject) -> bool:
        """Whether it holds; `Undecided` between a clear yes and a clear no."""
        flipped = {"right_of": "left_of", "below": "above", "behind": "in_front_of"}
        if relation in flipped:
            relation, a, b = flipped[relation], b, a
        (a0, at, a1, ab), (b0, bt, b1, bb) = self.drawn.boxes[a.id], self.drawn.boxes[b.id]
        dx, dy = (b0 + b1 - a0 - a1) / 2, (bt + bb - at - ab) / 2
        overlap = (min(a1, b1) - max(a0, b0)) / min(a1 - a0, b1 - b0)
        if relation == "left_of":
            return self.settled(dx <= 0, dx > 0.05 * self.wide and dx > 0.5 * abs(dy) and overlap < 0.25, relation)
        if relation == "above":
            free = a.on in ("air", "wall") and ab < bt + 0.1 * (bb - bt)
            return self.settled(dy <= 0, free and dy > 0.06 * self.high and dy > abs(dx), relation)
        if relation == "in_front_of":
            standing = all(o.on in ("ground", "water") for o in (a, b))
            ahead = a.foot - b.foot
            return self.settled(
                standing and ahead <= 0, standing and ahead > 0.05 * self.high and overlap > 0.3, relation
            )
        if relation == "on":
            surface = CATALOGUE[b.category].surface
            touching = surface is not None and abs(a.foot - b.y - surface * b.height) <= 0.02 * self.high
            inside = min(a1, b1) - max(a0, b0) >= 0.9 * (a1 - a0)
            return self.settled(a.on != b.id, touching and inside, relation)
        raise ValueError(f"unknown relation {relation!r}")

    @staticmethod
    def settled(no: bool, yes: bool, relation: str) -> bool:
        if no == yes:
            raise Undecided(f"{relation} is too close to call")
        return yes

    def bigger(self, a: SceneObject, b: SceneObject) -> tuple[SceneObject, SceneObject]:
        """The larger and the smaller one."""
        ratios = [
            np.count_nonzero(self.drawn.visible[a.id]) / max(1, np.count_nonzero(self.drawn.visible[b.id])),
            np.count_nonzero(self.drawn.alpha[a.id] >= 128) / max(1, np.count_nonzero(self.drawn.alpha[b.id] >= 128)),
        ]
        if min(ratios) >= 1.4:
            return a, b
        if max(ratios) <= 1 / 1.4:
            return b, a
        raise Undecided(f"{a.id} and {b.id} are of similar size")
