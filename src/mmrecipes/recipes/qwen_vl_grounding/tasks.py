"""Which questions an image can answer, and which of them are asked.

Covered: the legal questions of every task for one image (uniqueness by category, annotated phrase or geometric
attribute; completeness; verified absence), and choosing among them by index and weights. Not covered: numbers and
words (see `conventions`, `wording`).

A category is *complete* in an image when every instance of it has a usable box, which is what "all", "how many"
and "the only one" need; it is *absent* when the annotation says so.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mmrecipes.core.boxes import iou
from mmrecipes.core.identity import largest_remainder, turn
from mmrecipes.recipes.qwen_vl_grounding.conventions import Kind
from mmrecipes.recipes.qwen_vl_grounding.markup import has_markup
from mmrecipes.steps.geometry import Instance, Placed
from mmrecipes.steps.referring import attributes
from mmrecipes.steps.spans import Span

TASKS = (
    "detection", "multi_detection", "referring_grounding", "referring_description", "grounded_caption", "ocr",
    "existence", "counting", "pointing",
)  # fmt: skip
BARE_TASKS = ("detection", "referring_grounding", "grounded_caption", "ocr")
"""Tasks that have a published bare prompt."""
ABSENT_FORMS = ("existence", "detection", "existence", "counting")
"""The tasks in which an absent category is asked for, in turn."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for: a category, or an annotated phrase, or a category with an attribute that singles one
    instance out; and the positions of the instances it denotes."""

    category: str
    members: tuple[int, ...]
    phrase: str = ""
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one image, before it has numbers and words. Without members it is about absence."""

    task: str
    kind: Kind
    targets: tuple[Target, ...]
    spans: tuple[tuple[int, int, int], ...] = ()
    """Of a caption: start, end and the position of the target."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known about one image."""

    instances: tuple[Instance, ...]
    size: tuple[int, int]
    complete: frozenset[str]
    absent: tuple[str, ...]
    caption: str = ""
    spans: tuple[tuple[Span, tuple[int, ...]], ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)

    def of(self, category: str) -> tuple[int, ...]:
        return tuple(i for i, one in enumerate(self.instances) if one.category == category)

    @property
    def present(self) -> list[str]:
        return sorted({one.category for one in self.instances})


def completeness(
    placed: Placed, image: Mapping[str, Any], categories: Mapping[int | str, str], exhaustive: bool
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Complete categories and verified absent ones of an image.

    With `neg_category_ids` on the image (federated annotation, as in LVIS) only those are absent, and what is
    present is complete unless listed in `not_exhaustive_category_ids`. Otherwise `exhaustive` says whether the
    file's categories are boxed wherever they occur; if not, nothing is complete and nothing is known absent.
    """
    present = {one.category for one in placed.instances} | placed.incomplete
    negative = image.get("neg_category_ids")
    federated = isinstance(negative, list)
    unsure = {categories.get(c, "") for c in image.get("not_exhaustive_category_ids") or ()}
    if federated:
        absent = {categories[c] for c in negative or () if c in categories}
    else:
        absent = set(categories.values()) if exhaustive else set()
    complete = present - placed.incomplete - unsure if federated or exhaustive else set()
    nameable = {c for c in absent if c and not has_markup(c)}
    return frozenset(complete), tuple(sorted(nameable - present - unsure))


def positive_questions(scene: Scene, max_boxes: int) -> dict[str, list[Question]]:
    """Every legal question with an answer in the image, by task."""
    every = {c: scene.of(c) for c in scene.present if c in scene.complete and len(scene.of(c)) <= max_boxes}
    all_of = {c: (Target(c, members),) for c, members in every.items()}
    one_of = _singled_out(scene)
    return {
        "detection": [Question("detection", "box", t) for t in all_of.values()] + _shared_phrases(scene, max_boxes),
        "multi_detection": _several(every, max_boxes),
        "referring_grounding": [Question("referring_grounding", "box", (t,)) for t in one_of],
        "referring_description": [Question("referring_description", "box", (t,)) for t in _describable(scene)],
        "grounded_caption": _captions(scene, max_boxes),
        "ocr": _texts(scene, max_boxes),
        "existence": [Question("existence", "box", t) for t in all_of.values()],
        "counting": [Question("counting", "box", t) for t in all_of.values()],
        "pointing": [Question("pointing", "point", (t,)) for t in one_of],
    }


def absent_questions(scene: Scene) -> list[Target]:
    """A target without members for every category that is verified absent."""
    return [Target(c, ()) for c in scene.absent]


def _singled_out(scene: Scene) -> list[Target]:
    """Targets that denote exactly one instance: the only one of its kind, the one with an annotated phrase that
    no other instance has, the one with a geometric attribute."""
    found: list[Target] = []
    for category in scene.present:
        members = scene.of(category)
        if category in scene.complete and len(members) == 1:
            found.append(Target(category, members))
        elif category in scene.complete:
            boxes = [scene.instances[m].box for m in members]
            found += [Target(category, (members[i],), attribute=a) for i, a in attributes(boxes, scene.size)]
    for phrase, members in _by_phrase(scene).items():
        if len(members) == 1:
            found.append(Target(scene.instances[members[0]].category, members, phrase=phrase))
    return found


def _by_phrase(scene: Scene) -> dict[str, tuple[int, ...]]:
    carriers: dict[str, list[int]] = {}
    first: dict[str, str] = {}
    for i, one in enumerate(scene.instances):
        for phrase in one.phrases:
            folded = phrase.casefold()
            first.setdefault(folded, phrase)
            if i not in carriers.setdefault(folded, []):
                carriers[folded].append(i)
    return {first[k]: tuple(v) for k, v in carriers.items()}


def _shared_phrases(scene: Scene, max_boxes: int) -> list[Question]:
    """A phrase that several instances carry is asked for as all of them, where categories are complete."""
    found = []
    for phrase, members in _by_phrase(scene).items():
        categories = {scene.instances[m].category for m in members}
        if 1 < len(members) <= max_boxes and categories <= scene.complete:
            found.append(Question("detection", "box", (Target(min(categories), members, phrase=phrase),)))
    return found


def _several(every: Mapping[str, tuple[int, ...]], max_boxes: int) -> list[Question]:
    """Two to four categories at once: neighbours in the alphabet, round and round, within `max_boxes`."""
    names = sorted(every)
    found = []
    for count in (2, 3, 4):
        for i in range(len(names) if len(names) > count else len(names) == count):
            chosen = sorted(names[(i + k) % len(names)] for k in range(count))
            if sum(len(every[c]) for c in chosen) <= max_boxes:
                found.append(Question("multi_detection", "box", tuple(Target(c, every[c]) for c in chosen)))
    return found


def _describable(scene: Scene) -> list[Target]:
    """Instances whose box alone says which object is meant: no other object has nearly the same box."""
    found = []
    for i, one in enumerate(scene.instances):
        if any(iou(one.box, other.box) > 0.7 for k, other in enumerate(scene.instances) if k != i):
            continue
        found += [Target(one.category, (i,), phrase=p) for p in one.phrases] or [Target(one.category, (i,))]
    return found


def _captions(scene: Scene, max_boxes: int) -> list[Question]:
    kept = [(span, members) for span, members in scene.spans if members]
    if not kept or sum(len(m) for _, m in kept) > max_boxes:
        return []
    targets = tuple(Target(scene.instances[m[0]].category, m, phrase=scene.caption[s.start : s.end]) for s, m in kept)
    spans = tuple((s.start, s.end, i) for i, (s, _) in enumerate(kept))
    return [Question("grounded_caption", "box", targets, spans)]


def _texts(scene: Scene, max_boxes: int) -> list[Question]:
    """All texts at once, when no text of the image is left out."""
    members = tuple(i for i, one in enumerate(scene.instances) if one.text)
    categories = {scene.instances[i].category for i in members}
    silent = any(one.category in categories and not one.text for one in scene.instances)
    if not members or silent or len(members) > max_boxes or not categories <= scene.complete:
        return []
    kind: Kind = "quad" if all(scene.instances[i].quad for i in members) else "box"
    targets = tuple(Target(scene.instances[i].category, (i,), phrase=scene.instances[i].text) for i in members)
    return [Question("ocr", kind, targets)]


@dataclass(frozen=True, slots=True)
class Choice:
    """How many questions an image gets and of which kinds."""

    per_image: int
    weights: Mapping[str, float]
    negatives: float
    max_boxes: int

    def questions(self, scene: Scene, index: int, seed: int, rng: random.Random) -> list[tuple[int, Question]]:
        """At most `per_image` different questions about image `index`, each with its slot.

        Slot s = index * per_image + j is about absence for a share `negatives` of all s, evenly spread; otherwise
        its task is the turn of s in a deck dealt by the weights of the tasks that the image can serve.
        """
        left = {t: _shuffled(q, rng) for t, q in positive_questions(scene, self.max_boxes).items()}
        absent = _shuffled(absent_questions(scene), rng)
        chosen: list[tuple[int, Question]] = []
        for slot in range(index * self.per_image, (index + 1) * self.per_image):
            if absent and _falls_on(slot, self.negatives):
                target = absent.pop()
                number = int(slot * self.negatives)
                chosen.append((slot, Question(ABSENT_FORMS[number % len(ABSENT_FORMS)], "box", (target,))))
                continue
            weights = {t: w for t, w in self.weights.items() if w > 0 and left[t]}
            if weights:
                task = _dealt(slot, weights, seed)
                chosen.append((slot, left[task].pop()))
        return chosen


def _shuffled(items: Sequence[Any], rng: random.Random) -> list[Any]:
    shuffled = list(items)
    rng.shuffle(shuffled)
    return shuffled


def _falls_on(slot: int, share: float) -> bool:
    """True for exactly the share of all slots, evenly spread."""
    return int((slot + 1) * share) > int(slot * share)


def _dealt(slot: int, weights: Mapping[str, float], seed: int) -> str:
    """The task at this turn of a deck of 100 cards."""
    counts = largest_remainder(100, dict(weights))
    deck = [task for task, count in counts.items() for _ in range(count)]
    return deck[turn(slot, len(deck), seed, "task")]
