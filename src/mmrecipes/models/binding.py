"""What fills a role: an endpoint with its limits and prices, or the recipe's stand-in.

Covered: `--role teacher=MODEL@URL`, `--models models.toml`, `--models stand-in:kind=rate`, and which of their settings
decide data. Keys are named by environment variable and never stored. Not covered: local models, classical backends.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from mmrecipes.core.errors import PlanError, UsageError
from mmrecipes.models.call import Call, Sampling

STAND_IN = "stand-in"
RESERVED = frozenset(
    {"messages", "prompt", "input", "model", "n", "stream", "max_tokens", "max_completion_tokens", "temperature"}
)
"""Fields of a request body that `extra` may not set: what a reply and its cost depend on."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
M = TypeVar("M", bound=BaseModel)
RawPrompt = Literal["", "completions", "sglang", "llama.cpp"]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Price(_Settings):
    """What a call costs, in the currency of the bill."""

    input: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="per million tokens in")
    output: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="per million tokens out")
    image: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="per image sent, besides its tokens")
    call: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="per call")

    def of(self, tokens_in: int, tokens_out: int, images: int) -> float:
        """The cost of one call."""
        return (tokens_in * self.input + tokens_out * self.output) / 1e6 + images * self.image + self.call


class ImageLimits(_Settings):
    """What the endpoint takes; an image beyond it is shrunk or converted, once, before it is sent."""

    max_side: int | None = Field(default=None, ge=28, description="longest side in pixels")
    max_bytes: int = Field(default=20_000_000, ge=1000, description="encoded bytes")
    types: tuple[str, ...] = Field(default=("image/png", "image/jpeg", "image/webp"), description="media types")
    tokens: int | None = Field(
        default=None, ge=1, description="most tokens one image counts for; bounds the cost of a call"
    )


class Endpoint(_Settings):
    """A model behind an OpenAI-compatible API."""

    kind: Literal["endpoint"] = "endpoint"
    model: str = Field(min_length=1, description="the model's name at the endpoint")
    url: str = Field(description="base of the API, usually ending in /v1")
    revision: str = Field(default="", description="version of the model, where its name does not say it")
    key: str | None = Field(default=None, description="name of the environment variable that holds the key")
    vision: bool = Field(default=True, description="takes images")
    structured: Literal["none", "json_object", "json_schema"] = Field(
        default="none", description="structured output offered"
    )
    raw_prompt: RawPrompt = Field(default="", description="the API through which a raw prompt with images is taken")
    sampling: dict[str, Any] = Field(default_factory=dict, description="sampling that replaces the recipe's")
    extra: dict[str, Any] = Field(default_factory=dict, description="further fields of every request body")
    max_in_flight: int = Field(default=64, ge=1, description="most calls at once, over all workers")
    calls_per_minute: float | None = Field(default=None, gt=0, description="most calls started in a minute")
    timeout: float = Field(default=300.0, gt=0, description="seconds from sending a call to its whole reply")
    price: Price | None = Field(default=None, description="prices; without them a budget is refused")
    image: ImageLimits = Field(default_factory=ImageLimits)
    stand_in: bool = Field(default=False, description="the endpoint serves the recipe's stand-in: its output is marked")

    @field_validator("url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an endpoint's URL looks like https://host/v1 or http://localhost:8000/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError('the URL holds more than host and path; keys are given as `key = "NAME_OF_VARIABLE"`')
        return url.rstrip("/")

    @field_validator("sampling")
    @classmethod
    def _known_sampling(cls, sampling: dict[str, Any]) -> dict[str, Any]:
        known = [f.name for f in fields(Sampling)]
        if unknown := sorted(set(sampling) - set(known)):
            raise ValueError(
                f"there is no {unknown[0]!r} in sampling; there are {', '.join(known)}; others go to `extra`"
            )
        TypeAdapter(Sampling).validate_python(sampling)
        return sampling

    @field_validator("extra")
    @classmethod
    def _no_reserved(cls, extra: dict[str, Any]) -> dict[str, Any]:
        if taken := sorted(set(extra) & RESERVED):
            raise ValueError(f"{taken[0]!r} is set by the recipe or by `sampling`, not by `extra`")
        return extra

    @field_validator("key")
    @classmethod
    def _named_key(cls, key: str | None) -> str | None:
        if key is not None and not key.replace("_", "a").isalnum():
            raise ValueError("write the NAME of an environment variable, never a key itself")
        return key

    @property
    def name(self) -> str:
        """What the endpoint is called in limits, usage and errors: `model@url`."""
        return f"{self.model}@{self.url}"

    @property
    def identity(self) -> dict[str, Any]:
        """The settings that decide data; the others (place, limits, prices) may change in an existing run."""
        decides = {"model", "revision", "structured", "raw_prompt", "sampling", "extra", "image", "stand_in"}
        return self.model_dump(mode="json", include=decides, exclude={"image": {"tokens"}})

    def secret(self) -> str:
        """The key, from the environment; empty when none is needed. Raises `PlanError` when the variable is not set."""
        if self.key is None:
            return ""
        value = os.environ.get(self.key, "").strip()
        if not value:
            raise PlanError(f"{self.name}: the environment variable {self.key} is not set; export {self.key}=…")
        return value


class StandIn(_Settings):
    """The recipe answers its own calls, in-process, with these error rates (and, as `seed`, other draws). `price` is
    that of the endpoint it stands in for in a rehearsal."""

    kind: Literal["stand-in"] = "stand-in"
    faults: dict[str, float] = Field(default_factory=dict)
    price: Price | None = None
    max_in_flight: int = Field(default=256, ge=1)

    @field_validator("faults")
    @classmethod
    def _rates(cls, faults: dict[str, float]) -> dict[str, float]:
        if any(not 0 <= rate <= 1 for kind, rate in faults.items() if kind != "seed"):
            raise ValueError("error rates lie between 0 and 1")
        return faults

    @property
    def name(self) -> str:
        return STAND_IN

    @property
    def identity(self) -> dict[str, Any]:
        return {"kind": self.kind, "faults": self.faults}


Binding = Endpoint | StandIn
Bindings = Mapping[str, tuple[Binding, ...]]
"""Role to the models that fill it, in order."""


def parse_bindings(roles: Mapping[str, Mapping[str, Any]], bound: Sequence[str], models: str | None) -> Bindings:
    """Bindings from `--role ROLE=MODEL@URL` (repeatable) and `--models FILE|stand-in[:kind=rate,…]`.

    `roles` are the card's. A role named by `--role` is taken from there alone. Raises `UsageError`.
    """
    filled: dict[str, tuple[Binding, ...]] = {}
    if models is not None and models.partition(":")[0] == STAND_IN:
        filled = dict.fromkeys(roles, (_stand_in(models),))
    elif models is not None:
        filled = _read_file(Path(models).expanduser(), roles)
    named: dict[str, tuple[Binding, ...]] = {}
    for text in bound:
        role, equals, target = text.partition("=")
        if not equals or not target:
            raise UsageError(f"--role {text}: write ROLE=MODEL@URL or ROLE={STAND_IN}")
        _check_role(role, roles, f"--role {text}")
        named[role] = (*named.get(role, ()), _one(role, target))
    return {**filled, **named}


def _one(role: str, target: str) -> Binding:
    """What stands behind `--role ROLE=`; the text is not repeated in errors, since a URL may hold a password."""
    if target.partition(":")[0] == STAND_IN:
        return _stand_in(target)
    parts = re.fullmatch(r"(.+?)@([a-z]+://.*)", target)
    if parts is None:
        raise UsageError(
            f"--role {role}: write ROLE=MODEL@URL, for example {role}=qwen2.5-72b@http://localhost:8000/v1"
        )
    model, url = parts.groups()
    key = None if urlsplit(url).hostname in LOOPBACK else "OPENAI_API_KEY"
    return _valid(Endpoint, {"model": model, "url": url, "key": key}, f"--role {role}")


def _stand_in(text: str) -> StandIn:
    faults: dict[str, Any] = {}
    for pair in filter(None, text.partition(":")[2].split(",")):
        kind, equals, rate = pair.partition("=")
        if not equals:
            raise UsageError(f"{text}: write {STAND_IN}:KIND=RATE,KIND=RATE")
        faults[kind.strip()] = rate.strip()
    return _valid(StandIn, {"faults": faults}, text)


def _read_file(path: Path, roles: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Binding, ...]]:
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"--models {path}: {e.strerror or e}") from e
    except ValueError as e:
        raise UsageError(f"--models {path} is not valid TOML: {e}") from e
    unknown = sorted(set(value) - {"models", "roles"})
    if unknown:
        raise UsageError(f"--models {path}: unknown table [{unknown[0]}]; there are [models.NAME] and [roles]")
    known = {n: _valid(Endpoint, m, f"{path}: [models.{n}]") for n, m in value.get("models", {}).items()}
    filled: dict[str, tuple[Binding, ...]] = {}
    for role, names in value.get("roles", {}).items():
        if role not in roles:
            continue  # one file serves several recipes
        chosen = [names] if isinstance(names, str) else names
        if not isinstance(chosen, list):
            raise UsageError(
                f"--models {path}: role {role} is bound to {names!r}; write the name of a model, or several"
            )
        missing = [n for n in chosen if n != STAND_IN and n not in known]
        if missing:
            near = difflib.get_close_matches(str(missing[0]), known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it has: {', '.join(known) or 'none'}"
            raise UsageError(f"--models {path}: role {role} names the model {missing[0]!r}, which is not there{hint}")
        filled[role] = tuple(StandIn() if n == STAND_IN else known[n] for n in chosen)
    return filled


def _valid(form: type[M], value: Any, where: str) -> M:
    try:
        return form.model_validate(value)
    except ValidationError as e:
        lines = [f"{'.'.join(map(str, p['loc']))}: {p['msg'].removeprefix('Value error, ')}" for p in e.errors()]
        raise UsageError(f"{where}: {'; '.join(lines)}") from e


def _check_role(role: str, roles: Mapping[str, Any], where: str) -> None:
    if role not in roles:
        near = difflib.get_close_matches(role, roles, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"its roles: {', '.join(roles) or 'none'}"
        raise UsageError(f"{where}: the recipe has no role {role!r}; {hint}")


def bindings_to_json(bindings: Bindings) -> dict[str, Any]:
    """A JSON value that `bindings_from_json` reads."""
    return {role: [b.model_dump(mode="json") for b in many] for role, many in bindings.items()}


def bindings_from_json(value: Mapping[str, Any]) -> Bindings:
    forms: dict[str, type[Endpoint] | type[StandIn]] = {"endpoint": Endpoint, STAND_IN: StandIn}
    return {role: tuple(forms[b["kind"]].model_validate(b) for b in many) for role, many in value.items()}


def worst_case(binding: Binding, call: Call) -> float:
    """The most a call can cost: every byte of text a token in, every reply as long as allowed."""
    if binding.price is None:
        return 0.0
    tokens_in, tokens_out = bound_tokens(binding, call)
    return binding.price.of(tokens_in, tokens_out, len(call.images))


PIXELS_PER_TOKEN, TOKENS_PER_IMAGE = 500, 1100
"""Bound on what an image counts for where the endpoint's settings do not say: no published vision model that splits
images into patches uses more than a token per 500 pixels plus this constant."""


def bound_tokens(binding: Binding, call: Call) -> tuple[int, int]:
    """(in, out): the most tokens a call can count for. A token is at least one byte of UTF-8."""
    texts = [p.text for m in call.messages for p in m.parts if p.text is not None]
    size = sum(len(t.encode()) for t in (*texts, call.text, *call.texts)) + 64 * (len(call.messages) + 1)
    stated = binding.image.tokens if isinstance(binding, Endpoint) else None
    for image in call.images:
        size += stated or image.width * image.height // PIXELS_PER_TOKEN + TOKENS_PER_IMAGE
    longest = binding.sampling.get("max_tokens") if isinstance(binding, Endpoint) else None
    return size, (0 if call.kind == "embedding" else (longest or call.sampling.max_tokens) * call.n)
