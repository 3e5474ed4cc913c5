"""Letters stand where their quads say, under the place's light, blended in the gradient domain, read in order."""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.canvas.fonts import face
from mmrecipes.core.errors import FontError, InputError
from mmrecipes.render.scene_text import word
from mmrecipes.render.scene_text.blend import gradient_domain
from mmrecipes.render.scene_text.ink import Look, draw_layer
from mmrecipes.render.scene_text.lettering import Type, set_sign
from mmrecipes.render.scene_text.photos import picture_type, screen
from mmrecipes.render.scene_text.reading import reading_order
from mmrecipes.render.scene_text.shaping import piece
from mmrecipes.render.scene_text.signs import ROLES, SignLine, SignText, sign
from mmrecipes.render.scene_text.spots import largest_rectangle
from mmrecipes.render.scene_text.word import draw_word, random_word
from mmrecipes.render.scene_text.writing import how_many, word_quad

TYPE = Type(face("DejaVu Sans"), face("DejaVu Sans", bold=True))
PLAIN = Look("print", ((0.0, 0.0, 0.0),))


def _one(text: str, bend: float = 0.0) -> SignText:
    return SignText("shop", "en", (SignLine(text),))


@pytest.mark.parametrize("bend", [0.0, 0.7, -0.5])
def test_every_glyph_quad_holds_its_letter_within_a_pixel_and_a_half_after_projection(bend: float) -> None:
    """Each letter drawn alone through the homography: its ink's extent is that of its projected quad."""
    h = np.array([[1.1, 0.12, 60], [-0.15, 1.05, 90], [0.0006, 0.0001, 1.0]])
    lettering = set_sign(_one("Harbour"), TYPE, 60, 420, 200, bend)
    assert lettering is not None
    for glyph in lettering.words[0].glyphs:
        alone = type(lettering)((type(lettering.words[0])("x", 0, (glyph,)),), ("x",), (60.0,), (30.0,))
        layer = draw_layer(alone, PLAIN, h, (700, 500), 0)
        assert layer is not None
        rows, columns = np.nonzero(layer.ink[..., 3] > 100)
        x, y = columns + layer.box[0], rows + layer.box[1]
        corners = np.column_stack([alone.quads.reshape(-1, 2), np.ones(4)]) @ h.T
        quad = (corners[:, :2] / corners[:, 2:]).astype(np.float32)
        inside = [cv2.pointPolygonTest(quad, (float(a) + 0.5, float(b) + 0.5), True) for a, b in zip(x, y, strict=True)]
        assert min(inside) > -1.5
        if bend == 0.0:
            edges = [(quad[k], quad[(k + 1) % 4]) for k in range(4)]
            for a, b in edges:
                along = (b - a) / np.linalg.norm(b - a)
                off = (np.column_stack([x + 0.5, y + 0.5]) - a) @ np.array([-along[1], along[0]])
                assert off.min() < 1.5


def test_lines_that_do_not_fit_are_refused_and_wrapped_ones_keep_their_words() -> None:
    text = "Please close the windows when you leave the room"
    long = SignText("notice", "en", (SignLine(text),), wrap=True)
    found = set_sign(long, TYPE, 20, 220, 300)
    assert found is not None and len(found.lines) > 2 and " ".join(found.lines) == text
    assert [w.text for w in found.words] == text.split()
    assert set_sign(_one(text), TYPE, 40, 300, 100) is None


def test_a_letter_the_face_lacks_is_an_error_and_a_language_that_is_not_known_too() -> None:
    with pytest.raises(FontError, match="has a glyph"):
        piece("\U00012000", face("DejaVu Serif"), "en")
    with pytest.raises(InputError, match="no signs in language"):
        sign("shop", "xx", random.Random(0))


def test_signs_of_every_role_have_lines_and_vary() -> None:
    for role in ROLES:
        texts = {tuple(line.reading for line in sign(role, "en", random.Random(k)).lines) for k in range(40)}
        assert len(texts) >= 12, role
        assert all(line.strip() and "  " not in line for lines in texts for line in lines)


def test_gradient_blending_keeps_the_rim_and_carries_the_texture_into_the_letters() -> None:
    rng = np.random.default_rng(0)
    ground = (120 + 25 * np.sign(np.sin(np.arange(60) / 2))[None, :, None] + rng.normal(0, 1, (40, 60, 3))).astype(
        np.float32
    )
    pasted = ground.copy()
    pasted[10:30, 15:45] = 20
    mask = np.zeros((40, 60), np.uint8)
    mask[8:32, 13:47] = 1
    made = gradient_domain(ground, pasted, mask)
    assert np.abs(made[0] - ground[0]).max() == 0 and np.abs(made[:, -1] - ground[:, -1]).max() == 0
    assert made[12:28, 18:42].std() > 10 > pasted[12:28, 18:42].std()
    assert ground[12:28, 18:42].mean() - made[12:28, 18:42].mean() > 40
    same = gradient_domain(ground, ground.copy(), mask)
    assert np.abs(same - ground).max() < 0.05


def _square(x: float, y: float, w: float = 100, h: float = 40) -> np.ndarray:
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def test_signs_are_read_by_rows_and_never_before_what_stands_right_above() -> None:
    quads = [_square(300, 12), _square(0, 0), _square(0, 100), _square(310, 100)]
    assert reading_order(quads) == [1, 0, 2, 3]
    assert reading_order(quads, rightmost_first=True) == [0, 1, 3, 2]


@given(
    st.lists(
        st.tuples(st.integers(0, 800), st.integers(0, 600), st.integers(20, 300), st.integers(10, 200)), max_size=9
    )
)
def test_the_reading_order_is_an_order_of_all_signs(boxes: list[tuple[int, int, int, int]]) -> None:
    quads = [_square(*box) for box in boxes]
    order = reading_order(quads)
    assert sorted(order) == list(range(len(quads)))
    for i, a in enumerate(boxes):
        for j, b in enumerate(boxes):
            across = min(a[0] + a[2], b[0] + b[2]) > max(a[0], b[0])
            if a[1] + a[3] <= b[1] and across:
                assert order.index(i) < order.index(j)


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=6))
def test_the_largest_free_rectangle_is_the_one_found_by_trying_all(rows: list[list[bool]]) -> None:
    free = np.array(rows)
    best = max((y1 - y0) * (x1 - x0) for y0 in range(len(rows)) for y1 in range(y0, len(rows) + 1) for x0 in range(5)
               for x1 in range(x0, 6) if free[y0:y1, x0:x1].all())  # fmt: skip
    found = largest_rectangle(free)
    if found is None:
        assert best == 0
    else:
        x0, y0, x1, y1 = found
        assert free[y0:y1, x0:x1].all() and (x1 - x0) * (y1 - y0) == best


def test_a_word_quad_begins_where_its_first_glyph_does() -> None:
    flat = np.array([_square(10 + 30 * k, 20, 25, 40) for k in range(4)], np.float64)
    for angle in np.linspace(-1.2, 1.2, 7):
        c, s = np.cos(angle), np.sin(angle)
        quad = word_quad(flat @ np.array([[c, s], [-s, c]]))
        assert quad == pytest.approx(
            np.array([[10, 20], [125, 20], [125, 60], [10, 60]]) @ np.array([[c, s], [-s, c]]), abs=0.01
        )


def test_how_many_regions_are_written_on_follows_the_beta_rule() -> None:
    rng = random.Random(0)
    counts = [how_many(20, 7, rng) for _ in range(4000)]
    assert set(counts) == set(range(1, 8))
    assert np.mean(counts) == pytest.approx(0.9 * 6.35 + 0.1 * 4, abs=0.12)
    assert how_many(0, 7, rng) == 0


def test_photographs_that_cannot_serve_are_screened_out() -> None:
    rng = np.random.default_rng(1)
    lively = cv2.resize(rng.integers(0, 255, (60, 80, 3), np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)
    lively = np.clip(lively + rng.normal(0, 6, lively.shape), 0, 255).astype(np.uint8)
    assert screen(lively, look_for_text=False).reason is None
    assert screen(lively, look_for_text=False).text == "not_run"
    assert screen(cv2.GaussianBlur(lively, (0, 0), 12), look_for_text=False).reason == "background_blurred"
    page = np.full((600, 450, 3), 250, np.uint8)
    for y in range(40, 560, 18):
        page[y : y + 6, 40:410:3] = 20
    assert picture_type(page) == "document"
    window = np.full((480, 640, 3), (40, 60, 90), np.uint8)
    window[:60] = (200, 200, 210)
    window[80:400, 30:300] = (90, 120, 80)
    assert picture_type(window) == "screenshot"


@pytest.mark.slow
def test_text_on_a_background_is_found_when_the_engine_is_there() -> None:
    pytest.importorskip("rapidocr")
    crop = draw_word("Harbour", "en", random.Random(5), clean=True)
    assert crop is not None
    scene = np.random.default_rng(0).integers(90, 160, (300, 400, 3), np.uint8)
    scene[100:164, 40 : 40 + crop.pixels.shape[1]] = crop.pixels
    found = screen(scene, look_for_text=True)
    assert (found.reason, found.text) == ("background_with_text", "found")


def test_word_crops_repeat_and_their_quads_hold_all_that_the_letters_changed() -> None:
    made = 0
    for seed in range(60):
        rng = random.Random(seed)
        crop = draw_word(random_word("en", rng), "en", rng)
        if crop is None:
            continue
        again = random.Random(seed)
        assert np.array_equal(crop.pixels, draw_word(random_word("en", again), "en", again).pixels)  # type: ignore[union-attr]
        assert crop.pixels.shape[0] == 64 and "".join(crop.glyph_texts) == crop.text
        assert (
            crop.glyph_quads.min() >= -0.5
            and (crop.glyph_quads.reshape(-1, 2).max(axis=0) <= crop.pixels.shape[1::-1]).all()
        )
        changed = np.abs(crop.pixels.astype(int) - crop.before).max(axis=2) > 30
        if changed.any() and crop.look.border is None:
            mask = np.zeros(changed.shape, np.uint8)
            for quad in crop.glyph_quads:
                cv2.fillConvexPoly(mask, np.round(quad).astype(np.int32), 1)
            assert (changed & (cv2.dilate(mask, np.ones((3, 3))) > 0)).sum() >= 0.97 * changed.sum()
            made += 1
    assert made > 30


def _contrast(written: np.ndarray, before: np.ndarray) -> float:
    """The typical change of a pixel that letters cover."""
    change = np.abs(written.astype(int) - before).max(axis=2)
    return float(np.median(change[change >= 0.5 * change.max()]))


def test_a_second_word_behind_the_label_is_clearly_fainter_than_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much of it is in sight: the label differs from its ground at least 1.6 times as much."""
    draw, changes = word._midground, list[float]()

    def measured(pixels: np.ndarray, *rest: Any) -> str:
        before = pixels.copy()
        text = draw(pixels, *rest)
        changes.append(_contrast(pixels, before))
        return text

    monkeypatch.setattr(word, "_midground", measured)
    seen = 0
    for seed in range(120):
        rng = random.Random(seed)
        changes.clear()
        crop = draw_word(random_word("en", rng), "en", rng)
        if crop is None or not crop.behind:
            continue
        assert changes[0] < 0.625 * _contrast(crop.pixels, crop.before), seed
        seen += changes[0] > 8
    assert seen >= 5


@pytest.mark.slow
def test_the_ocr_engine_reads_clean_word_crops_exactly() -> None:
    rapidocr = pytest.importorskip("rapidocr")
    engine = rapidocr.RapidOCR(params={"Global.log_level": "error"})
    right = total = 0
    rng = random.Random(11)
    while total < 40:
        crop = draw_word(random_word("en", rng), "en", rng, clean=True)
        if crop is None or len(crop.text) < 3:
            continue
        result = engine(np.ascontiguousarray(crop.pixels[..., ::-1]), use_det=False, use_cls=False)
        right += (result.txts or ("",))[0].strip() == crop.text
        total += 1
    assert right / total >= 0.95


def test_a_second_word_in_the_very_colour_of_its_ground_is_no_fault() -> None:
    for seed in range(12):
        white = np.full((64, 200, 3), 255, np.uint8)
        word._midground(white, (1.0, 1.0, 1.0), PLAIN, "en", 40.0, random.Random(seed))
