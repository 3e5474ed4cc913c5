"""A labelled set of answers about invented scenes: true ones, and ones with a fault that is known by construction.

Sentences and faults are made here, from the pixels of the id map, by code that shares nothing with the gate: places
come from the mean of an object's box in the drawing, counts from the scene graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.scene import Scene, invent

WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905


@dataclass(frozen=True)
class Labelled:
    scene: int
    question: str
    answer: str
    fault: str
    """Empty for a true answer; else its kind."""
    free: bool
    """Worded as the gate does not promise to read."""


@dataclass(frozen=True)
class Shown:
    """One class with its count, and the place of its only object (None when there are several)."""

    name: str
    many: str
    count: int
    place: tuple[float, float] | None


def shown_in(scene: Scene) -> list[Shown]:
    ids = render(scene).ids
    height, width = ids.shape
    counts = Counter(o.category for o in scene.objects)
    found = []
    for name, count in counts.items():
        place = None
        if count == 1:
            number = next(o.number for o in scene.objects if o.category == name)
            ys, xs = np.nonzero(ids == number)
            if len(xs) < 60:
                continue
            place = ((xs.min() + xs.max()) / 2 / width, (ys.min() + ys.max()) / 2 / height)
        found.append(Shown(name, CATALOGUE[name].plural, count, place))
    return found


def _n(count: int, thing: Shown, rng: Random) -> str:
    word = WORDS[count] if rng.random() < 0.7 else str(count)
    return f"{word} {thing.name if count == 1 else thing.many}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def counting(thing: Shown, said: int, rng: Random, at_most: bool) -> Iterator[tuple[str, str]]:
    """(question, answer) with a count; `at_most`: also ways of saying that allow for more."""
    number, total = _n(said, thing, rng), WORDS[said]
    ask = f"How many {thing.many} are there in the picture?"
    yield ask, f"There {_is(said)} {number}."
    yield ask, f"{total.capitalize()}."
    yield ask, f"I count {number} in total."
    yield f"Can you tell me how many {thing.many} can be seen?", f"There {_is(said)} {total} of them."
    yield "Describe it.", f"The scene is calm. There {_is(said)} {number} in the image, and nothing moves."
    yield "What is going on?", f"There {_is(said)} exactly {number}, all of them easy to make out."
    if said > 1:
        yield "Describe it.", f"{number.capitalize()} are visible, and the light is soft."
        yield f"Are there {number}?", f"Yes, there are {number} here."
        yield f"Are there {number} in the picture?", "Yes, that is right."
    if at_most and said > 1:
        yield "Describe it.", f"At the side, {number} on the ground catch the eye."
        yield "Describe it.", f"In front, {WORDS[said]} pretty {thing.many} catch the eye."


def counting_freely(thing: Shown, said: int, rng: Random) -> Iterator[tuple[str, str]]:
    """The same as people and models also put it; some are beyond what a reader by rule can tell."""
    number = _n(said, thing, rng)
    some = {1: f"only one {thing.name}", 2: f"a pair of {thing.many}", 3: f"a trio of {thing.many}"}.get(said, number)
    yield "Describe it.", f"The picture, drawn with care, features {number}; the mood is calm."
    yield "Describe it.", f"We see a wide view with {number}, a soft sky and some shade."
    yield "Describe it.", f"It contains {some} and little else."
    yield "Describe it.", f"Altogether the {thing.many} number {WORDS[said]}."
    yield (
        "What stands out?",
        f"What stands out most is that {number} {'appears' if said == 1 else 'appear'} in the scene.",
    )
    yield f"How many {thing.many} do you see?", f"I can make out {WORDS[said]}, though the light is weak."
    yield f"Is the number of {thing.many} more than ten?", f"No, it is {WORDS[said]}."
    yield f"Count the {thing.many}.", f"{WORDS[said].capitalize()}."


def placing_freely(a: Shown, b: Shown, side: str) -> Iterator[tuple[str, str]]:
    """The same as people and models also put it; some are beyond what a reader by rule can tell."""
    where = {"left": "to the left of", "right": "to the right of", "above": "above", "below": "below"}[side]
    yield "Describe it.", f"Looking closer, one finds the {a.name} sitting just {where} the quiet {b.name}."
    yield "Describe it.", f"The {a.name} and everything near it lie {where} the {b.name}."
    yield "Describe it.", f"The {b.name} is calm. {where.capitalize()} it is the {a.name}."
    yield "Describe it.", f"There is a {b.name} with a {a.name} {where} it."
    yield f"Where can I find the {a.name}?", f"You can find it {where} the {b.name}."
    yield f"Could you locate the {a.name}?", f"Sure, the {a.name} can be seen {where} the {b.name} in this picture."
    if side in ("left", "right"):
        yield (
            "Describe it.",
            f"From {'left' if side == 'left' else 'right'} to {OPPOSITE[side]}: the {a.name}, then the {b.name}.",
        )
        yield "Describe it.", f"On the {side}, the {a.name} waits, while the {b.name} is further {OPPOSITE[side]}."


def placing(a: Shown, b: Shown, side: str, rng: Random) -> Iterator[tuple[str, str]]:
    """(question, answer) that say `a` is on that side of `b`."""
    where = {"left": "to the left of", "right": "to the right of", "above": "above", "below": "below"}[side]
    yield "Describe it.", f"The {a.name} is {where} the {b.name}."
    yield "Describe it.", f"The {a.name} is located slightly {where} the {b.name}, in plain view."
    yield "What is going on?", f"There is a {a.name} {where} the {b.name}."
    yield f"Where is the {a.name} in relation to the {b.name}?", f"It is {where} the {b.name}."
    yield "Describe it.", f"{where.capitalize()} the {b.name}, there is a {a.name}."
    yield f"Is the {a.name} {where} the {b.name}?", "Yes, it is."
    yield f"What is {where} the {b.name}?", f"The {a.name} is."
    if side in ("left", "right"):
        yield f"Is the {a.name} to the left or to the right of the {b.name}?", f"It is on the {side}."
        yield f"Which side of the {b.name} is the {a.name} on?", f"The {a.name} is on the {side} side of the {b.name}."
        yield "Describe it.", f"A {a.name} stands {where} the {b.name}. It looks calm."
        yield "Describe it.", f"The {a.name}, which is {where} the {b.name}, looks calm."


def in_picture(a: Shown, side: str) -> Iterator[tuple[str, str]]:
    yield f"Where is the {a.name}?", f"The {a.name} is on the {side} side of the picture."
    yield "Describe it.", f"On the {side} side of the image, there is a {a.name}."
    yield "Describe it.", f"A {a.name} can be seen to the {side} of the picture."


def innocent(thing: Shown) -> Iterator[tuple[str, str]]:
    """True or harmless answers that look like claims."""
    yield "Describe it.", f"One of the {thing.many} seems older than the rest." if thing.count > 1 else "It is calm."
    yield "What might happen?", f"If there were twelve {thing.many}, it would feel crowded."
    yield "What is known about them?", f"About two {thing.many} in three are made by hand."
    yield f"Are there twelve {thing.many}?", "No, there are fewer."
    yield "Is there a zebra?", "No, there is no zebra."
    yield "What would help?", f"A {thing.name} shop on the left side of the road may have more."
    yield "Describe it.", f"The {thing.name} is not to the left of itself, of course."
    yield "Describe it.", f"Somebody left the {thing.name} right here, above all for show."
    yield "Describe it.", f"Between zero and eleven {thing.many} would fit here."


OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}


def labelled(scenes: int, per_scene: int) -> Iterator[Labelled]:
    """True and faulty answers, as many of each per scene."""
    for number in range(scenes):
        rng = Random(number)
        pool = list(dict.fromkeys(_about(number, rng)))
        for faulty in (False, True):
            some = [one for one in pool if bool(one.fault) == faulty]
            yield from rng.sample(some, min(per_scene, len(some)))


def _about(number: int, rng: Random) -> Iterator[Labelled]:
    def each(fault: str, answers: Iterator[tuple[str, str]], free: bool = False) -> Iterator[Labelled]:
        return (Labelled(number, question, answer, fault, free) for question, answer in answers)

    things = shown_in(invent(number))
    for thing in things:
        more = rng.randint(thing.count + 1, min(12, thing.count + 3))
        yield from each("", counting(thing, thing.count, rng, True))
        yield from each("", counting_freely(thing, thing.count, rng), True)
        yield from each("", innocent(thing))
        yield from each("wrong_count", counting(thing, more, rng, True))
        yield from each("wrong_count", counting_freely(thing, more, rng), True)
        if thing.count > 1:
            yield from each("wrong_count", counting(thing, rng.randint(1, thing.count - 1), rng, False))
    single = [t for t in things if t.place is not None]
    for a in single:
        for b in single:
            if side := clear_side(a, b):
                yield from each("", placing(a, b, side, rng))
                yield from each("", placing_freely(a, b, side), True)
                yield from each("wrong_side", placing(a, b, OPPOSITE[side], rng))
                yield from each("wrong_side", placing_freely(a, b, OPPOSITE[side]), True)
        across = (a.place or (0.5, 0))[0]
        if abs(across - 0.5) > 0.15:
            side = "left" if across < 0.5 else "right"
            yield from each("", in_picture(a, side))
            yield from each("wrong_side", in_picture(a, OPPOSITE[side]))


def clear_side(a: Shown, b: Shown) -> str:
    """The side of `b` on which `a` clearly is; empty when it is not clear."""
    assert a.place is not None and b.place is not None
    dx, dy = a.place[0] - b.place[0], a.place[1] - b.place[1]
    if abs(dx) > 0.12:
        return "left" if dx < 0 else "right"
    return ("above" if dy < 0 else "below") if abs(dy) > 0.12 else ""
