"""TRL's tables, read and written: conversations, prompts with completions, preference pairs.

Reading: columns `messages`, or `prompt` with `completion`, or `chosen` and `rejected` with or without `prompt`; beside
them `images` (a list) or `image`. Contents are texts or lists of parts; images in parts are filled in order, images
without parts come first in the first user turn, as `prepare_multimodal_messages` puts them. A rejected answer becomes
an alternative of verdict `rejected`.

Writing: preference pairs (`trl-preference`). The plain form of TRL is the dataset folder itself (see `native`).
`prompt`, `chosen` and `rejected` are lists of messages with the same content type for every row, images stand in the
prompt only, no part has a key named `image` (Arrow would fill it with null, and the trainer counts no placeholder
then), rows without images have `images: []`. A sample with several rejected answers becomes several rows.

Not covered: tool calls, unpaired preference (its `label` stays in `meta`), process supervision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Alternative, Message, Part, Sample
from mmrecipes.formats.export import IN_TURNS, Export, Exporter, conversation_problem, escaped, reserved_token
from mmrecipes.formats.image_cells import each_once, images_of, pictures_beside
from mmrecipes.formats.look import Look
from mmrecipes.formats.parquet_rows import RowTable, first_types, is_list
from mmrecipes.formats.parquet_write import image_cell, parquet_folder
from mmrecipes.formats.pictures import Pictures
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.row_messages import messages_of, parts_of, with_images_first
from mmrecipes.formats.table_samples import Shape, TableSamples, TableSource, Types
from mmrecipes.store.schema import IMAGE

REJECTED = "rejected"
PREFERRED = ("preferred", "chosen")
"""Verdicts of alternatives that are no rejected answers."""


def trl_shape(types: Types) -> Shape | None:
    """How rows with these columns become samples; None when they are not TRL's."""
    images = {c: "images" for c in ("images", "image") if c in types}
    if "chosen" in types and "rejected" in types:
        prompt = {"prompt": "messages: what is asked"} if "prompt" in types else {}
        becomes = {**prompt, "chosen": "messages: the answer", "rejected": "alternatives: a rejected answer"}
        return Shape({**becomes, **images}, _preference)
    if "prompt" in types and "completion" in types:
        becomes = {"prompt": "messages: what is asked", "completion": "messages: the answer"}
        return Shape({**becomes, **images}, _completion)
    if "messages" in types and (types["messages"] is None or is_list(types["messages"])):
        return Shape({"messages": "messages", **images}, _conversation)
    return None


def _conversation(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    images = _images(row, pictures)
    return base.having(images=each_once(images), messages=messages_of(row["messages"], images))


def _completion(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    images = _images(row, pictures)
    messages = (*_asked(row["prompt"], images), *_answered(row["completion"]))
    return base.having(images=each_once(images), messages=messages)


def _preference(row: Mapping[str, Any], base: Sample, pictures: Pictures) -> Sample:
    images = _images(row, pictures)
    if row.get("prompt") is not None:
        prompt = _asked(row["prompt"], images)
        chosen, rejected = _answered(row["chosen"]), _answered(row["rejected"])
    else:
        prompt, chosen, rejected = _without_prompt(row, images)
    if not chosen or not rejected:
        raise RowError("no_answer", "the chosen or the rejected answer is empty")
    return base.having(
        images=each_once(images), messages=(*prompt, *chosen), alternatives=(Alternative(REJECTED, rejected),)
    )


def _without_prompt(row: Mapping[str, Any], images: list[Image]) -> Sequence[tuple[Message, ...]]:
    """The turns that both answers begin with, and what is different."""
    if isinstance(row["chosen"], str) or isinstance(row["rejected"], str):
        raise RowError("no_prompt", "chosen and rejected are texts, and there is no prompt")
    chosen, rejected = (messages_of(row[c], images) for c in ("chosen", "rejected"))
    pairs = zip(chosen[:-1], rejected[:-1], strict=False)
    shared = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(chosen), len(rejected)) - 1)
    return chosen[:shared], chosen[shared:], rejected[shared:]


def _images(row: Mapping[str, Any], pictures: Pictures) -> list[Image]:
    """The images of the row, one for every place that shows one."""
    return images_of(row["images"] if row.get("images") is not None else row.get("image"), pictures)


def _asked(cell: Any, images: list[Image]) -> tuple[Message, ...]:
    if not isinstance(cell, str):
        return messages_of(cell, images)
    if cell.count("<image>") == len(images):
        return (Message("user", tuple(parts_of(cell, iter(images)))),)
    return with_images_first((Message("user", (Part(text=cell),)),), images)


def _answered(cell: Any) -> tuple[Message, ...]:
    return (Message("assistant", (Part(text=cell),)),) if isinstance(cell, str) else messages_of(cell, ())


def _recognises(look: Look) -> str:
    shape = trl_shape(first_types(look))
    said = [c for c in ("messages", "prompt", "completion", "chosen", "rejected") if shape and c in shape.becomes]
    return f"columns {', '.join(said)}" if said else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    table = RowTable(path)
    shape = trl_shape(table.types)
    if shape is None:
        raise InputError(f"{path} has none of: messages; prompt and completion; chosen and rejected")
    return TableSamples(TableSource(table), shape, pictures_beside(path, options.images))


READERS = (
    Reader(
        "trl",
        "TRL's Parquet or saved data sets: messages, prompt and completion, or preference pairs, with images",
        _recognises,
        _open,
        rank=20,
    ),
)

_CONTENT = pa.list_(pa.struct([("type", pa.string()), ("text", pa.string())]))
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", _CONTENT)]))
PREFERENCE = pa.schema([
    ("id", pa.string()), ("images", pa.list_(IMAGE)), ("prompt", MESSAGES), ("chosen", MESSAGES),
    ("rejected", MESSAGES),
])  # fmt: skip


def write_preference(export: Export) -> None:
    """Write `data/`, `README.md` and `provenance.jsonl`."""
    images: dict[str, int] = {}
    with parquet_folder(export.folder, PREFERENCE) as folder, export.new_text("provenance.jsonl") as beside:
        for sample in export.samples():
            if not export.admits(sample, *_losses(sample)):
                continue
            prompt, chosen = split_answer(sample.messages)
            shown = [sample.image(p.image) for m in prompt for p in m.parts if p.image is not None]
            for number, rejected in enumerate(rejected_answers(sample, prompt)):
                row = {
                    "id": sample.id if not number else f"{sample.id}.{number + 1}",
                    "images": [image_cell(im) for im in shown],
                    **{n: content(m) for n, m in (("prompt", prompt), ("chosen", chosen), ("rejected", rejected))},
                }
                folder.add(sample.split, row, sum(len(im.data) for im in shown))
            beside.write(export.provenance(sample))
            images |= {im.sha256: len(im.data) for im in shown}
            export.keep(sample, len(shown), read={*IN_TURNS, "alternatives"})
    export.report.images, export.report.image_bytes = len(images), sum(images.values())


EXPORTS = (
    Exporter(
        "trl-preference",
        "preference pairs for TRL's DPO trainer: prompt, chosen, rejected, images",
        write_preference,
        tested_with="datasets 5.2.0 load_dataset, trl 1.16.0 DPOTrainer's DataCollatorForVisionPreference",
    ),
)


def split_answer(messages: tuple[Message, ...]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What is asked, and the last answer."""
    return messages[:-1], messages[-1:]


def rejected_answers(sample: Sample, prompt: tuple[Message, ...]) -> Iterator[tuple[Message, ...]]:
    """The rejected answers that differ from the chosen one, without the turns of the prompt where they repeat them."""
    for alternative in sample.alternatives:
        turns = alternative.messages
        answer = turns[len(prompt) :] if turns[: len(prompt)] == prompt else turns
        if alternative.verdict not in PREFERRED and answer and answer != sample.messages[-1:]:
            yield answer


def content(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Messages in the form that TRL reads."""
    return [
        {
            "role": m.role,
            "content": [
                {"type": "image", "text": None} if p.text is None else {"type": "text", "text": escaped(p.text)}
                for p in m.parts
            ],
        }
        for m in messages
    ]


def _losses(sample: Sample) -> tuple[list[str], list[str]]:
    """Why the format cannot hold the sample, and what it would lose."""
    problem = conversation_problem(sample)
    if problem:
        return [problem], []
    prompt, chosen = split_answer(sample.messages)
    rejected = list(rejected_answers(sample, prompt))
    impossible = []
    if not any(a.verdict not in PREFERRED for a in sample.alternatives):
        impossible.append("no_rejected_answer")
    elif not rejected:
        impossible.append("rejected_equals_chosen")
    answers = (*chosen, *(m for answer in rejected for m in answer))
    if any(p.image for m in (*answers, *(m for m in prompt if m.role == "tool")) for p in m.parts):
        impossible.append("image_outside_the_prompt")
    if any(m.role not in ("assistant", "tool") for m in answers):
        impossible.append("rejected_is_no_answer")
    texts = sample.having(messages=(*sample.messages, *answers))
    return impossible, ["reserved_token"] if reserved_token(texts) else []
