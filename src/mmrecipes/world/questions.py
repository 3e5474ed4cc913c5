"""Questions about a scene with answers that a program re-derives.

Covered: existence, counting, colour, pattern, material, position, relation (yes or no), what-is (by relation), size
comparison, count comparison, same attribute. Half of the yes-no questions are answered "no", with distractors from
the scene. A question is made only where its margins hold clearly. Not covered: background, light, text.

A program is JSON: `{"op": "count", "of": {"op": "filter", "category": "car", "colour": "red"}}`. `execute` runs it
without sharing code with this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from mmrecipes.world import question_frames as frames
from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.facts import RELATIONS, Facts
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.phrases import RELATION_WORDS
from mmrecipes.world.scene import Scene, SceneObject
from mmrecipes.world.stages import STAGES
from mmrecipes.world.wording import article, expand, noun, word

Program = dict[str, Any]
KINDS = (
    "existence", "counting", "colour", "pattern", "material", "position", "relation", "what_is", "size_comparison",
    "count_comparison", "same_attribute",
)  # fmt: skip
_DEFINING = (("colour",), ("pattern",), ("colour", "pattern"))


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its short answer ("yes", "3", "red", "car", "left"), its kind and its program."""

    text: str
    answer: str
    kind: str
    program: Program


def questions(scene: Scene, rng: Random, *, per_kind: int = 2) -> list[Question]:
    """Up to `per_kind` questions of every kind the scene allows, in random order, no text twice."""
    asker = _Asker(scene, rng)
    makers: tuple[Callable[[], Iterator[Question]], ...] = (
        asker.existence, asker.counting, asker.colour, asker.pattern, asker.material, asker.position, asker.relation,
        asker.what_is, asker.size_comparison, asker.count_comparison, asker.same_attribute,
    )  # fmt: skip
    found: dict[str, Question] = {}
    for make in makers:
        for k, question in enumerate(make()):
            if k == per_kind:
                break
            found.setdefault(question.text, question)
    out = list(found.values())
    rng.shuffle(out)
    return out


class _Asker:
    """Makes questions of each kind, in random order, as long as there are any."""

    def __init__(self, scene: Scene, rng: Random) -> None:
        self.scene, self.rng, self.facts = scene, rng, Facts(scene)
        self.kinds = [k for k in dict.fromkeys(o.category for o in self.facts.shown) if self.facts.complete(k)]

    def existence(self) -> Iterator[Question]:
        present = [(k, {}) for k in self.kinds] + [
            (o.category, {"colour": o.colour}) for o in self._some() if o.category in self.kinds
        ]
        for wanted in self._flips():
            category, attributes = self.rng.choice(present) if wanted and present else self._absent()
            if not category:
                return
            answer = "yes" if (category, attributes) in present else "no"
            thing, things = self._both(category, attributes)
            text = word(frames.EXISTENCE, self.rng, a=article(thing), many=things)
            yield Question(text, answer, "existence", {"op": "exists", "of": _filter(category, attributes)})

    def _absent(self) -> tuple[str, dict[str, str]]:
        """Something that is not there: a colour none of its kind has, or a category that would fit the stage."""
        if self.kinds and self.rng.random() < 0.5:
            kind = self.rng.choice(self.kinds)
            worn = {o.colour for o in self.scene.objects if o.category == kind}
            here = {o.colour for o in self.scene.objects} - worn
            pool = sorted(here & set(CATALOGUE[kind].colours)) or [c for c in PALETTE if c not in worn]
            return kind, {"colour": self.rng.choice(pool)}
        there = {o.category for o in self.scene.objects}
        pool = [k for k in STAGES[self.scene.background.kind].cast if k not in there] or [
            k for k in CATALOGUE if k not in there
        ]
        return self.rng.choice(pool), {}

    def counting(self) -> Iterator[Question]:
        pool: list[tuple[str, dict[str, str]]] = [(k, {}) for k in self.kinds]
        pool += [(k, {"colour": c}) for k in self.kinds for c in sorted({o.colour for o in self.facts.of(k)})]
        pool += [self._absent()] if self.rng.random() < 0.3 else []
        for category, attributes in self._shuffled(pool, lambda p: len(self._matching(*p)) > 1):
            n = len(self._matching(category, attributes))
            _, things = self._both(category, attributes)
            text = word(frames.COUNTING, self.rng, many=things)
            yield Question(text, str(n), "counting", {"op": "count", "of": _filter(category, attributes)})

    def colour(self) -> Iterator[Question]:
        yield from self._query("colour", frames.COLOUR, lambda o: True)

    def pattern(self) -> Iterator[Question]:
        yield from self._query("pattern", frames.PATTERN, lambda o: o.pattern != "plain")

    def material(self) -> Iterator[Question]:
        names = {"wood", "metal", "fabric", "stone"}
        yield from self._query("texture", frames.MATERIAL, lambda o: o.texture in names, "material")

    def _query(
        self, field: str, texts: Sequence[str], fits: Callable[[SceneObject], bool], kind: str = ""
    ) -> Iterator[Question]:
        for o in self._some():
            described = self._describe(o, without=field) if fits(o) else None
            if described is not None:
                program = {"op": "query", "attribute": field, "of": _unique(described[1])}
                worn = frames.WORN if field == "colour" and CATALOGUE[o.category].worn else texts
                text = word(worn, self.rng, x=described[0], wear=_wear(o.category))
                yield Question(text, str(getattr(o, field)), kind or field, program)

    def position(self) -> Iterator[Question]:
        for o in self._some():
            described = self._describe(o)
            sides = [s for s in ("left", "right") if self.facts.at(s, o)]
            if described is not None and sides:
                text = word(frames.POSITION, self.rng, x=described[0])
                yield Question(text, sides[0], "position", {"op": "side", "of": _unique(described[1])})

    def relation(self) -> Iterator[Question]:
        pool = [(r, a, b) for a in self.facts.shown for b in self.facts.shown if a is not b for r in RELATIONS
                if self.facts.holds(r, a, b) is True and r != "on"]  # fmt: skip
        for (relation, a, b), wanted in zip(self._shuffled(pool), self._flips(), strict=False):
            first, second = self._describe(a), self._describe(b)
            if first is None or second is None:
                continue
            said = relation if wanted else _OPPOSITE[relation]
            rel = expand(RELATION_WORDS[said], self.rng).lower()
            text = word(frames.RELATION, self.rng, a=first[0], b=second[0], rel=rel)
            program = {"op": "holds", "relation": said, "a": _unique(first[1]), "b": _unique(second[1])}
            yield Question(text, "yes" if wanted else "no", "relation", program)

    def what_is(self) -> Iterator[Question]:
        """Which kind of thing is on, above or in front of something: only where exactly one thing is."""
        for b in self._some():
            described = self._describe(b)
            for relation in ("on", "above", "in_front_of", "behind", "left_of", "right_of"):
                verdicts = {o.id: self.facts.holds(relation, o, b) for o in self.facts.shown if o is not b}
                hits = [i for i, v in verdicts.items() if v]
                if described is None or len(hits) != 1 or None in verdicts.values():
                    continue
                if self.scene[hits[0]].category == b.category:
                    continue
                rel = expand(RELATION_WORDS[relation], self.rng).lower()
                text = word(frames.WHAT_IS, self.rng, x=described[0], rel=rel)
                program = {"op": "query", "attribute": "category", "of": {"op": "unique", "of": {
                    "op": "relate", "relation": relation, "to": _unique(described[1])}}}  # fmt: skip
                yield Question(text, self.scene[hits[0]].category, "what_is", program)

    def size_comparison(self) -> Iterator[Question]:
        for a, b in self._pairs():
            first, second = self._describe(a), self._describe(b)
            if first is None or second is None or a.category == b.category or self.facts.larger(a, b) is None:
                continue
            less = self.rng.random() < 0.4
            text = word(frames.SIZE, self.rng, a=first[0], b=second[0], er="smaller" if less else "larger",
                          less="less" if less else "more")  # fmt: skip
            win = a if self.facts.larger(a, b) is not less else b
            program = {"op": "smaller" if less else "larger", "a": _unique(first[1]), "b": _unique(second[1])}
            yield Question(text, win.category, "size_comparison", program)

    def count_comparison(self) -> Iterator[Question]:
        pairs = self._shuffled([(a, b) for a in self.kinds for b in self.kinds if a != b])
        for (a, b), wanted in zip(pairs, self._flips(), strict=False):
            na, nb = len(self.facts.of(a)), len(self.facts.of(b))
            right = {"more": na > nb, "fewer": na < nb, "as_many": na == nb}
            how = self.rng.choice([h for h, true in right.items() if true is wanted])
            text = word(frames.COUNT_COMPARISON[how], self.rng, a=CATALOGUE[a].plural, b=CATALOGUE[b].plural)
            program = {"op": how, "a": _filter(a, {}), "b": _filter(b, {})}
            yield Question(text, "yes" if wanted else "no", "count_comparison", program)

    def same_attribute(self) -> Iterator[Question]:
        """As many pairs of different colours as of the same; without any of the same, mostly nothing is asked."""
        alike, unlike = ([p for p in self._pairs() if (p[0].colour == p[1].colour) is same] for same in (True, False))
        pairs = [p for both in zip(alike, unlike, strict=False) for p in both] or unlike[: self.rng.random() < 0.15]
        for a, b in pairs:
            first, second = self._describe(a, without="colour"), self._describe(b, without="colour")
            if first is None or second is None:
                continue
            text = word(frames.SAME_COLOUR, self.rng, a=first[0], b=second[0])
            program = {"op": "same", "attribute": "colour", "a": _unique(first[1]), "b": _unique(second[1])}
            yield Question(text, "yes" if a.colour == b.colour else "no", "same_attribute", program)

    def _describe(self, o: SceneObject, without: str = "") -> tuple[str, Program] | None:
        """ "the red car" and the filter that finds it alone; None when the allowed attributes do not single it out."""
        if o.category not in self.kinds:
            return None
        rivals = [r for r in self.scene.objects if r.category == o.category and r is not o]
        if not rivals:
            said = {"colour": o.colour} if without != "colour" and self.rng.random() < 0.3 else {}
            return f"the {noun(o.category, said, self.rng)}", _filter(o.category, said)
        for fields in _DEFINING:
            said = {f: str(getattr(o, f)) for f in fields}
            if without in fields or "plain" in said.values():
                continue
            if not any(all(getattr(r, f) == v for f, v in said.items()) for r in rivals):
                return f"the {noun(o.category, said, self.rng)}", _filter(o.category, said)
        return None

    def _matching(self, category: str, attributes: dict[str, str]) -> list[SceneObject]:
        return [
            o
            for o in self.scene.objects
            if o.category == category and all(getattr(o, f) == v for f, v in attributes.items())
        ]

    def _both(self, category: str, attributes: dict[str, str]) -> tuple[str, str]:
        return noun(category, attributes, self.rng), noun(category, attributes, self.rng, many=True)

    def _some(self) -> list[SceneObject]:
        return self._shuffled(list(self.facts.shown))

    def _pairs(self) -> list[tuple[SceneObject, SceneObject]]:
        return self._shuffled([(a, b) for a in self.facts.shown for b in self.facts.shown if a is not b])

    def _shuffled(self, items: list[Any], first: Callable[[Any], bool] = lambda item: False) -> list[Any]:
        """In random order, those for which `first` holds before the others, half of the time."""
        items = list(items)
        self.rng.shuffle(items)
        return sorted(items, key=lambda i: not first(i)) if self.rng.random() < 0.5 else items

    def _flips(self) -> Iterator[bool]:
        """Yes and no in turn, starting at random: the answers of one kind are balanced."""
        wanted = self.rng.random() < 0.5
        while True:
            yield wanted
            wanted = not wanted


_OPPOSITE = {"left_of": "right_of", "right_of": "left_of", "above": "below", "below": "above", "in_front_of": "behind",
             "behind": "in_front_of"}  # fmt: skip


def _filter(category: str, attributes: dict[str, str]) -> Program:
    return {"op": "filter", "category": category, **attributes}


def _unique(program: Program) -> Program:
    return {"op": "unique", "of": program}


def _wear(category: str) -> str:
    return "hat and scarf" if category == "snowman" else "clothes"
