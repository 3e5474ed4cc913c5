"""Samples for people to look at: marked here, listed beside the run by `report/review`, and verdicts taken back.

Covered: a stratified share as a function of stratum and index, never of a running count; verdicts from a JSON lines
file, tied to the content they were given on. Not covered: who looks, how long they have.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
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
    1 / share candidates (of 2 and 3 in turn for 0.4); for shares above a half all but so many."""
    if share > 0.5:
        return not chosen(stratum, index, 1 - share, what)
    part = Fraction(share).limit_denominator(10_000)
    if part <= 0:
        return False
    number = math.floor(index * part)
    first, next_one = math.ceil(number / part), math.ceil((number + 1) / part)
    return first + seed_from(what, stratum, number) % (next_one - first) == index


def place(sample: Sample) -> tuple[str, int]:
    """Stratum and index, from an id like `qianfan-vl/table/000017` or `….2`."""
    found = re.fullmatch(r"(?:.*/)?([^/]+)/(\d+)(?:[.+].*)?", sample.id)
    if found is None:
        raise ValueError(f"the id {sample.id!r} names no stratum and index")
    return found[1], int(found[2])


@dataclass(frozen=True, slots=True)
class MarkForReview:
    """`meta.review` is `sample` for a share of every stratum; what has a mark keeps it, what a person has seen gets
    none."""

    share: float
    reads: ClassVar = ("meta",)
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "mark_for_review"

    def __call__(self, sample: Sample) -> Sample:
        if {"review", "reviewed"} & set(sample.meta) or not chosen(*place(sample), self.share, "review"):
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
    """Drops what a person rejected; `meta.reviewed` marks what one accepted, which then no longer waits for one."""

    reads: ClassVar = ("messages", "meta")
    writes: ClassVar = ("meta",)
    name: ClassVar[str] = "human_verdict"

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        verdict = verdict_on(sample, context)
        if verdict == "reject":
            return Drop("rejected_by_reviewer")
        if verdict is None:
            return sample
        return sample.having(meta={**{k: v for k, v in sample.meta.items() if k != "review"}, "reviewed": verdict})
