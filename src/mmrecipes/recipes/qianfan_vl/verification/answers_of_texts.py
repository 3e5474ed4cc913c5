"""What questions about documents, scenes and cropped words have to be answered with, from the stored truth."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mmrecipes.core.sample import Sample
from mmrecipes.recipes.qianfan_vl.scene.turns import answer
from mmrecipes.render.corpora.texts import texts
from mmrecipes.render.tables.numbers import printed_number
from mmrecipes.steps.agreement import Expected


def of_document(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    truth, kind, (question, reply) = sample.truth, sample.meta["turn_kind"], turns[0]
    if truth["queries"]:
        return [_detail(q, query, sample.language) for (q, _), query in zip(turns, truth["queries"], strict=True)]
    if kind == "extract":
        return [Expected("fields", question, json.dumps(truth["fields"], ensure_ascii=False), language=sample.language)]
    if kind == "elements":
        return [Expected("transcription", question, reply)]
    read = "\n".join(e["text"] for e in truth["elements"] if e["text"])
    return [Expected("transcription", question, read if kind == "read" else truth[kind])]


_AMOUNT = re.compile(r"[%‰$€£¥₹]|[A-Z]{3}")
"""Units of amounts: a number with another one, or none, may be a date or the number of something."""


def _detail(question: str, query: Mapping[str, Any], language: str) -> Expected:
    found = query["answer"]
    if isinstance(found, int):
        return Expected("number", question, str(found), float(found), language=language)
    number = printed_number(found, texts(language).decimal)
    if number is not None and (query["op"] in ("difference", "sum_column") or _AMOUNT.fullmatch(number.unit)):
        return Expected("number", question, found, float(number.value), language=language)
    form = "transcription" if query["op"] == "sentence" else "value"
    return Expected(form, question, found, language=language)


def of_scene(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    queries = sample.truth["queries"]
    return [_seen(q, query, answer(sample.truth, query)) for (q, _), query in zip(turns, queries, strict=True)]


def _seen(question: str, query: Mapping[str, Any], found: Any) -> Expected:
    match query["op"]:
        case "list_words":
            return Expected("set", question, ", ".join(found), items=tuple(found))
        case "locate":
            return Expected("box", question, str(found))
        case "count":
            return Expected("number", question, str(found), float(found))
        case "present":
            return Expected("value", question, "yes" if found else "no")
        case "language":
            return Expected("value", question, found)
        case _:
            return Expected("transcription", question, found)


def of_word(sample: Sample, turns: Sequence[tuple[str, str]]) -> list[Expected]:
    return [Expected("transcription", turns[0][0], sample.truth["text"])]
