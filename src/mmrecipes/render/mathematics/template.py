"""The base of all problem templates, and what makes a problem of one."""

from __future__ import annotations

import random
import re
from typing import ClassVar

from mmrecipes.render.mathematics.figure import Figure
from mmrecipes.render.mathematics.phrases import Words, bank_of
from mmrecipes.render.mathematics.problem import Claim, Derivation, Field, Params, Problem, Refused, Table


class Template:
    """A kind of problem. `lengths` are the numbers of steps it can have; `grade` is the level at two steps; `slips`
    name the mistakes that `derive` can make on purpose."""

    name: ClassVar[str]
    field: ClassVar[Field]
    concepts: ClassVar[tuple[str, ...]]
    grade: ClassVar[float]
    lengths: ClassVar[tuple[int, ...]]
    slips: ClassVar[tuple[str, ...]]

    def sample(self, rng: random.Random, length: int) -> Params:
        """Parameters whose derivation has `length` steps. Raises `Refused`."""
        raise NotImplementedError

    def derive(self, p: Params, slip: str | None = None) -> Derivation:
        """The worked solution; with a slip, the one of someone who makes that mistake. Raises `Refused`."""
        raise NotImplementedError

    def pose(self, p: Params, say: Words) -> tuple[str, ...]:
        """The statement, one text per paragraph."""
        raise NotImplementedError

    def claims(self, p: Params) -> tuple[Claim, ...]:
        """What the answer must fulfil in the problem as posed."""
        raise NotImplementedError

    def figure(self, p: Params) -> Figure | None:
        return None

    def table(self, p: Params) -> Table | None:
        return None

    def about(self, p: Params) -> tuple[str, ...]:
        """Concepts of this problem; more than the template's own where parameters bring them in."""
        return self.concepts


BANDS = ((3, "primary"), (5, "middle"), (7, "high"), (10, "university"))


def band(level: int) -> str:
    """School band of a level 1..10."""
    return next(name for top, name in BANDS if level <= top)


def level_of(grade: float, steps: int, concepts: int, texts: tuple[str, ...]) -> int:
    """1..10: the template's grade, 0.7 per step beyond two, 0.4 per concept beyond one, 0.5 each for operands of two
    and of three digits."""
    digits = max((len(n) for t in texts for n in re.findall(r"\d+", t)), default=1)
    size = 0.5 * min(2, digits - 1)
    return max(1, min(10, round(grade + 0.7 * (steps - 2) + 0.4 * (concepts - 1) + size)))


ATTEMPTS = 300


def make(template: Template, length: int, rng: random.Random) -> Problem:
    """A problem of this template with `length` steps. Raises `Refused` when no parameters do after `ATTEMPTS`."""
    refused: Refused | None = None
    for _ in range(ATTEMPTS):
        try:
            return _made(template, length, rng)
        except Refused as e:
            refused = e
    raise Refused("no_parameters", f"{template.name} with {length} steps: {refused}")


def _made(template: Template, length: int, rng: random.Random) -> Problem:
    p = template.sample(rng, length)
    derivation = template.derive(p)
    if len(derivation.steps) != length:
        raise Refused("other_length", f"{len(derivation.steps)} steps")
    say = Words(rng, bank_of(template.field).get(template.name))
    concepts = template.about(p)
    statement = template.pose(p, say)
    return Problem(
        template.name, template.field, concepts, p, statement, f"{template.name}/{say.id}", derivation,
        template.claims(p), level_of(template.grade, length, len(concepts), statement), template.figure(p),
        template.table(p), _wrong(template, p, derivation),
    )  # fmt: skip


def _wrong(template: Template, p: Params, right: Derivation) -> dict[str, Derivation]:
    """Where the named mistakes lead, for those that change the answer and stay within the bounds."""
    found: dict[str, Derivation] = {}
    for slip in template.slips:
        try:
            other = template.derive(p, slip)
        except (Refused, ZeroDivisionError):
            continue
        if other.answer.value != right.answer.value:
            found[slip] = other
    return found


def pick(rng: random.Random, low: int, high: int, *without: int) -> int:
    """A whole number from low to high that is none of those."""
    while (found := rng.randint(low, high)) in without:
        pass
    return found
