"""What may be asked: reading precision, ties, colours, hidden and overlapping things."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.identity import rng_from
from mmrecipes.render.charts import assemble, palettes
from mmrecipes.render.charts.answers import Query, Refused
from mmrecipes.render.charts.assemble import Quantity
from mmrecipes.render.charts.content import random_chart
from mmrecipes.render.charts.drawn import Drawn, Mark, TextBox
from mmrecipes.render.charts.operations import evaluate
from mmrecipes.render.charts.palettes import ciede2000, difference, lab
from mmrecipes.render.charts.precision import hidden_marks, looks_like, overlapping_texts, problems
from mmrecipes.render.charts.proposals import FAMILIES, proposals
from mmrecipes.render.charts.reading import AsDrawn, resolution, resolutions
from mmrecipes.render.charts.summary import Axis, Chart, Point, Series
from mmrecipes.render.charts.tracks import View

# Sharma, Wu and Dalal 2005, table 1: L1 a1 b1 L2 a2 b2 dE00
PUBLISHED = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.0200 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1.0000
50 -1.1848 -84.8006 50 0 -82.7485 1.0000
50 -0.9009 -85.5211 50 0 -82.7485 1.0000
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.4900 -0.0010 50 -2.4900 0.0009 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0010 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0011 7.2195
50 2.4900 -0.0010 50 -2.4900 0.0012 7.2195
50 -0.0010 2.4900 50 0.0009 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0011 -2.4900 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1.0000
50 2.5 0 50 3.2972 0 1.0000
50 2.5 0 50 1.8634 0.5757 1.0000
50 2.5 0 50 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""


@pytest.mark.parametrize("row", PUBLISHED.strip().splitlines())
def test_ciede2000_gives_the_published_differences(row: str) -> None:
    l1, a1, b1, l2, a2, b2, expected = (float(v) for v in row.split())
    assert ciede2000((l1, a1, b1), (l2, a2, b2)) == pytest.approx(expected, abs=5e-5)


def test_ciede2000_agrees_with_scikit_image_on_all_palette_colours() -> None:
    color = pytest.importorskip("skimage.color")
    named = [c for p in palettes.PALETTES for c in p]
    labs = np.array([lab(c.hex) for c in named])
    expected = color.deltaE_ciede2000(labs[:, None], labs[None])
    own = np.array([[ciede2000(tuple(a), tuple(b)) for b in labs.tolist()] for a in labs.tolist()])
    assert np.abs(own - expected).max() < 1e-6


def test_lab_of_colours_agrees_with_scikit_image() -> None:
    color = pytest.importorskip("skimage.color")
    for c in (c for p in palettes.PALETTES for c in p):
        rgb = np.array([[[int(c.hex[i : i + 2], 16) / 255 for i in (1, 3, 5)]]])
        assert np.abs(color.rgb2lab(rgb)[0, 0] - lab(c.hex)).max() < 0.02


def test_picked_colours_differ_by_20_and_by_hue_word() -> None:
    for seed in range(400):
        chosen = palettes.pick(2 + seed % 6, random.Random(seed))
        for i, a in enumerate(chosen):
            for b in chosen[i + 1 :]:
                assert a.hue != b.hue and difference(a.hex, b.hex) >= 20


# --- ties and near ties


def bars(values: list[float], *, printed: bool = False, minor: float = 0.0) -> Chart:
    names = [f"c{i}" for i in range(len(values))]
    chart = assemble.bars("bar", "t", "thing", names, [("size", values)], Quantity("size", "", 0), rng_from(1))
    panel = chart.panels[0]
    points = tuple(Point(n, v, f"{v:.0f}" if printed else None) for n, v in zip(names, values, strict=True))
    axis = Axis("y", "size", "", "linear", 0.0, 100.0, tuple((t * 20.0, f"{t * 20}") for t in range(6)), minor)
    series = (replace(panel.series[0], points=points),)
    return replace(chart, panels=(replace(panel, axes=(panel.axes[0], axis), series=series),))


def reader(chart: Chart, pixels: float = 400) -> AsDrawn:
    found = {(0, a.which): resolution(a, pixels) for a in chart.panels[0].axes if a.scale == "linear"}
    return AsDrawn(chart, found)


def asked(chart: Chart, tries: int = 60) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in range(tries):
        for f in FAMILIES:
            view, rng = View(chart), random.Random(seed)
            found.update(p.query.op for p in proposals(view, reader(chart), rng, f, Counter()))
    return found


def test_tied_maxima_yield_no_question_for_the_maximum() -> None:
    for printed in (True, False):
        found = asked(bars([30, 71, 12, 71], printed=printed))
        assert not found["argmax"] and found["argmin"]


def test_a_near_tie_is_asked_only_where_values_are_printed() -> None:
    values = [30.0, 71.0, 12.0, 70.0]
    assert asked(bars(values, printed=True))["argmax"]
    assert not asked(bars(values))["argmax"]
    with pytest.raises(Refused, match="near_tie"):
        evaluate(bars(values), Query("argmax", {"panel": 0}), reader(bars(values)))


def test_ranks_need_every_place_above_them_to_be_clear() -> None:
    chart = bars([90, 89, 50, 20])
    with pytest.raises(Refused, match="near_tie"):
        evaluate(chart, Query("rank", {"panel": 0, "k": 3, "order": "highest"}), reader(chart))
    assert evaluate(chart, Query("rank", {"panel": 0, "k": 2, "order": "lowest"}), reader(chart)).value == "c2"


def test_exact_values_only_where_printed_or_on_a_tick() -> None:
    ask = Query("value", {"panel": 0, "x": "c0"})
    printed = bars([43, 71])
    printed = bars([43, 71], printed=True)
    assert (evaluate(printed, ask, reader(printed)).value, evaluate(printed, ask, reader(printed)).tolerance) == (43, 0)
    on_tick = bars([40, 71])
    assert evaluate(on_tick, ask, reader(on_tick)).tolerance == 0
    minor = bars([43, 71], minor=5.0)
    answer = evaluate(minor, ask, reader(minor))
    assert answer.tolerance == 2.5 and abs(answer.value - 43) <= 2.5 and not answer.exact
    on_minor = bars([45, 71], minor=5.0)
    assert evaluate(on_minor, ask, reader(on_minor)).tolerance == 0


def test_the_resolution_is_half_a_minor_tick_or_one_and_a_half_pixels() -> None:
    axis = Axis("y", "m", "", "linear", 0.0, 100.0, ((0.0, "0"), (50.0, "50"), (100.0, "100")), 5.0)
    assert resolution(axis, 400) == 2.5
    assert resolution(axis, 40) == pytest.approx(3.75)
    assert resolution(replace(axis, minor_step=0.0), 400) == 25


def test_a_label_that_rounds_the_value_leaves_half_its_last_digit() -> None:
    chart = bars([43.26, 71.0])
    panel = chart.panels[0]
    points = (replace(panel.series[0].points[0], label="43.3"), panel.series[0].points[1])
    chart = replace(chart, panels=(replace(panel, series=(replace(panel.series[0], points=points),)),))
    answer = evaluate(chart, Query("value", {"panel": 0, "x": "c0"}), reader(chart))
    assert (answer.text, answer.tolerance, answer.raw) == ("43.3", pytest.approx(0.05), 43.26)


def test_stated_answers_stay_within_their_tolerance_of_the_data() -> None:
    checked = 0
    for index in range(110):
        chart = random_chart(rng_from("tolerance", index), index)
        finest = {(i, a.which): resolution(a, 300) for i, p in enumerate(chart.panels) for a in p.axes
                  if a.scale == "linear" and a.which != "colour" and len(a.ticks) > 1}  # fmt: skip
        for f in FAMILIES:
            for p in proposals(View(chart), AsDrawn(chart, finest), rng_from(index), f, Counter()):
                if p.answer.kind in ("number", "percent"):
                    assert abs(p.answer.value - p.answer.raw) <= p.answer.tolerance * (1 + 1e-9) + 1e-9
                    checked += 1
    assert checked > 300


def test_log_axes_without_labels_are_never_read() -> None:
    chart = assemble.lines("line", "t", "Year", [2001.0, 2002.0, 2003.0, 2004.0], [("a", [3.0, 50.0, 700.0, 9000.0])],
                           Quantity("a", "", 0), rng_from(3), log=True)  # fmt: skip
    panel = chart.panels[0]
    bare = tuple(replace(p, label=None) for p in panel.series[0].points)
    unlabelled = replace(chart, panels=(replace(panel, series=(replace(panel.series[0], points=bare),)),))
    ask = Query("value", {"panel": 0, "x": 2002.0})
    assert evaluate(chart, ask, AsDrawn(chart, {})).value == 50
    with pytest.raises(Refused, match="not_printed"):
        evaluate(unlabelled, ask, AsDrawn(unlabelled, {}))


def test_slopes_within_noise_have_no_trend() -> None:
    def line(values: list[float]) -> Chart:
        chart = bars(values, minor=5.0)
        return replace(chart, type="line", panels=(replace(chart.panels[0], type="line"),))

    ask = {"op": "trend", "args": {"panel": 0, "x1": "c0", "x2": "c5"}}
    for values, expected in (([10, 22, 31, 45, 52, 70], "increasing"), ([80, 71, 62, 41, 33, 12], "decreasing"),
                             ([50, 52, 49, 51, 50, 51], "flat")):  # fmt: skip
        chart = line([float(v) for v in values])
        assert evaluate(chart, ask, reader(chart)).value == expected
    noisy = line([50.0, 20.0, 80.0, 30.0, 75.0, 45.0])
    with pytest.raises(Refused, match="slope_within_noise"):
        evaluate(noisy, ask, reader(noisy))


def test_a_trend_is_one_that_the_first_and_the_last_value_show_too() -> None:
    between = [10.0 + 4 * i for i in range(20)]
    for first, last, told in ((50.0, 52.0, False), (30.0, 75.0, True)):
        chart = bars([first, *between, last], minor=5.0)
        ask = {"op": "trend", "args": {"panel": 0, "x1": "c0", "x2": "c21"}}
        if told:
            assert evaluate(chart, ask, reader(chart)).value == "increasing"
        else:
            with pytest.raises(Refused, match="slope_within_noise"):
                evaluate(chart, ask, reader(chart))


def test_lines_that_touch_are_not_said_to_cross() -> None:
    def two(b: list[float]) -> Chart:
        chart = bars([10, 30, 50, 70], minor=5.0)
        panel = chart.panels[0]
        first = replace(panel.series[0], name="a")
        second = Series("b", "#d62728", "red", tuple(Point(f"c{i}", v) for i, v in enumerate(b)))
        return replace(chart, panels=(replace(panel, type="multi_line", series=(first, second)),))

    ask = {"op": "crossing", "args": {"panel": 0, "a": "a", "b": "b"}}
    clear = two([80, 60, 25, 15])
    assert evaluate(clear, ask, reader(clear)).value == ["c1", "c2"]
    for b, reason in (
        ([80, 31, 25, 15], "not_visible"),
        ([80, 60, 25, 90], "ambiguous"),
        ([80, 81, 82, 90], "no_crossing"),
    ):
        chart = two([float(v) for v in b])
        with pytest.raises(Refused, match=reason):
            evaluate(chart, ask, reader(chart))


# --- the picture


def blank(texts: list[TextBox] | None = None, marks: list[Mark] | None = None) -> Drawn:
    pixels = np.full((200, 300, 3), 255, np.uint8)
    return Drawn(pixels, tuple(marks or ()), tuple(texts or ()), ((0, 0, 300, 200),), "skia")


def text(x: float, y: float, words: str = "word") -> TextBox:
    return TextBox(0, "tick", words, quad_of((x, y, x + 30, y + 10)))


def test_overlapping_texts_are_found_and_touching_ones_are_not() -> None:
    assert overlapping_texts([text(0, 0), text(20, 4)])
    assert not overlapping_texts([text(0, 0), text(30, 0), text(0, 10)])


def test_turned_labels_whose_boxes_meet_may_still_be_apart() -> None:
    a = TextBox(0, "tick", "a", ((0, 40), (40, 0), (47, 7), (7, 47)))
    b = TextBox(0, "tick", "b", ((16, 40), (56, 0), (63, 7), (23, 47)))
    c = TextBox(0, "tick", "c", ((6, 40), (46, 0), (53, 7), (13, 47)))
    assert not overlapping_texts([a, b])
    assert overlapping_texts([a, c])


def test_a_point_under_another_is_found() -> None:
    chart = random_chart(rng_from(5), 0, kind="scatter")
    on_top = [Mark(0, 0, 0, quad_of((50, 50, 58, 58))), Mark(0, 0, 1, quad_of((51, 50, 59, 58)))]
    beside = [Mark(0, 0, 0, quad_of((50, 50, 58, 58))), Mark(0, 0, 1, quad_of((56, 50, 64, 58)))]
    assert hidden_marks(chart.panels[0], on_top)
    assert not hidden_marks(chart.panels[0], beside)


def test_similar_colours_missing_labels_and_missing_marks_are_problems() -> None:
    chart = random_chart(rng_from("p", 4), 0, kind="grouped_bar")
    panel = chart.panels[0]
    twin = replace(panel.series[1], colour=panel.series[0].colour)
    alike = replace(chart, panels=(replace(panel, series=(panel.series[0], twin, *panel.series[2:])),))
    assert "similar_colours" in {r for r, _ in problems(alike, blank())}
    assert {"missing_text", "missing_mark"} <= {r for r, _ in problems(bars([1, 2], printed=True), blank())}
    with pytest.raises(Refused, match="similar_colours"):
        evaluate(alike, Query("colour_of", {"panel": 0, "series": panel.series[0].name}))


def test_marks_of_another_colour_than_stated_are_noticed() -> None:
    chart = random_chart(rng_from("p", 4), 0, kind="grouped_bar")
    first, second = chart.panels[0].series[:2]
    drawn = blank(marks=[Mark(0, 0, 0, quad_of((10, 10, 40, 90))), Mark(0, 1, 0, quad_of((60, 10, 90, 90)))])
    for x, colour in ((10, first.colour), (60, second.colour)):
        drawn.pixels[10:90, x : x + 30] = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    assert looks_like(chart, drawn, 0, 0) and looks_like(chart, drawn, 0, 1)
    swapped = replace(drawn, pixels=drawn.pixels[:, ::-1].copy())
    swapped = replace(swapped, marks=tuple(replace(m, quad=quad_of((300 - m.quad[1][0], 10, 300 - m.quad[0][0], 90)))
                                           for m in reversed(drawn.marks)))  # fmt: skip
    crossed = tuple(replace(m, series=1 - m.series) for m in drawn.marks)
    assert looks_like(chart, swapped, 0, 0)
    assert not looks_like(chart, replace(drawn, marks=crossed), 0, 0)


def test_resolutions_cover_every_readable_axis_of_both_panels() -> None:
    chart = random_chart(rng_from("two", 3), 0, kind="composite")
    drawn = replace(blank(), areas=((0, 0, 140, 180), (150, 0, 290, 180)))
    found = resolutions(chart, drawn)
    assert {p for p, _ in found} == {0, 1} and all(v > 0 for v in found.values())


def priced(*values: float, decimals: int) -> View:
    names = [str(2010 + i) for i in range(len(values))]
    q = Quantity("Price", "", decimals)
    for i in range(40):
        chart = assemble.lines("line", "Price by year", "Year", names, [("Price", values)], q, random.Random(i))
        if all(p.label for p in chart.panels[0].series[0].points):
            return View(chart)
    raise AssertionError("no chart with labels")


@pytest.mark.parametrize("last", [1100.3, 1099.7, 1100.4])
def test_a_growth_that_is_printed_as_nothing_is_not_asked(last: float) -> None:
    view = priced(1100.0, 1500.0, 1320.0, last, decimals=1)
    reader = AsDrawn(view.chart, {})
    query = Query("growth", {"panel": 0, "x1": "2010", "x2": "2013"})
    with pytest.raises(Refused) as refusal:
        evaluate(view, query, reader)
    assert refusal.value.reason == "imprecise"
    assert evaluate(view, Query("growth", {"panel": 0, "x1": "2010", "x2": "2012"}), reader).text == "20"


def test_a_difference_of_printed_labels_is_that_of_the_printed_numbers() -> None:
    view = priced(51.2355, 51.1518, 40.0, 30.0, decimals=2)
    a, b = (Query("value", {"panel": 0, "x": x}) for x in ("2010", "2011"))
    answer = evaluate(view, Query("difference", {"a": a, "b": b}), AsDrawn(view.chart, {}))
    assert [o.text for o in answer.operands] == ["51.24", "51.15"] and answer.text == "0.09"
    assert abs(answer.value - answer.raw) <= answer.tolerance
