"""Evidence from pictures: equal pixels, and candidates that the pixels of both confirm.

Covered: every picture of a sample and everything it looks like (frames, transparency); candidates without a benchmark's
own pixels, which stay for review. Not covered: reading text in pictures; where both sides say which texts a picture
holds (regions), these are compared too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from mmrecipes.steps.decontaminate.benchmark import Benchmark
from mmrecipes.steps.decontaminate.confirm import (
    Laid,
    Likeness,
    better,
    homography_of,
    likeness,
    likeness_laid,
    roughly_alike,
)
from mmrecipes.steps.decontaminate.evidence import Evidence, Policy
from mmrecipes.steps.decontaminate.image_match import Candidate, training_print
from mmrecipes.steps.decontaminate.reading import Vector
from mmrecipes.steps.decontaminate.views import VIEWS, Picture

ALIKE_TEXTS = 0.9
"""Jaccard of the words that two pictures are known to hold, from which they are copies."""
WORTH_A_LOOK = 0.78
"""Correlation from which two pictures that agree as a whole, but not in every part, are for review."""
MANY = 24
"""Local features in one arrangement from which that is so whatever the correlation, and pictures are compared in every
way."""
REFINED = 0.92
"""Rough correlation from which it is tried to lay two pictures better over each other whatever their correlation."""
Words = frozenset[str]


class ImageEvidence:
    """Looks for the pictures of benchmarks."""

    def __init__(self, benchmarks: Sequence[Benchmark], policy: Policy) -> None:
        self.benchmarks, self.policy = benchmarks, policy

    def of(self, picture: Picture, number: int, vector: Vector | None, words: Words) -> Iterator[Evidence]:
        """The evidence of one picture, the `number`-th of its sample, of which an embedder gives this `vector` and
        which holds these `words`, where that is known."""
        looked_at = _LookedAt(picture, number, vector, words)
        for benchmark in self.benchmarks:
            exact = benchmark.images.exact(picture, looked_at.print.low)
            if exact is not None:
                yield _evidence(benchmark, exact, number, "pixels", picture.digest.hex()[:16])
            else:
                yield from self._near(benchmark, looked_at)

    def _near(self, benchmark: Benchmark, ours: _LookedAt) -> Iterator[Evidence]:
        """At most one: the first candidate that is confirmed, else the strongest that is for review."""
        undecided: list[Evidence] = []
        vector = ours.vector if benchmark.registry.embedder else None
        for one in benchmark.images.candidates(ours.print, self.policy.phash, self.policy.copy_likely, vector):
            found = _evidence(benchmark, one.picture, ours.number, one.kind, round(one.value, 4), one.view)
            if benchmark.rows is None:
                undecided += [found] if self._believed(one, vector is not None) else []
                continue
            measured = _measured(one, ours, benchmark)
            if measured is None:
                continue
            found = replace(found, measures=_measures(measured))
            if measured.same and not _other_words(benchmark, one.picture, ours.words):
                yield replace(found, settled=True)
                return
            if self._undecided(one, vector is not None, measured):
                undecided.append(found)
        yield from undecided[:1]

    def _undecided(self, one: Candidate, embedded: bool, measured: Likeness) -> bool:
        """Whether a candidate that is not the same is worth a review."""
        if one.kind == "phash" or (one.kind == "copy" and embedded):
            return True
        many = one.kind == "words" and one.value >= MANY
        return measured.alike and (many or measured.ncc >= WORTH_A_LOOK)

    def _believed(self, one: Candidate, embedded: bool) -> bool:
        """Whether a candidate that nothing can confirm is worth a review."""
        return one.kind == "phash" or (one.kind == "copy" and (embedded or one.value >= self.policy.copy_sure))


class _LookedAt:
    """A training picture, with what is worked out about it when it is needed."""

    def __init__(self, picture: Picture, number: int, vector: Vector | None, words: Words) -> None:
        self.picture, self.number, self.vector, self.words = picture, number, vector, words
        self.print = training_print(picture)

    @cached_property
    def laid(self) -> Laid:
        return Laid(self.picture.pixels)


def _measured(one: Candidate, ours: _LookedAt, benchmark: Benchmark) -> Likeness | None:
    """How alike a candidate is; None of one that is not even roughly."""
    found = None
    if one.transform is not None:
        near = roughly_alike(ours.picture.grey, benchmark.rough(one.picture), one.transform, one.value)
        if near is None:
            return None
        theirs = benchmark.picture(one.picture)
        found = likeness_laid(ours.laid, theirs, homography_of(one.transform, ours.laid), refine=near >= REFINED)
        if found.same or one.value < MANY:
            return found
    theirs = benchmark.picture(one.picture)
    as_it_is = one.view in ("identity", "trimmed")  # borders are left out by `likeness`
    seen = likeness(ours.laid, theirs if as_it_is else Laid(VIEWS[one.view](theirs.pixels)))
    return seen if found is None else better(found, seen)


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
