"""Which way the hook's server takes, found out once before any work: four images, one verdict per way.

Covered: servers that refuse a way (HTTP 4xx), that accept it and ignore it (the outputs are an assistant's), that
ignore the image, that ignore the least number of tokens. Not covered: whether the turns are good; only whether they are
a user's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.errors import CallError, PlanError
from mmrecipes.core.identity import rng_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import user
from mmrecipes.models.call import Call, Reply, Sampling
from mmrecipes.recipes.oasis.hook import HookSettings, Mode, Way, turn_of
from mmrecipes.recipes.oasis.prompts import SEED_WORDS
from mmrecipes.recipes.oasis.scenes import draw_scene
from mmrecipes.steps.chat_families import FAMILIES, family_of
from mmrecipes.steps.chat_template import ChatTemplate, load_template
from mmrecipes.steps.prefix import Prefix, override_template

IMAGES = 4
REFUSED = (400, 404, 405, 415, 422, 501)
"""HTTP statuses by which a server says that it does not take a request of this form."""

WAYS = """\
To give it access to the prefix, do one of these:
  1. bind the role to an engine that takes a raw prompt with images, and say so in models.toml (raw_prompt = "sglang", \
"llama.cpp" or "completions");
  2. start the server so that it takes a chat template per request (vLLM: --trust-request-chat-template), or serve a \
second endpoint for the hook alone, started with the template below (vLLM: --chat-template FILE), and give \
--set hook_mode=server_template;
  3. use a server that takes continue_final_message (vLLM, SGLang): approximate, a seed word is needed.
Or allow --set allow_prompted_fallback=true: the model is then asked to play the user, which is not Oasis and is \
marked in every sample.
The template for a hook of its own:
"""


class ProbeModels(Protocol):
    """What a probe may ask."""

    async def call(self, role: str, call: Call, draw: str = "0") -> Reply: ...

    def binding(self, role: str) -> Any: ...


def template_for(setting: str, model: str) -> ChatTemplate:
    """The chat template of the hook's model. Raises `PlanError` when it is not known."""
    if setting in FAMILIES:
        return FAMILIES[setting]
    if setting != "auto":
        return load_template(Path(setting).expanduser())
    family = family_of(model) if model else "qwen-vl"
    if not family:
        raise PlanError(
            f"role hook: the name {model!r} does not say which chat template the model has; give --set "
            f"chat_template=PATH (its tokenizer_config.json or folder) or one of {', '.join(FAMILIES)}"
        )
    return FAMILIES[family]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a way does not work; empty when it does."""

    why: str = ""

    @property
    def works(self) -> bool:
        return not self.why


_ASSISTANT = re.compile(
    r"\W*(?:(?:the|this|in (?:the|this)|here(?: is|'s)|your)\s+(?:\w+\s+)?(?:image|picture|photo|photograph|scene|"
    r"illustration|drawing|screenshot|chart|figure)\b|sure\b|certainly\b|of course\b|absolutely\b|"
    r"here(?: is|'s| are)\b|"
    r"it (?:looks|seems|appears)\b|i (?:can see|see|notice|cannot|can't|am unable)\b|i'm (?:sorry|unable)\b|as an ai\b|"
    r"cette (?:image|photo)|l'image|la imagen|esta imagen|das bild|dieses bild|la foto|l'immagine|a imagem|"
    r"这(?:张|幅|是)|该图|图片(?:中|展示|显示)|图中|画面|この画像|画像には|이 이미지|이 사진|"
    r"на (?:изображении|картинке|фото))",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:would you like|do you want|let me know|is there anything|can i help|may i help|how can i|feel free|"
    r"anything else|what would you like)\b",
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
        return Verdict(f"{empty} of {len(turns)} turns are empty: min_tokens is ignored")
    assistant = [turn for turn in turns if sounds_like_assistant(turn)]
    if 2 * len(assistant) > len(turns):
        shown = " ".join(assistant[0].split())[:80]
        return Verdict(f"{len(assistant)} of {len(turns)} outputs are an assistant's ({shown!r}): the prefix is wrong")
    return Verdict()


@functools.cache
def probe_images() -> tuple[Image, ...]:
    """Four invented scenes, always the same."""
    return tuple(draw_scene(rng_from("oasis", "probe", n).getrandbits(32))[0] for n in range(IMAGES))


async def try_way(models: ProbeModels, way: Way) -> Verdict:
    """Ask four times in this way. Raises `CallError` when the server fails for another reason than the form."""
    try:
        answers = {(await models.call("hook", call)).text.strip().lower() for call in sight_calls(way)}
        if len(answers) == 1 and "" not in answers:
            same = " ".join(answers.pop().split())[:60]
            return Verdict(f"different images get the same answer ({same!r}): images do not reach the model")
        turns = []
        for number, image in enumerate(probe_images()):
            seed = SEED_WORDS[number] if way.mode == "continue_final_message" else ""
            said = await models.call("hook", way.call(f"probe/{way.mode}/{number}", image, seed))
            # without the seed word, which would make every output look like a question
            turns.append(turn_of(said.text, way.prefix))
    except CallError as e:
        if e.status in REFUSED:
            return Verdict(f"the server refuses it (HTTP {e.status}: {str(e)[:160]})")
        raise
    except PlanError as e:
        return Verdict(str(e))
    return verdict_on(turns)


COLOUR = "What is the main colour of this picture? Answer with one word."


def sight_calls(way: Way) -> list[Call]:
    """Calls that a model which sees answers differently: a red and a blue picture, asked in the same form as the hook.
    A server that shows no text to its model gets the greedy turns about four scenes compared."""
    if way.mode == "server_template":
        asked = [way.call(f"probe/sees/{number}", image) for number, image in enumerate(probe_images())]
        return [call.having(sampling=replace(call.sampling, temperature=0.0)) for call in asked]
    calls = []
    for name, colour in (("red", (214, 40, 40)), ("blue", (36, 60, 200))):
        image = encode(np.full((224, 224, 3), colour, np.uint8))
        call = Call(name=f"probe/sees/{name}", images=(image,), sampling=Sampling(max_tokens=16))
        if way.mode == "completion_raw":
            bos = {"add_special_tokens": False} if way.prefix.bos else {}
            text = f"{way.prefix.text}{COLOUR}{way.prefix.after}"
            call = call.having(name=f"probe/sees_raw/{name}", kind="completion", text=text, extra=bos)
        else:
            call = call.having(messages=(user(image, COLOUR),))
        calls.append(call)
    return calls


OWN_FIELDS = ("chat_template", "add_generation_prompt", "continue_final_message", "add_special_tokens")
"""What the hook's requests say themselves: an endpoint that sets it for every request would undo the cut in silence."""


async def choose_way(
    models: ProbeModels, modes: Sequence[Mode], prefix: Prefix, settings: HookSettings
) -> tuple[Way, Mapping[str, str]]:
    """The first way that works, and why those before it do not. Raises `PlanError` when none does."""
    bound = models.binding("hook")
    if undone := [name for name in OWN_FIELDS if name in getattr(bound, "extra", {})]:
        raise PlanError(f"role hook ({bound.name}): take {undone[0]} out of `extra` in models.toml: the hook sets it")
    refused: dict[str, str] = {}
    for mode in modes:
        way = Way(mode, prefix, settings)
        verdict = await try_way(models, way)
        if verdict.works:
            return way, refused
        refused[mode] = verdict.why
    reasons = "\n".join(f"  {mode}: {why}" for mode, why in refused.items())
    raise PlanError(
        f"role hook ({bound.name}): no way to have the model write the user's turn works\n{reasons}\n"
        f"{WAYS}{override_template(prefix)}"
    )
