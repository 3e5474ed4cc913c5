"""The hook about images: how often it is drawn per image, and what else a request says for some models.

Covered: `n_per_image` draws, each a call of its own; forbidden tokens and penalties for Qwen2.5-VL. Not covered: the
ways to ask a server (see `steps/hook`), which of them it takes (see `probing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import StepContext
from mmrecipes.recipes.oasis.prompts import PLAY_THE_USER
from mmrecipes.steps.hook import SEED_WORDS, HookSettings, Way, checked, provenance, settled_way, turn_of

QWEN25_FORBIDDEN = (
    "<|im_start|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>", "<|quad_start|>",
    "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
    "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>",
    "<|file_sep|>",
)  # fmt: skip
"""Special tokens from the turn-opening one up, without the end of the turn, which the model needs."""
EMOJI = tuple(
    "😀😃😄😁😆😅🤣😂🙂😉😊😇🥰😍🤩😘😋😜🤔🤗😎😢😭😡👍👎👏🙌🙏💪👀🔥"
    "✨🌟⭐💡💯🎉🎊🎈❤💖💕💙💚✅❌❓❗📷📸🖼🌈☀🌊🌸🌿🍀🐶🐱🚀🏆📌📝"
)
"""The emoji that chat models use most; rarer ones pass."""


def penalties(setting: str, model: str) -> dict[str, Any]:
    """Further fields of the hook's request."""
    if setting == "off" or (setting == "auto" and not re.search(r"qwen-?2\.5-?vl", model.lower())):
        return {}
    return {"frequency_penalty": 1.0, "presence_penalty": 1.0, "bad_words": [*QWEN25_FORBIDDEN, *EMOJI]}


@dataclass(frozen=True, slots=True)
class Hook:
    """Draws `draws` turns per image, each a sample of its own; a single one keeps the image's sample. The turn is the
    one message for now, so that a dropped sample shows it."""

    settings: HookSettings
    draws: int
    roles: ClassVar = ("hook",)
    reads: ClassVar = ("images", "meta")
    writes: ClassVar = ("messages", "meta", "draft.turn")

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | list[Sample]:
        way = settled_way(context.settled, self.settings, PLAY_THE_USER)
        seeds = context.rng.choices(SEED_WORDS, k=self.draws)
        made = [await self._draw(sample, context, way, number, seed) for number, seed in enumerate(seeds)]
        return made[0] if self.draws == 1 else made

    async def _draw(self, sample: Sample, context: StepContext, way: Way, number: int, seed: str) -> Sample:
        seed_text = seed if way.mode == "continue_final_message" else ""
        call = checked(way.call(f"hook/{number}", sample.images[0], seed_text), way)
        reply = await context.call("hook", call)
        hook = {**provenance(call, way, reply, 0, seed_text), "draw": number}
        shown = {"hook_mode": way.mode, "truncated": reply.truncated, "raw_generation": reply.text}
        turn = turn_of(reply.text, way.prefix, seed_text)
        messages = (user(sample.images[0], turn),) if turn else ()
        return sample.having(messages=messages, meta={**sample.meta, "hook": hook, **shown}).drafting(turn=turn)
