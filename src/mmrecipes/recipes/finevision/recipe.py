"""FineVision (arXiv 2510.17269): public vision-language sources in one conversation schema, cleaned, rated per turn.

Covered: conversion of turns and annotations by declared kind, grouping by picture, cleaning, duplicates, leakage
against benchmarks given as data, ratings of every turn on four axes (by models or, as far as texts alone tell, by
rule), an optional filter per turn, mixtures, proposals of what columns mean (which a person puts into the registry, or
not). The study's prompts are not published: those here are this recipe's. Not covered: the study's copy-detection
embedder (pictures are found by hashes that their pixels confirm).

The method, top to bottom as in `pipeline`: make turns; clean the pictures; join rows of one picture; clean the texts;
find duplicates and leaks; rate; filter and mix, if wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from mmrecipes.core.errors import InputError
from mmrecipes.flow.pipeline import Merge, Pipeline
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Source
from mmrecipes.recipes.finevision.conversation import convert
from mmrecipes.recipes.finevision.duplicates import FindDuplicates, hashed
from mmrecipes.recipes.finevision.filtering import FilterTurns, Thresholds
from mmrecipes.recipes.finevision.finishing import BENCHMARKS, finish
from mmrecipes.recipes.finevision.grouping import CutTurns, joined_rows, picture_key
from mmrecipes.recipes.finevision.invented import InventedPool
from mmrecipes.recipes.finevision.mixing import mixed
from mmrecipes.recipes.finevision.picture_cleaning import CleanPictures
from mmrecipes.recipes.finevision.proposing import Propose, Unknown
from mmrecipes.recipes.finevision.rating import AXES, Rate
from mmrecipes.recipes.finevision.rule_rating import RateByRule
from mmrecipes.recipes.finevision.sources import check_benchmarks, open_sources
from mmrecipes.recipes.finevision.standin import stand_in, stand_in_faults
from mmrecipes.recipes.finevision.taxonomy import category_of
from mmrecipes.recipes.finevision.text_cleaning import CleanTexts
from mmrecipes.steps.decontaminate.step import CompareWithBenchmarks

__all__ = ["Params", "pipeline", "source", "stand_in", "stand_in_faults"]

SLUG = "finevision"


class Params(RecipeParams):
    group_by_image: bool = Field(True, description="join the rows of a source that show the same picture")
    max_turns: int = Field(50, ge=1, description="most turns of a row; longer ones are cut into several")
    max_side: int = Field(2048, ge=64, description="longest side of a picture in pixels; larger ones are shrunk")
    min_side: int = Field(28, ge=1, description="least side of a picture in pixels; rows with smaller ones are dropped")
    max_tokens: int = Field(8192, ge=16, description="most tokens of a turn (about four characters each)")
    over_long: Literal["drop", "cut"] = Field("drop", description="what happens to a turn that is longer")
    duplicates: Literal["report", "drop"] = Field("report", description="what happens to rows that stand there twice")
    near_bits: int = Field(4, ge=0, le=8, description="bits in which the pHashes of one picture may differ")
    leaked: Literal["report", "image", "image_and_question"] = Field(
        "report",
        description="what happens to rows with a benchmark's picture: marked, or dropped by it and its question",
    )
    leak_similarity: float = Field(
        0.95, ge=0, le=1, description="least similarity of a benchmark's picture (inclusive), where it is measured"
    )
    raters: Literal["model", "rule"] = Field(
        "model", description="rule: no model is asked, and what texts alone do not tell has no rating"
    )
    least: Thresholds = Field(default=Thresholds(), description="least ratings of a turn; 1 everywhere keeps all")
    weights: dict[str, float] = Field(
        default_factory=dict[str, float],
        description="share of each category, by leaving rows out; what is not named goes (default: all as they are)",
    )
    most_per_source: int = Field(0, ge=0, description="most rows of one source; 0: all")
    propose: bool = Field(
        False, description="convert nothing: ask a model what the columns of sources mean that declare nothing"
    )

    @field_validator("weights")
    @classmethod
    def _categories(cls, weights: dict[str, float]) -> dict[str, float]:
        if any(w <= 0 for w in weights.values()):
            raise ValueError("weights are above 0; leave out what is not wanted")
        try:
            return {category_of(name): w for name, w in weights.items()}
        except InputError as e:
            raise ValueError(str(e)) from None

    @model_validator(mode="after")
    def _consistent(self) -> Params:
        if self.min_side > self.max_side:
            raise ValueError("min_side must not exceed max_side")
        return self


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """The pool that the input describes, or an invented one without it. Raises `InputError`, also for benchmarks that
    cannot be opened."""
    if BENCHMARKS in inputs:
        check_benchmarks(inputs[BENCHMARKS])
    main = inputs.get("main")
    if main is None:
        if params.propose:
            raise InputError("propose: name the sources whose columns are unknown: --input sources.toml")
        return InventedPool(SLUG)
    return Unknown(open_sources(SLUG, main)) if params.propose else open_sources(SLUG, main)


def pipeline(params: Params) -> Pipeline:
    """The method."""
    if params.propose:
        return Pipeline(Propose())
    joined = (Merge(picture_key, joined_rows, "join_rows"),) if params.group_by_image else ()
    raters = [Rate(axis) for axis in AXES] if params.raters == "model" else [RateByRule()]
    chosen = () if params.least.keeps_everything else (FilterTurns(params.least),)
    return Pipeline(
        convert,
        CleanPictures(params.max_side, params.min_side),
        *joined,
        CutTurns(params.max_turns),
        CleanTexts(params.max_tokens, params.over_long),
        hashed(), FindDuplicates(params.duplicates, params.near_bits),
        CompareWithBenchmarks(params.leaked, BENCHMARKS, params.leak_similarity),
        *raters,
        *chosen,
        mixed(params.weights, params.most_per_source),
        finish,
    )  # fmt: skip
