"""From what a formula means to how it is written: brackets by precedence, juxtaposition, stacked forms.

`layout_of(node)` is a function of the tree alone. Covered: every kind of `tree.KINDS`. Not covered: breaking lines
(the generator makes aligned lists where a line is too long).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from mmrecipes.render.formulas.layout import (
    Accent,
    Binom,
    Fence,
    Frac,
    Grid,
    Layout,
    Root,
    Row,
    Scripts,
    Space,
    Sym,
    row,
)
from mmrecipes.render.formulas.symbols import BRACKETS
from mmrecipes.render.formulas.tree import Node

_PRECEDENCE = {
    "quantifier": 1, "relation": 5, "chain": 5, "map": 5, "aligned": 0, "binary": 12, "not": 30,
    "add": 20, "pm": 20, "neg": 25, "large": 28,
    "extremum": 28, "mul": 30, "slash": 30, "nabla": 34, "derivative": 38, "partial": 38, "func": 34, "pow": 40,
    "factorial": 40, "tensor": 45, "sub": 45, "integral": 29, "frac": 42,
}  # fmt: skip
_ATOM = 50
_LOGICAL = frozenset({r"\Rightarrow", r"\Leftrightarrow", r"\vdash", r"\models"})
"""Signs between statements, which bind more loosely than relations."""
_SUM, _NEGATED, _PRODUCT, _POWER, _INDEXED = 20, 26, 30, 40, 45


def layout_of(node: Node) -> Layout:
    """The notation of a tree."""
    return _WRITERS[node.kind](node)


def precedence(node: Node) -> int:
    return _PRECEDENCE.get(node.kind, _ATOM)


def _inside(node: Node, least: int) -> Layout:
    """In brackets when it binds more loosely than `least`."""
    return _paren(node) if precedence(node) < least else layout_of(node)


def _paren(node: Node) -> Layout:
    return Fence("(", layout_of(node), ")")


def _listed(nodes: Sequence[Node]) -> list[Layout]:
    parts: list[Layout] = []
    for i, node in enumerate(nodes):
        parts += [Sym(","), layout_of(node)] if i else [layout_of(node)]
    return parts


def _atom(node: Node) -> Layout:
    return Sym(node.name)


def _text(node: Node) -> Layout:
    return Sym(rf"\text{{{node.name}}}")


def _add(node: Node) -> Layout:
    parts: list[Layout] = []
    for i, term in enumerate(node.args):
        if term.kind == "neg":
            parts += [Sym("-"), _inside(term.args[0], _NEGATED)]
        else:
            parts += [Sym("+"), _inside(term, _SUM + 1)] if i else [_inside(term, _SUM)]
    return row(*parts)


def _neg(node: Node) -> Layout:
    return row(Sym("-"), _inside(node.args[0], _NEGATED))


def _pm(node: Node) -> Layout:
    left, right = node.args
    return row(_inside(left, _SUM), Sym(node.name), _inside(right, _SUM + 1))


def _mul(node: Node) -> Layout:
    parts: list[Layout] = []
    last = len(node.args) - 1
    for i, factor in enumerate(node.args):
        swallows = i < last and _swallows(factor) and not _is_function(node.args[i + 1])
        part = (
            _paren(factor) if swallows or (i and factor.kind == "neg") else _inside(factor, _PRODUCT - 2 * (i == last))
        )
        if i:
            sign = node.name or (r"\cdot" if _needs_sign(node.args[i - 1], part) else "")
            parts += [Sym(sign)] if sign else []
        parts.append(part)
    return row(*parts)


def _is_function(node: Node) -> bool:
    return node.kind == "func" or (node.kind == "pow" and node.args[0].kind == "func")


def _swallows(node: Node) -> bool:
    """Whether a factor written after it would be read as part of it."""
    return _is_function(node) or node.kind in ("large", "extremum", "integral", "nabla", "slash")


def _needs_sign(before: Node, after: Layout) -> bool:
    """A number or dots cannot follow without a sign; nor can anything after a factorial."""
    first = after
    while isinstance(first, Row | Scripts):
        first = first.items[0] if isinstance(first, Row) else first.base
    digit = isinstance(first, Sym) and first.tex[:1].isdigit()
    return digit or before.kind == "factorial" or (before.kind == "num" and isinstance(first, Frac))


def _frac(node: Node) -> Layout:
    return Frac(layout_of(node.args[0]), layout_of(node.args[1]))


def _slash(node: Node) -> Layout:
    return row(_inside(node.args[0], _PRODUCT), Sym("/"), _inside(node.args[1], _POWER))


def _pow(node: Node) -> Layout:
    base, exponent = node.args
    up = layout_of(exponent)
    if base.kind == "func" and len(base.args) == 1:
        return row(Scripts(Sym(base.name), None, up), *_argument(base.args[0]))
    if base.kind == "sub":
        return Scripts(_inside(base.args[0], _INDEXED), layout_of(base.args[1]), up)
    if base.kind in ("frac", "tensor", "prime", "apply"):
        return Scripts(_paren(base), None, up)
    return Scripts(_inside(base, _INDEXED), None, up)


def _sub(node: Node) -> Layout:
    base, index = node.args
    return Scripts(_inside(base, _INDEXED), row(*_listed(index.args)) if index.kind == "row" else layout_of(index))


def _root(node: Node) -> Layout:
    return Root(layout_of(node.args[0]), layout_of(node.args[1]) if len(node.args) > 1 else None)


def _fenced(left: str) -> Callable[[Node], Layout]:
    return lambda node: Fence(left, layout_of(node.args[0]), BRACKETS[left][0])


def _factorial(node: Node) -> Layout:
    return row(_inside(node.args[0], _INDEXED), Sym("!"))


def _argument(arg: Node) -> list[Layout]:
    """The argument of a named function: bare when it is one short product, else in brackets."""
    if arg.kind in ("paren", "abs", "matrix", "tuple"):
        return [layout_of(arg)]
    bare = arg.kind in ("num", "var", "const", "sub", "frac", "accent", "root", "set") or (
        arg.kind == "pow" and arg.args[0].kind in ("var", "num", "const", "sub")
    )
    if arg.kind == "mul" and not arg.name:
        bare = all(f.kind in ("num", "var", "const") for f in arg.args)
    return [layout_of(arg)] if bare else [_paren(arg)]


def _func(node: Node) -> Layout:
    argument, *base = node.args
    name: Layout = Scripts(Sym(node.name), layout_of(base[0])) if base else Sym(node.name)
    return row(name, *_argument(argument))


def _apply(node: Node) -> Layout:
    function, *args = node.args
    return row(_inside(function, _POWER), Fence("(", row(*_listed(args)), ")"))


def _extremum(node: Node) -> Layout:
    under, body = node.args
    return row(Scripts(Sym(node.name), layout_of(under)), _inside(body, _SUM + 1))


def _large(node: Node) -> Layout:
    body, *bounds = node.args
    sign: Layout = Sym(node.name)
    if bounds:
        sign = Scripts(sign, layout_of(bounds[0]), layout_of(bounds[1]) if len(bounds) > 1 else None)
    return row(sign, _inside(body, _SUM + 1))


def _integral(node: Node) -> Layout:
    body, variable, *bounds = node.args
    sign: Layout = Sym(node.name)
    if bounds:
        sign = Scripts(sign, layout_of(bounds[0]), layout_of(bounds[1]) if len(bounds) > 1 else None)
    return row(sign, _inside(body, _SUM + 1), Space(), Sym("d"), layout_of(variable))


def _ratio(sign: str, function: Node, below: Layout, order: int) -> Layout:
    """d f / d x, or d/dx followed by what is long."""
    operator: Layout = Sym(sign) if order == 1 else Scripts(Sym(sign), None, Sym(str(order)))
    if function.kind in ("var", "apply", "sub"):
        return Frac(row(operator, layout_of(function)), below)
    return row(Frac(operator, below), _paren(function))


def _derivative(node: Node) -> Layout:
    function, variable = node.args
    order = int(node.name or 1)
    name = layout_of(variable)
    return _ratio("d", function, row(Sym("d"), name if order == 1 else Scripts(name, None, Sym(str(order)))), order)


def _partial(node: Node) -> Layout:
    function, *variables = node.args
    below: list[Layout] = []
    for v in dict.fromkeys(variables):
        times = variables.count(v)
        name = layout_of(v)
        below += [Sym(r"\partial"), name if times == 1 else Scripts(name, None, Sym(str(times)))]
    return _ratio(r"\partial", function, row(*below), len(variables))


def _prime(node: Node) -> Layout:
    function, *arg = node.args
    marks = row(*(Sym(r"\prime") for _ in range(int(node.name or 1))))
    head = Scripts(layout_of(function), None, marks)
    return row(head, Fence("(", layout_of(arg[0]), ")")) if arg else head


def _nabla(node: Node) -> Layout:
    sign = {"grad": [Sym(r"\nabla")], "div": [Sym(r"\nabla"), Sym(r"\cdot")], "curl": [Sym(r"\nabla"), Sym(r"\times")],
            "laplace": [Scripts(Sym(r"\nabla"), None, Sym("2"))]}[node.name]  # fmt: skip
    return row(*sign, _inside(node.args[0], _POWER))


def _binom(node: Node) -> Layout:
    return Binom(layout_of(node.args[0]), layout_of(node.args[1]))


def _matrix(node: Node) -> Layout:
    return Grid(node.name, tuple(tuple(layout_of(c) for c in line.args) for line in node.args))


def _cases(node: Node) -> Layout:
    lines: list[tuple[Layout, Layout]] = []
    for case in node.args:
        value, condition = case.args
        when = layout_of(condition) if condition.kind == "text" else row(Sym(r"\text{if }"), layout_of(condition))
        lines.append((layout_of(value), when))
    return Grid("cases", tuple(lines))


def _accent(node: Node) -> Layout:
    return Accent(node.name, layout_of(node.args[0]))


def _setbuilder(node: Node) -> Layout:
    element, domain, condition = node.args
    inside = row(layout_of(element), Sym(r"\in"), layout_of(domain), Sym(r"\mid"), layout_of(condition))
    return Fence(r"\{", inside, r"\}")


def _several(left: str, right: str) -> Callable[[Node], Layout]:
    return lambda node: Fence(left, row(*_listed(node.args)), right)


def _interval(node: Node) -> Layout:
    return Fence(node.name[0], row(*_listed(node.args)), node.name[1])


def _quantifier(node: Node) -> Layout:
    binder, *body = node.args
    head = row(Sym(node.name), layout_of(binder))
    if not body:
        return head
    inner = body[0]
    between = [Space()] if inner.kind == "quantifier" else [Sym(":")]
    return row(head, *between, layout_of(inner))


def _prob(node: Node) -> Layout:
    event, *given = node.args
    inside = row(layout_of(event), Sym(r"\mid"), layout_of(given[0])) if given else layout_of(event)
    bracket = "[" if node.name == r"\mathbb{E}" else "("
    return row(Sym(node.name), Fence(bracket, inside, BRACKETS[bracket][0]))


def _tensor(node: Node) -> Layout:
    """Indices next to each other at one height share a script; a change of height starts a new, empty base."""
    base, *indices = node.args
    parts: list[Layout] = []
    stem = layout_of(base)
    for place, run in itertools.groupby(zip(node.name, indices, strict=True), key=lambda pair: pair[0]):
        marks = row(*(layout_of(index) for _, index in run))
        parts.append(Scripts(stem, None, marks) if place == "u" else Scripts(stem, marks))
        stem = Row()
    return Row(tuple(parts)) if len(parts) > 1 else parts[0]


def _relation(node: Node) -> Layout:
    least = 2 if node.name in _LOGICAL else 6
    return row(_inside(node.args[0], least), Sym(node.name), _inside(node.args[1], least))


def _chain(node: Node) -> Layout:
    parts: list[Layout] = [_inside(node.args[0], 6)]
    for sign, side in zip(node.name.split(), node.args[1:], strict=True):
        parts += [Sym(sign), _inside(side, 6)]
    return row(*parts)


def _binary(node: Node) -> Layout:
    logical = node.name in (r"\land", r"\lor")
    least = 2 if logical else _PRECEDENCE["binary"] + 1
    return row(_inside(node.args[0], least), Sym(node.name), _inside(node.args[1], least))


def _not(node: Node) -> Layout:
    return row(Sym(r"\neg"), _inside(node.args[0], _POWER))


def _map(node: Node) -> Layout:
    function, domain, codomain = (layout_of(a) for a in node.args)
    return row(function, Sym(":"), domain, Sym(r"\to"), codomain)


def _aligned(node: Node) -> Layout:
    """One line per relation; a chain has one line per side, aligned at its signs."""
    lines: list[tuple[Layout, Layout]] = []
    for item in node.args:
        signs = item.name.split()
        left: Layout = layout_of(item.args[0])
        for sign, side in zip(signs, item.args[1:], strict=True):
            lines.append((left, row(Sym(sign), _inside(side, 6))))
            left = Row()
    return Grid("aligned", tuple(lines))


_WRITERS: dict[str, Callable[[Node], Layout]] = {
    **dict.fromkeys(("num", "var", "const", "set", "dots"), _atom),
    "text": _text, "add": _add, "neg": _neg, "pm": _pm, "mul": _mul, "frac": _frac, "slash": _slash, "pow": _pow,
    "sub": _sub, "root": _root, "abs": _fenced("|"), "norm": _fenced(r"\|"), "floor": _fenced(r"\lfloor"),
    "ceil": _fenced(r"\lceil"), "factorial": _factorial, "func": _func, "apply": _apply, "extremum": _extremum,
    "large": _large, "integral": _integral, "derivative": _derivative, "partial": _partial, "prime": _prime,
    "nabla": _nabla, "binom": _binom, "matrix": _matrix, "row": lambda n: row(*_listed(n.args)), "cases": _cases,
    "case": lambda n: layout_of(n.args[0]), "accent": _accent, "setbuilder": _setbuilder,
    "setlist": _several(r"\{", r"\}"), "interval": _interval, "tuple": _several("(", ")"),
    "inner": _several(r"\langle", r"\rangle"), "quantifier": _quantifier, "prob": _prob, "tensor": _tensor,
    "relation": _relation, "chain": _chain, "binary": _binary, "not": _not, "map": _map, "aligned": _aligned,
    "paren": lambda n: _paren(n.args[0]), "beside": lambda n: row(*map(layout_of, n.args)),
}  # fmt: skip
