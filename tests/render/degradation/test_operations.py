"""Every operation alone: markers stay where they are, text is not wiped out, and the log says what was done."""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from mmrecipes.canvas.noise import seamless
from mmrecipes.render.degradation import ink, sensor
from mmrecipes.render.degradation.fields import SIDE, add_tile, grain_tile, noise_tile
from mmrecipes.render.degradation.paper import paper
from mmrecipes.render.degradation.placing import draw_creases, outline, photographed
from mmrecipes.render.degradation.surface import KINDS, _tile, scanner_lid, table_top
from mmrecipes.render.degradation.wear import Pixels, Wear, windows
from mmrecipes_tests.render.degradation.markers import agreement, blank, grid_of_quads, marked

WIDTH, HEIGHT = 420, 320
QUADS = grid_of_quads(WIDTH, HEIGHT, columns=4, rows=3)


def _stained(pixels: Pixels, wear: Wear) -> Pixels:
    return paper(pixels, wear, 1.0, draw_creases(wear, (WIDTH, HEIGHT)), None)


def _curled(pixels: Pixels, wear: Wear) -> Pixels:
    geometry = photographed(wear, (WIDTH, HEIGHT), QUADS, [], 0.0, True)
    assert geometry is not None
    return paper(pixels, wear, 0.0, [], geometry.bend)


OPERATIONS: dict[str, Callable[[Pixels, Wear], Pixels]] = {
    "stroke": ink.stroke, "dropout": ink.dropout, "bleed": ink.bleed, "show_through": ink.show_through,
    "paper": _stained, "curl": _curled, "blur": sensor.blur, "motion": sensor.motion, "noise": sensor.noise,
    "tone": sensor.tone, "streaks": sensor.streaks, "threshold": sensor.threshold,
    "light": lambda pixels, wear: sensor.light(pixels, wear, 1.0), "moire": sensor.moire, "resample": sensor.resample,
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("colour", [True, False])
def test_markers_stay_in_their_quads_through_each_operation(name: str, colour: bool) -> None:
    empty = blank(WIDTH, HEIGHT)
    full = marked(empty, QUADS)
    for seed in range(9):
        worn, base = (
            OPERATIONS[name](p if colour else p[:, :, 0].copy(), Wear(1 + seed % 3, random.Random(seed)))
            for p in (full, empty)
        )
        assert worn.shape == (full.shape if colour else full.shape[:2]) and worn.dtype == np.uint8
        assert agreement(worn, base, QUADS) >= 0.95, seed


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_changes_the_picture_says_so_and_leaves_its_input(name: str) -> None:
    pixels = marked(blank(WIDTH, HEIGHT), QUADS)
    pixels[:, : WIDTH // 3] = pixels[:, : WIDTH // 3] // 2 + 60
    before, differing = pixels.copy(), 0
    for seed in range(6):
        wear = Wear(3, random.Random(seed))
        worn = OPERATIONS[name](pixels, wear)
        again = OPERATIONS[name](pixels, Wear(3, random.Random(seed)))
        assert np.array_equal(worn, again) and wear.log
        differing += not np.array_equal(worn, pixels)
    assert np.array_equal(pixels, before)
    assert differing >= 5


@pytest.mark.parametrize("name", [n for n in OPERATIONS if n not in ("blur", "motion")])
def test_a_decimal_point_is_never_lost(name: str) -> None:
    """Dots of 2 x 2 pixels stay darker than what stands around them. Two kinds of blur are left out here: for those the
    bound is the sharpness of the profiles."""
    pixels = blank(WIDTH, HEIGHT)
    dots = [(x, y) for y in range(20, HEIGHT - 10, 24) for x in range(20, WIDTH - 10, 24)]
    for x, y in dots:
        pixels[y : y + 2, x : x + 2] = 20
    for seed in range(12):
        wear = Wear(3, random.Random(seed))
        worn = OPERATIONS[name](pixels, wear).astype(int).mean(axis=2)
        contrasts = [np.median(worn[y - 6 : y + 8, x - 6 : x + 8]) - worn[y : y + 2, x : x + 2].min() for x, y in dots]
        assert min(contrasts) > 25, (seed, min(contrasts), wear.log)


def test_specks_cover_what_the_log_says() -> None:
    black = np.zeros((SIDE, SIDE, 3), np.uint8)
    for seed in range(6):
        wear = Wear(3, random.Random(seed))
        worn = ink.dropout(black, wear)
        share = (worn[:, :, 0] > 40).mean()
        stated = wear.log[0][1]["share"]
        assert 0.5 * stated <= share <= 2.2 * stated and stated <= 0.015


def test_noise_has_the_strength_of_the_log_and_tiles_leave_no_seams() -> None:
    grey = np.full((700, 900, 3), 128, np.uint8)
    for seed in range(4):
        wear = Wear(3, random.Random(seed))
        worn = sensor.noise(grey, wear).astype(float)
        assert abs(worn.std() - wear.log[0][1]["sigma"]) < 0.35 and abs(worn.mean() - 128) < 0.5
    for tile in (noise_tile(3), grain_tile(3), *(cv2.merge([_tile(kind)] * 3) for kind in KINDS)):
        values = tile.astype(float)
        inner_y, inner_x = (np.abs(np.diff(values, axis=a)).mean(axis=(1 - a, 2)) for a in (0, 1))
        seam_y, seam_x = np.abs(values[0] - values[-1]).mean(), np.abs(values[:, 0] - values[:, -1]).mean()
        assert seam_y < inner_y.max() * 1.1 and seam_x < inner_x.max() * 1.1
    field = seamless(np.random.default_rng(1), 256, 12, 5)
    assert np.abs(field[0] - field[-1]).max() < 4 * np.abs(np.diff(field, axis=0)).max() and abs(field.std() - 1) < 1e-3


def test_windows_cover_a_picture_exactly_once() -> None:
    for width, height, side, dx, dy in ((5, 7, 3, 1, 2), (10, 2, 4, 0, 3), (1, 1, 8, 7, 7), (9, 9, 9, 0, 0)):
        seen = np.zeros((height, width), int)
        for here, there in windows(seen.shape, side, dx, dy):
            seen[here] += 1
            rows, columns = np.mgrid[here]
            assert np.array_equal((rows + dy) % side, np.mgrid[there][0])
            assert np.array_equal((columns + dx) % side, np.mgrid[there][1])
        assert (seen == 1).all()


def test_a_gradient_shows_no_steps_once_there_is_noise() -> None:
    """Along a lit white sheet no level of grey holds for long: the ramp is dithered."""
    white = blank(1400, 60)
    wear = Wear(3, random.Random(4))
    row = sensor.noise(sensor.light(white, wear, 0.0), wear)[30, :, 1].astype(int)
    runs = np.diff(np.flatnonzero(np.concatenate([[True], np.diff(row) != 0, [True]])))
    assert runs.max() < 12


def test_a_threshold_leaves_black_and_white_and_keeps_pale_text_and_white_on_black() -> None:
    pixels = blank(WIDTH, HEIGHT)
    cv2.putText(pixels, "pale", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (150, 150, 150), 2)
    cv2.rectangle(pixels, (20, 120), (300, 200), (30, 30, 60), -1)
    cv2.putText(pixels, "white", (40, 170), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255, 255, 255), 2)
    for seed in range(5):
        worn = sensor.threshold(pixels, Wear(3, random.Random(seed)))
        assert set(np.unique(worn)) == {0, 255}
        assert (worn[30:70, 20:100] == 0).mean() > 0.04
        assert 0.02 < (worn[140:175, 40:140] == 255).mean() < 0.5


def test_under_a_sheet_lies_no_flat_colour_and_its_shadow_falls_beside_it() -> None:
    size = (600, 500)
    edge = outline((420, 340)) + np.array([90, 80])
    sheet = np.zeros((500, 600), bool)
    sheet[80:420, 90:510] = True
    for seed in range(12):
        wear = Wear(3, random.Random(seed))
        ground = table_top(wear, size, edge) if seed % 2 else scanner_lid(wear, size, edge, 4)
        assert ground.shape == (500, 600, 4) and ground[~sheet].std() > 0.8
        near = cv2.dilate(sheet.astype(np.uint8), np.ones((5, 5))).astype(bool) & ~sheet
        far = ~cv2.dilate(sheet.astype(np.uint8), np.ones((101, 101))).astype(bool)
        assert ground[near].mean() < ground[far].mean()


def test_no_two_pictures_have_the_same_stains() -> None:
    stains = []
    for seed in range(20):
        wear = Wear(3, random.Random(seed))
        paper(blank(400, 500), wear, 1.0, [], None)
        stains += [tuple(s.values()) for s in dict(wear.log)["paper"]["stains"]]
    assert len(stains) == 40 and len(set(stains)) == 40


def test_a_tile_is_added_to_both_colour_and_grey() -> None:
    for shape in ((40, 50), (40, 50, 3)):
        flat = np.full(shape, 100, np.uint8)
        out = add_tile(flat, noise_tile(len(shape) if len(shape) == 3 else 1), 5.0, 1000, 1010)
        assert out.shape == shape and 3 < out.std() < 7
