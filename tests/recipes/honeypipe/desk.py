"""Runs pieces of the recipe in this process with the engine's own interpreter and client, answered by a function; and
small samples to run them on."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample, assistant, user
from mmrecipes.flow.asking import Models
from mmrecipes.flow.interpret import Environment, compile_nodes, interpret
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.models.binding import StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.honeypipe import recipe
from mmrecipes.recipes.honeypipe.preparing import prepare
from mmrecipes_tests.driving import client, drive

ROLES = ("filter", "teacher", "judge", "reasoner")
FINE = json.dumps({"answerable": True, "related": True, "reason": "fine"})
"""The filter's word for a good question."""


@dataclass
class Outcome:
    """What came of samples: kept, dropped as (sample, reason, detail), errors."""

    kept: list[Sample] = field(default_factory=list)
    dropped: list[tuple[Sample, str, str]] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)

    def reasons(self) -> dict[str, int]:
        return dict(Counter(reason for _, reason, _ in self.dropped))


@dataclass
class Desk:
    """Models answered by `answering`; `calls` are those that were made, in order."""

    answering: Callable[[StandInCall], Any] = recipe.stand_in
    faults: Mapping[str, float] = field(default_factory=dict)
    calls: list[tuple[str, Call]] = field(default_factory=list)

    def _answer(self, asked: StandInCall) -> Any:
        self.calls.append((asked.role, asked.call))
        return self.answering(asked)

    def models(self) -> Models:
        bindings = dict.fromkeys(ROLES, (StandIn(faults=dict(self.faults)),))
        return Models(bindings, client(self._answer))

    def of(self, role: str) -> list[Call]:
        return [call for asked, call in self.calls if asked == role]

    def words(self, role: str) -> list[str]:
        """All that a role was told, a text per call."""
        return ["\n".join(m.text for m in call.messages) for call in self.of(role)]


def desk(**replies: Any) -> Desk:
    """Per role what it replies: a text, a `Choice`, a list of them in order (the last for ever), or a function."""
    left = {role: list(r) if isinstance(r, list) else r for role, r in replies.items()}

    def answer(asked: StandInCall) -> Any:
        reply = left[asked.role]
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return reply(asked) if callable(reply) else reply

    return Desk(answer)


def verdict(match: bool, kind: str = "factual", extracted: str = "?") -> str:
    """The judge's reply."""
    return json.dumps({"kind": kind, "extracted": extracted, "match": match, "reason": "because"})


def thinking(answer: str, words: int = 100) -> str:
    """A reasoner's reply with enough reasoning to count as long."""
    return f"<think>{' '.join(f'step {i} holds.' for i in range(words // 3))}</think>\n{answer}"


def run(steps: Pipeline, *samples: Sample, models: Desk | None = None, seed: int = 7) -> Outcome:
    """What becomes of samples in a part of the pipeline without global steps."""
    environment, outcome = Environment(seed, {}, (models or Desk()).models()), Outcome()
    nodes = compile_nodes(steps)

    async def everything() -> None:
        for sample in samples:
            passage = await drive(interpret(nodes, sample, environment))
            outcome.kept.extend(passage.kept)
            outcome.dropped.extend((d.sample, d.reason, d.detail) for d in passage.dropped)
            outcome.errors.extend(passage.errors)

    asyncio.run(everything())
    return outcome


def enriched(*samples: Sample, models: Desk | None = None, **params: Any) -> Outcome:
    """The middle of the pipeline, from preparing to the final form, without the removal of duplicates."""
    return run(Pipeline(prepare, recipe.curate(recipe.Params(**params))), *samples, models=models)


def picture(shade: int = 90, size: tuple[int, int] = (64, 48)) -> Image:
    return encode(np.full((size[1], size[0], 3), (shade, 30, 200 - shade), np.uint8))


def row(*texts: str, images: int = 1, head: tuple[Message, ...] = (), truth: Any = None, **meta: Any) -> Sample:
    """A pooled row: questions and answers in turn, pictures before the first question."""
    shown = tuple(picture(40 + 50 * i) for i in range(images))
    turns = [(user if i % 2 == 0 else assistant)(*(shown if i == 0 else ()), text) for i, text in enumerate(texts)]
    about = {"domain": "General", "task_family": "vqa", "reasoning": "short", "answer_kind": "auto", "priority": 0}
    return Sample(
        id="honeypipe/pool/000000", source="pool", truth_source="annotated", images=shown, messages=(*head, *turns),
        truth=truth or {}, meta={**about, **meta},
    )  # fmt: skip


def texts(sample: Sample) -> list[str]:
    return [m.text for m in sample.messages]


def asked_of(text: str) -> str:
    """The question in a prompt of the filter or the judge."""
    found = re.search(r"<(question-[0-9a-f]{12})>\n(.*?)\n</\1>", text, re.DOTALL)
    assert found is not None
    return found[2]
