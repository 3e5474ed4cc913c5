"""The chain keeps pictures and quads together for every profile, level and operation; nothing is lost or cut."""

from __future__ import annotations

import functools
import json
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.identity import sha256_hex
from mmrecipes.render.degradation import LEVELS, PROFILES, Worn, degrade, draw_level, local_scale, move_quads
from mmrecipes_tests.render.degradation.markers import agreement, blank, grid_of_quads, marked

WIDTH, HEIGHT = 520, 400
QUADS = grid_of_quads(WIDTH, HEIGHT)
PAGE = marked(blank(WIDTH, HEIGHT), QUADS)
NAMES = list(PROFILES)


def _worn(seed: int, profile: str, level: int, pixels: np.ndarray = PAGE, quads: np.ndarray = QUADS) -> Worn:
    return degrade(pixels, quads, level, random.Random(seed), profile)


@functools.cache
def _pairs(profile: str) -> list[tuple[Worn, Worn]]:
    """The same wear of the marked and of the unmarked picture."""
    empty = blank(WIDTH, HEIGHT)
    return [(_worn(s, profile, 1 + s % 3), _worn(s, profile, 1 + s % 3, empty)) for s in range(24)]


@pytest.mark.parametrize("profile", NAMES)
def test_markers_stay_in_their_quads_through_every_chain(profile: str) -> None:
    for seed, (worn, empty) in enumerate(_pairs(profile)):
        share = agreement(worn.pixels, empty.pixels, worn.quads)
        assert share >= 0.95, (seed, share, worn.log)


@pytest.mark.parametrize("profile", [n for n in NAMES if n != "scene"])
def test_the_same_check_catches_wear_of_the_pixels_only(profile: str) -> None:
    caught = moved = 0
    for worn, empty in _pairs(profile):
        if any(name == "perspective" for name, _ in worn.log):
            moved += 1
            caught += agreement(worn.pixels, empty.pixels, QUADS) < 0.95
    assert moved >= 8 and caught >= 0.9 * moved


def test_every_operation_happens_and_is_logged_with_its_parameters() -> None:
    logs = [worn.log for profile in NAMES for worn, _ in _pairs(profile)]
    logs += [degrade(PAGE[:40, :60], QUADS[:0], 3, random.Random(seed), "page").log for seed in range(60)]
    assert {name for log in logs for name, _ in log} == {
        "grey", "stroke", "dropout", "bleed", "show_through", "paper", "surface", "lid", "bend", "perspective", "blur",
        "motion", "noise", "tone", "streaks", "threshold", "light", "moire", "resample", "jpeg",
    }  # fmt: skip
    assert all(parameters for log in logs for name, parameters in log if name != "grey")
    assert all(log == [(n, p) for n, p in json.loads(json.dumps(log))] for log in logs)
    assert len({tuple(name for name, _ in log) for log in logs}) > 60


def test_ink_comes_before_paper_before_geometry_before_the_sensor_before_jpeg() -> None:
    order = ["ink", "paper", "place", "sensor", "codec"]
    stage = {"stroke": 0, "dropout": 0, "bleed": 0, "show_through": 0, "paper": 1, "surface": 2, "lid": 2, "bend": 2,
             "perspective": 2, "resample": 4, "jpeg": 4, "threshold": 3}  # fmt: skip
    for seed in range(60):
        stages = [stage.get(name, 3) for name, _ in _worn(seed, "page", 1 + seed % 3).log if name != "grey"]
        assert stages == sorted(stages), [order[s] for s in stages]


@pytest.mark.parametrize("profile", NAMES)
def test_quads_can_be_recomputed_from_the_log_alone(profile: str) -> None:
    for seed in range(12):
        worn = _worn(seed, profile, 1 + seed % 3)
        log = [(name, parameters) for name, parameters in json.loads(json.dumps(worn.log))]
        assert np.allclose(move_quads(QUADS, log), worn.quads, atol=1e-5)


@pytest.mark.parametrize("profile", NAMES)
def test_nothing_is_cut_off_and_nothing_gets_smaller(profile: str) -> None:
    corners = np.array([[[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]]], np.float64)
    everywhere = np.stack(np.meshgrid(np.linspace(0, WIDTH, 23), np.linspace(0, HEIGHT, 19)), -1).reshape(-1, 2)
    for seed in range(20):
        worn = _worn(seed, profile, 1 + seed % 3, quads=corners)
        height, width = worn.pixels.shape[:2]
        assert worn.quads.min() >= -0.01
        assert worn.quads[..., 0].max() <= width + 0.01 and worn.quads[..., 1].max() <= height + 0.01
        assert local_scale(everywhere, worn.log).min() >= 0.995


def test_level_zero_returns_the_picture_itself_and_no_level_changes_its_input() -> None:
    for profile in NAMES:
        worn = _worn(1, profile, 0)
        assert worn.log == [] and worn.form == "png" and worn.pixels is PAGE
        assert np.array_equal(worn.quads, QUADS)
    before = PAGE.copy()
    for seed in range(24):
        worn = _worn(seed, NAMES[seed % len(NAMES)], 1 + seed % 3)
        assert [name for name, _ in worn.log] == ["jpeg"] or not np.array_equal(worn.pixels, PAGE)
    assert np.array_equal(PAGE, before)


def test_nothing_moves_where_nothing_may() -> None:
    for profile in NAMES:
        for level in (1, 2, 3):
            worn = degrade(PAGE, QUADS, level, random.Random(level), profile, moving=False)
            assert worn.pixels.shape == PAGE.shape and np.array_equal(worn.quads, QUADS)
            empty = degrade(blank(WIDTH, HEIGHT), QUADS, level, random.Random(level), profile, moving=False)
            assert agreement(worn.pixels, empty.pixels, QUADS) >= 0.95


def test_the_same_seed_gives_the_same_picture_and_another_seed_another() -> None:
    for profile in NAMES:
        one, again, other = (_worn(seed, profile, 3) for seed in (5, 5, 6))
        assert np.array_equal(one.pixels, again.pixels) and one.log == again.log
        assert one.pixels.shape != other.pixels.shape or not np.array_equal(one.pixels, other.pixels)


def test_a_process_of_its_own_makes_the_same_picture() -> None:
    code = (
        "import random, numpy as np; from mmrecipes.render.degradation import degrade\n"
        "from mmrecipes.core.identity import sha256_hex\n"
        "p = np.random.default_rng(3).integers(0, 256, (150, 200, 3), np.uint8)\n"
        "for s in range(8): print(sha256_hex(degrade(p, np.zeros((0, 4, 2)), 3, random.Random(s)).pixels.tobytes()))"
    )
    pixels = np.random.default_rng(3).integers(0, 256, (150, 200, 3), np.uint8)
    here = [sha256_hex(degrade(pixels, np.zeros((0, 4, 2)), 3, random.Random(s)).pixels.tobytes()) for s in range(8)]
    there = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert there.stdout.split() == here


def test_a_fifth_or_more_of_the_pictures_stays_clean_and_weights_are_kept() -> None:
    rng = random.Random(0)
    levels = [draw_level(rng) for _ in range(4000)]
    assert levels.count(0) / 4000 >= 0.36 and LEVELS[0] >= 0.2
    assert all(levels.count(level) > 400 for level in range(4))
    assert {draw_level(rng, (0, 0, 1, 0)) for _ in range(50)} == {2}


def test_a_level_profile_or_picture_that_there_is_not_is_refused() -> None:
    for arguments, what in (
        ((PAGE, QUADS, 4, random.Random(1)), "level"), ((PAGE, QUADS, -1, random.Random(1)), "level"),
        ((PAGE, QUADS, 1, random.Random(1), "papyrus"), "profile"),
        ((PAGE[:, :, 0], QUADS, 1, random.Random(1)), "pixels"),
        ((PAGE[:0], QUADS, 1, random.Random(1)), "pixels"),
        ((PAGE.astype(np.float32), QUADS, 1, random.Random(1)), "pixels"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=what):
            degrade(*arguments)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1), (2, 2), (31, 700), (33, 33), (10_000, 40)])
def test_odd_sizes_are_worn_too(width: int, height: int) -> None:
    whole = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    for profile in NAMES:
        for level in (1, 2, 3):
            worn = degrade(blank(width, height), whole, level, random.Random(width + level), profile)
            assert worn.pixels.ndim == 3 and worn.pixels.shape[0] >= height and worn.pixels.shape[1] >= width
            assert np.allclose(move_quads(whole, worn.log), worn.quads, atol=1e-5)


@st.composite
def _scenes(draw: st.DrawFn) -> tuple[int, int, np.ndarray]:
    width, height = draw(st.integers(1, 420)), draw(st.integers(1, 420))
    share = st.floats(0, 1)
    boxes = draw(st.lists(st.tuples(share, share, share, share), max_size=6))
    quads = [[[min(a, c) * width, min(b, d) * height], [max(a, c) * width, min(b, d) * height],
              [max(a, c) * width, max(b, d) * height], [min(a, c) * width, max(b, d) * height]]
             for a, b, c, d in boxes]  # fmt: skip
    return width, height, np.array(quads, np.float64).reshape(-1, 4, 2)


@given(_scenes(), st.sampled_from(NAMES), st.integers(1, 3), st.integers(0, 2**32))
def test_any_size_with_any_quads_is_worn_and_its_quads_follow(
    scene: tuple[int, int, np.ndarray], profile: str, level: int, seed: int
) -> None:
    width, height, quads = scene
    worn = degrade(blank(width, height), quads, level, random.Random(seed), profile)
    assert worn.quads.shape == quads.shape and np.isfinite(worn.quads).all()
    assert worn.quads.min(initial=0) >= -0.01
    assert worn.quads[..., 0].max(initial=0) <= worn.pixels.shape[1] + 0.01
    assert worn.quads[..., 1].max(initial=0) <= worn.pixels.shape[0] + 0.01
    assert np.allclose(move_quads(quads, worn.log), worn.quads, atol=1e-5)
    if len(quads):
        assert local_scale(quads.mean(axis=1), worn.log).min() >= 0.995
