"""The navigation task step by step: a maze with its solution, the pictures, question and thoughts, verification.

Source: ThinkMorph (arXiv 2510.27492), spatial navigation: FrozenLake boards, the solution as red arrows, one per move.
Covered: that, and four variants (walls, two goals, a path to judge, the board as text). Not covered: slippery ice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from mmrecipes.canvas.encode import encode_drawing
from mmrecipes.core.boxes import quad_of
from mmrecipes.core.identity import turn
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Region, Sample
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.recipes.thinkmorph.navigation.mazes import NoMaze, Puzzle, make_puzzle
from mmrecipes.recipes.thinkmorph.navigation.thoughts import Words, answer, question, thoughts
from mmrecipes.recipes.thinkmorph.scoring import boxed_moves, walk_board
from mmrecipes.recipes.thinkmorph.trace import Trace, share_at
from mmrecipes.render.mazes.draw import BLUE, Frame, draw_path, draw_tiles, draw_walls, tile_frame, wall_frame
from mmrecipes.render.mazes.maze import maze_class
from mmrecipes.render.mazes.solve import a_star, dijkstra, fill_dead_ends, follow_wall, is_tree
from mmrecipes.render.mazes.themes import TILE_THEMES, WALL_THEMES, TileTheme, WallTheme

PUBLIC = "Spatial_Navigation"
Edge = Literal["lose", "no_effect"]
_WALL_WORDS = "floor", "hole", "holes"


@dataclass(frozen=True, slots=True)
class NavigationContent:
    """The maze of this index; `kinds` are the shares of the kinds of puzzle."""

    kinds: tuple[tuple[str, float], ...]
    frozen: float
    corners: bool
    test_share: float
    reads: ClassVar = ("draft.index",)
    writes: ClassVar = ("draft.puzzle",)
    name: ClassVar[str] = "navigation_content"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        index = sample.draft["index"]
        kind: Any = share_at(index, dict(self.kinds), "navigation.kind")
        try:
            made = make_puzzle(context.rng, index, kind, self.frozen, self.corners, self.test_share)
        except NoMaze as e:
            return Drop(e.reason, str(e))
        return sample.drafting(puzzle=made)


@step(reads=("draft.index", "draft.puzzle"), writes=("draft.theme", "draft.pictures"))
def navigation_draw(sample: Sample) -> Sample:
    """The maze in the theme of its index, and the same pixels with the path over them."""
    puzzle: Puzzle = sample.draft["puzzle"]
    themes = WALL_THEMES if puzzle.walled else TILE_THEMES
    theme = themes[turn(sample.draft["index"], len(themes), "navigation.theme", puzzle.kind)]
    frame = frame_of(puzzle)
    if isinstance(theme, WallTheme):
        problem = draw_walls(puzzle.maze, theme)
    else:
        problem = draw_tiles(puzzle.maze, theme)
    if puzzle.proposed:
        problem = draw_path(problem, [frame.middle(c) for c in puzzle.proposed], BLUE)
    reasoning = draw_path(problem, [frame.middle(c) for c in puzzle.path])
    return sample.drafting(theme=theme, pictures=(encode_drawing(problem), encode_drawing(reasoning)))


def frame_of(puzzle: Puzzle) -> Frame:
    return wall_frame(puzzle.maze) if puzzle.walled else tile_frame()


@dataclass(frozen=True, slots=True)
class NavigationThink:
    """Question, answer and thoughts; `edge` says what a move off the board does."""

    edge: Edge
    reads: ClassVar = ("draft.puzzle", "draft.theme", "draft.pictures")
    writes: ClassVar = ("draft.trace", "draft.secret")
    name: ClassVar[str] = "navigation_think"

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        puzzle: Puzzle = sample.draft["puzzle"]
        theme: TileTheme | WallTheme = sample.draft["theme"]
        problem, reasoning = sample.draft["pictures"]
        words, rng = words_of(theme), context.rng
        asked = question(puzzle, words, self.edge, rng)
        first, second, alone = thoughts(puzzle, words, rng)
        trace = Trace(
            task=PUBLIC,
            question=asked,
            answer=answer(puzzle),
            thoughts=(first, second),
            text_only=alone,
            problem=problem,
            reasoning=reasoning,
            ground_truth=puzzle.ground_truth(),
            generator=puzzle.generator,
            solver="bfs",
            manipulation={"op": "path", "cells": [list(c) for c in puzzle.path]},
            split_key=maze_class(puzzle.maze),
            difficulty=difficulty(puzzle),
            regions=regions_of(puzzle, problem),
            meta={"kind": puzzle.kind, "theme": theme.name, "off_board": self.edge},
            test_only=puzzle.held_out,
        )
        secret = ("Yes", "No") if puzzle.kind == "yes_no" else (trace.answer, trace.answer.replace(",", ", "))
        return sample.drafting(trace=trace, secret=secret)


def words_of(theme: TileTheme | WallTheme) -> Words:
    if isinstance(theme, TileTheme):
        return Words(theme.safe, *theme.hazard, theme.goal)
    return Words(*_WALL_WORDS, theme.goal)


def regions_of(puzzle: Puzzle, image: Image) -> tuple[Region, ...]:
    """The start, the goals and the holes of the problem picture."""
    frame, maze = frame_of(puzzle), puzzle.maze
    named = [("start", maze.start), *(("goal", g) for g in maze.goals), *(("hole", h) for h in sorted(maze.holes))]
    return tuple(Region(image.sha256, label, quad_of(frame.box(cell))) for label, cell in named)


def difficulty(puzzle: Puzzle) -> int:
    """1 to 10: length, size, detour."""
    steps = len(puzzle.path) - 1
    bent = puzzle.shortest > abs(puzzle.maze.start[0] - puzzle.goal[0]) + abs(puzzle.maze.start[1] - puzzle.goal[1])
    return max(1, min(10, round(0.5 * steps + 0.3 * puzzle.maze.rows + bent)))


@step(reads=("draft.puzzle", "draft.trace"), writes=("draft.trace",))
def navigation_verify(sample: Sample) -> Sample | Drop:
    """The answer is walked on the board as it is stored; four more solvers agree on the length."""
    puzzle: Puzzle = sample.draft["puzzle"]
    trace: Trace = sample.draft["trace"]
    if wrong := disagreement(puzzle):
        return Drop("solvers_disagree", wrong)
    ended = _walked(trace, puzzle)
    if ended is not None:
        return Drop("answer_fails", ended)
    checks = {"path_valid": True, "solvers": 5 if is_tree(puzzle.maze) else 3}
    return sample.drafting(trace=_checked(trace, checks))


def _checked(trace: Trace, checks: Mapping[str, Any]) -> Trace:
    return replace(trace, checks=checks)


def disagreement(puzzle: Puzzle) -> str:
    """Which solver finds another length than breadth-first search; empty when none does."""
    maze, goal = puzzle.maze, puzzle.goal
    found = {"a_star": len(a_star(maze, goal)) - 1, "dijkstra": int(dijkstra(maze, goal)[1])}
    if puzzle.walled and is_tree(maze):
        found["dead_ends"] = len(fill_dead_ends(maze, goal)) - 1
        found["right_hand"] = len(follow_wall(maze, goal)) - 1
    return ", ".join(f"{name} {steps}" for name, steps in found.items() if steps != puzzle.shortest)


def _walked(trace: Trace, puzzle: Puzzle) -> str | None:
    """How the answer fails on the stored rows, or None."""
    truth = trace.ground_truth
    if puzzle.kind == "yes_no":
        crossed = any(truth["rows"][r][c] == "H" for r, c in truth["path"])
        return None if (trace.answer == "No") == crossed else "the path says otherwise"
    moves = boxed_moves(f"\\boxed{{{trace.answer}}}")
    result = walk_board(truth["rows"], moves or [])
    if result.ended != "goal" or list(result.cell) != truth["goal"]:
        return f"ends with {result.ended} at {result.cell}"
    return None if len(moves or []) == truth["shortest"] else f"{len(moves or [])} moves, not {truth['shortest']}"
