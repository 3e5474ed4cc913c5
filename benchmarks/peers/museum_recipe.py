"""The recipe that mmrecipes runs beside its peers: one call a row, with an image where a folder is given."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from mmrecipes.core.image import Image, image_from_file
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Drop, StepContext
from mmrecipes.models.call import Call, Sampling
from mmrecipes.models.parsing import whole

CARD = {"title": "Museum", "roles": {"teacher": {"kind": "vision-chat", "help": "writes a sentence"}}}


class Params(RecipeParams):
    rows: int
    images: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A fixed number of rows; row `index` shows `images/<index>.png`."""

    params: Params
    writes: ClassVar = ("images", "draft.index")

    def strata(self) -> Mapping[str, float]:
        return {"rows": 1.0}

    def size(self, stratum: str) -> int:
        return self.params.rows

    def sample(self, stratum: str, index: int) -> Sample:
        images: tuple[Image, ...] = ()
        if self.params.images:
            images = (image_from_file(Path(self.params.images) / f"{index:06d}.png"),)
        return Sample(id=f"museum/rows/{index:06d}", images=images, draft={"index": index})


def source(params: Params, inputs: Mapping[str, Path]) -> Rows:
    return Rows(params)


@dataclass(frozen=True, slots=True)
class Describe:
    reads: ClassVar = ("images", "draft.index")
    writes: ClassVar = ("messages",)
    roles: ClassVar = ("teacher",)

    async def __call__(self, sample: Sample, context: StepContext) -> Sample | Drop:
        question = user(prompt(sample.draft["index"]), *sample.images)
        call = Call(name="sentence", messages=(question,), images=sample.images, sampling=Sampling(max_tokens=200))
        asked = await context.ask("teacher", call, whole)
        return asked if isinstance(asked, Drop) else sample.having(messages=(question, assistant(asked.value)))


def pipeline(params: Params) -> Pipeline:
    return Pipeline(Describe())


def _shared() -> Any:
    """`common`, also in a worker process, which does not have this folder on its path."""
    spec = importlib.util.spec_from_file_location("peers_common", Path(__file__).with_name("common.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["peers_common"] = module
    spec.loader.exec_module(module)
    return module


prompt = _shared().prompt
