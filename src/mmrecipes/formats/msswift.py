"""ms-swift's data sets, read and written: rows with `messages`, `images` and `objects` as JSON lines.

Reading: missing placeholders are put before the first turn after the system's, as the trainer does; one too many
cannot be used. `<ref-object>` and `<bbox>` become the names and boxes of `objects`: in the text as thousandths, as the
trainer writes them for most models, and as regions in pixels (`bbox_type` real or norm1). A `rejected_response`, or
the last turns of `rejected_messages`, become an alternative of verdict `rejected`. What makes the trainer delete a row
and merely log it is a row that cannot be used.

Writing: `ms-swift` and `ms-swift-preference`, both with exactly one placeholder per picture, JSON lines. With
`boxes=objects` a record of regions becomes a conversation whose answers are `<ref-object><bbox>`, boxes in pixels; in a
conversation whose text has names and boxes of its regions as the reader leaves them, both become tokens again. Without
the option they stay text, counted as `grounding_written_out`.

Not covered: query and response columns, tool turns, contents that are lists of parts, videos, audios,
`rejected_images`, `label` (it stays in `meta`).
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmrecipes.core.boxes import Box, box_of
from mmrecipes.core.errors import InputError, UsageError
from mmrecipes.core.image import Image
from mmrecipes.core.sample import Message, Part, Role, Sample, shown_images
from mmrecipes.formats.box_text import PROFILES, Size
from mmrecipes.formats.conversation_rows import (
    Row,
    Turn,
    open_rows,
    picture_names,
    region,
    shown_records,
    text_in,
    turns_in,
)
from mmrecipes.formats.conversations import (
    Capability,
    JsonRow,
    pair_id,
    placed_text,
    preference_losses,
    rejected_texts,
    with_one_system_turn,
    write_rows,
)
from mmrecipes.formats.export import RESERVED, Export, Exporter, escaped
from mmrecipes.formats.grounding import Grounding, questions, unwritten_boxes
from mmrecipes.formats.look import Look
from mmrecipes.formats.reader import Reader, ReadOptions, RowError, Rows
from mmrecipes.formats.row_messages import PLACEHOLDER

REF, BOX = "<ref-object>", "<bbox>"
_TOKEN = re.compile(f"({REF}|{BOX})")
_ROLES: Mapping[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}
_TOOLS = ("tool_call", "tool_response", "tool")
_USED = frozenset({"messages", "images", "image", "objects", "rejected_response", "rejected_messages"})
_SUFFIXES = (".jsonl", ".json")


def read_row(record: Mapping[str, Any]) -> Row:
    """A record before its pictures are opened. Raises `RowError`."""
    for media in ("videos", "audios", "video", "audio"):
        if record.get(media):
            raise RowError(media.rstrip("s"), f"the row has {media}")
    turns, notes = [_turn(t) for t in turns_in(record, "messages")], []
    images = picture_names(record["images"] if record.get("images") is not None else record.get("image"))
    rejected = _rejected(record, turns)
    missing = len(images) - sum(t.text.count(PLACEHOLDER) for t in turns)
    if missing > 0:
        first = next((i for i, t in enumerate(turns) if t.role != "system"), 0)
        turns[first] = Turn(turns[first].role, PLACEHOLDER * missing + turns[first].text)
        notes.append(f"missing {PLACEHOLDER} put before the first turn, as the trainer does")
    finish = None
    if record.get("objects") is not None:
        objects = Objects(record["objects"], len(images))
        finish, notes = objects.finish, notes + objects.notes
    upright = finish is not None
    return Row(tuple(turns), images, (rejected,) if rejected else (), _USED, tuple(notes), finish, upright)


def _turn(turn: Mapping[str, Any]) -> Turn:
    name = str(turn.get("role"))
    if name not in _ROLES:
        raise RowError("tool_turn" if name in _TOOLS else "unknown_role", f"a turn has the role {name!r}")
    return Turn(_ROLES[name], text_in(turn, "content"))


def _rejected(record: Mapping[str, Any], turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The rejected answer. Raises `RowError` `rejected_equals_chosen`, for which the trainer deletes the row."""
    if record.get("rejected_messages") is not None:
        rejected = [_turn(t) for t in turns_in(record, "rejected_messages")]
        start = max((i + 1 for i, t in enumerate(rejected) if t.role == "user"), default=0)
        answer = tuple(rejected[start:])
    elif "rejected_response" in record:
        answer = (Turn("assistant", text_in(record, "rejected_response"), placed=False),)
    else:
        return ()
    if not answer:
        raise RowError("no_answer", "rejected_messages end with the user")
    if [t.text for t in answer] == [t.text for t in turns[-1:]]:
        raise RowError("rejected_equals_chosen", f"both answers are {answer[0].text[:60]!r}")
    return tuple(Turn(t.role, t.text, placed=False) for t in answer)


class Objects:
    """The names and boxes of a row, checked. Raises `RowError`: `bad_objects`, `no_bbox`, `bad_bbox`, `nan_box`,
    `boxes_without_image`, `bad_image_id`."""

    def __init__(self, value: Any, images: int) -> None:
        if not isinstance(value, dict) or value.get("bbox_type", "real") not in ("real", "norm1", None):
            raise RowError("bad_objects", f"objects are {str(value)[:80]}")
        if "bbox" not in value:
            raise RowError("no_bbox", "objects have no bbox")
        self._norm1 = value.get("bbox_type") == "norm1"
        self._refs = [str(ref) for ref in value.get("ref") or []]
        given = value["bbox"]
        self._boxes = [_checked(box) for box in given] if isinstance(given, list) else [_checked(given)]
        self._images = list(value.get("image_id") or [])
        self._images += [0] * (len(self._boxes) - len(self._images))
        if self._boxes and not images:
            raise RowError("boxes_without_image", "there are boxes, but no image")
        if any(not isinstance(i, int) or not 0 <= i < images for i in self._images[: len(self._boxes)]):
            raise RowError("bad_image_id", f"image_id {self._images} of {images} images")
        swapped = any(len(b) == 4 and (b[0] > b[2] or b[1] > b[3]) for b in self._boxes)
        self.notes = ["swapped corners of a box put in order, as the trainer does"] * swapped
        self.notes += ["a point is kept in the text only"] * any(len(b) == 2 for b in self._boxes)

    def finish(self, sample: Sample, images: Sequence[Image]) -> Sample:
        """The sample with names and boxes in its text, and regions."""
        placed = [self._placed(number, images) for number in range(len(self._boxes))]
        refs, boxes = iter(self._refs), iter([text for text, _ in placed])
        named = self._refs if len(self._refs) == len(placed) else [""] * len(placed)
        regions = tuple(
            region(images[self._images[k]], named[k], box) for k, (_, box) in enumerate(placed) if box is not None
        )
        return sample.having(messages=tuple(_filled(m, refs, boxes) for m in sample.messages), regions=regions)

    def _placed(self, number: int, images: Sequence[Image]) -> tuple[str, Box | None]:
        """The text of a box (or point) in thousandths, and the box in pixels."""
        image, values = images[self._images[number]], self._boxes[number]
        width, height = image.size if self._norm1 else (1, 1)
        values = [v * side for v, side in zip(values, itertools.cycle((width, height)), strict=False)]
        if len(values) == 2:
            across = (values[0] / image.width * 1000, values[1] / image.height * 1000)
            return f"[{', '.join(str(round(v)) for v in across)}]", None
        (x0, x1), (y0, y1) = sorted(values[::2]), sorted(values[1::2])
        return _thousandths((x0, y0, x1, y1), image.size), (x0, y0, x1, y1)


def _thousandths(box: Box, size: Size) -> str:
    profile = PROFILES["norm1000"]
    return profile.printed(profile.units(box, size))


def _checked(box: Any) -> list[float]:
    numbers = isinstance(box, list) and all(isinstance(v, (int, float)) for v in box)
    if not numbers and isinstance(box, list) and None in box:
        raise RowError("nan_box", f"a box is {box}")
    if not numbers or len(box) not in (2, 4):
        raise RowError("bad_bbox", f"a box has 2 or 4 numbers, this is {str(box)[:60]}")
    if not all(map(math.isfinite, box)):
        raise RowError("nan_box", f"a box is {box}")
    return [float(v) for v in box]


def _filled(message: Message, refs: Iterator[str], boxes: Iterator[str]) -> Message:
    """The message with the next names and boxes in place of their tokens; tokens too many stay."""

    def fill(token: re.Match[str]) -> str:
        return next(refs if token[0] == REF else boxes, token[0])

    parts = (p if p.text is None else Part(text=_TOKEN.sub(fill, p.text)) for p in message.parts)
    return Message(message.role, tuple(parts))


def _recognises(look: Look) -> str:
    file, records = shown_records(look, *_SUFFIXES)
    turns = records[0].get("messages") if file and records else None
    if not isinstance(turns, list) or not turns or not all(isinstance(t, dict) for t in turns):
        return ""
    texts = all(t.get("role") in (*_ROLES, *_TOOLS) and isinstance(t.get("content"), str) for t in turns)
    return "rows with `messages` of `role` and a text as `content`" if texts else ""


def _open(path: Path, options: ReadOptions) -> Rows:
    file, _ = shown_records(Look(path), *_SUFFIXES)
    if file is None:
        raise InputError(f"{path} is no JSON file, nor a folder with exactly one that has `messages`")
    return open_rows(file, options, read_row)


READERS = (Reader("ms-swift", "ms-swift: JSON lines with messages, images, objects", _recognises, _open, rank=40),)

_BETWEEN = "\0"
"""Stands between turns while boxes are looked for."""
_RESERVED = re.compile(RESERVED.pattern + r"|<cot-process>|<start-image>")
_CAPABILITY = Capability(reserved=_RESERVED)
_THOUSANDTHS = Grounding(lambda found: PROFILES["norm1000"].write(found.box, found.image.size))
"""What the trainer makes of a box: one that is empty then is left out."""


def write(export: Export) -> None:
    """Write `train.jsonl`, `provenance.jsonl` and the images."""
    given = export.options.get("boxes")
    if given not in (None, "objects"):
        raise UsageError(f"boxes={given}: this format writes boxes=objects")
    takes = _THOUSANDTHS.takes if given else lambda _: False
    write_rows(
        export,
        "train.jsonl",
        lambda s: [_objects_row(export, s) if takes(s) else _spoken_row(export, s, bool(given))],
        lambda s: _objects_losses(s) if takes(s) else _CAPABILITY.losses(s),
        read=lambda s: ("regions",) if takes(s) or (given and _tokened(s)) else (),
        form="typed_lines",
    )


def write_preference(export: Export) -> None:
    """As `write`, one row per rejected answer."""
    losses, rows = functools.partial(preference_losses, _CAPABILITY), functools.partial(_pairs, export)
    write_rows(export, "train.jsonl", rows, losses, read=lambda _: ("alternatives",), form="typed_lines")


def _row(export: Export, sample: Sample) -> JsonRow:
    images = [export.image(im) for im in shown_images(sample)]
    return {"id": sample.id, "messages": _messages(sample), "images": images}


def _messages(sample: Sample) -> list[JsonRow]:
    return [{"role": m.role, "content": placed_text(m, _RESERVED)} for m in with_one_system_turn(sample)]


def _spoken_row(export: Export, sample: Sample, objects: bool) -> JsonRow:
    """The conversation, its names and boxes as tokens when there are to be `objects`."""
    row, tokened = _row(export, sample), _tokened(sample)
    if objects and tokened:
        return row | tokened
    export.report.degraded.update(["grounding_written_out"] * bool(tokened))
    return row


def _tokened(sample: Sample) -> JsonRow | None:
    """`messages` with tokens, and `objects`; None unless the boxes of all regions, and their names before them, stand
    in the texts in order."""
    messages, shown = _messages(sample), [im.sha256 for im in shown_images(sample)]
    names = [escaped(r.label, _RESERVED) for r in sample.regions if r.label]
    if (
        not sample.regions
        or len(names) not in (0, len(sample.regions))
        or any(r.ref not in shown for r in sample.regions)
    ):
        return None
    text, pieces = _BETWEEN.join(m["content"] for m in messages), list[str]()
    for number, marked in enumerate(sample.regions):
        box = _thousandths(box_of(marked.quad), sample.image(marked.ref).size)
        before, found, text = text.partition(box)
        if names:
            *around, after = before.rsplit(names[number], 1)
            before = REF.join([*around, after])
            found = found if around else ""
        if not found:
            return None
        pieces += [before, BOX]
    contents = "".join([*pieces, text]).split(_BETWEEN)
    if len(contents) != len(messages):
        return None
    objects = {
        "ref": names,
        "bbox": [list(box_of(r.quad)) for r in sample.regions],
        "bbox_type": "real",
        "image_id": [shown.index(r.ref) for r in sample.regions],
    }
    return {"messages": [m | {"content": c} for m, c in zip(messages, contents, strict=True)], "objects": objects}


def _pairs(export: Export, sample: Sample) -> list[JsonRow]:
    row = _row(export, sample)
    rejected = [escaped(text, _RESERVED) for text in rejected_texts(sample)[0]]
    return [{**row, "id": pair_id(sample, k), "rejected_response": text} for k, text in enumerate(rejected)]


def _objects_losses(sample: Sample) -> tuple[list[str], list[str]]:
    asked = questions(sample, _THOUSANDTHS)
    reserved = any(_RESERVED.search(found.label) for _, answer in asked for found in answer)
    return ["no_box"] * (not asked), unwritten_boxes(sample, _THOUSANDTHS) + ["reserved_token"] * reserved


def _objects_row(export: Export, sample: Sample) -> JsonRow:
    """The record as questions, the answers made of tokens that the trainer fills in order."""
    asked = questions(sample, _THOUSANDTHS)
    messages: list[JsonRow] = []
    for question, answer in asked:
        messages.append({"role": "user", "content": placed_text(question, _RESERVED)})
        messages.append({"role": "assistant", "content": "\n".join([REF + BOX] * len(answer))})
    images = list(dict.fromkeys(answer[0].image for _, answer in asked))
    found = [f for _, answer in asked for f in answer]
    objects = {
        "ref": [escaped(f.label, _RESERVED) for f in found],
        "bbox": [list(f.box) for f in found],
        "bbox_type": "real",
        "image_id": [images.index(f.image) for f in found],
    }
    return {"id": sample.id, "messages": messages, "images": list(map(export.image, images)), "objects": objects}


_TESTED_WITH = "ms-swift 4.6.0: MessagesPreprocessor (strict), TemplateInputs, Template; datasets 5.2.0"
EXPORTS = (
    Exporter(
        "ms-swift",
        "ms-swift: JSON lines with messages, images and objects",
        write,
        {"boxes": "objects: make a conversation of a record of regions, with names and boxes in `objects`"},
        tested_with=_TESTED_WITH,
    ),
    Exporter(
        "ms-swift-preference",
        "ms-swift: JSON lines with messages, images and a rejected response",
        write_preference,
        tested_with=_TESTED_WITH,
    ),
)
