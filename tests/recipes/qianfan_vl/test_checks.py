"""The checks that tasks share: each is passed by a good picture and speaks up at a single fault."""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest

from mmrecipes.recipes.qianfan_vl.chart import checks as chart
from mmrecipes.recipes.qianfan_vl.checks import (
    MIN_CONTRAST,
    CheckError,
    check_contrast,
    check_legibility,
    check_places,
    says_number,
)
from mmrecipes.recipes.qianfan_vl.table import checks as table
from mmrecipes.render.degradation import Worn, degrade
from mmrecipes.render.tables.answers import Answer

QUADS = np.array([[[x, 40], [x + 60, 40], [x + 60, 60], [x, 60]] for x in (20, 120, 220)], np.float64)


def page(ink: int = 0) -> np.ndarray:
    """White, with bars of ink in the three quads."""
    pixels = np.full((100, 300, 3), 255, np.uint8)
    for q in QUADS.astype(int):
        pixels[q[0, 1] + 5 : q[2, 1] - 5, q[0, 0] + 2 : q[2, 0] - 2 : 3] = ink
    return pixels


def worn(level: int) -> Worn:
    return degrade(page(), QUADS, level, random.Random(level), "photo")


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_quads_that_follow_the_log_pass_and_one_moved_by_a_pixel_does_not(level: int) -> None:
    good = worn(level)
    check_places(QUADS, good)
    moved = good.quads.copy()
    moved[1, :, 0] += 1
    with pytest.raises(CheckError) as caught:
        check_places(QUADS, Worn(good.pixels, moved, good.log, good.form, good.quality))
    assert caught.value.reason == "quads_differ"


@pytest.mark.parametrize(("corner", "axis", "beyond"), [(0, 0, -0.5), (1, 0, 300.5), (0, 1, -0.5), (2, 1, 100.5)])
def test_a_quad_beyond_a_side_of_the_picture_is_noticed(corner: int, axis: int, beyond: float) -> None:
    quads = QUADS.copy()
    quads[0, corner, axis] = beyond
    outside = Worn(page(), quads, [], "png", 0)
    with pytest.raises(CheckError) as caught:
        check_places(quads, outside)
    assert caught.value.reason == "quads_outside"
    check_places(quads, outside, beyond=1.0)


def test_pages_without_quads_have_nothing_out_of_place() -> None:
    none = np.zeros((0, 4, 2))
    check_places(none, Worn(page(), none, [], "png", 0))


def test_the_faintest_text_decides() -> None:
    assert check_contrast(page(), QUADS) == 1.0
    faint = page()
    faint[:, 200:][faint[:, 200:] == 0] = 255 - int(255 * MIN_CONTRAST) + 5
    with pytest.raises(CheckError) as caught:
        check_contrast(faint, QUADS)
    assert caught.value.reason == "low_contrast"
    check_contrast(faint, QUADS[:2])


def test_a_few_black_pixels_on_faint_letters_are_no_contrast() -> None:
    faint = page(ink=255 - int(255 * MIN_CONTRAST) + 5)
    faint[45:47, 30:33] = 0
    with pytest.raises(CheckError) as caught:
        check_contrast(faint, QUADS[:1])
    assert caught.value.reason == "low_contrast"


def test_the_smallest_letters_decide_and_texts_without_letters_do_not_count() -> None:
    assert check_legibility(page(), QUADS, np.array([9.0, 8.0]))[0] == 8.0
    assert check_legibility(page(), QUADS, np.array([]))[0] == 8.0
    for heights, quads, reason in (([9.0, 7.9], QUADS, "text_too_small"), ([9.0], QUADS[:0], "no_text")):
        with pytest.raises(CheckError) as caught:
            check_legibility(page(), quads, np.array(heights))
        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("reply", "said"),
    [("12", True), ("It is 12.", True), ("Read: 3, 12, 40.", True), ("12%", True), ("共有12个。", True),
     ("It is 112.", False), ("About 12.5.", False), ("12,000 euros", False), ("1\u202f12", False), ("4.12", False)],
)  # fmt: skip
def test_a_number_is_said_only_as_a_whole(reply: str, said: bool) -> None:
    assert says_number(reply, "12") is said
    assert chart.says(reply, {"op": "sum", "kind": "number", "text": "12", "names": []}) is said
    assert table.says(reply, Answer("12", Decimal(12), "integer"), "sum") is said
