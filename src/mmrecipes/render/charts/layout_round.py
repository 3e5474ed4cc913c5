"""Where pies, donuts and radars go and where their texts stand.

Covered: centre and radius from the room that labels leave, names and values inside slices or around them with leader
lines, spoke and ring labels of radars. Not covered: drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.canvas.fonts import face
from mmrecipes.canvas.text import Run, shape_any
from mmrecipes.core.boxes import Box, Point
from mmrecipes.render.charts.drawn import LayoutRefusal
from mmrecipes.render.charts.layout import (
    Label,
    axis_text,
    balanced,
    block_size,
    contrast_ink,
    lines_within,
    tick_face,
)
from mmrecipes.render.charts.layout_frame import Frame
from mmrecipes.render.charts.layout_plot import spread

LEAST_SWEEP = 2.5
"""Degrees: a thinner slice cannot be seen well."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Degrees clockwise from three o'clock, as the canvas draws them; the first slice starts at twelve."""

    series: int
    start: float
    sweep: float

    @property
    def middle(self) -> float:
        return self.start + self.sweep / 2


@dataclass(frozen=True, slots=True)
class Pie:
    centre: Point
    radius: float
    hole: float
    """Inner radius in pixels, 0 for a pie."""
    slices: tuple[Slice, ...]
    leaders: tuple[tuple[Point, Point], ...]


def slices_of(values: Sequence[float]) -> tuple[Slice, ...]:
    """Slices clockwise from twelve o'clock; raises `LayoutRefusal("hidden_mark")` for one below `LEAST_SWEEP`."""
    total, start, made = sum(values), -90.0, []
    for k, v in enumerate(values):
        sweep = 360.0 * v / total
        if sweep < LEAST_SWEEP:
            raise LayoutRefusal("hidden_mark", f"slice {k} spans {sweep:.1f} degrees")
        made.append(Slice(k, start, sweep))
        start += sweep
    return tuple(made)


def polar(centre: Point, radius: float, degrees: float) -> Point:
    """The point at an angle clockwise from three o'clock."""
    a = math.radians(degrees)
    return (centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a))


def pie(frame: Frame) -> Pie:
    """Fix the circle, add the labels to the frame, move the legend next to the circle."""
    panel = frame.panel
    cuts = slices_of([s.points[0].y for s in panel.series])
    hole = frame.style.hole if panel.type == "donut" else 0.0
    values = [s.points[0].label for s in panel.series]
    printed = any(v is not None for v in values)
    direct = panel.legend_pos == "direct"
    blocks = _outside_blocks(frame, direct, False)
    centre, radius = _circle(frame, blocks)
    made = Pie(centre, radius, hole * radius, cuts, ())
    if printed and _all_inside(frame, made):
        frame.labels += _inside_labels(frame, made)
    elif printed:
        blocks = _outside_blocks(frame, direct, True)
        centre, radius = _circle(frame, blocks)
        made = Pie(centre, radius, hole * radius, cuts, ())
    leaders = _outside_labels(frame, made, blocks)
    x, y = made.centre
    frame.area = (x - made.radius, y - made.radius, x + made.radius, y + made.radius)
    return Pie(made.centre, made.radius, made.hole, cuts, tuple(leaders))


_Blocks = list[tuple[int, list[tuple[str, tuple[Run, ...], str]]]]
"""Per slice its texts outside the circle: printed text, lines, role."""


def _outside_blocks(frame: Frame, names: bool, values: bool) -> _Blocks:
    style, font = frame.style, tick_face(frame.style)
    width = 0.3 * (frame.room[2] - frame.room[0])
    made: _Blocks = []
    for k, s in enumerate(frame.panel.series):
        texts: list[tuple[str, tuple[Run, ...], str]] = []
        if names:
            lines = tuple(balanced(s.name, font, style.tick_size, width))
            texts.append((s.name, lines, "legend"))
        label = s.points[0].label
        if values and label is not None:
            texts.append((label, (shape_any(label, font, style.data_size),), "data_label"))
        made.append((k, texts))
    return made if names or values else []


def _block_size(texts: Sequence[tuple[str, tuple[Run, ...], str]]) -> tuple[float, float]:
    sizes = [block_size(lines) for _, lines, _ in texts]
    return (max(w for w, _ in sizes), sum(h for _, h in sizes)) if sizes else (0.0, 0.0)


def _circle(frame: Frame, blocks: _Blocks) -> tuple[Point, float]:
    """Centre and radius of the largest circle that leaves room for the blocks and the legend beside it."""
    style, (x0, y0, x1, y1) = frame.style, frame.room
    sizes = [_block_size(texts) for _, texts in blocks if texts]
    wide, high = max((w for w, _ in sizes), default=0.0), max((h for _, h in sizes), default=0.0)
    gap = style.tick_size if sizes else 0.4 * style.tick_size
    radius = min((x1 - x0) / 2 - wide - gap, (y1 - y0) / 2 - 0.6 * high - gap - 2)
    if radius < 0.22 * min(x1 - x0, y1 - y0) or radius < 60:
        raise LayoutRefusal("no_room", f"a circle of radius {radius:.0f}")
    centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    if frame.legend is not None and frame.panel.legend_pos == "right":
        space = 2.2 * style.tick_size
        right = x1 + 0.9 * style.tick_size + frame.legend.width
        half = radius + wide + gap
        spare = max(0.0, right - x0 - 2 * half - space - frame.legend.width)
        centre = (x0 + 0.5 * spare + half, centre[1])
        frame.legend_at = (centre[0] + half + space, centre[1] - frame.legend.height / 2)
        if frame.legend_at[0] + frame.legend.width > right:
            frame.legend_at = (right - frame.legend.width, frame.legend_at[1])
    elif frame.legend is not None and frame.legend_at is not None:
        frame.legend_at = (centre[0] - frame.legend.width / 2, frame.legend_at[1])
    return centre, radius


def _inside_labels(frame: Frame, made: Pie) -> list[Label]:
    labels = []
    for cut in made.slices:
        s = frame.panel.series[cut.series]
        if s.points[0].label is None:
            continue
        run = shape_any(s.points[0].label, tick_face(frame.style), frame.style.data_size)
        depth = (made.hole + made.radius) / 2 if made.hole else 0.66 * made.radius
        x, y = polar(made.centre, depth, cut.middle)
        ink = contrast_ink(s.colour)
        y -= (run.ink[1] + run.ink[3]) / 2
        labels.append(Label(run.text, (run,), x, y, ink, "data_label", frame.index, align="centre"))
    return labels


def _all_inside(frame: Frame, made: Pie) -> bool:
    """Whether every value's corners lie well inside its slice."""
    cuts = [c for c in made.slices if frame.panel.series[c.series].points[0].label is not None]
    return all(_in_slice(label.box, cut, made) for label, cut in zip(_inside_labels(frame, made), cuts, strict=True))


def _in_slice(box: Box, cut: Slice, made: Pie) -> bool:
    x0, y0, x1, y1 = box
    for x, y in ((x0 - 3, y0 - 3), (x1 + 3, y0 - 3), (x1 + 3, y1 + 3), (x0 - 3, y1 + 3)):
        dx, dy = x - made.centre[0], y - made.centre[1]
        if not made.hole < math.hypot(dx, dy) < made.radius:
            return False
        if (math.degrees(math.atan2(dy, dx)) - cut.start) % 360 > cut.sweep:
            return False
    return True


def _outside_labels(frame: Frame, made: Pie, blocks: _Blocks) -> list[tuple[Point, Point]]:
    """Add the blocks around the circle; returns leader lines of those that had to move."""
    leaders: list[tuple[Point, Point]] = []
    x0, y0, x1, y1 = frame.room
    cy, off = made.centre[1], 0.55 * frame.style.tick_size
    for right in (True, False):
        mine = [(b, c) for b, c in zip(blocks, made.slices, strict=False)
                if (math.cos(math.radians(c.middle)) >= 0) == right and b[1]]  # fmt: skip
        if not mine:
            continue
        wanted = [(polar(made.centre, made.radius + off, c.middle)[1], b, c) for b, c in mine]
        wanted.sort(key=lambda w: w[0])
        step = max(_block_size(b[1])[1] for _, b, _ in wanted) + 0.3 * frame.style.tick_size
        ys = spread([w[0] for w in wanted], step, y0 + step / 2, y1 - step / 2)
        if ys[0] < y0 + step / 2 - 1 or ys[-1] > y1 - step / 2 + 1:
            raise LayoutRefusal("text_overlap", "labels around the circle")
        for y, (want, (_, texts), cut) in zip(ys, wanted, strict=True):
            if abs(y - want) > 2.5 * step:
                raise LayoutRefusal("text_overlap", "a label far from its slice")
            width, height = _block_size(texts)
            near = max(0.0, abs(y - cy) - height / 2)
            reach = math.sqrt(max(0.0, (made.radius + off) ** 2 - near**2))
            foot = polar(made.centre, made.radius + 1, cut.middle)
            tip = polar(made.centre, made.radius + off, cut.middle)
            reach = max(reach, abs(tip[0] - made.centre[0]) if near > made.radius else reach)
            x = made.centre[0] + (reach + 0.2 * off if right else -reach - 0.2 * off)
            if abs(y - want) > 0.45 * height:
                x += 0.9 * off if right else -0.9 * off
                leaders.append((foot, (x - (3 if right else -3), y)))
            if x + width > x1 + 1 or x - width < x0 - 1:
                x = x1 - width if right else x0 + width
            _add_block(frame, texts, x, y - height / 2, right)
    return leaders


def _add_block(
    frame: Frame, texts: Sequence[tuple[str, tuple[Run, ...], str]], x: float, y: float, right: bool
) -> None:
    style = frame.style
    for text, lines, role in texts:
        colour = style.text_colour if role == "legend" else style.tick_colour
        label = Label(text, lines, x, y, colour, "legend" if role == "legend" else "data_label", frame.index,
                      align="left" if right else "right", valign="top")  # fmt: skip
        frame.labels.append(label)
        y += block_size(lines)[1]


@dataclass(frozen=True, slots=True)
class Web:
    """The spokes of a radar: degrees clockwise from three o'clock, the first at twelve."""

    centre: Point
    radius: float
    angles: tuple[float, ...]
    rings: tuple[float, ...]
    """Radii of the rings, one per tick above the minimum."""

    def at(self, spoke: int, share: float) -> Point:
        return polar(self.centre, share * self.radius, self.angles[spoke])


def radar(frame: Frame) -> Web:
    """Fix the circle and add spoke names, ring values and the measure's name to the frame."""
    style, panel, font = frame.style, frame.panel, tick_face(frame.style)
    spokes, radial = panel.axis("x"), panel.axis("radial")
    x0, y0, x1, y1 = frame.room
    if text := axis_text(radial, style):
        lines = lines_within(text, face(style.family), style.name_size, x1 - x0, 1)
        frame.labels.append(Label(text, lines, x0, y0, style.tick_colour, "axis_name", frame.index, "radial",
                                  valign="top"))  # fmt: skip
        y0 += block_size(lines)[1] + 0.3 * style.tick_size
    angles = tuple(-90.0 + 360.0 * i / len(spokes.ticks) for i in range(len(spokes.ticks)))
    blocks = [tuple(balanced(n, font, style.tick_size, 0.24 * (x1 - x0))) for _, n in spokes.ticks]
    gap = 0.9 * style.tick_size
    radius = 1e9
    for a, lines in zip(angles, blocks, strict=True):
        (w, h), c, s = block_size(lines), abs(math.cos(math.radians(a))), abs(math.sin(math.radians(a)))
        if c > 0.05:
            radius = min(radius, ((x1 - x0) / 2 - w) / c - gap)
        radius = min(radius, ((y1 - y0) / 2 - h * s - (1 - s) * h / 2) / max(s, 0.3) - gap)
    if radius < 80 or radius < 0.2 * min(x1 - x0, y1 - y0):
        raise LayoutRefusal("no_room", f"a radar of radius {radius:.0f}")
    centre = ((x0 + x1) / 2, (y0 + y1) / 2)
    for a, lines, (_, name) in zip(angles, blocks, spokes.ticks, strict=True):
        frame.labels.append(_spoke_label(frame, name, lines, polar(centre, radius + gap, a), a))
    rings = tuple(radius * (v - radial.min) / (radial.max - radial.min) for v, _ in radial.ticks)
    step = max(1, math.ceil(1.25 * style.tick_size / (radius / max(1, len(rings) - 1))))
    for i in range(0, len(rings), step):
        _, text = radial.ticks[i]
        run = shape_any(text, font, style.tick_size)
        label = Label(text, (run,), centre[0] - 0.35 * style.tick_size, centre[1] - rings[i], style.tick_colour, "tick",
                      frame.index, "radial", "right", "middle", halo=style.plot_background)  # fmt: skip
        frame.labels.append(label)
    frame.area = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    if frame.legend is not None and frame.legend_at is not None:
        middle = frame.panel.legend_pos == "right"
        frame.legend_at = (
            frame.legend_at[0] if middle else centre[0] - frame.legend.width / 2,
            centre[1] - frame.legend.height / 2 if middle else frame.legend_at[1],
        )
    return Web(centre, radius, angles, tuple(r for r in rings if r > 0))


def _spoke_label(frame: Frame, name: str, lines: tuple[Run, ...], at: Point, angle: float) -> Label:
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    label = Label(name, lines, *at, frame.style.text_colour, "tick", frame.index, "x")
    label.align = "centre" if abs(c) < 0.05 else "left" if c > 0 else "right"
    label.valign = "middle"
    label.y += s * block_size(lines)[1] / 2
    return label
