"""What is asked of a model and what it said: plain values that know nothing of HTTP, recipes or prices.

Covered: chat with images between texts, completions of a raw prompt, embeddings. Not covered: images as output
(`images/generations`, `images/edits`): they will be further kinds of `Call`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, assistant, user

row_order: ContextVar[int] = ContextVar("row_order", default=0)
"""The number of the row on whose behalf the running task asks: where calls wait, earlier rows go first, so that rows
are finished one after the other and not all at the end."""

Kind = Literal["chat", "completion", "embedding"]
SHOWN = 40_000
"""Characters of an unusable reply that its model is shown again: a reply without end is not paid for twice."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a reply is drawn. `temperature` 0 is greedy: the same call then has the same answer for every sample.

    `max_tokens` bounds a reply, and with it what the call can cost.
    """

    temperature: float = 0.0
    max_tokens: int = 1024
    top_p: float | None = None
    top_k: int | None = None
    min_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None

    @property
    def random(self) -> bool:
        """True when two identical calls may have different answers."""
        return self.temperature > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question to a model.

    `name` says which of the recipe's prompts it is (`conversation`, `judge/clarity`): it appears in usage, ledger and
    answer log, and with the sample's id it names a random draw. `messages` (chat) hold texts and images in order, the
    images by hash; `images` are those images. `text` is the raw prompt of a completion, `texts` what to embed; of an
    embedding `messages` are one thing to embed, such as a picture. A raw prompt contains the model's own image
    placeholder for each of `images`. `schema` is a JSON schema for the reply. `extra` are further fields of the request
    body (`chat_template`, `frequency_penalty`, …). `n` replies are wanted.
    """

    name: str
    kind: Kind = "chat"
    messages: tuple[Message, ...] = ()
    text: str = ""
    texts: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    sampling: Sampling = Sampling()
    schema: Mapping[str, Any] | None = None
    logprobs: int | None = None
    n: int = 1
    extra: Mapping[str, Any] = field(default_factory=dict)

    def having(self, **changes: Any) -> Call:
        """A copy with these fields replaced."""
        return replace(self, **changes)

    def asked_again(self, reply: str, why: str) -> Call:
        """The call that shows a model its unusable reply and says what was wrong with it."""
        told = f"That reply cannot be used: {why}. Reply once more, with nothing but the form asked for above."
        shown = reply if len(reply) <= SHOWN else f"{reply[:SHOWN]} […]"
        return self.having(messages=(*self.messages, assistant(shown), user(told)))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them, images sent. `known` is False when the server did not say; the tokens are
    then the most they can have been."""

    tokens_in: int
    tokens_out: int
    images: int = 0
    known: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the n replies. `finish` is the server's word: `stop`, `length`, `content_filter`…; `logprobs` as sent;
    `reasoning` what a server sends apart from the text."""

    text: str
    finish: str = "stop"
    refusal: str = ""
    logprobs: Any = None
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `vectors` are embeddings, one per text."""

    choices: tuple[Choice, ...]
    model: str
    usage: Usage
    vectors: tuple[tuple[float, ...], ...] = ()
    stand_in: bool = False

    @property
    def text(self) -> str:
        """The text of the first choice."""
        return self.choices[0].text

    @property
    def finish(self) -> str:
        """Why the first choice ended."""
        return self.choices[0].finish

    @property
    def truncated(self) -> bool:
        """Cut off at `max_tokens`."""
        return self.finish == "length"


@dataclass(frozen=True, slots=True)
class Asker:
    """On whose behalf a call is made. `draw` names it among equal ones; `truth` is for stand-ins only."""

    role: str
    sample: str
    draw: str
    attempt: int
    truth: Mapping[str, Any]


class Malformed(ValueError):
    """A reply that is not in the form asked for. `reason` is a short snake_case code, `why` is told to the model."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(f"{reason}: {why}")
        self.reason, self.why = reason, why
