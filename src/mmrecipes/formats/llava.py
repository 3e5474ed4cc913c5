"""LLaVA conversations: one JSON array, read by LLaVA's and LLaVA-NeXT's `llava/train/train.py`.

`llava`: one image per sample, its placeholder at the start of the turn that shows it (the loader moves it there
anyway and collapses several into one). `llava-next-interleave`: several images in placeholder order; a turn with
one has it at the start, for the same reason, a turn with several keeps them in place, which needs LLaVA-NeXT's
interleave revisions (older ones collapse them).

Covered: text-only samples (no `image` key), system turns and repeated images under the policy `degrade`, a side
file by id (`provenance.jsonl`) for all that LLaVA does not read. Not covered: boxes written into text (recipes do
that), images in answers, tool turns, video.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import orjson

from mmrecipes.core.sample import Message, Part, Sample, shown_images
from mmrecipes.formats.export import RESERVED, Export, Exporter, conversation_problem, escaped, reserved_token

PLACEHOLDER = "<image>"
CONTROL = re.compile(RESERVED.pattern + r"|</?s>|<im_(?:start|end|patch)>|\[/?INST\]|<</?SYS>>|\bASSISTANT:")
"""Besides placeholders: where LLaVA cuts a rendered conversation into turns; inside a text they unmask or mask
the wrong tokens."""

_NOT_READ = ("alternatives", "extras", "regions")


def write(export: Export, several: bool) -> None:
    """Write `llava.json`, `provenance.jsonl` and the images; `image_folder` is the export's own folder."""
    with export.new_text("llava.json") as rows, export.new_text("provenance.jsonl") as beside:
        mark = b"[\n"
        for sample in export.samples():
            if not export.admits(sample, *_losses(sample, several)):
                continue
            row = _row(export, sample, several)
            rows.write(mark + orjson.dumps(row))
            beside.write(export.provenance(sample))
            mark = b",\n"
            export.keep(sample, sum(t["value"].count(PLACEHOLDER) for t in row["conversations"]))
            export.report.not_read.update(name for name in _NOT_READ if getattr(sample, name))
        rows.write(b"\n]\n" if mark == b",\n" else b"[]\n")


EXPORTS = (
    Exporter(
        "llava",
        "LLaVA conversations, one image per sample",
        functools.partial(write, several=False),
        tested_with="llava-torch 1.2.2.post1: LazySupervisedDataset, DataCollatorForSupervisedDataset",
    ),
    Exporter(
        "llava-next-interleave",
        "LLaVA-NeXT conversations, several images per sample in place",
        functools.partial(write, several=True),
        tested_with="llava-torch 1.2.2.post1: tokenizer_image_token",
    ),
)


def _losses(sample: Sample, several: bool) -> tuple[list[str], list[str]]:
    """Why the format cannot hold the sample, and what it would lose."""
    impossible, lossy = [], []
    problem = conversation_problem(sample)
    if problem:
        impossible.append(problem)
    shown = [im.sha256 for im in shown_images(sample)]
    if any(p.image for m in sample.messages if m.role != "user" for p in m.parts):
        impossible.append("image_outside_a_user_turn")
    if not several and len(set(shown)) > 1:
        impossible.append("several_images")
    if not several and len(shown) > len(set(shown)):
        lossy.append("image_shown_again")
    if any(m.role == "system" for m in sample.messages):
        lossy.append("system_turn")
    if reserved_token(sample, CONTROL):
        lossy.append("reserved_token")
    return impossible, lossy


def _row(export: Export, sample: Sample, several: bool) -> dict[str, Any]:
    paths = [export.image(im) for im in shown_images(sample)]
    paths = paths if several else paths[:1]
    turns: list[dict[str, str]] = []
    left = len(paths)
    for message in _without_system_turns(sample):
        value, used, moved = _value(message, left)
        export.report.degraded.update(["image_moved_to_front"] * moved)
        left -= used
        turns.append({"from": "human" if message.role == "user" else "gpt", "value": value})
    image = {} if not paths else {"image": paths if len(paths) > 1 else paths[0]}
    return {"id": sample.id, **image, "conversations": turns}


def _value(message: Message, left: int) -> tuple[str, int, int]:
    """The text of a turn with at most `left` placeholders; how many it has; 1 when one was moved to the start."""
    pieces, used = [], 0
    for part in message.parts:
        if part.text is not None:
            pieces.append(escaped(part.text, CONTROL))
        elif used < left:
            pieces.append(PLACEHOLDER)
            used += 1
    if used != 1:
        return _joined(pieces), used, 0
    moved = pieces[0] != PLACEHOLDER
    texts = [p for p in pieces if p != PLACEHOLDER]
    return _joined([PLACEHOLDER, *texts]), used, int(moved)


def _without_system_turns(sample: Sample) -> list[Message]:
    """The turns of user and assistant; what a system turn says stands before the first text of the user."""
    said = "\n".join(m.text for m in sample.messages if m.role == "system")
    first, *others = [m for m in sample.messages if m.role != "system"]
    if not said:
        return [first, *others]
    at = next((i for i, p in enumerate(first.parts) if p.text is not None), len(first.parts))
    text = "\n".join([said, *(p.text or "" for p in first.parts[at : at + 1])])
    parts = (*first.parts[:at], Part(text=text), *first.parts[at + 1 :])
    return [Message(first.role, parts), *others]


def _joined(pieces: list[str]) -> str:
    """Placeholders that open the turn stand on lines of their own; everything else is separated by a blank."""
    opening = next((i for i, p in enumerate(pieces) if p != PLACEHOLDER), len(pieces))
    return "\n".join([*pieces[:opening], *([" ".join(pieces[opening:])] if pieces[opening:] else [])])
