"""The working of a computed answer: the values that were read, then the calculation.

Every printed operand comes from the answer's operands, and "=" is written only where the printed numbers satisfy it
exactly, else "≈". Covered: aggregates, differences, ratios, shares, growth, counts, chained look-ups, panels.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.recipes.qianfan_vl.chart import nouns
from mmrecipes.render.charts.answers import Answer, Operand, Query
from mmrecipes.render.charts.axes import printed_number
from mmrecipes.render.charts.numerals import separator
from mmrecipes.render.charts.tracks import View, key_axis, key_text


def quantity(text: str, unit: str) -> str:
    """A printed number with its unit: 45%, 12 km."""
    if unit == "%":
        return f"{text}%"
    if text.lstrip("-") == "1" and re.fullmatch(r"[a-z]{3,}s|percentage points", unit):
        unit = unit[:-1]
    return f"{text} {unit}" if unit else text


def amount(query: Query, answer: Answer) -> str:
    """A numeric answer with its unit; differences of percentages are in percentage points."""
    return quantity(answer.text, "percentage points" if in_points(query, answer) else answer.unit)


def in_points(query: Query, answer: Answer) -> bool:
    """Whether an answer is in percentage points, not in per cent."""
    return answer.unit == "%" and query.op in ("difference", "range")


def working(view: View, query: Query, answer: Answer) -> str:
    """The steps as text; empty where there is nothing to show."""
    op, args = query.op, query.args
    if op in ("sum", "mean", "median", "range") and len(answer.operands) >= 2:
        return _aggregate(view, query, answer)
    if op in ("difference", "ratio") and len(answer.operands) == 2:
        return _pair(view, query, answer)
    if op == "share_of_total":
        return _share(answer)
    if op == "growth":
        return _growth(view, query, answer)
    if op == "count_above" and 0 < answer.value <= 8 and "#" not in answer.detail:
        names = [_named(view, args["panel"], t) for t in answer.detail.split("; ")]
        return f"{args['side'].capitalize()} that value: {_listed(names)}."
    if op == "value" and isinstance(args["x"], (Query, Mapping)) and args.get("field") != "x":
        return _chained(view, args, answer)
    if op == "compare" and args["by"] == "larger":
        return _panels(view, args, answer)
    return ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _reading(labels: Sequence[str], operands: Sequence[Operand], exact: bool) -> str:
    """ "Values read: Jan 12, Feb 15.\""""
    head = "Values read" if exact else "Values read, approximately"
    return f"{head}: {'; '.join(f'{label}: {o.text}' for label, o in zip(labels, operands, strict=True))}."


def _labels(operands: Sequence[Operand]) -> list[str]:
    """What tells the operands apart: the category, the series, or both."""
    if len({o.series for o in operands}) == 1:
        return [o.x for o in operands]
    if len({o.x for o in operands}) == 1:
        return [o.series for o in operands]
    return [f"{o.series} ({o.x})" if o.x else o.series for o in operands]


def number(o: Operand) -> float:
    """What an operand prints."""
    found = printed_number(o.text)
    if found is None:
        raise ValueError(f"{o.text!r} is not a number")
    return found


def minus(text: str) -> str:
    """A printed number with the sign of subtraction."""
    return text.replace("-", "−")


def _term(text: str) -> str:
    return f"({minus(text)})" if text.startswith("-") else text


def equals(left: float, right: str) -> str:
    """ "= right" where the printed numbers are equal, else "≈ right"."""
    value = printed_number(right)
    same = value is not None and math.isclose(left, value, rel_tol=1e-9, abs_tol=1e-9)
    return f"{'=' if same else '≈'} {minus(right)}"


def calculation(op: str, answer: Answer, divide: str = "/") -> str:
    """ "12 + 15 = 27": an answer's operands, in their order, calculated as the operation does; `divide` is its sign."""
    values, terms = [number(o) for o in answer.operands], [_term(o.text) for o in answer.operands]
    if op in ("sum", "mean"):
        total, added = math.fsum(values), " + ".join(terms)
        if op == "sum":
            return f"{added} {equals(total, answer.text)}"
        return f"({added}) {divide} {len(values)} {equals(total / len(values), answer.text)}"
    (a, b), (first, second) = values, (o.text for o in answer.operands)
    if op == "ratio":
        return f"{terms[0]} {divide} {terms[1]} {equals(a / b, answer.text)}"
    if op == "share_of_total":
        return f"{first} {divide} {second} × 100 {equals(a / b * 100, answer.text)}"
    if op == "growth":
        return f"({second} − {first}) {divide} {first} × 100 {equals((b - a) / a * 100, answer.text)}"
    return f"{terms[0]} − {terms[1]} {equals(a - b, answer.text)}"


def _aggregate(view: View, query: Query, answer: Answer) -> str:
    operands = answer.operands
    labels = [_named(view, query.args["panel"], label) for label in _labels(operands)]
    if query.op == "range":
        high, low = operands
        read = f"Highest: {labels[0]} with {high.text}; lowest: {labels[1]} with {low.text}."
        return f"{read} {calculation('range', answer)}."
    read = _reading(labels, operands, answer.exact)
    if query.op in ("sum", "mean"):
        return f"{read} {calculation(query.op, answer)}."
    ordered = separator(view.chart.language).join(minus(o.text) for o in sorted(operands, key=number))
    middle = statistics.median(map(number, operands))
    return f"{read} In order: {ordered}. The middle {equals(middle, answer.text)}."


def _named(view: View, panel: int, text: str) -> str:
    """A printed key as a text names it: bins by their edges, numbered rows as such."""
    if view.chart.panels[panel].type != "histogram":
        axis = key_axis(view.chart.panels[panel])
        return nouns.named(axis, text) if axis and text in {t for _, t in axis.ticks} else text
    return next(nouns.item_name(view, panel, i.key) for i in view.tracks(panel)[0].items if key_text(i.key) == text)


def _pair(view: View, query: Query, answer: Answer) -> str:
    a, b = answer.operands
    names = [nouns.phrase(view, query.args[n]) for n in ("a", "b")]
    read = f"{names[0][0].upper()}{names[0][1:]} {_is(answer)} {a.text}, {names[1]} {_is(answer)} {b.text}."
    return f"{read} {calculation(query.op, answer)}."


def _is(answer: Answer) -> str:
    return "is" if answer.exact else "is about"


def _share(answer: Answer) -> str:
    part, whole = answer.operands
    about = "" if answer.exact else "about "
    read = f"The value is {about}{part.text}, the total {about}{whole.text}."
    return f"{read} {calculation('share_of_total', answer)}."


def _growth(view: View, query: Query, answer: Answer) -> str:
    first, last = answer.operands
    about = "" if answer.exact else "about "
    names = [_named(view, query.args["panel"], o.x) for o in (first, last)]
    read = f"{names[0]}: {about}{first.text}; {names[1]}: {about}{last.text}."
    return f"{read[0].upper()}{read[1:]} {calculation('growth', answer)}."


def _chained(view: View, args: Mapping[str, Any], answer: Answer) -> str:
    op, inner = nouns.of_args(args["x"])
    track = view.track(inner["panel"], inner.get("series"))
    sup = "highest" if op == "argmax" else "lowest"
    of = nouns.of_series(view, inner["panel"], inner.get("series"))
    noun = nouns.measure(view.chart, track)
    return f"The {noun}{of} is {sup}{nouns.at_item(view, inner['panel'], answer_key(view, inner, answer))}."


def answer_key(view: View, args: Mapping[str, Any], answer: Answer) -> Any:
    """The key whose printed form the chained answer records."""
    track = view.track(args["panel"], args.get("series"))
    return next(i.key for i in track.items if key_text(i.key) == answer.detail)


def _panels(view: View, args: Mapping[str, Any], answer: Answer) -> str:
    first, second = answer.detail.split("; ")
    phrase = nouns.phrase(view, args["a"], bare=True)
    places = [nouns.panel_place(view.chart, i) for i in (0, 1)]
    unit = view.tracks(0)[0].axis.unit
    return (f"In the {places[0]} panel {phrase} {_is(answer)} {quantity(first, unit)}, in the {places[1]} one "
            f"{quantity(second, unit)}.")  # fmt: skip
