"""Referring expressions by the incremental algorithm: a property is said only if it removes a distractor.

Covered: colour, size, pattern, material, place in the picture, ordinals, largest and smallest, relations to an anchor
that has its own short description, nearest. A property whose margin fails for any remaining candidate is unavailable.
Every expression is accepted only if `denote` finds exactly the target. Not covered: negation, plural references.

The form is JSON: `{"noun": "car", "colour": "red", "relation": "left_of", "anchor": {"noun": "tree"}}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from mmrecipes.core.identity import canonical_json
from mmrecipes.world.denote import denote
from mmrecipes.world.facts import PLACES, RELATIONS, Facts
from mmrecipes.world.phrases import RELATION_WORDS
from mmrecipes.world.scene import Scene, SceneObject
from mmrecipes.world.wording import expand, noun

Form = dict[str, Any]
Kind = Literal["attribute", "location", "ordinal", "relation", "compound"]
Difficulty = Literal["easy", "hard"]
MOST = 4
"""Expressions kept per object."""
_FAMILY: dict[str, Kind] = {"colour": "attribute", "size": "attribute", "pattern": "attribute", "texture": "attribute",
                            "place": "location", "rank": "ordinal", "relation": "relation"}  # fmt: skip
PREFERENCE = ("colour", "size", "pattern", "texture", "place", "rank", "relation")
_PLACE_WORDS = {
    "left": "[on the left|on the left side|in the left part of the picture]",
    "right": "[on the right|on the right side|in the right part of the picture]",
    "middle": "[in the middle|in the middle of the picture|in the centre]",
    "top": "[at the top|in the upper part of the picture|near the top]",
    "bottom": "[at the bottom|in the lower part of the picture|near the bottom]",
}
_RANK_WORDS = {
    "leftmost": "[leftmost {np}|{np} farthest to the left|first {np} from the left]",
    "rightmost": "[rightmost {np}|{np} farthest to the right|first {np} from the right]",
    "second_left": "second {np} from the left",
    "second_right": "second {np} from the right",
    "third_left": "third {np} from the left",
    "largest": "[largest|biggest] {np}",
    "smallest": "smallest {np}",
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A phrase that denotes exactly one object of a scene. `kind` says what singles it out; `difficulty` is easy for
    the only one of its category or one at least twice as large as the next, else hard."""

    text: str
    target: str
    kind: Kind
    difficulty: Difficulty
    form: Form


def expressions(scene: Scene, rng: Random) -> list[Expression]:
    """Up to `MOST` different expressions for each object in view."""
    writer = _Writer(scene, rng)
    return [e for o in writer.facts.shown for e in writer.of(o)]


class _Writer:
    def __init__(self, scene: Scene, rng: Random) -> None:
        self.scene, self.rng, self.facts = scene, rng, Facts(scene)

    def of(self, target: SceneObject) -> list[Expression]:
        found: dict[str, Expression] = {}
        for attempt in range(2 * MOST):
            order = list(PREFERENCE)
            if attempt:
                self.rng.shuffle(order)
            form = self._form(target, order)
            if form is None or canonical_json(form) in found:
                continue
            made = Expression(realise(form, self.rng), target.id, _kind(form), self._difficulty(target), form)
            if denote(made, self.scene) == {target.id}:
                found[canonical_json(form)] = made
            if len(found) == MOST:
                break
        return list(found.values())

    def _form(self, target: SceneObject, order: Sequence[str]) -> Form | None:
        """Walk the properties in this order; None when they do not single the target out."""
        form: Form = {"noun": target.category}
        rivals = [o for o in self.scene.objects if o.category == target.category and o is not target]
        if not all(o in self.facts.shown for o in rivals):
            return None
        for name in order:
            if not rivals:
                break
            if (name == "rank" and {"place", "relation"} & form.keys()) or (
                name in ("relation", "place") and "place" in form
            ):
                continue
            said, rivals = self._say(name, target, rivals)
            form |= said
        return form if not rivals else None

    def _say(self, name: str, target: SceneObject, rivals: list[SceneObject]) -> tuple[Form, list[SceneObject]]:
        """The property if it is available and removes a rival, and the rivals that are left."""
        if name == "place":
            options = [({"place": p}, self._test(lambda o, p=p: self.facts.at(p, o), target, rivals)) for p in PLACES]
        elif name == "rank":
            options = [({"rank": r}, []) for r in self._ranks(target, rivals)]
        elif name == "relation":
            options = self._relations(target, rivals)
        else:
            options = [self._attribute(name, target, rivals)]
        options = [(said, left) for said, left in options if left is not None and len(left) < len(rivals)]
        if not options:
            return {}, rivals
        said, left = self.rng.choice(options)
        return said, left or []

    def _attribute(
        self, name: str, target: SceneObject, rivals: list[SceneObject]
    ) -> tuple[Form, list[SceneObject] | None]:
        value = getattr(target, name)
        if value in ("plain", "medium") or (
            name == "size" and not self.facts.size_word_holds(self.facts.of(target.category))
        ):
            return {}, None
        return {name: value}, [o for o in rivals if getattr(o, name) == value]

    @staticmethod
    def _test(
        holds: Callable[[SceneObject], bool | None], target: SceneObject, rivals: list[SceneObject]
    ) -> list[SceneObject] | None:
        """Rivals for which it holds too; None when it is undecided for one, or not true of the target."""
        verdicts = [holds(o) for o in rivals]
        return (
            None
            if holds(target) is not True or None in verdicts
            else [o for o, v in zip(rivals, verdicts, strict=True) if v]
        )

    def _ranks(self, target: SceneObject, rivals: list[SceneObject]) -> list[str]:
        among = [target, *rivals]
        names = [end for end in ("largest", "smallest") if self.facts.extreme(among, end) is target]
        row = self.facts.row(among)
        if row is not None:
            n, at = len(row), row.index(target)
            names += ["leftmost"] * (at == 0) + ["rightmost"] * (at == n - 1)
            if n > 2:
                names += ["second_left"] * (at == 1) + ["second_right"] * (at == n - 2)
            names += ["third_left"] * (n > 3 and at == 2)
        return names

    def _relations(self, target: SceneObject, rivals: list[SceneObject]) -> list[tuple[Form, list[SceneObject] | None]]:
        options: list[tuple[Form, list[SceneObject] | None]] = []
        for anchor in self.facts.shown:
            short = self._short(anchor) if anchor is not target and anchor not in rivals else None
            if short is None:
                continue
            for relation in RELATIONS:
                left = self._test(lambda o, r=relation, a=anchor: self.facts.holds(r, o, a), target, rivals)
                options.append(({"relation": relation, "anchor": short}, left))
            if self.facts.nearest([target, *rivals], anchor) is target:
                options.append(({"relation": "nearest", "anchor": short}, []))
        return options

    def _short(self, anchor: SceneObject) -> Form | None:
        """The anchor's own description: its noun, with its colour if need be."""
        rivals = [o for o in self.scene.objects if o.category == anchor.category and o is not anchor]
        if not rivals:
            return {"noun": anchor.category}
        if any(o.colour == anchor.colour for o in rivals):
            return None
        return {"noun": anchor.category, "colour": anchor.colour}

    def _difficulty(self, target: SceneObject) -> Difficulty:
        own = self.facts.measure(target).area
        others = [self.facts.measure(o).area for o in self.facts.of(target.category) if o is not target]
        return "easy" if not others or own >= 2 * max(others) else "hard"


def realise(form: Form, rng: Random) -> str:
    """The form in words, starting with "the"; which synonyms are used is drawn from `rng`."""
    phrase = noun(form["noun"], {k: form[k] for k in ("size", "colour", "pattern", "texture") if k in form}, rng)
    if "rank" in form:
        phrase = _lower(_RANK_WORDS[form["rank"]], rng, np=phrase)
    if "place" in form:
        phrase += " " + _lower(_PLACE_WORDS[form["place"]], rng)
    if "relation" in form:
        words = "[nearest to|closest to]" if form["relation"] == "nearest" else RELATION_WORDS[form["relation"]]
        phrase += f" {_lower(words, rng)} {realise(form['anchor'], rng)}"
    return f"the {phrase}"


def _lower(pattern: str, rng: Random, **slots: str) -> str:
    text = expand(pattern, rng, **slots)
    return text[0].lower() + text[1:]


def _kind(form: Form) -> Kind:
    families: set[Kind] = {_FAMILY[k] for k in form if k in _FAMILY}
    if form.get("rank") in ("largest", "smallest") and families == {"ordinal"}:
        return "attribute"
    if not families:
        return "attribute"
    return families.pop() if len(families) == 1 else "compound"
