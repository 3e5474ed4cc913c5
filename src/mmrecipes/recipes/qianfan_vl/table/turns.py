"""Which turn a table sample makes, which questions it asks, and how hard that is.

Covered: turn kinds in turn of the index, operations spread evenly, answer styles, difficulty from structure and
operation. Not covered: phrases (see `wording`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmrecipes.core.identity import turn
from mmrecipes.recipes.qianfan_vl.table.wording import Style, Turn, word_query, word_structure
from mmrecipes.recipes.qianfan_vl.table.wording_zh import word_query_zh
from mmrecipes.render.tables.answers import Answer, Query
from mmrecipes.render.tables.proposals import propose
from mmrecipes.render.tables.queries import OPERATIONS, evaluate
from mmrecipes.render.tables.view import TableView

TurnKind = Literal["html", "latex", "tokens", "skeleton", "question", "dialogue"]
_SHARES: dict[TurnKind, int] = {"html": 5, "latex": 4, "tokens": 1, "skeleton": 1, "question": 5, "dialogue": 4}
CYCLE: tuple[TurnKind, ...] = tuple(kind for kind, share in _SHARES.items() for _ in range(share))
"""Shares of the turn kinds; one round of this length has exactly these."""

_WEIGHTS = {"follow": 11.0, "footnote": 7.0, "footnoted": 5.5, "sum_under": 5.0, "children": 2.0, "sum_where": 2.0}
"""How much more often an operation is tried where it is possible: the inverse of how many tables allow it."""

STEPS: dict[str, int] = {
    "cell": 1, "lookup": 1, "header_of": 1, "children": 1, "find_row": 2, "footnote": 2, "footnoted": 2, "compare": 2,
    "extreme": 3, "extreme_value": 3, "count": 3, "difference": 3, "follow": 3, "rank": 4, "kth": 4, "sum": 4,
    "mean": 4, "sum_under": 4, "lookup_at_extreme": 4, "spread": 4, "sum_where": 5,
}  # fmt: skip
"""Reading and reasoning steps of an operation, not counting its operands."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The written forms of a table."""

    html: str
    latex: str
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a sample says: its turns, and for each question the query with its answer (none for written forms)."""

    kind: TurnKind
    turns: tuple[Turn, ...]
    asked: tuple[tuple[Query, Answer], ...] = ()


def turn_kind(index: int) -> TurnKind:
    """The kind of the sample at this index."""
    return CYCLE[turn(index, len(CYCLE), "table-turn")]


def structure_turn(kind: TurnKind, targets: Targets, outside: bool, rng: random.Random, language: str = "en") -> Turn:
    """A request for the whole table in one of its written forms. `outside`: caption or notes stand around the grid."""
    fenced = kind != "tokens" and rng.random() < 0.25
    outside = outside and kind in ("html", "latex")
    question, template = word_structure(kind, rng, language, fenced=fenced, outside=outside)
    answer = written(kind, targets)
    if fenced:
        answer = f"```{'latex' if kind == 'latex' else 'html'}\n{answer}\n```"
    return Turn(question, answer, template, "short")


def written(kind: TurnKind, targets: Targets) -> str:
    """The target a structure turn asks for."""
    if kind == "html":
        return targets.html
    if kind == "latex":
        return targets.latex
    if kind == "tokens":
        return json.dumps(targets.tokens, ensure_ascii=False)
    return f"<table>{''.join(targets.tokens)}</table>"


def ask(view: TableView, count: int, rng: random.Random) -> list[tuple[Query, Answer, Turn]]:
    """Up to `count` questions of different operations with their answers, in words."""
    found: list[tuple[Query, Answer, Turn]] = []
    wording = word_query_zh if view.grid.language == "zh" else word_query
    for op in _shuffled(rng):
        if len(found) == count:
            break
        query = propose(view, rng, op)
        if query is not None:
            answer = evaluate(view, query)
            style: Style = rng.choices(("short", "sentence", "steps"), (4, 3, 3))[0]
            found.append((query, answer, wording(view, query, answer, rng, style, follow_up=bool(found))))
    return found


def _shuffled(rng: random.Random) -> list[str]:
    """All operations in random order, heavier ones earlier (Efraimidis & Spirakis 2006, weighted sampling)."""
    return sorted(OPERATIONS, key=lambda op: rng.random() ** (1 / _WEIGHTS.get(op, 1.0)), reverse=True)


def difficulty(kind: TurnKind, structure: int, asked: Sequence[tuple[Query, Answer]]) -> int:
    """1..10. `structure` is the table's own 1..5. Writing a table down: twice that (one less without the texts).
    Answering: steps of the hardest operation, one more per five operands (three at most), half the structure."""
    if kind in ("html", "latex"):
        return 2 * structure
    if kind in ("tokens", "skeleton"):
        return 2 * structure - 1
    hardest = max(STEPS[q.op] + min(3, len(a.operands) // 5) for q, a in asked)
    return min(10, hardest + structure // 2)
