"""Points go where pixels go: against single dots, against the log's formulas written down again, against areas."""

from __future__ import annotations

import math
import random
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import fsolve

from mmrecipes.render.degradation.geometry import Geometry, local_scale, logged, move_quads
from mmrecipes.render.degradation.placing import draw_creases, photographed, scanned
from mmrecipes.render.degradation.warp import continued, move_labels, warp
from mmrecipes.render.degradation.wear import Wear
from mmrecipes_tests.render.degradation.markers import inside

SIZE = (900, 700)
NONE = np.zeros((0, 4, 2))


def _photograph(seed: int, quads: np.ndarray = NONE, size: tuple[int, int] = SIZE, level: int = 3) -> Geometry:
    wear = Wear(level, random.Random(seed))
    geometry = photographed(wear, size, quads, draw_creases(wear, size), 0.05, True)
    assert geometry is not None and geometry.bend is not None
    return geometry


def _dots(seed: int, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A white picture with soft round dots, and their centres."""
    rng = random.Random(seed)
    pixels = np.full((size[1], size[0]), 255.0)
    y, x = np.mgrid[0 : size[1], 0 : size[0]] + 0.5
    centres = []
    for column in range(8):
        for row in range(6):
            cx, cy = 50 + column * 110 + rng.uniform(-20, 20), 50 + row * 115 + rng.uniform(-20, 20)
            pixels -= 250 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 3.0**2))
            centres.append((cx, cy))
    return np.clip(pixels, 0, 255).round().astype(np.uint8), np.array(centres)


def _centre(pixels: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Centre of darkness within 14 pixels."""
    x0, y0 = (near - 14).astype(int)
    patch = 255.0 - pixels[y0 : y0 + 29, x0 : x0 + 29]
    y, x = np.mgrid[0:29, 0:29] + 0.5
    return np.array([(x * patch).sum() / patch.sum() + x0, (y * patch).sum() / patch.sum() + y0])


@pytest.mark.parametrize("seed", range(8))
def test_points_go_where_dots_go(seed: int) -> None:
    pixels, centres = _dots(seed, SIZE)
    geometry = _photograph(seed)
    padded, at = continued(pixels, geometry)
    worn = warp(padded, geometry, at)
    expected = geometry.forward(centres)
    misses = [np.hypot(*(_centre(worn, point) - point)) for point in expected]
    assert max(misses) < 0.5 and float(np.median(misses)) < 0.1, max(misses)


@pytest.mark.parametrize("seed", range(6))
def test_bends_are_real_bends(seed: int) -> None:
    """Not the homography alone: straight lines of the sheet are no longer straight."""
    geometry = _photograph(seed)
    line = np.stack([np.linspace(0, SIZE[0], 50), np.full(50, SIZE[1] / 3)], axis=1)
    upright = np.stack([np.full(50, SIZE[0] / 3), np.linspace(0, SIZE[1], 50)], axis=1)
    bows = []
    for points in map(geometry.forward, (line, upright)):
        chord = points[-1] - points[0]
        off = points - points[0]
        bows.append(np.abs(chord[0] * off[:, 1] - chord[1] * off[:, 0]).max() / np.hypot(*chord))
    assert max(bows) > 1.5


def _by_hand(point: tuple[float, float], log: list[tuple[str, dict[str, Any]]]) -> tuple[float, float]:
    """The log's formulas for one point, written down again, solved by SciPy."""
    for name, parameters in log:
        if name == "bend":
            waves, folds = parameters["waves"], parameters["folds"]

            def miss(p: Any, at: tuple[float, float] = point, waves: Any = waves, folds: Any = folds) -> list[float]:
                x, y = p
                for kx, ky, phase, ax, ay in waves:
                    s = math.sin(kx * p[0] + ky * p[1] + phase)
                    x, y = x + ax * s, y + ay * s
                for nx, ny, c, reach, ax, ay in folds:
                    f = math.exp(-math.hypot((nx * p[0] + ny * p[1] - c) / reach, 0.02))
                    x, y = x + ax * f, y + ay * f
                return [x - at[0], y - at[1]]

            point = tuple(fsolve(miss, point, xtol=1e-12))
        elif name == "perspective":
            a, b, c, d, e, f, g, h, i = parameters["h"]
            x, y = point
            w = g * x + h * y + i
            point = ((a * x + b * y + c) / w, (d * x + e * y + f) / w)
    return point


@pytest.mark.parametrize("seed", range(6))
def test_move_quads_follows_the_formulas_of_the_log(seed: int) -> None:
    geometry, rng = _photograph(seed), random.Random(seed)
    log = [("noise", {"sigma": 2.0}), *geometry.log(), ("jpeg", {"quality": 80})]
    quads = np.array([[[rng.uniform(0, SIZE[0]), rng.uniform(0, SIZE[1])] for _ in range(4)] for _ in range(5)])
    moved = move_quads(quads, log)
    by_hand = np.array([[_by_hand(tuple(p), log) for p in quad] for quad in quads.tolist()])
    assert np.allclose(moved, by_hand, atol=1e-6) and np.allclose(geometry.forward(quads), by_hand, atol=1e-5)
    assert not np.allclose(moved, quads, atol=3)


def test_what_is_seen_at_a_moved_point_is_the_point_itself() -> None:
    for seed in range(10):
        geometry = _photograph(seed)
        points = np.random.default_rng(seed).uniform(0, SIZE, (200, 2))
        assert np.allclose(geometry.source(geometry.forward(points)), points, atol=1e-5)


@given(st.integers(0, 2**32), st.integers(40, 900), st.integers(40, 900), st.integers(1, 3))
def test_quads_stay_right_however_the_sheet_is_bent(seed: int, width: int, height: int, level: int) -> None:
    """At least 95 % of a moved quad's content lies in its four straight edges, also of lines over the whole width."""
    rng = random.Random(seed)
    quads = []
    for _ in range(6):
        w, h = rng.uniform(12, width), rng.uniform(12, min(height, 40))
        x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
        quads.append([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
    given_quads = np.array(quads, np.float64)
    geometry = _photograph(seed, given_quads, (width, height), level)
    t = np.linspace(0, 1, 40, endpoint=False)[:, None]
    for quad, moved in zip(given_quads, geometry.forward(given_quads), strict=True):
        around = np.concatenate([quad[i] + (quad[(i + 1) % 4] - quad[i]) * t for i in range(4)])
        truth, straight = (inside((geometry.size[1], geometry.size[0]), p[None]) for p in
                           (geometry.forward(around), moved))  # fmt: skip
        assert (truth & straight).sum() >= 0.95 * truth.sum()
        assert (truth & straight).sum() >= 0.95 * straight.sum()


def test_long_thin_quads_hold_the_sheet_straighter_than_words_do() -> None:
    line = np.array([[[20, 100], [880, 100], [880, 122], [20, 122]]], np.float64)
    words = np.array([[[x, 100], [x + 60, 100], [x + 60, 122], [x, 122]] for x in range(20, 840, 70)], np.float64)

    def bow(quads: np.ndarray, seed: int) -> float:
        geometry = _photograph(seed, quads)
        points = geometry.bend.bent(np.array([[20.0, 111], [450, 111], [880, 111]]))  # type: ignore[union-attr]
        return float(abs(points[1, 1] - (points[0, 1] + points[2, 1]) / 2))

    assert sum(bow(line, s) for s in range(12)) * 3 < sum(bow(words, s) for s in range(12))


def test_local_scale_is_the_growth_of_small_squares() -> None:
    for seed in range(6):
        geometry = _photograph(seed)
        centres = np.random.default_rng(seed).uniform(20, 680, (50, 2))
        square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * 0.01
        corners = geometry.forward(centres[:, None] + square)
        x, y = corners[..., 0], corners[..., 1]
        area = np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2 / 0.01**2
        assert np.allclose(np.sqrt(area), local_scale(centres, geometry.log()), rtol=2e-3)


def test_a_scan_is_a_turn_of_at_most_three_degrees() -> None:
    for seed in range(30):
        geometry = scanned(Wear(1 + seed % 3, random.Random(seed)), SIZE)
        assert geometry is not None and geometry.bend is None
        a, b = geometry.forward(np.array([[0.0, 0], [SIZE[0], 0]]))
        assert abs(math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))) <= 3.01
        assert math.isclose(math.dist(a, b) / SIZE[0], 1.0, rel_tol=5e-3)


def test_labels_move_with_the_pixels_and_no_label_is_invented() -> None:
    labels = np.zeros((SIZE[1], SIZE[0]), np.uint16)
    for number, (x, y) in enumerate([(30, 40), (400, 40), (30, 400), (500, 420)], 700):
        labels[y : y + 180, x : x + 260] = number
    for seed in range(4):
        geometry = _photograph(seed)
        moved = move_labels(labels, geometry)
        assert moved.dtype == np.uint16 and set(np.unique(moved)) == set(np.unique(labels))
        for number in (700, 701, 702, 703):
            seen = (labels == number).astype(np.uint8) * 255
            pixels = warp(seen, geometry, ground=np.zeros(moved.shape, np.uint8))
            both = ((pixels > 127) & (moved == number)).sum()
            assert both > 0.98 * max((pixels > 127).sum(), (moved == number).sum())


def test_a_geometry_is_read_back_from_its_log() -> None:
    geometry = _photograph(3)
    again = logged(geometry.log())
    points = np.random.default_rng(1).uniform(0, 600, (20, 2))
    assert again is not None and again.size == geometry.size
    assert np.array_equal(again.forward(points), geometry.forward(points))
    assert logged([("noise", {"sigma": 1.0})]) is None


def test_what_lies_around_the_sheet_stays_on_the_ground() -> None:
    geometry = _photograph(2)
    ground = np.full((geometry.size[1], geometry.size[0], 3), (10, 200, 30), np.uint8)
    worn = warp(np.full((SIZE[1], SIZE[0], 3), 255, np.uint8), geometry, ground=ground)
    t = np.linspace(0, 1, 60, endpoint=False)[:, None]
    corners = np.array([[0, 0], [SIZE[0], 0], [SIZE[0], SIZE[1]], [0, SIZE[1]]], np.float64)
    border = geometry.forward(np.concatenate([corners[i] + (corners[(i + 1) % 4] - corners[i]) * t for i in range(4)]))
    sheet = inside(worn.shape, border[None])
    inner, outer = (cv2.erode(m.astype(np.uint8), np.ones((5, 5))) > 0 for m in (sheet, ~sheet))
    assert (worn[inner] == 255).all() and (worn[outer] == (10, 200, 30)).all()
