"""The hook: the model continues the user's turn of a conversation that holds nothing but the image.

Covered: the ways to ask a server for it, the call of each, what comes back, and provenance that is read off the call
itself, so that a prompted text is never recorded as a hooked one. Not covered: finding out which way a server takes
(see `probing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Literal, get_args

from mmrecipes.core.errors import PlanError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Sample, user
from mmrecipes.flow.step import Drop, StepContext, step
from mmrecipes.models.call import Call, Sampling
from mmrecipes.recipes.oasis.prompts import PLAY_THE_USER, SEED_WORDS
from mmrecipes.steps.prefix import Prefix, override_template

Mode = Literal["completion_raw", "chat_template_override", "continue_final_message", "prompted", "server_template"]
MODES: tuple[Mode, ...] = get_args(Mode)
AUTOMATIC = MODES[:4]
"""In order of preference: exact, exact if the server allows it, approximate, and not the method at all. The fifth, a
server that was started with the hook's template, is exact too, but only its owner can say that it is one."""


@dataclass(frozen=True, slots=True)
class HookSettings:
    """How a turn is drawn: the published sampling, and further fields of the request."""

    temperature: float = 1.0
    top_k: int = 20
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    max_tokens: int = 512
    min_tokens: int = 50
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_extra(self, extra: Mapping[str, Any]) -> HookSettings:
        """With further fields of the request, which the probe settles."""
        return replace(self, extra=extra)

    def sampling(self, stop: tuple[str, ...]) -> Sampling:
        return Sampling(
            temperature=self.temperature, max_tokens=self.max_tokens, top_p=self.top_p, top_k=self.top_k,
            min_tokens=self.min_tokens, stop=stop,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is made to write the user's turn."""

    mode: Mode
    prefix: Prefix
    settings: HookSettings

    def call(self, name: str, image: Image, seed_text: str = "") -> Call:
        """The request about an image. `seed_text` is for `continue_final_message` alone."""
        mode, prefix, settings = self.mode, self.prefix, self.settings
        if mode == "prompted":  # hosted APIs refuse a request with fields they do not know
            plain = Sampling(settings.temperature, settings.max_tokens, settings.top_p)
            return Call(name=name, images=(image,), sampling=plain, messages=(user(image, PLAY_THE_USER),))
        extra = {"repetition_penalty": settings.repetition_penalty, **settings.extra}
        call = Call(name=name, images=(image,), sampling=settings.sampling((prefix.end_of_turn,)), extra=extra)
        if mode == "completion_raw":
            # a prefix that begins with the tokenizer's first token must not get a second one
            bos = {"add_special_tokens": False} if prefix.bos else {}
            return call.having(kind="completion", text=prefix.text, extra={**extra, **bos})
        if mode == "chat_template_override":
            own = {"chat_template": override_template(prefix), "add_generation_prompt": False}
            return call.having(messages=(user(image),), extra={**extra, **own})
        if mode == "continue_final_message":
            own = {"continue_final_message": True, "add_generation_prompt": False}
            return call.having(messages=(user(image, seed_text),), extra={**extra, **own})
        return call.having(messages=(user(image),))


def mode_of(call: Call, prefix: Prefix) -> Mode:
    """The mode of a call by what it sends: whoever tells the model what to write has prompted it."""
    words = [p.text for m in call.messages for p in m.parts if p.text is not None]
    if call.kind == "completion":
        return "completion_raw" if call.text == prefix.text and not words else "prompted"
    if call.extra.get("chat_template") == override_template(prefix) and not words:
        return "chat_template_override"
    if call.extra.get("continue_final_message") and words and set(words) <= set(SEED_WORDS):
        return "continue_final_message"
    return "prompted" if words or "chat_template" in call.extra else "server_template"


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


_SPECIAL = re.compile(r"<\|[a-z_0-9]+\|>|</?s>|<(?:start|end)_of_turn>|\[/?INST\]")


def turn_of(reply: str, prefix: Prefix, seed_text: str = "") -> str:
    """The user's turn in a reply: up to the end of the turn if the server left that in, after the seed word. Empty when
    the model wrote nothing: a seed word alone is no turn."""
    ends = [at for mark in (prefix.end_of_turn, prefix.assistant) if (at := reply.find(mark)) >= 0]
    written = _SPECIAL.sub("", reply[: min(ends, default=len(reply))])
    return (seed_text + written).strip() if any(c.isalnum() for c in written) else ""


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
        way = settled_way(context.settled, self.settings)
        seeds = context.rng.choices(SEED_WORDS, k=self.draws)
        made = [await self._draw(sample, context, way, number, seed) for number, seed in enumerate(seeds)]
        return made[0] if self.draws == 1 else made

    async def _draw(self, sample: Sample, context: StepContext, way: Way, number: int, seed: str) -> Sample:
        seed_text = seed if way.mode == "continue_final_message" else ""
        call = way.call(f"hook/{number}", sample.images[0], seed_text)
        sent = mode_of(call, way.prefix)
        if sent != way.mode:
            raise ValueError(f"the request of hook mode {way.mode} is in truth {sent}")
        reply = await context.call("hook", call)
        provenance = {
            "mode": sent, "model": reply.model, "prefix_sha": "" if sent == "prompted" else way.prefix.sha256,
            "draw": number, "seed_text": seed_text, **_sampling_of(call), "finish": reply.finish,
            "truncated": reply.truncated,
        }  # fmt: skip
        shown = {"hook_mode": sent, "truncated": reply.truncated, "raw_generation": reply.text}
        turn = turn_of(reply.text, way.prefix, seed_text)
        messages = (user(sample.images[0], turn),) if turn else ()
        meta = {**sample.meta, "hook": provenance, **shown}
        return sample.having(messages=messages, meta=meta).drafting(turn=turn)


def _sampling_of(call: Call) -> dict[str, Any]:
    """How a call draws, as it says itself: what a way does not send is not recorded as sent."""
    sent = {**asdict(call.sampling), **call.extra}
    names = ("temperature", "top_k", "top_p", "repetition_penalty", "min_tokens", "max_tokens")
    return {name: sent[name] for name in names if sent.get(name) is not None}


@step(reads=("draft.turn", "meta"))
def drop_empty_turn(sample: Sample) -> Sample | Drop:
    """A model that ended its turn at once wrote nothing; that is a failed hook, counted as such."""
    if sample.draft["turn"]:
        return sample
    made = sample.meta["hook"]
    return Drop("empty_turn", f"{made['mode']}, finish: {made['finish']}, {sample.meta['raw_generation']!r}")


def settle(way: Way, template: str, refused: Mapping[str, str]) -> dict[str, Any]:
    """What the probe hands to the run: JSON. `refused`: the ways that do not work, and why."""
    return {
        "hook": {
            "mode": way.mode, "prefix_sha": way.prefix.sha256, "template": template, "prefix": asdict(way.prefix),
            "extra": dict(way.settings.extra), "refused": dict(refused),
        }
    }  # fmt: skip


def settled_way(settled: Mapping[str, Any], settings: HookSettings) -> Way:
    """The way that the probe settled. Raises `PlanError` when nothing was."""
    hook = settled.get("hook")
    if not hook:
        raise PlanError("the hook was not probed: which way the server takes it is not known")
    return Way(hook["mode"], Prefix(**hook["prefix"]), settings.with_extra(hook["extra"]))
