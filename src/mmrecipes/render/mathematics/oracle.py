"""Whether steps and answers are right: read from the stored strings, with no code of the makers.

Every step and answer is judged by two methods. Symbolic: sympy; equal expressions have a difference that simplifies
to 0, statements about one unknown are true on the same cells of the line cut at all their exact critical points,
linear systems have the same row space. Numeric: `numeric`, at eight points (tolerance 1e-9) and, for statements, at all
roots found by scanning. Covered: `first_wrong`, `check_claim`. Not covered: whether a step is a good idea.
"""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy

from mmrecipes.render.mathematics import numeric
from mmrecipes.render.mathematics.problem import Answer, Claim, Step


class OracleError(ValueError):
    """Something stored is not true; the message says what."""


def first_wrong(steps: Sequence[Step]) -> int | None:
    """Index of the first step whose two sides do not agree by both methods, None when all do."""
    for i, step in enumerate(steps):
        if not step_holds(step.before, step.after, step.relation):
            return i
    return None


@functools.lru_cache(maxsize=4096)
def step_holds(before: str, after: str, relation: str) -> bool:
    """Whether both methods call the two sides equal, equivalent or of the same row space.

    Raises `OracleError` where the methods disagree: then one of them is wrong.
    """
    if relation == "rows":
        verdicts = same_rows(before, after), same_rows_numeric(before, after)
    elif relation == "equivalent":
        verdicts = equivalent(before, after), equivalent_numeric(before, after)
    else:
        verdicts = equal(before, after), numeric.close(*_values(before, after))
    if verdicts[0] != verdicts[1]:
        raise OracleError(f"the methods disagree about {before} -> {after}: {verdicts}")
    return verdicts[0]


def _values(a: str, b: str) -> tuple[Any, Any]:
    at = {n: numeric.points(n) for n in {*numeric.names(a), *numeric.names(b)}}
    found = numeric.value(a, at), numeric.value(b, at)
    first, second = (np.asarray(v, np.complex128).T if isinstance(v, list) else v for v in found)
    return first, second


# --- symbolic


@functools.lru_cache(maxsize=8192)
def symbolic(text: str) -> Any:
    """The expression as a sympy object, integrals and the like carried out."""
    return _symbolic(numeric.tree(text))


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
    first: Any = symbolic(a)
    second: Any = symbolic(b)
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
    unknowns = {*numeric.names(a), *numeric.names(b)}
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
    left, _, right = comparisons(numeric.tree(after))[0]
    return isinstance(left, ast.Name) and is_zero(first.subs(_variable(left.id), _symbolic(right)))


def _equations(text: str) -> list[Any]:
    """Left minus right of the equations of a conjunction."""
    return [_symbolic(left) - _symbolic(right) for left, _, right in comparisons(numeric.tree(text))]


def _rref(equations: Sequence[Any], variables: Sequence[Any]) -> Any:
    rows = [
        [e.coeff(v) for v in variables] + [e.subs(dict.fromkeys(variables, 0))] for e in map(sympy.expand, equations)
    ]
    reduced = sympy.Matrix(rows).rref()[0]
    return [tuple(reduced.row(i)) for i in range(reduced.rows) if any(reduced.row(i))]


def comparisons(node: ast.expr) -> list[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """All simple comparisons of a statement."""
    if isinstance(node, ast.BoolOp):
        return [c for v in node.values for c in comparisons(v)]
    if not isinstance(node, ast.Compare):
        raise OracleError(f"{ast.unparse(node)} is no statement")
    sides = [node.left, *node.comparators]
    return list(zip(sides, node.ops, sides[1:], strict=False))


def _same_cells(a: str, b: str, x: Any) -> bool:
    first, second = numeric.tree(a), numeric.tree(b)
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
    for left, _, right in comparisons(numeric.tree(text)):
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
    """A polynomial with the real roots of an equation e = 0 in which x stands in exponents of one base, or in logarithms
    of one base only; None for others."""
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
    first, second = (symbolic(t).rref()[0] for t in (a, b))
    return bool(first == second)


# --- numeric


def equivalent_numeric(a: str, b: str) -> bool:
    unknowns = sorted({*numeric.names(a), *numeric.names(b)})
    if len(unknowns) == 1:
        return _same_truth(a, b, unknowns[0])
    at = {n: numeric.points(n) for n in unknowns}
    first, second = (_differences(t, at) for t in (a, b))
    if len(first) == len(second) == 1:
        ratio = first[0] / second[0]
        if np.isfinite(ratio).all() and np.abs(ratio[0]) > 1e-12 and numeric.close(ratio, ratio[0]):
            return True
        left, _, right = comparisons(numeric.tree(b))[0]
        if not isinstance(left, ast.Name):
            return False
        on_curve = {**at, left.id: numeric._value(right, at)}
        return numeric.close(_differences(a, on_curve)[0], np.zeros(numeric.POINTS))
    return _same_span(np.real(_coefficients(a, unknowns)), np.real(_coefficients(b, unknowns)))


def _differences(text: str, at: Any) -> list[Any]:
    with np.errstate(all="ignore"):
        return [numeric._value(left, at) - numeric._value(right, at) + np.zeros(numeric.POINTS)
                for left, _, right in comparisons(numeric.tree(text))]  # fmt: skip


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


def same_rows_numeric(a: str, b: str) -> bool:
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
    for left, _, right in comparisons(numeric.tree(text)):

        def raw(at: Any, left: ast.expr = left, right: ast.expr = right) -> Any:
            v = numeric._value(left, {x: at + 0j}) - numeric._value(right, {x: at + 0j})
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
    return _truth_of(numeric.tree(text), {x: at + 0j}, len(at))


def _truth_of(node: ast.expr, at: Any, size: int) -> Any:
    if isinstance(node, ast.BoolOp):
        parts = [_truth_of(v, at, size) for v in node.values]
        return np.any(parts, axis=0) if isinstance(node.op, ast.Or) else np.all(parts, axis=0)
    result = np.ones(size, bool)
    for left, op, right in comparisons(node):
        with np.errstate(all="ignore"):
            a, b = (np.broadcast_to(np.asarray(numeric._value(s, at), np.complex128), (size,)) for s in (left, right))
            gap = (a - b).real
            real = np.isfinite(a - b) & (np.abs(a.imag) < 1e-9) & (np.abs(b.imag) < 1e-9)
            zero = np.abs(gap) <= 1e-7 * np.maximum(1, np.abs(a))
            held = {ast.Eq: zero, ast.Lt: (gap < 0) & ~zero, ast.Gt: (gap > 0) & ~zero, ast.LtE: (gap < 0) | zero,
                    ast.GtE: (gap > 0) | zero}[type(op)]  # fmt: skip
        result &= held & real
    return result


# --- the answer in the original problem


def check_claim(claim: Claim, answer: Answer, measures: Any = None) -> None:
    """Raises `OracleError` unless the claim holds for the answer by both methods. `measures` maps a measuring
    expression to a float (the figure's)."""
    if claim.kind == "measured":
        _check_measured(claim, answer, measures)
    elif claim.kind == "solves":
        statement = _membership(answer.value, claim.unknown)
        if not step_holds(claim.text, statement, "equivalent"):
            raise OracleError(f"{answer.value} is not the set of solutions of {claim.text}")
    else:
        if claim.value and claim.value != answer.value:
            raise OracleError(f"the answer should be {claim.value!r}, not {answer.value!r}")
        for text in _substituted(claim.text, answer):
            left, right = text.split("==")
            if not step_holds(left.strip(), right.strip(), "equal"):
                raise OracleError(f"the answer {answer.value} does not fulfil {claim.text}")


def _check_measured(claim: Claim, answer: Answer, measures: Any) -> None:
    expected = float(symbolic(claim.value or answer.value))
    found = measures(claim.text)
    if abs(found - expected) > 1e-6 * max(1.0, abs(expected)):
        raise OracleError(f"{claim.text} measures {found} in the figure, not {expected}")


def _substituted(text: str, answer: Answer) -> list[str]:
    """The claim with the answer in place; once per element of a set."""
    node = numeric.tree(answer.value) if answer.kind != "word" else None
    if isinstance(node, ast.Set):
        return [text.replace("ANSWER", f"({ast.unparse(e)})") for e in node.elts]
    if isinstance(node, ast.Tuple):
        for i, e in enumerate(node.elts):
            text = text.replace(f"ANSWER_{i}", f"({ast.unparse(e)})")
    return [text.replace("ANSWER", f"({answer.value})")]


def _membership(value: str, unknown: str) -> str:
    """A set or interval as a statement about the unknown."""
    node = numeric.tree(value)
    if isinstance(node, ast.Set):
        return " or ".join(f"{unknown} == {ast.unparse(e)}" for e in node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Union":
        return " or ".join(_membership(ast.unparse(a), unknown) for a in node.args)
    if isinstance(node, ast.Call):
        low, high = (ast.unparse(a) for a in node.args[:2])
        opens = [bool(getattr(a, "value", False)) for a in node.args[2:4]] + [False] * (4 - len(node.args))
        parts = [f"{low} {'<' if opens[0] else '<='} {unknown}"] if low != "-oo" else []
        parts += [f"{unknown} {'<' if opens[1] else '<='} {high}"] if high != "oo" else []
        return " and ".join(parts) if len(parts) == 1 else f"({' and '.join(parts)})"
    return f"{unknown} == {value}"


def same_answer(a: Answer, b: Answer) -> bool:
    """Whether two answers mean the same: equal values, sets or regions; words letter by letter."""
    if "word" in (a.kind, b.kind):
        return a.value == b.value
    regions = [isinstance(numeric.tree(v.value), ast.Set) or v.kind == "interval" for v in (a, b)]
    if any(regions):
        return step_holds(_membership(a.value, "x"), _membership(b.value, "x"), "equivalent")
    return step_holds(a.value, b.value, "equal")
