"""Companion stage C2, long reasoning, with a model: solutions are drawn until one ends in the known answer.

Source: Qianfan-VL report (arXiv 2509.18189), section 3.4: 5 to 10 solutions per problem, think tags, a tenth reviewed
by people. Covered: rejection sampling over the turns that `reasoning` rewrites from computed steps; every draw on
record; a conclusion that agrees with the truth (`steps/agreement`), the form of the block, faults of generated texts.
Not covered: the report's reward model (of the draws the first that passes is taken), whether the steps before the
conclusion hold.

A reply in no usable form is a draw that failed, not asked for again: the next draw is. A call that failed is an error
of the sample. The model sees pictures, questions and earlier replies without their thinking, never the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Message, Part, Sample, assistant
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.recipes.qianfan_vl.verification.answers import expected_answers
from mmrecipes.recipes.qianfan_vl.verification.prompts import THINK
from mmrecipes.recipes.qianfan_vl.verification.reasoning import marked, reasoned
from mmrecipes.steps.agreement import Expected, agrees
from mmrecipes.steps.reasoning import after_thinking, generation_faults, parted, with_tags
from mmrecipes.steps.rules import Finding

DRAW = Sampling(temperature=0.7, top_p=0.95, max_tokens=8192)
"""How every solution is drawn: the values that long reasoning is asked for with elsewhere in this package."""


@dataclass(frozen=True, slots=True)
class SampledReasoning:
    """Asks for at most `solutions` solutions to each turn in steps of a share of the samples, until one passes.

    `meta.solutions` lists every draw (turn, draw, model, outcome: `agrees` or why not, detail; the text of what
    failed). Turns with a solution that passed say it; the others keep their reply (see `solved`).
    """

    share: float
    solutions: int
    role: str = "reasoner"
    reads: ClassVar = ("images", "messages", "truth", "meta", "language")
    writes: ClassVar = ("messages", "meta")
    name: ClassVar[str] = "sampled_reasoning"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role,)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample:
        turns, draws = reasoned(sample, self.share), list[dict[str, Any]]()
        if not turns:
            return sample
        expected, messages, shown = expected_answers(sample), list[Message](), list[Message]()
        for message in sample.messages:
            turn = sum(m.role == "assistant" for m in messages)
            if message.role == "assistant" and turn in turns:
                found = await self._solution(sample, shown, turn, expected[turn], draws, context)
                message = message if found is None else assistant(found)
            messages.append(message)
            shown.append(assistant(after_thinking(message.text)) if message.role == "assistant" else message)
        meta = {**sample.meta, "solutions": draws}
        return marked(sample.having(messages=tuple(messages), meta=meta), "model")

    async def _solution(
        self, sample: Sample, shown: Sequence[Message], turn: int, expected: Expected, draws: list[dict[str, Any]],
        context: StepContext,
    ) -> str | None:  # fmt: skip
        """The first text that passes; what became of every draw is added to `draws`."""
        question = Message("user", (*shown[-1].parts, Part(text=f"\n\n{THINK}")))
        call = Call(name="", messages=(*shown[:-1], question), images=sample.images, sampling=DRAW)
        for draw in range(1, self.solutions + 1):
            named = call.having(name=f"reasoning/{turn + 1}/{draw}")
            asked = await context.ask(self.role, named, lambda reply: reply, retries=0)
            assert not isinstance(asked, Drop)  # any reply is taken here; its form is checked next
            found = solution(asked.reply, expected)
            record: dict[str, Any] = {"turn": turn + 1, "draw": draw, "model": asked.model}
            if isinstance(found, str):
                draws.append({**record, "outcome": "agrees"})
                return found
            draws.append({**record, "outcome": found.reason, "detail": found.detail, "text": asked.reply.text})
        return None


def solution(reply: Reply, expected: Expected) -> str | Finding:
    """The text of a reply in its one form, or why it is not taken: `truncated`, `refused`, what is wrong with its
    think block (see `parted`), `malformed` (a fault of a generated text), `unreadable` (nothing can be said of its
    answer), `wrong_conclusion`."""
    choice = reply.choices[0]
    if reply.truncated:
        return Finding("truncated", f"cut off at {DRAW.max_tokens} tokens")
    if choice.refusal or choice.finish == "content_filter":
        return Finding("refused", choice.refusal or choice.finish)
    thought = parted(with_tags(choice.reasoning, choice.text))
    if isinstance(thought, Finding):
        return thought
    faults = generation_faults(thought.answer, expected.question) + generation_faults(thought.reasoning, "")
    if faults:
        return Finding("malformed", "; ".join(map(str, faults)))
    verdict = agrees(expected, thought.answer)
    if verdict:
        return with_tags(thought.reasoning, thought.answer)
    return Finding("unreadable" if verdict is None else "wrong_conclusion", repr(thought.answer[:200]))


@step(reads=("messages", "meta"))
def solved(sample: Sample) -> Sample | Drop:
    """Drops a sample with a turn that no draw solved: `solutions_disagreed` where a readable one said otherwise,
    `solutions_unusable` where none could be read."""
    draws: Sequence[Mapping[str, Any]] = sample.meta.get("solutions", ())
    unsolved = {d["turn"] for d in draws} - {d["turn"] for d in draws if d["outcome"] == "agrees"}
    if not unsolved:
        return sample
    turn = min(unsolved)
    outcomes = Counter(d["outcome"] for d in draws if d["turn"] == turn)
    said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    return Drop("solutions_disagreed" if outcomes["wrong_conclusion"] else "solutions_unusable", f"turn {turn}: {said}")
