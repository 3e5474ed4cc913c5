"""Tick labels that do not collide: flat, wrapped, turned by 45 or 90 degrees, or every k-th one only.

Covered: labels under a horizontal axis and beside a vertical one. Every k-th label is an escape for numbers and for
times in order only: other categories are turned or the chart is refused. Not covered: drawing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.text import Run, shape_any
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.layout import LINE_HEIGHT, Label, Scale, balanced, block_size, tick_face
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Axis, ChartType

ORDERED_TYPES: tuple[ChartType, ...] = ("line", "multi_line", "area", "stacked_area", "candlestick")
"""Types whose category axis is time, so that a reader can fill in labels left out."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the labels of an axis are set: `kept` indices with their lines; `depth` pixels off the axis; the
    `overhang`s past the plot area's ends."""

    kept: tuple[int, ...]
    lines: tuple[tuple[Run, ...], ...]
    angle: float
    depth: float
    overhang: tuple[float, float]


def may_thin(axis: Axis, kind: ChartType) -> bool:
    return axis.scale != "category" or kind in ORDERED_TYPES


def fit_below(s: Scale, style: Style, kind: ChartType, deepest: float) -> Fit:
    """Labels under a horizontal axis; at most `deepest` pixels high.

    Raises `LayoutRefusal("text_overlap")` when no way of setting them keeps them apart.
    """
    font, size = tick_face(style), style.tick_size
    texts = [label for _, label in s.axis.ticks]
    places = [s.at(v) for v, _ in s.axis.ticks]
    runs = [shape_any(t, font, size) for t in texts]
    low, high = min(s.start, s.end), max(s.start, s.end)
    spacing = abs(places[1] - places[0]) if len(places) > 1 else high - low
    flat = _flat(places, [(r,) for r in runs], low, high, size)
    category = s.axis.scale == "category"
    turn_first = style.tick_rotation and category and max(r.width for r in runs) > 0.55 * spacing
    ways: list[Fit | None] = []
    if not turn_first:
        ways.append(flat)
        if category:
            ways.append(_wrapped(texts, places, spacing, font, size, low, high))
    if category:
        for angle in (45, 90) if style.tick_rotation != 90 else (90,):
            ways.append(_turned(runs, places, spacing, size, float(angle), low))
    for fit in ways:
        if fit is not None and fit.depth <= deepest:
            return fit
    if may_thin(s.axis, kind):
        for k in range(2, 7):
            kept = range(0, len(texts), k)
            fit = _flat([places[i] for i in kept], [(runs[i],) for i in kept], low, high, size)
            if fit is not None:
                return Fit(tuple(kept), fit.lines, 0.0, fit.depth, fit.overhang)
    raise LayoutRefusal("text_overlap", f"{len(texts)} labels of axis {s.axis.which}")


def _flat(places: Sequence[float], blocks: Sequence[tuple[Run, ...]], low: float, high: float,
          size: float) -> Fit | None:  # fmt: skip
    sizes = [block_size(b) for b in blocks]
    reach = sorted((p - w / 2, p + w / 2) for p, (w, _) in zip(places, sizes, strict=True))
    if any(b[0] - a[1] < 0.55 * size for a, b in itertools.pairwise(reach)):
        return None
    over = (max(0.0, low - reach[0][0]), max(0.0, reach[-1][1] - high))
    return Fit(tuple(range(len(places))), tuple(blocks), 0.0, max(h for _, h in sizes), over)


def _wrapped(texts: Sequence[str], places: Sequence[float], spacing: float, font: Face, size: float, low: float,
             high: float) -> Fit | None:  # fmt: skip
    if not any(" " in t for t in texts):
        return None
    blocks = [tuple(balanced(t, font, size, spacing - 0.6 * size)) for t in texts]
    if max(len(b) for b in blocks) > 3:
        return None
    return _flat(places, blocks, low, high, size)


def _turned(runs: Sequence[Run], places: Sequence[float], spacing: float, size: float, angle: float,
            low: float) -> Fit | None:  # fmt: skip
    if spacing * math.sin(math.radians(angle)) < LINE_HEIGHT * size:
        return None
    s, c = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    depth = max(r.width * s + size * c for r in runs)
    left = max(0.0, max(low - (p - r.width * c - 0.3 * size) for p, r in zip(places, runs, strict=True)))
    return Fit(tuple(range(len(runs))), tuple((r,) for r in runs), angle, depth, (left, 0.0))


def labels_below(fit: Fit, s: Scale, style: Style, panel: int, y: float) -> list[Label]:
    """The labels of a fit, the axis side of their ink at `y`."""
    made = []
    for i, lines in zip(fit.kept, fit.lines, strict=True):
        value, text = s.axis.ticks[i]
        x = s.at(value)
        label = Label(text, lines, x, y, style.tick_colour, "tick", panel, s.axis.which, "centre", "top")
        if fit.angle:
            label.align, label.valign, label.angle = "right", "middle", -fit.angle
            label.x += 0.25 * style.tick_size if fit.angle < 90 else 0.0
            label.y += (0.35 if fit.angle < 90 else 0.1) * style.tick_size
        made.append(label)
    return made


def fit_beside(axis: Axis, length: float, style: Style, widest: float) -> Fit:
    """Labels beside a vertical axis of `length` pixels; category names may take two lines. `depth` is their width."""
    font, size = tick_face(style), style.tick_size
    texts = [label for _, label in axis.ticks]
    spacing = _spacing(axis, length)
    blocks = [(shape_any(t, font, size),) for t in texts]
    if axis.scale == "category" and max(b[0].width for b in blocks) > widest:
        blocks = [tuple(balanced(t, font, size, widest)) for t in texts]
    width = max(block_size(b)[0] for b in blocks)
    tallest = max(block_size(b)[1] for b in blocks)
    if width > widest * 1.2:
        raise LayoutRefusal("no_room", f"labels of axis {axis.which} are {width:.0f} px wide")
    if axis.scale == "category" and spacing < tallest * 0.95:
        raise LayoutRefusal("text_overlap", f"{len(texts)} labels of axis {axis.which}")
    step = max(1, math.ceil(1.15 * size / spacing))
    if step > 3:
        raise LayoutRefusal("text_overlap", f"{len(texts)} labels of axis {axis.which}")
    kept = tuple(range(0, len(texts), step))
    return Fit(kept, tuple(blocks[i] for i in kept), 0.0, width, (0.0, 0.0))


def _spacing(axis: Axis, length: float) -> float:
    """Least distance of neighbouring ticks along an axis of this length."""
    if len(axis.ticks) < 2:
        return length
    s = Scale(axis, 0.0, length)
    places = [s.at(v) for v, _ in axis.ticks]
    return min(abs(b - a) for a, b in itertools.pairwise(places))


def labels_beside(fit: Fit, s: Scale, style: Style, panel: int, x: float, *, right: bool = False) -> list[Label]:
    """The labels of a fit; their near edge at `x`, left of it unless `right`."""
    return [
        Label(s.axis.ticks[i][1], lines, x, s.at(s.axis.ticks[i][0]), style.tick_colour, "tick", panel, s.axis.which,
              "left" if right else "right", "middle")
        for i, lines in zip(fit.kept, fit.lines, strict=True)
    ]  # fmt: skip


def minor_places(s: Scale) -> list[float]:
    """Pixels of the minor ticks between the first and last possible one, without the major ticks."""
    a = s.axis
    if a.minor_step <= 0 or a.scale != "linear" or not a.ticks:
        return []
    majors = {round((v - a.ticks[0][0]) / a.minor_step) for v, _ in a.ticks}
    first = math.ceil((a.min - a.ticks[0][0]) / a.minor_step - 1e-6)
    last = math.floor((a.max - a.ticks[0][0]) / a.minor_step + 1e-6)
    return [s.at(a.ticks[0][0] + k * a.minor_step) for k in range(first, last + 1) if k not in majors]


Segment = tuple[tuple[float, float], tuple[float, float]]


def tick_segments(s: Scale, style: Style, edge: float) -> list[Segment]:
    """Major and minor tick marks of an axis whose line lies at `edge`.

    Minor ticks are facts of the summary and are drawn even where the style has no ticks.
    """
    which = s.axis.which
    sign = (-1.0 if style.ticks == "in" else 1.0) * (-1.0 if which == "y" else 1.0)
    minors = minor_places(s)
    bare = style.ticks == "none"
    majors = [] if bare and (s.axis.scale == "category" or not minors) else [s.at(v) for v, _ in s.axis.ticks]
    longest = 0.5 * style.tick_length if bare else style.tick_length
    made: list[Segment] = []
    for places, length in ((majors, longest), (minors, 0.55 * longest)):
        far = edge + sign * length
        made += [((v, edge), (v, far)) if which == "x" else ((edge, v), (far, v)) for v in places]
    return made
