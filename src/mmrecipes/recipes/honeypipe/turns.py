"""A conversation as exchanges: a question and its answer, in order, after an optional system message.

Covered: taking exchanges apart and putting them together, leaving some out without losing a picture that later ones
need, texts around pictures. Not covered: whether an exchange depends on an earlier one (see `filtering`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mmrecipes.core.sample import Message, Part, Sample


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the user asks, pictures included, and what the assistant answers."""

    question: Message
    answer: Message


def exchanges(sample: Sample) -> list[Exchange]:
    """The exchanges of a prepared sample. Raises `ValueError` when user and assistant do not take turns."""
    turns = [m for m in sample.messages if m.role != "system"]
    if len(turns) % 2 or any(m.role != ("user", "assistant")[i % 2] for i, m in enumerate(turns)):
        raise ValueError(f"{sample.id} is not prepared: user and assistant do not take turns")
    return [Exchange(*pair) for pair in zip(turns[::2], turns[1::2], strict=True)]


def system(sample: Sample) -> tuple[Message, ...]:
    """The system message, if there is one."""
    return tuple(m for m in sample.messages if m.role == "system")


def joined(head: Iterable[Message], many: Iterable[Exchange]) -> tuple[Message, ...]:
    """The messages of a conversation."""
    return (*head, *(m for one in many for m in (one.question, one.answer)))


def keeping(many: Sequence[Exchange], kept: Collection[int]) -> list[Exchange]:
    """The exchanges with these numbers; pictures that a question left out showed move on to the next question that
    stays, since that one may be about them."""
    result: list[Exchange] = []
    carried: tuple[Part, ...] = ()
    for number, one in enumerate(many):
        if number not in kept:
            carried += tuple(p for p in one.question.parts if p.image is not None)
            continue
        question = replace(one.question, parts=(*carried, *one.question.parts))
        result.append(replace(one, question=question))
        carried = ()
    return result


def mapped(message: Message, change: Callable[[str], str]) -> Message:
    """The message with every text changed, pictures in their places."""
    return replace(message, parts=tuple(p if p.text is None else Part(text=change(p.text)) for p in message.parts))


def message_to_json(message: Message) -> dict[str, Any]:
    parts = [{"text": p.text} if p.image is None else {"image": p.image} for p in message.parts]
    return {"role": message.role, "parts": parts}


def message_from_json(value: Mapping[str, Any]) -> Message:
    return Message(value["role"], tuple(Part(p.get("text"), p.get("image")) for p in value["parts"]))
