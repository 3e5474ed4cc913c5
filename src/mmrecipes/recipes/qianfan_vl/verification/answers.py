"""What the questions of a finished sample have to be answered with, task by task; a task has one line in `ANSWERS`.

Everything is read from the truth as it is stored, not from the replies, except where a reply is the only written form
of the truth (a chart as Markdown or JSON, the elements of a document, what satisfies a complex instruction).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import step
from mmrecipes.recipes.qianfan_vl.verification.answers_of_data import of_chart, of_table
from mmrecipes.recipes.qianfan_vl.verification.answers_of_formulas import of_formula, of_mathematics
from mmrecipes.recipes.qianfan_vl.verification.answers_of_texts import of_document, of_scene, of_word
from mmrecipes.steps.agreement import Expected

ANSWERS: Mapping[str, Callable[[Sample, Sequence[tuple[str, str]]], list[Expected]]] = {
    "table": of_table, "chart": of_chart, "formula": of_formula, "document": of_document,
    "mathematics": of_mathematics, "scene": of_scene, "word": of_word,
}  # fmt: skip
"""From a sample and its questions with their replies."""


@step(reads=("messages", "truth", "meta"), writes=("truth",))
def state_answers(sample: Sample) -> Sample:
    """`truth.answers` says of every question what answers it: type, text, tolerance."""
    return sample.having(truth={**sample.truth, "answers": [e.to_json() for e in expected_answers(sample)]})


def expected_answers(sample: Sample) -> list[Expected]:
    """One per question, in order."""
    questions = [m.text for m in sample.messages if m.role == "user"]
    replies = [m.text for m in sample.messages if m.role == "assistant"]
    if "instruction" in sample.truth:
        return [Expected("data", questions[0], replies[0], language=sample.language, exact=True)]
    return ANSWERS[sample.task](sample, list(zip(questions, replies, strict=True)))
