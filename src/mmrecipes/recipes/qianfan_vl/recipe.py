"""Qianfan-VL (arXiv 2509.18189), section 3.2: training pictures whose truth is known because we drew them.

Each task is one chain: content (a typed specification) -> draw (pixels and the place of everything) -> augment
(wear, carried to all quads) -> ask (turns whose answers are computed from the specification) -> verify (everything
re-derived from what is stored) -> finish. An element that fails is made again with other numbers, up to four times
(the report's rejection sampling).

Behind the tasks stands what is the same for all of them (see `verification/`): votes of models, verdicts of people and
the share of samples that they are asked about.

Covered: tables and charts, English. Not covered: formulas, documents, mathematics, scene text, other scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

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
from mmrecipes.recipes.qianfan_vl.table.task import (
    table_ask,
    table_augment,
    table_content,
    table_draw,
    table_finish,
    table_input_problem,
    table_verify,
)
from mmrecipes.recipes.qianfan_vl.verification.gates import companions, tries, verification
from mmrecipes.recipes.qianfan_vl.verification.printed import printed_texts
from mmrecipes.recipes.qianfan_vl.verification.standin import stand_in, stand_in_faults
from mmrecipes.steps.keep_first import KeepFirst
from mmrecipes.steps.ocr_engines import installed, require
from mmrecipes.steps.ocr_vote import OcrVote
from mmrecipes.steps.review import read_verdicts

__all__ = ["Params", "pipeline", "source", "stand_in", "stand_in_faults"]

TASKS = ("table", "chart")


class Params(RecipeParams):
    tasks: dict[str, float] = Field(
        dict.fromkeys(TASKS, 1.0), description="share of each task (table, chart); a task left out is not made"
    )
    chart_engine: Literal["auto", "skia", "matplotlib"] = Field(
        "auto", description="what draws charts: skia is the fast path, matplotlib adds variety, auto takes both"
    )
    matplotlib_share: float = Field(0.15, ge=0, le=1, description="share of charts that auto draws with matplotlib")
    attempts: int = Field(4, ge=1, le=20, description="how often an element that fails a check is made again")
    ocr: Literal["off", "auto", "tesseract", "rapidocr", "both"] = Field(
        "off",
        description="engines that must read what is printed, a second or so per sample each; auto: those installed",
    )
    ocr_agree: int = Field(1, ge=1, le=2, description="engines that must read it; with fewer at hand it is not_run")
    votes: int = Field(
        0, ge=0, le=9, description="ballots of the role voter on every sample (the study's default is 3); 0: none"
    )
    quorum: int = Field(2, ge=1, description="ballots that must agree with the reference, and be valid at least")
    complex_instructions: float = Field(
        0.0, ge=0, le=1, description="share of samples with records asked with several constraints at once (C1)"
    )
    long_reasoning: float = Field(
        0.0, ge=0, le=1, description="share of replies in steps that become reasoning between think tags (C2)"
    )
    review_share: float = Field(0.02, ge=0, le=1, description="share of every task that goes to the review queue")

    @field_validator("tasks")
    @classmethod
    def _known_tasks(cls, tasks: dict[str, float]) -> dict[str, float]:
        if unknown := sorted(set(tasks) - set(TASKS)):
            raise ValueError(f"unknown task {', '.join(unknown)}; there are: {', '.join(TASKS)}")
        if not tasks or min(tasks.values()) < 0 or sum(tasks.values()) <= 0:
            raise ValueError("shares must be non-negative and not all zero")
        return tasks

    @property
    def ocr_engines(self) -> tuple[str, ...]:
        """The engines asked for; of `auto` those that are installed."""
        if self.ocr == "auto":
            return installed()
        return {"off": (), "both": ("tesseract", "rapidocr")}.get(self.ocr, (self.ocr,))

    @model_validator(mode="after")
    def _quorum_can_be_reached(self) -> Params:
        if self.ocr in ("tesseract", "rapidocr") and self.ocr_agree > 1:
            raise ValueError(f"{self.ocr} alone never makes {self.ocr_agree} engines that agree")
        if self.votes and self.votes < self.quorum:
            raise ValueError(f"{self.votes} ballots never make a quorum of {self.quorum}")
        return self


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    check_fonts()
    remarks: list[str] = []
    require(params.ocr_engines)
    if "verdicts" in inputs:
        read_verdicts(inputs["verdicts"])
    for name, path in inputs.items():
        if name == "verdicts":
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


def task(sample: Sample) -> str:
    return sample.draft["stratum"]


def content(sample: Sample) -> str:
    """What a sample says, whatever it looks like: task, texts of the picture, questions and answers."""
    return fingerprint([sample.task, sorted(r.text for r in sample.regions), [m.text for m in sample.messages]])


def pipeline(params: Params) -> Pipeline:
    table = (table_content, table_draw, table_augment, table_ask, table_verify)
    draw = ChartDraw(params.chart_engine, params.matplotlib_share)
    chart = (chart_content, draw, chart_augment, chart_ask, chart_verify)
    ocr = (OcrVote(params.ocr_engines, printed_texts, params.ocr_agree),) if params.ocr_engines else ()
    return Pipeline(
        Route(task, {
            "table": Pipeline(Repeat(*table, table_finish, *ocr, tries, times=params.attempts)),
            "chart": Pipeline(Repeat(*chart, chart_finish, *ocr, tries, times=params.attempts)),
        }),
        companions(params.complex_instructions, params.long_reasoning),
        verification(params.votes, params.quorum, params.review_share),
        KeepFirst(content),
    )  # fmt: skip
