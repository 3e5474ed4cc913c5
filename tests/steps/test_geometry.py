"""Claims about bringing annotations to usable instances."""

from __future__ import annotations

import io
import itertools
import math
import random
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from mmrecipes.formats.coco import corners_of
from mmrecipes.formats.frames import Frame, box_in, quad_in, turned
from mmrecipes.steps.geometry import place

FRAME = Frame((200, 100), 1, (200, 100))


def annotation(ann_id: int, bbox: Any, **more: Any) -> dict[str, Any]:
    return {"id": ann_id, "bbox": bbox, "category": "cat", "iscrowd": 0, **more}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_turned_by_exif_lies_on_the_pixels_it_lay_on(orientation: int) -> None:
    pixels = np.zeros((60, 100), np.uint8)
    pixels[10:25, 70:90] = 255
    stored = Image.fromarray(pixels)
    exif = stored.getexif()
    exif[0x0112] = orientation
    data = io.BytesIO()
    stored.save(data, "PNG", exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data.getvalue())))
    assert upright is not None
    ys, xs = np.nonzero(np.asarray(upright))
    expected = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    assert box_in((70, 10, 90, 25), Frame((100, 60), orientation, upright.size), 1, 0) == expected
    assert turned((0.0, 0.0), orientation, (100, 60)) in set(
        itertools.product((0.0, float(upright.width)), (0.0, float(upright.height)))
    )


@pytest.mark.parametrize(
    ("bbox", "reason"),
    [
        ([10, 10, math.nan, 5], "nan_box"), ([10, 10, math.inf, 5], "nan_box"), ([10, 10, None, 5], "nan_box"),
        ([10, 10, -5, 5], "inverted_box"), ([10, 10, 0, 5], "zero_area"), ([10, 10, 5], "bad_bbox"),
        ("10,10,5,5", "bad_bbox"), ([10, 10, "5", 5], "bad_bbox"), (None, "bad_bbox"),
        ([True, 10, 5, 5], "bad_bbox"),
    ],
)  # fmt: skip
def test_a_box_that_is_not_one_has_its_reason(bbox: Any, reason: str) -> None:
    assert corners_of(bbox) == reason
    placed = place([annotation(1, bbox), annotation(2, [5, 5, 50, 50])], FRAME, 4, 1e-4, "yx")
    assert placed.dropped == {reason: 1}
    assert len(placed.instances) == 1
    assert placed.incomplete == {"cat"}


@pytest.mark.parametrize(
    ("bbox", "reason"),
    [([300, 10, 20, 20], "outside_image"), ([-50, 10, 50, 20], "outside_image"), ([10, 10, 3, 50], "too_small"),
     ([198, 10, 50, 50], "too_small")],
)  # fmt: skip
def test_boxes_outside_or_too_small_after_clipping_are_dropped(bbox: list[float], reason: str) -> None:
    assert place([annotation(1, bbox)], FRAME, 4, 1e-4, "yx").dropped == {reason: 1}


def test_a_box_over_the_edge_is_clipped_to_the_picture() -> None:
    placed = place([annotation(1, [-10, -10, 50, 300])], FRAME, 4, 1e-4, "yx")
    assert placed.instances[0].box == (0, 0, 40, 100)


def test_a_crowd_leaves_its_category_incomplete() -> None:
    placed = place([annotation(1, [5, 5, 50, 50], iscrowd=1)], FRAME, 4, 1e-4, "yx")
    assert (placed.instances, placed.dropped, placed.incomplete) == ((), {"crowd": 1}, {"cat"})


def test_the_same_object_annotated_twice_is_one_instance_with_both_ids() -> None:
    twice = [annotation(1, [5, 5, 50, 50]), annotation(2, [5, 5, 50, 51]), annotation(3, [5, 5, 50, 40])]
    placed = place(twice, FRAME, 4, 1e-4, "yx")
    assert [i.ann_ids for i in placed.instances] == [(3,), (1, 2)]


@pytest.mark.parametrize("order", ["yx", "x"])
def test_the_order_of_the_file_never_shows(order: Any) -> None:
    made = [annotation(i, [(i * 37) % 150, (i * 53) % 60, 20 + i, 15]) for i in range(12)]
    expected = place(made, FRAME, 4, 1e-4, order).instances
    for seed in range(5):
        shuffled = made[:]
        random.Random(seed).shuffle(shuffled)
        assert place(shuffled, FRAME, 4, 1e-4, order).instances == expected
    corners = [(i.box[1], i.box[0]) if order == "yx" else (i.box[0], i.box[1]) for i in expected]
    assert corners == sorted(corners)


def test_quads_start_at_the_top_left_and_run_clockwise() -> None:
    for shift in range(4):
        points = [(10, 10), (60, 14), (58, 30), (8, 26)]
        flat = [v for p in points[shift:] + points[:shift] for v in p]
        assert quad_in(flat, FRAME) == ((10, 10), (60, 14), (58, 30), (8, 26))
        assert quad_in([v for p in reversed(points) for v in p], FRAME) == ((10, 10), (60, 14), (58, 30), (8, 26))
    assert quad_in([1, 2, 3], FRAME) is None
    assert quad_in([math.nan] * 8, FRAME) is None
