"""The renderer's contract: exact masks, painter's order, independent objects."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from mmrecipes.world.catalogue import CATALOGUE
from mmrecipes.world.draw import Rendering, render
from mmrecipes.world.measure import measure
from mmrecipes.world.palette import PALETTE
from mmrecipes.world.scene import Background, Camera, Scene, SceneObject, invent

SCENES = [invent(seed, size=(400, 300)) for seed in range(24)]
rendered = functools.lru_cache(maxsize=len(SCENES))(render)
"""For these scenes, which several tests look at."""


def alone(category: str, **changes: object) -> Scene:
    """One object in the middle of a plain picture."""
    kind = CATALOGUE[category]
    values = {"id": "o7", "category": category, "colour": kind.colours[0], "size": "medium", "texture": "plain",
              "pattern": "plain", "x": 160.0, "y": 120.0,
              "scale": min(120.0, 200 / kind.width), "on": "air", "look": 5}  # fmt: skip
    o = SceneObject(**{**values, **changes})  # type: ignore[arg-type]
    return Scene(seed=1, size=(320, 240), background=Background("studio", 1, ("#f3efe6", "#d9d2c4")), objects=(o,))


def differing(a: Rendering, b: Rendering) -> np.ndarray:
    return (a.pixels != b.pixels).any(axis=2)


@pytest.mark.parametrize("scene", SCENES, ids=lambda s: str(s.seed))
def test_deleting_an_object_changes_nothing_outside_its_silhouette_and_shadow(scene: Scene) -> None:
    whole = rendered(scene)
    for o in scene.objects:
        without = render(scene.remove(o.id))
        touched = (whole.alpha[o.id] > 0) | (whole.shadows[o.id] > 0)
        assert not differing(whole, without)[~touched].any()
        others = [p.id for p in scene.objects if p is not o]
        assert all(
            (whole.alpha[p] == without.alpha[p]).all() and (whole.shadows[p] == without.shadows[p]).all()
            for p in others
        )
        assert (whole.ids[~touched] == without.ids[~touched]).all()


def test_masks_equal_the_pixels_that_differ_from_an_empty_picture() -> None:
    for category in CATALOGUE:
        scene = alone(category)
        drawn, empty = render(scene), render(scene.remove("o7"))
        diff = differing(drawn, empty)
        assert not diff[drawn.alpha["o7"] == 0].any()
        solid = drawn.alpha["o7"] == 255
        assert diff[solid].mean() > 0.97, category


@pytest.mark.parametrize("category", CATALOGUE)
def test_the_silhouette_depends_on_the_shape_alone(category: str) -> None:
    kind = CATALOGUE[category]
    plain = render(alone(category)).alpha["o7"]
    assert plain.max() == 255
    for colour in kind.colours[-2:]:
        for pattern, texture in ((kind.patterns[-1], "plain"), ("plain", kind.textures[-1])):
            painted = render(alone(category, colour=colour, pattern=pattern, texture=texture))
            assert (painted.alpha["o7"] == plain).all()


@pytest.mark.parametrize("category", CATALOGUE)
def test_no_part_is_cut_off_by_the_layer_whatever_the_proportions_and_pose(category: str) -> None:
    from mmrecipes.world.measure import silhouette

    for look in range(12):
        for end in ("low", "high"):
            joints = tuple((j.name, getattr(j, end)) for j in CATALOGUE[category].joints)
            found = silhouette(scene := alone(category, look=look, joints=joints), scene["o7"])
            assert found is not None
            _, _, mask = found
            edges = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
            assert not edges.any(), (look, end)


@pytest.mark.parametrize("category", CATALOGUE)
def test_repainting_an_object_changes_a_good_part_of_it(category: str) -> None:
    """So a question about its colour is about something one sees."""
    kind = CATALOGUE[category]
    a, b = (render(alone(category, colour=c, look=3)) for c in (kind.colours[0], kind.colours[1]))
    share = differing(a, b).sum() / np.count_nonzero(a.alpha["o7"])
    assert share > (0.12 if kind.worn else 0.2), share


def test_ids_visible_masks_and_boxes_agree() -> None:
    for scene in SCENES:
        drawn = rendered(scene)
        assert set(np.unique(drawn.ids)) <= {0} | {o.number for o in scene.objects}
        for o in scene.objects:
            mask = drawn.visible[o.id]
            assert ((drawn.ids == o.number) == mask).all()
            assert (drawn.alpha[o.id][mask] >= 128).all()
            rows, columns = np.nonzero(mask)
            assert drawn.boxes[o.id] == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            x0, y0, x1, y1 = drawn.full_boxes[o.id]
            assert x0 <= columns.min() and y0 <= rows.min() and x1 > columns.max() and y1 > rows.max()


def test_the_nearer_object_hides_the_farther_one() -> None:
    for scene in SCENES:
        drawn = rendered(scene)
        for a in scene.objects:
            for b in scene.objects:
                if a.z < b.z:
                    both = (drawn.alpha[a.id] >= 128) & (drawn.alpha[b.id] >= 128)
                    assert not drawn.visible[a.id][both].any()


def test_depth_is_that_of_what_is_seen() -> None:
    for scene in SCENES[:8]:
        drawn = rendered(scene)
        assert drawn.depth.dtype == np.float32 and drawn.depth.min() >= 0 and drawn.depth.max() <= 1
        for o in scene.objects:
            assert np.allclose(drawn.depth[drawn.visible[o.id]], 1 - o.z)


def test_measuring_without_painting_agrees_with_the_picture() -> None:
    for scene in SCENES:
        drawn = rendered(scene)
        for i, m in measure(scene).items():
            assert m.full_box is not None and m.box is not None
            assert np.allclose(m.full_box, drawn.full_boxes[i], atol=1.01)
            assert m.full_area == pytest.approx(np.count_nonzero(drawn.alpha[i] >= 128), rel=0.06, abs=12)
            assert m.area == pytest.approx(np.count_nonzero(drawn.visible[i]), rel=0.08, abs=25)


def test_drawing_is_repeatable_and_its_arrays_cannot_be_changed() -> None:
    scene = SCENES[3]
    first = render(scene).pixels.copy()
    render.cache_clear()
    assert (render(scene).pixels == first).all()
    with pytest.raises(ValueError):
        render(scene).pixels[0, 0] = 0


def test_the_picture_is_encoded_without_loss() -> None:
    drawn = render(SCENES[2])
    assert (drawn.image().decode() == drawn.pixels).all()


def test_an_object_outside_the_picture_has_an_empty_mask_and_no_box() -> None:
    drawn = render(alone("cup", x=-400.0))
    assert not drawn.alpha["o7"].any() and "o7" not in drawn.boxes and not drawn.ids.any()


def test_an_object_half_outside_is_cut_by_the_frame() -> None:
    drawn = render(alone("ball", x=0.0))
    x0, _, x1, _ = drawn.boxes["o7"]
    assert x0 == 0 and 50 < x1 < 70


def test_the_camera_zooms_about_the_centre_and_pans() -> None:
    scene = alone("ball")
    x0, y0, x1, y1 = render(scene).boxes["o7"]
    wide = render(scene.having(camera=Camera(zoom=1.5))).boxes["o7"]
    assert wide[2] - wide[0] == pytest.approx(1.5 * (x1 - x0), abs=2)
    moved = render(scene.having(camera=Camera(pan_x=0.1))).boxes["o7"]
    assert moved == pytest.approx((x0 + 32, y0, x1 + 32, y1), abs=1.01)


def test_a_joint_moves_its_part_and_keeps_the_rest() -> None:
    for category in ("person", "cat", "bird", "clock", "lamp"):
        joint = CATALOGUE[category].joints[-1]
        for look in range(6):
            a, b = (render(alone(category, look=look, joints=((joint.name, v),))) for v in (joint.low, joint.high))
            if differing(a, b).any():
                break
        else:
            pytest.fail(f"{category}: {joint.name} moves nothing")
        assert differing(a, b).sum() < 0.7 * np.count_nonzero(a.alpha["o7"])


def test_facing_left_is_the_mirror_image() -> None:
    right, left = (render(alone("duck", facing=f)).alpha["o7"] for f in ("right", "left"))
    assert np.abs(right.astype(int) - left[:, ::-1].astype(int)).mean() < 0.5


def test_light_from_the_other_side_throws_the_shadow_to_the_other_side() -> None:
    from mmrecipes.world.scene import Light

    def lean(x: float) -> float:
        shadow = render(alone("tree", on="ground").having(light=Light(x=x))).shadows["o7"]
        return float(np.average(np.arange(shadow.shape[1]), weights=shadow.sum(axis=0)))

    assert lean(-0.8) > 165 and lean(0.8) < 155


@pytest.mark.parametrize("kind", ["studio", "night"])
def test_most_pixels_of_an_object_are_nearest_to_the_colour_it_is_said_to_have(kind: str) -> None:
    """Whatever its pattern, texture and shading; an object's own pixels are those that change when it is repainted."""
    names = list(PALETTE)
    rgb = [[int(PALETTE[n][i : i + 2], 16) / 255 for i in (1, 3, 5)] for n in names]
    swatches = rgb2lab(np.array([rgb]))[0]
    for k, (name, colour, pattern, texture) in enumerate(painted()):
        if k % 7:
            continue
        changes = {"pattern": pattern, "texture": texture, "x": 80.0, "y": 60.0, "scale": 90 / CATALOGUE[name].width}
        other = next(c for c in CATALOGUE[name].colours if c != colour)
        a, b = (
            render(alone(name, colour=c, **changes).having(size=(160, 120), background=Background.of(kind, 1)))
            for c in (colour, other)
        )
        own = differing(a, b) & (a.alpha["o7"] == 255)
        lab = rgb2lab(a.pixels[own][None] / 255)[0]
        far = [deltaE_ciede2000(lab, np.broadcast_to(s, lab.shape)) for s in swatches]
        votes = np.bincount(np.argmin(far, axis=0), minlength=len(names))
        assert names[int(votes.argmax())] == colour, (name, colour, pattern, texture)


def painted() -> list[tuple[str, str, str, str]]:
    """Every category in every colour, pattern and texture that a scene may give it."""
    return [
        (c.name, colour, pattern, texture)
        for c in CATALOGUE.values()
        for colour in c.colours
        for pattern, texture in [*((p, "plain") for p in c.patterns), *(("plain", t) for t in c.textures[1:])]
        if (colour, texture) != ("white", "metal")
    ]
