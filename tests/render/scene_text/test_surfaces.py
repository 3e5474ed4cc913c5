"""Signs on photographs stand on built surfaces; boards and what hides a sign; no price tag is blank."""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.fonts import face
from mmrecipes.render.scene_text import scene, writing
from mmrecipes.render.scene_text.depth_prior import edge_lines
from mmrecipes.render.scene_text.ink import Look, draw_layer
from mmrecipes.render.scene_text.lettering import Type, set_sign
from mmrecipes.render.scene_text.photos import sample_files
from mmrecipes.render.scene_text.places_shelf import shelves
from mmrecipes.render.scene_text.places_street import roadside
from mmrecipes.render.scene_text.signs import SignLine, SignText
from mmrecipes.render.scene_text.spots import Spot, spots_of
from mmrecipes.render.scene_text.surfaces import surface_kind

RNG = np.random.default_rng(3)


def _wall(lively: float) -> np.ndarray:
    """Bricks in perspective-free rows, with grain."""
    pixels = np.full((400, 600, 3), (170, 120, 100), np.float64)
    for y in range(0, 400, 40):
        pixels[y : y + 4] = (120, 100, 90)
    return np.clip(pixels + RNG.normal(0, lively, pixels.shape), 0, 255).astype(np.uint8)


def _sky() -> np.ndarray:
    rows = np.linspace(0, 1, 400)[:, None, None]
    return np.broadcast_to((120 + 60 * rows, 160 + 50 * rows, 220 + 20 * rows), (3, 400, 600, 1)).squeeze(
        -1).transpose(1, 2, 0).astype(np.uint8)  # fmt: skip


def _fur() -> np.ndarray:
    pixels = np.full((400, 600, 3), (150, 120, 90), np.uint8)
    for _ in range(4000):
        x, y = RNG.integers(0, 600), RNG.integers(0, 400)
        dx, dy = RNG.integers(-9, 10, 2)
        cv2.line(pixels, (int(x), int(y)), (int(x + dx), int(y + dy)), (int(RNG.integers(60, 220)),) * 3, 1)
    return cv2.GaussianBlur(pixels, (0, 0), 1.0)


def _wires() -> np.ndarray:
    """Sky behind straight wires."""
    pixels = np.ascontiguousarray(_sky())
    for y in range(40, 300, 70):
        cv2.line(pixels, (0, y), (599, y + 8), (100, 120, 150), 1)
    return pixels


def _rays() -> np.ndarray:
    """Straight edges in all directions, as petals have them."""
    pixels = np.full((400, 600, 3), (190, 120, 100), np.uint8)
    for angle in np.arange(18) * np.pi / 18:
        x, y = round(400 * np.cos(angle)), round(400 * np.sin(angle))
        cv2.line(pixels, (300 - x, 160 - y), (300 + x, 160 + y), (120, 90, 80), 3)
    return np.clip(pixels + RNG.normal(0, 3, pixels.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("make", "kind"), [
    (lambda: _wall(3), "paint"), (lambda: _wall(40), "board"), (_sky, None), (_fur, None), (_rays, None),
    (_wires, None), (lambda: np.ascontiguousarray(_wires()[..., ::-1]), "paint"),
    (lambda: cv2.GaussianBlur(RNG.integers(0, 255, (400, 600, 3), np.uint8), (0, 0), 25), None),
], ids=["wall", "lively wall", "sky", "fur", "petals", "sky with wires", "brown wires", "out of focus"])  # fmt: skip
def test_built_surfaces_take_a_sign_and_sky_fur_and_blurred_ones_do_not(
    make: Callable[[], np.ndarray], kind: str | None
) -> None:
    pixels = make()
    mask = np.zeros(pixels.shape[:2], np.uint8)
    mask[20:300, 60:540] = 1
    assert surface_kind(pixels, mask, edge_lines(pixels)) == kind


def test_of_the_sample_photographs_an_animal_carries_no_sign_and_a_building_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scene, "text_can_be_looked_for", lambda: False)
    files = {p.stem: p for p in sample_files()}
    for name in {"chelsea"} & set(files):
        with pytest.raises(scene.SceneRefusal, match="flat built surface") as refused:
            scene.photo_scene(random.Random(1), files[name], 420, "en")
        assert refused.value.reason == "no_surface"
    if "china" not in files:
        pytest.skip("no sample photograph of a building: pip install scikit-learn")
    drawn = scene.photo_scene(random.Random(2), files["china"], 600, "en")
    sky = np.mean([w.spot.outline.mean(axis=0)[1] for w in drawn.signs]) / drawn.pixels.shape[0]
    assert sky > 0.4


def test_a_board_covers_the_photograph_behind_its_letters_and_throws_a_shadow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "text_can_be_looked_for", lambda: False)
    files = {p.stem: p for p in sample_files()}
    for seed in range(6):
        drawn = scene.photo_scene(random.Random(seed), files["coffee"], 640, "en")
        original = scene.load_photo(files["coffee"], 640)
        for made in drawn.signs:
            if made.spot.board is None:
                continue
            x0, y0, x1, y1 = made.box
            face_of_board = made.before[2:-2, 2:-2].reshape(-1, 3)
            assert face_of_board.std(axis=0).max() < 40
            around = np.s_[max(0, y0 - 20) : y1 + 20, max(0, x0 - 20) : x1 + 20]
            darker = original[around].astype(int).sum(axis=2) - drawn.pixels[around].astype(int).sum(axis=2)
            assert (darker > 30).sum() > 30
            return
    pytest.fail("no board in six scenes")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_price_tag_of_a_shelf_holds_a_price_and_all_name_one_currency(language: str) -> None:
    tags = written = 0
    symbols = []
    for seed in range(5):
        rng = random.Random(seed)
        place = shelves(rng, (1024, 768))
        pixels, seen = place.stage.draw(place.backdrop)
        tags += sum(site.role == "price" for site in place.sites)
        made = scene._written(pixels, spots_of(place, seen), 3, language, rng, 0.0)
        written += sum(w.sign.role == "price" and any(c.isdigit() for c in w.words[0].text) for w in made)
        symbols.append({c for w in made for c in "".join(w.lettering.lines) if c in "£$€"})
    assert tags >= 12 and written >= 0.95 * tags
    assert all(len(found) <= 1 for found in symbols) and (language != "en" or len(set.union(*symbols)) > 1)


def test_a_post_before_a_sign_hides_its_letters_and_the_word_says_how_much() -> None:
    """Occlusion: the letters stop at the post, and the share that is seen is stored."""
    picture = np.full((200, 400, 3), 200, np.uint8)
    picture[:, 190:215] = (40, 90, 40)
    seen = np.full((200, 400), 255, np.uint8)
    seen[:, 190:215] = 0
    spot = Spot(np.eye(3), (400.0, 200.0), "shop", (0.8, 0.8, 0.8), ((0.1, 0.1, 0.1),), "paint",
                lambda b: np.ones((b[3] - b[1], b[2] - b[0], 3), np.float32),
                lambda b: seen[b[1] : b[3], b[0] : b[2]])  # fmt: skip
    text = SignText("street", "en", (SignLine("Harbourside"),))
    made = writing.write(picture, spot, text, random.Random(3))
    assert made is not None and 0.75 <= made.words[0].visible < 0.99
    assert (picture[:, 192:213] == (40, 90, 40)).all()


def test_between_the_face_and_the_letters_of_a_sign_nothing_else_is_written() -> None:
    """What can be read on a sign is in its text: no letters of an older sign show through."""
    written = 0
    for seed in range(4):
        rng = random.Random(seed)
        place = roadside(rng, (800, 600))
        pixels, seen = place.stage.draw(place.backdrop)
        for spot in spots_of(place, seen)[:3]:
            clean = pixels.copy()
            made = writing.write(pixels, spot, SignText(spot.role, "en", (SignLine("Harbour"),)), rng)
            if made is None or made.look.shadow or made.look.extrusion:
                continue
            x0, y0, x1, y1 = made.box
            written += 1
            assert (made.before == clean[y0:y1, x0:x1]).all()
            clean[y0:y1, x0:x1] = made.after
            assert (pixels == clean).all()
    assert written >= 3


def test_a_border_surrounds_the_letters_and_an_extrusion_lies_under_them() -> None:
    kind = Type(face("DejaVu Sans"), face("DejaVu Sans", bold=True))
    made = set_sign(SignText("shop", "en", (SignLine("HOME"),)), kind, 60, 400, 150)
    assert made is not None
    plain = draw_layer(made, Look("print", ((1.0, 1.0, 1.0),)), np.eye(3), (400, 150), 0)
    red = (1.0, 0.0, 0.0)
    edged = draw_layer(made, Look("print", ((1.0, 1.0, 1.0),), border=(red, 0.06)), np.eye(3), (400, 150), 0)
    deep = draw_layer(made, Look("raised", ((1.0, 1.0, 1.0),), extrusion=(0.05, 0.08, red)), np.eye(3), (400, 150), 0)
    assert plain is not None and edged is not None and deep is not None and deep.under is not None

    def full(layer_pixels: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
        out = np.zeros((150, 400, 4), np.uint8)
        out[box[1] : box[3], box[0] : box[2]] = layer_pixels
        return out

    letters = full(plain.ink, plain.box)[..., 3] > 128
    with_edge = full(edged.ink, edged.box)
    ring = (cv2.dilate(letters.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~letters
    assert (with_edge[ring][:, 3] > 128).mean() > 0.9 and with_edge[ring][:, 1].mean() < 90
    under = full(deep.under, deep.box)[..., 3] > 128
    rows = np.nonzero(under & ~letters)[0]
    assert under.sum() > letters.sum() * 0.9 and rows.mean() > np.nonzero(letters)[0].mean()
