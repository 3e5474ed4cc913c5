"""Builds the registry of a benchmark from its rows.

Covered: rows that cannot be read (counted, named), training rows of a mixed file (left out, counted), ids that occur
twice (named, told apart), word runs that many items share (instructions, not questions: not evidence). Not covered:
benchmarks without any item, which are an error and never "clean".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from mmrecipes.core.errors import InputError
from mmrecipes.core.image import Image
from mmrecipes.formats.reader import Rows
from mmrecipes.steps.decontaminate import wording
from mmrecipes.steps.decontaminate.features import Features, feature_arrays
from mmrecipes.steps.decontaminate.image_match import LOW, Hashed, benchmark_print
from mmrecipes.steps.decontaminate.items import Item, Kind, items_of, kind_of
from mmrecipes.steps.decontaminate.reading import Embed, SeenRow, Vector, read_rows
from mmrecipes.steps.decontaminate.registry import Array, Coverage, Registry
from mmrecipes.steps.decontaminate.views import VIEWS, Picture, pictures_of

LONG, SHORT = 13, 8
"""Words of the runs that are compared."""
COMMON = 10
"""A run of words that more items than this have says nothing."""
_NAMED = 5
STAND_ALONE = frozenset({"question", "question_and_options", "question_or_options", "with_image"})
"""Rules of benchmarks whose questions are looked for as runs of words."""


def build_registry(
    name: str,
    rows: Rows,
    *,
    images: bool = True,
    embed: Embed | None = None,
    embedder: str = "",
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Registry:
    """The registry of a benchmark. Without `images` only texts and ids are kept.

    Raises `InputError` when there is nothing in it.
    """
    draft = _Draft(name, kind_of(name), images)
    for row in read_rows(rows, embed if images else None):
        draft.add_row(row)
        progress(row.index + 1, len(rows))
    if not draft.ids:
        why = ", ".join(f"{reason} {count}" for reason, count in draft.unreadable.items()) or "it has no rows"
        raise InputError(f"benchmark {name} has no items ({why}): nothing can be said about it")
    return draft.registry(embedder)


class _Draft:
    """Lists that grow row by row."""

    def __init__(self, name: str, kind: Kind, images: bool) -> None:
        self.name, self.kind, self.images = name, kind, images
        self.ids: list[str] = []
        self.unreadable: Counter[str] = Counter()
        self.training = 0
        self.with_images = self.with_text = 0
        self._seen_ids: Counter[str] = Counter()
        self._sources: defaultdict[str, list[int]] = defaultdict(list)
        self._columns: defaultdict[str, list[Any]] = defaultdict(list)
        self._places: dict[bytes, int] = {}
        self._hashed: list[Sequence[Hashed]] = []
        self._features: list[Features] = []
        self._low: list[Vector] = []
        self._vectors: list[Vector] = []

    def add_row(self, row: SeenRow) -> None:
        if row.sample is None:
            self.unreadable[row.problem] += 1
            return
        if str(row.sample.meta.get("split", "")).lower().startswith("train"):
            self.training += 1
            return
        items = list(items_of(row.sample, row.index, self.kind))
        places = self._pictures(row, items[0].images) if items and self.images else []
        for number, item in enumerate(items):
            self._add(item, number, places)

    def _pictures(self, row: SeenRow, images: Sequence[Image]) -> list[int]:
        """The places of a row's pictures among the distinct ones; new ones are added."""
        places: list[int] = []
        for number, image in enumerate(images):
            try:
                for frame, picture in enumerate(pictures_of(image, row.originals.get(image.sha256))):
                    places.append(self._picture(picture, (row.index, number, frame), row.vectors.get(image.sha256)))
            except (OSError, ValueError):
                self.unreadable["corrupt_image"] += 1
        return list(dict.fromkeys(places))

    def _picture(self, picture: Picture, at: tuple[int, int, int], vector: Vector | None) -> int:
        if picture.digest not in self._places:
            self._places[picture.digest] = len(self._hashed)
            made = benchmark_print(picture)
            self._hashed.append(tuple(made.views.values()))
            self._features.append(made.features)
            self._low.append(made.low)
            for name, value in zip(("row", "image", "frame", "size"), (*at, picture.size), strict=True):
                self._columns[f"picture_{name}"].append(value)
            self._vectors += [] if vector is None else [vector]
        return self._places[picture.digest]

    def _add(self, item: Item, number: int, places: Sequence[int]) -> None:
        at, columns = len(self.ids), self._columns
        self._seen_ids[item.id] += 1
        count = self._seen_ids[item.id]
        self.ids.append(item.id if count == 1 else f"{item.id}#{count}")
        for source in item.sources:
            self._sources[source].append(at)
        columns["item_row"].append(item.row)
        columns["item_number"].append(number)
        columns["shows_picture"] += places
        columns["shows_of"] += [at] * len(places)
        self.with_images += bool(places)
        self.with_text += bool(item.question or item.captions)
        self._add_texts(item, at)

    def _add_texts(self, item: Item, at: int) -> None:
        columns = self._columns
        question = wording.word_list(item.question)
        options = [wording.word_list(option) for option in item.options]
        columns["item_question"].append(wording.digest(question))
        columns["item_template"].append(wording.digest(wording.without_numbers(question)))
        columns["item_words"].append(len(question))
        columns["item_numbers"].append(any(map(wording.is_number, question)))
        columns["item_options"].append(wording.set_digest(item.options))
        columns["item_option_count"].append(len(options))
        columns["item_option_least"].append(min(map(len, options), default=0))
        columns["item_option_words"].append(sum(map(len, options)))
        for answer in map(wording.word_list, item.answers):
            _append(columns, "answer", at, answer)
        for caption in map(wording.word_list, item.captions):
            _append(columns, "caption", at, caption)
        if self.kind.text not in STAND_ALONE:
            return
        answer = wording.word_list(item.answers[-1]) if item.answers else []
        for length in (LONG, SHORT):
            several = [question + answer, question + [w for o in options for w in o] + answer] if length == LONG else []
            runs = [wording.runs(wording.digests(words), length) for words in (several or [question])]
            distinct = np.unique(np.concatenate(runs))
            columns[f"run{length}"] += distinct.tolist()
            columns[f"run{length}_of"] += [at] * len(distinct)

    def registry(self, embedder: str) -> Registry:
        return Registry(
            name=self.name,
            kind=self.kind,
            coverage=Coverage(
                items=len(self.ids),
                with_images=self.with_images,
                with_text=self.with_text,
                pictures=len(self._hashed),
                unreadable=dict(sorted(self.unreadable.items())),
            ),
            remarks=tuple(self._remarks()),
            embedder=embedder,
            item_id=self.ids,
            source_ids=dict(sorted(self._sources.items())),
            arrays={**self._text_arrays(), **self._picture_arrays()},
        )  # fmt: skip

    def _remarks(self) -> Iterator[str]:
        twice = [name for name, count in self._seen_ids.items() if count > 1]
        if twice:
            named = ", ".join(twice[:_NAMED]) + (" …" if len(twice) > _NAMED else "")
            yield f"{len(twice)} ids occur more than once ({named}); later ones are called ID#2, ID#3 …"
        if self.training:
            yield f"{self.training} rows say that they are of the training split and are left out"
        if self.unreadable:
            reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(self.unreadable.items()))
            yield f"not all of it can be recognised: {reasons}"

    def _text_arrays(self) -> dict[str, Array]:
        kinds: dict[str, Any] = {
            "item_row": np.int32, "item_number": np.int32, "item_question": np.uint64, "item_template": np.uint64,
            "item_words": np.int32, "item_numbers": np.bool_, "item_options": np.uint64, "item_option_count": np.int32,
            "item_option_least": np.int32, "item_option_words": np.int32, "answer_digest": np.uint64,
            "answer_words": np.int32, "answer_of": np.int32, "caption_digest": np.uint64, "caption_words": np.int32,
            "caption_of": np.int32, "shows_picture": np.int32, "shows_of": np.int32,
        }  # fmt: skip
        arrays = {name: np.array(self._columns[name], kind) for name, kind in kinds.items()}
        for length in (LONG, SHORT):
            values = np.array(self._columns[f"run{length}"], np.uint64)
            of = np.array(self._columns[f"run{length}_of"], np.int32)
            arrays[f"run{length}"], arrays[f"run{length}_of"] = _rare(values, of)
        arrays["item_runs"] = np.bincount(arrays[f"run{SHORT}_of"], minlength=len(self.ids)).astype(np.int32)
        return arrays

    def _picture_arrays(self) -> dict[str, Array]:
        count, columns = len(self._hashed), self._columns
        hashes = [[(h.phash, h.dhash) for h in views] for views in self._hashed]
        views = np.array(hashes, np.uint64).reshape(count, len(VIEWS), 2)
        return {
            **{f"picture_{n}": np.array(columns[f"picture_{n}"], np.int32) for n in ("row", "image", "frame")},
            "picture_size": np.array(columns["picture_size"], np.int32).reshape(count, 2),
            "picture_pixels": np.frombuffer(b"".join(self._places), np.uint8).reshape(count, 32),
            "picture_phash": views[:, :, 0],
            "picture_dhash": views[:, :, 1],
            "picture_low": np.array(self._low, np.float16).reshape(count, LOW),
            "picture_vector": np.array(self._vectors, np.float16) if self._vectors else np.empty((0, 0), np.float16),
            **feature_arrays(self._features),
        }


def _append(columns: defaultdict[str, list[Any]], name: str, at: int, words: list[str]) -> None:
    if words:
        columns[f"{name}_digest"].append(wording.digest(words))
        columns[f"{name}_words"].append(len(words))
        columns[f"{name}_of"].append(at)


def _rare(values: Array, of: Array) -> tuple[Array, Array]:
    """Sorted by value, without those that more than `COMMON` items have."""
    order = np.lexsort((of, values))
    values, of = values[order], of[order]
    _, counts = np.unique(values, return_counts=True)
    kept = np.repeat(counts <= COMMON, counts)
    return values[kept], of[kept]
