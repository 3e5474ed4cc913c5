"""What questions about tables and charts have to be answered with, from the stored truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.steps.agreement import AnswerType, Expected

_TABLE_FORMS: Mapping[str, tuple[AnswerType, Callable[[Mapping[str, Any]], str]]] = {
    "html": ("html", lambda truth: truth["html"]),
    "latex": ("latex_table", lambda truth: truth["latex"]),
    "tokens": ("tokens", lambda truth: json.dumps(truth["tokens"])),
    "skeleton": ("html", lambda truth: f"<table>{''.join(truth['tokens'])}</table>"),
}


def of_table(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    queries, language = sample.truth["queries"], sample.language
    if "instruction" in sample.truth:
        return [Expected("data", *turns[0], language=language)]
    if not queries:
        form, text = _TABLE_FORMS[sample.meta["turn_kind"]]
        return [Expected(form, turns[0][0], text(sample.truth), language=language)]
    return [_entry(q, query["answer"], language) for (q, _), query in zip(turns, queries, strict=True)]


def _entry(question: str, answer: Mapping[str, Any], language: str) -> Expected:
    text, value, kind = answer["text"], answer["value"], answer["kind"]
    if kind == "set":
        return Expected("set", question, text, items=tuple(value), language=language)
    if kind in ("integer", "number"):
        return Expected("number", question, text, float(value), float(answer["tolerance"]), language=language)
    return Expected("value", question, text, language=language)


def of_chart(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    truth, language = sample.truth, sample.language
    if not truth["queries"]:
        tolerance = max(truth["written"]["tolerances"], default=0.0)
        return [Expected("data", *turns[0], tolerance=tolerance, language=language)]
    return [_reading(q, query, language) for (q, _), query in zip(turns, truth["queries"], strict=True)]


def _reading(question: str, query: Mapping[str, Any], language: str) -> Expected:
    kind, names = query["kind"], tuple(query["names"])
    if kind == "span":
        return Expected("set", question, ", ".join(names), items=names, language=language)
    if kind in ("number", "percent", "count"):
        value, tolerance = float(query["answer"]), float(query["tolerance"])
        return Expected("number", question, query["text"], value, tolerance, language=language)
    return Expected("value", question, names[0] if names else query["text"], language=language)
