"""What a problem is: statement, worked steps, answer, claims that prove it, figure.

Expressions are strings in Python's expression syntax (`2*x + 3 == 11`, `Integral(x**2, (x, 0, 3))`): the printers of
`notation` keep their structure as written, the oracle reads them with its own code. Texts hold expressions between
dollar signs. Covered: the data model. Not covered: the tools templates are written with (see `expressions`, `work`,
`phrases`), templates, drawing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
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
