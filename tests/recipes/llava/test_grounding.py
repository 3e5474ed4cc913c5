"""Claims about the grounding gate: what it refutes, what it lets pass, and how well, on a labelled set."""

from __future__ import annotations

import functools
from collections import Counter

import pytest

from mmrecipes.recipes.llava.context import Boxed, symbols_of
from mmrecipes.recipes.llava.gates import Facts, facts_of, refuted
from mmrecipes.recipes.llava.invented import seen_in
from mmrecipes.world.scene import invent
from mmrecipes_tests.recipes.llava.labelled import labelled

DOG, SECOND_DOG, CAR = (0.1, 0.5, 0.3, 0.9), (0.15, 0.1, 0.25, 0.3), (0.6, 0.4, 0.9, 0.8)
FACTS = facts_of(
    [Boxed("dog", DOG), Boxed("dog", SECOND_DOG), Boxed("car", CAR), Boxed("bus", (0.4, 0, 0.5, 0.1))],
    {"dog", "car", "person", "hot dog", "bus", "sheep"},
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("", "There are twenty dogs."), ("", "Three women wait."), ("How many men are there?", "Two."),
        ("", "There are three dogs."), ("", "There is one dog."), ("", "Two cars are parked."), ("",
        "There are 3 dogs."),
        ("How many dogs are there?", "Three."), ("How many dogs can you see in the picture?", "There is only one."),
        ("How many dogs are on the left?", "Five of them."), ("", "Three brown dogs play."), ("",
        "There are two people."),
        ("", "There are no dogs in the image."), ("", "Both cars are red."), ("Are there three dogs?", "Yes."),
        ("Are there two dogs?", "No, not at all."), ("", "The car is to the left of the bus."),
        ("", "The car is above the bus."), ("", "To the right of the car is a dog."), ("", "a dog is right of the car"),
        ("Is the bus to the left or right of the car?", "It is to the right."), ("",
        "The car is on the left side of the image."),
        ("What is to the right of the car?", "A bus."), ("Is the car to the left of the bus?", "Yes, it is."),
        ("Is the bus left of the car?", "No."), ("", "The sheep are far away; there are two sheep."),
        ("", "The car, which is to the left of the bus, is blue."),
        ("How many dogs can you see?", "One can see four dogs."), ("", "The car is a bit to the left of the bus."),
    ],
)  # fmt: skip
def test_a_statement_that_the_boxes_contradict_is_refuted(question: str, answer: str) -> None:
    assert refuted(question, answer, FACTS)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("", "There are no women here."), ("", "There are 1.5 dogs."), ("", "There is one puppy, and no kitten."),
        ("How many dogs can you see?", "One can see two dogs."), ("", "The bus is a little to the left of the car."),
        ("", "There are two dogs."), ("", "There is a dog."), ("", "A single car is parked."), ("",
        "One dog sits near."),
        ("How many dogs are there?", "Two."), ("How many dogs are on the left?", "One."), ("", "Two brown dogs play."),
        ("", "One of the two dogs sleeps."), ("", "Three hot dogs would be too many."), ("",
        "There are two bus stops."),
        ("", "There are no people."), ("", "No brown dogs here."), ("Are there three dogs?", "No, only two dogs."),
        ("", "About three dogs live next door."), ("", "There are two or three dogs."), ("", "Not three dogs."),
        ("", "The dog is to the left of the car."), ("", "The car is not to the left of the bus."),
        ("", "The bus is to the left of the car."), ("", "A dog is above the car."), ("",
        "The dog is to the left of the table."),
        ("", "She holds a dog on her left."), ("", "There are seven zebras."), ("", "Three dog beds are on sale."),
        ("Is the car left of the bus?", "No."), ("", "One dog runs while another sleeps."),
        ("", "The man turned right, then left."), ("", ""), ("", "If three dogs came, to the left of the bus a car"),
    ],
)  # fmt: skip
def test_what_is_true_uncertain_or_not_boxed_passes(question: str, answer: str) -> None:
    assert refuted(question, answer, FACTS) == ""


def test_nothing_is_refuted_about_classes_that_are_not_boxed_completely() -> None:
    facts = facts_of(FACTS.boxes, {"car"})
    assert refuted("", "There are three dogs.", facts) == ""
    assert refuted("", "The car is to the left of the dog.", facts) == ""
    assert refuted("", "There are three cars.", facts)


@pytest.mark.parametrize(("gap", "wrong"), [(0.04, False), (0.06, True)])
def test_centres_may_be_five_percent_on_the_wrong_side(gap: float, wrong: bool) -> None:
    facts = facts_of([Boxed("dog", (0.4 + gap, 0, 0.6 + gap, 1)), Boxed("car", (0.4, 0, 0.6, 1))], {"dog", "car"})
    assert bool(refuted("", "The dog is to the left of the car.", facts)) == wrong


def facts_about(scene_number: int) -> Facts:
    scene = invent(scene_number)
    image, _, boxes, complete = seen_in(scene.to_json())
    return facts_of(symbols_of([], boxes, image.size).boxes, complete)


def test_precision_and_recall_of_the_gate_on_a_labelled_fault_set(capsys: pytest.CaptureFixture[str]) -> None:
    facts = functools.cache(facts_about)
    outcome = Counter(
        (c.fault, c.free, bool(refuted(c.question, c.answer, facts(c.scene))))
        for c in labelled(scenes=60, per_scene=10)
    )

    def total(fault: str | None = None, free: bool | None = None, hit: bool | None = None) -> int:
        """Cases by fault (None: any fault), wording and outcome."""
        return sum(
            n for (f, w, h), n in outcome.items()
            if (bool(f) if fault is None else f == fault) and free in (None, w) and hit in (None, h)
        )  # fmt: skip

    recall = {w: total(free=w, hit=True) / total(free=w) for w in (False, True, None)}
    kinds = {k: total(k, hit=True) / total(k) for k in ("wrong_count", "wrong_side")}
    precision = total(hit=True) / (total(hit=True) + total("", hit=True))
    with capsys.disabled():
        print(f"\ngate on {total()} faults and {total('')} true answers: precision {precision:.3f}, recall "
              f"{recall[None]:.3f}; plainly worded {recall[False]:.3f}, freely worded {recall[True]:.3f}; "
              f"{', '.join(f'{k} {v:.3f}' for k, v in kinds.items())}")  # fmt: skip
    assert total() >= 200
    assert precision >= 0.98
    assert recall[False] >= 0.98
    assert recall[None] >= 0.8
