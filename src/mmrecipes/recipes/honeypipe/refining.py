"""The refined subset: which samples of a domain are the better ones.

Covered: how surely an answer was verified (by rules and at once, later, by the judge), whether its length is usual for
its kind. The study's own choice is not published. Not covered: drawing (see `steps/stratified_best`).
"""

from __future__ import annotations

from collections.abc import Mapping

from mmrecipes.core.sample import Sample
from mmrecipes.core.text import words
from mmrecipes.steps.stratified_best import StratifiedBest
from mmrecipes.steps.text_rules import responses

BANDS: Mapping[str, tuple[int, int]] = {"bypass": (1, 1000), "short": (10, 300), "long": (50, 3000)}
"""Words of all answers of a sample that are usual for its kind."""
BY_JUDGE, UNVERIFIED = 0.5, 0.5


def margin(sample: Sample) -> float:
    """How surely the answers are right, 0 to 1: the least sure turn counts. Rules are surer than a judge, a first draw
    is surer than a later one; answers that nobody verified stand in the middle."""
    verdicts = sample.meta.get("verdicts", ())
    if not verdicts:
        return UNVERIFIED
    return min((1.0 if v["method"] == "exact" else BY_JUDGE) / v["attempts"] for v in verdicts)


def rank(sample: Sample) -> float:
    """Samples of usual length first, then by `margin`."""
    least, most = BANDS[sample.meta["cot"]]
    usual = least <= sum(len(words(text)) for text in responses(sample)) <= most
    return usual + margin(sample)


def domain(sample: Sample) -> str:
    return str(sample.meta.get("domain") or "unlabelled")


def refined(size: int, source_share: float) -> StratifiedBest:
    """The step that keeps so many samples, every domain with its share."""
    return StratifiedBest(size, domain, rank, source_share, "refined_subset")
