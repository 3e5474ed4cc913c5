"""Scoring what a model answers: boxed moves walked on a board, option letters, drawn boxes.

Covered: moves in the last `\\boxed{…}`, with or without commas, blanks or words; boards with holes and with walls as
text; the letter of a multiple choice; intersection over union. A reply that cannot be read scores as None or `False`,
never as an answer. Not covered: judging free text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.core.boxes import Box, iou

_STEPS = {"L": (0, -1), "R": (0, 1), "U": (-1, 0), "D": (1, 0)}
_WORDS = {"LEFT": "L", "RIGHT": "R", "UP": "U", "DOWN": "D"}
Ended = Literal["goal", "short", "hole", "wall", "edge"]


def boxed(text: str) -> str | None:
    """What stands in the last complete `\\boxed{…}` (braces may nest), stripped; None without one or when the last one
    is cut off or empty."""
    start = text.rfind("\\boxed{")
    if start < 0:
        return None
    depth, begin = 0, start + len("\\boxed{")
    for at in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth < 0:
            return text[begin:at].strip() or None
    return None


def answer_text(reply: str) -> str | None:
    """The final answer of a reply: its last box, else what its last answer tags hold."""
    if (inside := boxed(reply)) is not None:
        return inside
    tagged = re.findall(r"<answer>(.*?)</answer>", reply, re.S)
    return tagged[-1].strip() or None if tagged else None


def boxed_moves(reply: str) -> list[str] | None:
    """The moves of the last box as letters; None when there is no box or something else stands in it."""
    inside = boxed(reply)
    if inside is None:
        return None
    inside = re.sub(r"\\text\{(.*?)\}", r"\1", inside)
    parts = [p for p in re.split(r"[\s,;→>-]+", inside.upper()) if p]
    moves = [m for p in parts for m in ([_WORDS[p]] if p in _WORDS else p)]
    return moves if moves and all(m in _STEPS for m in moves) else None


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk ended, by what, and after how many moves."""

    cell: tuple[int, int]
    ended: Ended
    steps: int


def walk_board(rows: Sequence[str], moves: Sequence[str]) -> Walk:
    """Walk moves on a board of S, F, H and G, or on one drawn with `+`, `-` and `|`. A hole, a wall or the edge ends
    the walk. Raises `ValueError` for a board without a start."""
    walled = rows[0].startswith("+")
    scale, shift = (2, 1) if walled else (1, 0)
    starts = [(r, line.index("S")) for r, line in enumerate(rows) if "S" in line]
    if len(starts) != 1:
        raise ValueError(f"the board has {len(starts)} starts")
    r, c = starts[0]
    for count, move in enumerate(moves):
        dr, dc = _STEPS[move]
        here = ((r - shift) // scale, (c - shift) // scale)
        to = (r + scale * dr, c + scale * dc)
        if not (0 <= to[0] < len(rows) and 0 <= to[1] < len(rows[0])):
            return Walk(here, "edge", count)
        if walled and rows[r + dr][c + dc] in "-|":
            return Walk(here, "wall", count)
        r, c = to
        if rows[r][c] == "H":
            return Walk((r, c), "hole", count + 1)
    return Walk(((r - shift) // scale, (c - shift) // scale), "goal" if rows[r][c] == "G" else "short", len(moves))


def score_moves(reply: str, rows: Sequence[str], shortest: int | None = None) -> bool:
    """Whether the boxed moves lead to a goal; with `shortest` in that many moves."""
    moves = boxed_moves(reply)
    if moves is None:
        return False
    return walk_board(rows, moves).ended == "goal" and (shortest is None or len(moves) == shortest)


def option_letter(reply: str, letters: str = "ABCD") -> str | None:
    """The option that a reply chooses: in its box or answer tags, else the one letter it names; None when it names none
    or several."""
    final = answer_text(reply)
    text = (final if final is not None else reply).strip()
    alone = re.fullmatch(rf"\(?([{letters}{letters.lower()}])\)?[.:]?(\s.*)?", text, re.S)
    if alone and (final is not None or not alone[2]):
        return alone[1].upper()
    named = set(re.findall(rf"\(([{letters}])\)|\b(?:option|answer is|answer:)\s*\(?([{letters}])\b", text))
    chosen = {a or b for a, b in named}
    return chosen.pop() if len(chosen) == 1 else None


def score_box(drawn: Box, truth: Box, least: float = 0.5) -> bool:
    """Whether a drawn rectangle meets the true one with at least this intersection over union."""
    return iou(drawn, truth) >= least
