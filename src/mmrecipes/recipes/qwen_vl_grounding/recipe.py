"""Qwen-VL grounding data (arXiv 2308.12966): annotated photographs to instructions with coordinates in the text.

Covered: the nine kinds of question of `tasks`, English and Chinese wording, ten coordinate conventions. Not
covered: finding objects (bring boxes), paraphrase by a model.

The method, top to bottom as in `pipeline`: read the picture upright; bring its annotations to usable instances;
clean the caption's phrases (the GRIT step); ask legal questions; write their places as numbers; put them into
words; read the text back and keep what is within the convention's bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from mmrecipes.core.boxes import Point, area, quad_of
from mmrecipes.core.errors import PlanError
from mmrecipes.core.identity import turn
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Drop, Source, StepContext, step
from mmrecipes.formats.coco import PictureError, read_coco, read_picture
from mmrecipes.formats.masks import inner_point, mask_of
from mmrecipes.recipes.qwen_vl_grounding.conventions import Convention, Kind, convention_named
from mmrecipes.recipes.qwen_vl_grounding.conventions.scales import Numbers, Pixels, ResizedPixels
from mmrecipes.recipes.qwen_vl_grounding.input import open_source
from mmrecipes.recipes.qwen_vl_grounding.reading import Located, verdict
from mmrecipes.recipes.qwen_vl_grounding.tasks import TASKS, Choice, Question, Scene, completeness
from mmrecipes.recipes.qwen_vl_grounding.wording import Language, bare, bare_tasks, converse, language_of
from mmrecipes.steps.geometry import Frame, Instance, Order, Placed, place, turned
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
    language: Literal["en", "zh", "both"] = Field("en", description="language of the wording (both: half and half)")
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


@dataclass(frozen=True, slots=True)
class ReadUpright:
    """The picture with EXIF orientation applied, and the frame that its annotations are given in."""

    reads: ClassVar = ("draft.path", "draft.entry", "draft.wrong")
    writes: ClassVar = ("images", "draft.frame")

    def __call__(self, sample: Sample) -> Sample | Drop:
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
    """Annotations to usable instances; the reasons of unusable ones are counted in `meta`."""

    min_side: float
    min_area: float
    order: Order
    reads: ClassVar = ("draft.annotations", "draft.frame")
    writes: ClassVar = ("draft.placed", "meta")

    def __call__(self, sample: Sample) -> Sample:
        draft = sample.draft
        placed = place(draft["annotations"], draft["frame"], self.min_side, self.min_area, self.order)
        meta = {**sample.meta, "annotations_dropped": dict(placed.dropped), "order": self.order}
        return sample.having(meta=meta).drafting(placed=placed)


@dataclass(frozen=True, slots=True)
class CleanCaption:
    """The GRIT step: of nested and overlapping phrases, those that cover the most boxes stay."""

    cover: Literal["best", "greedy"]
    reads: ClassVar = ("draft.entry", "draft.placed")
    writes: ClassVar = ("draft.caption", "draft.spans")

    def __call__(self, sample: Sample) -> Sample:
        entry, placed = sample.draft["entry"], sample.draft["placed"]
        caption = entry.get("caption") if isinstance(entry.get("caption"), str) else ""
        marked = _phrases(entry.get("phrases"), caption, placed)
        spans = [Span(start, end, len(members), i) for i, (start, end, members) in enumerate(marked)]
        kept = best_cover(spans) if self.cover == "best" else greedy_cover(spans)
        return sample.drafting(caption=caption, spans=tuple((s, marked[s.key][2]) for s in kept))


def _phrases(value: Any, caption: str, placed: Placed) -> list[tuple[int, int, tuple[int, ...]]]:
    """(start, end, instances) of every phrase whose annotations are all usable, without blanks at its ends."""
    owner = {a: i for i, one in enumerate(placed.instances) for a in one.ann_ids}
    found = []
    for phrase in value if isinstance(value, list) else ():
        start, end, ids = (phrase.get(k) for k in ("start", "end", "ann_ids"))
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(caption)):
            continue
        text = caption[start:end]
        start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
        if end > start and isinstance(ids, list) and ids and all(a in owner for a in ids):
            found.append((start, end, tuple(sorted({owner[a] for a in ids}))))
    return found


@dataclass(frozen=True, slots=True)
class AskQuestions:
    """One sample per question; which questions is a function of the image's index."""

    choice: Choice
    exhaustive: bool
    reads: ClassVar = ("images", "draft.entry", "draft.placed", "draft.caption", "draft.spans")
    writes: ClassVar = ("task", "draft.question", "draft.slot", "draft.scene")

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
            bare_sample.having(task=question.task).drafting(question=question, slot=slot, scene=scene)
            for slot, question in asked
        ]


@dataclass(frozen=True, slots=True)
class WritePlaces:
    """The places of the question in pixels and in the convention's numbers."""

    convention: Convention
    reads: ClassVar = ("images", "draft.question", "draft.scene", "draft.frame")
    writes: ClassVar = ("draft.located",)

    def __call__(self, sample: Sample) -> Sample | Drop:
        question, scene, size = sample.draft["question"], sample.draft["scene"], sample.images[0].size
        kind = self.convention.spellable(question.kind)
        try:
            self.convention.scale.frame(size)
        except ValueError as e:
            return Drop("unsuitable_size", str(e))
        pixels = tuple(
            tuple(_pixels(scene.instances[m], kind, sample.draft["frame"]) for m in target.members)
            for target in question.targets
        )
        numbers = tuple(tuple(self.convention.encode(p, size) for p in places) for places in pixels)
        if kind == "point" and _is_uncertain(question, pixels, scene, sample.draft["frame"]):
            return Drop("uncertain_point", "a box centre that lies on another object: masks would tell")
        if kind == "box" and self.convention.name != "kosmos2" and any(map(_collapsed, sum(numbers, ()))):
            return Drop("collapsed_box", f"a side is under one bin of {self.convention.scale.quantiser}")
        return sample.drafting(located=Located(kind, pixels, numbers))


def _is_uncertain(question: Question, places: Sequence[Sequence[Pixels]], scene: Scene, frame: Frame) -> bool:
    """Whether a point may lie on another object: a box centre inside a smaller box, or, where the answer names what
    is there, any point inside another box."""
    for target, points in zip(question.targets, places, strict=True):
        for member, (x, y) in zip(target.members, points, strict=True):
            own = scene.instances[member]
            others = (o.box for i, o in enumerate(scene.instances) if i != member)
            inside = [b for b in others if b[0] <= x <= b[2] and b[1] <= y <= b[3]]
            if inside and question.task == "referring_description":
                return True
            from_box = pointed_at(own, frame)[1] == "box_centre"
            if from_box and any(area(b) < area(own.box) for b in inside):
                return True
    return False


def _collapsed(numbers: Numbers) -> bool:
    return numbers[0] >= numbers[2] or numbers[1] >= numbers[3]


def _pixels(instance: Instance, kind: Kind, frame: Frame) -> Pixels:
    if kind == "quad" and instance.quad:
        return tuple(v for point in instance.quad for v in point)
    return instance.box if kind == "box" else pointed_at(instance, frame)[0]


def pointed_at(instance: Instance, frame: Frame) -> tuple[Point, str]:
    """A point on the object and where it comes from: deep inside its mask, or the centre of its box."""
    mask = mask_of(instance.segmentation, frame.declared)
    inside = None if mask is None else inner_point(mask)
    x0, y0, x1, y1 = instance.box
    if inside is not None:
        x, y = turned(inside, frame.orientation, frame.declared)
        if x0 <= x <= x1 and y0 <= y <= y1:
            return (x, y), "mask"
    return ((x0 + x1) / 2, (y0 + y1) / 2), "box_centre"


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
        language = self._language(sample.draft["slot"], context.run_seed)
        if annotated := _annotated_answer(question, scene):
            language = language_of(annotated)
        if self.style == "base":
            said = bare(question, located.numbers, scene.caption, self.convention, context.rng)
        else:
            said = converse(
                question, located.numbers, located.kind, scene.caption, self.convention, language, context.rng
            )
        messages = (user(sample.images[0], said.question), assistant(said.answer))
        return sample.having(messages=messages, language=language).drafting(dialogue=said)

    def _language(self, slot: int, seed: int) -> Language:
        if self.style == "base" or self.language == "en":
            return "en"
        return "zh" if self.language == "zh" or turn(slot, 2, seed, "language") else "en"


def _annotated_answer(question: Question, scene: Scene) -> str:
    """Free text of the annotation that the answer repeats: the question is then put in its language."""
    if question.task == "grounded_caption":
        return scene.caption
    return question.targets[0].phrase if question.task == "referring_description" else ""


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
    """Regions, truth, provenance and difficulty."""

    convention: Convention
    reads: ClassVar = ("images", "meta", "draft.dialogue", "draft.question", "draft.located", "draft.verdict")
    writes: ClassVar = ("regions", "truth", "meta", "difficulty")

    def __call__(self, sample: Sample) -> Sample:
        question, scene = sample.draft["question"], sample.draft["scene"]
        members = sorted({m for t in question.targets for m in t.members})
        regions = tuple(_region(scene.instances[m], sample.images[0].sha256) for m in members)
        truth = {
            "kind": "grounding",
            "convention": self.convention.name,
            "place": sample.draft["located"].kind,
            "targets": _targets(sample, self.convention),
        }
        return sample.having(
            regions=regions,
            truth=truth,
            meta={**sample.meta, **_provenance(sample, self.convention)},
            difficulty=_difficulty(question, scene),
        )


def _region(instance: Instance, ref: str) -> Region:
    return Region(ref, instance.category, instance.quad or quad_of(instance.box), instance.text)


def _targets(sample: Sample, convention: Convention) -> list[dict[str, Any]]:
    question, located, dialogue = (sample.draft[k] for k in ("question", "located", "dialogue"))
    plural = {"box": "boxes", "quad": "quads", "point": "points"}[located.kind]
    spelled = convention.form.spelled
    return [
        {
            "phrase": phrase,
            "category": target.category,
            "attribute": target.attribute,
            f"{plural}_px": [list(p) for p in pixels],
            f"{plural}_text": [spelled(n) for n in numbers],
        }
        for target, phrase, pixels, numbers in zip(
            question.targets, dialogue.phrases, located.pixels, located.numbers, strict=True
        )
    ]


def _provenance(sample: Sample, convention: Convention) -> dict[str, Any]:
    question, scene, located = (sample.draft[k] for k in ("question", "scene", "located"))
    scale, checked = convention.scale, sample.draft["verdict"]
    members = [m for t in question.targets for m in t.members]
    made = {
        "convention": convention.name,
        "quantiser": scale.quantiser,
        "image_size": list(scene.size),
        "encode_size": list(scale.frame(scene.size)),
        "decode_error_px": [round(e, 4) for e in checked.error],
        "ann_ids": [a for m in members for a in scene.instances[m].ann_ids],
        "template": sample.draft["dialogue"].template,
        "negatives": sum(not t.members for t in question.targets),
        "slot": sample.draft["slot"],
    }
    if isinstance(scale, ResizedPixels):
        made["resize"] = {"factor": scale.factor, "min_pixels": scale.min_pixels, "max_pixels": scale.max_pixels}
    if located.kind == "point":
        made["points_from"] = [pointed_at(scene.instances[m], sample.draft["frame"])[1] for m in members]
    return made


def _difficulty(question: Question, scene: Scene) -> int:
    """1-5: more for several places, many places, an attribute to compare by, and small objects."""
    members = [scene.instances[m] for t in question.targets for m in t.members]
    width, height = scene.size
    small = any((b[2] - b[0]) * (b[3] - b[1]) < 0.01 * width * height for b in (m.box for m in members))
    attribute = any(t.attribute for t in question.targets)
    return min(5, 1 + (len(members) > 1) + (len(members) > 5) + attribute + small)


@step(writes=("draft",))
def forget_working_values(sample: Sample) -> Sample:
    """Scenes are shared by an image's samples and are not needed any more."""
    return sample.having(draft={})


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """Rows of the COCO file; raises `InputError` for a file, pictures or expressions that cannot be used."""
    return open_source(SLUG, inputs, params.ref_split)


def pipeline(params: Params) -> Pipeline:
    """The method. Raises `PlanError` for an unknown or underdetermined convention."""
    convention = convention_named(
        params.convention, factor=params.factor, min_pixels=params.min_pixels, max_pixels=params.max_pixels
    )
    return Pipeline(
        ReadUpright(),
        PlaceInstances(params.min_side, params.min_area, params.order),
        CleanCaption(params.caption_cover),
        AskQuestions(_choice(params, convention), params.exhaustive),
        WritePlaces(convention),
        PutIntoWords(convention, params.style, params.language),
        ReadBack(convention),
        RecordTruth(convention),
        forget_working_values,
    )


def _choice(params: Params, convention: Convention) -> Choice:
    weights, negatives = dict(params.weights), params.negatives
    if params.style == "base":
        weights = {t: w for t, w in weights.items() if t in bare_tasks(convention)}
        negatives = 0.0  # a bare prompt opens the place already
    if not any(weights.values()):
        raise PlanError(f"style base has no prompt in {convention.name} for the tasks asked for")
    return Choice(params.per_image, weights, negatives, params.max_boxes)
