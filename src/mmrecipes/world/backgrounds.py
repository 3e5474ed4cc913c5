"""Painting the backgrounds: sky, hills, sea, walls and floors, from the background's own seed and palette.

Covered: every kind of `stages.STAGES`. Nothing painted here is a category of the catalogue, so that counts stay true.
Coordinates are shares of the picture's height; everything reaches far beyond the frame, for a moved camera.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from random import Random

import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.surface import Colour, Surface, argb
from mmrecipes.core.identity import rng_from
from mmrecipes.world.frame import camera_matrix
from mmrecipes.world.palette import mix
from mmrecipes.world.paths import box, oval, poly, smooth, tube
from mmrecipes.world.scene import Scene
from mmrecipes.world.stages import STAGES
from mmrecipes.world.textures import texture_paint


def backdrop(scene: Scene) -> npt.NDArray[np.uint8]:
    """The background's pixels, without any object; do not write into them."""
    return _painted(scene.having(objects=(), seed=0))


@functools.lru_cache(maxsize=4)
def _painted(scene: Scene) -> npt.NDArray[np.uint8]:
    width, height = scene.size
    surface = Surface(width, height, scene.background.palette[0])
    surface.raw.concat(camera_matrix(scene))
    surface.raw.scale(height, height)
    back = scene.background
    stage = STAGES[back.kind]
    easel = _Easel(surface.raw, width / height, stage.horizon, back.palette, rng_from("world.background", back.seed))
    _PAINTERS[back.kind](easel)
    pixels = surface.pixels()
    pixels.flags.writeable = False
    return pixels


class _Easel:
    """A canvas whose height is 1 and whose width is `wide`."""

    def __init__(self, canvas: skia.Canvas, wide: float, horizon: float, palette: tuple[str, ...], rng: Random) -> None:
        self.canvas, self.wide, self.horizon, self.palette, self.rng = canvas, wide, horizon, palette, rng

    def fill(self, path: skia.Path, colour: Colour, texture: str = "", variant: int = 0) -> None:
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, Color=argb(colour)))
        if texture:
            self.canvas.drawPath(path, texture_paint(texture, variant, fine=True, alpha=70))

    def band(self, top: float, bottom: float, first: Colour, last: Colour, texture: str = "") -> None:
        """A strip over the whole width, shaded from `first` down to `last`."""
        paint = skia.Paint(AntiAlias=True, Dither=True)
        ends = [skia.Point(0, top), skia.Point(0, bottom)]
        paint.setShader(skia.GradientShader.MakeLinear(ends, [argb(first), argb(last)]))
        path = box(-2.0, top if top > 0 else -2.0, 4.0, bottom if bottom < 1 else 3.0)
        self.canvas.drawPath(path, paint)
        if texture:
            self.canvas.drawPath(path, texture_paint(texture, 0, fine=True, alpha=60))

    def glow(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A soft round light."""
        paint = skia.Paint(AntiAlias=True)
        paint.setShader(
            skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [argb(colour + "cc"), argb(colour + "00")])
        )
        self.canvas.drawCircle(x, y, radius, paint)

    def across(self, low: float = 0.0, high: float = 1.0) -> float:
        """A random x, `low` and `high` being shares of the width."""
        return self.rng.uniform(low, high) * self.wide

    def hills(self, base: float, height: float, colour: Colour, steps: int = 7) -> None:
        points = [
            (-0.6 + k * (self.wide + 1.2) / steps, base - self.rng.uniform(0.15, 1.0) * height)
            for k in range(steps + 1)
        ]
        path = smooth(*points, closed=False)
        path.lineTo(self.wide + 0.6, base + 0.02)
        path.lineTo(-0.6, base + 0.02)
        path.close()
        self.fill(path, colour)

    def clouds(self, count: int, low: float, high: float) -> None:
        for _ in range(count):
            x, y, s = self.across(-0.1, 1.1), self.rng.uniform(low, high), self.rng.uniform(0.05, 0.09)
            cloud = skia.Path()
            for dx, dy, r in ((-1.3, 0.1, 0.6), (-0.5, -0.2, 0.85), (0.5, -0.1, 0.75), (1.3, 0.12, 0.55)):
                cloud.addPath(oval(x + dx * s, y + dy * s, r * s * 1.25, r * s * 0.8))
            self.canvas.drawPath(cloud, skia.Paint(AntiAlias=True, Color=argb("#ffffffb8")))

    def tufts(self, count: int, top: float, colour: Colour, size: float = 0.02) -> None:
        """Small strokes on the ground, growing towards the front."""
        for _ in range(count):
            y = self.rng.uniform(top, 1.05)
            s = size * (0.35 + (y - top) / (1 - top))
            x = self.across(-0.1, 1.1)
            for lean in (-0.5, 0.0, 0.5):
                self.fill(tube(((x, y), (x + lean * s, y - s)), s * 0.16), colour)


def _sky(e: _Easel, clouds: int, sun: bool) -> None:
    e.band(0.0, e.horizon, e.palette[0], e.palette[1])
    if sun:
        e.glow(e.across(0.1, 0.9), e.rng.uniform(0.08, 0.2), 0.22, "#fff8dc")
    if clouds:
        e.clouds(clouds, 0.06, e.horizon * 0.62)


def _meadow(e: _Easel) -> None:
    _sky(e, e.rng.randint(1, 4), e.rng.random() < 0.6)
    h = e.horizon
    e.hills(h, e.rng.uniform(0.06, 0.16), mix(e.palette[3], e.palette[0], 0.5))
    e.hills(h + 0.01, 0.05, mix(e.palette[3], e.palette[0], 0.2))
    e.band(h, 1.0, e.palette[4], e.palette[2], "stone")
    if e.rng.random() < 0.4:
        x = e.across(0.3, 0.7)
        e.fill(
            smooth((x, h), (x + 0.02, h), (x + 0.02, 0.62), (x + 0.3, 1.2), (x - 0.16, 1.2), (x - 0.06, 0.62)),
            "#c9b283",
            "grain",
        )
    e.tufts(90, h + 0.06, mix(e.palette[3], "#000000", 0.06))
    for _ in range(e.rng.choice((0, 25, 40))):
        y = e.rng.uniform(h + 0.1, 1.0)
        e.fill(oval(e.across(), y, 0.0035 + 0.004 * y), e.rng.choice(("#ffffff", "#f8e27a", "#e9b6d3")))


def _street(e: _Easel) -> None:
    _sky(e, e.rng.randint(0, 3), False)
    h = e.horizon
    x = -0.5
    while x < e.wide + 0.5:
        w, tall = e.rng.uniform(0.1, 0.26), e.rng.uniform(0.08, 0.3)
        tone = mix(e.palette[2], e.palette[1], e.rng.uniform(0.0, 0.55))
        e.fill(box(x, h - tall, x + w, h + 0.05), tone)
        lit = mix(tone, "#ffffff", 0.18)
        for k in range(int(tall / 0.05)):
            e.fill(box(x + 0.02, h - tall + 0.02 + k * 0.05, x + w - 0.02, h - tall + 0.035 + k * 0.05), lit)
        x += w + e.rng.choice((0.0, 0.0, 0.03))
    e.band(h + 0.02, h + 0.15, mix(e.palette[3], "#000000", 0.06), e.palette[3], "grain")
    for k in range(-20, 40):
        e.fill(tube(((k * 0.16, h + 0.14), (k * 0.16 + 0.02, h + 0.05)), 0.003), mix(e.palette[3], "#000000", 0.18))
    e.band(h + 0.15, 1.0, e.palette[4], mix(e.palette[4], "#000000", 0.12), "grain")
    e.fill(box(-2, h + 0.145, 4, h + 0.165), mix(e.palette[3], "#ffffff", 0.25))
    y = 0.8
    for k in range(-8, 16):
        e.fill(
            poly((k * 0.32, y), (k * 0.32 + 0.17, y), (k * 0.32 + 0.165, y + 0.018), (k * 0.32 - 0.01, y + 0.018)),
            "#e9e6da",
        )


def _sea(e: _Easel, top: float, bottom: float, first: Colour, last: Colour) -> None:
    e.band(top, bottom, first, last)
    for _ in range(60):
        y = top + (bottom - top) * e.rng.random()
        s = 0.02 + 0.06 * (y - top)
        x = e.across(-0.1, 1.1)
        e.fill(
            tube(
                [(x - s, y), (x - s / 2, y - s * 0.12), (x, y), (x + s / 2, y - s * 0.12), (x + s, y)],
                0.0035,
                curved=True,
            ),
            "#ffffff66",
        )


def _beach(e: _Easel) -> None:
    _sky(e, e.rng.randint(0, 3), e.rng.random() < 0.7)
    h = e.horizon
    if e.rng.random() < 0.5:
        e.hills(h, 0.06, mix(e.palette[2], e.palette[0], 0.5), 5)
    _sea(e, h, 0.57, mix(e.palette[2], "#0b3550", 0.2), e.palette[2])
    edge = [(-0.6 + k * 0.22, 0.575 + 0.012 * e.rng.uniform(-1, 1)) for k in range(14)]
    shore = smooth(*edge, closed=False)
    shore.lineTo(3.0, 3.0)
    shore.lineTo(-2.0, 3.0)
    shore.close()
    e.fill(shore, "#fbfbf5")
    e.canvas.translate(0, 0.012)
    e.fill(shore, mix(e.palette[4], "#000000", 0.08), "grain")
    e.canvas.translate(0, 0.03)
    e.fill(shore, e.palette[3], "grain")
    e.canvas.translate(0, -0.042)
    for _ in range(50):
        e.fill(oval(e.across(), e.rng.uniform(0.66, 1.0), 0.004, 0.0025), mix(e.palette[4], "#000000", 0.2))


def _room(e: _Easel) -> None:
    h = e.horizon
    e.band(0.0, h, e.palette[0], e.palette[1])
    paper = e.rng.choice(("plain", "stripes", "dots", "panel"))
    tone = mix(e.palette[1], "#ffffff", 0.25)
    if paper == "stripes":
        for k in range(-12, 30):
            e.fill(box(k * 0.1, -1, k * 0.1 + 0.035, h), tone)
    elif paper == "dots":
        for k in range(-10, 28):
            for row in range(9):
                e.fill(oval(k * 0.09 + 0.045 * (row % 2), 0.03 + row * 0.066, 0.009), tone)
    elif paper == "panel":
        e.band(h - 0.2, h, mix(e.palette[0], "#ffffff", 0.5), mix(e.palette[0], "#ffffff", 0.35))
    e.band(h, 1.0, mix(e.palette[3], "#000000", 0.1), e.palette[2], "wood")
    if e.rng.random() < 0.6:
        for k in range(-8, 24):
            x = e.wide / 2 + (k - 8) * 0.09
            e.fill(tube(((x, h), (x + (x - e.wide / 2) * 1.3, 1.0)), 0.0025), mix(e.palette[3], "#000000", 0.25))
    e.fill(box(-2, h - 0.035, 4, h), "#f2efe8")
    e.fill(box(-2, h - 0.006, 4, h), "#00000030")
    if e.rng.random() < 0.6:
        _window(e, e.across(0.1, 0.9))
    if e.rng.random() < 0.5:
        e.fill(
            oval(e.wide / 2 + e.rng.uniform(-0.2, 0.2), 0.83, 0.45, 0.1), mix(e.palette[4], "#ffffff", 0.15), "fabric"
        )


def _window(e: _Easel, x: float) -> None:
    top, bottom = 0.07, 0.4
    e.fill(box(x - 0.17, top - 0.02, x + 0.17, bottom + 0.02), "#f4f1ea")
    for side in (-1, 1):
        e.fill(box(x + (side - 1) * 0.075 + 0.006, top, x + (side + 1) * 0.075 - 0.006, bottom), "#bfdcec")
        e.fill(
            poly(
                (x + side * 0.075 - 0.03, top + 0.02),
                (x + side * 0.075 + 0.02, top + 0.02),
                (x + side * 0.075 - 0.03, 0.3),
            ),
            "#ffffff70",
        )
    e.fill(box(x - 0.2, bottom + 0.015, x + 0.2, bottom + 0.04), "#e6e1d6")
    for side in (-1, 1):
        e.fill(smooth((x + side * 0.12, top - 0.05), (x + side * 0.27, top - 0.05), (x + side * 0.29, 0.46),
                      (x + side * 0.19, 0.46),
                      (x + side * 0.18, 0.2)), e.palette[4] + "e0", "fabric")  # fmt: skip


def _desk(e: _Easel) -> None:
    h = e.horizon
    e.band(0.0, h, e.palette[0], e.palette[1])
    if e.rng.random() < 0.5:
        for k in range(-4, 10):
            e.fill(box(k * 0.36, 0.02, k * 0.36 + 0.006, h), mix(e.palette[1], "#000000", 0.08))
    e.glow(e.across(0.1, 0.9), 0.15, 0.5, "#fffdf2")
    e.band(h, 1.0, e.palette[3], e.palette[2], "wood")
    e.fill(box(-2, h, 4, h + 0.012), mix(e.palette[2], "#ffffff", 0.2))
    if e.rng.random() < 0.4:
        x = e.across(0.25, 0.75)
        e.fill(poly((x - 0.3, 0.7), (x + 0.26, 0.68), (x + 0.4, 0.92), (x - 0.4, 0.94)), "#6f8a7a", "grain")


def _snow(e: _Easel) -> None:
    _sky(e, e.rng.randint(0, 2), False)
    h = e.horizon
    if e.rng.random() < 0.6:
        for _ in range(4):
            x, tall, half = e.across(), e.rng.uniform(0.12, 0.26), e.rng.uniform(0.2, 0.4)
            e.fill(poly((x - half, h), (x, h - tall), (x + half, h)), mix(e.palette[2], "#7f8ea3", 0.3))
            e.fill(poly((x - half * 0.3, h - tall * 0.7), (x, h - tall), (x + half * 0.3, h - tall * 0.7),
                        (x + half * 0.1, h - tall * 0.62),
                        (x - half * 0.08, h - tall * 0.68)), "#ffffff")  # fmt: skip
    e.hills(h + 0.01, 0.09, mix(e.palette[3], e.palette[2], 0.6))
    e.band(h, 1.0, mix(e.palette[3], e.palette[2], 0.4), e.palette[3])
    for _ in range(9):
        x, y = e.across(), e.rng.uniform(h + 0.06, 0.98)
        e.fill(oval(x, y, 0.2, 0.018), mix(e.palette[3], e.palette[2], 0.22))
    if e.rng.random() < 0.5:
        for _ in range(140):
            e.fill(oval(e.across(-0.1, 1.1), e.rng.uniform(-0.05, 1.0), e.rng.uniform(0.002, 0.005)), "#ffffffd0")


def _night(e: _Easel) -> None:
    h = e.horizon
    e.band(0.0, h, e.palette[0], e.palette[1])
    for _ in range(130):
        e.fill(
            oval(e.across(-0.2, 1.2), e.rng.uniform(-0.1, h), e.rng.uniform(0.0008, 0.0028)),
            e.rng.choice(("#ffffffd0", "#fff3c0a0", "#cfe0ffb0")),
        )
    if e.rng.random() < 0.7:
        x, y = e.across(0.1, 0.9), e.rng.uniform(0.1, 0.2)
        e.glow(x, y, 0.16, "#f6f0d0")
        e.fill(oval(x, y, 0.05), "#f7f1d5")
        if e.rng.random() < 0.5:
            e.fill(oval(x + 0.025, y - 0.01, 0.045), e.palette[0])
    e.hills(h + 0.01, 0.12, mix(e.palette[3], e.palette[1], 0.35))
    e.band(h, 1.0, mix(e.palette[2], e.palette[1], 0.25), mix(e.palette[2], "#ffffff", 0.1), "stone")
    e.tufts(60, h + 0.06, mix(e.palette[3], "#000000", 0.1))


def _underwater(e: _Easel) -> None:
    h = e.horizon
    e.band(0.0, 1.0, e.palette[0], e.palette[1])
    for _ in range(5):
        x, w = e.across(-0.1, 1.0), e.rng.uniform(0.04, 0.12)
        e.fill(poly((x, -0.3), (x + w, -0.3), (x + w - 0.25, 0.9), (x - w - 0.3, 0.9)), "#ffffff16")
    e.hills(h + 0.06, 0.1, mix(e.palette[1], "#000000", 0.18), 5)
    e.hills(h + 0.05, 0.04, mix(e.palette[2], e.palette[1], 0.4), 9)
    e.band(h + 0.04, 1.0, mix(e.palette[2], e.palette[1], 0.25), e.palette[2], "grain")
    for _ in range(e.rng.randint(4, 9)):
        x, y, tall = e.across(), e.rng.uniform(h + 0.05, h + 0.16), e.rng.uniform(0.1, 0.22)
        for k in range(3):
            points = [(x + k * 0.022 + 0.014 * (-1) ** i, y - tall * i / 4 * (1 - 0.15 * k)) for i in range(5)]
            e.fill(tube(points, 0.013, curved=True), mix(e.palette[3], e.palette[1], 0.3))
    for _ in range(30):
        e.fill(oval(e.across(), e.rng.uniform(0.02, 0.8), e.rng.uniform(0.003, 0.009)), "#ffffff40")


def _harbour(e: _Easel) -> None:
    _sky(e, e.rng.randint(1, 4), e.rng.random() < 0.6)
    if e.rng.random() < 0.7:
        e.hills(e.horizon + 0.005, e.rng.uniform(0.05, 0.14), mix(e.palette[3], e.palette[0], 0.55), 6)
    _sea(e, e.horizon, 1.05, e.palette[3], e.palette[2])


def _studio(e: _Easel) -> None:
    h = e.horizon
    e.band(0.0, h, e.palette[0], mix(e.palette[0], e.palette[1], 0.35))
    e.band(h, 1.0, mix(e.palette[0], e.palette[1], 0.6), e.palette[1])
    e.glow(e.wide / 2, 0.35, 0.7, "#ffffff")


_PAINTERS: dict[str, Callable[[_Easel], None]] = {
    "meadow": _meadow, "street": _street, "beach": _beach, "room": _room, "desk": _desk, "snow": _snow, "night": _night,
    "underwater": _underwater, "harbour": _harbour, "studio": _studio,
}  # fmt: skip
