"""sympy objects as formula trees: what is written is what sympy holds, in its own order of terms.

Covered: numbers, symbols (with Greek names and indices), arithmetic, powers and roots, elementary functions,
derivatives, integrals, sums, products, limits, relations, matrices, piecewise functions, intervals and finite sets,
factorials, binomials, absolute values, floor and ceiling. Not covered: everything else (`SympyError`).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable
from typing import Any

import sympy as sp

from mmrecipes.render.formulas.symbols import FUNCTIONS, SYMBOLS
from mmrecipes.render.formulas.tree import (
    Node,
    add,
    apply,
    beside,
    chain,
    const,
    frac,
    func,
    integral,
    large,
    matrix,
    mul,
    neg,
    num,
    power,
    rel,
    sqrt,
    sub,
    var,
)


class SympyError(ValueError):
    """A sympy object that has no notation here."""


def from_sympy(expr: Any) -> Node:
    """The tree of a sympy expression, relation, matrix or set. Raises `SympyError`."""
    if isinstance(expr, int | float):
        return from_sympy(sp.sympify(expr))
    for kind, write in _WRITERS:
        if isinstance(expr, kind):
            return write(expr)
    raise SympyError(f"{type(expr).__name__} has no notation here")


def symbol(name: str) -> Node:
    """A symbol's name as a tree: `x`, `alpha`, `x_1`, `a_ij`. Raises `SympyError`."""
    found = re.fullmatch(r"([A-Za-z]+?)(?:_?(\d+)|_(\w+))?", name)
    if found is None:
        raise SympyError(f"no symbol is called {name!r}")
    stem, index = found[1], found[2] or found[3] or ""
    tex = stem if len(stem) == 1 else rf"\{stem}"
    if tex not in SYMBOLS:
        raise SympyError(f"no symbol is called {name!r}")
    base = const(tex) if tex == r"\pi" else var(tex)
    if not index:
        return base
    parts = [num(p) if p.isdigit() else symbol(p) for p in re.findall(r"\d+|[A-Za-z]", index)]
    return sub(base, parts[0] if len(parts) == 1 else beside("indices", *parts))


def _rational(q: Any) -> Node:
    body = num(abs(q.p)) if q.q == 1 else frac(num(abs(q.p)), num(q.q))
    return neg(body) if q.p < 0 else body


def _float(x: Any) -> Node:
    text = str(x).rstrip("0").rstrip(".")
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise SympyError(f"{x} is not a plain decimal number")
    return num(text)


def _add(expr: Any) -> Node:
    return add(*(from_sympy(t) for t in expr.as_ordered_terms()))


def _mul(expr: Any) -> Node:
    """Sign first, then numerator over denominator; whole coefficients stand in front."""
    if expr.could_extract_minus_sign():
        return neg(from_sympy(-expr))
    top, bottom = sp.fraction(expr)
    if bottom != 1:
        return frac(from_sympy(top), from_sympy(bottom))
    factors = [from_sympy(f) for f in expr.as_ordered_factors()]
    factors.sort(key=lambda f: (f.kind != "num", _stands_last(f)))
    return mul(*factors)


def _stands_last(node: Node) -> bool:
    return node.kind in ("func", "large", "integral") or (node.kind == "pow" and node.args[0].kind == "func")


def _pow(expr: Any) -> Node:
    base, exponent = expr.as_base_exp()
    if isinstance(exponent, sp.Rational) and exponent.p < 0:
        return frac(num(1), from_sympy(base**-exponent))
    if isinstance(exponent, sp.Rational) and exponent.q != 1 and exponent.q <= 9:
        inside = from_sympy(base) if exponent.p == 1 else power(from_sympy(base), num(exponent.p))
        return sqrt(inside, None if exponent.q == 2 else num(exponent.q))
    return power(from_sympy(base), from_sympy(exponent))


_NAMES = {"Abs": "abs", "floor": "floor", "ceiling": "ceil", "factorial": "factorial"}
_RENAMED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln"}


def _function(expr: Any) -> Node:
    name = str(expr.func.__name__)
    args = [from_sympy(a) for a in expr.args]
    if name in _NAMES:
        return Node(_NAMES[name], tuple(args))
    if name == "binomial":
        return Node("binom", tuple(args))
    if name == "exp":
        return power(const("e"), args[0])
    name = _RENAMED.get(name, name)
    if name in FUNCTIONS and len(args) == 1:
        return func(rf"\{name}", args[0])
    return apply(symbol(name), *args)


def _derivative(expr: Any) -> Node:
    function = from_sympy(expr.expr)
    variables = [from_sympy(v) for v, n in expr.variable_count for _ in range(int(n))]
    if len(expr.expr.free_symbols) > 1:
        return Node("partial", (function, *variables))
    return Node("derivative", (function, variables[0]), str(len(variables)))


def _integral(expr: Any) -> Node:
    """Nested from the inside: the first limits are the innermost."""
    body = from_sympy(expr.function)
    for variable, *bounds in expr.limits:
        body = integral(body, from_sympy(variable), *(from_sympy(b) for b in bounds))
    return body


def _sum(expr: Any) -> Node:
    name = r"\sum" if isinstance(expr, sp.Sum) else r"\prod"
    body = from_sympy(expr.function)
    for variable, lower, upper in expr.limits:
        body = large(name, body, rel("=", from_sympy(variable), from_sympy(lower)), from_sympy(upper))
    return body


def _limit(expr: Any) -> Node:
    body, variable, target, side = expr.args
    to = from_sympy(target)
    if str(side) in ("+", "-") and target.is_finite:
        to = power(to, const(str(side)))
    return Node("extremum", (rel(r"\to", from_sympy(variable), to), from_sympy(body)), r"\lim")


_SIGNS = {sp.Eq: "=", sp.Ne: r"\ne", sp.Lt: "<", sp.Le: r"\le", sp.Gt: ">", sp.Ge: r"\ge"}
_RISING = (sp.Lt, sp.Le)


def _relation(expr: Any) -> Node:
    return rel(_SIGNS[type(expr)], from_sympy(expr.lhs), from_sympy(expr.rhs))


def _matrix(expr: Any) -> Node:
    rows, columns = expr.shape
    return matrix(tuple(tuple(from_sympy(expr[r, c]) for c in range(columns)) for r in range(rows)))


def _piecewise(expr: Any) -> Node:
    cases: list[Node] = []
    for value, condition in expr.args:
        when = Node("text", (), "otherwise") if condition == sp.true else from_sympy(condition)
        cases.append(Node("case", (from_sympy(value), when)))
    return Node("cases", tuple(cases))


def _interval(expr: Any) -> Node:
    name = ("(" if expr.left_open else "[") + (")" if expr.right_open else "]")
    return Node("interval", (from_sympy(expr.start), from_sympy(expr.end)), name)


def _and(expr: Any) -> Node:
    """a < x and x < b is written a < x < b; other conditions have the sign between them."""
    parts = sorted(expr.args, key=str)
    written = _between(*parts) if len(parts) == 2 else None
    return written or functools.reduce(lambda a, b: Node("binary", (a, b), r"\land"), map(from_sympy, parts))


def _between(p: Any, q: Any) -> Node | None:
    """Two inequalities as one chain of < or ≤, where one ends with what the other begins with."""
    rising = [r.reversed if isinstance(r, (sp.Gt, sp.Ge)) else r for r in (p, q)]
    for a, b in itertools.permutations(rising):
        if isinstance(a, _RISING) and isinstance(b, _RISING) and a.rhs == b.lhs:
            return chain((from_sympy(a.lhs), from_sympy(a.rhs), from_sympy(b.rhs)), (_SIGNS[type(a)], _SIGNS[type(b)]))
    return None


_CONSTANTS: dict[Any, Node] = {
    sp.pi: const(r"\pi"), sp.E: const("e"), sp.I: const("i"), sp.oo: const(r"\infty"), -sp.oo: neg(const(r"\infty")),
    sp.zoo: const(r"\infty"), sp.S.Reals: Node("set", (), r"\mathbb{R}"), sp.S.Integers: Node("set", (), r"\mathbb{Z}"),
    sp.S.Naturals: Node("set", (), r"\mathbb{N}"), sp.S.EmptySet: const(r"\emptyset"),
}  # fmt: skip
_CONSTANT_TYPES = tuple({type(k) for k in _CONSTANTS})

_WRITERS: list[tuple[Any, Callable[[Any], Node]]] = [
    (_CONSTANT_TYPES, lambda e: _CONSTANTS[e]),
    (sp.Rational, _rational),
    (sp.Float, _float),
    (sp.Symbol, lambda e: symbol(e.name)),
    (sp.Add, _add),
    (sp.Mul, _mul),
    (sp.Pow, _pow),
    (sp.Derivative, _derivative),
    (sp.Integral, _integral),
    ((sp.Sum, sp.Product), _sum),
    (sp.Limit, _limit),
    (sp.Piecewise, _piecewise),
    ((sp.Function, sp.core.function.AppliedUndef), _function),
    (tuple(_SIGNS), _relation),
    (sp.MatrixBase, _matrix),
    (sp.Interval, _interval),
    (sp.FiniteSet, lambda e: Node("setlist", tuple(from_sympy(a) for a in sorted(e.args, key=sp.default_sort_key)))),
    (sp.Tuple, lambda e: Node("tuple", tuple(from_sympy(a) for a in e.args))),
    (sp.And, _and),
]
