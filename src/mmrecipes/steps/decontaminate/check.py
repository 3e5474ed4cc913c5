"""One sample against all benchmarks: the evidence, and what the policy makes of it.

Covered: every picture (also of edits, documents and alternatives), every turn, ids of picture pools. Not covered: what
follows for samples made from it (see `cleaning`). A sample's finding depends on it and the benchmarks alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mmrecipes.core.errors import InputError
from mmrecipes.core.sample import Sample
from mmrecipes.steps.decontaminate.benchmark import Benchmark, StaleRegistry
from mmrecipes.steps.decontaminate.evidence import Evidence, Finding, Policy, decide
from mmrecipes.steps.decontaminate.image_evidence import ImageEvidence
from mmrecipes.steps.decontaminate.items import source_ids, words_in
from mmrecipes.steps.decontaminate.reading import SeenRow, all_images
from mmrecipes.steps.decontaminate.text_evidence import TextEvidence
from mmrecipes.steps.decontaminate.views import pictures_of


class Checker:
    """Looks at samples. Use one per process."""

    def __init__(self, benchmarks: Sequence[Benchmark], policy: Policy) -> None:
        self.benchmarks, self.policy = benchmarks, policy
        self._images = ImageEvidence(benchmarks, policy)
        self._texts = TextEvidence(benchmarks, policy)
        self._image_alone = frozenset(b.name for b in benchmarks if b.registry.kind.image_alone)

    def check(self, row: SeenRow) -> Finding:
        """What is found about a row; of one that could not be read, only that."""
        if row.sample is None:
            return Finding(unchecked=(row.problem,))
        found: list[Evidence] = []
        unchecked: list[str] = []
        if self.policy.images:
            found += _once(self._by_source(row.sample))
            found += _once(self._by_images(row, row.sample, unchecked))
        if self.policy.texts:
            found += self._texts.of(row.sample, self._shown(found, row.sample))
        return decide(found, tuple(unchecked), self.policy, self._image_alone)

    def _by_source(self, sample: Sample) -> Iterator[Evidence]:
        named = source_ids(sample)
        for benchmark in self.benchmarks:
            r = benchmark.registry
            for source in sorted(named & r.source_ids.keys()):
                items = r.source_ids[source]
                first = items[0]
                yield Evidence(
                    r.name, r.item_id[first], "source_id", "image_exact", True, source, items=len(items), place=first
                )

    def _by_images(self, row: SeenRow, sample: Sample, unchecked: list[str]) -> Iterator[Evidence]:
        for number, image in enumerate(all_images(sample)):
            words = words_in(sample, image.sha256)
            try:
                for picture in pictures_of(image, row.originals.get(image.sha256)):
                    yield from self._images.of(picture, number, row.vectors.get(image.sha256), words)
            except StaleRegistry:
                raise
            except (InputError, OSError, ValueError):
                unchecked.append(f"image {number}: corrupt_image")

    def _shown(self, found: Sequence[Evidence], sample: Sample) -> Mapping[str, Collection[int]]:
        """By benchmark, the items whose pictures the sample shows, also where that is only likely; without images,
        those whose source it names."""
        shown: dict[str, set[int]] = {}
        named = source_ids(sample)
        for benchmark in self.benchmarks:
            r = benchmark.registry
            items = {i for source in named & r.source_ids.keys() for i in r.source_ids[source]}
            pictures = {e.picture for e in found if e.benchmark == r.name and e.picture >= 0}
            items.update(i for picture in pictures for i in benchmark.shown_by(picture))
            if items:
                shown[r.name] = items
        return shown


def _once(found: Iterator[Evidence]) -> Iterator[Evidence]:
    """Several frames or pictures that lead to one picture of a benchmark are one piece of evidence: the settled one."""
    best: dict[tuple[str, int, int], Evidence] = {}
    for e in found:
        key = (e.benchmark, e.picture, e.place)
        if key not in best or (e.settled and not best[key].settled):
            best[key] = e
    yield from best.values()
