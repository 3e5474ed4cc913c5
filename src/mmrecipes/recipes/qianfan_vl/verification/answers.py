"""What the questions of a finished sample have to be answered with, task by task.

A task has one line in `ANSWERS`; one without has its replies taken as they stand: short ones as values, long ones as
transcriptions. Covered: tables, charts. Everything is read from the truth as it is stored, not from the replies, except
where a reply is the only written form of the truth (a chart as Markdown or JSON).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import step
from mmrecipes.steps.agreement import AnswerType, Expected
from mmrecipes.steps.compare_answers import answer_kind


@step(reads=("messages", "truth", "meta"), writes=("truth",))
def state_answers(sample: Sample) -> Sample:
    """`truth.answers` says of every question what answers it: type, text, tolerance."""
    return sample.having(truth={**sample.truth, "answers": [e.to_json() for e in expected_answers(sample)]})


def expected_answers(sample: Sample) -> list[Expected]:
    """One per question, in order."""
    return list(ANSWERS.get(sample.task, _as_replied)(sample))


def exchanges(sample: Sample) -> list[tuple[str, str]]:
    """Questions and replies in turn."""
    users = [m.text for m in sample.messages if m.role == "user"]
    return list(zip(users, [m.text for m in sample.messages if m.role == "assistant"], strict=True))


_TABLE_FORMS: Mapping[str, tuple[AnswerType, Callable[[Mapping[str, Any]], str]]] = {
    "html": ("html", lambda truth: truth["html"]),
    "latex": ("latex_table", lambda truth: truth["latex"]),
    "tokens": ("tokens", lambda truth: json.dumps(truth["tokens"])),
    "skeleton": ("html", lambda truth: f"<table>{''.join(truth['tokens'])}</table>"),
}


def _of_table(sample: Sample) -> list[Expected]:
    turns, queries = exchanges(sample), sample.truth["queries"]
    if "instruction" in sample.truth:
        return [Expected("data", turns[0][0], turns[0][1], language=sample.language)]
    if not queries:
        form, text = _TABLE_FORMS[sample.meta["turn_kind"]]
        return [Expected(form, turns[0][0], text(sample.truth), language=sample.language)]
    return [_entry(q, query["answer"], sample.language) for (q, _), query in zip(turns, queries, strict=True)]


def _entry(question: str, answer: Mapping[str, Any], language: str) -> Expected:
    text, value, kind = answer["text"], answer["value"], answer["kind"]
    if kind == "set":
        return Expected("set", question, text, items=tuple(value), language=language)
    if kind in ("integer", "number"):
        return Expected("number", question, text, float(value), float(answer["tolerance"]), language=language)
    return Expected("value", question, text, language=language)


def _of_chart(sample: Sample) -> list[Expected]:
    turns, truth, language = exchanges(sample), sample.truth, sample.language
    if not truth["queries"]:
        (question, reply), tolerances = turns[0], truth["written"]["tolerances"]
        return [Expected("data", question, reply, tolerance=max(tolerances, default=0.0), language=language)]
    return [_reading(q, query, language) for (q, _), query in zip(turns, truth["queries"], strict=True)]


def _reading(question: str, query: Mapping[str, Any], language: str) -> Expected:
    kind, names = query["kind"], tuple(query["names"])
    if kind == "span":
        return Expected("set", question, ", ".join(names), items=names, language=language)
    if kind in ("number", "percent", "count"):
        value, tolerance = float(query["answer"]), float(query["tolerance"])
        return Expected("number", question, query["text"], value, tolerance, language=language)
    return Expected("value", question, names[0] if names else query["text"], language=language)


def _as_replied(sample: Sample) -> list[Expected]:
    return [
        Expected("transcription" if answer_kind(a) == "descriptive" else "value", q, a, language=sample.language)
        for q, a in exchanges(sample)
    ]


ANSWERS: Mapping[str, Callable[[Sample], Sequence[Expected]]] = {"table": _of_table, "chart": _of_chart}
