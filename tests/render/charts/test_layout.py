"""Layout: labels and their ink, scales, overlap, spreading, tick labels, legends."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.text import shape
from mmrecipes.core.boxes import Box, Quad, quad_of
from mmrecipes.render.charts import assemble, mpl_draw, skia_draw
from mmrecipes.render.charts.drawn import LayoutRefusal, TextBox
from mmrecipes.render.charts.layout import Label, check_texts, contrast_ink, first_overlap, luminance, overlap, scale
from mmrecipes.render.charts.layout_legend import block, free_corner, widest_block
from mmrecipes.render.charts.layout_plot import inside_length, spread
from mmrecipes.render.charts.layout_round import slices_of
from mmrecipes.render.charts.layout_ticks import fit_below, minor_places
from mmrecipes.render.charts.style import style_for
from mmrecipes.render.charts.summary import Axis
from mmrecipes_tests.render.charts.chart_samples import categories, chart_of, plain_style, values

side = st.floats(0, 100)


@given(side, side, st.floats(1, 40), st.floats(1, 40), side, side, st.floats(1, 40), st.floats(1, 40))
def test_upright_quads_overlap_exactly_when_their_boxes_do(
    x: float, y: float, w: float, h: float, u: float, v: float, k: float, m: float
) -> None:
    apart = x + w <= u or u + k <= x or y + h <= v or v + m <= y
    assert overlap(quad_of((x, y, x + w, y + h)), quad_of((u, v, u + k, v + m))) == (not apart)


def test_turned_quads_may_share_a_bounding_box_without_overlapping() -> None:
    one: Quad = ((0, 0), (10, 10), (9, 11), (-1, 1))
    two: Quad = ((4, 0), (14, 10), (13, 11), (3, 1))
    assert not overlap(one, two, 1.0) and overlap(one, two, 4.0)
    assert first_overlap([one, two], 1.0) is None and first_overlap([one, two], 4.0) == (0, 1)


@given(st.lists(side, min_size=1, max_size=9), st.floats(1, 10))
def test_spread_places_keep_their_distance_order_and_range(wanted: list[float], step: float) -> None:
    places = spread(sorted(wanted), step, 0.0, 200.0)
    assert all(b - a >= step - 1e-6 for a, b in itertools.pairwise(places))
    assert min(places) >= -1e-6 and max(places) <= 200 + 1e-6
    if all(b - a >= step for a, b in itertools.pairwise(sorted(wanted))):
        assert places == pytest.approx(sorted(wanted))


@given(st.tuples(side, side), st.tuples(side, side))
def test_the_length_inside_a_box_agrees_with_sampling(a: tuple[float, float], b: tuple[float, float]) -> None:
    box: Box = (30.0, 30.0, 70.0, 60.0)
    n = 4000
    length = ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
    inside = sum(
        30 <= a[0] + (b[0] - a[0]) * (i + 0.5) / n <= 70 and 30 <= a[1] + (b[1] - a[1]) * (i + 0.5) / n <= 60
        for i in range(n)
    )
    assert inside_length(a, b, box) == pytest.approx(length * inside / n, abs=0.1)


def test_scales_map_ends_middles_decades_and_names() -> None:
    linear, log = scale(values("y"), 500.0, 100.0), scale(Axis("y", "", "", "log", 1.0, 1000.0, ()), 300.0, 0.0)
    assert (linear.at(0.0), linear.at(50.0), linear.at(100.0)) == (500.0, 300.0, 100.0)
    assert [round(log.at(10.0**k), 6) for k in range(4)] == [300.0, 200.0, 100.0, 0.0] and log.base == 300.0
    names = scale(categories("x", "a", "b", "c", "d"), 0.0, 400.0)
    assert [names.place(n) for n in "abcd"] == [50.0, 150.0, 250.0, 350.0]


def test_bars_start_from_the_nearest_end_when_zero_is_not_on_the_axis() -> None:
    assert scale(values("y", 100.0, 50.0), 500.0, 100.0).base == 500.0
    assert scale(values("y", 100.0, -100.0), 500.0, 100.0).base == 300.0


def test_minor_ticks_lie_between_the_major_ones() -> None:
    assert minor_places(scale(values("y"), 0.0, 100.0)) == pytest.approx([10.0, 30.0, 50.0, 70.0, 90.0])


@given(st.sampled_from(("left", "centre", "right")), st.sampled_from(("top", "middle", "baseline", "bottom")),
       st.sampled_from((0.0, -45.0, -90.0, 30.0)))  # fmt: skip
def test_a_label_of_two_lines_is_as_large_as_both(align: str, valign: str, angle: float) -> None:
    font = face("DejaVu Sans")
    runs = (shape("upper line", font, 14.0), shape("lower", font, 14.0))
    label = Label("", runs, 100.0, 100.0, "#000000", "tick", align=align, valign=valign, angle=angle)  # type: ignore[arg-type]
    a, b, _, d = label.quad
    width = ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
    height = ((a[0] - d[0]) ** 2 + (a[1] - d[1]) ** 2) ** 0.5
    assert runs[0].ink[2] - runs[0].ink[0] - 0.01 <= width <= max(r.width for r in runs) + 2
    assert height == pytest.approx(runs[1].ink[3] - runs[0].ink[1] + 1.2 * 14, abs=0.01)


def test_texts_over_each_other_or_over_the_edge_are_refused() -> None:
    one = TextBox(0, "tick", "one", quad_of((10, 10, 40, 20)))
    with pytest.raises(LayoutRefusal, match="text_overlap"):
        check_texts([one, replace(one, quad=quad_of((39, 12, 60, 22)))], 100, 100)
    with pytest.raises(LayoutRefusal, match="text_outside"):
        check_texts([replace(one, quad=quad_of((80, 10, 101, 20)))], 100, 100)
    check_texts([one, replace(one, quad=quad_of((45, 12, 60, 22)))], 100, 100)


def test_category_labels_are_wrapped_or_turned_and_numbers_thinned_before_anything_is_lost() -> None:
    style = plain_style(chart_of("bar"), 0, tick_size=14.0)
    long = categories("x", "Old Harbour", "North Fleet", "South Bank", "West Quay")
    fits = {w: fit_below(scale(long, 50.0, 50.0 + w), style, "bar", 200.0) for w in (600, 300, 110)}
    assert fits[600].angle == 0 and len(fits[600].lines[0]) == 1
    assert fits[300].angle == 0 and len(fits[300].lines[0]) == 2
    assert fits[110].angle in (45.0, 90.0)
    assert all(len(f.kept) == 4 for f in fits.values())
    crowd = categories("x", *(f"Parish number {i}" for i in range(30)))
    with pytest.raises(LayoutRefusal, match="text_overlap"):
        fit_below(scale(crowd, 50.0, 350.0), style, "bar", 200.0)
    assert 0 < len(fit_below(scale(crowd, 50.0, 650.0), style, "line", 40.0).kept) < 30


def test_a_legend_in_a_corner_avoids_what_is_taken() -> None:
    panel = replace(chart_of("grouped_bar").panels[0], legend_pos="upper_right")
    style = plain_style(chart_of("grouped_bar"))
    area: Box = (50.0, 50.0, 650.0, 450.0)
    found = free_corner(panel, style, area, [])
    assert found is not None and found[1][0] + found[0].width <= 650 and found[1][1] >= 50
    blocked: Box = (found[1][0], found[1][1] + found[0].height - 5, 650.0, 400.0)
    other = free_corner(panel, style, area, [blocked])
    assert other is None or other[0].columns > 1
    assert free_corner(panel, style, area, [area]) is None


def test_wide_legends_take_as_many_columns_as_fit() -> None:
    panel = chart_of("grouped_bar").panels[0]
    style = plain_style(chart_of("grouped_bar"))
    one = block(panel, style, 1)
    wide, narrow = widest_block(panel, style, 2000.0), widest_block(panel, style, one.width + 1)
    assert wide is not None and wide.rows == 1 and narrow is not None and narrow.rows == 3
    assert widest_block(panel, style, 10.0) is None


def test_slices_go_clockwise_from_twelve_and_slivers_are_refused() -> None:
    cuts = slices_of([50.0, 25.0, 25.0])
    assert [(c.start, c.sweep) for c in cuts] == [(-90.0, 180.0), (90.0, 90.0), (180.0, 90.0)]
    with pytest.raises(LayoutRefusal, match="hidden_mark"):
        slices_of([99.9, 0.1])


@given(st.integers(0, 2**24 - 1))
def test_letters_on_a_fill_have_enough_contrast(colour: int) -> None:
    fill = f"#{colour:06x}"
    a, b = sorted((luminance(fill), luminance(contrast_ink(fill))))
    assert (b + 0.05) / (a + 0.05) > 3.5


def test_spread_with_no_room_left_keeps_the_order() -> None:
    rng = random.Random(1)
    wanted = sorted(rng.uniform(0, 10) for _ in range(5))
    assert spread(wanted, 10.0, 0.0, 10.0) == sorted(spread(wanted, 10.0, 0.0, 10.0))


@pytest.mark.parametrize("draw", [skia_draw.draw, mpl_draw.draw])
def test_a_layer_thinner_than_three_pixels_over_most_of_its_length_is_refused(draw: Any) -> None:
    years = [float(y) for y in range(2010, 2018)]
    thick, thin = [60.0] * 8, [0.42, 0.45, 0.4, 0.44, 0.43, 0.41, 12.0, 14.0]
    for rows, refused in (([("A", thick), ("B", thin)], True), ([("A", thick), ("B", [9.0] * 8)], False)):
        q = assemble.Quantity("Output", "t", 1)
        chart = assemble.lines("stacked_area", "Layers", "Year", years, rows, q, random.Random(4))
        chart = replace(chart, panels=(replace(chart.panels[0], legend_pos="right"),))
        style = style_for(chart, 1, random.Random(1))
        if refused:
            with pytest.raises(LayoutRefusal) as refusal:
                draw(chart, style)
            assert refusal.value.reason == "thin_layer" and "'B'" in refusal.value.detail
        else:
            assert len(draw(chart, style).marks) == 16
