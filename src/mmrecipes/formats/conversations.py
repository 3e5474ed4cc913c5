"""Conversations as text with placeholders, which the JSON formats of several trainers share.

Covered: a message as text with `<image>` where an image stands, what such a format cannot hold, system turns folded
into the user's where a format has none, rejected answers of preference pairs, the files of an export. Not covered:
reading (see `conversation_rows`), audio and video.
"""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from mmrecipes.core.sample import Message, Part, Sample, shown_images
from mmrecipes.formats.export import IN_TURNS, RESERVED, Export, conversation_problem, escaped, reserved_token
from mmrecipes.formats.grounding import Grounding, as_conversation, unwritten_boxes
from mmrecipes.formats.row_messages import PLACEHOLDER
from mmrecipes.formats.trl import PREFERRED, rejected_answers, split_answer
from mmrecipes.store.files import new_file


@dataclass(frozen=True, slots=True)
class Capability:
    """What a format of conversations holds: images per sample, system turns (at most one), and the tokens that text
    may not have. Images are held in user turns only."""

    several_images: bool = True
    system_turn: bool = True
    reserved: re.Pattern[str] = RESERVED

    def losses(self, sample: Sample) -> tuple[list[str], list[str]]:
        """Why the format cannot hold the sample, and what it would lose."""
        impossible, lossy = [], []
        if problem := conversation_problem(sample):
            impossible.append(problem)
        if any(p.image for m in sample.messages if m.role != "user" for p in m.parts):
            impossible.append("image_outside_a_user_turn")
        shown = [im.sha256 for im in shown_images(sample)]
        if not self.several_images and len(set(shown)) > 1:
            impossible.append("several_images")
        if not self.several_images and len(shown) > len(set(shown)):
            lossy.append("image_shown_again")
        system = sum(m.role == "system" for m in sample.messages)
        if system > self.system_turn:
            lossy.append("several_system_turns" if self.system_turn else "system_turn")
        if reserved_token(sample, self.reserved):
            lossy.append("reserved_token")
        return impossible, lossy


def placed_text(message: Message, reserved: re.Pattern[str] = RESERVED) -> str:
    """The message with a placeholder where an image stands. Texts side by side are separated by a blank; reserved
    tokens in them are broken."""
    text, after_text = "", False
    for part in message.parts:
        if part.text is None:
            text, after_text = text + PLACEHOLDER, False
        else:
            text, after_text = f"{text}{' ' * after_text}{escaped(part.text, reserved)}", True
    return text


def with_one_system_turn(sample: Sample) -> tuple[Message, ...]:
    """The turns, those of the system joined into one at the start."""
    said = "\n".join(m.text for m in sample.messages if m.role == "system")
    turns = tuple(m for m in sample.messages if m.role != "system")
    return (Message("system", (Part(text=said),)), *turns) if said else turns


def without_system_turns(sample: Sample) -> tuple[Message, ...]:
    """The turns of user and assistant; what a system turn says stands before the first text of the user."""
    said = "\n".join(m.text for m in sample.messages if m.role == "system")
    first, *others = [m for m in sample.messages if m.role != "system"]
    if not said:
        return (first, *others)
    at = next((i for i, p in enumerate(first.parts) if p.text is not None), len(first.parts))
    text = "\n".join([said, *(p.text or "" for p in first.parts[at : at + 1])])
    parts = (*first.parts[:at], Part(text=text), *first.parts[at + 1 :])
    return (Message(first.role, parts), *others)


def rejected_texts(sample: Sample) -> tuple[tuple[str, ...], str]:
    """The texts that make a pair with the sample's last answer, each different from it; where there is none, why:
    `no_rejected_answer`, `answer_is_not_one_text` (or the rejected one is not) or `rejected_equals_chosen`."""
    if not sample.messages or all(a.verdict in PREFERRED for a in sample.alternatives):
        return (), "no_rejected_answer"
    prompt, chosen = split_answer(sample.messages)
    rejected = list(rejected_answers(sample, prompt))
    if not rejected:
        return (), "rejected_equals_chosen"
    answer, texts = _one_text(chosen), [text for text in map(_one_text, rejected) if text is not None]
    if answer is None or not texts:
        return (), "answer_is_not_one_text"
    different = tuple(dict.fromkeys(text for text in texts if text != answer))
    return different, "" if different else "rejected_equals_chosen"


def _one_text(messages: Sequence[Message]) -> str | None:
    if len(messages) != 1 or messages[0].role != "assistant" or any(p.image for p in messages[0].parts):
        return None
    return messages[0].text if messages[0].text.strip() else None


def pair_id(sample: Sample, number: int) -> str:
    """The row id of a sample's pair `number`, from 0: the sample's own, then `<id>.2`."""
    return f"{sample.id}.{number + 1}" if number else sample.id


def preference_losses(capability: Capability, sample: Sample) -> tuple[list[str], list[str]]:
    """As `Capability.losses`, of a format whose rows are pairs of answers."""
    impossible, lossy = capability.losses(sample)
    rejected, problem = rejected_texts(sample)
    if any(capability.reserved.search(text) for text in rejected) and "reserved_token" not in lossy:
        lossy.append("reserved_token")
    return impossible + ([problem] if problem else []), lossy


Losses = Callable[[Sample], tuple[list[str], list[str]]]
JsonRow = dict[str, Any]


def write_rows(
    export: Export,
    file: str,
    rows_of: Callable[[Sample], Sequence[JsonRow]],
    losses: Losses,
    *,
    boxes: Grounding | None = None,
    read: Callable[[Sample], Collection[str]] = lambda _: (),
    form: Literal["array", "lines", "typed_lines"] = "lines",
) -> None:
    """Write JSON rows and, by row id, `provenance.jsonl`.

    `rows_of` gives the rows of a sample that fits, each with `id` and texts with placeholders; with `boxes`, records
    without messages become conversations about where things are; `read` names fields of a sample that the trainer reads
    besides its messages. `typed_lines` puts the first row with the most values that are not empty in front: loaders
    that infer column types from the first megabytes fail on a later list that is not empty.
    """
    mark, typed = b"[\n" if form == "array" else b"", _FullestRow()
    with export.new_text(file) as lines, export.new_text("provenance.jsonl") as beside:
        for given in export.samples():
            wording = boxes if boxes is not None and boxes.takes(given) else None
            sample = as_conversation(given, wording) if wording else given
            lost = functools.partial(_with_boxes, losses, wording) if wording else losses
            used = {*IN_TURNS, *read(given), *(("regions",) if wording else ())}
            for piece in export.fitting(sample, lost):
                rows = rows_of(piece)
                if len(rows) > 1:
                    export.several(len(rows))
                for row in rows:
                    line = orjson.dumps(row) + (b"" if form == "array" else b"\n")
                    lines.write(mark + line)
                    typed.see(row, len(line))
                    beside.write(export.provenance(piece.having(id=row["id"])))
                    mark = b",\n" if form == "array" else b""
                export.keep(piece, sum(map(_placeholders, rows)), rows=len(rows), read=used)
        if form == "array":
            lines.write(b"\n]\n" if mark == b",\n" else b"[]\n")
    if form == "typed_lines" and typed.start:
        typed.move_to_front(export.folder / file)


class _FullestRow:
    """The first row with the most values that are not empty: its place in the file."""

    def __init__(self) -> None:
        self.start = self.length = self._end = self._most = 0

    def see(self, row: JsonRow, length: int) -> None:
        filled = sum(bool(value) for value in row.values())
        if filled > self._most:
            self.start, self.length, self._most = self._end, length, filled
        self._end += length

    def move_to_front(self, path: Path) -> None:
        with path.open("rb") as old, new_file(path) as new, new.open("wb") as out:
            old.seek(self.start)
            out.write(old.read(self.length))
            old.seek(0)
            left = self.start
            while left and (block := old.read(min(left, 1 << 20))):
                out.write(block)
                left -= len(block)
            old.seek(self.start + self.length)
            shutil.copyfileobj(old, out)


def _with_boxes(losses: Losses, boxes: Grounding, sample: Sample) -> tuple[list[str], list[str]]:
    impossible, lossy = losses(sample)
    return impossible, lossy + unwritten_boxes(sample, boxes)


def _placeholders(value: Any) -> int:
    """Placeholders in all texts of a JSON value."""
    if isinstance(value, str):
        return value.count(PLACEHOLDER)
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return sum(map(_placeholders, inner))
