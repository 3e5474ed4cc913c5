"""A call as the body of an HTTP request, and the key under which its answer is remembered.

Covered: chat completions, completions of a raw prompt in three servers' forms, embeddings. In a `Request` an image is
the placeholder `{"$image": sha256}`; `transport` puts the data URL in its place, the answer log keeps the hash.
Not covered: sending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mmrecipes.core.errors import PlanError
from mmrecipes.core.identity import canonical_json
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message
from mmrecipes.models.binding import Endpoint
from mmrecipes.models.call import Call

IMAGE = "$image"
SGLANG_SAMPLING = frozenset({"repetition_penalty", "frequency_penalty", "presence_penalty", "stop_token_ids"})
"""Fields that SGLang's native route takes among its sampling parameters; elsewhere they are fields of the body."""


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is below the endpoint's URL; a path that starts with `/` is below its host. `body` is JSON with image
    placeholders; `logged` is its canonical text, as bytes."""

    path: str
    body: Mapping[str, Any]
    images: tuple[Image, ...]
    logged: bytes


def request_of(endpoint: Endpoint, call: Call) -> Request:
    """What is sent for a call. Raises `PlanError` when the endpoint cannot take this kind of call."""
    if call.images and not endpoint.vision:
        raise PlanError(f"{endpoint.name} is declared without vision, but the prompt {call.name!r} shows it an image")
    path, body = {"chat": _chat, "completion": _completion, "embedding": _embedding}[call.kind](endpoint, call)
    body = {**body, **{k: v for k, v in call.extra.items() if path != "/generate" or k not in SGLANG_SAMPLING}}
    body |= endpoint.extra
    return Request(path, body, call.images, canonical_json(body).encode())


def key_of(endpoint: Endpoint, request: Request, draw: str) -> bytes:
    """16 bytes that identify an answer: model, revision, request with image hashes, sampling, draw. `draw` is empty
    when the sampling is greedy."""
    limits = endpoint.image.model_dump(mode="json", exclude={"tokens"}) if request.images else None
    identity = canonical_json([endpoint.model, endpoint.revision, request.path, limits, draw])
    return hashlib.blake2b(identity.encode() + b"\0" + request.logged, digest_size=16).digest()


def _sampling(endpoint: Endpoint, call: Call) -> dict[str, Any]:
    given = asdict(call.sampling)
    given["stop"] = list(call.sampling.stop) or None
    given["n"] = call.n if call.n > 1 else None
    return {k: v for k, v in {**given, **endpoint.sampling}.items() if v is not None}


def _chat(endpoint: Endpoint, call: Call) -> tuple[str, dict[str, Any]]:
    body = {"model": endpoint.model, "messages": [_message(m) for m in call.messages], **_sampling(endpoint, call)}
    if call.logprobs is not None:
        body |= {"logprobs": True, "top_logprobs": call.logprobs}
    if call.schema is not None and endpoint.structured == "json_schema":
        schema = {"name": call.name.replace("/", "_"), "schema": dict(call.schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif call.schema is not None and endpoint.structured == "json_object":
        body["response_format"] = {"type": "json_object"}
    return "chat/completions", body


def _message(message: Message) -> dict[str, Any]:
    if all(p.text is not None for p in message.parts):
        return {"role": message.role, "content": "\n".join(p.text or "" for p in message.parts)}
    parts = [
        {"type": "text", "text": p.text}
        if p.text is not None
        else {"type": "image_url", "image_url": {"url": {IMAGE: p.image}}}
        for p in message.parts
    ]
    return {"role": message.role, "content": parts}


def _completion(endpoint: Endpoint, call: Call) -> tuple[str, dict[str, Any]]:
    sampling, shown = _sampling(endpoint, call), [{IMAGE: im.sha256} for im in call.images]
    if endpoint.raw_prompt == "sglang":
        renamed = {"max_tokens": "max_new_tokens", "min_tokens": "min_new_tokens", "seed": "sampling_seed"}
        params = {renamed.get(k, k): v for k, v in sampling.items()}
        params |= {k: v for k, v in call.extra.items() if k in SGLANG_SAMPLING}
        return "/generate", {"text": call.text, "image_data": shown or None, "sampling_params": params}
    if endpoint.raw_prompt == "llama.cpp":
        prompt = {"prompt_string": call.text, "multimodal_data": shown} if shown else call.text
        tokens = sampling.pop("max_tokens")
        return "/completion", {"prompt": prompt, "n_predict": tokens, **sampling}
    if endpoint.raw_prompt == "completions" or not shown:
        body = {"model": endpoint.model, "prompt": call.text, **sampling}
        return "completions", {**body, "multi_modal_data": {"image": shown}} if shown else body
    raise PlanError(
        f"{endpoint.name} is not known to take a raw prompt with images; say which form it takes in models.toml: "
        'raw_prompt = "sglang", "llama.cpp" or "completions"'
    )


def _embedding(endpoint: Endpoint, call: Call) -> tuple[str, dict[str, Any]]:
    shown = {"messages": [_message(m) for m in call.messages]} if call.messages else {"input": list(call.texts)}
    return "embeddings", {"model": endpoint.model, **shown, "encoding_format": "float"}
