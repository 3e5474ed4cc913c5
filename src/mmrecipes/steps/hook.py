"""The hook: a model continues the user's turn of a conversation in which nobody has typed anything yet.

Covered: the ways to ask a server for it, with an image in the turn or none, the call of each, what comes back, and
provenance that is read off the call itself, so that a prompted text is never recorded as a hooked one. Not covered:
finding out which way a server takes (see `hook_probe`).
Sources: Magpie (arXiv 2406.08464) for texts, Oasis (arXiv 2503.08741) for images.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

from mmrecipes.core.errors import PlanError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample, user
from mmrecipes.flow.step import Drop, step
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.steps.prefix import Prefix, override_template

Mode = Literal["completion_raw", "chat_template_override", "continue_final_message", "prompted", "server_template"]
MODES: tuple[Mode, ...] = get_args(Mode)
AUTOMATIC = MODES[:4]
"""In order of preference: exact, exact if the server allows it, approximate, and not the method at all. The fifth, a
server that was started with the hook's template, is exact too, but only its owner can say that it is one."""


def modes_to_try(asked: Literal["auto"] | Mode, prompted_allowed: bool) -> tuple[Mode, ...]:
    """The ways in order: the one asked for, or the automatic ones; a prompt only where it is allowed."""
    modes = AUTOMATIC if asked == "auto" else (asked,)
    return modes if prompted_allowed else tuple(m for m in modes if m != "prompted")


@dataclass(frozen=True, slots=True)
class HookSettings:
    """How a turn is drawn; what is None is not sent. `stop` adds to the end of the turn, `extra` are further fields of
    the request."""

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float = 1.0
    repetition_penalty: float | None = None
    max_tokens: int = 512
    min_tokens: int | None = None
    stop: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_extra(self, extra: Mapping[str, Any]) -> HookSettings:
        """With further fields of the request, which the probe settles."""
        return replace(self, extra=extra)

    def sampling(self, end_of_turn: str) -> Sampling:
        return Sampling(
            temperature=self.temperature, max_tokens=self.max_tokens, top_p=self.top_p, top_k=self.top_k,
            min_tokens=self.min_tokens, stop=tuple(dict.fromkeys((end_of_turn, *self.stop))),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is made to write the user's turn. `play` is what the mode `prompted` says instead; `system` is the
    system turn that the prefix holds, for servers that render it themselves."""

    mode: Mode
    prefix: Prefix
    settings: HookSettings
    play: str
    system: str = ""

    def call(self, name: str, image: Image | None = None, seed_text: str = "", n: int = 1) -> Call:
        """The request for `n` turns, about an image or about nothing. `seed_text` is for `continue_final_message`
        alone."""
        mode, prefix, settings = self.mode, self.prefix, self.settings
        images = () if image is None else (image,)
        if mode == "prompted":  # hosted APIs refuse a request with fields they do not know
            plain = Sampling(settings.temperature, settings.max_tokens, settings.top_p)
            return Call(name=name, images=images, sampling=plain, n=n, messages=self._turns(*images, self.play))
        penalty = settings.repetition_penalty
        extra = {**({} if penalty is None else {"repetition_penalty": penalty}), **settings.extra}
        call = Call(name=name, images=images, sampling=settings.sampling(prefix.end_of_turn), extra=extra, n=n)
        silent = images or ("",)  # a turn must hold something; the hook's template prints no text
        if mode == "completion_raw":
            # a prefix that begins with the tokenizer's first token must not get a second one
            bos = {"add_special_tokens": False} if prefix.bos else {}
            return call.having(kind="completion", text=prefix.text, extra={**extra, **bos})
        if mode == "chat_template_override":
            own = {"chat_template": override_template(prefix), "add_generation_prompt": False}
            return call.having(messages=(user(*silent),), extra={**extra, **own})
        if mode == "continue_final_message":
            own = {"continue_final_message": True, "add_generation_prompt": False}
            return call.having(messages=self._turns(*images, seed_text), extra={**extra, **own})
        return call.having(messages=(user(*silent),))

    def _turns(self, *parts: Image | str) -> tuple[Message, ...]:
        asked = user(*parts)
        return (Message("system", user(self.system).parts), asked) if self.system else (asked,)


def mode_of(call: Call, prefix: Prefix) -> Mode:
    """The mode of a call by what it sends: whoever tells the model what to write has prompted it."""
    words = [p.text for m in call.messages if m.role != "system" for p in m.parts if p.text]
    if call.kind == "completion":
        return "completion_raw" if call.text == prefix.text and not words else "prompted"
    if call.extra.get("chat_template") == override_template(prefix) and not words:
        return "chat_template_override"
    if call.extra.get("continue_final_message") and words and set(words) <= set(SEED_WORDS):
        return "continue_final_message"
    return "prompted" if words or "chat_template" in call.extra else "server_template"


def checked(call: Call, way: Way) -> Call:
    """The call, when it is what the way says. Raises `ValueError` when it is not: a fault of the program."""
    sent = mode_of(call, way.prefix)
    if sent != way.mode:
        raise ValueError(f"the request of hook mode {way.mode} is in truth {sent}")
    return call


_SPECIAL = re.compile(r"<\|[a-z_0-9]+\|>|</?s>|<(?:start|end)_of_turn>|\[/?INST\]")


def turn_of(reply: str, prefix: Prefix, seed_text: str = "") -> str:
    """The user's turn in a reply: up to the end of the turn if the server left that in, after the seed word. Empty when
    the model wrote nothing: a seed word alone is no turn."""
    ends = [at for mark in (prefix.end_of_turn, prefix.assistant) if (at := reply.find(mark)) >= 0]
    written = _SPECIAL.sub("", reply[: min(ends, default=len(reply))])
    return (seed_text + written).strip() if any(c.isalnum() for c in written) else ""


def provenance(call: Call, way: Way, reply: Reply, number: int, seed_text: str = "") -> dict[str, Any]:
    """What `meta.hook` says of choice `number` of a reply: mode, model, prefix, how it was drawn, why it ended. What a
    way does not send is not recorded as sent."""
    choice = reply.choices[number]
    sent = {**asdict(call.sampling), **call.extra}
    names = ("temperature", "top_k", "top_p", "repetition_penalty", "min_tokens", "max_tokens")
    return {
        "mode": way.mode, "model": reply.model, "prefix_sha": "" if way.mode == "prompted" else way.prefix.sha256,
        "seed_text": seed_text, **{name: sent[name] for name in names if sent.get(name) is not None},
        "finish": choice.finish, "truncated": choice.finish == "length",
    }  # fmt: skip


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


def settled_way(settled: Mapping[str, Any], settings: HookSettings, play: str) -> Way:
    """The way that the probe settled. Raises `PlanError` when nothing was."""
    hook = settled.get("hook")
    if not hook:
        raise PlanError("the hook was not probed: which way the server takes it is not known")
    return Way(hook["mode"], Prefix(**hook["prefix"]), settings.with_extra(hook["extra"]), play)


SEED_WORDS = (
    "What", "How", "Which", "Where", "Who", "Why", "Is", "Are", "Can", "Describe", "Explain", "Write", "Count", "Find",
    "List", "Compare", "Give", "I", "Please", "In", "Qu", "Quel", "Combien", "Décris", "Peux", "Was", "Wie", "Welche",
    "Beschreibe", "Warum", "¿Qué", "¿Cuántos", "Describe la", "Explica", "O que", "Quantos", "Descreva", "Cosa",
    "Quanti", "Descrivi", "Wat", "Hoeveel", "Что", "Сколько", "Опиши", "请", "图", "为什么", "この", "何", "이",
    "무엇", "ما", "كم", "Ne", "Kaç", "Apa", "Hãy",
)  # fmt: skip
"""Openers of a user's turn for servers that can only continue a text."""
