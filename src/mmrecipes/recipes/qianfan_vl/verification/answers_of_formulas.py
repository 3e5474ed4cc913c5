"""What questions about formulas and worked problems have to be answered with, from the stored truth.

Explanations, concepts and names of operations are said in many ways: they are of the type `free`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.render.mathematics.notation import latex
from mmrecipes.steps.agreement import AnswerType, Expected

_NUMBERS = ("root order", "cases", "lines", "different letters", "derivative order", "terms", "count fractions",
            "count roots", "count binomials", "count symbol")  # fmt: skip
_FORMS: Mapping[str, AnswerType] = {
    **dict.fromkeys(_NUMBERS, "number"), "shape": "value", "relation": "free", "outermost": "free",
}  # fmt: skip
"""Types of the answers of operations on a formula; the others read a part of it, which is LaTeX."""


def of_formula(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    truth, kind, (question, reply) = sample.truth, sample.meta["turn_kind"], turns[0]
    if kind == "latex":
        return [Expected("latex", question, truth["latex"])]
    if kind == "symbols":
        return [Expected("roles", question, "\n".join(f"${s['symbol']}$: {s['role']}" for s in truth["symbols"]))]
    if kind == "concept":
        return [Expected("free", question, reply)]
    return [_part(q, query) for (q, _), query in zip(turns, truth["queries"], strict=True)]


def _part(question: str, query: Mapping[str, Any]) -> Expected:
    form, text = _FORMS.get(query["op"], "latex"), query["answer"]
    return Expected(form, question, text, float(text) if form == "number" else None)


def of_mathematics(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    truth, kind, (question, reply) = sample.truth, sample.meta["turn_kind"], turns[0]
    if kind == "transcribe":
        return [Expected("transcription", question, truth["markdown"])]
    if kind == "explain":
        return [Expected("free", question, reply)]
    if kind == "error":
        return [Expected("line", question, str(truth["mistake"]["step"] + 1))]
    if kind == "choice":
        options = tuple(_shown(o["answer"]) for o in truth["options"])
        return [Expected("choice", question, "ABCD"[truth["key"]], items=options)]
    return [_result(question, truth["answer"], truth["answer_text"])]


def _result(question: str, answer: Mapping[str, Any], text: str) -> Expected:
    kind, value = answer["kind"], answer["value"]
    if kind in ("integer", "rational"):
        return Expected("number", question, text, float(Fraction(value)))
    if kind == "word":
        return Expected("value", question, text)
    return Expected("expression", question, text, items=_members(value) if kind == "set" else ())


def _members(value: str) -> tuple[str, ...]:
    tree = ast.parse(value, mode="eval").body
    assert isinstance(tree, ast.Set)
    return tuple(f"${latex(ast.unparse(member))}$" for member in tree.elts)


def _shown(answer: Mapping[str, Any]) -> str:
    return answer["value"] if answer["kind"] == "word" else f"${latex(answer['value'])}$ {answer['unit']}".strip()
