"""Reads the JSON lines that fine-tuning services take: chat messages with pictures in them, preference pairs.

Covered: what `vendor` writes as `openai-chat` and `openai-preference`; contents as texts or lists of `text` and
`image_url` parts, a picture as a data URL or, where it is none, a file below the folder of pictures. Text is text: a
literal `<image>` in it is no placeholder. Not covered: batch requests (they hold no answer) and their results, tools,
other services' parts, `weight`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Alternative, Message, Part, Role, Sample
from mmrecipes.formats.image_cells import each_once, images_of, pictures_beside
from mmrecipes.formats.interleaved import JsonSource
from mmrecipes.formats.look import Look
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.table_samples import Shape, TableSamples
from mmrecipes.formats.trl import REJECTED

_ROLES: Mapping[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
}  # fmt: skip
_SUFFIXES = (".jsonl", ".ndjson")
_PREFERENCE = ("input", "preferred_output", "non_preferred_output")
LONGEST = 160 << 20
"""Bytes of a first line that is looked at: ten pictures of 10 MB as base64, and text."""


def read_chat(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    """A row of `messages`. Raises `RowError`, `PictureError` or `ImageError`."""
    images: list[Image] = []
    messages = _messages(row.get("messages"), "messages", pictures, images)
    return base.having(messages=messages, images=each_once(images))


def read_preference(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    """A row of `input`, `preferred_output` and `non_preferred_output`. Raises as `read_chat`."""
    images: list[Image] = []
    asked = row.get("input")
    given = asked.get("messages") if isinstance(asked, dict) else None
    prompt, chosen, rejected = (
        _messages(cell, name, pictures, images)
        for cell, name in (
            (given, "input"),
            (row.get(_PREFERENCE[1]), _PREFERENCE[1]),
            (row.get(_PREFERENCE[2]), _PREFERENCE[2]),
        )
    )
    if chosen == rejected:
        raise RowError("rejected_equals_chosen", f"both answers are {chosen[0].text[:60]!r}")
    return base.having(
        messages=(*prompt, *chosen), images=each_once(images), alternatives=(Alternative(REJECTED, rejected),)
    )


def _messages(cell: Any, name: str, pictures: Pictures, images: list[Image]) -> tuple[Message, ...]:
    """The turns of a cell; adds to `images` those that they show."""
    if not cell:
        raise RowError("no_turns", f"{name} is missing or empty")
    if not isinstance(cell, list) or not all(isinstance(t, dict) for t in cell):
        raise RowError("bad_turns", f"{name} is no list of turns: {str(cell)[:60]}")
    return tuple(_message(turn, pictures, images) for turn in cell)


def _message(turn: Mapping[str, Any], pictures: Pictures, images: list[Image]) -> Message:
    role = _ROLES.get(str(turn.get("role")))
    if turn.get("tool_calls") or turn.get("role") in ("tool", "function"):
        raise RowError("tool_call", "a turn calls tools or is their answer")
    if role is None:
        raise RowError("unknown_role", f"a turn has role {turn.get('role')!r}; known are {', '.join(_ROLES)}")
    content = turn.get("content")
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list) or not parts or not all(isinstance(p, dict) for p in parts):
        raise RowError("no_text", f"content of a turn of {role} is neither text nor parts: {str(content)[:60]}")
    return Message(role, tuple(_part(part, pictures, images) for part in parts))


def _part(part: Mapping[str, Any], pictures: Pictures, images: list[Image]) -> Part:
    kind, text, url = part.get("type"), part.get("text"), part.get("image_url")
    if kind == "text" and isinstance(text, str):
        return Part(text=text)
    if kind != "image_url":
        raise RowError("unsupported_part", f"a part is of type {kind!r}: {str(part)[:60]}")
    found = images_of(url.get("url") if isinstance(url, dict) else url, pictures)
    if len(found) != 1:
        raise RowError("no_image", f"an image_url part names no picture: {str(part)[:60]}")
    images.append(found[0])
    return Part(image=found[0].sha256)


def _is_chat(record: Mapping[str, Any]) -> str:
    turns = record.get("messages")
    if not isinstance(turns, list) or not turns or "images" in record or "image" in record:
        return ""
    contents = [t.get("content") for t in turns if isinstance(t, dict) and t.get("role") in _ROLES]
    parts = [p for c in contents if isinstance(c, list) for p in c]
    known = all(isinstance(p, dict) and p.get("type") in ("text", "image_url") for p in parts)
    texts = all(isinstance(c, str | list) for c in contents)
    return "rows with `messages` of texts and `image_url` parts" if contents and texts and known else ""


def _is_preference(record: Mapping[str, Any]) -> str:
    return (
        f"rows with {', '.join(_PREFERENCE)}"
        if all(isinstance(record.get(k), dict | list) for k in _PREFERENCE)
        else ""
    )


def _shown(look: Look, is_ours: Callable[[Mapping[str, Any]], str]) -> tuple[Path | None, str]:
    """The file that the path is, or the only one of its kind at the top of the folder; and why it is one."""
    names = [n for n in look.names if "/" not in n and n.lower().endswith(_SUFFIXES)]
    home = look.path if look.is_folder else look.path.parent
    found = [(home / n, why) for n in names if (why := is_ours(_first_line(home / n)))]
    return found[0] if len(found) == 1 else (None, "")


def _first_line(path: Path) -> Mapping[str, Any]:
    """The first line that is not empty, where it is an object; pictures in it may make it long."""
    with path.open("rb") as file:
        lines = (line for line in islice(iter(lambda: file.readline(LONGEST), b""), 100) if line.strip())
        first = next(lines, b"").removeprefix(b"\xef\xbb\xbf")
    try:
        value = orjson.loads(first)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _opener(is_ours: Callable[[Mapping[str, Any]], str], shape: Shape) -> Callable[[Path, ReadOptions], Rows]:
    def open_path(path: Path, options: ReadOptions) -> Rows:
        file = _shown(Look(path), is_ours)[0] if path.is_dir() else path
        if file is None:
            raise InputError(f"{path} is no folder with exactly one JSON lines file of {', '.join(shape.becomes)}")
        return TableSamples(JsonSource(file), shape, pictures_beside(file, options.images))

    return open_path


_CHAT = Shape({"messages": "messages: turns, images"}, read_chat)
_PAIRS = Shape(
    {"input": "messages: what is asked", "preferred_output": "messages: the answer",
     "non_preferred_output": "alternatives: a rejected answer"},
    read_preference,
)  # fmt: skip
READERS = (
    Reader(
        "openai-chat",
        "JSON lines of chat messages with pictures as data URLs, as fine-tuning services take them",
        lambda look: _shown(look, _is_chat)[1],
        _opener(_is_chat, _CHAT),
        rank=42,
    ),
    Reader(
        "openai-preference",
        "JSON lines of a prompt with a preferred and a rejected answer, as fine-tuning services take them",
        lambda look: _shown(look, _is_preference)[1],
        _opener(_is_preference, _PAIRS),
        rank=20,
    ),
)
