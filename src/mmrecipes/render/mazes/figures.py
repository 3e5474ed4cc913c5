"""What stands on a board: six goals, three players, drawn by code in a colour.

Covered: figures described in a square of 64 pixels, at any size. Not covered: floors and holes (`tiles`).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import skia

from mmrecipes.canvas.surface import argb, mixed
from mmrecipes.core.boxes import Point
from mmrecipes.render.mazes.strokes import SIDE, fill, graded, line, path
from mmrecipes.render.mazes.themes import GoalKind, Player


def draw_goal(canvas: skia.Canvas, kind: GoalKind, colour: str, centre: Point, side: float) -> None:
    """A goal of this kind in a cell of `side` pixels."""
    _placed(canvas, _GOALS[kind], colour, centre, side)


def draw_player(canvas: skia.Canvas, kind: Player, colour: str, centre: Point, side: float) -> None:
    """The player at the start."""
    _placed(canvas, _PLAYERS[kind], colour, centre, side)


def _placed(
    canvas: skia.Canvas, draw: Callable[[skia.Canvas, str], None], colour: str, centre: Point, side: float
) -> None:
    canvas.save()
    canvas.translate(centre[0] - side / 2, centre[1] - side / 2)
    canvas.scale(side / SIDE, side / SIDE)
    draw(canvas, colour)
    canvas.restore()


def _ground_shadow(canvas: skia.Canvas, half: float, y: float = 55.0) -> None:
    canvas.drawOval(skia.Rect.MakeLTRB(32 - half, y - 4, 32 + half, y + 4), fill("#00000038"))


def _flag(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 14)
    canvas.drawLine(22, 10, 22, 55, line("#5a4a3a", 3.2))
    canvas.drawLine(21.4, 11, 21.4, 54, line("#a58f76", 1.0))
    cloth = skia.Path()
    cloth.moveTo(23.5, 11)
    cloth.cubicTo(32, 5, 40, 17, 52, 11)
    cloth.lineTo(52, 31)
    cloth.cubicTo(40, 37, 32, 25, 23.5, 31)
    cloth.close()
    canvas.drawPath(
        cloth, graded((24, 0), (52, 0), (mixed(colour, "#ffffff", 0.2), colour, mixed(colour, "#000000", 0.2)))
    )
    canvas.drawPath(cloth, line(mixed(colour, "#000000", 0.5), 1.2))
    canvas.drawCircle(22, 9.5, 2.6, fill("#d8b24a"))


def _chest(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 22, 52)
    dark = mixed(colour, "#000000", 0.45)
    lid = skia.Path()
    lid.moveTo(13, 31)
    lid.cubicTo(13, 14, 51, 14, 51, 31)
    lid.close()
    canvas.drawPath(lid, graded((0, 16), (0, 31), (mixed(colour, "#ffffff", 0.3), colour)))
    canvas.drawRect(skia.Rect.MakeLTRB(13, 31, 51, 51), graded((0, 31), (0, 51), (colour, dark)))
    for x in (19, 45):
        canvas.drawLine(x, 20, x, 51, line("#c9a13d", 3))
    canvas.drawPath(lid, line(dark, 1.4))
    canvas.drawRect(skia.Rect.MakeLTRB(13, 31, 51, 51), line(dark, 1.4))
    canvas.drawRoundRect(skia.Rect.MakeLTRB(28, 27, 36, 37), 2, 2, fill("#e3c25a"))
    canvas.drawCircle(32, 31.5, 1.5, fill("#3a2b12"))
    canvas.drawLine(32, 32, 32, 34.5, line("#3a2b12", 1.4))


def _house(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 22, 53)
    dark = mixed(colour, "#000000", 0.45)
    canvas.drawRect(skia.Rect.MakeLTRB(16, 30, 48, 53), graded((16, 0), (48, 0), ("#f6ecd8", "#dccdb0")))
    canvas.drawRect(skia.Rect.MakeLTRB(40, 13, 45, 26), fill(mixed(colour, "#000000", 0.3)))
    canvas.drawPath(
        path([(10, 32), (32, 11), (54, 32)]), graded((0, 11), (0, 32), (mixed(colour, "#ffffff", 0.15), colour))
    )
    canvas.drawPath(path([(10, 32), (32, 11), (54, 32)]), line(dark, 1.4))
    canvas.drawRect(skia.Rect.MakeLTRB(28, 38, 37, 53), fill(dark))
    for x in (19.5, 40):
        canvas.drawRect(skia.Rect.MakeLTRB(x, 37, x + 6, 44), fill("#7fb0cf"))
        canvas.drawRect(skia.Rect.MakeLTRB(x, 37, x + 6, 44), line("#5b4a36", 1))


def _beacon(canvas: skia.Canvas, colour: str) -> None:
    glow = skia.GradientShader.MakeRadial(skia.Point(32, 24), 26, [argb(f"{colour}c0"), argb(f"{colour}00")])
    canvas.drawCircle(32, 24, 26, skia.Paint(AntiAlias=True, Shader=glow))
    _ground_shadow(canvas, 17)
    body = path([(25, 32), (39, 32), (44, 55), (20, 55)])
    canvas.drawPath(body, graded((20, 0), (44, 0), ("#f4f6f8", "#9aa5b0")))
    canvas.drawPath(body, line("#4a545e", 1.4))
    canvas.drawRect(skia.Rect.MakeLTRB(23, 27, 41, 33), fill("#4a545e"))
    canvas.drawCircle(32, 22, 7.5, fill(colour))
    canvas.drawCircle(29.5, 19.5, 2.6, fill("#ffffffd0"))
    canvas.drawCircle(32, 22, 7.5, line(mixed(colour, "#000000", 0.4), 1.3))


def _tent(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 24, 53)
    dark = mixed(colour, "#000000", 0.4)
    canvas.drawPath(
        path([(32, 12), (8, 53), (56, 53)]), graded((8, 0), (56, 0), (mixed(colour, "#ffffff", 0.3), colour, dark))
    )
    canvas.drawPath(path([(32, 20), (22, 53), (42, 53)]), fill(mixed(colour, "#000000", 0.65)))
    canvas.drawPath(path([(32, 20), (22, 53), (30, 53)]), fill(mixed(colour, "#ffffff", 0.55)))
    canvas.drawPath(path([(32, 12), (8, 53), (56, 53)]), line(dark, 1.4))
    canvas.drawLine(32, 12, 32, 7, line("#5b4a36", 2))


def _star(canvas: skia.Canvas, colour: str) -> None:
    points = []
    for k in range(10):
        a, r = -math.pi / 2 + math.pi * k / 5, 22 if k % 2 == 0 else 9.4
        points.append((32 + r * math.cos(a), 34 + r * math.sin(a)))
    canvas.drawPath(path(points), graded((0, 12), (0, 54), (mixed(colour, "#ffffff", 0.45), colour)))
    canvas.drawPath(path(points), line(mixed(colour, "#000000", 0.4), 1.8))


_GOALS: dict[GoalKind, Callable[[skia.Canvas, str], None]] = {
    "flag": _flag, "chest": _chest, "house": _house, "beacon": _beacon, "tent": _tent, "star": _star,
}  # fmt: skip


def _explorer(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 15)
    dark = mixed(colour, "#000000", 0.45)
    for x in (26.5, 37.5):
        canvas.drawLine(x, 44, x, 53, line("#3a3f47", 6))
    coat = skia.Path()
    coat.moveTo(32, 24)
    coat.cubicTo(44, 24, 46, 36, 45, 47)
    coat.lineTo(19, 47)
    coat.cubicTo(18, 36, 20, 24, 32, 24)
    coat.close()
    canvas.drawPath(coat, graded((19, 0), (45, 0), (mixed(colour, "#ffffff", 0.25), colour, dark)))
    canvas.drawPath(coat, line(dark, 1.3))
    canvas.drawLine(32, 30, 32, 46, line(mixed(colour, "#ffffff", 0.6), 1.4))
    canvas.drawRect(skia.Rect.MakeLTRB(19.3, 40, 44.7, 43), fill("#4a3b2c"))
    canvas.drawCircle(32, 18, 11, fill(mixed(colour, "#ffffff", 0.75)))
    canvas.drawCircle(32, 18, 11, line(dark, 1.2))
    canvas.drawCircle(32, 19, 7.2, fill("#f1cba5"))
    for x in (29.3, 34.7):
        canvas.drawCircle(x, 18.4, 1.0, fill("#33261c"))
    canvas.drawLine(30.3, 22.4, 33.7, 22.4, line("#8a5a44", 1.1))


def _pawn(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 17)
    dark, light = mixed(colour, "#000000", 0.45), mixed(colour, "#ffffff", 0.45)
    body = skia.Path()
    body.moveTo(28, 26)
    body.cubicTo(29, 36, 22, 44, 18, 52)
    body.quadTo(32, 58, 46, 52)
    body.cubicTo(42, 44, 35, 36, 36, 26)
    body.close()
    canvas.drawPath(body, graded((18, 0), (46, 0), (light, colour, dark)))
    canvas.drawPath(body, line(dark, 1.4))
    canvas.drawOval(skia.Rect.MakeLTRB(24, 24, 40, 30), fill(mixed(colour, "#000000", 0.2)))
    head = skia.GradientShader.MakeRadial(skia.Point(28.5, 14.5), 13, [argb(light), argb(colour), argb(dark)])
    canvas.drawCircle(32, 18, 9.5, skia.Paint(AntiAlias=True, Shader=head))
    canvas.drawCircle(32, 18, 9.5, line(dark, 1.2))


def _robot(canvas: skia.Canvas, colour: str) -> None:
    _ground_shadow(canvas, 18)
    dark = mixed(colour, "#000000", 0.5)
    for x in (24, 40):
        canvas.drawRoundRect(skia.Rect.MakeLTRB(x - 5, 46, x + 5, 55), 3, 3, fill("#39424d"))
    canvas.drawRoundRect(
        skia.Rect.MakeLTRB(17, 29, 47, 49), 6, 6, graded((0, 29), (0, 49), (mixed(colour, "#ffffff", 0.25), colour))
    )
    canvas.drawRoundRect(skia.Rect.MakeLTRB(17, 29, 47, 49), 6, 6, line(dark, 1.4))
    canvas.drawRoundRect(skia.Rect.MakeLTRB(20, 11, 44, 28), 6, 6, graded((0, 11), (0, 28), ("#f2f5f8", "#b8c3ce")))
    canvas.drawRoundRect(skia.Rect.MakeLTRB(20, 11, 44, 28), 6, 6, line(dark, 1.4))
    canvas.drawRoundRect(skia.Rect.MakeLTRB(23, 15, 41, 24), 4, 4, fill("#1d2731"))
    for x in (28, 36):
        canvas.drawCircle(x, 19.5, 2.2, fill("#7fe0ff"))
    canvas.drawLine(32, 11, 32, 6, line(dark, 1.6))
    canvas.drawCircle(32, 5.5, 2.0, fill("#f2c14e"))
    canvas.drawCircle(32, 39, 4.2, fill(mixed(colour, "#ffffff", 0.6)))


_PLAYERS: dict[Player, Callable[[skia.Canvas, str], None]] = {
    "explorer": _explorer, "pawn": _pawn, "robot": _robot,
}  # fmt: skip
