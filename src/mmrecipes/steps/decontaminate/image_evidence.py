"""Evidence from pictures: equal pixels, and candidates that the pixels of both confirm.

Covered: every picture of a sample and everything it looks like (frames, transparency); candidates without a benchmark's
own pixels, which stay for review. Not covered: reading text in pictures; where both sides say which texts a picture
holds (regions), these are compared too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mmrecipes.core.image import Image
from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.confirm import Laid, Likeness, likeness
from mmrecipes.steps.decontaminate.evidence import Evidence, Policy
from mmrecipes.steps.decontaminate.image_match import Candidate
from mmrecipes.steps.decontaminate.prints import Print, training_print
from mmrecipes.steps.decontaminate.views import VIEWS, Pixels

ALIKE_TEXTS = 0.9
"""Jaccard of the words that two pictures are known to hold, from which they are copies."""
WORTH_A_LOOK = 0.78
"""Correlation from which two pictures that agree as a whole, but not in every part, are for review."""
Embed = Callable[[Sequence[Image]], npt.NDArray[np.float32]]
Words = frozenset[str]


class ImageEvidence:
    """Looks for the pictures of benchmarks. `embed` is the embedder that their vectors are from, where there is one."""

    def __init__(self, benchmarks: Sequence[Benchmark], policy: Policy, embed: Embed | None = None) -> None:
        self.benchmarks, self.policy, self.embed = benchmarks, policy, embed

    def of(self, pixels: Pixels, number: int, image: Image, words: Words = frozenset()) -> Iterator[Evidence]:
        """The evidence of one picture, which is the `number`-th of its sample and holds these `words`, if known."""
        seen, laid = training_print(pixels), Laid(pixels)
        vector = None
        for benchmark in self.benchmarks:
            exact = benchmark.images.exact(seen.pixels)
            if exact is not None:
                yield _evidence(benchmark, exact, number, "pixels", seen.pixels.hex()[:16])
                continue
            if benchmark.registry.embedder and self.embed is not None and vector is None:
                vector = self.embed([image])[0]
            yield from self._near(benchmark, laid, number, seen, vector, words)

    def _near(
        self, benchmark: Benchmark, laid: Laid, number: int, seen: Print,
        vector: npt.NDArray[np.float32] | None, words: Words,
    ) -> Iterator[Evidence]:  # fmt: skip
        """At most one: the first candidate that is confirmed, else the strongest that is for review."""
        undecided: list[Evidence] = []
        own = vector if benchmark.registry.embedder else None
        likely = self.policy.copy_likely
        for one in benchmark.images.candidates(seen, self.policy.phash, likely, own):
            theirs = benchmark.picture(one.picture)
            found = _evidence(benchmark, one.picture, number, one.kind, round(one.value, 4), one.view)
            if theirs is None:
                if self._believed(one, own is not None):
                    undecided.append(found)
                continue
            viewed = theirs if one.view == "identity" else Laid(VIEWS[one.view](theirs.pixels))
            measured = likeness(laid, viewed)
            found = replace(found, measures=_measures(measured))
            if measured.same and not _other_words(benchmark, one.picture, words):
                yield replace(found, settled=True)
                return
            if (
                (measured.alike and measured.ncc >= WORTH_A_LOOK)
                or one.kind == "phash"
                or (own is not None and one.kind == "copy")
            ):
                undecided.append(found)
        yield from undecided[:1]

    def _believed(self, one: Candidate, embedded: bool) -> bool:
        """Whether a candidate that nothing can confirm is worth a review."""
        return one.kind == "phash" or (one.kind == "copy" and (embedded or one.value >= self.policy.copy_sure))


def _evidence(
    benchmark: Benchmark, picture: int, number: int, kind: str, value: str | float, view: str = ""
) -> Evidence:
    items = benchmark.shown_by(picture)
    exact = kind == "pixels"
    return Evidence(
        benchmark.name, benchmark.registry.item_id[items[0]], kind,  # type: ignore[arg-type]
        "image_exact" if exact else "image_near", exact, value, items=len(items), view=view, image=number,
        picture=picture, place=items[0],
    )  # fmt: skip


def _measures(m: Likeness) -> dict[str, float | str]:
    numbers = {n: round(getattr(m, n), 3) for n in ("ncc", "ssim", "changed", "unlike", "shared")}
    return {**numbers, "laid_by": m.how}


def _other_words(benchmark: Benchmark, picture: int, words: Words) -> bool:
    """Whether both pictures are known to hold texts, and these are others."""
    theirs = benchmark.picture_words(picture) if words else frozenset()
    if not words or not theirs:
        return False
    return len(words & theirs) / len(words | theirs) < ALIKE_TEXTS
