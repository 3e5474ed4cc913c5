"""The elements of a drawn chart: bars, points and slices with their shapes, and the labels that belong to them.

Covered: bars upright and lying, lines, pies, each with its category's label and its printed value. Not
covered: other charts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.core.boxes import Box, Quad, box_of, union
from mmrecipes.recipes.thinkmorph.overlay import Polygon, rectangle
from mmrecipes.render.charts.drawn import Drawn, TextBox
from mmrecipes.render.charts.summary import Axis, Chart, ChartType
from mmrecipes.render.charts.tracks import Key, View

KINDS: tuple[ChartType, ...] = ("bar", "horizontal_bar", "grouped_bar", "line", "multi_line", "pie")
NOUNS = {"line": "point", "multi_line": "point", "pie": "slice"}
LEAST_POINT = 14.0
"""Pixels that the box of a line's point has at least."""


@dataclass(frozen=True, slots=True)
class Element:
    """One datum: the sequence it belongs to, what questions call it, its shape, the quad of its label (which may be
    turned) and the box of its printed value (None without). `place` is its index on the category axis."""

    series: str
    key: Key
    place: int
    shape: Polygon
    label: Quad | None
    printed: Box | None


def elements_of(chart: Chart, drawn: Drawn) -> list[Element]:
    """The elements of a chart of one panel."""
    panel, found = chart.panels[0], []
    boxes = {(m.series, m.point): box_of(m.quad) for m in drawn.marks}
    round_ = panel.type == "pie"
    wedges = _wedges(chart, drawn) if round_ else []
    for track in View(chart).tracks(0):
        for place, item in enumerate(track.items):
            box = boxes[item.series, item.index]
            shape = wedges[item.series] if round_ else rectangle(_grown(box) if "line" in panel.type else box)
            label = _label(drawn.texts, item.key, _category(panel.axes), round_)
            printed = _printed(drawn.texts, item.point.label, box)
            found.append(Element(track.name, item.key, place, shape, label, printed))
    return found


def _grown(box: Box) -> Box:
    dx, dy = (max(0.0, LEAST_POINT - (box[i + 2] - box[i])) / 2 for i in (0, 1))
    return (box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy)


def _category(axes: Sequence[Axis]) -> Axis | None:
    return next((a for a in axes if a.scale == "category"), next((a for a in axes if a.which == "x"), None))


def _label(texts: Sequence[TextBox], key: Key, axis: Axis | None, round_: bool) -> Quad | None:
    """The tick of a category or year, or a slice's name beside it or in the legend."""
    if round_:
        return next((t.quad for t in texts if t.role in ("legend", "annotation") and t.text == key), None)
    if axis is None:
        return None
    names = {text for value, text in axis.ticks if key in (value, text)}
    return next((t.quad for t in texts if t.role == "tick" and t.axis == axis.which and t.text in names), None)


def _printed(texts: Sequence[TextBox], text: str | None, box: Box) -> Box | None:
    """The printed value nearest to a mark."""
    near = [box_of(t.quad) for t in texts if t.role == "data_label" and text is not None and t.text == text]
    return min(near, key=lambda b: _apart(b, box), default=None)


def _apart(a: Box, b: Box) -> float:
    return math.hypot((a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2)


def _wedges(chart: Chart, drawn: Drawn) -> list[Polygon]:
    """The slices, clockwise from twelve o'clock, as polygons."""
    x0, y0, x1, y1 = drawn.areas[0]
    centre, radius = ((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0) / 2
    values = [s.points[0].y for s in chart.panels[0].series]
    shapes, start = [], -math.pi / 2
    for value in values:
        sweep = 2 * math.pi * value / math.fsum(values)
        angles = [start + sweep * k / 48 for k in range(49)]
        rim = [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]
        shapes.append((centre, *rim))
        start += sweep
    return shapes


def column(element: Element, others: Sequence[Element], area: Box, upright: bool) -> Polygon:
    """The whole band of a category over the plot area with its label, nearly halfway to its neighbours; for bars that
    lie it is a row."""
    at = 0 if upright else 1
    box = bounds(element.shape)
    label = box_of(element.label) if element.label else box
    middles = sorted((bounds(e.shape)[at] + bounds(e.shape)[at + 2]) / 2 for e in others)
    pitch = min((b - a for a, b in itertools.pairwise(middles)), default=area[at + 2] - area[at])
    middle = (box[at] + box[at + 2]) / 2
    start, end = min(middle - 0.46 * pitch, label[at] - 2), max(middle + 0.46 * pitch, label[at + 2] + 2)
    whole = union(area, label)
    return rectangle((start, whole[1], end, whole[3] + 2) if upright else (whole[0] - 2, start, whole[2], end))


def bounds(shape: Polygon) -> Box:
    """The smallest upright box around a shape."""
    xs, ys = [p[0] for p in shape], [p[1] for p in shape]
    return (min(xs), min(ys), max(xs), max(ys))
