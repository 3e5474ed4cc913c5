"""Which way the hook's server takes, found out once before any work: one verdict per way.

Covered: servers that refuse a way (HTTP 4xx), that accept it and ignore it (the outputs are an assistant's), whose
turns are empty. Not covered: the trial itself, which each recipe makes with calls of its own; whether turns are good.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mmrecipes.core.errors import CallError, PlanError
from mmrecipes.models.call import Call, Reply
from mmrecipes.steps.chat_template import ChatTemplate, load_template
from mmrecipes.steps.hook import Way
from mmrecipes.steps.prefix import override_template

REFUSED = (400, 404, 405, 415, 422, 501)
"""HTTP statuses by which a server says that it does not take a request of this form."""

_WAYS = """\
To give it access to the prefix, do one of these:
  1. bind the role to an engine that takes a raw prompt{images}, and say so in models.toml (raw_prompt = "sglang", \
"llama.cpp" or "completions");
  2. start the server so that it takes a chat template per request (vLLM: --trust-request-chat-template), or serve a \
second endpoint for the hook alone, started with the template below (vLLM: --chat-template FILE), and give \
--set hook_mode=server_template;
  3. use a server that takes continue_final_message (vLLM, SGLang): approximate, a seed word is needed.
Or allow --set allow_prompted_fallback=true: the model is then asked to play the user, which is not {method} and is \
marked in every sample.
The template for a hook of its own:
"""


class ProbeModels(Protocol):
    """What a probe may ask."""

    async def call(self, role: str, call: Call, draw: str = "0") -> Reply: ...

    def binding(self, role: str) -> Any: ...


def template_for(
    setting: str, model: str, families: Mapping[str, ChatTemplate], family_of: Callable[[str], str], default: str
) -> ChatTemplate:
    """The chat template of the hook's model: a family's name, a path, or "auto" for what the model's name says, and
    `default` where there is no model (a stand-in). Raises `PlanError` when it is not known."""
    if setting in families:
        return families[setting]
    if setting != "auto":
        return load_template(Path(setting).expanduser())
    family = family_of(model) if model else default
    if not family:
        raise PlanError(
            f"role hook: the name {model!r} does not say which chat template the model has; give --set "
            f"chat_template=PATH (its tokenizer_config.json or folder) or one of {', '.join(families)}"
        )
    return families[family]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a way does not work; empty when it does."""

    why: str = ""

    @property
    def works(self) -> bool:
        return not self.why


_HELP = r"(?:how|what) (?:can|may|could) i (?:(?:help|assist)(?: you\b| today\b|\s*[?!.])|do for you\b)"
_ASSISTANT = re.compile(
    r"\W*(?:(?:the|this|in (?:the|this)|here(?: is|'s)|your)\s+(?:\w+\s+)?(?:image|picture|photo|photograph|scene|"
    r"illustration|drawing|screenshot|chart|figure)\b|sure\b|certainly\b|of course\b|absolutely\b|"
    r"here(?: is|'s| are)\b|"
    r"it (?:looks|seems|appears)\b|i (?:can see|see|notice|cannot|can't|am unable)\b|i'm (?:sorry|unable)\b|as an ai\b|"
    rf"(?:(?:hello|hi|hey|welcome|greetings)\b[^\n]{{0,40}}?)?{_HELP}|"
    r"i(?:'m| am) (?:happy|glad|here|ready) to (?:help|assist)\b|"
    r"cette (?:image|photo)|l'image|la imagen|esta imagen|das bild|dieses bild|la foto|l'immagine|a imagem|"
    r"这(?:张|幅|是)|该图|图片(?:中|展示|显示)|图中|画面|この画像|画像には|이 이미지|이 사진|"
    r"на (?:изображении|картинке|фото))",
    re.IGNORECASE,
)
_OFFER = re.compile(
    rf"\b(?:would you like|do you want|let me know|is there anything|can i help|may i help|{_HELP}|"
    r"feel free|anything else|what would you like)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?:(?:so|now|ok|okay|hi|hello|hey|hmm|well|then|also|[\w ]{2,16}:)[,:!]?\s+)?"
    r"(?:(?:please|can you|could you|describe|explain|write|list|count|find|identify|name|tell|give|state|"
    r"create|generate|make|compare|compose|classify|calculate|solve|translate|summari[sz]e|read|transcribe|choose|"
    r"select|pick|answer|imagine|suggest|invent|help|show|convert|extract|look closely|"
    r"i (?:want|need|would like) (?:you|this|that|an?|the|your|some|help|to know|to see))\b|décri[stv]|"
    r"expli[qc]|beschreib|erklär|descri[bv]|请|帮|描述|写|解释|列出|计算|翻译|опиши|напиши|объясни)|"
    r".*(?:描述して|説明して|教えて|ください|주세요)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?。！？؟\n]+[.!?。！？؟]*")


def contains_request(text: str) -> bool:
    """Whether some sentence asks or commands; an assistant's closing offer does not count."""
    sentences = [s for s in _SENTENCE.findall(text) if s.strip() and not _OFFER.search(s)]
    return any(s.rstrip().endswith(("?", "？", "؟")) or _COMMAND.match(s) for s in sentences)


def sounds_like_assistant(text: str) -> bool:
    """Opens the way an assistant does and asks for nothing."""
    return bool(_ASSISTANT.match(text)) and not contains_request(text)


def verdict_on(turns: Sequence[str]) -> Verdict:
    """The published rule: more than half of the outputs open like an assistant and hold no request. Turns that are
    empty say that `min_tokens` is ignored, or that the turn was closed already."""
    empty = sum(not any(c.isalnum() for c in turn) for turn in turns)
    if 2 * empty > len(turns):
        return Verdict(f"{empty} of {len(turns)} turns are empty: min_tokens is ignored, or the prefix ends the turn")
    assistant = [turn for turn in turns if sounds_like_assistant(turn)]
    if 2 * len(assistant) > len(turns):
        shown = " ".join(assistant[0].split())[:80]
        return Verdict(f"{len(assistant)} of {len(turns)} outputs are an assistant's ({shown!r}): the prefix is wrong")
    return Verdict()


Trial = Callable[[ProbeModels, Way], Awaitable[Verdict]]
"""Asks in one way and judges what came; may raise `CallError` and `PlanError`."""

OWN_FIELDS = ("chat_template", "add_generation_prompt", "continue_final_message", "add_special_tokens")
"""What the hook's requests say themselves: an endpoint that sets it for every request would undo the cut in silence."""


async def tried(trial: Trial, models: ProbeModels, way: Way) -> Verdict:
    """The verdict of a trial, where a refusal is one too. Raises `CallError` when the server fails for another reason
    than the form."""
    try:
        return await trial(models, way)
    except CallError as e:
        if e.status in REFUSED:
            return Verdict(f"the server refuses it (HTTP {e.status}: {str(e)[:160]})")
        raise
    except PlanError as e:
        return Verdict(str(e))


async def choose_way(
    models: ProbeModels, ways: Sequence[Way], trial: Trial, method: str, images: bool
) -> tuple[Way, Mapping[str, str]]:
    """The first way that works, and why those before it do not. Raises `PlanError` when none does."""
    bound = models.binding("hook")
    if undone := [name for name in OWN_FIELDS if name in getattr(bound, "extra", {})]:
        raise PlanError(f"role hook ({bound.name}): take {undone[0]} out of `extra` in models.toml: the hook sets it")
    refused: dict[str, str] = {}
    for way in ways:
        verdict = await tried(trial, models, way)
        if verdict.works:
            return way, refused
        refused[way.mode] = verdict.why
    reasons = "\n".join(f"  {mode}: {why}" for mode, why in refused.items())
    raise PlanError(
        f"role hook ({bound.name}): no way to have the model write the user's turn works\n{reasons}\n"
        f"{_WAYS.format(method=method, images=' with images' if images else '')}{override_template(ways[0].prefix)}"
    )
