"""Expressions in Python syntax as formulas with their structure as written.

`3*(4 + 5)` stays a product of a number and a bracket, `3*(-4)` keeps its bracket. What is printed is a `Layout` of
`formulas`, which writes LaTeX and typst. Covered: arithmetic, powers, roots, functions, equations, inequalities and
their combinations, derivatives, integrals, limits, sums, binomials, matrices, determinants, sets, intervals, tuples,
subscripts. Not covered: anything that is not one Python expression (`NotationError`).
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mmrecipes.render.formulas.layout import Binom, Fence, Frac, Grid, Layout, Root, Scripts, Space, Sym, row
from mmrecipes.render.formulas.layout import latex as latex_of

_STATEMENT, _SUM, _PRODUCT, _POWER, _ATOM = range(5)
"""How tightly a printed form binds."""


class NotationError(ValueError):
    """A text that is not an expression of this notation."""


@dataclass(frozen=True, slots=True)
class Form:
    layout: Layout
    binds: int = _ATOM


_GREEK = {"alpha", "beta", "gamma", "theta", "lamda", "mu", "pi", "sigma", "phi"}
_FUNCTIONS = ("sin", "cos", "tan", "ln")
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.Lt: "<", ast.Gt: ">", ast.LtE: r"\le", ast.GtE: r"\ge", ast.NotEq: r"\ne",
}  # fmt: skip


def latex(text: str) -> str:
    """The expression as canonical LaTeX. Raises `NotationError`."""
    return latex_of(layout(text))


@functools.lru_cache(maxsize=4096)
def layout(text: str) -> Layout:
    """How the expression is written. Raises `NotationError`."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as e:
        raise NotationError(f"{text!r}: {e.msg}") from e
    return _form(tree).layout


def _form(node: ast.expr) -> Form:
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise NotationError(f"no notation for {ast.unparse(node)}")
    return handler(node)


def _laid(node: ast.expr) -> Layout:
    return _form(node).layout


def _bracketed(form: Form, least: int) -> Layout:
    return form.layout if form.binds >= least else Fence("(", form.layout, ")")


def _constant(node: ast.Constant) -> Form:
    return Form(Sym(rf"\text{{{node.value}}}" if isinstance(node.value, str) else str(node.value)))


def symbol(name: str) -> Layout:
    """A variable: one letter, a Greek name, either with a subscript behind `_`, `oo`, several capitals (a segment), or
    a word set upright."""
    if name == "oo":
        return Sym(r"\infty")
    base, _, index = name.partition("_")
    if len(index) > 1 and not index.isdigit():
        return Sym(rf"\text{{{base} {index}}}")
    if base in _GREEK:
        body: Layout = Sym(rf"\{'lambda' if base == 'lamda' else base}")
    elif len(base) == 1:
        body = Sym(base)
    elif base.isupper():
        body = row(*(Sym(letter) for letter in base))
    else:
        body = Sym(rf"\text{{{base}}}")
    return Scripts(body, Sym(index)) if index else body


def _binary(node: ast.BinOp) -> Form:
    if isinstance(node.op, ast.Add | ast.Sub):
        right = _form(node.right)
        fenced = _starts_negative(node.right) or (isinstance(node.op, ast.Sub) and right.binds == _SUM)
        sign = Sym("+" if isinstance(node.op, ast.Add) else "-")
        return Form(row(_laid(node.left), sign, _bracketed(right, _ATOM + 1 if fenced else _SUM)), _SUM)
    return _power(node) if isinstance(node.op, ast.Pow) else _product(node)


def _power(node: ast.BinOp) -> Form:
    left, exponent = node.left, _laid(node.right)
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id in _FUNCTIONS:
        head = Scripts(Sym(rf"\{left.func.id}"), None, exponent)
        return Form(row(head, Fence("(", _laid(left.args[0]), ")")), _POWER)
    base = _form(left)
    fenced = base.binds < _ATOM or isinstance(base.layout, Frac | Scripts)
    return Form(Scripts(Fence("(", base.layout, ")") if fenced else base.layout, None, exponent), _POWER)


def _starts_negative(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Pow):
        node = node.left
    return isinstance(node, ast.UnaryOp)


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), node.right]
    return [node]


def _product(node: ast.BinOp) -> Form:
    """Product or quotient; a minus sign of the first factor stands before everything."""
    if isinstance(node.op, ast.Div):
        top, negative = _unsigned(node.left)
        fraction = Form(Frac(_laid(top), _laid(node.right)))
        return _negated(fraction) if negative else fraction
    if not isinstance(node.op, ast.Mult):
        raise NotationError(f"no notation for {ast.unparse(node)}")
    factors = _factors(node)
    first, negative = _unsigned(factors[0])
    parts = [_bracketed(_form(first), _PRODUCT)]
    for before, factor in zip([first, *factors[1:]], factors[1:], strict=False):
        if _dot(before, factor):
            parts.append(Sym(r"\cdot"))
        parts.append(_bracketed(_form(factor), _PRODUCT))
    body = Form(row(*parts), _PRODUCT)
    return _negated(body) if negative else body


def _unsigned(node: ast.expr) -> tuple[ast.expr, bool]:
    """A quotient or number without its leading minus sign, and whether there was one."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand, True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        left, negative = _unsigned(node.left)
        if negative:
            return ast.BinOp(left, node.op, node.right), True
    return node, False


def _negated(body: Form) -> Form:
    return Form(row(Sym("-"), body.layout), _SUM)


def _dot(left: ast.expr, right: ast.expr) -> bool:
    """Whether a dot stands between two factors: before digits, between fractions, behind a function."""
    first = right
    while isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult | ast.Pow):
        first = first.left
    if isinstance(first, ast.Constant):
        return True
    fractions = [isinstance(n, ast.BinOp) and isinstance(n.op, ast.Div) for n in (left, first)]
    if fractions[1] and (fractions[0] or isinstance(left, ast.Constant)):
        return True
    return isinstance(left, ast.Call) and isinstance(first, ast.Constant | ast.Name) and _name_of(left) != "Matrix"


def _name_of(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _unary(node: ast.UnaryOp) -> Form:
    if not isinstance(node.op, ast.USub):
        raise NotationError(f"no notation for {ast.unparse(node)}")
    return Form(row(Sym("-"), _bracketed(_form(node.operand), _PRODUCT)), _SUM)


def _compare(node: ast.Compare) -> Form:
    parts = [_laid(node.left)]
    for op, right in zip(node.ops, node.comparators, strict=True):
        if type(op) not in _COMPARISONS:
            raise NotationError(f"no notation for {ast.unparse(node)}")
        parts += [Sym(_COMPARISONS[type(op)]), _laid(right)]
    return Form(row(*parts), _STATEMENT)


def _boolean(node: ast.BoolOp) -> Form:
    """Statements joined by `or`; by `and` as `and`, or as a double inequality is written: `a < x < b`."""
    if isinstance(node.op, ast.And) and (chain := _chained(node)):
        return _compare(chain)
    word = Sym(r"\text{ or }" if isinstance(node.op, ast.Or) else r"\text{ and }")
    if isinstance(node.op, ast.And) and len(node.values) > 1 and all(_is_equation(v) for v in node.values):
        return Form(Grid("cases", tuple((_laid(v),) for v in node.values)), _STATEMENT)
    parts = [_part(node.values[0])]
    for value in node.values[1:]:
        parts += [Space(0.35), word, Space(0.35), _part(value)]
    return Form(row(*parts), _STATEMENT)


def _is_equation(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)


def _part(node: ast.expr) -> Layout:
    return Fence("(", _laid(node), ")") if isinstance(node, ast.BoolOp) and not _is_double(node) else _laid(node)


def _is_double(node: ast.BoolOp) -> bool:
    return isinstance(node.op, ast.And) and _chained(node) is not None


def _chained(node: ast.BoolOp) -> ast.Compare | None:
    """`a < x and x < b` as one comparison."""
    if len(node.values) != 2:
        return None
    one, two = node.values
    if not (isinstance(one, ast.Compare) and isinstance(two, ast.Compare)):
        return None
    if ast.unparse(one.comparators[-1]) != ast.unparse(two.left) or not isinstance(two.ops[0], ast.Lt | ast.LtE):
        return None
    return ast.Compare(one.left, [*one.ops, *two.ops], [*one.comparators, *two.comparators])


def _comma(items: Sequence[ast.expr]) -> Layout:
    parts: list[Layout] = []
    for i, item in enumerate(items):
        parts += ([Sym(","), Space()] if i else []) + [_laid(item)]
    return row(*parts)


def _fenced(left: str, right: str) -> Callable[..., Form]:
    return lambda node: Form(Fence(left, _comma(node.elts), right))


def _call(node: ast.Call) -> Form:
    name, args = _name_of(node), node.args
    if not name or node.keywords:
        raise NotationError(f"no notation for {ast.unparse(node)}")
    if name in _CALLS:
        return _CALLS[name](args)
    if name in _FUNCTIONS:
        return Form(row(Sym(rf"\{name}"), Fence("(", _laid(args[0]), ")")), _PRODUCT)
    return Form(row(symbol(name), Fence("(", _comma(args), ")")))


def _log(args: Sequence[ast.expr]) -> Form:
    head: Layout = Sym(r"\ln") if len(args) == 1 else Scripts(Sym(r"\log"), _laid(args[1]))
    return Form(row(head, Fence("(", _laid(args[0]), ")")), _PRODUCT)


def _derivative(args: Sequence[ast.expr]) -> Form:
    d, body = Sym("d"), _form(args[0])
    if isinstance(args[0], ast.Name):
        return Form(Frac(row(d, body.layout), row(d, _laid(args[1]))))
    return Form(row(Frac(d, row(d, _laid(args[1]))), Fence("(", body.layout, ")")), _PRODUCT)


def _bounds(node: ast.expr) -> tuple[Layout, Layout, Layout]:
    if not isinstance(node, ast.Tuple) or len(node.elts) != 3:
        raise NotationError("bounds must be (variable, from, to)")
    variable, low, high = (_laid(b) for b in node.elts)
    return variable, low, high


def _integral(args: Sequence[ast.expr]) -> Form:
    variable, low, high = _bounds(args[1])
    body = _bracketed(_form(args[0]), _PRODUCT)
    return Form(row(Scripts(Sym(r"\int"), low, high), body, Space(), Sym("d"), variable), _SUM)


def _sum(args: Sequence[ast.expr]) -> Form:
    variable, low, high = _bounds(args[1])
    sign = Scripts(Sym(r"\sum"), row(variable, Sym("="), low), high)
    return Form(row(sign, _bracketed(_form(args[0]), _PRODUCT)), _SUM)


def _limit(args: Sequence[ast.expr]) -> Form:
    under = row(_laid(args[1]), Sym(r"\to"), _laid(args[2]))
    return Form(row(Scripts(Sym(r"\lim"), under), Space(), _bracketed(_form(args[0]), _PRODUCT)), _SUM)


def _matrix(args: Sequence[ast.expr], name: str = "pmatrix") -> Form:
    rows = args[0].elts if isinstance(args[0], ast.List) else []
    cells = [r.elts if isinstance(r, ast.List) else [r] for r in rows]
    return Form(Grid(name, tuple(tuple(_laid(c) for c in r) for r in cells)))


def _det(args: Sequence[ast.expr]) -> Form:
    inner = args[0]
    if isinstance(inner, ast.Call) and _name_of(inner) == "Matrix":
        return _matrix(inner.args, "vmatrix")
    return Form(row(Sym(r"\det"), Fence("(", _laid(inner), ")")), _PRODUCT)


def _interval(args: Sequence[ast.expr]) -> Form:
    opens = [isinstance(a, ast.Constant) and bool(a.value) for a in args[2:4]] + [False] * (4 - len(args))
    return Form(Fence("(" if opens[0] else "[", _comma(args[:2]), ")" if opens[1] else "]"))


def _evaluated(args: Sequence[ast.expr]) -> Form:
    """An antiderivative between bounds: `At(F, (x, a, b))`."""
    _, low, high = _bounds(args[1])
    return Form(Scripts(Fence("[", _laid(args[0]), "]"), low, high), _PRODUCT)


def _joined(sign: str) -> Callable[[Sequence[ast.expr]], Form]:
    return lambda args: Form(row(_laid(args[0]), Sym(sign), _laid(args[1])), _SUM)


_CALLS: dict[str, Callable[[Sequence[ast.expr]], Form]] = {
    "sqrt": lambda a: Form(Root(_laid(a[0]))),
    "exp": lambda a: Form(Scripts(Sym("e"), None, _laid(a[0])), _POWER),
    "log": _log,
    "factorial": lambda a: Form(row(_laid(a[0]), Sym("!")), _POWER),
    "binomial": lambda a: Form(Binom(_laid(a[0]), _laid(a[1]))),
    "Derivative": _derivative,
    "Integral": _integral,
    "Sum": _sum,
    "Limit": _limit,
    "At": _evaluated,
    "Matrix": _matrix,
    "det": _det,
    "Interval": _interval,
    "Union": _joined(r"\cup"),
    "given": _joined(r"\mid"),
}

_HANDLERS: dict[type[ast.expr], Callable[..., Form]] = {
    ast.Constant: _constant, ast.Name: lambda n: Form(symbol(n.id)), ast.BinOp: _binary, ast.UnaryOp: _unary,
    ast.Compare: _compare, ast.BoolOp: _boolean, ast.Call: _call, ast.Tuple: _fenced("(", ")"),
    ast.Set: _fenced(r"\{", r"\}"), ast.List: _fenced("[", "]"),
}  # fmt: skip
