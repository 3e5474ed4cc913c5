"""What text stands on: the faces of signs, and how each kind is lettered.

Covered: painted, enamel, wooden, metal, chalk, paper, light-box, marker-board and label faces with frames, rounded
corners and screws; the colours and techniques of lettering that suit each. Not covered: shapes other than rectangles.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import skia

from mmrecipes.render.scene_text import paints
from mmrecipes.render.scene_text.paints import BLACK, WHITE, Rgb, hsv, luma, rgb, shaded

Technique = Literal["paint", "print", "raised", "chalk", "marker"]


@dataclass(frozen=True, slots=True)
class Face:
    """A sign's front: how it is painted, the ground's mean colour, inks that suit it (best first) and its margin in
    metres."""

    paint: Callable[[skia.Canvas], None]
    ground: Rgb
    inks: tuple[Rgb, ...]
    margin: float
    technique: Technique
    lit: float = 1.0


_DARK = (rgb(24, 26, 30), rgb(28, 34, 64), rgb(70, 22, 24), rgb(22, 52, 38), rgb(60, 44, 30))
_PALE = (rgb(250, 248, 240), rgb(246, 226, 150), rgb(232, 206, 130), rgb(222, 236, 244))


def inks_on(ground: Rgb, rng: random.Random) -> tuple[Rgb, ...]:
    """Inks that stand out from a ground, in random order."""
    inks = list(_DARK if luma(ground) > 0.45 else _PALE)
    rng.shuffle(inks)
    if 0.2 < luma(ground) < 0.45:
        inks.sort(key=lambda c: -luma(c))
    return tuple(inks)


def painted_board(w: float, h: float, rng: random.Random, ground: Rgb | None = None) -> Face:
    """A painted shop or notice board with lines or a moulding along its rim."""
    ground = ground or hsv(rng.random(), rng.uniform(0.25, 0.75), rng.choice([0.22, 0.3, 0.4, 0.88, 0.93]))
    inks = inks_on(ground, rng)
    shift = (rng.random(), rng.random())
    rim = rng.choice(["none", "line", "double", "moulding"])
    base = rng.choice(["plaster", "wood", "metal"])
    edge = min(h * 0.1, 0.07)

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), base, shaded(ground, 1.08), shift)
        if rim in ("line", "double"):
            paints.line_box(canvas, (edge, edge, w - 2 * edge, h - 2 * edge), inks[0], edge * 0.22)
        if rim == "double":
            paints.line_box(canvas, (edge * 1.5, edge * 1.5, w - 3 * edge, h - 3 * edge), inks[0], edge * 0.12)
        if rim == "moulding":
            _moulding(canvas, w, h, edge, shaded(ground, 0.75))
        paints.weathered(canvas, (0, 0, w, h), shift, 0.6)

    return Face(paint, ground, inks, edge * 2.1 if rim != "none" else edge, rng.choice(["paint", "paint", "raised"]))


def _moulding(canvas: skia.Canvas, w: float, h: float, edge: float, colour: Rgb) -> None:
    """A profiled frame: lit on top and left, in the shade below and on the right."""
    for box, tone in (((0, 0, w, edge), 1.35), ((0, 0, edge, h), 1.15), ((0, h - edge, w, edge), 0.6),
                      ((w - edge, 0, edge, h), 0.75)):  # fmt: skip
        paints.fill(canvas, box, shaded(colour, tone))
    paints.line_box(canvas, (edge, edge, w - 2 * edge, h - 2 * edge), BLACK, edge * 0.1, alpha=0.35)


def enamel(w: float, h: float, rng: random.Random, scheme: tuple[Rgb, Rgb] | None = None) -> Face:
    """A street or notice plate: glossy, with rounded corners, a rim and screws."""
    schemes = ((rgb(24, 52, 120), WHITE), (rgb(248, 248, 244), rgb(20, 20, 24)), (rgb(16, 92, 60), WHITE),
               (rgb(246, 246, 240), rgb(170, 20, 28)), (rgb(90, 20, 28), WHITE), (rgb(20, 22, 26), WHITE))  # fmt: skip
    ground, ink = scheme or rng.choice(schemes)
    r = min(w, h) * rng.choice([0.04, 0.1, 0.14])
    rim = rng.random() < 0.75
    edge = min(w, h) * 0.05

    def paint(canvas: skia.Canvas) -> None:
        paints.fill(canvas, (0, 0, w, h), ground, radius=r)
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.14), (BLACK, 0.1)], diagonal=True, radius=r)
        if rim:
            paints.line_box(canvas, (edge, edge, w - 2 * edge, h - 2 * edge), ink, edge * 0.5, max(0.0, r - edge))
        for sx in (edge * 2.2, w - edge * 2.2):
            canvas.drawCircle(sx, h / 2 if h < w / 3 else edge * 2.2, edge * 0.45, paints.paint_of(rgb(120, 122, 126)))

    return Face(paint, ground, (ink,), edge * (4.2 if h < w / 3 else 2.6), "print")


def warning(w: float, h: float, rng: random.Random) -> Face:
    """A safety notice: a yellow, red or blue plate with a band of stripes."""
    ground = rng.choice([rgb(246, 200, 24), rgb(246, 200, 24), rgb(200, 30, 34), rgb(28, 84, 168)])
    ink = rgb(18, 18, 20) if luma(ground) > 0.5 else WHITE
    band = h * 0.11 if rng.random() < 0.5 else 0.0

    def paint(canvas: skia.Canvas) -> None:
        paints.fill(canvas, (0, 0, w, h), ground, radius=0.02)
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.12), (BLACK, 0.1)])
        if band:
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(0, h - band, w, band))
            for k in range(-2, int(w / band) + 2):
                stripe = skia.Path()
                x = k * band * 1.4
                stripe.addPoly([skia.Point(x, h), skia.Point(x + band * 0.7, h), skia.Point(x + band * 1.7, h - band),
                                skia.Point(x + band, h - band)], True)  # fmt: skip
                canvas.drawPath(stripe, paints.paint_of(ink))
            canvas.restore()
        paints.line_box(canvas, (0.012, 0.012, w - 0.024, h - 0.024), ink, 0.01, 0.015)

    return Face(paint, ground, (ink,), max(0.03, band + 0.015), "print")


def chalkboard(w: float, h: float, rng: random.Random) -> Face:
    """A blackboard in a wooden frame, wiped more than once."""
    shift = (rng.random(), rng.random())
    wood = hsv(rng.uniform(0.06, 0.1), 0.5, rng.uniform(0.35, 0.65))
    edge = min(0.05, w * 0.07)

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), "chalk", rgb(210, 214, 212), shift)
        _moulding(canvas, w, h, edge, wood)

    inks = (rgb(244, 242, 232), rgb(250, 228, 140), rgb(244, 190, 190), rgb(180, 222, 240))
    return Face(paint, rgb(48, 53, 51), inks, edge * 1.8, "chalk")


def paper(w: float, h: float, rng: random.Random, *, colourful: bool = False) -> Face:
    """A sheet: white or tinted paper, posters with a coloured ground or a band; slightly curled light."""
    ground = rgb(*rng.choice([(250, 248, 242), (250, 248, 242), (250, 240, 176), (214, 232, 246), (248, 212, 214)]))
    if colourful:
        ground = hsv(rng.random(), rng.uniform(0.35, 0.85), rng.choice([0.3, 0.5, 0.85, 0.95]))
    shift = (rng.random(), rng.random())
    pins = rng.random() < 0.5
    art = rng.random() if colourful else 0.0
    accent = hsv(rng.random(), 0.6, 0.8)

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), "paper", shaded(ground, 1.03), shift)
        if colourful:
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(0, 0, w, h))
            if art < 0.5:
                paints.glow(canvas, w * (0.2 + art), h * 0.95, w * 0.7, accent, 0.35)
            elif art < 0.8:
                paints.gradient(canvas, (0, h * 0.86, w, h * 0.14), [(accent, 0.7), (shaded(accent, 0.6), 0.7)])
            canvas.restore()
            if art > 0.3:
                paints.line_box(canvas, (w * 0.04, w * 0.04, w * 0.92, h - w * 0.08), WHITE, w * 0.012, alpha=0.5)
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.05), (BLACK, 0.1)], diagonal=True)
        if pins:
            canvas.drawCircle(w / 2, 0.02, 0.008, paints.paint_of(accent))

    return Face(paint, ground, inks_on(ground, rng), w * 0.09, "print")


def wooden(w: float, h: float, rng: random.Random) -> Face:
    """A board of planks."""
    tint = hsv(rng.uniform(0.06, 0.1), rng.uniform(0.2, 0.5), rng.uniform(0.5, 1.0))
    shift = (rng.random(), rng.random())
    ground = (tint[0] * 0.74, tint[1] * 0.67, tint[2] * 0.56)

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), "planks", tint, shift)
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.06), (BLACK, 0.16)])

    return Face(paint, ground, inks_on(ground, rng), min(w, h) * 0.08, "paint")


def lightbox(w: float, h: float, rng: random.Random) -> Face:
    """A sign lit from within: bright in the middle, in a dark case."""
    ground = rng.choice([rgb(250, 250, 246), rgb(252, 240, 200), hsv(rng.random(), 0.75, 0.62), rgb(26, 110, 70)])
    ink = (WHITE,) if luma(ground) < 0.6 else (rgb(150, 20, 30), rgb(20, 40, 110), rgb(20, 20, 24))
    edge = min(w, h) * 0.06

    def paint(canvas: skia.Canvas) -> None:
        paints.fill(canvas, (0, 0, w, h), rgb(40, 42, 46))
        paints.fill(canvas, (edge, edge, w - 2 * edge, h - 2 * edge), ground, radius=edge)
        paints.gradient(canvas, (edge, edge, w - 2 * edge, h / 2 - edge), [(BLACK, 0.16), (BLACK, 0.0)], radius=edge)
        paints.gradient(canvas, (edge, h / 2, w - 2 * edge, h / 2 - edge), [(BLACK, 0.0), (BLACK, 0.16)], radius=edge)

    return Face(paint, ground, ink, edge * 2.4, "print", lit=rng.choice([0.25, 0.6]))


def metal_plate(w: float, h: float, rng: random.Random) -> Face:
    """Brushed metal with engraved or printed dark letters."""
    tint = rng.choice([rgb(236, 238, 242), rgb(226, 198, 130), rgb(200, 204, 210)])
    shift = (rng.random(), rng.random())

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), "metal", shaded(tint, 1.1), shift, radius=0.01)
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.25), (BLACK, 0.12)], diagonal=True, radius=0.01)
        for sx in (0.02, w - 0.02):
            for sy in (0.02, h - 0.02):
                canvas.drawCircle(sx, sy, 0.006, paints.paint_of(rgb(90, 92, 96)))

    return Face(paint, shaded(tint, 0.78), (rgb(26, 26, 30), rgb(40, 30, 20)), min(w, h) * 0.14, "print")


def whiteboard(w: float, h: float, rng: random.Random) -> Face:
    """A glossy board in an aluminium frame with the mirrored glow of a lamp and the ghosts of wiped marks."""
    edge = 0.03
    gx, gy = rng.uniform(0.1, 0.9) * w, rng.uniform(0, 0.5) * h

    def paint(canvas: skia.Canvas) -> None:
        paints.textured(canvas, (0, 0, w, h), "paper", rgb(244, 248, 252))
        paints.glow(canvas, gx, gy, w * 0.35, WHITE, 0.5)
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.0), (rgb(90, 110, 130), 0.16)], diagonal=True)
        _moulding(canvas, w, h, edge, rgb(168, 172, 178))

    inks = (rgb(24, 30, 46), rgb(24, 58, 150), rgb(176, 26, 30), rgb(20, 104, 54))
    return Face(paint, rgb(238, 242, 246), inks, 0.1, "marker")


def label(w: float, h: float, rng: random.Random, ground: Rgb | None = None) -> Face:
    """A product's front or a price tag: a flat colour with a band and a rounded patch."""
    base = ground or hsv(rng.random(), rng.uniform(0.3, 0.8), rng.uniform(0.35, 0.95))
    accent = hsv(rng.random(), 0.6, rng.uniform(0.4, 0.95))
    kind = rng.choice(["plain", "band", "foot"])

    def paint(canvas: skia.Canvas) -> None:
        paints.fill(canvas, (0, 0, w, h), base)
        if kind == "band":
            paints.fill(canvas, (0, 0, w, h * 0.06), accent)
        if kind != "plain":
            paints.gradient(canvas, (0, h * 0.9, w, h * 0.1), [(accent, 1), (shaded(accent, 0.7), 1)])
        paints.gradient(canvas, (0, 0, w, h), [(WHITE, 0.12), (BLACK, 0.12)], across=True)

    return Face(paint, base, inks_on(base, rng), w * 0.08, "print")
