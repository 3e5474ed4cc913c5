"""A raster to draw on with skia: shapes and shaped text; every text call returns the quad of its ink.

Covered: rectangles, lines, paths, circles, wedges, text at any angle, clipping; pixels as RGB. Not covered:
encoding (see `encode`), layout.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.text import Run, skia_font
from mmrecipes.core.boxes import Box, Point, Quad

Colour = str
"""`#rrggbb` or `#rrggbbaa`."""
HAlign = Literal["left", "centre", "right"]
VAlign = Literal["top", "middle", "baseline", "bottom"]


@functools.lru_cache(maxsize=2_000)
def argb(colour: Colour) -> int:
    """`#rrggbb[aa]` as skia's integer."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    alpha = int(colour[7:9], 16) if len(colour) == 9 else 255
    return alpha << 24 | red << 16 | green << 8 | blue


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """`share` of colour b in colour a, both `#rrggbb`, in sRGB."""
    parts = (round(int(a[i : i + 2], 16) * (1 - share) + int(b[i : i + 2], 16) * share) for i in (1, 3, 5))
    return "#" + "".join(f"{p:02x}" for p in parts)


class Surface:
    """A picture of `width` x `height` pixels, y downwards."""

    def __init__(self, width: int, height: int, background: Colour = "#ffffff") -> None:
        self.width, self.height = width, height
        self._pixels = np.empty((height, width, 4), np.uint8)
        self._skia = skia.Surface(self._pixels, skia.kRGBA_8888_ColorType)
        self.raw: skia.Canvas = self._skia.getCanvas()
        self.raw.clear(argb(background))

    def pixels(self) -> npt.NDArray[np.uint8]:
        """An (H, W, 3) RGB copy of what is drawn."""
        return np.asarray(cv2.cvtColor(self._pixels, cv2.COLOR_RGBA2RGB), np.uint8)

    def rect(self, box: Box, fill: Colour | None = None, stroke: Colour | None = None, width: float = 1.0,
             radius: float = 0.0) -> None:  # fmt: skip
        """A rectangle, filled and/or outlined, with rounded corners of `radius` pixels."""
        shape = skia.Rect.MakeLTRB(*box)
        for paint in self._paints(fill, stroke, width):
            if radius > 0:
                self.raw.drawRoundRect(shape, radius, radius, paint)
            else:
                self.raw.drawRect(shape, paint)

    def line(self, a: Point, b: Point, colour: Colour, width: float = 1.0, dash: Sequence[float] = ()) -> None:
        self.raw.drawLine(*a, *b, self._stroke(colour, width, dash))

    def polyline(self, points: Sequence[Point], colour: Colour, width: float = 1.0, dash: Sequence[float] = ()) -> None:
        """An open line through the points, with round joins."""
        self.raw.drawPath(_path(points, closed=False), self._stroke(colour, width, dash))

    def polygon(self, points: Sequence[Point], fill: Colour | None = None, stroke: Colour | None = None,
                width: float = 1.0) -> None:  # fmt: skip
        for paint in self._paints(fill, stroke, width):
            self.raw.drawPath(_path(points, closed=True), paint)

    def circle(self, centre: Point, radius: float, fill: Colour | None = None, stroke: Colour | None = None,
               width: float = 1.0) -> None:  # fmt: skip
        for paint in self._paints(fill, stroke, width):
            self.raw.drawCircle(*centre, radius, paint)

    def wedge(self, centre: Point, radius: float, start: float, sweep: float, fill: Colour, *, hole: float = 0.0,
              stroke: Colour | None = None, width: float = 1.0) -> None:  # fmt: skip
        """A pie slice (or ring slice with an inner radius `hole`); degrees, clockwise from three o'clock."""
        path, (x, y) = skia.Path(), centre
        outer = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        if hole > 0:
            inner = skia.Rect.MakeLTRB(x - hole, y - hole, x + hole, y + hole)
            path.arcTo(outer, start, sweep, True)
            path.arcTo(inner, start + sweep, -sweep, False)
        else:
            path.moveTo(x, y)
            path.arcTo(outer, start, sweep, False)
        path.close()
        for paint in self._paints(fill, stroke, width):
            self.raw.drawPath(path, paint)

    def text(self, run: Run, x: float, y: float, colour: Colour, *, align: HAlign = "left",
             valign: VAlign = "baseline", angle: float = 0.0) -> Quad:  # fmt: skip
        """Draw a shaped line with its anchor at (x, y), turned by `angle` degrees clockwise about it.

        Returns the quad of the ink, clockwise from the line's own top-left.
        """
        dx, dy = anchor_offset(run, align, valign)
        if (blob := run.blob) is not None:
            paint = skia.Paint(AntiAlias=True, Color=argb(colour))
            if angle:
                self.raw.save()
                self.raw.rotate(angle, x, y)
                self.raw.drawTextBlob(blob, x + dx, y + dy, paint)
                self.raw.restore()
            else:
                self.raw.drawTextBlob(blob, x + dx, y + dy, paint)
        return text_quad(run, x, y, align=align, valign=valign, angle=angle)

    def texts(self, runs: Sequence[tuple[Run, float, float]], colour: Colour) -> None:
        """Draw many shaped lines of one colour, each with its origin on the baseline at (x, y): one call in all."""
        paint = skia.Paint(AntiAlias=True, Color=argb(colour))
        builder = skia.TextBlobBuilder()
        empty = True
        for run, x, y in runs:
            for s in run.segments:
                font = skia_font(s.face, run.size)
                if any(s.ys):
                    points = [skia.Point(x + gx, y + gy) for gx, gy in zip(s.xs, s.ys, strict=True)]
                    builder.allocRunPos(font, s.glyphs, points)
                else:
                    builder.allocRunPosH(font, s.glyphs, [x + gx for gx in s.xs], y)
                empty = False
        if not empty:
            self.raw.drawTextBlob(builder.make(), 0, 0, paint)

    def _paints(self, fill: Colour | None, stroke: Colour | None, width: float) -> list[skia.Paint]:
        paints = [] if fill is None else [skia.Paint(AntiAlias=True, Color=argb(fill))]
        return paints if stroke is None else [*paints, self._stroke(stroke, width, ())]

    @staticmethod
    def _stroke(colour: Colour, width: float, dash: Sequence[float]) -> skia.Paint:
        paint = skia.Paint(AntiAlias=True, Color=argb(colour), StrokeWidth=width, Style=skia.Paint.kStroke_Style,
                           StrokeJoin=skia.Paint.kRound_Join)  # fmt: skip
        if dash:
            paint.setPathEffect(skia.DashPathEffect.Make(list(dash), 0.0))
        return paint


def anchor_offset(run: Run, align: HAlign, valign: VAlign) -> Point:
    """From the anchor to the run's origin (on the baseline, or the top of a vertical line's axis)."""
    if run.direction == "ttb":
        dx = {"left": run.size / 2, "centre": 0.0, "right": -run.size / 2}[align]
        return dx, {"baseline": 0.0, "top": 0.0, "middle": -run.width / 2, "bottom": -run.width}[valign]
    dx = {"left": 0.0, "centre": -run.width / 2, "right": -run.width}[align]
    dy = {
        "baseline": 0.0,
        "top": run.ascent,
        "bottom": -run.descent,
        "middle": (run.ascent - run.descent) / 2,
    }[valign]
    return dx, dy


def text_quad(run: Run, x: float, y: float, *, align: HAlign = "left", valign: VAlign = "baseline",
              angle: float = 0.0) -> Quad:  # fmt: skip
    """The quad of a run's ink if it were drawn with these arguments: layout asks before it draws."""
    dx, dy = anchor_offset(run, align, valign)
    left, top, right, bottom = run.ink
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    a, b, d, e = ((x + (u + dx) * c - (v + dy) * s, y + (u + dx) * s + (v + dy) * c) for u, v in corners)
    return (a, b, d, e)


def _path(points: Sequence[Point], closed: bool) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], closed)
    return path
