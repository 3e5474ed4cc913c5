"""A recipe for the tests of the flow: two strata, 40 % dropped, switches for everything that can go wrong."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from mmrecipes.canvas.encode import encode
from mmrecipes.core.image import FileRange, Image
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import Attempt, FanOut, Merge, Pipeline, Repeat, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Drop, Seeds, StepContext, step


class Params(RecipeParams):
    drop: float = 0.4
    twice: bool = False
    torn: bool = False
    one_of_eight_fails: bool = False
    attempts: int = 1
    dedup: bool = False
    dedup_at_the_end: bool = False
    merge: bool = False
    ends_in_a_route: bool = False
    wait: float = 0.0
    kill_at: int = -1
    raise_every: int = 0
    exit_before_row: bool = False
    sleep: float = 0.0
    unstorable_at: int = -1
    picture_gone_at: int = -1
    image_bytes: int = 0


def source(params: Params, inputs: Mapping[str, Path]) -> Seeds:
    if params.exit_before_row and os.environ.get("OPENCV_FOR_THREADS_NUM"):
        os._exit(7)
    return Seeds("toy", {"a": 1.0, "b": 2.0}, ("nothing to remark",))


def picture(number: int) -> Image:
    """One of ten tiny grey pictures."""
    return encode(np.full((2, 3, 3), 20 * number, np.uint8))


def noise(data: bytes) -> Image:
    """A picture that does not compress: as many bytes as given, about."""
    rows = len(data) // 300
    return encode(np.frombuffer(data[: rows * 300], np.uint8).reshape(rows, 100, 3))


@dataclass(frozen=True)
class Draw:
    """Content from the seed, an image shared by every tenth sample, and the unlucky ones dropped."""

    drop: float
    image_bytes: int
    reads = ("draft.index",)
    writes = ("images", "messages", "draft.value")

    def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        rng = context.rng
        if rng.random() < self.drop:
            return Drop("unlucky", f"seed {context.run_seed}")
        index = sample.draft["index"]
        image = picture(index % 10)
        if self.image_bytes:
            image = noise(rng.randbytes(self.image_bytes))
        value = rng.randrange(40)
        return sample.having(
            images=(image,), messages=(user(image, f"value of {index}?"), assistant(str(value)))
        ).drafting(value=value)


@dataclass(frozen=True)
class Trouble:
    """Kills, raises, sleeps or stores nonsense where the parameters say so."""

    params: Params
    reads = ("draft.index",)
    writes = ()

    def __call__(self, sample: Sample) -> Sample:
        import time

        index, p = sample.draft["index"], self.params
        if index == p.kill_at and sample.draft["stratum"] == "b":
            os.kill(os.getpid(), signal.SIGKILL)
        if p.raise_every and index % p.raise_every == p.raise_every - 1:
            raise RuntimeError(f"no luck with {index}")
        if p.sleep:
            time.sleep(p.sleep)
        if index == p.picture_gone_at:
            gone = FileRange(Path("/gone/picture.png"), 0, 9)
            return sample.having(images=tuple(replace(im, source=gone) for im in sample.images))
        return sample.having(truth={1: "a key that is no text"}) if index == p.unstorable_at else sample


@dataclass(frozen=True)
class Wait:
    """An async step: what a model call looks like to the engine. Notes how many rows were waiting at once."""

    seconds: float
    reads = ()
    writes = ()
    waiting: ClassVar[list[int]] = [0]

    async def __call__(self, sample: Sample) -> Sample:
        self.waiting[0] += 1
        together = self.waiting[0]
        await asyncio.sleep(self.seconds * (1 + sample.draft["index"] % 3))
        self.waiting[0] -= 1
        return sample.scored(together=together)


@dataclass(frozen=True)
class KeepFirst:
    """Keep the first sample of each value."""

    prefix_stable = True

    def keys(self) -> Mapping[str, Any]:
        return {"value": lambda s: s.draft["value"]}

    def decide(self, db: object) -> str:
        return (
            "SELECT id, CASE WHEN row_number() OVER w > 1 THEN 'seen_before' END AS reason, "
            "first(id) OVER w AS detail, '{\"first\": true}' AS added "
            "FROM samples WINDOW w AS (PARTITION BY value ORDER BY ordinal)"
        )


def join(members: tuple[Sample, ...]) -> Sample | Drop:
    if len(members) > 12:
        return Drop("too_many", str(len(members)))
    images = {im.sha256: im for s in members for im in s.images}
    return members[0].having(images=tuple(images.values()), messages=tuple(m for s in members for m in s.messages))


@step(reads=(), writes=())
def refuse(sample: Sample) -> Drop:
    return Drop("torn")


@step(reads=(), writes=())
def fail(sample: Sample) -> Sample:
    raise RuntimeError("no luck with this one")


@step(reads=("messages",), writes=("meta",))
def finish(sample: Sample) -> Sample:
    return sample.having(meta={"first": sample.draft.get("first", False)})


def pipeline(params: Params) -> Pipeline:
    draw: Any = Draw(params.drop, params.image_bytes)
    if params.attempts > 1:
        draw = Repeat(draw, times=params.attempts)
    steps: list[Any] = [draw, Trouble(params)]
    if params.wait:
        steps.append(Wait(params.wait))
    if params.torn:
        steps.append(Attempt(FanOut(Pipeline(), Pipeline()), refuse, otherwise=Pipeline()))
    if params.one_of_eight_fails:
        steps.append(FanOut(Pipeline(fail), *[Pipeline()] * 7))
    if params.twice:
        steps.append(FanOut(Pipeline(finish), Pipeline()))
    if params.dedup:
        steps.append(KeepFirst())
    if params.merge:
        steps.append(Merge(lambda s: str(s.draft["value"]), join))
    if params.ends_in_a_route:
        branches = {"a": Pipeline(finish), "b": Pipeline(finish, finish)}
        return Pipeline(*steps, Route(lambda s: s.draft["stratum"], branches))
    return Pipeline(*steps, finish, *([KeepFirst()] if params.dedup_at_the_end else []))
