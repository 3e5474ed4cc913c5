"""Megatron-Energon: WebDataset shards with a folder `.nv-meta` that says what a sample is made of.

Covered: `dataset.yaml` with a sample type and `field_map` (captions, VQA, multiple choice, OCR, text) and the splits of
`split.yaml`, with excluded shards left out; `train`, `val`, `test` become `train`, `validation`, `test`. Code named
there (`sample_loader`) is never run: such data, crude samples and what this project wrote are read as a WebDataset.
Not covered: writing (see `energon_export`), excluded single samples, metadatasets, joined datasets, video.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmrecipes.core.boxes import quad_of
from mmrecipes.core.errors import InputError
from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Region, Sample, assistant, user
from mmrecipes.formats import tar_fields
from mmrecipes.formats.hf_parquet import answered, captioned
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import Reader, ReadOptions, RowError
from mmrecipes.formats.tar_fields import MISSING
from mmrecipes.formats.tar_files import TarSamples, image_at
from mmrecipes.formats.webdataset import Fields, members_become, remarks_of, sample_of_values

META = ".nv-meta"
SPLITS = {"train": "train", "val": "validation", "test": "test"}
_BOXES = {"block": "block", "lines": "line", "words": "word"}
"""Prefixes of fields with boxes, from the largest, and the label their regions get."""
_FEW = 100_000
"""Names that one pattern may stand for."""

Value = Callable[[str], Any]
"""A field of a sample by its name in the sample type, `MISSING` where there is none."""


@dataclass(frozen=True, slots=True)
class EnergonRows:
    """The samples of the shards that some split names."""

    tar: TarSamples
    kind: str
    fields: Mapping[str, str]
    splits: Mapping[Path, str]
    remarks: tuple[str, ...]

    @property
    def columns(self) -> Sequence[str]:
        return list(self.becomes)

    @property
    def becomes(self) -> Mapping[str, str]:
        """Where the fields of the sample type stand, or what becomes of members by extension."""
        if self.fields:
            return {name: f"from {place}" for name, place in self.fields.items()}
        return members_become(self.tar)

    @property
    def unread_files(self) -> tuple[str, ...]:
        """As of `formats.reader.unread_files`."""
        return self.tar.unread_files

    def __len__(self) -> int:
        return len(self.tar)

    def sample(self, index: int) -> Sample:
        key, members = self.tar.read(index)
        shard = self.tar.shard(index)
        where, id = f"{shard.name}: {key}", f"{shard.stem}/{key}" if self.tar.repeats else key
        values = tar_fields.values_of(members, where)
        split = self.splits[shard]
        make = _KINDS.get(self.kind)
        if make is None or not self.fields or tar_fields.is_sidecar(values.get("json")):
            return sample_of_values(id, values, Fields(), where).having(split=split)
        base = Sample(id=id, split=split, truth_source="annotated")

        def value(name: str) -> Any:
            return tar_fields.field(values, self.fields[name]) if name in self.fields else MISSING

        return make(base, value)


def _image(value: Value) -> Image:
    place = value("image")
    if not isinstance(place, FileRange):
        raise RowError("no_picture", "the field image names no picture member")
    return image_at(place)


def _text(value: Value, name: str) -> str:
    found = value(name)
    if not isinstance(found, str):
        raise RowError("no_text", f"the field {name} is no text but {type(found).__name__}")
    return found


def _captioned(base: Sample, value: Value) -> Sample:
    image = _image(value)
    return captioned(base.having(images=(image,)), [image], value("caption"))


def _answered(base: Sample, value: Value) -> Sample:
    """The answer of most weight, else the most frequent."""
    image, answers, weights = _image(value), value("answers"), value("answer_weights")
    base = base.having(images=(image,))
    if answers is MISSING:
        return base.having(messages=(user(image, _text(value, "context")),))
    sample = answered(base, [image], value("context"), answers, None)
    if not isinstance(weights, list) or not isinstance(answers, list):
        return sample
    if len(weights) != len(answers) or not all(isinstance(w, (int, float)) for w in weights):
        raise RowError("bad_weights", "answer_weights are not as many numbers as there are answers")
    best = str(answers[max(range(len(weights)), key=lambda i: weights[i])])
    truth = {**sample.truth, "answer_weights": weights}
    return sample.having(messages=(*sample.messages[:-1], assistant(best)), truth=truth)


def _chosen(base: Sample, value: Value) -> Sample:
    image, correct = _image(value), value("correct_choice_idx")
    choices = value("choices")
    if not isinstance(choices, list):
        raise RowError("no_choices", "the field choices is no list")
    return answered(
        base.having(images=(image,)), [image], value("context"), 0 if correct is MISSING else correct, choices
    )  # fmt: skip


def _ocr(base: Sample, value: Value) -> Sample:
    image = _image(value)
    regions: list[Region] = []
    prefix = next((p for p in _BOXES if value(f"{p}_boxes") is not MISSING), None)
    if prefix is not None:
        boxes, texts = value(f"{prefix}_boxes"), value(f"{prefix}_text")
        texts = [""] * len(boxes) if texts is MISSING else texts
        if len(boxes) != len(texts):
            raise RowError("bad_boxes", f"{len(boxes)} boxes with {len(texts)} texts")
        regions = [_region(image, b, _BOXES[prefix], t) for b, t in zip(boxes, texts, strict=True)]
    messages = (user(image), assistant(_text(value, "text")))
    return base.having(images=(image,), messages=messages, regions=tuple(regions), task="ocr")


def _region(image: Image, box: Any, label: str, text: Any) -> Region:
    """A region from x, y, width, height."""
    if not isinstance(box, list) or len(box) < 4 or not all(isinstance(v, (int, float)) for v in box[:4]):
        raise RowError("bad_boxes", f"a box is {box!r}")
    x, y, w, h = (float(v) for v in box[:4])
    return Region(image.sha256, label, quad_of((x, y, x + w, y + h)), str(text))


def _plain_text(base: Sample, value: Value) -> Sample:
    return base.having(kind="document", messages=(assistant(_text(value, "text")),))


_KINDS: Mapping[str, Callable[[Sample, Value], Sample]] = {
    "Captioning": _captioned, "VQA": _answered, "MultiChoiceVQA": _chosen, "OCR": _ocr, "Text": _plain_text,
}  # fmt: skip
"""Sample types that a field map makes, without the ending `Sample`."""


def _open(path: Path, options: ReadOptions) -> EnergonRows:
    config = _config(path, "dataset")
    kind = str(config.get("sample_type", config).get("__class__", ""))
    kind = kind.removesuffix("Sample").removesuffix("Webdataset")
    fields = config.get("field_map") or {}
    splits = _shards(path)
    tar = TarSamples(list(splits))
    notes = [] if kind in _KINDS and fields else [f"{kind or 'samples without a type'}: read as a plain WebDataset"]
    if "sample_loader" in config:
        notes.append("sample_loader in dataset.yaml is code and is not run")
    remarks = (*notes, *remarks_of(tar))
    return EnergonRows(tar, kind, fields, {p.resolve(): s for p, s in splits.items()}, remarks)


def _config(path: Path, name: str) -> dict[str, Any]:
    """`<name>.yaml` or `<name>.json` of the dataset. Raises `InputError`."""
    import yaml

    files = [p for p in (path / META / f"{name}{suffix}" for suffix in (".yaml", ".yml", ".json")) if p.is_file()]
    if not files:
        raise InputError(f"{path / META} holds no {name}.yaml; `energon prepare` writes it")
    try:
        found = yaml.safe_load(files[0].read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        raise InputError(f"{files[0]} cannot be read as YAML: {e}") from e
    if not isinstance(found, dict):
        raise InputError(f"{files[0]} is no mapping")
    return found


def _shards(path: Path) -> dict[Path, str]:
    """The shards of every split and the name of the split. Raises `InputError`."""
    config = _config(path, "split")
    excluded = {n for pattern in config.get("exclude") or () for n in expanded(pattern)}
    found: dict[Path, str] = {}
    for split, patterns in (config.get("split_parts") or {}).items():
        for name in (n for pattern in patterns or () for n in expanded(pattern) if n not in excluded):
            shard = path / name
            if not shard.resolve().is_relative_to(path.resolve()):
                raise InputError(f"split.yaml of {path} names {name}, which lies outside")
            found[shard] = SPLITS.get(split) or str(split)
    if not found:
        raise InputError(f"split.yaml of {path} names no shards")
    return found


def expanded(pattern: str) -> list[str]:
    """The names that a pattern with braces stands for: `a{0..2}.tar`, `{a,b}.tar`. Raises `InputError` for more than
    100,000."""
    match = re.search(r"\{([^{}]*)\}", pattern)
    if match is None:
        return [pattern]
    span = re.fullmatch(r"(\d+)\.\.(\d+)", match[1])
    if span:
        first, last = int(span[1]), int(span[2])
        if last - first >= _FEW:
            raise InputError(f"{pattern} stands for more than {_FEW:,} names")
        width = max(map(len, span.groups())) if any(g.startswith("0") and len(g) > 1 for g in span.groups()) else 0
        middle = [f"{n:0{width}d}" for n in range(first, last + 1)]
    else:
        middle = match[1].split(",")
    return [n for m in middle for n in expanded(f"{pattern[: match.start()]}{m}{pattern[match.end() :]}")]


def _recognises(look: Look) -> str:
    found = look.is_folder and any((look.path / META).glob("dataset.*"))
    return f"a folder with {META}/dataset.yaml" if found else ""


READERS = (
    Reader("energon", "Megatron-Energon: WebDataset shards with .nv-meta/dataset.yaml", _recognises, _open, rank=10),
)
