"""Turns as tables hold them: lists of {role, content} or {from, value}, contents a text or a list of typed parts.

Covered: the usual names of roles, JSON text in place of a list, image parts and `<image>` placeholders filled in order,
texts without placeholders (the images come first in the first user turn, as trainers put them). Not covered: video,
audio, tool calls: such a row cannot be used, with its reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Part, Role
from mmrecipes.formats.reader import RowError

PLACEHOLDER = "<image>"
_LINE_END = re.compile(r"\A\r?\n")
ROLES: Mapping[str, Role] = {
    "system": "system", "user": "user", "human": "user", "assistant": "assistant", "gpt": "assistant",
    "model": "assistant", "bot": "assistant", "chatbot": "assistant", "tool": "tool",
}  # fmt: skip
IMAGE_PARTS = ("image", "image_url")

Turn = tuple[Role, str | list[Mapping[str, Any]]]


def messages_of(cell: Any, images: Sequence[Image]) -> tuple[Message, ...]:
    """The messages of a cell with all images in place.

    Raises `RowError`: `no_turns`, `bad_turns`, `unknown_role`, `unsupported_part`, `tool_call`, and
    `placeholder_mismatch` when there are image parts or placeholders, but not as many as images.
    """
    turns = [_turn(t) for t in _listed(cell)]
    if not turns:
        raise RowError("no_turns", "the conversation is empty")
    wanted = sum(_slots(content) for _, content in turns)
    left = iter(images)
    if wanted == len(images):
        return tuple(Message(role, tuple(_filled(content, left))) for role, content in turns)
    in_parts = any(isinstance(content, list) for _, content in turns)
    if wanted or in_parts:
        raise RowError("placeholder_mismatch", f"{wanted} places for images in the text, {len(images)} images")
    return with_images_first(tuple(Message(role, (Part(text=str(content)),)) for role, content in turns), images)


def with_images_first(messages: tuple[Message, ...], images: Sequence[Image]) -> tuple[Message, ...]:
    """The images before everything else in the first user turn. Raises `RowError` when there is none."""
    if not images:
        return messages
    first = next((i for i, m in enumerate(messages) if m.role == "user"), None)
    if first is None:
        raise RowError("no_user_turn", "there are images, but no user turn to show them")
    shown = tuple(Part(image=im.sha256) for im in images)
    turn = Message("user", (*shown, *messages[first].parts))
    return (*messages[:first], turn, *messages[first + 1 :])


def parts_of(text: str, images: Iterator[Image]) -> Iterator[Part]:
    """The parts of a text; each placeholder is the next image. A line end after a placeholder that only others stand
    before belongs to it; all other white space is text."""
    return between(text.split(PLACEHOLDER), images)


def between(pieces: Sequence[str], images: Iterator[Image]) -> Iterator[Part]:
    """The pieces of a text with the next image between each and the one before, as `parts_of`."""
    if len(pieces) == 1:
        yield Part(text=pieces[0])
        return
    leading = True
    for number, piece in enumerate(pieces):
        if number:
            yield Part(image=next(images).sha256)
        said = _LINE_END.sub("", piece) if number and leading else piece
        leading = leading and not said
        if said:
            yield Part(text=said)


def _listed(cell: Any) -> list[Any]:
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except (json.JSONDecodeError, RecursionError) as e:
            raise RowError("bad_turns", f"the conversation is text, but no JSON: {cell[:60]!r}") from e
    if cell is not None and not isinstance(cell, list):
        raise RowError("bad_turns", f"the conversation is no list but {type(cell).__name__}")
    return cell or []


def _turn(value: Any) -> Turn:
    if not isinstance(value, Mapping):
        raise RowError("bad_turns", f"a turn is no object but {type(value).__name__}")
    name = value.get("role", value.get("from"))
    role = ROLES.get(str(name).lower())
    if role is None:
        raise RowError("unknown_role", f"a turn has role {name!r}; known are {', '.join(ROLES)}")
    content = value.get("content", value.get("value"))
    if value.get("tool_calls"):
        raise RowError("tool_call", "a turn calls tools")
    is_text = isinstance(content, str)
    if not is_text and not (isinstance(content, list) and all(isinstance(p, Mapping) for p in content)):
        raise RowError("bad_turns", f"a turn of {role} has no text: {str(content)[:60]!r}")
    return role, content


def _slots(content: str | list[Mapping[str, Any]]) -> int:
    if isinstance(content, str):
        return content.count(PLACEHOLDER)
    return sum(p.get("type") in IMAGE_PARTS for p in content)


def _filled(content: str | list[Mapping[str, Any]], images: Iterator[Image]) -> Iterator[Part]:
    if isinstance(content, str):
        yield from parts_of(content, images)
        return
    for part in content:
        kind, text = part.get("type"), part.get("text")
        if kind in IMAGE_PARTS:
            yield Part(image=next(images).sha256)
        elif kind == "text" and isinstance(text, str):
            yield Part(text=text)
        else:
            raise RowError("unsupported_part", f"a part of a turn is of type {kind!r}; text and image can be used")
