"""Draws with the engine's own interpreter and client, answered by a function."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from mmrecipes.flow.interpret import Environment, compile_nodes, interpret
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.service import PlanModels
from mmrecipes.recipes.magpie import recipe
from mmrecipes.recipes.magpie.drawing import settle_tasks
from mmrecipes.steps.chat_families import TEXT_FAMILIES
from mmrecipes.steps.hook import Mode
from mmrecipes_tests.recipes.oasis.desk import Desk, Outcome, drive


def probe(desk: Desk, **params: Any) -> Mapping[str, Any]:
    return asyncio.run(recipe.probe(recipe.Params(**params), PlanModels(desk.models())))


def draw(desk: Desk, draws: int = 2, mode: Mode = "completion_raw", task: str = "general", **params: Any) -> Outcome:
    """The stages before the near duplicates, on one seed."""
    given = recipe.Params(draws=draws, hook_mode=mode, **params)
    template = TEXT_FAMILIES["chatml" if given.chat_template == "auto" else given.chat_template]
    (way,) = recipe.ways(given, template)
    settled = settle_tasks(way, template.name, {}, recipe.prefixes(given, template))
    steps = recipe.pipeline(given).steps
    upto = next(i for i, item in enumerate(steps) if isinstance(item, recipe.NearAnEarlierOne))
    environment = Environment(7, {}, desk.models(settled))
    seed = recipe.source(given, {}).sample(task, 3)
    passage = asyncio.run(drive(interpret(compile_nodes(Pipeline(*steps[:upto])), seed, environment)))
    dropped = [(d.sample, d.reason, d.detail) for d in passage.dropped]
    return Outcome(passage.kept, dropped, passage.errors, passage.events)
