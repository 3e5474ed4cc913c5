"""Qianfan-VL (arXiv 2509.18189), section 3.2: training pictures whose truth is known because we drew them.

Each task is one chain: content (a typed specification) -> draw (pixels and the place of everything) -> augment
(wear, carried to all quads) -> ask (turns whose answers are computed from the specification) -> verify (everything
re-derived from what is stored) -> finish. An element that fails is made again with other numbers, up to four times
(the report's rejection sampling).

Behind the tasks stands what is the same for all of them (see `verification/`): the companion stages, votes of models,
verdicts of people and the share of samples that they are asked about.

Covered: all six tasks, and word crops for recognisers; tables, charts, documents, scenes and word crops in 22
languages, the rest in English; prose of documents by a model, where one is asked. Not covered: real charts and
documents annotated by models, other content by models.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from mmrecipes.canvas.fonts import check_fonts
from mmrecipes.canvas.scripts import LANGUAGES
from mmrecipes.core.identity import fingerprint
from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Repeat, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Seeds
from mmrecipes.recipes.parameters import named_shares
from mmrecipes.recipes.qianfan_vl.chart import task as charts
from mmrecipes.recipes.qianfan_vl.document import task as documents
from mmrecipes.recipes.qianfan_vl.document.writing import DocumentWrite
from mmrecipes.recipes.qianfan_vl.formula import task as formulas
from mmrecipes.recipes.qianfan_vl.inputs import check_inputs
from mmrecipes.recipes.qianfan_vl.languages import check_languages
from mmrecipes.recipes.qianfan_vl.mathematics import task as problems
from mmrecipes.recipes.qianfan_vl.mathematics.solver import Solve
from mmrecipes.recipes.qianfan_vl.scene import task as scenes
from mmrecipes.recipes.qianfan_vl.table import task as tables
from mmrecipes.recipes.qianfan_vl.verification.gates import companions, tries, verification
from mmrecipes.recipes.qianfan_vl.verification.printed import printed_texts
from mmrecipes.recipes.qianfan_vl.verification.standin import stand_in, stand_in_faults
from mmrecipes.recipes.qianfan_vl.word import task as words
from mmrecipes.render.scene_text.photos import sample_files
from mmrecipes.steps.keep_first import KeepFirst
from mmrecipes.steps.ocr_engines import installed, require
from mmrecipes.steps.ocr_vote import OcrVote

__all__ = ["Params", "pipeline", "source", "stand_in", "stand_in_faults"]

TASKS = ("table", "chart", "formula", "document", "mathematics", "scene", "word")


class Params(RecipeParams):
    tasks: dict[str, float] = Field(
        dict.fromkeys(TASKS, 1.0),
        description=f"share of each task ({', '.join(TASKS)}); a task left out is not made",
    )
    languages: dict[str, float] = Field(
        {"en": 1.0},
        description="share of each language of invented tables, charts and documents, of scenes and word crops; those "
        "that bundled fonts do not set need fonts of Debian packages, named where they are missing",
    )
    chart_engine: Literal["auto", "skia", "matplotlib"] = Field(
        "auto", description="what draws charts: skia is the fast path, matplotlib adds variety, auto takes both"
    )
    matplotlib_share: float = Field(0.15, ge=0, le=1, description="share of charts that auto draws with matplotlib")
    writer: bool = Field(
        False,
        description="have the role writer word the titles, paragraphs, captions and lists of documents, each as "
        "another persona; names, numbers and days stay ours, and a text with others is refused",
    )
    scene_size: int = Field(1024, ge=512, le=2048, description="longer side of scenes, in pixels")
    scene_photos: bool = Field(
        False, description="every second scene on a sample photograph of scikit-image or scikit-learn, if installed"
    )
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
    solver: bool = Field(
        False,
        description="ask the role solver once about every problem and note whether it solved it; such a run as the "
        "input solved of a later one suits the problems' difficulty to that solver",
    )
    complex_instructions: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of tables, charts with data labels and documents with a table that are asked with several "
        "constraints at once (C1)",
    )
    long_reasoning: float = Field(
        0.0, ge=0, le=1, description="share of replies in steps that become reasoning between think tags (C2)"
    )
    solutions: int = Field(
        0, ge=0, le=16,
        description="draws of the role reasoner for each of these, until one ends in the known answer (the study: 5 to "
        "10); 0: the reasoning is the computed steps",
    )  # fmt: skip
    review_share: float = Field(0.02, ge=0, le=1, description="share of every task that goes to the review queue")

    @field_validator("tasks")
    @classmethod
    def _known_tasks(cls, tasks: dict[str, float]) -> dict[str, float]:
        return named_shares(tasks, TASKS, "task")

    @field_validator("languages")
    @classmethod
    def _known_languages(cls, languages: dict[str, float]) -> dict[str, float]:
        return named_shares(languages, LANGUAGES, "language")

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
            raise ValueError(f"{self.votes} ballots never make a quorum of {self.quorum}: lower quorum or raise votes")
        if self.solutions and not self.long_reasoning:
            raise ValueError("solutions are drawn for the share long_reasoning, which is 0: set it, too")
        if self.writer and not self.tasks.get("document"):
            raise ValueError("the writer words documents, and tasks leaves them out: leave writer out, too")
        return self


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    check_fonts()
    check_languages(params.languages)
    require(params.ocr_engines)
    if params.scene_photos:
        sample_files()
    return Seeds("qianfan-vl", params.tasks, tuple(check_inputs(inputs, params.tasks)))


def task(sample: Sample) -> str:
    return sample.draft["stratum"]


def content(sample: Sample) -> str:
    """What makes two samples the same, whatever they look like: task, texts of the picture, questions and answers;
    of formulas the canonical form. A word may be shown again in another crop."""
    if sample.task == "formula":
        return fingerprint([sample.task, sample.truth["latex"]])
    if sample.task == "word":
        return fingerprint([sample.task, sample.images[0].sha256])
    return fingerprint([sample.task, sorted(r.text for r in sample.regions), [m.text for m in sample.messages]])


def pipeline(params: Params) -> Pipeline:
    languages = tuple(params.languages.items())
    table = (
        tables.TableContent(languages),
        tables.table_draw,
        tables.table_augment,
        tables.table_ask,
        tables.table_verify,
        tables.table_finish,
    )
    chart = (
        charts.ChartContent(languages),
        charts.ChartDraw(params.chart_engine, params.matplotlib_share),
        charts.chart_augment,
        charts.chart_ask,
        charts.chart_verify,
        charts.chart_finish,
    )
    formula = (
        formulas.formula_content,
        formulas.formula_draw,
        formulas.formula_augment,
        formulas.formula_ask,
        formulas.formula_verify,
        formulas.formula_finish,
    )
    content_of_documents = documents.DocumentContent(languages, params.writer)
    written_once = (content_of_documents, DocumentWrite()) if params.writer else ()
    document = (
        *(() if params.writer else (content_of_documents,)),
        documents.document_draw,
        documents.document_augment,
        documents.document_ask,
        documents.document_verify,
        documents.document_finish,
    )
    mathematics = (
        problems.mathematics_content,
        problems.mathematics_draw,
        problems.mathematics_augment,
        problems.mathematics_ask,
        problems.mathematics_verify,
        problems.mathematics_finish,
        *((Solve(),) if params.solver else ()),
    )
    scene = (
        scenes.SceneDraw(params.scene_size, languages, sample_photos=params.scene_photos),
        scenes.scene_photograph,
        scenes.scene_truth,
        scenes.scene_ask,
        scenes.scene_verify,
        scenes.scene_finish,
    )
    word = (words.WordDraw(languages), words.word_verify, words.word_finish)
    chains = {
        "table": table,
        "chart": chart,
        "formula": formula,
        "document": document,
        "mathematics": mathematics,
        "scene": scene,
        "word": word,
    }
    before = {"document": written_once}
    ocr = (OcrVote(params.ocr_engines, printed_texts, params.ocr_agree),) if params.ocr_engines else ()
    return Pipeline(
        Route(task, {name: Pipeline(*before.get(name, ()), Repeat(*chain, *ocr, tries, times=params.attempts))
                     for name, chain in chains.items()}),
        companions(params.complex_instructions, params.long_reasoning, params.solutions),
        verification(params.votes, params.quorum, params.review_share),
        KeepFirst(content),
    )  # fmt: skip
