"""Claims about COCO segmentations, checked against pycocotools."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.formats.masks import inner_point, mask_of

mask_tools = pytest.importorskip("pycocotools.mask")


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 60), st.floats(0, 1))
@settings(max_examples=100)
def test_run_lengths_decode_like_pycocotools(seed: int, width: int, height: int, share: float) -> None:
    mask = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)
    packed = mask_tools.encode(np.asfortranarray(mask))
    text = {"size": packed["size"], "counts": packed["counts"].decode()}
    ours = mask_of(text, (width, height))
    assert ours is not None
    assert (ours == mask).all()
    flat = mask.flatten(order="F")
    changes = [0, *(np.flatnonzero(np.diff(flat)) + 1).tolist(), flat.size]
    runs = np.diff(changes).tolist()
    runs = [0, *runs] if flat[0] else runs
    plain = mask_of({"size": [height, width], "counts": runs}, (width, height))
    assert plain is not None
    assert (plain == mask).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_polygons_decode_nearly_like_pycocotools(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.random(rng.integers(5, 12)) * 2 * np.pi)
    radius = rng.uniform(25, 45)
    points = np.stack([60 + radius * np.cos(angles), 50 + radius * np.sin(angles)], 1)
    polygon = [points.flatten().tolist()]
    theirs = mask_tools.decode(mask_tools.merge(mask_tools.frPyObjects(polygon, 100, 120)))
    ours = mask_of(polygon, (120, 100))
    assert ours is not None
    both, either = np.logical_and(ours, theirs).sum(), np.logical_or(ours, theirs).sum()
    outline = np.linalg.norm(np.diff(points, axis=0, append=points[:1]), axis=1).sum()
    assert either - both <= outline  # at most a pixel along the outline


@pytest.mark.parametrize(
    "segmentation",
    [None, [], [[1, 2, 3, 4]], [[1, 2, 3, 4, 5]], [["a"] * 6], [[float("nan")] * 6], {"size": [5, 5], "counts": [25]},
     {"size": [10, 20], "counts": [3]}, {"size": [10, 20], "counts": "??"}, "x"],
)  # fmt: skip
def test_what_is_not_a_mask_of_this_image_is_none(segmentation: object) -> None:
    assert mask_of(segmentation, (20, 10)) is None


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_the_inner_point_lies_in_the_mask(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = (rng.random((30, 40)) < rng.uniform(0.01, 1)).astype(np.uint8)
    point = inner_point(mask)
    if not mask.any():
        assert point is None
    else:
        assert point is not None
        assert mask[int(point[1]), int(point[0])] == 1


def test_a_ring_is_pointed_at_on_its_body_not_in_its_hole() -> None:
    y, x = np.mgrid[:50, :50]
    distance = np.hypot(x - 25, y - 25)
    ring = ((distance > 12) & (distance < 22)).astype(np.uint8)
    point = inner_point(ring)
    assert point is not None
    assert ring[int(point[1]), int(point[0])] == 1
