"""The language of the theorem table: premises and conclusions as text, read into patterns over variables.

A pattern is a fact of `geometry.facts` with variables in place of names, or an equation between magnitudes:

    mid(D,A,B)                     a relation; every capital letter is a point
    para(l,m)                      a small letter is a line, in place of two points
    len(C,D) = len(A,B)/2          an equation; + - * / ^ and sqrt(n), on both sides
    ang(A,C,B) = 90                degrees
    cos(A,B,C) = len(B,C)/len(A,B) trigonometric values are magnitudes like any other

Magnitudes: len, perimeter, radius and circumference (in multiples of pi); area and disc_area (multiples of pi); ang;
cos, sin, tan. An equation that holds angles is linear in them and holds nothing else; `degrees(A,B,C)` is the angle as
a plain factor among lengths.

What is only seen in the drawing has kinds of its own (`SEEN`): order on a line, sides of a line, which rays lie inside
which angle, which triangles, quadrilaterals and angles are drawn.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from mmrecipes.geometry.facts import KINDS
from mmrecipes.geometry.numbers import ONE, ZERO, Surd, sqrt

SEEN = {
    "triangle": 3,
    "quad": 4,
    "between": 3,
    "angle": 3,
    "inside": 4,
    "around": 4,
    "same_side": 4,
    "opposite": 4,
    "on_circle": 2,
    "segment": 2,
    "transversal": 4,
    "cocircular": 4,
}
"""Kinds read off the drawing, with their number of arguments. angle(A,B,C): a drawn angle; around(O,A,B,C): the rays
OA, OB, OC go once around O; transversal(A,B,C,D): BC is drawn, with a ray BA and a parallel ray CD; on_circle as built;
cocircular(A,B,C,D): four points of one drawn circle."""

SHAPES = {"right_looking": 3, "isosceles_looking": 3, "congruent_looking": 6, "similar_looking": 6}
"""Kinds that `planning` puts in place of drawn triangles, to spare work: a right angle at the third point; equal sides
at the first point; pairs that look congruent; pairs that look similar, but not congruent."""

TESTS = frozenset({"same_side", "opposite"})
"""Seen kinds that are only tested on bound points, never listed."""

MAGNITUDES = {
    "len": 2,
    "radius": 1,
    "circumference": 1,
    "disc_area": 1,
    "area": -3,
    "perimeter": -3,
    "ang": 3,
    "cos": 3,
    "sin": 3,
    "tan": 3,
    "degrees": 3,
}
"""Magnitudes with their number of arguments; -3 means three or more."""

RELATIONS = frozenset(kind for kind, form in KINDS.items() if not form.valued) - SEEN.keys() - {"on"} - {
    "len_eq", "ang_eq"
}  # fmt: skip
"""Kinds of facts that premises and conclusions may state as they are."""


class TableError(ValueError):
    """The theorem table is wrong; the message names the theorem and what is wrong."""


@dataclass(frozen=True)
class Relation:
    """`args`: variables, for para and perp two lines or four points."""

    kind: str
    args: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """A magnitude, e.g. len of (A, B)."""

    kind: str
    args: tuple[str, ...]


Monomial = tuple[Surd, tuple[tuple[int, int], ...]]
"""A coefficient, and (index of the term, exponent) pairs."""


@dataclass(frozen=True)
class Equation:
    """sum of monomials in `terms` = 0. The terms stand in the order of the text: the first is what is concluded, if
    there is a choice. `text` keeps the original sides."""

    terms: tuple[Term, ...]
    monomials: tuple[Monomial, ...]
    text: str

    @functools.cached_property
    def of_angles(self) -> bool:
        return any(term.kind == "ang" for term in self.terms)

    @functools.cached_property
    def linear(self) -> tuple[tuple[int | Fraction, int | None], ...]:
        """Of an equation between angles: the factor of each term (by its index), and the constant (None)."""
        return tuple((rational(c), next((i for i, _ in powers), None)) for c, powers in self.monomials)

    @functools.cached_property
    def equates(self) -> bool:
        """Whether it says that two magnitudes are equal, and no more."""
        return (
            len(self.terms) == len(self.monomials) == 2
            and {float(c) for c, _ in self.monomials} == {1.0, -1.0}
            and all(len(powers) == 1 and powers[0][1] == 1 for _, powers in self.monomials)
        )


Pattern = Relation | Equation

_POLYGONS = {"parallelogram", "rectangle", "rhombus", "square", "quad", "regular"}


@functools.cache
def symmetries(kind: str, arity: int) -> list[tuple[int, ...]]:
    """The orders of the arguments that mean the same, the identity first."""
    identity = tuple(range(arity))
    if arity == 6 and kind in ("congruent_looking", "similar_looking", "congruent", "similar"):
        orders = [p + tuple(i + 3 for i in p) for p in permutations(range(3))]
        return orders + [order[3:] + order[:3] for order in orders]
    if kind == "angle":
        return [identity, (2, 1, 0)]
    if kind == "inside":
        return [identity, (0, 3, 2, 1)]
    if kind == "transversal":
        return [identity, (3, 2, 1, 0)]
    if kind in _POLYGONS:
        turns = [identity[i:] + identity[:i] for i in range(arity)]
        return turns + [turn[::-1] for turn in turns]
    if kind == "segment":
        return [identity, (1, 0)]
    if kind in SHAPES:
        return [identity, (1, 0, 2) if kind == "right_looking" else (0, 2, 1)]
    if kind == "around":
        return [(0, *p) for p in permutations((1, 2, 3))]
    if kind == "cocircular":
        return [tuple(p) for p in permutations(range(4))]
    if arity == 2 and kind in ("para", "perp"):
        return [identity, (1, 0)]
    names = tuple("ABCDEFGHIJKL"[:arity])
    canonical = KINDS[kind].canonical
    wanted = canonical(names, None)[0]
    return [
        order for order in permutations(range(arity)) if canonical(tuple(names[i] for i in order), None)[0] == wanted
    ]


def parse_pattern(text: str) -> Pattern:
    """One premise or conclusion. Raises TableError with what is wrong."""
    return _equation(text) if "=" in text else _relation(text)


def _call(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except SyntaxError as error:
        raise TableError(f"{text!r} is not a pattern: {error.msg}") from error


def _arguments(node: ast.Call) -> tuple[str, ...]:
    names = tuple(arg.id for arg in node.args if isinstance(arg, ast.Name))
    if len(names) != len(node.args) or any(len(name) != 1 for name in names):
        raise TableError(f"{ast.unparse(node)}: arguments are single letters")
    return names


def _relation(text: str) -> Relation:
    node = _call(text)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise TableError(f"{text!r} is neither a relation nor an equation")
    kind, args = node.func.id, _arguments(node)
    if kind in SEEN:
        arities = {SEEN[kind]}
    elif kind in ("para", "perp"):
        arities = {2, 4}
    elif kind in RELATIONS:
        least, most = KINDS[kind].arity
        arities = set(range(least, most + 1))
    else:
        raise TableError(f"{text!r}: unknown relation {kind!r}")
    if len(args) not in arities:
        raise TableError(f"{text!r}: {kind} does not take {len(args)} arguments")
    lines = kind in ("para", "perp") and len(args) == 2
    if any(name.islower() != lines for name in args):
        raise TableError(f"{text!r}: points are capital letters, lines small ones")
    return Relation(kind, args)


Poly = dict[tuple[tuple[int, int], ...], Surd]


class _Reader:
    """Reads one equation; `terms` collects the magnitudes in the order they are met."""

    def __init__(self) -> None:
        self.terms: list[Term] = []

    def read(self, node: ast.expr) -> Poly:
        match node:
            case ast.Constant(value=int() as value):
                return {(): Surd(value)} if value else {}
            case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
                root = sqrt(self._constant(inner))
                if root is None:
                    raise TableError(f"{ast.unparse(node)} is outside the field of numbers")
                return {(): root}
            case ast.Call(func=ast.Name(id=kind)):
                return {((self._term(kind, _arguments(node)), 1),): ONE}
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return _scaled(self.read(inner), Surd(-1))
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right)
            case _:
                raise TableError(f"{ast.unparse(node)} is not arithmetic on magnitudes")

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Poly:
        first = self.read(left)
        match op:
            case ast.Pow():
                exponent = self._constant(right)
                result: Poly = {(): ONE}
                for _ in range(int(exponent.fraction)):
                    result = _product(result, first)
                return result
            case ast.Add():
                return _sum(first, self.read(right))
            case ast.Sub():
                return _sum(first, _scaled(self.read(right), Surd(-1)))
            case ast.Mult():
                return _product(first, self.read(right))
            case ast.Div():
                second = self.read(right)
                if len(second) != 1:
                    raise TableError(f"{ast.unparse(right)}: only a product may be a divisor")
                ((powers, coefficient),) = second.items()
                return _product(first, {tuple((i, -e) for i, e in powers): coefficient.inverse()})
            case _:
                raise TableError(f"{ast.unparse(left)} … {ast.unparse(right)}: unknown operation")

    def _constant(self, node: ast.expr) -> Surd:
        value = self.read(node)
        if set(value) - {()}:
            raise TableError(f"{ast.unparse(node)} must be a number")
        return value.get((), ZERO)

    def _term(self, kind: str, args: tuple[str, ...]) -> int:
        arity = MAGNITUDES.get(kind)
        if arity is None:
            raise TableError(f"unknown magnitude {kind!r}")
        if len(args) != arity if arity > 0 else len(args) < -arity:
            raise TableError(f"{kind}({','.join(args)}): wrong number of points")
        term = Term(kind, args)
        if term not in self.terms:
            self.terms.append(term)
        return self.terms.index(term)


def _equation(text: str) -> Equation:
    sides = text.split("=")
    if len(sides) != 2:
        raise TableError(f"{text!r}: an equation has two sides")
    reader = _Reader()
    left = reader.read(_call(sides[0]))
    right = reader.read(_call(sides[1]))
    total = _sum(left, _scaled(right, Surd(-1)))
    equation = Equation(tuple(reader.terms), tuple((c, powers) for powers, c in total.items()), text)
    if equation.of_angles:
        for coefficient, powers in equation.monomials:
            if not coefficient.is_rational or len(powers) > 1 or any(e != 1 for _, e in powers):
                raise TableError(f"{text!r}: an equation between angles must be linear, with rational factors")
        if any(term.kind != "ang" for term in equation.terms):
            raise TableError(f"{text!r}: angles do not mix with other magnitudes; write degrees(…) for a factor")
    return equation


def _sum(a: Poly, b: Poly) -> Poly:
    total = dict(a)
    for powers, coefficient in b.items():
        total[powers] = total.get(powers, ZERO) + coefficient
    return {powers: c for powers, c in total.items() if c}


def _scaled(a: Poly, factor: Surd) -> Poly:
    return {powers: c * factor for powers, c in a.items()}


def _product(a: Poly, b: Poly) -> Poly:
    total: Poly = {}
    for p, c in a.items():
        for q, d in b.items():
            exponents: dict[int, int] = dict(p)
            for i, e in q:
                exponents[i] = exponents.get(i, 0) + e
            key = tuple(sorted((i, e) for i, e in exponents.items() if e))
            total[key] = total.get(key, ZERO) + c * d
    return {powers: c for powers, c in total.items() if c}


def rational(value: Surd) -> int | Fraction:
    """A rational value in its lightest form."""
    fraction = value.fraction
    return fraction.numerator if fraction.denominator == 1 else fraction
