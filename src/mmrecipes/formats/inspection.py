"""What a source holds, before anything is done with it: columns, rows that cannot be used, sizes, a few samples.

Covered: every row of a small source, an evenly spread part of a large one (or every row when asked), each read and
decoded as a run would. Not covered: the meaning of what is there, duplicates, rows that other steps would drop.
"""

from __future__ import annotations

import statistics
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Sample, sample_to_json
from mmrecipes.formats.look import Look
from mmrecipes.formats.plain_rows import PLAIN, holds_rows, json_in
from mmrecipes.formats.reader import AUTO, ReadOptions, Rows, open_source, recognised, sample_at, unread_files
from mmrecipes.formats.unrecognised import why_unread

CHECKED = 500
"""Rows that are checked of a source with more."""
READ, KEPT, UNSEEN = "read", "meta", "nothing in the rows checked"


@runtime_checkable
class Explained(Protocol):
    """Rows that say what becomes of each column."""

    @property
    def becomes(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, median and largest of some numbers."""

    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows that cannot be used for one reason: how many, and the first of them with what is wrong."""

    reason: str
    count: int
    first_row: int
    detail: str


@dataclass(slots=True)
class _Tally:
    """What the rows checked add up to."""

    usable: list[int] = field(default_factory=list)
    problems: dict[str, list[Any]] = field(default_factory=dict)
    meta: dict[str, Counter[str]] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    numbers: dict[str, array[float]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    repeated_ids: int = 0

    def count(self, name: str, value: str) -> None:
        self.counts.setdefault(name, Counter())[value] += 1

    def measure(self, name: str, values: Iterable[float]) -> None:
        self.numbers.setdefault(name, array("d")).extend(values)

    def wrong(self, index: int, error: InputError) -> None:
        reason = getattr(error, "reason", "unreadable_row")
        self.problems.setdefault(reason, [0, index, str(error)])[0] += 1

    def add(self, index: int, sample: Sample) -> None:
        self.usable.append(index)
        for name, value in sample.meta.items():
            self.meta.setdefault(name, Counter())[_type_of(value)] += 1
        self.repeated_ids += sample.id in self.ids
        self.ids.add(sample.id)
        self.count("split", sample.split)
        self.count("kind", sample.kind)
        self.count("turns", " ".join(m.role for m in sample.messages) or "none")
        self.measure("images per row", [len(sample.images)])
        for image in sample.images:
            self.count("format", image.media_type.removeprefix("image/"))
            self.measure("width", [image.width])
            self.measure("height", [image.height])
            self.measure("bytes", [len(image.data)])
        for message in sample.messages:
            self.measure(f"characters of {message.role}", [len(message.text)])
        for name in ("alternatives", "extras", "regions"):
            if getattr(sample, name):
                self.count("rows with", name)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. `counts` and `spreads` are over the usable rows among those checked; `others` are further readers
    that recognise the path, each with its reason; `unread_files` those of the remarks that tell of a file of which
    nothing can be read; `types` what the values of columns kept in `meta` are. Not `recognised` are rows that no reader
    takes for its own: they were read as they are (see `plain_rows`), and `why` says what was looked for in vain."""

    path: Path
    recognised: bool
    reader: str
    why: str
    others: Mapping[str, str]
    rows: int
    checked: int
    usable: int
    columns: Mapping[str, str]
    types: Mapping[str, Mapping[str, int]]
    remarks: Sequence[str]
    unread_files: Sequence[str]
    problems: Sequence[Problem]
    repeated_ids: int
    counts: Mapping[str, Mapping[str, int]]
    spreads: Mapping[str, Spread]
    samples: Sequence[Sample]

    def to_json(self) -> dict[str, Any]:
        """Everything as a JSON value, images by hash and size."""
        return {
            **{name: getattr(self, name) for name in ("recognised", "reader", "why", "rows", "checked", "usable")},
            "repeated_ids": self.repeated_ids,
            "path": str(self.path),
            "others": dict(self.others),
            "columns": dict(self.columns),
            "types": {name: dict(found) for name, found in self.types.items()},
            "remarks": list(self.remarks),
            "unread_files": list(self.unread_files),
            "problems": [
                {"reason": p.reason, "count": p.count, "first_row": p.first_row, "detail": p.detail}
                for p in self.problems
            ],
            "counts": {name: dict(values) for name, values in self.counts.items()},
            "spreads": {n: {"least": s.least, "median": s.median, "most": s.most} for n, s in self.spreads.items()},
            "samples": [{k: v for k, v in sample_to_json(s).items() if k != "draft"} for s in self.samples],
        }


def inspect(
    path: Path, reader: str = AUTO, options: ReadOptions | None = None, *, samples: int = 10, every_row: bool = False
) -> Inspection:
    """Open a source and look at `CHECKED` rows of it, evenly spread, or at every row.

    Raises what `formats.reader.open_source` raises; rows of keys that no reader knows are looked at all the same.
    """
    reasons = {found.name: why for found, why in recognised(path)} if reader == AUTO else {}
    plain = reader == AUTO and not reasons and holds_rows(path)
    chosen, rows = open_source(path, PLAIN if plain else reader, options or ReadOptions())
    reasons = reasons or {found.name: why for found, why in recognised(path)}
    indices = range(len(rows)) if every_row else _spread(len(rows), CHECKED)
    tally = _tallied(rows, indices)
    problems = [Problem(reason, *found) for reason, found in tally.problems.items()]
    shown = [tally.usable[i] for i in _spread(len(tally.usable), samples)]
    return Inspection(
        path=path,
        recognised=not plain,
        reader=chosen.name,
        why=why_unread(Look(path)) if plain else reasons.pop(chosen.name, "named, not recognised"),
        others=reasons,
        rows=len(rows),
        checked=len(indices),
        usable=len(tally.usable),
        columns=_columns(rows, tally),
        types={name: dict(found.most_common()) for name, found in tally.meta.items()},
        remarks=rows.remarks,
        unread_files=unread_files(rows),
        problems=sorted(problems, key=lambda p: (-p.count, p.reason)),
        repeated_ids=tally.repeated_ids,
        counts={name: dict(found.most_common()) for name, found in tally.counts.items()},
        spreads={n: Spread(min(v), statistics.median(v), max(v)) for n, v in tally.numbers.items() if len(v)},
        samples=[rows.sample(i) for i in shown],
    )


def _type_of(value: Any) -> str:
    """What a value of JSON is, in words for people; of a list after its first element."""
    if isinstance(value, str):
        return "text" if json_in(value) is value else "JSON as text"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list | tuple):
        inner = _type_of(value[0]) if value else "nothing"
        return f"list of {inner.partition(' of ')[0]}s" if value else "empty list"
    return "yes or no" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "nothing"


def _tallied(rows: Rows, indices: Sequence[int]) -> _Tally:
    tally = _Tally()
    for index in indices:
        try:
            sample = sample_at(rows, index)
        except InputError as e:
            tally.wrong(index, e)
        else:
            tally.add(index, sample)
    return tally


def _columns(rows: Rows, tally: _Tally) -> dict[str, str]:
    """What becomes of each column: as the reader says; else what the samples show."""
    if isinstance(rows, Explained):
        return dict(rows.becomes)
    return {c: KEPT if c in tally.meta else READ if tally.usable else UNSEEN for c in rows.columns}


def _spread(count: int, wanted: int) -> list[int]:
    """At most `wanted` numbers below `count`, in order: one from each of as many equal stretches, drawn there with a
    fixed seed, since a source may repeat at any period."""
    if count <= wanted:
        return list(range(count))
    edges = [i * count // wanted for i in range(wanted + 1)] if wanted else []
    return [low + seed_from("inspect", low) % (high - low) for low, high in pairwise(edges)]
