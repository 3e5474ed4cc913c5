"""Fidelity: does a generated answer arrive at the reference? Rules first, then a judge.

Covered: kind of the reference (registry, form, judge), exact comparison of facts, a judge for what rules do not settle.
Not covered: whether the way to the answer is right. A wrong chain with the right conclusion passes; a wrong reference
makes right answers fail, and such rejects are listed by source (see `composition`).
"""

from __future__ import annotations

from typing import Any

from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.recipes.honeypipe.prompts import FAITHFUL
from mmrecipes.recipes.honeypipe.turns import Exchange
from mmrecipes.steps.answer_options import options_of
from mmrecipes.steps.compare_answers import answer_kind, asks_order, compare
from mmrecipes.steps.judge import judged
from mmrecipes.steps.reasoning import Thought, parted

Verdict = dict[str, Any]
"""JSON: `kind` (factual, descriptive), `match`, `extracted` (the conclusion that was found), `method` (exact, judge),
`rule` (by which rule it is equal, or why rules do not settle it), and of a judge `judge` (the model) and `reason`."""


def _final(given: str) -> str:
    """A given answer without the thinking that some sets bring along."""
    thought = parted(given)
    return thought.answer if isinstance(thought, Thought) else given


async def verify(asked: Exchange, answer: str, kind: str, language: str, context: StepContext) -> Verdict | Drop:
    """Whether `answer` agrees with the reference in `asked`; `kind` is the registry's word (`auto`: by the reference's
    form). A `Drop` when the judge's reply could not be used."""
    question, reference = asked.question.text, _final(asked.answer.text)
    expected = answer_kind(reference) if kind == "auto" else kind
    rule = "descriptive"
    if expected != "descriptive":
        compared = compare(answer, reference, options_of(question), language or "en", ordered=asks_order(question))
        if compared.match:
            found = {"kind": "factual", "match": True, "extracted": compared.extracted}
            return found | {"method": "exact", "rule": compared.method}
        rule = compared.method
    blocks = {"question": question, "reference": reference, "text": answer}
    said = await judged(context, "judge", FAITHFUL, blocks)
    if isinstance(said, Drop):
        return Drop("malformed_judgement", said.detail)
    value = said.value
    return {
        "kind": value.kind if expected == "undecided" else expected, "match": value.match, "extracted": value.extracted,
        "method": "judge", "rule": rule, "judge": said.model, "reason": value.reason,
    }  # fmt: skip
