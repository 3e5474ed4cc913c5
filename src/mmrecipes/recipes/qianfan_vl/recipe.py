"""Qianfan-VL (arXiv 2509.18189), section 3.2: training pictures whose truth is known because we drew them.

Each task is one chain: content (a typed specification) -> draw (pixels and the place of everything) -> augment
(wear, carried to all quads) -> ask (turns whose answers are computed from the specification) -> verify (everything
re-derived from what is stored) -> finish. An element that fails is made again with other numbers, up to four times
(the report's rejection sampling).

Covered: tables, charts, scene text and word crops, English. Not covered: formulas, documents, mathematics,
other scripts,
votes of models.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from mmrecipes.canvas.fonts import check_fonts
from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import fingerprint
from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Repeat, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Seeds
from mmrecipes.formats.tabular import read_table
from mmrecipes.formats.tabular import remarks as remarks_of
from mmrecipes.recipes.qianfan_vl.chart.task import (
    ChartDraw,
    chart_ask,
    chart_augment,
    chart_content,
    chart_finish,
    chart_verify,
)
from mmrecipes.recipes.qianfan_vl.scene.task import (
    SceneDraw,
    scene_ask,
    scene_finish,
    scene_photograph,
    scene_truth,
    scene_verify,
)
from mmrecipes.recipes.qianfan_vl.table.task import (
    table_ask,
    table_augment,
    table_content,
    table_draw,
    table_finish,
    table_input_problem,
    table_verify,
)
from mmrecipes.recipes.qianfan_vl.word.task import WordDraw, word_finish, word_verify
from mmrecipes.render.scene_text.photos import photo_files, sample_files, text_can_be_looked_for
from mmrecipes.steps.keep_first import KeepFirst

TASKS = ("table", "chart", "scene", "word")


class Params(RecipeParams):
    tasks: dict[str, float] = Field(
        dict.fromkeys(TASKS, 1.0),
        description="share of each task (table, chart, scene, word); a task left out is not made",
    )
    chart_engine: Literal["auto", "skia", "matplotlib"] = Field(
        "auto", description="what draws charts: skia is the fast path, matplotlib adds variety, auto takes both"
    )
    matplotlib_share: float = Field(0.15, ge=0, le=1, description="share of charts that auto draws with matplotlib")
    scene_size: int = Field(1024, ge=512, le=2048, description="longer side of scenes, in pixels")
    scene_photos: bool = Field(
        False, description="every second scene on a sample photograph of scikit-image or scikit-learn, if installed"
    )
    attempts: int = Field(4, ge=1, le=20, description="how often an element that fails a check is made again")

    @field_validator("tasks")
    @classmethod
    def _known_tasks(cls, tasks: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(set(tasks) - set(TASKS)):
            raise ValueError(f"unknown task {', '.join(unknown)}; there are: {', '.join(TASKS)}")
        if not tasks or min(tasks.values()) < 0 or sum(tasks.values()) <= 0:
            raise ValueError("shares must be non-negative and not all zero")
        return tasks


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    check_fonts()
    if params.scene_photos:
        sample_files()
    remarks: list[str] = []
    for name, path in inputs.items():
        if name == "backgrounds":
            remarks += _check_backgrounds(path, params)
            continue
        if name not in params.tasks:
            raise InputError(f"--input {name}: the parameter tasks leaves {name}s out, so this file would not be used")
        table = read_table(path)
        if table.rows == 0:
            raise InputError(f"--input {name}: {path} has no rows")
        if problem := table_input_problem(path):
            raise InputError(f"--input {name}: {problem}")
        remarks += [f"{name}: {line}" for line in remarks_of(table)]
    return Seeds("qianfan-vl", params.tasks, tuple(remarks))


def _check_backgrounds(path: Path, params: Params) -> list[str]:
    """Refuses a folder that would not be used or holds no pictures; says what screening will not look for."""
    if "scene" not in params.tasks:
        raise InputError(
            "--input backgrounds: the parameter tasks leaves scene out, so these photographs would not be used"
        )
    if not path.is_dir():
        raise InputError(f"--input backgrounds: {path} is not a folder of photographs")
    photo_files(path)
    if text_can_be_looked_for():
        return []
    return ["backgrounds: text in the photographs is not looked for (`pip install mmrecipes[ocr]` does)"]


def task(sample: Sample) -> str:
    return sample.draft["stratum"]


def content(sample: Sample) -> str:
    """What a sample says, whatever it looks like: task, texts of the picture, questions and answers."""
    return fingerprint([sample.task, sorted(r.text for r in sample.regions), [m.text for m in sample.messages]])


def pipeline(params: Params) -> Pipeline:
    table = (table_content, table_draw, table_augment, table_ask, table_verify)
    draw = ChartDraw(params.chart_engine, params.matplotlib_share)
    chart = (chart_content, draw, chart_augment, chart_ask, chart_verify)
    scene = (
        SceneDraw(params.scene_size, sample_photos=params.scene_photos),
        scene_photograph,
        scene_truth,
        scene_ask,
        scene_verify,
    )
    return Pipeline(
        Route(task, {
            "table": Pipeline(Repeat(*table, times=params.attempts), table_finish),
            "chart": Pipeline(Repeat(*chart, times=params.attempts), chart_finish),
            "scene": Pipeline(Repeat(*scene, times=params.attempts), scene_finish),
            "word": Pipeline(Repeat(WordDraw(), word_verify, times=params.attempts), word_finish),
        }),
        KeepFirst(content),
    )  # fmt: skip
