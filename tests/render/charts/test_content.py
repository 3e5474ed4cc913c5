"""Random charts: every type, believable and self-consistent data, colours that can be told apart."""

from __future__ import annotations

import itertools
import math
import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmrecipes.core.identity import rng_from
from mmrecipes.render.charts.axes import half_up, nice_step, number, printed_number, value_axis
from mmrecipes.render.charts.content import TYPES, random_chart
from mmrecipes.render.charts.content_local import local_chart
from mmrecipes.render.charts.palettes import MIN_DIFFERENCE, difference
from mmrecipes.render.charts.summary import Chart, ChartType, chart_from_json


def charts(kind: ChartType, count: int = 60) -> list[Chart]:
    return [random_chart(rng_from(kind, i), i, kind=kind) for i in range(count)]


def one_of_each(rounds: int = 12) -> list[Chart]:
    return [random_chart(rng_from("each", i), i) for i in range(len(TYPES) * rounds)]


def test_all_22_types_come_once_before_any_comes_again() -> None:
    for start in (0, 22, 220):
        assert sorted(random_chart(rng_from(i), i).type for i in range(start, start + 22)) == sorted(TYPES)


def test_the_same_seed_gives_the_same_chart_and_another_seed_another() -> None:
    for i in range(44):
        assert random_chart(rng_from("a", i), i) == random_chart(rng_from("a", i), i)
        assert random_chart(rng_from("a", i), i) != random_chart(rng_from("b", i), i)


def test_a_chart_survives_its_json_form() -> None:
    for chart in one_of_each(4):
        assert chart_from_json(chart.to_json()) == chart


def test_series_of_a_chart_differ_in_colour_and_in_colour_name() -> None:
    for chart in one_of_each():
        for panel in chart.panels:
            named = [s for s in panel.series if s.colour_name]
            for i, a in enumerate(named):
                for b in named[i + 1 :]:
                    assert a.colour_name != b.colour_name
                    assert difference(a.colour, b.colour) >= MIN_DIFFERENCE


def test_every_value_lies_on_its_axis_and_ticks_are_evenly_spaced_round_numbers() -> None:
    for chart in one_of_each():
        for panel in chart.panels:
            for axis in panel.axes:
                ticks = [t for t, _ in axis.ticks]
                if axis.scale == "linear" and len(ticks) > 2:
                    steps = {round(b - a, 9) for a, b in itertools.pairwise(ticks)}
                    assert len(steps) == 1
                    mantissa = steps.pop() / 10 ** math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9)
                    assert min(abs(mantissa - m) for m in (1, 2, 2.5, 4, 5, 10)) < 1e-6
                for t, text in axis.ticks:
                    if axis.scale in ("linear", "log"):
                        assert printed_number(text) == pytest.approx(t, abs=1e-9)
            for s in panel.series:
                if panel.type not in ("stacked_bar", "stacked_area", "waterfall", "pie", "donut"):
                    axis = panel.axis(s.axis)
                    assert all(axis.min - 1e-9 <= p.y <= axis.max + 1e-9 for p in s.points), (chart.type, axis)


def test_minor_steps_divide_major_steps() -> None:
    for chart in one_of_each():
        for panel in chart.panels:
            for axis in panel.axes:
                if axis.minor_step and axis.name != "Year":
                    parts = (axis.ticks[1][0] - axis.ticks[0][0]) / axis.minor_step
                    assert abs(parts - round(parts)) < 1e-6 and parts >= 2


def test_printed_labels_of_invented_charts_are_the_data_exactly() -> None:
    seen = 0
    for chart in one_of_each():
        for panel in chart.panels:
            for p in (p for s in panel.series for p in s.points if p.label and panel.type != "bubble"):
                assert printed_number(p.label or "") == p.y
                seen += 1
    assert seen > 500


def test_shares_of_pies_and_of_full_stacks_add_up_to_100() -> None:
    for kind in ("pie", "donut"):
        for chart in charts(kind):
            panel = chart.panels[0]
            if panel.axis("radial").unit == "%":
                assert math.isclose(sum(s.points[0].y for s in panel.series), 100)
    full = [c.panels[0] for c in charts("stacked_bar") if c.panels[0].axis("y").unit == "%"]
    assert full
    for panel in full:
        for column in zip(*(s.points for s in panel.series), strict=True):
            assert math.isclose(sum(p.y for p in column), 100)


def test_waterfall_steps_lead_from_the_first_total_to_the_last() -> None:
    for chart in charts("waterfall"):
        panel = chart.panels[0]
        order = {name: v for v, name in panel.axis("x").ticks}
        bars = sorted((p for s in panel.series for p in s.points), key=lambda p: order[str(p.x)])
        level = bars[0].extra["end"]
        for bar in bars[1:-1]:
            assert bar.extra["start"] == pytest.approx(level)
            level += bar.y
            assert bar.extra["end"] == pytest.approx(level)
        assert bars[-1].y == pytest.approx(level)
        signs = {s.name: {p.y > 0 for p in s.points} for s in panel.series}
        assert signs["Increase"] == {True} and signs["Decrease"] == {False}


def test_candles_have_high_and_low_around_open_and_close_and_the_right_series() -> None:
    for chart in charts("candlestick"):
        for s in chart.panels[0].series:
            assert s.points
            for p in s.points:
                assert p.extra["low"] <= min(p.y, p.extra["open"]) <= max(p.y, p.extra["open"]) <= p.extra["high"]
                assert (p.y >= p.extra["open"]) == (s.name == "Up")


def test_box_numbers_are_in_order_and_outliers_outside() -> None:
    outliers = 0
    for chart in charts("box"):
        for p in chart.panels[0].series[0].points:
            e = p.extra
            assert e["low"] <= e["q1"] <= p.y <= e["q3"] <= e["high"]
            far = [v for k, v in e.items() if k.startswith("outlier")]
            outliers += len(far)
            assert all(v < e["low"] or v > e["high"] for v in far)
    assert outliers > 10


def test_histogram_bins_are_contiguous_and_count_everything() -> None:
    for chart in charts("histogram"):
        points = chart.panels[0].series[0].points
        assert all(a.extra["right"] == b.extra["left"] for a, b in itertools.pairwise(points))
        assert sum(p.y for p in points) >= 60


def test_scatter_pairs_follow_the_sign_they_were_made_with() -> None:
    strengths = []
    for chart in charts("scatter", 120):
        points = [p for s in chart.panels[0].series for p in s.points]
        xs, ys = [float(p.x) for p in points], [p.y for p in points]
        strengths.append(statistics.correlation(xs, ys) if len(set(ys)) > 1 else 0.0)
    assert sum(abs(r) > 0.7 for r in strengths) > 40 and sum(abs(r) < 0.3 for r in strengths) > 5
    assert any(r < -0.7 for r in strengths) and any(r > 0.7 for r in strengths)


def test_log_axes_print_their_values_and_span_decades() -> None:
    log = [p for c in charts("line", 200) for p in c.panels if any(a.scale == "log" for a in p.axes)]
    assert len(log) >= 5
    for panel in log:
        assert all(p.label for s in panel.series for p in s.points)
        assert len(panel.axis("y").ticks) >= 3


def test_legends_stand_in_all_places_and_sometimes_list_series_in_another_order() -> None:
    panels = [p for c in one_of_each(20) for p in c.panels if len(p.series) > 1]
    assert {p.legend_pos for p in panels} >= {"upper_right", "upper_left", "right", "bottom", "direct"}
    assert any(p.legend_order != tuple(range(len(p.series))) for p in panels if p.legend_order)


def test_series_names_are_distinct_and_so_are_categories() -> None:
    for chart in one_of_each():
        for panel in chart.panels:
            assert len({s.name for s in panel.series}) == len(panel.series)
            for s in panel.series:
                if panel.type not in ("scatter", "bubble"):
                    assert len({p.x for p in s.points}) == len(s.points)


def test_titles_and_measures_vary() -> None:
    titles = Counter(c.title for c in one_of_each(20))
    assert max(titles.values()) <= 0.02 * sum(titles.values())


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=20), st.booleans(), st.integers(0, 99))
@settings(max_examples=200)
def test_a_value_axis_holds_all_values_between_round_ends(values: list[float], zero: bool, seed: int) -> None:
    axis = value_axis("y", "m", "", values, rng_from(seed), zero=zero)
    slack = 1e-6 * max(1e-6, abs(min(values)), abs(max(values)))
    assert axis.min <= min(values) + slack and axis.max >= max(values) - slack
    assert 2 <= len(axis.ticks) <= 12
    if zero:
        assert axis.min <= 0 <= axis.max


@given(st.floats(1e-6, 1e9), st.integers(2, 10))
def test_nice_steps_are_the_smallest_that_cover_the_span(span: float, intervals: int) -> None:
    step = nice_step(span, intervals)
    assert step * intervals >= span * (1 - 1e-9)
    assert step <= 2.6 * span / intervals


def test_numbers_are_printed_as_people_do() -> None:
    printed = [number(v, d) for v, d in ((9999, 0), (12345.6, 1), (-0.001, 2), (-3.5, 1))]
    assert printed == ["9999", "12,345.6", "0.00", "-3.5"]
    assert [half_up(v, 1) for v in (0.25, 0.35, -0.25, 246.25)] == [0.3, 0.4, -0.3, 246.3]
    assert [printed_number(t) for t in ("1,200", "4.5%", "+12", "−3", "Old Town")] == [1200, 4.5, 12, -3, None]


@pytest.mark.parametrize(
    ("language", "said"), [("de", " (Anteil)"), ("zh", "占比"), ("ja", "割合"), ("ar", " (النسبة)")]
)
def test_a_pie_of_shares_in_another_language_says_so_in_its_title(language: str, said: str) -> None:
    made = [local_chart(rng_from("share", i), i, language, kind="pie") for i in range(20)]
    shares = [c.panels[0].axes[0].unit == "%" for c in made]
    assert {True, False} == set(shares) and [said in c.title for c in made] == shares
