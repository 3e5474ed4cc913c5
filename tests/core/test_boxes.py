from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.core.boxes import Box, area, box_of, clip, clockwise, intersection, iou, quad_of, union

side = st.floats(-50, 150, allow_nan=False)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(side), draw(side)
    return (x0, y0, x0 + draw(st.floats(0.1, 80)), y0 + draw(st.floats(0.1, 80)))


@given(boxes(), boxes())
def test_iou_is_symmetric_and_between_zero_and_one(a: Box, b: Box) -> None:
    assert 0 <= iou(a, b) == iou(b, a) <= 1
    assert iou(a, a) > 0.999
    assert area(intersection(a, b)) <= min(area(a), area(b)) + 1e-9
    assert area(union(a, b)) >= max(area(a), area(b)) - 1e-9


@given(boxes())
def test_a_box_survives_being_a_quad_in_any_corner_order(box: Box) -> None:
    assert box_of(quad_of(box)) == box
    for corners in itertools.permutations(quad_of(box)):
        a, b, c, d = corners
        assert clockwise((a, b, c, d)) == quad_of(box)


@given(boxes())
def test_clipping_stays_inside_the_image(box: Box) -> None:
    x0, y0, x1, y1 = clip(box, 100, 60)
    if x1 > x0 and y1 > y0:
        assert 0 <= x0 < x1 <= 100 and 0 <= y0 < y1 <= 60
