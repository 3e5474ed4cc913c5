"""Rows of JSON arrays and JSON lines that are conversations: what the readers of several trainers' formats share.

Covered: finding the file in a folder, records on disk, opening the pictures a row names, turns whose text has
`<image>` where a picture stands, what else a row says into `meta`, remarks about the first rows. Not covered: what a
format calls its keys and how its trainer treats a wrong number of placeholders (see the formats); pictures by URL.
"""

from __future__ import annotations

import functools
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image, image_from_bytes, image_from_file
from mmrecipes.core.sample import Alternative, Message, Part, Region, Role, Sample
from mmrecipes.formats.image_cells import data_in, inside, is_data
from mmrecipes.formats.json_lists import open_records
from mmrecipes.formats.look import Look, first_records
from mmrecipes.formats.pictures import PictureError, Pictures, located_pictures
from mmrecipes.formats.reader import ReadOptions, RowError
from mmrecipes.formats.row_messages import PLACEHOLDER, parts_of
from mmrecipes.formats.table_samples import SHARED

_BECOMES = {
    "image": "images", "images": "images", "objects": "regions, messages", "chosen": "messages: the answer",
    "rejected": "alternatives", "rejected_response": "alternatives", "rejected_messages": "alternatives",
}  # fmt: skip
_TURNS = "messages: turns"
LOOKED_AT = 10_000
"""Rows that remarks are about; reading all of a large source twice is not worth more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn before pictures are opened. `placed`: its placeholders are images, otherwise they are plain text."""

    role: Role
    text: str
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A record read, before pictures are opened. `images` holds what the row calls them, as many as placeholders;
    `used` the keys that need no place in `meta`; `notes` say what was read in a special way. `finish` is given the
    sample and the opened images where more is to be made of them; `upright` says that it takes pictures as they are
    stored, so that one to be turned by its EXIF tag cannot be used."""

    turns: tuple[Turn, ...]
    images: tuple[str, ...] = ()
    rejected: tuple[tuple[Turn, ...], ...] = ()
    used: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    finish: Callable[[Sample, Sequence[Image]], Sample] | None = None
    upright: bool = False

    @property
    def placeholders(self) -> int:
        return sum(t.text.count(PLACEHOLDER) for t in self.turns if t.placed)


@dataclass(frozen=True)
class ConversationRows:
    """An opened source; `read` makes a `Row` of a record and raises `RowError`."""

    path: Path
    records: Sequence[Any]
    pictures: Pictures
    read: Callable[[Mapping[str, Any]], Row]
    said: tuple[str, ...] = field(default=())
    """Remarks of the format itself."""

    def __len__(self) -> int:
        return len(self.records)

    @property
    def columns(self) -> Sequence[str]:
        """Keys of the first records."""
        first = (r for r in islice(first_records(self.path), 100) if isinstance(r, dict))
        return tuple(dict.fromkeys(str(key) for record in first for key in record))

    @property
    def becomes(self) -> Mapping[str, str]:
        """What becomes of the keys of the first records; `not read` of one that only records without use have."""
        found: dict[str, str] = {}
        for record in (r for r in islice(first_records(self.path), 100) if isinstance(r, dict)):
            try:
                used = self.read(record).used
            except InputError:
                continue
            found |= {str(k): _BECOMES.get(k, _TURNS) if k in used else SHARED.get(k, "meta") for k in record}
        return {c: found.get(c, "not read") for c in self.columns}

    @property
    def remarks(self) -> Sequence[str]:
        """What is wrong with how many of the first rows, and what of them is read in a special way."""
        return self._remarks

    @functools.cached_property
    def _remarks(self) -> Sequence[str]:
        wrong: Counter[str] = Counter()
        notes: Counter[str] = Counter()
        looked_at = min(len(self), LOOKED_AT)
        for index in range(looked_at):
            try:
                _, row = self._row(index)
                for name in row.images:
                    self._find(name)
                notes.update(set(row.notes))
            except InputError as e:
                wrong[getattr(e, "reason", "unreadable_row")] += 1
        of = f"of {looked_at:,} rows" if looked_at == len(self) else f"of the first {looked_at:,} rows"
        unusable = [f"{count:,} {of} cannot be used: {reason}" for reason, count in wrong.most_common()]
        return (*self.said, *unusable, *(f"{count:,} {of}: {note}" for note, count in notes.most_common()))

    def sample(self, index: int) -> Sample:
        """As of `formats.reader.Rows`."""
        record, row = self._row(index)
        opened = {name: self._image(name, row.upright) for name in dict.fromkeys(row.images)}
        images = [opened[name] for name in row.images]
        left = iter(images)
        said = {
            SHARED[k]: str(v)
            for k, v in record.items()
            if k in SHARED and k not in row.used and isinstance(v, (str, int)) and v != ""
        }
        sample = Sample(
            id=said.get("id", f"{self.path.stem}/{index:06d}"),
            source=said.get("source", ""),
            licence=said.get("licence", ""),
            language=said.get("language", ""),
            images=tuple({im.sha256: im for im in images}.values()),
            messages=tuple(_message(turn, left) for turn in row.turns),
            alternatives=tuple(
                Alternative("rejected", tuple(_message(turn, iter(())) for turn in turns)) for turns in row.rejected
            ),
            truth_source="annotated",
            meta={k: v for k, v in record.items() if SHARED.get(k) not in {"id", *said} and k not in row.used},
        )
        return row.finish(sample, images) if row.finish else sample

    def _row(self, index: int) -> tuple[Mapping[str, Any], Row]:
        record = self.records[index]
        if not isinstance(record, dict):
            raise RowError("not_an_object", f"row {index} is no object but {type(record).__name__}")
        row = self.read(record)
        if not row.turns:
            raise RowError("no_turns", f"row {index} has no turns")
        if row.placeholders != len(row.images):
            raise RowError("placeholder_mismatch", f"{row.placeholders} {PLACEHOLDER} for {len(row.images)} images")
        return record, row

    def _image(self, name: str, upright: bool) -> Image:
        found = self._find(name)
        image = image_from_file(found) if isinstance(found, Path) else image_from_bytes(found)
        if upright and isinstance(image.source, bytes) and _is_turned(found):
            raise PictureError("ambiguous_orientation", f"{name[:80]}: turn its pixels and remove EXIF tag 0x0112")
        return image

    def _find(self, name: str) -> Path | bytes:
        """The file, or the bytes, of a picture. Raises `PictureError`."""
        return data_in(name) if is_data(name) else self.pictures.find(inside(name, self.pictures.folders))


def _message(turn: Turn, images: Iterator[Image]) -> Message:
    parts = tuple(parts_of(turn.text, images)) if turn.placed else (Part(text=turn.text),)
    return Message(turn.role, parts)


def _is_turned(picture: Path | bytes) -> bool:
    from PIL import Image as Pil

    with Pil.open(picture if isinstance(picture, Path) else io.BytesIO(picture)) as im:
        return im.getexif().get(0x0112, 1) != 1


def open_rows(
    file: Path,
    options: ReadOptions,
    read: Callable[[Mapping[str, Any]], Row],
    said: tuple[str, ...] = (),
) -> ConversationRows:
    """The rows of a JSON file. Raises `InputError` when it holds no records or none of its first pictures is found."""
    records = open_records(file)
    if not len(records):
        raise InputError(f"{file} holds no rows")
    home = file.resolve().parent
    asked = Pictures((options.images,) if options.images else (home,))
    names = list(islice(_picture_names(records, read), 200))
    pictures = located_pictures(file, (inside(n, asked.folders) for n in names), options.images) if names else asked
    return ConversationRows(file, records, pictures, read, said)


def _picture_names(records: Sequence[Any], read: Callable[[Mapping[str, Any]], Row]) -> Iterator[str]:
    """The names of pictures in files among the first thousand rows that can be read."""
    for index in range(min(len(records), 1000)):
        try:
            record = records[index]
            images = read(record).images if isinstance(record, dict) else ()
        except InputError:
            continue
        yield from (n for n in images if not is_data(n) and "://" not in n)


def picture_names(value: Any) -> tuple[str, ...]:
    """The names in a cell that holds one picture, a list of them, or none; each a path or {path}. Raises `RowError`
    `not_an_image`."""
    several = value if isinstance(value, list) else [value] if value else []
    names = [n.get("path") if isinstance(n, dict) else n for n in several]
    usable = tuple(n for n in names if isinstance(n, str) and n)
    if len(usable) < len(names):
        raise RowError("not_an_image", f"a picture is not given as a path: {str(value)[:80]}")
    return usable


def shown_records(look: Look, *suffixes: str) -> tuple[Path | None, Sequence[Mapping[str, Any]]]:
    """The JSON file that a path is, or the only one at the top of a folder whose records are objects with turns, and
    its first records."""
    if not look.is_folder:
        usable = look.path.suffix.lower() in suffixes
        return (look.path, _objects(look.records)) if usable else (None, ())
    tops = [look.path / n for n in look.names if "/" not in n and n.lower().endswith(suffixes)]
    found = [(file, records) for file in tops if (records := _with_turns(file))]
    return found[0] if len(found) == 1 else (None, ())


def _with_turns(file: Path) -> Sequence[Mapping[str, Any]]:
    records = _objects(tuple(islice(first_records(file), 5)))
    return records if records and any(k in records[0] for k in ("conversations", "messages")) else ()


def _objects(records: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
    return tuple(r for r in records if isinstance(r, dict))


def is_array(file: Path) -> bool:
    """Whether a file begins as a JSON array."""
    with file.open("rb") as opened:
        return opened.read(256).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def turns_in(record: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """The turns of a record as a list of objects. Raises `RowError`: `no_turns`, `bad_turns`."""
    turns = record.get(key)
    if not turns:
        raise RowError("no_turns", f"{key} is missing or empty")
    if not isinstance(turns, list) or not all(isinstance(t, dict) for t in turns):
        raise RowError("bad_turns", f"{key} is no list of turns: {str(turns)[:60]}")
    return turns


def text_in(turn: Mapping[str, Any], key: str) -> str:
    """The text of a turn. Raises `RowError` `no_text`."""
    text = turn.get(key)
    if not isinstance(text, str):
        raise RowError("no_text", f"{key} of a turn is no text: {json.dumps(text, default=str)[:60]}")
    return text


def check_alternation(turns: Sequence[Turn]) -> None:
    """Raises `RowError`: `does_not_start_with_the_user`, `turns_do_not_alternate` (after a system turn)."""
    roles = [t.role for t in turns if t.role != "system"]
    if roles and roles[0] != "user":
        raise RowError("does_not_start_with_the_user", f"the first turn is the {roles[0]}'s")
    if any(role != ("user", "assistant")[i % 2] for i, role in enumerate(roles)):
        raise RowError("turns_do_not_alternate", ", ".join(roles[:8]))


def region(image: Image, label: str, box: tuple[float, float, float, float]) -> Region:
    """A labelled box in an image."""
    x0, y0, x1, y1 = box
    return Region(image.sha256, label, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
