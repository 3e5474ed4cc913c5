"""Mazes: solvers against scipy's graph search, generators, classes under symmetry."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from mmrecipes.render.mazes.generate import GENERATORS, PERFECT, tile_maze, wall_maze, wilson
from mmrecipes.render.mazes.maze import Cell, Maze, board_text, maze_class, symmetries, wall_text
from mmrecipes.render.mazes.solve import (
    a_star,
    dijkstra,
    distances,
    fill_dead_ends,
    follow_wall,
    is_tree,
    shortest_paths,
    walk,
)


def known_distance(lines: list[str], walled: bool) -> tuple[float, int]:
    """Steps from S to G and the number of shortest paths, from the printed board by powers of its adjacency."""
    scale = 2 if walled else 1
    cells = [(r, c) for r in range(walled, len(lines), scale) for c in range(walled, len(lines[0]), scale)]
    number = {cell: i for i, cell in enumerate(cells)}
    matrix = np.zeros((len(cells), len(cells)), np.int64)
    for (r, c), i in number.items():
        for dr, dc in ((0, 1), (1, 0)):
            to = (r + scale * dr, c + scale * dc)
            free = to in number and (
                lines[r + dr][c + dc] == " " if walled else "H" not in lines[r][c] + lines[to[0]][to[1]]
            )
            if free:
                matrix[i, number[to]] = matrix[number[to], i] = 1
    s, g = (next(number[r, c] for r, c in cells if lines[r][c] == ch) for ch in "SG")
    far = float(shortest_path(csr_array(matrix), unweighted=True, indices=s)[g])
    return far, 0 if np.isinf(far) else int(np.linalg.matrix_power(matrix, int(far))[s, g])


@pytest.mark.parametrize("side", range(3, 9))
def test_all_solvers_find_the_length_that_graph_search_finds_on_boards(side: int) -> None:
    rng = random.Random(side)
    for _ in range(40):
        maze = tile_maze(rng, side, 0.7)
        path, ways = shortest_paths(maze, maze.goals[0])
        far, count = known_distance(board_text(maze), walled=False)
        if np.isinf(far):
            assert (path, ways, a_star(maze, maze.goals[0]), dijkstra(maze, maze.goals[0])[0]) == ([], 0, [], [])
            continue
        assert (len(path) - 1, ways) == (far, count)
        assert len(a_star(maze, maze.goals[0])) - 1 == dijkstra(maze, maze.goals[0])[1] == far
        assert all(b in maze.neighbours(a) for a, b in itertools.pairwise(path))


@pytest.mark.parametrize("generator", GENERATORS)
def test_mazes_of_every_generator_are_solved_alike_and_trees_have_one_path(generator: str) -> None:
    rng = random.Random(generator)
    for side in range(3, 11):
        for _ in range(4):
            maze = wall_maze(rng, side, generator)
            goal = maze.goals[0]
            path, ways = shortest_paths(maze, goal)
            assert (len(path) - 1, ways) == known_distance(wall_text(maze), walled=True)
            assert len(a_star(maze, goal)) == dijkstra(maze, goal)[1] + 1 == len(path)
            assert is_tree(maze) == (generator in PERFECT) or generator == "percolation"
            if is_tree(maze):
                assert simple_paths(maze, goal) == [path]
                assert fill_dead_ends(maze, goal) == path == follow_wall(maze, goal)


def simple_paths(maze: Maze, goal: Cell) -> list[list[Cell]]:
    found, stack = [], [[maze.start]]
    while stack:
        path = stack.pop()
        if path[-1] == goal:
            found.append(path)
            continue
        stack += [[*path, to] for to in maze.neighbours(path[-1]) if to not in path]
    return found


def test_costs_of_tiles_change_the_way() -> None:
    maze = Maze(2, 3, (0, 0), ((0, 2),))
    assert dijkstra(maze, (0, 2), {(0, 1): 9.0}) == ([(0, 0), (1, 0), (1, 1), (1, 2), (0, 2)], 4.0)


def test_wilsons_mazes_are_all_as_likely() -> None:
    seen = Counter(frozenset(wilson(random.Random(k), 2)) for k in range(400))
    assert len(seen) == 4 and sum((n - 100) ** 2 / 100 for n in seen.values()) < 16.3  # chi-square, 3 df, p = 0.001


@given(st.randoms(use_true_random=False), st.integers(2, 5))
def test_a_class_is_shared_by_exactly_the_eight_symmetries(rng: random.Random, side: int) -> None:
    maze, other = tile_maze(rng, side, 0.7), tile_maze(rng, side, 0.7)
    grid = np.array([list(r) for r in board_text(maze)])
    turned = {"/".join("".join(r) for r in np.rot90(g, k)) for g in (grid, grid.T) for k in range(4)}
    assert {"/".join(board_text(m)) for m in symmetries(maze)} == turned
    assert len({maze_class(m) for m in symmetries(maze)}) == 1
    assert (maze_class(maze) == maze_class(other)) == ("/".join(board_text(other)) in turned)


def test_walls_turn_with_the_maze() -> None:
    maze = wall_maze(random.Random(3), 4, "prim")
    turned = list(symmetries(maze))
    assert len({maze_class(m) for m in turned}) == 1 and len({tuple(wall_text(m)) for m in turned}) == 8
    assert all(len(distances(m, m.start)) == 16 and is_tree(m) for m in turned)


@pytest.mark.parametrize(("moves", "ended"), [("RR", "hole"), ("U", "edge"), ("RD", "short"), ("RDDR", "goal")])
def test_a_walk_says_what_ended_it(moves: str, ended: str) -> None:
    maze = Maze(3, 3, (0, 0), ((2, 2),), frozenset({(0, 2), (1, 0)}))
    assert walk(maze, moves)[1] == ended
