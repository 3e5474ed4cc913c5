"""Where a figure's lines and labels go: problem coordinates to points on paper, labels where they have most room.

Covered: scale, strokes (as polylines), label places outside the figure and away from lines, circles and one another.
Not covered: drawing (see `sheet`). Lengths are in typographic points, y downwards.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mmrecipes.render.mathematics.figure import XY, Axes, Figure

PAD = 20.0
"""Room around a figure for its labels."""


@dataclass(frozen=True, slots=True)
class Stroke:
    points: tuple[XY, ...]
    width: float = 1.0
    dashed: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text centred at a place; `about` is its size as assumed when it was placed."""

    text: str
    at: XY
    about: XY
    small: bool = False


@dataclass(slots=True)
class Layout:
    """A figure on paper: its size, what is filled, drawn, dotted and written."""

    width: float
    height: float
    scale: tuple[float, float]
    origin: XY
    shaded: list[tuple[XY, ...]] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    dots: list[XY] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def place(self, p: XY) -> XY:
        """A point of the problem on paper."""
        return (self.origin[0] + p[0] * self.scale[0], self.origin[1] - p[1] * self.scale[1])


def lay_out(figure: Figure, size: float, em: float) -> Layout:
    """Lay a figure out in about `size` points with labels of letter size `em` points."""
    out = _scaled(figure, size)
    out.shaded = [tuple(out.place(p) for p in s) for s in figure.shaded]
    if figure.axes:
        _axes(out, figure.axes, em)
    _lines(out, figure)
    _labels(out, figure, em)
    bold = [s for s in out.strokes if s.width > 1]
    out.labels = [a for a in out.labels if not (a.small and _covered(a, bold, out))]
    return out


def _covered(tick: Label, bold: Sequence[Stroke], out: Layout) -> bool:
    """Whether a number at an axis is crossed by a line of the figure or meets a name."""
    (x, y), (w, h) = tick.at, tick.about
    box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
    names = (_between(box, other) for other in out.labels if not other.small)
    return min((*(_gap(box, s.points) for s in bold), *names), default=99.0) < 0.5


def _scaled(figure: Figure, size: float) -> Layout:
    xs = [p[0] for p in figure.points.values()] + [p[0] for s in figure.shaded for p in s]
    ys = [p[1] for p in figure.points.values()] + [p[1] for s in figure.shaded for p in s]
    for c, r in figure.circles:
        x, y = figure.points[c]
        xs += [x - r, x + r]
        ys += [y - r, y + r]
    if figure.axes:
        xs, ys = list(figure.axes.x), list(figure.axes.y)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if figure.equal:
        k = size / max(width, height, 1e-9)
        scale = (k, k)
    else:
        scale = (size / width, 0.8 * size / height)
    origin = (PAD - min(xs) * scale[0], PAD + max(ys) * scale[1])
    return Layout(width * scale[0] + 2 * PAD, height * scale[1] + 2 * PAD, scale, origin)


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _axes(out: Layout, axes: Axes, em: float) -> None:
    (x0, x1), (y0, y1) = axes.x, axes.y
    xs, ys = _ticks(x0, x1, axes.step[0]), _ticks(y0, y1, axes.step[1])
    if axes.grid:
        lines = [((x, y0), (x, y1)) for x in xs] + [((x0, y), (x1, y)) for y in ys]
        out.strokes += [Stroke((out.place(a), out.place(b)), 0.4, faint=True) for a, b in lines]
    for a, b in (((x0, 0), (x1, 0)), ((0, y0), (0, y1))):
        start, end = out.place(a), out.place(b)
        out.strokes.append(Stroke((start, end), 0.9))
        out.strokes.append(Stroke(_arrow(start, end), 0.9))
    small = 0.8 * em
    stride = 2 if len(xs) > 9 or abs(out.scale[0]) * axes.step[0] < 1.7 * em else 1
    for x in xs:
        if x and round(x / axes.step[0]) % stride == 0 and x < x1 - 0.4 * axes.step[0]:
            px, py = out.place((x, 0))
            out.strokes.append(Stroke(((px, py - 2), (px, py + 2)), 0.8))
            out.labels.append(_label(f"${_number(x)}$", (px, py + 0.85 * em), small, True))
    stride = 2 if len(ys) > 11 else 1
    for y in ys:
        if y and round(y / axes.step[1]) % stride == 0 and y < y1 - 0.4 * axes.step[1]:
            px, py = out.place((0, y))
            text = f"${_number(y)}$"
            out.strokes.append(Stroke(((px - 2, py), (px + 2, py)), 0.8))
            out.labels.append(_label(text, (px - 4 - 0.5 * _width(text, small), py), small, True))
    px, py = out.place((x1, 0))
    out.labels.append(_label("$x$", (px + 7, py), em))
    px, py = out.place((0, y1))
    out.labels.append(_label("$y$", (px, py - 8), em))


def _number(v: float) -> str:
    return str(int(v)) if v == int(v) else str(v)


def _arrow(start: XY, end: XY) -> tuple[XY, ...]:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    wings = [_polar(end, -5, angle + s) for s in (0.4, -0.4)]
    return (wings[0], end, wings[1])


def _lines(out: Layout, figure: Figure) -> None:
    def ends(pair: tuple[str, str]) -> tuple[XY, ...]:
        return tuple(out.place(figure.points[n]) for n in pair)

    out.strokes += [Stroke(ends(s), 1.2) for s in figure.segments]
    out.strokes += [Stroke(ends(s), 0.8, dashed=True) for s in figure.dashed]
    for c, r in figure.circles:
        around = [_polar(figure.points[c], r, t * math.pi / 48) for t in range(97)]
        out.strokes.append(Stroke(tuple(out.place(p) for p in around), 1.1))
    for curve in figure.curves:
        out.strokes += [Stroke(tuple(out.place(p) for p in part), 1.5) for part in curve.parts]
    if figure.dots:
        out.dots += [out.place(p) for n, p in figure.points.items() if n not in figure.hidden]


def _width(text: str, em: float) -> float:
    return em * (0.62 * len(text.replace("$", "")) + 0.1)


def _label(text: str, at: XY, em: float, small: bool = False) -> Label:
    return Label(text, at, (_width(text, em), 0.95 * em), small)


def _labels(out: Layout, figure: Figure, em: float) -> None:
    """Angle marks with their labels, then lengths, then names: each where it has most room among its candidates."""
    lines = [s for s in out.strokes if not s.faint]
    middle = _centre([out.place(p) for p in figure.points.values()])
    for mark in figure.marks:
        a, b, c = (out.place(figure.points[n]) for n in mark.points)
        stroke, candidates = _angle(a, b, c, mark.square, _width(mark.label, em))
        out.strokes.append(stroke)
        lines.append(stroke)
        if mark.label:
            out.labels.append(_roomiest(out, lines, mark.label, candidates, em))
    for (m, n), text in figure.lengths.items():
        a, b = out.place(figure.points[m]), out.place(figure.points[n])
        spots = _beside(a, b, _width(text, em), em)
        if (m, n) in figure.segments or (n, m) in figure.segments:  # an outer line is labelled outside
            spots.sort(key=lambda p, a=a, b=b: math.dist(p, middle) < math.dist(_centre([a, b]), middle))
        out.labels.append(_roomiest(out, lines, text, spots, em))
    for name, p in figure.points.items():
        if name not in figure.hidden:
            x, y = out.place(p)
            away = math.atan2(y - middle[1], x - middle[0])
            turns = sorted(range(24), key=lambda k: min(k, 24 - k))
            spots = [_polar((x, y), d, away + k * math.pi / 12) for d in (0.95 * em, 1.25 * em) for k in turns]
            out.labels.append(_roomiest(out, lines, f"${name}$", spots, em))


def _centre(points: Sequence[XY]) -> XY:
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)) if points else (0, 0)


def _polar(centre: XY, r: float, angle: float) -> XY:
    return (centre[0] + r * math.cos(angle), centre[1] + r * math.sin(angle))


def _angle(a: XY, b: XY, c: XY, square: bool, width: float) -> tuple[Stroke, list[XY]]:
    """The mark at b and places for its label, inside the angle first."""
    one, two = (math.atan2(p[1] - b[1], p[0] - b[0]) for p in (a, c))
    turn = (two - one + math.pi) % (2 * math.pi) - math.pi
    shortest = min(math.dist(a, b), math.dist(c, b))
    if square:
        r = min(9.0, 0.25 * shortest)
        u, v = _polar(b, r, one), _polar(b, r, two)
        return Stroke((u, _polar(u, r, two), v), 0.8), []
    r = min(16.0, 0.3 * shortest) if abs(turn) > 0.9 else min(24.0, 0.35 * shortest)
    arc = tuple(_polar(b, r, one + turn * k / 16) for k in range(17))
    fits = r + 0.6 * width
    if abs(turn) < 1.2:
        fits = max(fits, 0.62 * width / math.tan(max(0.15, abs(turn) / 2)) + 6)
    reach = (r + 0.55 * width + 1, fits, fits + 8, fits + 16, fits + 26)
    spots = [_polar(b, d, one + turn * f) for d in reach for f in (0.5, 0.4, 0.6)]
    return Stroke(arc, 0.8), spots


def _beside(a: XY, b: XY, width: float, em: float) -> list[XY]:
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    nx, ny = -math.sin(angle), math.cos(angle)
    reach = abs(nx) * width / 2 + abs(ny) * 0.5 * em + 3
    return [(a[0] + f * (b[0] - a[0]) + s * d * nx, a[1] + f * (b[1] - a[1]) + s * d * ny)
            for d in (reach, reach + 3) for f in (0.5, 0.42, 0.58, 0.34, 0.66) for s in (1, -1)]  # fmt: skip


def _roomiest(out: Layout, lines: Iterable[Stroke], text: str, spots: Sequence[XY], em: float) -> Label:
    """The first of the places with 2 points of room, else the one with most."""
    half = (0.5 * _width(text, em), 0.48 * em)
    best, most = spots[0], -1e9
    for x, y in spots:
        box = (x - half[0], y - half[1], x + half[0], y + half[1])
        room = min((_gap(box, s.points) for s in lines), default=99.0)
        room = min([room, *(_between(box, other) for other in out.labels), *_margins(box, out)])
        if room >= 2:
            return _label(text, (x, y), em)
        if room > most:
            best, most = (x, y), room
    return _label(text, best, em)


def _margins(box: tuple[float, float, float, float], out: Layout) -> tuple[float, ...]:
    return (box[0] + 2, box[1] + 2, out.width - box[2] + 2, out.height - box[3] + 2)


def _between(box: tuple[float, float, float, float], other: Label) -> float:
    (x, y), (w, h) = other.at, other.about
    return max(box[0] - x - w / 2, x - w / 2 - box[2], box[1] - y - h / 2, y - h / 2 - box[3])


def _gap(box: tuple[float, float, float, float], points: Sequence[XY]) -> float:
    """Distance from a box to a polyline; negative where they meet."""
    return min((segment_gap(box, p, q) for p, q in itertools.pairwise(points)), default=99.0)


def segment_gap(box: tuple[float, float, float, float], p: XY, q: XY) -> float:
    """Distance from a box to a segment, -1 where they meet: clipped by the box (Liang & Barsky 1984), else from the
    nearer of corners and ends."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    low, high = 0.0, 1.0
    for d, near, far in ((dx, box[0] - p[0], box[2] - p[0]), (dy, box[1] - p[1], box[3] - p[1])):
        if d == 0:
            if near > 0 or far < 0:
                low, high = 1.0, 0.0
            continue
        a, b = sorted((near / d, far / d))
        low, high = max(low, a), min(high, b)
    if low <= high:
        return -1.0
    square = dx * dx + dy * dy
    found = []
    for x in (box[0], box[2]):
        for y in (box[1], box[3]):
            t = min(1.0, max(0.0, ((x - p[0]) * dx + (y - p[1]) * dy) / square)) if square else 0.0
            found.append(math.hypot(x - p[0] - t * dx, y - p[1] - t * dy))
    for x, y in (p, q):
        found.append(math.hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3])))
    return min(found)
