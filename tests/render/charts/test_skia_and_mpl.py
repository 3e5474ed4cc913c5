"""Both engines, every type: what the picture shows is where the annotation says it is."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mmrecipes.core.boxes import box_of
from mmrecipes.render.charts import mpl_draw, skia_draw
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.drawn import Drawn, LayoutRefusal
from mmrecipes.render.charts.style import Style, style_for
from mmrecipes.render.charts.summary import Axis, Chart, ChartType, Point
from mmrecipes_tests.render.charts.chart_samples import TYPES, chart_of, cut, near, plain_style, rgb

Draw = Callable[[Chart, Style], Drawn]
ENGINES = {"skia": skia_draw.draw, "matplotlib": mpl_draw.draw}


@pytest.fixture(scope="module")
def drawn() -> Callable[[str, ChartType], tuple[Chart, Style, Drawn]]:
    """Every (engine, type) drawn once."""
    kept: dict[tuple[str, str], tuple[Chart, Style, Drawn]] = {}

    def get(engine: str, kind: ChartType) -> tuple[Chart, Style, Drawn]:
        if (engine, kind) not in kept:
            chart = chart_of(kind)
            style = plain_style(chart, TYPES.index(kind))
            kept[engine, kind] = (chart, style, ENGINES[engine](chart, style))
        return kept[engine, kind]

    return get


each = pytest.mark.parametrize(("engine", "kind"), list(itertools.product(ENGINES, TYPES)))


@each
def test_every_point_has_one_mark_inside_its_plot_area(engine: str, kind: ChartType, drawn) -> None:
    chart, _, picture = drawn(engine, kind)
    expected = [(n, k, i) for n, p in enumerate(chart.panels) for k, s in enumerate(p.series)
                for i in range(len(s.points))]  # fmt: skip
    assert sorted((m.panel, m.series, m.point) for m in picture.marks) == expected
    for m in picture.marks:
        x0, y0, x1, y1 = box_of(m.quad)
        ax0, ay0, ax1, ay1 = picture.areas[m.panel]
        slack = 8.0 if chart.panels[m.panel].type in ("line", "multi_line", "area", "radar") else 1.5
        assert ax0 - slack <= x0 < x1 <= ax1 + slack and ay0 - slack <= y0 < y1 <= ay1 + slack


@each
def test_a_mark_shows_the_colour_of_its_series(engine: str, kind: ChartType, drawn) -> None:
    chart, style, picture = drawn(engine, kind)
    if kind == "heatmap":
        pytest.skip("cells are coloured by value")
    for m in picture.marks:
        pixels = cut(picture.pixels, box_of(m.quad))
        share = near(pixels, chart.panels[m.panel].series[m.series].colour, 60).mean()
        assert share > 0.08, (m, style.preset)


@each
def test_nothing_is_drawn_outside_areas_texts_and_legend(engine: str, kind: ChartType, drawn) -> None:
    chart, style, _ = drawn(engine, kind)
    style = replace(style, decoration="none", plot_background=style.background)
    picture = ENGINES[engine](chart, style)
    rest = np.abs(picture.pixels.astype(int) - rgb(style.background)).max(axis=-1) > 24
    size = style.tick_size
    boxes = [(*a, style.tick_length + 2) for a in picture.areas] + [(*box_of(t.quad), 2.0) for t in picture.texts]
    legends = [box_of(t.quad) for t in picture.texts if t.role == "legend"]
    boxes += [(x0 - 3.4 * size, y0, x1 + size, y1, size) for x0, y0, x1, y1 in legends]
    if kind == "heatmap":
        x0, y0, x1, y1 = picture.areas[0]
        boxes.append((x1, y0, x1 + 3 * size, y1, 2.0))
    if kind in ("pie", "donut"):
        boxes = [(x0, y0, x1, y1, max(m, 1.5 * size)) for x0, y0, x1, y1, m in boxes]
    for x0, y0, x1, y1, margin in boxes:
        rest[
            max(0, int(y0 - margin)) : max(0, int(y1 + margin) + 1),
            max(0, int(x0 - margin)) : max(0, int(x1 + margin) + 1),
        ] = False
    assert rest.sum() == 0, np.argwhere(rest)[:5]


@each
def test_text_quads_hold_ink_and_nothing_else_does(engine: str, kind: ChartType, drawn) -> None:
    _, style, picture = drawn(engine, kind)
    height, width = picture.pixels.shape[:2]
    assert (width, height) == (style.width, style.height)
    for t in picture.texts:
        x0, y0, x1, y1 = box_of(t.quad)
        assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
        inside = cut(picture.pixels, (x0, y0, x1, y1), 1.0)
        ground = np.median(inside.reshape(-1, 3), axis=0)
        ink = np.abs(inside - ground).max(axis=-1) > 45
        assert ink.any(axis=1).mean() > 0.6 and ink.mean() > 0.03, t
    boxes = [box_of(t.quad) for t in picture.texts if t.role != "tick"]
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a, b)


@each
def test_texts_listed_are_those_of_the_summary(engine: str, kind: ChartType, drawn) -> None:
    chart, _, picture = drawn(engine, kind)
    listed = {r: sorted(t.text for t in picture.texts if t.role == r) for r in ("title", "panel_title", "data_label")}
    assert listed["title"] == [chart.title]
    assert listed["panel_title"] == sorted(p.title for p in chart.panels if p.title)
    labels = [q.label for p in chart.panels for s in p.series for q in s.points if q.label is not None]
    assert listed["data_label"] == sorted(labels)
    ticks = {(t.panel, t.axis, t.text) for t in picture.texts if t.role == "tick"}
    assert ticks <= {(n, a.which, text) for n, p in enumerate(chart.panels) for a in p.axes for _, text in a.ticks}
    for n, p in enumerate(chart.panels):
        shown = sorted(t.text for t in picture.texts if t.role == "legend" and t.panel == n)
        assert shown == (sorted(s.name for s in p.series) if p.legend_pos != "none" else [])


def edge_value(kind: str, p: Point) -> float | None:
    """The value at the upper end of the mark, where the type has one."""
    if kind in ("bar", "grouped_bar", "histogram", "line", "multi_line", "area", "scatter", "bubble", "error_bar"):
        return p.y
    return {"box": p.extra.get("q3"), "violin": p.extra.get("high"),
            "waterfall": max(p.extra.get("start", 0.0), p.extra.get("end", 0.0)),
            "candlestick": max(p.y, p.extra.get("open", p.y))}.get(kind)  # fmt: skip


def pixel_by_ticks(picture: Drawn, axis: Axis, value: float) -> float:
    """Interpolate between the printed tick labels: independent of the plot area the drawing reports.

    Digits are equally high, so that the middles of the labels' ink lie at a constant distance from their ticks; that
    distance is taken out by the label of the axis minimum, which lies on the area's lower edge.
    """
    middles = {t.text: (box_of(t.quad)[1] + box_of(t.quad)[3]) / 2 for t in picture.texts
               if t.role == "tick" and t.axis == axis.which and t.panel == 0}  # fmt: skip
    values = {text: v for v, text in axis.ticks if text in middles}
    slope, start = np.polyfit([values[t] for t in values], [middles[t] for t in values], 1)
    return float(slope * value + start) + picture.areas[0][3] - float(slope * axis.min + start)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["bar", "grouped_bar", "histogram", "line", "multi_line", "area", "scatter", "bubble",
                                  "box", "violin", "waterfall", "candlestick", "error_bar"])  # fmt: skip
def test_a_value_stands_where_the_printed_ticks_say(engine: str, kind: ChartType, drawn) -> None:
    chart, _, picture = drawn(engine, kind)
    axis = chart.panels[0].axis("y")
    for m in picture.marks:
        value = edge_value(kind, chart.panels[0].series[m.series].points[m.point])
        assert value is not None
        _, y0, _, y1 = box_of(m.quad)
        at = (y0 + y1) / 2 if kind in ("line", "multi_line", "area", "scatter", "bubble") else y0
        assert abs(at - pixel_by_ticks(picture, axis, value)) <= 1.0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", ["bar", "grouped_bar", "stacked_bar"])
def test_the_pixels_of_a_bar_end_where_its_quad_ends(engine: str, kind: ChartType, drawn) -> None:
    chart, _, picture = drawn(engine, kind)
    for m in picture.marks:
        x0, y0, x1, y1 = box_of(m.quad)
        colour = chart.panels[0].series[m.series].colour
        column = picture.pixels[:, round((x0 + x1) / 2) - 2].astype(np.int64)
        rows = np.flatnonzero(near(column, colour, 25))
        rows = rows[(rows > y0 - 6) & (rows < y1 + 6)]
        assert abs(rows.min() - y0) <= 1.2 and abs(rows.max() + 1 - y1) <= 1.8


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_chart_and_style_give_the_same_bytes(engine: str) -> None:
    for kind in ("bar", "multi_line", "pie", "heatmap"):
        chart = chart_of(kind)
        style = style_for(chart, 3, random.Random(5))
        one, two = ENGINES[engine](chart, style), ENGINES[engine](chart, style)
        assert np.array_equal(one.pixels, two.pixels) and one.texts == two.texts and one.marks == two.marks


@pytest.mark.parametrize("engine", ENGINES)
def test_hidden_points_and_slivers_are_refused(engine: str) -> None:
    chart = chart_of("scatter")
    panel = chart.panels[0]
    points = (*panel.series[0].points, panel.series[0].points[0])
    twice = replace(chart, panels=(replace(panel, series=(replace(panel.series[0], points=points),)),))
    with pytest.raises(LayoutRefusal, match="hidden_mark"):
        ENGINES[engine](twice, plain_style(twice))
    bar = chart_of("bar")
    thin = replace(bar.panels[0].series[0], points=(Point("North", 0.01), Point("South", 50.0)))
    with pytest.raises(LayoutRefusal, match="hidden_mark"):
        low = replace(bar, panels=(replace(bar.panels[0], series=(thin,)),))
        ENGINES[engine](low, plain_style(low))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_text_no_face_can_print_is_refused(engine: str) -> None:
    chart = replace(chart_of("bar"), title="降水量")
    with pytest.raises(LayoutRefusal, match="missing_glyph"):
        ENGINES[engine](chart, plain_style(chart))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_legend_in_the_plot_covers_no_mark(engine: str) -> None:
    seen = 0
    for i in range(12):
        chart = random_chart(random.Random(i), i, kind=("grouped_bar", "scatter", "multi_line")[i % 3])
        chart = replace(chart, panels=(replace(chart.panels[0], legend_pos="upper_left"),))
        style = replace(style_for(chart, i, random.Random(i)), legend_inside=True)
        try:
            picture = ENGINES[engine](chart, style)
        except LayoutRefusal:
            continue
        names = [box_of(t.quad) for t in picture.texts if t.role == "legend"]
        seen += bool(names)
        for m, n in itertools.product(picture.marks, names):
            a = box_of(m.quad)
            assert a[2] <= n[0] or n[2] <= a[0] or a[3] <= n[1] or n[3] <= a[1]
    assert seen >= 6


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_random_charts_of_all_types_are_drawn_with_separate_texts(engine: str) -> None:
    refused = 0
    for i in range(66):
        rng = random.Random(i * 13)
        chart = random_chart(rng, i)
        try:
            picture = ENGINES[engine](chart, style_for(chart, i, rng))
        except LayoutRefusal:
            refused += 1
            continue
        upright = [box_of(t.quad) for t in picture.texts if t.quad[0][1] == t.quad[1][1]]
        for a, b in itertools.combinations(upright, 2):
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], chart.title
    assert refused <= 7
