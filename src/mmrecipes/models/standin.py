"""Stand-ins: a recipe answers its own calls from what is known about the sample, with error rates that one can set.

The same function answers in-process (a rehearsal) and behind a real HTTP server on loopback (tests), where the truth
travels in one further field of the request body. Decisions are functions of (seed, sample, prompt, attempt), never of
time or order. Covered: chat, completions, embeddings. Not covered: what is answered (each recipe's `standin.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from mmrecipes.core.errors import PlanError
from mmrecipes.core.identity import canonical_json, rng_from
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Part
from mmrecipes.models.binding import Endpoint, StandIn
from mmrecipes.models.call import Call, Choice, Sampling
from mmrecipes.models.request import IMAGE, Request
from mmrecipes.models.response import Response

FIELD = "mmrecipes_stand_in"
"""The body field in which the truth travels to a stand-in behind HTTP."""
CHARACTERS_PER_TOKEN, TOKENS_PER_IMAGE = 4, 800


@dataclass(frozen=True, slots=True)
class StandInCall:
    """What a stand-in is asked, and what it may know. `faults`: rates by kind, with `seed` for other draws."""

    role: str
    call: Call
    truth: Mapping[str, Any]
    sample: str
    attempt: int = 0
    faults: Mapping[str, float] = field(default_factory=dict)

    @property
    def rng(self) -> random.Random:
        """A fresh generator at its start: the same for the same sample, prompt, attempt and number of messages."""
        return rng_from(*self._place("words"))

    def strikes(self, kind: str) -> bool:
        """Whether the fault of this kind happens to this very call, with the probability that was set."""
        rate = self.faults.get(kind, 0.0)
        return rate > 0 and rng_from(*self._place(kind)).random() < rate

    def _place(self, what: str) -> tuple[str | int, ...]:
        seed, turns = int(self.faults.get("seed", 0)), len(self.call.messages)
        return ("stand-in", seed, self.sample, self.call.name, self.attempt, turns, what)


Said = str | Choice | Sequence[str] | Sequence[Choice] | Sequence[Sequence[float]]
Answering = Callable[[StandInCall], Said]
"""A recipe's stand-in: one text or choice, `call.n` of them, or one vector per text of an embedding call."""


def check_faults(binding: StandIn, known: Mapping[str, str], recipe: str) -> None:
    """Raise `PlanError` for a kind of fault that the recipe's stand-in does not have."""
    unknown = sorted(set(binding.faults) - set(known) - {"seed"})
    if unknown:
        kinds = ", ".join(known) or "none"
        raise PlanError(f"the stand-in of {recipe} has no fault {unknown[0]!r}; it has: {kinds}")


def as_endpoint(binding: StandIn) -> Endpoint:
    """The stand-in as settings from which requests and keys are made."""
    faults = canonical_json(binding.faults) if binding.faults else ""
    return Endpoint(
        model="stand-in", url="http://stand-in", revision=faults, raw_prompt="completions", price=binding.price,
        stand_in=True,
    )  # fmt: skip


def answer_in_process(answering: Answering, asked: StandInCall) -> Response:
    """What an HTTP server would have said, without the server."""
    body = completion_body(asked.call, answering(asked))
    return Response(status=200, headers={}, body=orjson.dumps(body), seconds=0.0)


def completion_body(call: Call, said: Said) -> dict[str, Any]:
    """The reply in the form of OpenAI's API, with a usage that counts characters."""
    tokens_in = len(call.images) * TOKENS_PER_IMAGE + sum(
        map(_tokens, (*(m.text for m in call.messages), call.text, *call.texts))
    )
    if call.kind == "embedding":
        data = [{"index": i, "embedding": vector} for i, vector in enumerate(said)]  # type: ignore[arg-type]
        return {"model": "stand-in", "data": data, "usage": {"prompt_tokens": tokens_in, "completion_tokens": 0}}
    several = [said] if isinstance(said, (str, Choice)) else list(said)
    choices = [_limited(c if isinstance(c, Choice) else Choice(str(c)), call.sampling.max_tokens) for c in several]
    tokens_out = sum(_tokens(c.text) for c in choices)
    return {
        "model": "stand-in",
        "choices": [_choice(call, i, c) for i, c in enumerate(choices)],
        "usage": {"prompt_tokens": tokens_in, "completion_tokens": tokens_out},
    }


def _tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def _limited(choice: Choice, max_tokens: int) -> Choice:
    """A stand-in keeps to the length allowed, as a server would make it."""
    room = max_tokens * CHARACTERS_PER_TOKEN
    return choice if len(choice.text) <= room else replace(choice, text=choice.text[:room], finish="length")


def _choice(call: Call, index: int, choice: Choice) -> dict[str, Any]:
    head: dict[str, Any] = {"index": index, "finish_reason": choice.finish}
    if call.kind == "completion":
        return {**head, "text": choice.text}
    message: dict[str, Any] = {"role": "assistant", "content": choice.text}
    if choice.refusal:
        message |= {"content": None, "refusal": choice.refusal}
    if choice.reasoning:
        message["reasoning_content"] = choice.reasoning
    return {**head, "message": message, "logprobs": choice.logprobs}


def with_truth(request: Request, role: str, name: str, sample: str, attempt: int, truth: Mapping[str, Any]) -> Request:
    """The request to a stand-in behind HTTP; the answer's key and the log do not see the added field."""
    told = {"role": role, "name": name, "sample": sample, "attempt": attempt, "truth": dict(truth)}
    return replace(request, body={**request.body, FIELD: told})


_SAMPLING = ("temperature", "max_tokens", "top_p", "top_k", "min_tokens", "seed")


def call_from_body(path: str, body: Mapping[str, Any], faults: Mapping[str, float]) -> StandInCall:
    """The inverse of `request_of` and `with_truth`, for a server: images become their hashes only. `path` ends in
    `chat/completions`, `completions` or `embeddings`."""
    told = body.get(FIELD, {})
    images: dict[str, Image] = {}
    kind = "chat" if path.endswith("chat/completions") else "embedding" if path.endswith("embeddings") else "completion"
    messages = tuple(_message(m, images) for m in body.get("messages", ()))
    for url in body.get("multi_modal_data", {}).get("image", ()):
        _image(url, images)
    used = {
        *_SAMPLING,
        "model",
        "messages",
        "prompt",
        "input",
        "stop",
        "n",
        "multi_modal_data",
        FIELD,
        "encoding_format",
    }
    call = Call(
        name=told.get("name", ""), kind=kind, messages=messages, text=str(body.get("prompt", "")),
        texts=tuple(body.get("input", ())), images=tuple(images.values()), n=body.get("n", 1),
        sampling=Sampling(**{k: body[k] for k in _SAMPLING if k in body}, stop=tuple(body.get("stop", ()))),
        extra={k: v for k, v in body.items() if k not in used},
    )  # fmt: skip
    return StandInCall(
        told.get("role", ""), call, told.get("truth", {}), told.get("sample", ""), told.get("attempt", 0), faults
    )


def _message(value: Mapping[str, Any], images: dict[str, Image]) -> Message:
    content = value["content"]
    if isinstance(content, str):
        return Message(value["role"], (Part(text=content),))
    parts = [
        Part(text=p["text"]) if p["type"] == "text" else Part(image=_image(p["image_url"]["url"], images))
        for p in content
    ]
    return Message(value["role"], tuple(parts))


def _image(url: str | Mapping[str, str], images: dict[str, Image]) -> str:
    """The hash of the image in a data URL."""
    import base64

    from mmrecipes.core.image import image_from_bytes

    if not isinstance(url, str):
        return url[IMAGE]
    image = image_from_bytes(base64.b64decode(url.partition(",")[2]))
    images[image.sha256] = image
    return image.sha256
