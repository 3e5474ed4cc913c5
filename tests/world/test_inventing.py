"""Invented scenes: plausible places, everything in view, variety."""

from __future__ import annotations

import functools
from collections import Counter
from itertools import pairwise

import pytest

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import render
from mmrecipes.world.measure import measure
from mmrecipes.world.scene import Scene, invent
from mmrecipes.world.stages import STAGES
from mmrecipes_tests.world.scenes import invented


@functools.cache
def many() -> list[Scene]:
    return [invented(seed) for seed in range(400)]


def test_every_object_shows_at_least_two_fifths_of_itself() -> None:
    assert min(m.visible for s in many() for m in measure(s).values()) >= 0.4


def test_the_asked_number_of_objects_is_kept() -> None:
    assert all(3 <= len(s.objects) <= 8 for s in many())
    assert all(len(invent(seed, objects=(1, 1)).objects) == 1 for seed in range(20))


def test_all_stages_and_all_categories_appear() -> None:
    assert {s.background.kind for s in many()} == set(STAGES)
    seen = Counter(o.category for s in many() for o in s.objects)
    assert set(seen) == set(CATALOGUE)
    assert max(seen.values()) < 0.12 * sum(seen.values())


def test_standing_objects_stand_on_the_ground_and_carried_ones_on_their_carrier() -> None:
    for scene in many():
        stage = STAGES[scene.background.kind]
        for o in scene.objects:
            if o.on == "ground":
                assert stage.ground[0] - 0.01 <= o.foot / scene.size[1] <= stage.ground[1] + 0.01
            elif o.on == "air":
                assert "air" in CATALOGUE[o.category].places and o.y < 0.7 * scene.size[1]
            elif o.on.startswith("o"):
                carrier = scene[o.on]
                surface = CATALOGUE[carrier.category].surface
                assert surface is not None and o.z > carrier.z
                assert o.foot == pytest.approx(carrier.y + surface * carrier.height, abs=0.2)


def test_things_are_smaller_farther_back() -> None:
    for scene in many():
        scale = {o.foot: o.scale / CATALOGUE[o.category].height for o in scene.objects if o.on == "ground"}
        in_order = [scale[foot] for foot in sorted(scale)]
        assert all(b >= a * 0.999 for a, b in pairwise(in_order))


def test_colours_that_would_not_stand_out_are_avoided() -> None:
    assert not any(o.colour in STAGES[s.background.kind].avoid for s in many() for o in s.objects)


@pytest.mark.parametrize("size", [(256, 256), (1024, 768), (480, 640)])
def test_other_picture_sizes_work(size: tuple[int, int]) -> None:
    for seed in range(4):
        scene = invent(seed, size=size)
        assert len(scene.objects) >= 3
        assert render(scene).pixels.shape == (size[1], size[0], 3)


def test_an_impossible_number_of_objects_is_refused() -> None:
    with pytest.raises(ValueError, match="least"):
        invent(1, objects=(5, 3))
