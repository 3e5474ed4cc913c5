"""Proofs in English: facts as formulas and phrases, steps by the wordings of the theorem table."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from mmrecipes.geometry.deduction.engine import Deduction
from mmrecipes.geometry.deduction.knowledge import Known
from mmrecipes.geometry.deduction.language import Term
from mmrecipes.geometry.deduction.proof import Proof
from mmrecipes.geometry.deduction.theorems import theorems
from mmrecipes.geometry.facts import Fact, fact
from mmrecipes.geometry.numbers import Surd

Choose = Callable[[int], int]
"""Given n, a number from 0 to n - 1: how a wording is picked."""

_SLOT = re.compile(r"\{([^{}]*)\}")
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_PHRASES = {
    "on": "{0}, {1} and {2} lie on one line",
    "between": "{0} lies between {1} and {2}",
    "mid": "{0} is the midpoint of {1}{2}",
    "foot": "{0} is the foot of the perpendicular from {1} on {2}{3}",
    "reflect": "{1} is the mirror image of {0} in {2}{3}",
    "same_side": "{0} and {1} lie on the same side of {2}{3}",
    "opposite": "{0} and {1} lie on opposite sides of {2}{3}",
    "inside": "{2}{0} lies inside ∠{1}{2}{3}",
    "bisects": "{2}{0} bisects ∠{1}{2}{3}",
    "len_eq": "{0}{1} = {2}{3}",
    "ang_eq": "∠{0}{1}{2} = ∠{3}{4}{5}",
    "perp": "{0}{1} ⊥ {2}{3}",
    "para": "{0}{1} ∥ {2}{3}",
    "on_circle": "{0} lies on the circle about {1}",
    "diameter": "{0}{1} is a diameter of the circle about {2}",
    "tangent": "{1}{0} touches the circle about {2} at {0}",
    "concyclic": "{0}, {1}, {2} and {3} lie on one circle",
    "circumcentre": "{0} is the circumcentre of triangle {1}{2}{3}",
    "incentre": "{0} is the incentre of triangle {1}{2}{3}",
    "centroid": "{0} is the centroid of triangle {1}{2}{3}",
    "orthocentre": "{0} is the orthocentre of triangle {1}{2}{3}",
    "congruent": "△{0}{1}{2} ≅ △{3}{4}{5}",
    "similar": "△{0}{1}{2} ∼ △{3}{4}{5}",
    "triangle": "{0}{1}{2} is a triangle",
    "isosceles": "triangle {0}{1}{2} is isosceles with apex {0}",
    "equilateral": "triangle {0}{1}{2} is equilateral",
    "quad": "{all} is a quadrilateral",
    "parallelogram": "{all} is a parallelogram",
    "rectangle": "{all} is a rectangle",
    "rhombus": "{all} is a rhombus",
    "square": "{all} is a square",
    "trapezoid": "{all} is a trapezoid with {0}{1} ∥ {2}{3}",
    "isosceles_trapezoid": "{all} is an isosceles trapezoid with {0}{1} ∥ {2}{3}",
    "right_trapezoid": "{all} is a right trapezoid with right angles at {0} and {3}",
    "kite": "{all} is a kite with axis {0}{2}",
    "regular": "{all} is a regular polygon",
}
_VALUES = {
    "len": "{0}{1} = {v}",
    "ang": "∠{0}{1}{2} = {v}°",
    "cos": "cos ∠{0}{1}{2} = {v}",
    "sin": "sin ∠{0}{1}{2} = {v}",
    "tan": "tan ∠{0}{1}{2} = {v}",
    "ang_sum": "∠{0}{1}{2} + ∠{3}{4}{5} = {v}°",
    "radius": "the radius about {0} is {v}",
    "circumference": "the circumference about {0} is {vpi}",
    "disc_area": "the area of the circle about {0} is {vpi}",
    "area": "the area of {all} is {v}",
    "perimeter": "the perimeter of {all} is {v}",
}
_RATIOS = {
    "ratio": ("{1}{0}", "{0}{2}"),
    "len_ratio": ("{0}{1}", "{2}{3}"),
    "ang_ratio": ("∠{0}{1}{2}", "∠{3}{4}{5}"),
    "area_ratio": ("area {0}{1}{2}", "area {3}{4}{5}"),
}


def say(statement: Fact) -> str:
    """One fact, to stand inside a sentence."""
    args, value = statement.args, statement.value
    if statement.kind in _RATIOS:
        assert value is not None
        first, second = (text.format(*args) for text in _RATIOS[statement.kind])
        if value == 1:
            return f"{first} = {second}"
        if value.is_rational:
            return f"{first} : {second} = {value.fraction.numerator} : {value.fraction.denominator}"
        return f"{first} : {second} = {value} : 1"
    pattern = _PHRASES.get(statement.kind) or _VALUES[statement.kind]
    return pattern.format(*args, all="".join(args), v=value, vpi=_times_pi(value))


def _times_pi(value: Surd | None) -> str:
    if value is None or not value.is_rational:
        return f"({value})π"
    q = value.fraction
    top = "π" if q.numerator == 1 else f"{q.numerator}π"
    return top if q.denominator == 1 else f"{top}/{q.denominator}"


def tell(deduction: Deduction, proof: Proof, choose: Choose) -> list[str]:
    """The proof, one sentence a step."""
    return [tell_step(deduction, n, choose) for n in proof.steps]


def tell_step(deduction: Deduction, number: int, choose: Choose) -> str:
    """One derived fact with its reason, as a sentence."""
    known = deduction.facts[number]
    theorem = theorems()[known.theorem]
    wording = theorem.wordings[choose(len(theorem.wordings))]
    points = dict(known.binding)
    premises = " and ".join(say(deduction.facts[p].fact) for p in known.premises)
    conclusion = _worked(deduction, known)

    def fill(slot: re.Match[str]) -> str:
        if slot[1] == "conclusion":
            return conclusion
        return premises if slot[1] == "premises" else "".join(points[name] for name in slot[1])

    sentence = _SLOT.sub(fill, wording)
    return sentence[0].upper() + sentence[1:]


def _worked(deduction: Deduction, known: Known) -> str:
    """What follows, with the equation it was computed from if it is a value: `AB² = 6² + 8², so AB = 10`."""
    result = say(known.fact)
    if not known.equation or known.fact.value is None or known.fact.kind not in _VALUES:
        return result
    values = {deduction.facts[p].fact[:2]: deduction.facts[p].fact.value for p in known.premises}
    writer = _Writer(dict(known.binding), values, known.fact, known.fact.kind == "ang")
    sides = known.equation.replace("^", "**").split("=")
    left, right = (writer.write(ast.parse(side.strip(), mode="eval").body) for side in sides)
    if writer.unknown != 1:
        return result
    other = right if left == writer.goal else left if right == writer.goal else None
    if other is None:
        return f"{left} = {right}, so {result}"
    link = " is " if " is " in result else " = "
    name, value = result.split(link)
    return result if other in (value, value.strip("°")) else f"{name}{link}{other} = {value}"


_Values = dict[tuple[str, tuple[str, ...]], Surd | None]


class _Writer:
    """Writes one side of an equation with the values that are known. `unknown`: how many magnitudes stay letters;
    `goal`: the letters of the one that is concluded."""

    def __init__(self, points: dict[str, str], values: _Values, goal: Fact, degrees: bool) -> None:
        self._points, self._values, self._degrees, self.unknown = points, values, degrees, 0
        self._goal, self.goal = goal[:2], _symbol(goal)

    def write(self, node: ast.expr, factor: bool = False) -> str:
        """A number that is no factor is one of degrees, in an equation between angles."""
        match node:
            case ast.Constant(value=value):
                return f"{value}°" if self._degrees and not factor else str(value)
            case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
                return f"√{self.write(inner)}"
            case ast.Call(func=ast.Name(id=kind), args=args):
                return self._magnitude(Term(kind, tuple(a.id for a in args if isinstance(a, ast.Name))))
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=exponent)):
                return _grouped(self.write(base)) + str(exponent).translate(_POWERS)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(left, op, right)
            case ast.UnaryOp(operand=inner):
                return f"-{self.write(inner)}"
        raise AssertionError(ast.unparse(node))

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> str:
        product = isinstance(op, ast.Mult | ast.Div)
        first, second = self.write(left, product), self.write(right, product)
        match op:
            case ast.Add():
                return f"{first} + {second}"
            case ast.Sub():
                return f"{first} - {_grouped(second, ' ')}"
            case ast.Mult():
                return f"{_grouped(first, ' +')}·{_grouped(second, ' +')}"
        return f"{_grouped(first, ' +')}/{_grouped(second, ' +·/√')}"

    def _magnitude(self, term: Term) -> str:
        names = tuple(self._points[a] for a in term.args)
        kind = "ang" if term.kind == "degrees" else term.kind
        magnitude = fact(kind, *names, value=1)
        if magnitude[:2] != self._goal and (value := self._values.get(magnitude[:2])) is not None:
            return f"{value}°" if term.kind == "ang" else str(value)
        if (
            kind in ("sin", "cos", "tan")
            and (degrees := self._values.get(fact("ang", *names, value=1)[:2])) is not None
        ):
            return f"{kind} {degrees}°"
        self.unknown += 1
        return _symbol(magnitude)


def _symbol(magnitude: Fact) -> str:
    """The letters that stand for a magnitude in an equation."""
    letters = "".join(magnitude.args)
    match magnitude.kind:
        case "len":
            return letters
        case "ang":
            return f"∠{letters}"
        case "cos" | "sin" | "tan":
            return f"{magnitude.kind} ∠{letters}"
        case "circumference":
            return f"circumference({letters})/π"
        case "disc_area":
            return f"area({letters})/π"
    return f"{magnitude.kind}({letters})"


def _grouped(text: str, breaks: str = " ·/-+√") -> str:
    """In brackets if it is more than one factor."""
    bare = re.sub(r"\([^()]*\)|(sin|cos|tan) ", "", text)
    return f"({text})" if any(c in bare for c in breaks) else text
