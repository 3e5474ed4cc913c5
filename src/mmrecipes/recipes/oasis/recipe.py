"""Oasis (arXiv 2503.08741): one image in, no text prompt; the model writes the user's turn itself.

A vision-language model is given the beginning of a conversation that ends right after the image, inside the user's
turn. What it writes there is sorted, scored and answered. Covered: the ways to get at the prefix, extraction that
cannot invent, four judges and the published gate, Magpie's tags, answers, recycling of captions, a diversity report.
Not covered: training, response filters (the study found them harmful).

The method, top to bottom as in `pipeline`: open the image; let the model take the user's turn; tell instruction from
caption; judge the instruction in four dimensions and keep what passes the gate; answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Source
from mmrecipes.recipes.oasis.answering import Respond
from mmrecipes.recipes.oasis.extraction import Extract, found
from mmrecipes.recipes.oasis.hook import Hook, penalties
from mmrecipes.recipes.oasis.input import MinSide, open_image, open_source, perceptual_hash
from mmrecipes.recipes.oasis.judging import Thresholds, judges
from mmrecipes.recipes.oasis.probing import trial
from mmrecipes.recipes.oasis.prompts import CATEGORIES, PLAY_THE_USER, tagging
from mmrecipes.recipes.oasis.recycling import recycle, store_caption
from mmrecipes.recipes.oasis.standin import stand_in, stand_in_faults
from mmrecipes.steps.chat_families import FAMILIES, family_of
from mmrecipes.steps.hook import HookSettings, Mode, Way, drop_empty_turn, modes_to_try, settle
from mmrecipes.steps.hook_probe import ProbeModels, choose_way, template_for
from mmrecipes.steps.keep_first import KeepFirst
from mmrecipes.steps.prefix import prefix_of
from mmrecipes.steps.tagging import Tag

SLUG = "oasis"


class Params(RecipeParams):
    chat_template: str = Field(
        "auto",
        description="template of the hook's model: a .jinja file, tokenizer_config.json, chat_template.json or model "
        f"folder, or a family ({', '.join(FAMILIES)}); auto: the family its name says",
    )
    hook_mode: Literal["auto", Mode] = Field(
        "auto",
        description="how the server is asked; auto: the first that the probe finds working; server_template: it was "
        "started with the hook's template",
    )
    allow_prompted_fallback: bool = Field(
        False, description="where no prefix control works, ask the model to play the user: not Oasis, marked as such"
    )
    n_per_image: int = Field(1, ge=1, le=64, description="turns drawn per image")
    temperature: float = Field(1.0, gt=0, le=2, description="of the hook")
    top_k: int = Field(20, ge=1, description="of the hook")
    top_p: float = Field(1.0, gt=0, le=1, description="of the hook")
    repetition_penalty: float = Field(1.0, gt=0, description="of the hook")
    max_tokens: int = Field(512, ge=1, description="longest turn of the hook")
    min_tokens: int = Field(50, ge=0, description="shortest turn of the hook: without it, most are empty")
    penalties: Literal["auto", "on", "off"] = Field(
        "auto", description="frequency and presence penalty 1, role and vision tokens and emoji forbidden; auto: "
        "for Qwen2.5-VL"
    )  # fmt: skip
    min_side: int = Field(28, ge=1, description="least side of an image in pixels")
    dedup_images: bool = Field(False, description="of images that look the same, keep the first")
    containment: float = Field(0.9, ge=0, le=1, description="least share of an instruction that is copied")
    thresholds: Thresholds = Field(default_factory=Thresholds)  # type: ignore[arg-type]
    all_scores: bool = Field(False, description="ask all four judges, also when the first score decides")
    answer_tokens: int = Field(1024, ge=1, description="longest answer")
    tags: bool = Field(False, description="tag instructions by difficulty, quality and category, as Magpie does")
    recycle_captions: bool = Field(False, description="make samples of the captions that the hook brings up")

    @model_validator(mode="after")
    def _consistent(self) -> Params:
        if self.min_tokens > self.max_tokens:
            raise ValueError("min_tokens must not exceed max_tokens")
        if self.hook_mode == "prompted" and not self.allow_prompted_fallback:
            raise ValueError("hook_mode prompted is not Oasis: it needs allow_prompted_fallback=true")
        return self

    @property
    def hook_settings(self) -> HookSettings:
        return HookSettings(
            self.temperature, self.top_k, self.top_p, self.repetition_penalty, self.max_tokens, self.min_tokens
        )


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """Images of the input, or invented scenes without one. Raises `InputError`."""
    return open_source(SLUG, inputs, params.n_per_image)


def looks(sample: Sample) -> str:
    return sample.draft["phash"]


def pipeline(params: Params) -> Pipeline:
    """The method."""
    unlike = (perceptual_hash, KeepFirst(looks, "duplicate_image")) if params.dedup_images else ()
    tagged = (Tag(CATEGORIES, tagging),) if params.tags else ()
    captions = recycle(params.containment) if params.recycle_captions else Pipeline(store_caption)
    return Pipeline(
        open_image, MinSide(params.min_side), *unlike,
        Hook(params.hook_settings, params.n_per_image), drop_empty_turn,
        Extract(params.containment, 2 * params.max_tokens),
        Route(found, {
            "instruction": Pipeline(
                *judges(params.thresholds, params.all_scores), *tagged, Respond(params.answer_tokens)
            ),
            "caption": captions,
        }),
    )  # fmt: skip


async def probe(params: Params, models: ProbeModels) -> Mapping[str, Any]:
    """Decides once how the hook's server is asked. Raises `PlanError` naming the ways to enable it."""
    model = getattr(models.binding("hook"), "model", "")
    template = template_for(params.chat_template, model, FAMILIES, family_of, "qwen-vl")
    settings = params.hook_settings.with_extra(penalties(params.penalties, model))
    prefix = prefix_of(template)
    modes = modes_to_try(params.hook_mode, params.allow_prompted_fallback)
    ways = [Way(mode, prefix, settings, PLAY_THE_USER) for mode in modes]
    way, refused = await choose_way(models, ways, trial, "Oasis", images=True)
    return settle(way, template.name, refused)


__all__ = ["Params", "pipeline", "probe", "source", "stand_in", "stand_in_faults"]
