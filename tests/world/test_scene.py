"""The scene graph: a lossless JSON form, edits that undo each other, a fixed palette."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import deltaE_ciede2000, rgb2lab

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.measure import measure
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.scene import Background, Scene, SceneObject, another, invent
from mmrecipes.world.stages import STAGES

SEEDS = st.integers(0, 5_000)


def thing(**changes: object) -> SceneObject:
    values = {"id": "o1", "category": "ball", "colour": "red", "size": "medium", "texture": "plain", "pattern": "plain",
                  "x": 100.0, "y": 100.0, "scale": 50.0}  # fmt: skip
    return SceneObject(**{**values, **changes})  # type: ignore[arg-type]


@settings(max_examples=40)
@given(SEEDS)
def test_a_scene_survives_json_text_unchanged(seed: int) -> None:
    scene = invent(seed)
    assert Scene.from_json(json.loads(json.dumps(scene.to_json()))) == scene


@settings(max_examples=40)
@given(SEEDS)
def test_inventing_is_a_function_of_the_seed(seed: int) -> None:
    assert invent(seed) == invent(seed)
    assert invent(seed) != invent(seed + 1)


@settings(max_examples=30)
@given(SEEDS, st.data())
def test_adding_what_was_removed_gives_the_scene_back(seed: int, data: st.DataObject) -> None:
    scene = invent(seed)
    o = data.draw(st.sampled_from(scene.objects))
    assert scene.remove(o.id).add(o) == scene


@settings(max_examples=30)
@given(SEEDS, st.data())
def test_every_edit_has_an_inverse(seed: int, data: st.DataObject) -> None:
    scene = invent(seed)
    o = data.draw(st.sampled_from(scene.objects))
    colour = data.draw(st.sampled_from(sorted(PALETTE)))
    size = data.draw(st.sampled_from(["small", "medium", "large"]))
    assert scene.alter(o.id, colour=colour).alter(o.id, colour=o.colour) == scene
    back = scene.resize(o.id, size).resize(o.id, o.size)
    assert back[o.id].y == pytest.approx(o.y) and back.alter(o.id, y=o.y) == scene
    moved = scene.move(o.id, o.x + 37.0, o.foot + 11.0)
    assert moved[o.id].foot == pytest.approx(o.foot + 11.0)
    assert moved.move(o.id, o.x, o.foot)[o.id].x == o.x


def test_resizing_keeps_the_feet_on_the_ground() -> None:
    scene = invent(1).having(objects=(thing(on="ground"), thing(id="o2", on="air")))
    assert scene.resize("o1", "large")["o1"].foot == pytest.approx(scene["o1"].foot)
    assert scene.resize("o2", "large")["o2"].y == scene["o2"].y


def test_moving_a_table_takes_along_what_stands_on_it() -> None:
    table = thing(id="o1", category="table", scale=120.0, x=300.0, y=300.0)
    cup = thing(id="o2", category="cup", on="o1", x=310.0, y=220.0)
    scene = invent(1).having(objects=(table, cup)).move("o1", 200.0, table.foot + 20)
    assert (scene["o2"].x, scene["o2"].y) == (210.0, 240.0)
    assert scene.carried_by("o1") == ("o2",)


def test_swapping_the_category_keeps_place_and_colour_and_drops_what_the_new_one_cannot_wear() -> None:
    scene = invent(1).having(objects=(thing(pattern="checked", on="ground"),))
    new = scene.swap("o1", "car")["o1"]
    assert (new.category, new.colour, new.pattern, new.x) == ("car", "red", "plain", 100.0)
    assert new.foot == pytest.approx(scene["o1"].foot)


@pytest.mark.parametrize(
    "wrong", [{"colour": "mauve"}, {"category": "yeti"}, {"pattern": "plaid"}, {"id": "ball"}, {"scale": 0.0}]
)
def test_an_object_that_cannot_be_drawn_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        thing(**wrong)


def test_a_taken_id_and_a_missing_one_are_refused() -> None:
    scene = invent(3)
    with pytest.raises(ValueError, match="different ids"):
        scene.add(scene.objects[0])
    with pytest.raises(KeyError, match="o99"):
        scene.remove("o99")
    assert scene.free_id() not in {o.id for o in scene.objects}


def test_one_more_object_has_a_free_id_and_leaves_the_others_in_view() -> None:
    found = 0
    for seed in range(60):
        scene = invent(seed)
        if (new := another(scene, 1)) is not None:
            found += 1
            assert new.id == scene.free_id() and new == another(scene, 1)
            assert scene.add(new).remove(new.id) == scene
            assert min(m.visible for m in measure(scene.add(new)).values()) >= 0.4
    assert found > 45
    assert all(o is None or o.category == "cup" for o in (another(invent(s), 2, "cup") for s in range(20)))
    with pytest.raises(ValueError, match="yeti"):
        another(invent(1), 1, "yeti")


def test_a_scene_suits_its_own_background_and_not_one_without_what_its_objects_need() -> None:
    for seed in range(60):
        scene = invent(seed)
        assert scene.suits(scene.background.kind)
        if any(o.on == "water" for o in scene.objects):
            assert not scene.suits("room")
    with pytest.raises(ValueError, match="moon"):
        Background.of("moon", 1)


def test_any_two_colour_names_differ_by_at_least_twenty() -> None:
    def lab(colour: str) -> np.ndarray:
        return rgb2lab(np.array([[[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]]]))

    for a, b in combinations(PALETTE.values(), 2):
        assert deltaE_ciede2000(lab(a), lab(b)).item() >= 20


def test_the_catalogue_is_rich_and_every_stage_can_be_cast_from_it() -> None:
    assert len(CATALOGUE) >= 30 and len(STAGES) >= 10
    for name, stage in STAGES.items():
        assert set(stage.cast) <= set(CATALOGUE), name
        for category in stage.cast:
            assert set(CATALOGUE[category].colours) - set(stage.avoid), (name, category)
