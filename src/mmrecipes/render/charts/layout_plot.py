"""What is drawn in a panel, gathered before it is drawn, so that labels and the legend find free places.

Covered: shapes in drawing order, marks, obstacles, wishes for data labels and their placement. Not covered: how each
chart type makes its shapes (`skia_bars`, `skia_lines`, `skia_round`, `skia_stats`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mmrecipes.canvas.surface import Surface
from mmrecipes.canvas.text import Run, shape_any
from mmrecipes.core.boxes import Box, Point, area, intersection, quad_of
from mmrecipes.render.charts.drawn import LayoutRefusal, Mark
from mmrecipes.render.charts.layout import Label, contrast_ink, meet, tick_face
from mmrecipes.render.charts.layout_frame import Frame
from mmrecipes.render.charts.style import Style

Side = Literal[
    "above", "below", "left", "right", "centre", "inside_top", "inside_bottom", "inside_right", "inside_left",
    "above_turned", "below_turned",
]  # fmt: skip
_FLIPPED: dict[Side, Side] = {
    "above": "below", "inside_top": "inside_bottom", "right": "left", "inside_right": "inside_left",
    "above_turned": "below_turned",
}  # fmt: skip
_ON_MARK = ("centre", "inside_top", "inside_bottom", "inside_right", "inside_left")
MOST_COVERED = 0.3
"""Largest share of a data label that lines and other marks may run under."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A data label to place at a mark. `fill` is the mark's colour, for letters on it."""

    text: str
    box: Box
    fill: str
    sides: tuple[Side, ...]
    own: Box | None = None
    """The mark's own obstacle, which the label may touch."""
    flipped: bool = False
    """Whether the mark points down or left (a negative bar), so that its label goes to the other end."""


@dataclass(slots=True)
class Plot:
    """The shapes of a panel in drawing order and what keeps labels away."""

    shapes: list[tuple[Callable[..., Any], tuple[Any, ...]]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    """What a legend must not cover though a data label may: the insides of areas."""
    segments: list[tuple[Point, Point]] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    uniform: tuple[tuple[Side, ...], ...] = ()
    """Ways to set all labels of the panel alike, tried in order; empty: each label for itself."""
    pie: Any = None
    """The `layout_round.Pie` of a pie or donut."""
    web: Any = None
    """The `layout_round.Web` of a radar."""

    def draw(self, method: Callable[..., Any], *args: Any) -> None:
        """Add a call of a `Surface` method."""
        self.shapes.append((method, args))

    def mark(self, frame: Frame, series: int, point: int, box: Box, *, obstacle: bool = True) -> None:
        self.marks.append(Mark(frame.index, series, point, quad_of(box)))
        if obstacle:
            self.boxes.append(box)

    def line(self, points: Sequence[Point]) -> None:
        """Register an open line as an obstacle."""
        self.segments += itertools.pairwise(points)

    def paint(self, surface: Surface) -> None:
        for method, args in self.shapes:
            method(surface, *args)

    def obstacles(self) -> list[Box]:
        """All obstacles as boxes; lines in short pieces."""
        pieces = self.boxes + self.fills
        for (ax, ay), (bx, by) in self.segments:
            n = max(1, int(max(abs(bx - ax), abs(by - ay)) / 14))
            for i in range(n):
                u, v = i / n, (i + 1) / n
                p, q = ax + (bx - ax) * u, ax + (bx - ax) * v
                r, s = ay + (by - ay) * u, ay + (by - ay) * v
                pieces.append((min(p, q), min(r, s), max(p, q), max(r, s)))
        return pieces


def place_labels(frame: Frame, plot: Plot) -> list[Label]:
    """Data labels that touch no other text; raises `LayoutRefusal("text_overlap")` when one finds no place."""
    if not plot.wishes:
        return []
    style, font = frame.style, tick_face(frame.style)
    runs = [shape_any(w.text, font, style.data_size) for w in plot.wishes]
    others = [label.box for label in frame.labels]
    if not plot.uniform:
        return _one_by_one(frame, plot, runs, others)
    for way in plot.uniform:
        placed = [_at(w, r, s, frame) for w, r in zip(plot.wishes, runs, strict=True) for s in way[:1]]
        if _all_free(placed, plot, others, frame, way[0]):
            return placed
    raise LayoutRefusal("text_overlap", f"data labels of panel {frame.index}")


def _all_free(placed: Sequence[Label], plot: Plot, others: Sequence[Box], frame: Frame, side: Side) -> bool:
    boxes = [label.box for label in placed]
    order = sorted(boxes)
    for i, a in enumerate(order):
        for b in order[i + 1 :]:
            if b[0] > a[2] + 3:
                break
            if meet(a, b, 2.0):
                return False
    inside = side in _ON_MARK
    for wish, box in zip(plot.wishes, boxes, strict=True):
        if inside and not _contains(wish.own or wish.box, box, 2.0):
            return False
        if not inside and (not _contains(frame.room, box, 0.0) or any(meet(box, o, 2.0) for o in others)):
            return False
        if not inside and not _contains(frame.area, box, -0.5 * frame.style.tick_size):
            return False
        if not inside and any(b != wish.own and meet(box, b, 0.5) for b in plot.boxes):
            return False
        if _covered(box, [], plot.segments) > 0:
            return False
    return True


def _one_by_one(frame: Frame, plot: Plot, runs: Sequence[Run], others: Sequence[Box]) -> list[Label]:
    taken, made = list(others), []
    for wish, run in zip(plot.wishes, runs, strict=True):
        boxes = [b for b in plot.boxes if b != wish.own]
        best: tuple[float, Label] | None = None
        for i, side in enumerate(wish.sides):
            label = _at(wish, run, side, frame)
            box = label.box
            on_mark = side in _ON_MARK
            if on_mark and not _contains(wish.box, box, 2.0):
                continue
            if not _contains(frame.room, box, 0.0) or any(meet(box, t, 2.0) for t in taken):
                continue
            cost = _covered(box, boxes, plot.segments) + 0.02 * i
            if cost < MOST_COVERED and (best is None or cost < best[0]):
                best = (cost, label)
        if best is None:
            raise LayoutRefusal("text_overlap", f"no room for the data label {wish.text!r}")
        made.append(best[1])
        taken.append(best[1].box)
    return made


def _at(wish: Wish, run: Run, side: Side, frame: Frame) -> Label:
    style = frame.style
    x0, y0, x1, y1 = wish.box
    gap = 0.32 * style.data_size
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    side = _FLIPPED.get(side, side) if wish.flipped else side
    on_fill = side in _ON_MARK
    colour = contrast_ink(wish.fill) if on_fill else style.text_colour
    label = Label(wish.text, (run,), x, y, colour, "data_label", frame.index, align="centre", valign="middle")
    label.halo = "" if on_fill else style.plot_background
    _left, top, _right, bottom = run.ink
    ink_middle = (top + bottom) / 2
    label.valign = "baseline"
    if side in ("above", "below"):
        label.y = y0 - gap - bottom if side == "above" else y1 + gap - top
    elif side in ("left", "right"):
        label.x, label.y = (x0 - gap, y - ink_middle) if side == "left" else (x1 + gap, y - ink_middle)
        label.align = "right" if side == "left" else "left"
    elif side == "centre":
        label.y = y - ink_middle
    elif side == "inside_top":
        label.y = y0 + gap + 1 - top
    elif side == "inside_bottom":
        label.y = y1 - gap - 1 - bottom
    elif side == "inside_right":
        label.x, label.y, label.align = x1 - gap - 1, y - ink_middle, "right"
    elif side == "inside_left":
        label.x, label.y = x0 + gap + 1, y - ink_middle
        label.align = "left"
    else:
        up = side == "above_turned"
        label.y, label.angle, label.valign = (y0 - gap if up else y1 + gap), -90.0, "middle"
        label.align = "left" if up else "right"
    return label


def _contains(outer: Box, inner: Box, gap: float) -> bool:
    return (
        outer[0] + gap <= inner[0]
        and outer[1] + gap <= inner[1]
        and inner[2] <= outer[2] - gap
        and inner[3] <= outer[3] - gap
    )


def _covered(box: Box, boxes: Sequence[Box], segments: Sequence[tuple[Point, Point]]) -> float:
    """Share of a box under other boxes and lines (a line counts as a third of the box's height wide)."""
    size = max(1.0, area(box))
    covered = sum(area(intersection(box, b)) for b in boxes if meet(box, b))
    height = box[3] - box[1]
    covered += sum(0.33 * height * inside_length(a, b, box) for a, b in segments)
    return covered / size


def inside_length(a: Point, b: Point, box: Box) -> float:
    """Length of the part of a line that lies inside a box (Liang and Barsky)."""
    (ax, ay), (bx, by) = a, b
    x0, y0, x1, y1 = box
    if (ax < x0 and bx < x0) or (ax > x1 and bx > x1) or (ay < y0 and by < y0) or (ay > y1 and by > y1):
        return 0.0
    dx, dy = bx - ax, by - ay
    low, high = 0.0, 1.0
    for p, q in ((-dx, ax - x0), (dx, x1 - ax), (-dy, ay - y0), (dy, y1 - ay)):
        if p == 0:
            if q < 0:
                return 0.0
        elif p < 0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    return max(0.0, high - low) * (dx * dx + dy * dy) ** 0.5


def end_labels(frame: Frame, ends: Sequence[tuple[str, Point, str]]) -> list[Label]:
    """Direct labels of lines: name, last point and colour; spread so that they do not touch.

    Raises `LayoutRefusal("text_overlap")` when one would end up more than a line away from its line.
    """
    style, font = frame.style, tick_face(frame.style)
    step = 1.22 * style.tick_size
    order = sorted(ends, key=lambda e: e[1][1])
    places = spread([p[1] for _, p, _ in order], step, frame.room[1] + step / 2, frame.room[3] - step / 2)
    made = []
    for (name, (x, y), colour), place in zip(order, places, strict=True):
        if abs(place - y) > 1.1 * step:
            raise LayoutRefusal("text_overlap", f"direct label {name!r}")
        label = Label(name, (shape_any(name, font, style.tick_size),), x + 0.75 * style.tick_size, place,
                      readable(colour, style), "legend", frame.index, valign="middle")  # fmt: skip
        made.append(label)
    return made


def spread(wanted: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Places in increasing order at least `step` apart, near the wanted (sorted) ones, within low..high if it fits."""
    groups: list[tuple[list[float], float]] = []
    for w in wanted:
        groups.append(([w], min(max(w, low), high)))
        while len(groups) > 1 and _start(groups[-1], step) < _end(groups[-2], step) + step:
            members = groups[-2][0] + groups[-1][0]
            centre = sum(m - step * (i - (len(members) - 1) / 2) for i, m in enumerate(members)) / len(members)
            half = step * (len(members) - 1) / 2
            groups[-2:] = [(members, min(max(centre, low + half), high - half))]
    return [_start(g, step) + step * i for g in groups for i in range(len(g[0]))]


def _start(group: tuple[list[float], float], step: float) -> float:
    return group[1] - step * (len(group[0]) - 1) / 2


def _end(group: tuple[list[float], float], step: float) -> float:
    return group[1] + step * (len(group[0]) - 1) / 2


def readable(colour: str, style: Style) -> str:
    """The series colour where it can be read on the paper, else the text colour."""
    from mmrecipes.render.charts.palettes import difference

    return colour if difference(colour, style.background) > 38 else style.text_colour
