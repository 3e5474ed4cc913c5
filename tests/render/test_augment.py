"""Wear keeps pictures and quads together, at every level and for every chain."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest

from mmrecipes.render.augment import LEVELS, Augmented, augment, draw_level, move_quads

WIDTH, HEIGHT = 640, 420


def _marked() -> tuple[np.ndarray, np.ndarray]:
    """A white picture with solid black boxes at the quads."""
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    rng = random.Random(5)
    quads = []
    for column in range(6):
        for row in range(5):
            x, y = 15 + column * 103, 12 + row * 82
            w, h = rng.randint(14, 80), rng.randint(12, 60)
            pixels[y : y + h, x : x + w] = 0
            quads.append([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
    return pixels, np.array(quads, np.float64)


def _share_inside(pixels: np.ndarray, quads: np.ndarray) -> tuple[float, float]:
    """Share of dark pixels that lie in the quads, and of quad area that is dark. Own rasteriser: supersampling."""
    k = 3
    mask = np.zeros((pixels.shape[0] * k, pixels.shape[1] * k), np.uint8)
    for quad in quads:
        cv2.fillPoly(mask, [np.round(quad * k - 0.5).astype(np.int32)], 255)
    mask = mask.reshape(pixels.shape[0], k, pixels.shape[1], k).mean(axis=(1, 3)) > 127
    grey = pixels.mean(axis=2)
    dark = grey < (np.percentile(grey, 5) + np.percentile(grey, 95)) / 2
    return (dark & mask).sum() / dark.sum(), (dark & mask).sum() / mask.sum()


def _worn(seed: int) -> tuple[Augmented, np.ndarray]:
    pixels, quads = _marked()
    return augment(pixels, quads, seed % 4, random.Random(seed)), quads


def test_markers_stay_in_their_quads_through_every_chain() -> None:
    chains = set()
    for seed in range(160):
        worn, _ = _worn(seed)
        chains.add(tuple(name for name, _ in worn.log))
        inside, filled = _share_inside(worn.pixels, worn.quads)
        assert inside >= 0.95 and filled >= 0.95, (seed, worn.log)
    assert len(chains) >= 20


def test_the_same_check_catches_quads_that_were_not_moved() -> None:
    caught = moved = 0
    for seed in range(3, 120, 4):
        worn, original = _worn(seed)
        if any(name == "perspective" for name, _ in worn.log):
            moved += 1
            caught += min(_share_inside(worn.pixels, original)) < 0.95
    assert moved >= 25 and caught >= 0.9 * moved


def test_quads_can_be_recomputed_from_the_log_alone() -> None:
    for seed in range(80):
        worn, original = _worn(seed)
        assert np.allclose(move_quads(original, worn.log), worn.quads, atol=1e-6)


def test_nothing_is_cut_off() -> None:
    for seed in range(200):
        worn, _ = _worn(seed)
        height, width = worn.pixels.shape[:2]
        assert worn.quads.min() >= -0.01
        assert worn.quads[..., 0].max() <= width + 0.01 and worn.quads[..., 1].max() <= height + 0.01


def test_level_zero_returns_the_picture_itself() -> None:
    pixels, quads = _marked()
    worn = augment(pixels, quads, 0, random.Random(1))
    assert worn.log == [] and worn.form == "png"
    assert np.array_equal(worn.pixels, pixels) and np.array_equal(worn.quads, quads)


def test_the_same_seed_gives_the_same_pixels_and_another_seed_others() -> None:
    for seed in (1, 2, 3):
        assert np.array_equal(_worn(seed)[0].pixels, _worn(seed)[0].pixels)
    assert not np.array_equal(_worn(3)[0].pixels[:400, :600], _worn(7)[0].pixels[:400, :600])


def test_every_operation_occurs_and_is_logged() -> None:
    names = {name for seed in range(120) for name, _ in _worn(seed)[0].log}
    assert names == {"morphology", "perspective", "blur", "colour", "noise", "jpeg"}


def test_a_fifth_or_more_of_the_pictures_stays_clean() -> None:
    rng = random.Random(0)
    levels = [draw_level(rng) for _ in range(4000)]
    assert levels.count(0) / 4000 >= 0.36 and LEVELS[0] >= 0.2
    assert all(levels.count(level) > 400 for level in range(4))


def test_an_unknown_level_is_refused() -> None:
    pixels, quads = _marked()
    with pytest.raises(ValueError, match="level"):
        augment(pixels, quads, 4, random.Random(1))


def test_no_part_of_the_picture_gets_smaller() -> None:
    for seed in range(3, 160, 4):
        worn, original = _worn(seed)
        if any(name == "perspective" for name, _ in worn.log):
            assert (_areas(worn.quads) >= 0.995 * _areas(original)).all(), seed


def _areas(quads: np.ndarray) -> np.ndarray:
    x, y = quads[..., 0], quads[..., 1]
    return abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2
