"""Pictures of mazes, and paths drawn over them.

Covered: boards of tiles, mazes with walls, where a cell's middle is, paths as 2-pixel segments from middle to middle
with an arrow head at the end of every move. Not covered: what the path means.
Source of the path's look: ThinkMorph's public navigation data (red arrows, one per move).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import skia

from mmrecipes.canvas.surface import Surface, argb
from mmrecipes.core.boxes import Box, Point
from mmrecipes.core.identity import seed_from
from mmrecipes.render.mazes.figures import draw_goal, draw_player
from mmrecipes.render.mazes.maze import Cell, Maze, all_cells, wall_between
from mmrecipes.render.mazes.strokes import SIDE
from mmrecipes.render.mazes.themes import TileTheme, WallTheme
from mmrecipes.render.mazes.tiles import VARIANTS, tile

Pixels = npt.NDArray[np.uint8]
RED = "#dc1414"
"""(220, 20, 20), the colour of solution paths."""
BLUE = "#1446dc"
"""The colour of a path that is asked about."""
MARGIN = 16
"""Pixels around a maze with walls."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where cells lie in a picture: pixels of a cell's side and of the margin."""

    side: int
    margin: int = 0

    def middle(self, cell: Cell) -> Point:
        return (self.margin + (cell[1] + 0.5) * self.side, self.margin + (cell[0] + 0.5) * self.side)

    def box(self, cell: Cell) -> Box:
        x, y = self.margin + cell[1] * self.side, self.margin + cell[0] * self.side
        return (float(x), float(y), float(x + self.side), float(y + self.side))


def tile_frame() -> Frame:
    return Frame(SIDE)


def wall_frame(maze: Maze) -> Frame:
    """Cells as large as a picture of at most 512 pixels allows, 32 to 64."""
    side = (512 - 2 * MARGIN) // max(maze.rows, maze.columns)
    return Frame(max(32, min(64, side - side % 2)), MARGIN)


def draw_tiles(maze: Maze, theme: TileTheme) -> Pixels:
    """The board, (64 rows, 64 columns, 3) RGB; which variant of a tile lies where depends on the cell alone."""
    pixels = np.empty((SIDE * maze.rows, SIDE * maze.columns, 3), np.uint8)
    for r, c in all_cells(maze.rows, maze.columns):
        what = "hole" if (r, c) in maze.holes else "goal" if (r, c) in maze.goals else "floor"
        what = "player" if (r, c) == maze.start else what
        variant = seed_from("maze.variant", theme.name, r, c) % VARIANTS
        pixels[SIDE * r : SIDE * (r + 1), SIDE * c : SIDE * (c + 1)] = tile(theme, what, variant)
    return pixels


def draw_walls(maze: Maze, theme: WallTheme) -> Pixels:
    """The maze with its outer walls, RGB; cells and margin as in `wall_frame`."""
    frame = wall_frame(maze)
    size = (2 * MARGIN + frame.side * maze.columns, 2 * MARGIN + frame.side * maze.rows)
    surface = Surface(*size, theme.floor[0])
    for r, c in all_cells(maze.rows, maze.columns):
        if (r + c) % 2:
            surface.rect(frame.box((r, c)), fill=theme.floor[1])
    for goal in maze.goals:
        draw_goal(surface.raw, theme.goal, theme.goal_colour, frame.middle(goal), 0.72 * frame.side)
    draw_player(surface.raw, theme.player, theme.player_colour, frame.middle(maze.start), 0.72 * frame.side)
    lines = _wall_lines(maze, frame)
    width = max(2.0, theme.thickness * frame.side)
    colour, lit, dark = theme.wall
    for shade, wide, dx in ((dark, width, 0.0), (colour, width - 1.6, 0.0), (lit, width / 4, -width / 6)):
        paint = skia.Paint(
            AntiAlias=True, Color=argb(shade), StrokeWidth=max(1.0, wide), Style=skia.Paint.kStroke_Style,
            StrokeCap=skia.Paint.kRound_Cap,
        )  # fmt: skip
        for (x0, y0), (x1, y1) in lines:
            surface.raw.drawLine(x0 + dx, y0 + dx, x1 + dx, y1 + dx, paint)
    return surface.pixels()


def _wall_lines(maze: Maze, frame: Frame) -> list[tuple[Point, Point]]:
    lines: list[tuple[Point, Point]] = []
    for r in range(maze.rows + 1):
        for c in range(maze.columns):
            if _barred(maze, (r - 1, c), (r, c)):
                x, y = frame.margin + c * frame.side, frame.margin + r * frame.side
                lines.append(((x, y), (x + frame.side, y)))
    for r in range(maze.rows):
        for c in range(maze.columns + 1):
            if _barred(maze, (r, c - 1), (r, c)):
                x, y = frame.margin + c * frame.side, frame.margin + r * frame.side
                lines.append(((x, y), (x, y + frame.side)))
    return lines


def _barred(maze: Maze, a: Cell, b: Cell) -> bool:
    return not (maze.holds(a) and maze.holds(b)) or wall_between(a, b) in maze.walls


HEAD, HALF = 9.0, 4.5
"""Length and half the width of an arrow head, in pixels."""


def draw_path(pixels: Pixels, middles: Sequence[Point], colour: str = RED) -> Pixels:
    """A copy with the path over it: from middle to middle, an arrow head whose tip is the end of every move."""
    rgba = np.ascontiguousarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA))
    surface = skia.Surface(rgba, skia.kRGBA_8888_ColorType)
    canvas = surface.getCanvas()
    line = skia.Paint(AntiAlias=True, Color=argb(colour), StrokeWidth=2, Style=skia.Paint.kStroke_Style)
    fill = skia.Paint(AntiAlias=True, Color=argb(colour))
    for (x0, y0), (x1, y1) in itertools.pairwise(middles):
        canvas.drawLine(x0, y0, x1, y1, line)
        length = abs(x1 - x0) + abs(y1 - y0)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        bx, by = x1 - HEAD * ux, y1 - HEAD * uy
        head = skia.Path()
        head.addPoly([skia.Point(x1, y1), skia.Point(bx - HALF * uy, by + HALF * ux),
                      skia.Point(bx + HALF * uy, by - HALF * ux)], True)  # fmt: skip
        canvas.drawPath(head, fill)
    surface.flushAndSubmit()
    return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
