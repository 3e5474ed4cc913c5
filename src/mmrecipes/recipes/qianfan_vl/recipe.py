"""Qianfan-VL (arXiv 2509.18189), section 3.2: training pictures whose truth is known because we drew them.

Each task is one chain: content (a typed specification) -> draw (pixels and the place of everything) -> augment
(wear, carried to all quads) -> ask (turns whose answers are computed from the specification) -> verify (everything
re-derived from what is stored) -> finish. An element that fails is made again with other numbers, up to four times
(the report's rejection sampling).

Covered: tables and charts, English. Not covered: formulas, documents, mathematics, scene text, other scripts,
votes of models.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from mmrecipes.core.identity import fingerprint
from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Repeat, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Seeds
from mmrecipes.recipes.qianfan_vl.table import (
    table_ask,
    table_augment,
    table_content,
    table_draw,
    table_finish,
    table_verify,
)
from mmrecipes.steps.keep_first import KeepFirst


class Params(RecipeParams):
    tasks: dict[str, float] = Field({"table": 1.0}, description="share of each task; 0 leaves it out")
    attempts: int = Field(4, ge=1, le=20, description="how often an element that fails a check is made again")


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    return Seeds("qianfan-vl", params.tasks)


def task(sample: Sample) -> str:
    return sample.draft["stratum"]


def content(sample: Sample) -> str:
    """What a sample says, whatever it looks like: task, texts of the picture, questions and answers."""
    return fingerprint([sample.task, sorted(r.text for r in sample.regions), [m.text for m in sample.messages]])


def pipeline(params: Params) -> Pipeline:
    table = (table_content, table_draw, table_augment, table_ask, table_verify)
    return Pipeline(
        Route(task, {
            "table": Pipeline(Repeat(*table, times=params.attempts), table_finish),
        }),
        KeepFirst(content),
    )  # fmt: skip
