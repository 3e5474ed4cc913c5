"""Which maze a navigation sample gets: kind, size, difficulty by rejection, split by class.

Covered: boards with holes (one goal, two goals, a path to judge, the board as text beside the picture) and mazes with
walls. Not covered: drawing, words.
Source: ThinkMorph (arXiv 2510.27492), public navigation data: boards of 3 to 6 squares a side, any ends; the floor
under the length and the share of detours are this project's, since random boards are mostly two moves long.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal

from mmrecipes.core.identity import turn
from mmrecipes.render.mazes.generate import GENERATORS, tile_maze, wall_maze
from mmrecipes.render.mazes.maze import Cell, Maze, board_text, wall_text
from mmrecipes.render.mazes.solve import distances, manhattan, shortest_paths

Kind = Literal["frozen_lake", "wall_maze", "two_ends", "yes_no", "start_text"]
TRIES = 500
SIZES, LARGE, WALLED = (3, 4, 5, 6), (7, 8), tuple(range(3, 11))
DETOURS, OF = 6, 20
"""Of so many mazes, so many must have a shortest path longer than the Manhattan distance; with those that do by
themselves it is a good third of what is left when duplicates are gone."""
FROZEN_FOR_DETOURS = 0.65
"""Boards that must force a detour have at most this share of safe squares."""


class NoMaze(Exception):
    """No maze in `TRIES` tries; `reason` for the ledger."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A maze with its solution. `path` are the cells that are drawn: a shortest path to `goal`, or for `yes_no` the
    path that is asked about, up to its first hole (`proposed` is all of it)."""

    kind: Kind
    generator: str
    maze: Maze
    goal: Cell
    path: tuple[Cell, ...]
    shortest: int
    n_shortest: int
    proposed: tuple[Cell, ...] = ()
    held_out: bool = False

    @property
    def walled(self) -> bool:
        return self.kind == "wall_maze"

    @property
    def safe(self) -> bool:
        """Whether the proposed path enters no hole."""
        return not set(self.proposed) & self.maze.holes

    def ground_truth(self) -> dict[str, Any]:
        rows = wall_text(self.maze) if self.walled else board_text(self.maze)
        known = {"rows": rows, "shortest": self.shortest, "n_shortest": self.n_shortest}
        if self.proposed:
            return {**known, "path": [list(c) for c in self.proposed], "safe": self.safe}
        return {**known, "detour": self.shortest > manhattan(self.maze.start, self.goal), "goal": list(self.goal)}


def make_puzzle(rng: random.Random, index: int, kind: Kind, frozen: float, corners: bool, test_share: float) -> Puzzle:
    """The puzzle of this index. Raises `NoMaze`."""
    held_out = turn(index, 1000, "navigation.large") < 1000 * test_share and kind != "wall_maze"
    sizes = WALLED if kind == "wall_maze" else LARGE if held_out else SIZES
    side = sizes[turn(index, len(sizes), "navigation.side", kind)]
    detour = turn(index, OF, "navigation.detour", kind) < DETOURS
    generator = tuple(GENERATORS)[turn(index, len(GENERATORS), "navigation.generator")]
    share = min(frozen, FROZEN_FOR_DETOURS) if detour or kind == "yes_no" else frozen
    refused = "unsolvable"
    for _ in range(TRIES):
        if kind == "wall_maze":
            maze = wall_maze(rng, side, generator)
        else:
            maze = tile_maze(rng, side, share, goals=1 + (kind == "two_ends"), corners=corners and kind != "two_ends")
        found = _puzzle(rng, index, kind, maze)
        if isinstance(found, str):
            refused = found if refused == "unsolvable" else refused
        elif found.shortest < max(2, side - 2):
            refused = "too_easy"
        elif detour and kind != "yes_no" and found.shortest == manhattan(maze.start, found.goal):
            refused = "no_detour"
        else:
            name = generator if found.walled else "frozen_lake"
            return Puzzle(kind, name, maze, found.goal, found.path, found.shortest, found.n_shortest, found.proposed,
                          held_out)  # fmt: skip
    raise NoMaze(refused, f"none of {TRIES} mazes of {side}x{side} at a frozen share of {share:g} will do")


def _puzzle(rng: random.Random, index: int, kind: Kind, maze: Maze) -> Puzzle | str:
    """The maze solved, or why it is of no use."""
    reached = distances(maze, maze.start)
    goals = sorted(reached[g] for g in maze.goals if g in reached)
    if len(goals) < len(maze.goals):
        return "unsolvable"
    if len(goals) > 1 and goals[0] == goals[1]:
        return "goals_equally_near"
    goal = min(maze.goals, key=lambda g: reached[g])
    path, ways = shortest_paths(maze, goal)
    if kind != "yes_no":
        return Puzzle(kind, "", maze, goal, tuple(path), len(path) - 1, ways)
    proposed = path if turn(index, 2, "navigation.safe") else _unsafe(rng, maze, goal)
    if not proposed:
        return "no_unsafe_path"
    fall = next((i for i, c in enumerate(proposed) if c in maze.holes), len(proposed) - 1)
    return Puzzle(kind, "", maze, goal, tuple(proposed[: fall + 1]), len(path) - 1, ways, tuple(proposed))


def _unsafe(rng: random.Random, maze: Maze, goal: Cell) -> list[Cell]:
    """A shortest path of the board with a few holes closed that enters one of them; empty when there is none."""
    closed = set(rng.sample(sorted(maze.holes), min(3, len(maze.holes))))
    board = Maze(maze.rows, maze.columns, maze.start, maze.goals, maze.holes - closed)
    path, _ = shortest_paths(board, goal)
    return path if set(path) & closed else []
