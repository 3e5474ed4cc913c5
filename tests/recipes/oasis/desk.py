"""Runs the recipe in this process with the engine's own interpreter and client, answered by a function."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample
from mmrecipes.flow.asking import Models
from mmrecipes.flow.interpret import Environment, compile_nodes, interpret
from mmrecipes.flow.plan import check_reads
from mmrecipes.flow.service import PlanModels
from mmrecipes.models.binding import StandIn
from mmrecipes.models.call import Call
from mmrecipes.models.standin import StandInCall
from mmrecipes.recipes.oasis import recipe
from mmrecipes.recipes.oasis.prompts import PLAY_THE_USER
from mmrecipes.steps.chat_families import FAMILIES
from mmrecipes.steps.hook import Mode, Way, settle
from mmrecipes.steps.prefix import prefix_of
from mmrecipes_tests.driving import client, drive

ROLES = ("hook", "extractor", "text_judge", "vlm_judge", "responder", "tagger", "cleaner", "caption_judge", "reward")
Answering = Callable[[StandInCall], Any]


@dataclass
class Desk:
    """Models answered by `answering`; `calls` are those that were made, in order."""

    answering: Answering = recipe.stand_in
    faults: Mapping[str, float] = field(default_factory=dict)
    calls: list[tuple[str, Call]] = field(default_factory=list)

    def _answer(self, asked: StandInCall) -> Any:
        self.calls.append((asked.role, asked.call))
        return self.answering(asked)

    def models(self, settled: Mapping[str, Any] | None = None) -> Models:
        bindings = dict.fromkeys(ROLES, (StandIn(faults=dict(self.faults)),))
        return Models(bindings, client(self._answer), settled or {})

    def probe(self, **params: Any) -> Mapping[str, Any]:
        return asyncio.run(recipe.probe(recipe.Params(**params), PlanModels(self.models())))


@dataclass
class Outcome:
    """What came of a run: samples, drops as (id, reason, detail), errors, and how often each step did what."""

    kept: list[Sample] = field(default_factory=list)
    dropped: list[tuple[Sample, str, str]] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def reasons(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for _, reason, _ in self.dropped:
            counted[reason] = counted.get(reason, 0) + 1
        return counted


def way(mode: Mode = "completion_raw", family: str = "qwen-vl", **settings: Any) -> Way:
    published = replace(recipe.Params().hook_settings, **settings)
    return Way(mode, prefix_of(FAMILIES[family]), published, PLAY_THE_USER)


def run(
    n: int = 1, desk: Desk | None = None, inputs: Mapping[str, Any] | None = None, seed: int = 7,
    mode: Mode = "completion_raw", **params: Any,
) -> Outcome:  # fmt: skip
    """The whole pipeline over the first `n` candidates."""
    valid = recipe.Params(**params)
    source, pipeline = recipe.source(valid, inputs or {}), recipe.pipeline(valid)
    check_reads(pipeline, source)
    stratum = next(iter(source.strata()))
    settled = settle(way(mode), "qwen-vl", {})
    environment = Environment(seed, inputs or {}, (desk or Desk()).models(settled))
    outcome, nodes = Outcome(), compile_nodes(pipeline)

    async def everything() -> None:
        for index in range(n):
            passage = await drive(interpret(nodes, source.sample(stratum, index), environment))
            outcome.kept.extend(passage.kept)
            outcome.dropped.extend((d.sample, d.reason, d.detail) for d in passage.dropped)
            outcome.errors.extend(passage.errors)
            outcome.events.extend(passage.events)

    asyncio.run(everything())
    return outcome


def step(item: Any, sample: Sample, desk: Desk, mode: Mode = "completion_raw") -> Outcome:
    """One step on one sample."""
    from mmrecipes.flow.pipeline import Pipeline

    settled = settle(way(mode), "qwen-vl", {})
    environment = Environment(7, {}, desk.models(settled))
    passage = asyncio.run(drive(interpret(compile_nodes(Pipeline(item)), sample, environment)))
    dropped = [(d.sample, d.reason, d.detail) for d in passage.dropped]
    return Outcome(passage.kept, dropped, passage.errors, passage.events)


def picture(shade: int = 90, size: tuple[int, int] = (64, 48)) -> Image:
    return encode(np.full((size[1], size[0], 3), (shade, 30, 200 - shade), np.uint8))


def bare(turn: str = "", **draft: Any) -> Sample:
    return Sample(id="oasis/images/000000", images=(picture(),), draft={"turn": turn, **draft})


def replying(*replies: str) -> Desk:
    """A desk that gives these replies in order, the last one for ever."""
    left = list(replies)
    return Desk(lambda asked: left.pop(0) if len(left) > 1 else left[0])
