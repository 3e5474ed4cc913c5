"""Rules about pictures: too small, too long. They look at the sizes alone; nothing is decoded.

Not covered: broken files (a reader's matter, see `core/image`), blank or blurred pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mmrecipes.core.sample import Sample
from mmrecipes.steps.rules import Finding


@dataclass(frozen=True, slots=True)
class MinSide:
    """Every image's shorter side has at least `pixels`."""

    pixels: int = 32

    def __call__(self, sample: Sample) -> Finding | None:
        for image in sample.images:
            if min(image.width, image.height) < self.pixels:
                return Finding("small_image", f"{image.width}x{image.height}, at least {self.pixels} px")
        return None


@dataclass(frozen=True, slots=True)
class MaxAspect:
    """Every image's longer side is at most `ratio` times its shorter one; `of_domain` has other limits for samples
    whose `meta.domain` it names."""

    ratio: float = 5.0
    of_domain: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, sample: Sample) -> Finding | None:
        limit = self.of_domain.get(str(sample.meta.get("domain", "")), self.ratio)
        for image in sample.images:
            if max(image.width, image.height) > limit * min(image.width, image.height):
                return Finding("long_image", f"{image.width}x{image.height}, at most {limit:g}:1")
        return None
