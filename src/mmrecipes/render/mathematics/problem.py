"""What a problem is: statement, worked steps, answer, claims that prove it, figure.

Expressions are strings in Python's expression syntax (`2*x + 3 == 11`, `Integral(x**2, (x, 0, 3))`): the printers of
`notation` keep their structure as written, the oracle reads them with its own code. Texts hold expressions between
dollar signs. Covered: the data model and the tools templates are written with. Not covered: templates, drawing.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, Literal

from mmrecipes.render.mathematics.figure import Figure

Field = Literal["algebra", "geometry", "calculus", "statistics", "linear algebra"]
FIELDS: tuple[Field, ...] = ("algebra", "geometry", "calculus", "statistics", "linear algebra")
Relation = Literal["equal", "equivalent", "rows"]
"""How the two sides of a step are tied: equal values, equations with the same solutions, matrices with the same row
space."""
AnswerKind = Literal["integer", "rational", "expression", "set", "interval", "vector", "matrix", "word"]
Params = dict[str, Any]
"""Parameters of a template, JSON values."""
LARGEST = 10_000
"""No numerator or denominator of an answer or a step is larger."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `text` says what is done (imperative, expressions between dollar signs, no full stop), `why` the rule
    it rests on."""

    text: str
    before: str
    after: str
    why: str
    relation: Relation = "equal"


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is an expression (a number, formula, set, tuple, `Interval`, `Matrix`) or a plain word; `name` what it is
    the value of (`x`), empty when it needs no name; `unit` as printed behind it."""

    kind: AnswerKind
    value: str
    name: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A worked solution, right or, where a mistake was made on purpose, wrong from one step on."""

    steps: tuple[Step, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Claim:
    """Something true of the right answer, checked by substitution into the original problem.

    `holds`: the equation `text` is true with the answer for ANSWER (ANSWER_0, ANSWER_1, ... of a tuple; of a set every
    element), and a word is `value`;
    `solves`: the answer is the set of all real solutions of `text` in `unknown`, or the region where it holds;
    `measured`: the expression `text` over the figure's points (`length(A, B)`, `angle(A, B, C)`, `area(A, B, C)`, ...)
    has the answer as value, or the given value.
    """

    kind: Literal["holds", "solves", "measured"]
    text: str
    unknown: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data printed with the statement: `rows` of cells, texts or numbers as printed; first row and column
    may be headers."""

    rows: tuple[tuple[str, ...], ...]
    header_row: bool = True
    header_column: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as posed. `statement` is one text per paragraph; `wording` names the phrases it was composed from."""

    template: str
    field: Field
    concepts: tuple[str, ...]
    params: Params
    statement: tuple[str, ...]
    wording: str
    derivation: Derivation
    claims: tuple[Claim, ...]
    level: int
    figure: Figure | None = None
    table: Table | None = None
    wrong: Mapping[str, Derivation] = dataclasses.field(default_factory=dict)
    """Named mistakes and where they lead; steps before the mistake equal the true ones."""


class Refused(ValueError):
    """Parameters that make no good problem (degenerate, too large, figure too tight); `reason` is a snake_case code."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


class Words:
    """Draws from lists of phrases and remembers what was drawn: together that is the wording's id."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken: list[str] = []

    def of(self, name: str, options: Sequence[Any]) -> Any:
        index = self.rng.randrange(len(options))
        self.taken.append(f"{name}{index}")
        return options[index]

    @property
    def id(self) -> str:
        return ".".join(self.taken)


class Work:
    """Collects the steps of a derivation."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, text: str, before: str, after: str, why: str, relation: Relation = "equal") -> str:
        self.steps.append(Step(text, before, after, why, relation))
        return after

    def done(self, answer: Answer) -> Derivation:
        return Derivation(tuple(self.steps), answer)


Number = int | Fraction


def num(value: Number) -> str:
    """`5`, `-5`, `3/4`, `-3/4`. Raises `Refused` beyond `LARGEST`."""
    f = Fraction(value)
    if abs(f.numerator) > LARGEST or f.denominator > LARGEST:
        raise Refused("numbers_too_large", str(f))
    return str(f.numerator) if f.denominator == 1 else f"{f.numerator}/{f.denominator}"


def par(value: Number | str) -> str:
    """A number or expression as a factor or base: in brackets where it is negative, a fraction or a sum."""
    text = value if isinstance(value, str) else num(value)
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def neg(value: Number | str) -> str:
    """A number as a factor behind a sign: in brackets where it is negative only."""
    text = value if isinstance(value, str) else num(value)
    return f"({text})" if text.startswith("-") else text


def total(terms: Sequence[tuple[Number, str]]) -> str:
    """A sum of coefficient times symbol (the symbol `""` is a constant): `2*x - 3*y + 4`; zero terms are left out."""
    out = ""
    for coefficient, symbol in terms:
        f = Fraction(coefficient)
        if f == 0:
            continue
        size = num(abs(f))
        body = symbol if symbol and abs(f) == 1 else f"{size}*{symbol}" if symbol else size
        out += (f" - {body}" if f < 0 else f" + {body}") if out else (f"-{body}" if f < 0 else body)
    return out or "0"


def added(values: Sequence[Number]) -> str:
    """Numbers written as a sum as they come: `4 + (-3) + 7`."""
    return " + ".join(neg(v) for v in values)


def poly(coefficients: Sequence[Number], x: str = "x") -> str:
    """A polynomial from the highest power down."""
    top = len(coefficients) - 1
    powers = [f"{x}**{top - i}" if top - i > 1 else x if top - i == 1 else "" for i in range(top + 1)]
    return total(list(zip(coefficients, powers, strict=True)))


def matrix(rows: Sequence[Sequence[Number | str]]) -> str:
    """`Matrix([[1, 2], [3, 4]])`."""
    cells = ", ".join("[" + ", ".join(c if isinstance(c, str) else num(c) for c in row) + "]" for row in rows)
    return f"Matrix([{cells}])"


def surd(n: int, factor: int = 1) -> str:
    """`factor * sqrt(n)` with square factors taken out: `6*sqrt(2)`, `5`. Raises `Refused` unless n > 0."""
    if n <= 0:
        raise Refused("degenerate", f"root of {n}")
    m = max(k for k in range(1, isqrt(n) + 1) if n % (k * k) == 0)
    rest, outside = n // (m * m), m * factor
    if rest == 1:
        return num(outside)
    return total([(outside, f"sqrt({rest})")])


def root_answer(value: str, unit: str = "") -> Answer:
    """A whole number or a surd."""
    return Answer("integer" if value.isdigit() else "expression", value, "", unit)


def number_answer(value: Number, name: str = "", unit: str = "") -> Answer:
    f = Fraction(value)
    return Answer("integer" if f.denominator == 1 else "rational", num(f), name, unit)


def number_set(values: Sequence[Number], name: str = "x") -> Answer:
    return Answer("set", "{" + ", ".join(num(v) for v in sorted(set(values))) + "}", name)
