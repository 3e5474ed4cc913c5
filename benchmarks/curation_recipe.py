"""The recipe that `curation.py` measures: rules, hashes and pair deduplication over rows of text and a JPEG file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mmrecipes.core.image import image_from_file
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.flow.pipeline import Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.steps.dedup_pairs import DedupPairs, HashPair
from mmrecipes.steps.image_rules import MaxAspect, MinSide
from mmrecipes.steps.rules import Rules
from mmrecipes.steps.text_rules import InstructionWords, RepeatedWords


class Params(RecipeParams):
    rows: str
    max_hamming: int = 0


@dataclass(frozen=True)
class JsonLines:
    """Rows `{id, text, images: [path], answer}`."""

    rows: tuple[bytes, ...]
    remarks: tuple[str, ...] = ()

    def strata(self) -> Mapping[str, float]:
        return {"all": 1.0}

    def size(self, stratum: str) -> int:
        return len(self.rows)

    def sample(self, stratum: str, index: int) -> Sample:
        row = json.loads(self.rows[index])
        image = image_from_file(Path(row["images"][0]))
        turns = (user(image, row["text"]), assistant(row["answer"]))
        return Sample(id=row["id"], task="all", images=(image,), messages=turns, truth_source="annotated")


def source(params: Params, inputs: Mapping[str, Path]) -> JsonLines:
    return JsonLines(tuple(Path(params.rows).read_bytes().splitlines()))


def pipeline(params: Params) -> Pipeline:
    return Pipeline(
        Rules(MinSide(32), MaxAspect(5.0), InstructionWords(2, 400), RepeatedWords(0.6, 5)),
        HashPair(lambda s: s.messages[0].text),
        DedupPairs(lambda s: 0, lambda s: s.messages[1].text, max_hamming_image=params.max_hamming),
    )
