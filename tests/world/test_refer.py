"""Referring expressions: each denotes exactly its target, by an evaluator of its own and by brute force."""

from __future__ import annotations

import functools
import random
from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest

from mmrecipes.world import denote as evaluator
from mmrecipes.world.denote import denote, denote_text
from mmrecipes.world.draw import render
from mmrecipes.world.reading import read
from mmrecipes.world.refer import MOST, Expression, expressions
from mmrecipes.world.scene import Background, Scene, SceneObject
from mmrecipes_tests.world.scenes import SMALL, invented


@pytest.fixture(autouse=True, scope="module")
def scenes_looked_at_once() -> Iterator[None]:
    """What the evaluator sees in a scene depends on nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluator, "_Reader", functools.cache(evaluator._Reader))
        yield


@functools.cache
def made_of_many() -> list[tuple[Scene, list[Expression]]]:
    scenes = [invented(seed, size=SMALL) for seed in range(100)]
    return [(scene, expressions(scene, random.Random(scene.seed))) for scene in scenes]


def thing(number: int, category: str, x: float, **changes: object) -> SceneObject:
    values = {"id": f"o{number}", "category": category, "colour": "red", "size": "medium", "texture": "plain",
              "pattern": "plain", "x": x, "y": 330.0, "scale": 60.0, "z": 0.7, "on": "ground"}  # fmt: skip
    return SceneObject(**{**values, **changes})  # type: ignore[arg-type]


def scene_of(*objects: SceneObject) -> Scene:
    return Scene(seed=1, size=(640, 480), background=Background("studio", 1, ("#f3efe6", "#d9d2c4")), objects=objects)


def test_every_expression_denotes_exactly_its_target() -> None:
    for scene, made in made_of_many():
        for e in made:
            assert denote(e, scene) == frozenset({e.target}), (scene.seed, e)


def test_the_words_alone_denote_the_same() -> None:
    for scene, made in made_of_many():
        for e in made:
            assert read(e.text) == e.form
            assert denote_text(e.text, scene) == frozenset({e.target})


def test_at_most_four_different_expressions_per_object_and_hardly_an_object_without_one() -> None:
    described = total = 0
    for scene, made in made_of_many():
        per = Counter(e.target for e in made)
        assert not per or max(per.values()) <= MOST
        assert len({(e.target, str(sorted(e.form.items(), key=str))) for e in made}) == len(made)
        described, total = described + len(per), total + len(scene.objects)
    assert described > 0.97 * total


def test_all_types_and_both_difficulties_occur() -> None:
    kinds = Counter(e.kind for _, made in made_of_many() for e in made)
    assert set(kinds) == {"attribute", "location", "ordinal", "relation", "compound"}
    assert min(kinds.values()) > 20
    assert {e.difficulty for _, made in made_of_many() for e in made} == {"easy", "hard"}


def test_easy_means_the_only_one_of_its_category_or_twice_the_next() -> None:
    for scene, made in made_of_many()[:40]:
        visible = render(scene).visible
        for e in made:
            mine = scene[e.target]
            rest = [int(visible[o.id].sum()) for o in scene.objects if o.category == mine.category and o is not mine]
            ratio = visible[mine.id].sum() / max(rest) if rest else 9.0
            if abs(ratio - 2) > 0.15:
                assert (e.difficulty == "easy") == (ratio > 2), (scene.seed, e)


def test_every_property_said_rules_out_somebody() -> None:
    for scene, made in made_of_many():
        for e in made:
            kin = {o.id for o in scene.objects if o.category == e.form["noun"]}
            assert len(kin) > 1 or set(e.form) == {"noun"}
            for name in set(e.form) - {"noun", "anchor", "rank"}:
                alone = {k: v for k, v in e.form.items() if k in ("noun", name, "anchor")}
                assert denote(alone, scene) != kin, (scene.seed, e)


def test_on_small_scenes_the_evaluator_agrees_with_brute_force() -> None:
    """Every attribute combination on scenes of three objects, against the plain definition."""
    colours, patterns, kinds = ("red", "blue"), ("plain", "striped"), ("ball", "cup")
    looks = list(product(kinds, colours, patterns))
    for k, (first, second) in enumerate(product(looks, looks)):
        third = looks[(k * 3) % len(looks)]
        scene = scene_of(
            *(
                thing(n + 1, c, 120.0 + 200 * n, colour=col, pattern=p)
                for n, (c, col, p) in enumerate((first, second, third))
            )
        )
        for noun, colour, pattern in product(kinds, (None, *colours), (None, "striped")):
            form = {"noun": noun} | ({"colour": colour} if colour else {}) | ({"pattern": pattern} if pattern else {})
            plain = {
                o.id
                for o in scene.objects
                if o.category == noun and colour in (None, o.colour) and pattern in (None, o.pattern)
            }
            assert denote(form, scene) == plain
        row = [o.id for o in scene.objects if o.category == "ball"]
        assert denote({"noun": "ball", "rank": "leftmost"}, scene) == frozenset(row[:1] if len(row) > 1 else [])
        assert denote({"noun": "ball", "rank": "second_right"}, scene) == frozenset(row[-2:-1])


def test_moving_a_distractor_over_the_margin_flips_uniqueness() -> None:
    def which(x: float) -> frozenset[str]:
        scene = scene_of(thing(1, "ball", 80.0), thing(2, "ball", x), thing(3, "chair", 320.0, scale=120.0, y=300.0))
        return denote({"noun": "ball", "relation": "left_of", "anchor": {"noun": "chair"}}, scene)

    assert which(560.0) == {"o1"}
    assert which(200.0) == {"o1", "o2"}
    assert len(which(310.0)) != 1, "just left of the chair's centre: neither in nor out"


@pytest.mark.parametrize(("gap", "found"), [(60.0, frozenset({"o1"})), (10.0, frozenset())])
def test_an_ordinal_needs_a_gap(gap: float, found: frozenset[str]) -> None:
    scene = scene_of(thing(1, "ball", 200.0), thing(2, "ball", 200.0 + gap, y=250.0, z=0.6), thing(3, "ball", 500.0))
    assert denote({"noun": "ball", "rank": "leftmost"}, scene) == found


@pytest.mark.parametrize(("scale", "found"), [(90.0, frozenset({"o2"})), (66.0, frozenset())])
def test_the_largest_needs_a_clear_lead(scale: float, found: frozenset[str]) -> None:
    scene = scene_of(thing(1, "ball", 100.0), thing(2, "ball", 300.0, scale=scale), thing(3, "ball", 500.0))
    assert denote({"noun": "ball", "rank": "largest"}, scene) == found


def test_the_nearest_needs_a_lead_of_a_fifth() -> None:
    def which(x: float) -> frozenset[str]:
        scene = scene_of(thing(1, "ball", 200.0), thing(2, "ball", x), thing(3, "cup", 320.0))
        return denote({"noun": "ball", "relation": "nearest", "anchor": {"noun": "cup"}}, scene)

    assert which(560.0) == {"o1"} and which(400.0) == {"o2"} and which(445.0) == frozenset()


def test_sizes_that_do_not_show_cannot_be_used() -> None:
    far = scene_of(thing(1, "ball", 100.0, size="large", scale=40.0), thing(2, "ball", 300.0, size="small", scale=90.0))
    near = scene_of(thing(1, "ball", 100.0, size="large"), thing(2, "ball", 300.0, size="small"))
    assert denote({"noun": "ball", "size": "large"}, far) == frozenset()
    assert denote({"noun": "ball", "size": "large"}, near) == {"o1"}


def test_a_hidden_object_leaves_the_expression_open() -> None:
    scene = scene_of(thing(1, "ball", 300.0, z=0.4), thing(2, "house", 300.0, scale=200.0, y=280.0, z=0.8))
    assert denote({"noun": "ball"}, scene) == frozenset()


@pytest.mark.parametrize("text", ["a red car", "the red yeti", "the mauve car", "the car beside of the tree"])
def test_unknown_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)
