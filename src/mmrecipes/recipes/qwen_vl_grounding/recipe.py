"""Qwen-VL grounding data (arXiv 2308.12966): annotated photographs to instructions with coordinates in the text.

Covered: the nine kinds of question of `tasks`, English and Chinese wording, ten coordinate conventions. Not
covered: finding objects (bring boxes), paraphrase by a model.

The method, top to bottom as in `pipeline`: read the picture upright; bring its annotations to usable instances;
clean the caption's phrases (the GRIT step); ask legal questions; write their places as numbers; put them into
words; read the text back and keep what is within the convention's bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from mmrecipes.core.errors import PlanError
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Drop, Source, StepContext, step
from mmrecipes.formats.coco import read_coco
from mmrecipes.formats.frames import Frame
from mmrecipes.formats.pictures import PictureError, read_picture
from mmrecipes.recipes.qwen_vl_grounding.captions import phrases_of
from mmrecipes.recipes.qwen_vl_grounding.conventions import Convention, convention_named
from mmrecipes.recipes.qwen_vl_grounding.input import open_source
from mmrecipes.recipes.qwen_vl_grounding.markup import has_markup, without_markup
from mmrecipes.recipes.qwen_vl_grounding.places import Located, is_collapsed, is_uncertain, places_of
from mmrecipes.recipes.qwen_vl_grounding.reading import verdict
from mmrecipes.recipes.qwen_vl_grounding.record import (
    difficulty_of,
    point_origins,
    provenance_of,
    regions_of,
    truth_of,
)
from mmrecipes.recipes.qwen_vl_grounding.tasks import TASKS, Choice, Scene, completeness
from mmrecipes.recipes.qwen_vl_grounding.wording import bare, bare_tasks, converse, language_of_question
from mmrecipes.steps.geometry import Order, place
from mmrecipes.steps.spans import Span, best_cover, greedy_cover

SLUG = "qwen-vl-grounding"
WEIGHTS = {
    "detection": 18.0, "multi_detection": 12.0, "referring_grounding": 20.0, "referring_description": 10.0,
    "grounded_caption": 10.0, "ocr": 12.0, "existence": 5.0, "counting": 5.0, "pointing": 8.0,
}  # fmt: skip


class Params(RecipeParams):
    convention: str = Field("qwen_vl", description="coordinate convention: the model family the data is for")
    min_pixels: int | None = Field(None, description="qwen25_vl: least pixels of the model's image processor")
    max_pixels: int | None = Field(None, description="qwen25_vl: most pixels of the model's image processor")
    factor: int | None = Field(None, description="qwen25_vl: side multiple of the model's image processor (28)")
    style: Literal["chat", "base"] = Field("chat", description="chat: varied wording; base: published bare prompts")
    language: Literal["en", "zh", "both"] = Field(
        "en", description="language of the wording; both: in turns, where Chinese has all the words"
    )
    weights: dict[str, float] = Field(default_factory=lambda: dict(WEIGHTS), description="share of each task")
    negatives: float = Field(0.1, ge=0, le=0.5, description="share of questions about absent categories")
    per_image: int = Field(8, ge=1, le=100, description="most questions per image")
    exhaustive: bool = Field(True, description="every object of the file's categories is annotated in every image")
    max_boxes: int = Field(20, ge=1, description="most places in one answer; a category with more is not asked for")
    order: Order = Field("yx", description="order of several places: top-left corners by (y, x), or by x")
    min_side: float = Field(4.0, ge=0, description="least side of a box in pixels")
    min_area: float = Field(1e-4, ge=0, description="least area of a box as part of the image")
    caption_cover: Literal["best", "greedy"] = Field("best", description="choice among nested caption phrases")
    ref_split: str = Field("train", description="split of the referring expressions to use")

    @field_validator("weights")
    @classmethod
    def _known_tasks(cls, weights: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(weights) - set(TASKS))
        if unknown:
            raise ValueError(f"unknown tasks {', '.join(unknown)}; known are {', '.join(TASKS)}")
        if any(w < 0 for w in weights.values()) or not sum(weights.values()):
            raise ValueError("weights must not be negative nor all zero")
        return weights


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """Rows of the COCO file; raises `InputError` for a file, pictures or expressions that cannot be used."""
    return open_source(SLUG, inputs, params.ref_split)


@step(reads=("draft.path", "draft.entry", "draft.wrong"), writes=("images", "draft.frame"))
def read_upright(sample: Sample) -> Sample | Drop:
    """The picture with EXIF orientation applied, and the frame that its annotations are given in."""
    if sample.draft["wrong"]:
        reason, _, detail = sample.draft["wrong"].partition(": ")
        return Drop(reason, detail)
    entry = sample.draft["entry"]
    try:
        picture = read_picture(Path(sample.draft["path"]), (entry.get("width"), entry.get("height")))
    except PictureError as e:
        return Drop(e.reason, str(e))
    frame = Frame(picture.declared, picture.orientation, picture.image.size)
    return sample.having(images=(picture.image,)).drafting(frame=frame)


@dataclass(frozen=True, slots=True)
class PlaceInstances:
    """Annotations to usable instances; what is unusable is counted by reason in `meta`."""

    min_side: float
    min_area: float
    order: Order
    reads: ClassVar = ("draft.annotations", "draft.frame")
    writes: ClassVar = ("draft.placed", "meta")

    def __call__(self, sample: Sample) -> Sample:
        draft = sample.draft
        annotations, aside = without_markup(draft["annotations"])
        placed = place(annotations, draft["frame"], self.min_side, self.min_area, self.order)
        meta = {**sample.meta, "annotations_dropped": {**placed.dropped, **aside}, "order": self.order}
        return sample.having(meta=meta).drafting(placed=placed)


@dataclass(frozen=True, slots=True)
class CleanCaption:
    """The GRIT step: of nested and overlapping phrases, those that cover the most boxes stay.

    A caption that holds markup is not used.
    """

    cover: Literal["best", "greedy"]
    reads: ClassVar = ("draft.entry", "draft.placed", "meta")
    writes: ClassVar = ("draft.caption", "draft.spans", "meta")

    def __call__(self, sample: Sample) -> Sample:
        entry, placed = sample.draft["entry"], sample.draft["placed"]
        caption = entry.get("caption") if isinstance(entry.get("caption"), str) else ""
        if has_markup(caption):
            dropped = {**sample.meta["annotations_dropped"], "markup_in_caption": 1}
            sample, caption = sample.having(meta={**sample.meta, "annotations_dropped": dropped}), ""
        marked = phrases_of(entry.get("phrases"), caption, placed)
        spans = [Span(start, end, len(members), i) for i, (start, end, members) in enumerate(marked)]
        kept = best_cover(spans) if self.cover == "best" else greedy_cover(spans)
        return sample.drafting(caption=caption, spans=tuple((s, marked[s.key][2]) for s in kept))


@dataclass(frozen=True, slots=True)
class AskQuestions:
    """One sample per question; which questions is a function of the image's index."""

    choice: Choice
    exhaustive: bool
    reads: ClassVar = ("images", "draft.entry", "draft.placed", "draft.caption", "draft.spans")
    writes: ClassVar = ("task", "meta", "draft.question", "draft.slot", "draft.scene")

    def __call__(self, sample: Sample, context: StepContext) -> list[Sample] | Drop:
        draft = sample.draft
        categories = read_coco(context.inputs["main"]).categories
        complete, absent = completeness(draft["placed"], draft["entry"], categories, self.exhaustive)
        instances = draft["placed"].instances
        scene = Scene(instances, sample.images[0].size, complete, absent, draft["caption"], draft["spans"])
        asked = self.choice.questions(scene, draft["index"], context.run_seed, context.rng)
        if not asked:
            dropped = sample.meta["annotations_dropped"]
            return Drop("nothing_to_ask", f"{len(instances)} usable instances; not usable: {dropped or 'none'}")
        bare_sample = sample.having(draft={"frame": draft["frame"]})
        return [
            bare_sample.having(task=question.task, meta={**sample.meta, "slot": slot}).drafting(
                question=question, slot=slot, scene=scene
            )
            for slot, question in asked
        ]


@dataclass(frozen=True, slots=True)
class WritePlaces:
    """The places of the question in pixels and in the convention's numbers."""

    convention: Convention
    reads: ClassVar = ("images", "draft.question", "draft.scene", "draft.frame")
    writes: ClassVar = ("draft.located",)

    def __call__(self, sample: Sample) -> Sample | Drop:
        question, scene, frame = (sample.draft[k] for k in ("question", "scene", "frame"))
        kind = self.convention.spellable(question.kind)
        try:
            self.convention.scale.frame(scene.size)
        except ValueError as e:
            return Drop("unsuitable_size", str(e))
        pixels = places_of(question, scene, kind, frame)
        numbers = tuple(tuple(self.convention.encode(p, scene.size) for p in places) for places in pixels)
        if kind == "point" and is_uncertain(question, pixels, scene, frame):
            return Drop("uncertain_point", "a box centre that lies on another object: masks would tell")
        if kind == "box" and self.convention.name != "kosmos2" and any(map(is_collapsed, sum(numbers, ()))):
            return Drop("collapsed_box", f"a side is under one bin of {self.convention.scale.quantiser}")
        return sample.drafting(located=Located(kind, pixels, numbers))


@dataclass(frozen=True, slots=True)
class PutIntoWords:
    """A question and an answer, one frame drawn per message."""

    convention: Convention
    style: Literal["chat", "base"]
    language: Literal["en", "zh", "both"]
    reads: ClassVar = ("draft.question", "draft.located", "draft.scene", "draft.slot")
    writes: ClassVar = ("messages", "language", "draft.dialogue")

    def __call__(self, sample: Sample, context: StepContext) -> Sample:
        question, located, scene = (sample.draft[k] for k in ("question", "located", "scene"))
        wanted = "en" if self.style == "base" else self.language
        language = language_of_question(question, scene.caption, sample.draft["slot"], wanted, context.run_seed)
        if self.style == "base":
            said = bare(question, located.numbers, scene.caption, self.convention, context.rng)
        else:
            said = converse(
                question, located.numbers, located.kind, scene.caption, self.convention, language, context.rng
            )
        messages = (user(sample.images[0], said.question), assistant(said.answer))
        return sample.having(messages=messages, language=language).drafting(dialogue=said)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The self-check: what the text says is what the source says, within the convention's bound."""

    convention: Convention
    reads: ClassVar = ("draft.dialogue", "draft.question", "draft.located", "draft.scene")
    writes: ClassVar = ("draft.verdict",)

    def __call__(self, sample: Sample) -> Sample | Drop:
        dialogue, question, located, scene = (
            sample.draft[k] for k in ("dialogue", "question", "located", "scene")
        )  # fmt: skip
        found = verdict(dialogue, question, located, scene.caption, self.convention, scene.size)
        return Drop(found.reason, found.detail) if found.reason else sample.drafting(verdict=found)


@dataclass(frozen=True, slots=True)
class RecordTruth:
    """Regions, truth, provenance and difficulty; the working values are dropped."""

    convention: Convention
    reads: ClassVar = ("images", "meta", "draft.dialogue", "draft.question", "draft.located", "draft.verdict")
    writes: ClassVar = ("regions", "truth", "meta", "difficulty", "draft")

    def __call__(self, sample: Sample) -> Sample:
        question, scene, located, said = (sample.draft[k] for k in ("question", "scene", "located", "dialogue"))
        meta = {
            **sample.meta,
            **provenance_of(question, scene, located, said, sample.draft["verdict"], self.convention),
        }
        if located.kind == "point":
            meta["points_from"] = point_origins(question, scene, sample.draft["frame"])
        return sample.having(
            regions=regions_of(question, scene, sample.images[0].sha256),
            truth=truth_of(question, located, said, self.convention),
            meta=meta,
            difficulty=difficulty_of(question, scene),
            draft={},
        )


def pipeline(params: Params) -> Pipeline:
    """The method. Raises `PlanError` for an unknown or underdetermined convention."""
    convention = convention_named(
        params.convention, factor=params.factor, min_pixels=params.min_pixels, max_pixels=params.max_pixels
    )
    return Pipeline(
        read_upright,
        PlaceInstances(params.min_side, params.min_area, params.order),
        CleanCaption(params.caption_cover),
        AskQuestions(_choice(params, convention), params.exhaustive),
        WritePlaces(convention),
        PutIntoWords(convention, params.style, params.language),
        ReadBack(convention),
        RecordTruth(convention),
    )


def _choice(params: Params, convention: Convention) -> Choice:
    weights, negatives = dict(params.weights), params.negatives
    if params.style == "base":
        weights = {t: w for t, w in weights.items() if t in bare_tasks(convention)}
        negatives = 0.0  # a bare prompt opens the place already
    if not any(weights.values()):
        raise PlanError(f"style base has no prompt in {convention.name} for the tasks asked for")
    return Choice(params.per_image, weights, negatives, params.max_boxes)
