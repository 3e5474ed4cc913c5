"""Rows made in memory, and the few calls that the tests share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mmrecipes.core.image import Image, image_from_bytes
from mmrecipes.core.sample import Sample, assistant, user
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.building import build_registry
from mmrecipes.steps.decontaminate.check import Checker
from mmrecipes.steps.decontaminate.evidence import Finding, Policy
from mmrecipes.steps.decontaminate.reading import SeenRow, read_row
from mmrecipes_tests.steps.decontaminate.pictures import Picture, png

Make = Callable[[], Sample]


class Listed:
    """A list as rows; a row may be a function that is called when it is read, or an error."""

    columns: Sequence[str] = ()
    remarks: Sequence[str] = ()

    def __init__(self, rows: Sequence[Sample | Make | Exception]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def sample(self, index: int) -> Sample:
        row = self.rows[index]
        if isinstance(row, Exception):
            raise row
        return row if isinstance(row, Sample) else row()


def image(picture: Picture | bytes) -> Image:
    return image_from_bytes(picture if isinstance(picture, bytes) else png(picture))


def noise(seed: int, size: tuple[int, int] = (96, 80)) -> Picture:
    """A picture with structure that no other seed has."""
    from PIL import Image as Pil

    small = np.random.default_rng(seed).integers(0, 256, (10, 12, 3), np.uint8)
    return Pil.fromarray(small).resize(size, Pil.Resampling.BICUBIC)


def chat(id: str, question: str, answer: str = "Fine.", *pictures: Picture | bytes, **fields: Any) -> Sample:
    images = tuple(map(image, pictures))
    held = tuple({im.sha256: im for im in images}.values())
    return Sample(
        id=id, images=held, messages=(user(*images, question), assistant(answer)), truth_source="annotated", **fields
    )  # fmt: skip


def benchmark(name: str, *rows: Sample | Make | Exception, with_rows: bool = True) -> Benchmark:
    listed = Listed(rows)
    return Benchmark(build_registry(name, listed), listed if with_rows else None)


def check(sample: Sample | Make, *benchmarks: Benchmark, **policy: Any) -> Finding:
    row = SeenRow(0, sample) if isinstance(sample, Sample) else read_row(Listed([sample]), 0)
    return Checker(benchmarks, Policy(**policy)).check(row)


def tiers(finding: Finding) -> set[str]:
    return {e.tier for e in finding.evidence if e.settled}
