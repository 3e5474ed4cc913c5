"""What is said about a maze: question and thoughts, from the puzzle's facts. Positions are (row, column) from 1.

Covered: all kinds of puzzle. Not covered: the wording itself (`wording.toml`).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from mmrecipes.recipes.thinkmorph.navigation.mazes import Puzzle
from mmrecipes.recipes.thinkmorph.wording import say
from mmrecipes.render.mazes.maze import Cell, moves_along
from mmrecipes.render.mazes.solve import distances, manhattan
from mmrecipes.world.wording import listed

EXAMPLES = ("D,R,D", "L,U,U", "R,R,U", "U,L,D,L")
"""Of the form of an answer."""
TASK = "navigation"
NAMES = {"L": "left", "R": "right", "U": "up", "D": "down"}


@dataclass(frozen=True, slots=True)
class Words:
    """How a theme calls things: safe squares, a hole, holes, the goal."""

    safe: str
    hazard: str
    hazards: str
    goal: str


def at(cell: Cell) -> str:
    """A position as thoughts give it: row and column from 1."""
    return f"({cell[0] + 1},{cell[1] + 1})"


def moves(count: int) -> str:
    return "1 move" if count == 1 else f"{count} moves"


def question(puzzle: Puzzle, words: Words, edge: str, rng: random.Random) -> str:
    """Scene, rules, what is asked, form of the answer."""
    maze, board = puzzle.maze, "walls" if puzzle.walled else "tiles"
    slots = {
        "n": str(maze.rows), "safe": words.safe, "hazard": words.hazard, "hazards": words.hazards, "goal": words.goal,
        "example": rng.choice([e for e in EXAMPLES if e != answer(puzzle)]),
    }  # fmt: skip
    asked = {"two_ends": "nearest", "yes_no": "safe"}.get(puzzle.kind, "path")
    slots["edge"] = say(TASK, f"edge_{edge}", rng)
    intro = "intro_two" if puzzle.kind == "two_ends" else f"intro_{board}"
    said = [say(TASK, p, rng, **slots) for p in (intro, f"rules_{board}")]
    if puzzle.kind == "start_text":
        said.append("\n".join([say(TASK, "board_text", rng, **slots), *puzzle.ground_truth()["rows"]]) + "\n")
    form = "form_safe" if asked == "safe" else "form_path"
    said += [say(TASK, p, rng, **slots) for p in (f"ask_{asked}", form)]
    return " ".join(said).replace("\n ", "\n")


def answer(puzzle: Puzzle) -> str:
    """Moves separated by commas; Yes or No of a path that is asked about."""
    if puzzle.kind == "yes_no":
        return "Yes" if puzzle.safe else "No"
    return ",".join(moves_along(puzzle.path))


def thoughts(puzzle: Puzzle, words: Words, rng: random.Random) -> tuple[str, str, str]:
    """Before the drawing, after it, and without one. The last tells the facts anew, in words of its own."""
    said = _Said(puzzle, words, rng)
    first = [*said.seen(), *said.considered(), said.drawn()]
    second = [said.walked("follow"), said.verdict(), said.concluded()]
    alone = [*said.seen(), *said.considered(), said.walked("walk"), said.verdict(), said.concluded()]
    return tuple(" ".join(s for s in part if s) for part in (first, second, alone))  # type: ignore[return-value]


class _Said:
    """Sentences about one puzzle, worded anew at each call."""

    def __init__(self, puzzle: Puzzle, words: Words, rng: random.Random) -> None:
        self.puzzle, self.rng = puzzle, rng
        self.maze = puzzle.maze
        self.board = "walls" if puzzle.walled else "tiles"
        self.slots = {
            "n": str(self.maze.rows), "cells": str(self.maze.rows * self.maze.columns), "safe": words.safe,
            "hazard": words.hazard, "hazards": words.hazards, "goal": words.goal, "start": at(self.maze.start),
            "end": at(puzzle.goal), "ends": listed([at(g) for g in self.maze.goals]),
            "length": moves(len(puzzle.path) - 1), "answer": answer(puzzle),
            "legs": legs(puzzle.proposed or puzzle.path),
            "walk": "→".join(map(at, puzzle.path)),
        }  # fmt: skip

    def say(self, pattern: str, **slots: str) -> str:
        return say(TASK, pattern, self.rng, **{**self.slots, **slots})

    def seen(self) -> list[str]:
        """Size, ends and obstacles; ends and obstacles in either order."""
        ends = self.say("ends_two" if len(self.maze.goals) > 1 else "ends")
        obstacles = self._openings() if self.puzzle.walled else self._holes()
        rest = [ends, obstacles]
        if self.rng.random() < 0.4:
            rest.reverse()
        return [self.say(f"size_{self.board}"), *rest]

    def _holes(self) -> str:
        holes = sorted(self.maze.holes)
        if not holes:
            return self.say("no_holes")
        pattern = "holes" if len(holes) > 1 else "one_hole"
        return self.say(pattern, many=f"{len(holes)} {self.slots['hazards']}", holes=listed([at(h) for h in holes]))

    def _openings(self) -> str:
        def ways(cell: Cell) -> str:
            return listed([NAMES[m] for m in moves_from(cell)])

        def moves_from(cell: Cell) -> list[str]:
            return [m for to in self.maze.neighbours(cell) for m in moves_along([cell, to])]

        sides = {"left": "the left", "right": "the right", "up": "above", "down": "below"}
        entries = listed([sides[NAMES[m]] for m in moves_from(self.puzzle.goal)], "or")
        return self.say("exits", exits=ways(self.maze.start), entries=entries)

    def considered(self) -> list[str]:
        """Why this way: the distance, whether a detour is needed, the plan in stretches."""
        puzzle, maze = self.puzzle, self.maze
        if puzzle.kind == "yes_no":
            return [self.say("path")]
        said = []
        if len(maze.goals) > 1:
            other = next(g for g in maze.goals if g != puzzle.goal)
            far = moves(distances(maze, maze.start)[other])
            said.append(self.say("nearest", other=at(other), other_length=far))
        least = manhattan(maze.start, puzzle.goal)
        said.append(self.say("offset", offset=offset(maze.start, puzzle.goal), manhattan=moves(least)))
        if puzzle.shortest > least:
            said.append(self.say("detour", extra=moves(puzzle.shortest - least)))
        else:
            said.append(self.say("direct_walls" if puzzle.walled else "direct"))
        return [*said, self.say("plan")]

    def drawn(self) -> str:
        return self.say("path_draw" if self.puzzle.kind == "yes_no" else "draw")

    def walked(self, pattern: str) -> str:
        return self.say(pattern)

    def verdict(self) -> str:
        if self.puzzle.kind != "yes_no":
            return " ".join((self.say(f"clear_{self.board}"), self.say("count")))
        if self.puzzle.safe:
            return self.say("path_holds")
        return self.say("path_falls", hole=at(self.puzzle.path[-1]))

    def concluded(self) -> str:
        return self.say("path_answer" if self.puzzle.kind == "yes_no" else "answer")


def legs(path: Sequence[Cell]) -> str:
    """ "right along row 1 to column 3, then down column 3 to row 4"."""
    runs: list[tuple[str, Cell]] = []
    for (a, b), move in zip(itertools.pairwise(path), moves_along(path), strict=True):
        if runs and runs[-1][0] == move:
            runs[-1] = (move, b)
        else:
            runs.append((move, b))
        assert a != b
    said = [
        f"{NAMES[m]} along row {to[0] + 1} to column {to[1] + 1}" if m in "LR" else
        f"{NAMES[m]} column {to[1] + 1} to row {to[0] + 1}"
        for m, to in runs
    ]  # fmt: skip
    return ", then ".join(said)


def offset(start: Cell, goal: Cell) -> str:
    """ "2 rows below and 1 column to the right"."""
    dr, dc = goal[0] - start[0], goal[1] - start[1]
    down = f"{abs(dr)} {'row' if abs(dr) == 1 else 'rows'} {'down' if dr > 0 else 'up'}"
    across = f"{abs(dc)} {'column' if abs(dc) == 1 else 'columns'} to the {'right' if dc > 0 else 'left'}"
    return " and ".join(text for text, d in ((down, dr), (across, dc)) if d)
