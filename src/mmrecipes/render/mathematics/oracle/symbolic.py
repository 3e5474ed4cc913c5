"""The first method: sympy.

Equal expressions have a difference that simplifies to 0; statements about one unknown are true on the same cells of the
line cut at all their exact critical points; linear systems and matrices have the same row space. Covered: what
`notation` prints. Not covered: statements about several unknowns that are neither linear nor a single equation.
"""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Sequence
from typing import Any

import sympy

from mmrecipes.render.mathematics.oracle.reading import OracleError, comparisons, names, tree


@functools.lru_cache(maxsize=8192)
def expression(text: str) -> Any:
    """The expression as a sympy object, integrals and the like carried out."""
    return _symbolic(tree(text))


def _variable(name: str) -> Any:
    return {"pi": sympy.pi, "oo": sympy.oo, "E": sympy.E}.get(name) or sympy.Symbol(name, real=True)


_OPERATIONS: dict[type[ast.operator], Any] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}  # fmt: skip


def _symbolic(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return sympy.Integer(node.value) if isinstance(node.value, int) else sympy.Rational(str(node.value))
    if isinstance(node, ast.Name):
        return _variable(node.id)
    if isinstance(node, ast.UnaryOp):
        inner = _symbolic(node.operand)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_symbolic(node.left), _symbolic(node.right))
    if isinstance(node, ast.List | ast.Tuple):
        return sympy.Tuple(*(_symbolic(e) for e in node.elts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _called(node.func.id, node.args)
    raise OracleError(f"cannot read {ast.unparse(node)}")


def _called(name: str, args: Sequence[ast.expr]) -> Any:
    if name == "Matrix":
        return sympy.Matrix([[_symbolic(c) for c in (r.elts if isinstance(r, ast.List) else [r])]
                             for r in args[0].elts])  # type: ignore[attr-defined]  # fmt: skip
    values = [_symbolic(a) for a in args]
    if name == "At":
        x, low, high = values[1]
        return values[0].subs(x, high) - values[0].subs(x, low)
    if name in ("mean", "median", "variance", "slope", "intercept", "nearest_rank"):
        return _statistic(name, *values)
    return _FUNCTIONS[name](*values)


_FUNCTIONS: dict[str, Any] = {
    "sqrt": sympy.sqrt, "exp": sympy.exp, "log": sympy.log, "ln": sympy.log, "sin": sympy.sin, "cos": sympy.cos,
    "tan": sympy.tan, "Abs": sympy.Abs, "factorial": sympy.factorial, "binomial": sympy.binomial,
    "Derivative": sympy.diff, "Limit": sympy.limit, "det": lambda m: m.det(), "transpose": lambda m: m.T,
    "rank": lambda m: sympy.Integer(m.rank()), "Subs": lambda f, x, v: f.subs(x, v),
    "Integral": lambda f, bounds: _integral(f, *bounds),
    "Sum": lambda f, bounds: sympy.summation(f, tuple(bounds)),
}  # fmt: skip


def _integral(f: Any, x: Any, low: Any, high: Any) -> Any:
    if not f.is_polynomial(x):
        return sympy.integrate(f, (x, low, high))
    primitive = sympy.Poly(f, x).integrate().as_expr()
    return primitive.subs(x, high) - primitive.subs(x, low)


def _statistic(name: str, data: Any, other: Any = None) -> Any:
    """Means and the like from their definitions, in exact fractions."""
    n = len(data)
    middle = sum(data) / n
    if name == "mean":
        return middle
    if name == "variance":
        return sum((v - middle) ** 2 for v in data) / n
    if name in ("slope", "intercept"):
        k = (n * sum(x * y for x, y in zip(data, other, strict=True)) - sum(data) * sum(other)) / (
            n * sum(x**2 for x in data) - sum(data) ** 2)  # fmt: skip
        return k if name == "slope" else (sum(other) - k * sum(data)) / n
    ordered = sorted(data)
    if name == "nearest_rank":
        return ordered[max(0, int(sympy.ceiling(other * n / 100)) - 1)]
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def is_zero(e: Any) -> bool:
    """Whether an expression simplifies to 0 (a matrix: in every entry)."""
    if isinstance(e, sympy.MatrixBase):
        return all(is_zero(v) for v in e)
    if e.is_Number:
        return bool(e == 0)
    e = sympy.expand(e)
    if e == 0:
        return True
    if e.is_number and abs(e.evalf(30, chop=True)) > 1e-20:
        return False
    e = sympy.cancel(sympy.together(e)) if e.is_rational_function() else e
    return bool(e == 0 or sympy.simplify(sympy.expand_log(e, force=True)) == 0)


def equal(a: str, b: str) -> bool:
    first: Any = expression(a)
    second: Any = expression(b)
    tuples = [isinstance(v, sympy.Tuple) for v in (first, second)]
    if any(tuples):
        return (
            all(tuples)
            and len(first) == len(second)
            and all(is_zero(x - y) for x, y in zip(first, second, strict=True))
        )
    matrices = [isinstance(v, sympy.MatrixBase) for v in (first, second)]
    if any(matrices):
        return all(matrices) and first.shape == second.shape and is_zero(first - second)
    return is_zero(first - second)


def equivalent(a: str, b: str) -> bool:
    """Statements with the same solutions."""
    unknowns = {*names(a), *names(b)}
    if len(unknowns) == 1:
        return _same_cells(a, b, _variable(unknowns.pop()))
    first, second = _equations(a), _equations(b)
    if len(first) == len(second) == 1:
        return _same_curve(first[0], second[0], b)
    variables = [_variable(n) for n in sorted(unknowns)]
    return _rref(first, variables) == _rref(second, variables)


def _same_curve(first: Any, second: Any, after: str) -> bool:
    """Equations of one curve: one is a multiple of the other, or the second is the first solved for a variable."""
    first, second = (sympy.expand_log(e, force=True) for e in (first, second))
    ratio = sympy.cancel(first / second)
    if ratio.is_number:
        return bool(ratio != 0)
    left, _, right = comparisons(tree(after))[0]
    return isinstance(left, ast.Name) and is_zero(first.subs(_variable(left.id), _symbolic(right)))


def _equations(text: str) -> list[Any]:
    """Left minus right of the equations of a conjunction."""
    return [_symbolic(left) - _symbolic(right) for left, _, right in comparisons(tree(text))]


def _rref(equations: Sequence[Any], variables: Sequence[Any]) -> Any:
    rows = [
        [e.coeff(v) for v in variables] + [e.subs(dict.fromkeys(variables, 0))] for e in map(sympy.expand, equations)
    ]
    reduced = sympy.Matrix(rows).rref()[0]
    return [tuple(reduced.row(i)) for i in range(reduced.rows) if any(reduced.row(i))]


def _same_cells(a: str, b: str, x: Any) -> bool:
    first, second = tree(a), tree(b)
    cuts = sorted({*_critical(a, x), *_critical(b, x)}, key=lambda v: v.evalf(30))
    cells: list[Any] = list(cuts)
    if cuts:
        ends = [cuts[0] - 1, cuts[-1] + 1]
        cells += ends + [sympy.Rational(float((p + q) / 2)) for p, q in itertools.pairwise(cuts)]
    else:
        cells = [sympy.Integer(0)]
    return all(_true(first, x, v) == _true(second, x, v) for v in cells)


@functools.lru_cache(maxsize=1024)
def _critical(text: str, x: Any) -> tuple[Any, ...]:
    """Real points where a comparison may change: roots of its numerator and denominator."""
    found: set[Any] = set()
    for left, _, right in comparisons(tree(text)):
        e = sympy.together(_symbolic(left) - _symbolic(right))
        for part in sympy.fraction(e):
            if part.has(x):
                found |= set(_real_roots(part, x))
    return tuple(found)


def _real_roots(e: Any, x: Any) -> list[Any]:
    if not e.is_polynomial(x):
        plain = _without_logarithms(e, x)
        if plain is None:
            return [r for r in sympy.solve(e, x) if r.is_real]
        return [r for r in _real_roots(plain, x) if is_zero(e.subs(x, r))]
    p = sympy.Poly(e, x)
    if p.degree() == 1:
        k, c = p.all_coeffs()
        return [-c / k]
    if p.degree() == 2:
        k, m, c = p.all_coeffs()
        d = m**2 - 4 * k * c
        return [] if d < 0 else [(-m + s * sympy.sqrt(d)) / (2 * k) for s in (1, -1)]
    return list(sympy.real_roots(p))


def _without_logarithms(e: Any, x: Any) -> Any:
    """A polynomial with the real roots of an equation e = 0 in which x stands in exponents of one base or in
    logarithms of one base only; None for others."""
    terms = sympy.Add.make_args(sympy.expand(e))
    inside = [t for t in terms if t.has(x)]
    rest = sum((t for t in terms if not t.has(x)), sympy.Integer(0))
    if len(inside) == 1:  # a * b**u + rest
        power = next((p for p in inside[0].atoms(sympy.Pow) if p.exp.has(x) and not p.base.has(x)), None)
        if power is not None and not (inside[0] / power).has(x):
            target = -rest / (inside[0] / power)
            return power.exp - sympy.log(target) / sympy.log(power.base) if target > 0 else sympy.Integer(1)
    logs = [t.atoms(sympy.log) for t in inside]
    product, scale = sympy.Integer(1), None
    for term, found in zip(inside, logs, strict=True):
        log = next((g for g in found if g.args[0].has(x)), None)
        if log is None or not log.args[0].is_polynomial(x) or (scale is not None and term / log != scale):
            return None
        scale = term / log
        product *= log.args[0]
    return None if scale is None else sympy.expand(product - sympy.powsimp(sympy.exp(sympy.expand(-rest / scale))))


def _true(node: ast.expr, x: Any, at: Any) -> bool:
    """Truth of a statement at an exact point; a comparison of something undefined or not real is false."""
    if isinstance(node, ast.BoolOp):
        return (any if isinstance(node.op, ast.Or) else all)(_true(v, x, at) for v in node.values)
    return all(_compared(left, op, right, x, at) for left, op, right in comparisons(node))


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, x: Any, at: Any) -> bool:
    sides = [_symbolic(s).subs(x, at) for s in (left, right)]
    if any(s.has(sympy.zoo, sympy.nan) or s.is_real is False for s in sides):
        return False
    difference = sides[0] - sides[1]
    if is_zero(difference):
        return isinstance(op, ast.Eq | ast.LtE | ast.GtE)
    if isinstance(op, ast.Eq):
        return False
    sign = difference.evalf(30)
    return bool(sign < 0) if isinstance(op, ast.Lt | ast.LtE) else bool(sign > 0)


def same_rows(a: str, b: str) -> bool:
    first, second = (expression(t).rref()[0] for t in (a, b))
    return bool(first == second)
