"""Planes of drawn places are found again from exact depth and segmentation; homographies agree with projection by
hand."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.render.homography import project
from mmrecipes.render.scene_text.geometry import Plane, looking
from mmrecipes.render.scene_text.places import PLACES
from mmrecipes.render.scene_text.regions import ASPECTS, MIN_SIDE, find_regions, fit_plane
from mmrecipes.render.scene_text.segment import segment
from mmrecipes.render.scene_text.stage import shadows_on

SIZE = (480, 360)


@given(st.floats(-0.9, 0.9), st.floats(-0.3, 0.3), st.floats(0, 2), st.floats(0, 1))
def test_the_homography_of_a_plane_agrees_with_the_pinhole_formula(
    yaw: float, pitch: float, x: float, y: float
) -> None:
    camera = looking(*SIZE, 500.0, (0.3, -1.5, 0.0), yaw, pitch)
    plane = Plane(np.array([-1.0, -2.0, 4.0]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), 2.0, 1.0)
    found = project(np.array([[x, y]]), plane.homography(camera))[0]
    px, py, pz = -1.0 + x - 0.3, -2.0 + y + 1.5, 4.0
    cx, cz = px * np.cos(yaw) - pz * np.sin(yaw), px * np.sin(yaw) + pz * np.cos(yaw)
    ty, tz = py * np.cos(pitch) + cz * np.sin(pitch), -py * np.sin(pitch) + cz * np.cos(pitch)
    if tz > 0.3:
        assert found == pytest.approx([500 * cx / tz + 240, 500 * ty / tz + 180], abs=1e-6)


@pytest.mark.parametrize("kind", ["room", "notice wall"])
def test_the_nearest_surface_is_the_one_that_is_seen(kind: str) -> None:
    """Painting back to front agrees with a depth buffer, but for slim edges."""
    place = PLACES[kind](random.Random(kind), SIZE)
    _, seen = place.stage.draw(place.backdrop)
    depth = place.stage.depth(seen)
    rows, columns = np.nonzero(seen >= 0)
    nearest = np.full(len(rows), np.inf)
    for surface in place.stage.surfaces:
        plane = surface.plane
        outline = plane.outline(place.stage.camera) if plane.faces(place.stage.camera) else None
        if outline is None or surface.see_through:
            continue
        inside = np.zeros(seen.shape, np.uint8)
        cv2.fillConvexPoly(inside, np.round(outline.clip(-5000, 5000) - 0.5).astype(np.int32), 1)
        z = plane.depth(place.stage.camera, columns + 0.5, rows + 0.5)
        nearest = np.where((inside[rows, columns] > 0) & (z < nearest), z, nearest)
    behind = depth[rows, columns] > nearest + 0.06
    assert behind.mean() < 0.02


def test_regions_and_planes_of_a_drawn_place_are_found_from_its_depth() -> None:
    found = 0
    for seed in range(2):
        place = PLACES["notice wall"](random.Random(seed), SIZE)
        _, seen = place.stage.draw(place.backdrop)
        camera = place.stage.camera
        regions = find_regions(seen.astype(np.int32), place.stage.depth(seen), camera.focal, random.Random(1))
        for r in regions:
            true = camera.rotation @ place.stage.surfaces[r.label].plane.normal
            assert float(r.normal @ true) > 0.999
            width, height = r.size
            corners = project(np.array([[0.0, 0], [width, 0], [width, height], [0, height]]), r.h)
            assert cv2.contourArea(corners.astype(np.float32)) > 0
            top, side = corners[1] - corners[0], corners[3] - corners[0]
            assert top[0] > 0 and side[1] > 0 and top[0] * side[1] - top[1] * side[0] > 0
            found += 1
    assert found >= 4


def test_a_plane_is_fitted_in_spite_of_outliers_and_refused_with_too_few_points() -> None:
    rng = np.random.default_rng(3)
    flat = rng.uniform(-2, 2, (300, 2))
    n = np.array([0.3, -0.1, -0.9])
    n /= np.linalg.norm(n)
    z = (-4.0 - flat @ n[:2]) / n[2]
    points = np.column_stack([flat, z])
    points[:90] += rng.uniform(0.5, 3, (90, 3))
    fitted = fit_plane(points, random.Random(0))
    assert fitted is not None
    normal, distance, inliers = fitted
    assert float(normal @ n) > 0.9999 and distance == pytest.approx(-4.0, abs=0.01) and 205 <= inliers.sum() <= 240
    assert fit_plane(points[90:170], random.Random(0)) is None


def test_segments_are_the_areas_of_one_colour_and_slivers_are_no_regions() -> None:
    picture = np.full((200, 240, 3), 230, np.uint8)
    picture[20:120, 30:150] = (40, 90, 160)
    picture[150:160, 10:230] = (180, 40, 40)
    picture = np.clip(picture + np.random.default_rng(0).normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
    labels = segment(picture)
    sheet = labels[30:110, 40:140]
    assert (sheet == sheet[0, 0]).mean() > 0.99 and sheet[0, 0] != labels[5, 5]
    depth = np.full(labels.shape, 3.0)
    regions = find_regions(labels, depth, 250.0, random.Random(0))
    assert sheet[0, 0] in {r.label for r in regions}
    assert labels[155, 100] not in {r.label for r in regions}
    for r in regions:
        assert min(r.size) > MIN_SIDE * 0.8 and ASPECTS[0] * 0.8 < r.size[0] / r.size[1] < ASPECTS[1] * 1.2


def test_a_shadow_falls_where_the_light_carries_it() -> None:
    wall = Plane(np.array([0.0, 0, 5]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), 4, 3)
    board = Plane(np.array([1.0, 1.0, 4.9]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), 0.5, 0.4)
    light = np.array([1.0, 1.0, 1.0]) / np.sqrt(3)
    solid = np.concatenate([board.corners, board.corners])[None]
    (hull,) = shadows_on(wall, solid, light, (0, 0, 4, 3))
    assert hull.min(axis=0) == pytest.approx([1.1, 1.1], abs=1e-5)
    assert hull.max(axis=0) == pytest.approx([1.6, 1.5], abs=1e-5)
    assert shadows_on(wall, solid, -light, (0, 0, 4, 3)) == []
