"""Whether a drawn chart shows what its summary says: colours, texts and marks.

Covered: series that cannot be told apart by colour, texts that overlap or are missing, marks hidden behind other marks
or under the legend, marks outside the picture. All from the summary and the geometry of the drawing, plus sampled
pixels for colours. Not covered: how exactly values can be read (`reading`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from mmrecipes.core.boxes import Box, Point, box_of
from mmrecipes.render.charts.drawn import Drawn, Mark, TextBox
from mmrecipes.render.charts.operations_visual import distinct_colours
from mmrecipes.render.charts.palettes import difference
from mmrecipes.render.charts.summary import Chart, Panel
from mmrecipes.render.charts.tracks import NAMELESS

TEXT_SLACK = 1.5
"""Pixels by which two text boxes may overlap (ink boxes of descenders touch)."""
HIDDEN_SHARE = 0.35
"""A mark is hidden when a later one's centre is nearer than this share of its size."""
SAMPLED = 6
"""Marks per series whose pixel is looked at."""


def problems(chart: Chart, drawn: Drawn) -> list[tuple[str, str]]:
    """(reason, detail) of everything that makes the picture ambiguous; empty when it is sound."""
    found = [
        ("similar_colours", p.title or p.type) for p in chart.panels if p.type != "heatmap" and not distinct_colours(p)
    ]
    found += overlapping_texts(drawn.texts)
    found += missing_texts(chart, drawn)
    for number, panel in enumerate(chart.panels):
        marks = [m for m in drawn.marks if m.panel == number]
        found += _missing_marks(panel, marks, drawn)
        found += hidden_marks(panel, marks)
        found += _under_legend(panel, number, marks, drawn)
    return found


def overlapping_texts(texts: Sequence[TextBox]) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes overlap, found by a sweep along x."""
    turned = [t for t in texts if t.text]
    boxes = sorted(((box_of(t.quad), t) for t in turned), key=lambda b: b[0][0])
    found: list[tuple[str, str]] = []
    open_: list[tuple[Box, TextBox]] = []
    for box, text in boxes:
        open_ = [o for o in open_ if o[0][2] - TEXT_SLACK > box[0]]
        for other, earlier in open_:
            if min(box[3], other[3]) - max(box[1], other[1]) > TEXT_SLACK and _quads_meet(text, earlier):
                found.append(("overlapping_texts", f"{earlier.text!r} and {text.text!r}"))
        open_.append((box, text))
    return found


def _quads_meet(a: TextBox, b: TextBox) -> bool:
    """Separating axis test of two convex quads: turned labels may have meeting boxes and still be apart."""
    for quad in (a.quad, b.quad):
        for i in range(4):
            (x0, y0), (x1, y1) = quad[i], quad[(i + 1) % 4]
            length = math.hypot(x1 - x0, y1 - y0)
            if length == 0:
                continue
            normal = ((y1 - y0) / length, (x0 - x1) / length)
            first, second = _shadow(a.quad, normal), _shadow(b.quad, normal)
            if min(first[1], second[1]) - max(first[0], second[0]) <= TEXT_SLACK:
                return False
    return True


def _shadow(quad: Sequence[Point], axis: Point) -> tuple[float, float]:
    values = [x * axis[0] + y * axis[1] for x, y in quad]
    return min(values), max(values)


def missing_texts(chart: Chart, drawn: Drawn) -> list[tuple[str, str]]:
    """Printed facts that the picture lacks: data labels, names in the legend, units."""
    printed = Counter((t.panel, t.role, t.text) for t in drawn.texts)
    found: list[tuple[str, str]] = []
    for number, panel in enumerate(chart.panels):
        wanted = Counter((number, "data_label", p.label) for s in panel.series for p in s.points if p.label)
        found += [("missing_text", f"label {key[2]!r}") for key, n in wanted.items() if printed[key] < n]
        if panel.legend_pos != "none":
            shown = {
                t.text for t in drawn.texts if t.panel == number and t.role in ("legend", "data_label", "annotation")
            }
            found += [("missing_text", f"legend {s.name!r}") for s in panel.series if not _shown(s.name, shown)]
    return found


def _shown(name: str, texts: set[str]) -> bool:
    """Whether a name is printed, alone or with a value behind it."""
    return name in texts or any(t.startswith(name) for t in texts)


def prints_unit(drawn: Drawn, panel: int, which: str, unit: str) -> bool:
    """Whether the unit of an axis is printed at the axis."""
    roles = ("axis_name", "tick")
    texts = [t.text for t in drawn.texts if t.panel == panel and t.role in roles and t.axis in (which, "")]
    return any(unit in t for t in texts)


def _missing_marks(panel: Panel, marks: Sequence[Mark], drawn: Drawn) -> list[tuple[str, str]]:
    drawn_points = {(m.series, m.point) for m in marks}
    wanted = {(k, i) for k, s in enumerate(panel.series) for i in range(len(s.points))}
    if wanted - drawn_points:
        return [("missing_mark", f"{len(wanted - drawn_points)} of {len(wanted)}")]
    height, width = drawn.pixels.shape[:2]
    for m in marks:
        x0, y0, x1, y1 = box_of(m.quad)
        if x0 < -1 or y0 < -1 or x1 > width + 1 or y1 > height + 1:
            return [("mark_outside", f"series {m.series}, point {m.point}")]
    return []


def hidden_marks(panel: Panel, marks: Sequence[Mark]) -> list[tuple[str, str]]:
    """Points of scatter and bubble charts that lie under another one."""
    if panel.type not in NAMELESS:
        return []
    boxes = sorted(((box_of(m.quad), m) for m in marks), key=lambda b: b[0][0] + b[0][2])
    for i, (a, first) in enumerate(boxes):
        for b, second in boxes[i + 1 :]:
            dx = (b[0] + b[2] - a[0] - a[2]) / 2
            size = min(a[2] - a[0], b[2] - b[0])
            reach = max(a[2] - a[0], b[2] - b[0]) / 2 - size * (0.5 - HIDDEN_SHARE)
            if dx > max(reach, 60.0):
                break
            if math.hypot(dx, (b[1] + b[3] - a[1] - a[3]) / 2) < max(reach, HIDDEN_SHARE * size):
                return [
                    ("hidden_point", f"point {first.point} of series {first.series}, {second.point} of {second.series}")
                ]
    return []


def _under_legend(panel: Panel, number: int, marks: Sequence[Mark], drawn: Drawn) -> list[tuple[str, str]]:
    """Marks under the names of a legend that stands inside the plot."""
    if panel.legend_pos not in ("upper_left", "upper_right") or panel.type in ("area", "stacked_area"):
        return []
    names = [box_of(t.quad) for t in drawn.texts if t.panel == number and t.role == "legend"]
    if not names:
        return []
    x0, y0 = min(b[0] for b in names), min(b[1] for b in names)
    x1, y1 = max(b[2] for b in names), max(b[3] for b in names)
    for m in marks:
        a = box_of(m.quad)
        if min(a[2], x1) - max(a[0], x0) > 1 and min(a[3], y1) - max(a[1], y0) > 1:
            return [("legend_over_marks", f"series {m.series}, point {m.point}")]
    return []


FAITHFUL = 25.0
"""Largest CIEDE2000 difference between a series' colour and its own pixels (areas are translucent)."""


def looks_like(chart: Chart, drawn: Drawn, panel: int, series: int) -> bool:
    """Whether most of a series' marks show pixels that are nearer to its colour than to any other series' colour."""
    colours = [s.colour for s in chart.panels[panel].series]
    marks = [m for m in drawn.marks if m.panel == panel and m.series == series]
    step = max(1, len(marks) // SAMPLED)
    votes = [_shows(drawn, m, colours, series) for m in marks[::step]]
    return sum(votes) * 2 >= len(votes)


_GRID = (0.5, 0.25, 0.75, 0.38, 0.62, 0.12, 0.88)


def _shows(drawn: Drawn, mark: Mark, colours: Sequence[str], series: int) -> bool:
    """Whether any of 49 pixels in the mark's box is clearly of its series' colour."""
    x0, y0, x1, y1 = box_of(mark.quad)
    height, width = drawn.pixels.shape[:2]
    for fx in _GRID:
        for fy in _GRID:
            x = min(max(int(x0 + fx * (x1 - x0)), 0), width - 1)
            y = min(max(int(y0 + fy * (y1 - y0)), 0), height - 1)
            red, green, blue = (int(v) for v in drawn.pixels[y, x])
            pixel = f"#{red:02x}{green:02x}{blue:02x}"
            own = difference(pixel, colours[series])
            if own < FAITHFUL and all(own <= difference(pixel, c) for c in colours):
                return True
    return False
