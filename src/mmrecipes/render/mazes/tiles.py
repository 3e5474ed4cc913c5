"""Square tiles drawn by code: floors, holes, and what stands on a floor (goal, player).

Covered: seven kinds of floor with four variants each, holes in floors, all in the colours of a theme, with goal and
player (see `figures`); a tile is drawn once per process. Not covered: boards (`draw`).
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.surface import Surface, argb, mixed
from mmrecipes.core.boxes import Point
from mmrecipes.core.identity import rng_from
from mmrecipes.render.mazes.figures import draw_goal, draw_player
from mmrecipes.render.mazes.strokes import SIDE, fill, graded, line, path, rounded
from mmrecipes.render.mazes.themes import Floor, TileTheme

VARIANTS = 4
Pixels = npt.NDArray[np.uint8]


@functools.lru_cache(maxsize=512)
def tile(theme: TileTheme, what: str, variant: int) -> Pixels:
    """(64, 64, 3) RGB pixels; `what` is `floor`, `hole`, `goal` or `player` (the last two stand on a floor)."""
    surface = Surface(SIDE, SIDE, theme.floor[0])
    canvas = surface.raw
    _FLOORS[theme.kind](canvas, theme.floor, rng_from("maze.tile", theme.name, variant))
    if what == "hole":
        _hole(canvas, theme, rng_from("maze.hole", theme.name, variant))
    if what == "goal":
        draw_goal(canvas, theme.goal, theme.goal_colour, (SIDE / 2, SIDE / 2), SIDE)
    if what == "player":
        draw_player(canvas, theme.player, theme.player_colour, (SIDE / 2, SIDE / 2), SIDE)
    pixels = surface.pixels()
    pixels.flags.writeable = False
    return pixels


def _frame(canvas: skia.Canvas, dark: str, light: str) -> None:
    """The border of a cell: a hair of shade below and right, of light above and left."""
    canvas.drawLine(0, 0.5, SIDE, 0.5, line(light, 1))
    canvas.drawLine(0.5, 0, 0.5, SIDE, line(light, 1))
    canvas.drawLine(0, SIDE - 0.5, SIDE, SIDE - 0.5, line(dark, 1))
    canvas.drawLine(SIDE - 0.5, 0, SIDE - 0.5, SIDE, line(dark, 1))


Shades = tuple[str, str, str]


def _ice(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, light = shades
    canvas.drawPaint(graded((0, 0), (SIDE, SIDE), (mixed(base, light, 0.6), base, mixed(base, dark, 0.35))))
    for _ in range(3):
        x, y, length = rng.uniform(4, 48), rng.uniform(10, 60), rng.uniform(8, 20)
        canvas.drawLine(x, y, x + length, y - length, line(f"{light}d0", rng.choice((1.4, 2.2, 3.0))))
    x, y = rng.uniform(8, 24), rng.uniform(36, 56)
    crack = [(x, y)]
    for _ in range(3):
        x, y = x + rng.uniform(6, 12), y + rng.uniform(-9, 3)
        crack.append((x, y))
    canvas.drawPath(path(crack, closed=False), line(f"{dark}b0", 1))
    _frame(canvas, f"{dark}c0", f"{light}c0")


def _slabs(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, light = shades
    cut = rng.choice((0, 26, 38))
    parts = [(1, 1, 63, 63)] if not cut else [(1, 1, cut, 63), (cut + 1, 1, 63, 63)]
    if cut and rng.random() < 0.5:
        parts = [(y0, x0, y1, x1) for x0, y0, x1, y1 in parts]
    canvas.drawPaint(fill(mixed(base, dark, 0.75)))
    for part in parts:
        shade = mixed(base, rng.choice((dark, light)), rng.uniform(0.0, 0.3))
        box = skia.Rect.MakeLTRB(*part)
        canvas.drawRoundRect(box, 3, 3, graded((0, part[1]), (0, part[3]), (mixed(shade, light, 0.4), shade)))
        canvas.drawLine(part[0] + 3, part[3] - 0.8, part[2] - 3, part[3] - 0.8, line(f"{dark}c0", 1.2))
    for _ in range(4):
        canvas.drawCircle(rng.uniform(6, 58), rng.uniform(6, 58), rng.uniform(0.6, 1.1), fill(f"{dark}a0"))


def _grass(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, light = shades
    canvas.drawPaint(graded((0, 0), (0, SIDE), (mixed(base, light, 0.25), mixed(base, dark, 0.15))))
    for _ in range(9):
        x, y = rng.uniform(5, 59), rng.uniform(10, 60)
        for lean in (-2.4, 0.0, 2.4):
            canvas.drawLine(
                x, y, x + lean, y - rng.uniform(4, 7), line(mixed(base, rng.choice((dark, light)), 0.8), 1.2)
            )
    _frame(canvas, f"{dark}90", f"{light}90")


def _sand(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, light = shades
    canvas.drawPaint(graded((0, 0), (SIDE, SIDE), (mixed(base, light, 0.35), base)))
    for k in range(4):
        y, reach = 10 + 15 * k + rng.uniform(-3, 3), rng.uniform(5, 9)
        x0, x1 = rng.uniform(3, 14), rng.uniform(48, 61)
        ripple = skia.Path()
        ripple.moveTo(x0, y)
        ripple.cubicTo(x0 + 14, y - reach, x1 - 14, y + reach, x1, y - 1)
        canvas.drawPath(ripple, line(f"{dark}b0", 1.3))
        ripple.offset(0, 1.6)
        canvas.drawPath(ripple, line(f"{light}b0", 1.0))
    _frame(canvas, f"{dark}90", f"{light}90")


def _planks(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, light = shades
    for k in range(4):
        y = 16 * k
        shade = mixed(base, rng.choice((dark, light)), rng.uniform(0, 0.25))
        box = skia.Rect.MakeLTRB(0, y, SIDE, y + 16)
        canvas.drawRect(box, graded((0, y), (0, y + 16), (mixed(shade, light, 0.35), shade)))
        canvas.drawLine(0, y + 15.5, SIDE, y + 15.5, line(mixed(base, dark, 0.9), 1))
        x = rng.uniform(6, 40)
        canvas.drawLine(x, y + rng.uniform(5, 10), x + rng.uniform(8, 20), y + rng.uniform(5, 10), line(f"{dark}70", 1))
        for nail in (5, SIDE - 5):
            canvas.drawCircle(nail, y + 8, 1.1, fill(mixed(base, dark, 0.9)))
    canvas.drawLine(SIDE - 0.5, 0, SIDE - 0.5, SIDE, line(f"{dark}c0", 1))


def _plates(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, light = shades
    canvas.drawPaint(fill(mixed(base, dark, 0.8)))
    box = skia.Rect.MakeLTRB(1.5, 1.5, 62.5, 62.5)
    canvas.drawRoundRect(box, 5, 5, graded((0, 0), (SIDE, SIDE), (light, base, mixed(base, dark, 0.4))))
    for x in (8, 56):
        for y in (8, 56):
            canvas.drawCircle(x, y, 2.0, fill(mixed(base, dark, 0.8)))
            canvas.drawCircle(x - 0.5, y - 0.5, 1.0, fill(light))
    if rng.random() < 0.6:
        x = rng.choice((20, 30))
        for k in range(4):
            canvas.drawLine(x + 5 * k, 50, x + 5 * k, 56, line(mixed(base, dark, 0.7), 1.6))


def _plain(canvas: skia.Canvas, shades: Shades, rng: random.Random) -> None:
    base, dark, _ = shades
    canvas.drawPaint(fill(base))
    canvas.drawRect(skia.Rect.MakeLTRB(0.5, 0.5, SIDE - 0.5, SIDE - 0.5), line(dark, 1))


_FLOORS: dict[Floor, Callable[[skia.Canvas, Shades, random.Random], None]] = {
    "ice": _ice, "slabs": _slabs, "grass": _grass, "sand": _sand, "planks": _planks, "plates": _plates,
    "plain": _plain,
}  # fmt: skip


def _hole(canvas: skia.Canvas, theme: TileTheme, rng: random.Random) -> None:
    rim, outer, inner = theme.hole
    centre, wobble = (32.0, 32.5), 0.0 if theme.kind in ("plates", "plain") else 0.09
    shape = _outline(theme.kind, rng, centre, 25.5, wobble)
    canvas.drawPath(shape, fill(rim))
    canvas.drawPath(shape, line(mixed(rim, theme.floor[1], 0.7), 1.4))
    middle = _outline(theme.kind, rng, centre, 21.5, wobble)
    shader = skia.GradientShader.MakeRadial(skia.Point(32, 36), 26, [argb(inner), argb(outer)], [0.35, 1.0])
    canvas.drawPath(middle, skia.Paint(AntiAlias=True, Shader=shader))
    canvas.save()
    canvas.clipPath(middle, doAntiAlias=True)
    canvas.drawPath(_outline(theme.kind, rng, (32.0, 25.0), 21.5, wobble), line(f"{inner}70", 5))
    if theme.kind in ("ice", "grass", "planks"):
        for y, x0, x1 in ((34, 20, 32), (40, 30, 44), (29, 34, 42)):
            canvas.drawLine(x0, y, x1, y, line("#ffffff66", 1.3))
    canvas.restore()


def _outline(kind: Floor, rng: random.Random, centre: Point, radius: float, wobble: float) -> skia.Path:
    x, y = centre
    if kind == "plates":
        square = skia.Path()
        square.addRoundRect(skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius), 6, 6)
        return square
    if kind == "planks":
        w, jag = radius, [rng.uniform(-3, 3) for _ in range(8)]
        left = [(x - w + jag[k], y - w + 2 * w * k / 3) for k in range(4)]
        right = [(x + w + jag[4 + k], y + w - 2 * w * k / 3) for k in range(4)]
        return path([*left, *right])
    points = []
    for k in range(10):
        a, r = 2 * math.pi * k / 10, radius * (1 + rng.uniform(-wobble, wobble))
        points.append((x + r * math.cos(a), y + r * math.sin(a)))
    return rounded(points)
