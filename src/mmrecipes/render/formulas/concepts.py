"""Concepts, domain and level of a formula, computed from its tree.

Covered: concepts by kinds of nodes and a few patterns over them. Not covered: names of laws.
"""

from __future__ import annotations

from collections.abc import Iterator

from mmrecipes.render.formulas.symbols import SYMBOLS
from mmrecipes.render.formulas.tree import Node

INCLUSIONS = frozenset({r"\subset", r"\subseteq", r"\supset", r"\supseteq"})
_TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_INVERSE = frozenset({"arcsin", "arccos", "arctan"})
_HYPERBOLIC = frozenset({"sinh", "cosh", "tanh"})
_INEQUALITIES = frozenset({"<", ">", r"\le", r"\ge", r"\ll", r"\gg"})
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
}
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
    kind, name = node.kind, node.name
    if kind in _BY_KIND:
        yield _BY_KIND[kind]
    if kind == "func":
        yield from _function_tags(name)
    elif kind == "pow" and node.args[0] == Node("const", (), "e"):
        yield "exponential function"
    elif kind == "pow" and node.args[1] == Node("const", (), r"\dagger"):
        yield "adjoint"
    elif kind == "pow":
        yield "power"
    elif kind == "integral":
        yield {r"\iint": "double integral", r"\oint": "contour integral"}.get(
            name, "definite integral" if len(node.args) == 4 else "indefinite integral"
        )
    elif kind == "large":
        yield from _large_tags(node)
    elif kind == "extremum":
        yield {r"\lim": "limit", r"\max": "optimum", r"\min": "optimum"}.get(name, "supremum or infimum")
    elif kind == "nabla":
        yield {"grad": "gradient", "div": "divergence", "curl": "curl", "laplace": "Laplacian"}[name]
    elif kind == "prob":
        expected = {"E": "expectation", r"\mathbb{E}": "expectation", r"\operatorname{Var}": "variance"}
        yield expected.get(name, "conditional probability" if len(node.args) == 2 else "probability")
    elif kind == "accent":
        yield from {
            r"\vec": ["vector"],
            r"\overline": ["complex conjugate"],
            r"\bar": ["arithmetic mean"],
            r"\dot": ["derivative"],
            r"\ddot": ["derivative"],
        }.get(name, [])
    elif kind == "const":
        known = SYMBOLS.get(name)
        if known is not None and known.kind == "bold":
            yield "vector"
        yield from {r"\aleph": ["cardinality"], r"\emptyset": ["empty set"], r"\angle": ["angle"]}.get(name, [])
    elif kind in ("relation", "binary", "not", "chain"):
        yield from _sign_tags(node)


def _function_tags(name: str) -> Iterator[str]:
    plain = name.strip("\\").removeprefix("operatorname").strip("{}")
    groups = (
        (_TRIGONOMETRIC, "trigonometric function"),
        (_INVERSE, "inverse trigonometric function"),
        (_HYPERBOLIC, "hyperbolic function"),
        ({"log", "ln"}, "logarithm"),
        ({"exp"}, "exponential function"),
        ({"det"}, "determinant"),
        ({"rank"}, "rank"),
        ({"tr"}, "trace"),
        ({"dim"}, "dimension"),
        ({"ker"}, "kernel"),
        ({"gcd", "lcm"}, "divisibility"),
        ({"Var", "Cov"}, "variance"),
        ({"erf"}, "error function"),
    )
    yield from (tag for names, tag in groups if plain in names)


def _large_tags(node: Node) -> Iterator[str]:
    if node.name == r"\sum":
        endless = len(node.args) == 3 and node.args[2] == Node("const", (), r"\infty")
        yield "infinite series" if endless else "finite sum"
    else:
        yield {r"\prod": "product of terms", r"\bigoplus": "direct sum"}.get(node.name, "set operation")


def _sign_tags(node: Node) -> Iterator[str]:
    for sign in node.name.split() or [""]:
        groups = (
            (_INEQUALITIES, "inequality"),
            (INCLUSIONS, "inclusion"),
            ({r"\in", r"\notin"}, "membership"),
            ({r"\cup", r"\cap", r"\setminus"}, "set operation"),
            ({r"\Rightarrow", r"\Leftrightarrow"}, "implication"),
            ({r"\land", r"\lor"}, "logical connective"),
            ({r"\oplus"}, "direct sum"),
            ({r"\otimes"}, "tensor product"),
            ({r"\circ"}, "composition"),
            ({r"\vdash", r"\models"}, "derivability"),
            ({r"\propto"}, "proportionality"),
            ({r"\parallel", r"\perp"}, "geometric relation"),
            ({r"\approx", r"\simeq", r"\sim"}, "approximation"),
            ({r"\cong"}, "isomorphism"),
            ({r"\rightleftharpoons"}, "chemical equation"),
            ({":"}, "proportion"),
            ({r"\equiv"}, "identity"),
            ({r"\prec", r"\succ"}, "order relation"),
            ({"="}, "equation"),
        )
        yield from (tag for signs, tag in groups if sign in signs)
    if node.kind == "not":
        yield "logical connective"


def _patterns(node: Node) -> Iterator[str]:
    """Concepts that several nodes make together."""
    kinds = {n.kind for n in node.walk()}
    statements = node.args if node.kind == "aligned" else (node,)
    equations = [n for n in statements if n.kind == "relation" and n.name == "="]
    for equation in equations:
        below = {n.kind for side in equation.args for n in side.walk()}
        if "partial" in below and node.kind == "relation":
            yield "partial differential equation"
        elif (
            ("derivative" in below or _dotted(equation)) and "extremum" not in kinds and equation.args[0].kind == "add"
        ):
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


def _dotted(node: Node) -> bool:
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
