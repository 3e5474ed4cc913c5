"""WebDataset: tar shards in which the members of one sample stand together under one key.

Reading: the pictures of a sample and, in this order, what this project wrote (a `json` member with everything), turns
in JSON (`messages` or `conversations`), a question and an answer, or a caption; options name other fields. A caption is
the answer to the picture alone. Other keys of JSON and class numbers are kept in `meta`.

Writing: `<split>/00000.tar` with keys that count over all shards and have no dots, and per sample its pictures, `txt`
(the first answer, else the first caption in `truth`: what open_clip takes for the caption; empty where there is
neither, counted as `no_text`) and `json` (turns, and the whole sample as JSON in a string).
With a fixed number of pictures per sample all members have the same names, by the type of the first picture, because
the `webdataset` builder of `datasets` refuses other shards; loaders go by content. `load_dataset` opens the folder by
its card, `README.md`. Not covered: extras.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from mmrecipes.core.errors import UsageError
from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Sample, shown_images, user
from mmrecipes.formats import tar_fields
from mmrecipes.formats.export import Export, Exporter
from mmrecipes.formats.hf_parquet import answered, captioned
from mmrecipes.formats.image_cells import each_once
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import Reader, ReadOptions, RowError
from mmrecipes.formats.row_messages import messages_of
from mmrecipes.formats.tar_fields import MISSING, is_picture
from mmrecipes.formats.tar_files import NAME, ShardWriter, TarSamples, image_at, tar_paths

PER_SHARD = 1_000
ANY = "any"


@dataclass(frozen=True, slots=True)
class Fields:
    """Where a sample's content stands, in the notation of `tar_fields.field`; no `pictures` means all."""

    pictures: str = ""
    turns: str = "json[messages],json[conversations]"
    question: str = "json[question],json[prompt],json[context]"
    answer: str = "json[answer],json[answers]"
    choices: str = "json[choices]"
    caption: str = "txt,text,caption,json[caption],json[captions],json[text]"


def sample_of_values(id: str, values: Mapping[str, Any], fields: Fields, where: str) -> Sample:
    """The sample that decoded members make. Raises `RowError` (`no_picture` for one that is named but not there, and
    those of `messages_of`, `answered`, `captioned`, `sample_of_sidecar`) and `ImageError`."""
    names = fields.pictures.split(",") if fields.pictures else tar_fields.pictures_in(values)
    images = {name: image_at(_place(values, name, where)) for name in names}
    if tar_fields.is_sidecar(values.get("json")):
        return tar_fields.sample_of_sidecar(values["json"], images, where)
    shown = list(images.values())
    base = Sample(id=id, truth_source="annotated", images=each_once(shown), meta=_meta(values))
    return _with_turns(base, values, fields, shown)


def _place(values: Mapping[str, Any], name: str, where: str) -> FileRange:
    place = values.get(name)
    if not isinstance(place, FileRange):
        raise RowError("no_picture", f"{where}: there is no picture member {name}")
    return place


def _with_turns(base: Sample, values: Mapping[str, Any], fields: Fields, images: list[Image]) -> Sample:
    turns, question, answer, choices, caption = (
        tar_fields.field(values, getattr(fields, name))
        for name in ("turns", "question", "answer", "choices", "caption")
    )  # fmt: skip
    if turns is not MISSING:
        return base.having(messages=messages_of(turns, images))
    if question is not MISSING and answer is not MISSING:
        return answered(base, images, question, answer, choices)
    if caption is not MISSING:
        return captioned(base, images, caption)
    if isinstance(question, str):
        return base.having(messages=(user(*images, question),))
    return base.having(kind="record")


def _meta(values: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON members say, and class numbers; turns and texts have places of their own."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name == "json" and isinstance(value, Mapping):
            found |= {k: v for k, v in value.items() if k not in ("messages", "conversations")}
        elif not isinstance(value, (FileRange, str)):
            found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class WebDatasetRows:
    """The samples of shards, in order of shards."""

    tar: TarSamples
    fields: Fields
    remarks: tuple[str, ...]

    @property
    def columns(self) -> Sequence[str]:
        return list(self.becomes)

    @property
    def becomes(self) -> Mapping[str, str]:
        """As `members_become`."""
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
        where = f"{shard.name}: {key}"
        values = tar_fields.values_of(members, where)
        if not values:
            raise RowError("no_content", f"{where}: no member is a picture, text or JSON")
        return sample_of_values(f"{shard.stem}/{key}" if self.tar.repeats else key, values, self.fields, where)


def members_become(tar: TarSamples) -> dict[str, str]:
    """What becomes of members, by extension, the most frequent first."""
    return {name: _said(name) for name, _ in tar.extensions.most_common()}


def _said(extension: str) -> str:
    if is_picture(extension):
        return "images"
    said = {"json": "messages, truth; other keys: meta", "cls": "meta"}
    return said.get(extension, "messages: the caption") if tar_fields.is_read(extension) else "left out"


def remarks_of(tar: TarSamples) -> tuple[str, ...]:
    """What was left out or read in a special way."""
    unread = {e: n for e, n in tar.extensions.most_common() if not tar_fields.is_read(e)}
    lines = [f"members `{e}` are not read ({n:,} of them)" for e, n in list(unread.items())[:5]]
    if tar.repeats:
        lines.append("keys occur in several shards: ids are SHARD/KEY")
    return (*tar.remarks, *lines)


def _open(path: Path, options: ReadOptions) -> WebDatasetRows:
    tar = TarSamples(tar_paths(path))
    return WebDatasetRows(tar, replace(Fields(), **options.settings), remarks_of(tar))


def _recognises(look: Look) -> str:
    keys = [found for name in look.members if (found := NAME.fullmatch(name))]
    if not any(is_picture(k[2].lower()) or tar_fields.is_read(k[2].lower()) for k in keys):
        return ""
    return f"a tar archive with members {', '.join(sorted({k[2] for k in keys})[:4])}"


READERS = (
    Reader(
        "webdataset",
        "WebDataset: tar shards, members of one key make a sample",
        _recognises,
        _open,
        rank=40,
        options={
            "pictures": "extensions of the pictures, in order, as in `jpg,seg.png` (default: all pictures)",
            "turns": "field with the conversation, as in `json[chat]`",
            "question": "field with the user's text; of several, separated by commas, the first that is there",
            "answer": "field with the answer, as in `txt` or `json[answers][0]`",
            "choices": "field with the list of choices",
            "caption": "field with the caption, where there is no question",
        },
    ),
)


@dataclass(slots=True)
class Packing:
    """How samples become members: `count` pictures each, or any number."""

    count: int | None
    suffix: str = ""

    def losses(self, sample: Sample) -> tuple[list[str], list[str]]:
        """Why the sample has no place in these shards, and what it would lose (nothing)."""
        found = len(held_images(sample))
        if self.count is None or found == self.count:
            return [], []
        return ["too_few_images" if found < self.count else "several_images"], []

    def pictures(self, sample: Sample, export: Export) -> dict[str, Image]:
        """The pictures by extension; counted."""
        images = held_images(sample)
        if self.count is None:
            named = {f"{i}.{im.suffix}": im for i, im in enumerate(images)}
        else:
            self.suffix = self.suffix or next((im.suffix for im in images), "")
            named = {self.suffix if self.count == 1 else f"{i}.{self.suffix}": im for i, im in enumerate(images)}
            other = any(im.suffix != self.suffix for im in images)
            export.report.degraded.update(["image_under_another_suffix"] * other)
        return named


def held_images(sample: Sample) -> tuple[Image, ...]:
    """The sample's images and those it shows, each once."""
    return each_once([*sample.images, *shown_images(sample)])


def captions_of(sample: Sample) -> list[str]:
    """The first answer and the other captions of the picture in `truth.captions`; neither may be there."""
    answer = [m.text.strip() for m in sample.messages if m.role == "assistant"][:1]
    others = sample.truth.get("captions")
    texts = [t.strip() for t in others if isinstance(t, str)] if isinstance(others, list) else []
    return [t for t in dict.fromkeys([*answer, *texts]) if t]


class Shards:
    """One row of shards per split, with keys that count over all of them."""

    def __init__(self, export: Export, most: int, stack: ExitStack) -> None:
        self.splits = dict[str, ShardWriter]()
        self._export, self._most, self._stack, self._count = export, most, stack, 0

    def add(self, split: str, pictures: Mapping[str, Image], texts: Mapping[str, bytes]) -> None:
        """Add a sample: pictures and other members by extension."""
        if split not in self.splits:
            self.splits[split] = self._stack.enter_context(ShardWriter(self._export.new_text, split, self._most))
        data = {name: im.data for name, im in pictures.items()}
        self._export.report.images += len(data)
        self._export.report.image_bytes += sum(map(len, data.values()))
        self.splits[split].add(f"{self._count:09d}", {**data, **texts})
        self._count += 1


def whole_number(options: Mapping[str, str], name: str, default: int) -> int:
    """An option's value of at least 1. Raises `UsageError`."""
    text = options.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"option {name}={text}: give a whole number from 1")
    return int(text)


def packing(options: Mapping[str, str], default: str) -> Packing:
    """The packing that the option `images` asks for. Raises `UsageError`."""
    wanted = options.get("images", default)
    return Packing(None if wanted == ANY else whole_number({"images": wanted}, "images", 1))


def write(export: Export) -> None:
    """Write shards and `sizes.json` for every split, and the card."""
    pack = packing(export.options, "1")
    with ExitStack() as stack:
        shards = Shards(export, whole_number(export.options, "per_shard", PER_SHARD), stack)
        for sample in (piece for whole in export.samples() for piece in export.fitting(whole, pack.losses)):
            pictures = pack.pictures(sample, export)
            answer = next((m.text for m in sample.messages if m.role == "assistant"), "")
            text = answer or next(iter(captions_of(sample)), "")
            export.report.degraded.update(["no_text"] * (not text.strip()))
            texts = {"txt": text.encode(), "json": orjson.dumps(tar_fields.sidecar(sample, pictures))}
            shards.add(sample.split, pictures, texts)
            export.keep(sample, read=tar_fields.KEPT)
    write_card(export, shards.splits)


def write_card(export: Export, splits: Iterable[str]) -> None:
    """Write `README.md`, which tells `load_dataset` that the JSON files beside the shards are no data."""
    lines = ["---", "configs:", "- config_name: default", "  data_files:"]
    for split in sorted(splits):
        lines += [f"  - split: {split}", f"    path: {split}/*.tar"]
    with export.new_text("README.md") as card:
        card.write("\n".join([*lines, "---", ""]).encode())


SHARD_OPTIONS = {"per_shard": f"samples per shard (default {PER_SHARD:,})"}
EXPORTS = (
    Exporter(
        "webdataset",
        "WebDataset: tar shards of pictures, txt and json",
        write,
        options={
            "images": "pictures per sample: a number (default 1), or `any`, which load_dataset cannot open",
            **SHARD_OPTIONS,
        },
        tested_with="webdataset 1.0.2: WebDataset.decode; datasets 5.2.0: builder webdataset; open_clip_train 3.3.0: "
        "get_wds_dataset",
    ),
)
