"""Building blocks of chart layout, without drawing: texts with their ink, scales, tests for overlap.

Covered: one- and multi-line labels at any angle, linear, log and category scales, pairwise overlap of quads. Not
covered: where things go (`layout_frame`, `layout_ticks`, `layout_legend`, `layout_labels`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mmrecipes.canvas.fonts import Face, face
from mmrecipes.canvas.surface import HAlign, VAlign
from mmrecipes.canvas.text import Run, shape_any, wrap_any
from mmrecipes.core.boxes import Box, Point, Quad, box_of
from mmrecipes.render.charts.drawn import LayoutRefusal, TextBox, TextRole
from mmrecipes.render.charts.style import Style
from mmrecipes.render.charts.summary import Axis

LINE_HEIGHT = 1.2
"""Distance of baselines as a share of the font size."""


@dataclass(slots=True)
class Label:
    """A text at an anchor: `angle` degrees clockwise about (x, y). `text` is what it prints in one line."""

    text: str
    lines: tuple[Run, ...]
    x: float
    y: float
    colour: str
    role: TextRole
    panel: int = 0
    axis: str = ""
    align: HAlign = "left"
    valign: VAlign = "baseline"
    angle: float = 0.0
    halo: str = ""
    """Colour of a soft edge around the letters, or empty."""

    def offsets(self) -> list[Point]:
        """From the anchor to each line's origin, before turning."""
        run, last = self.lines[0], len(self.lines) - 1
        step = LINE_HEIGHT * run.size
        first = {
            "baseline": 0.0,
            "top": run.ascent,
            "bottom": -run.descent - last * step,
            "middle": (run.ascent - run.descent) / 2 - last * step / 2,
        }[self.valign]
        share = {"left": 0.0, "centre": 0.5, "right": 1.0}[self.align]
        return [(-share * r.width, first + i * step) for i, r in enumerate(self.lines)]

    def origins(self) -> list[Point]:
        """Origin of each line on the canvas."""
        return [_turned(self.x, self.y, dx, dy, self.angle) for dx, dy in self.offsets()]

    @property
    def quad(self) -> Quad:
        """The quad of the ink of all lines, clockwise from the text's own top-left."""
        left, top, right, bottom = 1e9, 1e9, -1e9, -1e9
        for (dx, dy), run in zip(self.offsets(), self.lines, strict=True):
            x0, y0, x1, y1 = run.ink
            left, top = min(left, x0 + dx), min(top, y0 + dy)
            right, bottom = max(right, x1 + dx), max(bottom, y1 + dy)
        a, b, c, d = (
            _turned(self.x, self.y, u, v, self.angle)
            for u, v in ((left, top), (right, top), (right, bottom), (left, bottom))
        )
        return (a, b, c, d)

    @property
    def box(self) -> Box:
        return box_of(self.quad)

    def text_box(self) -> TextBox:
        return TextBox(self.panel, self.role, self.text, self.quad, self.axis)


def _turned(x: float, y: float, dx: float, dy: float, angle: float) -> Point:
    if not angle:
        return (x + dx, y + dy)
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (x + dx * c - dy * s, y + dx * s + dy * c)


def tick_face(style: Style) -> Face:
    return face(style.family)


def title_face(style: Style) -> Face:
    return face(style.title_family, bold=style.title_bold)


def lines_within(text: str, font: Face, size: float, width: float, most: int) -> tuple[Run, ...]:
    """The text in at most `most` lines of `width` pixels; raises `LayoutRefusal("no_room")` when it needs more."""
    whole = shape_any(text, font, size)
    if whole.width <= width:
        return (whole,)
    lines = balanced(text, font, size, width)
    if len(lines) > most or max(r.width for r in lines) > width:
        raise LayoutRefusal("no_room", f"{text!r} needs more than {most} lines of {width:.0f} px")
    return tuple(lines)


def balanced(text: str, font: Face, size: float, width: float) -> list[Run]:
    """Greedy lines, then narrowed as far as the number of lines stays: no orphan words."""
    lines = wrap_any(text, font, size, width)
    if len(lines) == 2:
        narrow = wrap_any(text, font, size, max(0.58 * (lines[0].width + lines[1].width), width * 0.3))
        if len(narrow) == 2 and max(r.width for r in narrow) <= width:
            return narrow
    return lines


def block_size(lines: Sequence[Run]) -> tuple[float, float]:
    """Width and height of lines, from the first ascender to the last descender."""
    run = lines[0]
    return max(r.width for r in lines), run.ascent + run.descent + (len(lines) - 1) * LINE_HEIGHT * run.size


def axis_text(axis: Axis, style: Style) -> str:
    """The printed name of an axis with its unit; empty when the axis has no name."""
    if not axis.unit or not axis.name:
        return axis.name or axis.unit
    forms = {"round": "{} ({})", "comma": "{}, {}", "square": "{} [{}]"}
    return forms[style.unit_form].format(axis.name, axis.unit)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values of an axis to pixels: `start` is the pixel of `axis.min`, `end` that of `axis.max`."""

    axis: Axis
    start: float
    end: float
    places: dict[str, float] = field(default_factory=dict)
    """Category name to value."""

    def at(self, value: float) -> float:
        a = self.axis
        if a.scale == "log":
            share = math.log(max(value, 1e-300) / a.min) / math.log(a.max / a.min)
        else:
            share = (value - a.min) / (a.max - a.min)
        return self.start + share * (self.end - self.start)

    def place(self, x: float | str) -> float:
        """The pixel of a point's x: a number, or a category by name."""
        return self.at(self.places[x] if isinstance(x, str) else x)

    @property
    def base(self) -> float:
        """The pixel bars and areas start from: zero, or the axis end nearest to it (log: the minimum)."""
        a = self.axis
        return self.at(a.min if a.scale == "log" else min(max(0.0, a.min), a.max))

    @property
    def unit(self) -> float:
        """Pixels per axis unit of a linear or category axis, positive."""
        return abs(self.end - self.start) / (self.axis.max - self.axis.min)


def scale(axis: Axis, start: float, end: float) -> Scale:
    """A scale with the names of its categories."""
    return Scale(axis, start, end, {n: v for v, n in axis.ticks} if axis.scale == "category" else {})


def overlap(a: Quad, b: Quad, gap: float = 0.0) -> bool:
    """Whether two convex quads come closer than `gap` (separating axes)."""
    for q in (a, b):
        for i in (0, 1):
            ex, ey = q[i + 1][0] - q[i][0], q[i + 1][1] - q[i][1]
            length = math.hypot(ex, ey)
            if length == 0:
                continue
            nx, ny = -ey / length, ex / length
            pa, pb = [x * nx + y * ny for x, y in a], [x * nx + y * ny for x, y in b]
            if max(pa) + gap <= min(pb) or max(pb) + gap <= min(pa):
                return False
    return True


def meet(a: Box, b: Box, gap: float = 0.0) -> bool:
    """Whether two boxes come closer than `gap`."""
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + gap and b[1] < a[3] + gap


def first_overlap(quads: Sequence[Quad], gap: float = 1.0) -> tuple[int, int] | None:
    """The first pair of quads closer than `gap` pixels, or None."""
    if len(quads) < 2:
        return None
    points = np.asarray(quads, dtype=np.float64)
    low, high = points.min(axis=1), points.max(axis=1)
    near = (low[:, None, :] < high[None, :, :] + gap).all(axis=2)
    near &= near.T
    for i, j in np.argwhere(np.triu(near, 1)):
        if overlap(quads[i], quads[j], gap):
            return int(i), int(j)
    return None


def check_texts(texts: Sequence[TextBox], width: int, height: int) -> None:
    """Raise `LayoutRefusal` when a text leaves the canvas (`text_outside`) or two come too close (`text_overlap`)."""
    for t in texts:
        x0, y0, x1, y1 = box_of(t.quad)
        if x0 < 1 or y0 < 1 or x1 > width - 1 or y1 > height - 1:
            raise LayoutRefusal("text_outside", t.text)
    if (pair := first_overlap([t.quad for t in texts])) is not None:
        raise LayoutRefusal("text_overlap", f"{texts[pair[0]].text!r} and {texts[pair[1]].text!r}")


def contrast_ink(fill: str, light: str = "#ffffff", dark: str = "#1a1a1a") -> str:
    """Dark or light letters for a filled ground, whichever has the higher contrast (WCAG relative luminance)."""
    return dark if luminance(fill) > 0.22 else light


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0..1."""
    r, g, b = ((int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
