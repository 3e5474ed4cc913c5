"""Concepts, domain and level of a formula, computed from its tree.

Covered: concepts by kinds of nodes and a few patterns over them. Not covered: names of laws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mmrecipes.render.formulas.symbols import SYMBOLS
from mmrecipes.render.formulas.tree import Node

INCLUSIONS = frozenset({r"\subset", r"\subseteq", r"\supset", r"\supseteq"})
_BY_KIND = {
    "abs": "absolute value",
    "norm": "norm",
    "floor": "rounding",
    "ceil": "rounding",
    "factorial": "factorial",
    "binom": "binomial coefficient",
    "derivative": "derivative",
    "prime": "derivative",
    "partial": "partial derivative",
    "matrix": "matrix",
    "cases": "definition by cases",
    "setbuilder": "set builder notation",
    "setlist": "finite set",
    "interval": "interval",
    "inner": "inner product",
    "tensor": "tensor",
    "map": "mapping",
    "quantifier": "quantified statement",
    "root": "root",
    "frac": "fraction",
    "slash": "fraction",
    "not": "logical connective",
}
_BY_NAME: dict[str, dict[str, str]] = {
    "extremum": {
        r"\lim": "limit", r"\max": "optimum", r"\min": "optimum",
        r"\sup": "supremum or infimum", r"\inf": "supremum or infimum",
    },
    "nabla": {"grad": "gradient", "div": "divergence", "curl": "curl", "laplace": "Laplacian"},
    "accent": {
        r"\vec": "vector", r"\overline": "complex conjugate", r"\bar": "arithmetic mean",
        r"\dot": "derivative", r"\ddot": "derivative",
    },
    "const": {r"\aleph": "cardinality", r"\emptyset": "empty set", r"\angle": "angle"},
}  # fmt: skip
_FUNCTIONS = {
    name: tag
    for tag, names in {
        "trigonometric function": ("sin", "cos", "tan", "cot", "sec", "csc"),
        "inverse trigonometric function": ("arcsin", "arccos", "arctan"),
        "hyperbolic function": ("sinh", "cosh", "tanh"),
        "logarithm": ("log", "ln"), "exponential function": ("exp",), "determinant": ("det",), "rank": ("rank",),
        "trace": ("tr",), "dimension": ("dim",), "kernel": ("ker",), "divisibility": ("gcd", "lcm"),
        "variance": ("Var", "Cov"), "error function": ("erf",),
    }.items()
    for name in names
}  # fmt: skip
_SIGNS = {
    sign: tag
    for tag, signs in {
        "inequality": ("<", ">", r"\le", r"\ge", r"\ll", r"\gg"), "inclusion": INCLUSIONS,
        "membership": (r"\in", r"\notin"), "set operation": (r"\cup", r"\cap", r"\setminus"),
        "implication": (r"\Rightarrow", r"\Leftrightarrow"), "logical connective": (r"\land", r"\lor"),
        "direct sum": (r"\oplus",), "tensor product": (r"\otimes",), "composition": (r"\circ",),
        "derivability": (r"\vdash", r"\models"), "proportionality": (r"\propto",), "proportion": (":",),
        "geometric relation": (r"\parallel", r"\perp"), "approximation": (r"\approx", r"\simeq", r"\sim"),
        "isomorphism": (r"\cong",), "chemical equation": (r"\rightleftharpoons",), "identity": (r"\equiv",),
        "order relation": (r"\prec", r"\succ"), "equation": ("=",),
    }.items()
    for sign in signs
}  # fmt: skip
_DOMAINS: tuple[tuple[str, frozenset[str]], ...] = (
    ("differential geometry", frozenset({"tensor"})),
    ("chemistry", frozenset({"chemical equation"})),
    (
        "probability and statistics",
        frozenset({"conditional probability", "probability", "expectation", "variance", "arithmetic mean"}),
    ),
    ("logic", frozenset({"derivability", "logical connective"})),
    (
        "algebra of structures",
        frozenset({"direct sum", "tensor product", "dimension", "kernel", "isomorphism", "adjoint"}),
    ),
    (
        "vector analysis",
        frozenset({"gradient", "divergence", "curl", "Laplacian", "double integral", "contour integral"}),
    ),
    ("differential equations", frozenset({"differential equation", "partial differential equation"})),
    (
        "calculus",
        frozenset(
            {"derivative", "partial derivative", "definite integral", "indefinite integral", "limit", "infinite series"}
        ),
    ),
    (
        "linear algebra",
        frozenset({"matrix", "determinant", "matrix product", "vector", "inner product", "norm", "trace", "rank"}),
    ),
    (
        "set theory",
        frozenset(
            {
                "set operation",
                "inclusion",
                "set builder notation",
                "finite set",
                "membership",
                "cardinality",
                "empty set",
            }
        ),
    ),
    ("combinatorics", frozenset({"binomial coefficient", "factorial"})),
    ("logic", frozenset({"quantified statement", "implication"})),
    ("trigonometry", frozenset({"trigonometric function", "inverse trigonometric function"})),
    ("geometry", frozenset({"geometric relation", "angle"})),
    ("analysis", frozenset({"mapping", "supremum or infimum", "composition"})),
)


def concepts(node: Node) -> list[str]:
    """Concept tags, the most telling first (in the order of domains), without repeats."""
    tags = dict.fromkeys(tag for n in node.walk() for tag in _tags(n))
    tags |= dict.fromkeys(_patterns(node))
    rank = [tag for _, group in _DOMAINS for tag in sorted(group)]
    return sorted(tags, key=lambda t: (rank.index(t) if t in rank else len(rank), t))


def _tags(node: Node) -> Iterator[str]:
    """What a node is by itself."""
    if node.kind in _BY_KIND:
        yield _BY_KIND[node.kind]
    if node.name in _BY_NAME.get(node.kind, {}):
        yield _BY_NAME[node.kind][node.name]
    if node.kind == "func" and SYMBOLS[node.name].char in _FUNCTIONS:
        yield _FUNCTIONS[SYMBOLS[node.name].char]
    if node.kind in ("relation", "binary", "chain"):
        yield from (_SIGNS[sign] for sign in node.name.split() if sign in _SIGNS)
    if node.kind in _RULES:
        yield from _RULES[node.kind](node)


def _power_tags(node: Node) -> Iterator[str]:
    base, exponent = node.args
    if base == Node("const", (), "e"):
        yield "exponential function"
    else:
        yield "adjoint" if exponent == Node("const", (), r"\dagger") else "power"


def _integral_tags(node: Node) -> Iterator[str]:
    simple = "definite integral" if len(node.args) == 4 else "indefinite integral"
    yield {r"\iint": "double integral", r"\oint": "contour integral"}.get(node.name, simple)


def _probability_tags(node: Node) -> Iterator[str]:
    simple = "conditional probability" if len(node.args) == 2 else "probability"
    yield {"E": "expectation", r"\mathbb{E}": "expectation", r"\operatorname{Var}": "variance"}.get(node.name, simple)


def _constant_tags(node: Node) -> Iterator[str]:
    if node.name in SYMBOLS and SYMBOLS[node.name].kind == "bold":
        yield "vector"


def _large_tags(node: Node) -> Iterator[str]:
    if node.name == r"\sum":
        endless = len(node.args) == 3 and node.args[2] == Node("const", (), r"\infty")
        yield "infinite series" if endless else "finite sum"
    else:
        yield {r"\prod": "product of terms", r"\bigoplus": "direct sum"}.get(node.name, "set operation")


_RULES: dict[str, Callable[[Node], Iterator[str]]] = {
    "pow": _power_tags, "integral": _integral_tags, "large": _large_tags,
    "prob": _probability_tags, "const": _constant_tags,
}  # fmt: skip


def _patterns(node: Node) -> Iterator[str]:
    """Concepts that several nodes make together."""
    kinds = {n.kind for n in node.walk()}
    statements = node.args if node.kind == "aligned" else (node,)
    equations = [n for n in statements if n.kind == "relation" and n.name == "="]
    for equation in equations:
        below = {n.kind for side in equation.args for n in side.walk()}
        if "partial" in below and node.kind == "relation":
            yield "partial differential equation"
        elif ("derivative" in below or dotted(equation)) and "extremum" not in kinds and equation.args[0].kind == "add":
            yield "differential equation"
        degree = _degree(equation)
        if degree:
            yield {1: "linear equation", 2: "quadratic equation", 3: "cubic equation", 4: "quartic equation"}[degree]
    if node.kind == "aligned" and len(node.args) > 1:
        yield "system of equations"
    if any(n.kind == "mul" and sum(a.kind == "matrix" for a in n.args) > 1 for n in node.walk()):
        yield "matrix product"
    if any(
        n.kind == "text" and n.name in ("A", "B", "AB", "H", "OH", "NH", "CO", "NO", "Fe", "Cl") for n in node.walk()
    ):
        yield "chemical equation"
    if any(n.kind == "matrix" and n.name == "vmatrix" for n in node.walk()):
        yield "determinant"


def dotted(node: Node) -> bool:
    """Whether a derivative is written as a dot."""
    return any(n.kind == "accent" and n.name in (r"\dot", r"\ddot") for n in node.walk())


def _degree(equation: Node) -> int:
    """Degree 1..4 of a polynomial equation in one letter with number coefficients; 0 for anything else."""
    letters: set[str] = set()
    highest = 0
    for side in equation.args:
        for term in side.args if side.kind == "add" else (side,):
            body = term.args[0] if term.kind == "neg" else term
            factors = body.args if body.kind == "mul" else (body,)
            degree = 0
            for f in factors:
                base, exponent = f.args if f.kind == "pow" else (f, Node("num", (), "1"))
                if base.kind == "var" and exponent.kind == "num" and exponent.name.isdigit():
                    letters.add(base.name)
                    degree += int(exponent.name)
                elif f.kind != "num":
                    return 0
            highest = max(highest, degree)
    return highest if len(letters) == 1 and 1 <= highest <= 4 else 0


def domain(node: Node) -> str:
    """The field of mathematics the formula belongs to; `algebra` where nothing says more."""
    tags = set(concepts(node))
    return next((name for name, group in _DOMAINS if tags & group), "algebra")


_KIND_LEVELS = {
    **dict.fromkeys(
        (
            "large",
            "integral",
            "extremum",
            "derivative",
            "prime",
            "binom",
            "matrix",
            "setbuilder",
            "prob",
            "inner",
            "map",
            "quantifier",
            "accent",
            "floor",
            "ceil",
        ),
        2,
    ),
    **dict.fromkeys(("partial", "nabla", "tensor", "norm"), 3),
}


def level(node: Node) -> int:
    """Difficulty 1..10: school notions 1-4, college 4-7, advanced 7-10, more with depth and with size."""
    rank = 1
    size = 0
    for n in node.walk():
        size += not n.args
        known = SYMBOLS.get(n.name)
        rank = max(rank, _KIND_LEVELS.get(n.kind, 1), known.level if known is not None and n.kind != "var" else 1)
    return min(10, 3 * rank - 2 + min(2, node.depth // 2) + (size > 12))
