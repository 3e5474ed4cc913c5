"""Queries, their answers, and the numbers in between that know how far off they may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

AnswerKind = Literal["number", "percent", "count", "category", "series", "span", "word"]
"""`span` is a pair of neighbouring or bounding categories; `word` a colour, unit, type, place, sign or yes/no."""


@dataclass(frozen=True, slots=True)
class Query:
    """An executable question: the operation and its arguments (JSON values; operands are nested queries)."""

    op: str
    args: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "args": _plain(self.args)}


def _plain(value: Any) -> Any:
    if isinstance(value, Query):
        return value.to_json()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return value


class Refused(Exception):
    """This query has no answer, several, or none that can be seen; `reason` is a drop reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Number:
    """A value as stated, the value in the data, and how far apart they can be.

    `step` is 0 for a value printed with `decimals`, else the steps in which an approximate value is stated.
    """

    value: float
    raw: float
    tolerance: float
    decimals: int
    step: float = 0.0


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that was read on the way to the answer: of which series, at what, and as printed."""

    series: str
    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is a JSON value (a span is a list of two); `tolerance` is 0 where the answer is exact.

    `exact` says that nothing was estimated: a tolerance then only comes from rounding to the printed decimals.
    """

    text: str
    value: Any
    kind: AnswerKind
    tolerance: float = 0.0
    raw: float = 0.0
    """For numbers: the answer before any reading and rounding."""
    unit: str = ""
    exact: bool = True
    step: float = 0.0
    operands: tuple[Operand, ...] = field(default=())
    detail: str = ""
    """What a reasoning answer adds: the leading series after a crossing, the value at a maximum."""
