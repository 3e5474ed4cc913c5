"""Samples for people to look at: marked here, listed beside the run by `report/review`, and verdicts taken back.

Covered: a stratified share as a function of stratum and index, never of a running count; verdicts from a JSON lines
file, tied to the content they were given on. Not covered: who looks, how long they have.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import orjson

from mmrecipes.core.errors import InputError
from mmrecipes.core.identity import seed_from
from mmrecipes.core.sample import Sample, content_mark
from mmrecipes.flow.step import Drop, StepContext

Verdict = Literal["accept", "reject"]


def chosen(stratum: str, index: int, share: float, what: str) -> bool:
    """Whether a candidate belongs to the `share` (0..1) of its stratum: one, at a place drawn for it, of every
    1 / share candidates (rounded); for shares above a half all but one of every 1 / (1 - share)."""
    if share > 0.5:
        return share >= 1 or not chosen(stratum, index, 1 - share, what)
    if share <= 0:
        return False
    block = round(1 / share)
    return seed_from(what, stratum, index // block) % block == index % block


def place(sample: Sample) -> tuple[str, int]:
    """Stratum and index, from an id like `qianfan-vl/table/000017` or `….2`."""
    found = re.fullmatch(r"(?:.*/)?([^/]+)/(\d+)(?:[.+].*)?", sample.id)
    if found is None:
        raise ValueError(f"the id {sample.id!r} names no stratum and index")
    return found[1], int(found[2])


@dataclass(frozen=True, slots=True)
class MarkForReview:
    """`meta.review` is `sample` for a share of every stratum; what has a mark keeps it."""

    share: float
    reads: ClassVar = ("meta",)
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "mark_for_review"

    def __call__(self, sample: Sample) -> Sample:
        if sample.meta.get("review") or not chosen(*place(sample), self.share, "review"):
            return sample
        return sample.having(meta={**sample.meta, "review": "sample"})


@functools.lru_cache(maxsize=2)
def read_verdicts(path: Path) -> Mapping[str, tuple[Verdict, str]]:
    """Id to (verdict, content mark). Raises `InputError` that names the line; lines without a verdict are skipped."""
    found: dict[str, tuple[Verdict, str]] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
            verdict, key = value.get("verdict"), (str(value["id"]), str(value["content"]))
        except (orjson.JSONDecodeError, AttributeError, KeyError) as e:
            raise InputError(f"{path}, line {number}: no object with id, content and verdict ({e})") from e
        if verdict not in ("accept", "reject", "", None):
            raise InputError(f"{path}, line {number}: the verdict is {verdict!r}; write accept or reject")
        if verdict:
            found[key[0]] = (verdict, key[1])
    return found


def verdict_on(sample: Sample, context: StepContext, input_name: str = "verdicts") -> Verdict | None:
    """What a person said of this sample, if an input holds verdicts. Raises `InputError` where it was said of other
    content under the same id (another seed, other parameters)."""
    if input_name not in context.inputs:
        return None
    verdict, mark = read_verdicts(context.inputs[input_name]).get(sample.id, (None, ""))
    if verdict is not None and mark != content_mark(sample):
        raise InputError(
            f"the verdict on {sample.id} was given on other content; use --seed and parameters of the reviewed run"
        )
    return verdict


@dataclass(frozen=True, slots=True)
class HumanVerdict:
    """Drops what a person rejected; `meta.reviewed` marks what one accepted."""

    reads: ClassVar = ("messages", "meta")
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "human_verdict"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        verdict = verdict_on(sample, context)
        if verdict == "reject":
            return Drop("rejected_by_reviewer")
        return sample if verdict is None else sample.having(meta={**sample.meta, "reviewed": verdict})
