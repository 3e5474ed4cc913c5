"""A row as it is worked on: pictures first, then user and assistant in turn, each turn two texts.

Covered: reading the turns of such a sample and writing them back with the pictures before the first question, so that
no picture is lost with a turn. Not covered: making turns of conversations and annotations (see `conversation`,
`annotations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Sample, assistant, user


class Turn(NamedTuple):
    """What the user says and what the assistant replies."""

    user: str
    assistant: str


def turns_of(sample: Sample) -> list[Turn]:
    """The turns. Raises `ValueError` when user and assistant do not take turns."""
    roles = [m.role for m in sample.messages]
    if roles != ["user", "assistant"] * (len(roles) // 2):
        raise ValueError(f"{sample.id} is not converted: user and assistant do not take turns")
    said = [m.text for m in sample.messages]
    return [Turn(*pair) for pair in zip(said[::2], said[1::2], strict=True)]


def messages_of(images: Sequence[Image], turns: Sequence[Turn]) -> tuple[Message, ...]:
    """The messages of a row that has these pictures and turns."""
    return tuple(
        m
        for number, turn in enumerate(turns)
        for m in (user(*(images if number == 0 else ()), turn.user), assistant(turn.assistant))
    )


def with_turns(sample: Sample, turns: Sequence[Turn]) -> Sample:
    """The sample with other turns and all its pictures."""
    return sample.having(messages=messages_of(sample.images, turns))
