"""What is true of a trace, found again from its pictures and texts by code of its own: nothing of the makers is called
but to calibrate the tile reader."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Part, Sample

Pixels = npt.NDArray[np.uint8]
Place = tuple[int, int]
STEP = {"L": (0, -1), "R": (0, 1), "U": (-1, 0), "D": (1, 0)}
TILE = 64


def simulate(rows: Sequence[str], moves: str) -> tuple[list[Place], str]:
    """Cells visited and the letter of the last one; `#` when the board was left."""
    here = next((r, c) for r, row in enumerate(rows) for c, ch in enumerate(row) if ch == "S")
    seen = [here]
    for move in moves.split(","):
        here = (here[0] + STEP[move][0], here[1] + STEP[move][1])
        if min(here) < 0 or here[0] >= len(rows) or here[1] >= len(rows[0]):
            return seen, "#"
        seen.append(here)
        if rows[here[0]][here[1]] == "H":
            break
    return seen, rows[here[0]][here[1]]


@functools.cache
def templates(theme: str) -> dict[str, list[Pixels]]:
    """Tiles cut from boards whose letters are known."""
    from mmrecipes.render.mazes.draw import draw_tiles
    from mmrecipes.render.mazes.maze import Maze
    from mmrecipes.render.mazes.themes import TILE_THEMES

    look = next(t for t in TILE_THEMES if t.name == theme)
    found: dict[str, list[Pixels]] = {"F": [], "H": [], "S": [], "G": []}
    for holes in (frozenset((r, c) for r in range(5) for c in range(5)), frozenset[Place]()):
        board = draw_tiles(Maze(5, 5, (0, 0), ((0, 1),), holes - {(0, 0), (0, 1)}), look)
        for r in range(5):
            for c in range(5):
                letter = "S" if (r, c) == (0, 0) else "G" if (r, c) == (0, 1) else "H" if (r, c) in holes else "F"
                found[letter].append(small(board[r * TILE : r * TILE + TILE, c * TILE : c * TILE + TILE]))
    return {letter: list({t.tobytes(): t for t in tiles}.values()) for letter, tiles in found.items()}


def small(tile: Pixels) -> Pixels:
    return np.asarray(cv2.resize(tile, (16, 16), interpolation=cv2.INTER_AREA), np.uint8)


def read_board(picture: Pixels, theme: str) -> list[str]:
    """The letters of a board by the best matching template."""
    known = templates(theme)

    def letter(cut: Pixels) -> str:
        tile = small(cut)
        scores = {
            name: max(cv2.matchTemplate(tile, t, cv2.TM_CCOEFF_NORMED)[0, 0] - np.abs(tile.mean() - t.mean()) / 255
                      for t in tiles)
            for name, tiles in known.items()
        }  # fmt: skip
        return max(scores, key=lambda n: scores[n])

    n_rows, n_columns = picture.shape[0] // TILE, picture.shape[1] // TILE
    cut = [[picture[r * TILE : r * TILE + TILE, c * TILE : c * TILE + TILE] for c in range(n_columns)]
           for r in range(n_rows)]  # fmt: skip
    return ["".join(letter(t) for t in row) for row in cut]


def read_walls(picture: Pixels, count: int) -> list[str]:
    """The lines of a maze with walls: a border is a wall where its middle is unlike the floor beside it."""
    side, margin = (picture.shape[0] - 32) // count, 16

    def unlike(x: float, y: float, dx: float, dy: float) -> bool:
        high, wide = picture.shape[0] - 1, picture.shape[1] - 1
        spots = [(min(max(y + k * dy, 0), high), min(max(x + k * dx, 0), wide)) for k in (-0.3, 0, 0.3)]
        at = [picture[round(row), round(column)].astype(int) for row, column in spots]
        return min(np.abs(at[1] - at[0]).sum(), np.abs(at[1] - at[2]).sum()) > 60

    lines = []
    for r in range(count + 1):
        tops = [unlike(margin + (c + 0.5) * side, margin + r * side, 0, side) for c in range(count)]
        lines.append("+" + "+".join("-" if t else " " for t in tops) + "+")
        if r < count:
            sides = [unlike(margin + c * side, margin + (r + 0.5) * side, side, 0) for c in range(count + 1)]
            lines.append(" ".join("|" if s else " " for s in sides))
    return lines


def places(text: str) -> list[Place]:
    """Positions of a text, counted from 0."""
    return [(int(r) - 1, int(c) - 1) for r, c in re.findall(r"\((\d+),(\d+)\)", text)]


def sentence(text: str, *words: str) -> str:
    """The first sentence with a position and one of the words."""
    for part in re.split(r"(?<=\.)\s", text):
        if re.search(r"\(\d+,\d+\)", part) and any(w in part for w in words):
            return part
    return ""


def pictures(sample: Sample) -> tuple[Pixels, Pixels]:
    first = sample.messages[0].parts[0].image
    later = next((p.image for p in sample.messages[1].parts if p.image), None)
    later = later or sample.extras[0].image.sha256
    assert first is not None
    return sample.image(first).decode(), sample.image(later).decode()


def with_pictures(sample: Sample, problem: Image, reasoning: Image) -> Sample:
    """The sample with other pictures in the same places."""
    to = {sample.images[0].sha256: problem.sha256, sample.images[1].sha256: reasoning.sha256}
    turns = (replace(m, parts=tuple(p if p.image is None else Part(image=to[p.image]) for p in m.parts))
             for m in sample.messages)  # fmt: skip
    return sample.having(images=(problem, reasoning), messages=tuple(turns))


def without_marks(thought: str) -> str:
    """The thought without the words for what will be drawn."""
    return re.sub(r"red (box|area|arrow|path)", "", thought)


def trace(sample: Sample) -> dict[str, Any]:
    return dict(sample.truth["trace"])


def path_problems(before: Pixels, after: Pixels, cells: Sequence[Place], side: int, margin: int) -> list[str]:
    """What is wrong with a drawn path: pixels changed away from it, a line that is not red, a move without a head at
    its end."""
    found = []
    changed = np.abs(before.astype(int) - after.astype(int)).max(axis=2) > 0
    ends = [(margin + round((c + 0.5) * side), margin + round((r + 0.5) * side)) for r, c in cells]
    near = np.zeros(changed.shape, np.uint8)
    for a, b in itertools.pairwise(ends):
        cv2.line(near, a, b, 255, 1)
    near = cv2.dilate(near, np.ones((13, 13), np.uint8))
    if (changed & (near == 0)).any():
        found.append("changed away from the path")
    red = np.abs(after.astype(int) - (220, 20, 20)).max(axis=2) < 40
    for (x0, y0), (x1, y1) in itertools.pairwise(ends):
        if x0 != x1:  # as a strip that runs along its columns, in the direction of the move
            strip = red[y0 - 6 : y0 + 7, min(x0, x1) : max(x0, x1) + 1][:, :: 1 if x1 > x0 else -1]
        else:
            strip = red[min(y0, y1) : max(y0, y1) + 1, x0 - 6 : x0 + 7].T[:, :: 1 if y1 > y0 else -1]
        wide = strip.sum(axis=0)
        if not strip[6, 1 : side - 1].all():
            found.append("the middle line is not red")
        if not (wide[side - 9 : side - 3].max() >= 6 and wide[9 : side - 12].max() <= 3):
            found.append("no arrow head at the end of a move")
    return found


def navigation_problems(sample: Sample) -> list[str]:
    """Everything that is wrong with a board of holes and its trace."""
    told, meta = trace(sample), sample.meta
    before, after = pictures(sample)
    rows = read_board(before, meta["theme"])
    found = [] if rows == told["ground_truth"]["rows"] else [f"the picture shows {rows}"]
    cells, ended = simulate(rows, told["answer"])
    if ended != "G" or len(cells) - 1 != told["ground_truth"]["shortest"]:
        found.append(f"the answer ends on {ended} after {len(cells) - 1}")
    found += path_problems(before, after, cells, TILE, 0)
    for name in ("resoning_thought_0", "full_text_only_thought"):
        found += board_problems(told[name], rows)
    for name in ("resoning_thought_1", "full_text_only_thought"):
        walked = re.search(r"\(\d+,\d+\)(?:→\(\d+,\d+\))+", told[name])
        if walked is None or places(walked[0]) != cells:
            found.append(f"{name} walks elsewhere")
    return found


def board_problems(thought: str, rows: Sequence[str]) -> list[str]:
    """Start, goals and holes as a thought lists them, against the letters."""
    listed = {ch: {(r, c) for r, row in enumerate(rows) for c, x in enumerate(row) if x == ch} for ch in "SGH"}
    start = re.search(r"(?:start is at|I start at|figure is at) (\(\d+,\d+\))", thought)
    holes = places(sentence(thought, "hole", "pit", "pond", "gap", "hatch", "squares to avoid", "must avoid"))
    ends = places(sentence(thought, "start is", "I start", "figure is"))
    found = [] if start and set(places(start[0])) == listed["S"] else ["start"]
    found += [] if set(ends) == listed["S"] | listed["G"] else ["goals"]
    return [f"the thought is wrong about {f}" for f in [*found, *(["holes"] if set(holes) != listed["H"] else [])]]
