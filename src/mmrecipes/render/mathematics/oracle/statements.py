"""The second method for statements and rows: truth at points, roots found by scanning, ranks.

Statements about one unknown must be true at the same of many points: eight on either side of 0, and all roots of all
their comparisons with points just beside them. Not covered: roots beyond 5,000 from 0.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from mmrecipes.render.mathematics.oracle import numeric
from mmrecipes.render.mathematics.oracle.reading import comparisons, names, tree


def equivalent(a: str, b: str) -> bool:
    unknowns = sorted({*names(a), *names(b)})
    if len(unknowns) == 1:
        return _same_truth(a, b, unknowns[0])
    at = {n: numeric.points(n) for n in unknowns}
    first, second = (_differences(t, at) for t in (a, b))
    if len(first) == len(second) == 1:
        ratio = first[0] / second[0]
        if np.isfinite(ratio).all() and np.abs(ratio[0]) > 1e-12 and numeric.close(ratio, ratio[0]):
            return True
        left, _, right = comparisons(tree(b))[0]
        if not isinstance(left, ast.Name):
            return False
        on_curve = {**at, left.id: numeric.evaluate(right, at)}
        return numeric.close(_differences(a, on_curve)[0], np.zeros(numeric.POINTS))
    return _same_span(np.real(_coefficients(a, unknowns)), np.real(_coefficients(b, unknowns)))


def _differences(text: str, at: Any) -> list[Any]:
    with np.errstate(all="ignore"):
        return [numeric.evaluate(left, at) - numeric.evaluate(right, at) + np.zeros(numeric.POINTS)
                for left, _, right in comparisons(tree(text))]  # fmt: skip


def _coefficients(text: str, unknowns: Sequence[str]) -> Any:
    """Rows of a linear system, by evaluating it at 0 and at the unit points; the constant last."""
    origin = {n: np.zeros(1, np.complex128) for n in unknowns}
    constant = np.array([d[0] for d in _differences(text, origin)])
    columns = [np.array([d[0] for d in _differences(text, {**origin, n: np.ones(1, np.complex128)})]) - constant
               for n in unknowns]  # fmt: skip
    return np.column_stack([*columns, constant])


def _same_span(a: Any, b: Any) -> bool:
    ranks = [np.linalg.matrix_rank(m, tol=1e-8) for m in (a, b, np.vstack([a, b]))]
    return len(set(ranks)) == 1


def same_rows(a: str, b: str) -> bool:
    first, second = (np.real(numeric.value(t)[0]) for t in (a, b))
    return first.shape[1] == second.shape[1] and _same_span(first, second)


_GRID = np.sinh(np.linspace(-9.3, 9.3, 2401)) + 0.000123


def _same_truth(a: str, b: str, x: str) -> bool:
    """Equal truth at eight points on both sides of 0, and at all roots of all comparisons and just beside them."""
    at = np.real(numeric.points(x))
    roots = np.array([*_roots(a, x), *_roots(b, x)])
    away = [roots + s * 3e-3 * np.maximum(1, np.abs(roots)) for s in (1, -1)]
    tested = np.concatenate([at, -at, 10 * at, -10 * at, roots, *away])
    return bool((_truth(a, x, tested) == _truth(b, x, tested)).all())


@functools.lru_cache(maxsize=2048)
def _roots(text: str, x: str) -> tuple[float, ...]:
    """Real roots of left minus right of every comparison: sign changes on a wide grid, narrowed by halving and by
    Newton's method with complex-step derivatives, and places where it touches zero."""
    found: list[float] = []
    for left, _, right in comparisons(tree(text)):

        def raw(at: Any, left: ast.expr = left, right: ast.expr = right) -> Any:
            v = numeric.evaluate(left, {x: at + 0j}) - numeric.evaluate(right, {x: at + 0j})
            return np.broadcast_to(np.asarray(v, np.complex128), np.shape(at))

        with np.errstate(all="ignore"):
            found += _scanned(raw)
    return tuple(found)


def _real(v: Any) -> Any:
    return np.where(np.abs(v.imag) < 1e-9, v.real, np.nan)


def _scanned(raw: Any) -> list[float]:
    values = _real(raw(_GRID))
    changes = np.nonzero(values[:-1] * values[1:] <= 0)[0]
    low, high, at_low = _GRID[changes].copy(), _GRID[changes + 1].copy(), values[changes]
    for _ in range(12):
        middle = (low + high) / 2
        value = _real(raw(middle))
        left = at_low * value <= 0
        high, low, at_low = np.where(left, middle, high), np.where(left, low, middle), np.where(left, at_low, value)
    point = (low + high) / 2
    for _ in range(5):
        slope = raw(point + 1e-20j).imag / 1e-20
        point = np.where(slope != 0, point - raw(point).real / slope, point)
    size = np.abs(values)
    dips = np.nonzero((size[1:-1] < size[:-2]) & (size[1:-1] < size[2:]))[0] + 1
    near = {int(c) for c in changes}
    touching = [_lowest(raw, _GRID[i - 1], _GRID[i + 1]) for i in dips if i not in near and i - 1 not in near]
    candidates = [*map(float, point), *(t for t in touching if t is not None)]
    return [v for v in candidates if abs(raw(np.array([v]))[0]) < 1e-5]


def _lowest(raw: Any, low: float, high: float) -> float | None:
    """Where |raw| is smallest between two points, by a finer grid five times; None unless it is (nearly) zero."""
    for _ in range(6):
        grid = np.linspace(low, high, 41)
        i = int(np.nanargmin(np.abs(raw(grid))))
        low, high = grid[max(0, i - 1)], grid[min(40, i + 1)]
    middle = (low + high) / 2
    return float(middle) if abs(raw(np.array([middle]))[0]) < 1e-9 else None


def _truth(text: str, x: str, at: Any) -> Any:
    return _truth_of(tree(text), {x: at + 0j}, len(at))


def _truth_of(node: ast.expr, at: Any, size: int) -> Any:
    if isinstance(node, ast.BoolOp):
        parts = [_truth_of(v, at, size) for v in node.values]
        return np.any(parts, axis=0) if isinstance(node.op, ast.Or) else np.all(parts, axis=0)
    result = np.ones(size, bool)
    for left, op, right in comparisons(node):
        with np.errstate(all="ignore"):
            a, b = (np.broadcast_to(np.asarray(numeric.evaluate(s, at), np.complex128), (size,)) for s in (left, right))
            gap = (a - b).real
            real = np.isfinite(a - b) & (np.abs(a.imag) < 1e-9) & (np.abs(b.imag) < 1e-9)
            zero = np.abs(gap) <= 1e-7 * np.maximum(1, np.abs(a))
            held = {ast.Eq: zero, ast.Lt: (gap < 0) & ~zero, ast.Gt: (gap > 0) & ~zero, ast.LtE: (gap < 0) | zero,
                    ast.GtE: (gap > 0) | zero}[type(op)]  # fmt: skip
        result &= held & real
    return result
