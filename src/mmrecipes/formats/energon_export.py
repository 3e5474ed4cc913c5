"""Megatron-Energon: shards as `webdataset` has them, and the folder `.nv-meta` that says what a sample is made of.

Written are `dataset.yaml`, `split.yaml` (`train`, `val`, `test`) and `.info.json`; the index is Energon's own work:
`energon prepare --tar-index-only DIR`. All samples of a dataset are of one type: the option `type`, or what the first
one is. Interleaved samples come with a small `sample_loader.py`, since no field map makes a sequence; crude ones need a
cooker of the trainer's. The `json` member keeps the whole sample beside the fields of its type. Not covered: similarity
matrices, video.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from mmrecipes.core.boxes import box_of
from mmrecipes.core.errors import UsageError
from mmrecipes.core.sample import Sample
from mmrecipes.formats import clip_pairs, tar_fields
from mmrecipes.formats.energon import META, SPLITS
from mmrecipes.formats.export import Export, Exporter
from mmrecipes.formats.webdataset import (
    PER_SHARD,
    SHARD_OPTIONS,
    Packing,
    Shards,
    captions_of,
    held_images,
    whole_number,
)

AUTO = "auto"
_MODULE = "megatron.energon"
LOADER = '''"""How Energon makes a sequence of a sample: texts and images in the order of the turns' parts."""


def sample_loader(raw):
    parts = [part for turn in raw["json"]["messages"] for part in turn["content"]]
    return {"sequence": [raw[part["image"]] if part["type"] == "image" else part["text"] for part in parts]}


def part_filter(part):
    return part == "json" or part.rpartition(".")[2] in ("jpg", "png", "webp")
'''

Losses = tuple[list[str], list[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sample type: how many images it has (None: any), why a sample is none or loses something, the values it adds
    to the `json` member, and its field map besides the image."""

    sample_class: str
    images: int | None
    losses: Callable[[Sample], Losses]
    values: Callable[[Sample], dict[str, Any]]
    field_map: Mapping[str, str] = field(default_factory=dict)

    def config(self, suffix: str) -> dict[str, Any]:
        """What `dataset.yaml` says when pictures are members of this suffix."""
        if self.sample_class == "CrudeWebdataset":
            return {"__module__": _MODULE, "__class__": self.sample_class}
        sample_type = {"__module__": _MODULE, "__class__": self.sample_class}
        if not self.field_map:
            code = {"sample_loader": "sample_loader.py:sample_loader", "part_filter": "sample_loader.py:part_filter"}
            return {"sample_type": sample_type, **code}
        picture = {"image": suffix} if self.images else {}
        return {"sample_type": sample_type, "field_map": {**picture, **self.field_map}}


def _counted(sample: Sample, count: int) -> list[str]:
    found = len(held_images(sample))
    return [] if found == count else ["several_images" if found > count else "no_image"]


def _exchange(sample: Sample) -> Losses:
    """What is in the way of one question about one image with one answer in words."""
    roles = [m.role for m in sample.messages if m.role != "system"]
    impossible = _counted(sample, 1)
    if roles != ["user", "assistant"]:
        impossible.append("not_one_exchange")
    elif any(p.image for p in sample.messages[-1].parts):
        impossible.append("image_in_an_answer")
    return impossible, ["system_turn"] * (len(roles) < len(sample.messages))


def _said(sample: Sample, role: str) -> str:
    return " ".join(m.text for m in sample.messages if m.role == role)


def _answers(sample: Sample) -> dict[str, Any]:
    own = sample.truth.get("answers")
    others = [a for a in own if isinstance(a, str)] if isinstance(own, list) else []
    return {
        "context": _said(sample, "user"),
        "answers": list(dict.fromkeys([_said(sample, "assistant"), *others])),
    }  # fmt: skip


def _choice_losses(sample: Sample) -> Losses:
    impossible, lossy = _exchange(sample)
    return impossible if _correct(sample) is not None else [*impossible, "no_choices"], lossy


def _choices(sample: Sample) -> list[str]:
    found = sample.truth.get("choices")
    return [str(c) for c in found] if isinstance(found, list) else []


def _correct(sample: Sample) -> int | None:
    """The place of the answer among the choices, whether it is given by letter or in words."""
    choices, answer = _choices(sample), _said(sample, "assistant").strip()
    letters = string.ascii_uppercase[: len(choices)]
    letter = answer.strip("().")
    if len(letter) == 1 and letter in letters:
        return letters.index(letter)
    return choices.index(answer) if choices.count(answer) == 1 else None


def _chosen(sample: Sample) -> dict[str, Any]:
    """The question without the lettered lines below it, which its trainer writes anew."""
    choices, text = _choices(sample), _said(sample, "user")
    lines = "\n".join(f"{x}. {c}" for x, c in zip(string.ascii_uppercase, choices, strict=False))
    return {
        "context": text.removesuffix(lines).rstrip(),
        "choices": choices,
        "correct": _correct(sample),
    }  # fmt: skip


def _ocr_losses(sample: Sample) -> Losses:
    impossible, lossy = _exchange(sample)
    return impossible, [*lossy, *(["question"] if _said(sample, "user").strip() else [])]


def _written(sample: Sample) -> dict[str, Any]:
    boxes = [box_of(r.quad) for r in sample.regions if r.text]
    return {
        "text": _said(sample, "assistant"),
        "block_boxes": [[x0, y0, x1 - x0, y1 - y0] for x0, y0, x1, y1 in boxes],
        "block_text": [r.text for r in sample.regions if r.text],
    }


def _text_losses(sample: Sample) -> Losses:
    impossible = [*(["no_turns"] if not sample.messages else []), *(["has_images"] if held_images(sample) else [])]
    return impossible, ["turns_joined"] * (len(sample.messages) > 1)


def _sequence_losses(sample: Sample) -> Losses:
    lossy = ["turns_joined"] if [m.role for m in sample.messages] != ["assistant"] else []
    return ([] if sample.messages else ["no_turns"]), lossy


def _nothing(sample: Sample) -> dict[str, Any]:
    return {}


KINDS: Mapping[str, Kind] = {
    "captioning": Kind(
        "CaptioningSample", 1, clip_pairs.losses,
        lambda s: {"caption": captions_of(s)[0]}, {"caption": "json[caption]"},
    ),
    "vqa": Kind(
        "VQASample", 1, _exchange, _answers, {"context": "json[context]", "answers": "json[answers]"},
    ),
    "multichoice": Kind(
        "MultiChoiceVQASample", 1, _choice_losses, _chosen,
        {"context": "json[context]", "choices": "json[choices]", "correct_choice_idx": "json[correct]"},
    ),
    "ocr": Kind(
        "OCRSample", 1, _ocr_losses, _written,
        {"text": "json[text]", "block_boxes": "json[block_boxes]", "block_text": "json[block_text]"},
    ),
    "text": Kind(
        "TextSample", 0, _text_losses, lambda s: {"text": "\n".join(m.text for m in s.messages)},
        {"text": "json[text]"},
    ),
    "interleaved": Kind("InterleavedSample", None, _sequence_losses, _nothing),
    "crude": Kind("CrudeWebdataset", None, lambda s: ([], []), _nothing),
}  # fmt: skip


def kind_of(sample: Sample) -> str:
    """The narrowest type that holds the sample whole."""
    if sample.kind == "document" and held_images(sample):
        return "interleaved"
    order = ("multichoice", "ocr", "captioning", "vqa", "text") if "ocr" in sample.task else (
        "multichoice", "captioning", "vqa", "text",
    )  # fmt: skip
    return next((name for name in order if KINDS[name].losses(sample) == ([], [])), "crude")


def write(export: Export) -> None:
    """Write shards, `.nv-meta/` and `sizes.json` for every split."""
    chosen = export.options.get("type", AUTO)
    if chosen not in (AUTO, *KINDS):
        raise UsageError(f"option type={chosen}: there are {AUTO}, {', '.join(KINDS)}")
    pack: Packing | None = None
    with ExitStack() as stack:
        shards = Shards(export, whole_number(export.options, "per_shard", PER_SHARD), stack)
        for whole in export.samples():
            chosen = kind_of(whole) if chosen == AUTO else chosen
            kind = KINDS[chosen]
            pack = pack or Packing(kind.images)
            for sample in export.fitting(whole, partial(_losses, kind=kind)):
                pictures = pack.pictures(sample, export)
                about = {**tar_fields.sidecar(sample, pictures), **kind.values(sample)}
                shards.add(sample.split, pictures, {"json": orjson.dumps(about)})
                export.keep(sample, read=tar_fields.KEPT)
    if pack is not None:
        _describe(export, KINDS[chosen], pack, shards)


def _losses(sample: Sample, kind: Kind) -> Losses:
    impossible, lossy = kind.losses(sample)
    return [*impossible, *["unknown_split"] * (sample.split not in SPLITS.values())], lossy


def _describe(export: Export, kind: Kind, pack: Packing, shards: Shards) -> None:
    import yaml

    sizes = {f"{split}/{name}": n for split, w in shards.splits.items() for name, n in w.sizes.items()}
    parts = {ours: [n for n in sizes if n.startswith(f"{theirs}/")] for ours, theirs in SPLITS.items()}
    texts = {
        "dataset.yaml": yaml.safe_dump(kind.config(pack.suffix), sort_keys=False),
        "split.yaml": yaml.safe_dump({"split_parts": parts, "exclude": []}, sort_keys=False),
        ".info.json": orjson.dumps({"shard_counts": sizes}, option=orjson.OPT_INDENT_2).decode(),
    }
    if kind.sample_class == "InterleavedSample":
        texts["sample_loader.py"] = LOADER
    for name, text in texts.items():
        with export.new_text(f"{META}/{name}") as file:
            file.write(text.encode())


EXPORTS = (
    Exporter(
        "energon",
        "Megatron-Energon: tar shards with .nv-meta, one sample type",
        write,
        options={
            "type": f"{', '.join(KINDS)}; by default what the first sample is",
            **SHARD_OPTIONS,
        },
        tested_with="megatron-energon 7.4.1: prepare --tar-index-only, lint, get_train_dataset",
    ),
)
