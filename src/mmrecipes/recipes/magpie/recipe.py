"""Magpie (arXiv 2406.08464): an aligned model that is asked nothing writes the user's turn itself.

A chat model is given the beginning of a conversation that ends where the user would type. What it writes there is an
instruction; the same model then answers it. Covered: prefixes of the model families with and without a system prompt,
the ways to get at them, many draws per call, rules, near duplicates by words, tags and the filters on them, a reward
model, the longest answers. Not covered: near duplicates by an embedder, several turns, preference pairs, training.

The method, top to bottom as in `pipeline`: let the model take the user's turn; drop what is no whole instruction and
what nearly repeats an earlier one; tag it and keep what is well put; answer it; reward the pair; keep the longest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from mmrecipes.core.sample import Sample
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Seeds
from mmrecipes.models.call import Sampling
from mmrecipes.recipes.magpie.answering import Answer, Reward, answer_length, drop_poor_instruction, finish
from mmrecipes.recipes.magpie.drawing import (
    ROLE_STOPS,
    Draw,
    drop_cut_turn,
    drop_trailing_colon,
    for_task,
    settle_tasks,
    trial,
)
from mmrecipes.recipes.magpie.prompts import CATEGORIES, PLAY_THE_USER, SYSTEMS, tagging
from mmrecipes.recipes.magpie.standin import stand_in, stand_in_faults
from mmrecipes.steps.chat_families import TEXT_FAMILIES, text_family_of
from mmrecipes.steps.chat_template import ChatTemplate
from mmrecipes.steps.hook import HookSettings, Mode, Way, drop_empty_turn, modes_to_try
from mmrecipes.steps.hook_probe import ProbeModels, choose_way, template_for
from mmrecipes.steps.keep_longest import KeepLongest
from mmrecipes.steps.near_duplicates import NearDuplicateText
from mmrecipes.steps.prefix import Prefix, prefix_of
from mmrecipes.steps.tagging import Tag

SLUG = "magpie"


class Params(RecipeParams):
    chat_template: str = Field(
        "auto",
        description="template of the hook's model: a .jinja file, tokenizer_config.json, chat_template.json or model "
        f"folder, or a family ({', '.join(TEXT_FAMILIES)}); auto: the family its name says",
    )
    hook_mode: Literal["auto", Mode] = Field(
        "auto",
        description="how the server is asked; auto: the first that the probe finds working; server_template: it was "
        "started with the hook's template",
    )
    allow_prompted_fallback: bool = Field(
        False, description="where no prefix control works, ask the model to play the user: not Magpie, marked as such"
    )
    tasks: dict[str, float] = Field(
        default_factory=lambda: {"general": 1.0},
        description=f"tasks and their shares; each but general has a system prompt: {', '.join(SYSTEMS)}",
    )
    system: str = Field("", description="system prompt of the task general (default: what the chat template has)")
    draws: int = Field(20, ge=1, le=1000, description="turns drawn per call (200 in the paper)")
    temperature: float = Field(1.0, gt=0, le=2, description="of the hook")
    top_p: float = Field(1.0, gt=0, le=1, description="of the hook")
    max_tokens: int = Field(512, ge=1, description="longest turn of the hook")
    stop_at_newline: bool = Field(True, description="a turn ends with its first line")
    near_duplicate: float = Field(
        0.8, gt=0, le=1, description="share of word triples from which an instruction repeats an earlier one"
    )
    tags: bool = Field(True, description="tag instructions and keep those of good or excellent quality")
    answered_by: Literal["hook", "responder"] = Field("hook", description="the role whose model answers")
    answer_temperature: float = Field(0.0, ge=0, le=2, description="0: greedy")
    answer_tokens: int = Field(2048, ge=1, description="longest answer")
    reward: bool = Field(False, description="ask a reward model about every pair and filter by it")
    least_reward: float = Field(-10.0, description="a pair is kept when its reward is above this")
    keep_longest: int = Field(0, ge=0, description="keep so many of the longest answers (300,000 in the paper); 0: all")

    @field_validator("tasks")
    @classmethod
    def _known(cls, tasks: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(tasks) - set(SYSTEMS))
        if unknown or not tasks or min(tasks.values()) <= 0:
            raise ValueError(f"give tasks a share above 0, of {', '.join(SYSTEMS)}; got {tasks}")
        return tasks

    @model_validator(mode="after")
    def _consistent(self) -> Params:
        if self.hook_mode == "prompted" and not self.allow_prompted_fallback:
            raise ValueError("hook_mode prompted is not Magpie: it needs allow_prompted_fallback=true")
        if self.hook_mode == "server_template" and len(self.tasks) > 1:
            raise ValueError("hook_mode server_template: the server's one template serves one task")
        if self.hook_mode == "server_template" and self.answered_by == "hook":
            raise ValueError("hook_mode server_template: that server cannot answer; it needs answered_by=responder")
        return self

    @property
    def systems(self) -> dict[str, str]:
        """The system prompt of every task that is drawn."""
        return {task: (self.system if task == "general" else SYSTEMS[task]) for task in self.tasks}

    @property
    def hook_settings(self) -> HookSettings:
        stop = ("\n", *ROLE_STOPS) if self.stop_at_newline else ROLE_STOPS
        return HookSettings(self.temperature, top_p=self.top_p, max_tokens=self.max_tokens, stop=stop)


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    """Nothing comes in: a seed per call."""
    return Seeds(SLUG, params.tasks, yields=params.draws)


def instruction(sample: Sample) -> str:
    return sample.draft["instruction"]


def earlier_first(sample: Sample) -> float:
    return -float(sample.draft["place"])


@dataclass(frozen=True, slots=True)
class NearAnEarlierOne(NearDuplicateText):
    """Near duplicates of which the earlier one stays: later samples never change what became of earlier ones."""

    @property
    def prefix_stable(self) -> bool:
        return True


def pipeline(params: Params) -> Pipeline:
    """The method."""
    answer = Sampling(temperature=params.answer_temperature, max_tokens=params.answer_tokens)
    tagged = (Tag(CATEGORIES, tagging), drop_poor_instruction) if params.tags else ()
    rewarded = (Reward(params.least_reward),) if params.reward else ()
    longest = (KeepLongest(answer_length, params.keep_longest),) if params.keep_longest else ()
    return Pipeline(
        Draw(params.hook_settings, params.draws, params.systems),
        drop_empty_turn, drop_cut_turn, drop_trailing_colon,
        NearAnEarlierOne(instruction, params.near_duplicate, prefer=earlier_first, reason="near_duplicate"),
        *tagged,
        Answer(params.answered_by, answer),
        *rewarded,
        *longest,
        finish,
    )  # fmt: skip


def prefixes(params: Params, template: ChatTemplate) -> dict[str, Prefix]:
    """The prefix of every task."""
    return {task: prefix_of(template, 0, system) for task, system in params.systems.items()}


def ways(params: Params, template: ChatTemplate) -> list[Way]:
    """The ways to try, in order, with the prefix of the first task."""
    task, prefix = next(iter(prefixes(params, template).items()))
    modes = modes_to_try(params.hook_mode, params.allow_prompted_fallback)
    plain = (Way(mode, prefix, params.hook_settings, PLAY_THE_USER) for mode in modes)
    return [for_task(way, prefix, params.systems[task]) for way in plain]


async def probe(params: Params, models: ProbeModels) -> Mapping[str, Any]:
    """Decides once how the hook's server is asked. Raises `PlanError` naming the ways to enable it."""
    model = getattr(models.binding("hook"), "model", "")
    template = template_for(params.chat_template, model, TEXT_FAMILIES, text_family_of, "chatml")
    way, refused = await choose_way(models, ways(params, template), trial, "Magpie", images=False)
    return settle_tasks(way, template.name, refused, prefixes(params, template))


__all__ = ["Params", "pipeline", "probe", "source", "stand_in", "stand_in_faults"]
