"""A maze on a square lattice: cells that are holes, walls between cells, one start, one goal or several.

Covered: boards with holes (FrozenLake) and boards with walls in one type, moves, walking, the eight symmetries of the
square and the class of a maze under them, the board as text. Not covered: making mazes (`generate`), solving them
(`solve`), drawing. Cells are (row, column) from 0, rows downwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Cell = tuple[int, int]
Wall = tuple[Cell, Cell]
"""The border between two neighbouring cells, the smaller cell first."""

MOVES: dict[str, Cell] = {"L": (0, -1), "R": (0, 1), "U": (-1, 0), "D": (1, 0)}
"""Name of a move to its change of (row, column)."""


@dataclass(frozen=True, slots=True)
class Maze:
    """A board. A step leads to one of four neighbours that is on the board, is no hole and has no wall before it."""

    rows: int
    columns: int
    start: Cell
    goals: tuple[Cell, ...]
    holes: frozenset[Cell] = frozenset()
    walls: frozenset[Wall] = frozenset()

    def holds(self, cell: Cell) -> bool:
        """Whether the cell is on the board."""
        return 0 <= cell[0] < self.rows and 0 <= cell[1] < self.columns

    def step(self, cell: Cell, move: str) -> Cell | None:
        """Where the move leads; None for a hole, a wall or the edge of the board."""
        dr, dc = MOVES[move]
        to = (cell[0] + dr, cell[1] + dc)
        if not self.holds(to) or to in self.holes or wall_between(cell, to) in self.walls:
            return None
        return to

    def neighbours(self, cell: Cell) -> list[Cell]:
        """The cells one step away, in the order of `MOVES`."""
        return [to for move in MOVES if (to := self.step(cell, move)) is not None]

    def cells(self) -> Iterator[Cell]:
        """All cells that are no holes, in reading order."""
        return (c for c in all_cells(self.rows, self.columns) if c not in self.holes)


def all_cells(rows: int, columns: int) -> Iterator[Cell]:
    return ((r, c) for r in range(rows) for c in range(columns))


def wall_between(a: Cell, b: Cell) -> Wall:
    return (a, b) if a < b else (b, a)


def moves_along(path: Sequence[Cell]) -> list[str]:
    """The moves of a path of neighbouring cells."""
    names = {change: move for move, change in MOVES.items()}
    return [names[(b[0] - a[0], b[1] - a[1])] for a, b in itertools.pairwise(path)]


def board_text(maze: Maze) -> list[str]:
    """The board as FrozenLake writes it: a string per row of S (start), F (frozen), H (hole) and G (goal)."""
    letters = {maze.start: "S", **dict.fromkeys(maze.goals, "G"), **dict.fromkeys(maze.holes, "H")}
    return ["".join(letters.get((r, c), "F") for c in range(maze.columns)) for r in range(maze.rows)]


def wall_text(maze: Maze) -> list[str]:
    """The board with its walls as lines of characters: `+` corners, `-` and `|` walls, S and G in their cells."""
    letters = {maze.start: "S", **dict.fromkeys(maze.goals, "G")}

    def barred(a: Cell, b: Cell) -> bool:
        return not (maze.holds(a) and maze.holds(b)) or wall_between(a, b) in maze.walls

    lines = []
    for r in range(maze.rows + 1):
        tops = ("-" if barred((r - 1, c), (r, c)) else " " for c in range(maze.columns))
        lines.append("+" + "+".join(tops) + "+")
        if r < maze.rows:
            sides = ("|" if barred((r, c - 1), (r, c)) else " " for c in range(maze.columns + 1))
            inside = (*(letters.get((r, c), " ") for c in range(maze.columns)), "")
            lines.append("".join(s + i for s, i in zip(sides, inside, strict=True)))
    return lines


def symmetries(maze: Maze) -> Iterator[Maze]:
    """The maze turned and mirrored: eight mazes, the first of them itself."""
    for transposed in (False, True):
        for flip_rows in (False, True):
            for flip_columns in (False, True):
                yield _mapped(maze, transposed, flip_rows, flip_columns)


def _mapped(maze: Maze, transposed: bool, flip_rows: bool, flip_columns: bool) -> Maze:
    last_row, last_column = maze.rows - 1, maze.columns - 1

    def to(cell: Cell) -> Cell:
        r, c = last_row - cell[0] if flip_rows else cell[0], last_column - cell[1] if flip_columns else cell[1]
        return (c, r) if transposed else (r, c)

    rows, columns = (maze.columns, maze.rows) if transposed else (maze.rows, maze.columns)
    return Maze(
        rows,
        columns,
        to(maze.start),
        tuple(sorted(map(to, maze.goals))),
        frozenset(map(to, maze.holes)),
        frozenset(wall_between(to(a), to(b)) for a, b in maze.walls),
    )


def maze_class(maze: Maze) -> str:
    """A text that mazes share exactly when one is another turned or mirrored (grid, walls, start and goals)."""
    return min(_spelled(m) for m in symmetries(maze))


def _spelled(maze: Maze) -> str:
    board = "/".join(board_text(maze))
    return f"{board}#{_numbers(maze.walls)}" if maze.walls else board


def _numbers(walls: Iterable[Wall]) -> str:
    return ";".join(f"{a[0]}.{a[1]}{'r' if a[0] == b[0] else 'd'}" for a, b in sorted(walls))
