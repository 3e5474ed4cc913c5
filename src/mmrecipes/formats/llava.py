"""LLaVA conversations: one JSON array, read by LLaVA's and LLaVA-NeXT's `llava/train/train.py`.

`llava`: one image per sample, its placeholder at the start of the turn that shows it (the loader moves it there
anyway and collapses several into one). `llava-next-interleave`: several images in placeholder order; a turn with
one has it at the start, for the same reason, a turn with several keeps them in place, which needs LLaVA-NeXT's
interleave revisions (older ones collapse them).

Covered: text-only samples (no `image` key), system turns and repeated images under the policy `degrade`, a side
file by id (`provenance.jsonl`) for all that LLaVA does not read, records of regions as questions and boxes. Not
covered: images in answers, tool turns, video.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from mmrecipes.core.sample import Message, Sample, shown_images
from mmrecipes.formats.conversations import Capability, without_system_turns, write_rows
from mmrecipes.formats.export import RESERVED, Export, Exporter, escaped
from mmrecipes.formats.grounding import OPTIONS, grounding_of
from mmrecipes.formats.row_messages import PLACEHOLDER

CONTROL = re.compile(RESERVED.pattern + r"|</?s>|<im_(?:start|end|patch)>|\[/?INST\]|<</?SYS>>|\bASSISTANT:")
"""Besides placeholders: where LLaVA cuts a rendered conversation into turns; inside a text they unmask or mask
the wrong tokens."""


def write(export: Export, several: bool) -> None:
    """Write `llava.json`, `provenance.jsonl` and the images; `image_folder` is the export's own folder."""
    losses = Capability(several_images=several, system_turn=False, reserved=CONTROL).losses
    boxes = grounding_of(export.options)
    write_rows(export, "llava.json", lambda s: [_row(export, s, several)], losses, form="array", boxes=boxes)


EXPORTS = (
    Exporter(
        "llava",
        "LLaVA conversations, one image per sample",
        functools.partial(write, several=False),
        OPTIONS,
        tested_with="llava-torch 1.2.2.post1: LazySupervisedDataset, DataCollatorForSupervisedDataset",
    ),
    Exporter(
        "llava-next-interleave",
        "LLaVA-NeXT conversations, several images per sample in place",
        functools.partial(write, several=True),
        OPTIONS,
        tested_with="llava-torch 1.2.2.post1: tokenizer_image_token",
    ),
)


def _row(export: Export, sample: Sample, several: bool) -> dict[str, Any]:
    paths = [export.image(im) for im in shown_images(sample)]
    paths = paths if several else paths[:1]
    turns: list[dict[str, str]] = []
    left = len(paths)
    for message in without_system_turns(sample):
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


def _joined(pieces: list[str]) -> str:
    """Placeholders that open the turn stand on lines of their own; everything else is separated by a blank."""
    opening = next((i for i, p in enumerate(pieces) if p != PLACEHOLDER), len(pieces))
    return "\n".join([*pieces[:opening], *([" ".join(pieces[opening:])] if pieces[opening:] else [])])
