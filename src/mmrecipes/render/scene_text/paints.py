"""Brushes for surfaces: textured fills, gradients, frames, glass, weathering; the unit of the canvas is the metre."""

from __future__ import annotations

import colorsys
import random
from collections.abc import Sequence

import skia

from mmrecipes.render.scene_text.textures import texture

Rgb = tuple[float, float, float]
"""Red, green, blue, 0..1."""


def rgb(red: int, green: int, blue: int) -> Rgb:
    return red / 255, green / 255, blue / 255


def shaded(colour: Rgb, factor: float) -> Rgb:
    r, g, b = (min(1.0, max(0.0, c * factor)) for c in colour)
    return r, g, b


def mixed(a: Rgb, b: Rgb, share: float) -> Rgb:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def hsv(hue: float, saturation: float, value: float) -> Rgb:
    return colorsys.hsv_to_rgb(hue % 1.0, saturation, value)


def luma(colour: Rgb) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def paint_of(colour: Rgb, alpha: float = 1.0) -> skia.Paint:
    return skia.Paint(Color4f=skia.Color4f(*colour, alpha), AntiAlias=True)


def fill(canvas: skia.Canvas, box: Sequence[float], colour: Rgb, alpha: float = 1.0, radius: float = 0.0) -> None:
    """A rectangle (x, y, width, height)."""
    shape = skia.Rect.MakeXYWH(*box)
    if radius:
        canvas.drawRoundRect(shape, radius, radius, paint_of(colour, alpha))
    else:
        canvas.drawRect(shape, paint_of(colour, alpha))


def line_box(canvas: skia.Canvas, box: Sequence[float], colour: Rgb, width: float, radius: float = 0.0,
             alpha: float = 1.0) -> None:  # fmt: skip
    paint = paint_of(colour, alpha)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(width)
    canvas.drawRoundRect(skia.Rect.MakeXYWH(*box), radius, radius, paint)


def textured(canvas: skia.Canvas, box: Sequence[float], name: str, tint: Rgb, rng_shift: tuple[float, float] = (0, 0),
             scale: float = 1.0, radius: float = 0.0) -> None:  # fmt: skip
    """A rectangle of a texture of the bank, tinted (multiplied) by a colour."""
    paint = skia.Paint(Shader=texture(name).shader(canvas.getTotalMatrix().getScaleX(), scale, *rng_shift))
    paint.setColorFilter(skia.ColorFilters.Blend(skia.Color4f(*tint, 1).toColor(), skia.BlendMode.kModulate))
    if radius:
        paint.setAntiAlias(True)
        canvas.drawRoundRect(skia.Rect.MakeXYWH(*box), radius, radius, paint)
    else:
        canvas.drawRect(skia.Rect.MakeXYWH(*box), paint)


def weathered(canvas: skia.Canvas, box: Sequence[float], rng_shift: tuple[float, float], strength: float = 1.0) -> None:
    """Streaks of dirt multiplied over what is there."""
    shader = texture("grime").shader(canvas.getTotalMatrix().getScaleX(), 1.0, *rng_shift)
    paint = skia.Paint(Shader=shader, BlendMode=skia.BlendMode.kMultiply)
    paint.setAlphaf(strength)
    canvas.drawRect(skia.Rect.MakeXYWH(*box), paint)


def gradient(canvas: skia.Canvas, box: Sequence[float], colours: Sequence[tuple[Rgb, float]], *, across: bool = False,
             diagonal: bool = False, radius: float = 0.0) -> None:  # fmt: skip
    """A rectangle from the first (colour, alpha) to the last, downwards, across or along its diagonal."""
    x, y, w, h = box
    end = skia.Point(x + w, y + h) if diagonal else skia.Point(x + w, y) if across else skia.Point(x, y + h)
    stops = [skia.Color4f(*c, a).toColor() for c, a in colours]
    shader = skia.GradientShader.MakeLinear([skia.Point(x, y), end], stops)
    shape = skia.Rect.MakeXYWH(x, y, w, h)
    if radius:
        canvas.drawRoundRect(shape, radius, radius, skia.Paint(Shader=shader, AntiAlias=True))
    else:
        canvas.drawRect(shape, skia.Paint(Shader=shader))


def glow(canvas: skia.Canvas, x: float, y: float, radius: float, colour: Rgb, alpha: float) -> None:
    """A round patch of light that fades to its rim."""
    stops = [skia.Color4f(*colour, alpha).toColor(), skia.Color4f(*colour, 0).toColor()]
    shader = skia.GradientShader.MakeRadial(skia.Point(x, y), radius, stops)
    canvas.drawCircle(x, y, radius, skia.Paint(Shader=shader, AntiAlias=True))


BLACK, WHITE = rgb(0, 0, 0), rgb(255, 255, 255)


def window(canvas: skia.Canvas, box: Sequence[float], frame: Rgb, rng: random.Random, panes: tuple[int, int] = (2, 2),
           warm: float = 0.0) -> None:  # fmt: skip
    """A window in a wall: reveal with its shade, frame, glass that mirrors the sky, maybe a curtain or a blind, a
    sill."""
    x, y, w, h = box
    fill(canvas, (x, y, w, h), shaded(frame, 0.45))
    gradient(canvas, (x, y, w, 0.14), [(BLACK, 0.55), (BLACK, 0.0)])
    inset = 0.05
    x, y, w, h = x + inset, y + 0.06, w - 2 * inset, h - 0.08
    fill(canvas, (x, y, w, h), frame)
    columns, rows = panes
    bar = 0.045
    pane_w, pane_h = (w - bar * (columns + 1)) / columns, (h - bar * (rows + 1)) / rows
    top, low = rgb(rng.randint(95, 165), rng.randint(130, 175), rng.randint(150, 190)), rgb(38, 44, 52)
    inside = mixed(low, rgb(214, 168, 96), warm)
    curtain = rng.random()
    for r in range(rows):
        for c in range(columns):
            px, py = x + bar + c * (pane_w + bar), y + bar + r * (pane_h + bar)
            pane = (px, py, pane_w, pane_h)
            share = rng.uniform(0.25, 0.9) if r == 0 else 0.2
            gradient(
                canvas, pane, [(mixed(inside, top, share), 1), (mixed(inside, top, share * 0.35), 1)], diagonal=True
            )
            if curtain < 0.4:
                gradient(
                    canvas, (px, py, pane_w * 0.35, pane_h), [(WHITE, 0.55), (rgb(200, 200, 190), 0.25)], across=True
                )
            elif curtain < 0.6 and r == 0:
                for k in range(int(pane_h / 0.06)):
                    fill(canvas, (px, py + k * 0.06, pane_w, 0.035), rgb(226, 222, 210), 0.6)
            gradient(canvas, (px, py, pane_w, min(0.07, pane_h)), [(BLACK, 0.35), (BLACK, 0)])
    sx, sw = box[0] - 0.08, box[2] + 0.16
    fill(canvas, (sx, box[1] + box[3] - 0.02, sw, 0.09), mixed(frame, rgb(200, 196, 188), 0.6))
    gradient(canvas, (sx, box[1] + box[3] + 0.07, sw, 0.14), [(BLACK, 0.4), (BLACK, 0)])


def shop_window(canvas: skia.Canvas, box: Sequence[float], frame: Rgb, rng: random.Random) -> None:
    """A large pane before a lit interior: floor, back wall, shelves with goods, lamps, and mirrored streaks of sky."""
    x, y, w, h = box
    back = hsv(rng.uniform(0.05, 0.14), rng.uniform(0.15, 0.4), rng.uniform(0.3, 0.55))
    fill(canvas, box, shaded(frame, 0.6))
    canvas.save()
    canvas.clipRect(skia.Rect.MakeXYWH(x + 0.06, y + 0.06, w - 0.12, h - 0.12))
    gradient(canvas, (x, y, w, h * 0.75), [(shaded(back, 0.65), 1), (back, 1)])
    gradient(canvas, (x, y + h * 0.75, w, h * 0.25), [(shaded(back, 0.45), 1), (shaded(back, 0.25), 1)])
    for k in range(max(1, int(w / 0.9))):
        glow(canvas, x + (k + 0.5) * 0.9 + rng.uniform(-0.15, 0.15), y + h * 0.14, 0.55, rgb(255, 226, 170), 0.55)
    for level in (0.38, 0.58):
        sy = y + h * level
        fill(canvas, (x + w * 0.06, sy, w * 0.88, 0.03), shaded(back, 0.5))
        gx = x + w * 0.08
        while gx < x + w * 0.86:
            gw, gh = rng.uniform(0.07, 0.24), rng.uniform(0.1, h * 0.16)
            good = hsv(rng.random(), rng.uniform(0.1, 0.6), rng.uniform(0.35, 0.75))
            gradient(canvas, (gx, sy - gh, gw, gh), [(good, 1), (shaded(good, 0.6), 1)], across=True)
            gx += gw + rng.uniform(0.02, 0.2)
    gradient(canvas, box, [(rgb(176, 196, 214), 0.34), (rgb(120, 140, 150), 0.1)])
    for _ in range(3):
        sx, sw = x + rng.uniform(-0.2, 0.8) * w, rng.uniform(0.1, 0.5)
        streak = skia.Path()
        streak.addPoly(
            [
                skia.Point(sx, y),
                skia.Point(sx + sw, y),
                skia.Point(sx + sw - 0.5 * h, y + h),
                skia.Point(sx - 0.5 * h, y + h),
            ],
            True,
        )
        canvas.drawPath(streak, paint_of(WHITE, rng.uniform(0.04, 0.1)))
    gradient(canvas, (x, y, w, 0.2), [(BLACK, 0.5), (BLACK, 0)])
    canvas.restore()
    line_box(canvas, (x + 0.03, y + 0.03, w - 0.06, h - 0.06), frame, 0.06)
    if w > 2.2:
        fill(canvas, (x + w / 2 - 0.03, y, 0.06, h), frame)


def door(canvas: skia.Canvas, box: Sequence[float], colour: Rgb, rng: random.Random, *, glazed: bool) -> None:
    """A door with its frame, panels or a pane, a handle and a step's shade."""
    x, y, w, h = box
    fill(canvas, (x - 0.07, y - 0.07, w + 0.14, h + 0.07), shaded(colour, 0.55))
    textured(canvas, box, "wood", shaded(colour, 1.15), (rng.random(), rng.random()))
    if glazed:
        pane = (x + 0.14, y + 0.16, w - 0.28, h * 0.62)
        gradient(canvas, pane, [(rgb(126, 142, 150), 1), (rgb(46, 50, 54), 1)], diagonal=True)
        line_box(canvas, pane, shaded(colour, 0.6), 0.025)
    for k in range(1 if glazed else 3):
        top = y + h * (0.82 if glazed else 0.06 + 0.31 * k)
        panel = (x + 0.13, top, w - 0.26, h * (0.12 if glazed else 0.26))
        line_box(canvas, panel, shaded(colour, 0.55), 0.02)
        line_box(canvas, (panel[0] + 0.015, panel[1] + 0.015, panel[2], panel[3]), shaded(colour, 1.5), 0.01, alpha=0.5)
    fill(canvas, (x + w - 0.11, y + h * 0.5, 0.035, 0.14), rgb(200, 180, 120), radius=0.015)
    gradient(canvas, (x, y, w, 0.12), [(BLACK, 0.5), (BLACK, 0)])


def tube(canvas: skia.Canvas, box: Sequence[float], colour: Rgb) -> None:
    """A rectangle shaded like an upright cylinder."""
    x, y, w, h = box
    gradient(canvas, (x, y, w / 2, h), [(shaded(colour, 0.45), 1), (shaded(colour, 1.2), 1)], across=True)
    gradient(canvas, (x + w / 2, y, w / 2, h), [(shaded(colour, 1.2), 1), (shaded(colour, 0.35), 1)], across=True)
