"""Shortest ways through a maze by five methods, which are each other's check.

Covered: breadth-first search, A* with the Manhattan distance, Dijkstra with costs of tiles; for mazes whose passages
form a tree also dead-end filling and the right-hand rule; the number of shortest paths. Not covered: planning under
uncertainty.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping, Sequence

from mmrecipes.render.mazes.maze import MOVES, Cell, Maze


def distances(maze: Maze, origin: Cell) -> dict[Cell, int]:
    """Steps from the origin to every cell that can be reached."""
    found = {origin: 0}
    queue = deque([origin])
    while queue:
        cell = queue.popleft()
        for to in maze.neighbours(cell):
            if to not in found:
                found[to] = found[cell] + 1
                queue.append(to)
    return found


def shortest_paths(maze: Maze, goal: Cell) -> tuple[list[Cell], int]:
    """A shortest path from the start and how many there are; an empty list and 0 when there is none. Of several it is
    the one that goes straight on longest, ties in the order of `MOVES`: few turns are few words."""
    left = distances(maze, goal)
    if maze.start not in left:
        return [], 0
    return _straightest(maze, left), _count(maze, left)


def _straightest(maze: Maze, left: Mapping[Cell, int]) -> list[Cell]:
    path, last = [maze.start], ""
    while left[path[-1]]:
        here = path[-1]
        ways = {m: to for m in MOVES if (to := maze.step(here, m)) is not None and left[to] == left[here] - 1}
        last = last if last in ways else max(ways, key=lambda m: _straight(maze, left, here, m))
        path.append(ways[last])
    return path


def _straight(maze: Maze, left: Mapping[Cell, int], cell: Cell, move: str) -> int:
    """How many steps of one direction in a row stay on a shortest path."""
    steps = 0
    while (to := maze.step(cell, move)) is not None and left.get(to) == left[cell] - 1:
        cell, steps = to, steps + 1
    return steps


def _count(maze: Maze, left: Mapping[Cell, int]) -> int:
    ways = {maze.start: 1}
    for cell in sorted((c for c in left if left[c] <= left[maze.start]), key=left.__getitem__, reverse=True):
        for to in maze.neighbours(cell) if cell in ways else ():
            if left[to] == left[cell] - 1:
                ways[to] = ways.get(to, 0) + ways[cell]
    return sum(ways[c] for c in ways if left[c] == 0)


def manhattan(a: Cell, b: Cell) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def a_star(maze: Maze, goal: Cell) -> list[Cell]:
    """A shortest path by A*, guided by the Manhattan distance; empty when there is none."""
    came: dict[Cell, Cell] = {}
    cost = {maze.start: 0}
    heap = [(manhattan(maze.start, goal), maze.start)]
    done: set[Cell] = set()
    while heap:
        _, cell = heapq.heappop(heap)
        if cell == goal:
            return _traced(came, goal)
        if cell in done:
            continue
        done.add(cell)
        for to in maze.neighbours(cell):
            if cost[cell] + 1 < cost.get(to, 1 << 30):
                cost[to], came[to] = cost[cell] + 1, cell
                heapq.heappush(heap, (cost[to] + manhattan(to, goal), to))
    return []


def dijkstra(maze: Maze, goal: Cell, costs: Mapping[Cell, float] | None = None) -> tuple[list[Cell], float]:
    """A cheapest path and its cost, where entering a cell costs `costs` (1 where it names none); an empty path and
    infinity when there is none."""
    price = costs or {}
    best: dict[Cell, float] = {maze.start: 0.0}
    came: dict[Cell, Cell] = {}
    heap = [(0.0, maze.start)]
    while heap:
        spent, cell = heapq.heappop(heap)
        if cell == goal:
            return _traced(came, goal), spent
        if spent > best[cell]:
            continue
        for to in maze.neighbours(cell):
            total = spent + price.get(to, 1.0)
            if total < best.get(to, float("inf")):
                best[to], came[to] = total, cell
                heapq.heappush(heap, (total, to))
    return [], float("inf")


def is_tree(maze: Maze) -> bool:
    """Whether every cell is reached from every other by exactly one simple path."""
    cells = list(maze.cells())
    passages = sum(len(maze.neighbours(c)) for c in cells) // 2
    return passages == len(cells) - 1 and len(distances(maze, maze.start)) == len(cells)


def fill_dead_ends(maze: Maze, goal: Cell) -> list[Cell]:
    """The path that is left of a tree when dead ends are filled until none is."""
    open_to = {c: set(maze.neighbours(c)) for c in maze.cells()}
    ends = deque(c for c, to in open_to.items() if len(to) == 1 and c not in (maze.start, goal))
    while ends:
        cell = ends.popleft()
        for to in open_to.pop(cell):
            open_to[to].discard(cell)
            if len(open_to[to]) == 1 and to not in (maze.start, goal):
                ends.append(to)
    path = [maze.start]
    while path[-1] != goal:
        path.append(next(to for to in open_to[path[-1]] if to not in path[-2:]))
    return path


_CLOCKWISE = "URDL"


def follow_wall(maze: Maze, goal: Cell) -> list[Cell]:
    """The path that remains of a walk with the right hand on the wall when the ways into dead ends and out of them are
    left out. In a tree it reaches every goal."""
    path, facing = [maze.start], 1
    for _ in range(4 * maze.rows * maze.columns):
        if path[-1] == goal:
            return path
        for turn in (1, 0, -1, 2):
            to = maze.step(path[-1], _CLOCKWISE[(facing + turn) % 4])
            if to is not None:
                facing = (facing + turn) % 4
                path = path[: path.index(to) + 1] if to in path else [*path, to]
                break
        else:
            break
    return []


def _traced(came: Mapping[Cell, Cell], goal: Cell) -> list[Cell]:
    path = [goal]
    while path[-1] in came:
        path.append(came[path[-1]])
    return path[::-1]


def walk(maze: Maze, moves: Sequence[str]) -> tuple[list[Cell], str]:
    """The cells that the moves lead over from the start, and what ended it: `goal`, `short` (no goal at the end),
    `hole`, `wall` or `edge` (the move that failed is not walked), `unknown_move`. A goal passed on the way does not end
    the walk."""
    path = [maze.start]
    for move in moves:
        if move not in MOVES:
            return path, "unknown_move"
        to = maze.step(path[-1], move)
        if to is None:
            (r, c), (dr, dc) = path[-1], MOVES[move]
            ahead = (r + dr, c + dc)
            return path, "edge" if not maze.holds(ahead) else "hole" if ahead in maze.holes else "wall"
        path.append(to)
    return path, "goal" if path[-1] in maze.goals else "short"
