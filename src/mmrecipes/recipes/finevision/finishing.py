"""The record of a finished row: what was done to it, who rated it, what it duplicates."""

from __future__ import annotations

from mmrecipes.core.sample import Sample
from mmrecipes.flow.step import StepContext, step
from mmrecipes.recipes.finevision.rating import AXES, ratings_of
from mmrecipes.recipes.finevision.turns import turns_of
from mmrecipes.steps.languages import language_of

BENCHMARKS = "benchmarks"
"""The input that names benchmarks."""
_LINKS = ("dup_of", "dup_kind", "image_cluster")
_RECORDED = ("cleaning", "raters")


@step(reads=("images", "messages", "scores", "meta", "draft.leak"), writes=("language", "group", "meta"))
def finish(sample: Sample, context: StepContext) -> Sample:
    """Puts the record under `meta.provenance`; `meta.dup_of` is None where nothing is duplicated, `meta.leak` lists
    what was found in the benchmarks that were given, and is missing without any. Rows that share a picture have one
    `group`, so that no split tears them apart. Raises `ValueError` when an axis has not one rating per turn."""
    turns = turns_of(sample)
    for axis in AXES:
        if len(ratings_of(sample, axis)) != len(turns):
            raise ValueError(f"{sample.id} has {len(turns)} turns and another number of ratings of {axis}")
    links = {name: sample.draft.get(name) for name in _LINKS}
    meta = {k: v for k, v in sample.meta.items() if k not in _RECORDED}
    record = {
        "recipe": "finevision", "licence": sample.licence, "cleaning": list(sample.meta.get("cleaning", ())),
        "raters": dict(sample.meta.get("raters", {})),
    }  # fmt: skip
    if BENCHMARKS in context.inputs:
        meta["leak"] = list(sample.draft["leak"])
    return sample.having(
        language=sample.language or language_of(" ".join(turn.user for turn in turns)),
        group=str(links["image_cluster"] or sample.group),
        meta={**meta, "dup_of": links["dup_of"], **{k: v for k, v in links.items() if v}, "provenance": record},
    )
