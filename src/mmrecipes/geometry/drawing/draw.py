"""A figure as a picture: strokes, marks of what is stated, and labels that overlap nothing.

The caller says which facts are shown as numbers (an asked value is then never among them). The length of a segment
with points inside stands in a dimension line beside it, as it would otherwise be read as a part's; where there is no
room for one, and for radii with no drawn radius, there is no number. `Picture.shown` says what is shown. Pixels are
anti-aliased; 640 x 640 is the usual size and line widths scale with it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mmrecipes.canvas.fonts import Face
from mmrecipes.canvas.noise import seamless
from mmrecipes.canvas.surface import Surface
from mmrecipes.core.boxes import Box, Point
from mmrecipes.geometry.drawing.layout import Ground, View, around, beside, view
from mmrecipes.geometry.drawing.lettering import extent_of, write
from mmrecipes.geometry.drawing.marks import Marks, marks
from mmrecipes.geometry.drawing.styles import STYLES, Style, typeface
from mmrecipes.geometry.facts import Fact
from mmrecipes.geometry.figure import Degenerate, Figure

Polyline = list[Point]
_SIZES = (1.0, 0.85, 0.72)


@dataclass(frozen=True)
class Label:
    """`fact` is None for a point's name. `box`: left, top, right, bottom of the ink in pixels."""

    text: str
    box: Box
    fact: Fact | None = None


@dataclass(frozen=True)
class Picture:
    """`pixels`: (H, W, 3) uint8 RGB. `points`: pixel coordinates; `shown`: facts that are drawn as numbers."""

    pixels: npt.NDArray[np.uint8]
    points: dict[str, Point]
    labels: list[Label]
    style: str
    dimensions: dict[Fact, tuple[Point, Point]]
    """The ends of dimension lines."""

    @property
    def shown(self) -> list[Fact]:
        return [label.fact for label in self.labels if label.fact is not None]


@dataclass
class _Sheet:
    """One drawing in the making, in pixels."""

    figure: Figure
    style: Style
    rng: random.Random
    view: View
    unit: float
    at: dict[str, Point] = field(init=False)
    strokes: list[tuple[Polyline, float, bool]] = field(default_factory=list)
    """(points, width, whether a mark)."""
    dots: list[tuple[Point, float]] = field(default_factory=list)
    dimensions: dict[Fact, tuple[Point, Point]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = {name: self.view(*p.floats) for name, p in self.figure.points.items()}


def draw(figure: Figure, rng: random.Random, style: str = "textbook", shown: Sequence[Fact] | None = None,
         width: int = 640, height: int = 640) -> Picture:  # fmt: skip
    """`shown`: facts (`len`, `ang`, `radius`) to be written into the figure, default all stated ones. Raises
    `Degenerate` if a label finds no free place in any of three sizes, KeyError on an unknown style."""
    look = STYLES[style]
    unit = min(width, height) / 640
    sheet = _Sheet(figure, look, rng, view(figure, rng, width, height, 58 * unit), unit)
    wanted = [f for f in (figure.givens() if shown is None else shown) if f.kind in ("len", "ang", "radius")]
    numbers = [f for f in wanted if f.value is not None and not (f.kind == "ang" and f.value == 90)]
    _outline(sheet)
    _mark(sheet, marks(figure, figure.givens()), [f for f in numbers if f.kind == "ang"])
    ground_colour, ink, accent = rng.choice(look.grounds), rng.choice(look.ink), rng.choice(look.accents)
    letters = typeface(rng.choice(look.families), look.italic)
    figures = typeface(letters.family)
    mask = Surface(width, height, "#000000")
    _paint(mask, sheet, "#ffffff", "#ffffff")
    covered = mask.pixels()[..., 0] > 40
    labels = _fitted(sheet, covered, numbers, letters, figures)
    _dimension_strokes(sheet, labels)
    surface = Surface(width, height, ground_colour)
    _paint(surface, sheet, ink, accent)
    for label, face, size in labels:
        write(surface, label.text, label.box, face, size, ink if label.fact is None else accent)
    pixels = _texture(surface.pixels(), look, ground_colour, rng)
    return Picture(pixels, sheet.at, [label for label, _, _ in labels], style, sheet.dimensions)


def _fitted(sheet: _Sheet, covered: npt.NDArray[np.bool_], numbers: Sequence[Fact], letters: Face,
            figures: Face) -> list[tuple[Label, Face, int]]:  # fmt: skip
    """All labels in the greatest of the sizes in which each finds a place."""
    for share in _SIZES[:-1]:
        try:
            return _labels(
                sheet, Ground(covered), numbers, letters, figures, round(sheet.style.letter * sheet.unit * share)
            )
        except Degenerate:
            continue
    return _labels(
        sheet, Ground(covered), numbers, letters, figures, round(sheet.style.letter * sheet.unit * _SIZES[-1])
    )


def _outline(sheet: _Sheet) -> None:
    """Strokes, circles, and a dot on every centre and on points where no two of them meet."""
    stroke = sheet.rng.uniform(*sheet.style.stroke) * sheet.unit
    for line in sheet.figure.lines:
        sheet.strokes.append((_wobbly(sheet, [sheet.at[line[0]], sheet.at[line[-1]]]), stroke, False))
    for o, circle in sheet.figure.circles.items():
        r, (x, y) = math.sqrt(float(circle.squared_radius)) * sheet.view.scale, sheet.at[o]
        ring = [(x + r * math.cos(t), y + r * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 181)]
        sheet.strokes.append((_wobbly(sheet, ring), stroke, False))
    for name, at in sheet.at.items():
        met = sum(name in line for line in sheet.figure.lines)
        inner = any(name in line[1:-1] for line in sheet.figure.lines)
        touched = any(name in circle.on for circle in sheet.figure.circles.values())
        if name in sheet.figure.circles or met == 0 or (met == 1 and inner and not touched):
            sheet.dots.append((at, 1.3 * stroke))


def _wobbly(sheet: _Sheet, points: Polyline) -> Polyline:
    """A hand's line: slow sideways waves that vanish at the ends."""
    if not sheet.style.wobble:
        return points
    dense = np.array(points)
    if len(points) == 2:
        dense = np.linspace(dense[0], dense[1], max(8, int(math.dist(*points) / 6)))
    t = np.linspace(0, 1, len(dense))
    turns = sheet.rng.uniform(1, 2.5), sheet.rng.uniform(2.5, 5)
    phases = sheet.rng.uniform(0, 6.28), sheet.rng.uniform(0, 6.28)
    wave = 0.65 * np.sin(6.28 * turns[0] * t + phases[0]) + 0.35 * np.sin(6.28 * turns[1] * t + phases[1])
    wave *= sheet.style.wobble * sheet.unit * np.sin(math.pi * t) ** 0.5
    along = np.gradient(dense, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    moved = dense + np.stack([-along[:, 1], along[:, 0]], axis=1) * wave[:, None]
    return [(float(x), float(y)) for x, y in moved]


def _mark(sheet: _Sheet, what: Marks, valued: Sequence[Fact]) -> None:
    pen = 1.6 * sheet.unit
    for count, same in enumerate(sorted(map(sorted, what.ticks)), start=1):
        for a, b in same:
            _strokes_across(sheet, sheet.at[a], sheet.at[b], count, pen)
    for corner in what.rights:
        a, v, c = (sheet.at[n] for n in corner)
        size = min(13 * sheet.unit, 0.3 * math.dist(a, v), 0.3 * math.dist(c, v))
        p, q = _toward(v, a, size), _toward(v, c, size)
        sheet.strokes.append(([p, (p[0] + q[0] - v[0], p[1] + q[1] - v[1]), q], pen, True))
    used: dict[str, int] = {}
    for names in [f.args for f in valued]:
        _arc(sheet, names, 1, used, pen, _arc_radius(sheet, names))
        used[names[1]] = used.get(names[1], 0) + 1
    for count, same in enumerate(sorted(map(sorted, what.arcs)), start=2):
        radius = min(_arc_radius(sheet, names) for names in same)
        for names in same:
            _arc(sheet, names, count, used, pen, radius)
    for count, same in enumerate(sorted(map(sorted, what.arrows)), start=1):
        for a, b in _same_way(sheet, same):
            _arrows(sheet, a, b, count, pen)


def _toward(p: Point, q: Point, distance: float) -> Point:
    share = distance / math.dist(p, q)
    return p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1])


def _strokes_across(sheet: _Sheet, a: Point, b: Point, count: int, pen: float) -> None:
    length, half, step = math.dist(a, b), 6 * sheet.unit, 5 * sheet.unit
    nx, ny = -(b[1] - a[1]) / length * half, (b[0] - a[0]) / length * half
    for k in range(count):
        x, y = _toward(a, b, length / 2 + (k - (count - 1) / 2) * step)
        sheet.strokes.append(([(x - nx, y - ny), (x + nx, y + ny)], pen, True))


def _same_way(sheet: _Sheet, same: Sequence[tuple[str, str]]) -> list[tuple[Point, Point]]:
    """Parallel segments turned to point the same way."""
    first = (sheet.at[same[0][0]], sheet.at[same[0][1]])
    out = []
    for a, b in ((sheet.at[p], sheet.at[q]) for p, q in same):
        along = (b[0] - a[0]) * (first[1][0] - first[0][0]) + (b[1] - a[1]) * (first[1][1] - first[0][1])
        out.append((a, b) if along > 0 else (b, a))
    return out


def _arrows(sheet: _Sheet, a: Point, b: Point, count: int, pen: float) -> None:
    length, size = math.dist(a, b), 7 * sheet.unit
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    for k in range(count):
        x, y = _toward(a, b, 0.62 * length + (k - (count - 1) / 2) * 6 * sheet.unit)
        wings = [(x - size * (ux + s * 0.6 * -uy), y - size * (uy + s * 0.6 * ux)) for s in (1, -1)]
        sheet.strokes.append(([wings[0], (x, y), wings[1]], pen, True))


def _arc(sheet: _Sheet, names: Sequence[str], count: int, used: dict[str, int], pen: float, radius: float) -> None:
    """One to three arcs, beyond those of the valued angles at the same vertex (`used`: how many)."""
    radius += 7 * sheet.unit * used.get(names[1], 0)
    start, sweep = _span(sheet, names)
    x, y = sheet.at[names[1]]
    for k in range(min(count, 3)):
        r = radius + 4 * sheet.unit * k
        ts = [start + sweep * i / 24 for i in range(25)]
        sheet.strokes.append(([(x + r * math.cos(t), y + r * math.sin(t)) for t in ts], pen, True))


def _arc_radius(sheet: _Sheet, names: Sequence[str]) -> float:
    a, v, c = (sheet.at[n] for n in names)
    return min(24 * sheet.unit, 0.4 * math.dist(a, v), 0.4 * math.dist(c, v))


def _span(sheet: _Sheet, names: Sequence[str]) -> tuple[float, float]:
    """Where the arc starts and how far it goes, in radians as the picture turns (y downwards)."""
    a, v, c = (sheet.at[n] for n in names)
    start, end = math.atan2(a[1] - v[1], a[0] - v[0]), math.atan2(c[1] - v[1], c[0] - v[0])
    return start, (end - start + math.pi) % (2 * math.pi) - math.pi


def _paint(surface: Surface, sheet: _Sheet, ink: str, accent: str) -> None:
    for points, pen, is_mark in sheet.strokes:
        surface.polyline(points, accent if is_mark else ink, pen)
    for at, radius in sheet.dots:
        surface.circle(at, radius, fill=ink)


def _labels(sheet: _Sheet, ground: Ground, numbers: Sequence[Fact], letters: Face, figures: Face,
            size: int) -> list[tuple[Label, Face, int]]:  # fmt: skip
    out: list[tuple[Label, Face, int]] = []
    rays = {name: _rays(sheet, name) for name in sheet.at}
    crowded = sorted(sheet.at, key=lambda name: -len(rays[name]))
    for name in crowded:
        w, h = extent_of(name, letters, size)
        clear = 5 * sheet.unit

        def reach(d: float, w: float = w, h: float = h, clear: float = clear) -> float:
            c, s = abs(math.cos(d)), abs(math.sin(d))
            return clear + min(w / 2 / c if c > 1e-9 else 1e9, h / 2 / s if s > 1e-9 else 1e9)

        box = ground.place(name, (w, h), around(sheet.at[name], rays[name], reach), 1.5 * sheet.unit)
        out.append((Label(name, box), letters, size))
    small = round(size * 0.86)
    sheet.dimensions.clear()
    dimensioned: list[tuple[Fact, str, Point]] = []
    middle = (ground.width / 2, ground.height / 2)
    for known in numbers:
        text = f"{known.value}°" if known.kind == "ang" else str(known.value)
        extent = extent_of(text, figures, small)
        if known.kind == "ang":
            centres = _in_angle(sheet, known.args, extent)
        elif (ends := _labelled_segment(sheet.figure, known)) is not None:
            centres = list(beside(sheet.at[ends[0]], sheet.at[ends[1]], extent, middle, 5 * sheet.unit))
        else:
            dimensioned.append((known, text, extent))
            continue
        box = ground.place(text, extent, centres, 1.0 * sheet.unit)
        out.append((Label(text, box, known), figures, small))
    for known, text, extent in dimensioned:
        if known.kind == "len" and sheet.figure.drawn(*known.args):
            box = _dimension(sheet, ground, known, extent)
            out += [(Label(text, box, known), figures, small)] if box is not None else []
    return out


def _dimension(sheet: _Sheet, ground: Ground, known: Fact, extent: Point) -> Box | None:
    """Find room for a line parallel to the segment with the number in its middle; the number's box."""
    a, b = (sheet.at[n] for n in known.args)
    length = math.dist(a, b)
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    across = (abs(uy) * extent[0] + abs(ux) * extent[1]) / 2
    for distance in (0, 6, 14, 24):
        for way in (1, -1):
            off = way * (across + (6 + distance) * sheet.unit)
            p, q = (a[0] - off * uy, a[1] + off * ux), (b[0] - off * uy, b[1] + off * ux)
            x, y = (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
            box = (x - extent[0] / 2, y - extent[1] / 2, x + extent[0] / 2, y + extent[1] / 2)
            steps = [_toward(p, q, t) for t in np.linspace(0.02 * length, 0.98 * length, max(4, int(length / 6)))]
            small = [(u - 1, v - 1, u + 1, v + 1) for u, v in steps]
            if ground.free(box, 2.0) and all(ground.free(dot, 4 * sheet.unit) for dot in small):
                ground.taken += [box, *small]
                sheet.dimensions[known] = (p, q)
                return box
    return None


def _dimension_strokes(sheet: _Sheet, labels: Sequence[tuple[Label, Face, int]]) -> None:
    """Two thin strokes from the ends to the number, with a tick across each end."""
    pen = 1.2 * sheet.unit
    boxes = {label.fact: label.box for label, _, _ in labels}
    for known, (p, q) in sheet.dimensions.items():
        left, top, right, bottom = boxes[known]
        length = math.dist(p, q)
        ux, uy = abs(q[0] - p[0]) / length, abs(q[1] - p[1]) / length
        half = min((right - left) / 2 / ux if ux > 1e-9 else 1e9, (bottom - top) / 2 / uy if uy > 1e-9 else 1e9)
        for end, other in ((p, q), (q, p)):
            _strokes_across(sheet, _toward(end, other, -1.0), _toward(end, other, 1.0), 1, pen)
            if length / 2 - half > 8 * sheet.unit:
                sheet.strokes.append(([end, _toward(end, other, length / 2 - half - 4 * sheet.unit)], pen, True))


def _labelled_segment(figure: Figure, known: Fact) -> tuple[str, str] | None:
    """The drawn segment without inner points that a length stands beside."""
    if known.kind == "radius":
        o = known.args[0]
        pairs = [(o, p) for p in figure.circles[o].on]
    else:
        pairs = [(known.args[0], known.args[1])]
    for a, b in pairs:
        line = figure.line_through(a, b)
        if line is not None and abs(line.index(a) - line.index(b)) == 1:
            return a, b
    return None


def _in_angle(sheet: _Sheet, names: Sequence[str], extent: Point) -> list[Point]:
    """Centres within the angle beyond its arc, near its bisector."""
    start, sweep = _span(sheet, names)
    x, y = sheet.at[names[1]]
    inner = _arc_radius(sheet, names) + 3 * sheet.unit
    out = []
    for extra in (0, 5, 10, 16, 24, 34, 46, 60):
        for share in (0.5, 0.4, 0.6, 0.3, 0.7):
            d = start + sweep * share
            r = inner + extra * sheet.unit + abs(math.cos(d)) * extent[0] / 2 + abs(math.sin(d)) * extent[1] / 2
            out.append((x + r * math.cos(d), y + r * math.sin(d)))
    return out


def _rays(sheet: _Sheet, name: str) -> list[float]:
    """Directions of strokes and circle tangents at a point."""
    x, y = sheet.at[name]
    out = []
    for line in sheet.figure.lines:
        if name in line:
            at = line.index(name)
            for other in (*line[at - 1 : at], *line[at + 1 : at + 2]):
                u, v = sheet.at[other]
                out.append(math.atan2(v - y, u - x))
    for o, circle in sheet.figure.circles.items():
        if name in circle.on:
            u, v = sheet.at[o]
            across = math.atan2(v - y, u - x)
            out += [across + math.pi / 2, across - math.pi / 2]
    return out


def _texture(pixels: npt.NDArray[np.uint8], style: Style, ground: str, rng: random.Random) -> npt.NDArray[np.uint8]:
    """Grain eats into the ink, noise lies over the ground."""
    if not style.grain and not style.ground_noise:
        return pixels
    height, width = pixels.shape[:2]
    noise = np.random.default_rng(rng.getrandbits(32))
    bare = np.array([int(ground[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    out = pixels.astype(np.float32)
    if style.grain:
        eaten = np.clip(0.5 + 0.5 * _tiled(seamless(noise, 256, 0.6, 0.6), height, width), 0, 1) * style.grain
        out += (bare - out) * eaten[..., None]
    soft = _tiled(seamless(noise, 256, 3.0, 3.0), height, width)
    return np.clip(out + style.ground_noise * soft[..., None], 0, 255).astype(np.uint8)


def _tiled(tile: npt.NDArray[np.float32], height: int, width: int) -> npt.NDArray[np.float32]:
    return np.tile(tile, (height // 256 + 1, width // 256 + 1))[:height, :width]
