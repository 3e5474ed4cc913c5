"""HoneyPipe, the curation behind Bee (arXiv 2510.13795): pooled instruction data, cleaned, with verified reasoning.

Covered: pooling by a registry, removal of duplicate pairs, rules and a model filter, triage, short reasoning with a
check of fidelity, long reasoning for what failed it and for sources that want it, a last removal of duplicates. The
study's own prompts and thresholds are not published: those here are this recipe's. Not covered: labelling domains (the
registry names them), balancing.

The method, top to bottom as in `pipeline`: prepare the rows; remove duplicate pairs; apply rules; ask whether questions
are answerable and related; sort into what is left alone and what gets reasoning; write and verify; remove duplicates
that stripping has made; keep the best of every domain, if a subset is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from mmrecipes.flow.pipeline import FanOut, Pipeline, Route
from mmrecipes.flow.recipe import RecipeParams
from mmrecipes.flow.step import Source
from mmrecipes.models.call import Sampling
from mmrecipes.recipes.honeypipe import duplicates
from mmrecipes.recipes.honeypipe.enriching import Passed, Reason, short_verdict, strip_brevity_requests
from mmrecipes.recipes.honeypipe.filtering import CheckReference, ModelFilter
from mmrecipes.recipes.honeypipe.finishing import Finish, keep_as_given
from mmrecipes.recipes.honeypipe.invented import InventedPool
from mmrecipes.recipes.honeypipe.preparing import prepare
from mmrecipes.recipes.honeypipe.refining import refined
from mmrecipes.recipes.honeypipe.standin import stand_in, stand_in_faults
from mmrecipes.recipes.honeypipe.triage import DOMAINS, path, registry, triage
from mmrecipes.steps.image_rules import MaxAspect, MinSide
from mmrecipes.steps.pool import open_pool
from mmrecipes.steps.refusals import refusal
from mmrecipes.steps.rules import Rules
from mmrecipes.steps.text_rules import (
    ControlCharacters,
    InstructionWords,
    RepeatedSentence,
    RepeatedWords,
    echo,
    empty_response,
    repeated_option,
    truncated_response,
    unbalanced_placeholder,
)

__all__ = ["Params", "pipeline", "source", "stand_in", "stand_in_faults"]

SLUG = "honeypipe"
TEXT_HEAVY = ("OCR", "Document")
"""Domains whose pictures may be long: receipts, scans of columns."""


class Params(RecipeParams):
    confirm: bool = Field(
        True, description="equal hashes are a duplicate only if thumbnails and instructions agree; false: hashes decide"
    )
    max_hamming_image: int = Field(0, ge=0, le=8, description="bits in which the pHashes of duplicates may differ")
    max_hamming_text: int = Field(0, ge=0, le=8, description="bits in which the SimHashes of duplicates may differ")
    drop_conflicts: bool = Field(False, description="drop pairs whose duplicates answer with different facts")
    min_side: int = Field(32, ge=1, description="least side of a picture in pixels")
    max_aspect: float = Field(5.0, ge=1, description="most that a picture's longer side is of its shorter one")
    max_aspect_of_text: float = Field(10.0, ge=1, description=f"the same for the domains {' and '.join(TEXT_HEAVY)}")
    min_words: int = Field(2, ge=0, description="fewest words of all questions of a sample")
    max_words: int = Field(4000, ge=1, description="most words of all questions of a sample")
    max_repetition: float = Field(
        0.6, ge=0, le=1, description="largest share of an instruction's runs of five words that have occurred before"
    )
    check_references: bool = Field(
        False, description="ask the filter whether the given answers agree with the picture; a flag, drops nothing"
    )
    temperature: float = Field(0.7, ge=0, le=2, description="of teacher and reasoner; at 0 there is one attempt only")
    top_p: float = Field(0.95, gt=0, le=1, description="of teacher and reasoner")
    short_tokens: int = Field(1024, ge=16, description="longest text of the teacher; a cut one has failed")
    n_short: int = Field(1, ge=1, le=16, description="draws of the teacher per turn, until one is verified")
    long_tokens: int = Field(8192, ge=16, description="longest text of the reasoner; a cut one has failed")
    n_long: int = Field(2, ge=1, le=4, description="draws of the reasoner per turn, until one is verified")
    typical_short: int = Field(
        50, ge=0, description="words of a typical short answer; reasoning under 1.5 times as many is labelled short"
    )
    hint: Literal["none", "reference"] = Field(
        "none", description="reference: show it to the reasoner; the samples are marked, as it invites to rationalise"
    )
    subset: int = Field(
        0, ge=0, description="keep only so many samples, the surest of every domain in its share; 0: all"
    )
    subset_source_share: float = Field(
        0.5, gt=0, le=1, description="most that one source may have of a domain's samples in the subset"
    )
    final_dedup: bool = Field(True, description="remove pairs that stripping has made equal; a verified one stays")

    @model_validator(mode="after")
    def _consistent(self) -> Params:
        if self.min_words > self.max_words:
            raise ValueError("min_words must not exceed max_words")
        return self

    def sampling(self, max_tokens: int) -> Sampling:
        return Sampling(temperature=self.temperature, top_p=self.top_p, max_tokens=max_tokens)


def source(params: Params, inputs: Mapping[str, Path]) -> Source:
    """The pool that the input describes, or an invented one without it. Raises `InputError`."""
    main = inputs.get("main")
    return InventedPool(SLUG) if main is None else open_pool(SLUG, main, DOMAINS)


def rules(params: Params) -> Rules:
    """What can be told without a model; a sample's drop lists everything that was found."""
    return Rules(
        MinSide(params.min_side),
        MaxAspect(params.max_aspect, dict.fromkeys(TEXT_HEAVY, params.max_aspect_of_text)),
        InstructionWords(params.min_words, params.max_words),
        empty_response, echo, refusal, unbalanced_placeholder,
        RepeatedSentence(), RepeatedWords(params.max_repetition), repeated_option, ControlCharacters(),
        flags=(truncated_response,),
    )  # fmt: skip


def short_path(params: Params) -> Reason:
    attempts = params.n_short if params.temperature else 1
    return Reason("short", "teacher", params.sampling(params.short_tokens), attempts)


def long_path(params: Params) -> Pipeline:
    """Reasoning at length; what is not verified is dropped and can be looked at among the rejects."""
    attempts, hinted = params.n_long if params.temperature else 1, params.hint == "reference"
    return Pipeline(
        Reason("long", "reasoner", params.sampling(params.long_tokens), attempts, params.typical_short, hinted),
        Passed("long"),
        Finish("long", hinted),
    )


def curate(params: Params) -> Pipeline:
    """Everything between the two removals of duplicates: a sample alone decides what becomes of it."""
    short, long, as_short = short_path(params), long_path(params), Finish("short")
    checked = (CheckReference(),) if params.check_references else ()
    return Pipeline(
        rules(params),
        Route(registry, {
            "skip": Pipeline(keep_as_given),
            "use": Pipeline(
                ModelFilter(), *checked,
                triage,
                Route(path, {
                    "bypass": Pipeline(keep_as_given),
                    "short": Pipeline(
                        strip_brevity_requests, short,
                        Route(short_verdict, {"pass": Pipeline(as_short), "fail": long}, "short_verdict"),
                    ),
                    "long": Pipeline(strip_brevity_requests, long),
                    "both": Pipeline(
                        strip_brevity_requests,
                        FanOut(short=Pipeline(short, Passed("short"), as_short), long=long),
                    ),
                }, "path"),
            ),
        }, "source_policy"),
    )  # fmt: skip


def pipeline(params: Params) -> Pipeline:
    """The method."""
    apart = (params.confirm, params.max_hamming_image, params.max_hamming_text, params.drop_conflicts)
    again = duplicates.of_finished(params.confirm) if params.final_dedup else Pipeline()
    chosen = Pipeline(refined(params.subset, params.subset_source_share)) if params.subset else Pipeline()
    return Pipeline(prepare, duplicates.of_pool(*apart), curate(params), again, chosen)
