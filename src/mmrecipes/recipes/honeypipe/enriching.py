"""New answers with reasoning, turn by turn: short ones by the teacher, long ones by the reasoner, each verified.

Covered: stripping what forbids reasoning, histories of new answers that passed (else the given ones), several draws,
checks of form, verification. A failed text is kept and shown to nobody; the reference is shown to nobody
but the judge. Not covered: deciding who gets which (see `triage`), the final form (see `finishing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, NamedTuple

from mmrecipes.core.sample import Message, Part, Sample, assistant
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.recipes.honeypipe.filtering import shown_by
from mmrecipes.recipes.honeypipe.prompts import LONG_REQUEST, with_hint
from mmrecipes.recipes.honeypipe.turns import Exchange, exchanges, joined, system
from mmrecipes.recipes.honeypipe.verifying import verify
from mmrecipes.steps.brevity import strip_brevity
from mmrecipes.steps.reasoning import after_thinking, generation_faults, parted, too_short, with_tags
from mmrecipes.steps.rules import Finding

Outcome = dict[str, Any]
"""What became of one turn, as JSON: `failed` (reason, detail, text of every draw that failed) and, when one passed,
`text`, `answer` (what was verified), `verdict`, `attempts`, `model` and `thinks` (whether it has a think block)."""


class Written(NamedTuple):
    """A generated text in the right form: the whole of it, its answer without the thinking, and whether it thinks."""

    text: str
    answer: str
    thinks: bool


@step(reads=("messages",), writes=("messages", "draft.stripped"))
def strip_brevity_requests(sample: Sample) -> Sample:
    """Takes out of the questions what forbids reasoning; `draft.stripped` says what stood where."""
    stripped: list[dict[str, Any]] = []
    many: list[Exchange] = []
    for turn, one in enumerate(exchanges(sample), 1):
        parts = list(one.question.parts)
        for place, part in enumerate(parts):
            if part.text is None:
                continue
            left = strip_brevity(part.text)
            parts[place] = Part(text=left.text)
            stripped += [
                {"turn": turn, "part": place, "start": r.start, "text": r.text, "phrase": r.phrase}
                for r in left.removed
            ]
        many.append(replace(one, question=replace(one.question, parts=tuple(parts))))
    return sample.having(messages=joined(system(sample), many)).drafting(stripped=stripped)


@dataclass(frozen=True, slots=True)
class Reason:
    """Writes and verifies an answer to every turn that has none yet; `draft.<kind>` holds an `Outcome` per turn,
    `meta.failed_<kind>` every draw that failed, also of samples that are dropped for it.

    Up to `attempts` draws per turn, of which the first that passes is taken. Long reasoning keeps the turns that
    `draft.short` has a verified answer to.
    """

    kind: Literal["short", "long"]
    role: str
    sampling: Sampling
    attempts: int = 1
    typical_short: int = 0
    show_reference: bool = False
    reads: ClassVar = ("images", "messages", "meta", "language")

    @property
    def name(self) -> str:
        return f"{self.kind}_reasoning"

    @property
    def roles(self) -> tuple[str, ...]:
        return (self.role, "judge")

    @property
    def writes(self) -> tuple[str, ...]:
        return ("meta", f"draft.{self.kind}")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample:
        many = exchanges(sample)
        earlier: Sequence[Outcome] = sample.draft.get("short", ()) if self.kind == "long" else ()
        outcomes: list[Outcome] = []
        history: tuple[Message, ...] = ()
        for number, one in enumerate(many):
            outcome = next((o for o in earlier[number : number + 1] if "text" in o), None)
            if outcome is None:
                outcome = await self._turn(sample, many[: number + 1], history, context)
            outcomes.append(outcome)
            said = assistant(outcome["answer"]) if "text" in outcome else one.answer
            history = (*history, one.question, said)
        failed = [{"turn": turn, **f} for turn, o in enumerate(outcomes, 1) if o not in earlier for f in o["failed"]]
        meta = {**sample.meta, f"failed_{self.kind}": failed} if failed else sample.meta
        return sample.having(meta=meta).drafting(**{self.kind: outcomes})

    async def _turn(
        self, sample: Sample, so_far: Sequence[Exchange], history: tuple[Message, ...], context: StepContext
    ) -> Outcome:
        one, failed = so_far[-1], list[Mapping[str, Any]]()
        call = Call(
            name="", messages=(*history, self._asking(one)), images=shown_by(sample, so_far), sampling=self.sampling
        )
        for attempt in range(self.attempts):
            named = call.having(name=f"{self.kind}/turn {len(so_far)}/draw {attempt + 1}")
            asked = await context.ask(self.role, named, lambda reply: reply, retries=0)
            assert not isinstance(asked, Drop)  # any reply is taken here; its form is checked next
            written = self._read(asked.reply, one.question.text)
            if isinstance(written, Finding):
                failed.append({"reason": written.reason, "detail": written.detail, "text": asked.reply.text})
                continue
            kind = str(sample.meta.get("answer_kind") or "auto")
            verdict = await verify(one, written.answer, kind, sample.language, context)
            if isinstance(verdict, Drop):
                failed.append({"reason": "malformed", "detail": f"judge: {verdict.detail}", "text": written.text})
            elif not verdict["match"]:
                detail = f"{verdict['extracted'] or 'no conclusion'}, not {one.answer.text}"
                failed.append(
                    {"reason": "wrong_conclusion", "detail": detail, "text": written.text, "verdict": verdict}
                )
            else:
                return {**written._asdict(), "verdict": verdict, "attempts": attempt + 1, "model": asked.model,
                        "failed": failed}  # fmt: skip
        return {"failed": failed}

    def _asking(self, one: Exchange) -> Message:
        """The teacher gets the instruction and nothing else; the reasoner is asked to think first."""
        if self.kind == "short":
            return one.question
        told = with_hint(one.answer.text) if self.show_reference else LONG_REQUEST
        return replace(one.question, parts=(*one.question.parts, Part(text=f"\n\n{told}")))

    def _read(self, reply: Reply, question: str) -> Written | Finding:
        """The text in its right form, or why it has none: `over_budget`, `no_answer` or `malformed`."""
        choice = reply.choices[0]
        if reply.truncated:
            return Finding("over_budget", f"cut off at {self.sampling.max_tokens} tokens")
        if choice.refusal or choice.finish == "content_filter" or not choice.text.strip():
            return Finding("no_answer", choice.refusal or "the reply is empty")
        if self.kind == "short":
            spoken = after_thinking(choice.text)
            return _sound(Written(spoken, spoken, False), question) if spoken else Finding("no_answer", "only thinking")
        thought = parted(with_tags(choice.reasoning, choice.text) if choice.reasoning else choice.text)
        if isinstance(thought, Finding):
            return thought if thought.reason == "no_answer" else Finding("malformed", str(thought))
        if too_short(thought, self.typical_short):
            plain = f"{thought.reasoning}\n\n{thought.answer}"
            return _sound(Written(plain, thought.answer, False), question)
        return _sound(Written(with_tags(thought.reasoning, thought.answer), thought.answer, True), question)


def _sound(written: Written, question: str) -> Written | Finding:
    faults = generation_faults(written.answer, question)
    if written.text != written.answer:
        reasoning = written.text.removesuffix(written.answer)
        faults += [f for f in generation_faults(reasoning, question) if f.reason == "repetition"]
    return Finding("malformed", "; ".join(map(str, faults))) if faults else written


@dataclass(frozen=True, slots=True)
class Passed:
    """Drops a sample with a turn that has no verified answer in `draft.<kind>`, with the reason of its last draw."""

    kind: Literal["short", "long"]
    writes: ClassVar = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"draft.{self.kind}",)

    @property
    def name(self) -> str:
        return f"{self.kind}_verified"

    def __call__(self, sample: Sample) -> Sample | Drop:
        outcomes: Sequence[Outcome] = sample.draft[self.kind]
        open_ = [(turn, o["failed"][-1]) for turn, o in enumerate(outcomes, 1) if "text" not in o]
        if not open_:
            return sample
        turn, last = open_[0]
        where = f"turn {turn}: " if len(outcomes) > 1 else ""
        return Drop(last["reason"], where + last["detail"])


def short_verdict(sample: Sample) -> str:
    """`pass` when every turn has a verified short answer, else `fail`."""
    return "pass" if all("text" in o for o in sample.draft["short"]) else "fail"
