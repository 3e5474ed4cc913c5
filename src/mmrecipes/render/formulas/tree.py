"""What a formula means: a typed expression tree.

A `Node` has a kind, arguments in a fixed order and a name (a number, a symbol's LaTeX, an order). The kinds are those
of the specification ("Node kinds") and their arguments are listed in `KINDS`; the functions below build the common
ones. Notation (brackets, juxtaposition, stacked or inline) is not in the tree but in `notation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

KINDS: dict[str, str] = {
    "num": "name: digits", "var": "name: letter or Greek", "const": "name: \\pi, e, \\infty ...",
    "set": "name: \\mathbb{R}", "text": "name: words", "dots": "name: \\ldots, \\cdots, \\vdots, \\ddots",
    "add": "terms (neg for minus)", "neg": "operand", "mul": "factors; name: sign between, empty for none",
    "pm": "left, right; name: \\pm or \\mp", "frac": "numerator, denominator",
    "slash": "numerator, denominator, inline", "pow": "base, exponent", "sub": "base, index",
    "root": "radicand[, index]", "abs": "operand", "norm": "operand", "floor": "operand", "ceil": "operand",
    "factorial": "operand", "func": "argument[, base]; name: function", "apply": "function, arguments",
    "extremum": "under, body; name: \\lim, \\max ...", "large": "body[, under[, over]]; name: \\sum ...",
    "integral": "body, variable[, lower, upper]; name: \\int ...", "derivative": "function, variable; name: order",
    "partial": "function, variables", "prime": "function[, argument]; name: order",
    "nabla": "operand; name: grad, div, curl, laplace", "binom": "top, bottom", "matrix": "rows; name: environment",
    "row": "entries", "cases": "case ...", "case": "value, condition", "accent": "body; name: \\vec ...",
    "setbuilder": "element, domain, condition", "setlist": "elements",
    "interval": "lower, upper; name: brackets such as [)", "tuple": "entries", "inner": "left, right",
    "quantifier": "binder[, body]; name: \\forall or \\exists", "prob": "event[, given]; name: operator",
    "tensor": "base, indices; name: u or d per index", "relation": "left, right; name: sign",
    "chain": "sides; name: signs, blank between", "binary": "left, right; name: sign", "not": "operand",
    "map": "function, domain, codomain", "aligned": "relations or chains", "paren": "body, kept in brackets",
    "beside": "parts side by side that are no product; name: what they are together",
}  # fmt: skip
"""Every kind and its arguments."""


@dataclass(frozen=True, slots=True)
class Node:
    kind: str
    args: tuple[Node, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind {self.kind!r} of formula")

    def walk(self) -> Iterator[Node]:
        """This node and all below, parents first."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    @property
    def depth(self) -> int:
        """Levels of structure above atoms, 0 for an atom; signs, brackets, relations and lines are no level."""
        return max((a.depth for a in self.args), default=0) + (bool(self.args) and self.kind not in _NO_LEVEL)


_NO_LEVEL = frozenset({"neg", "paren", "relation", "chain", "row", "case", "aligned"})


def num(value: int | str) -> Node:
    """A number; a negative one is the negative of its absolute value."""
    text = str(value)
    return Node("neg", (Node("num", (), text[1:]),)) if text.startswith("-") else Node("num", (), text)


def var(name: str) -> Node:
    return Node("var", (), name)


def const(name: str) -> Node:
    return Node("const", (), name)


def add(*terms: Node) -> Node:
    return Node("add", terms)


def neg(operand: Node) -> Node:
    return Node("neg", (operand,))


def minus(a: Node, b: Node) -> Node:
    return Node("add", (a, neg(b)))


def mul(*factors: Node, sign: str = "") -> Node:
    """A product; the sign of its first factor is the sign of the product, as people write it: -2x, not (-2)x."""
    first, *others = factors
    if first.kind == "neg":
        return neg(mul(first.args[0], *others, sign=sign))
    return Node("mul", factors, sign)


def beside(name: str, *parts: Node) -> Node:
    """Parts written like a product that are none: `segment`, `angle`, `indices`, `percentage`."""
    return Node("beside", parts, name)


def frac(a: Node, b: Node) -> Node:
    return Node("frac", (a, b))


def power(base: Node, exponent: Node) -> Node:
    return Node("pow", (base, exponent))


def sub(base: Node, index: Node) -> Node:
    return Node("sub", (base, index))


def sqrt(body: Node, index: Node | None = None) -> Node:
    return Node("root", (body,) if index is None else (body, index))


def func(name: str, arg: Node, base: Node | None = None) -> Node:
    """A named function, `name` as in `symbols` (`\\sin`)."""
    return Node("func", (arg,) if base is None else (arg, base), name)


def apply(function: Node, *args: Node) -> Node:
    return Node("apply", (function, *args))


def rel(sign: str, left: Node, right: Node) -> Node:
    return Node("relation", (left, right), sign)


def eq(left: Node, right: Node) -> Node:
    return rel("=", left, right)


def chain(sides: tuple[Node, ...], signs: tuple[str, ...]) -> Node:
    """a = b < c: one sign fewer than sides."""
    return Node("chain", sides, " ".join(signs))


def large(name: str, body: Node, *bounds: Node) -> Node:
    """`\\sum` and the like; the bounds are what stands under it, then above."""
    return Node("large", (body, *bounds), name)


def integral(body: Node, variable: Node, *bounds: Node, name: str = r"\int") -> Node:
    return Node("integral", (body, variable, *bounds), name)


def matrix(rows: tuple[tuple[Node, ...], ...], name: str = "pmatrix") -> Node:
    return Node("matrix", tuple(Node("row", r) for r in rows), name)
