"""The second method for values: expressions evaluated in floating point at eight points, without sympy.

Strings are read with Python's own parser and evaluated over arrays: derivatives by a complex step (Squire & Trapp
1998), integrals by 40-point Gauss-Legendre quadrature, limits at 80 digits beside the point. Covered: what `notation`
prints. Not covered: anything symbolic.
"""

from __future__ import annotations

import ast
import functools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath
import numpy as np
import numpy.typing as npt

from mmrecipes.render.mathematics.oracle.reading import names, tree

POINTS = 8
TOLERANCE = 1e-9
_BIG = 1e18

Values = Mapping[str, Any]


@functools.lru_cache(maxsize=64)
def points(name: str) -> npt.NDArray[np.complex128]:
    """The eight points of a variable: fixed, positive, between 0.2 and 2.8."""
    seed = int.from_bytes(name.encode()[:7], "big")
    return np.random.default_rng(seed).uniform(0.2, 2.8, POINTS).astype(np.complex128)


def value(text: str, at: Values | None = None) -> Any:
    """The expression at the variables' points (or at the values given): shape (8,), or (8 or 1, n, m) for a matrix."""
    at = {n: points(n) for n in names(text)} if at is None else at
    with np.errstate(all="ignore"):
        return evaluate(tree(text), at)


def close(a: Any, b: Any) -> bool:
    """Whether two evaluated expressions agree to `TOLERANCE` (relative above 1) at four finite points at least."""
    a, b = np.asarray(a, np.complex128), np.asarray(b, np.complex128)
    if a.ndim > 1 or b.ndim > 1:
        return a.shape == b.shape and bool(np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE))
    a, b = np.broadcast_arrays(a, b)
    finite = np.isfinite(a) & np.isfinite(b)
    if finite.sum() * 2 < finite.size:
        return False
    return bool((np.abs(a - b) <= TOLERANCE * np.maximum(1, np.abs(a)))[finite].all())


def equal(a: str, b: str) -> bool:
    """Whether two expressions agree at the points of all their variables."""
    at = {n: points(n) for n in {*names(a), *names(b)}}
    found = value(a, at), value(b, at)
    return close(*(np.asarray(v, np.complex128).T if isinstance(v, list) else v for v in found))


def evaluate(node: ast.expr, at: Values) -> Any:
    """A parsed expression at the variables' points."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return {"pi": np.pi, "oo": _BIG, "E": np.e}[node.id] if node.id in ("pi", "oo", "E") else at[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = evaluate(node.operand, at)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _arithmetic(type(node.op), evaluate(node.left, at), evaluate(node.right, at))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _FORMS:
            return _FORMS[node.func.id](node.args, at)
        arguments = [evaluate(a, at) for a in node.args]
        return _mp(node.func.id, arguments) if _is_mp(arguments) else FUNCTIONS[node.func.id](*arguments)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [evaluate(e, at) for e in node.elts]
    raise ValueError(f"cannot evaluate {ast.unparse(node)}")


def _is_mp(arguments: Sequence[Any]) -> bool:
    return any(isinstance(a, mpmath.mpf | mpmath.mpc) for a in arguments)


def _mp(name: str, arguments: Sequence[Any]) -> Any:
    functions = {"ln": "log", "Abs": "fabs"}
    return getattr(mpmath, functions.get(name, name))(*arguments)


def _is_matrix(v: Any) -> bool:
    return isinstance(v, np.ndarray) and v.ndim == 3


def _arithmetic(op: type[ast.operator], a: Any, b: Any) -> Any:
    if op is ast.Pow:
        if _is_matrix(a):
            return np.linalg.matrix_power(a, int(b)) if b >= 0 else np.linalg.inv(a)
        negative = isinstance(b, int) and b < 0
        return 1 / a ** (-b) if negative else np.emath.power(a, b) if isinstance(a, int | float) else a**b
    if _is_matrix(a) and _is_matrix(b) and op is ast.Mult:
        return a @ b
    if _is_matrix(a) or _is_matrix(b):
        a, b = (v if _is_matrix(v) else np.reshape(v, (-1, 1, 1)) for v in (a, b))
    if op is ast.Add:
        return a + b
    if op is ast.Sub:
        return a - b
    if op is ast.Mult:
        return a * b
    if op is ast.Div:
        return np.divide(a, b) if not _is_mp([a, b]) else a / b
    raise ValueError(f"no operation {op.__name__}")


def _matrix(args: Sequence[ast.expr], at: Values) -> Any:
    rows = [r.elts if isinstance(r, ast.List) else [r] for r in args[0].elts]  # type: ignore[attr-defined]
    cells = [[np.asarray(evaluate(c, at), np.complex128) for c in r] for r in rows]
    shape = (max(c.size for r in cells for c in r),)
    return np.moveaxis(np.array([[np.broadcast_to(c, shape) for c in r] for r in cells]), 2, 0)


def _bounds(node: ast.expr, at: Values) -> tuple[str, Any, Any]:
    variable, low, high = node.elts  # type: ignore[attr-defined]
    return variable.id, evaluate(low, at), evaluate(high, at)


def _derivative(args: Sequence[ast.expr], at: Values) -> Any:
    step = 1e-20
    name = args[1].id  # type: ignore[attr-defined]
    moved = {**at, name: at[name] + 1j * step}
    return np.imag(evaluate(args[0], moved)) / step


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)


def _integral(args: Sequence[ast.expr], at: Values) -> Any:
    name, low, high = _bounds(args[1], at)
    low, high = (np.broadcast_to(np.asarray(v, np.complex128), (POINTS,))[:, None] for v in (low, high))
    half = (high - low) / 2
    at_nodes = evaluate(args[0], {**at, name: (low + high) / 2 + half * _NODES})
    return ((np.broadcast_to(at_nodes, (POINTS, len(_NODES))) * _WEIGHTS).sum(axis=1, keepdims=True) * half)[:, 0]


def _at(args: Sequence[ast.expr], at: Values) -> Any:
    name, low, high = _bounds(args[1], at)
    return evaluate(args[0], {**at, name: high + 0j}) - evaluate(args[0], {**at, name: low + 0j})


def _subs(args: Sequence[ast.expr], at: Values) -> Any:
    value = np.full(POINTS, evaluate(args[2], at), np.complex128)
    return evaluate(args[0], {**at, args[1].id: value})  # type: ignore[attr-defined]


def _sum(args: Sequence[ast.expr], at: Values) -> Any:
    name, low, high = _bounds(args[1], at)
    return sum(evaluate(args[0], {**at, name: k}) for k in range(int(low), int(high) + 1))


def _limit(args: Sequence[ast.expr], at: Values) -> Any:
    name = args[1].id  # type: ignore[attr-defined]
    with mpmath.workdps(80):
        target = evaluate(args[2], at)
        beside = mpmath.mpf(10) ** 30 if target == _BIG else mpmath.mpf(target) + mpmath.mpf(10) ** -30
        return np.full(POINTS, complex(evaluate(args[0], {name: beside})))


_FORMS: dict[str, Callable[[Sequence[ast.expr], Values], Any]] = {
    "Matrix": _matrix, "Derivative": _derivative, "Integral": _integral, "At": _at, "Sum": _sum,
    "Subs": _subs, "Limit": _limit,
}  # fmt: skip


def _log(x: Any, base: Any = None) -> Any:
    found = np.emath.log(np.asarray(x, np.complex128))
    return found if base is None else found / np.log(base)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": np.emath.sqrt, "exp": np.exp, "log": _log, "ln": _log, "sin": np.sin,
    "cos": np.cos, "tan": np.tan, "Abs": np.abs,
    "factorial": lambda n: math.factorial(int(n)), "binomial": lambda n, k: math.comb(int(n), int(k)),
    "det": np.linalg.det, "transpose": lambda m: np.swapaxes(m, 1, 2), "rank": np.linalg.matrix_rank,
    "mean": statistics.fmean, "median": statistics.median, "variance": statistics.pvariance,
    "slope": lambda x, y: statistics.linear_regression(x, y).slope,
    "intercept": lambda x, y: statistics.linear_regression(x, y).intercept,
    "nearest_rank": lambda data, p: sorted(data)[max(0, -(-p * len(data) // 100) - 1)],
}  # fmt: skip
