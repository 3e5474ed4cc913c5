"""The dataset folder by itself: Parquet that `datasets.load_dataset` opens and TRL's trainers read as it is.

Covered: the data files and the card without `run/`; rows TRL would stumble over (no messages, images in tool turns,
text that a processor takes for a placeholder) are left out, or kept under the policy `degrade`, their tokens broken
by a zero-width space. Rows without images have `images: []`. Not covered: other splits or sizes of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from mmrecipes.core.sample import Message, Sample
from mmrecipes.formats.export import HELD, Export, Exporter, escaped, reserved_token
from mmrecipes.store.card import recounted_card, write_card
from mmrecipes.store.dataset import DatasetWriter, data_files
from mmrecipes.store.files import write_bytes

CONVERTED = "converted"
"""What stands in place of a recipe's name in data that no recipe made."""


def write(export: Export) -> None:
    """Write `data/` and `README.md`."""
    images: set[str] = set()
    with DatasetWriter(export.folder, _recipe(export.source) if export.is_dataset else CONVERTED) as writer:
        for sample in export.samples():
            lossy = ["reserved_token"] if reserved_token(sample) else []
            if not export.admits(sample, _stumbles(sample), lossy):
                continue
            writer.write(sample.having(messages=tuple(map(_escaped, sample.messages))) if lossy else sample)
            new = {im.sha256: im for im in sample.images if im.sha256 not in images}
            images.update(new)
            export.report.image_bytes += sum(len(im.data) for im in new.values())
            export.keep(sample, sum(p.image is not None for m in sample.messages for p in m.parts), read=HELD)
    export.report.images = len(images)
    if not export.is_dataset:
        _write_card(export, writer.counts)
    elif (card := export.source / "README.md").exists():
        write_bytes(export.folder / "README.md", recounted_card(card.read_text(), writer.counts).encode())


def _write_card(export: Export, counts: Mapping[str, int]) -> None:
    name = export.source.resolve().name
    card = {"title": name, "slug": CONVERTED}
    write_card(
        export.folder, card=card, params={}, counts=counts, seed=0, version="1", made=f"Converted from `{name}`."
    )


EXPORTS = (
    Exporter(
        "native",
        "the dataset folder itself, without run/: load_dataset and TRL read it",
        write,
        tested_with="datasets 5.2.0 load_dataset, trl 1.16.0 SFTTrainer",
    ),
)


def _stumbles(sample: Sample) -> list[str]:
    if not sample.messages:
        return ["no_turns"]
    if any(p.image for m in sample.messages if m.role == "tool" for p in m.parts):
        return ["image_in_a_tool_turn"]
    return []


def _escaped(message: Message) -> Message:
    parts = (p if p.text is None else replace(p, text=escaped(p.text)) for p in message.parts)
    return Message(message.role, tuple(parts))


def _recipe(folder: Path) -> str:
    with pq.ParquetFile(data_files(folder)[0]) as file:
        return file.read_row_group(0, columns=["recipe"])["recipe"][0].as_py() if file.num_row_groups else ""
