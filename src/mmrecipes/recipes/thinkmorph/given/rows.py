"""What users bring for searches and charts: JSON lines with a picture, a question, its answer and the evidence boxes.

A line: {"task": "search" or "chart", "image": path, "question": text, "answer": text, "boxes": [[x0, y0, x1, y1], …]}
in pixels of the upright picture; a search may have "options" (four texts with the answer among them), else three wrong
ones are taken from the answers of lines with the same "kind" (colour, object…). Paths start from the file's folder.

Covered: reading, the source that mixes lines and invented problems. Not covered: pictures by URL.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample

INPUT = "annotated"
TASKS = ("search", "chart")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file: its number from 1, and what it holds; `wrong` says why it is no record."""

    number: int
    value: Mapping[str, Any]
    wrong: str = ""


@functools.lru_cache(maxsize=2)
def read_rows(file: Path) -> dict[str, tuple[Row, ...]]:
    """The lines by task. Lines that are no record stand where their task says, or with the searches, to be dropped with
    the reason. Raises `InputError` for a file that cannot be read or holds nothing usable."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as e:
        raise InputError(f"{file} cannot be read: {e.strerror or e}") from e
    found: dict[str, list[Row]] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            row = _row(number, line)
            task = row.value.get("task")
            found.setdefault(task if task in TASKS else TASKS[0], []).append(row)
    rows = [r for group in found.values() for r in group]
    if not rows or all(r.wrong for r in rows):
        raise InputError(f"{file} holds no usable line{f'; line {rows[0].number}: {rows[0].wrong}' if rows else ''}")
    return {task: tuple(group) for task, group in found.items()}


def _row(number: int, line: bytes) -> Row:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as e:
        return Row(number, {}, f"not JSON: {e}")
    if not isinstance(value, dict):
        return Row(number, {}, "no object")
    if value.get("task") not in TASKS:
        return Row(number, value, f"task must be one of {', '.join(TASKS)}")
    missing = [k for k in ("image", "question", "answer") if not str(value.get(k) or "").strip()]
    return Row(number, value, f"without {', '.join(missing)}" if missing else "")


def answers_of_kind(rows: tuple[Row, ...], kind: str) -> tuple[str, ...]:
    """The different answers of the lines of this kind, in order."""
    return tuple(dict.fromkeys(str(r.value["answer"]) for r in rows if not r.wrong and r.value.get("kind", "") == kind))


@dataclass(frozen=True, slots=True)
class Problems:
    """The source: endless seeds, but of a task that lines were brought for just these."""

    recipe: str
    weights: Mapping[str, float]
    given: Mapping[str, tuple[Row, ...]]
    remarks: tuple[str, ...] = ()
    yields: int = 1
    writes: ClassVar[tuple[str, ...]] = ("draft.stratum", "draft.index", "draft.row")

    def strata(self) -> Mapping[str, float]:
        return self.weights

    def size(self, stratum: str) -> int | None:
        return len(self.given[stratum]) if stratum in self.given else None

    def sample(self, stratum: str, index: int) -> Sample:
        row = self.given[stratum][index] if stratum in self.given else None
        draft = {"stratum": stratum, "index": index, "row": row}
        return Sample(id=f"{self.recipe}/{stratum}/{index:06d}", subset=stratum, task=stratum, draft=draft)
