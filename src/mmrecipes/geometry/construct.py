"""Figures at random: one or two substrates, then rounds of operations, restarted when a round finds nothing.

The random numbers come from the caller; the same generator state gives the same figure.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from mmrecipes.core.errors import UsageError
from mmrecipes.geometry.figure import Degenerate, Figure
from mmrecipes.geometry.operations import OPERATIONS
from mmrecipes.geometry.substrates import FAMILY_WEIGHTS, SUBSTRATES, lay_substrate
from mmrecipes.geometry.substrates.substrate import free_sides

ROUNDS: dict[int, tuple[tuple[int, int], tuple[int, int]]] = {
    1: ((1, 1), (1, 1)), 2: ((1, 1), (2, 2)), 3: ((1, 1), (3, 3)), 4: ((1, 2), (4, 4)), 5: ((2, 2), (5, 6)),
}  # fmt: skip
"""Per difficulty: how many substrates and how many operations, (least, most)."""
_DRAWS, _RESTARTS, _SHAPES = 30, 40, 5
_GREATEST = 1_000_000
"""Denominators of coordinates stay below: beyond, no length is one that anybody would ask."""
_ROUND = {"chord", "diameter", "radius", "chord_midperp", "inscribed_angle", "tangent_at", "tangents_from",
          "outside_tangents", "secant", "intersecting_chords", "cyclic_vertex", "rotate_copy"}  # fmt: skip
DEFAULT_OPERATIONS: dict[str, float] = {name: 4.0 if name in _ROUND else 1.0 for name in OPERATIONS}
"""What needs a circle or a turned triangle applies to few figures and is preferred there."""


def construct(rng: random.Random, difficulty: int = 3, *, substrates: Mapping[str, float] | None = None,
              operations: Mapping[str, float] | None = None, rounds: int | None = None) -> Figure:  # fmt: skip
    """A figure that passes every rejection. `substrates`, `operations`: weights by name (default: the families'
    weights, and `DEFAULT_OPERATIONS`); `rounds`: the number of operations, else by difficulty 1 to 5. Roots in given
    sizes from difficulty 3.

    Raises UsageError on unknown names, weights that are all zero, or operations that never apply.
    """
    if difficulty not in ROUNDS:
        raise UsageError(f"difficulty is {difficulty}; it goes from 1 to 5")
    shapes = _weights("substrates", substrates or default_substrate_weights(), SUBSTRATES)
    moves = _weights("operations", operations or DEFAULT_OPERATIONS, OPERATIONS)
    for _ in range(_SHAPES):
        first = pick(rng, shapes)
        for _ in range(_RESTARTS):
            if (figure := _attempt(rng, difficulty, first, shapes, moves, rounds)) is not None:
                return figure
    raise UsageError(
        f"operations: none of {', '.join(moves)} could be applied {rounds or ROUNDS[difficulty][1][0]} times to "
        f"{', '.join(shapes)} in {_SHAPES * _RESTARTS} figures"
    )


def default_substrate_weights() -> dict[str, float]:
    """The families' weights, shared evenly within each."""
    members = {family: [s.name for s in SUBSTRATES.values() if s.family == family] for family in FAMILY_WEIGHTS}
    return {name: FAMILY_WEIGHTS[family] / len(names) for family, names in members.items() for name in names}


def _weights(field: str, weights: Mapping[str, float], known: Mapping[str, object]) -> dict[str, float]:
    if unknown := sorted(set(weights) - set(known)):
        raise UsageError(f"{field}: {unknown[0]!r} is unknown; there are {', '.join(known)}")
    if any(w < 0 for w in weights.values()) or not any(w > 0 for w in weights.values()):
        raise UsageError(f"{field}: the weights must not be negative and not all zero")
    return {name: w for name, w in weights.items() if w > 0}


def _attempt(rng: random.Random, difficulty: int, first: str, shapes: dict[str, float], moves: dict[str, float],
             rounds: int | None) -> Figure | None:  # fmt: skip
    bounds, operation_bounds = ROUNDS[difficulty]
    figure = _first(rng, difficulty >= 3, first)
    wanted = rng.randint(*bounds)
    left = rounds if rounds is not None else rng.randint(*operation_bounds)
    second_at = rng.randint(0, left) if wanted == 2 else -1
    for i in range(left + 1):
        if i == second_at:
            figure = figure and attach(rng, figure, difficulty >= 3, shapes)
        if figure is None:
            return None
        if i < left:
            figure = operate(rng, figure, moves)
    return figure


def _first(rng: random.Random, radicals: bool, name: str) -> Figure | None:
    for _ in range(_DRAWS):
        parameters = SUBSTRATES[name].sample(rng, radicals, None)
        if parameters is not None:
            try:
                return lay_substrate(name, parameters)
            except Degenerate:
                continue
    return None


def attach(rng: random.Random, figure: Figure, radicals: bool, shapes: Mapping[str, float]) -> Figure | None:
    """A second substrate on a free side whose length its parameters can take; None if 30 draws find none."""
    bases = [(base, figure.length(*base)) for base in free_sides(figure)]
    known = [(base, length) for base, length in bases if length is not None and len(length.coefficients) == 1]
    laid = {name: w for name, w in shapes.items() if SUBSTRATES[name].family != "circle"}
    if not known:
        return None
    for _ in range(_DRAWS):
        name = pick(rng, laid or default_attached())
        base, length = rng.choice(known)
        parameters = SUBSTRATES[name].sample(rng, radicals, length)
        if parameters is not None:
            try:
                return lay_substrate(name, parameters, figure, base)
            except (Degenerate, UsageError):
                continue
    return None


def default_attached() -> dict[str, float]:
    """The substrates that can be laid on a side, by the families' weights."""
    return {name: w for name, w in default_substrate_weights().items() if SUBSTRATES[name].family != "circle"}


def operate(rng: random.Random, figure: Figure, weights: Mapping[str, float]) -> Figure | None:
    """One operation more: names by weight, less likely the more often they are in the figure, then one of the
    operation's moves; None if 30 draws make nothing that can be shown."""
    used = [step.name for step in figure.steps]
    novel = {name: weight / 4.0 ** used.count(name) for name, weight in weights.items()}
    moves: dict[str, Sequence] = {}
    for _ in range(_DRAWS):
        if not novel:
            return None
        name = pick(rng, novel)
        if name not in moves:
            moves[name] = list(OPERATIONS[name].moves(figure))
        if not moves[name]:
            del novel[name]
            continue
        try:
            made = OPERATIONS[name].apply(figure, *rng.choice(moves[name]))
        except Degenerate:
            continue
        if all(p.x.den < _GREATEST and p.y.den < _GREATEST for p in made.points.values()):
            return made
    return None


def pick(rng: random.Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), weights=list(weights.values()))[0]
