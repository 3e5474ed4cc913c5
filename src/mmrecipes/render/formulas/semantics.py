"""What a formula is about, computed from its tree: symbols with roles, operation tree; concepts, domain, level.

Covered: roles by the place a symbol stands in (a variable of integration, an upper index). Concepts: see `concepts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mmrecipes.render.formulas.concepts import INCLUSIONS, concepts, domain, level
from mmrecipes.render.formulas.symbols import ACCENTS, SYMBOLS
from mmrecipes.render.formulas.tree import Node

_CONSTANTS = {
    r"\pi": "circle constant",
    "e": "base of the natural logarithm",
    "i": "imaginary unit",
    r"\infty": "infinity",
    r"\emptyset": "empty set",
    r"\hbar": "reduced Planck constant",
    r"\aleph": "infinite cardinal number",
    r"\ell": "length",
    r"\%": "percent sign",
    r"\angle": "angle sign",
    r"\dagger": "adjoint sign",
    "+": "from above",
    "-": "from below",
}
_BOUND = {
    r"\sum": "index of summation",
    r"\prod": "index of multiplication",
    r"\bigcup": "index of the union",
    r"\bigcap": "index of the intersection",
    r"\bigoplus": "index of the direct sum",
    r"\lim": "variable of the limit",
    r"\max": "variable of the maximum",
    r"\min": "variable of the minimum",
    r"\sup": "variable of the supremum",
    r"\inf": "variable of the infimum",
}
_BINDING = frozenset({*_BOUND.values(), "quantified variable", "element of the set"})
_MATRIX_FUNCTIONS = frozenset({"det", "rank", "tr", "diag"})
_SPACE_FUNCTIONS = frozenset({"dim", "ker", "span", "Hom", "Aut"})


def roles(node: Node) -> list[dict[str, str]]:
    """Every letter, constant, set and large sign once, in order of appearance, with its role.

    A letter that stands in several places has the first role that says more than "variable".
    """
    found: dict[str, str] = {}
    for symbol, role in _roles(node, "variable"):
        if found.get(symbol, "variable") == "variable":
            found[symbol] = role
    return [{"symbol": symbol, "role": role} for symbol, role in found.items()]


def _roles(node: Node, role: str) -> Iterator[tuple[str, str]]:
    """Symbols below a node; `role` is what a letter standing here would be."""
    kind, args, name = node.kind, node.args, node.name
    if kind == "var":
        yield name, role
    elif kind == "const":
        known = SYMBOLS.get(name)
        yield (
            name,
            "vector"
            if known is not None and known.kind == "bold"
            else ("operator" if known is not None and known.kind == "script" else _CONSTANTS.get(name, role)),
        )
    elif kind == "set":
        yield name, f"set of {SYMBOLS[name].name}" if name != r"\mathbb{F}" else "a field"
    if kind in ("large", "integral", "extremum", "quantifier"):
        yield (
            name,
            SYMBOLS[name].name
            if kind != "extremum"
            else {r"\lim": "limit", r"\sup": "supremum", r"\inf": "infimum", r"\max": "maximum", r"\min": "minimum"}[
                name
            ],
        )
    if kind == "partial":
        yield r"\partial", "partial derivative"
    if kind == "nabla":
        yield r"\nabla", {"grad": "gradient", "div": "divergence", "curl": "curl", "laplace": "Laplace operator"}[name]
    places = list(enumerate(args))
    if kind in ("large", "integral"):  # what is bound says more about a letter than the body does
        places = [*places[1:], places[0]]
    for place, arg in places:
        yield from _roles(arg, _role_of(node, place, role))


def _role_of(node: Node, place: int, role: str) -> str:
    """The role of a letter that is argument number `place` of this node."""
    if node.kind in ("relation", "binary", "chain"):
        return _role_at_sign(node, place, role)
    rule = _PLACES.get(node.kind)
    return rule(node, place) or role if rule else role


def _role_at_sign(node: Node, place: int, role: str) -> str:
    """Letters beside a sign: sets, statements, lines; what a bound variable runs over; a matrix's name."""
    if place and role in _BINDING:
        return "set" if node.name == r"\in" else "bound"
    if node.name in INCLUSIONS or node.name in (r"\cup", r"\cap", r"\setminus") or (node.name == r"\in" and place):
        return "set"
    if node.name in (r"\land", r"\lor", r"\Rightarrow", r"\Leftrightarrow") and role == "variable":
        return "statement"
    other = node.args[1 - place].kind if node.kind == "relation" else ""
    return {"matrix": "matrix", "setbuilder": "set", "setlist": "set"}.get(other, role)


def _in_large(node: Node, place: int) -> str:
    if place == 0:
        return ""
    over = place == 2 and node.kind == "large"
    return "upper bound" if over else _BOUND.get(node.name, "")


def _in_integral(node: Node, place: int) -> str:
    if place == 2 and len(node.args) == 3:
        return "domain of integration"
    return ("", "variable of integration", "lower limit of integration", "upper limit of integration")[place]


def _in_function(node: Node, place: int) -> str:
    name = SYMBOLS[node.name].char
    if place == 1:
        return "base of the logarithm"
    if name in _MATRIX_FUNCTIONS:
        return "matrix"
    return "vector space or map" if name in _SPACE_FUNCTIONS else ""


_PLACES: dict[str, Callable[[Node, int], str]] = {
    "large": _in_large,
    "extremum": lambda n, p: _BOUND.get(n.name, "") if p == 0 else "",
    "integral": _in_integral,
    "derivative": lambda n, p: ("differentiated function", "variable of differentiation")[p],
    "partial": lambda n, p: "differentiated function" if p == 0 else "variable of differentiation",
    "prime": lambda n, p: ("differentiated function", "argument")[p],
    "apply": lambda n, p: "function" if p == 0 else "argument",
    "sub": lambda n, p: ("indexed variable", "index")[p],
    "tensor": lambda n, p: "tensor" if p == 0 else ("upper index" if n.name[p - 1] == "u" else "lower index"),
    "pow": lambda n, p: ("", "exponent")[p],
    "beside": lambda n, p: "point" if n.name in ("segment", "angle") else "",
    "accent": lambda n, p: ACCENTS[n.name][1],
    "func": _in_function,
    "quantifier": lambda n, p: "quantified variable" if p == 0 else "",
    "setbuilder": lambda n, p: "element of the set" if p == 0 else "",
    "map": lambda n, p: ("mapping", "domain", "codomain")[p],
    "prob": lambda n, p: ("event or random variable", "condition")[p],
    "inner": lambda n, p: "vector",
    "norm": lambda n, p: "vector",
    "binom": lambda n, p: ("size of the whole", "size of the choice")[p],
}

_OPERATIONS = {
    "add": "sum",
    "neg": "negative",
    "mul": "product",
    "pm": "plus or minus",
    "frac": "quotient",
    "slash": "quotient",
    "pow": "power",
    "sub": "indexed",
    "root": "root",
    "abs": "absolute value",
    "norm": "norm",
    "floor": "floor",
    "ceil": "ceiling",
    "factorial": "factorial",
    "apply": "value",
    "derivative": "derivative",
    "partial": "partial derivative",
    "prime": "derivative",
    "binom": "binomial coefficient",
    "matrix": "matrix",
    "row": "row",
    "cases": "definition by cases",
    "case": "case",
    "setbuilder": "set of all",
    "setlist": "set",
    "interval": "interval",
    "tuple": "tuple",
    "inner": "inner product",
    "prob": "probability",
    "tensor": "tensor",
    "not": "not",
    "map": "mapping",
    "aligned": "lines",
    "paren": "brackets",
    "integral": "integral",
}


def operation_tree(node: Node) -> Any:
    """Nested `{"op", "args"}` with the LaTeX of symbols and numbers at the leaves."""
    if not node.args:
        return node.name
    args = [operation_tree(a) for a in node.args]
    if node.kind == "chain":
        return {"op": "chain", "signs": node.name.split(), "args": args}
    if node.kind in ("relation", "binary", "func", "large", "extremum", "quantifier"):
        name = SYMBOLS[node.name].name if node.name in SYMBOLS else node.name
        return {"op": name, "args": args}
    if node.kind == "beside":
        return {"op": node.name, "args": args}
    if node.kind == "accent":
        return {"op": node.name.strip("\\"), "args": args}
    if node.kind == "nabla":
        return {
            "op": {"grad": "gradient", "div": "divergence", "curl": "curl", "laplace": "Laplacian"}[node.name],
            "args": args,
        }
    found: dict[str, Any] = {"op": _OPERATIONS[node.kind], "args": args}
    if node.kind in ("derivative", "prime"):
        found["order"] = int(node.name or 1)
    if node.kind in ("interval", "tensor"):
        found["form"] = node.name
    return found


def semantics(node: Node) -> dict[str, Any]:
    """All of this as one JSON value."""
    return {
        "symbols": roles(node),
        "operations": operation_tree(node),
        "concepts": concepts(node),
        "domain": domain(node),
        "level": level(node),
    }
