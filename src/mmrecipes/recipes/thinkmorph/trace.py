"""A reasoning trace: question, first thought, edited picture, second thought, answer; and the sample made of it.

Covered: the public record with its field names (`resoning` is spelled as in the published data), the four views of one
record (interleaved, text only, vision only, and a mixture of these by shares), checks that hold for every task.
Not covered: how a task comes to its trace.
Sources: ThinkMorph (arXiv 2510.27492) and its public data sets for field names and tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

from mmrecipes.core.identity import largest_remainder, seed_from, turn
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Extra, Message, Region, Sample, TruthSource, assistant, user
from mmrecipes.flow.step import Drop, StepContext, step

View = Literal["interleaved", "text_only", "vision_only"]
VIEWS: tuple[View, ...] = get_args(View)
LETTERS = "ABCD"
MOST_OVERLAP = 0.5
"""Share of four-word sequences of the second thought that the first may have as well."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace. `task` is the public name; `thoughts` are those before and after the edited picture, `text_only` says
    the same without one; `manipulation` says what was drawn; `checks` what was found when it was verified again.
    `split_key` names what may not stand in two splits (a class of mazes, a source picture)."""

    task: str
    question: str
    answer: str
    thoughts: tuple[str, str]
    text_only: str
    problem: Image
    reasoning: Image
    ground_truth: Mapping[str, Any]
    generator: str
    solver: str
    manipulation: Mapping[str, Any]
    split_key: str
    difficulty: int
    regions: tuple[Region, ...] = ()
    checks: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    thought_by: str = "template"
    test_only: bool = False
    truth_source: TruthSource = "engine"

    def record(self, pid: str, seed: int) -> dict[str, Any]:
        """The public record without its pictures."""
        return {
            "pid": pid,
            "task": self.task,
            "question": self.question,
            "answer": self.answer,
            "resoning_thought_0": self.thoughts[0],
            "resoning_thought_1": self.thoughts[1],
            "full_text_only_thought": self.text_only,
            "ground_truth": dict(self.ground_truth),
            "provenance": {
                "generator": self.generator,
                "seed": seed,
                "solver": self.solver,
                "manipulation": dict(self.manipulation),
                "thought_by": self.thought_by,
                "checks": dict(self.checks),
            },
        }


_OF_DRAWING = re.compile(
    r"\b(?:highlight\w*|red (?:path|line|box|frame|rectangle|mark)\w*|arrows?|overla\w+|drawn|drawing|outlin\w+|"
    r"(?:re-?assembled|joined|edited) (?:image|picture))\b",
    re.I,
)
"""Words that speak of an edited picture, which a text-only thought does not have."""
_MARKS = re.compile(r"\bred (?:box|area|arrows?|path)\b")
"""What will be drawn: that it is red gives no answer away."""
_SOLUTION = re.compile(r"as shown in the solution|the (?:given|hidden|provided) (?:solution|answer)|ground truth", re.I)


def thought_problem(trace: Trace, secret: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with the thoughts as (reason, detail), or None. `secret` are the texts that the first thought may
    not hold; all but the first thought must end with the answer stated."""
    first, second = trace.thoughts
    bare = _MARKS.sub("", first)
    said = next((s for s in secret if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", bare)), None)
    if said is not None:
        return "answer_in_first_thought", said
    for name, text in (("second", second), ("text_only", trace.text_only)):
        if not re.search(rf"(?<!\w){re.escape(trace.answer)}(?!\w)", text):
            return f"answer_missing_in_{name}_thought", trace.answer
    if word := _OF_DRAWING.search(trace.text_only):
        return "text_only_thought_speaks_of_drawing", word[0]
    for text in (*trace.thoughts, trace.text_only):
        if found := _SOLUTION.search(text):
            return "thought_speaks_of_a_solution", found[0]
    overlap = shared_sequences(first, second)
    return ("thoughts_repeat", f"{overlap:.2f}") if overlap > MOST_OVERLAP else None


def shared_sequences(first: str, second: str, length: int = 4) -> float:
    """Share of the word sequences of the second text that stand in the first."""
    a, b = (_sequences(t, length) for t in (first, second))
    return len(a & b) / len(b) if b else 0.0


def _sequences(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def share_at(index: int, shares: Mapping[str, float], *names: str) -> str:
    """The name at this index when names come in these shares: exact in every hundred."""
    parts = largest_remainder(100, dict(shares))
    at = turn(index, 100, *names)
    for name, part in parts.items():
        at -= part
        if at < 0:
            return name
    raise AssertionError("largest_remainder gives all of a hundred")


def in_test(key: str, share: float) -> bool:
    """Whether what has this key belongs to the split `test`: decided by the key alone."""
    return seed_from("thinkmorph.split", key) < share * 2**64


@dataclass(frozen=True, slots=True)
class Finish:
    """The sample of `draft.trace` in the view of its index; `views` are their shares."""

    views: tuple[tuple[str, float], ...]
    test_share: float
    reads: ClassVar = ("draft.trace", "draft.index")
    writes: ClassVar = (
        "images", "messages", "extras", "regions", "truth", "meta", "difficulty", "language", "split", "group",
        "source",
    )  # fmt: skip

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        trace: Trace = sample.draft["trace"]
        view = share_at(sample.draft["index"], dict(self.views), "thinkmorph.view", sample.task)
        seed = seed_from(context.run_seed, sample.id)
        messages, shown = view_of(trace, view)
        test = trace.test_only or in_test(trace.split_key, self.test_share)
        return sample.having(
            images=shown,
            messages=messages,
            extras=() if trace.reasoning in shown else (Extra("reasoning_image_0", trace.reasoning),),
            regions=trace.regions,
            truth={"kind": "trace", "trace": trace.record(sample.id, seed)},
            meta={"pipeline": sample.task, "view": view, "seed": seed, **trace.meta},
            difficulty=trace.difficulty,
            language="en",
            split="test" if test else "train",
            group=f"{sample.task}/{seed_from('thinkmorph.group', trace.split_key):016x}",
            source=trace.generator,
            truth_source=trace.truth_source,
            draft={},
        )


def view_of(trace: Trace, view: str) -> tuple[tuple[Message, ...], tuple[Image, ...]]:
    """The messages of a view and the pictures they show. Thoughts stand in think tags, the answer in answer tags."""
    question = user(trace.problem, trace.question)
    answer = f"<answer>{trace.answer}</answer>"
    if view == "text_only":
        return (question, assistant(f"<think>{trace.text_only}</think>{answer}")), (trace.problem,)
    shown = (trace.problem, trace.reasoning)
    if view == "vision_only":
        return (question, assistant(trace.reasoning, answer)), shown
    first, second = trace.thoughts
    parts = (f"<think>{first}</think>", trace.reasoning, f"<think>{second}</think>{answer}")
    return (question, assistant(*parts)), shown


@step(reads=("draft.trace", "draft.secret"), writes=())
def check_thoughts(sample: Sample) -> Sample | Drop:
    """The thoughts do what thoughts must do; `draft.secret` is what the first may not say."""
    problem = thought_problem(sample.draft["trace"], sample.draft["secret"])
    return sample if problem is None else Drop(*problem)
