"""Qwen-VL finetune data, read and written: rows with `image` and `conversations`, as JSON lines or an array.

Reading and writing follow `qwen-vl-finetune/qwenvl/data/data_processor.py`: placeholders stand for pictures in human
turns only and must use up all pictures exactly; every turn that is not `human` is an answer, hence a system turn has
no place; texts beside placeholders lose blanks at their ends. To train on an export, add to `data_dict` in
`qwenvl/data/__init__.py` an entry with `annotation_path` (the `annotations.jsonl`) and `data_path` (its folder).

Written boxes: `boxes=qwen2.5-vl` for Qwen2.5-VL (with the trainer's `min_pixels` and `max_pixels`), `boxes=norm1000`
for Qwen3-VL. Not covered: video, packed rows (lists of rows).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample, shown_images
from mmrecipes.formats.conversation_rows import (
    Row,
    Turn,
    check_alternation,
    open_rows,
    picture_names,
    shown_records,
    text_in,
    turns_in,
)
from mmrecipes.formats.conversations import Capability, JsonRow, placed_text, without_system_turns, write_rows
from mmrecipes.formats.export import Export, Exporter
from mmrecipes.formats.grounding import OPTIONS, grounding_of
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows

_USED = frozenset({"image", "conversations"})
_SUFFIXES = (".json", ".jsonl")


def read_row(record: Mapping[str, Any]) -> Row:
    """A record before its pictures are opened. Raises `RowError`."""
    if record.get("video"):
        raise RowError("video", "the row shows a video")
    turns = [_turn(t) for t in turns_in(record, "conversations")]
    check_alternation(turns)
    return Row(tuple(turns), picture_names(record.get("image")), used=_USED)


def _turn(turn: Mapping[str, Any]) -> Turn:
    if turn.get("from") == "system":
        raise RowError("system_turn", "the trainer takes a turn of the system for an answer")
    text = text_in(turn, "value")
    return Turn("user", text) if turn.get("from") == "human" else Turn("assistant", text, placed=False)


def _recognises(look: Look) -> str:
    file, records = shown_records(look, *_SUFFIXES)
    turns = records[0].get("conversations") if file and records else None
    if not isinstance(turns, list) or not turns or not isinstance(turns[0], dict) or "value" not in turns[0]:
        return ""
    return "rows with `conversations` of `from` and `value`" if turns[0].get("from") in ("human", "gpt") else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    file, _ = shown_records(Look(path), *_SUFFIXES)
    if file is None:
        raise InputError(f"{path} is no JSON file, nor a folder with exactly one that has `conversations`")
    return open_rows(file, options, read_row)


READERS = (
    Reader(
        "qwen-finetune",
        "Qwen-VL finetune data: JSON lines (or an array) with image and conversations",
        _recognises,
        _open,
        rank=45,
    ),
)


def write(export: Export) -> None:
    """Write `annotations.jsonl`, `provenance.jsonl` and the images."""
    losses, boxes = Capability(system_turn=False).losses, grounding_of(export.options)
    write_rows(export, "annotations.jsonl", lambda s: [_row(export, s)], losses, boxes=boxes)


def _row(export: Export, sample: Sample) -> JsonRow:
    paths = [export.image(im) for im in shown_images(sample)]
    image = {} if not paths else {"image": paths if len(paths) > 1 else paths[0]}
    names = {"user": "human", "assistant": "gpt"}
    turns = [{"from": names[m.role], "value": placed_text(m)} for m in without_system_turns(sample)]
    return {"id": sample.id, **image, "conversations": turns}


EXPORTS = (
    Exporter(
        "qwen-finetune",
        "Qwen-VL finetune data: annotations.jsonl with image and conversations",
        write,
        OPTIONS,
        tested_with="the rules of qwen-vl-finetune's _build_messages, re-stated (the code is not packaged)",
    ),
)
