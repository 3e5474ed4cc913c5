"""A recipe for the tests of model calls: a chain of up to four dependent calls per row, with a stand-in of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import FanOut, Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Drop, Seeds, StepContext
from mmrecipes.models.call import Call, Malformed, Reply, Sampling
from mmrecipes.models.standin import StandInCall

CARD = {
    "title": "Asking",
    "roles": {
        "teacher": {"kind": "chat", "help": "answers"},
        "seer": {"kind": "vision-chat", "help": "sees", "optional": True},
    },
}
stand_in_faults = {"malformed": "a reply without the word `ok`", "unusable": "malformed, also when asked again"}


class Params(RecipeParams):
    calls: int = 1
    temperature: float = 0.0
    images: str = ""
    drop_every: int = 0
    twice: bool = False


@dataclass(frozen=True)
class Rows:
    """Rows that show the files of a folder, in order."""

    pictures: tuple[Path, ...]
    writes: ClassVar = ("images", "draft.index")

    def strata(self) -> Mapping[str, float]:
        return {"rows": 1.0}

    def size(self, stratum: str) -> int:
        return len(self.pictures)

    def sample(self, stratum: str, index: int) -> Sample:
        return Sample(id=f"asking/rows/{index:06d}", images=(lazy_image(self.pictures[index]),), draft={"index": index})


def lazy_image(path: Path) -> Image:
    from mmrecipes.core.image import FileRange

    image = image_from_bytes(path.read_bytes())
    return Image(image.sha256, image.media_type, image.width, image.height, FileRange(path, 0, path.stat().st_size))


def source(params: Params, inputs: Mapping[str, Path]) -> Any:
    if params.images:
        return Rows(tuple(sorted(Path(params.images).iterdir())))
    return Seeds("asking", {"rows": 1.0})


def usable(reply: Reply) -> str:
    if not reply.text.startswith("ok"):
        raise Malformed("no_ok", "it does not start with `ok`")
    return reply.text


@dataclass(frozen=True)
class Ask:
    """One call of the chain; it shows the answers before."""

    number: int
    temperature: float
    reads = ("draft.index",)
    writes = ("messages", "draft.said")
    roles = ("teacher",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        row = f"row {sample.draft['index']:06d} call {self.number}"
        said = sample.draft.get("said", [])
        call = Call(
            name=f"chain/{self.number}",
            messages=(user("\n".join([row, *(s[:80] for s in said)])),),
            sampling=Sampling(temperature=self.temperature, max_tokens=200),
        )
        asked = await context.ask("teacher", call, usable)
        if isinstance(asked, Drop):
            return asked
        said = [*said, asked.value]
        return sample.having(messages=(user(row), assistant(asked.value))).drafting(said=said)


@dataclass(frozen=True)
class See:
    """One call that shows the sample's image."""

    reads = ("draft.index", "images")
    writes = ("messages",)
    roles = ("seer",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        image = sample.images[0]
        call = Call(name="see", messages=(user(image, "What is it?"),), images=(image,))
        asked = await context.ask("seer", call, usable)
        if isinstance(asked, Drop):
            return asked
        return sample.having(messages=(user(image, "What is it?"), assistant(asked.value)))


@dataclass(frozen=True)
class DropEvery:
    every: int
    reads = ("draft.index",)
    writes = ()

    def __call__(self, sample: Sample) -> Sample | Drop:
        return Drop("unwanted") if sample.draft["index"] % self.every == 0 else sample


def pipeline(params: Params) -> Pipeline:
    steps: list[Any] = [See()] if params.images else [Ask(k, params.temperature) for k in range(params.calls)]
    if params.twice:
        steps.append(FanOut(Pipeline(), Pipeline()))
    if params.drop_every:
        steps.append(DropEvery(params.drop_every))
    return Pipeline(*steps)


def stand_in(asked: StandInCall) -> str:
    if (asked.strikes("malformed") and len(asked.call.messages) == 1) or asked.strikes("unusable"):
        return "something else"
    return f"ok {asked.sample} {asked.rng.randrange(1000)}"
