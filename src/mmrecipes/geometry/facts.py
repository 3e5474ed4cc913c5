"""Facts about a figure: typed statements over point names, in one canonical form, written and read as text.

A fact is `kind(A,B,…)` or `kind(A,B,…)=value`. `fact` puts the arguments into canonical order, so that two ways to
say the same thing are equal and hash alike: `fact("len", "B", "A", value=6) == fact("len", "A", "B", value=6)`.
`KINDS` says per kind how many names it takes, which orders mean the same, and what it states; whether a fact is true
of given coordinates is `truth.holds`. Circles go by the name of their centre. Values are exact numbers; those of `ang`
and `ang_sum` are degrees, those of `circumference` and `disc_area` are multiples of pi.

Covered: form. Not covered: deriving facts, and inequalities other than those of position.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Literal, NamedTuple

from mmrecipes.geometry.numbers import Surd, parse_surd

Names = tuple[str, ...]
Canonical = Callable[[Names, Surd | None], tuple[Names, Surd | None]]
Status = Literal["given", "implied", "derived", "labelled"]
"""given: stated by the construction; implied: true by the construction's kind, never stated; derived: by a theorem;
labelled: a given that the drawing shows as a number or mark."""

_NAME = r"[A-Z]\d*'*"


class Fact(NamedTuple):
    """One statement. Make it with `fact` or `parse_fact`, which put it into canonical form."""

    kind: str
    args: Names
    value: Surd | None = None

    def __str__(self) -> str:
        body = f"{self.kind}({','.join(self.args)})"
        return body if self.value is None else f"{body}={self.value}"

    def __repr__(self) -> str:
        return f"Fact({self})"


class Origin(NamedTuple):
    """Where a fact comes from: the construction step (0-based) that made it and, if derived, how."""

    status: Status
    step: int
    theorem: str = ""
    premises: tuple[Fact, ...] = ()


class Kind(NamedTuple):
    """`arity`: how many names, (least, most). `valued`: whether `=value` belongs to it."""

    arity: tuple[int, int]
    canonical: Canonical
    valued: bool
    meaning: str


def fact(kind: str, *args: str, value: Surd | int | Fraction | None = None) -> Fact:
    """A fact in canonical form. Raises ValueError on an unknown kind, a wrong number of names, or a value that the
    kind does not take or lacks."""
    form = KINDS.get(kind)
    if form is None:
        raise ValueError(f"unknown kind of fact {kind!r}")
    if not form.arity[0] <= len(args) <= form.arity[1]:
        raise ValueError(f"{kind} takes {form.arity[0]} to {form.arity[1]} names, not {len(args)}")
    if (value is not None) != form.valued:
        raise ValueError(f"{kind} {'needs' if form.valued else 'takes no'} value")
    names, exact = form.canonical(args, value if value is None or isinstance(value, Surd) else Surd(value))
    return Fact(kind, names, exact)


def parse_fact(text: str) -> Fact:
    """Reads `ang(A,C,B)=90` and all that `str` of a fact prints. Raises ValueError with what is wrong."""
    match = re.fullmatch(rf"([a-z_]+)\(({_NAME}(?:,{_NAME})*)\)(?:=(.+))?", text.replace(" ", ""))
    if match is None:
        raise ValueError(f"{text!r} is not of the form kind(A,B,…) or kind(A,B,…)=value")
    return fact(match[1], *match[2].split(","), value=None if match[3] is None else parse_surd(match[3]))


def segment(a: str, b: str) -> tuple[str, str]:
    """The two names in canonical order."""
    return (a, b) if a <= b else (b, a)


def angle(a: str, b: str, c: str) -> tuple[str, str, str]:
    """The angle at b in canonical order."""
    return (a, b, c) if a <= c else (c, b, a)


def polygon(names: Names) -> Names:
    """The least of the cyclic orders in both directions."""
    turns = (names[i:] + names[:i] for i in range(len(names)))
    return min(order for turn in turns for order in (turn, turn[:1] + turn[:0:-1]))


def _sorted(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    return tuple(sorted(args)), value


def _same(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    return args, value


def _tail_sorted(fixed: int) -> Canonical:
    """The first names have their place, the others come in any order."""
    return lambda args, value: (args[:fixed] + tuple(sorted(args[fixed:])), value)


def _polygon(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    return polygon(args), value


def _angle(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    return angle(*args), value


def _in_angle(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    return (args[0], *angle(*args[1:])), value


def _pair(part: Callable[..., Names], size: int, inverted: bool = False) -> Canonical:
    """Two parts (segments or angles) that may change places; the value is then inverted if it is their ratio."""

    def canonical(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
        first, second = part(*args[:size]), part(*args[size:])
        if not inverted or value is None:
            return min(first + second, second + first), value
        return _by_order(first, second, value)

    return canonical


def _ratio(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    if value is None:
        return args, value
    ends, ratio = _by_order(args[1:2], args[2:], value)
    return args[:1] + ends, ratio


def _by_order(first: Names, second: Names, ratio: Surd) -> tuple[Names, Surd]:
    """The lesser part first, with the ratio to match; of two equal parts (colours, not names) the greater ratio."""
    if first == second:
        return first + second, max(ratio, ratio.inverse())
    return (first + second, ratio) if first < second else (second + first, ratio.inverse())


def _two_sets(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    return segment(*args[:2]) + segment(*args[2:]), value


def _matched(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    """Two triangles vertex by vertex: both permuted alike, and the lesser first."""
    pairs = list(zip(args[:3], args[3:], strict=True))
    forward, back = sorted(pairs), sorted((b, a) for a, b in pairs)
    best = min(forward, back)
    return tuple(a for a, _ in best) + tuple(b for _, b in best), value


def _two_triangles(args: Names, value: Surd | None) -> tuple[Names, Surd | None]:
    first, second = tuple(sorted(args[:3])), tuple(sorted(args[3:]))
    return (first + second, None) if value is None else _by_order(first, second, value)


def _orders(*orders: str) -> Canonical:
    """The given orders of the names mean the same; the least is canonical."""
    places = [[int(digit) for digit in order] for order in orders]
    return lambda args, value: (min(tuple(args[i] for i in order) for order in places), value)


_TRAPEZOID = _orders("0123", "1032", "2301", "3210")

KINDS: dict[str, Kind] = {
    "on": Kind((3, 3), _sorted, False, "three points lie on one line"),
    "between": Kind((3, 3), _tail_sorted(1), False, "P lies strictly between A and B: between(P,A,B)"),
    "mid": Kind((3, 3), _tail_sorted(1), False, "M is the midpoint of AB: mid(M,A,B)"),
    "ratio": Kind((3, 3), _ratio, True, "P lies between A and B and AP:PB is the value: ratio(P,A,B)=2/3"),
    "foot": Kind((4, 4), _tail_sorted(2), False, "H is the foot of the perpendicular from P on AB: foot(H,P,A,B)"),
    "reflect": Kind((4, 4), lambda a, v: (segment(*a[:2]) + segment(*a[2:]), v), False,
                    "Q is the mirror image of P in the line AB: reflect(P,Q,A,B)"),
    "same_side": Kind((4, 4), _two_sets, False, "P and Q lie on the same side of AB: same_side(P,Q,A,B)"),
    "opposite": Kind((4, 4), _two_sets, False, "P and Q lie on opposite sides of AB: opposite(P,Q,A,B)"),
    "inside": Kind((4, 4), _in_angle, False, "the ray BD lies strictly inside the angle ABC: inside(D,A,B,C)"),
    "bisects": Kind((4, 4), _in_angle, False, "the ray BD bisects the angle ABC: bisects(D,A,B,C)"),
    "len": Kind((2, 2), _sorted, True, "AB has the length"),
    "len_eq": Kind((4, 4), _pair(segment, 2), False, "AB = CD"),
    "len_ratio": Kind((4, 4), _pair(segment, 2, inverted=True), True, "AB : CD is the value"),
    "ang": Kind((3, 3), _angle, True, "the angle ABC, at B, in degrees"),
    "cos": Kind((3, 3), _angle, True, "the cosine of the angle ABC"),
    "sin": Kind((3, 3), _angle, True, "the sine of the angle ABC"),
    "tan": Kind((3, 3), _angle, True, "the tangent of the angle ABC"),
    "ang_eq": Kind((6, 6), _pair(angle, 3), False, "the angles ABC and DEF are equal"),
    "ang_sum": Kind((6, 6), _pair(angle, 3), True, "the angles ABC and DEF add up to the value in degrees"),
    "ang_ratio": Kind((6, 6), _pair(angle, 3, inverted=True), True, "angle ABC : angle DEF is the value"),
    "perp": Kind((4, 4), _pair(segment, 2), False, "the lines AB and CD are perpendicular"),
    "para": Kind((4, 4), _pair(segment, 2), False, "the lines AB and CD are parallel and distinct"),
    "on_circle": Kind((2, 2), _same, False, "P lies on the circle about O: on_circle(P,O)"),
    "radius": Kind((1, 1), _same, True, "the circle about O has the radius"),
    "diameter": Kind((3, 3), lambda a, v: (segment(*a[:2]) + a[2:], v), False,
                     "AB is a diameter of the circle about O: diameter(A,B,O)"),
    "tangent": Kind((3, 3), _same, False, "the line TP touches the circle about O at T: tangent(T,P,O)"),
    "concyclic": Kind((4, 4), _sorted, False, "four points lie on one circle"),
    "circumference": Kind((1, 1), _same, True, "of the circle about O, as a multiple of pi"),
    "disc_area": Kind((1, 1), _same, True, "of the circle about O, as a multiple of pi"),
    "circumcentre": Kind((4, 4), _tail_sorted(1), False, "circumcentre(O,A,B,C)"),
    "incentre": Kind((4, 4), _tail_sorted(1), False, "incentre(I,A,B,C)"),
    "centroid": Kind((4, 4), _tail_sorted(1), False, "centroid(G,A,B,C)"),
    "orthocentre": Kind((4, 4), _tail_sorted(1), False, "orthocentre(H,A,B,C)"),
    "congruent": Kind((6, 6), _matched, False, "the triangles ABC and DEF are congruent, vertex by vertex"),
    "similar": Kind((6, 6), _matched, False, "the triangles ABC and DEF are similar, vertex by vertex"),
    "area": Kind((3, 12), _polygon, True, "of the polygon"),
    "area_ratio": Kind((6, 6), _two_triangles, True, "area of ABC : area of DEF"),
    "perimeter": Kind((3, 12), _polygon, True, "of the polygon"),
    "triangle": Kind((3, 3), _sorted, False, "three points not on one line, the sides drawn"),
    "isosceles": Kind((3, 3), _tail_sorted(1), False, "AB = AC with the apex A first: isosceles(A,B,C)"),
    "equilateral": Kind((3, 3), _sorted, False, "AB = BC = CA"),
    "quad": Kind((4, 4), _polygon, False, "a convex quadrilateral in cyclic order"),
    "parallelogram": Kind((4, 4), _polygon, False, "in cyclic order"),
    "rectangle": Kind((4, 4), _polygon, False, "in cyclic order"),
    "rhombus": Kind((4, 4), _polygon, False, "in cyclic order"),
    "square": Kind((4, 4), _polygon, False, "in cyclic order"),
    "trapezoid": Kind((4, 4), _TRAPEZOID, False, "AB parallel to CD and BC not to DA"),
    "isosceles_trapezoid": Kind((4, 4), _TRAPEZOID, False, "AB parallel to CD, BC = DA and not parallel"),
    "right_trapezoid": Kind((4, 4), _orders("0123", "3210"), False, "AB parallel to CD, right angles at A and D"),
    "kite": Kind((4, 4), _orders("0123", "0321", "2103", "2301"), False, "AB = AD and CB = CD, convex"),
    "regular": Kind((5, 12), _polygon, False, "a regular polygon in cyclic order"),
}  # fmt: skip
