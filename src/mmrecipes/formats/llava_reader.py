"""Reads LLaVA conversations: one JSON array, beside or in a folder with its pictures.

Covered: `image` as one path (its placeholder may stand anywhere in one turn: the trainer moves it to the front and
makes one of several), as a list (placeholders in order, LLaVA-NeXT), or none; a leading answer, which the trainer
skips; a system turn at the start. Rows that the trainer would train wrongly without a word (a picture without a
placeholder, a placeholder without a picture) cannot be used. Not covered: video, JSON lines (the trainer cannot open
them; see `qwen_finetune`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Role
from mmrecipes.formats.conversation_rows import (
    Row,
    Turn,
    check_alternation,
    is_array,
    open_rows,
    picture_names,
    shown_records,
    text_in,
    turns_in,
)
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.row_messages import PLACEHOLDER

ROLES: Mapping[str, Role] = {"human": "user", "gpt": "assistant", "system": "system"}
_USED = frozenset({"image", "conversations"})


def read_row(record: Mapping[str, Any]) -> Row:
    """A record before its pictures are opened. Raises `RowError`."""
    turns, notes = conversation(record), []
    if turns[0].role == "assistant":
        turns = turns[1:]
        notes.append("a leading answer is skipped, as the trainer does")
    check_alternation(turns)
    if record.get("video"):
        raise RowError("video", "the row shows a video")
    given = record.get("image")
    images = picture_names(given)
    if isinstance(given, str):
        if any(t.placed and t.text.rfind(PLACEHOLDER) > 0 for t in turns):
            notes.append(f"{PLACEHOLDER} is moved to the front of its turn, as the trainer does")
        turns = [_with_one_placeholder(turn) for turn in turns]
    return Row(tuple(turns), images, used=_USED, notes=tuple(notes))


def conversation(record: Mapping[str, Any]) -> list[Turn]:
    """The turns as they stand. Raises `RowError`: `no_turns`, `bad_turns`, `no_text`, `unknown_role`."""
    turns = []
    for number, turn in enumerate(turns_in(record, "conversations")):
        role = ROLES.get(str(turn.get("from")))
        if role is None or (role == "system" and number):
            raise RowError("unknown_role", f"turn {number} is from {turn.get('from')!r}; turns are from human and gpt")
        turns.append(Turn(role, text_in(turn, "value"), placed=role != "system"))
    return turns


def _with_one_placeholder(turn: Turn) -> Turn:
    if not turn.placed or PLACEHOLDER not in turn.text:
        return turn
    text = turn.text.replace(PLACEHOLDER, "").strip()
    return replace(turn, text=f"{PLACEHOLDER}\n{text}")


def _recognises(look: Look) -> str:
    file, records = shown_records(look, ".json")
    if file is None or not records or not is_array(file):
        return ""
    turns = records[0].get("conversations")
    first = turns[0] if isinstance(turns, list) and turns else None
    if not isinstance(first, dict) or first.get("from") not in ROLES or "value" not in first:
        return ""
    return "a JSON array of rows with `conversations` of `from` and `value`"


def _open(path: Path, options: ReadOptions) -> Rows:
    file, _ = shown_records(Look(path), ".json")
    if file is None:
        raise InputError(f"{path} is no JSON file, nor a folder with exactly one that has `conversations`")
    if not is_array(file):
        raise InputError(f"{file} is no JSON array, which LLaVA's trainer needs; JSON lines are read by qwen-finetune")
    return open_rows(file, options, read_row)


READERS = (Reader("llava", "LLaVA conversations: a JSON array, with pictures beside it", _recognises, _open, rank=40),)
