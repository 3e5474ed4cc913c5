"""Expressions in Python syntax, printed as LaTeX and as typst with their structure as written.

`3*(4 + 5)` stays a product of a number and a bracket. Covered: arithmetic, powers, roots, functions, equations,
inequalities and their combinations, derivatives, integrals, limits, sums, binomials, matrices, determinants, sets,
intervals, tuples, subscripts. Not covered: anything that is not one Python expression (`NotationError`).
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
"""How tightly a printed form binds."""


class NotationError(ValueError):
    """A text that is not an expression of this notation."""


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form: `kind` with its parts. An `atom` has LaTeX, typst and plain text; all others only parts."""

    kind: str
    parts: tuple[Form, ...] = ()
    latex: str = ""
    typst: str = ""
    text: str = ""
    binds: int = _ATOM


_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "theta": "θ", "lamda": "λ", "mu": "μ", "pi": "π", "sigma": "σ",
          "Sigma": "Σ", "phi": "φ", "epsilon": "ε"}  # fmt: skip
_FUNCTIONS = ("sin", "cos", "tan", "ln", "arctan")
_COMPARISONS: dict[type[ast.cmpop], tuple[str, str, str]] = {
    ast.Eq: ("=", "=", "="), ast.Lt: ("<", "<", "<"), ast.Gt: (">", ">", ">"), ast.LtE: ("\\le", "<=", "≤"),
    ast.GtE: ("\\ge", ">=", "≥"), ast.NotEq: ("\\ne", "!=", "≠"),
}  # fmt: skip


def atom(latex: str, typst: str = "", text: str = "") -> Form:
    return Form("atom", (), latex, typst or latex, text or latex)


def row(*parts: Form, binds: int = _ATOM) -> Form:
    return Form("row", parts, binds=binds)


def fence(inner: Form, left: str = "(", right: str = ")") -> Form:
    return Form("fence", (inner,), left, right)


@functools.lru_cache(maxsize=4096)
def form(text: str) -> Form:
    """The printed form of an expression. Raises `NotationError`."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as e:
        raise NotationError(f"{text!r}: {e.msg}") from e
    return _form(tree)


def _form(node: ast.expr) -> Form:
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise NotationError(f"no notation for {ast.unparse(node)}")
    return handler(node)


def _constant(node: ast.Constant) -> Form:
    if isinstance(node.value, str):
        return atom(f"\\text{{{node.value}}}", f'"{node.value}"', node.value)
    return atom(str(node.value))


def _name(node: ast.Name) -> Form:
    return symbol(node.id)


def symbol(name: str) -> Form:
    """A variable: one letter, a Greek name, either with a subscript behind `_`, `oo`, or a word set upright."""
    if name == "oo":
        return atom("\\infty", "infinity", "∞")
    base, _, index = name.partition("_")
    if base.endswith("bar") and len(base) == 4:
        body = Form("bar", (symbol(base[0]),))
    elif base in _GREEK:
        plain = {"lamda": "lambda", "epsilon": "varepsilon"}.get(base, base)
        body = atom(f"\\{plain}", _GREEK[base], _GREEK[base])
    elif len(base) == 1:
        body = atom(base)
    elif base.isupper() and len(base) <= 4:
        return row(*(atom(letter) for letter in base))
    else:
        body = atom(f"\\mathrm{{{base}}}", f'upright("{base}")', base)
    return Form("sub", (body, symbol(index) if not index.isdigit() else atom(index))) if index else body


def _binary(node: ast.BinOp) -> Form:
    if isinstance(node.op, ast.Add | ast.Sub):
        right = _form(node.right)
        if _starts_negative(node.right) or (isinstance(node.op, ast.Sub) and right.binds == _SUM):
            right = fence(right)
        sign = atom("+") if isinstance(node.op, ast.Add) else atom("-", "-", "−")
        return row(_form(node.left), sign, right, binds=_SUM)
    if isinstance(node.op, ast.Pow):
        return _power(node)
    return _product(node)


def _power(node: ast.BinOp) -> Form:
    left = node.left
    exponent = _form(node.right)
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id in _FUNCTIONS:
        name = Form("pow", (_operator(left.func.id), exponent))
        return row(name, fence(_form(left.args[0])), binds=_POWER)
    base = _form(left)
    if base.binds < _ATOM or base.kind in ("frac", "pow"):
        base = fence(base)
    return Form("pow", (base, exponent), binds=_POWER)


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
        fraction = Form("frac", (_form(top), _form(node.right)))
        return _negated(fraction) if negative else fraction
    if not isinstance(node.op, ast.Mult):
        raise NotationError(f"no notation for {ast.unparse(node)}")
    factors = _factors(node)
    first, negative = _unsigned(factors[0])
    parts = [_factor(first)]
    for before, factor in zip([first, *factors[1:]], factors[1:], strict=False):
        if _dot(before, factor):
            parts.append(atom("\\cdot", "dot", "·"))
        parts.append(_factor(factor))
    body = row(*parts, binds=_PRODUCT)
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
    return row(atom("-", "-", "−"), body, binds=_SUM)


def _factor(node: ast.expr) -> Form:
    found = _form(node)
    return fence(found) if found.binds < _PRODUCT or found.kind == "limits" else found


def _dot(left: ast.expr, right: ast.expr) -> bool:
    """Whether a dot stands between two factors: before digits, and between fractions."""
    first = right
    while isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult | ast.Pow):
        first = first.left
    if isinstance(first, ast.Constant):
        return True
    fractions = [isinstance(n, ast.BinOp) and isinstance(n.op, ast.Div) for n in (left, first)]
    number = isinstance(left, ast.Constant)
    if fractions[1] and (fractions[0] or number):
        return True
    return isinstance(left, ast.Call) and isinstance(first, ast.Constant | ast.Name)


def _unary(node: ast.UnaryOp) -> Form:
    if isinstance(node.op, ast.Not):
        raise NotationError("no notation for not")
    inner = _form(node.operand)
    sign = atom("-", "-", "−") if isinstance(node.op, ast.USub) else atom("+")
    return row(sign, fence(inner) if inner.binds == _SUM else inner, binds=_SUM)


def _compare(node: ast.Compare) -> Form:
    parts = [_form(node.left)]
    for op, right in zip(node.ops, node.comparators, strict=True):
        if type(op) not in _COMPARISONS:
            raise NotationError(f"no notation for {ast.unparse(node)}")
        parts += [atom(*_COMPARISONS[type(op)]), _form(right)]
    return row(*parts, binds=0)


def _boolean(node: ast.BoolOp) -> Form:
    word = "or" if isinstance(node.op, ast.Or) else "and"
    joint = Form("word", (), word, word, word)
    parts = [_form(node.values[0])]
    for value in node.values[1:]:
        parts += [joint, _form(value)]
    return row(*parts, binds=0)


def _comma(items: Sequence[ast.expr]) -> Form:
    parts: list[Form] = []
    for i, item in enumerate(items):
        parts += ([atom(",", "\\,", ",")] if i else []) + [_form(item)]
    return row(*parts)


def _call(node: ast.Call) -> Form:
    if not isinstance(node.func, ast.Name) or node.keywords:
        raise NotationError(f"no notation for {ast.unparse(node)}")
    name, args = node.func.id, node.args
    if name in _CALLS:
        return _CALLS[name](args)
    if name in _FUNCTIONS:
        return row(_operator(name), fence(_form(args[0])), binds=_PRODUCT)
    return row(symbol(name), fence(_comma(args)))


def _operator(name: str) -> Form:
    return atom(f"\\{name}", name, name)


def _log(args: Sequence[ast.expr]) -> Form:
    if len(args) == 1:
        return row(_operator("ln"), fence(_form(args[0])), binds=_PRODUCT)
    return row(Form("sub", (_operator("log"), _form(args[1]))), fence(_form(args[0])), binds=_PRODUCT)


def _derivative(args: Sequence[ast.expr]) -> Form:
    d = atom("d", "d", "d")
    order = _form(args[2]) if len(args) > 2 else None
    top = d if order is None else Form("pow", (d, order))
    bottom = row(d, _form(args[1]) if order is None else Form("pow", (_form(args[1]), order)))
    return row(Form("frac", (top, bottom)), fence(_form(args[0])), binds=_PRODUCT)


def _bounded(sign: Form, args: Sequence[ast.expr], tail: bool) -> Form:
    bounds = args[1]
    if not isinstance(bounds, ast.Tuple):
        raise NotationError("bounds must be (variable, from, to)")
    variable, *ends = (_form(b) for b in bounds.elts)
    body = _form(args[0])
    if body.binds == _SUM:
        body = fence(body)
    low = ends[0] if ends else Form("empty")
    if not tail:
        low = row(variable, atom("="), low)
    high = ends[1] if len(ends) > 1 else Form("empty")
    behind = [Form("thin"), atom("d", "d", "d"), variable] if tail else []
    return row(Form("limits", (sign, low, high)), body, *behind, binds=_SUM)


def _integral(args: Sequence[ast.expr]) -> Form:
    if not isinstance(args[1], ast.Tuple):
        args = [args[0], ast.Tuple([args[1]])]
    return _bounded(atom("\\int", "integral", "∫"), args, tail=True)


def _limit(args: Sequence[ast.expr]) -> Form:
    under = row(_form(args[1]), atom("\\to", "->", "→"), _form(args[2]))
    body = _form(args[0])
    lim = Form("limits", (atom("\\lim", "lim", "lim"), under, Form("empty")))
    return row(lim, fence(body) if body.binds == _SUM else body, binds=_SUM)


def _matrix(args: Sequence[ast.expr], left: str = "(", right: str = ")") -> Form:
    rows = args[0].elts if isinstance(args[0], ast.List) else []
    cells = [r.elts if isinstance(r, ast.List) else [r] for r in rows]
    parts = tuple(Form("row", tuple(_form(c) for c in r)) for r in cells)
    return Form("matrix", parts, left, right)


def _det(args: Sequence[ast.expr]) -> Form:
    inner = args[0]
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "Matrix":
        return _matrix(inner.args, "|", "|")
    return row(_operator("det"), fence(_form(inner)), binds=_PRODUCT)


def _interval(args: Sequence[ast.expr]) -> Form:
    opens = [isinstance(a, ast.Constant) and bool(a.value) for a in args[2:4]] + [False] * (4 - len(args))
    return fence(_comma(args[:2]), "(" if opens[0] else "[", ")" if opens[1] else "]")


def _union(args: Sequence[ast.expr]) -> Form:
    return row(_form(args[0]), atom("\\cup", "union", "∪"), _form(args[1]), binds=_SUM)


def _evaluated(args: Sequence[ast.expr]) -> Form:
    """An antiderivative between bounds: `At(F, (x, a, b))`."""
    bounds = args[1]
    if not isinstance(bounds, ast.Tuple):
        raise NotationError("bounds must be (variable, from, to)")
    _, low, high = (_form(b) for b in bounds.elts)
    return Form("scripts", (fence(_form(args[0]), "[", "]"), low, high), binds=_PRODUCT)


_CALLS: dict[str, Callable[[Sequence[ast.expr]], Form]] = {
    "sqrt": lambda a: Form("sqrt", (_form(a[0]),)),
    "exp": lambda a: Form("pow", (atom("e"), _form(a[0])), binds=_POWER),
    "log": _log,
    "Abs": lambda a: fence(_form(a[0]), "|", "|"),
    "factorial": lambda a: row(_form(a[0]), atom("!"), binds=_POWER),
    "binomial": lambda a: Form("binom", (_form(a[0]), _form(a[1]))),
    "Derivative": _derivative,
    "Integral": _integral,
    "Sum": lambda a: _bounded(atom("\\sum", "sum", "∑"), a, tail=False),
    "Limit": _limit,
    "At": _evaluated,
    "Matrix": _matrix,
    "det": _det,
    "Interval": _interval,
    "Union": _union,
    "given": lambda a: row(_form(a[0]), atom("\\mid", "divides", "∣"), _form(a[1])),
    "both": lambda a: row(_form(a[0]), atom("\\cap", "inter", "∩"), _form(a[1])),
    "prime": lambda a: Form("pow", (_form(a[0]), atom("\\prime", "prime", "′"))),
    "neither": lambda a: Form("bar", (_form(a[0]),)),
}

_HANDLERS: dict[type[ast.expr], Callable[..., Form]] = {
    ast.Constant: _constant, ast.Name: _name, ast.BinOp: _binary, ast.UnaryOp: _unary, ast.Compare: _compare,
    ast.BoolOp: _boolean, ast.Call: _call,
    ast.Tuple: lambda n: fence(_comma(n.elts)), ast.Set: lambda n: fence(_comma(n.elts), "{", "}"),
    ast.List: lambda n: fence(_comma(n.elts), "[", "]"),
}  # fmt: skip


# --- LaTeX


def latex(text: str) -> str:
    """The expression as LaTeX."""
    return latex_of(form(text))


def latex_of(f: Form) -> str:
    if f.kind == "atom":
        return f.latex
    if f.kind == "word":
        return f"\\text{{ {f.latex} }}"
    p = [latex_of(x) for x in f.parts]
    if f.kind == "row":
        return _spaced(p)
    if f.kind == "fence":
        tall = _tall(f.parts[0])
        left, right = ({"{": "\\{", "}": "\\}"}.get(d, d) for d in (f.latex, f.typst))
        return f"\\left{left} {p[0]} \\right{right}" if tall else f"{left}{p[0]}{right}"
    if f.kind == "matrix":
        kind = {"(": "pmatrix", "|": "vmatrix"}[f.latex]
        rows = " \\\\ ".join(" & ".join(latex_of(c) for c in r.parts) for r in f.parts)
        return f"\\begin{{{kind}}} {rows} \\end{{{kind}}}"
    if f.kind == "limits":
        return p[0] + (f"_{{{p[1]}}}" if p[1] else "") + (f"^{{{p[2]}}}" if p[2] else "")
    patterns = {"frac": "\\frac{{{0}}}{{{1}}}", "pow": "{0}^{{{1}}}", "sub": "{0}_{{{1}}}", "sqrt": "\\sqrt{{{0}}}",
                "binom": "\\binom{{{0}}}{{{1}}}", "bar": "\\overline{{{0}}}", "scripts": "{0}_{{{1}}}^{{{2}}}",
                "empty": "", "thin": "\\,"}  # fmt: skip
    return patterns[f.kind].format(*p)


def _spaced(parts: Sequence[str]) -> str:
    """Parts side by side; a blank after a command that a letter would run into, and around signs."""
    out = ""
    for part in parts:
        signs = part in ("+", "-", "=", "<", ">", "\\le", "\\ge", "\\ne", "\\cdot", "\\to", "\\cup", "\\cap", "\\mid")
        if part == "-" and not out:
            out += part
        elif signs:
            out = f"{out.rstrip()} {part} "
        elif part == ",":
            out += ", "
        else:
            runs_in = out and part[:1].isalpha() and out.rpartition("\\")[2].isalpha() and "\\" in out
            out += f" {part}" if runs_in else part
    return out.rstrip()


def _tall(f: Form) -> bool:
    return f.kind in ("frac", "matrix", "limits", "binom") or any(_tall(p) for p in f.parts)


# --- typst

Tagger = Callable[[str, str], str]
"""Wraps a typst source that prints one token with the given text."""


def typst_of(f: Form, tag: Tagger) -> str:
    """The expression in typst's mathematics mode; every printed token goes through `tag`."""
    if f.kind == "atom":
        return tag(f.typst, f.text) if f.typst != "\\," else tag("\\,", ",")
    if f.kind == "word":
        return f' #h(0.5em) {tag(chr(34) + f.text + chr(34), f.text)} #h(0.5em) '
    if f.kind == "fence":
        inner = typst_of(f.parts[0], tag)
        left, right = (tag({"{": "\\{", "}": "\\}", "[": "\\[", "]": "\\]", "(": "\\(", ")": "\\)"}.get(d, d), d)
                       for d in (f.latex, f.typst))  # fmt: skip
        return f" lr({left} {inner} {right}) "
    if f.kind == "matrix":
        rows = "; ".join(", ".join(typst_of(c, tag) for c in r.parts) for r in f.parts)
        return f' mat(delim: "{f.latex}", {rows}) '
    p = [typst_of(x, tag) for x in f.parts]
    if f.kind == "row":
        return " ".join(p)
    if f.kind == "limits":
        base = f"limits({p[0]})" if f.parts[0].text != "∫" else p[0]
        return f" {base}" + (f"_({p[1]})" if p[1] else "") + (f"^({p[2]})" if p[2] else "") + " "
    patterns = {"frac": " frac({0}, {1}) ", "pow": "{0}^({1}) ", "sub": "{0}_({1}) ", "sqrt": " sqrt({0}) ",
                "binom": " binom({0}, {1}) ", "bar": " overline({0}) ", "scripts": " {0}_({1})^({2}) ", "empty": "",
                "thin": " thin "}  # fmt: skip
    return patterns[f.kind].format(*p)


def plain_of(f: Form) -> list[str]:
    """Texts of the printed tokens, in source order, brackets of matrices left out."""
    if f.kind in ("atom", "word"):
        return [f.text]
    inner = [t for part in f.parts for t in plain_of(part)]
    return [f.latex, *inner, f.typst] if f.kind == "fence" else inner
