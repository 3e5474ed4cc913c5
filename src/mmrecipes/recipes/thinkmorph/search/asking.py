"""A question about one thing in a scene, its options, and the boxes that answer it.

Covered: colour, object, position, count, yes or no; the thing is described so that exactly one object meets the
description (proved by an evaluator on the drawn picture), and its box takes 1 to 30 % of the picture. Not covered:
photographs.
Source: ThinkMorph (arXiv 2510.27492), visual search; the limits of the box are parameters.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmrecipes.core.boxes import Box, area, intersection
from mmrecipes.core.identity import turn
from mmrecipes.recipes.thinkmorph.scenes import Drawn
from mmrecipes.recipes.thinkmorph.trace import LETTERS
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.facts import Facts
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.refer import Expression, expressions
from mmrecipes.world.scene import SceneObject
from mmrecipes.world.wording import article

KINDS = ("colour", "object", "position", "count", "yes_no")
PLACES = ("upper left", "upper right", "lower left", "lower right")
MOST_COUNTED = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What a target's box must be: shares of the picture, least side in pixels, room to the picture's edge."""

    least: float
    most: float
    side: float = 8.0
    room: float = 7.0

    def problem(self, box: Box, size: tuple[int, int]) -> str:
        """Why a box is of no use, as a reason, or an empty string."""
        width, height = size
        x0, y0, x1, y1 = box
        if x0 < 0 or y0 < 0 or x1 > width or y1 > height or x1 <= x0 or y1 <= y0:
            return "box_outside_the_image"
        share = area(box) / (width * height)
        if share < self.least or min(x1 - x0, y1 - y0) < self.side:
            return "target_too_small"
        return "target_too_big" if share > self.most else ""

    def has_room(self, box: Box, size: tuple[int, int]) -> bool:
        """Whether a line around the box fits into the picture."""
        return min(box[0], box[1], size[0] - box[2], size[1] - box[3]) >= self.room


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a kind: what it is about in words, the options in order, the place of the right one, the boxes of
    the evidence with their objects' ids, and what the evaluator was asked."""

    kind: str
    about: str
    options: tuple[str, ...]
    right: int
    boxes: tuple[Box, ...]
    ids: tuple[str, ...]
    form: Mapping[str, Any]
    said: str
    """A colour that a yes-no question asks for; else empty."""

    @property
    def letter(self) -> str:
        return LETTERS[self.right]

    @property
    def answer(self) -> str:
        return self.options[self.right]


def ask(drawn: Drawn, limits: Limits, index: int, rng: random.Random) -> Asked | None:
    """The question of this index's kind, or of the next that the scene allows; None when it allows none."""
    asker = _Asker(drawn, limits, index, rng)
    first = turn(index, len(KINDS), "search.kind")
    for kind in (*KINDS[first:], *KINDS[:first]):
        made = asker.makers[kind]()
        if made is not None:
            return made
    return None


def _bare(expression: Expression) -> str:
    """The description without its article."""
    return expression.text.removeprefix("the ").removeprefix("The ")


class _Asker:
    def __init__(self, drawn: Drawn, limits: Limits, index: int, rng: random.Random) -> None:
        self.drawn, self.limits, self.index, self.rng = drawn, limits, index, rng
        self.scene, self.facts = drawn.scene, Facts(drawn.scene)
        found = expressions(self.scene, rng)
        rng.shuffle(found)
        self.described = [e for e in found if self._fits(e.target)]
        self.makers: dict[str, Callable[[], Asked | None]] = {
            "colour": self._colour, "object": self._object, "position": self._position, "count": self._count,
            "yes_no": self._yes_no,
        }  # fmt: skip

    def _fits(self, id: str) -> bool:
        box = self.drawn.boxes.get(id)
        size = self.scene.size
        return box is not None and not self.limits.problem(box, size) and self.limits.has_room(box, size)

    def _made(self, kind: str, about: str, right: str, wrong: Sequence[str], ids: Sequence[str],
              form: Mapping[str, Any], said: str = "") -> Asked | None:  # fmt: skip
        """Options in random order, all letters equally often; None when there are not enough different ones."""
        pool = [w for w in dict.fromkeys(wrong) if w != right]
        count = 2 if kind == "yes_no" else 4
        if len(pool) < count - 1:
            return None
        others = pool[: count - 1]
        self.rng.shuffle(others)
        place = turn(self.index, count, "search.letter", count)
        options = (*others[:place], right, *others[place:])
        return Asked(kind, about, options, place, tuple(self.drawn.boxes[i] for i in ids), tuple(ids), form, said)

    def _without(self, *keys: str) -> list[tuple[Expression, SceneObject]]:
        """Descriptions that do not use some properties."""
        return [(e, self.scene[e.target]) for e in self.described if not set(keys) & set(e.form)]

    def _other_colours(self, obj: SceneObject) -> list[str]:
        """Colours of the scene first, then others that such a thing may have, then the rest."""
        here = [o.colour for o in self.scene.objects]
        may, rest = list(CATALOGUE[obj.category].colours), list(PALETTE)
        for part in (here, may, rest):
            self.rng.shuffle(part)
        return [c for c in (*here, *may, *rest) if c != obj.colour]

    def _coloured(self) -> tuple[Expression, SceneObject] | None:
        """A description without colour of something that is of one colour all over."""
        usable = [
            (e, o) for e, o in self._without("colour") if CATALOGUE[o.category].worn is None and o.pattern == "plain"
        ]
        return usable[0] if usable else None

    def _colour(self) -> Asked | None:
        if (found := self._coloured()) is None:
            return None
        e, obj = found
        return self._made("colour", _bare(e), obj.colour, self._other_colours(obj), [obj.id], e.form)

    def _yes_no(self) -> Asked | None:
        if (found := self._coloured()) is None:
            return None
        e, obj = found
        yes = turn(self.index, 2, "search.yes") == 0
        said = obj.colour if yes else self._other_colours(obj)[0]
        right, wrong = ("Yes", "No") if yes else ("No", "Yes")
        return self._made("yes_no", _bare(e), right, [wrong], [obj.id], e.form, said)

    def _object(self) -> Asked | None:
        """The only thing of its colour."""
        colours = [o.colour for o in self.scene.objects]
        single = [
            o for o in self.facts.shown
            if colours.count(o.colour) == 1 and o.pattern == "plain" and CATALOGUE[o.category].worn is None
            and self._fits(o.id)
        ]  # fmt: skip
        if not single:
            return None
        obj = self.rng.choice(single)
        here = [article(CATALOGUE[o.category].name) for o in self.scene.objects]
        rest = [article(c.name) for c in CATALOGUE.values()]
        self.rng.shuffle(here)
        self.rng.shuffle(rest)
        form = {"colour": obj.colour}
        return self._made("object", obj.colour, article(CATALOGUE[obj.category].name), [*here, *rest], [obj.id], form)

    def _position(self) -> Asked | None:
        for e, obj in self._without("place", "rank"):
            across = [p for p in ("left", "right") if self.facts.at(p, obj)]
            down = [w for p, w in (("top", "upper"), ("bottom", "lower")) if self.facts.at(p, obj)]
            if across and down:
                return self._made("position", _bare(e), f"{down[0]} {across[0]}", PLACES, [obj.id], e.form)
        return None

    def _apart(self, boxes: Sequence[Box]) -> bool:
        """Whether lines around the boxes cross no other box."""
        grown = [(x0 - self.limits.room, y0 - self.limits.room, x1 + self.limits.room, y1 + self.limits.room)
                 for x0, y0, x1, y1 in boxes]  # fmt: skip
        return all(area(intersection(a, b)) == 0 for a, b in itertools.combinations(grown, 2))

    def _count(self) -> Asked | None:
        kinds = sorted({o.category for o in self.facts.shown if self.facts.complete(o.category)})
        self.rng.shuffle(kinds)
        for kind in kinds:
            objects = self.facts.of(kind)
            boxes = [self.drawn.boxes[o.id] for o in objects if self._fits(o.id)]
            if len(boxes) == len(objects) and 2 <= len(boxes) <= MOST_COUNTED and self._apart(boxes):
                near = [str(n) for n in range(max(1, len(objects) - 2), len(objects) + 4) if n != len(objects)]
                self.rng.shuffle(near)
                ids = [o.id for o in objects]
                return self._made("count", CATALOGUE[kind].plural, str(len(objects)), near, ids, {"noun": kind})
        return None
