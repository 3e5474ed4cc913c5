"""Painting one object: base colour, pattern, texture and shading of each part, or only its silhouette.

Covered: flat, round (cylinder) and ball shading from the light's side, four patterns, six textures, outlines.
Not covered: where the object stands (see `draw`). Overlays keep the alpha of what they lie on, so the silhouette
depends on the shape alone, never on colour, pattern, texture or light.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import skia

from mmrecipes.canvas.surface import Colour, argb
from mmrecipes.core.boxes import Point
from mmrecipes.world import paths
from mmrecipes.world.palette import lightness, mix, second
from mmrecipes.world.textures import texture_paint

Form = Literal["flat", "round", "ball", "none"]
_ATOP = skia.BlendMode.kSrcATop
OUTLINE = 0.011


@dataclass(frozen=True, slots=True)
class Look:
    """What an object's own parts are painted with. `light` points from the object to the light, in its own frame."""

    colour: Colour
    pattern: str
    texture: str
    variant: int
    light: Point


class Brush:
    """Draws parts on a canvas that is already in unit coordinates; without a look it draws the silhouette."""

    def __init__(self, canvas: skia.Canvas, look: Look | None) -> None:
        self.canvas, self.look = canvas, look

    @property
    def colour(self) -> Colour:
        """The object's own colour."""
        return self.look.colour if self.look else "#000000"

    def tint(self, towards: Colour, share: float) -> Colour:
        """The object's own colour mixed with another."""
        return mix(self.colour, towards, share)

    def body(self, path: skia.Path, form: Form = "flat", *, bare: bool = False) -> None:
        """A part in the object's own colour, with its texture and (unless `bare`) its pattern."""
        self.part(path, self.colour, form, own=True, bare=bare)

    def part(self, path: skia.Path, colour: Colour, form: Form = "flat", *, own: bool = False, bare: bool = False,
             outline: bool = True) -> None:  # fmt: skip
        """A part in a given colour; `own` parts also take the object's texture and pattern."""
        if outline:
            self.canvas.drawPath(path, _stroke(mix(colour, "#15161a", 0.55), OUTLINE))
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=argb(colour)))
        if self.look is None:
            return
        if own and not bare and self.look.pattern != "plain":
            self._pattern(path, second(colour))
        if own and self.look.texture != "plain":
            self._texture(path)
        if form != "none":
            self._shade(path, form, metal=own and self.look.texture == "metal")

    def line(self, points: tuple[Point, ...], colour: Colour, width: float, *, curved: bool = False) -> None:
        """A round pen's line, unshaded."""
        self.canvas.drawPath(paths.tube(points, width, curved=curved), skia.Paint(AntiAlias=True, Color=argb(colour)))

    def mark(self, path: skia.Path, colour: Colour) -> None:
        """A detail lying on what is drawn already: never adds to the silhouette."""
        if self.look is not None:
            self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=argb(colour), BlendMode=_ATOP))

    def _pattern(self, path: skia.Path, colour: Colour) -> None:
        assert self.look is not None
        paint = skia.Paint(AntiAlias=True, Color=argb(colour), BlendMode=_ATOP)
        self.canvas.save()
        self.canvas.clipPath(path, doAntiAlias=True)
        self.canvas.drawPath(_motif(self.look.pattern, self.look.variant), paint)
        self.canvas.restore()

    def _texture(self, path: skia.Path) -> None:
        assert self.look is not None
        light = lightness(self.colour)
        paint = texture_paint(
            self.look.texture, self.look.variant % 4, strong=light <= 0.3, alpha=140 if light > 0.9 else 255
        )
        self.canvas.drawPath(path, paint)

    def _shade(self, path: skia.Path, form: Form, metal: bool) -> None:
        assert self.look is not None
        paint = skia.Paint(AntiAlias=True, BlendMode=_ATOP, Dither=False)
        paint.setShader(_shader(path.getBounds(), form, self.look.light, metal))
        self.canvas.drawPath(path, paint)


def _shader(b: skia.Rect, form: Form, light: Point, metal: bool) -> skia.Shader:
    """White on the light's side, black on the far side; bands of both on metal."""
    x, y, rx, ry = b.centerX(), b.centerY(), b.width() / 2, b.height() / 2
    lx, ly = light
    across = [skia.Point(x - rx, y), skia.Point(x + rx, y)]
    if metal:
        shift = 0.1 * lx
        colours = [0x6A000000, 0x10FFFFFF, 0xB4FFFFFF, 0x08000000, 0x52000000, 0x64FFFFFF, 0x76000000]
        stops = [0.0, 0.14, 0.28 + shift, 0.42 + shift, 0.6 + shift, 0.76 + shift, 1.0]
        return skia.GradientShader.MakeLinear(across, colours, stops)
    if form == "ball":
        centre = skia.Point(x + 0.45 * lx * rx, y + 0.45 * ly * ry)
        colours, stops = [0x78FFFFFF, 0x18FFFFFF, 0x00000000, 0x62000000], [0.0, 0.28, 0.5, 1.0]
        return skia.GradientShader.MakeRadial(centre, 1.35 * max(rx, ry), colours, stops)
    if form == "round":
        shift = 0.28 * lx
        colours = [0x4A000000, 0x00000000, 0x50FFFFFF, 0x00000000, 0x60000000]
        stops = [0.0, 0.22 + shift * 0.5, 0.42 + shift, 0.62 + shift, 1.0]
        return skia.GradientShader.MakeLinear(across, colours, stops)
    ends = [skia.Point(x + lx * rx, y + ly * ry), skia.Point(x - lx * rx, y - ly * ry)]
    return skia.GradientShader.MakeLinear(ends, [0x34FFFFFF, 0x00000000, 0x44000000], [0.0, 0.5, 1.0])


@functools.lru_cache(maxsize=64)
def _motif(pattern: str, variant: int) -> skia.Path:
    """Stripes, dots or checks over the whole unit square and its surroundings."""
    step = (0.10, 0.125, 0.15)[variant % 3]
    path = skia.Path()
    count = int(1.6 / step)
    spots = [i * step for i in range(-count, count + 1)]
    if pattern == "striped":
        for at in spots:
            path.addRect(skia.Rect.MakeLTRB(-2.0, at, 2.0, at + step * 0.42))
        return paths.turned(path, (0, 90, 35)[variant // 3 % 3], (0.0, 0.0))
    for row, y in enumerate(spots):
        for column, x in enumerate(spots):
            if pattern == "dotted":
                path.addCircle(x + (row % 2) * step / 2, y, step * 0.24)
            elif (row + column) % 2:
                path.addRect(skia.Rect.MakeLTRB(x, y, x + step, y + step))
    return path


def _stroke(colour: Colour, width: float) -> skia.Paint:
    return skia.Paint(AntiAlias=True, Color=argb(colour), StrokeWidth=width, Style=skia.Paint.kStroke_Style,
                      StrokeJoin=skia.Paint.kRound_Join)  # fmt: skip
