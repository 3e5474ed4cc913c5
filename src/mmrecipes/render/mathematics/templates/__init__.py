"""All templates, and which of them makes the problem of an index: step counts in equal shares, templates in turn."""

from __future__ import annotations

import random
from collections.abc import Mapping

from mmrecipes.core.identity import turn
from mmrecipes.render.mathematics.difficulty import NONE, moved_length
from mmrecipes.render.mathematics.problem import Problem
from mmrecipes.render.mathematics.template import Template, make
from mmrecipes.render.mathematics.templates import algebra, calculus, geometry, linear_algebra, statistics

TEMPLATES: dict[str, Template] = {
    t.name: t for field in (algebra, geometry, calculus, statistics, linear_algebra) for t in field.TEMPLATES
}
LENGTHS = tuple(range(2, 8))
"""Numbers of steps; each has the same share of the problems."""
BY_LENGTH: dict[int, tuple[Template, ...]] = {
    n: tuple(t for t in TEMPLATES.values() if n in t.lengths) for n in LENGTHS
}  # fmt: skip


def chosen(index: int) -> tuple[Template, int]:
    """Template and number of steps of the problem at an index."""
    length = LENGTHS[turn(index, len(LENGTHS), "mathematics-steps")]
    pool = BY_LENGTH[length]
    return pool[turn(index // len(LENGTHS), len(pool), "mathematics-template", length)], length


def random_problem(rng: random.Random, index: int, moves: Mapping[str, int] = NONE) -> Problem:
    """The problem of an index; `moves` make templates longer or shorter (see `difficulty`). Raises `Refused` when no
    parameters do."""
    template, length = chosen(index)
    return make(template, moved_length(template.lengths, length, moves.get(template.name, 0)), rng)
