"""Mazes from random numbers: boards with holes at a density, lattices with walls by five generators.

Covered: FrozenLake boards with any ends or ends in corners; depth-first backtracker, Prim, Kruskal and Wilson (perfect
mazes: their passages form a tree; Wilson's is uniform over all of them), percolation with extra openings. Not covered:
how hard the maze is to be (the caller rejects).
Sources: FrozenLake of Gymnasium (frozen with probability 0.8, start and goal in corners); Wilson 1996 (loop-erased
random walks).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from mmrecipes.render.mazes.maze import MOVES, Cell, Maze, Wall, all_cells, wall_between

Passages = set[Wall]


def tile_maze(rng: random.Random, side: int, frozen: float, *, goals: int = 1, corners: bool = False) -> Maze:
    """A board on which every cell is frozen with this probability, start and goals always are. Ends are any different
    cells, or with `corners` the first and the last. It may be unsolvable."""
    cells = list(all_cells(side, side))
    start, *ends = [cells[0], cells[-1]] if corners else rng.sample(cells, 1 + goals)
    holes = frozenset(c for c in cells if rng.random() >= frozen and c != start and c not in ends)
    return Maze(side, side, start, tuple(sorted(ends)), holes)


def wall_maze(rng: random.Random, side: int, generator: str) -> Maze:
    """A lattice of side x side cells with walls by one of `GENERATORS`; start and goal are any different cells. Raises
    `KeyError`."""
    passages = GENERATORS[generator](rng, side)
    walls = frozenset(w for w in _borders(side) if w not in passages)
    start, goal = rng.sample(list(all_cells(side, side)), 2)
    return Maze(side, side, start, (goal,), walls=walls)


def _borders(side: int) -> list[Wall]:
    downwards = [((r, c), (r + 1, c)) for r in range(side - 1) for c in range(side)]
    return downwards + [((r, c), (r, c + 1)) for r in range(side) for c in range(side - 1)]


def _around(cell: Cell, side: int) -> list[Cell]:
    near = ((cell[0] + dr, cell[1] + dc) for dr, dc in MOVES.values())
    return [(r, c) for r, c in near if 0 <= r < side and 0 <= c < side]


def backtracker(rng: random.Random, side: int) -> Passages:
    """Depth-first search that turns back at dead ends: long winding corridors."""
    passages: Passages = set()
    stack = [(rng.randrange(side), rng.randrange(side))]
    seen = set(stack)
    while stack:
        fresh = [c for c in _around(stack[-1], side) if c not in seen]
        if not fresh:
            stack.pop()
            continue
        to = rng.choice(fresh)
        passages.add(wall_between(stack[-1], to))
        seen.add(to)
        stack.append(to)
    return passages


def prim(rng: random.Random, side: int) -> Passages:
    """Grows from a cell by a random border of what is grown: many short dead ends."""
    first = (rng.randrange(side), rng.randrange(side))
    seen, passages = {first}, set[Wall]()
    frontier = [(first, to) for to in _around(first, side)]
    while frontier:
        at = rng.randrange(len(frontier))
        frontier[at], frontier[-1] = frontier[-1], frontier[at]
        cell, to = frontier.pop()
        if to not in seen:
            seen.add(to)
            passages.add(wall_between(cell, to))
            frontier += [(to, further) for further in _around(to, side) if further not in seen]
    return passages


def kruskal(rng: random.Random, side: int) -> Passages:
    """Opens borders in random order where they join what is not joined."""
    order = _borders(side)
    rng.shuffle(order)
    return _joining(order, side)


def wilson(rng: random.Random, side: int) -> Passages:
    """Loop-erased random walks into what is grown: every perfect maze is as likely as every other."""
    cells = list(all_cells(side, side))
    rng.shuffle(cells)
    grown, passages = {cells[0]}, set[Wall]()
    for origin in cells:
        step: dict[Cell, Cell] = {}
        cell = origin
        while cell not in grown:
            step[cell] = rng.choice(_around(cell, side))
            cell = step[cell]
        cell = origin
        while cell not in grown:
            grown.add(cell)
            passages.add(wall_between(cell, step[cell]))
            cell = step[cell]
    return passages


def percolation(rng: random.Random, side: int) -> Passages:
    """A random spanning tree with a quarter of the other borders open too: several ways, loops."""
    order = _borders(side)
    rng.shuffle(order)
    tree = _joining(order, side)
    return tree | {w for w in order if w not in tree and rng.random() < 0.25}


def _joining(order: Iterable[Wall], side: int) -> Passages:
    parent = {c: c for c in all_cells(side, side)}

    def root(cell: Cell) -> Cell:
        while parent[cell] != cell:
            parent[cell] = cell = parent[parent[cell]]
        return cell

    passages: Passages = set()
    for a, b in order:
        if root(a) != root(b):
            parent[root(a)] = root(b)
            passages.add((a, b))
    return passages


GENERATORS: dict[str, Callable[[random.Random, int], Passages]] = {
    "backtracker": backtracker,
    "prim": prim,
    "kruskal": kruskal,
    "wilson": wilson,
    "percolation": percolation,
}
PERFECT = ("backtracker", "prim", "kruskal", "wilson")
"""Generators whose mazes have exactly one path between any two cells."""
