"""How a theorem is matched: an order in which its premises bind the variables, worked out once per theorem.

The first premise starts a match: if it is seen in the drawing, every row of its kind does; if it is a relation, every
fact of its kind does, when it becomes known. Seen premises bind or test what is left. All other premises are then fully
bound and wait, as conditions, until they are known. A relation that nothing else can bind starts a second plan, in
which the roles are exchanged, so that whichever fact comes last completes the match.

Of the orders that a first premise may be read in, those that only rename the theorem into itself are left out.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Protocol

from mmrecipes.geometry.deduction.diagram import Diagram, Row
from mmrecipes.geometry.deduction.language import (
    SEEN,
    SHAPES,
    TESTS,
    Equation,
    Pattern,
    Relation,
    TableError,
    rational,
    symmetries,
)
from mmrecipes.geometry.deduction.theorems import Theorem
from mmrecipes.geometry.facts import KINDS
from mmrecipes.geometry.numbers import Surd

Slots = tuple[int, ...]


class Matching(Protocol):
    """What a plan needs of the engine."""

    diagram: Diagram

    def facts_of(self, kind: str) -> list[Row]: ...

    def complete(self, plan: Plan, bound: list[int]) -> None: ...


Continue = Callable[[Matching, list[int]], None]


@dataclass(frozen=True)
class Condition:
    """A premise that waits: a relation on slots, or an equation with its terms as (kind, slots). `value`: what the
    only term must be, in an equation with one."""

    kind: str
    slots: Slots
    equation: Equation | None
    terms: tuple[tuple[str, Slots], ...]
    value: Surd | int | Fraction | None = None
    size: float = 0.0


@dataclass(frozen=True, eq=False)
class Plan:
    """`orders`: how a row of the driver's kind fills `driver_slots`; `cited`: the premises that a proof cites besides
    the conditions; `distinct`: the slots that hold different points."""

    theorem: Theorem
    number: int
    driver: str
    driver_slots: Slots
    orders: tuple[tuple[int, ...], ...]
    run: Continue
    conditions: tuple[Condition, ...]
    conclusions: tuple[Condition, ...]
    cited: tuple[tuple[str, Slots], ...]
    names: tuple[str, ...]
    distinct: Slots

    def start(self, state: Matching, row: Row) -> None:
        """Match with the first premise bound to the row."""
        if len(row) != len(self.driver_slots):
            return
        size = len(self.names)
        for order in self.orders:
            bound = [-1] * size
            for slot, place in zip(self.driver_slots, order, strict=True):
                value = row[place]
                if bound[slot] not in (-1, value):
                    break
                bound[slot] = value
            else:
                self.run(state, bound)


_VISIBLE = SEEN | SHAPES
_CITED = ("between", "on_circle")


@functools.cache
def plans(theorem: Theorem, number: int) -> list[Plan]:
    """The plans of one theorem; `number` is its place in the table."""
    given = _with_shapes(theorem)
    made, queue, done = [], [given[0]], set()
    while queue:
        driver = queue.pop()
        if driver in done:
            continue
        done.add(driver)
        plan, loose = _plan(theorem, number, driver, [p for p in given if p is not driver])
        made.append(plan)
        queue += loose
    return made


def _with_shapes(theorem: Theorem) -> list[Pattern]:
    """The premises with drawn triangles replaced by triangles of the shape that the theorem asks for."""
    given = list(theorem.given)
    for pattern in theorem.then:
        if isinstance(pattern, Relation) and pattern.kind in ("congruent", "similar"):
            pair = [Relation("triangle", pattern.args[:3]), Relation("triangle", pattern.args[3:])]
            if all(p in given for p in pair):
                return [Relation(pattern.kind + "_looking", pattern.args), *(p for p in given if p not in pair)]
    for at, pattern in enumerate(given):
        if isinstance(pattern, Relation) and pattern.kind == "triangle":
            shape = next((s for p in given if isinstance(p, Equation) and (s := _shape(p, set(pattern.args)))), None)
            if shape is not None:
                given[at] = shape
    return given


def _shape(equation: Equation, corners: set[str]) -> Relation | None:
    """The shape of a triangle with these corners that satisfies the equation."""
    terms = equation.terms
    if any(set(t.args) - corners for t in terms):
        return None
    if len(terms) == 1 and terms[0].kind == "ang" and equation.text.split("=")[1].strip() == "90":
        a, c, b = terms[0].args
        return Relation("right_looking", (a, b, c))
    if not equation.equates or len(terms) != 2:
        return None
    first, second = terms
    if first.kind == "len" == second.kind:
        (apex,) = set(first.args) & set(second.args)
    elif first.kind == "ang" == second.kind:
        (apex,) = corners - {first.args[1], second.args[1]}
    else:
        return None
    return Relation("isosceles_looking", (apex, *sorted(corners - {apex})))


def _plan(theorem: Theorem, number: int, driver: Pattern, rest: list[Pattern]) -> tuple[Plan, list[Pattern]]:
    assert isinstance(driver, Relation)
    if driver.kind in TESTS or (driver.kind in ("para", "perp") and len(driver.args) == 4):
        raise TableError(f"{theorem.name}: {driver.kind} cannot start a match; put a premise seen in the drawing first")
    names = tuple(sorted(theorem.variables))
    slot = {name: i for i, name in enumerate(names)}
    bound = set(driver.args)
    steps: list[Callable[[Continue], Continue]] = []
    waiting = [p for p in rest if isinstance(p, Relation)]
    loose: list[Pattern] = []
    while True:
        seen = [p for p in waiting if p.kind in _VISIBLE]
        ready = next((p for p in seen if set(p.args) <= bound), None)
        chosen = ready or max(
            (p for p in seen if p.kind not in TESTS), key=lambda p: len(bound & set(p.args)), default=None
        )
        if chosen is None:
            unbound = [p for p in waiting if p.kind not in _VISIBLE and not set(p.args) <= bound]
            if not unbound:
                break
            chosen = max(unbound, key=lambda p: len(bound & set(p.args)))
            loose.append(chosen)
            steps.append(_join(chosen, slot, bound))
        else:
            steps.append(_look_up(chosen, slot, bound))
        waiting.remove(chosen)
        bound |= set(chosen.args)
    if left := [p for p in waiting if p.kind in _VISIBLE]:
        raise TableError(f"{theorem.name}: nothing binds {left[0]}")
    conditions = [*waiting, *(p for p in rest if isinstance(p, Equation))]
    cited = tuple(
        (p.kind, tuple(slot[a] for a in p.args))
        for p in (driver, *rest)
        if isinstance(p, Relation) and (p.kind not in _VISIBLE or p.kind in _CITED) and p not in conditions
    )
    plan_box: list[Plan] = []
    run: Continue = lambda state, env: state.complete(plan_box[0], env)  # noqa: E731
    for step in reversed(steps):
        run = step(run)
    plan = Plan(
        theorem, number, driver.kind, tuple(slot[a] for a in driver.args), _orders(theorem, driver), run,
        tuple(_condition(p, slot) for p in conditions), tuple(_condition(p, slot) for p in theorem.then), cited, names,
        _distinct(theorem, slot),
    )  # fmt: skip
    plan_box.append(plan)
    return plan, loose


def _distinct(theorem: Theorem, slot: dict[str, int]) -> Slots:
    """The variables that stand for different points."""
    matched = any(
        isinstance(p, Relation) and p.kind in ("congruent", "similar") for p in (*theorem.given, *theorem.then)
    )
    return () if matched or theorem.coincident else tuple(s for name, s in slot.items() if name.isupper())


def _condition(pattern: Pattern, slot: dict[str, int]) -> Condition:
    if isinstance(pattern, Relation):
        return Condition(pattern.kind, tuple(slot[a] for a in pattern.args), None, ())
    terms = tuple((term.kind, tuple(slot[a] for a in term.args)) for term in pattern.terms)
    if len(terms) != 1:
        return Condition("", (), pattern, terms)
    constant = next(c for c, powers in pattern.monomials if not powers)
    exact = -constant / next(c for c, powers in pattern.monomials if powers)
    return Condition("", (), pattern, terms, rational(exact) if pattern.of_angles else exact, float(exact))


def _look_up(pattern: Relation, slot: dict[str, int], bound: set[str]) -> Callable[[Continue], Continue]:
    """A step that binds or tests a seen premise."""
    kind, slots = pattern.kind, tuple(slot[a] for a in pattern.args)
    if kind in TESTS:
        a, b, c, d = slots

        def tested(follow: Continue) -> Continue:
            if kind == "same_side":
                return lambda state, env: (
                    follow(state, env) if state.diagram.same_side(env[a], env[b], env[c], env[d]) else None
                )
            return lambda state, env: (
                follow(state, env) if state.diagram.opposite(env[a], env[b], env[c], env[d]) else None
            )

        return tested
    places = tuple(i for i, a in enumerate(pattern.args) if a in bound)
    keys = tuple(slots[i] for i in places)
    fresh = tuple((i, slots[i]) for i, a in enumerate(pattern.args) if a not in bound)

    def listed(follow: Continue) -> Continue:
        def step(state: Matching, env: list[int]) -> None:
            for row in state.diagram.index(kind, places).get(tuple([env[k] for k in keys]), ()):
                for i, s in fresh:
                    env[s] = row[i]
                follow(state, env)

        return step

    return listed


def _join(pattern: Relation, slot: dict[str, int], bound: set[str]) -> Callable[[Continue], Continue]:
    """A step that runs through the facts of a relation known so far."""
    kind = pattern.kind
    checks = tuple((i, slot[a]) for i, a in enumerate(pattern.args) if a in bound)
    fresh = tuple((i, slot[a]) for i, a in enumerate(pattern.args) if a not in bound)
    orders = symmetries(kind, len(pattern.args))

    def joined(follow: Continue) -> Continue:
        def step(state: Matching, env: list[int]) -> None:
            for row in state.facts_of(kind).copy():
                for order in orders:
                    if all(row[order[i]] == env[s] for i, s in checks):
                        for i, s in fresh:
                            env[s] = row[order[i]]
                        follow(state, env)

        return step

    return joined


def _orders(theorem: Theorem, driver: Relation) -> tuple[tuple[int, ...], ...]:
    """One order of the driver's arguments out of each class of orders that rename the theorem into itself."""
    form = _form(theorem, {})
    others = sorted(theorem.variables - set(driver.args))
    shuffles = list(permutations(others)) if len(others) <= 3 else [tuple(others)]
    all_orders = symmetries(driver.kind, len(driver.args))
    renamings: list[tuple[int, ...]] = []
    for order in all_orders:
        moved = {driver.args[i]: driver.args[k] for i, k in enumerate(order)}
        if any(_form(theorem, {**moved, **dict(zip(others, shuffle, strict=True))}) == form for shuffle in shuffles):
            renamings.append(order)
    kept: list[tuple[int, ...]] = []
    covered: set[tuple[int, ...]] = set()
    for order in all_orders:
        if order not in covered:
            kept.append(order)
            covered.update(tuple(order[i] for i in renaming) for renaming in renamings)
    return tuple(kept)


def _form(theorem: Theorem, renamed: dict[str, str]) -> tuple[frozenset[object], frozenset[object]]:
    return (
        frozenset(_canonical(p, renamed) for p in theorem.given),
        frozenset(_canonical(p, renamed) for p in theorem.then),
    )


def _canonical(pattern: Pattern, renamed: dict[str, str]) -> object:
    if isinstance(pattern, Relation):
        return pattern.kind, _least(pattern.kind, tuple(renamed.get(a, a) for a in pattern.args))
    terms = [(t.kind, _least(t.kind, tuple(renamed.get(a, a) for a in t.args))) for t in pattern.terms]
    monomials = {frozenset((terms[i], e) for i, e in powers): coefficient for coefficient, powers in pattern.monomials}
    lead = monomials[min(monomials, key=lambda key: sorted(map(repr, key)))]
    return frozenset((key, c / lead) for key, c in monomials.items())


def _least(kind: str, args: tuple[str, ...]) -> tuple[str, ...]:
    if kind in ("degrees",):
        kind = "ang"
    if kind in KINDS and kind not in SEEN and len(args) >= KINDS[kind].arity[0]:
        return KINDS[kind].canonical(args, None)[0]
    return min(tuple(args[i] for i in order) for order in symmetries(kind, len(args)))
