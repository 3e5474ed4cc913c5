"""Solving one equation between magnitudes, with what is known about them: for one unknown or for the ratio of two.

Angles: a linear equation. It gives the value of the only unknown, or relates two unknowns.
Others: a polynomial whose magnitudes are positive (cosines and tangents may be negative). It gives the only unknown
when that occurs in one power (a root is taken if it stays in the field) or is the single positive root of a quadratic,
and the ratio of two unknowns of which both members of the equation are powers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from mmrecipes.geometry.deduction.language import Equation
from mmrecipes.geometry.deduction.magnitudes import UNIT, ZERO_ANGLE, Exact, Magnitudes
from mmrecipes.geometry.numbers import ONE, ZERO, Surd, sqrt

if TYPE_CHECKING:
    from mmrecipes.geometry.deduction.planning import Plan


@dataclass(eq=False, slots=True)
class Instance:
    """An equation about the nodes of a figure, concluded by a theorem from the premises (numbers of facts). `pair`: two
    unknowns it was solved for while both were unknown; `done`: it can give nothing more."""

    equation: Equation
    nodes: list[int]
    plan: Plan
    bound: list[int]
    premises: list[int]
    done: bool = field(default=False)
    pair: tuple[int, int] | None = field(default=None)


class Solved(NamedTuple):
    """node = factor * other + shift; `other` is UNIT or ZERO_ANGLE for a value."""

    node: int
    other: int
    factor: Exact
    shift: int | Fraction


def unknowns(instance: Instance, magnitudes: Magnitudes) -> list[int]:
    """One node of each class of unknowns, in the order of the terms."""
    found: dict[int, int] = {}
    for n in instance.nodes:
        root = magnitudes.root[n]
        if root != UNIT and root != ZERO_ANGLE:
            found.setdefault(root, n)
    return list(found.values())


def solve(instance: Instance, open_nodes: list[int], magnitudes: Magnitudes) -> Solved | None:
    """What the equation gives now; None if nothing. `open_nodes`: its `unknowns`. Marks the instance `done` once it
    can never give more."""
    if not open_nodes:
        instance.done = True
        return None
    if len(open_nodes) > 2:
        return None
    if len(open_nodes) == 2:
        a, b = open_nodes
        if instance.pair == (a, b) or not magnitudes.comparable(a, b):
            return None
    solved = _angles(instance, magnitudes) if instance.equation.of_angles else _powers(instance, magnitudes)
    if solved is not None and len(open_nodes) == 2 and solved.other > ZERO_ANGLE:
        instance.pair = (open_nodes[0], open_nodes[1])
    return solved


def entailed(equation: Equation, nodes: list[int], magnitudes: Magnitudes) -> bool:
    """Whether the equation already follows."""
    if equation.of_angles:
        coefficients, constant = _linear(equation, nodes, magnitudes)
        return not constant and not any(coefficients.values())
    keys = _keys(equation, nodes, magnitudes)
    return len(set(keys)) < len(keys) and not _reduced(equation, keys, nodes, magnitudes)


def holds_in_drawing(equation: Equation, sizes: list[float]) -> bool:
    """Whether the equation holds for measured magnitudes."""
    total = scale = 0.0
    for coefficient, powers in equation.monomials:
        part = float(coefficient)
        for i, exponent in powers:
            if not sizes[i]:
                return False
            part *= sizes[i] ** exponent
        total += part
        scale += abs(part)
    return abs(total) <= 1e-8 * scale


def _linear(equation: Equation, nodes: list[int], m: Magnitudes) -> tuple[dict[int, int | Fraction], int | Fraction]:
    """The equation as sum of coefficient * root + constant = 0."""
    coefficients: dict[int, int | Fraction] = {}
    constant: int | Fraction = 0
    for c, at in equation.linear:
        if at is None:
            constant += c
            continue
        node = nodes[at]
        constant += c * m.shift[node]
        root = m.root[node]
        if root != ZERO_ANGLE:
            coefficients[root] = coefficients.get(root, 0) + c * m.factor[node]  # type: ignore[operator]
    return coefficients, constant


def _angles(instance: Instance, m: Magnitudes) -> Solved | None:
    coefficients, constant = _linear(instance.equation, instance.nodes, m)
    unknown = [root for root, c in coefficients.items() if c]
    if not unknown:
        instance.done = True
        return None
    nodes = [next(n for n in instance.nodes if m.root[n] == root) for root in unknown]
    if len(unknown) == 1:
        instance.done = True
        (node,), (root,) = nodes, unknown
        at = _over(-constant, coefficients[root])
        return Solved(node, ZERO_ANGLE, 1, _plain(m.factor[node] * at + m.shift[node]))  # type: ignore[operator]
    (a, b), (ra, rb) = nodes, unknown
    # root a = slope * root b + start, and the nodes are linear in their roots
    slope, start = _over(-coefficients[rb], coefficients[ra]), _over(-constant, coefficients[ra])
    factor = _over(slope * m.factor[a], m.factor[b])  # type: ignore[operator, arg-type]
    shift = m.factor[a] * start + m.shift[a] - factor * m.shift[b]  # type: ignore[operator]
    return Solved(a, b, factor, _plain(shift))


def _over(a: int | Fraction, b: int | Fraction) -> int | Fraction:
    return a if b == 1 else -a if b == -1 else _plain(Fraction(a) / b)


def _plain(value: Exact) -> int | Fraction:
    assert not isinstance(value, Surd)
    return value.numerator if value.denominator == 1 else value


Key = tuple[tuple[int, int], ...]
Reduced = dict[Key, Surd]


def _keys(equation: Equation, nodes: list[int], m: Magnitudes) -> list[Key]:
    """Per monomial the unknown classes in it with their exponents."""
    keys: list[Key] = []
    for _, powers in equation.monomials:
        exponents: dict[int, int] = {}
        for i, e in powers:
            root = m.root[nodes[i]]
            if root != UNIT:
                exponents[root] = exponents.get(root, 0) + e
        keys.append(tuple(sorted([(r, e) for r, e in exponents.items() if e])))
    return keys


def _reduced(equation: Equation, keys: list[Key], nodes: list[int], m: Magnitudes) -> Reduced:
    """The equation with every magnitude in terms of its root."""
    total: Reduced = {}
    for (c, powers), key in zip(equation.monomials, keys, strict=True):
        for i, e in powers:
            factor = m.factor[nodes[i]]
            if factor is not ONE:
                c = c * factor if e == 1 else c * factor**e  # type: ignore[operator]
        total[key] = total[key] + c if key in total else c
    return {key: c for key, c in total.items() if c}


_SIGNED = ("cos", "tan")


def _powers(instance: Instance, m: Magnitudes) -> Solved | None:
    keys = _keys(instance.equation, instance.nodes, m)
    unknown = {root for key in keys for root, _ in key}
    if len(unknown) == 2 and len(set(keys)) > 2:
        return None
    reduced = _reduced(instance.equation, keys, instance.nodes, m)
    if len(reduced) < 2:
        instance.done = not reduced
        return None
    unknown = sorted({root for key in reduced for root, _ in key})
    if len(unknown) == 1:
        return _value(instance, m, reduced, unknown[0])
    if len(unknown) == 2 and len(reduced) == 2:
        return _ratio(instance, m, reduced, unknown)
    return None


def _value(instance: Instance, m: Magnitudes, reduced: Reduced, root: int) -> Solved | None:
    by_exponent = {(key[0][1] if key else 0): c for key, c in reduced.items()}
    low = min(by_exponent)
    by_exponent = {e - low: c for e, c in by_exponent.items()}
    high = max(by_exponent)
    node = next(n for n in instance.nodes if m.root[n] == root)
    if len(by_exponent) == 2:
        x = _root(-by_exponent[0] / by_exponent[high], high)
    elif high == 2:
        x = _positive_root(by_exponent[2], by_exponent[1], by_exponent[0])
    else:
        x = None
    instance.done = True
    if x is None:
        return None
    value = m.factor[node] * x  # type: ignore[operator]
    if m.kind[node] not in _SIGNED and value.sign() <= 0:
        return None
    return Solved(node, UNIT, value, 0)


def _ratio(instance: Instance, m: Magnitudes, reduced: Reduced, unknown: list[int]) -> Solved | None:
    (first, c), (second, d) = reduced.items()
    first_powers, second_powers = dict(first), dict(second)
    a, b = unknown
    up = first_powers.get(a, 0) - second_powers.get(a, 0)
    if not up or up != second_powers.get(b, 0) - first_powers.get(b, 0):
        return None
    quotient = -d / c if up > 0 else -c / d
    x = _root(quotient, abs(up))
    if x is None or x.sign() <= 0:
        return None
    order = {m.root[n]: n for n in reversed(instance.nodes)}
    na, nb = order[a], order[b]
    factor = m.factor[na] * x / m.factor[nb]  # type: ignore[operator]
    if instance.nodes.index(na) <= instance.nodes.index(nb):
        return Solved(na, nb, factor, 0)
    return Solved(nb, na, 1 / factor, 0)


def _root(value: Surd, exponent: int) -> Surd | None:
    if exponent == 1:
        return value
    if exponent == 2 and value.sign() > 0:
        return sqrt(value)
    return None


def _positive_root(a: Surd, b: Surd, c: Surd) -> Surd | None:
    """The root of a x^2 + b x + c, if exactly one is positive."""
    if (a * c).sign() >= 0:
        return None
    root = sqrt(b * b - a * c * 4)
    if root is None:
        return None
    x = (root - b) / (a * 2)
    return x if x > ZERO else (-root - b) / (a * 2)
